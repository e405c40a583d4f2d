"""Simulate the trial with visits at unequal times that the values of sp_pow.csv are computed on.

Every number is drawn here, from NumPy's PCG64 with a fixed seed: no participant is real.
Run `python simulate_weeks.py` in this folder; it rewrites weeks.csv.
"""

from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20261129
#: The visits and their weeks; V0 is baseline.
WEEKS = {"V0": 0, "V1": 2, "V2": 6, "V3": 18}
#: Participants of each arm, the control first.
ARMS = {"control": 19, "retro": 21}
#: Mean of the control at each visit, and what the other arm adds.
MEAN = np.array([5.8, 5.2, 4.7, 4.4])
ADDED = np.array([0.0, -0.5, -1.0, -1.2])
#: Standard deviation at every visit, and the correlation of two visits one week apart.
SD = 1.6
CORRELATION = 0.93
#: Chance to leave the trial before each later visit, and to miss one.
DROPOUT = 0.06
MISSED = 0.07


def trial() -> pd.DataFrame:
    """Return one row a participant and visit: participant, arm, visit, week, value, baseline, sex."""
    rng = np.random.default_rng(SEED)
    weeks = np.array(list(WEEKS.values()))
    covariance = SD**2 * CORRELATION ** np.abs(np.subtract.outer(weeks, weeks))
    arms = np.repeat(list(ARMS), list(ARMS.values()))
    values = rng.multivariate_normal(MEAN, covariance, len(arms), method="cholesky")
    values += np.where((arms == "retro")[:, None], ADDED, 0)
    sex = np.where(rng.random(len(arms)) < 0.5, "female", "male")
    gone = np.cumsum(rng.random((len(arms), 3)) < DROPOUT, axis=1) > 0
    missed = rng.random((len(arms), 3)) < MISSED
    shown = values.round(2)
    shown[:, 1:][gone | missed] = np.nan
    count = len(WEEKS)
    return pd.DataFrame(
        {
            "participant": np.repeat([f"P{number:03}" for number in range(1, len(arms) + 1)], count),
            "arm": np.repeat(arms, count),
            "visit": np.tile(list(WEEKS), len(arms)),
            "week": np.tile(weeks, len(arms)),
            "value": shown.ravel(),
            "baseline": np.repeat(shown[:, 0], count),
            "sex": np.repeat(sex, count),
        }
    )


if __name__ == "__main__":
    trial().to_csv(Path(__file__).with_name("weeks.csv"), index=False)
