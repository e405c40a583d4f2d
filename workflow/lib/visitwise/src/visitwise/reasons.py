"""Why a model or a structure could not be fitted, and what a reader must know of one that was: a code with its values.

Code compares codes; words are made when a reason is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: {code: its words}; the names in braces are the values that a reason of this code has.
WORDS = {
    # Of a structure.
    "no_convergence": "no convergence",
    "singular": "the covariance matrix becomes singular (condition number of the correlations over 1e6)",
    "not_a_minimum": "the observed information is not positive definite",
    "not_identified": "the data do not determine every parameter of the covariance",
    "unknown_order": "the visits' labels do not tell their order in time; make the visit an ordered Categorical",
    "no_correlation": "the correlation of the visits is estimated as zero or below",
    "too_few_participants": "{participants} participants, and {needed} are needed",
    "too_few_in_a_group": "{participants} participants, and {needed} are needed in each group",
    # Of a structure that was fitted all the same.
    "unbounded_elsewhere": "a local optimum: towards a singular covariance matrix the criterion falls below it",
    "on_boundary": "the variance between participants is estimated as zero",
    # Of a trial.
    "too_few_values": "{values} values of {participants} participants are too few for {coefficients} coefficients",
    "no_values": "no row has a value of {response}",
    "no_variation": "the response does not vary once the fixed effects are taken into account",
    "constant_visit": "all values at {column} {visit} are the same. Leave out that visit",
    "empty_cell": "there is no value for {cell}, so {term} cannot be estimated. Leave out the level, or the term",
    "not_told_apart": (
        "the coefficient {coefficient} cannot be told apart from those before it. Leave out one of the terms that say the same"
    ),
    "no_structure": "no covariance structure could be fitted ({tried})",
    "too_many_levels": (
        "{column} is text with {levels} different values. If it is a number, make it a column of numbers"
    ),
    # Of draws.
    "singular_information": "no draws from the posterior: the information of the fit is singular",
    "few_accepted": "no draws from the posterior: {accepted:.0%} of the proposals were accepted",
}


@dataclass(frozen=True)
class Reason:
    """A code of `WORDS` and its values; `str` of it is its words."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the words; several things that one value names are parted by semicolons."""
        values = {name: "; ".join(map(str, v)) if isinstance(v, tuple) else v for name, v in self.values.items()}
        return WORDS[self.code].format(**values)
