"""What can keep a mixed model from being fitted, each with a name of its own."""

from retrowalk.errors import FitError


class SpecificationError(FitError):
    """The formula, a name of a column, or an option is not one that can be used."""


class RepeatedVisitError(FitError):
    """A participant has two values at one visit."""


class MissingCovariateError(FitError):
    """A row with a value lacks a covariate."""


class EmptyCellError(FitError):
    """A combination of levels that the formula compares has no value: a visit without data in an arm."""


class RankDeficientError(FitError):
    """A coefficient cannot be told apart from the others."""


class NoVariationError(FitError):
    """The response does not vary, or the fixed effects explain it without a rest."""


class TooFewError(FitError):
    """Fewer participants or values than the model has to estimate from."""


class NotFittedError(FitError):
    """No covariance structure that was asked for could be fitted; the message gives the reason for each."""
