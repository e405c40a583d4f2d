"""Krishnan 2021, synthetic: retro-walking against balance training, 30 v 30, three visits, a REDCap-style export.

Source: Bull Fac Phys Ther 2021;26:25, of which only the title, the design and the outcomes could be read. Every number
here is assumed.
"""

import numpy as np
import pandas as pd

from retrowalk.simulate.cells import as_text
from retrowalk.simulate.constraints import clear_of_limits, draw_until, standardised_difference
from retrowalk.simulate.trial import Dropout, OutcomeDesign, TrialDesign, simulate_trial

FILE = "krishnan2021_synthetic_redcap.csv"
SCHEDULE = "_arm_1"  # how REDCap ends the name of an event; its "arm" is a schedule of events, not the trial's arm
RETRO, BALANCE = "1", "2"

# ASSUME: 30 an arm, the visits, instruments, means, SDs, correlations and dropout. At week 6 retro-walking is half an
# SD better in both outcomes.
DESIGN = TrialDesign(
    arms={RETRO: 30, BALANCE: 30},
    weeks=(0, 3, 6),
    outcomes=(
        OutcomeDesign(
            name="vas",  # mm
            means={RETRO: (60, 48, 39), BALANCE: (60, 52, 47)},
            sds=(13, 15, 16),
            correlation=((1, 0.65, 0.55), (0.65, 1, 0.7), (0.55, 0.7, 1)),
            low=0,
            high=100,
            resolution=1,
            loading=0.65,
        ),
        OutcomeDesign(
            name="womac_function",  # normalised to 100
            means={RETRO: (48, 40, 33), BALANCE: (48, 43, 40)},
            sds=(13, 13, 14),
            correlation=((1, 0.7, 0.6), (0.7, 1, 0.75), (0.6, 0.75, 1)),
            low=0,
            high=100,
            resolution=1,
            loading=0.65,
        ),
    ),
    dropout=Dropout(outcome="vas", chance=0.055, odds_ratio=2.0),
    id_prefix="SYN-K",
)

#: ASSUME: why people withdrew, those with the worst pain first.
REASONS = (
    "knee pain worse",
    "knee pain worse",
    "no time",
    "moved away",
    "knee pain worse",
    "lost contact",
    "no time",
    "lost contact",
    "moved away",
)
#: ASSUME: people who missed week 3 only, and people with one value missing there.
MISSED_WEEK_3, MISSING_VALUES = 2, 1
COMPLETE, INCOMPLETE = 2, 0  # what REDCap writes in the status field of a form


def draw(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the table as it is in the file, a row a participant and event attended.

    Raises
    ------
    RetrowalkError
        A constraint is not met.
    """
    trial = draw_until(
        lambda: simulate_trial(DESIGN, rng),
        {
            "6 to 9 withdrawals, some after each visit and at least 3 in each arm": _some_withdrew,
            "those who withdraw had more pain than those who stay": _withdrew_in_pain,
            "half an SD better at week 6 with retro-walking": _moderate_advantage,
            "standardised difference at baseline below 0.5": _balanced,
            "no floor or ceiling": _clear_of_limits,
        },
        "krishnan2021",
    )
    people = _people(trial, rng)
    rows = _with_gaps(trial, rng).merge(people, left_on="participant", right_index=True)
    # REDCap writes what belongs to a person in the row of the event at which it was asked.
    rows.loc[rows["visit"] != "baseline", people.columns] = ""
    return pd.DataFrame(
        {
            "record_id": rows["participant"],
            "redcap_event_name": rows["visit"] + SCHEDULE,
            **{column: rows[column] for column in people.columns},
            **{outcome.name: as_text(rows[outcome.name], outcome.resolution) for outcome in DESIGN.outcomes},
            "assessment_complete": np.where(rows["womac_function"].isna(), INCOMPLETE, COMPLETE),
        }
    )


def _people(trial: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return what belongs to a participant, a row each, as text."""
    people = trial.drop_duplicates("participant").set_index("participant")[["arm"]]
    n = len(people)
    people["age"] = rng.integers(45, 71, n).astype(str)  # ASSUME
    people["sex"] = np.where(rng.random(n) < 0.6, "1", "2")  # ASSUME: 1 female, 2 male
    people["bmi"] = as_text(rng.normal(28, 3, n).clip(20, 38), 0.1)  # ASSUME: kg/m2
    last_visit = _last_visit(trial)
    withdrew = last_visit[last_visit != DESIGN.visits[-1]]
    last_pain = trial[trial["outcome"] == "vas"].groupby("participant")["value"].last()
    worst_first = last_pain[withdrew.index].sort_values(ascending=False, kind="stable").index
    people[["withdrawn_after", "withdrawal_reason"]] = ""
    people.loc[withdrew.index, "withdrawn_after"] = withdrew + SCHEDULE
    people.loc[worst_first, "withdrawal_reason"] = REASONS[: len(worst_first)]
    return people


def _with_gaps(trial: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a row a participant and visit, a column an outcome, with what was missed at week 3 taken out."""
    last_visit = _last_visit(trial)
    completed = rng.permutation(last_visit.index[last_visit == DESIGN.visits[-1]].to_numpy())
    missed, incomplete = completed[:MISSED_WEEK_3], completed[MISSED_WEEK_3 : MISSED_WEEK_3 + MISSING_VALUES]
    values = trial.pivot(index=["participant", "visit"], columns="outcome", values="value").reset_index()
    week_3 = values["visit"] == "week_3"
    values.loc[week_3 & values["participant"].isin(incomplete), "womac_function"] = np.nan
    return values[~(week_3 & values["participant"].isin(missed))]


def _last_visit(trial: pd.DataFrame) -> pd.Series:
    return trial.groupby("participant")["visit"].last()


def _at(trial: pd.DataFrame, outcome: str, visit: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of an outcome at a visit, and which of them are of the retro-walking arm."""
    rows = trial[(trial["outcome"] == outcome) & (trial["visit"] == visit)]
    return rows["value"].to_numpy(), (rows["arm"] == RETRO).to_numpy()


def _some_withdrew(trial: pd.DataFrame) -> bool:
    last_rows = trial.drop_duplicates("participant", keep="last")
    withdrew = last_rows[last_rows["visit"] != DESIGN.visits[-1]]
    in_arm = withdrew["arm"].value_counts().reindex(list(DESIGN.arms), fill_value=0)
    return 6 <= len(withdrew) <= 9 and withdrew["visit"].nunique() == 2 and in_arm.min() >= 3


def _withdrew_in_pain(trial: pd.DataFrame) -> bool:
    pain = trial[trial["outcome"] == "vas"]
    last = pain["visit"] == pain["participant"].map(_last_visit(trial))
    means = pain.groupby(["visit", last])["value"].mean().unstack().drop(index=DESIGN.visits[-1])
    return bool((means[True] > means[False]).all())


def _moderate_advantage(trial: pd.DataFrame) -> bool:
    differences = [standardised_difference(*_at(trial, outcome.name, DESIGN.visits[-1])) for outcome in DESIGN.outcomes]
    return all(-0.6 < difference < -0.4 for difference in differences)


def _balanced(trial: pd.DataFrame) -> bool:
    return all(
        abs(standardised_difference(*_at(trial, outcome.name, DESIGN.visits[0]))) < 0.5 for outcome in DESIGN.outcomes
    )


def _clear_of_limits(trial: pd.DataFrame) -> bool:
    parts = [(outcome, *_at(trial, outcome.name, visit)) for outcome in DESIGN.outcomes for visit in DESIGN.visits]
    return all(clear_of_limits(values, arm, outcome.low, outcome.high) for outcome, values, arm in parts)
