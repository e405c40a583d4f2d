"""Draws from the posterior against the laws they must follow and against samplers of another kind."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from visitwise import MixedModel, posterior
from visitwise.errors import NotFittedError, SpecificationError

from .conftest import MMRM, WEEKS, simulate

ONE_VISIT = "value ~ baseline + arm"


def fit(data: pd.DataFrame, formula: str = MMRM, covariance: str = "us"):
    return MixedModel(formula, covariance=covariance).fit(data)


def one_visit(people: int = 24) -> pd.DataFrame:
    return simulate(people, 1, seed=4, missing=0)


def matrices(data: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return X (n, q) of one visit and Y (n, m), NaN where missing, of a trial of arms and baseline."""
    wide = data.pivot(index="participant", columns="visit", values="value")
    people = data.drop_duplicates("participant").set_index("participant").loc[wide.index]
    design = np.column_stack([np.ones(len(people)), people["baseline"], people["arm"] == "retro"]).astype(float)
    return design, wide.to_numpy()


# --- one visit: chi-square and t --------------------------------------------------------------------------------------


def test_with_one_visit_variances_follow_the_chi_square_law():
    data = one_visit()
    own = fit(data, ONE_VISIT)
    draws = own.posterior(2000, np.random.default_rng(1))
    design, values = matrices(data)
    beta, squares, *_ = np.linalg.lstsq(design, values[:, 0])
    df = len(design) - 3
    assert own.coefficients["estimate"].to_list() == pytest.approx(list(beta), rel=1e-6, abs=1e-9)
    assert stats.kstest(squares[0] / draws.covariance[:, 0, 0], stats.chi2(df).cdf).pvalue > 0.01


def test_with_one_visit_coefficients_follow_the_t_law():
    data = one_visit()
    draws = fit(data, ONE_VISIT).posterior(2000, np.random.default_rng(2))
    design, values = matrices(data)
    beta, squares, *_ = np.linalg.lstsq(design, values[:, 0])
    df = len(design) - 3
    se = np.sqrt(squares[0] / df * np.diag(np.linalg.inv(design.T @ design)))
    for place in range(3):
        t = (draws.coefficients[:, place] - beta[place]) / se[place]
        assert stats.kstest(t, stats.t(df).cdf).pvalue > 0.01
        # The normal law, which draws at a fixed variance would have, is told apart in this many.
    many = fit(one_visit(8), ONE_VISIT).posterior(4000, np.random.default_rng(3))
    z = (many.coefficients[:, 2] - many.coefficients[:, 2].mean()) / many.coefficients[:, 2].std()
    assert stats.kurtosis(z) > 1


def test_coefficients_and_variance_are_drawn_together():
    """The spread of the coefficients around their mean is that of the variance they were drawn with."""
    data = one_visit(8)
    draws = fit(data, ONE_VISIT).posterior(4000, np.random.default_rng(5))
    design, values = matrices(data)
    beta = np.linalg.lstsq(design, values[:, 0])[0]
    inverse = np.linalg.inv(design.T @ design)
    z = (draws.coefficients[:, 2] - beta[2]) / np.sqrt(draws.covariance[:, 0, 0] * inverse[2, 2])
    assert stats.kstest(z, stats.norm.cdf).pvalue > 0.01


# --- several visits, nothing missing: inverse Wishart, turned to this prior by rejection ------------------------------


def exact_draws(design: np.ndarray, values: np.ndarray, count: int, rng: np.random.Generator) -> tuple:
    """Return independent draws of B (q, m) and Sigma under a prior flat on log SDs and correlations.

    Under Jeffreys' |Sigma|^-(m+1)/2 Sigma is inverse Wishart with n - q degrees of freedom and the residual sums of
    products. A prior flat on log SDs and correlations has the density prod Sigma_aa^-(m+1)/2 in the entries, which is
    |R|^(m+1)/2 times that, R being the correlations: draws are kept with this probability.
    """
    n, q, m = *design.shape, values.shape[1]
    beta = np.linalg.lstsq(design, values)[0]
    residuals = values - design @ beta
    kept: list[np.ndarray] = []
    while len(kept) < count:
        sigma = stats.invwishart(n - q, residuals.T @ residuals).rvs(4 * count, random_state=rng)
        sd = np.sqrt(np.diagonal(sigma, axis1=1, axis2=2))
        chance = np.linalg.det(sigma / sd[:, :, None] / sd[:, None, :]) ** ((m + 1) / 2)
        kept += list(sigma[rng.random(len(sigma)) < chance])
    sigma = np.array(kept[:count])
    root = np.linalg.cholesky(np.linalg.inv(design.T @ design))
    noise = root @ rng.standard_normal((count, q, m)) @ np.linalg.cholesky(sigma).mT
    return beta + noise, sigma


def by_visit(draws, names: list[str], visits: list[str]) -> np.ndarray:
    """Return the coefficients (M, q, m) of intercept, baseline and arm at each visit."""
    place = {name: index for index, name in enumerate(names)}
    result = np.zeros((len(draws.coefficients), 3, len(visits)))
    for k, (own, joint) in enumerate(
        [
            ("Intercept", "visit[T.{}]"),
            ("baseline", "baseline:visit[T.{}]"),
            ("arm[T.retro]", "arm[T.retro]:visit[T.{}]"),
        ]
    ):
        for t, visit in enumerate(visits):
            result[:, k, t] = draws.coefficients[:, place[own]]
            if t:
                result[:, k, t] += draws.coefficients[:, place[joint.format(visit)]]
    return result


def log_sds_and_z(sigma: np.ndarray) -> np.ndarray:
    """Return log SDs and Fisher's z of the correlations, (M, m (m + 1) / 2): nearly normal, so that means say something."""
    m = sigma.shape[1]
    sd = np.sqrt(np.diagonal(sigma, axis1=1, axis2=2))
    rho = sigma / sd[:, :, None] / sd[:, None, :]
    above = np.triu_indices(m, 1)
    return np.column_stack([np.log(sd), np.arctanh(rho[:, above[0], above[1]])])


def effective(chain: np.ndarray) -> float:
    """Return how many independent draws a chain is worth, by the means of 20 batches."""
    size = len(chain) // 20
    means = chain[: 20 * size].reshape(20, size).mean(axis=1)
    return min(len(chain), chain.var() / max(means.var(ddof=1) / 20, 1e-300))


def check_alike(ours: np.ndarray, theirs: np.ndarray, weight: np.ndarray | None = None) -> None:
    """Means and SDs of the columns of two samples are alike within 5 Monte Carlo errors."""
    weight = np.full(len(theirs), 1 / len(theirs)) if weight is None else weight / weight.sum()
    for own, other in zip(ours.T, theirs.T, strict=True):
        mean = weight @ other
        sd = (weight @ (other - mean) ** 2) ** 0.5
        size = min(effective(own), effective(other) / (weight**2).sum() / len(other))
        assert size > 150
        assert own.mean() == pytest.approx(mean, abs=5 * sd / size**0.5)
        assert own.std() == pytest.approx(sd, rel=5 * 1.2 / (2 * size) ** 0.5)


@pytest.mark.parametrize(("people", "visits"), [(12, 2), (40, 2), (16, 3), (60, 3)])
def test_with_nothing_missing_the_draws_are_those_of_the_inverse_wishart_under_this_prior(people, visits):
    data = simulate(people, visits, seed=people, missing=0)
    own = fit(data)
    draws = own.posterior(3000, np.random.default_rng(1))
    B, sigma = exact_draws(*matrices(data), 3000, np.random.default_rng(2))
    check_alike(log_sds_and_z(draws.covariance), log_sds_and_z(sigma))
    names = [f"V{t + 1}" for t in range(visits)]
    mine = by_visit(draws, list(own.coefficients["term"]), names)
    check_alike(mine.reshape(len(mine), -1), B.reshape(len(B), -1))


@pytest.mark.slow
@pytest.mark.parametrize(("people", "visits"), [(12, 3), (20, 4), (60, 4)])
def test_small_trials_with_more_visits_are_drawn_right_too(people, visits):
    data = simulate(people, visits, seed=people + 1, missing=0)
    own = fit(data)
    draws = own.posterior(20_000, np.random.default_rng(1))
    B, sigma = exact_draws(*matrices(data), 20_000, np.random.default_rng(2))
    check_alike(log_sds_and_z(draws.covariance), log_sds_and_z(sigma))
    mine = by_visit(draws, list(own.coefficients["term"]), [f"V{t + 1}" for t in range(visits)])
    check_alike(mine.reshape(len(mine), -1), B.reshape(len(B), -1))


# --- visits missed: Gibbs with the missing values drawn too, weighted to this prior -----------------------------------


def gibbs(design: np.ndarray, values: np.ndarray, count: int, rng: np.random.Generator) -> tuple:
    """Return draws of B and Sigma under Jeffreys' prior, the missing values being drawn in turn, and their weights."""
    n, q, m = *design.shape, values.shape[1]
    missing = np.isnan(values)
    # A missing value is at first what its visit's mean says.
    filled = np.where(missing, np.nanmean(values, axis=0), values)
    inverse = np.linalg.inv(design.T @ design)
    root = np.linalg.cholesky(inverse)
    patterns = [(pattern, (missing == pattern).all(axis=1)) for pattern in np.unique(missing, axis=0) if pattern.any()]
    all_b, all_sigma = np.zeros((count, q, m)), np.zeros((count, m, m))
    for step in range(-200, count):
        beta = inverse @ design.T @ filled
        residuals = filled - design @ beta
        squares = np.linalg.inv(residuals.T @ residuals)
        # Wishart of n - q degrees of freedom, as a sum of squares of normal numbers.
        normal = np.linalg.cholesky(squares) @ rng.standard_normal((m, n - q))
        sigma = np.linalg.inv(normal @ normal.T)
        lower = np.linalg.cholesky(sigma)
        b = beta + root @ rng.standard_normal((q, m)) @ lower.T
        mean = design @ b
        precision = np.linalg.inv(sigma)
        for gap, who in patterns:
            spread = np.linalg.inv(precision[np.ix_(gap, gap)])
            apart = (filled - mean)[np.ix_(who, ~gap)]
            expected = mean[np.ix_(who, gap)] - apart @ (spread @ precision[np.ix_(gap, ~gap)]).T
            noise = rng.standard_normal(expected.shape) @ np.linalg.cholesky(spread).T
            filled[np.ix_(who, gap)] = expected + noise
        if step >= 0:
            all_b[step], all_sigma[step] = b, sigma
    sd = np.sqrt(np.diagonal(all_sigma, axis1=1, axis2=2))
    weight = np.linalg.det(all_sigma / sd[:, :, None] / sd[:, None, :]) ** ((m + 1) / 2)
    return all_b, all_sigma, weight


@pytest.mark.parametrize(("people", "visits", "seed"), [(30, 2, 3), (24, 3, 8)])
def test_with_visits_missed_the_draws_are_those_of_a_gibbs_sampler(people, visits, seed):
    data = simulate(people, visits, seed=seed, missing=0.2)
    assert data["value"].isna().any()
    wide = data.pivot(index="participant", columns="visit", values="value")
    data = data[data["participant"].isin(wide.index[wide.notna().any(axis=1)])]
    own = fit(data.dropna(subset="value"))
    draws = own.posterior(2500, np.random.default_rng(1))
    B, sigma, weight = gibbs(*matrices(data), 6000, np.random.default_rng(2))
    check_alike(log_sds_and_z(draws.covariance), log_sds_and_z(sigma), weight)
    mine = by_visit(draws, list(own.coefficients["term"]), [f"V{t + 1}" for t in range(visits)])
    check_alike(mine.reshape(len(mine), -1), B.reshape(len(B), -1), weight)


# --- structured covariances -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("covariance", ["toeph", "ar1h", "csh", "cs", "ar1", "toep", "ad", "adh", "sp_pow", "sp_powh"])
def test_draws_keep_the_structure_and_lie_around_the_fit(covariance):
    own = MixedModel(MMRM, covariance=covariance, times=WEEKS).fit(simulate(60, 3, seed=3))
    draws = own.posterior(400, np.random.default_rng(1))
    sigma = draws.covariance
    assert (np.linalg.eigvalsh(sigma) > 0).all()
    sd = np.sqrt(np.diagonal(sigma, axis1=1, axis2=2))
    rho = sigma / sd[:, :, None] / sd[:, None, :]
    if not covariance.endswith("h"):
        np.testing.assert_allclose(sd, sd[:, :1] * np.ones(3), rtol=1e-9)
    first, second, far = rho[:, 0, 1], rho[:, 1, 2], rho[:, 0, 2]
    if covariance not in ("ad", "adh", "sp_pow", "sp_powh"):
        np.testing.assert_allclose(first, second, rtol=1e-9)
    if covariance in ("cs", "csh"):
        np.testing.assert_allclose(far, first, rtol=1e-9)
    if covariance in ("ar1", "ar1h", "ad", "adh", "sp_pow", "sp_powh"):
        np.testing.assert_allclose(far, first * second, rtol=1e-9)
    if covariance in ("sp_pow", "sp_powh"):  # 2, 6 and 18 weeks: gaps of 4 and 12
        np.testing.assert_allclose(second, first**3, rtol=1e-9)
    middle = log_sds_and_z(own.covariance.to_numpy()[None])[0]
    mine = log_sds_and_z(sigma)
    assert (abs(mine.mean(axis=0) - middle) < 0.6 * mine.std(axis=0)).all()
    se = own.coefficients["se"].to_numpy()
    np.testing.assert_allclose(draws.coefficients.std(axis=0), se, rtol=0.15)


def test_the_unit_of_the_response_scales_the_draws():
    data = simulate(30, 2, seed=6)
    one, other = (
        fit(data.assign(value=scale * data["value"])).posterior(50, np.random.default_rng(1)) for scale in (1, 1000)
    )
    np.testing.assert_allclose(other.coefficients, 1000 * one.coefficients, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(other.covariance, 1e6 * one.covariance, rtol=1e-4)


def test_many_participants_with_one_pattern_are_drawn_as_well():
    """Their rows are replaced by a triangle of the same sums: the mean must stay."""
    data = simulate(600, 2, seed=2, missing=0.1)
    own = fit(data)
    draws = own.posterior(500, np.random.default_rng(1))
    error = own.coefficients["se"].to_numpy() / 500**0.5
    assert (abs(draws.coefficients.mean(axis=0) - own.coefficients["estimate"].to_numpy()) < 5 * error).all()
    np.testing.assert_allclose(draws.coefficients.std(axis=0), own.coefficients["se"], rtol=0.15)


# --- shape, seed, refusals --------------------------------------------------------------------------------------------


def test_there_are_as_many_draws_as_asked_for_and_a_seed_repeats_them():
    own = fit(simulate(30, 3, seed=6))
    one, again, other = (own.posterior(40, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.coefficients.shape == (40, len(own.coefficients))
    assert one.covariance.shape == (40, 3, 3)
    assert 0.1 <= one.accepted <= 1
    np.testing.assert_array_equal(one.coefficients, again.coefficients)
    np.testing.assert_array_equal(one.covariance, again.covariance)
    assert (one.coefficients != other.coefficients).all()


def test_a_covariance_for_each_group_is_refused():
    own = MixedModel(MMRM, group="arm").fit(simulate(40, 2, seed=1))
    with pytest.raises(SpecificationError, match="one covariance matrix for all"):
        own.posterior(10, np.random.default_rng(1))


@pytest.mark.parametrize("seed", [3, 4, 5, 7, 8, 9])  # at 0 to 2 there is no unstructured fit; 6 is refused
def test_trials_of_ten_people_and_four_visits_are_drawn(seed):
    own = fit(simulate(10, 4, seed=seed, missing=0.1))
    draws = own.posterior(200, np.random.default_rng(seed))
    assert draws.accepted >= 0.1
    assert len(np.unique(draws.covariance[:, 0, 0])) > 130


def test_draws_that_would_repeat_each_other_are_refused(monkeypatch):
    monkeypatch.setattr(posterior, "_FEWEST_ACCEPTED", 0.99)
    with pytest.raises(
        NotFittedError, match=r"no draws from the posterior: [1-9]\d? ?% of the proposals were accepted"
    ) as caught:
        fit(simulate(20, 3, seed=0, missing=0.1)).posterior(50, np.random.default_rng(1))
    assert caught.value.reason.code == "few_accepted"
    assert f"{caught.value.reason.values['accepted']:.0%}" in str(caught.value)
