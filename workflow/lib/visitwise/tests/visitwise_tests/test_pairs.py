"""Pairs of levels, values of covariates, other confidence levels; R's values are in test_reference.py."""

import numpy as np
import pandas as pd
import pytest

from visitwise import MixedModel
from visitwise.errors import SpecificationError

from .conftest import post

NUMBERS = ["estimate", "se", "df", "statistic", "p_value", "ci_low", "ci_high"]
FORMULA = "value ~ baseline * arm + arm * visit"


@pytest.fixture
def three():
    """A fit of a trial of three arms whose slopes on baseline differ."""
    return MixedModel(FORMULA).fit(post("wob_3arm"))


def test_the_pairs_with_the_first_level_are_the_contrasts_with_it(three):
    pairs = three.pairwise("arm", by="visit")
    assert list(pairs) == ["arm", "reference_arm", "visit", *NUMBERS]
    assert list(zip(pairs["arm"], pairs["reference_arm"], strict=True))[:3] == [
        ("forward", "control"),
        ("retro", "control"),
        ("retro", "forward"),
    ]
    with_control = pairs[pairs["reference_arm"] == "control"].reset_index(drop=True)
    pd.testing.assert_frame_equal(with_control, three.contrasts("arm", by="visit", reference="control"))
    last = pairs[pairs["reference_arm"] == "forward"].reset_index(drop=True)
    theirs = three.contrasts("arm", by="visit", reference="forward").query("arm == 'retro'").reset_index(drop=True)
    pd.testing.assert_frame_equal(last, theirs)


def test_a_family_is_the_pairs_at_one_visit(three):
    pairs = three.pairwise("arm", by="visit", adjust="holm")
    for _, rows in pairs.groupby("visit", observed=True):
        ordered = rows.sort_values("p_value")
        steps = np.maximum.accumulate(ordered["p_value"].to_numpy() * [3, 2, 1]).clip(max=1)
        np.testing.assert_allclose(ordered["p_adjusted"], steps)
    over_visits = three.pairwise("arm", adjust="tukey")
    assert len(over_visits) == 3
    assert (over_visits["p_adjusted"] >= over_visits["p_value"]).all()


def test_a_corrected_interval_agrees_with_its_p_value(three):
    plain = three.pairwise("arm", by="visit")
    for adjust in ("holm", "tukey"):
        pairs = three.pairwise("arm", by="visit", adjust=adjust)
        pd.testing.assert_frame_equal(
            pairs[["estimate", "se", "df", "p_value"]], plain[["estimate", "se", "df", "p_value"]]
        )
        assert (pairs["ci_low"] < plain["ci_low"]).all()
    excludes = (pairs["ci_low"] > 0) | (pairs["ci_high"] < 0)
    assert (excludes == (pairs["p_adjusted"] < 0.05)).all()


def test_two_levels_need_no_correction(fitted):
    plain = fitted().pairwise("arm", by="visit")
    for adjust in ("holm", "tukey"):
        pairs = fitted().pairwise("arm", by="visit", adjust=adjust)
        np.testing.assert_allclose(pairs["p_adjusted"], plain["p_value"], rtol=1e-6)
        np.testing.assert_allclose(pairs[NUMBERS], plain[NUMBERS], rtol=1e-6)


def test_infinite_degrees_of_freedom_are_corrected_too(uneven):
    fit = MixedModel("value ~ baseline + arm * visit").fit(uneven, "normal")
    pairs = fit.pairwise("visit", by="arm", adjust="holm")
    assert np.isfinite(pairs[["p_adjusted", "ci_low", "ci_high"]]).all(axis=None)
    tukey = fit.pairwise("visit", by="arm", adjust="tukey")
    assert (tukey["ci_low"] > pairs["ci_low"]).all()


def test_means_at_the_mean_are_the_means(three):
    mean = float(three.analysed["baseline"].mean())
    pd.testing.assert_frame_equal(
        three.marginal_means("arm", by="visit", at={"baseline": mean}), three.marginal_means("arm", by="visit")
    )
    pd.testing.assert_frame_equal(three.marginal_means("arm", at={}), three.marginal_means("arm"))


def test_a_mean_at_a_value_is_the_prediction_there(three):
    means = three.marginal_means("arm", by="visit", at={"baseline": 30})
    rows = means[["arm", "visit"]].assign(baseline=30.0)
    predicted = three.predict(rows)
    for name in ("estimate", "se", "df", "ci_low", "ci_high"):
        np.testing.assert_allclose(predicted[name], means[name], rtol=1e-10)
    pairs = three.pairwise("arm", by="visit", at={"baseline": 30})
    value = means.set_index(["arm", "visit"])["estimate"]
    differences = [value[row.arm, row.visit] - value[row.reference_arm, row.visit] for row in pairs.itertuples()]
    np.testing.assert_allclose(pairs["estimate"], differences, rtol=1e-9)
    contrasts = three.contrasts("arm", by="visit", reference="control", at={"baseline": 30})
    expected = pairs[pairs["reference_arm"] == "control"].reset_index(drop=True)
    pd.testing.assert_frame_equal(contrasts, expected)


def test_an_expression_of_a_covariate_is_taken_at_its_value(uneven):
    fit = MixedModel("value ~ poly(baseline, 2) + arm * visit").fit(uneven)
    means = fit.marginal_means("arm", by="visit", at={"baseline": 6.5})
    predicted = fit.predict(means[["arm", "visit"]].assign(baseline=6.5))
    np.testing.assert_allclose(predicted["estimate"], means["estimate"], rtol=1e-10)


def test_intervals_at_another_level_are_those_of_another_fit(uneven):
    model = MixedModel("value ~ baseline + arm * visit")
    intervals = model.fit(uneven).confint(level=0.9)
    expected = model.fit(uneven, alpha=0.1).coefficients[["term", "estimate", "ci_low", "ci_high"]]
    pd.testing.assert_frame_equal(intervals, expected)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda f: f.confint(level=95), "between 0 and 1, not 95"),
        (lambda f: f.pairwise("arm", adjust="bonferroni"), "adjust may be none, holm, tukey, not 'bonferroni'"),
        (lambda f: f.pairwise(["arm"]), "of one factor"),
        (lambda f: f.pairwise("baseline"), "'baseline' is not a factor"),
        (lambda f: f.marginal_means("arm", at={"age": 60}), "'age' is not a covariate of the model. .* baseline"),
        (lambda f: f.marginal_means("arm", at={"visit": "V1"}), "'visit' is not a covariate"),
        (lambda f: f.marginal_means("arm", at={"baseline": "high"}), "must be a finite number, not 'high'"),
        (lambda f: f.marginal_means("arm", at={"baseline": np.nan}), "must be a finite number"),
        (lambda f: f.marginal_means("arm", at={"baseline": [1, 2]}), "must be a finite number"),
        (lambda f: f.marginal_means("arm", at={"baseline": 1j}), "must be a finite number"),
        (lambda f: f.marginal_means("arm", at={"baseline": np.True_}), "must be a finite number"),
        (lambda f: f.marginal_means("arm", at="baseline"), "`at` must be a mapping of covariates to numbers"),
    ],
)
def test_what_cannot_be_asked_says_why(three, ask, says):
    with pytest.raises(SpecificationError, match=says):
        ask(three)


def test_one_level_has_no_pairs(uneven):
    fit = MixedModel("value ~ arm * visit").fit(uneven[uneven["arm"] == "control"])
    with pytest.raises(SpecificationError, match="one level only: there is no pair"):
        fit.pairwise("arm", by="visit")
