"""What is done with every cohort, and the whole plan."""

from dataclasses import dataclass
from typing import Any

from retrowalk.plan.trial import Cohort


@dataclass(frozen=True)
class Analysis:
    """What is done with every cohort, fixed before the data are seen.

    `permutations` is the number of arrangements of the randomisation test, `imputations` that of completed sets.
    """

    primary_estimator: str
    alpha: float
    multiplicity: str
    seed: int = 0
    permutations: int = 10_000
    imputations: int = 500

    def estimator_of(self, cohort: Cohort) -> str:
        """Return how the arms of a randomised cohort are compared, before its number of visits is looked at."""
        return cohort.primary_estimator or self.primary_estimator

    def answer_of(self, cohort: Cohort) -> str:
        """Return the analysis whose result is the answer of a cohort.

        With one visit after baseline the MMRM is the ANCOVA; without randomisation the answer is the contrast of groups
        over time of a mixed model.
        """
        if not cohort.randomised:
            return "mmrm"
        chosen = self.estimator_of(cohort)
        return "ancova" if chosen == "mmrm" and len(cohort.post_visits) == 1 else chosen


@dataclass(frozen=True)
class Plan:
    """The whole plan. `published` is the table of published results, or nothing; `figures` are `FigureSettings`.

    `show_ids` says whether tables and pages may name participants as the data file does, `baseline_smd` whether the baseline
    table has the standardised mean differences of the arms.
    """

    cohorts: dict[str, Cohort]
    published: tuple[str, ...]
    analysis: Analysis
    figures: dict[str, Any]
    show_ids: bool = False
    baseline_smd: bool = False
