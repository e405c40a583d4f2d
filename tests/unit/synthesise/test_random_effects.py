"""Random-effects pooling against metafor, and what must not change it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.cells import refused

from retrowalk.errors import FitError
from retrowalk.facts import fact
from retrowalk.synthesise.random_effects import random_effects

pytestmark = pytest.mark.numeric

META = pd.read_csv(Path(__file__).parents[2] / "reference" / "meta.csv")
STUDIES = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(0.01, 1)), min_size=2, max_size=12, unique_by=lambda study: study[0]
)


@pytest.mark.parametrize("measure", ["MD", "SMD"])
def test_pool_is_that_of_metafor(measure):
    rows = META[META["measure"] == measure]
    studies = rows[rows["method"] == "study"]
    (row,) = rows[(rows["method"] == "PM") & (rows["test"] == "knha")].itertuples()
    result = random_effects(studies["estimate"], studies["se"] ** 2)
    assert result.estimate == pytest.approx(row.estimate, rel=1e-6)
    assert result.tau2 == pytest.approx(row.tau2, rel=1e-4)
    assert result.i2 == pytest.approx(row.I2, rel=1e-5)
    assert (result.q, result.q_p_value) == pytest.approx((row.Q, row.Q_p), rel=1e-8)
    assert result.se == pytest.approx(row.se, rel=1e-5)
    assert result.p_value == pytest.approx(row.p, rel=1e-5)
    assert (result.low, result.high) == pytest.approx((row.lower, row.upper), rel=1e-5)
    expected = (row.prediction_lower, row.prediction_upper)
    assert (result.prediction_low, result.prediction_high) == pytest.approx(expected, rel=1e-4)


@given(STUDIES, st.randoms(use_true_random=False))
def test_order_of_the_studies_does_not_matter(studies, random):
    shuffled = random.sample(studies, len(studies))
    try:
        first = random_effects(*zip(*studies, strict=True))
    except FitError:
        return
    second = random_effects(*zip(*shuffled, strict=True))
    for name in ("estimate", "se", "tau2", "i2", "q", "low", "high"):
        assert getattr(second, name) == pytest.approx(getattr(first, name), rel=1e-6, abs=1e-9)


@given(STUDIES)
def test_turning_every_sign_turns_the_result(studies):
    effects, variances = (np.array(part) for part in zip(*studies, strict=True))
    try:
        first = random_effects(effects, variances)
    except FitError:
        return
    second = random_effects(-effects, variances)
    assert second.estimate == pytest.approx(-first.estimate, abs=1e-9)
    assert (second.low, second.high) == pytest.approx((-first.high, -first.low), abs=1e-6)
    assert second.tau2 == pytest.approx(first.tau2, rel=1e-6, abs=1e-9)


@given(STUDIES)
def test_mean_lies_among_the_effects_and_paule_mandel_holds(studies):
    effects, variances = (np.array(part) for part in zip(*studies, strict=True))
    try:
        result = random_effects(effects, variances)
    except FitError:
        return
    assert effects.min() - 1e-9 <= result.estimate <= effects.max() + 1e-9
    generalised_q = ((effects - result.estimate) ** 2 / (variances + result.tau2)).sum()
    if result.tau2 > 0:
        assert generalised_q == pytest.approx(len(studies) - 1, rel=1e-4)
    else:
        assert generalised_q <= len(studies) - 1 + 1e-4
    assert 0 <= result.i2 < 100


def test_two_studies_have_no_prediction_interval():
    result = random_effects([0.2, 0.9], [0.05, 0.08])
    assert np.isnan(result.prediction_low)
    assert np.isnan(result.prediction_high)
    assert result.df == 1


def test_equal_effects_are_refused_since_hartung_knapp_has_no_width():
    with refused(fact("effects_equal")):
        random_effects([0.5, 0.5, 0.5], [0.1, 0.2, 0.3])


def test_a_between_study_variance_that_was_not_found_is_refused(monkeypatch):
    from statsmodels.stats import meta_analysis

    monkeypatch.setattr(meta_analysis, "_fit_tau_iterative", lambda *_, **__: (0.01, False))
    with refused(fact("variance_not_found")):
        random_effects([-2, 0, 2], [0.1, 0.1, 0.1])
