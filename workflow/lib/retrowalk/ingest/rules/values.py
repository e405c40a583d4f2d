"""Rules on single values: what is no number, outside the range, in another unit, or measured twice."""

from collections.abc import Iterator

import pandas as pd

from retrowalk.ingest.contract import outside_range
from retrowalk.ingest.numbers import excel_date, filled, why_not_a_number
from retrowalk.ingest.problems import WARNING, Problem, cohort_file, fault, who
from retrowalk.ingest.raw import Raw
from retrowalk.plan.trial import Cohort, Outcome

#: Numbers that people write for "not measured".
CODES = {-1, -7, -8, -9, -77, -88, -99, -777, -888, -999, -9999, 77, 88, 99, 777, 888, 999, 8888, 9999, 99999}
#: Fewer values than this say nothing of a unit.
FEWEST_FOR_UNIT = 5


def span(outcome: Outcome) -> str:
    """Return the range of an outcome in words: "0 to 100 mm (Visual analogue scale for pain)"."""
    low = "" if outcome.low is None else f"{outcome.low:g}"
    high = "" if outcome.high is None else f"{outcome.high:g}"
    words = (
        f"{low} to {high}" if low and high else f"{low} or more" if low else f"{high} or less" if high else "any number"
    )
    return f"{words} {outcome.unit} ({outcome.instrument})"


def values(measured: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """Yield cells that are not a number or outside the instrument's range.

    `measured` has the columns of `arrange.CELL_COLUMNS` and `value`, NaN where the text is no number.
    """
    for outcome in cohort.outcomes:
        cells = measured[(measured["outcome"] == outcome.name) & filled(measured["text"])]
        cells = cells.drop_duplicates(["row", "column"])
        yield from _not_numbers(cells[cells["value"].isna()], outcome, cohort)
        outside = outside_range(cells, outcome)
        if len(outside) >= max(FEWEST_FOR_UNIT, 0.5 * len(cells)) and not set(outside["value"]) <= CODES:
            yield _wrong_unit(cells, outside, outcome, cohort)
        else:
            yield from _outside(outside, outcome, cohort)


def _not_numbers(cells: pd.DataFrame, outcome: Outcome, cohort: Cohort) -> Iterator[Problem]:
    add = f'add the text to "missing" in {cohort_file(cohort)}'
    for cell in cells.itertuples():
        looks, remedy = why_not_a_number(cell.text)
        remedy = (
            remedy
            or f"Write a plain number with a decimal point, leave the cell empty if nothing was measured, or {add}."
        )
        problem = f"is not a number: {looks}" if looks else "is not a number"
        place = {"row": cell.row, "column": cell.column, "value": cell.text.strip()}
        yield fault(cohort, "value_not_number", problem, remedy, allowed=span(outcome), **place)


def _outside(cells: pd.DataFrame, outcome: Outcome, cohort: Cohort) -> Iterator[Problem]:
    for cell in cells.itertuples():
        problem = "is outside the instrument's range"
        remedy = f'Correct the cell, or the unit of "{outcome.name}" in {cohort_file(cohort)}.'
        day = excel_date(cell.value)
        if cell.value in CODES:
            remedy = f'Correct the cell; if {cell.text} means "not measured", add it to "missing" in '
            remedy += f"{cohort_file(cohort)}."
        elif day:
            problem += f" and may be a date ({day}) that Excel stores as a number"
            remedy = "Format the cell as text, then retype the score."
        place = {"row": cell.row, "column": cell.column, "value": cell.text}
        yield fault(cohort, "value_out_of_range", problem, remedy, allowed=span(outcome), **place)


def _wrong_unit(cells: pd.DataFrame, outside: pd.DataFrame, outcome: Outcome, cohort: Cohort) -> Problem:
    numbers = cells["value"].dropna()
    return fault(
        cohort,
        "unit_wrong",
        f"{len(outside)} of {len(numbers)} values of {outcome.name} are outside the instrument's range (they are between "
        f"{numbers.min():g} and {numbers.max():g}), so they are in another unit or from another instrument",
        f'Give the "unit" used in the file, or the right "instrument", for "{outcome.name}" in {cohort_file(cohort)}.',
        allowed=span(outcome),
        column=" + ".join(dict.fromkeys(cells["column"])),
    )


def measured_twice(measured: pd.DataFrame, raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield second values of one participant, visit and outcome for which no rule says how they become one."""
    columns, side = cohort.intake.columns, cohort.intake.side
    for name, outcome in cohort.intake.outcomes.items() if columns.visit else ():
        cells = measured[(measured["outcome"] == name) & filled(measured["text"])]
        keys = ["participant", "visit", *(["side"] if outcome.limbs else [])]
        again = cells[cells.duplicated(keys)]
        if outcome.trials or again.empty:
            continue
        firsts = cells.drop_duplicates(keys)[[*keys, "row", "column", "text"]]
        pairs = again.merge(firsts, on=keys, suffixes=("", "_first"))
        if side and not columns.repeat:
            # What is said of a visit may stand on the rows of both limbs, but not differently.
            pairs = pairs[pairs["text"] != pairs["text_first"]]
        elif not columns.repeat:
            # Two rows of one visit are told of as rows; here stands a baseline in rows and in a column.
            pairs = pairs[pairs["column"] != pairs["column_first"]]
        for cell in pairs.itertuples():
            yield fault(
                cohort,
                "measured_twice",
                f'is a second value of {name}, after "{cell.text_first}" in {raw.at(cell.row_first, cell.row)}',
                f'State how to combine them with "trials" (or "limbs") under "{name}" in {cohort_file(cohort)}.',
                row=cell.row,
                column=cell.column,
                value=cell.text,
            )


def baseline_columns(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield values of a column of one visit that change from row to row of a participant, in a file of many rows."""
    for outcome in cohort.intake.outcomes.values() if cohort.intake.columns.visit else ():
        for place in outcome.places:
            if not place.visit:
                continue
            cells = raw.cells.loc[raw.cells[place.text] != "", [raw.participant, place.text]]
            cells.columns = ["participant", "text"]
            firsts = cells.drop_duplicates("participant").set_index("participant")["text"]
            first = cells["participant"].map(firsts)
            for row, text in cells.loc[cells["text"] != first, "text"].items():
                yield fault(
                    cohort,
                    "baseline_changes",
                    f'differs from "{first[row]}" in another row of {who(cells.loc[row, "participant"])}',
                    "Correct one of the two cells.",
                    allowed="one value per participant",
                    row=row,
                    column=place.text,
                    value=text,
                )


def limbs_missing(measured: pd.DataFrame, joined: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """Warn of visits at which a limb was measured and no value comes of it."""
    for name, outcome in cohort.intake.outcomes.items():
        if not outcome.limbs:
            continue
        cells = measured[(measured["outcome"] == name) & measured["value"].notna()]
        cells = cells.drop_duplicates(["participant", "visit"])
        values = joined[joined["outcome"] == name]
        keys = pd.MultiIndex.from_frame(cells[["participant", "visit"]])
        without = cells[~keys.isin(pd.MultiIndex.from_frame(values[["participant", "visit"]]))]
        why = {
            "mean": "the other limb was not measured",
            "worse": "the limb that was worse at baseline was not measured or is unknown",
            "index": "the index side was not measured or is unknown",
        }[outcome.limbs]
        for cell in without.itertuples():
            yield fault(
                cohort,
                "limb_missing",
                f"{who(cell.participant)} has no {name} at {cell.visit}: {why}",
                f'Fill in the value, or choose another rule for "limbs" in {cohort_file(cohort)}.',
                row=cell.row,
                column=cell.column,
                value=cell.text,
                severity=WARNING,
            )
