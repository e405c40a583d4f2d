"""Every rule that a cohort's file is held against. Each rule yields all its faults."""

import re
from collections.abc import Iterator

import pandas as pd

from retrowalk.ingest.arrange import columns_used, measurement_cells, participant_cells
from retrowalk.ingest.problems import WARNING, Problem
from retrowalk.ingest.read import is_number
from retrowalk.plan import Cohort
from retrowalk.schemas import listed, nearest

FEWEST_IN_ARM = 2

#: Control characters (but the tab and the line end) and those of no width.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200d\u2060\ufeff]")


def find_problems(raw: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """Yield every fault of a cohort's cells.

    Parameters
    ----------
    raw
        Cells as text, index = row number (`read_table`), missing codes made empty (`blank_missing`).
    cohort
        What the columns mean.
    """
    missing = list(_missing_columns(raw, cohort))
    if missing:
        # Nothing else can be said while a column is not there.
        yield from missing
        return
    participants = participant_cells(raw, cohort)
    yield from _hidden_characters(raw, cohort)
    yield from _blank_participants(raw, cohort)
    yield from _alike_participants(raw, cohort)
    yield from _repeated_rows(raw, cohort)
    if cohort.visit_column:
        yield from _unknown_visits(raw, cohort)
        yield from _contradictions(participants, cohort)
    yield from _arms(raw, participants, cohort)
    yield from _covariates(participants, cohort)
    measured = measurement_cells(raw, cohort)
    yield from _withdrawals(participants, measured, cohort)
    yield from _values(measured, cohort)
    yield from _outcomes(measured, cohort)
    yield from _baselines(measured, cohort)


def _fault(cohort: Cohort, rule: str, problem: str, remedy: str, allowed: str = "", **place: object) -> Problem:
    return Problem(cohort.name, cohort.file, rule, problem, allowed, remedy, sheet=cohort.sheet, **place)


def _cohort_file(cohort: Cohort) -> str:
    return f"config/cohorts/{cohort.name}.yaml"


def _missing_columns(raw: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    for column, key in columns_used(cohort).items():
        if column not in raw:
            yield _fault(
                cohort,
                "column_missing",
                f"there is no such column{nearest(column, raw.columns)}",
                f"Correct {key} in {_cohort_file(cohort)}, or the column name in the file.",
                allowed=f"the file's columns {listed(raw.columns, 30)}",
                row=1,
                column=column,
            )


def _hidden_characters(raw: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """Characters that nobody sees make two labels differ that look the same, and Word refuses some of them."""
    for column in columns_used(cohort):
        for row, text in raw.loc[raw[column].str.contains(HIDDEN), column].items():
            codes = sorted({f"U+{ord(letter):04X}" for letter in HIDDEN.findall(text)})
            yield _fault(
                cohort,
                "hidden_character",
                f"holds a character that cannot be seen ({', '.join(codes)})",
                "Type the cell anew.",
                row=row,
                column=column,
                value=HIDDEN.sub("?", text),
            )


def _blank_participants(raw: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    column = cohort.participant_column
    for row in raw.index[raw[column] == ""]:
        problem = "there is no participant in a row that holds data"
        yield _fault(cohort, "participant_blank", problem, "Fill in the participant.", row=row, column=column)


def _alike_participants(raw: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """Warn of names that differ in capitals and spaces only: one person would count as two."""
    column = cohort.participant_column
    first: dict[str, tuple[str, int]] = {}
    for row, name in raw.loc[raw[column] != "", column].drop_duplicates().items():
        other, other_row = first.setdefault("".join(name.casefold().split()), (name, row))
        if other != name:
            yield _fault(
                cohort,
                "participant_alike",
                f'participant "{name}" is "{other}" of row {other_row} but for capitals and spaces',
                "Write the name in one way if it is one person.",
                row=row,
                column=column,
                value=name,
                severity=WARNING,
            )


def _repeated_rows(raw: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    keys = [cohort.participant_column] + ([cohort.visit_column] if cohort.visit_column else [])
    first: dict[tuple[str, ...], int] = {}
    for row, *key in raw.loc[raw[keys[0]] != "", keys].itertuples():
        if tuple(key) not in first:
            first[tuple(key)] = row
            continue
        what = "participant at this visit" if cohort.visit_column else "participant"
        yield _fault(
            cohort,
            "participant_visit_twice" if cohort.visit_column else "participant_twice",
            f"is a {what} that row {first[tuple(key)]} has already",
            "Remove one of the two rows, or correct the participant or visit.",
            allowed=f"one row a participant{' and visit' if cohort.visit_column else ''}",
            row=row,
            column=" + ".join(keys),
            value=" + ".join(key),
        )


def _unknown_visits(raw: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    allowed = [visit.in_file for visit in cohort.visits]
    column = cohort.visit_column
    for row, text in raw.loc[~raw[column].isin(allowed), column].items():
        yield _fault(
            cohort,
            "visit_unknown",
            f"is not a visit{nearest(text, allowed)}" if text else "the visit is empty",
            f'Correct the cell, or add the visit to "visits" in {_cohort_file(cohort)}.',
            allowed=listed(allowed),
            row=row,
            column=column,
            value=text,
        )


def _arms(raw: pd.DataFrame, cells: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    allowed = [arm.in_file for arm in cohort.arms]
    column = cohort.arm_column
    remedy = f'Correct the cell, or add the label to "arms" in {_cohort_file(cohort)}.'
    given = cells[cells["column"] == column]
    for cell in given[~given["text"].isin(allowed)].itertuples():
        problem = f"is not an arm{nearest(cell.text, allowed)}"
        place = {"row": cell.row, "column": column, "value": cell.text}
        yield _fault(cohort, "arm_unknown", problem, remedy, allowed=listed(allowed), **place)
    people = raw.loc[raw[cohort.participant_column] != "", cohort.participant_column]
    for row, participant in people[~people.duplicated() & ~people.isin(given["participant"])].items():
        problem = f'participant "{participant}" has no arm'
        fill_in = "Fill in the arm, in one row of the participant at least."
        yield _fault(cohort, "arm_blank", problem, fill_in, allowed=listed(allowed), row=row, column=column)
    sizes = given.drop_duplicates("participant")["text"].value_counts()
    for arm in cohort.arms:
        size = int(sizes.get(arm.in_file, 0))
        if size < FEWEST_IN_ARM:
            yield _fault(
                cohort,
                "arm_too_small",
                f'the arm "{arm.in_file}" has {size} participant{"" if size == 1 else "s"}',
                f'Look for misspelt labels, or correct "arms" in {_cohort_file(cohort)}.',
                allowed=f"at least {FEWEST_IN_ARM}",
                column=column,
            )


def _contradictions(cells: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """A participant's arm and covariates must not change from row to row."""
    firsts: dict[tuple[str, str], tuple[str, int]] = {}
    for cell in cells.itertuples():
        text, row = firsts.setdefault((cell.participant, cell.column), (cell.text, cell.row))
        if cell.text != text:
            arm = cell.column == cohort.arm_column
            yield _fault(
                cohort,
                "arm_changes" if arm else "covariate_changes",
                f'differs from "{text}" in row {row} of participant "{cell.participant}"',
                "Correct one of the two cells.",
                allowed="one value a participant",
                row=cell.row,
                column=cell.column,
                value=cell.text,
            )


def _covariates(cells: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    for covariate in cohort.covariates:
        given = cells[cells["column"] == covariate.column]
        numbers = given["text"].map(is_number).astype(bool)
        if covariate.levels:
            wrong, allowed = given[~given["text"].isin(covariate.levels)], listed(covariate.levels)
            problem, rule = f"is not a level of {covariate.label.lower()}", "covariate_unknown"
        elif covariate.unit or numbers.mean() > 0.5:
            # Without unit and levels, one slip of the pen would make a category of a number.
            wrong, allowed, problem = given[~numbers], "numbers such as 62 or 5.5", "is not a number"
            rule = "covariate_unknown" if covariate.unit else "covariate_mixed"
        else:
            wrong, allowed, problem = given[numbers], "a category", "is a number among words"
            rule = "covariate_mixed"
        for cell in wrong.itertuples():
            yield _fault(
                cohort,
                rule,
                problem + (nearest(cell.text, covariate.levels) if covariate.levels else ""),
                f'Correct the cell, or give "levels" of "{covariate.name}" in {_cohort_file(cohort)}.',
                allowed=allowed,
                row=cell.row,
                column=cell.column,
                value=cell.text,
            )
        said = covariate.levels or covariate.unit
        if covariate.name in cohort.adjusted_for and not said and len(given) and numbers.all():
            yield _fault(
                cohort,
                "covariate_kind",
                f"the comparison adjusts for {covariate.name}, and its numbers may be codes of groups",
                f'Give "unit" if they are measured, "levels" if they are codes, in {_cohort_file(cohort)}.',
                column=covariate.column,
            )


def _withdrawals(cells: pd.DataFrame, measured: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    allowed = [text for visit in cohort.visits for text in (visit.in_file, visit.name)]
    given = cells[cells["column"] == cohort.withdrawn_after_column]
    for cell in given[~given["text"].isin(allowed)].itertuples():
        problem = f"is not a visit{nearest(cell.text, allowed)}"
        remedy = "Give the last visit that the participant attended, or leave the cell empty."
        place = {"row": cell.row, "column": cell.column, "value": cell.text}
        yield _fault(cohort, "withdrawal_unknown", problem, remedy, allowed=listed(dict.fromkeys(allowed)), **place)
    places = {visit.name: place for place, visit in enumerate(cohort.visits)}
    places |= {visit.in_file: place for place, visit in enumerate(cohort.visits)}
    last = {cell.participant: places[cell.text] for cell in given.itertuples() if cell.text in places}
    for cell in measured[measured["text"] != ""].itertuples():
        if places[cell.visit] > last.get(cell.participant, len(places)):
            yield _fault(
                cohort,
                "value_after_withdrawal",
                f'participant "{cell.participant}" has a value after the visit that is given as the last',
                f'Correct the value or "{cohort.withdrawn_after_column}"; the value is used.',
                row=cell.row,
                column=cell.column,
                value=cell.text,
                severity=WARNING,
            )


def _values(cells: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    outcomes = {outcome.name: outcome for outcome in cohort.outcomes}
    for cell in cells[cells["text"] != ""].itertuples():
        outcome = outcomes[cell.outcome]
        place = {"row": cell.row, "column": cell.column, "value": cell.text}
        low = "" if outcome.low is None else f"{outcome.low:g}"
        high = "" if outcome.high is None else f"{outcome.high:g}"
        span = (
            f"{low} to {high}"
            if low and high
            else f"{low} or more"
            if low
            else f"{high} or less"
            if high
            else "any number"
        )
        allowed = f"{span} {outcome.unit} ({outcome.instrument})"
        if not is_number(cell.text):
            remedy = "Write a plain number with a point, leave the cell empty where nothing was measured, "
            remedy += f'or add the text to "missing" in {_cohort_file(cohort)}.'
            yield _fault(cohort, "value_not_number", "is not a number", remedy, allowed=allowed, **place)
            continue
        value = float(cell.text)
        if (outcome.low is not None and value < outcome.low) or (outcome.high is not None and value > outcome.high):
            remedy = f'Correct the cell, or the unit of "{outcome.name}" in {_cohort_file(cohort)}.'
            yield _fault(
                cohort, "value_out_of_range", "is outside the instrument's range", remedy, allowed=allowed, **place
            )


def _outcomes(cells: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """An outcome must have values, and values that use a tenth of their range are likely in another unit (cm for mm)."""
    for outcome in cohort.outcomes:
        texts = cells.loc[(cells["outcome"] == outcome.name) & (cells["text"] != ""), "text"]
        columns = " + ".join(dict.fromkeys([outcome.column] if outcome.column else outcome.columns.values()))
        if texts.empty:
            remedy = f'Correct the columns of "{outcome.name}" in {_cohort_file(cohort)}, or take the outcome out.'
            yield _fault(cohort, "outcome_empty", f"{outcome.name} has no value at all", remedy, column=columns)
            continue
        if outcome.low is None or outcome.high is None:
            continue
        values = texts[texts.map(is_number).astype(bool)].astype(float)
        if len(values) and values.between(outcome.low, outcome.low + (outcome.high - outcome.low) / 10).all():
            yield _fault(
                cohort,
                "unit_doubtful",
                f"every value of {outcome.name} lies between {values.min():g} and {values.max():g}, "
                f"and the instrument goes to {outcome.high:g} {outcome.unit}",
                f'If the file has another unit, give "unit" of "{outcome.name}" in {_cohort_file(cohort)}.',
                column=columns,
                severity=WARNING,
            )


def _baselines(cells: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """Warn of a participant with a later value but none at baseline."""
    measured = cells[(cells["text"] != "") & (cells["participant"] != "")]
    at_baseline = measured[measured["visit"] == cohort.baseline.name]
    keys = ["participant", "outcome"]
    have = set(at_baseline[keys].itertuples(index=False, name=None))
    for cell in measured[measured["visit"] != cohort.baseline.name].drop_duplicates(keys).itertuples():
        if (cell.participant, cell.outcome) not in have:
            yield _fault(
                cohort,
                "baseline_missing",
                f'participant "{cell.participant}" has a later value of {cell.outcome} but none at baseline',
                "Fill in the baseline if it was measured; the analysis says how it deals with it.",
                row=cell.row,
                column=cell.column,
                value=cell.text,
                severity=WARNING,
            )
