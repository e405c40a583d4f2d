"""What a trial is: arms, visits, outcomes and design."""

import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from retrowalk.plan.intake import (
    Events,
    Place,
    Sessions,
    Side,
    Source,
    YesNo,
    decimal_in_cells,
    events_from_params,
    places,
    source_from_params,
)
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
    """One arm: the label it has in the file, its short name, the label readers see, and whether it walked backward.

    `walks_backward` is what the cohort file says of it, or None where it says nothing.
    """

    in_file: str
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
    """One visit; `week` counts from baseline, `in_file` is what a long file's visit column says, or one of `also_in_file`."""

    name: str
    week: float
    label: str
    in_file: str
    also_in_file: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that a file says for this visit."""
        return (self.in_file, *self.also_in_file)

    @property
    def last_texts(self) -> tuple[str, ...]:
        """Everything that a column of last visits may say for it."""
        return (*self.texts, self.name, self.label)


@dataclass(frozen=True)
class Covariate:
    """What else is known of a participant. With `levels` ({code in the file: label}) it is a category."""

    name: str
    column: str
    label: str
    unit: str
    levels: dict[str, str]


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
    """One outcome with what its instrument says of it, limits and benchmarks scaled to the file's unit."""

    name: str
    label: str
    domain: str
    unit: str
    instrument: str
    low: float | None
    high: float | None
    better: str
    resolution: float
    important_change: float | None
    important_change_source: str
    primary: bool
    primary_visit: str
    smallest_worthwhile_effect: float | None
    source: str
    column: Any
    columns: dict[str, Any]
    in_file: Any = ""
    limbs: str = ""
    trials: str = ""
    missing_with: str = ""
    measurement_error: float | None = None
    measurement_error_source: str = ""
    responders: tuple[Threshold, ...] = ()
    family: str = ""

    @property
    def places(self) -> tuple["Place", ...]:
        """Every column (or text of the outcome column) that holds values of this outcome."""
        wide = [place for visit, named in self.columns.items() for place in places(named, visit=visit)]
        return (*wide, *places(self.column), *places(self.in_file))

    @property
    def sign(self) -> int:
        """-1 where lower is better, else 1: what turns arm - reference into "favours arm"."""
        return -1 if self.better == "lower" else 1


@dataclass(frozen=True)
class Cohort:
    """One trial or comparison: its design, where its data are and what they mean."""

    name: str
    title: str
    citation: str
    registration: str
    provenance: str
    condition: str
    design: str
    randomised: bool
    comparator_type: str
    file: str
    sheet: str
    participant_column: str
    arm_column: str
    visit_column: str
    missing: tuple[str, ...]
    arms: tuple[Arm, ...]
    control: str
    visits: tuple[Visit, ...]
    outcomes: tuple[Outcome, ...]
    covariates: tuple[Covariate, ...]
    strata: tuple[str, ...]
    adjust_for: tuple[str, ...]
    withdrawn_after_column: str
    withdrawal_reason_column: str
    assumptions: tuple[str, ...]
    more_sheets: tuple[str, ...] = ()
    header: tuple[int, ...] = ()
    skip_rows: tuple[int, ...] = ()
    encoding: str = ""
    decimal: str = "."
    sha256: str = ""
    participants_table: Source | None = None
    only: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outcome_column: str = ""
    value_column: str = ""
    baseline_when: dict[str, tuple[str, ...]] = field(default_factory=dict)
    date_column: str = ""
    date_columns: dict[str, str] = field(default_factory=dict)
    date_order: str = ""
    side: Side | None = None
    repeat_column: str = ""
    index_side: Side | None = None
    events: Events | None = None
    sessions: Sessions | None = None
    per_protocol: YesNo | None = None
    per_protocol_percent: float | None = None
    randomised_on_column: str = ""
    primary_estimator: str = ""
    leave_out: tuple[str, ...] = ()
    allocation: str = "random"

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> Self:
        """Return the cohort that `to_params` was called on."""
        parts = {"arms": Arm, "visits": Visit, "outcomes": Outcome, "covariates": Covariate}
        built = {key: tuple(part(**fields) for fields in params[key]) for key, part in parts.items()}
        lists = ("missing", "strata", "adjust_for", "assumptions", "more_sheets", "header", "skip_rows", "leave_out")
        built |= {key: tuple(params[key]) for key in lists}
        built |= {key: as_choices(params[key]) for key in ("only", "baseline_when")}
        built |= {key: params[key] and Side(**params[key]) for key in ("side", "index_side")}
        built |= {
            key: params[key] and kind(**params[key]) for key, kind in (("sessions", Sessions), ("per_protocol", YesNo))
        }
        built["outcomes"] = tuple(
            replace(outcome, responders=tuple(Threshold(**fields) for fields in outcome.responders))
            for outcome in built["outcomes"]
        )
        built["visits"] = tuple(replace(visit, also_in_file=tuple(visit.also_in_file)) for visit in built["visits"])
        built["participants_table"] = source_from_params(params["participants_table"])
        built["events"] = events_from_params(params["events"])
        return cls(**{**params, **built})

    def to_params(self) -> dict[str, Any]:
        """Return the cohort as plain values, which is what Snakemake compares between runs."""
        return asdict(self)

    @property
    def table(self) -> Source:
        """The table of measurements, and of all else where there is no table of participants beside it."""
        sheets = (self.sheet, *self.more_sheets)
        how = (self.header, self.skip_rows, self.encoding, self.decimal, self.sha256)
        return Source(self.file, sheets, *how)

    @property
    def decimal_in_cells(self) -> str:
        """The decimal sign of the cells as they are read."""
        return decimal_in_cells(self.file, self.decimal)

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that the cohort is made from."""
        return tuple(dict.fromkeys(source.file for source in self.sources))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every table that the cohort is made from."""
        events = self.events.table if self.events else None
        return tuple(source for source in (self.table, self.participants_table, events) if source)

    @property
    def adherence_columns(self) -> tuple[str, ...]:
        """The columns on adherence that its participants.csv has."""
        judged = self.per_protocol is not None or self.per_protocol_percent is not None
        return tuple(ADHERENCE_COLUMNS[:1] * judged + ADHERENCE_COLUMNS[1:] * (self.sessions is not None))

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

    def arm(self, name: str) -> Arm:
        """Return the arm of this name."""
        return next(arm for arm in self.arms if arm.name == name)

    def visit(self, name: str) -> Visit:
        """Return the visit of this name."""
        return next(visit for visit in self.visits if visit.name == name)

    def outcome(self, name: str) -> Outcome:
        """Return the outcome of this name."""
        return next(outcome for outcome in self.outcomes if outcome.name == name)


def cohorts_from_params(params: list[dict[str, Any]]) -> dict[str, Cohort]:
    """Return {name: cohort} of cohorts that came as plain values, in their order."""
    return {fields["name"]: Cohort.from_params(fields) for fields in params}


def as_list(value: Any) -> list[Any]:
    """Return a value as a list: itself where it is one."""
    return list(value) if isinstance(value, list | tuple) else [value]


def as_choices(columns: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return {column: the texts it may hold}."""
    return {column: tuple(str(text) for text in as_list(texts)) for column, texts in columns.items()}
