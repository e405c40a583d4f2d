"""Many trials at once give what each gives alone."""

import numpy as np
import pandas as pd
import pytest

from visitwise import LADDER, MixedModel, fit_many
from visitwise.errors import VisitwiseError

from .conftest import MMRM, simulate


def stacked(trials: int, people: int = 12, visits: int = 3) -> pd.DataFrame:
    """Return simulated trials below each other; the participants' labels come back in each."""
    return pd.concat(
        [simulate(people, visits, seed=seed, missing=0.2).assign(trial=f"t{seed}") for seed in range(trials)]
    )


@pytest.mark.parametrize(
    ("df", "group", "trials"),
    [
        ("kenward-roger", None, 70),
        ("satterthwaite", None, 20),
        ("residual", None, 20),
        ("normal", None, 20),
        ("kenward-roger", "arm", 12),
    ],
)
def test_each_trial_is_as_alone(df, group, trials):
    data = stacked(trials)
    model = MixedModel(MMRM, covariance=LADDER, group=group)
    many = fit_many(model, data, df=df)
    assert many.n_fitted + len(many.failures) == many.n_trials == trials
    contrasts = many.contrasts("arm", by="visit", reference="control").set_index("trial")
    means = many.marginal_means("arm", by="visit").set_index("trial")
    coefficients = many.coefficients.set_index("trial")
    structures = many.structures.set_index("trial")
    failures = many.failures.set_index("trial")
    for trial, mine in data.groupby("trial"):
        if trial in failures.index:
            with pytest.raises(VisitwiseError) as fault:
                model.fit(mine, df)
            assert failures.loc[trial, "reason"] == str(fault.value)
            assert trial not in contrasts.index
            continue
        alone = model.fit(mine, df)
        assert structures.loc[trial, "structure"] == alone.structure
        assert structures.loc[trial, "criterion"] == pytest.approx(alone.criterion, rel=1e-9)
        for ours, theirs in (
            (contrasts, alone.contrasts("arm", by="visit", reference="control")),
            (means, alone.marginal_means("arm", by="visit")),
            (coefficients, alone.coefficients),
        ):
            pd.testing.assert_frame_equal(
                ours.loc[trial].reset_index(drop=True), theirs, check_dtype=False, rtol=1e-5, atol=1e-7
            )


def test_failures_are_counted_with_their_reasons():
    data = stacked(6, people=8, visits=5)
    bad = data[data["trial"] == "t1"].assign(trial="constant", value=1.0)
    empty = data[(data["trial"] == "t2") & ~((data["arm"] == "retro") & (data["visit"] == "V5"))].assign(trial="empty")
    few = data[(data["trial"] == "t3") & data["participant"].isin(["P0", "P1"])].assign(trial="few")
    many = fit_many(MixedModel(MMRM), pd.concat([data, bad, empty, few]))
    errors = many.failures.set_index("trial")["error"]
    assert errors["constant"] == "NoVariationError"
    assert errors["empty"] == "EmptyCellError"
    assert errors["few"] == "TooFewError"
    assert many.n_fitted == 9 - len(errors)
    assert set(many.structures["trial"]) == set(many.contrasts("arm", by="visit", reference="control")["trial"])
    assert repr(many).endswith(f"{many.n_fitted} of 9 trials fitted>")
    assert many.failures["reason"].ne("").all()


def test_nothing_fitted_gives_empty_tables():
    data = stacked(2).assign(value=3.0)
    many = fit_many(MixedModel(MMRM), data)
    assert many.n_fitted == 0
    assert many.contrasts("arm", by="visit", reference="control").empty
    assert many.structures.empty


def test_a_trial_may_hold_any_number_of_participants():
    data = pd.concat([simulate(people, 3, seed=people).assign(trial=people) for people in (14, 20, 31)])
    many = fit_many(MixedModel(MMRM), data)
    alone = [MixedModel(MMRM).fit(mine).criterion for _, mine in data.groupby("trial")]
    np.testing.assert_allclose(many.structures["criterion"], alone, rtol=1e-9)
    assert list(many.structures["trial"]) == [14, 20, 31]
