"""What can keep a mixed model from being fitted, each with a name of its own."""


class VisitwiseError(Exception):
    """The base of every error below. Its message says what is wrong, where, and what to do."""


class SpecificationError(VisitwiseError):
    """The formula, the name of a column, or an option cannot be used."""


class RepeatedVisitError(VisitwiseError):
    """A participant has two values at one visit."""


class MissingCovariateError(VisitwiseError):
    """A row with a value lacks a covariate."""


class EmptyCellError(VisitwiseError):
    """A combination of levels that the formula compares has no value: a visit without data in an arm."""


class RankDeficientError(VisitwiseError):
    """A coefficient cannot be told apart from the others."""


class NoVariationError(VisitwiseError):
    """The response does not vary, or the fixed effects explain it completely."""


class TooFewError(VisitwiseError):
    """There are fewer participants or values than the model needs."""


class NotFittedError(VisitwiseError):
    """No covariance structure that was asked for could be fitted; the message gives the reason for each."""
