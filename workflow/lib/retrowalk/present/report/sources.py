"""Where the numbers on a page come from: the rows that are cited, once each, with their file, line and data."""

import base64
import csv
import io
import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

import pandas as pd
from markupsafe import Markup

from retrowalk.files import csv_text
from retrowalk.plan.trial import Cohort
from retrowalk.present.report.text import marked_up
from retrowalk.present.words.analyses import TERM_NAMES, WORDS
from retrowalk.present.words.cited import AS_IT_IS, FILE, PLAN_FILE, Cited
from retrowalk.present.words.facts import in_words
from retrowalk.present.words.phrases import sentence_case
from retrowalk.vocabulary import DOMAINS, ESTIMATE_KEY


def packed(content: bytes) -> Markup:
    """Return bytes deflated and in base64: half of what a figure's PDF takes else, and no text that ends an element."""
    return Markup(base64.b64encode(zlib.compress(content, 9)).decode())


class Sources:
    """The cited numbers of a page, in the order in which it shows them."""

    def __init__(self) -> None:
        self._places: dict[tuple, int] = {}

    def place(self, number: Cited) -> int:
        """Return the place of a number's source; numbers of one cell, shown in one way, share it."""
        return self._places.setdefault((number.file, number.key, number.column, number.how), len(self._places))

    def finalize(self, value: Any) -> Any:
        """Return what the page shows of a value: text as text, its numbers with their sources."""
        is_text = isinstance(value, str) and not isinstance(value, Markup)
        return marked_up(value, self.place) if is_text else value

    def record(
        self,
        tables: Iterable[pd.DataFrame],
        plan: Mapping[str, Any],
        cohorts: Mapping[str, Cohort],
        checksums: Mapping[str, Any],
    ) -> dict[str, list]:
        """Return what a page must know of the numbers that it has shown by now.

        Parameters
        ----------
        tables
            The tables of results, as `read_results` reads them.
        plan
            The plan as it was run.
        cohorts
            The cohorts by name, for words and data files.
        checksums
            The record of the run (`read_record`).

        Returns
        -------
        dict
            `numbers`: [row, column, how it is shown] of each place; `rows`: [file, line, words, cells, data]; `files`: [path, columns];
            `data`: lists of [path, SHA-256]. A row's file and data are places in those lists.
        """
        wanted: dict[str, dict[tuple, None]] = {}
        for file, key, *_ in self._places:
            wanted.setdefault(file, {})[key] = None
        files, rows, data, where = [], [], [], {}
        for file, lines in _lines(wanted, tables, plan, cohorts).items():
            files.append([file, lines.columns])
            for key, (line, words, cells) in lines.rows.items():
                origin = _data(file, key, cohorts, checksums)
                if origin not in data:
                    data.append(origin)
                where[file, key] = len(rows)
                rows.append([len(files) - 1, line, words, cells, data.index(origin)])
        numbers = [
            [where[file, key], column, "" if how == AS_IT_IS else how] for file, key, column, how in self._places
        ]
        return {"numbers": numbers, "rows": rows, "files": files, "data": data}


class _Lines:
    """The cited rows of one file: its columns, and by key the line, the words and the cells."""

    def __init__(self, columns: list[str], rows: dict[tuple, tuple[int, str, list[str]]]) -> None:
        self.columns, self.rows = columns, rows


def _lines(
    wanted: Mapping[str, Mapping[tuple, None]],
    tables: Iterable[pd.DataFrame],
    plan: Mapping[str, Any],
    cohorts: Mapping[str, Cohort],
) -> dict[str, _Lines]:
    found = {}
    for table in tables:
        for file in table[FILE].unique() if FILE in table else ():
            if file in wanted:
                found[file] = _of_table(table.drop(columns=FILE), wanted[file], cohorts)
    if PLAN_FILE in wanted:
        rows = {key: (0, *_of_plan(plan, key)) for key in wanted[PLAN_FILE]}
        found[PLAN_FILE] = _Lines(["value"], rows)
    return {file: found[file] for file in wanted}


def _of_table(table: pd.DataFrame, keys: Mapping[tuple, None], cohorts: Mapping[str, Cohort]) -> _Lines:
    lines = {key: line for line, key in enumerate(table[ESTIMATE_KEY].itertuples(index=False, name=None))}
    places = [lines[key] for key in keys]
    shown = in_words(table.iloc[places], cohorts.values())
    columns, *cells = csv.reader(io.StringIO(csv_text(shown)))
    rows = {
        # The first line of a file has the headings, and lines are counted from 1.
        key: (place + 2, row_words(table.iloc[place], cohorts), texts)
        for key, place, texts in zip(keys, places, cells, strict=True)
    }
    return _Lines(columns, rows)


def _of_plan(plan: Mapping[str, Any], key: tuple[str, ...]) -> tuple[str, list[str]]:
    words, value = [], plan
    for part in key:
        value = value[int(part)] if isinstance(value, list) else value[part]
        words.append(value["name"] if isinstance(value, dict) and "name" in value else part.replace("_", " "))
    return ", ".join(words), [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)]


def row_words(row: pd.Series, cohorts: Mapping[str, Cohort]) -> str:
    """Return the key of a row of the estimate record in words."""
    cohort = cohorts.get(row["cohort"])
    names = dict(DOMAINS)
    if cohort:
        parts = (*cohort.outcomes, *cohort.covariates, *cohort.visits, *cohort.arms)
        names |= {part.name: part.label for part in parts}

    def said(name: str) -> str:
        return names.get(name, name.replace("_", " "))

    arms = " minus ".join(said(row[arm]) for arm in ("arm", "reference_arm") if row[arm])
    if not cohort and row["reference_arm"]:
        arms = f"comparator: {said(row['reference_arm'])}"
    term = TERM_NAMES.get(row["term"], said(row["term"]).replace(":", ": "))
    analysis = WORDS[row["analysis"]].name
    where = (said(row["outcome"]), arms, sentence_case(said(row["visit"])), f"{analysis}, {term}")
    return "; ".join(part for part in (row["cohort"], *where, row["population"].replace("_", " ")) if part)


def _data(
    file: str, key: tuple[str, ...], cohorts: Mapping[str, Cohort], checksums: Mapping[str, Any]
) -> list[list[str]]:
    """Return the files that a row was made from, with their checksums."""
    if file == PLAN_FILE:
        return [[file, checksums["plan"]["sha256"]]]
    inputs = {PurePath(path).as_posix(): entry["sha256"] for path, entry in checksums["inputs"].items()}
    own = {name: [PurePath(path).as_posix() for path in cohort.intake.files] for name, cohort in cohorts.items()}
    name = key[0]
    if name in own:
        from_files = own[name]
    else:  # a published trial, or a pool: of the simulated cohorts, or of what is published and the real ones
        simulated = name == "synthetic"
        from_cohorts = {path for each in own.values() for path in each}
        from_files = [path for each, paths in own.items() if cohorts[each].synthetic == simulated for path in paths]
        from_files = from_files * (name in ("synthetic", "published"))
        from_files += [path for path in inputs if path not in from_cohorts and not simulated]
    return [[path, inputs[path]] for path in dict.fromkeys(from_files) if path in inputs]
