"""Which words stand for a visit, and how long after baseline it is."""

import re
from dataclasses import dataclass

BASELINE = (
    "baseline",
    "base",
    "bl",
    "pre",
    "pretest",
    "pretreatment",
    "before",
    "entry",
    "initial",
    "start",
    "vorher",
    "t0",
)
BASELINE += (
    "admission",
    "enrolment",
    "enrollment",
    "intake",
    "w0",
    "week0",
    "wk0",
    "d0",
    "day0",
    "m0",
    "month0",
    "vor",
)
POST = ("post", "posttest", "posttreatment", "after", "end", "final", "discharge", "nachher", "completion", "nach")
FOLLOW_UP = ("followup", "fu", "fup", "follow")
UNITS = {
    "week": ("w", "wk", "wks", "week", "weeks", "woche", "wochen", "semaine", "semaines", "semana", "semanas"),
    "month": ("m", "mo", "mon", "mth", "mths", "month", "months", "monat", "monate", "mois", "mes", "meses"),
    "day": ("d", "day", "days", "tag", "tage", "jour", "jours", "dia", "dias"),
    "year": ("y", "yr", "year", "years", "jahr", "jahre"),
}
WEEKS = {"week": 1.0, "month": 52 / 12, "day": 1 / 7, "year": 52.0}
ORDINALS = ("t", "v", "visit", "time", "timepoint", "tp", "assessment", "test", "mp", "messung", "visite", "occasion")


@dataclass(frozen=True)
class VisitGuess:
    """A visit as a text names it. `week` is None where the text says the order only; `order` then counts."""

    name: str
    label: str
    week: float | None
    order: float


def parse_visit(text: str, unit: str = "") -> VisitGuess | None:
    """Return the visit that a text names ("4 weeks", "pre", "T1", "week_4_arm_1"), or None where it names none.

    `unit` is what a bare number counts, where the column's name says so. A time before baseline ("Week -1") is no visit
    of a trial's comparison, and None.
    """
    if re.search(r"(?:^|\s)[-−]\s*\d", text):
        return None
    words = visit_words(re.sub(r"_arm_\d+[a-z]?$", "", text.strip().lower()))
    numbers = [word for word in words if word.isdecimal()]
    if not words or len(numbers) > 1 or any(len(number) > 4 for number in numbers):
        return None
    return _named(words, unit) or _named([word for word in words if word not in _FILLERS], unit)


def _named(words: list[str], unit: str) -> VisitGuess | None:
    joined = "".join(words)
    if joined in BASELINE or (len(words) > 1 and words[0] in BASELINE and words[-1] in ORDINALS):
        return VisitGuess("baseline", "Baseline", 0.0, 0.0)
    timed = "".join(word for word in words if word not in (*POST, *FOLLOW_UP, "up", "assessment"))
    for name, spellings in UNITS.items():
        found = re.fullmatch(rf"(?:{'|'.join(spellings)})(\d+)|(\d+)(?:{'|'.join(spellings)})", timed)
        if found:
            return _counted(int(found[1] or found[2]), name)
    if joined.isdecimal():
        if unit:
            return _counted(int(joined), unit)
        return VisitGuess(f"visit_{joined}", f"Visit {joined}", None, float(joined))
    if found := re.fullmatch(rf"(?:{'|'.join(ORDINALS)})(\d+)", joined):
        number = int(found[1])
        return VisitGuess(f"visit_{number}", f"Visit {number}", None, float(number))
    if found := re.fullmatch(rf"(?:{'|'.join(FOLLOW_UP)})(?:up)?(\d*)", joined):
        number = found[1]
        name = f"follow_up_{number}" if number else "follow_up"
        return VisitGuess(name, f"Follow-up {number}".strip(), None, 900 + float(number or 0))
    if found := re.fullmatch(rf"(?:{'|'.join(POST)})(\d*)", joined):
        number = found[1]
        return VisitGuess(
            f"post_{number}" if number else "post", f"Post {number}".strip(), None, 800 + float(number or 0)
        )
    return None


#: Words beside the one that tells the visit.
_FILLERS = (
    *(
        "treatment",
        "intervention",
        "assessment",
        "therapy",
        "training",
        "visit",
        "test",
        "exam",
        "of",
        "the",
        "at",
        "in",
    ),
    *("programme", "program", "study", "measurement", "evaluation", "der", "behandlung"),
)


def _counted(number: int, unit: str) -> VisitGuess:
    week = number * WEEKS[unit]
    week = week if unit == "day" else float(round(week))
    if number == 0:
        return VisitGuess("baseline", "Baseline", 0.0, 0.0)
    if unit == "day":
        week = round(week, 2)
    return VisitGuess(f"{unit}_{number}", f"{unit.capitalize()} {number}", week, week)


def visit_words(text: str) -> list[str]:
    """Return the words and numbers of a text, in small letters: "vasPre_4w" is vas, pre, 4, w."""
    spaced = re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])", " ", text)
    return re.findall(r"[^\W\d_]+|\d+", spaced.lower())


def unit_of(column: str) -> str:
    """Return the unit in which a visit column of this name counts: week, month, day, year or ""."""
    words = visit_words(column)
    long = {name: [word for word in spellings if len(word) > 2] for name, spellings in UNITS.items()}
    return next((name for name, spellings in long.items() if set(words) & set(spellings)), "")
