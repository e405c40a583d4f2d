"""Ansari 2020, synthetic: retro-walking added to conventional exercise, 15 v 15, a wide CSV.

Source: the abstract (Sport Sci Health 2020;16:307-316), which reports p = .003 between groups after treatment for pain
and balance, and no significant difference in flexion range and fatigability.
"""

import numpy as np
import pandas as pd

from retrowalk.simulate.cells import as_text
from retrowalk.simulate.constraints import ancova, clear_of_limits, draw_until, standardised_difference, student_p
from retrowalk.simulate.trial import Enrolled, OutcomeDesign, TrialDesign, draw_outcome, enrol

FILE = "ansari2020_synthetic.csv"
RETRO, EXERCISE = "RW+CE", "CE"

#: What p = .003 stands for, before rounding.
P_REPORTED = 0.0025, 0.0035

# ASSUME: instruments, means, SDs and correlations; the abstract gives none.
DESIGN = TrialDesign(
    arms={RETRO: 15, EXERCISE: 15},
    weeks=(0, 4),
    outcomes=(
        OutcomeDesign(
            name="pain",  # VAS, cm
            means={RETRO: (5.8, 2.6), EXERCISE: (5.8, 3.8)},
            sds=(1.1, 1.0),
            correlation=((1, 0.5), (0.5, 1)),
            low=0,
            high=10,
            resolution=0.1,
            loading=-0.45,
        ),
        OutcomeDesign(
            name="flexion_range",  # modified-modified Schober test, cm
            means={RETRO: (5.7, 6.4), EXERCISE: (5.7, 6.2)},
            sds=(0.9, 0.9),
            correlation=((1, 0.75), (0.75, 1)),
            low=0,
            high=15,
            resolution=0.1,
            loading=0.4,
        ),
        OutcomeDesign(
            name="endurance",  # Biering-Sorensen test, s
            means={RETRO: (88, 106), EXERCISE: (88, 101)},
            sds=(21, 22),
            correlation=((1, 0.75), (0.75, 1)),
            low=0,
            high=600,
            resolution=1,
            loading=0.4,
        ),
        OutcomeDesign(
            name="balance",  # Star Excursion Balance Test, % leg length
            means={RETRO: (84, 92), EXERCISE: (84, 86)},
            sds=(5, 5),
            correlation=((1, 0.6), (0.6, 1)),
            low=0,
            high=150,
            resolution=0.1,
            loading=0.45,
        ),
    ),
    id_prefix="SYN-A",
)

#: The columns of each outcome, and how the arms differ after treatment: lower or higher with retro-walking, or neither.
COLUMNS = {"pain": "vas", "flexion_range": "schober", "endurance": "sorensen", "balance": "sebt"}
DIRECTION = {"pain": -1, "flexion_range": 0, "endurance": 0, "balance": 1}


def draw(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the table as it is in the file, a row a participant.

    Raises
    ------
    RetrowalkError
        A constraint is not met.
    """
    enrolled = enrol(DESIGN, rng)
    n = len(enrolled.participant)
    table = pd.DataFrame(
        {
            "id": enrolled.participant,
            "group": enrolled.arm,
            "age": rng.integers(18, 29, n),  # ASSUME: collegiate, 18 to 28 years
            "sex": rng.choice(["f", "m"], n),  # ASSUME
        }
    )
    for outcome in DESIGN.outcomes:
        values = _draw_outcome(outcome, enrolled, rng)
        for visit, column in enumerate(("pre", "post")):
            table[f"{COLUMNS[outcome.name]}_{column}"] = as_text(values[:, visit], outcome.resolution)
    return table


def _draw_outcome(outcome: OutcomeDesign, enrolled: Enrolled, rng: np.random.Generator) -> np.ndarray:
    retro = enrolled.arm == RETRO
    direction = DIRECTION[outcome.name]

    def reported(values: np.ndarray) -> bool:
        p = student_p(values[:, 1], retro)
        return P_REPORTED[0] <= p < P_REPORTED[1] if direction else p > 0.10

    def adjusted(values: np.ndarray) -> bool:
        difference, p = ancova(values, retro)
        return p < 0.05 and np.sign(difference) == direction if direction else p > 0.05

    return draw_until(
        lambda: draw_outcome(outcome, enrolled.arm, enrolled.factor, rng),
        {
            "Student's t test after treatment as reported": reported,
            "standardised difference at baseline below 0.5": lambda x: (
                abs(standardised_difference(x[:, 0], retro)) < 0.5
            ),
            "the ANCOVA agrees": adjusted,
            "no floor or ceiling": lambda x: clear_of_limits(x, enrolled.arm, outcome.low, outcome.high),
        },
        f"ansari2020, {outcome.name}",
    )
