"""numbers.csv: where each number of the text stands, and the cell that it comes from, looked up again and compared."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retrowalk.present.manuscript.content import FIGURE_NUMBER, REFERENCE_NUMBER, TABLE_NUMBER
from retrowalk.present.tables.files.layout import printable
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.cited import FIXED, PLAN_FILE, TEXT, Cited
from retrowalk.vocabulary import ESTIMATE_KEY

NUMBER_COLUMNS = [
    "section",
    "paragraph",
    "table",
    "row",
    "cell",
    "character",
    "shown",
    "file",
    "key",
    "column",
    "value",
    "how",
]
#: What is done to the value at the source before it is rounded.
_DONE: dict[str, Callable[[float], float]] = {
    cited.AS_IT_IS: lambda value: value,
    cited.ABSOLUTE: abs,
    cited.LEVEL: lambda value: 100 * (1 - value),
    cited.PERCENT: lambda value: 100 * value,
}


@dataclass(frozen=True)
class Located:
    """A number of the text and its place: the heading it stands under, and its first character in a paragraph or a cell.

    All count from 0, as python-docx gives them: `Document.paragraphs`, or `Document.tables` with their rows and cells.
    """

    section: str
    character: int
    number: Cited
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    cell: int | None = None

    @property
    def place(self) -> list[str]:
        """The place as text: paragraph, table, row and cell; what it is not in is ""."""
        return ["" if part is None else str(part) for part in (self.paragraph, self.table, self.row, self.cell)]


class Results:
    """The files of the results folder that numbers come from, to look a value up in."""

    def __init__(
        self,
        tables: Iterable[pd.DataFrame],
        plan: dict[str, Any],
        record: dict[str, Any],
        references: list[Any],
        warnings: dict[str, Any] | None = None,
    ) -> None:
        self._rows = {
            (file, *key): row
            for table in tables
            if len(table)
            for file, key, row in zip(
                table[cited.FILE],
                table[ESTIMATE_KEY].itertuples(index=False, name=None),
                table.to_dict("records"),
                strict=True,
            )
        }
        self._files = {PLAN_FILE: plan, "provenance.json": record, **(warnings or {})}
        self._references = [item["id"] for item in references]

    def value(self, number: Cited) -> Any:
        """Return what stands at the source of a number; KeyError, IndexError or ValueError where nothing does."""
        if number.how in (TABLE_NUMBER, FIGURE_NUMBER, FIXED):
            return number.shown
        if number.how == REFERENCE_NUMBER:
            return self._references.index(number.key[0]) + 1
        if number.column:
            return self._rows[(number.file, *number.key)][number.column]
        value = self._files[number.file]
        for part in number.key:
            value = value[int(part)] if isinstance(value, list) else value[part]
        return value


def made_of(value: float, how: str) -> float:
    """Return what is shown of a value at its source, before it is rounded: its absolute value, a share in percent ..."""
    return _DONE[how](value)


def agrees(number: Cited, value: Any) -> bool:
    """Return whether what is shown is the value at its source, by the rule that `how` names and rounded as shown."""
    shown = number.shown
    if number.how == TEXT:
        return _plain(shown) in _plain(str(value))
    if number.how == cited.WITHIN:
        return any(_shows(shown, part) for part in scalars(json.loads(value)))
    if isinstance(value, str) or number.how not in (*_DONE, cited.BELOW, cited.ABOVE):
        return shown == str(value)
    if number.how == cited.BELOW:
        return value < float(shown)
    if number.how == cited.ABOVE:
        return value > float(shown)
    figures = shown.replace(",", "")
    if "e" in figures:
        return figures == f"{made_of(value, number.how):.2e}"
    decimals = len(figures.partition(".")[2])
    if number.how == cited.PERCENT:
        return figures == numbers.percent(value, decimals)
    done = made_of(value, number.how)
    return figures in (numbers.number(done, decimals), f"{done:g}", numbers.p_value(done))


def numbers_table(located: Iterable[Located], results: Results) -> pd.DataFrame:
    """Return numbers.csv: a row a number of the text, in its order.

    Parameters
    ----------
    located
        The numbers with their places.
    results
        Where they come from.

    Returns
    -------
    Columns `NUMBER_COLUMNS`, all text. `section` to `character`: the place (`Located`). `shown`: as it is printed. `key`: JSON; of a table of estimates the eight columns that tell its rows apart, of another
    file the names and places that lead to the value. `value`: as it stands in the file, unrounded. `how`: what makes the
    shown number of it, before it is rounded: "as it is", "absolute value", "100 x (1 - value)" (a confidence level is
    made of alpha), "100 x value" and so on.

    Raises
    ------
    ValueError
        A number is not what stands at its source. It is a fault of the program, not of the data.
    """
    rows = []
    for each in located:
        number = each.number
        try:
            value = results.value(number)
        except (KeyError, IndexError, ValueError) as fault:
            raise ValueError(f"the source of a number is not there: {number}") from fault
        if not agrees(number, value):
            raise ValueError(f"a number that its source does not hold: {number}, and there stands {value!r}")
        key = dict(zip(ESTIMATE_KEY, number.key, strict=True)) if number.column else list(number.key)
        place = [each.section, *each.place, str(each.character), printable(number.shown), number.file]
        rows.append([*place, json.dumps(key, ensure_ascii=False), number.column, str(value), number.how])
    return pd.DataFrame(rows, columns=NUMBER_COLUMNS, dtype=object)


def scalars(value: Any) -> Iterator[str | float]:
    """Yield the texts and numbers of what a cell with facts holds."""
    if isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from scalars(part)
    elif not isinstance(value, bool) and value is not None:
        yield value


def _shows(shown: str, part: str | float) -> bool:
    """Return whether a text or a number of a fact is shown as it is, the number with two digits or more."""
    if isinstance(part, str):
        return _plain(shown) == _plain(part)
    return shown in (f"{part:.15g}", f"{part:.2g}")


def _plain(text: str) -> str:
    return text.replace("_", " ").casefold()
