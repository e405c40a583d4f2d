"""Effect sizes against R, published tables and the distribution functions that their intervals invert."""

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats
from tests.unit.cells import refused

from retrowalk.facts import fact
from retrowalk.model.effect_sizes import (
    LARGE_T,
    EffectSize,
    cohen_dz,
    d_ppc2,
    hedges_correction,
    hedges_g,
    hedges_gav,
    hedges_gz,
    partial_eta_squared,
    pooled_sd,
)

pytestmark = pytest.mark.numeric

REFERENCE = Path(__file__).parents[2] / "reference"
TRIALS = Path(__file__).parents[3] / "workflow/lib/visitwise/tests/reference/trials"
TWO_ARM = pd.read_csv(REFERENCE / "two_arm.csv")
MIXED_ANOVA = pd.read_csv(REFERENCE / "mixed_anova.csv")


def last_visit(trial: str) -> pd.DataFrame:
    """Participants of a trial with baseline and a value at the last visit, which is what reference.R took."""
    data = pd.read_csv(TRIALS / f"{trial}.csv")
    data = data[data["visit"] == data["visit"].max()].dropna(subset=["value", "baseline"])
    return data.assign(change=data["value"] - data["baseline"])


def reference_rows(analysis: str) -> list:
    rows = TWO_ARM[TWO_ARM["analysis"] == analysis]
    return [pytest.param(row, id=f"{row.trial}-{row.arm}") for row in rows.itertuples()]


def check_g(row, column: str) -> None:
    data = last_visit(row.trial)
    arm, control = (data.loc[data["arm"] == name, column] for name in (row.arm, "control"))
    sd = pooled_sd([arm.std(), control.std()], [len(arm), len(control)])
    g = hedges_g(arm.mean() - control.mean(), sd, len(arm), len(control))
    assert g.value == pytest.approx(row.estimate, rel=1e-11)
    assert (g.low, g.high) == pytest.approx((row.lower, row.upper), rel=1e-5)


@pytest.mark.parametrize("row", reference_rows("hedges_g_value"))
def test_hedges_g_of_values_is_that_of_r(row):
    check_g(row, "value")


@pytest.mark.parametrize("row", reference_rows("hedges_g_change"))
def test_hedges_g_of_changes_is_that_of_r(row):
    check_g(row, "change")


def check_d(row, column: str) -> None:
    """Cohen's d is g without the correction, and so are its limits."""
    data = last_visit(row.trial)
    arm, control = (data.loc[data["arm"] == name, column] for name in (row.arm, "control"))
    sd = pooled_sd([arm.std(), control.std()], [len(arm), len(control)])
    g = hedges_g(arm.mean() - control.mean(), sd, len(arm), len(control))
    j = hedges_correction(len(arm) + len(control) - 2)
    assert g.value / j == pytest.approx(row.estimate, rel=1e-11)
    assert (g.low / j, g.high / j) == pytest.approx((row.lower, row.upper), rel=1e-5)


@pytest.mark.parametrize("row", reference_rows("cohens_d_value"))
def test_cohen_d_of_values_is_that_of_r(row):
    check_d(row, "value")


@pytest.mark.parametrize("row", reference_rows("cohens_d_change"))
def test_cohen_d_of_changes_is_that_of_r(row):
    check_d(row, "change")


@pytest.mark.parametrize("row", reference_rows("cohens_dz"))
def test_cohen_dz_is_that_of_r(row):
    data = last_visit(row.trial)
    change = data.loc[data["arm"] == row.arm, "change"]
    dz = cohen_dz(change.mean(), change.std(), len(change))
    assert dz.value == pytest.approx(row.estimate, rel=1e-11)
    assert dz.low < dz.value < dz.high


@pytest.mark.parametrize("row", reference_rows("cohens_dz"))
def test_hedges_gz_is_dz_with_its_limits_times_the_exact_correction(row):
    data = last_visit(row.trial)
    change = data.loc[data["arm"] == row.arm, "change"]
    n = len(change)
    j = math.gamma((n - 1) / 2) / (math.sqrt((n - 1) / 2) * math.gamma((n - 2) / 2))
    gz = hedges_gz(change.mean(), change.std(), n)
    assert gz.value == pytest.approx(j * row.estimate, rel=1e-10)
    t = row.estimate * math.sqrt(n)
    for limit, p in ((gz.low, 0.975), (gz.high, 0.025)):
        assert probability_of_at_most(t, n - 1, limit / j * math.sqrt(n)) == pytest.approx(p, abs=1e-7)


@pytest.mark.parametrize("row", reference_rows("cohens_dz"))
def test_hedges_gav_divides_by_the_average_of_the_two_sds(row):
    data = last_visit(row.trial)
    mine = data[data["arm"] == row.arm]
    average = (mine["baseline"].std() + mine["value"].std()) / 2
    gav = hedges_gav(mine["change"].mean(), mine["baseline"].std(), mine["value"].std(), len(mine))
    # Through d_z: what changes is the divisor alone.
    expected = hedges_correction(len(mine) - 1) * row.estimate * mine["change"].std() / average
    assert gav == pytest.approx(expected, rel=1e-10)


def test_with_equal_spread_gav_is_gz_turned_by_the_correlation():
    # SD of the changes = SD sqrt(2 (1 - r)) where both visits have the same SD.
    sd, r, n = 4.0, 0.7, 12
    gz = hedges_gz(-3, sd * math.sqrt(2 * (1 - r)), n)
    assert hedges_gav(-3, sd, sd, n) == pytest.approx(gz.value * math.sqrt(2 * (1 - r)), rel=1e-12)


@pytest.mark.parametrize("row", reference_rows("d_ppc2_morris2008_exact_correction"))
def test_d_ppc2_is_that_of_r(row):
    data = last_visit(row.trial)
    arm, control = (data[data["arm"] == name] for name in (row.arm, "control"))
    value = d_ppc2(
        arm["change"].mean(),
        control["change"].mean(),
        arm["baseline"].std(),
        control["baseline"].std(),
        len(arm),
        len(control),
    )
    assert value == pytest.approx(row.estimate, rel=1e-11)


@pytest.mark.parametrize(
    ("treatment", "control", "published"),
    [
        ((30.6, 38.5, 15.0, 20), (23.1, 19.7, 13.8, 20), 0.7684),
        ((23.5, 26.8, 3.1, 50), (24.9, 25.3, 4.1, 42), 0.8010),
        ((0.5, 0.7, 0.1, 9), (0.6, 0.6, 0.2, 9), 1.2045),
        ((53.4, 75.9, 14.5, 10), (55.7, 60.7, 17.3, 11), 1.0476),
        ((35.6, 36.0, 4.7, 14), (34.8, 33.4, 3.1, 14), 0.4389),
    ],
)
def test_d_ppc2_is_that_of_morris_2008_table_5(treatment, control, published):
    (pre, post, sd, n), (pre_control, post_control, sd_control, n_control) = treatment, control
    value = d_ppc2(post - pre, post_control - pre_control, sd, sd_control, n, n_control)
    assert value == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize(
    ("arm", "control", "t", "low", "high"),
    [((2.40, 0.54), (4.57, 0.90), -7.97, -2.72, -1.61), ((21.27, 3.37), (28.93, 4.61), -5.20, -10.68, -4.65)],
    ids=["VAS", "ODI"],
)
def test_pooled_sd_reproduces_the_t_tests_of_pmc5667629(arm, control, t, low, high):
    (mean, sd), (mean_control, sd_control) = arm, control
    pooled = pooled_sd([sd, sd_control], [15, 15])
    se = pooled * math.sqrt(2 / 15)
    assert (mean - mean_control) / se == pytest.approx(t, abs=0.05)
    reach = stats.t.isf(0.025, 28) * se
    assert (mean - mean_control - reach, mean - mean_control + reach) == pytest.approx((low, high), abs=0.05)


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.trial}-{row.term}") for row in MIXED_ANOVA.itertuples()])
def test_partial_eta_squared_is_that_of_r(row):
    size = partial_eta_squared(row.estimate, row.df1, row.df)
    assert size.value == pytest.approx(row.partial_eta_squared, rel=1e-10)
    assert 0 <= size.low <= size.value <= size.high < 1


@pytest.mark.parametrize(
    ("f", "df_numerator", "df_denominator", "low", "high"),
    [
        # Smithson 2001, p. 619, and Fidler and Thompson 2001, Table 8, as apaTables gives them.
        (6.00, 1, 42, 0.01170243, 0.2801166),
        (2.65, 6, 42, 0.01744483, 0.3577174),
        (2.60, 6, 42, 0.01473858, 0.3537137),
        (1.50, 1, 16, 0, 0.3166901),
        (4.00, 3, 16, 0.03574041, 0.5670909),
        (1.50, 3, 16, 0, 0.3777952),
    ],
)
def test_partial_eta_squared_intervals_are_the_published_ones(f, df_numerator, df_denominator, low, high):
    size = partial_eta_squared(f, df_numerator, df_denominator, alpha=0.10)
    assert size.low == pytest.approx(low, abs=5e-9)
    assert size.high == pytest.approx(high, abs=5e-8)


def test_partial_eta_squared_of_f_zero_is_zero_with_both_limits():
    assert partial_eta_squared(0, 2, 30) == EffectSize(0, 0, 0)


def test_partial_eta_squared_of_a_huge_f_stays_below_one():
    size = partial_eta_squared(1e7, 1, 8)
    assert 0.99 < size.low < size.value < 1
    assert size.high < 1


def probability_of_at_most(t: float, df: float, noncentrality: float) -> float:
    """P(T <= t) of a noncentral t, integrated over the chi distribution of its denominator."""
    scale = math.sqrt(df)
    breaks = [noncentrality / t] if t and noncentrality / t > 0 else None
    return integrate.quad(
        lambda s: stats.norm.cdf(t * s - noncentrality) * stats.chi.pdf(s * scale, df) * scale,
        0,
        1 + 12 / math.sqrt(2 * df),
        points=breaks,
        limit=200,
    )[0]


@pytest.mark.parametrize("t", [0, 0.3, 2.5, 12, 80])
@pytest.mark.parametrize("n", [3, 9, 40])
def test_limits_of_dz_leave_half_of_alpha_on_each_side(t, n):
    dz = cohen_dz(t / math.sqrt(n), 1, n, alpha=0.1)
    assert probability_of_at_most(t, n - 1, dz.low * math.sqrt(n)) == pytest.approx(0.95, abs=1e-7)
    assert probability_of_at_most(t, n - 1, dz.high * math.sqrt(n)) == pytest.approx(0.05, abs=1e-7)


def test_intervals_of_a_huge_effect_go_on_smoothly():
    below, above = (cohen_dz(t / 3, 1, 9) for t in (LARGE_T, math.nextafter(LARGE_T, math.inf)))
    assert (above.low, above.high) == pytest.approx((below.low, below.high), rel=1e-6)
    enormous = cohen_dz(1e9, 1, 9)
    assert 0 < enormous.low < enormous.value < enormous.high


def test_interval_of_no_difference_is_symmetric_around_zero():
    g = hedges_g(0, 1, 15, 15)
    assert g.value == 0
    assert g.low == pytest.approx(-g.high)
    assert g.high == pytest.approx(hedges_correction(28) * stats.norm.isf(0.025) * math.sqrt(2 / 15))


@given(st.floats(-50, 50), st.integers(2, 60), st.integers(2, 60))
def test_swapping_the_arms_turns_the_sign_and_the_limits(difference, n_arm, n_reference):
    g, turned = hedges_g(difference, 2.5, n_arm, n_reference), hedges_g(-difference, 2.5, n_reference, n_arm)
    assert (turned.value, turned.low, turned.high) == pytest.approx((-g.value, -g.high, -g.low), abs=1e-9)
    assert g.low < g.value < g.high


@given(st.floats(-20, 20), st.floats(1e-3, 1e3))
def test_the_unit_of_the_outcome_does_not_matter(difference, scale):
    g, scaled = hedges_g(difference, 3, 12, 14), hedges_g(difference * scale, 3 * scale, 12, 14)
    assert (scaled.value, scaled.low, scaled.high) == pytest.approx((g.value, g.low, g.high), abs=1e-9)


KINDS = {
    "ancova": "test_ancova",
    "ancova_marginal_mean": "test_ancova",
    "change_student": "test_t_tests",
    "change_welch": "test_t_tests",
    "post_welch": "test_t_tests",
    "paired_t": "test_t_tests",
    "change_mann_whitney_asymptotic_corrected": "test_rank_tests",
    "wilcoxon_asymptotic_corrected": "test_rank_tests",
    "cohens_d_change": "test_effect_sizes",
    "cohens_d_value": "test_effect_sizes",
    "cohens_dz": "test_effect_sizes",
    "hedges_g_change": "test_effect_sizes",
    "hedges_g_value": "test_effect_sizes",
    "d_ppc2_morris2008_exact_correction": "test_effect_sizes",
    "shapiro_change": "test_influence",
}


def test_every_kind_of_rs_rows_is_compared_somewhere():
    assert set(TWO_ARM["analysis"]) == set(KINDS)
    assert len(TWO_ARM) == 115
    for kind, module in KINDS.items():
        assert f'"{kind}"' in (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")


def test_correction_is_exact_and_nears_one():
    # J(2) = gamma(1) / gamma(1/2) and J(4) = gamma(2) / (sqrt(2) gamma(3/2)).
    assert hedges_correction(2) == pytest.approx(1 / math.sqrt(math.pi), rel=1e-14)
    assert hedges_correction(4) == pytest.approx(math.sqrt(2 / math.pi), rel=1e-14)
    assert hedges_correction(28) == pytest.approx(1 - 3 / (4 * 28 - 1), abs=5e-5)
    assert 1 - 1e-5 < hedges_correction(1e6) < 1


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: hedges_correction(1), fact("hedges_df", df=1)),
        (lambda: hedges_g(1, 0, 10, 10), fact("sd_not_positive", sd=0)),
        (lambda: hedges_g(1, math.nan, 10, 10), fact("sd_not_positive", sd=math.nan)),
        (lambda: hedges_g(math.nan, 1, 10, 10), fact("mean_not_a_number")),
        (lambda: hedges_g(1, 1, 1, 1), fact("no_more_than_arms")),
        (lambda: cohen_dz(1, 0, 10), fact("sd_not_positive", sd=0)),
        (lambda: cohen_dz(1, 1, 1), fact("no_more_than_arms")),
        (lambda: hedges_gz(1, 1, 2), fact("hedges_df", df=1)),
        (lambda: hedges_gz(1, 0, 10), fact("sd_not_positive", sd=0)),
        (lambda: hedges_gav(1, 1, 1, 2), fact("hedges_df", df=1)),
        (lambda: hedges_gav(1, 0, 0, 10), fact("sd_not_positive", sd=0.0)),
        (lambda: hedges_gav(1, math.nan, 1, 10), fact("sd_not_positive", sd=math.nan)),
        (lambda: d_ppc2(1, 0, 0, 0, 10, 10), fact("sd_not_positive", sd=0.0)),
        (lambda: pooled_sd([1, 1], [1, 1]), fact("no_arm_of_two")),
        (lambda: partial_eta_squared(math.nan, 1, 10), fact("no_eta_squared", f=math.nan, df_numerator=1, df=10)),
        (lambda: partial_eta_squared(math.inf, 1, 10), fact("no_eta_squared", f=math.inf, df_numerator=1, df=10)),
        (lambda: partial_eta_squared(1, 1, 0), fact("no_eta_squared", f=1, df_numerator=1, df=0)),
    ],
)
def test_what_has_no_effect_size_is_refused(call, reason):
    with refused(reason):
        call()
