"""A fact of the estimate record, and what its words may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from retrowalk import facts
from retrowalk.facts import Fact
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.words import cited, numbers


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
    """

    fact: Fact
    row: Any
    column: str
    cohort: Cohort | None

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

    def outcome(self) -> Outcome:
        """Return the outcome of the row."""
        return self.cohort.outcome(self.row.outcome)

    def part(self, value: list) -> "Statement":
        """Return a fact within this one, as JSON has it, of the same row and column."""
        return Statement(facts.from_json(value), self.row, self.column, self.cohort)


Words = Callable[[Statement], str]


def constant(text: str) -> Words:
    """Return words that are the same for every row."""
    return lambda statement: text


def threshold(statement: Statement) -> str:
    """Return the threshold of responders that a fact names, with its unit."""
    unit, percent = statement.outcome().unit, statement.value("percent")
    return numbers.with_unit_of_threshold(statement.number("threshold"), unit, percent=percent)
