"""The MMRM whose covariance depends on the weeks between visits: against R's nlme, which trials have it, and that it moves nothing."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.unit.model.cohorts import QUICK, cohort, outcome, tables
from tests.unit.model.conftest import ENGINE_REFERENCE, reference

from retrowalk.estimates import pick
from retrowalk.facts import fact
from retrowalk.model import analyse_cohort
from retrowalk.model.longitudinal import fit_mmrm

pytestmark = pytest.mark.numeric


def test_it_is_that_of_nlme():
    long = pd.read_csv(ENGINE_REFERENCE / "weeks.csv")
    arms = long.drop_duplicates("participant").set_index("participant")[["arm"]]
    data = arms.join(long.pivot(index="participant", columns="visit", values="value"))
    weeks = dict(zip(long["visit"], long["week"], strict=True))
    fit = fit_mmrm(data, ["V1", "V2", "V3"], "V0", "control", covariance="sp_pow", times=weeks)
    rows = reference("sp_pow", covariance="sp_pow", kind="contrast")
    assert {row["visit"] for row in rows} == {"V1", "V2", "V3"}
    for row in rows:
        contrast = fit.differences.loc[("retro", row["visit"])]
        assert contrast["estimate"] == pytest.approx(row["estimate"], rel=1e-6)
    (criterion,) = reference("sp_pow", covariance="sp_pow", kind="fit")
    assert fit.fit.criterion == pytest.approx(criterion["estimate"], abs=1e-7)


@pytest.fixture
def uneven():
    return tables("rom_uneven", ("disability", "pain"))


def several(**changes):
    outcomes = (outcome(primary_visit="V3"), outcome("pain", primary=False, primary_visit="V3"))
    return cohort("rom_uneven", outcomes=outcomes, **changes)


def test_the_primary_outcome_of_a_trial_of_three_visits_has_it_as_a_check(uneven):
    table, _ = analyse_cohort(*uneven, several(), replace(QUICK, primary_estimator="mmrm"))
    rows = pick(table, analysis="mmrm_weeks")
    assert list(rows["outcome"]) == ["disability"] * 3
    assert list(rows["visit"]) == ["V1", "V2", "V3"]
    assert set(rows["role"]) == {"sensitivity"}
    assert rows[["estimate", "se", "df", "ci_low", "ci_high", "n"]].notna().all(axis=None)


def test_it_moves_no_other_number(uneven):
    plan = replace(QUICK, primary_estimator="mmrm")
    with_it, residuals = analyse_cohort(*uneven, several(), plan)
    without, residuals_without = analyse_cohort(*uneven, several(leave_out=("mmrm_weeks",)), plan)
    others = with_it[with_it["analysis"] != "mmrm_weeks"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, without)
    pd.testing.assert_frame_equal(residuals, residuals_without)


@pytest.mark.parametrize(
    ("name", "changes"),
    [("wob_3arm", {}), ("rom_uneven", {"randomised": False, "design": "comparison"})],
)
def test_two_visits_or_groups_that_were_not_randomised_have_none(name, changes):
    table, _ = analyse_cohort(*tables(name), cohort(name, **changes), QUICK)
    assert not len(pick(table, analysis="mmrm_weeks"))


def test_visits_that_do_not_correlate_leave_a_row_with_the_reason(uneven):
    people, values = uneven
    generator = np.random.default_rng(3)
    noise = values.assign(value=generator.normal(50, 5, len(values)).round(1))
    table, _ = analyse_cohort(people, noise, several(), replace(QUICK, primary_estimator="mmrm"))
    rows = pick(table, analysis="mmrm_weeks")
    assert len(rows) == 3
    assert rows["estimate"].isna().all()
    assert set(rows["reason"]) == {fact("no_structure", tried=[["sp_pow", fact("no_correlation")]]).cell}
