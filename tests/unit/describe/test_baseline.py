"""Covariates by arm, with missing values and a level nobody has."""

import numpy as np
import pytest

from retrowalk.describe.baseline import baseline_rows
from retrowalk.facts import fact

pytestmark = pytest.mark.numeric


def of(rows, outcome: str, arm: str) -> dict[str, dict]:
    return {row["term"]: row for row in rows if (row["outcome"], row["arm"]) == (outcome, arm)}


@pytest.fixture
def rows(people, cohort_of) -> list[dict]:
    return list(baseline_rows(people, cohort_of()))


def test_a_number_has_mean_sd_median_and_quartiles_of_those_who_have_it(rows):
    age = of(rows, "age", "retro")
    known = np.array([58.0, 70.0, 50.0])
    assert {term: row["estimate"] for term, row in age.items()} == pytest.approx(
        {
            "mean": known.mean(),
            "sd": known.std(ddof=1),
            "median": np.median(known),
            "lower_quartile": np.quantile(known, 0.25),
            "upper_quartile": np.quantile(known, 0.75),
        }
    )
    assert {(row["n"], row["unit"]) for row in age.values()} == {(3, "years")}
    assert [row["caveats"] for row in age.values()] == 5 * [[fact("without_a_value", count=1)]]
    assert {term: row["method"] for term, row in age.items()} == {term: fact("observed", measure=term) for term in age}


def test_nothing_is_noted_where_everyone_has_a_value(rows):
    assert [(row["n"], row["caveats"]) for row in of(rows, "age", "control").values()] == 5 * [(3, [])]


def test_a_category_has_counts_and_percentages_of_those_who_have_it(rows):
    sex = of(rows, "sex", "retro")
    assert {term: row["estimate"] for term, row in sex.items()} == pytest.approx(
        {
            "count:female": 2,
            "percent:female": 200 / 3,
            "count:male": 1,
            "percent:male": 100 / 3,
            "count:other": 0,
            "percent:other": 0,
        }
    )
    assert [(row["n"], row["caveats"]) for row in sex.values()] == 6 * [(3, [fact("without_a_value", count=1)])]
    assert [row["method"].code for row in sex.values()] == 3 * ["count", "share_of_those_with_a_value"]


def test_levels_stand_in_the_order_of_the_plan(people, cohort_of):
    levels = {"2": "male", "3": "other", "1": "female"}
    rows = baseline_rows(people, cohort_of(covariates={"sex": {"column": "sex", "levels": levels}}))
    counts = [term for term in of(rows, "sex", "control") if term.startswith("count:")]
    assert counts == ["count:male", "count:other", "count:female"]


def test_two_codes_of_one_level_are_one_level(people, cohort_of):
    levels = {"f": "female", "w": "female", "m": "male"}
    rows = baseline_rows(people, cohort_of(covariates={"sex": {"column": "sex", "levels": levels}}))
    assert list(of(rows, "sex", "retro")) == ["count:female", "percent:female", "count:male", "percent:male"]


def test_text_without_levels_is_a_category_with_the_levels_of_all_arms(people, cohort_of):
    rows = list(baseline_rows(people, cohort_of(covariates={"sex": "sex"})))
    assert of(rows, "sex", "control")["count:female"]["estimate"] == 0
    assert of(rows, "sex", "control")["percent:male"]["estimate"] == 100


def test_a_category_that_nobody_has_is_counted_but_has_no_percentage(people, cohort_of):
    rows = baseline_rows(people.assign(sex=None), cohort_of())
    assert {term: row["estimate"] for term, row in of(rows, "sex", "retro").items()} == {
        "count:female": 0,
        "count:male": 0,
        "count:other": 0,
    }
