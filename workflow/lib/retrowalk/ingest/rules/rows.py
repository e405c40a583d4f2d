"""Rules on rows: columns that are not there, hidden characters, repeated rows, visits and their dates."""

from collections.abc import Iterator

import pandas as pd

from retrowalk.ingest.arrange import (
    columns_used,
    event_columns_used,
    participant_column,
    people_columns_used,
    visit_of_rows,
)
from retrowalk.ingest.dates import to_dates
from retrowalk.ingest.numbers import filled
from retrowalk.ingest.problems import ERROR, MISSING_COLUMN, WARNING, Problem, cohort_file, fault, who
from retrowalk.ingest.raw import Raw
from retrowalk.plan.intake import Intake, Source
from retrowalk.plan.trial import Cohort
from retrowalk.schemas import HIDDEN, listed, nearest

REPEAT_INSTRUMENT = "redcap_repeat_instrument"


def skipped_rows(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield rows that are left out by number and hold a participant: rows move when a file is corrected."""
    columns, labels = cohort.intake.columns, list(cohort.intake.arms.values())
    if columns.arm not in raw.skipped or columns.participant not in raw.skipped:
        return
    people = raw.skipped[(raw.skipped[columns.participant] != "") & raw.skipped[columns.arm].isin(labels)]
    for row, name in people[columns.participant].items():
        yield fault(
            cohort,
            "participant_skipped",
            f'{who(name)} is excluded by "skip_rows"',
            f'Correct the row numbers under "skip_rows" in {cohort_file(cohort)}: the rows have moved.',
            row=row,
            column=columns.participant,
            value=name,
        )


def missing_columns(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield the columns that the cohort file names and the data file does not have."""
    seen = set()
    for table, source, used in _tables(raw, cohort.intake):
        for column, key in used.items():
            if column in table or (source, column) in seen:
                continue
            seen.add((source, column))
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


def _tables(raw: Raw, intake: Intake) -> Iterator[tuple[pd.DataFrame, Source, dict[str, str]]]:
    """Yield the cells of each table, how it is read, and {column used: the key of the cohort file that names it}."""
    yield raw.cells, intake.table, columns_used(intake)
    yield raw.people, intake.people_table, people_columns_used(intake)
    if intake.events:
        yield raw.events, intake.events.table, event_columns_used(intake.events)


def hidden_characters(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Characters that nobody sees make two labels differ that look the same, and Word refuses some of them."""
    seen: set[tuple[int, str]] = set()
    for table, _, used in _tables(raw, cohort.intake):
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
                    f"contains an invisible character ({', '.join(codes)})",
                    "Retype the cell.",
                    row=row,
                    column=column,
                    value=HIDDEN.sub("?", text),
                )


def repeated_rows(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield rows of a participant (and visit) that another row has already."""
    columns, side = cohort.intake.columns, cohort.intake.side
    keys = [columns.participant, *filter(None, (columns.visit, columns.outcome, columns.repeat))]
    keys += [side.column] if side else []
    # Every repeating instrument of REDCap counts for itself.
    keys += [REPEAT_INSTRUMENT] if columns.repeat and REPEAT_INSTRUMENT in raw.cells else []
    remedy = "Remove one of the two rows, or correct the participant or visit."
    if columns.visit:
        remedy += ' If they are two limbs or repeated trials of one test, declare this with "side" or "repeat" in '
        remedy += f'{cohort_file(cohort)}. To use only some of the rows, add "only".'
    compared = raw.cells[keys]
    if columns.visit:
        # Two texts of one visit are one visit.
        visit = visit_of_rows(raw.cells, cohort).astype(object)
        compared = compared.assign(**{columns.visit: visit.where(visit.notna(), compared[columns.visit])})
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
            f"is already in {raw.at(firsts[tuple(key)], row)}{', with the same visit' if long else ''}",
            remedy,
            allowed=f"one row per participant{' and visit' if long else ''}",
            row=row,
            column=" + ".join(keys),
            value=" + ".join(table.loc[row, keys]),
        )


def visits(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield rows whose visit is not one of the plan."""
    column = cohort.intake.columns.visit
    if not column:
        return
    allowed = [text for texts in cohort.intake.visits.values() for text in texts]
    for row in raw.cells.index[visit_of_rows(raw.cells, cohort).isna()]:
        text = raw.cells.loc[row, column]
        yield fault(
            cohort,
            "visit_unknown",
            f"is not a visit{nearest(text, allowed)}" if text else "the visit is empty",
            f'Correct the cell or, in {cohort_file(cohort)}, add the visit to "visits" or exclude its rows with "only".',
            allowed=listed(allowed),
            row=row,
            column=column,
            value=text,
        )


def dates(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield dates that are none, that lie before baseline, and warn of visits whose dates are not in order."""
    dated = _dates_of_visits(raw, cohort)
    if dated.empty:
        return
    dated["date"], wrong = to_dates(dated["text"], cohort.intake.dates.order)
    yield from _unreadable(dated, wrong, cohort)
    dated = dated[dated["date"].notna() & dated["visit"].notna()].drop_duplicates(["participant", "visit"])
    order = {visit.name: place for place, visit in enumerate(cohort.visits)}
    dated = dated.assign(place=dated["visit"].map(order)).sort_values(["participant", "place"], kind="stable")
    before = dated.groupby("participant")[["date", "visit", "row"]].shift()
    early = dated[dated["date"] < before["date"]]
    baselines = dated[dated["place"] == 0].set_index("participant")["date"]
    for cell in early.itertuples():
        earlier, row = before.loc[cell.Index, "visit"], int(before.loc[cell.Index, "row"])
        at_baseline = baselines.get(cell.participant)
        first = at_baseline is not None and cell.date < at_baseline
        yield fault(
            cohort,
            "visit_before_baseline" if first else "visits_out_of_order",
            f"visit {cell.visit} of {who(cell.participant)} is dated before "
            + (f"baseline ({at_baseline:%Y-%m-%d})" if first else f"visit {earlier} in {raw.at(row, cell.row)}"),
            "Correct the date, or the visit if two rows were swapped."
            + ("" if first else " The dates are not used in any analysis."),
            row=cell.row,
            column=cell.column,
            value=cell.text,
            severity=ERROR if first else WARNING,
        )


def _unreadable(dated: pd.DataFrame, wrong: dict[str, tuple[str, str]], cohort: Cohort) -> Iterator[Problem]:
    for cell in dated[dated["date"].isna()].itertuples():
        problem, remedy = wrong[cell.text]
        place = {"row": cell.row, "column": cell.column, "value": cell.text}
        yield fault(cohort, "date_unreadable", problem, remedy, allowed="dates such as 2024-03-14", **place)


def randomisation(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield dates of randomisation that are none, and warn of a baseline that is dated after it.

    What is measured once the allocation is known is no baseline of a randomised comparison.
    """
    dates = cohort.intake.dates
    if not dates.randomised_on:
        return
    drawn = participant_column(raw, dates.randomised_on).rows.drop_duplicates("participant")
    drawn = drawn.assign(column=dates.randomised_on)
    drawn["date"], wrong = to_dates(drawn["text"], dates.order)
    yield from _unreadable(drawn, wrong, cohort)
    measured = _dates_of_visits(raw, cohort)
    first = measured[measured["visit"] == cohort.baseline.name].drop_duplicates("participant")
    first = first.assign(date=to_dates(first["text"], dates.order)[0])
    pairs = first.merge(drawn, on="participant", suffixes=("", "_randomised"))
    for cell in pairs[pairs["date"] > pairs["date_randomised"]].itertuples():
        yield fault(
            cohort,
            "baseline_after_randomisation",
            f"the baseline of {who(cell.participant)} is dated after randomisation "
            f"({cell.date_randomised:%Y-%m-%d} in {raw.at(cell.row_randomised, cell.row)})",
            f'Correct the wrong date. If both are right, state this under "assumptions" in {cohort_file(cohort)}: participants '
            "who know their allocation may answer differently.",
            row=cell.row,
            column=cell.column,
            value=cell.text,
            severity=WARNING,
        )


def _dates_of_visits(raw: Raw, cohort: Cohort) -> pd.DataFrame:
    """Return one row a date of a visit: row, participant, text, column, visit."""
    cells, parts = raw.cells, []
    for visit, column in cohort.intake.dates.columns.items():
        texts = {"row": cells.index, "participant": cells[raw.participant].array, "text": cells[column].array}
        part = pd.DataFrame(texts | {"column": column})
        part["visit"] = visit or visit_of_rows(cells, cohort).array
        parts.append(part[(part["text"] != "") & (part["participant"] != "")])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
