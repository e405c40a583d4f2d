"""What a fit tells: means, contrasts, tests, residuals, predictions, a summary."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from visitwise import MixedModel

from .conftest import MMRM, simulate

NUMBERS = ["estimate", "se", "df", "statistic", "p_value", "ci_low", "ci_high"]


def test_a_fit_is_frozen_and_says_what_it_is(fitted):
    fit = fitted()
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.criterion = 0
    assert repr(fit) == f"<MixedFit {MMRM!r}, us, 23 participants>"
    assert fit.aic == fit.criterion + 2 * 6
    assert fit.bic == pytest.approx(fit.criterion + 6 * np.log(23))
    assert fit.n_observations == fit.residuals.shape[0]
    assert fit.left_out + fit.n_observations == 78


def test_columns_of_the_tables(fitted):
    fit = fitted()
    assert list(fit.coefficients) == ["term", *NUMBERS]
    assert list(fit.marginal_means("arm", by="visit")) == ["arm", "visit", *NUMBERS]
    contrasts = fit.contrasts("arm", by="visit", reference="control")
    assert list(contrasts) == ["arm", "reference_arm", "visit", *NUMBERS]
    assert list(contrasts["visit"]) == ["V1", "V2", "V3"]
    assert set(contrasts["reference_arm"]) == {"control"}
    assert list(fit.joint_test("arm")) == ["term", "df_numerator", "df", "statistic", "p_value", "note"]
    assert list(fit.joint_tests()["term"]) == ["baseline", "visit", "arm", "baseline:visit", "arm:visit"]


def test_contrasts_are_differences_of_marginal_means_and_turn_with_the_reference(fitted):
    fit = fitted()
    means = fit.marginal_means("arm", by="visit").set_index(["arm", "visit"])["estimate"]
    forth = fit.contrasts("arm", by="visit", reference="control")
    back = fit.contrasts("arm", by="visit", reference="retro")
    np.testing.assert_allclose(forth["estimate"], (means["retro"] - means["control"]).to_numpy())
    np.testing.assert_allclose(forth["estimate"], -back["estimate"])
    np.testing.assert_allclose(forth[["se", "df"]], back[["se", "df"]])


def test_means_over_visits_weigh_them_equally(fitted):
    fit = fitted()
    by_visit = fit.marginal_means("arm", by="visit").groupby("arm")["estimate"].mean()
    over = fit.marginal_means("arm").set_index("arm")["estimate"]
    np.testing.assert_allclose(over, by_visit.loc[over.index])
    both = fit.marginal_means(["arm", "visit"])
    assert len(both) == 6


def test_differences_between_changes(fitted):
    fit = fitted(formula="value ~ arm * visit")
    at = fit.contrasts("arm", by="visit", reference="control").set_index("visit")["estimate"]
    changes = fit.contrasts("arm", by="visit", reference="control", change_from="V1")
    assert list(changes["visit"]) == ["V2", "V3"]
    np.testing.assert_allclose(changes["estimate"], (at[["V2", "V3"]] - at["V1"]).to_numpy())
    interaction = fit.coefficients.set_index("term").loc[["arm[T.retro]:visit[T.V2]", "arm[T.retro]:visit[T.V3]"]]
    np.testing.assert_allclose(changes[NUMBERS], interaction[NUMBERS], rtol=1e-9)


def test_weights_are_known_by_their_names(fitted):
    fit = fitted()
    weights = pd.DataFrame(np.arange(9.0)[None], columns=list(fit.coefficients["term"]))
    pd.testing.assert_frame_equal(fit.linear(weights), fit.linear(weights[weights.columns[::-1]]))


def test_linear_combinations_are_what_the_tables_are_made_of(fitted):
    fit = fitted()
    eye = pd.DataFrame(np.eye(9), index=fit.coefficients["term"])
    pd.testing.assert_frame_equal(fit.linear(eye), fit.coefficients)
    variances = np.diag(fit.coefficient_covariance)
    np.testing.assert_allclose(np.sqrt(variances), fit.coefficients["se"])


@pytest.mark.parametrize("df", ["kenward-roger", "satterthwaite", "residual", "normal"])
def test_a_test_with_one_degree_of_freedom_is_the_t_test_squared(fitted, df):
    fit = fitted(formula="value ~ baseline + arm + visit", df=df)
    joint = fit.joint_test("arm").iloc[0]
    single = fit.contrasts("arm", reference="control").iloc[0]
    assert joint["statistic"] == pytest.approx(single["statistic"] ** 2)
    assert joint["df"] == pytest.approx(single["df"])
    assert joint["p_value"] == pytest.approx(single["p_value"], rel=1e-6)


def test_degrees_of_freedom_as_asked(fitted):
    residual, normal = fitted(df="residual"), fitted(df="normal")
    assert set(residual.coefficients["df"]) == {residual.n_observations - 9}
    assert np.isinf(normal.coefficients["df"]).all()
    ratio = (normal.coefficients["ci_high"] - normal.coefficients["estimate"]) / normal.coefficients["se"]
    assert ratio.to_list() == pytest.approx([1.959963984540054] * 9)
    pd.testing.assert_series_equal(normal.coefficients["se"], fitted(df="satterthwaite").coefficients["se"])
    larger = fitted().coefficients["se"] / normal.coefficients["se"]
    assert larger.min() > 1 - 1e-12
    assert larger.max() > 1.01


def test_a_confidence_level(uneven):
    narrow, wide = (MixedModel(MMRM).fit(uneven, alpha=alpha).coefficients for alpha in (0.5, 0.01))
    assert (wide["ci_low"] < narrow["ci_low"]).all()
    assert (wide["p_value"] == narrow["p_value"]).all()


def test_kenward_rogers_test_does_not_depend_on_the_order_of_levels(uneven):
    turned = uneven.assign(
        visit=pd.Categorical(uneven["visit"], ["V1", "V2", "V3"]), arm=uneven["arm"].map({"control": "z", "retro": "a"})
    )
    one, other = (MixedModel(MMRM).fit(data).joint_tests() for data in (uneven, turned))
    np.testing.assert_allclose(one[["df", "statistic"]], other[["df", "statistic"]], rtol=1e-8)


def test_a_term_with_an_expression_is_tested_by_its_coefficients(fitted):
    row = fitted(formula="value ~ poly(baseline, 2) + arm * visit").joint_test("poly(baseline, 2)").iloc[0]
    assert row["df_numerator"] == 2


def test_residuals(fitted):
    fit = fitted()
    table = fit.residuals
    assert list(table) == ["participant", "visit", "fitted", "raw", "normalised"]
    sigma = fit.covariance.to_numpy()
    for _, mine in list(table.groupby("participant"))[:6]:
        places = [list(fit.covariance.index).index(visit) for visit in mine["visit"]]
        expected = np.linalg.solve(np.linalg.cholesky(sigma[np.ix_(places, places)]), mine["raw"])
        np.testing.assert_allclose(mine["normalised"], expected)
    assert 0.7 < table["normalised"].std() < 1.1


def test_predictions_of_the_analysed_rows_are_the_fitted_values(fitted, uneven):
    fit = fitted()
    known = uneven[uneven["value"].notna()]
    predicted = fit.predict(known.sample(frac=1, random_state=1)).sort_index()
    np.testing.assert_allclose(predicted["estimate"], fit.residuals["fitted"].sort_index())
    assert list(predicted) == ["estimate", "se", "df", "ci_low", "ci_high"]
    new = pd.DataFrame({"arm": ["retro"], "visit": ["V2"], "baseline": [uneven.loc[known.index, "baseline"].mean()]})
    mean = fit.marginal_means("arm", by="visit").set_index(["arm", "visit"]).loc[("retro", "V2")]
    assert fit.predict(new)["estimate"].iloc[0] == pytest.approx(mean["estimate"])
    assert fit.predict(new)["se"].iloc[0] == pytest.approx(mean["se"])


def test_the_summary_is_one_that_a_statistician_knows(fitted):
    text = fitted().summary()
    for said in (
        MMRM,
        "unstructured of visit within participant",
        "of 23 participants",
        "t, Kenward-Roger degrees of freedom",
        "-2 restricted log-likelihood 62.121   AIC 74.121",
        "arm[T.retro]:visit[T.V3]",
    ):
        assert said in text
    assert "normal distribution" in fitted(df="normal").summary()


# --- special cases with known answers --------------------------------------------------------------------------------------
@pytest.mark.parametrize("df", ["kenward-roger", "satterthwaite", "residual"])
def test_one_visit_is_least_squares_to_the_last_digit(uneven, df):
    one = uneven[uneven["visit"] == "V3"]
    fit = MixedModel("value ~ baseline + arm").fit(one, df)
    ols = smf.ols("value ~ baseline + arm", one).fit()
    table = fit.coefficients.set_index("term")
    theirs = ols.params.index
    np.testing.assert_allclose(table.loc[theirs, "estimate"], ols.params, rtol=1e-12)
    np.testing.assert_allclose(table.loc[theirs, "se"], ols.bse, rtol=1e-12)
    np.testing.assert_allclose(table["df"], ols.df_resid, rtol=1e-12)
    np.testing.assert_allclose(table.loc[theirs, "p_value"], ols.pvalues, rtol=1e-10)
    assert fit.covariance.iloc[0, 0] == pytest.approx(ols.scale, rel=1e-12)
    assert fit.joint_test("arm")["df"].iloc[0] == pytest.approx(ols.df_resid)


def test_the_formula_of_several_visits_works_for_one(uneven):
    one = uneven[uneven["visit"] == "V3"]
    several = MixedModel(MMRM).fit(one).contrasts("arm", by="visit", reference="control")
    single = MixedModel("value ~ baseline + arm").fit(one).contrasts("arm", reference="control")
    np.testing.assert_allclose(several[NUMBERS], single[NUMBERS])


def test_a_variance_for_each_arm_at_one_visit_is_welch(uneven):
    """Two means with unequal variances: Satterthwaite's degrees of freedom are Welch's."""
    from scipy.stats import ttest_ind

    one = uneven[(uneven["visit"] == "V3") & uneven["value"].notna()]
    fit = MixedModel("value ~ arm", group="arm").fit(one, "satterthwaite")
    row = fit.contrasts("arm", reference="control").iloc[0]
    arms = [one.loc[one["arm"] == arm, "value"] for arm in ("retro", "control")]
    welch = ttest_ind(*arms, equal_var=False)
    assert row["statistic"] == pytest.approx(welch.statistic, rel=1e-9)
    assert row["df"] == pytest.approx(welch.df, rel=1e-6)
    np.testing.assert_allclose(
        np.sort(fit.covariance.to_numpy().ravel()), np.sort([arm.var() for arm in arms]), rtol=1e-9
    )


def test_a_matrix_for_each_arm_is_that_of_each_arm_alone(balance):
    """With every effect free in each arm the fit falls apart into the arms' own."""
    formula = "value ~ baseline * visit"
    whole = MixedModel("value ~ arm * baseline * visit", group="arm").fit(balance)
    parts = {arm: MixedModel(formula).fit(mine) for arm, mine in balance.groupby("arm")}
    assert whole.criterion == pytest.approx(sum(part.criterion for part in parts.values()), rel=1e-10)
    for arm, part in parts.items():
        np.testing.assert_allclose(whole.covariance.loc[arm], part.covariance, rtol=1e-6)
    assert len(whole.covariance_parameters) == 20
    assert list(whole.covariance_parameters) == ["arm", "parameter", "estimate", "se"]


def test_balanced_data_give_the_closed_form():
    """Complete data, saturated in visit: the estimate of the covariance is S / (n - rank), whatever the start."""
    data = simulate(24, 3, seed=6, missing=0)
    fit = MixedModel(MMRM).fit(data)
    wide = data.pivot(index="participant", columns="visit", values="value").loc[data["participant"].unique()]
    first = data.drop_duplicates("participant")
    X = np.column_stack([np.ones(24), first["baseline"], first["arm"] == "retro"])
    residuals = wide - X @ np.linalg.lstsq(X, wide, rcond=None)[0]
    np.testing.assert_allclose(fit.covariance, residuals.T @ residuals / (24 - 3), rtol=1e-10)


def test_few_degrees_of_freedom_give_hotellings_test():
    """Complete data, unstructured: the test that the arms' profiles are parallel is Hotelling's, F on (2, n - 3)."""
    from scipy.stats import f

    data = simulate(6, 3, seed=8, missing=0)
    row = MixedModel("value ~ arm * visit").fit(data).joint_test("arm:visit").iloc[0]
    wide = data.pivot(index=["arm", "participant"], columns="visit", values="value")
    steps = wide.diff(axis=1).iloc[:, 1:]
    arms = [mine.to_numpy() for _, mine in steps.groupby("arm")]
    apart = arms[1].mean(axis=0) - arms[0].mean(axis=0)
    pooled = sum((len(x) - 1) * np.cov(x.T) for x in arms) / 4
    squared = apart @ np.linalg.solve(pooled * (1 / 3 + 1 / 3), apart)
    statistic = squared * (6 - 2 - 1) / (4 * 2)
    assert row["df_numerator"] == 2
    assert row["df"] == pytest.approx(3, rel=1e-6)
    assert row["statistic"] == pytest.approx(statistic, rel=1e-6)
    assert row["p_value"] == pytest.approx(f.sf(statistic, 2, 3), rel=1e-6)


@pytest.mark.parametrize("kind", ["string", "object", "category", "boolean", bool])
def test_the_kind_of_column_does_not_matter(uneven, kind):
    if kind in ("boolean", bool):
        typed = uneven.assign(arm=(uneven["arm"] == "retro").astype(kind))
        arms = (False, True)
    else:
        typed, arms = uneven.astype({"arm": kind, "participant": kind, "visit": kind}), ("control", "retro")
    typed = typed.astype({"baseline": "Float64", "value": "Float64"})
    fit = MixedModel(MMRM).fit(typed)
    ours = fit.contrasts("arm", by="visit", reference=arms[0])
    theirs = MixedModel(MMRM).fit(uneven).contrasts("arm", by="visit", reference="control")
    np.testing.assert_allclose(ours[NUMBERS], theirs[NUMBERS])
    assert list(ours["arm"]) == [arms[1]] * 3
    known = typed[uneven["value"].notna()]
    np.testing.assert_allclose(fit.predict(known)["estimate"], fit.residuals["fitted"])


@pytest.mark.parametrize("seed", [18, 58])
def test_the_lower_of_two_optima(seed):
    """Heavy tails and 40 % of visits missed: the search from least squares alone stops at the higher one."""
    from visitwise import optimise

    rng = np.random.default_rng(seed)
    root = np.linalg.cholesky(0.6 ** np.abs(np.subtract.outer(range(4), range(4))))
    values = (rng.normal(size=(34, 4)) @ root.T) * np.exp(1.2 * rng.normal(size=(34, 4)))
    seen = rng.random((34, 4)) >= 0.4
    rows = [(f"p{i}", "AB"[i % 2], f"V{j}", values[i, j]) for i in range(34) for j in range(4) if seen[i, j]]
    data = pd.DataFrame(rows, columns=["participant", "arm", "visit", "value"])
    best = MixedModel("value ~ arm * visit").fit(data).criterion
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimise, "needs_several", lambda layout: np.zeros(1, dtype=bool))
        assert MixedModel("value ~ arm * visit").fit(data).criterion > best + 1


def test_visits_in_the_order_of_time():
    data = simulate(24, 3, seed=6).assign(
        visit=lambda d: d["visit"].map({"V1": "week 2", "V2": "week 10", "V3": "week 12"})
    )
    fit = MixedModel(MMRM, covariance="ar1").fit(data)
    assert list(fit.covariance.index) == ["week 2", "week 10", "week 12"]
    numbers = MixedModel(MMRM, covariance="ar1").fit(data.assign(visit=data["visit"].str[5:].astype(int)))
    assert list(numbers.covariance.index) == [2, 10, 12]
    assert numbers.criterion == pytest.approx(fit.criterion, abs=1e-9)
    before = data.assign(visit=data["visit"].map({"week 2": "week -4", "week 10": "week 0", "week 12": "week 12"}))
    assert list(MixedModel(MMRM).fit(before).covariance.index) == ["week -4", "week 0", "week 12"]
    turned = data.assign(visit=pd.Categorical(data["visit"], ["week 12", "week 2", "week 10"]))
    assert MixedModel(MMRM, covariance="ar1").fit(turned).criterion != pytest.approx(fit.criterion, abs=1e-3)


def test_the_gls_fit_of_a_large_trial_does_not_depend_on_the_shortcut(monkeypatch):
    from visitwise import layout

    data = simulate(400, 3, seed=9)
    short = MixedModel(MMRM).fit(data)
    monkeypatch.setattr(layout, "_fewer", lambda values, pattern, seen: (values, pattern))
    whole = MixedModel(MMRM).fit(data)
    assert short.layout.values.shape[2] < whole.layout.values.shape[2]
    assert short.criterion == pytest.approx(whole.criterion, rel=1e-12)
    np.testing.assert_allclose(short.coefficients[NUMBERS], whole.coefficients[NUMBERS], rtol=1e-8)
    np.testing.assert_allclose(short.residuals["normalised"], whole.residuals["normalised"], rtol=1e-7, atol=1e-9)
