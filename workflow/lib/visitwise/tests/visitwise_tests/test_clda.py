"""The terms of the constrained longitudinal model; its numbers are judged in test_reference.py."""

import numpy as np
import pandas as pd
import pytest

from visitwise import MixedModel, constrained
from visitwise.errors import SpecificationError

from .differences import trial


def test_the_arms_share_the_mean_at_baseline():
    terms = constrained(trial("wob_3arm"), control="control", baseline="V0")
    assert list(terms.terms) == ["term", "arm", "reference_arm", "visit"]
    assert set(zip(terms.terms["arm"], terms.terms["visit"], strict=True)) == {
        (arm, visit) for arm in ("forward", "retro") for visit in ("V1", "V2")
    }
    at_start = terms.data[terms.data["visit"] == "V0"]
    assert (at_start[list(terms.terms["term"])] == 0).all(axis=None)
    fit = MixedModel(terms.formula).fit(terms.data)
    assert fit.n_participants == trial("wob_3arm").dropna(subset="value")["participant"].nunique()


def test_labels_and_covariates_may_be_any_text():
    data = trial("pain_15v15").rename(columns={"sex": "sex (self-reported)", "value": "pain, 0-10"})
    data = data.assign(arm=data["arm"].map({"control": "usual care + advice", "retro": "retro-walking"}))
    terms = constrained(
        data, value="pain, 0-10", control="usual care + advice", baseline="V0", covariates=["sex (self-reported)"]
    )
    fit = MixedModel(terms.formula).fit(terms.data)
    row = fit.coefficients.set_index("term").loc[terms.terms["term"].iloc[0]]
    assert np.isfinite(row["se"])


def test_an_arm_without_values_at_a_visit_has_no_term():
    data = trial("wob_3arm")
    data.loc[(data["arm"] == "retro"), "value"] = np.nan
    terms = constrained(data, control="control", baseline="V0")
    assert set(terms.terms["arm"]) == {"forward"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"control": "usual"}, "no value of value is of arm 'usual'"),
        ({"covariates": "bmi"}, "no column 'bmi'"),
        ({"baseline": "V9"}, "no value of value is of visit 'V9'"),
    ],
)
def test_faults_are_named(changes, says):
    with pytest.raises(SpecificationError, match=says):
        constrained(trial("pain_15v15"), **{"control": "control", "baseline": "V0"} | changes)


def test_two_terms_never_have_one_name():
    data = trial("wob_3arm").replace({"arm": {"retro": "A", "forward": "A_1"}, "visit": {"V1": "2", "V2": "1_2"}})
    with pytest.raises(SpecificationError, match="two columns would be called 'x_A_1_2'"):
        constrained(data, control="control", baseline="V0")


def test_a_term_never_takes_the_place_of_a_column():
    data = trial("pain_15v15").assign(x_retro_V1=1)
    with pytest.raises(SpecificationError, match="x_retro_V1"):
        constrained(data, control="control", baseline="V0")
    assert isinstance(data, pd.DataFrame)
