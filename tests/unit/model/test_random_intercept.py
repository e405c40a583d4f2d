"""The random-intercept model by statsmodels against R's lme4, within what statsmodels can do."""

import numpy as np
import pandas as pd
import pytest

from retrowalk.errors import FitError
from retrowalk.model.random_intercept import fit_random_intercept

from .conftest import VISITS, reference


@pytest.mark.parametrize("name", VISITS)
def test_contrasts_are_those_of_lme4(trial, name):
    fit = fit_random_intercept(trial(name), VISITS[name], "control")
    rows = {
        row["term"]: row
        for row in reference("random_intercept", trial=name, method="Satterthwaite", kind="coefficient")
    }
    assert len(fit.contrasts) > 0
    for (arm, visit), ours in fit.contrasts.iterrows():
        theirs = rows[f"arm{arm}:visit{visit}"]
        assert ours["estimate"] == pytest.approx(theirs["estimate"], rel=1e-3)
        # statsmodels' standard errors are up to 2 % off where visits are missing.
        assert ours["se"] == pytest.approx(theirs["se"], rel=2e-2)


def test_the_unit_does_not_matter(trial):
    data = trial("tiny_5v5")
    scaled = data.assign(V0=1000 * data["V0"], V1=1000 * data["V1"])
    ours, other = (fit_random_intercept(table, ["V0", "V1"], "control").contrasts for table in (data, scaled))
    assert other["estimate"].iloc[0] == pytest.approx(1000 * ours["estimate"].iloc[0], rel=1e-4)
    assert other["p_value"].iloc[0] == pytest.approx(ours["p_value"].iloc[0], rel=1e-3)


def test_no_variance_between_participants_is_said():
    rng = np.random.default_rng(3)
    noise = rng.normal(size=20)
    data = pd.DataFrame({"arm": ["a", "b"] * 10, "V0": noise, "V1": -noise + 0.01 * rng.normal(size=20)})
    data.index = [f"P{i}" for i in range(20)]
    assert fit_random_intercept(data, ["V0", "V1"], "a").on_boundary


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            pd.DataFrame({"arm": ["a", "a", "b", "b"], "V0": [1.0, 2, 3, 4], "V1": [2.0, 4, np.nan, 3]}),
            "fewer than two",
        ),
        (pd.DataFrame({"arm": ["a", "a", "b", "b"], "V0": [1.0] * 4, "V1": [1.0] * 4}), "do not vary"),
    ],
)
def test_what_cannot_be_fitted_says_why(data, says):
    with pytest.raises(FitError, match=says):
        fit_random_intercept(data, ["V0", "V1"], "a")
