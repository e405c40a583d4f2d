"""Who took part: the columns of the participant and of the arm, and rows that are no participant."""

import re
from dataclasses import replace

import pandas as pd

from retrowalk.errors import DataError
from retrowalk.ingest.propose import roles
from retrowalk.ingest.propose.draft import Draft, seen, short_name
from retrowalk.ingest.propose.questions import Question
from retrowalk.ingest.propose.tables import Table
from retrowalk.ingest.propose.visits import parse_visit
from retrowalk.ingest.rules.people import SUMMARIES
from retrowalk.plan.intake import SHEET_COLUMN
from retrowalk.schemas import listed


def find_participant(draft: Draft) -> None:
    """Find the column that names the participant, and leave out the rows that are none."""
    cells = draft.cells
    found = roles.participant_columns(cells)
    if not found and "participant" not in draft.answers.given and _names_rows(cells.iloc[:, 0]):
        found = [cells.columns[0]]
        draft.assumed.append(
            f'The first column, "{found[0]}", is used to identify the participants, because its text differs in every row.'
        )
    options = {column: seen(cells[column]) for column in (found or cells.columns)}
    asked = Question(
        "participant",
        "which column identifies the participant?",
        "--participant-column",
        options,
        found[0] if found else "",
    )
    column = draft.answers.ask(asked) if not found else draft.answers.settle(asked)
    if column not in draft.cells:
        raise DataError(
            f'--participant-column: there is no column "{column}". Allowed: {listed(draft.cells.columns, 30)}.'
        )
    draft.content["participant"] = column
    left_out = leave_out_summaries(draft)
    draft.use(column, "participant", f"{draft.cells[column].nunique()} different names")
    draft.rows += left_out


def _names_rows(texts: pd.Series) -> bool:
    """Whether a column may be made of names: filled, every text once, not numbers with decimals."""
    return bool(texts.is_unique and (texts != "").all() and not texts.str.contains(r"\d[.,]\d").any())


def leave_out_summaries(draft: Draft) -> list[tuple[str, str, str]]:
    """Leave out rows of means and notes below the data; the cohort file names them."""
    column = draft.content["participant"]
    name, rest = draft.cells[column], draft.cells.drop(columns=column)
    summary = name.map(lambda text: text.casefold() in SUMMARIES)
    note = (rest == "").all(axis=1) & (name.str.contains(" ") | name.str.len().gt(25))
    distinct_notes = note & ~name.duplicated(keep=False)
    # Below the last participant only: initials may be SD.
    left_out = summary | distinct_notes
    last = draft.cells.index[~left_out].max() if (~left_out).any() else 0
    rows = draft.cells.index[left_out & (draft.cells.index > last)]
    if len(rows) and len(draft.main.sheets) == 1:
        draft.content["skip_rows"] = [int(row) for row in rows]
        draft.cells = draft.cells.drop(index=rows)
        named = ", ".join(str(row) for row in rows)
        return [(f"rows {named}", "left out", "not a participant: a summary or a note")]
    return []


def find_arm(draft: Draft, rest: list[Table]) -> Table | None:
    """Find the arm, in the table of measurements or in another; return that other table."""
    participant = draft.content["participant"]
    second = None
    people = draft.cells
    found = roles.arm_columns(people, participant)
    given = draft.answers.given.get("arm", "")
    beside = [table for table in rest if participant in table.columns]
    for table in beside:
        other = table.received.cells
        columns = [given] if given in other else [] if given else roles.arm_columns(other, participant)
        # A table with one row a participant and the arm is where participants are described, and has all of them.
        if columns and not other[participant].duplicated().any():
            second, people, found = table, other, columns
            break
    if not found and len(draft.main.sheets) > 1 and not any(parse_visit(sheet) for sheet in draft.main.sheets):
        found = [SHEET_COLUMN]
    likely = [name for name in people.columns if name != participant and roles.is_arm(people, name, participant)]
    options = {name: seen(people[name]) for name in dict.fromkeys([*found, *likely])}
    asked = Question(
        "arm", "which column contains the arm?", "--arm-column", options or dict.fromkeys(people.columns, ""), ""
    )
    asked = replace(asked, default=found[0] if found else "")
    column = draft.answers.settle(asked) if found else draft.answers.ask(asked)
    if column not in people:
        raise DataError(f'--arm-column: there is no column "{column}". Allowed: {listed(people.columns, 30)}.')
    if second:
        draft.labels |= second.received.labels
        draft.codes |= second.received.codes
        draft.people = people
    draft.content["arm"] = column
    _arms(draft, people[column], column)
    return second


def _arms(draft: Draft, texts: pd.Series, column: str) -> None:
    counts = texts[texts != ""].value_counts(sort=False)
    words = draft.codes.get(column, {})
    arms, names = {}, set()
    for text in counts.index:
        label = words.get(text, text)
        name = short_name(label if re.search(r"[^\W\d_]", label) else f"arm_{label}", names)
        arms[text] = {"name": name, "label": label}
    draft.content["arms"] = arms
    draft.use(column, "arm", ", ".join(f"{arms[text]['label']}" for text in counts.index))
    if len(arms) > 1:
        likely = [text for text, arm in arms.items() if roles.looks_like_control(arm["label"])]
        options = {text: arm["label"] for text, arm in arms.items()}
        default = likely[0] if len(likely) == 1 else ""
        asked = Question("control", "which arm is the control?", "--control", options, default)
        by_label = {arm["label"]: text for text, arm in arms.items()} | {
            arm["name"]: text for text, arm in arms.items()
        }
        given = draft.answers.given
        if given.get("control") in by_label:
            given["control"] = by_label[given["control"]]
        control = draft.answers.settle(asked) if default else draft.answers.ask(asked)
        if control not in arms:
            raise DataError(f'--control: "{control}" is not an arm. Allowed: {listed(options.values())}.')
        draft.content["control"] = arms[control]["name"]
        draft.rows.append((column, "control", arms[control]["label"]))
    else:
        draft.content["control"] = next(iter(arms.values()))["name"]
