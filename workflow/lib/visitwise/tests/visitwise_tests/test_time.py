"""Covariance in continuous time: where the times come from, and special cases; R's values are in test_reference.py."""

import numpy as np
import pandas as pd
import pytest

from visitwise import LADDER, MixedModel, fit_many
from visitwise.errors import NotFittedError, SpecificationError

from .conftest import MMRM, WEEKS, simulate

NUMBERS = ["estimate", "se", "df", "p_value", "ci_low", "ci_high"]


def contrasts(fit) -> np.ndarray:
    return fit.contrasts("arm", by="visit", reference="control")[NUMBERS].to_numpy()


@pytest.mark.parametrize("structure", ["sp_pow", "sp_powh"])
def test_labels_that_are_numbers_are_times(structure):
    data = simulate(40, 3, seed=1)
    given = MixedModel(MMRM, covariance=structure, times=WEEKS).fit(data)
    for weeks in (data["visit"].map(WEEKS), data["visit"].map(WEEKS).astype(str)):
        labelled = MixedModel(MMRM, covariance=structure).fit(data.assign(visit=weeks))
        assert labelled.criterion == given.criterion
        np.testing.assert_array_equal(contrasts(labelled), contrasts(given))


@pytest.mark.parametrize("structure", ["sp_pow", "sp_powh"])
@pytest.mark.parametrize(("scale", "shift"), [(7, 0), (0.01, 3), (-1, 20)])
def test_the_unit_and_the_origin_of_time_change_nothing_but_the_correlation_of_a_unit(structure, scale, shift):
    data = simulate(40, 4, seed=2)
    one = MixedModel(MMRM, covariance=structure, times=WEEKS).fit(data)
    turned = {visit: scale * week + shift for visit, week in WEEKS.items()}
    other = MixedModel(MMRM, covariance=structure, times=turned).fit(data)
    assert other.criterion == pytest.approx(one.criterion, abs=1e-9)
    np.testing.assert_allclose(contrasts(other), contrasts(one), rtol=1e-7)
    rho, turned_rho = (fit.covariance_parameters["estimate"].iloc[-1] for fit in (one, other))
    assert turned_rho == pytest.approx(rho ** (1 / abs(scale)), rel=1e-6)


@pytest.mark.parametrize(("structure", "discrete"), [("sp_pow", "ar1"), ("sp_powh", "ar1h")])
def test_at_equal_distances_it_is_autoregressive(structure, discrete):
    data = simulate(40, 4, seed=3)
    weeks = {f"V{k}": 3 * k for k in range(1, 5)}
    ours = MixedModel(MMRM, covariance=structure, times=weeks).fit(data)
    theirs = MixedModel(MMRM, covariance=discrete).fit(data)
    assert ours.criterion == pytest.approx(theirs.criterion, abs=1e-9)
    np.testing.assert_allclose(contrasts(ours), contrasts(theirs), rtol=1e-6)
    weekly, step = (fit.covariance_parameters.iloc[-1] for fit in (ours, theirs))
    assert weekly["estimate"] ** 3 == pytest.approx(step["estimate"], rel=1e-6)
    assert 3 * weekly["estimate"] ** 2 * weekly["se"] == pytest.approx(step["se"], rel=1e-5)


def test_one_visit_needs_no_correlation():
    data = simulate(20, 1, seed=4, missing=0)
    timed = MixedModel("value ~ baseline + arm", covariance="sp_pow", times={"V1": 2}).fit(data)
    plain = MixedModel("value ~ baseline + arm").fit(data)
    assert timed.criterion == pytest.approx(plain.criterion, abs=1e-9)
    assert list(timed.covariance_parameters["parameter"]) == ["sd"]


def test_many_trials_have_the_times_of_one():
    data = pd.concat([simulate(30, 3, seed=seed).assign(trial=seed) for seed in (1, 2, 3)])
    model = MixedModel(MMRM, covariance="sp_pow", times=WEEKS)
    many = fit_many(model, data).structures["criterion"]
    alone = [model.fit(rows).criterion for _, rows in data.groupby("trial")]
    np.testing.assert_allclose(many, alone, rtol=1e-9)


@pytest.mark.parametrize(
    ("times", "says"),
    [
        (None, r"sp_pow needs the time of each visit, and the labels \(V1, V2, V3\) are not numbers: give times="),
        ({"V1": 2, "V3": 18}, "`times` has no time for the visit V2"),
        ({"V1": 2, "V2": 2, "V3": 18}, "two visits have the same time"),
        ({"V1": 2, "V2": "week 6", "V3": 18}, "the time of the visit V2 must be a finite number, not 'week 6'"),
        ({"V1": 2, "V2": np.nan, "V3": 18}, "must be a finite number"),
        ({"V1": 2, "V2": True, "V3": 18}, "must be a finite number"),
        ([2, 6, 18], "times must be a mapping"),
    ],
)
def test_times_that_cannot_be_used_say_why(times, says):
    with pytest.raises(SpecificationError, match=says):
        MixedModel(MMRM, covariance="sp_pow", times=times).fit(simulate(20, 3, seed=1))


def test_a_design_keeps_the_times_it_was_prepared_with():
    data = simulate(20, 3, seed=1)
    design = MixedModel(MMRM, covariance="sp_pow", times=WEEKS).prepare(data)
    with pytest.raises(SpecificationError, match="its times are not those of this one"):
        MixedModel(MMRM, covariance="sp_pow", times=WEEKS | {"V3": 19}).fit(design)


def test_visits_that_do_not_correlate_have_no_optimum_and_the_reason_says_so():
    data = simulate(40, 3, seed=3, missing=0)
    data = data.assign(value=np.random.default_rng(3).normal(size=len(data)))
    with pytest.raises(NotFittedError, match="correlation of the visits is estimated as zero or below"):
        MixedModel("value ~ arm * visit", covariance="sp_pow", times=WEEKS).fit(data)


def test_the_ladder_has_no_rung_in_continuous_time():
    assert not {"sp_pow", "sp_powh"} & set(LADDER)
