"""What can keep a mixed model from being fitted, each with a name of its own."""

from typing import Any

from visitwise.reasons import Reason


class VisitwiseError(Exception):
    """The base of every error below. Its message says what is wrong, where, and what to do.

    Attributes
    ----------
    reason : Reason or None
        The message as a code with its values, where data and not the caller are the cause.
    """

    reason: Reason | None = None

    @classmethod
    def because(cls, code: str, **values: Any) -> "VisitwiseError":
        """Return the error of a reason."""
        reason = Reason(code, values)
        error = cls(str(reason))
        error.reason = reason
        return error


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
