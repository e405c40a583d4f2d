"""What was measured, and in which columns: a column a visit, a row a visit, or a row a value."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from retrowalk.errors import DataError
from retrowalk.ingest.numbers import to_numbers
from retrowalk.ingest.propose import kinds, roles
from retrowalk.ingest.propose.columns import ColumnGuess, parse_columns
from retrowalk.ingest.propose.draft import Draft, Measure, is_constant, mostly_numbers, numbers_in, seen
from retrowalk.ingest.propose.questions import Question
from retrowalk.ingest.propose.timing import find_dates, find_row_dimensions, read_visits, write_date, write_visits
from retrowalk.ingest.rules.values import CODES
from retrowalk.plan.intake import SHEET_COLUMN
from retrowalk.schemas import listed


def find_measures(draft: Draft) -> list[Measure]:
    """Find what was measured, and write down the visits."""
    participant, given = draft.content["participant"], draft.answers.given.get("visit", "")
    if kinds.is_bds(list(draft.cells.columns)):
        return of_parameters(draft)
    if given and given not in draft.cells:
        raise DataError(f'--visit-column: there is no column "{given}". Allowed: {listed(draft.cells.columns, 30)}.')
    candidates = roles.visit_columns(draft.cells, participant)
    if SHEET_COLUMN in draft.cells and draft.content["arm"] != SHEET_COLUMN:
        candidates = [SHEET_COLUMN]
    if given or candidates:
        return of_rows(draft, given or candidates[0])
    if draft.cells[participant].duplicated().mean() > 0.3:
        options = {column: seen(draft.cells[column]) for column in draft.cells.columns}
        text = "participants have several rows. Which column contains the visit?"
        return of_rows(draft, draft.answers.ask(Question("visit", text, "--visit-column", options)))
    return of_columns(draft)


def of_columns(draft: Draft) -> list[Measure]:
    """Read a file with one row a participant: visits are in the names of the columns."""
    guesses = [guess for guess in _candidates(draft) if guess.visit is not None]
    find_dates(draft)
    groups: dict[str, list[ColumnGuess]] = {}
    for guess in guesses:
        groups.setdefault(guess.measure, []).append(guess)
    groups = {measure: parts for measure, parts in groups.items() if len({part.visit.name for part in parts}) > 1}
    guesses = [guess for parts in groups.values() for guess in parts]
    if not guesses:
        raise DataError(
            f"No column name in {draft.main.file} shows its visit, as in vas_pre and vas_post or pain_0 and pain_4. Rename the "
            'columns in a copy of the file, or write a cohort file by hand (see "cohorts/NAME.yaml" in config/README.md).'
        )
    seen = {}
    for guess in guesses:
        seen.setdefault(guess.visit.name, guess.visit)
    names = write_visits(draft, list(seen.values()), {})
    return [_measure_of(draft, parts, names) for parts in groups.values()]


def _measure_of(draft: Draft, parts: list[ColumnGuess], names: Mapping[str, str]) -> Measure:
    """Join the columns of one measure: by visit, within it by limb, within that by trial."""
    visits = {part.visit.name if part.visit else "": None for part in parts}
    ordered = sorted(visits, key=lambda name: list(names).index(name) if name in names else -1)
    where = {}
    for visit in ordered:
        here = [part for part in parts if (part.visit.name if part.visit else "") == visit]
        sides = {side: [part.column for part in here if part.side == side] for side in ("left", "right")}
        doubles = [key for key, count in Counter((part.side, part.trial) for part in here).items() if count > 1]
        if doubles:
            raise DataError(
                f"The columns {listed(part.column for part in here)} look like the same measure at the same visit. Rename them so "
                "that they differ in the visit, the limb (left, right) or the trial number."
            )
        if sides["left"] and sides["right"]:
            where[names.get(visit, "")] = {side: _one_or_list(columns) for side, columns in sides.items()}
        else:
            where[names.get(visit, "")] = _one_or_list([part.column for part in here])
    columns = tuple(part.column for part in parts)
    flat = [each for place in where.values() for each in (place.values() if isinstance(place, dict) else [place])]
    label = next((draft.labels[column] for column in columns if column in draft.labels), "")
    values = pd.concat([numbers_in(draft, column) for column in columns]).dropna()
    return Measure(
        words=f"{' '.join(parts[0].stem)} {columns[0]} {label}",
        where=where,
        values=values[~values.isin(CODES) | (values <= 10) & (values >= 0)],
        columns=columns,
        name="" if parts[0].labelled else "_".join(word for word in parts[0].stem if not word.isdecimal()),
        trials=any(isinstance(each, list) for each in flat),
        limbs=any(isinstance(place, dict) for place in where.values()),
    )


def _one_or_list(columns: list[str]) -> Any:
    return columns[0] if len(columns) == 1 else columns


def of_rows(draft: Draft, column: str) -> list[Measure]:
    """Read a file with one row a participant and visit; a column named after another's baseline belongs to it."""
    participant = draft.content["participant"]
    draft.used.add(column)
    guesses = _candidates(draft, in_rows=True)
    stems = {guess.measure for guess in guesses if guess.visit is None}
    at_baseline = {
        guess.measure: guess.column
        for guess in guesses
        if guess.visit is not None and guess.visit.name == "baseline" and guess.measure in stems
    }
    read_visits(draft, column, baseline_beside=bool(at_baseline))
    find_row_dimensions(draft, participant, column)
    baseline = draft.content["visits"][0]["name"]
    groups: dict[str, list[ColumnGuess]] = {}
    for guess in guesses:
        varies = guess.column not in draft.used and not is_constant(draft, guess.column, participant)
        if guess.visit is None and varies:
            groups.setdefault(guess.measure, []).append(guess)
    measures = []
    for stem, parts in groups.items():
        measure = _measure_of(draft, parts, {})
        if stem in at_baseline:
            extra = at_baseline[stem]
            measure = replace(measure, where={baseline: extra, **measure.where}, columns=(extra, *measure.columns))
        measures.append(measure)
    return measures


def of_parameters(draft: Draft) -> list[Measure]:
    """Read CDISC's basic data structure: one row a value, the measure in PARAMCD."""
    cells = draft.cells
    draft.content |= {"outcome": "PARAMCD", "value": "AVAL"}
    draft.used |= {
        "PARAM",
        "PARAMN",
        "STUDYID",
        "AVISITN",
        "BASE",
        "CHG",
        "PCHG",
        "ADT",
        "ADY",
        "ABLFL",
        "AVALC",
        "DTYPE",
    }
    if "ANL01FL" in cells and (cells["ANL01FL"] == "Y").any():
        draft.content["only"] = {"ANL01FL": "Y"}
        draft.use("ANL01FL", "rows used", "rows with Y")
        cells = cells[cells["ANL01FL"] == "Y"]
    if "DTYPE" in cells and (cells["DTYPE"] != "").any():
        # Values that were filled in (LOCF) were not measured.
        draft.content.setdefault("only", {})["DTYPE"] = ""
        draft.use("DTYPE", "rows used", "rows where it is empty; the others were filled in")
        cells = cells[cells["DTYPE"] == ""]
    visit = next(name for name in ("AVISIT", "VISIT", "AVISITN", "VISITNUM") if name in cells)
    if (cells[visit] == "").any():
        cells = cells[cells[visit] != ""]
        draft.content.setdefault("only", {})[visit] = list(dict.fromkeys(cells[visit]))
    draft.cells = cells
    marked = cells.loc[cells.get("ABLFL", pd.Series("", index=cells.index)) == "Y", visit]
    read_visits(draft, visit, baseline=marked.mode().iloc[0] if len(marked) else "")
    cells = draft.cells
    if "ADT" in cells and roles.is_dates(cells["ADT"]):
        write_date(draft, "ADT", ["ADT"])
    draft.use("PARAMCD", "outcome of the row", listed(cells["PARAMCD"].unique(), 6))
    draft.use("AVAL", "value of the row", "")
    words = kinds.parameters(cells)
    # The code of a parameter tells the limb by its last letter (SLSL, SLSR), its name by a word.
    guesses = {guess.column: guess for guess in parse_columns(words, words)}
    groups: dict[str, list[ColumnGuess]] = {}
    for code, label in words.items():
        named = parse_columns([label], {})[0]
        guess = replace(guesses[code], side=named.side, stem=named.stem, visit=None, trial="")
        groups.setdefault(guess.measure if named.side else f"{guess.measure}_{code}", []).append(guess)
    values = to_numbers(cells["AVAL"])
    measures = []
    for parts in groups.values():
        codes = [part.column for part in parts]
        sides = {part.side: part.column for part in parts}
        both = {"left", "right"} == set(sides)
        where = {"in_file": sides if both else codes[0]}
        held = values[cells["PARAMCD"].isin(codes)].dropna()
        measures.append(Measure(f"{codes[0]} {words[codes[0]]}", where, held, tuple(codes), "", limbs=both))
    return measures


def _candidates(draft: Draft, in_rows: bool = False) -> list[ColumnGuess]:
    """Return a guess for each column that may hold measurements."""
    free = [column for column in draft.cells.columns if column not in draft.used and column != SHEET_COLUMN]
    free = [column for column in free if not roles.identifies(column) and mostly_numbers(draft, column)]
    return parse_columns(free, draft.labels, in_rows)
