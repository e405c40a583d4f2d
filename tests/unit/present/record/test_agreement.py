"""Two runs agree where their numbers differ by rounding and their texts by nothing."""

import json

import numpy as np
import pandas as pd
import pytest
from tests.unit.present.record.sealed import COMPARISON

from retrowalk import estimates
from retrowalk.facts import fact
from retrowalk.present.record.agreement import Difference, differences_of_data, differences_of_estimates, scales
from retrowalk.vocabulary import COUNT_COLUMNS, ESTIMATE_COLUMNS, ESTIMATE_KEY, TEXT_COLUMNS

NUMERIC = [column for column in ESTIMATE_COLUMNS if column not in TEXT_COLUMNS]
ROW = {
    **COMPARISON,
    "cohort": "trial",
    "unit": "mm",
    "provenance": "individual",
    "effect_size_kind": "hedges_g",
    "caveats": [fact("exploratory")],
    **{"estimate": -5.7, "se": 2.8, "df_numerator": 1, "df": 17.25, "statistic": -2.03, "p_value": 0.058},
    **{"p_adjusted": 0.058, "ci_low": -11.6, "ci_high": 0.2, "effect_size": 0.8, "effect_size_low": 0.1},
    **{"effect_size_high": 1.5, "n": 20, "n_arm": 10, "n_reference": 10},
}


@pytest.fixture
def table():
    """A comparison at two visits; the second has no standard error, the third no numbers."""
    lost = dict.fromkeys(NUMERIC) | {"method": None, "reason": fact("hedges_df", df=0.75), "visit": "week_12"}
    return estimates.tabulate([ROW | {"visit": "week_4"}, ROW | {"visit": "week_8", "se": None}, ROW | lost])


def test_numbers_are_compared_in_standard_errors():
    empty = dict.fromkeys(("effect_size", "effect_size_low", "effect_size_high", "statistic"), np.nan)
    rows = [
        {"estimate": -5.7, "se": 2.8, "ci_low": -11.4, "ci_high": 0.0},
        {"estimate": 3.0, "ci_low": 1.0, "ci_high": 5.0},
    ]
    table = pd.DataFrame([*rows, {"estimate": 7.0}]).assign(**empty)
    assert scales(table)["ci_high"].to_list() == [2.8, 4.0, 7.0]


def test_a_table_agrees_with_itself_in_any_order(table):
    assert differences_of_estimates(table, table) == []
    assert differences_of_estimates(table.iloc[::-1], table) == []


@pytest.mark.parametrize("column", [column for column in NUMERIC if column not in COUNT_COLUMNS])
def test_rounding_is_no_difference_and_a_thousandth_of_a_standard_error_is_one(table, column):
    other = table.copy()
    other[column] *= 1 + 1e-9
    assert differences_of_estimates(table, other) == []
    other.loc[0, column] = table.loc[0, column] + 1e-3 * (table.loc[0, "se"] if column != "p_value" else 1)
    (found,) = differences_of_estimates(table, other)
    assert (found.row, found.column) == ("trial, pain, ancova, retro, control, week_4, difference", column)
    assert found.here != found.there


def test_zero_but_for_rounding_is_zero(table):
    here, there = table.copy(), table.copy()
    here.loc[1, ["estimate", "ci_low", "ci_high"]] = 0.0
    there.loc[1, ["estimate", "ci_low", "ci_high"]] = [3e-17, -2e-16, 1e-16]
    assert differences_of_estimates(here, there) == []


@pytest.mark.parametrize("column", COUNT_COLUMNS)
def test_a_count_is_exact(table, column):
    other = table.copy()
    other.loc[0, column] += 1
    assert [found.column for found in differences_of_estimates(table, other)] == [column]


@pytest.mark.parametrize("column", [column for column in TEXT_COLUMNS if column not in ESTIMATE_KEY])
def test_a_text_is_exact(table, column):
    other = table.copy()
    other.loc[0, column] = {"method": fact("paired_t").cell, "caveats": "[]", "reason": fact("not_measured").cell}.get(
        column, "other"
    )
    assert [found.column for found in differences_of_estimates(table, other)] == [column]


def test_a_number_in_a_text_is_a_number(table):
    for factor, same in ((1 + 1e-12, True), (1.01, False)):
        other = table.copy()
        code, values = json.loads(table.loc[2, "reason"])
        other.loc[2, "reason"] = json.dumps([code, {"df": values["df"] * factor}])
        assert (differences_of_estimates(table, other) == []) == same


def test_a_number_that_is_missing_is_a_difference(table):
    other = table.copy()
    other.loc[0, "estimate"] = np.nan
    (found,) = differences_of_estimates(table, other)
    assert (found.column, found.here, found.there) == ("estimate", "-5.7", "empty")


def test_a_row_that_one_run_lacks_is_named(table):
    row = "trial, pain, ancova, retro, control, week_8, difference"
    assert differences_of_estimates(table, table.drop(1)) == [Difference(row, "", "present", "absent")]
    assert differences_of_estimates(table.drop(1), table) == [Difference(row, "", "absent", "present")]


def test_data_are_compared_row_by_row():
    here = pd.DataFrame({"participant": ["P1", "P2"], "age": [50.0, np.nan], "fitted": [0.1, 40.0]})
    there = here.assign(fitted=[0.1 + 1e-15, 40.0 + 1e-10])
    assert differences_of_data(here, there) == []
    assert differences_of_data(here, here.assign(age=[51.0, np.nan])) == [Difference("row 2", "age", "50", "51")]
    assert differences_of_data(here, here.assign(participant=["P1", "P3"])) == [
        Difference("row 3", "participant", "P2", "P3")
    ]
    assert differences_of_data(here, here.head(1)) == [Difference("row 3", "", "present", "absent")]
    assert differences_of_data(here, here.drop(columns="age")) == [Difference("heading", "age", "present", "absent")]


def test_tables_without_rows_agree():
    empty = estimates.tabulate([])
    assert differences_of_estimates(empty, empty) == []
    assert differences_of_data(empty, empty) == []
