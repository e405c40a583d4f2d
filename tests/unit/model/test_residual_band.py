"""Where a normal sample is expected: order statistics by arithmetic and by simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from retrowalk.model.residual_band import normal_band, residual_band


def test_one_value_lies_where_a_normal_value_lies():
    row = normal_band(1, 0.05).iloc[0]
    assert row.to_list() == pytest.approx([0, norm.ppf(0.025), norm.ppf(0.975)], abs=1e-12)


def test_the_least_of_a_sample_has_the_distribution_of_a_least_value():
    """Of n uniform values the least is below u with probability 1 - (1 - u)^n."""
    band = normal_band(20, 0.1)
    for column, probability in (("low", 0.05), ("median", 0.5), ("high", 0.95)):
        assert norm.cdf(band[column].iloc[0]) == pytest.approx(1 - (1 - probability) ** (1 / 20))
        assert norm.cdf(band[column].iloc[-1]) == pytest.approx(probability ** (1 / 20))


@pytest.mark.parametrize("n", [2, 7, 30])
def test_the_band_is_symmetric_ordered_and_widest_at_the_ends(n):
    band = normal_band(n, 0.05)
    assert (band["low"] < band["median"]).all()
    assert (band["median"] < band["high"]).all()
    assert band["median"].is_monotonic_increasing
    assert band["median"].to_numpy() == pytest.approx(-band["median"].to_numpy()[::-1], abs=1e-12)
    assert band["low"].to_numpy() == pytest.approx(-band["high"].to_numpy()[::-1])
    width = (band["high"] - band["low"]).to_numpy()
    assert width[0] == pytest.approx(width.max())


def test_the_band_holds_each_order_statistic_as_often_as_it_says():
    band = normal_band(12, 0.1)
    samples = np.sort(np.random.default_rng(3).normal(size=(20_000, 12)), axis=1)
    inside = ((samples > band["low"].to_numpy()) & (samples < band["high"].to_numpy())).mean(axis=0)
    assert inside == pytest.approx(0.9, abs=4 * (0.9 * 0.1 / 20_000) ** 0.5)


def test_the_band_of_residuals_has_their_mean_and_sd():
    residuals = pd.Series([-3.0, -1.0, 0.5, 4.0])
    band, standard = residual_band(residuals, 0.1), normal_band(4, 0.1)
    assert band["normal"].to_list() == standard["median"].to_list()
    for column in ("median", "low", "high"):
        assert band[column].to_list() == (residuals.mean() + residuals.std() * standard[column]).to_list()
