"""From text to numbers: what counts as a number, and what else a cell may hold that its writer took for one."""

import re
from datetime import date, timedelta
from math import isfinite

import numpy as np
import pandas as pd

from retrowalk.files import NUMBER

#: Excel counts days from this one.
EXCEL_EPOCH = date(1899, 12, 30)
#: Days from 1980 to 2079 as Excel counts them.
EXCEL_DATES = range(29221, 65746)


def filled(texts: pd.Series) -> np.ndarray:
    """Return where a text is not empty. Three times as fast on a million rows as comparing the Series."""
    return texts.to_numpy(dtype=object) != ""


def is_number(text: str) -> bool:
    """Whether `text` is a plain number with a decimal point: not "5,5", "7/10", "<1", "inf", "1e999"."""
    return NUMBER.fullmatch(text) is not None and isfinite(float(text))


def with_point(texts: pd.Series, decimal: str, strict: bool = True) -> pd.Series:
    """Return texts whose decimal sign is a point; with the decimal sign "," a text with a point becomes no number.

    Where not `strict` it stays one: in Excel numbers have a point beside those that were typed with a comma.
    """
    if decimal == ".":
        return texts
    comma = texts.str.fullmatch(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")
    made = texts.mask(comma.astype(bool), texts.str.replace(",", ".", regex=False))
    pointed = texts.str.contains(".", regex=False) & texts.str.fullmatch(NUMBER)
    return made.mask(pointed.astype(bool), texts + " ") if strict else made


def to_numbers(texts: pd.Series) -> pd.Series:
    """Return texts as float64, NaN where a text is not a plain number (`is_number`)."""
    distinct = pd.Series(texts.unique(), dtype=str)
    plain = distinct.str.fullmatch(NUMBER).astype(bool)
    values = pd.to_numeric(distinct.where(plain), errors="coerce").astype(float)
    values = values.where(values.abs() != float("inf"))
    return texts.map(dict(zip(distinct, values, strict=True))).astype(float)


def excel_date(value: float) -> str:
    """Return the ISO date that Excel counts as `value`, or "" where it is no such day."""
    whole = int(value) if float(value).is_integer() else 0
    return (EXCEL_EPOCH + timedelta(days=whole)).isoformat() if whole in EXCEL_DATES else ""


def why_not_a_number(text: str) -> tuple[str, str]:
    """Return what a text that is no number looks like, and what to do about it; ("", "") where nothing can be said."""
    number = r"[+-]?\d+(?:\.\d+)?"
    for pattern, problem, remedy in (
        (
            r"[+-]?\d*,\d+",
            "it has a decimal comma",
            "Write a decimal point, or set decimal: ',' if the whole file uses commas.",
        ),
        (r"[+-]?\d+\.\d+ ", "it has a decimal point in a file with decimal commas", "Write a decimal comma."),
        (r"\d{4}-\d\d-\d\d.*", "it is a date", "If Excel converted a score to a date, retype the score as text."),
        (rf"({number})\s*/\s*\d+", "it is a score out of a maximum", "Write only the score: {0}."),
        (rf"[<>≤≥~]\s*=?\s*{number}", "it is a limit, not a value", "Write the value, or leave the cell empty."),
        (rf"({number})\s*[-–]\s*\d+(?:\.\d+)?", "it is a range", "Write a single value."),
        # Whoever is told to write the number alone writes 4 for 4O.
        (
            r"(?=.*\d)[\d.]*[OoQDIlSBZ][\d.OoQDIlSBZ]*",
            "it has a letter among the digits",
            "Look up the value in the source record.",
        ),
        (rf"({number})\s*[a-zA-Z%°µ]+\.?", "it contains more than a number", "Write only the number: {0}."),
        (
            r"#(N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!)|Err:\d+",
            "it is a formula error",
            "Correct the formula, or clear the cell.",
        ),
        (r"=.*", "it is a formula", "Replace it with its result."),
        (r"[−–]\s*\d+(\.\d+)?", "its minus sign is a dash", "Retype it with the minus key."),
        (r"\d[\d\s]*[\s'’]\d{3}(\.\d+)?", "it has a thousands separator", "Write the digits without separators."),
    ):
        found = re.fullmatch(pattern, text)
        if found:
            return problem, remedy.format(*found.groups())
    return "", ""
