"""Trials for the mixed models."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from visitwise import MixedFit, MixedModel

from .differences import trial

MMRM = "value ~ baseline * visit + arm * visit"
#: Weeks of the visits of `simulate`, at unequal distances.
WEEKS = {"V1": 2, "V2": 6, "V3": 18, "V4": 24, "V5": 52}


def post(name: str) -> pd.DataFrame:
    """Return the visits after baseline of a simulated trial."""
    data = trial(name)
    return data[data["visit"] != "V0"]


@pytest.fixture
def uneven() -> pd.DataFrame:
    """A small trial of uneven arms with missed visits."""
    return post("rom_uneven")


@pytest.fixture
def balance() -> pd.DataFrame:
    """A trial with four visits after baseline and missed visits."""
    return post("balance_4post")


@pytest.fixture
def fitted(uneven) -> Callable[..., MixedFit]:
    """A fit of the small trial, with anything of the model or the fit replaced."""

    def fit(data: pd.DataFrame = uneven, formula: str = MMRM, df: str = "kenward-roger", **options) -> MixedFit:
        return MixedModel(formula, **options).fit(data, df)

    return fit


def simulate(people: int, visits: int, seed: int, missing: float = 0.15) -> pd.DataFrame:
    """Return a two-arm trial with an effect of 1 at each visit and visits missed at random."""
    rng = np.random.default_rng(seed)
    order = np.arange(visits + 1)
    covariance = 0.6 ** abs(np.subtract.outer(order, order))
    values = rng.multivariate_normal(np.zeros(visits + 1), covariance, size=people)
    arm = np.where(np.arange(people) % 2, "retro", "control")
    values[:, 1:] += (arm == "retro")[:, None]
    later = np.where(rng.random((people, visits)) < missing, np.nan, values[:, 1:])
    return pd.DataFrame(
        {
            "participant": np.repeat([f"P{i}" for i in range(people)], visits),
            "arm": np.repeat(arm, visits),
            "visit": np.tile([f"V{i + 1}" for i in range(visits)], people),
            "baseline": np.repeat(values[:, 0], visits),
            "age": np.repeat(rng.normal(50, 9, people), visits),
            "value": later.ravel(),
        }
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real trials that may not be copied into the project."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "shared" / "trials" / "fev").is_dir():
            return folder / "shared"
    pytest.skip("the real trials are in a folder `shared` above this one, and there is none")
