"""The mixed ANOVA against R's afex (type III), sphericity against R's mauchly.test and anova.mlm."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.cells import refused
from tests.unit.model.conftest import VISITS, reference

from retrowalk.facts import fact
from retrowalk.model.mixed_anova import mixed_anova, sphericity

pytestmark = pytest.mark.numeric


@pytest.mark.parametrize("name", VISITS)
def test_the_table_is_that_of_r(trial, name):
    terms, _, _ = mixed_anova(trial(name), VISITS[name])
    by_name = {term.term: term for term in terms}
    rows = reference("mixed_anova", trial=name)
    assert {row["term"] for row in rows} == set(by_name)
    for row in rows:
        ours = by_name[row["term"]]
        assert ours.statistic == pytest.approx(row["estimate"], rel=1e-6)
        assert (ours.df_numerator, ours.df) == (row["df1"], row["df"])
        assert ours.p_value == pytest.approx(row["p"], rel=1e-6)
        assert ours.partial_eta_squared.value == pytest.approx(row["partial_eta_squared"], rel=1e-6)


def test_those_not_measured_at_every_visit_are_left_out_and_counted(trial):
    data = trial("rom_uneven")
    _, n, left_out = mixed_anova(data, VISITS["rom_uneven"])
    assert (n, left_out) == (18, len(data) - 18)


def test_pingouin_is_left_as_it_was(trial):
    import pingouin

    before = pingouin.options["round"]
    mixed_anova(trial("pain_15v15"), ["V0", "V1"])
    assert pingouin.options["round"] == before


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pd.DataFrame({"arm": ["a", "a", "b"], "V0": [1.0, 2, 3], "V1": [2.0, 4, 3]}), "fewer_than_two_arms_complete"),
        (
            pd.DataFrame({"arm": ["a", "a", "b", "b"], "V0": [1.0, 1, 3, 3], "V1": [2.0, 2, 3, 3]}),
            "participants_alike_within_arms",
        ),
        (
            pd.DataFrame({"arm": ["a", "a", "b", "b"], "V0": [1.0, 2, 3, 5], "V1": [2.0, 3, 3, 5]}),
            "same_change_within_arms",
        ),
    ],
)
def test_what_cannot_be_tested_says_why(data, reason):
    with refused(fact(reason)):
        mixed_anova(data, ["V0", "V1"])


SPHERICITY = reference("sphericity")


@pytest.mark.parametrize("row", SPHERICITY, ids=lambda row: row["trial"])
def test_w_and_epsilon_are_those_of_r(trial, row):
    found = sphericity(trial(row["trial"]), VISITS[row["trial"]])
    assert found.w == pytest.approx(row["w"], rel=1e-10)
    assert found.epsilon == pytest.approx(row["epsilon"], rel=1e-10)


def contrast_covariance(data: pd.DataFrame, visits: list[str]) -> tuple[np.ndarray, int]:
    """Return the covariance of the visits within arms on an orthonormal basis of contrasts, made by Gram and Schmidt."""
    complete = data.dropna(subset=visits)
    deviations, df = [], 0
    for _, mine in complete.groupby("arm"):
        values = mine[visits].to_numpy()
        deviations.append(values - values.mean(axis=0))
        df += len(values) - 1
    basis: list[np.ndarray] = []
    for k in range(1, len(visits)):
        contrast = np.zeros(len(visits))
        contrast[0], contrast[k] = 1, -1
        for each in basis:
            contrast = contrast - (contrast @ each) * each
        basis.append(contrast / np.linalg.norm(contrast))
    columns = np.concatenate(deviations) @ np.array(basis).T
    return columns.T @ columns / df, df


def mauchly(w: float, p: int, df: int, p_in_second_term: int) -> float:
    """Anderson 1958, 10.7.4, with p contrasts: the chi-square law and the next term of Box's expansion."""
    rho = 1 - (2 * p**2 + p + 2) / (6 * p * df)
    q = p_in_second_term
    omega = (q + 2) * (q - 1) * (q - 2) * (2 * q**3 + 6 * q**2 + 3 * q + 2) / (288 * (df * q * rho) ** 2)
    z, f = -rho * df * math.log(w), p * (p + 1) / 2 - 1
    first, second = stats.chi2.sf(z, f), stats.chi2.sf(z, f + 4)
    return first + omega * (second - first)


@pytest.mark.parametrize("row", SPHERICITY, ids=lambda row: row["trial"])
def test_the_p_value_is_that_of_the_formula_with_the_number_of_contrasts(trial, row):
    visits = VISITS[row["trial"]]
    found = sphericity(trial(row["trial"]), visits)
    spread, df = contrast_covariance(trial(row["trial"]), visits)
    p = len(visits) - 1
    w = np.linalg.det(spread) / (np.trace(spread) / p) ** p
    assert found.w == pytest.approx(w, rel=1e-10)
    assert found.p_value == pytest.approx(mauchly(w, p, df, p), rel=1e-9)
    assert found.df == p * (p + 1) / 2 - 1
    # The second-order term is zero for two contrasts: R's slip does not show there.
    if p == 2:
        assert found.p_value == pytest.approx(row["p"], rel=1e-9)
    else:
        assert found.p_value != pytest.approx(row["p"], rel=1e-9)
        assert found.p_value == pytest.approx(row["p"], rel=1e-3)


@pytest.mark.parametrize("row", SPHERICITY, ids=lambda row: row["trial"])
def test_the_p_value_of_greenhouse_and_geisser_is_that_of_r(trial, row):
    data, visits = trial(row["trial"]), VISITS[row["trial"]]
    terms, _, _ = mixed_anova(data, visits)
    term = next(term for term in terms if term.term == "arm:visit")
    epsilon = sphericity(data, visits).epsilon
    p_value = stats.f.sf(term.statistic, epsilon * term.df_numerator, epsilon * term.df)
    assert term.statistic == pytest.approx(row["f_arm_visit"], rel=1e-10)
    assert p_value == pytest.approx(row["p_gg"], rel=1e-10)


def test_nothing_that_pingouin_rounds_shows(trial):
    terms, _, _ = mixed_anova(trial("rom_uneven"), VISITS["rom_uneven"])
    for term in terms:
        for number in (term.statistic, term.p_value, term.partial_eta_squared.value):
            assert number != round(number, 6)


def test_epsilon_lies_between_its_lowest_value_and_one(trial):
    rng = np.random.default_rng(3)
    data = pd.DataFrame(rng.normal(size=(4000, 4)), columns=list("abcd")).assign(arm=["x", "y"] * 2000)
    spherical = sphericity(data, list("abcd"))
    assert spherical.epsilon == pytest.approx(1, abs=5e-3)
    assert spherical.p_value > 0.01
    one_visit_moves = data.assign(d=1e4 * data["d"])
    assert sphericity(one_visit_moves, list("abcd")).epsilon == pytest.approx(1 / 3, rel=1e-3)


def test_differences_between_the_arms_do_not_count_as_lack_of_sphericity(trial):
    data, visits = trial("balance_4post"), VISITS["balance_4post"]
    moved = data.copy()
    moved.loc[moved["arm"] == "retro", "V3"] += 40
    found, after = sphericity(data, visits), sphericity(moved, visits)
    assert (after.w, after.epsilon) == pytest.approx((found.w, found.epsilon), rel=1e-9)


def test_mauchlys_test_rejects_as_often_as_it_says():
    rng = np.random.default_rng(11)
    arms = ["x"] * 8 + ["y"] * 10
    rejected = [
        sphericity(pd.DataFrame(rng.normal(size=(18, 4)), columns=list("abcd")).assign(arm=arms), list("abcd")).p_value
        < 0.05
        for _ in range(600)
    ]
    assert np.mean(rejected) == pytest.approx(0.05, abs=3 * (0.05 * 0.95 / 600) ** 0.5)


def test_too_few_participants_for_the_contrasts_are_refused():
    data = pd.DataFrame(np.random.default_rng(1).normal(size=(4, 4)), columns=list("abcd")).assign(arm=list("xxyy"))
    with refused(fact("contrasts_too_few")):
        sphericity(data, list("abcd"))
    with refused(fact("contrasts_too_few")):
        sphericity(pd.concat([data] * 4).assign(d=data["a"]), list("abcd"))
