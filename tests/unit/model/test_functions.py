"""Which analyses are done of a cohort, and in which order."""

import pytest
from tests.unit.model.cohorts import context, outcome

from retrowalk.analyses import REGISTER
from retrowalk.model.functions import functions_of, main_comparison
from retrowalk.plan.trial import Threshold

#: Analyses that are made by a function of their own.
ALONE = [
    entry
    for entry in REGISTER.values()
    if entry.room == "model" and [other.code for other in REGISTER.values()].count(entry.code) == 1
]


#: A primary outcome with all that an analysis may need of it.
FULL = outcome(responders=(Threshold(30, True, "assumed"),), measurement_error=5.0, primary_visit="V3")


def codes(about):
    return [f"{made.__module__.rpartition('.')[2]}.{made.__name__}" for made in functions_of(about)]


def test_the_functions_are_those_of_the_register_in_its_order_each_once():
    expected = dict.fromkeys(entry.code for entry in REGISTER.values() if entry.room == "model")
    assert codes(context("rom_uneven", outcomes=(FULL,))) == list(expected)


def test_what_needs_three_visits_or_something_of_the_outcome_is_not_done_without():
    done = codes(context("wob_3arm"))
    for code in ("adjusted.mmrm_weeks", "participants.responders", "participants.reliable_change"):
        assert code not in done


@pytest.mark.parametrize("entry", ALONE, ids=lambda entry: entry.name)
def test_what_the_plan_leaves_out_is_not_done_unless_it_is_the_answer(entry):
    done = codes(context("rom_uneven", outcomes=(FULL,), leave_out=(entry.name,)))
    assert (entry.code in done) == (entry.name == "ancova")


def test_what_needs_randomisation_is_not_done_without():
    done = codes(context("wob_3arm", randomised=False, design="comparison"))
    for code in ("adjusted.clda", "missing_data.imputation", "checks.randomisation_check"):
        assert code not in done
    assert "adjusted.mmrm" in done


def test_a_single_group_is_not_compared():
    done = codes(context("rom_uneven", outcomes=(FULL,), randomised=False, design="single_group"))
    assert done == [
        entry.code for entry in REGISTER.values() if "single_group" in entry.designs and entry.room == "model"
    ]


def test_the_main_comparison_is_that_of_the_primary_estimator():
    assert {row["analysis"] for row in main_comparison(context("wob_3arm"))} == {"ancova"}
