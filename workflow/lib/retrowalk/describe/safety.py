"""Adverse events: how many happened, and to how many of those who came to a session."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from retrowalk.facts import Fact, fact
from retrowalk.plan.trial import Cohort
from retrowalk.vocabulary import SAFETY

#: How a term begins that counts the events of a kind, or the participants who had one, or says how many percent these are.
EVENTS = "events:"
PARTICIPANTS = "participants:"
PERCENT = "percent_with:"


def safety_population(participants: pd.DataFrame) -> pd.Series:
    """Return who is of the safety population: all but those of whom it is known that they came to none of their sessions.

    Whose attendance is not known is counted in, and so is whoever had no sessions to attend (a control arm).
    """
    if "sessions_attended" not in participants:
        return pd.Series(True, index=participants.index)
    return ~((participants["sessions_attended"] == 0) & (participants["sessions_planned"] != 0))


def adverse_event_rows(participants: pd.DataFrame, events: pd.DataFrame, cohort: Cohort) -> Iterator[dict[str, Any]]:
    """Yield counts of adverse events and of the participants who had one, and these in percent of the arm, by arm.

    Terms: `events`, `participants_with_event` and `percent_with_event`; `serious_events` and so on where the events say which
    were serious; `falls` and so on where falls are named; `events:<kind>`, `participants:<kind>` and `percent_with:<kind>`, the
    most frequent kind of all arms first. `n` is the arm's part of the safety population. No
    rows where the cohort has no table of events: that is not to say that nothing happened.
    """
    if cohort.intake.events is None:
        return
    kinds = events["kind"].value_counts()
    kinds = sorted(kinds.index, key=lambda kind: (-kinds[kind], kind))
    safe = safety_population(participants)
    for arm in cohort.arms:
        people = participants[participants["arm"] == arm.name]
        counted = people.loc[safe[people.index], "participant"]
        of_arm = events[events["participant"].isin(people["participant"])]
        counted_events = of_arm[of_arm["participant"].isin(counted)]
        common = {"analysis": "adverse_events", "population": SAFETY, "arm": arm.name, "n": len(counted)}
        common |= {"method": fact("count")}
        caveats = list(_of_population(people, len(counted), len(of_arm) - len(counted_events)))
        yield from _counts(counted_events, "events", "with_event", common | {"caveats": caveats})
        if cohort.intake.events.serious:
            unsaid = int((counted_events["serious"] == "").sum())
            unknown = {"caveats": [fact("seriousness_unknown", count=unsaid)]} if unsaid else {}
            serious = counted_events[counted_events["serious"] == "yes"]
            yield from _counts(serious, "serious_events", "with_serious_event", common | unknown)
        if cohort.intake.events.falls:
            named = [text.casefold() for text in cohort.intake.events.falls]
            falls = counted_events[counted_events["kind"].str.casefold().isin(named)]
            yield from _counts(falls, "falls", "with_fall", common)
        by_kind = dict(tuple(counted_events.groupby("kind")))
        for kind in kinds:
            terms = (f"{EVENTS}{kind}", f"{PARTICIPANTS}{kind}", f"{PERCENT}{kind}")
            yield from _rows(by_kind.get(kind, counted_events.iloc[:0]), terms, common)


def _counts(events: pd.DataFrame, what: str, having: str, common: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return _rows(events, (what, f"participants_{having}", f"percent_{having}"), common)


def _rows(events: pd.DataFrame, terms: tuple[str, str, str], common: dict[str, Any]) -> Iterator[dict[str, Any]]:
    count, people, percent = terms
    having, everyone = events["participant"].nunique(), common["n"]
    yield common | {"term": count, "unit": "events", "estimate": len(events)}
    yield common | {"term": people, "unit": "participants", "estimate": having}
    if everyone:
        share = {"estimate": 100 * having / everyone, "method": fact("share_of_the_safety_population")}
        yield common | share | {"term": percent, "unit": "%"}


def _of_population(people: pd.DataFrame, counted: int, events_left_out: int) -> Iterator[Fact]:
    """Yield who is counted in an arm, who is not, and which events are not."""
    if "sessions_attended" not in people:
        yield fact("safety_population_is_everyone")
        return
    yield fact("safety_population_attended")
    unknown = int(people["sessions_attended"].isna().sum())
    if unknown:
        yield fact("attendance_unknown", count=unknown)
    unplanned = int(((people["sessions_attended"] == 0) & (people["sessions_planned"] == 0)).sum())
    if unplanned:
        yield fact("none_planned_counted", count=unplanned)
    if counted < len(people):
        yield fact("attended_none", count=len(people) - counted)
    if events_left_out:
        yield fact("events_not_counted", count=events_left_out)
