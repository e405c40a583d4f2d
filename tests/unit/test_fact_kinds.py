"""The kinds of values that facts have are those that their words, and the mixed-model engine, know."""

import pytest

from retrowalk.fact_kinds import DEGREES_OF_FREEDOM, KINDS, OF_CODE, STRUCTURES, kind_of
from retrowalk.facts import CAVEATS, METHODS, REASONS
from retrowalk.model.participants import HANDLING
from visitwise import DF
from visitwise import STRUCTURES as OF_ENGINE

REGISTERS = METHODS | REASONS | CAVEATS


def test_every_value_of_every_fact_has_its_kind_and_no_kind_is_left_over():
    assert {name for names in REGISTERS.values() for name in names} == set(KINDS)
    assert {code: set(names) <= set(REGISTERS[code]) for code, names in OF_CODE.items()} == dict.fromkeys(OF_CODE, True)


def test_the_words_of_the_engine_are_all_known():
    assert tuple(OF_ENGINE) == STRUCTURES
    assert tuple(DF) == DEGREES_OF_FREEDOM
    assert all(map(KINDS["handling"].holds, HANDLING))


@pytest.mark.parametrize(
    ("code", "name", "good", "bad"),
    [
        ("never_measured", "count", [0, 3, 3.0], ["3", 2.5, -1, True, None]),
        ("ancova", "covariates", [[], ["age"]], ["age", [1], {}]),
        ("many_covariates", "covariates", [2], [["age"]]),
        ("withdrawal_reasons", "reasons", [[["moved", 1]], []], [[["moved"]], [["moved", "one"]], "moved"]),
        ("mann_whitney", "exact", [True], [1, "true"]),
        ("not_compared", "reason", [None, ["one_study", {}]], ["one_study", []]),
        ("not_pooled", "reason", [["one_study", {}]], [None]),
        ("no_structure", "tried", [[["us", ["singular", {}]]]], [[["zzz", ["singular", {}]]], [["us", "singular"]]]),
    ],
)
def test_a_value_is_of_its_kind_or_not(code, name, good, bad):
    assert [value for value in good if not kind_of(code, name).holds(value)] == []
    assert [value for value in bad if kind_of(code, name).holds(value)] == []
