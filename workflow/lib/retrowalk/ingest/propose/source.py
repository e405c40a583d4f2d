"""Which of the tables holds the measurements."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from retrowalk.ingest.propose import kinds
from retrowalk.ingest.propose.columns import parse_columns
from retrowalk.ingest.propose.instruments import match
from retrowalk.ingest.propose.questions import Answers, Question
from retrowalk.ingest.propose.tables import Table
from retrowalk.plan.intake import SHEET_COLUMN
from retrowalk.schemas import listed


def main_table(tables: list[Table], instruments: Mapping[str, Any], answers: Answers) -> tuple[Table, list[Table]]:
    """Return the table of measurements (sheets of the same columns put under each other), and the others."""
    by_sheet = {table.sheets[0]: table for table in tables if table.file == tables[0].file}
    if len(by_sheet) > 1:
        alike = [table for table in by_sheet.values() if table.columns == tables_like(by_sheet).columns]
        options = {sheet: f"{len(table.received.cells)} rows" for sheet, table in by_sheet.items()}
        best = max(by_sheet, key=lambda sheet: _measures(by_sheet[sheet], instruments))
        if len(alike) > 1:
            options["all"] = "these sheets together: " + listed(table.sheets[0] for table in alike)
            best = "all"
        scores = Counter(_measures(table, instruments) for table in by_sheet.values())
        sure = best != "all" and scores[_measures(by_sheet[best], instruments)] == 1
        asked = Question("sheet", "which sheet contains the measurements?", "--sheet", options, best)
        chosen = answers.ask(asked) if not sure else answers.settle(asked)
        main = _stacked(alike) if chosen == "all" else by_sheet[chosen]
    else:
        main = max(tables, key=lambda table: _measures(table, instruments))
    taken = set(main.sheets)
    return main, [table for table in tables if table.file != main.file or table.sheets[0] not in taken]


def tables_like(tables: Mapping[str, Table]) -> Table:
    """Return a table whose columns most tables share."""
    counts = Counter(tuple(table.columns) for table in tables.values())
    columns = counts.most_common(1)[0][0]
    return next(table for table in tables.values() if tuple(table.columns) == columns)


def _stacked(tables: list[Table]) -> Table:
    parts = [table.received.cells.assign(**{SHEET_COLUMN: table.sheets[0]}) for table in tables]
    cells = pd.concat(parts, ignore_index=True)
    received = replace(tables[0].received, cells=cells)
    return replace(tables[0], sheets=tuple(table.sheets[0] for table in tables), received=received)


def _measures(table: Table, instruments: Mapping[str, Any]) -> int:
    """Return how many columns of a table seem to measure something."""
    if kinds.is_bds(table.columns):
        return 1000
    cells = table.received.cells
    return sum(
        match(f"{guess.column} {table.received.labels.get(guess.column, '')}", pd.Series(dtype=float), instruments)
        is not None
        for guess in parse_columns(cells.columns, table.received.labels)
    )


def overview(table: Table) -> str:
    """Return what was read, in a sentence."""
    cells = table.received.cells
    sheet = f", sheet {listed(table.sheets)}" if table.sheets[0] else ""
    rows = f"rows {cells.index.min()} to {cells.index.max()}" if len(table.sheets) == 1 else "the rows of each sheet"
    return f"{table.file}{sheet}: {len(cells)} rows read ({rows}), {len(cells.columns)} columns"


def table_keys(table: Table) -> dict[str, Any]:
    """Return what the cohort file says of how a table is read."""
    keys: dict[str, Any] = {"file": str(table.file)}
    if table.sheets[0]:
        keys["sheet"] = table.sheets[0] if len(table.sheets) == 1 else list(table.sheets)
    if table.header and table.header != (1,):
        keys["header"] = table.header[0] if len(table.header) == 1 else list(table.header)
    if table.encoding:
        keys["encoding"] = table.encoding
    if table.decimal != ".":
        keys["decimal"] = table.decimal
    return keys
