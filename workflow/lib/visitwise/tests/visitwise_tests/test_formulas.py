"""The criterion, its derivatives and the small-sample adjustments against the formulas as printed."""

import numpy as np
import pytest

from visitwise import STRUCTURES, MixedModel
from visitwise.criterion import evaluate
from visitwise.layout import lay_out
from visitwise.structures import shape

from . import dense
from .conftest import MMRM, WEEKS, simulate

VISITS = ("V1", "V2", "V3", "V4")
TIMES = tuple(WEEKS[visit] for visit in VISITS)


def whole(design, form):
    """Return a function of theta (all groups' parameters) that gives V of all rows."""
    rows, groups = design.rows, len(design.groups)

    def matrix(theta):
        sigma = form.matrix(np.asarray(theta).reshape(groups, -1))
        group = rows.group[rows.participant]
        same = rows.participant[:, None] == rows.participant[None, :]
        return sigma[group[:, None], rows.visit[:, None], rows.visit[None, :]] * same

    return matrix


@pytest.mark.parametrize("group", [None, "arm"])
@pytest.mark.parametrize("name", STRUCTURES)
def test_criterion_score_and_information(uneven, name, group):
    design = MixedModel(MMRM, covariance=name, group=group).prepare(uneven)
    layout = lay_out(design.rows, 1, len(design.groups), 3)
    form = shape(STRUCTURES[name], VISITS[:3], times=TIMES[:3])
    start = np.cov(np.random.default_rng(4).normal(size=(3, 9))) + np.eye(3)
    theta = form.near(np.stack([start * (1 + 0.3 * g) for g in range(len(design.groups))]))
    here = evaluate(layout, form, theta[None])
    V = whole(design, form)
    X, y = design.rows.design, design.rows.response / layout.scale[0]

    def value(flat):
        return dense.criterion(X, y, V(flat))

    constant = (len(y) - X.shape[1]) * np.log(2 * np.pi) + layout.log_det[0]
    flat = theta.ravel()
    assert here.criterion[0] + constant == pytest.approx(value(flat), rel=1e-11)
    score = np.array(dense.derivatives(value, flat))
    np.testing.assert_allclose(here.score[0], score, atol=1e-5 * abs(score).max())
    second = dense.derivatives(lambda t: evaluate(layout, form, t.reshape(theta[None].shape)).score[0], flat)
    np.testing.assert_allclose(here.observed[0], second, atol=1e-6 * np.abs(second).max())
    expected = dense.expected_information(X, V(flat), dense.derivatives(V, flat))
    np.testing.assert_allclose(here.expected[0], expected, atol=1e-7 * abs(expected).max())


@pytest.mark.parametrize("information", ["observed", "expected"])
@pytest.mark.parametrize("group", [None, "arm"])
@pytest.mark.parametrize("name", ["us", "ar1h", "toeph", "cs", "sp_pow"])
def test_kenward_and_roger_as_printed(uneven, name, group, information):
    fit = MixedModel(MMRM, covariance=name, group=group, times=WEEKS).fit(uneven, information=information)
    design = fit.design
    form = shape(STRUCTURES[name], ("V1", "V2", "V3"), times=TIMES[:3])
    # The correlation that is reported is that of one week, the parameter that of the smallest gap.
    power = np.tile([form.gap if form.gap and kind == "correlation" else 1 for kind in form.kinds], len(design.groups))
    at = whole(design, form)

    def V(theta):
        return at(theta**power)

    theta = fit.covariance_parameters["estimate"].to_numpy()
    X, y = design.rows.design, design.rows.response
    slopes = dense.derivatives(V, theta)
    if information == "observed":
        H = dense.second_derivatives(lambda flat: dense.criterion(X, y, V(flat)), theta)
    else:
        H = dense.expected_information(X, V(theta), slopes)
    W = 2 * np.linalg.inv(H)
    np.testing.assert_allclose(fit.covariance_parameters["se"], np.sqrt(np.diag(W)), rtol=2e-3)
    L = np.zeros((2, X.shape[1]))
    L[[0, 1], [design.columns.index(f"arm[T.retro]:visit[T.V{v}]") for v in (2, 3)]] = 1
    printed = dense.kenward_roger(X, V(theta), slopes, W, L)
    adjusted = fit.coefficient_covariance.to_numpy()
    scale = np.sqrt(np.diag(printed["Phi_A"]))
    # The second differences behind W are good to about three digits.
    np.testing.assert_allclose(adjusted / np.outer(scale, scale), printed["Phi_A"] / np.outer(scale, scale), atol=1e-3)
    row = fit.joint_test("arm:visit").iloc[0]
    beta = L @ fit.coefficients["estimate"].to_numpy()
    F = beta @ np.linalg.solve(L @ printed["Phi_A"] @ L.T, beta) / 2
    assert row["df"] == pytest.approx(printed["m"], rel=3e-3)
    assert row["statistic"] == pytest.approx(printed["lambda"] * F, rel=3e-3)


def test_many_participants_with_one_pattern_cost_fewer_rows_and_change_nothing():
    data = simulate(600, 3, seed=2)
    design = MixedModel(MMRM).prepare(data)
    layout = lay_out(design.rows, 1, 1, 3)
    assert layout.values.shape[2] < 0.5 * 600
    assert layout.counts.sum() == len(design.rows.trial)
    form = shape(STRUCTURES["us"], ("V1", "V2", "V3"))
    theta = form.near(np.eye(3)[None] + 0.3)
    V = whole(design, form)(theta)
    X, y = design.rows.design, design.rows.response / layout.scale[0]
    constant = (len(y) - X.shape[1]) * np.log(2 * np.pi) + layout.log_det[0]
    value = evaluate(layout, form, theta[None]).criterion[0] + constant
    assert value == pytest.approx(dense.criterion(X, y, V), rel=1e-11)


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("independent", [False, True])
def test_derivatives_of_the_structures(name, independent):
    form = shape(STRUCTURES[name], VISITS, independent=independent, times=TIMES)
    theta = form.near(np.cov(np.random.default_rng(7).normal(size=(4, 12)))[None])[0]
    weights = np.random.default_rng(8).normal(size=(4, 4))
    points = [theta]
    if form.gap is None:
        points.append(np.where(np.isin(form.kinds, ("sd", "variance")), theta, 0.0))
    for point in points:
        slopes = np.stack(dense.derivatives(form.matrix, point), axis=-1).reshape(16, -1)
        np.testing.assert_allclose(form.first(point), slopes, atol=1e-6)
        second = dense.second_derivatives(lambda t: (weights * form.matrix(t)).sum(), point)
        np.testing.assert_allclose(form.second(point, weights), second, atol=1e-5)


def test_the_structures_are_what_their_names_say():
    def of(name, *theta):
        form = shape(STRUCTURES[name], ("a", "b", "c"), times=(2.0, 6.0, 18.0))
        return form.matrix(np.array(theta, dtype=float))

    np.testing.assert_allclose(of("us", 1, 2, 3, 4, 5, 6), [[1, 4, 5], [4, 2, 6], [5, 6, 3]])
    np.testing.assert_allclose(of("cs", 2, 0.5), [[2, 0.5, 0.5], [0.5, 2, 0.5], [0.5, 0.5, 2]])
    np.testing.assert_allclose(of("toep", 2, 1, 0.5), [[2, 1, 0.5], [1, 2, 1], [0.5, 1, 2]])
    np.testing.assert_allclose(of("ar1", 2, 0.5), 4 * np.array([[1, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 1]]))
    np.testing.assert_allclose(of("ad", 2, 0.5, 0.2), 4 * np.array([[1, 0.5, 0.1], [0.5, 1, 0.2], [0.1, 0.2, 1]]))
    sd = np.outer([1, 2, 3], [1, 2, 3])
    np.testing.assert_allclose(of("ar1h", 1, 2, 3, 0.5), sd * of("ar1", 1, 0.5))
    np.testing.assert_allclose(of("adh", 1, 2, 3, 0.5, 0.2), sd * of("ad", 1, 0.5, 0.2))
    np.testing.assert_allclose(of("csh", 1, 2, 3, 0.4), sd * of("cs", 1, 0.4))
    np.testing.assert_allclose(of("toeph", 1, 2, 3, 0.4, 0.1), sd * of("toep", 1, 0.4, 0.1))
    # The parameter is the correlation of the closest visits, 4 apart; 16 apart it is to the power of 4.
    powers = np.array([[1, 0.5, 0.5**4], [0.5, 1, 0.5**3], [0.5**4, 0.5**3, 1]])
    np.testing.assert_allclose(of("sp_pow", 2, 0.5), 4 * powers)
    np.testing.assert_allclose(of("sp_powh", 1, 2, 3, 0.5), sd * powers)
