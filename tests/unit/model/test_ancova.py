"""ANCOVA against R's lm and emmeans, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.unit.cells import refused
from tests.unit.model.conftest import reference

from retrowalk.facts import fact
from retrowalk.model.ancova import adjusted_effect_size, fit_ancova
from retrowalk.model.effect_sizes import hedges_correction

pytestmark = pytest.mark.numeric

#: Our columns and R's.
COLUMNS = {"estimate": "estimate", "se": "se", "df": "df", "ci_low": "lower", "ci_high": "upper"}
LAST = {"balance_4post": "V4", "pain_15v15": "V1", "rom_uneven": "V3", "tiny_5v5": "V1", "wob_3arm": "V2"}


@pytest.mark.parametrize("name", LAST)
def test_differences_are_those_of_r(trial, name):
    fit = fit_ancova(trial(name), LAST[name], "V0", "control")
    for row in reference("two_arm", trial=name, analysis="ancova"):
        ours = fit.differences.loc[row["arm"]]
        for column, theirs in COLUMNS.items():
            assert ours[column] == pytest.approx(row[theirs], rel=1e-6)
        assert ours["p_value"] == pytest.approx(row["p"], rel=1e-6)


@pytest.mark.parametrize("name", LAST)
def test_marginal_means_are_those_of_emmeans(trial, name):
    fit = fit_ancova(trial(name), LAST[name], "V0", "control")
    for row in reference("two_arm", trial=name, analysis="ancova_marginal_mean"):
        ours = fit.marginal_means.loc[row["arm"]]
        for column, theirs in COLUMNS.items():
            assert ours[column] == pytest.approx(row[theirs], rel=1e-6)


def test_a_category_enters_the_means_equally_weighted(trial):
    data = trial("pain_15v15")
    fit = fit_ancova(data, "V1", "V0", "control", ("sex",))
    # The same model by hand: the mean of an arm lies half way between the sexes whatever their numbers.
    design = np.column_stack([np.ones(30), data["V0"], data["arm"] == "retro", data["sex"] == "male"]).astype(float)
    beta = np.linalg.lstsq(design, data["V1"], rcond=None)[0]
    expected = beta @ [1, data["V0"].mean(), 0, 0.5]
    assert (data["sex"] == "male").mean() != 0.5
    assert fit.marginal_means.loc["control", "estimate"] == pytest.approx(expected, rel=1e-10)
    assert fit.differences.loc["retro", "estimate"] == pytest.approx(beta[2], rel=1e-10)


def test_a_missing_baseline_takes_the_mean_over_all_arms_and_is_counted(trial):
    data = trial("pain_15v15")
    data.iloc[0, data.columns.get_loc("V0")] = np.nan
    filled = data.assign(V0=data["V0"].fillna(data["V0"].mean()))
    fit = fit_ancova(data, "V1", "V0", "control")
    assert fit.imputed_baselines == 1
    pd.testing.assert_frame_equal(fit.differences, fit_ancova(filled, "V1", "V0", "control").differences)


def test_without_randomisation_a_missing_baseline_is_left_out_and_counted(trial):
    data = trial("pain_15v15")
    data.iloc[0, data.columns.get_loc("V0")] = np.nan
    fit = fit_ancova(data, "V1", "V0", "control", impute_baseline=False)
    assert (fit.imputed_baselines, fit.left_out, sum(fit.n_by_arm.values())) == (0, 1, 29)


def test_a_missing_covariate_is_left_out_and_counted(trial):
    data = trial("pain_15v15")
    data.iloc[:2, data.columns.get_loc("sex")] = None
    fit = fit_ancova(data, "V1", "V0", "control", ("sex",))
    assert (fit.left_out, sum(fit.n_by_arm.values())) == (2, 28)


def test_nobody_without_a_value_at_the_visit_counts(trial):
    data = trial("rom_uneven")
    fit = fit_ancova(data, "V3", "V0", "control")
    measured = data[data["V3"].notna()]["arm"].value_counts()
    assert fit.n_by_arm == {"control": measured["control"], "retro": measured["retro"]}
    assert set(fit.residuals.index) == set(data.index[data["V3"].notna()])
    assert fit.residuals["residual"].sum() == pytest.approx(0, abs=1e-9)


@settings(max_examples=25)
@given(st.randoms(use_true_random=False), st.floats(-50, 50), st.floats(0.1, 20))
def test_order_labels_shift_and_scale_do_not_matter(random, shift, scale):
    rng = np.random.default_rng(random.randrange(2**32))
    data = pd.DataFrame({"arm": ["a", "b", "c"] * 5, "before": rng.normal(size=15), "after": rng.normal(size=15)})
    fit = fit_ancova(data, "after", "before", "a").differences
    order = rng.permutation(15)
    moved = data.iloc[order].assign(after=lambda d: shift + scale * d["after"])
    moved["arm"] = moved["arm"].map({"a": "z", "b": "y", "c": "x"})
    other = fit_ancova(moved, "after", "before", "z").differences
    for arm, renamed in (("b", "y"), ("c", "x")):
        assert other.loc[renamed, "estimate"] == pytest.approx(scale * fit.loc[arm, "estimate"], rel=1e-6, abs=1e-9)
        assert other.loc[renamed, "p_value"] == pytest.approx(fit.loc[arm, "p_value"], rel=1e-6)


def frame(**columns: list) -> pd.DataFrame:
    return pd.DataFrame(columns)


@pytest.mark.parametrize(
    ("data", "adjust_for", "reason"),
    [
        (frame(arm=["a"] * 4, before=[1, 2, 3, 4], after=[1, 3, 2, 4]), (), fact("an_arm_too_small_at_visit")),
        (
            frame(arm=["a", "a", "a", "b"], before=[1, 2, 3, 4], after=[1, 3, 2, 4]),
            (),
            fact("an_arm_too_small_at_visit"),
        ),
        (
            frame(arm=["a", "a", "b", "b"], before=[1, 2, 3, 4], after=[5, 5, 5, 5]),
            (),
            fact("no_variation_beyond_baseline"),
        ),
        (
            frame(arm=["a", "a", "b", "b"], before=[2, 2, 2, 2], after=[1, 3, 2, 4]),
            (),
            fact("not_told_apart_from_arms"),
        ),
        (
            frame(arm=["a", "a", "b", "b"], before=[1, 2, 4, 3], after=[1, 3, 2, 4], age=[30, 41, 35, 52]),
            ("age",),
            fact("too_few_for_coefficients", participants=4, coefficients=4),
        ),
        (
            frame(arm=["a", "a", "b", "b"], before=[1, 2, 4, 3], after=[1, 3, 2, 4], age=[None] * 4, sex=["f"] * 4),
            ("sex", "age"),
            fact("covariate_missing", covariate="age"),
        ),
    ],
)
def test_what_cannot_be_fitted_says_why(data, adjust_for, reason):
    with refused(reason):
        fit_ancova(data, "after", "before", "a", adjust_for)


def test_the_effect_size_is_the_difference_over_the_sd_with_its_own_interval():
    size = adjusted_effect_size(estimate=-2.0, se=0.5, df=20, sd=4.0, sign=-1, alpha=0.05)
    correction = hedges_correction(20)
    assert size.value == pytest.approx(correction * 0.5)
    se = ((correction * 0.5 / 4) ** 2 + size.value**2 / 40) ** 0.5
    assert size.high - size.value == pytest.approx(stats.t.ppf(0.975, 20) * se)
    assert size.value - size.low == pytest.approx(size.high - size.value)
