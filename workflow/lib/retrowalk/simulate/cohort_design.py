"""The design of a bundled synthetic cohort, as simulate/designs/<cohort>.yaml states it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retrowalk.schemas import read_yaml
from retrowalk.simulate.trial import Dropout, OutcomeDesign, TrialDesign

FOLDER = Path(__file__).parent / "designs"


@dataclass(frozen=True)
class Limits:
    """What a statistic of a draw must be; each limit is None where there is none.

    `reported` is a number as an abstract prints it: the statistic, rounded to as many decimals, is that number.
    """

    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None
    reported: float | None = None

    def include(self, value: float) -> bool:
        """Return whether a value is inside; NaN is not."""
        return bool(
            value == value
            and (self.above is None or value > self.above)
            and (self.at_least is None or value >= self.at_least)
            and (self.below is None or value < self.below)
            and (self.at_most is None or value <= self.at_most)
            and (self.reported is None or round(value, _decimals(self.reported)) == self.reported)
        )

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in vars(self).items() if value is not None)


@dataclass(frozen=True)
class Covariate:
    """How a column about the participants is drawn.

    Either `integers` (first and last, evenly), or `choice` of labels (evenly, or the first of two with
    `chance_of_first`), or a normal distribution with `mean` and `sd`, kept within `low` and `high` and rounded to
    `resolution`.
    """

    integers: tuple[int, int] | None = None
    choice: tuple[str, ...] | None = None
    chance_of_first: float | None = None
    mean: float = 0.0
    sd: float = 1.0
    low: float | None = None
    high: float | None = None
    resolution: float = 1


@dataclass(frozen=True)
class Product:
    """An outcome that is the product of two others, over `divided_by` and rounded to `resolution`."""

    of: tuple[str, str]
    divided_by: float
    resolution: float


@dataclass(frozen=True)
class Reversal:
    """One participant whose `outcomes` change the other way, by `share` of what would have been the change."""

    outcomes: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Gap:
    """A number of completers who lack the values of `outcomes` in one week."""

    participants: int
    week: int
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class RawFile:
    """How the file looks.

    `columns` is {heading: what it holds}: an outcome, a covariate, or participant, arm, visit, last_visit, reason,
    form_status. A heading with `{visit}` is a column per visit, and the file has a row per participant; otherwise it
    has a row per participant and visit. `visits` are the labels of the visits, `missing` what stands for a missing
    value, `once` the columns that are filled at baseline alone. A workbook has its table in `sheet`, and a sheet `about`
    with lines of text.
    """

    name: str
    visits: tuple[str, ...]
    columns: Mapping[str, str]
    missing: str = ""
    once: tuple[str, ...] = ()
    sheet: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class CohortDesign:
    """A bundled cohort.

    `draws` are made in their order, from the stream of random numbers with the number `stream`. Each is a list of
    names (enrolment, withdrawals, attendance, reversal, gaps, covariates, outcomes, products) that are drawn together,
    and again until what is in `require` is met: {name: {statistic: limits}}. `withdrawals` is {arm: reason of its
    one participant who withdraws after baseline}, `reasons` why those withdraw who do so by chance, those with the
    worst values first, `asked_of` {outcome: the arms that are asked} where not all are.
    """

    name: str
    stream: int
    trial: TrialDesign
    treated: str
    draws: tuple[tuple[str, ...], ...]
    covariates: Mapping[str, Covariate]
    require: Mapping[str, Mapping[str, Limits]]
    file: RawFile
    products: Mapping[str, Product] = field(default_factory=dict)
    reversal: Reversal | None = None
    gaps: tuple[Gap, ...] = ()
    withdrawals: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    asked_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def bundled_designs() -> list[CohortDesign]:
    """Return every bundled design, by the number of its stream."""
    return sorted((read_design(path) for path in FOLDER.glob("*.yaml")), key=lambda design: design.stream)


def read_design(path: Path) -> CohortDesign:
    """Return the design in a YAML file that is named after its cohort.

    Raises
    ------
    PlanError
        The file is not there or is not YAML.
    TypeError, ValueError
        A key is misspelt or missing, or the design contradicts itself.
    """
    content = _as_tuples(read_yaml(path))
    common = content.pop("require_of_outcomes", {})
    outcomes, products = content.pop("outcomes"), content.pop("products", {})
    covariates, attendance = content.pop("covariates"), content.pop("attendance", {})
    parts = {**covariates, **outcomes, **products, "attendance": attendance}
    require = {name: part.pop("require", {}) for name, part in parts.items()}
    require |= {name: require[name] | common for name in (*outcomes, *products)}
    asked_of = {name: outcome.pop("asked_of") for name, outcome in outcomes.items() if "asked_of" in outcome}
    reasons = attendance.pop("reasons", ())
    trial = TrialDesign(
        arms=content.pop("arms"),
        weeks=content.pop("weeks"),
        outcomes=tuple(OutcomeDesign(name=name, **outcome) for name, outcome in outcomes.items()),
        dropout=Dropout(**attendance) if attendance else None,
        id_prefix=content.pop("id_prefix"),
    )
    reversal = content.pop("reversal", None)
    return CohortDesign(
        name=path.stem,
        trial=trial,
        covariates={name: Covariate(**covariate) for name, covariate in covariates.items()},
        products={name: Product(**product) for name, product in products.items()},
        require={
            name: {statistic: Limits(**limits) for statistic, limits in statistics.items()}
            for name, statistics in require.items()
        },
        reversal=Reversal(**reversal) if reversal else None,
        gaps=tuple(Gap(**gap) for gap in content.pop("gaps", ())),
        reasons=reasons,
        asked_of=asked_of,
        file=RawFile(**content.pop("file")),
        **content,
    )


def _as_tuples(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _as_tuples(value) for key, value in content.items()}
    return tuple(map(_as_tuples, content)) if isinstance(content, list) else content


def _decimals(number: float) -> int:
    return len(str(number).partition(".")[2])
