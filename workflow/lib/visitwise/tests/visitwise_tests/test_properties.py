"""What must not change a fit, on trials that hypothesis makes up."""

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from visitwise import STRUCTURES, MixedFit, MixedModel
from visitwise.errors import NotFittedError

from .conftest import MMRM, WEEKS, simulate

NUMBERS = ["estimate", "se", "df", "p_value", "ci_low", "ci_high"]
STRUCTURE = st.sampled_from(sorted(STRUCTURES))
#: Seeds of trials, with 14 to 40 participants and 2 to 4 visits.
TRIAL = st.builds(
    simulate,
    people=st.integers(14, 40),
    visits=st.integers(2, 4),
    seed=st.integers(0, 10_000),
    missing=st.floats(0, 0.25),
)
properties = settings(max_examples=25, deadline=None, derandomize=True)


def fit(data: pd.DataFrame, structure: str = "us", formula: str = MMRM) -> MixedFit:
    """Return a fit; a trial that this structure does not fit says nothing here."""
    try:
        weeks = WEEKS | {week: week for week in WEEKS.values()}
        return MixedModel(formula, covariance=structure, times=weeks).fit(data)
    except NotFittedError:
        assume(False)


def contrasts(of: MixedFit, reference: str = "control") -> np.ndarray:
    table = of.contrasts("arm", by="visit", reference=reference).sort_values("visit")
    return table[NUMBERS].to_numpy()


def same(one: np.ndarray, other: np.ndarray) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


@properties
@given(TRIAL, STRUCTURE, st.integers(0, 100))
def test_the_order_of_rows(data, structure, seed):
    shuffled = data.sample(frac=1, random_state=seed)
    same(contrasts(fit(data, structure)), contrasts(fit(shuffled, structure)))


@properties
@given(TRIAL, STRUCTURE)
def test_the_names_of_arms(data, structure):
    renamed = data.assign(arm=data["arm"].map({"control": "zzz", "retro": "aaa"}))
    same(contrasts(fit(data, structure)), contrasts(fit(renamed, structure), "zzz"))


@properties
@given(TRIAL, STRUCTURE)
def test_the_names_of_visits_and_participants(data, structure):
    renamed = data.assign(visit=data["visit"].map(WEEKS), participant=data["participant"].str[::-1])
    same(contrasts(fit(data, structure)), contrasts(fit(renamed, structure)))


@properties
@given(TRIAL)
def test_the_order_of_visits_where_the_structure_has_none(data):
    turned = data.assign(visit=pd.Categorical(data["visit"], sorted(data["visit"].unique(), reverse=True)))
    one, other = (fit(each).contrasts("arm", by="visit", reference="control") for each in (data, turned))
    other = other.astype({"visit": str}).set_index("visit").loc[list(one["visit"])]
    same(one[NUMBERS].to_numpy(), other[NUMBERS].to_numpy())


@properties
@given(TRIAL, STRUCTURE, st.floats(-1e4, 1e4), st.sampled_from([1e-3, 0.5, 7.0, 1e4]))
def test_the_unit_of_the_response(data, structure, shift, scale):
    one = fit(data, structure)
    other = fit(data.assign(value=shift + scale * data["value"]), structure)
    a, b = contrasts(one), contrasts(other)
    same(a[:, [2, 3]], b[:, [2, 3]])
    same(scale * a[:, [0, 1, 4, 5]], b[:, [0, 1, 4, 5]])
    np.testing.assert_allclose(scale**2 * one.covariance, other.covariance, rtol=1e-4, atol=1e-7 * scale**2)
    # The criterion moves by the known constant.
    moved = 2 * (one.n_observations - len(one.coefficients)) * np.log(scale)
    np.testing.assert_allclose(other.criterion, one.criterion + moved, atol=1e-5)


@properties
@given(TRIAL, STRUCTURE, st.floats(-1e6, 1e6), st.sampled_from([1e-3, 1e3]))
def test_the_unit_of_a_covariate(data, structure, shift, scale):
    moved = data.assign(baseline=shift + scale * data["baseline"])
    same(contrasts(fit(data, structure)), contrasts(fit(moved, structure)))


@properties
@given(TRIAL, STRUCTURE)
def test_the_order_of_terms(data, structure):
    one = fit(data, structure, "value ~ baseline + age + arm * visit")
    other = fit(data, structure, "value ~ visit * arm + age + baseline")
    same(contrasts(one), contrasts(other))


@properties
@given(TRIAL, STRUCTURE)
def test_a_participant_without_a_value_changes_nothing(data, structure):
    nobody = data.tail(2).assign(participant="nobody", value=np.nan, baseline=np.nan)
    one, other = fit(data, structure), fit(pd.concat([data, nobody]), structure)
    same(contrasts(one), contrasts(other))
    assert one.n_participants == other.n_participants
    assert one.bic == other.bic


@properties
@given(TRIAL, STRUCTURE)
def test_an_empty_level_changes_nothing(data, structure):
    levels = [*sorted(data["visit"].unique()), "V9"]
    padded = data.assign(
        visit=pd.Categorical(data["visit"], levels), arm=pd.Categorical(data["arm"], ["x", "control", "retro"])
    )
    same(contrasts(fit(data, structure)), contrasts(fit(padded, structure)))


@properties
@given(TRIAL, STRUCTURE)
def test_a_fit_has_no_number_that_is_not_one(data, structure):
    result = fit(data, structure)
    tables = [
        result.coefficients,
        result.marginal_means("arm", by="visit"),
        result.contrasts("arm", by="visit", reference="control"),
        result.joint_tests(),
        result.covariance,
        result.covariance_parameters,
        result.residuals,
    ]
    for table in tables:
        numbers = table.select_dtypes("number").to_numpy(dtype=float)
        reasons = table["note"].ne("").to_numpy()[:, None] if "note" in table else False
        assert (np.isfinite(numbers) | reasons).all()
    assert np.isfinite([result.criterion, result.aic, result.bic]).all()
    assert np.linalg.eigvalsh(result.covariance).min() > 0
