"""What kind of value each name of a fact has (facts.py): a count, a text, one of a few words.

A table that somebody edited, or that another version wrote, is refused by it before words are looked up.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from retrowalk.analyses import REGISTER

#: Covariance structures of the mixed-model engine, and its kinds of degrees of freedom (a test compares both).
STRUCTURES = (
    "us",
    "toeph",
    "ar1h",
    "csh",
    "adh",
    "toep",
    "ar1",
    "ad",
    "cs",
    "random_intercept",
    "sp_pow",
    "sp_powh",
)
DEGREES_OF_FREEDOM = ("kenward-roger", "satterthwaite", "residual", "normal")


@dataclass(frozen=True)
class Kind:
    """A kind of value: its name in a message, and whether a value as JSON has it is of this kind."""

    words: str
    holds: Callable[[Any], bool]


def is_fact(value: Any) -> bool:
    """Return whether a value is a fact as JSON has it."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], dict)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _one_of(allowed: Collection[str]) -> Kind:
    return Kind(f"one of {', '.join(allowed)}", lambda value: isinstance(value, str) and value in allowed)


def _list_of(part: Kind) -> Kind:
    return Kind(
        f"a list of {part.words}", lambda value: isinstance(value, list) and all(part.holds(each) for each in value)
    )


def _pair(words: str, first: Kind, second: Kind) -> Kind:
    def holds(value: Any) -> bool:
        return isinstance(value, list) and len(value) == 2 and first.holds(value[0]) and second.holds(value[1])

    return Kind(words, holds)


COUNT = Kind("a count", lambda value: _is_number(value) and value >= 0 and float(value).is_integer())
NUMBER = Kind("a number", _is_number)
TEXT = Kind("a text", lambda value: isinstance(value, str))
YES_NO = Kind("true or false", lambda value: isinstance(value, bool))
FACT = Kind("a fact", is_fact)
FACT_OR_NONE = Kind("a fact or nothing", lambda value: value is None or is_fact(value))
TEXTS = _list_of(Kind("texts", TEXT.holds))
STRUCTURE = _one_of(STRUCTURES)

#: {name of a value: its kind}.
KINDS: dict[str, Kind] = {
    "accepted": NUMBER,
    "analysis": _one_of(REGISTER),
    "arm": TEXT,
    "arrangements": COUNT,
    "cell": TEXT,
    "coefficient": TEXT,
    "coefficients": COUNT,
    "column": TEXT,
    "comparison": FACT,
    "correlation": NUMBER,
    "count": COUNT,
    "covariate": TEXT,
    "covariates": TEXTS,
    "delta": NUMBER,
    "df": _one_of(DEGREES_OF_FREEDOM),
    "df_numerator": NUMBER,
    "domain": TEXT,
    "end": _one_of(("lowest", "highest")),
    "error": NUMBER,
    "exact": YES_NO,
    "f": NUMBER,
    "family": TEXT,
    "handling": _one_of(("observed", "missing_as_nonresponders")),
    "imputations": COUNT,
    "interval": _one_of(("newcombe", "wald")),
    "kind": TEXT,
    "lacking": _list_of(_one_of(("baseline", "covariate", "arm"))),
    "levels": COUNT,
    "measure": _one_of(("mean", "sd", "median", "lower_quartile", "upper_quartile")),
    "most": NUMBER,
    "n": COUNT,
    "n_arm": COUNT,
    "n_reference": COUNT,
    "needed": COUNT,
    "of": _one_of(("value", "change")),
    "outcome": TEXT,
    "participants": COUNT,
    "percent": YES_NO,
    "reason": FACT,
    "reasons": _list_of(_pair("reasons with counts", TEXT, COUNT)),
    "response": TEXT,
    "sd": NUMBER,
    "strata": TEXTS,
    "strategy": _one_of(REGISTER),
    "structure": STRUCTURE,
    "studies": _list_of(_pair("studies with outcomes", TEXT, TEXT)),
    "study": TEXT,
    "term": TEXT,
    "text": TEXT,
    "threshold": NUMBER,
    "tried": _list_of(_pair("structures with reasons", STRUCTURE, FACT)),
    "values": COUNT,
    "visit": TEXT,
}
#: {code: {name of a value: its kind}}, where a name means something else.
OF_CODE: dict[str, dict[str, Kind]] = {
    "standardised_difference": {"of": _one_of(("means", "shares"))},
    "hedges_df": {"df": NUMBER},
    "no_eta_squared": {"df": NUMBER},
    "per_protocol_by_sessions": {"percent": NUMBER},
    "many_covariates": {"covariates": COUNT},
    "not_compared": {"reason": FACT_OR_NONE},
    "few_studies": {"studies": COUNT},
}


def kind_of(code: str, name: str) -> Kind:
    """Return the kind of a value of a fact."""
    return OF_CODE.get(code, {}).get(name) or KINDS[name]
