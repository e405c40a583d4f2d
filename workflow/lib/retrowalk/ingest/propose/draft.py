"""What is known so far of a cohort that is being described, and small looks at its columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from retrowalk.ingest.numbers import to_numbers, with_point
from retrowalk.ingest.propose.questions import Answers
from retrowalk.ingest.propose.tables import Table

#: Texts that nobody takes for a value.
NOT_MEASURED = {
    "n/a",
    "na",
    "n.a.",
    "nan",
    "nd",
    "n.d.",
    "missing",
    ".",
    "-",
    "--",
    "none",
    "null",
    "k.a.",
    "not done",
    "?",
}


@dataclass
class Draft:
    """What is known so far of a cohort. `content` is the cohort file, `rows` what is shown of it."""

    main: Table
    cells: pd.DataFrame
    answers: Answers
    instruments: Mapping[str, Any]
    labels: dict[str, str]
    codes: dict[str, dict[str, str]]
    content: dict[str, Any] = field(default_factory=dict)
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    assumed: list[str] = field(default_factory=list)
    people: pd.DataFrame | None = None
    measured: set[str] = field(default_factory=set)
    visit_texts: tuple[str, ...] = ()

    @property
    def said_of_people(self) -> pd.DataFrame:
        """The table that says arm and covariates: the one beside the measurements where there is one."""
        return self.cells if self.people is None else self.people

    def use(self, column: str, what: str, seen: str) -> None:
        """Note what a column is."""
        self.rows.append((column, what, seen))
        self.used.add(column)


@dataclass(frozen=True)
class Measure:
    """What was measured: its words, and {visit, or "" where the row says it: its column, columns or limbs}.

    `name` is its short name, "" where only a label tells what it is.
    """

    words: str
    where: dict[str, Any]
    values: pd.Series
    columns: tuple[str, ...]
    name: str
    trials: bool = False
    limbs: bool = False


def numbers_in(draft: Draft, column: str) -> pd.Series:
    """Return a column as numbers, NaN where a text is none."""
    return to_numbers(with_point(draft.cells[column], draft.main.decimal_in_cells))


def mostly_numbers(draft: Draft, column: str) -> bool:
    """Whether most of what a column holds is numbers."""
    texts = draft.cells[column]
    held = texts[(texts != "") & ~texts.str.casefold().isin(NOT_MEASURED)]
    # A number that was typed with a comma is one here, and a fault of its cell where the file writes points.
    numbers = to_numbers(held.str.replace(",", "."))
    return bool(len(held) and numbers.notna().mean() > 0.6)


def is_constant(draft: Draft, column: str, participant: str) -> bool:
    """Whether a column says the same in all rows of a participant: it is no measurement."""
    held = draft.cells[draft.cells[column] != ""]
    rows = held[participant].value_counts()
    several = held[held[participant].isin(rows.index[rows > 1])]
    if several.empty:
        return True
    return bool((several.groupby(participant)[column].nunique() == 1).mean() > 0.9)


def seen(texts: pd.Series) -> str:
    """Return what a column holds in a few words."""
    held = texts[texts != ""]
    distinct = list(dict.fromkeys(held))
    few = ", ".join(distinct[:4]) + (f" and {len(distinct) - 4} more" if len(distinct) > 4 else "")
    return few if len(few) < 60 else f"{len(distinct)} different values"


def short_name(text: str, taken: set[str]) -> str:
    """Return a short name of small letters, digits and _ that is not taken, and take it."""
    plain = text.lower().translate(
        str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ñ": "n"})
    )
    words = re.findall(r"[a-z0-9]+", plain)
    name = "_".join(words)[:40].strip("_") or "x"
    name = name if name[0].isalpha() else f"x_{name}"
    unique, place = name, 2
    while unique in taken:
        unique, place = f"{name}_{place}", place + 1
    taken.add(unique)
    return unique
