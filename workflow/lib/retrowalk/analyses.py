"""The register of the analyses: one row an analysis. Its words are the entry of the same name in present/words/analyses.py.

Nothing else lists analyses. The order of the rows is that in which they are done, and so that of estimates.csv.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

#: Designs with arms to compare.
COMPARED = ("parallel", "comparison")
EVERY_DESIGN = (*COMPARED, "single_group")

# What an analysis is for.
DESCRIPTION = "description"
#: A model of the difference between the arms: one is the answer, the others check it.
COMPARISON = "comparison"
#: The primary estimator on other assumptions about values that are missing; by multiple imputation.
MISSING_VALUES = "missing_values"
IMPUTATION = "imputation"
#: The primary estimator on some of the participants.
POPULATION = "population"
#: What else checks the main comparison: chance, single participants, residuals.
CHECK = "check"
#: Participants one by one.
PARTICIPANTS = "participants"
#: What the studies did.
AS_STUDIED = "as_studied"
SYNTHESIS = "synthesis"
#: Purposes of what is shown below the main comparison.
CHECKS_OF_MAIN = (COMPARISON, MISSING_VALUES, IMPUTATION, POPULATION, CHECK)

# What an analysis compares.
BETWEEN_ARMS = "between_arms"
ALL_ARMS_AT_ONCE = "all_arms_at_once"
WITHIN_ARM = "within_arm"


class Trial(Protocol):
    """What the register asks of a cohort of the plan."""

    design: str
    randomised: bool
    leave_out: tuple[str, ...]

    @property
    def post_visits(self) -> Sequence[Any]:
        """Its visits after baseline."""


@dataclass(frozen=True)
class Entry:
    """One analysis.

    Attributes
    ----------
    name
        The word that the estimate record has for it.
    room
        The room that makes it.
    purpose
        What it is for (the constants above).
    roles
        The roles of its rows. An analysis that can be primary is one that a plan may name as its primary estimator.
    code
        The function that makes its rows, "module.function" of the room; several analyses may be made by one.
    compares
        Between arms, all arms at once, within an arm, or nothing.
    designs, outcomes
        The designs of a trial and the kinds of an outcome that it is for.
    randomised
        Whether it is for randomised trials only.
    by_chance
        Whether it is valid only where the allocation was left to chance, not minimised.
    fewest_visits
        How many visits after baseline a randomised trial must have for it: with one the MMRM is the ANCOVA.
    needs
        What an outcome of the plan must have for it, by the name of the attribute.
    optional
        Whether a cohort may leave it out. What may not comes with another analysis.
    mixed
        Whether it is a mixed model of several visits.
    unadjusted
        Whether a model of the comparison leaves out the covariates.
    letter, decimals
        Of its statistic, where that has no degrees of freedom.
    reference
        The file of values of other programs that its numbers are checked against.
    column
        The column of the estimate record that has its name.
    """

    name: str
    room: str
    purpose: str
    roles: tuple[str, ...]
    code: str
    compares: str = ""
    designs: tuple[str, ...] = COMPARED
    outcomes: tuple[str, ...] = ("continuous",)
    randomised: bool = False
    by_chance: bool = False
    fewest_visits: int = 1
    needs: str = ""
    optional: bool = True
    mixed: bool = False
    unadjusted: bool = False
    letter: str = ""
    decimals: int = 0
    reference: str = ""
    column: str = "analysis"

    @property
    def may_be_primary(self) -> bool:
        """Whether a plan may name it as the primary estimator."""
        return "primary" in self.roles

    def is_for(self, trial: Trial) -> bool:
        """Return whether it can be done of a trial: its design, whether its arms were randomised, its visits."""
        if not trial.randomised:
            return trial.design in self.designs and not self.randomised
        return trial.design in self.designs and len(trial.post_visits) >= self.fewest_visits

    def has_needs(self, outcome: Any) -> bool:
        """Return whether an outcome of the plan has what the analysis needs of it."""
        return not self.needs or bool(getattr(outcome, self.needs))

    def is_planned(self, trial: Trial) -> bool:
        """Return whether it is for a trial, and not left out of it."""
        return self.is_for(trial) and self.name not in trial.leave_out


#: Reference values of the mixed models.
_ENGINE = "workflow/lib/visitwise/tests/reference"
_MAIN = ("primary", "secondary", "sensitivity")
_SENSITIVITY = ("sensitivity",)
_DESCRIPTIVE = ("descriptive",)


def _described(name: str, code: str) -> Entry:
    return Entry(name, "describe", DESCRIPTION, _DESCRIPTIVE, code, designs=EVERY_DESIGN, optional=False)


def _modelled(name: str, purpose: str, roles: tuple[str, ...], code: str, **more: Any) -> Entry:
    return Entry(name, "model", purpose, roles, code, **{"compares": BETWEEN_ARMS, **more})


def _imputed(name: str) -> Entry:
    return _modelled(name, IMPUTATION, _SENSITIVITY, "missing_data.imputation", randomised=True)


def _as_studied(name: str, **more: Any) -> Entry:
    return _modelled(name, AS_STUDIED, ("as_published",), f"as_studied.{name}", **more)


def _synthesised(name: str, role: str, code: str, reference: str = "") -> Entry:
    more = {"compares": BETWEEN_ARMS, "designs": EVERY_DESIGN, "optional": False, "reference": reference}
    return Entry(name, "synthesise", SYNTHESIS, (role,), code, **more)


_ENTRIES = (
    _described("baseline", "baseline.baseline_rows"),
    _described("flow", "flow.flow_rows"),
    _described("missing", "missing.missing_rows"),
    _described("missing_pattern", "missing.pattern_rows"),
    _described("observed_mean", "observed.observed_rows"),
    _described("adverse_events", "safety.adverse_event_rows"),
    _described("adherence", "adherence.adherence_rows"),
    _modelled("ancova", COMPARISON, _MAIN, "adjusted.ancova", reference="tests/reference/two_arm.csv"),
    _modelled(
        "mmrm",
        COMPARISON,
        _MAIN,
        "adjusted.mmrm",
        fewest_visits=2,
        mixed=True,
        reference=f"{_ENGINE}/mmrm.csv",
    ),
    _modelled(
        "mmrm_weeks",
        COMPARISON,
        _SENSITIVITY,
        "adjusted.mmrm_weeks",
        randomised=True,
        fewest_visits=3,
        needs="primary",
        mixed=True,
        reference=f"{_ENGINE}/sp_pow.csv",
    ),
    _modelled(
        "clda",
        COMPARISON,
        _MAIN,
        "adjusted.clda",
        randomised=True,
        mixed=True,
        reference=f"{_ENGINE}/clda.csv",
    ),
    _modelled(
        "random_intercept",
        COMPARISON,
        _SENSITIVITY,
        "adjusted.random_intercept",
        mixed=True,
        unadjusted=True,
        reference=f"{_ENGINE}/random_intercept.csv",
    ),
    _modelled(
        "joint_test",
        COMPARISON,
        _SENSITIVITY,
        "adjusted.mmrm",
        compares=ALL_ARMS_AT_ONCE,
        randomised=True,
        fewest_visits=2,
        optional=False,
    ),
    _modelled("complete_cases", MISSING_VALUES, _SENSITIVITY, "missing_data.complete_cases"),
    _imputed("imputation_mar"),
    _imputed("jump_to_reference"),
    _imputed("copy_reference"),
    _imputed("copy_increments"),
    _modelled("tipping_point", MISSING_VALUES, _SENSITIVITY, "missing_data.imputation", randomised=True),
    _modelled("per_protocol", POPULATION, _SENSITIVITY, "checks.per_protocol", column="population"),
    _modelled(
        "permutation",
        CHECK,
        _SENSITIVITY,
        "checks.randomisation_check",
        randomised=True,
        by_chance=True,
        letter="t",
        decimals=2,
        reference=f"{_ENGINE}/trials/tiny_5v5.csv",
    ),
    _modelled("influence", CHECK, _SENSITIVITY, "checks.influence"),
    _modelled(
        "assumptions",
        CHECK,
        _DESCRIPTIVE,
        "checks.assumptions",
        compares="",
        letter="W",
        decimals=3,
        reference="tests/reference/two_arm.csv",
    ),
    _as_studied("student_post", reference="tests/reference/two_arm.csv"),
    _as_studied("welch_post", reference="tests/reference/two_arm.csv"),
    _as_studied("welch_change", reference="tests/reference/two_arm.csv"),
    _as_studied("mann_whitney", letter="U", decimals=1, reference="tests/reference/rank_tests.csv"),
    _as_studied("brunner_munzel"),
    _as_studied("mixed_anova", compares=ALL_ARMS_AT_ONCE, reference="tests/reference/mixed_anova.csv"),
    _modelled(
        "responders",
        PARTICIPANTS,
        ("descriptive", "sensitivity"),
        "participants.responders",
        designs=EVERY_DESIGN,
        needs="responders",
    ),
    _modelled(
        "reliable_change",
        PARTICIPANTS,
        _DESCRIPTIVE,
        "participants.reliable_change",
        compares="",
        designs=EVERY_DESIGN,
        needs="measurement_error",
    ),
    _as_studied("paired_t", compares=WITHIN_ARM, designs=EVERY_DESIGN, reference="tests/reference/two_arm.csv"),
    _as_studied(
        "wilcoxon",
        compares=WITHIN_ARM,
        designs=EVERY_DESIGN,
        letter="V",
        decimals=1,
        reference="tests/reference/rank_tests.csv",
    ),
    _synthesised("published", "as_published", "effects.published_effects"),
    _synthesised("pooled", "descriptive", "pool.pool", "tests/reference/meta.csv"),
)

#: {name: its row}, in the order in which the analyses are done.
REGISTER = {entry.name: entry for entry in _ENTRIES}


def with_purpose(*purposes: str) -> tuple[Entry, ...]:
    """Return the analyses that are for any of some purposes, in the order of the register."""
    return tuple(entry for entry in _ENTRIES if entry.purpose in purposes)
