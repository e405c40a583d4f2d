"""Texts of the plan that hold digits: where a sentence repeats one, it is cited as a whole."""

import re
from collections.abc import Iterable
from typing import Any

from retrowalk.present.words.cited import FIXED, PLAN_FILE, TEXT, Cited, pieces, wrapped

#: The words of the methods that hold digits and come neither from the plan nor from a result.
FIXED_WORDS = (
    "Carpenter, Roger and Kenward 2013",
    "1.96 times the square root of 2 times",
    "CONSORT 2025",
    "ICH E9(R1)",
    "SHA-256",
    "Type 42",
)
_DIGIT = re.compile(r"\d")


def fixed_words() -> list[Cited]:
    """Return the words of the methods that hold digits."""
    return [Cited(words, "", (), "", FIXED) for words in FIXED_WORDS]


def texts_of_plan(plan: dict[str, Any], cohort: str) -> list[Cited]:
    """Return every text with digits that the plan (plan.json) has of a cohort."""
    found: list[Cited] = []

    def walk(value: Any, key: tuple[str, ...]) -> None:
        if isinstance(value, dict):
            for name, part in value.items():
                walk(part, (*key, name))
        elif isinstance(value, list):
            for place, part in enumerate(value):
                walk(part, (*key, str(place)))
        elif isinstance(value, str) and _DIGIT.search(value):
            found.append(Cited(value, PLAN_FILE, key, "", TEXT))

    walk(plan["cohorts"][cohort], ("cohorts", cohort))
    return found


def with_sources(text: str, known: Iterable[Cited]) -> str:
    """Return `text` in which every known text, where it is not cited already, is cited; longer ones before shorter.

    A text may stand with its first letter small, as inside a sentence, or without its final stop; its underscores may be spaces.
    """
    forms: dict[str, Cited] = {}
    for each in known:
        whole = each.shown.rstrip(".")
        for form in (whole, whole[:1].lower() + whole[1:], whole[:1].upper() + whole[1:], whole.replace("_", " ")):
            forms.setdefault(form, each)
    if not forms:
        return text
    ordered = sorted(forms, key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<![\w.]){re.escape(form)}(?![\w])" for form in ordered))

    def cite(found: re.Match[str]) -> str:
        source = forms[found[0]]
        return wrapped(Cited(found[0], source.file, source.key, source.column, source.how))

    return "".join(pattern.sub(cite, each) if isinstance(each, str) else wrapped(each) for each in pieces(text))
