"""Which values are missing, why, and in which pattern. Nothing is filled in here."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from retrowalk.estimates import pick
from retrowalk.facts import fact
from retrowalk.plan.trial import Cohort, Outcome

#: Why a value is missing, where the participant's own reason for withdrawing does not say so.
NO_REASON = "withdrew, no reason given"
NOT_MEASURED = "attended, not measured"
CAME_BACK = "visit missed, came back later"
LOST = "lost, no reason given"
#: Why a participant is not in an analysis, besides: left the trial; the value is there, and what else the analysis needs is not.
WITHDREW = "withdrew"
INCOMPLETE = "baseline or a covariate not known"
#: What a term begins with that counts the values missing for a reason, or the participants with a pattern.
REASON = "missing:"
PATTERN = "pattern:"
#: The signs of a pattern: one a visit of the cohort, in their order.
MEASURED = "X"
MISSING = "."
NOT_PLANNED = "-"
COMPLETE = "complete"
MONOTONE = "monotone"
INTERMITTENT = "intermittent"


def planned_visits(cohort: Cohort, outcome: Outcome) -> list[str]:
    """Return the visits at which an outcome was to be measured: those with a column in a wide file, else all."""
    return [visit.name for visit in cohort.visits if not outcome.visits or visit.name in outcome.visits]


def kind_of(pattern: str) -> str:
    """Return whether a pattern is complete, monotone (nothing after the first missing value) or intermittent.

    Who was never measured is monotone; visits at which nothing was planned do not count.
    """
    planned = pattern.replace(NOT_PLANNED, "")
    if MISSING not in planned:
        return COMPLETE
    return INTERMITTENT if MEASURED in planned[planned.index(MISSING) :] else MONOTONE


def missing_values(participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return one row a planned value that was not measured.

    Parameters
    ----------
    participants, measurements
        The two tables of one cohort (columns in `retrowalk.vocabulary`).
    cohort
        Its part of the plan.

    Returns
    -------
    DataFrame
        participant, arm, outcome, visit, reason. The reason is the first of these that holds: the participant withdrew
        after an earlier visit (the reason for it, or that none was given); another outcome was measured at the visit;
        something was measured at a later visit; nothing was measured since (which has a reason where the file gives one
        without the visit).
    """
    people = participants.set_index("participant")
    visits = [visit.name for visit in cohort.visits]
    present = _wide(measurements.drop_duplicates(["participant", "visit"]), people.index, visits).notna()
    # Data at this visit or at a later one; of those at this visit `present` tells first.
    returned = present.iloc[:, ::-1].cummax(axis=1).iloc[:, ::-1]
    last = people["withdrawn_after"].map({name: place for place, name in enumerate(visits)})
    withdrew = np.arange(len(visits)) > last.to_numpy(dtype=float)[:, None]  # nothing is above NaN
    given = people["withdrawal_reason"]
    own, lost = (given.replace("", word).to_numpy(dtype=object)[:, None] for word in (NO_REASON, LOST))
    reasons = np.select([withdrew, present, returned], [own, NOT_MEASURED, CAME_BACK], lost)
    found = []
    for outcome in cohort.outcomes:
        absent = _wide(measurements[measurements["outcome"] == outcome.name], people.index, visits).isna()
        absent &= [name in planned_visits(cohort, outcome) for name in visits]
        rows, columns = np.nonzero(absent.to_numpy())
        found.append(
            pd.DataFrame(
                {
                    "participant": people.index[rows],
                    "arm": people["arm"].to_numpy()[rows],
                    "outcome": outcome.name,
                    "visit": np.array(visits, dtype=object)[columns],
                    "reason": reasons[rows, columns],
                }
            )
        )
    return pd.concat(found, ignore_index=True)


def patterns(participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort, outcome: Outcome) -> pd.Series:
    """Return each participant's pattern of an outcome: a sign a visit, "X" measured, "." missing, "-" not planned."""
    visits, planned = [visit.name for visit in cohort.visits], planned_visits(cohort, outcome)
    of_outcome = measurements[measurements["outcome"] == outcome.name]
    measured = _wide(of_outcome, pd.Index(participants["participant"]), visits).notna().to_numpy()
    absent = [MISSING if name in planned else NOT_PLANNED for name in visits]
    return pd.Series(
        map("".join, np.where(measured, MEASURED, absent)), index=participants["participant"], dtype=object
    )


def missing_rows(participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort) -> Iterator[dict[str, Any]]:
    """Yield counts for each outcome, arm and visit at which the outcome was planned.

    Terms: participants `with_data` and `missing`, `percent_missing` of the arm, and `missing:<reason>` for each reason
    there is, which add up to `missing`.
    """
    arms = participants.set_index("participant")["arm"]
    cell = ["outcome", "arm", "visit"]
    counts = measurements.assign(arm=measurements["participant"].map(arms)).value_counts(cell)
    absent = missing_values(participants, measurements, cohort)
    reasons = {place: values.value_counts().sort_index() for place, values in absent.groupby(cell)["reason"]}
    for outcome in cohort.outcomes:
        for arm in cohort.arms:
            size = int((participants["arm"] == arm.name).sum())
            for visit in planned_visits(cohort, outcome):
                place = (outcome.name, arm.name, visit)
                with_data = int(counts.get(place, 0))
                common = {**dict(zip(cell, place, strict=True)), "analysis": "missing", "n": size}
                count = {**common, "unit": "participants", "method": fact("count")}
                yield {**count, "term": "with_data", "estimate": with_data}
                yield {**count, "term": "missing", "estimate": size - with_data}
                if size:
                    percent = 100 * (size - with_data) / size
                    share = {"unit": "%", "estimate": percent, "method": fact("share_of_the_arm")}
                    yield {**common, **share, "term": "percent_missing"}
                for reason, number in reasons.get(place, pd.Series(dtype=int)).items():
                    yield {**count, "term": f"{REASON}{reason}", "estimate": number}


def pattern_rows(participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort) -> Iterator[dict[str, Any]]:
    """Yield, for each outcome and arm, how many participants have each pattern of visits (`patterns`).

    Terms: `pattern:<signs>`; the note says which kind of pattern it is. The counts of an arm add up to its size.
    """
    for outcome in cohort.outcomes:
        of_each = patterns(participants, measurements, cohort, outcome)
        for arm in cohort.arms:
            in_arm = of_each[(participants["arm"] == arm.name).to_numpy()]
            common = {"outcome": outcome.name, "analysis": "missing_pattern", "arm": arm.name, "unit": "participants"}
            common |= {"n": len(in_arm), "method": fact("count")}
            for pattern, number in in_arm.value_counts().sort_index().items():
                term = f"{PATTERN}{pattern}"
                yield {**common, "term": term, "estimate": number, "caveats": [fact("pattern", kind=kind_of(pattern))]}


def not_analysed(
    descriptives: pd.DataFrame, outcome: Outcome, visit: str, arm: str, analysed: float
) -> dict[str, float]:
    """Return why participants of an arm are not in an analysis with a value of an outcome at a visit: {reason: count}.

    Parameters
    ----------
    descriptives
        Estimate records of the cohort (descriptives.csv), which count the values that are missing.
    analysed
        How many of the arm are in the analysis with a value.

    Returns
    -------
    dict
        The reasons `WITHDREW`, `NOT_MEASURED`, `CAME_BACK`, `LOST` and `INCOMPLETE` in this order, each where it has a
        count; they add up to everybody else of the arm.
    """
    rows = pick(descriptives, analysis="missing", outcome=outcome.name, visit=visit, arm=arm)
    counts = rows.set_index("term")["estimate"]
    stayed = {reason: counts.get(f"{REASON}{reason}", 0) for reason in (NOT_MEASURED, CAME_BACK, LOST)}
    withdrew = counts["missing"] - sum(stayed.values())
    reasons = {WITHDREW: withdrew, **stayed, INCOMPLETE: counts["with_data"] - analysed}
    return {reason: count for reason, count in reasons.items() if count > 0}


def _wide(values: pd.DataFrame, people: pd.Index, visits: list[str]) -> pd.DataFrame:
    return values.pivot(index="participant", columns="visit", values="value").reindex(index=people, columns=visits)
