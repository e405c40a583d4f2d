"""Goonasegaran 2022, synthetic: retro-walking against forward walking, 17 v 17, a long CSV.

Source: the abstract (J Sports Med Phys Fitness 2022;62:229-237): 34 people aged 58.41 +- 5.93 (45 to 70), all p < .05
within groups, all p > .05 between groups, effect sizes larger with retro-walking but for the chair stand test.
"""

import numpy as np
import pandas as pd

from retrowalk.simulate.cells import as_text
from retrowalk.simulate.constraints import (
    ancova,
    clear_of_limits,
    draw_until,
    paired_p,
    standardised_change,
    standardised_difference,
    student_p,
)
from retrowalk.simulate.trial import Enrolled, OutcomeDesign, TrialDesign, draw_outcome, enrol

FILE = "goonasegaran2022_synthetic_long.csv"
MISSING = "NA"
ALPHA = 0.05
CLEARLY_ABOVE = 0.10  # ASSUME: the abstract says p > .05; a p of .0501 would read as .05
AGE_MEAN, AGE_SD, AGE_LOW, AGE_HIGH = 58.41, 5.93, 45, 70

# ASSUME: 17 an arm, means, SDs and correlations; the abstract gives none.
DESIGN = TrialDesign(
    arms={"retro": 17, "forward": 17},
    weeks=(0, 12),
    outcomes=(
        OutcomeDesign(
            name="koos_pain",
            means={"retro": (55, 68.5), "forward": (55, 66)},
            sds=(12, 12),
            correlation=((1, 0.6), (0.6, 1)),
            low=0,
            high=100,
            resolution=1,
            loading=0.65,
        ),
        OutcomeDesign(
            name="koos_symptoms",
            means={"retro": (58, 70), "forward": (58, 67.5)},
            sds=(12, 12),
            correlation=((1, 0.6), (0.6, 1)),
            low=0,
            high=100,
            resolution=1,
            loading=0.6,
        ),
        OutcomeDesign(
            name="koos_adl",
            means={"retro": (60, 74), "forward": (60, 71)},
            sds=(12, 11),
            correlation=((1, 0.6), (0.6, 1)),
            low=0,
            high=100,
            resolution=1,
            loading=0.65,
        ),
        OutcomeDesign(
            name="tug_s",
            means={"retro": (9.8, 8.5), "forward": (9.8, 8.8)},
            sds=(1.4, 1.3),
            correlation=((1, 0.8), (0.8, 1)),
            low=0,
            high=None,
            resolution=0.1,
            loading=-0.55,
        ),
        OutcomeDesign(
            name="chair_stands",  # in 30 s
            means={"retro": (10.5, 12.6), "forward": (10.5, 13.0)},
            sds=(2.3, 2.4),
            correlation=((1, 0.75), (0.75, 1)),
            low=0,
            high=60,
            resolution=1,
            loading=0.55,
        ),
    ),
    id_prefix="SYN-G",
)

# ASSUME: one withdrawal an arm after baseline, and one Timed Up and Go at week 12 that was not taken.
WITHDRAWALS = {"retro": "no time", "forward": "knee pain worse"}
NOT_TAKEN = "tug_s"
LARGER_IN_FORWARD = ("chair_stands",)


def draw(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the table as it is in the file, a row a participant and visit.

    Raises
    ------
    RetrowalkError
        A constraint is not met.
    """
    enrolled = enrol(DESIGN, rng)
    n = len(enrolled.participant)
    age = _draw_age(n, rng)
    sex = np.where(rng.random(n) < 0.65, "female", "male")  # ASSUME
    reason = np.full(n, "", dtype=object)
    for arm, words in WITHDRAWALS.items():
        reason[rng.choice(np.flatnonzero(enrolled.arm == arm))] = words
    stays = reason == ""
    taken = {outcome.name: stays.copy() for outcome in DESIGN.outcomes}
    taken[NOT_TAKEN][rng.choice(np.flatnonzero(stays))] = False
    values = {outcome.name: _draw_outcome(outcome, enrolled, taken[outcome.name], rng) for outcome in DESIGN.outcomes}

    visits = [
        pd.DataFrame(
            {
                "participant": enrolled.participant,
                "allocation": enrolled.arm,
                "week": week,
                "age": age,
                "sex": sex,
                **{
                    outcome.name: as_text(values[outcome.name][:, visit], outcome.resolution, MISSING)
                    for outcome in DESIGN.outcomes
                },
                "last_visit": np.where(stays, "", str(DESIGN.weeks[0])),
                "reason": reason,
            }
        )
        for visit, week in enumerate(DESIGN.weeks)
    ]
    attended = [visits[0], visits[1][stays]]
    return pd.concat(attended).sort_values(["participant", "week"], ignore_index=True)


def _draw_age(n: int, rng: np.random.Generator) -> np.ndarray:
    return draw_until(
        lambda: np.clip(np.round(rng.normal(AGE_MEAN, AGE_SD, n)), AGE_LOW, AGE_HIGH).astype(int),
        {
            f"mean {AGE_MEAN}": lambda age: round(age.mean(), 2) == AGE_MEAN,
            f"SD {AGE_SD}": lambda age: round(age.std(ddof=1), 2) == AGE_SD,
        },
        "goonasegaran2022, age",
        most=1_000_000,  # both to two decimals: about one draw in 20,000 does
    )


def _draw_outcome(
    outcome: OutcomeDesign, enrolled: Enrolled, taken: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw one outcome that is as reported on those whose value at week 12 was taken; the others have NaN there."""
    retro = enrolled.arm == "retro"
    retro_taken = retro[taken]
    better = np.sign(np.diff(outcome.means["retro"])[0])
    larger_in_retro = outcome.name not in LARGER_IN_FORWARD

    def sample() -> np.ndarray:
        values = draw_outcome(outcome, enrolled.arm, enrolled.factor, rng)
        values[~taken, 1] = np.nan
        return values

    def in_order(values: np.ndarray) -> bool:
        arms = values[taken & retro], values[taken & ~retro]
        return (abs(standardised_change(arms[0])) > abs(standardised_change(arms[1]))) == larger_in_retro

    def improved(values: np.ndarray) -> bool:
        arms = values[taken & retro], values[taken & ~retro]
        return all(better * standardised_change(arm) > 0 and paired_p(arm) < ALPHA for arm in arms)

    return draw_until(
        sample,
        {
            "|d_z| larger in the arm that the abstract says": in_order,
            "paired t test in each arm p < .05, for the better": improved,
            "Student's t test after treatment p > .10": lambda x: student_p(x[taken, 1], retro_taken) > CLEARLY_ABOVE,
            "arm by visit p > .10": lambda x: student_p(np.diff(x[taken])[:, 0], retro_taken) > CLEARLY_ABOVE,
            "ANCOVA p > .10": lambda x: ancova(x[taken], retro_taken)[1] > CLEARLY_ABOVE,
            "standardised difference at baseline below 0.5": lambda x: (
                abs(standardised_difference(x[:, 0], retro)) < 0.5
            ),
            "no floor or ceiling": lambda x: clear_of_limits(x, enrolled.arm, outcome.low, outcome.high),
        },
        f"goonasegaran2022, {outcome.name}",
    )
