"""The plan: config.yaml, the instruments and the cohort files, read once, checked whole and frozen.

`load_plan` is called when the Snakefile is read. Any fault ends the run before a job starts, and all of them are told
at once.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from retrowalk.errors import PlanError
from retrowalk.schemas import faults, listed, nearest, read_yaml
from retrowalk.vocabulary import (
    ALL_ENROLLED,
    ALL_RANDOMISED,
    PARTICIPANT_COLUMNS,
    SYNTHETIC_NOTE,
    WITHDRAWAL_COLUMNS,
)

CONFIG = Path("config/config.yaml")
INSTRUMENTS = Path("config/instruments.yaml")
COHORTS = Path("config/cohorts")
READABLE = (".csv", ".tsv", ".xlsx")


@dataclass(frozen=True)
class Arm:
    """One arm: the label it has in the file, its short name and the label readers see."""

    in_file: str
    name: str
    label: str


@dataclass(frozen=True)
class Visit:
    """One visit; `week` counts from baseline, `in_file` is what a long file's visit column says."""

    name: str
    week: float
    label: str
    in_file: str


@dataclass(frozen=True)
class Covariate:
    """What else is known of a participant. With `levels` ({code in the file: label}) it is a category."""

    name: str
    column: str
    label: str
    unit: str
    levels: dict[str, str]


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
    column: str
    columns: dict[str, str]

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

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> Self:
        """Return the cohort that `to_params` was called on."""
        parts = {"arms": Arm, "visits": Visit, "outcomes": Outcome, "covariates": Covariate}
        built = {key: tuple(part(**fields) for fields in params[key]) for key, part in parts.items()}
        texts = {key: tuple(params[key]) for key in ("missing", "strata", "adjust_for", "assumptions")}
        return cls(**{**params, **built, **texts})

    def to_params(self) -> dict[str, Any]:
        """Return the cohort as plain values, which is what Snakemake compares between runs."""
        return asdict(self)

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
    """What is done with every cohort, fixed before the data are seen."""

    primary_estimator: str
    alpha: float
    multiplicity: str

    def to_params(self) -> dict[str, Any]:
        """Return the keys as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """The whole plan. `published` is the table of published results, or nothing."""

    cohorts: dict[str, Cohort]
    published: tuple[str, ...]
    analysis: Analysis
    seed: int
    figures: dict[str, float]

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
    instruments = read_yaml(INSTRUMENTS)
    found += faults(instruments, "instruments", INSTRUMENTS)
    _stop(found)

    names = content["cohorts"]
    found += [
        f'{CONFIG}, "cohorts": "{name}" is listed twice. Keep one.'
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
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
        analysis=Analysis(**{key: content[key] for key in ("primary_estimator", "alpha", "multiplicity")}),
        seed=content["seed"],
        figures=dict(content["figures"]),
    )


def load_cohort(name: str, instruments: dict[str, Any]) -> Cohort:
    """Read and check config/cohorts/<name>.yaml.

    Raises
    ------
    PlanError
        The file is missing or breaks its schema, or names something that is not there.
    """
    path = COHORTS / f"{name}.yaml"
    if not path.is_file():
        known = sorted(file.stem for file in COHORTS.glob("*.yaml"))
        raise PlanError(
            f'{CONFIG}, "cohorts": there is no file {path} for "{name}"{nearest(name, known)}. '
            f"Cohort files here: {listed(known) or 'none'}."
        )
    content = read_yaml(path)
    _stop(faults(content, "cohort", path))
    _stop(_contradictions(content, path, instruments))
    visits = tuple(
        Visit(visit["name"], float(visit["week"]), visit["label"], str(visit.get("in_file", visit["name"])))
        for visit in content["visits"]
    )
    withdrawal = content.get("withdrawal", {})
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
        file=content["file"],
        sheet=content.get("sheet", ""),
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
    )


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

    benchmarks = [mark for mark in instrument.get("important_change", []) if mark["condition"] == condition]
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
        important_change=scaled(benchmarks[0]["value"]) if benchmarks else None,
        important_change_source=benchmarks[0]["source"] if benchmarks else "",
        primary=fields.get("role") == "primary",
        primary_visit=fields.get("primary_visit", last_visit),
        smallest_worthwhile_effect=fields.get("smallest_worthwhile_effect"),
        source=fields.get("source", ""),
        column=fields.get("column", ""),
        columns=fields.get("columns", {}),
    )


def _contradictions(content: dict[str, Any], path: Path, instruments: dict[str, Any]) -> list[str]:
    """Return a line for each fault that the schema cannot see."""
    found = []

    def must_be_one_of(word: str, allowed: list[str], place: str, what: str) -> None:
        if word not in allowed:
            found.append(
                f'{path}, {place}: "{word}" is not {what}{nearest(word, allowed)}. Allowed: {listed(allowed)}.'
            )

    file = Path(content["file"])
    if file.suffix.lower() not in READABLE:
        found.append(f'{path}, "file": {file} is of a kind that is not read. Allowed: {", ".join(READABLE)}.')
    elif not file.is_file():
        found.append(f'{path}, "file": there is no file {file}. Put the data file there or correct the path.')
    if "sheet" in content and file.suffix.lower() != ".xlsx":
        found.append(f'{path}, "sheet": only an Excel file has sheets, and this is {file.name}. Take the key out.')

    arms = [arm["name"] for arm in content["arms"].values()]
    visits = [visit["name"] for visit in content["visits"]]
    covariates = list(content.get("covariates", {}))
    taken = [*PARTICIPANT_COLUMNS, *WITHDRAWAL_COLUMNS, *visits]
    for word in covariates:
        if word in taken:
            found.append(
                f'{path}, "covariates": the name "{word}" is taken already. Choose another, such as "{word}_group".'
            )
    for words, place in ((arms, "arms"), (visits, "visits")):
        for word in dict.fromkeys(words):
            if words.count(word) > 1:
                found.append(f'{path}, "{place}": the name "{word}" is given twice. Give each its own.')
    must_be_one_of(content["control"], arms, '"control"', "an arm")
    weeks = [visit["week"] for visit in content["visits"]]
    if weeks != sorted(set(weeks)):
        found.append(
            f'{path}, "visits": the weeks {listed(weeks)} do not go up. Put the visits in order, baseline first.'
        )
    if content["design"] != "single_group" and len(arms) < 2:
        found.append(
            f'{path}, "arms": a {content["design"]} design has at least two arms, and there is one. Add the other.'
        )
    if content["randomised"] and content["design"] != "parallel":
        found.append(
            f'{path}, "randomised": a {content["design"]} design is not randomised. Put false, or design: parallel.'
        )
    for key in ("adjust_for", "strata"):
        for word in content.get(key, []):
            must_be_one_of(word, covariates, f'"{key}"', "one of the covariates")
    primary = [name for name, outcome in content["outcomes"].items() if outcome.get("role") == "primary"]
    if len(primary) != 1:
        found.append(
            f'{path}, "outcomes": exactly one must have "role: primary", and {len(primary)} have it'
            f"{': ' + listed(primary) if primary else ''}. Choose one."
        )
    for name, outcome in content["outcomes"].items():
        place = f'"outcomes", "{name}"'
        must_be_one_of(outcome["instrument"], list(instruments), f'{place}, "instrument"', f"in {INSTRUMENTS}")
        if outcome["instrument"] in instruments and "unit" in outcome:
            instrument = instruments[outcome["instrument"]]
            units = [instrument["unit"], *instrument.get("other_units", {})]
            must_be_one_of(outcome["unit"], units, f'{place}, "unit"', "a unit of this instrument")
        for visit in outcome.get("columns", {}):
            must_be_one_of(visit, visits, f'{place}, "columns"', "a visit")
        must_be_one_of(
            outcome.get("primary_visit", visits[-1]), visits[1:], f'{place}, "primary_visit"', "a later visit"
        )
        wanted = "column" if "visit" in content else "columns"
        if wanted not in outcome:
            rows = "one row a participant and visit" if wanted == "column" else "one row a participant"
            found.append(
                f'{path}, {place}: the file has {rows} ("visit" is {"" if wanted == "column" else "not "}given), '
                f'so give "{wanted}".'
            )
    return found


def _shared_files(cohorts: list[Cohort]) -> list[str]:
    found = []
    for i, cohort in enumerate(cohorts):
        for other in cohorts[:i]:
            if (Path(cohort.file), cohort.sheet) == (Path(other.file), other.sheet):
                found.append(
                    f'{COHORTS / cohort.name}.yaml, "file": {cohort.file} is the file of cohort "{other.name}" too, and its '
                    f"participants would count twice. Take one of the two out of {CONFIG}."
                )
    return found
