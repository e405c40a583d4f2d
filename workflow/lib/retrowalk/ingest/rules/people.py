"""Rules on who took part: names, arms, covariates, withdrawals, sides."""

from collections.abc import Iterator

import pandas as pd

from retrowalk.ingest.arrange import folded, last_texts, participant_column
from retrowalk.ingest.numbers import filled, to_numbers, with_point
from retrowalk.ingest.problems import WARNING, Problem, cohort_file, fault, who
from retrowalk.ingest.raw import Raw
from retrowalk.plan.trial import Cohort, Covariate
from retrowalk.schemas import listed, nearest

FEWEST_IN_ARM = 2
#: What stands in the participant's column of a row of means.
SUMMARIES = {
    *("mean", "average", "median", "sd", "s.d.", "std", "stdev", "se", "sem", "sum", "total", "totals", "n", "count"),
    *("min", "max", "minimum", "maximum", "range", "p", "p-value", "mean (sd)", "mean ± sd", "mittelwert", "summe"),
    *("moyenne", "media", "mean:", "sd:", "total:", "average:", "note", "notes", "note:", "legend"),
}


def participants(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield blank names, names that differ in capitals and spaces only, and rows of means among the participants."""
    column = cohort.intake.columns.participant
    tables = [raw.cells] if raw.people is raw.cells else [raw.cells, raw.people]
    for table in tables:
        for row in table.index[~filled(table[column])]:
            problem = "a row with data has no participant"
            remedy = f'Fill in the participant, clear the row, or add it to "skip_rows" in {cohort_file(cohort)}.'
            yield fault(cohort, "participant_blank", problem, remedy, row=row, column=column)
    names = pd.concat([table.loc[filled(table[column]), column] for table in tables]).drop_duplicates()
    alike = names.map(folded)
    twice = alike.duplicated()
    firsts = {fold: index for index, fold in alike[alike.isin(alike[twice]) & ~twice].items()}
    for row, name in names[twice].items():
        other_row = firsts[alike[row]]
        yield fault(
            cohort,
            "participant_alike",
            f'{who(name)} differs from "{names[other_row]}" in {raw.at(other_row, row)} only in capitals or spaces',
            "Use one spelling if this is one person, or two clearly different names if they are two people.",
            row=row,
            column=column,
            value=name,
        )
    arms_column = participant_column(raw, cohort.intake.columns.arm)
    armless = set(arms_column.people[arms_column.texts == ""])
    for row, name in names[names.map(lambda name: name.casefold() in SUMMARIES and name in armless)].items():
        problem = "is not a participant: the row looks like a summary or a note below the data"
        remedy = f'Remove the row, or add it to "skip_rows" in {cohort_file(cohort)}.'
        yield fault(cohort, "summary_row", problem, remedy, row=row, column=column, value=name)


def arms(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield arms that are not known, missing or of fewer than two people."""
    labels, column = cohort.intake.arms, cohort.intake.columns.arm
    allowed = list(labels.values())
    arms_column = participant_column(raw, column)
    given = arms_column.rows
    for cell in given[~given["text"].isin(allowed)].itertuples():
        problem = f"is not an arm{nearest(cell.text, allowed)}"
        remedy = f'Correct the cell, or add the label to "arms" in {cohort_file(cohort)}.'
        place = {"row": cell.row, "column": column, "value": cell.text}
        yield fault(cohort, "arm_unknown", problem, remedy, allowed=listed(allowed), **place)
    for participant in arms_column.people[arms_column.texts == ""]:
        if participant.casefold() not in SUMMARIES:
            problem = f"{who(participant)} has no arm"
            remedy = "Fill in the arm in at least one row of the participant."
            row = _first_row(raw, participant)
            yield fault(cohort, "arm_blank", problem, remedy, allowed=listed(allowed), row=row, column=column)
    yield from _strangers(raw, cohort)
    sizes = pd.Series(arms_column.texts, dtype=str).value_counts()
    for label in allowed:
        size = int(sizes.get(label, 0))
        if size < FEWEST_IN_ARM:
            yield fault(
                cohort,
                "arm_too_small",
                f'the arm "{label}" has {size} participant{"" if size == 1 else "s"}',
                f'Look for misspelt labels, or correct "arms" in {cohort_file(cohort)}.',
                allowed=f"at least {FEWEST_IN_ARM}",
                column=column,
                table=cohort.intake.people_table,
            )


def _first_row(raw: Raw, participant: str) -> int:
    # Not the Series itself: pandas takes a text of NUL for an empty one.
    return int(raw.people.index[raw.people[raw.participant].to_numpy(dtype=object) == participant][0])


def _strangers(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield participants with measurements who are not in the table of participants."""
    if raw.people is raw.cells:
        return
    column, table = cohort.intake.columns.participant, cohort.intake.participants_table.file
    names = raw.cells[column].drop_duplicates()
    for row, participant in names[filled(names) & ~names.isin(raw.people[column])].items():
        problem = f"{who(participant)} is not in the table of participants ({table})"
        remedy = "Add the participant there, or correct the name."
        place = {"row": row, "column": column, "value": participant}
        yield fault(cohort, "participant_unknown", problem, remedy, **place)


def contradictions(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield arms, covariates and all else said of a participant that change from one row of a participant to another."""
    intake = cohort.intake
    columns = [intake.columns.arm, *(covariate.column for covariate in intake.covariates.values())]
    columns += [intake.withdrawal.after, intake.dates.randomised_on]
    columns += [intake.sessions.attended_column, intake.sessions.planned_column] if intake.sessions else []
    columns += [intake.per_protocol.column] if intake.per_protocol else []
    for column in dict.fromkeys(filter(None, columns)):
        given = participant_column(raw, column).rows
        differs = given["text"].to_numpy(dtype=object) != given["first_text"].to_numpy(dtype=object)
        for cell in given[differs].itertuples():
            yield fault(
                cohort,
                "arm_changes" if column == intake.columns.arm else "covariate_changes",
                f'differs from "{cell.first_text}" in {raw.at(cell.first_row, cell.row)} of {who(cell.participant)}',
                "Correct one of the two cells.",
                allowed="one value per participant",
                row=cell.row,
                column=column,
                value=cell.text,
            )


def covariates(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield covariates that are neither a number nor a category throughout."""
    for covariate in cohort.covariates:
        column = cohort.intake.covariates[covariate.name].column
        given = participant_column(raw, column).rows
        numbers = to_numbers(with_point(given["text"], cohort.intake.table.decimal_in_cells)).notna()
        yield from _cells_of_another_kind(given, numbers, covariate, cohort)
        of_known_kind = covariate.levels or covariate.unit
        if covariate.name in cohort.adjusted_for and not of_known_kind and len(given) and numbers.all():
            yield fault(
                cohort,
                "covariate_kind",
                f"the comparison adjusts for {covariate.name}, but its numbers may be codes for groups",
                f'In {cohort_file(cohort)}, give "unit" if the numbers are measurements, or "levels" if they are codes.',
                column=column,
                table=cohort.intake.people_table,
            )


def _cells_of_another_kind(
    given: pd.DataFrame, numbers: pd.Series, covariate: Covariate, cohort: Cohort
) -> Iterator[Problem]:
    source = cohort.intake.covariates[covariate.name]
    if source.levels:
        wrong, allowed = given[~given["text"].isin(source.levels)], listed(source.levels)
        problem, rule = f"is not a level of {covariate.name.replace('_', ' ')}", "covariate_unknown"
    elif covariate.unit or numbers.mean() > 0.5:
        # Without unit and levels, one slip of the pen would make a category of a number.
        wrong, allowed, problem = given[~numbers], "numbers such as 62 or 5.5", "is not a number"
        rule = "covariate_unknown" if covariate.unit else "covariate_mixed"
    else:
        wrong, allowed, problem = given[numbers], "a category", "is a number in a column of words"
        rule = "covariate_mixed"
    for cell in wrong.itertuples():
        yield fault(
            cohort,
            rule,
            problem + (nearest(cell.text, source.levels) if source.levels else ""),
            f'Correct the cell, or give "levels" of "{covariate.name}" in {cohort_file(cohort)}.',
            allowed=allowed,
            row=cell.row,
            column=source.column,
            value=cell.text,
        )


def sides(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Yield sides that are neither left nor right, and participants whose index side is not said."""
    index_side = cohort.intake.index_side
    for side, table in ((cohort.intake.side, raw.cells), (index_side, raw.people)):
        if side is None:
            continue
        texts = table[side.column]
        allowed = listed(side.names)
        blank = [""] if side is index_side or cohort.intake.columns.repeat else []
        for row, text in texts[~texts.isin([*side.names, *blank])].items():
            problem = f"is neither left nor right{nearest(text, side.names)}" if text else "the side is empty"
            remedy = "Correct the cell."
            yield fault(cohort, "side_unknown", problem, remedy, allowed, row=row, column=side.column, value=text)
    if index_side and any(outcome.limbs == "index" for outcome in cohort.intake.outcomes.values()):
        given = participant_column(raw, index_side.column).rows
        names = raw.people[raw.participant]
        for row, name in names[(names != "") & ~names.duplicated() & ~names.isin(given["participant"])].items():
            problem = f"the index side of {who(name)} is missing, so measurements of that side cannot be used"
            remedy = "Fill in the side."
            place = {"row": row, "column": index_side.column}
            yield fault(cohort, "index_side_blank", problem, remedy, listed(index_side.names), **place)


def withdrawals(raw: Raw, measured: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """Yield last visits that are no visit, and warn of values after them."""
    intake = cohort.intake
    column = intake.withdrawal.after
    if not column:
        return
    places = {text: place for place, visit in enumerate(cohort.visits) for text in last_texts(visit, intake)}
    given = participant_column(raw, column).rows
    for cell in given[~given["text"].isin(places)].itertuples():
        problem = f"is not a visit{nearest(cell.text, places)}"
        remedy = "Give the last visit that the participant attended, or leave the cell empty."
        place = {"row": cell.row, "column": column, "value": cell.text}
        yield fault(cohort, "withdrawal_unknown", problem, remedy, allowed=listed(places), **place)
    leavers = given[given["text"].isin(places)].drop_duplicates("participant", keep="last")
    last = leavers.set_index("participant")["text"].map(places)
    cells = measured[measured["participant"].isin(last.index) & (measured["text"] != "")]
    late = cells[cells["visit"].map(places) > cells["participant"].map(last)]
    for cell in late.itertuples():
        yield fault(
            cohort,
            "value_after_withdrawal",
            f"{who(cell.participant)} has a value after the visit given as the last one attended",
            f'Correct the value or "{column}"; the value is used unchanged.',
            row=cell.row,
            column=cell.column,
            value=cell.text,
            severity=WARNING,
        )
