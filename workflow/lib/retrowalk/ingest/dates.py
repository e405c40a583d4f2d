"""Dates as people write them."""

import re
from datetime import date

import pandas as pd

from retrowalk.ingest.numbers import excel_date

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DOTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?: .*)?")
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: .*)?")
_WORDS = re.compile(r"(\d{1,2})[ -]?([A-Za-z]{3})[a-z]*[ -]?(\d{4})(?: .*)?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_REMEDY = "Write the date in the format 2024-03-14."


def to_dates(texts: pd.Series, order: str) -> tuple[pd.Series, dict[str, tuple[str, str]]]:
    """Return texts as dates, and {text that is no date: what is wrong with it, what to do}.

    Understood are 2024-03-14, 14.3.2024, 14MAR2024, a number that Excel made of a date, and 14/03/2024 where `order`
    (day_first or month_first) says what stands first or only one of the two gives a date.
    """
    found, wrong = {}, {}
    for text in texts.unique():
        try:
            found[text] = pd.Timestamp(_date(text, order))
        except ValueError as fault:
            found[text], wrong[text] = pd.NaT, (fault.args[0], fault.args[1])
    return texts.map(found), wrong


def _date(text: str, order: str) -> date:
    if parts := _ISO.fullmatch(text):
        return _made(parts[1], parts[2], parts[3])
    if parts := _DOTS.fullmatch(text):
        return _made(parts[3], parts[2], parts[1])
    if (parts := _WORDS.fullmatch(text)) and parts[2].lower() in _MONTHS:
        return _made(parts[3], str(_MONTHS.index(parts[2].lower()) + 1), parts[1])
    if parts := _SLASHES.fullmatch(text):
        first, second, year = parts.groups()
        first_is_month = order == "month_first" or (not order and int(second) > 12)
        if not order and int(first) <= 12 and int(second) <= 12 and first != second:
            remedy = 'State the order with "date_order" in the cohort file (day_first or month_first).'
            raise ValueError("is ambiguous: the day or the month may come first", remedy)
        return _made(year, first, second) if first_is_month else _made(year, second, first)
    if re.fullmatch(r"\d{5}", text) and excel_date(float(text)):
        return date.fromisoformat(excel_date(float(text)))
    raise ValueError("is not a date", _REMEDY)


def _made(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("is a date that does not exist", _REMEDY) from None
