"""Dufek 2011, synthetic: 5 athletes with low back pain and 5 healthy people before and after, an Excel workbook.

Source: the abstract (J Exerc Physiol Online 2011;14:17-26). It reports the change of sagittal range, coronal range and
shock attenuation in most participants, one of whom went the other way; that all stride measures differ between groups
and over time (p < .05, 2 x 2 ANOVA); and that all with back pain report less pain.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from retrowalk.simulate.constraints import clear_of_limits, draw_until, student_p, visit_p
from retrowalk.simulate.trial import Enrolled, OutcomeDesign, TrialDesign, draw_outcome, enrol, on_scale
from retrowalk.simulate.workbook import write_workbook

FILE = "dufek2011_synthetic.xlsx"
SHEET = "measurements"
MISSING = "n/a"
PAIN_ARM, HEALTHY_ARM = "LBP", "Healthy"
ALPHA = 0.05

# ASSUME: every level at week 0, every SD but those of the change, the correlations and the size of the differences in
# stride. SDs and correlation of the first three are chosen to give the reported SD of the change.
DESIGN = TrialDesign(
    arms={PAIN_ARM: 5, HEALTHY_ARM: 5},
    weeks=(0, 3),
    outcomes=(
        OutcomeDesign(
            name="Sagittal ROM",  # deg
            means={PAIN_ARM: (48, 51.9), HEALTHY_ARM: (54, 57.9)},
            sds=(7, 7),
            correlation=((1, 0.974), (0.974, 1)),
            low=0,
            high=180,
            resolution=0.1,
            loading=0.4,
        ),
        OutcomeDesign(
            name="Coronal ROM",  # deg
            means={PAIN_ARM: (27, 32), HEALTHY_ARM: (31, 36)},
            sds=(5, 6),
            correlation=((1, 0.72), (0.72, 1)),
            low=0,
            high=180,
            resolution=0.1,
            loading=0.4,
        ),
        OutcomeDesign(
            name="Pain",  # VAS, mm
            means={PAIN_ARM: (44, 27), HEALTHY_ARM: (0, 0)},  # the healthy are not asked, and theirs is not written
            sds=(10, 9),
            correlation=((1, 0.6), (0.6, 1)),
            low=0,
            high=100,
            resolution=1,
            loading=-0.4,
        ),
        OutcomeDesign(
            name="Shock attenuation",  # %
            means={PAIN_ARM: (72, 54.8), HEALTHY_ARM: (75, 57.8)},
            sds=(6.5, 7.5),
            correlation=((1, 0.65), (0.65, 1)),
            low=-100,
            high=100,
            resolution=0.1,
            loading=0.3,
        ),
        OutcomeDesign(
            name="Stride length",  # m
            means={PAIN_ARM: (0.92, 1.00), HEALTHY_ARM: (1.12, 1.20)},
            sds=(0.06, 0.06),
            correlation=((1, 0.8), (0.8, 1)),
            low=0,
            high=3,
            resolution=0.01,
            loading=0.4,
        ),
        OutcomeDesign(
            name="Stride rate",  # strides/min
            means={PAIN_ARM: (44, 47), HEALTHY_ARM: (51, 54)},
            sds=(2.2, 2.2),
            correlation=((1, 0.8), (0.8, 1)),
            low=0,
            high=150,
            resolution=0.1,
            loading=0.4,
        ),
    ),
    id_prefix="SYN-D",
)


@dataclass(frozen=True)
class ReportedChange:
    """Mean and SD of the change of those who moved in the common direction, to one decimal."""

    mean: float
    sd: float


REPORTED = {
    "Sagittal ROM": ReportedChange(3.9, 1.6),
    "Coronal ROM": ReportedChange(5.0, 4.2),
    "Shock attenuation": ReportedChange(-17.2, 5.9),
}
#: The outcomes in the order of the file's columns; velocity follows from stride length and rate.
MEASURED = ("Sagittal ROM", "Coronal ROM", "Pain", "Shock attenuation", "Stride length", "Stride rate", "Velocity")
#: ASSUME: how far the one participant went the other way, as a share of what would have been the change.
OTHER_WAY = 0.5

ABOUT = (
    "SYNTHETIC data: every number in this workbook was simulated. No participant exists.",
    "They were made to agree with what the abstract of Dufek et al. (2011) reports, and are no evidence of anything.",
    "What the abstract does not give is assumed; config/cohorts/dufek2011.yaml lists the assumptions.",
    "Sheet measurements: a row a participant, measured before (pre) and after three weeks (post) of backward walking.",
    "Group: LBP (athletes with low back pain), Healthy (healthy active people). Age in years. Sex: F, M.",
    "Sagittal ROM, Coronal ROM: low back range of motion, degrees. Pain: visual analogue scale, 0 to 100 mm.",
    "Shock attenuation: %. Stride length: m. Stride rate: strides a minute. Velocity: m/s.",
    "n/a: not asked for (pain of healthy people) or not recorded.",
)


def draw(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the sheet `measurements`, a row a participant; cells are numbers or the text n/a.

    Raises
    ------
    RetrowalkError
        A constraint is not met.
    """
    enrolled = enrol(DESIGN, rng)
    n = len(enrolled.participant)
    # ASSUME: one of ten went the other way, the same one in all three outcomes; one has no stride at week 3.
    other_way = np.arange(n) == rng.integers(n)
    recorded = np.arange(n) != rng.integers(n)
    values = {name: _draw_change(name, enrolled, other_way, rng) for name in REPORTED}
    values["Pain"] = _draw_pain(enrolled, rng)
    values |= _draw_stride(enrolled, recorded, rng)
    people = {
        "Subject": enrolled.participant,
        "Group": enrolled.arm,
        "Age": rng.integers(18, 26, n),  # ASSUME: athletes of 18 to 25 years
        "Sex": rng.choice(["F", "M"], n),  # ASSUME
    }
    cells = {
        f"{name} {when}": [MISSING if np.isnan(value) else value for value in values[name][:, visit]]
        for name in MEASURED
        for visit, when in enumerate(("pre", "post"))
    }
    return pd.DataFrame(people | cells)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write the workbook: the table and a second sheet that says in words that the data are synthetic."""
    write_workbook(
        {SHEET: [list(table.columns), *table.to_numpy(dtype=object).tolist()], "about": [[line] for line in ABOUT]},
        path,
    )


def _draw_change(name: str, enrolled: Enrolled, other_way: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    outcome, reported = DESIGN.outcome(name), REPORTED[name]
    direction = np.sign(reported.mean)

    def sample() -> np.ndarray:
        values = draw_outcome(outcome, enrolled.arm, enrolled.factor, rng)
        values[other_way, 1] = values[other_way, 0] - OTHER_WAY * np.diff(values[other_way])[:, 0]
        return on_scale(values, outcome)

    def change(values: np.ndarray) -> np.ndarray:
        return np.diff(values)[:, 0]

    return draw_until(
        sample,
        {
            f"mean change {reported.mean}": lambda x: round(change(x)[~other_way].mean(), 1) == reported.mean,
            f"SD of the change {reported.sd}": lambda x: round(change(x)[~other_way].std(ddof=1), 1) == reported.sd,
            "all but one move this way": lambda x: np.all((direction * change(x) > 0) == ~other_way),
            "one moves the other way": lambda x: np.all(direction * change(x)[other_way] < 0),
            "no floor or ceiling": lambda x: clear_of_limits(x, enrolled.arm, outcome.low, outcome.high),
        },
        f"dufek2011, {name}",
    )


def _draw_pain(enrolled: Enrolled, rng: np.random.Generator) -> np.ndarray:
    outcome = DESIGN.outcome("Pain")
    asked = enrolled.arm == PAIN_ARM

    def sample() -> np.ndarray:
        values = draw_outcome(outcome, enrolled.arm, enrolled.factor, rng)
        values[~asked] = np.nan
        return values

    return draw_until(
        sample,
        {
            "all with back pain report less": lambda x: np.all(x[asked, 1] < x[asked, 0]),
            "no floor or ceiling": lambda x: clear_of_limits(x[asked], enrolled.arm[asked], outcome.low, outcome.high),
        },
        "dufek2011, Pain",
    )


def _draw_stride(enrolled: Enrolled, recorded: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    length, rate = DESIGN.outcome("Stride length"), DESIGN.outcome("Stride rate")
    pain = enrolled.arm[recorded] == PAIN_ARM

    def sample() -> dict[str, np.ndarray]:
        values = {outcome.name: draw_outcome(outcome, enrolled.arm, enrolled.factor, rng) for outcome in (length, rate)}
        values["Velocity"] = np.round(values[length.name] * values[rate.name] / 60, 2)
        for outcome in values.values():
            outcome[~recorded, 1] = np.nan
        return values

    def differ(values: dict[str, np.ndarray], name: str) -> bool:
        return student_p(values[name][recorded].mean(axis=1), pain) < ALPHA

    def change(values: dict[str, np.ndarray], name: str) -> bool:
        return visit_p(values[name][recorded], pain) < ALPHA

    names = (length.name, rate.name, "Velocity")
    return draw_until(
        sample,
        {f"{name}: groups differ, p < .05": partial(differ, name=name) for name in names}
        | {f"{name}: visits differ, p < .05": partial(change, name=name) for name in names},
        "dufek2011, stride",
    )
