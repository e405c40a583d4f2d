"""Rules on rows: columns that are not there, hidden characters, repeated rows, visits and their dates."""

from collections.abc import Iterator

import pandas as pd

from retrowalk.ingest.arrange import (
    columns_used,
    event_columns_used,
    people_columns_used,
    said_of_participants,
    visit_of_rows,
)
from retrowalk.ingest.dates import to_dates
from retrowalk.ingest.numbers import filled
from retrowalk.ingest.problems import ERROR, MISSING_COLUMN, WARNING, Problem, cohort_file, fault, people_table, who
from retrowalk.ingest.raw import Raw
from retrowalk.plan.trial import Cohort
from retrowalk.schemas import HIDDEN, listed, nearest

REPEAT_INSTRUMENT = "redcap_repeat_instrument"


def skipped_rows(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield rows that are left out by number and hold a participant: rows move when a file is corrected."""
    column, labels = cohort.arm_column, [arm.in_file for arm in cohort.arms]
    if column not in raw.skipped or cohort.participant_column not in raw.skipped:
        return
    held = raw.skipped[(raw.skipped[cohort.participant_column] != "") & raw.skipped[column].isin(labels)]
    for row, name in held[cohort.participant_column].items():
        yield fault(
            cohort,
            "participant_skipped",
            f'{who(name)} is left out by "skip_rows"',
            f'Correct the numbers of "skip_rows" in {cohort_file(cohort)}: the rows have moved.',
            row=row,
            column=cohort.participant_column,
            value=name,
        )


def missing_columns(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield the columns that the cohort file names and the data file does not have."""
    tables = [
        (raw.cells, cohort.table, columns_used(cohort)),
        (raw.people, people_table(cohort), people_columns_used(cohort)),
    ]
    tables += [(raw.events, cohort.events.table, event_columns_used(cohort.events))] if cohort.events else []
    told = set()
    for table, source, used in tables:
        for column, key in used.items():
            if column in table or (source, column) in told:
                continue
            told.add((source, column))
            yield fault(
                cohort,
                MISSING_COLUMN,
                f"there is no such column{nearest(column, table.columns)}",
                f"Correct {key} in {cohort_file(cohort)}, or the column name in the file.",
                allowed=f"the file's columns {listed(table.columns, 30)}",
                table=source,
                row=raw.header_rows.get(source),
                column=column,
            )


def hidden_characters(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Characters that nobody sees make two labels differ that look the same, and Word refuses some of them."""
    tables = [(raw.cells, columns_used(cohort)), (raw.people, people_columns_used(cohort))]
    tables += [(raw.events, event_columns_used(cohort.events))] if cohort.events else []
    seen: set[tuple[int, str]] = set()
    for table, used in tables:
        for column in used:
            odd = [text for text in table[column].unique() if HIDDEN.search(text)]
            for row, text in table.loc[table[column].isin(odd), column].items() if odd else ():
                if (row, column) in seen:
                    continue
                seen.add((row, column))
                codes = sorted({f"U+{ord(letter):04X}" for letter in HIDDEN.findall(text)})
                yield fault(
                    cohort,
                    "hidden_character",
                    f"holds a character that cannot be seen ({', '.join(codes)})",
                    "Type the cell anew.",
                    row=row,
                    column=column,
                    value=HIDDEN.sub("?", text),
                )


def repeated_rows(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield rows of a participant (and visit) that another row has already."""
    keys = [cohort.participant_column]
    keys += [name for name in (cohort.visit_column, cohort.outcome_column, cohort.repeat_column) if name]
    keys += [cohort.side.column] if cohort.side else []
    # Every repeating instrument of REDCap counts for itself.
    keys += [REPEAT_INSTRUMENT] if cohort.repeat_column and REPEAT_INSTRUMENT in raw.cells else []
    remedy = "Remove one of the two rows, or correct the participant or visit."
    if cohort.visit_column:
        remedy += ' If they are two limbs or trials of one test, say so with "side" or "repeat" in '
        remedy += f'{cohort_file(cohort)}; if they are to be chosen from, with "only".'
    compared = raw.cells[keys]
    if cohort.visit_column:
        # Two texts of one visit are one visit.
        known = visit_of_rows(raw.cells, cohort).astype(object)
        compared = compared.assign(**{cohort.visit_column: known.where(known.notna(), compared[cohort.visit_column])})
    yield from _twice(raw, raw.cells, compared, cohort, remedy)
    if raw.people is not raw.cells:
        remedy = "Remove one of the two rows, or correct the participant."
        yield from _twice(raw, raw.people, raw.people[keys[:1]], cohort, remedy)


def _twice(raw: Raw, table: pd.DataFrame, compared: pd.DataFrame, cohort: Cohort, remedy: str) -> Iterator[Problem]:
    """Yield rows of a table that another has already, by the columns of `compared`."""
    keys = list(compared)
    named = compared[filled(compared[keys[0]])]
    twice = named.duplicated()
    if not twice.any():
        return
    among = named[named.duplicated(keep=False) & ~twice]
    firsts = {tuple(key): row for row, *key in among.itertuples()}
    long = len(keys) > 1
    for row, *key in named[twice].itertuples():
        yield fault(
            cohort,
            "participant_visit_twice" if long else "participant_twice",
            f"is a participant{' at this visit' if long else ''} that {raw.at(firsts[tuple(key)], row)} has already",
            remedy,
            allowed=f"one row a participant{' and visit' if long else ''}",
            row=row,
            column=" + ".join(keys),
            value=" + ".join(table.loc[row, keys]),
        )


def visits(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield rows whose visit is not one of the plan."""
    if not cohort.visit_column:
        return
    allowed = [text for visit in cohort.visits for text in visit.texts]
    column = cohort.visit_column
    for row in raw.cells.index[visit_of_rows(raw.cells, cohort).isna()]:
        text = raw.cells.loc[row, column]
        yield fault(
            cohort,
            "visit_unknown",
            f"is not a visit{nearest(text, allowed)}" if text else "the visit is empty",
            f'Correct the cell, add the visit to "visits", or leave its rows out with "only", in {cohort_file(cohort)}.',
            allowed=listed(allowed),
            row=row,
            column=column,
            value=text,
        )


def dates(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield dates that are none, that lie before baseline, and warn of visits whose dates are not in order."""
    said = _dates_said(raw, cohort)
    if said.empty:
        return
    said["date"], wrong = to_dates(said["text"], cohort.date_order)
    yield from _unreadable(said, wrong, cohort)
    said = said[said["date"].notna() & said["visit"].notna()].drop_duplicates(["participant", "visit"])
    order = {visit.name: place for place, visit in enumerate(cohort.visits)}
    said = said.assign(place=said["visit"].map(order)).sort_values(["participant", "place"], kind="stable")
    before = said.groupby("participant")[["date", "visit", "row"]].shift()
    early = said[said["date"] < before["date"]]
    baselines = said[said["place"] == 0].set_index("participant")["date"]
    for cell in early.itertuples():
        earlier, row = before.loc[cell.Index, "visit"], int(before.loc[cell.Index, "row"])
        at_baseline = baselines.get(cell.participant)
        first = at_baseline is not None and cell.date < at_baseline
        yield fault(
            cohort,
            "visit_before_baseline" if first else "visits_out_of_order",
            f"the {cell.visit} of {who(cell.participant)} is dated before the "
            + (f"baseline ({at_baseline:%Y-%m-%d})" if first else f"{earlier} of {raw.at(row, cell.row)}"),
            "Correct the date, or the visit if two rows were swapped."
            + ("" if first else " The dates are not used in any analysis."),
            row=cell.row,
            column=cell.column,
            value=cell.text,
            severity=ERROR if first else WARNING,
        )


def _unreadable(said: pd.DataFrame, wrong: dict[str, tuple[str, str]], cohort: Cohort) -> Iterator[Problem]:
    for cell in said[said["date"].isna()].itertuples():
        problem, remedy = wrong[cell.text]
        place = {"row": cell.row, "column": cell.column, "value": cell.text}
        yield fault(cohort, "date_unreadable", problem, remedy, allowed="dates such as 2024-03-14", **place)


def randomisation(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield dates of randomisation that are none, and warn of a baseline that is dated after it.

    What is measured once the allocation is known is no baseline of a randomised comparison.
    """
    if not cohort.randomised_on_column:
        return
    said = said_of_participants(raw, cohort, cohort.randomised_on_column).rows.drop_duplicates("participant")
    said = said.assign(column=cohort.randomised_on_column)
    said["date"], wrong = to_dates(said["text"], cohort.date_order)
    yield from _unreadable(said, wrong, cohort)
    measured = _dates_said(raw, cohort)
    first = measured[measured["visit"] == cohort.baseline.name].drop_duplicates("participant")
    first = first.assign(date=to_dates(first["text"], cohort.date_order)[0])
    pairs = first.merge(said, on="participant", suffixes=("", "_randomised"))
    for cell in pairs[pairs["date"] > pairs["date_randomised"]].itertuples():
        yield fault(
            cohort,
            "baseline_after_randomisation",
            f"the baseline of {who(cell.participant)} is dated after the randomisation "
            f"({cell.date_randomised:%Y-%m-%d} in {raw.at(cell.row_randomised, cell.row)})",
            f'Correct the date that is wrong. If both are right, say so under "assumptions" in {cohort_file(cohort)}: who '
            "knows the allocation may answer another way.",
            row=cell.row,
            column=cell.column,
            value=cell.text,
            severity=WARNING,
        )


def _dates_said(raw: Raw, cohort: Cohort) -> pd.DataFrame:
    cells, parts = raw.cells, []
    columns = {cohort.date_column: None} if cohort.date_column else {}
    columns |= {column: visit for visit, column in cohort.date_columns.items()}
    for column, visit in columns.items():
        texts = {"row": cells.index, "participant": cells[cohort.participant_column].array, "text": cells[column].array}
        part = pd.DataFrame(texts | {"column": column})
        part["visit"] = visit_of_rows(cells, cohort).array if visit is None else visit
        parts.append(part[(part["text"] != "") & (part["participant"] != "")])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
