"""Which instrument a measure was taken with: by its name, its unit and the values that were seen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

import pandas as pd

from retrowalk.ingest.propose.visits import visit_words


@dataclass(frozen=True)
class Match:
    """An instrument that fits, the unit of the file, and whether another fits as well."""

    instrument: str
    unit: str
    sure: bool


def match(words: str, values: pd.Series, instruments: Mapping[str, Any]) -> Match | None:
    """Return the instrument that fits a measure best, or None.

    Parameters
    ----------
    words
        All that is said of the measure: its name, the column, the label.
    values
        What was measured, as numbers; missing left out.
    instruments
        The content of instruments.yaml. An instrument is named by its key and by its `names`; the longest name that
        stands among the words counts. The values must lie in its range, in its unit or one of its other units.
    """
    text = f" {' '.join(visit_words(words))} "
    found = []
    for key, instrument in instruments.items():
        names = [key.replace("_", " "), *instrument.get("names", [])]
        # A key of one word is part of many names; two words tell more.
        hits = [name for name in names if f" {name.lower()} " in text]
        unit = fitting_unit(words, values, instrument)
        if hits and unit:
            found.append((max(len(name) for name in hits), _closeness(values, instrument, unit), key, unit))
    if not found:
        return None
    found.sort(key=lambda each: each[:2], reverse=True)
    best = found[0]
    return Match(best[2], best[3], len(found) == 1 or best[:2] != found[1][:2])


def fitting_unit(words: str, values: pd.Series, instrument: Mapping[str, Any]) -> str:
    """Return the unit in which the values lie in the instrument's range: the one that is named, else the tightest; or ""."""
    units = [instrument["unit"], *instrument.get("other_units", {})]
    fits = {unit: _scale(instrument, unit) for unit in units if _inside(values, instrument, unit)}
    said = [unit for unit in fits if re.search(rf"(?<![a-z]){re.escape(unit.lower())}(?![a-z])", words.lower())]
    if said:
        return said[0]
    # Values up to 9 on a scale of 100 mm are centimetres: the smallest range that holds them.
    return min(fits, key=fits.get, default="") if instrument["high"] is not None else next(iter(fits), "")


def limits(instrument: Mapping[str, Any], unit: str) -> tuple[float, float]:
    """Return the lowest and the highest value of an instrument in a unit, infinite where there is none."""
    scale = _scale(instrument, unit)
    low, high = instrument["low"], instrument["high"]
    return -inf if low is None else low * scale, inf if high is None else high * scale


def _scale(instrument: Mapping[str, Any], unit: str) -> float:
    """Return how many of a unit make one of the instrument's own."""
    return {instrument["unit"]: 1.0, **instrument.get("other_units", {})}[unit]


def _inside(values: pd.Series, instrument: Mapping[str, Any], unit: str) -> bool:
    """Whether all but a few values lie in the range: slips of the pen are found later."""
    return bool(len(values) == 0 or values.between(*limits(instrument, unit)).mean() >= 0.8)


def _closeness(values: pd.Series, instrument: Mapping[str, Any], unit: str) -> float:
    """Return how well the values fill the range (0 to 1) and are read off on the instrument's step."""
    scale = _scale(instrument, unit)
    if len(values) == 0 or instrument["high"] is None:
        return 0.0
    filled = min(1.0, float(values.quantile(0.95)) / (instrument["high"] * scale))
    step = instrument["resolution"] * scale
    on_step = bool(((values / step - (values / step).round()).abs() < 1e-6).mean() > 0.9)
    # Whole numbers up to 10 are points of a rating scale before they are centimetres.
    return round(filled, 3) * (1.0 if on_step else 0.5) + (0.001 if step >= 1 and on_step else 0.0)
