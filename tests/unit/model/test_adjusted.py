"""What the rows of the adjusted comparisons say: how they were made, and whom and what they leave out."""

import numpy as np
import pandas as pd
import pytest
from tests.unit.cells import caveats, values, with_caveat
from tests.unit.model.cohorts import context

from retrowalk.estimates import pick, tabulate
from retrowalk.facts import fact
from retrowalk.model import adjusted
from retrowalk.model.context import Context
from visitwise import kenward_roger

pytestmark = pytest.mark.numeric


#: The engine's name of the degrees of freedom of every mixed model.
KENWARD_ROGER = "kenward-roger"


#: The caveat of one participant who has no sex.
NO_SEX = {"count": 1, "lacking": ["covariate"]}


def table(rows: list[dict]) -> pd.DataFrame:
    return tabulate({"cohort": "x", **row} for row in rows)


def between(rows: list[dict]) -> pd.DataFrame:
    made = table(rows)
    assert made["estimate"].notna().any()
    return made[made["reference_arm"] != ""]


def holed() -> Context:
    """The trial of three arms adjusted for sex: one never measured, one without a baseline, one without a sex."""
    about = context("wob_3arm", adjust_for=("sex",))
    whole = about.data.dropna()
    data = whole.copy()
    data.loc[whole.index[0], ["V0", "V1", "V2"]] = np.nan
    data.loc[whole.index[1], "V0"] = np.nan
    data["sex"] = data["sex"].where(data.index != whole.index[2])
    return about.among(data)


@pytest.mark.parametrize(
    ("function", "method"),
    [
        (adjusted.ancova, fact("ancova", covariates=["sex"])),
        (adjusted.mmrm, fact("mmrm", covariates=["sex"], structure="us", df=KENWARD_ROGER)),
        (adjusted.clda, fact("clda", covariates=["sex"], structure="us", df=KENWARD_ROGER)),
        (adjusted.random_intercept, fact("random_intercept", df=KENWARD_ROGER)),
    ],
    ids=lambda each: getattr(each, "code", ""),
)
def test_the_method_has_the_covariates_and_the_structure(function, method):
    rows = table(function(context("wob_3arm", adjust_for=("sex",))))
    assert set(rows.loc[rows["estimate"].notna(), "method"]) == {method.cell}


def test_without_randomisation_the_model_is_another():
    rows = table(adjusted.mmrm(context("wob_3arm", randomised=False, design="comparison")))
    method = fact("model_of_all_visits", covariates=[], structure="us", df=KENWARD_ROGER).cell
    assert set(rows.loc[rows["estimate"].notna(), "method"]) == {method}


def test_over_weeks_the_structure_is_that_of_weeks():
    rows = between(adjusted.mmrm_weeks(context("rom_uneven")))
    assert set(rows["method"]) == {fact("mmrm", covariates=[], structure="sp_pow", df=KENWARD_ROGER).cell}


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (adjusted.ancova, {"baseline_imputed": {"count": 1}, "incomplete_excluded": NO_SEX}),
        (
            adjusted.mmrm,
            {"never_measured": {"count": 1}, "baseline_imputed": {"count": 1}, "incomplete_excluded": NO_SEX},
        ),
        (adjusted.clda, {"never_measured": {"count": 1}, "incomplete_excluded": NO_SEX}),
    ],
    ids=["ancova", "mmrm", "clda"],
)
def test_those_left_out_and_what_was_filled_in_are_counted(function, told):
    rows = between(function(holed()))
    assert rows["caveats"].map(caveats).to_list() == [told] * len(rows)


def test_what_those_left_out_lack_is_said_and_nothing_else():
    about = context("wob_3arm", randomised=False, design="comparison", adjust_for=("sex",))
    whole = about.data.dropna()
    no_baseline = whole.assign(V0=whole["V0"].where(whole.index != whole.index[0]))
    no_sex = no_baseline.assign(sex=whole["sex"].where(whole.index != whole.index[1]))
    no_arm = whole.drop(whole.index[whole["arm"] == "forward"][1:])
    for data, lacking in ((no_baseline, ["baseline"]), (no_sex, ["baseline", "covariate"]), (no_arm, ["arm"])):
        rows = between(adjusted.ancova(about.among(data)))
        told = {"count": 2 if len(lacking) == 2 else 1, "lacking": lacking}
        for cell in rows.loc[rows["estimate"].notna(), "caveats"]:
            assert caveats(cell)["incomplete_excluded"] == told
    # A mixed model of all visits has baseline among its values.
    rows = between(adjusted.mmrm(about.among(no_sex)))
    assert all(caveats(cell)["incomplete_excluded"] == NO_SEX for cell in rows["caveats"])


def test_covariates_are_too_many_only_where_the_model_has_them():
    data = context("wob_3arm", adjust_for=("sex",)).data
    ages = data.groupby("arm").head(6).assign(age=lambda table: np.arange(len(table)) % 5)
    about = context("wob_3arm", data=ages, adjust_for=("sex", "age"))
    assert with_caveat(between(adjusted.ancova(about)), "many_covariates").all()
    assert with_caveat(between(adjusted.clda(about)), "many_covariates").all()
    assert not with_caveat(between(adjusted.random_intercept(about)), "many_covariates").any()


def test_a_simpler_structure_is_told_in_every_row_of_the_model():
    whole = context("balance_4post")
    few = whole.among(whole.data.dropna().groupby("arm").head(3))
    rows = table(adjusted.mmrm(few)).query("term != 'analysed'")
    structures = {values(method)["structure"] for method in rows["method"]}
    (structure,) = structures - {"us"}
    assert len(structures) == 1
    for cell in rows["caveats"]:
        told = caveats(cell)["simpler_structure"]
        assert told["structure"] == structure
        assert told["tried"][0] == ["us", ["too_few_participants", {"needed": 7, "participants": 6}]]


def test_a_variance_of_zero_between_participants_is_told():
    about = context("wob_3arm")
    noise = np.random.default_rng(1).normal(50, 5, (len(about.data), 3)).round(1)
    against = about.data.assign(V0=noise[:, 0], V1=100 - noise[:, 0] + noise[:, 1] / 10, V2=noise[:, 2])
    rows = between(adjusted.random_intercept(about.among(against)))
    assert rows["caveats"].map(caveats).to_list() == [{"on_boundary": {}}] * len(rows)


def test_the_joint_test_says_what_it_tests():
    rows = table(adjusted.mmrm(context("wob_3arm")))
    (test,) = pick(rows, analysis="joint_test").to_dict("records")
    assert test["p_value"] > 0
    assert (test["reason"], next(iter(caveats(test["caveats"])))) == ("", "tests_change_over_visits")
    assert not with_caveat(rows[rows["analysis"] != "joint_test"], "tests_change_over_visits").any()


def test_a_joint_test_that_cannot_be_made_has_its_reason(monkeypatch):
    monkeypatch.setattr(kenward_roger, "joint", lambda *_: (np.nan, np.nan, "too few"))
    (test,) = pick(table(adjusted.mmrm(context("wob_3arm"))), analysis="joint_test").to_dict("records")
    assert np.isnan(test["p_value"])
    assert test["reason"] == fact("too_few_for_f").cell
