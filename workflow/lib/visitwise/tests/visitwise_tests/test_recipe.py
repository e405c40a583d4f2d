"""A design made by a recipe is the one that formulaic makes, to the last bit, and a recipe is never taken for another."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visitwise import MixedModel, design
from visitwise import recipe as recipes
from visitwise.errors import VisitwiseError
from visitwise.formula import parse

from .conftest import MMRM, simulate

PLAIN = [
    MMRM,
    "value ~ arm",
    "value ~ 1",
    "value ~ 0 + arm:visit",
    "value ~ arm:visit",
    "value ~ baseline:visit + arm:visit - 1",
    "value ~ baseline * age * arm + visit",
    "value ~ age:baseline:score + arm * visit * sex",
    "value ~ (arm + visit + sex) ** 2 - arm:sex",
    "value ~ sex:arm + baseline / visit",
    "value ~ flag * visit + `odd name`",
    "value ~ baseline + baseline:age + visit:arm:baseline",
]
EXPRESSIONS = ["value ~ poly(baseline, 2) + arm", "value ~ C(week) * arm", "value ~ center(age) + arm * visit"]


def table(people: int, visits: int, seed: int) -> pd.DataFrame:
    """Return a trial with columns of several kinds: text, categories, truth values, numbers, a name with a blank."""
    data = simulate(people, visits, seed=seed)
    rng = np.random.default_rng(seed)
    each = {name: rng.normal(size=people) for name in ("score", "odd name")}
    each["sex"] = np.array(["f", "m", "x"])[np.arange(people) % 3]
    each["flag"] = np.arange(people) % 4 < 2
    of_people = pd.DataFrame(each, index=data["participant"].unique())
    data = data.join(of_people, on="participant").assign(week=lambda d: d["visit"].str[1:].astype(int))
    return data.astype({"sex": "category"})


def by_formulaic(data: pd.DataFrame, formula: str) -> design.Design:
    """Return the design that is made without a recipe."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(design, "recipe", lambda formula, kinds: None)
        return MixedModel(formula).prepare(data)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(PLAIN), st.integers(12, 30), st.integers(1, 4), st.integers(0, 1000), st.integers(0, 100))
def test_recipes_and_formulaic_make_the_same_bytes(formula, people, visits, seed, order):
    data = table(people, visits, seed).sample(frac=1, random_state=order)
    ours, theirs = MixedModel(formula).prepare(data), by_formulaic(data, formula)
    assert ours.recipe is not None
    assert theirs.recipe is None
    for one, other in (
        (ours.rows.design, theirs.rows.design),
        (ours.cells, theirs.cells),
        (ours.of_new(data.dropna()), theirs.of_new(data.dropna())),
    ):
        assert one.shape == other.shape
        assert one.tobytes() == other.tobytes()
        assert one.strides == other.strides
    assert ours.columns == theirs.columns
    assert ours.terms == theirs.terms
    assert (ours.factors, list(ours.covariates)) == (theirs.factors, list(theirs.covariates))


@pytest.mark.parametrize("formula", PLAIN)
def test_a_fit_does_not_depend_on_the_cache(formula):
    data = table(24, 3, seed=5)
    recipes.recipe.cache_clear()
    fits = [MixedModel(formula, covariance="cs").fit(data) for _ in range(2)]
    fits.append(MixedModel(formula, covariance="cs").fit(by_formulaic(data, formula)))
    first, *others = (fit.coefficients for fit in fits)
    for other in others:
        pd.testing.assert_frame_equal(first, other, check_exact=True)


@pytest.mark.parametrize("formula", EXPRESSIONS)
def test_expressions_learn_from_the_data_each_time(formula):
    one, other = (MixedModel(formula).prepare(table(20, 3, seed)) for seed in (1, 2))
    assert one.recipe is other.recipe is None
    assert one.rows.design.tobytes() != other.rows.design.tobytes()


def test_the_key_tells_kinds_and_levels_apart():
    data = table(20, 3, seed=1)
    two = {"retro": "b", "control": "a"}
    arms = [
        data["arm"],
        data["arm"].map(two),
        data["arm"] == "retro",
        (data["arm"] == "retro").astype(float),
        pd.Categorical((data["arm"] == "retro").astype(int)),
        pd.Categorical((data["arm"] == "retro").astype(float)),
        pd.Categorical(data["arm"], ["retro", "control"]),
        data["arm"].astype(str) + data["sex"].astype(str),
    ]
    recipes.recipe.cache_clear()
    names = []
    for _ in range(2):
        names += [MixedModel("value ~ arm * visit").prepare(data.assign(arm=arm)).columns[1] for arm in arms]
    assert names[: len(arms)] == names[len(arms) :]
    assert recipes.recipe.cache_info().misses == len(arms)
    expected = [by_formulaic(data.assign(arm=arm), "value ~ arm * visit").columns[1] for arm in arms]
    assert names[: len(arms)] == expected


def test_the_second_model_of_a_formula_is_not_read_again(monkeypatch):
    data = table(20, 3, seed=1)
    MixedModel(MMRM).prepare(data)
    right = parse(MMRM)[1]
    monkeypatch.setattr(type(right), "get_model_matrix", None)
    again = MixedModel(MMRM).prepare(table(30, 3, seed=2))
    assert np.isfinite(again.cells).all()


def test_the_cache_is_bounded():
    assert recipes.recipe.cache_info().maxsize == 128


def test_a_recipe_that_would_differ_is_not_used(monkeypatch):
    """What formulaic does another day is found by the trial on a made-up table."""
    recipes.recipe.cache_clear()
    monkeypatch.setattr(recipes, "_products", lambda spec, levels: [((), ())] * len(spec.column_names))
    made = MixedModel(MMRM).prepare(table(20, 3, seed=1))
    recipes.recipe.cache_clear()
    assert made.recipe is None
    assert made.rows.design.tobytes() == by_formulaic(table(20, 3, seed=1), MMRM).rows.design.tobytes()


def test_a_formula_that_cannot_be_made_is_an_error_each_time():
    data = table(20, 3, seed=1)
    for _ in range(2):
        with pytest.raises(VisitwiseError, match="cannot be made of the data"):
            MixedModel("value ~ wurzel(arm)").prepare(data)
