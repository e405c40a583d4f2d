"""One set of rules for showing numbers. Negative numbers have a plain hyphen, so that they stay numbers when copied."""

import math
import re

import pandas as pd

ABSENT = "-"
NO_BREAK_SPACE = "\u00a0"
#: Spaces at which a line must not end: before a per cent sign or "=", after "=", between the limits of an interval,
#: within "F(1, 8)", and before the number that a label ends with.
_TIES = re.compile(r" (?=[%=])|(?<==) |(?<=\d) (?=to -?\d)|(?<=\d to) (?=-?\d)|(?<=\d,) (?=\d+\))| (?=\d+$)")


def digits_for(resolution: float) -> int:
    """Return the decimals of a result: one more than the instrument is read off with."""
    return max(0, math.ceil(-math.log10(resolution) - 1e-9)) + 1


def number(value: float, digits: int) -> str:
    """Return a number with a fixed count of decimals, "-" where there is none; never "-0.0"."""
    if pd.isna(value):
        return ABSENT
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


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


def mean_sd(mean: float, sd: float, digits: int) -> str:
    """Return "mean (SD)"."""
    if pd.isna(mean):
        return ABSENT
    return f"{number(mean, digits)} ({number(sd, digits)})"


def p_value(p: float) -> str:
    """Return a p value as journals print it: three decimals, "<0.001" below that, ">0.999" where it would round to 1."""
    if pd.isna(p):
        return ABSENT
    if p >= 0.9995:
        return ">0.999"
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def p_phrase(p: float) -> str:
    """Return "p = 0.012" or "p < 0.001"."""
    text = p_value(p)
    return f"p {text[0]} {text[1:]}" if text[0] in "<>" else f"p = {text}"


def degrees(df: float) -> str:
    """Return degrees of freedom: whole where they are, else with one decimal."""
    return f"{df:.0f}" if abs(df - round(df)) < 0.05 else f"{df:.1f}"


def level(alpha: float) -> str:
    """Return the confidence level in percent: "95 %"."""
    return f"{100 * (1 - alpha):g} %"


def with_unit(text: str, unit: str) -> str:
    """Return a number with its unit: "1.9 cm", "12 %"."""
    return f"{text} {unit}".rstrip()


def tied(text: str) -> str:
    """Return text for a figure in which no line ends inside "95 %", "n = 12", "-1.2 to 3.4" or, at its end, "Week 4".

    Pages and tables keep plain spaces, so that a reader who searches for "-1.2 to 3.4" finds it.
    """
    return _TIES.sub(NO_BREAK_SPACE, text)
