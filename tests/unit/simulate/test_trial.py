"""The generator of trials gives what its design states."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from retrowalk.simulate import Dropout, OutcomeDesign, TrialDesign, simulate_trial

pytestmark = pytest.mark.numeric

PAIN = OutcomeDesign(
    name="pain",
    means={"retro": (60, 50, 40), "control": (60, 55, 50)},
    sds=(10, 11, 12),
    correlation=((1, 0.7, 0.5), (0.7, 1, 0.6), (0.5, 0.6, 1)),
    low=0,
    high=100,
    resolution=1,
    loading=-0.6,
)
BALANCE = OutcomeDesign(
    name="balance",
    means={"retro": (80, 84, 88), "control": (80, 81, 82)},
    sds=(5, 5, 6),
    correlation=((1, 0.8, 0.8), (0.8, 1, 0.8), (0.8, 0.8, 1)),
    low=0,
    high=150,
    resolution=0.1,
    loading=0.8,
)
LARGE = TrialDesign(arms={"retro": 6000, "control": 4000}, weeks=(0, 3, 6), outcomes=(PAIN, BALANCE))
DROPOUT = Dropout(outcome="pain", chance=0.1, odds_ratio=2.0)


def simulate(design, seed=1):
    return simulate_trial(design, np.random.default_rng(seed))


def wide(trial, outcome):
    return trial[trial["outcome"] == outcome].pivot(index=["arm", "participant"], columns="visit", values="value")


def test_long_form():
    trial = simulate(replace(LARGE, arms={"retro": 3, "control": 2}))
    assert list(trial.columns) == ["participant", "arm", "visit", "outcome", "value"]
    assert len(trial) == 5 * 3 * 2
    assert not trial.duplicated(["participant", "visit", "outcome"]).any()
    assert set(trial["visit"]) == {"baseline", "week_3", "week_6"}
    assert trial["participant"].str.startswith("SYN").all()
    assert trial.drop_duplicates("participant")["arm"].value_counts().to_dict() == {"retro": 3, "control": 2}


@pytest.mark.parametrize("outcome", [PAIN, BALANCE])
def test_means_sds_and_correlations(outcome):
    values = wide(simulate(LARGE), outcome.name)
    for arm, means in outcome.means.items():
        of_arm = values.loc[arm]
        np.testing.assert_allclose(of_arm.mean(), means, atol=0.06 * max(outcome.sds))
        np.testing.assert_allclose(of_arm.std(), outcome.sds, rtol=0.04)
        np.testing.assert_allclose(of_arm.corr(), outcome.correlation, atol=0.03)


def test_outcomes_of_a_participant_correlate_by_the_product_of_their_loadings():
    trial = simulate(LARGE)
    pain, balance = (wide(trial, name).loc["retro"] for name in ("pain", "balance"))
    between = np.corrcoef(pain, balance, rowvar=False)[:3, 3:]
    np.testing.assert_allclose(between, np.full((3, 3), -0.6 * 0.8), atol=0.03)


def test_same_seed_same_data():
    small = replace(LARGE, arms={"retro": 20, "control": 20}, dropout=DROPOUT)
    pd.testing.assert_frame_equal(simulate(small, seed=5), simulate(small, seed=5))
    assert not simulate(small, seed=5).equals(simulate(small, seed=6))


def test_a_seed_gives_these_numbers_everywhere():
    first = simulate(replace(LARGE, arms={"retro": 2, "control": 2}), seed=20221122)
    assert first["value"].head(6).tolist() == [51, 77.8, 54, 78.6, 32, 86]


def test_values_stay_within_limits_and_on_the_scale():
    at_floor = replace(PAIN, means={"retro": (5, 3, 1), "control": (95, 97, 99)}, resolution=0.5)
    values = simulate(replace(LARGE, outcomes=(at_floor,)))["value"]
    assert values.min() == 0
    assert values.max() == 100
    assert (values * 2 % 1 == 0).all()
    assert (values % 1 != 0).any()


def test_decimals_are_exact():
    values = simulate(replace(LARGE, outcomes=(BALANCE,)))["value"]
    assert (values == values.map(lambda value: float(f"{value:.1f}"))).all()


def test_who_withdraws_does_not_come_back():
    trial = simulate(replace(LARGE, dropout=DROPOUT))
    attended = wide(trial, "pain").notna()
    assert attended["baseline"].all()
    assert not (attended["week_6"] & ~attended["week_3"]).any()
    assert (wide(trial, "balance").notna() == attended).all(axis=None)
    assert 0.05 < 1 - attended["week_3"].mean() < 0.20


def test_withdrawal_depends_on_the_last_observed_value_alone():
    everything = wide(simulate(LARGE), "pain")
    attended = wide(simulate(replace(LARGE, dropout=DROPOUT)), "pain").notna()
    at_week_3 = attended["week_3"].to_numpy()
    predictors = (everything.to_numpy() - [60, 52.5, 45]) / PAIN.sds
    left = ~attended["week_6"].to_numpy()[at_week_3]
    fit = sm.Logit(left.astype(float), sm.add_constant(predictors[at_week_3])).fit(disp=0)
    intercept, baseline, observed, hidden = fit.params
    errors = fit.bse
    assert abs(intercept - np.log(0.1 / 0.9)) < 3 * errors[0]
    assert abs(observed - np.log(2)) < 3 * errors[2] < 0.3
    assert abs(baseline) < 3 * errors[1]
    assert abs(hidden) < 3 * errors[3]


def test_a_loading_that_contradicts_the_correlations_is_refused():
    with pytest.raises(ValueError, match=r"pain.*positive definite"):
        simulate(replace(LARGE, outcomes=(replace(PAIN, loading=0.9),)))


def test_a_design_with_a_gap_is_refused():
    with pytest.raises(ValueError, match="pain: give a mean"):
        replace(LARGE, arms={"retro": 5, "other": 5})
    with pytest.raises(ValueError, match="pain: give 3 SDs"):
        replace(LARGE, outcomes=(replace(PAIN, sds=(10, 11)),))
    with pytest.raises(ValueError, match="dropout depends on fatigue"):
        replace(LARGE, dropout=replace(DROPOUT, outcome="fatigue"))
