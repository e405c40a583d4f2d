"""Tables of adverse events and of adherence: none where nothing was given that they could show."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from retrowalk.describe.safety import EVENTS, PARTICIPANTS, PERCENT
from retrowalk.estimates import pick, rows_of
from retrowalk.plan.trial import Cohort
from retrowalk.present.tables.baseline import CELL_WITH_N
from retrowalk.present.tables.rows import NOT_MEASURED, with_caveat, with_n
from retrowalk.present.tables.table import Table, cohort_table
from retrowalk.present.words import cited
from retrowalk.present.words.facts import method
from retrowalk.present.words.phrases import sentence
from retrowalk.present.words.safety import FALLS_NOT_NAMED, SERIOUS_NOT_SAID

#: The rows of adverse events before those of each kind: what they are called, and the terms of events, people and percent.
ALL_EVENTS = (
    ("Any adverse event", "events", "participants_with_event", "percent_with_event"),
    ("Any serious event", "serious_events", "participants_with_serious_event", "percent_with_serious_event"),
    ("Any fall", "falls", "participants_with_fall", "percent_with_fall"),
)


def adverse_events_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table | None:
    """Return the adverse events by arm; None where no file of them was given."""
    source = pick(descriptives, analysis="adverse_events")
    if source.empty:
        return None
    kinds = [term.removeprefix(EVENTS) for term in source["term"].unique() if term.startswith(EVENTS)]
    of_kind = ((kind, f"{EVENTS}{kind}", f"{PARTICIPANTS}{kind}", f"{PERCENT}{kind}") for kind in kinds)
    counts = {(row.arm, row.term): row for row in rows_of(source)}
    rows = [
        [name, *(_people_and_events(*(counts.get((arm.name, term)) for term in terms)) for arm in cohort.arms)]
        for name, *terms in (*ALL_EVENTS, *of_kind)
        if terms[0] in set(source["term"])
    ]
    sizes = pick(source, term="events").set_index("arm")["n"]
    heads = ["Adverse event", *(f"{arm.label} (n = {sizes[arm.name]})" for arm in cohort.arms)]
    notes = [
        "Participants with the event (percentage of the arm) and number of events. Arms were not compared by a test."
    ]
    if cohort.intake.events.serious is None:
        notes.append(SERIOUS_NOT_SAID)
    if not cohort.intake.events.falls:
        notes.append(FALLS_NOT_NAMED)
    return cohort_table(
        "adverse_events", "Adverse events", rows, heads, [*notes, *_notes(source, cohort)], source, cohort
    )


def _people_and_events(events: Any, people: Any, percent: Any) -> str:
    share = f" ({cited.number(percent, 'estimate', 0)}%)" if percent is not None else ""
    number = f"{cited.count(events, 'estimate')} event{'' if events.estimate == 1 else 's'}"
    return f"{cited.count(people, 'estimate')}{share}, {number}"


def adherence_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table | None:
    """Return the sessions attended and who was treated per protocol, by arm; None where neither was given."""
    source = pick(descriptives, analysis="adherence")
    if source.empty:
        return None
    start = pick(descriptives, analysis="flow", visit=cohort.baseline.name)
    sizes = start[start["term"].isin(["randomised", "enrolled"])].set_index("arm")["n"]
    by_arm = {arm.name: {row.term: row for row in rows_of(pick(source, arm=arm.name))} for arm in cohort.arms}
    rows = [
        [name, *(_cell(rows, term, digits, sizes[arm]) for arm, rows in by_arm.items())]
        for name, term, digits in (
            ("Sessions attended, mean (SD)", "mean_sessions", 1),
            ("Sessions attended, median", "median_sessions", 1),
            ("Planned sessions attended, mean %", "mean_percent_attended", 0),
            ("Attended all planned sessions, participants", "attended_all", 0),
            ("Treated per protocol, participants", "per_protocol", 0),
        )
        if term in set(source["term"])
    ]
    heads = ["Adherence", *(f"{arm.label} (n = {sizes[arm.name]})" for arm in cohort.arms)]
    notes = [CELL_WITH_N]
    judged = pick(source, term="per_protocol").drop_duplicates("method")
    notes += [f"Per protocol: {method(row, cohort)}." for row in rows_of(judged)]
    return cohort_table(
        "adherence", "Sessions attended and adherence", rows, heads, [*notes, *_notes(source, cohort)], source, cohort
    )


def _cell(rows: dict[str, Any], term: str, digits: int, size: int) -> str:
    row = rows[term]
    if row.n == 0:
        return NOT_MEASURED
    if term == "mean_sessions":
        return with_n(cited.mean_sd(row, rows.get("sd_sessions"), digits), row, size)
    return with_n(cited.number(row, "estimate", digits), row, size)


def _notes(source: pd.DataFrame, cohort: Cohort) -> Iterator[str]:
    """Yield the caveats of the rows, each once, with the arms of which it is true where that is not all of them."""
    for text, having in with_caveat(rows_of(source), cohort):
        labels = dict.fromkeys(cohort.arm(row.arm).label for row in having)
        everywhere = len(labels) == len(cohort.arms)
        yield sentence(text) if everywhere else f"{', '.join(labels)}: {text}."
