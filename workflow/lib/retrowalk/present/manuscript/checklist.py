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


#: The condition on the analysis plan.
OF_PLAN = "plan"


@dataclass(frozen=True)
class Reported:
    """What a manuscript is about, on which the items depend.

    Attributes
    ----------
    cohorts
        All of them; the items are for those that were randomised.
    freeze
        How the plan stands to the frozen one (`record.results.Run.freeze`).
    """

    cohorts: list[Cohort]
    freeze: str

    @property
    def trials(self) -> list[Cohort]:
        """The randomised ones."""
        return [cohort for cohort in self.cohorts if cohort.randomised]

    def named(self, trials: list[Cohort], one: str = "the trial") -> str:
        """Return the names of trials; the only cohort of a manuscript needs none."""
        return one if len(self.cohorts) == 1 else listing([trial.name for trial in trials])

    def registrations(self, trials: list[Cohort]) -> str:
        """Return the registrations of trials, each with the trial's name where there are several."""
        parts = [(trial.name, trial.publication.registration) for trial in trials]
        return "; ".join(text if len(self.cohorts) == 1 else f"{name} {text}" for name, text in parts)


@dataclass(frozen=True)
class Part:
    """What the manuscript says of an item, or what it leaves to the authors, and the condition for that."""

    text: str
    for_authors: bool
    condition: str = ""
    feature: str = ""

    def words(self, reported: Reported) -> str:
        """Return the text without its full stop; "" where the condition is not met."""
        concerned = self._concerned(reported)
        if not concerned:
            return ""
        return self.text.format(
            trials=reported.named(concerned),
            each_trial="the trial" if len(reported.cohorts) == 1 else "each trial",
            registrations=reported.registrations(concerned),
        )

    def _concerned(self, reported: Reported) -> list[Cohort]:
        """Return the trials that the part is about; none where the condition is not met."""
        if not self.condition:
            return reported.trials
        if self.condition == OF_PLAN:
            return reported.trials if self.feature == reported.freeze else []
        has = FEATURES[self.feature]
        having, lacking = [], []
        for trial in reported.trials:
            (having if has(trial) else lacking).append(trial)
        if self.condition == "with_none":
            return [] if having else lacking
        return having if self.condition == "with" else lacking


@dataclass(frozen=True)
class Item:
    """An item: its number, what it asks, and its parts, the authors' last."""

    number: str
    asks: str
    parts: tuple[Part, ...]

    def where(self, reported: Reported) -> str:
        """Return where the item is met and what is left to the authors, as sentences."""
        sentences = []
        for part in self.parts:
            if words := part.words(reported):
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


def checklist_table(reported: Reported) -> Table | None:
    """Return the checklist for the randomised cohorts; None where there is none."""
    trials = reported.trials
    if not trials:
        return None
    rows = [[item.number, item.asks, item.where(reported)] for item in items()]
    mark = SYNTHETIC_NOTE if all(cohort.synthetic for cohort in trials) else ""
    names = reported.named(trials, one="")
    title = marked(f"CONSORT 2025 checklist for {names}" if names else "CONSORT 2025 checklist", mark)
    notes = ("Items are paraphrased; journals require the original checklist, available at www.consort-spirit.org.",)
    return Table(
        NAME, title, pd.DataFrame(rows, columns=["Item", "Requirement", "Where reported"]), notes, pd.DataFrame()
    )


def _cited(item: Item) -> str:
    return wrapped(Cited(f"item {item.number}", "", (), "", FIXED))


def for_authors(reported: Reported) -> list[str]:
    """Return what the checklist leaves to the authors of randomised cohorts, an item a line."""
    return [
        f"{words} ({_cited(item)})"
        for item in items()
        for part in item.parts
        if part.for_authors and (words := part.words(reported))
    ]
