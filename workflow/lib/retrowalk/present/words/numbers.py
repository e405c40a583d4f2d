"""One set of rules for showing numbers. Negative numbers have a plain hyphen, so that they stay numbers when copied; figures,
and the files of tables and text, have the sign of print (`true_minus`).

The records keep every digit; only what a reader sees is rounded, and by these rules alone:

- Means, SDs, differences and their limits have one decimal more than the instrument is read off with (`digits_for`). A
  covariate has no instrument: one decimal, or as many as give its SD two digits (`digits_of_sd`).
- p values have three decimals, "<0.001" below 0.001 and ">0.999" where they would round to 1. Never "0.000", never stars.
- Percentages are whole: of fewer than 100 people one is more than a percent.
- Degrees of freedom are whole where they are, else with one decimal.
- Effect sizes, standardised differences, ratios, probabilities and t, F and chi-square have two decimals; Shapiro and Wilk's
  W has three, since it lies close to 1; rank sums, which are whole or end in .5, and numbers needed to treat have one.
- Counts are whole.
- A half is rounded away from zero, and it is the decimal number that is rounded, as a reader of the record would do it: 12.5
  is 13, 0.125 is 0.13. Binary rounding to even gives 12 and 0.12.
- What would take more than 15 digits before or after the point has a power of ten.

Source of the number of digits: Cole TJ. Too many digits: the presentation of numerical data. Arch Dis Child 2015;100:608-9.
"""

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

import pandas as pd

ABSENT = "-"
#: Decimals of an effect size, a ratio, a probability and a test statistic.
SIZE = 2
#: So many digits before or after the point can be shown.
_MOST_DIGITS = 15
_EXACT = Context(prec=2 * _MOST_DIGITS + 2, rounding=ROUND_HALF_UP)
NO_BREAK_SPACE = "\u00a0"
#: A hyphen that is a minus: before a number, and neither between numbers nor in a word.
_MINUS = re.compile(r"(?<![\w.)\]-])-(?=\.?\d)")
#: Spaces at which a line must not end: before a per cent sign or "=", after "=", between the limits of an interval,
#: within "F(1, 8)", and before the number that a label ends with.
_TIES = re.compile(r" (?=[%=])|(?<==) |(?<=\d) (?=to -?\d)|(?<=\d to) (?=-?\d)|(?<=\d,) (?=\d+\))| (?=\d+$)")
#: Words of units, and how they read behind 1.
SINGULAR = {
    "points": "point",
    "degrees": "degree",
    "seconds": "second",
    "minutes": "minute",
    "hours": "hour",
    "days": "day",
    "weeks": "week",
    "months": "month",
    "years": "year",
    "steps": "step",
    "strides": "stride",
    "repetitions": "repetition",
    "reps": "rep",
    "times": "time",
    "errors": "error",
    "falls": "fall",
    "sessions": "session",
    "stands": "stand",
    "laps": "lap",
    "items": "item",
    "metres": "metre",
    "meters": "meter",
    "centimetres": "centimetre",
    "centimeters": "centimeter",
    "millimetres": "millimetre",
    "millimeters": "millimeter",
    "kilometres": "kilometre",
    "kilometers": "kilometer",
    "inches": "inch",
    "feet": "foot",
    "watts": "watt",
    "newtons": "newton",
    "kilograms": "kilogram",
}
#: The number 1 alone, and the words that a sentence puts before it.
_ONE = re.compile("(was )?[-\u2212]?1")
#: The signs of a number with its source (`words.cited`), without what is shown.
_SOURCE = re.compile("\ufdd0[^\ufdd1]*\ufdd1|\ufdd2")


def digits_for(resolution: float) -> int:
    """Return the decimals of a result: one more than the instrument is read off with."""
    return max(0, math.ceil(-math.log10(resolution) - 1e-9)) + 1


def digits_of_sd(sd: float) -> int:
    """Return the decimals of a mean whose instrument is not known: one, or so many that the SD has two digits."""
    return max(1, 1 - math.floor(math.log10(sd))) if sd > 0 else 1


def number(value: float, digits: int) -> str:
    """Return a number with a fixed count of decimals, "-" where there is none; never "-0.0"."""
    if pd.isna(value):
        return ABSENT
    if math.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    if digits > _MOST_DIGITS or abs(value) >= 10**_MOST_DIGITS:
        return f"{value:.2e}" if value else "0"
    return _rounded(_decimal(value), digits)


def percent(share: float, digits: int = 0) -> str:
    """Return a share between 0 and 1 in percent, without the sign."""
    return ABSENT if pd.isna(share) else _rounded(_decimal(share).scaleb(2), digits)


def _decimal(value: float) -> Decimal:
    """Return the shortest decimal number that means a value: the one that stands in the record."""
    return Decimal(repr(float(value)))


def _rounded(value: Decimal, digits: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-digits), context=_EXACT)
    return f"{abs(rounded) if rounded.is_zero() else rounded:f}"


def interval(low: float, high: float, digits: int) -> str:
    """Return "low to high"."""
    if pd.isna(low) and pd.isna(high):
        return ABSENT
    return f"{number(low, digits)} to {number(high, digits)}"


def estimate_with_interval(value: float, low: float, high: float, digits: int) -> str:
    """Return "value (low to high)", or the value alone where it has no interval."""
    if pd.isna(value):
        return ABSENT
    if pd.isna(low) and pd.isna(high):
        return number(value, digits)
    return f"{number(value, digits)} ({interval(low, high, digits)})"


def p_value(p: float) -> str:
    """Return a p value as journals print it: three decimals, "<0.001" below that, ">0.999" where it would round to 1."""
    if pd.isna(p):
        return ABSENT
    if p >= 0.9995:
        return ">0.999"
    return "<0.001" if p < 0.001 else number(p, 3)


def degrees(df: float) -> str:
    """Return degrees of freedom: whole where they are, else with one decimal."""
    return number(df, 1).removesuffix(".0")


def level(alpha: float) -> str:
    """Return the confidence level in percent: "95%"."""
    return f"{100 * (1 - alpha):g}%"


def with_unit(text: str, unit: str) -> str:
    """Return a number with its unit: "1.9 cm", "12%", "30% of baseline", "1 point"."""
    return f"{text}{unit}" if unit.startswith("%") else f"{text} {_agreeing(unit, text)}".rstrip()


def _agreeing(unit: str, text: str) -> str:
    """Return a unit as it stands behind a number, its first word without the s of the plural behind 1."""
    first, *rest = unit.split(" ")
    return " ".join([SINGULAR.get(first, first), *rest]) if _ONE.fullmatch(_SOURCE.sub("", text)) else unit


def with_unit_of_threshold(text: str, unit: str, *, percent: bool) -> str:
    """Return a threshold of responders with its unit: that of the outcome, or percent of baseline."""
    return with_unit(text, "% of baseline" if percent else unit)


def with_unit_of_difference(text: str, unit: str) -> str:
    """Return a difference or a change with its unit: that of two percentages is in percentage points.

    "3.1 percentage points", "7.0 percentage points of leg length" where the unit is "% leg length"; else as `with_unit`.
    """
    if not unit.startswith("%"):
        return with_unit(text, unit)
    of = unit.removeprefix("%").strip().removeprefix("of ")
    points = "percentage point" if _ONE.fullmatch(_SOURCE.sub("", text)) else "percentage points"
    return f"{text} {points}{f' of {of}' if of else ''}"


def labelled(label: str, unit: str) -> str:
    """Return "label (unit)"; the label alone where there is no unit or the label says it already: "Age in years"."""
    return f"{label} ({unit})" if unit and not label.endswith((f"({unit})", f" in {unit}", f", {unit}")) else label


def tied(text: str) -> str:
    """Return text for a figure in which no line ends inside "n = 12", "-1.2 to 3.4" or, at its end, "Week 4".

    Pages and tables keep plain spaces, so that a reader who searches for "-1.2 to 3.4" finds it.
    """
    return true_minus(_TIES.sub(NO_BREAK_SPACE, text))


def true_minus(text: str) -> str:
    """Return text with the minus sign of print before its numbers, as figures and files of tables have it."""
    return _MINUS.sub("−", text)
