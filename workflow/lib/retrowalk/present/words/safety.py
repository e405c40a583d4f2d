"""Sentences on adverse events and attendance."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from retrowalk.estimates import pick, rows_of
from retrowalk.plan.trial import Arm, Cohort
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.facts import statements
from retrowalk.vocabulary import SYNTHETIC

NO_EVENTS_GIVEN = "No data on adverse events were provided; this does not mean that none occurred."
NO_SESSIONS_GIVEN = "Attendance at sessions was not recorded."
FALLS_NOT_NAMED = "Falls are not identified among the events and are not counted separately."
RISK_OF_FALLS = "Backward walking carries a risk of falling."
SERIOUS_NOT_SAID = "The data do not state which events were serious."


def safety_sentences(descriptives: pd.DataFrame, cohort: Cohort) -> list[str]:
    """Say for each arm how many had an adverse event and how many sessions were attended, and what was not given."""
    return [*_event_sentences(descriptives, cohort), *_session_sentences(descriptives, cohort)]


def _event_sentences(descriptives: pd.DataFrame, cohort: Cohort) -> Iterator[str]:
    rows = pick(descriptives, analysis="adverse_events")
    if rows.empty:
        yield NO_EVENTS_GIVEN
        return
    for arm in cohort.arms:
        of_arm = {row.term: row for row in rows_of(pick(rows, arm=arm.name))}
        of = [
            none
            if of_arm[events].estimate == 0
            else f"{_counted(of_arm[events], one, several)} in {_counted(of_arm[people], 'participant', 'participants')}"
            for none, one, several, events, people in (
                ("none serious", "serious", "serious", "serious_events", "participants_with_serious_event"),
                ("no falls", "fall", "falls", "falls", "participants_with_fall"),
            )
            if events in of_arm
        ]
        which = f", {' and '.join(of)}" if of else ""
        size = cited.cited(str(of_arm["events"].n), of_arm["events"], "n")
        with_event = cited.number(of_arm["participants_with_event"], "estimate", 0)
        count = f"{with_event} of {size} participants had an adverse event"
        total = _counted(of_arm["events"], "event", "events")
        yield f"{_start(cohort, arm)}{count} ({total}{which})."
        for each in statements(of_arm["events"], cohort):
            if each.fact.code == "events_not_counted":
                were = "was" if each.value("count") == 1 else "were"
                count = each.count("count", "event")
                yield f"{_start(cohort, arm)}{count} in participants who attended no session {were} not counted."
    if cohort.intake.events.serious is None:
        yield SERIOUS_NOT_SAID
    if not cohort.intake.events.falls:
        if any(arm.is_backward for arm in cohort.arms):
            yield RISK_OF_FALLS
        yield FALLS_NOT_NAMED


def _session_sentences(descriptives: pd.DataFrame, cohort: Cohort) -> Iterator[str]:
    rows = pick(descriptives, analysis="adherence", term="mean_percent_attended")
    if rows.empty:
        yield NO_SESSIONS_GIVEN
        return
    for row in rows_of(rows):
        arm = cohort.arm(row.arm)
        if row.n:
            percent, n = (
                numbers.with_unit(cited.number(row, "estimate", 0), row.unit),
                cited.cited(str(row.n), row, "n"),
            )
            yield f"{_start(cohort, arm)}participants attended on average {percent} of their planned sessions (n = {n})."
        else:
            yield f"{_start(cohort, arm)}attendance at planned sessions is unknown for all participants."


def _counted(row: Any, one: str, several: str) -> str:
    return f"{cited.number(row, 'estimate', 0)} {one if row.estimate == 1 else several}"


def _start(cohort: Cohort, arm: Arm) -> str:
    """Return how a sentence on an arm begins; one on simulated people says so even where it is copied alone."""
    return f"{arm.label}{f', {SYNTHETIC} data' if cohort.synthetic else ''}: "
