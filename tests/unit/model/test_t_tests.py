"""Student's t tests against R's t.test."""

import numpy as np
import pandas as pd
import pytest

from retrowalk.errors import FitError
from retrowalk.model.t_tests import paired_t, student_t

from .conftest import reference

COLUMNS = {"estimate": "estimate", "se": "se", "df": "df", "ci_low": "lower", "ci_high": "upper", "p_value": "p"}


@pytest.mark.parametrize(
    "row", reference("two_arm", analysis="paired_t"), ids=lambda row: f"{row['trial']}-{row['arm']}"
)
def test_paired_t_is_that_of_r(trial, row):
    data = trial(row["trial"])
    mine = data[data["arm"] == row["arm"]]
    test = paired_t(mine["V0"], mine[row["visit"]])
    for ours, theirs in COLUMNS.items():
        assert getattr(test, ours) == pytest.approx(row[theirs], rel=1e-6)
    (size,) = reference("two_arm", analysis="cohens_dz", trial=row["trial"], arm=row["arm"])
    assert test.effect_size.value == pytest.approx(size["estimate"], rel=1e-6)


@pytest.mark.parametrize(
    "row", reference("two_arm", analysis="change_student"), ids=lambda row: f"{row['trial']}-{row['arm']}"
)
def test_student_t_is_that_of_r(trial, row):
    data = trial(row["trial"])
    change = data[row["visit"]] - data["V0"]
    test = student_t(change[data["arm"] == row["arm"]], change[data["arm"] == "control"])
    for ours, theirs in COLUMNS.items():
        assert getattr(test, ours) == pytest.approx(row[theirs], rel=1e-6)
    (size,) = reference("two_arm", analysis="hedges_g_change", trial=row["trial"], arm=row["arm"])
    assert test.effect_size.value == pytest.approx(size["estimate"], rel=1e-6)
    assert test.effect_size.low == pytest.approx(size["lower"], rel=1e-5)
    assert test.effect_size.high == pytest.approx(size["upper"], rel=1e-5)


def test_the_interval_has_the_level_that_is_asked_for():
    before, after = pd.Series([1.0, 2, 3, 5, 4]), pd.Series([2.0, 4, 3, 7, 8])
    wide, narrow = (paired_t(before, after, alpha) for alpha in (0.01, 0.2))
    assert wide.ci_low < narrow.ci_low < narrow.ci_high < wide.ci_high


def test_only_those_measured_twice_count():
    test = paired_t(pd.Series([1.0, 2, np.nan, 4]), pd.Series([2.0, 5, 9, np.nan]))
    assert (test.n, test.estimate) == (2, 2.0)


def series(*values: float) -> pd.Series:
    return pd.Series(values, dtype=float)


@pytest.mark.parametrize(
    ("test", "first", "second", "says"),
    [
        (paired_t, series(1), series(2), "1 participant measured at both visits"),
        (paired_t, series(1, 2, 3), series(2, 3, 4), "changed by the same amount"),
        (student_t, series(1, 2), series(3), "2 and 1 participants"),
        (student_t, series(2, 2), series(3, 3), "do not vary"),
    ],
)
def test_what_cannot_be_tested_says_why(test, first, second, says):
    with pytest.raises(FitError, match=says):
        test(first, second)
