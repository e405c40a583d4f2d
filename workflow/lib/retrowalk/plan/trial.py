"""What a trial is: arms, visits, outcomes and design."""

import re
from dataclasses import dataclass

from retrowalk.plan.intake import Intake
from retrowalk.vocabulary import (
    ADHERENCE_COLUMNS,
    ALL_ENROLLED,
    ALL_RANDOMISED,
    SYNTHETIC_NOTE,
)

#: What the name or label of an arm says that walked backward.
_BACKWARD = re.compile(r"\b(backward|retro|r(ü|ue)ckw(ä|ae)rts)")


@dataclass(frozen=True)
class Arm:
    """One arm: its short name, the label readers see, and whether it walked backward.

    `walks_backward` is what the cohort file says of it, or None where it says nothing.
    """

    name: str
    label: str
    walks_backward: bool | None = None

    @property
    def is_backward(self) -> bool:
        """Whether the arm walked backward: as the cohort file says, else where its name or label says so."""
        if self.walks_backward is not None:
            return self.walks_backward
        return bool(_BACKWARD.search(f"{self.name} {self.label}".replace("_", " ").casefold()))


@dataclass(frozen=True)
class Visit:
    """One visit; `week` counts from baseline."""

    name: str
    week: float
    label: str


@dataclass(frozen=True)
class Covariate:
    """What else is known of a participant. With `levels`, the labels in their order, it is a category."""

    name: str
    label: str
    unit: str = ""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Threshold:
    """An improvement of one participant that makes a responder, in the outcome's unit or in percent of baseline.

    `interval` is that of the risk difference: newcombe or wald.
    """

    value: float
    percent: bool
    source: str
    interval: str = "newcombe"

    def term(self, unit: str) -> str:
        """Return what stands for it in the estimate record: "30_percent", or the value and the outcome's unit."""
        return f"{self.value:g}_{'percent' if self.percent else unit}".replace(" ", "_")


@dataclass(frozen=True)
class Outcome:
    """One outcome with what its instrument says of it, limits and benchmarks scaled to the file's unit.

    `visits` are those at which it was to be measured, all where it names none.
    """

    name: str
    label: str
    domain: str
    unit: str
    instrument: str
    low: float | None
    high: float | None
    better: str
    resolution: float
    primary: bool
    primary_visit: str
    visits: tuple[str, ...] = ()
    important_change: float | None = None
    important_change_source: str = ""
    smallest_worthwhile_effect: float | None = None
    source: str = ""
    measurement_error: float | None = None
    measurement_error_source: str = ""
    responders: tuple[Threshold, ...] = ()
    family: str = ""

    @property
    def sign(self) -> int:
        """-1 where lower is better, else 1: what turns arm - reference into "favours arm"."""
        return -1 if self.better == "lower" else 1


@dataclass(frozen=True)
class Publication:
    """What readers are told of a trial and no computation uses: its title, where it is published, what is assumed."""

    title: str
    citation: str
    registration: str = ""
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cohort:
    """One trial or comparison: its design, and how its data are read.

    `publication` is None in the jobs of every room before present, which a change of it does not concern.
    """

    name: str
    provenance: str
    condition: str
    design: str
    randomised: bool
    comparator_type: str
    arms: tuple[Arm, ...]
    control: str
    visits: tuple[Visit, ...]
    outcomes: tuple[Outcome, ...]
    intake: Intake
    publication: Publication | None = None
    covariates: tuple[Covariate, ...] = ()
    strata: tuple[str, ...] = ()
    adjust_for: tuple[str, ...] = ()
    allocation: str = "random"
    per_protocol_percent: float | None = None
    primary_estimator: str = ""
    leave_out: tuple[str, ...] = ()

    @property
    def adherence_columns(self) -> tuple[str, ...]:
        """The columns on adherence that its participants.csv has."""
        per_protocol, *sessions = ADHERENCE_COLUMNS
        judged = self.intake.per_protocol is not None or self.per_protocol_percent is not None
        return (*([per_protocol] if judged else []), *(sessions if self.intake.sessions else []))

    @property
    def synthetic(self) -> bool:
        """Whether the data are simulated. Follows from `provenance` alone and cannot be set."""
        return self.provenance == "synthetic"

    @property
    def mark(self) -> str:
        """What everything made from a synthetic cohort says, else ""."""
        return SYNTHETIC_NOTE if self.synthetic else ""

    @property
    def population(self) -> str:
        """Whom the results speak of."""
        return ALL_RANDOMISED if self.randomised else ALL_ENROLLED

    @property
    def baseline(self) -> Visit:
        """The first visit."""
        return self.visits[0]

    @property
    def post_visits(self) -> tuple[Visit, ...]:
        """Every visit after baseline."""
        return self.visits[1:]

    @property
    def control_arm(self) -> Arm:
        """The arm that the others are compared with."""
        return self.arm(self.control)

    @property
    def intervention_arms(self) -> tuple[Arm, ...]:
        """Every arm but the control."""
        return tuple(arm for arm in self.arms if arm.name != self.control)

    @property
    def primary_outcome(self) -> Outcome:
        """The one outcome that the primary comparison is about."""
        return next(outcome for outcome in self.outcomes if outcome.primary)

    @property
    def adjusted_for(self) -> tuple[str, ...]:
        """Stratification factors and covariates that the comparison of arms adjusts for, each once."""
        return tuple(dict.fromkeys([*self.strata, *self.adjust_for]))

    @property
    def names(self) -> tuple[list[str], list[str]]:
        """The names of its arms and of its visits."""
        return [arm.name for arm in self.arms], [visit.name for visit in self.visits]

    def arm(self, name: str) -> Arm:
        """Return the arm of this name."""
        return next(arm for arm in self.arms if arm.name == name)

    def visit(self, name: str) -> Visit:
        """Return the visit of this name."""
        return next(visit for visit in self.visits if visit.name == name)

    def outcome(self, name: str) -> Outcome:
        """Return the outcome of this name."""
        return next(outcome for outcome in self.outcomes if outcome.name == name)
