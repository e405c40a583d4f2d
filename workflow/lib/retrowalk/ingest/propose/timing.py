"""When it was measured: visits, their weeks, dates, and what else tells rows of one visit apart."""

import re
from collections.abc import Mapping
from math import isfinite

import pandas as pd

from retrowalk.errors import DataError
from retrowalk.ingest.propose import roles
from retrowalk.ingest.propose.columns import parse_columns
from retrowalk.ingest.propose.draft import Draft, is_constant
from retrowalk.ingest.propose.questions import Question
from retrowalk.ingest.propose.visits import VisitGuess, parse_visit, unit_of
from retrowalk.schemas import listed


def write_visits(draft: Draft, guesses: list[VisitGuess], in_file: Mapping[str, list[str]]) -> dict[str, str]:
    """Put visits in order, ask for the weeks that are not told, write them down; return {guessed name: its name}."""
    ordered = _in_order(list({guess.name: guess for guess in guesses}.values()))
    untold = [guess for guess in ordered[1:] if guess.week is None]
    weeks: dict[str, float] = {guess.name: guess.week for guess in ordered if guess.week is not None}
    weeks[ordered[0].name] = 0.0
    if untold:
        told = _weeks(draft, untold)
        if told:
            weeks |= dict(zip([guess.name for guess in untold], told, strict=True))
        else:
            weeks |= _placeholders(ordered, weeks)
            named = ", ".join(f"{guess.label} (taken as week {weeks[guess.name]:g})" for guess in untold)
            draft.assumed.append(
                f"The file does not state how many weeks after baseline these visits took place: {named}. Their weeks are "
                "placeholders in the order of the file."
            )
    if (ordered[0].week is None and ordered[0].order not in (0, 1)) or (ordered[0].week or 0) > 0:
        draft.assumed.append(f'No visit is named baseline; the first visit, "{ordered[0].label}", is used as baseline.')
    visits, names = [], {}
    for place, guess in enumerate(ordered):
        first = place == 0
        name = "baseline" if first else guess.name
        label = "Baseline" if first else guess.label
        visit = {"name": name, "week": weeks[guess.name], "label": label}
        texts = in_file.get(guess.name, [name])
        if texts != [name]:
            visit["in_file"] = texts[0] if len(texts) == 1 else texts
        visits.append(visit)
        names[guess.name] = name
    visits = sorted(visits, key=lambda visit: visit["week"])
    if isinstance(draft.content.get("date"), dict):
        dates = {names[name]: column for name, column in draft.content.pop("date").items() if name in names}
        draft.content |= {"date": dates} if dates else {}
    draft.content["visits"] = visits
    return names


def _in_order(guesses: list[VisitGuess]) -> list[VisitGuess]:
    """Return visits in their order: that of the file where the weeks that are told agree with it, baseline first.

    "Post" has no time of its own: where a six-month follow-up is told, the file's order says which came first.
    """
    by_file = sorted(guesses, key=lambda guess: guess.name != "baseline")
    told = [guess.week for guess in by_file if guess.week is not None]
    counted = [guess.order for guess in by_file if guess.week is None and guess.order < 800]
    if told == sorted(told) and counted == sorted(counted):
        return by_file
    return sorted(guesses, key=lambda guess: guess.order)


def _placeholders(ordered: list[VisitGuess], weeks: dict[str, float]) -> dict[str, float]:
    """Return a week for each visit that has none: evenly between its neighbours, or one after the other at the end."""
    made: dict[str, float] = {}
    for place, guess in enumerate(ordered):
        if guess.name in weeks:
            continue
        before = (weeks | made)[ordered[place - 1].name]
        later = [other for other in ordered[place:] if other.name in weeks]
        if not later:
            made[guess.name] = before + 1
            continue
        gap = ordered.index(later[0]) - place + 1
        made[guess.name] = round(before + (weeks[later[0].name] - before) / gap, 1)
    return made


def _weeks(draft: Draft, untold: list[VisitGuess]) -> list[float]:
    names = ", ".join(guess.label for guess in untold)
    text = f"how many weeks after baseline were these visits: {names}? (numbers separated by commas, empty if unknown)"
    answer = draft.answers.ask(Question("weeks", text, "--weeks", required=False))
    parts = [part for part in re.split(r"[,;\s]+", answer.strip()) if part]
    try:
        weeks = [float(part) for part in parts]
        if not all(isfinite(week) for week in weeks):
            raise ValueError(answer)
    except ValueError:
        raise DataError(f'--weeks: "{answer}" is not a list of numbers such as 4,12.') from None
    if parts and (len(weeks) != len(untold) or weeks != sorted(set(weeks)) or weeks[0] <= 0):
        raise DataError(
            f"--weeks: one number per visit is needed, in increasing order ({names}), but {answer} was given."
        )
    return weeks


def read_visits(draft: Draft, column: str, baseline_beside: bool = False, baseline: str = "") -> None:
    """Read the visits of a visit column and write them down.

    `baseline_beside` says that baseline has no rows but columns of its own; `baseline` is the text of the rows that the
    file marks as baseline, for files in which no visit is called so.
    """
    cells, words = draft.cells, draft.codes.get(column, {})
    texts = [text for text in cells[column].unique() if text]
    unit = unit_of(column)
    guesses = {text: parse_visit(words.get(text, text), unit) for text in texts}
    known = {text: guess for text, guess in guesses.items() if guess}
    if baseline and not any(guess.name == "baseline" for guess in known.values()):
        known[baseline] = VisitGuess("baseline", "Baseline", 0.0, -1.0)
    if len(known) < 2:
        raise DataError(
            f'The column "{column}" contains {listed(texts)}; {len(known)} of these can be read as a visit. Choose another '
            "column with --visit-column, or rename the visits in the file, for example baseline, week 4, post or T1."
        )
    draft.content["visit"] = column
    draft.use(column, "visit", ", ".join(words.get(text, text) for text in known))
    visits = list(known.values())
    if baseline_beside and not any(guess.name == "baseline" for guess in visits):
        visits = [VisitGuess("baseline", "Baseline", 0.0, -1.0), *visits]
    in_file: dict[str, list[str]] = {}
    for text, guess in known.items():
        in_file.setdefault(guess.name, []).append(text)
    write_visits(draft, visits, in_file)
    draft.visit_texts = tuple(known)
    left_out = [text for text in texts if text not in known]
    if left_out:
        draft.assumed.append(f"These visits are left out: {listed(left_out)}.")
        draft.content.setdefault("only", {})[column] = list(known)
        draft.cells = cells[cells[column].isin(known)]
        draft.rows.append((column, "rows left out", listed(left_out)))


def find_row_dimensions(draft: Draft, participant: str, visit: str) -> None:
    """Find the columns that tell rows of one visit apart: trials, limbs; and the date of the visit."""
    cells = draft.cells
    if "redcap_repeat_instance" in cells and (cells["redcap_repeat_instance"] != "").any():
        draft.content["repeat"] = "redcap_repeat_instance"
        draft.rows.append(("redcap_repeat_instance", "trial number", "rows of the same visit"))
    for column in roles.named(cells.columns, roles.LIMB):
        sides = roles.sides_of(cells[column].unique())
        rows = cells.groupby([participant, visit])[column].nunique()
        if column not in draft.used and sides and (rows > 1).mean() > 0.5:
            draft.content["side"] = {"column": column, "left": sides[0], "right": sides[1]}
            draft.use(column, "limb of the row", f"{sides[0]} = left, {sides[1]} = right")
            break
    for column in cells.columns:
        if column not in draft.used and roles.is_dates(cells[column]) and not is_constant(draft, column, participant):
            if not roles.identifies(column):
                write_date(draft, column, [column])
            break


def find_dates(draft: Draft) -> None:
    """Find the date of each visit in a file with one row a participant."""
    dated = [
        column for column in draft.cells.columns if column not in draft.used and roles.is_dates(draft.cells[column])
    ]
    guesses = [
        guess
        for guess in parse_columns([each for each in dated if not roles.identifies(each)], draft.labels)
        if guess.visit
    ]
    if len({guess.measure for guess in guesses}) == 1 and len(guesses) > 1:
        draft.content["date"] = {guess.visit.name: guess.column for guess in guesses}
        _date_order(draft, [guess.column for guess in guesses])
        for guess in guesses:
            draft.use(guess.column, f"date of {guess.visit.label}", "used only for checks")


def write_date(draft: Draft, column: str, columns: list[str]) -> None:
    """Write down the column of the date, and what stands first in its dates."""
    draft.content["date"] = column
    draft.use(column, "date of the visit", "used only for checks")
    _date_order(draft, columns)


def _date_order(draft: Draft, columns: list[str]) -> None:
    """Tell what stands first in dates with slashes: a number above 12 is a day."""
    parts = pd.concat(
        [draft.cells[column].str.extract(r"^(\d{1,2})[/-](\d{1,2})[/-]\d{4}") for column in columns]
    ).dropna()
    if parts.empty:
        return
    first, second = parts[0].astype(int), parts[1].astype(int)
    default = "day_first" if (first > 12).any() else "month_first" if (second > 12).any() else ""
    options = {"day_first": "14/03/2024", "month_first": "03/14/2024"}
    asked = Question("date_order", "what comes first in the dates?", "--date-order", options, default)
    draft.content["date_order"] = draft.answers.settle(asked) if default else draft.answers.ask(asked)
