"""Numbers in words that know where they come from: the cell of a results table, or the key of the plan.

A sentence or a table cell is plain text in which each number is wrapped: `cited("-1.8", row, "estimate")` gives "-1.8"
between two signs, behind its source. The text goes on through f-strings and tables like any other; whoever writes it down
at last takes the sources off (`plain`) or makes something of them (`pieces`). The signs are noncharacters, which Unicode
keeps for use within a program; where a text from outside holds them all the same, they are dropped.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from retrowalk import estimates
from retrowalk.present.words import numbers
from retrowalk.vocabulary import ESTIMATE_KEY

_START = "\ufdd0"
_SHOWN = "\ufdd1"
_END = "\ufdd2"
_CITED = re.compile(f"{_START}([^{_START}{_SHOWN}{_END}]*){_SHOWN}([^{_START}{_SHOWN}{_END}]*){_END}")
_SIGNS = re.compile(f"[{_START}{_SHOWN}{_END}]")
#: How a shown number comes from the value at its source.
AS_IT_IS = "as it is"
ABSOLUTE = "absolute value"
LEVEL = "100 x (1 - value)"
PERCENT = "100 x value"
#: What is shown is a value of a fact, or a part of one, in the cell.
WITHIN = "a value in the cell"
#: What is shown belongs to a method and to no file.
FIXED = "words of the method"
#: What is shown is a text of the source, or a part of one.
TEXT = "text as it stands there"
BELOW = "the value is below what is shown"
ABOVE = "the value is above what is shown"
#: The column of a table with the place of its file in the results, where `read_results` read it.
FILE = "file"
PLAN_FILE = "plan.json"


@dataclass(frozen=True)
class Cited:
    """A number as shown, and its source.

    Attributes
    ----------
    shown
        As the reader sees it.
    file
        Path in the results folder: a table of estimates, or plan.json.
    key
        What tells the row from every other: the values of `vocabulary.ESTIMATE_KEY`; of the plan, the names and places that
        lead to the value.
    column
        The column of the table; "" for the plan.
    how
        How what is shown comes from the value there: `AS_IT_IS` (rounded), `ABSOLUTE`, ...
    """

    shown: str
    file: str
    key: tuple[str, ...]
    column: str
    how: str = AS_IT_IS


def read_results(path: str | Path) -> pd.DataFrame:
    """Read a table of estimates of the results; its column `file` says where it stands in the results folder."""
    place = Path(path).as_posix()
    return estimates.read(path).assign(**{FILE: place[place.find("results/") :].removeprefix("results/")})


def cited(shown: str, row: Any, column: str, how: str = AS_IT_IS) -> str:
    """Return a shown number with its source: a column of a row of the estimate record (a Series or a named tuple).

    A row without `file` (of a table that stands in no file), and "-" for a number that is not there, have no source.
    """
    file = getattr(row, FILE, "")
    if not file or shown in ("", numbers.ABSENT):
        return shown
    return _wrapped(shown, file, [getattr(row, name) for name in ESTIMATE_KEY], column, how)


def planned(shown: str, *key: str | int, how: str = AS_IT_IS) -> str:
    """Return a shown number with its source in the plan: the names and places that lead to it in plan.json."""
    return in_file(shown, PLAN_FILE, *key, how=how)


def in_file(shown: str, file: str, *key: str | int, how: str = AS_IT_IS) -> str:
    """Return a shown number with its source in a JSON file of the results folder."""
    return _wrapped(shown, file, [str(part) for part in key], "", how)


def fixed(words: str) -> str:
    """Return words that hold digits and belong to a method, with that as their source."""
    return _wrapped(words, "", [], "", FIXED)


def level(alpha: float) -> str:
    """Return the confidence level, "95%"; its source is alpha in the plan."""
    shown = numbers.level(alpha).removesuffix("%")
    return f"{planned(shown, 'analysis', 'alpha', how=LEVEL)}%"


def wrapped(what: Cited) -> str:
    """Return the text of a number with its source."""
    return _wrapped(what.shown, what.file, list(what.key), what.column, what.how)


def _wrapped(shown: str, file: str, key: list[str], column: str, how: str) -> str:
    return f"{_START}{json.dumps([file, key, column, how])}{_SHOWN}{shown}{_END}"


def number(row: Any, column: str, digits: int) -> str:
    """Return a number of a row with a fixed count of decimals and its source (`numbers.number`)."""
    return cited(numbers.number(getattr(row, column), digits), row, column)


def count(row: Any, column: str = "n") -> str:
    """Return a count of a row with its source."""
    return number(row, column, 0)


def percent(row: Any, column: str, digits: int = 0) -> str:
    """Return a share of a row, which the record keeps between 0 and 1, in percent with its source."""
    return cited(numbers.percent(getattr(row, column), digits), row, column, PERCENT)


def degrees(row: Any, column: str = "df") -> str:
    """Return degrees of freedom of a row (`numbers.degrees`) with their source."""
    return cited(numbers.degrees(getattr(row, column)), row, column)


def interval(row: Any, digits: int) -> str:
    """Return the confidence interval of a row, "low to high", each limit with its source."""
    return _limits(row, "ci_low", "ci_high", digits)


def _limits(row: Any, low: str, high: str, digits: int) -> str:
    if pd.isna(getattr(row, low)) and pd.isna(getattr(row, high)):
        return numbers.ABSENT
    return f"{number(row, low, digits)} to {number(row, high, digits)}"


def estimate_with_interval(row: Any, digits: int) -> str:
    """Return "estimate (low to high)" of a row, each number with its source."""
    return _with_limits(row, ("estimate", "ci_low", "ci_high"), digits)


def effect_size(row: Any) -> str:
    """Return "size (low to high)" of the standardised effect of a row, with two decimals, each number with its source."""
    return _with_limits(row, ("effect_size", "effect_size_low", "effect_size_high"), numbers.SIZE)


def _with_limits(row: Any, columns: tuple[str, str, str], digits: int) -> str:
    value, low, high = columns
    if pd.isna(getattr(row, value)):
        return numbers.ABSENT
    shown, limits = number(row, value, digits), _limits(row, low, high, digits)
    return shown if limits == numbers.ABSENT else f"{shown} ({limits})"


def mean_sd(mean: Any, sd: Any, digits: int) -> str:
    """Return "mean (SD)" of two rows, each number with its source; `sd` may be None."""
    if pd.isna(mean.estimate):
        return numbers.ABSENT
    spread = numbers.ABSENT if sd is None else number(sd, "estimate", digits)
    return f"{number(mean, 'estimate', digits)} ({spread})"


def p_value(row: Any, column: str = "p_value") -> str:
    """Return a p value as journals print it, with its source."""
    return cited(numbers.p_value(getattr(row, column)), row, column)


def p_phrase(row: Any, column: str = "p_value") -> str:
    """Return "p = 0.012" or "p < 0.001", the number with its source."""
    text = numbers.p_value(getattr(row, column))
    sign, shown = (text[0], text[1:]) if text[0] in "<>" else ("=", text)
    return f"p {sign} {cited(shown, row, column, {'<': BELOW, '>': ABOVE}.get(sign, AS_IT_IS))}"


def pieces(text: str) -> Iterator[str | Cited]:
    """Yield the parts of a text in their order: plain text, and numbers with their sources."""
    end = 0
    for found in _CITED.finditer(text):
        if found.start() > end:
            yield _SIGNS.sub("", text[end : found.start()])
        try:
            file, key, column, how = json.loads(found[1])
            yield Cited(found[2], file, tuple(key), column, how)
        except (ValueError, TypeError):  # not ours: a text from outside that holds the signs
            yield found[2]
        end = found.end()
    if text[end:]:
        yield _SIGNS.sub("", text[end:])


def plain(text: str) -> str:
    """Return a text without its sources, as a reader sees it."""
    return _SIGNS.sub("", _CITED.sub(r"\2", text))
