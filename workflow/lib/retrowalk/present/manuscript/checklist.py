"""The checklist of CONSORT 2025: what each item asks, in our words, and where it is met or who has to write it.

Hopewell et al. 2025, PLoS Med 22(4):e1004587.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from retrowalk.plan.trial import Cohort
from retrowalk.present.manuscript.sources import FIXED
from retrowalk.present.tables.table import Table, marked
from retrowalk.present.words.cited import Cited, wrapped
from retrowalk.present.words.phrases import listing
from retrowalk.schemas import read_yaml
from retrowalk.vocabulary import PER_PROTOCOL, SYNTHETIC_NOTE

#: The items; the head of the file explains its keys.
STORE = Path(__file__).with_suffix(".yaml")
NAME = "consort_checklist"

#: What a trial may have, on which a part of an item depends.
FEATURES: Mapping[str, Callable[[Cohort], Any]] = {
    "events": lambda cohort: cohort.intake.events,
    "per_protocol": lambda cohort: PER_PROTOCOL in cohort.adherence_columns,
    "registration": lambda cohort: cohort.publication.registration,
    "sessions": lambda cohort: cohort.intake.sessions,
}


@dataclass(frozen=True)
class Part:
    """What the manuscript says of an item, or what it leaves to the authors, and the condition for that."""

    text: str
    for_authors: bool
    condition: str = ""
    feature: str = ""

    def words(self, trials: list[Cohort]) -> str:
        """Return the text without its full stop; "" where the condition is not met."""
        if not self.condition:
            return self.text
        has = FEATURES[self.feature]
        having = [trial for trial in trials if has(trial)]
        if self.condition == "with_none":
            return "" if having else self.text
        concerned = having if self.condition == "with" else [trial for trial in trials if not has(trial)]
        if not concerned:
            return ""
        return self.text.format(
            trials=listing([trial.name for trial in concerned]),
            registrations="; ".join(f"{trial.name} {trial.publication.registration}" for trial in concerned),
        )


@dataclass(frozen=True)
class Item:
    """An item: its number, what it asks, and its parts, the authors' last."""

    number: str
    asks: str
    parts: tuple[Part, ...]

    def where(self, trials: list[Cohort]) -> str:
        """Return where the item is met and what is left to the authors, as sentences."""
        sentences = []
        for part in self.parts:
            if words := part.words(trials):
                sentences.append(f"To be written by the authors: {words}." if part.for_authors else f"{words}.")
        return " ".join(sentences)


@cache
def items() -> tuple[Item, ...]:
    """Return the items of the checklist in their order."""
    return tuple(
        Item(number, fields["asks"], (*_parts(fields, "here"), *_parts(fields, "authors")))
        for number, fields in read_yaml(STORE).items()
    )


def _parts(fields: Mapping[str, Any], key: str) -> list[Part]:
    given = fields.get(key, [])
    parts = []
    for part in given if isinstance(given, list) else [given]:
        conditions = {} if isinstance(part, str) else dict(part)
        text = conditions.pop("text", part)
        ((condition, feature),) = conditions.items() or [("", "")]
        parts.append(Part(text, key == "authors", condition, feature))
    return parts


def checklist_table(cohorts: list[Cohort]) -> Table | None:
    """Return the checklist for the randomised cohorts; None where there is none."""
    trials = [cohort for cohort in cohorts if cohort.randomised]
    if not trials:
        return None
    rows = [[item.number, item.asks, item.where(trials)] for item in items()]
    mark = SYNTHETIC_NOTE if all(cohort.synthetic for cohort in trials) else ""
    title = marked(f"CONSORT 2025 checklist for {listing([cohort.name for cohort in trials])}", mark)
    notes = ("Items are paraphrased; journals require the original checklist, available at www.consort-spirit.org.",)
    return Table(
        NAME, title, pd.DataFrame(rows, columns=["Item", "Requirement", "Where reported"]), notes, pd.DataFrame()
    )


def _cited(item: Item) -> str:
    return wrapped(Cited(f"item {item.number}", "", (), "", FIXED))


def for_authors(cohorts: list[Cohort]) -> list[str]:
    """Return what the checklist leaves to the authors of randomised cohorts, an item a line."""
    trials = [cohort for cohort in cohorts if cohort.randomised]
    if not trials:
        return []
    return [
        f"{words} ({_cited(item)})"
        for item in items()
        for part in item.parts
        if part.for_authors and (words := part.words(trials))
    ]
