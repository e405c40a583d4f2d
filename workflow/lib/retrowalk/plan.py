"""The plan: config.yaml, the instruments and the cohort files, read once, checked whole and frozen.

`load_plan` is called when the Snakefile is read. Any fault ends the run before a job starts. The faults of config.yaml
and the instruments are told at once, then those of all cohort files.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from retrowalk.errors import PlanError
from retrowalk.presets import figure_faults, figure_settings
from retrowalk.schemas import HIDDEN, NONCHARACTERS, faults, listed, nearest, on_one_line, read_yaml
from retrowalk.vocabulary import (
    ADHERENCE_COLUMNS,
    ALL_ENROLLED,
    ALL_RANDOMISED,
    MEASUREMENT_COLUMNS,
    PARTICIPANT_COLUMNS,
    SYNTHETIC_NOTE,
    WITHDRAWAL_COLUMNS,
)

CONFIG = Path("config/config.yaml")
INSTRUMENTS = Path("config/instruments.yaml")
COHORTS = Path("config/cohorts")
#: What `make freeze` writes: the plan as it was frozen, and the hash of it.
FROZEN = Path("config/frozen")
FROZEN_PLAN, FROZEN_HASH, FROZEN_NUMBERS = FROZEN / "plan.json", FROZEN / "plan.sha256", FROZEN / "numbers.csv"
#: Kinds of file that are read: `ingest.read` has a reader for each.
TEXT_FILES, EXCEL_FILES = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm", ".xls")
STATISTICAL_FILES = (".sav", ".zsav", ".dta", ".sas7bdat", ".xpt")
READABLE = (*TEXT_FILES, *EXCEL_FILES, *STATISTICAL_FILES)
#: The column that says which sheet a row came from, where several sheets are stacked.
SHEET_COLUMN = "(sheet)"
#: What no covariate and no visit can be called: columns of the tables and of the design matrix.
RESERVED = (*PARTICIPANT_COLUMNS, *WITHDRAWAL_COLUMNS, *ADHERENCE_COLUMNS, *MEASUREMENT_COLUMNS, "intercept")
#: What a column of yes and no says for no, where the cohort file does not give the text.
NO_TEXTS = ("no", "No", "NO", "n", "N", "0", "false", "False", "FALSE")


def decimal_in_cells(file: str | Path, decimal: str) -> str:
    """Return the decimal sign of a file's cells as they are read: Excel's have a point whatever Excel shows."""
    return "." if Path(file).suffix.lower() in EXCEL_FILES else decimal


@dataclass(frozen=True)
class Source:
    """One table as received: its file, and how it is read. `sheets` are stacked where there are several."""

    file: str
    sheets: tuple[str, ...] = ("",)
    header: tuple[int, ...] = ()
    skip_rows: tuple[int, ...] = ()
    encoding: str = ""
    decimal: str = "."
    sha256: str = ""


@dataclass(frozen=True)
class Side:
    """A column that says left or right, and the texts it says them with."""

    column: str
    left: str
    right: str

    @property
    def names(self) -> dict[str, str]:
        """{text in the file: left or right}."""
        return {self.left: "left", self.right: "right"}


@dataclass(frozen=True)
class YesNo:
    """A column that says yes or no, and the texts it says them with. An empty cell says neither."""

    column: str
    yes: str
    no: str = ""

    @property
    def names(self) -> dict[str, str]:
        """{text in the file: yes or no}."""
        return dict.fromkeys([self.no] if self.no else NO_TEXTS, "no") | {self.yes: "yes"}


@dataclass(frozen=True)
class Events:
    """The table of adverse events, one row an event; `falls` are the texts of `kind` that are falls."""

    table: Source
    participant_column: str
    kind_column: str
    week_column: str = ""
    serious: YesNo | None = None
    description_column: str = ""
    falls: tuple[str, ...] = ()

    @property
    def decimal_in_cells(self) -> str:
        """The decimal sign of the cells as they are read."""
        return decimal_in_cells(self.table.file, self.table.decimal)


@dataclass(frozen=True)
class Sessions:
    """The column of the sessions attended, and those planned: a column, or one number for everybody."""

    attended_column: str
    planned_column: str = ""
    planned: float | None = None


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
class Place:
    """Where values of an outcome stand: a column, or a text of the outcome column.

    `visit` is empty where the row says the visit, `side` where the column does not say the limb.
    """

    text: str
    visit: str = ""
    side: str = ""


def places(named: Any, visit: str = "", side: str = "") -> Iterator[Place]:
    """Yield the places of a column, a list of them (trials), or a mapping by limb."""
    if isinstance(named, dict):
        for limb, columns in named.items():
            yield from places(columns, visit, limb)
    elif isinstance(named, list | tuple):
        for column in named:
            yield from places(column, visit, side)
    elif named:
        yield Place(named, visit, side)


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
        built |= {key: _as_choices(params[key]) for key in ("only", "baseline_when")}
        built |= {key: params[key] and Side(**params[key]) for key in ("side", "index_side")}
        built |= {
            key: params[key] and kind(**params[key]) for key, kind in (("sessions", Sessions), ("per_protocol", YesNo))
        }
        built["outcomes"] = tuple(
            replace(outcome, responders=tuple(Threshold(**fields) for fields in outcome.responders))
            for outcome in built["outcomes"]
        )
        built["visits"] = tuple(replace(visit, also_in_file=tuple(visit.also_in_file)) for visit in built["visits"])
        built["participants_table"] = _source_from_params(params["participants_table"])
        built["events"] = _events_from_params(params["events"])
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

    def to_params(self) -> dict[str, Any]:
        """Return the keys as plain values."""
        return asdict(self)


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

    def cohorts_to_params(self) -> list[dict[str, Any]]:
        """Return all cohorts as plain values."""
        return [cohort.to_params() for cohort in self.cohorts.values()]

    def to_params(self) -> dict[str, Any]:
        """Return the whole plan as plain values."""
        return asdict(self)


def load_plan(config: dict[str, Any] | None = None) -> Plan:
    """Read and check the whole plan of the working folder.

    Parameters
    ----------
    config
        The content of config/config.yaml where Snakemake has read it already (and merged `--config` into it); it is
        read here where this is left out.

    Raises
    ------
    PlanError
        Anything is wrong in config/, or a data file that it names is not there. The message has a line a fault.
    """
    content = config if config is not None else read_yaml(CONFIG)
    found = faults(content, "config", CONFIG)
    instruments: dict[str, Any] = {}
    try:
        instruments = read_instruments()
    except PlanError as fault:
        found.append(str(fault))
    _stop(found)

    names = content["cohorts"]
    found += [
        f'{CONFIG}, "cohorts": "{name}" is listed twice. Keep one.'
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    found += [f'{CONFIG}, "figures", {fault}' for fault in figure_faults(content["figures"])]
    published = content.get("published", "")
    if published and not Path(published).is_file():
        found.append(f'{CONFIG}, "published": there is no file {published}. Correct the path or take the key out.')
    cohorts = {}
    for name in dict.fromkeys(names):
        try:
            cohorts[name] = load_cohort(name, instruments)
        except PlanError as fault:
            found.append(str(fault))
    found += _shared_files(list(cohorts.values()))
    _stop(found)
    return Plan(
        cohorts=cohorts,
        published=(published,) if published else (),
        analysis=Analysis(**{each.name: content[each.name] for each in fields(Analysis) if each.name in content}),
        figures=figure_settings(content["figures"]),
        show_ids=content.get("show_ids", False),
        baseline_smd=content.get("baseline_smd", False),
    )


def read_instruments() -> dict[str, Any]:
    """Read and check config/instruments.yaml.

    Raises
    ------
    PlanError
        The file is missing or breaks its schema, or an instrument's range is empty.
    """
    instruments = read_yaml(INSTRUMENTS)
    _stop(faults(instruments, "instruments", INSTRUMENTS))
    _stop(
        [
            f'{INSTRUMENTS}, "{name}": "low" ({each["low"]}) is not below "high" ({each["high"]}). Correct them.'
            for name, each in instruments.items()
            if None not in (each["low"], each["high"]) and each["low"] >= each["high"]
        ]
    )
    return instruments


def find_cohort(name: str) -> Cohort:
    """Read and check a cohort that somebody asks for by name, whether config.yaml lists it or not.

    Raises
    ------
    PlanError
        There is no such cohort, or its cohort file or the instruments have faults.
    """
    instruments = read_instruments()
    if not (COHORTS / f"{name}.yaml").is_file():
        known = [path.stem for path in COHORTS.glob("*.yaml")]
        raise PlanError(f'There is no cohort "{name}"{nearest(name, known)}: {COHORTS / name}.yaml is not there.')
    return load_cohort(name, instruments)


#: Keys whose text readers see, and signs that no text may hold.
_SEEN_KEYS, _NO_TEXT = ("label", "title", "citation", "condition"), re.compile(f"[{NONCHARACTERS}]")
#: Names of sets of studies in the synthesis.
_SETS = ("published", "synthetic")


def _unreadable(content: Any, place: tuple[str, ...]) -> Iterator[str]:
    """Yield a fault for each text that shows nothing where readers expect words, or holds signs that no text may hold."""
    if isinstance(content, dict | list):
        parts = content.items() if isinstance(content, dict) else enumerate(content, start=1)
        for name, part in parts:
            yield from _unreadable(part, (*place, f"item {name}" if isinstance(content, list) else f'"{name}"'))
    elif isinstance(content, str):
        where = "".join(f", {on_one_line(part)}" for part in place)
        if _NO_TEXT.search(content):
            yield f"{where}: it holds a sign that no text may hold (U+{ord(_NO_TEXT.search(content)[0]):04X}). Type it anew."
        elif place and place[-1].strip('"') in _SEEN_KEYS and not HIDDEN.sub("", content).strip():
            yield f"{where}: it shows nothing. Write the words that readers are to see."


def load_cohort(name: str, instruments: dict[str, Any]) -> Cohort:
    """Read and check config/cohorts/<name>.yaml.

    Raises
    ------
    PlanError
        The file is missing or breaks its schema, or names something that is not there.
    """
    path = COHORTS / f"{name}.yaml"
    if name in _SETS:
        raise PlanError(
            f'{CONFIG}, "cohorts": no trial can be called "{name}", which is the name of a set of trials. Rename it.'
        )
    if not path.is_file():
        there = sorted(file.name for file in COHORTS.glob("*"))
        known = [file.partition(".")[0] for file in there]
        hint = " (its ending must be .yaml)" if name in known else nearest(name, known)
        raise PlanError(
            f'{CONFIG}, "cohorts": there is no file {path} for "{name}"{hint}. Correct the name or add the file. '
            f"Files there: {listed(there) or 'none'}."
        )
    content = read_yaml(path)
    _stop(faults(content, "cohort", path))
    _stop([f"{path}{fault}" for fault in _unreadable(content, ())])
    _stop(_contradictions(content, path, instruments))
    visits = tuple(
        Visit(visit["name"], float(visit["week"]), visit["label"], *_first_and_rest(visit))
        for visit in content["visits"]
    )
    withdrawal, dates = content.get("withdrawal", {}), content.get("date", "")
    per_protocol = content.get("per_protocol", {})
    return Cohort(
        name=name,
        title=content["title"],
        citation=content["citation"],
        registration=content.get("registration", ""),
        provenance=content["provenance"],
        condition=content["condition"],
        design=content["design"],
        randomised=content["randomised"],
        comparator_type=content["comparator_type"],
        **_table_fields(content),
        participant_column=content["participant"],
        arm_column=content["arm"],
        visit_column=content.get("visit", ""),
        missing=tuple(str(text) for text in content.get("missing", [])),
        arms=tuple(Arm(in_file, **arm) for in_file, arm in content["arms"].items()),
        control=content["control"],
        visits=visits,
        outcomes=tuple(
            _outcome(key, fields, instruments[fields["instrument"]], content["condition"], visits[-1].name)
            for key, fields in content["outcomes"].items()
        ),
        covariates=tuple(_covariate(key, fields) for key, fields in content.get("covariates", {}).items()),
        strata=tuple(content.get("strata", [])),
        adjust_for=tuple(content.get("adjust_for", [])),
        withdrawn_after_column=withdrawal.get("after", ""),
        withdrawal_reason_column=withdrawal.get("reason", ""),
        assumptions=tuple(content.get("assumptions", [])),
        participants_table=_source(content.get("participants_table")),
        only=_as_choices(content.get("only", {})),
        outcome_column=content.get("outcome", ""),
        value_column=content.get("value", ""),
        baseline_when=_as_choices(content.get("baseline_when", {})),
        date_column=dates if isinstance(dates, str) else "",
        date_columns=dates if isinstance(dates, dict) else {},
        date_order=content.get("date_order", ""),
        side=_side(content.get("side")),
        repeat_column=content.get("repeat", ""),
        index_side=_side(content.get("index_side")),
        events=_events(content.get("events"), content["participant"]),
        sessions=_sessions(content.get("sessions")),
        per_protocol=_yes_no(per_protocol) if "column" in per_protocol else None,
        per_protocol_percent=per_protocol.get("attended_at_least"),
        randomised_on_column=content.get("randomised_on", ""),
        allocation=content.get("allocation", "random"),
        primary_estimator=content.get("primary_estimator", ""),
        leave_out=tuple(content.get("leave_out", [])),
    )


_SOURCE_LISTS = ("sheets", "header", "skip_rows")
_EVENT_TEXTS = ("participant", "kind", "week", "description")


def _first_and_rest(visit: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return what the file says for a visit, and what else it says for it."""
    first, *rest = map(str, _as_list(visit.get("in_file", visit["name"])))
    return first, tuple(rest)


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _as_choices(columns: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return {column: the texts it may hold}."""
    return {column: tuple(str(text) for text in _as_list(texts)) for column, texts in columns.items()}


def _table_fields(content: dict[str, Any]) -> dict[str, Any]:
    """Return what the cohort file says of how a table is read, as fields of `Cohort`."""
    sheets = _as_list(content.get("sheet", ""))
    return {
        "file": str(Path(content["file"])),
        "sheet": sheets[0],
        "more_sheets": tuple(sheets[1:]),
        "header": tuple(_as_list(content["header"])) if "header" in content else (),
        "skip_rows": tuple(content.get("skip_rows", [])),
        "encoding": content.get("encoding", ""),
        "decimal": content.get("decimal", "."),
        "sha256": content.get("sha256", ""),
    }


def _source(content: dict[str, Any] | None) -> Source | None:
    if content is None:
        return None
    fields = _table_fields(content)
    return Source(sheets=(fields.pop("sheet"), *fields.pop("more_sheets")), **fields)


def _source_from_params(fields: dict[str, Any] | None) -> Source | None:
    return fields and Source(**fields | {key: tuple(fields[key]) for key in _SOURCE_LISTS})


def _events(content: dict[str, Any] | None, participant_column: str) -> Events | None:
    return content and Events(
        table=_source(content),
        participant_column=content.get("participant", participant_column),
        kind_column=content["kind"],
        week_column=content.get("week", ""),
        serious=_yes_no(content.get("serious")),
        description_column=content.get("description", ""),
        falls=tuple(str(text) for text in content.get("falls", [])),
    )


def _events_from_params(fields: dict[str, Any] | None) -> Events | None:
    if fields is None:
        return None
    built = {"table": _source_from_params(fields["table"]), "falls": tuple(fields["falls"])}
    return Events(**fields | built | {"serious": fields["serious"] and YesNo(**fields["serious"])})


def _sessions(content: dict[str, Any] | None) -> Sessions | None:
    if content is None:
        return None
    planned = content["planned"]
    by_column = isinstance(planned, str)
    return Sessions(content["attended"], planned if by_column else "", None if by_column else float(planned))


def _yes_no(content: dict[str, Any] | None) -> YesNo | None:
    return content and YesNo(content["column"], str(content["yes"]), str(content.get("no", "")))


def _side(content: dict[str, Any] | None) -> Side | None:
    return content and Side(content["column"], str(content["left"]), str(content["right"]))


def _stop(found: list[str]) -> None:
    if found:
        raise PlanError("\n".join(found))


def _covariate(name: str, fields: str | dict[str, Any]) -> Covariate:
    fields = {"column": fields} if isinstance(fields, str) else fields
    label = fields.get("label", name.replace("_", " ").capitalize())
    return Covariate(name, fields["column"], label, fields.get("unit", ""), fields.get("levels", {}))


def _outcome(name: str, fields: dict[str, Any], instrument: dict[str, Any], condition: str, last_visit: str) -> Outcome:
    unit = fields.get("unit", instrument["unit"])
    scale = 1 if unit == instrument["unit"] else instrument["other_units"][unit]

    def scaled(value: float | None) -> float | None:
        return None if value is None else value * scale

    def of_condition(key: str) -> dict[str, Any]:
        return next((mark for mark in instrument.get(key, []) if mark["condition"] == condition), {})

    important, error = of_condition("important_change"), of_condition("measurement_error")
    return Outcome(
        name=name,
        label=fields["label"],
        domain=fields.get("domain", instrument["domain"]),
        unit=unit,
        instrument=instrument["label"],
        low=scaled(instrument["low"]),
        high=scaled(instrument["high"]),
        better=instrument["better"],
        resolution=instrument["resolution"] * scale,
        important_change=scaled(important.get("value")),
        important_change_source=important.get("source", ""),
        primary=fields.get("role") == "primary",
        primary_visit=fields.get("primary_visit", last_visit),
        smallest_worthwhile_effect=fields.get("smallest_worthwhile_effect"),
        source=fields.get("source", ""),
        column=fields.get("column", ""),
        columns=fields.get("columns", {}),
        in_file=fields.get("in_file", ""),
        limbs=fields.get("limbs", ""),
        trials=fields.get("trials", ""),
        missing_with=fields.get("missing_with", ""),
        measurement_error=scaled(error.get("value")),
        measurement_error_source=error.get("source", ""),
        responders=tuple(_threshold(each) for each in fields.get("responders", [])),
        family=fields.get("family", ""),
    )


def _threshold(fields: dict[str, Any]) -> Threshold:
    percent = "percent" in fields
    value = float(fields["percent" if percent else "change"])
    return Threshold(value, percent, fields["source"], fields.get("interval", "newcombe"))


def _contradictions(content: dict[str, Any], path: Path, instruments: dict[str, Any]) -> list[str]:
    """Return a line for each fault that the schema cannot see."""
    found = [
        *_file_faults(content),
        *_name_faults(content),
        *_design_faults(content),
        *_conduct_faults(content),
        *_outcome_faults(content, instruments),
        *_column_faults(content),
    ]
    return [on_one_line(f"{path}, {fault}") for fault in found]


def _not_one_of(word: str, allowed: list[str], place: str, what: str, else_do: str = "") -> list[str]:
    if word in allowed:
        return []
    remedy = f" Correct it, or {else_do}." if else_do else ""
    return [f'{place}: "{word}" is not {what}{nearest(word, allowed)}. Allowed: {listed(allowed) or "none"}.{remedy}']


def _file_faults(content: dict[str, Any]) -> Iterator[str]:
    yield from _table_faults(content, "")
    for key in ("participants_table", "events"):
        if key in content:
            yield from _table_faults(content[key], f'"{key}", ')


def _table_faults(content: dict[str, Any], place: str) -> Iterator[str]:
    file, ending = Path(content["file"]), Path(content["file"]).suffix.lower()
    if set("{}") & set(str(file)):
        yield f'{place}"file": {file} has a brace in it, which Snakemake takes for a wildcard. Rename the file or folder.'
    if _leaves_folder(file):
        remedy = "Put the data file into data/ and give its path from there."
        yield f'{place}"file": {file} is outside the working folder. {remedy}'
    elif ending not in READABLE:
        kinds = ", ".join(READABLE)
        yield f'{place}"file": {file} is of a kind that is not read. Allowed: {kinds}. Save it as one of these.'
    elif not _is_file(file):
        put = "Put the data file there or correct the path."
        yield f'{place}"file": {_why_no_file(file)}. {put}'
    for key, kinds, what in (
        ("sheet", EXCEL_FILES, "only an Excel file has sheets"),
        ("header", (*EXCEL_FILES, *TEXT_FILES), "a file of SPSS, Stata or SAS has no rows of column names"),
        ("encoding", TEXT_FILES, "only a text file needs one"),
    ):
        if key in content and ending not in kinds:
            yield f'{place}"{key}": {what}, and this is {file.name}. Take the key out.'
    if "encoding" in content and not _is_encoding(content["encoding"]):
        yield f'{place}"encoding": "{content["encoding"]}" is no encoding. Allowed: such as utf-8, cp1252, mac-roman.'
    rows = _as_list(content.get("header", 1))
    if rows != list(range(rows[0], rows[0] + len(rows))):
        yield f'{place}"header": the rows {listed(rows)} do not follow each other. Give them as [3, 4].'


def _leaves_folder(file: Path) -> bool:
    """Whether a path, its links followed, leads out of the working folder: such a file would not travel with it."""
    try:
        return file.is_absolute() or not file.resolve().is_relative_to(Path.cwd().resolve())
    except (OSError, RuntimeError, ValueError):
        return False  # a path that leads nowhere: links in a circle, a name that no system takes


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False


def _why_no_file(file: Path) -> str:
    """Return what stands in the place of a data file."""
    try:
        if file.is_dir():
            return f"{file} is a folder"
        if file.exists():
            return f"{file} is not a file"
        if file.is_symlink() and not os.path.lexists(file.parent / os.readlink(file)):
            return f"{file} is a link to a file that is not there"
        others = [other.name for other in file.parent.glob("*") if other.is_file()]
    except (OSError, RuntimeError, ValueError):
        others = []
    return f"there is no file {file}{nearest(file.name, others)}"


def _is_encoding(name: str) -> bool:
    import codecs

    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


def _name_faults(content: dict[str, Any]) -> Iterator[str]:
    arms, visits, outcomes = content["arms"].values(), content["visits"], content["outcomes"]
    visit_names = [visit["name"] for visit in visits]
    for word in content.get("covariates", {}):
        if word in (*RESERVED, "baseline", *visit_names, *outcomes):
            yield f'"covariates": the name "{word}" is taken already. Choose another, such as "{word}_at_entry".'
    for word in visit_names:
        if word in RESERVED:
            yield f'"visits": the name "{word}" is taken already. Choose another, such as "week_4".'
    said = [_first_and_rest(visit) for visit in visits] if "visit" in content else []
    raw = [text for first, rest in said for text in (first, *rest)]
    for place, what, words in (
        ("arms", "name", [arm["name"] for arm in arms]),
        ("arms", "label", [arm["label"] for arm in arms]),
        ("visits", "name", visit_names),
        ("visits", "label", [visit["label"] for visit in visits]),
        ("visits", "in_file", raw),
        ("outcomes", "label", [outcome["label"] for outcome in outcomes.values()]),
    ):
        for word in dict.fromkeys(words):
            if words.count(word) > 1:
                yield f'"{place}": the {what} "{word}" is given twice. Give each its own.'
    yield from _not_one_of(content["control"], [arm["name"] for arm in arms], '"control"', "the name of an arm")


def _design_faults(content: dict[str, Any]) -> Iterator[str]:
    design, arms = content["design"], len(content["arms"])
    weeks = [visit["week"] for visit in content["visits"]]
    if weeks != sorted(set(weeks)):
        yield f'"visits": the weeks {listed(weeks)} do not go up. Put the visits in order, baseline first.'
    elif weeks[0] != 0:
        yield f'"visits": the first is baseline and its week is 0, not {weeks[0]}. Count the weeks from it.'
    if design != "single_group" and arms < 2:
        yield f'"arms": a {design} design has at least two arms, and there is one. Add the other.'
    if design == "single_group" and arms > 1:
        yield f'"arms": a single_group design has one arm, and there are {arms}. Put design: comparison or parallel.'
    if content["randomised"] and design != "parallel":
        yield f'"randomised": a {design} design is not randomised. Put false, or design: parallel.'
    if "primary_estimator" in content and not content["randomised"]:
        yield (
            '"primary_estimator": the groups of a cohort that was not randomised are always compared by their changes in a '
            "mixed model of all visits. Take the key out."
        )
    covariates = list(content.get("covariates", {}))
    for key in ("side", "index_side"):
        side = content.get(key, {})
        if side and str(side["left"]) == str(side["right"]):
            yield f'"{key}": left and right are both "{side["left"]}". Give each its own.'
    dates = content.get("date", "")
    if dates and isinstance(dates, str) and "visit" not in content:
        yield '"date": the file has one row a participant, so give the column of each visit: {baseline: column}.'
    for word in dates if isinstance(dates, dict) else []:
        yield from _not_one_of(word, [visit["name"] for visit in content["visits"]], '"date"', "a visit")
    for key in ("adjust_for", "strata"):
        for word in content.get(key, []):
            yield from _not_one_of(word, covariates, f'"{key}"', "one of the covariates", 'add it to "covariates"')


def _conduct_faults(content: dict[str, Any]) -> Iterator[str]:
    """Yield what contradicts itself in what is said of allocation, sessions, protocol and adverse events."""
    for key in ("randomised_on", "allocation"):
        if key in content and not content["randomised"]:
            yield f'"{key}": the cohort was not randomised ("randomised" is false). Take the key out, or put true.'
    per_protocol, events = content.get("per_protocol", {}), content.get("events", {})
    given = [key for key in ("column", "attended_at_least") if key in per_protocol]
    if "per_protocol" in content and len(given) != 1:
        fault = "both are given" if given else "neither is given"
        yield f'"per_protocol": "column" (with "yes") or "attended_at_least", and {fault}. Give one of them.'
    if "attended_at_least" in per_protocol and "sessions" not in content:
        yield '"per_protocol", "attended_at_least": nothing says who attended how many sessions. Add "sessions".'
    serious = events.get("serious", {})
    for place, said in (('"per_protocol"', per_protocol), ('"events", "serious"', serious)):
        if said.get("yes") == "":
            yield f'{place}, "yes": it is empty, and an empty cell says neither yes nor no. Give the text for yes.'
        elif "no" in said and str(said["yes"]) == str(said["no"]):
            yield f'{place}: yes and no are both "{said["yes"]}". Give each its own.'
    if events:
        columns = {"participant": content["participant"]} | events
        named = [(f'"events", "{key}"', columns[key]) for key in _EVENT_TEXTS if key in columns]
        yield from _given_twice([*named, *[('"events", "serious"', serious.get("column"))] * bool(serious)], {})


#: What to do with a family of one.
ALONE = "Give another secondary outcome the same word, or take the key out."


def _outcome_faults(content: dict[str, Any], instruments: dict[str, Any]) -> Iterator[str]:
    visits = [visit["name"] for visit in content["visits"]]
    primary = [name for name, outcome in content["outcomes"].items() if outcome.get("role") == "primary"]
    if len(primary) != 1:
        which = f": {listed(primary)}" if primary else ""
        yield f'"outcomes": exactly one must have "role: primary", and {len(primary)} have it{which}. Choose one.'
    for name, outcome in content["outcomes"].items():
        place = f'"outcomes", "{name}"'
        word, known = outcome["instrument"], list(instruments)
        yield from _not_one_of(word, known, f'{place}, "instrument"', f"in {INSTRUMENTS}", "add the instrument there")
        if word in instruments and "unit" in outcome:
            units = [instruments[word]["unit"], *instruments[word].get("other_units", {})]
            add = f'add it to its "other_units" in {INSTRUMENTS}'
            yield from _not_one_of(outcome["unit"], units, f'{place}, "unit"', f"a unit of {word}", add)
        for visit in outcome.get("columns", {}):
            yield from _not_one_of(visit, visits, f'{place}, "columns"', "a visit")
        at = outcome.get("primary_visit", visits[-1])
        yield from _not_one_of(at, visits[1:], f'{place}, "primary_visit"', "a visit after baseline")
        yield from _shape_faults(content, name, outcome, place)
        better = instruments.get(word, {}).get("better", "")
        yield from _combining_faults(content, outcome, place, better)
        if "responders" in outcome and better == "neither":
            yield f'{place}, "responders": the instrument says of no value that it is better, so nobody responds. Take it out.'
        unit = outcome.get("unit", instruments.get(word, {}).get("unit", ""))
        terms = [_threshold(fields).term(unit) for fields in outcome.get("responders", [])]
        for term in dict.fromkeys(term for term in terms if terms.count(term) > 1):
            shown = term.replace("_", " ")
            yield f'{place}, "responders": the threshold of {shown} is given twice (six digits count). Keep one.'
        word = outcome.get("family", "")
        if "family" in outcome and outcome.get("role") == "primary":
            yield f'{place}, "family": the primary outcome is tested alone. Take the key out.'
        elif word and [each.get("family") for each in content["outcomes"].values()].count(word) == 1:
            yield f'{place}, "family": no other outcome is of the family "{word}", so there is nothing to correct. {ALONE}'
        other = outcome.get("missing_with", "")
        if other:
            others = [each for each in content["outcomes"] if each != name]
            yield from _not_one_of(other, others, f'{place}, "missing_with"', "another outcome")


def _shape_faults(content: dict[str, Any], name: str, outcome: dict[str, Any], place: str) -> Iterator[str]:
    """Yield what does not fit the shape of the file: a row a participant, a row a visit, or a row a value."""
    if "outcome" in content and "in_file" not in outcome:
        yield (
            f'{place}: the file has one row a value ("outcome" is given), so give "in_file", what the column '
            f'"{content["outcome"]}" says for {name}.'
        )
    elif "outcome" not in content and "in_file" in outcome:
        yield f'{place}: "in_file" is for files with one row a value, and "outcome" is not given. Give the column.'
    elif "outcome" not in content and "visit" in content and "column" not in outcome:
        rows = 'one row a participant and visit ("visit" is given)'
        yield f'{place}: the file has {rows}, so give "column" instead of "columns".'
    elif "visit" not in content and "columns" not in outcome:
        rows = 'one row a participant ("visit" is not given)'
        yield f'{place}: the file has {rows}, so give "columns" instead of "column".'
    elif "visit" not in content:
        visits = [visit["name"] for visit in content["visits"]]
        at = outcome.get("primary_visit", visits[-1])
        if at in visits[1:] and at not in outcome["columns"]:
            yield (
                f'{place}, "columns": there is none for the visit "{at}", at which the arms are compared first. '
                'Add it, or give another "primary_visit".'
            )


def _combining_faults(content: dict[str, Any], outcome: dict[str, Any], place: str, better: str) -> Iterator[str]:
    """Yield what is not said of several values that become one: trials of a test, measures of both limbs."""
    named = [*outcome.get("columns", {}).values(), outcome.get("column", ""), outcome.get("in_file", "")]
    two_limbs = any(isinstance(each, dict) for each in named)
    lists = [part for each in named for part in (each.values() if isinstance(each, dict) else [each])]
    if any(isinstance(each, list) for each in lists) and "trials" not in outcome:
        yield f'{place}: several columns hold one visit, and it is not said how they become one value. Add "trials".'
    if two_limbs and "limbs" not in outcome:
        yield f'{place}: left and right are given, and it is not said how they become one value. Add "limbs".'
    if "limbs" in outcome and not two_limbs and "side" not in content:
        yield f'{place}, "limbs": nothing says which value is left and which is right. Give left and right, or "side".'
    for key, word in (("trials", "best"), ("limbs", "worse")):
        if outcome.get(key) == word and better == "neither":
            yield f'{place}, "{key}": the instrument says of no value that it is better, so nothing is {word}. Put mean.'
    if outcome.get("limbs") == "index" and "index_side" not in content:
        yield f'{place}, "limbs": no column says which side is the index side. Add "index_side".'


def _column_faults(content: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each column that is given two meanings; only a covariate may be an outcome's column too."""
    single = ("participant", "arm", "visit", "outcome", "value", "repeat")
    frame = [(f'"{key}"', content[key]) for key in single if key in content]
    frame += [(f'"{key}"', content[key]["column"]) for key in ("side",) if key in content]
    frame += [(f'"withdrawal", "{key}"', column) for key, column in content.get("withdrawal", {}).items()]
    frame += [
        (f'"sessions", "{key}"', column)
        for key, column in content.get("sessions", {}).items()
        if isinstance(column, str)
    ]
    frame += (
        [('"per_protocol"', content["per_protocol"]["column"])] if "column" in content.get("per_protocol", {}) else []
    )
    measured = [
        (f'"outcomes", "{name}"', place.text)
        for name, outcome in content["outcomes"].items()
        for named in (*outcome.get("columns", {}).values(), outcome.get("column", ""), outcome.get("in_file", ""))
        for place in places(named)
    ]
    covariates = [
        (f'"covariates", "{name}"', fields if isinstance(fields, str) else fields["column"])
        for name, fields in content.get("covariates", {}).items()
    ]
    taken: dict[str, str] = {}
    yield from _given_twice(frame, taken)
    yield from _given_twice(measured, {} if "outcome" in content else dict(taken))
    yield from _given_twice(covariates, dict(taken))


def _given_twice(columns: list[tuple[str, str]], taken: dict[str, str]) -> Iterator[str]:
    for place, column in columns:
        if column in taken:
            yield f'{place}: the column "{column}" is that of {taken[column]} already. Give each its own.'
        taken.setdefault(column, place)


def _shared_files(cohorts: list[Cohort]) -> list[str]:
    found = []
    for i, cohort in enumerate(cohorts):
        for other in cohorts[:i]:
            # Where a sheet is not named it is the first, which the other may have named.
            sheets, others = set(cohort.table.sheets), set(other.table.sheets)
            alike = sheets & others or "" in sheets | others
            # Rows that are chosen by different values of a column are different rows.
            apart = cohort.only and other.only and cohort.only != other.only
            if Path(cohort.file) == Path(other.file) and alike and not apart:
                found.append(
                    f'{COHORTS / cohort.name}.yaml, "file": {cohort.file} is the file of cohort "{other.name}" too, and its '
                    f'participants would count twice. Take one of the two out of {CONFIG}, or name a "sheet" in both.'
                )
    return found
