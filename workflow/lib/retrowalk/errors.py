"""The tree of errors and warnings.

Every message answers four questions in one breath: what is wrong, where (file, row, column, value), what is allowed,
what to do. A `RetrowalkError` is the user's to mend and is shown without a traceback; any other exception is ours.
"""

from typing import Any

from retrowalk.facts import fact


class RetrowalkError(Exception):
    """A fault that the user can mend."""


class PlanError(RetrowalkError):
    """A fault in config/: found before any job starts, ends the run."""


class DataError(RetrowalkError):
    """A fault in a cohort's data: stops that cohort, the others finish."""


class FitError(RetrowalkError):
    """A model that cannot be fitted: becomes a row without numbers and with its reason, never a number.

    Parameters
    ----------
    code, values
        The reason (`retrowalk.facts.REASONS`).
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.reason = fact(code, **values)
