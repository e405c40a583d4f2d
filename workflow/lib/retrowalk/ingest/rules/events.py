"""Rules on the table of adverse events."""

from collections.abc import Iterator

import pandas as pd

from retrowalk.ingest.numbers import filled, to_numbers, why_not_a_number, with_point
from retrowalk.ingest.problems import WARNING, Problem, cohort_file, fault
from retrowalk.ingest.raw import Raw
from retrowalk.plan.intake import Events
from retrowalk.plan.trial import Cohort
from retrowalk.schemas import listed, nearest

#: What stands in the place of an event where there was none; a row of it would be counted.
NOTHING_HAPPENED = {
    *("none", "no", "nil", "nothing", "-", "no event", "no events", "no adverse event", "no adverse events"),
    *("no ae", "no aes", "none reported", "keine", "aucun", "ninguno"),
}


def events(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield events of nobody, of no kind, at no week, neither serious nor not; warn of kinds of falls that never occur."""
    source, table = cohort.intake.events, raw.events
    if source is None:
        return
    yield from _participants(table, raw, source, cohort)
    yield from _kinds(table[source.kind_column], source, cohort)
    if source.week_column:
        yield from _weeks(table[source.week_column], source, cohort)
    if source.serious:
        yield from _serious(table[source.serious.column], source, cohort)


def _participants(table: pd.DataFrame, raw: Raw, source: Events, cohort: Cohort) -> Iterator[Problem]:
    names = [name for name in raw.who[1] if name]
    given = table[source.participant_column]
    for row, text in given[~given.isin(names)].items():
        yield fault(
            cohort,
            "event_participant_unknown",
            f"is not a participant of this cohort{nearest(text, names)}" if text else "the event has no participant",
            "Write the participant as in the other files.",
            row=row,
            column=source.participant_column,
            value=text,
        )


def _kinds(kinds: pd.Series, source: Events, cohort: Cohort) -> Iterator[Problem]:
    place = {"column": source.kind_column}
    for row in kinds.index[~filled(kinds)]:
        remedy = "Describe the event in a few standard words, such as headache, or remove the row."
        yield fault(cohort, "event_kind_blank", "the event has no kind", remedy, row=row, **place)
    for row, text in kinds[kinds.str.casefold().isin(NOTHING_HAPPENED)].items():
        problem = "means that nothing happened, but would be counted as an event"
        remedy = f'Add the row to "skip_rows" of "events" in {cohort_file(cohort)}, or remove it.'
        yield fault(cohort, "event_none", problem, remedy, allowed="one row per event", row=row, value=text, **place)
    held = kinds[filled(kinds)].unique()
    for text in source.falls if len(held) else ():
        if text not in held:
            yield fault(
                cohort,
                "fall_unknown",
                f"is listed as a fall but is not the kind of any event{nearest(text, held)}",
                f'Write it under "falls" in {cohort_file(cohort)} exactly as in the file. If nobody fell in this way, no change is needed.',
                table=source.table,
                value=text,
                severity=WARNING,
                **place,
            )


def _weeks(given: pd.Series, source: Events, cohort: Cohort) -> Iterator[Problem]:
    texts = with_point(given[filled(given)], source.table.decimal_in_cells)
    weeks = to_numbers(texts)
    for row, text in texts[~(weeks >= 0)].items():
        looks, remedy = why_not_a_number(text)
        yield fault(
            cohort,
            "event_week_wrong",
            "is before baseline" if weeks[row] < 0 else f"is not a number{f': {looks}' if looks else ''}",
            remedy or "Write the weeks since baseline, or leave the cell empty if they are unknown.",
            allowed="0 or more weeks since baseline",
            row=row,
            column=source.week_column,
            value=text.strip(),
        )


def _serious(given: pd.Series, source: Events, cohort: Cohort) -> Iterator[Problem]:
    names = source.serious.names
    for row, text in given[filled(given) & ~given.isin(names)].items():
        yield fault(
            cohort,
            "event_serious_unknown",
            f"is neither yes nor no{nearest(text, names)}",
            f'Correct the cell, or "yes" and "no" of "serious" in {cohort_file(cohort)}.',
            allowed=listed(names),
            row=row,
            column=source.serious.column,
            value=text,
        )
