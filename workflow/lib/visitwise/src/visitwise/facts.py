"""What was fitted to what, and how well: the numbers of a fit that no view has to compute."""

from dataclasses import dataclass

from visitwise.ladder import Attempt
from visitwise.specification import Specification


@dataclass(frozen=True, repr=False)
class FitFacts:
    """The facts of a fit that converged; there is no other kind.

    Attributes
    ----------
    model : Specification
        What was asked for (the `MixedModel`).
    df : str
        How degrees of freedom are found.
    structure : str
        The covariance structure that was fitted.
    tried : tuple of Attempt
        The ladder: each structure that was tried, whether it was fitted, and why not. A reason beside the one that was
        fitted is a caveat.
    criterion : float
        -2 restricted log-likelihood.
    aic, bic : float
        They count the parameters of the covariance only; n of bic is the number of participants.
    n_participants, n_observations : int
        In the fit.
    left_out : int
        Rows that had no value.
    iterations : int
        Evaluations of the criterion.
    alpha : float
        One minus the confidence level.
    """

    model: Specification
    df: str
    structure: str
    tried: tuple[Attempt, ...]
    criterion: float
    aic: float
    bic: float
    n_participants: int
    n_observations: int
    left_out: int
    iterations: int
    alpha: float

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader of the estimates must know of the fit."""
        return tuple(attempt.reason for attempt in self.tried if attempt.fitted and attempt.reason)
