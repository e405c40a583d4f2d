"""Which effects may enter a pool: one a study, participants' data before a paper's, nothing twice."""

import pandas as pd

from retrowalk.synthesise.effects import BACKWARD_WALKING
from retrowalk.vocabulary import FROM_SIMULATION

PUBLISHED_SET = "published"
SYNTHETIC_SET = "synthetic"


def set_of(effects: pd.DataFrame) -> pd.Series:
    """Return the set that each effect belongs to: "synthetic" where its data are simulated, else "published"."""
    simulated = effects["provenance"] == FROM_SIMULATION
    return simulated.map({True: SYNTHETIC_SET, False: PUBLISHED_SET}).astype(object)


def left_out(effects: pd.DataFrame) -> pd.Series:
    """Return why each effect that has numbers must not enter a pool, "" where it may.

    Parameters
    ----------
    effects
        Estimate records of `published_effects` and `cohort_effects`, with a unique index.

    Returns
    -------
    Series
        Text on the index of `effects`, "" also for rows without numbers. A study (known by its name) counts once a
        domain and comparator: with its participants' data where there are any, not as published; with the first of
        several outcomes or arms in the order of `effects`, since they are of the same participants.
    """
    reasons = pd.Series("", index=effects.index, dtype=object)
    usable = effects[effects["estimate"].notna()]
    for (study, domain, _), rows in usable.groupby(["cohort", "term", set_of(usable)], sort=False):
        own = rows[rows["analysis"] != "published"]
        if not own.empty:
            reasons[rows.index.difference(own.index)] = f"the participants' data of {study} are used instead"
            rows = own
        for _, same in rows.groupby("reference_arm", sort=False):
            first = _name(same.iloc[0])
            reasons[same.index[1:]] = (
                f"{study} enters {domain} once, with {first}: its outcomes are of the same participants"
            )
    return reasons


def _name(row: pd.Series) -> str:
    return row["outcome"] if row["arm"] == BACKWARD_WALKING else f"{row['outcome']} of the arm {row['arm']}"
