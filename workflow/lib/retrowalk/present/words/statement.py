"""A fact of the estimate record, and what its words may ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from retrowalk import facts
from retrowalk.facts import Fact
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.phrases import sentence_case


@dataclass(frozen=True)
class Statement:
    """A fact and what its words may ask for.

    Attributes
    ----------
    fact
        The fact.
    row
        The row of the estimate record that has it.
    column
        The column that it is in.
    cohort
        The cohort of the row; None where the row is of a study or a pool.
    studies
        {name: cohort} of the studies that a fact may name beside.
    """

    fact: Fact
    row: Any
    column: str
    cohort: Cohort | None
    studies: Mapping[str, Cohort] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """Return a value as it stands in the fact."""
        return self.fact.values[name]

    def text(self, name: str) -> str:
        """Return a text of the fact with its source; the underscores of a name are spaces."""
        return self.cited(str(self.value(name)).replace("_", " "))

    def number(self, name: str, *, digits: int = 0) -> str:
        """Return a number of the fact with its source: as the plan writes numbers, or with so many significant digits."""
        shape = f".{digits}g" if digits else ".15g"
        return self.cited(f"{self.value(name):{shape}}")

    def cited(self, shown: str) -> str:
        """Return what is shown of a value with its source."""
        has_digit = any(map(str.isdigit, shown))
        return cited.cited(shown, self.row, self.column, cited.WITHIN) if has_digit else shown

    def count(self, name: str, one: str = "participant", several: str = "") -> str:
        """Return a count with its noun: "1 participant", "2 participants"."""
        return f"{self.number(name)} {one if self.value(name) == 1 else several or f'{one}s'}"

    def arm(self, name: str) -> str:
        """Return the label of an arm that a value names; where the cohort is not at hand, its name."""
        return self.cohort.arm(self.value(name)).label if self.cohort else self.text(name)

    def arm_of(self, study: str) -> str:
        """Return the label of the arm that `arm` names of the study that `study` names; of a paper's arm, its name."""
        arms = self.studies[study].arms if study in self.studies else ()
        labels = {arm.name: arm.label for arm in arms}
        return labels.get(self.value("arm")) or self.text("arm")

    def covariate(self, name: str) -> str:
        """Return the label of a covariate within a sentence; of one that the plan does not have, its name with spaces."""
        covariates = self.cohort.covariates if self.cohort else ()
        labels = {each.name: each.label for each in covariates}
        return sentence_case(labels[name]) if name in labels else self.cited(name.replace("_", " "))

    def covariates(self, name: str) -> list[str]:
        """Return the labels of the covariates that a value lists."""
        return [self.covariate(each) for each in self.value(name)]

    def outcome(self) -> Outcome:
        """Return the outcome of the row."""
        return self.cohort.outcome(self.row.outcome)

    def part(self, value: list) -> "Statement":
        """Return a fact within this one, as JSON has it, of the same row and column."""
        return replace(self, fact=facts.from_json(value))


Words = Callable[[Statement], str]


def constant(text: str) -> Words:
    """Return words that are the same for every row."""
    return lambda statement: text


def threshold(statement: Statement) -> str:
    """Return the threshold of responders that a fact names, with its unit."""
    unit, percent = statement.outcome().unit, statement.value("percent")
    return numbers.with_unit_of_threshold(statement.number("threshold"), unit, percent=percent)
