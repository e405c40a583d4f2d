"""The tables of responders and of change beyond the error of measurement, cell by cell."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from tests.unit.present.conftest import COMPARISON, SINGLE_GROUP, THREE_ARMS, modelled

from retrowalk.plan.trial import Cohort, Threshold
from retrowalk.present.tables.participants import number_needed, reliable_change_table, responders_table
from retrowalk.present.words import numbers


def with_thresholds(cohort: Cohort, *thresholds: Threshold) -> Cohort:
    """The cohort whose first outcome has these thresholds, and a measurement error."""
    first, *rest = cohort.outcomes
    first = replace(first, responders=thresholds, measurement_error=6.0, measurement_error_source="Childs 2005")
    return replace(cohort, outcomes=(first, *rest))


@pytest.fixture
def analysed(cohort_of, analysis):
    def build(*thresholds: Threshold, **changes):
        cohort = with_thresholds(cohort_of(**changes), *thresholds)
        return modelled(cohort, analysis)[0], cohort

    return build


@pytest.mark.parametrize(
    ("value", "low", "high", "shown"),
    [
        (4.567, 3.098, 9.346, "NNTB 4.6 (3.1 to 9.3)"),
        (-4.567, -9.346, -3.098, "NNTH 4.6 (3.1 to 9.3)"),
        (20.0, -15.0, 6.0, "NNTB 20.0 (NNTH 15.0 to infinity to NNTB 6.0)"),
        (-20.0, -6.0, 15.0, "NNTH 20.0 (NNTH 6.0 to infinity to NNTB 15.0)"),
        (3.0, 1.5, math.inf, "NNTB 3.0 (1.5 to infinity)"),
        (math.nan, math.nan, math.nan, "-"),
    ],
)
def test_a_number_needed_to_treat_says_benefit_or_harm(value, low, high, shown):
    assert number_needed(SimpleNamespace(estimate=value, ci_low=low, ci_high=high)) == shown


def test_a_number_that_is_not_there_is_a_dash():
    assert number_needed(None) == "-"


def test_every_threshold_visit_and_handling_has_a_row_that_agrees_with_the_estimates(analysed, analysis):
    results, cohort = analysed(Threshold(20, True, "A source"), Threshold(5, False, "Another"))
    table = responders_table(results, cohort, analysis)
    assert list(table.frame)[:3] == ["Outcome and threshold", "Visit", "Missing"]
    assert list(table.frame["Outcome and threshold"]) == ["Pain, 20 % of baseline"] * 2 + ["Pain, 5 mm"] * 2
    assert list(table.frame["Missing"]) == ["left out", "non-responders"] * 2
    rows = results[results["analysis"] == "responders"].set_index(["arm", "term"])
    difference = rows.loc[("retro", "risk_difference:20_percent:observed")]
    shown = table.frame.iloc[0]["Difference in % points (95% CI)"]
    value, low, high = (numbers.percent(difference[name]) for name in ("estimate", "ci_low", "ci_high"))
    assert shown == f"{value} ({low} to {high})"
    count = rows.loc[("retro", "responders:20_percent:observed")]
    assert table.frame.iloc[0]["Retro-walking: n/N (%)"].startswith(f"{count['estimate']:.0f}/{count['n']} (")
    assert "Pain, 20 % of baseline: A source." in table.notes
    assert "Pain, 5 mm: Another." in table.notes


def test_three_arms_have_a_row_each_and_a_single_group_has_shares_alone(analysed, analysis):
    results, cohort = analysed(Threshold(5, False, "S"), **THREE_ARMS)
    assert list(responders_table(results, cohort, analysis).frame["Compared arm"])[:2] == [
        "Retro-walking",
        "Stretching",
    ]
    results, cohort = analysed(Threshold(5, False, "S"), **SINGLE_GROUP)
    heads = list(responders_table(results, cohort, analysis).frame)
    assert heads[3:] == [f"{cohort.arms[0].label}: n/N (%)"]


def test_what_the_plan_does_not_name_has_no_table(cohort_of, analysis):
    cohort = cohort_of()
    results, _ = modelled(cohort, analysis)
    assert responders_table(results, cohort, analysis) is None
    assert reliable_change_table(results, cohort) is None


def test_kinds_of_change_add_up_to_those_measured_and_nobody_is_named(analysed):
    results, cohort = analysed(**COMPARISON)
    assert results["term"].str.startswith("participant:").any()
    table = reliable_change_table(results, cohort)
    assert list(table.frame["Change"]) == ["improved", "worsened", "changed by no more than the error"]
    for arm in cohort.arms:
        counts = [cell.split("/") for cell in table.frame[arm.label]]
        assert sum(int(count) for count, _ in counts) == int(counts[0][1])
    assert not table.source["term"].str.startswith("participant:").any()
    assert "Pain: measurement error 6 mm, Childs 2005." in table.notes
