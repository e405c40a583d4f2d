"""Which effects may enter a pool: one a study, participants' data before a paper's, nothing twice."""

import pandas as pd

from retrowalk.facts import fact
from retrowalk.synthesise.effects import BACKWARD_WALKING
from retrowalk.vocabulary import FROM_SIMULATION

PUBLISHED_SET = "published"
SYNTHETIC_SET = "synthetic"


def set_of(effects: pd.DataFrame) -> pd.Series:
    """Return the set that each effect belongs to: "synthetic" where its data are simulated, else "published"."""
    simulated = effects["provenance"] == FROM_SIMULATION
    return simulated.map({True: SYNTHETIC_SET, False: PUBLISHED_SET}).astype(object)


def left_out(effects: pd.DataFrame) -> pd.Series:
    """Return why each effect that has numbers must not enter a pool, None where it may.

    Parameters
    ----------
    effects
        Estimate records of `published_effects` and `cohort_effects`, with a unique index.

    Returns
    -------
    Series
        Facts on the index of `effects`, None also for rows without numbers. A study (known by its name) counts once a
        domain and comparator: with its participants' data where there are any, not as published; with the first of
        several outcomes or arms in the order of `effects`, since they are of the same participants.
    """
    reasons = pd.Series([None] * len(effects), index=effects.index, dtype=object)
    usable = effects[effects["estimate"].notna()]
    for (study, domain, _), rows in usable.groupby(["cohort", "term", set_of(usable)], sort=False):
        own = rows[rows["analysis"] != "published"]
        if not own.empty:
            for place in rows.index.difference(own.index):
                reasons[place] = fact("own_data_used", study=study)
            rows = own
        for _, same in rows.groupby("reference_arm", sort=False):
            first = same.iloc[0]
            arm = "" if first["arm"] == BACKWARD_WALKING else first["arm"]
            for place in same.index[1:]:
                reasons[place] = fact("enters_once", study=study, domain=domain, outcome=first["outcome"], arm=arm)
    return reasons
