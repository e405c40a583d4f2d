"""Rows of the randomisation check, of influence and of the residuals."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.cells import caveats, code, values
from tests.unit.model.cohorts import QUICK, context
from tests.unit.model.conftest import VISITS

from retrowalk.estimates import pick, tabulate
from retrowalk.facts import fact
from retrowalk.model import adjusted
from retrowalk.model.ancova import fit_ancova
from retrowalk.model.checks import assumptions, influence, randomisation_check
from retrowalk.model.context import Context
from retrowalk.model.functions import main_comparison
from retrowalk.model.longitudinal import fit_changes, fit_clda, fit_mmrm
from retrowalk.model.permutation import randomisation_test, two_arms

pytestmark = pytest.mark.numeric


def table(rows: list[dict]) -> pd.DataFrame:
    return tabulate({"cohort": "x", **row} for row in rows)


# --- the randomisation check ------------------------------------------------------------------------------------------


def test_the_check_of_five_against_five_is_2_of_252():
    (row,) = table(randomisation_check(context("tiny_5v5", replace(QUICK, permutations=300)))).to_dict("records")
    assert row["p_value"] == 2 / 252
    assert row["method"] == fact("randomisation_test", arrangements=252, exact=True, strata=[]).cell
    assert caveats(row["caveats"]) == {"blocks_not_kept": {}}
    assert (row["role"], row["term"], row["arm"], row["reference_arm"]) == (
        "sensitivity",
        "difference",
        "retro",
        "control",
    )
    assert (row["n"], row["n_arm"], row["n_reference"]) == (10, 5, 5)


def test_each_arm_is_checked_against_the_control_with_a_generator_of_its_own():
    about = context("wob_3arm")
    rows = table(randomisation_check(about)).set_index("arm")
    assert set(rows.index) == {"forward", "retro"}
    assert set(rows["visit"]) == {"V2"}
    for arm, row in rows.iterrows():
        test = randomisation_test(
            two_arms(about.data, "V2", "V0", arm, "control"),
            permutations=199,
            generator=about.generator("permutation", arm),
        )
        for name in ("estimate", "statistic", "p_value", "ci_low", "ci_high"):
            assert row[name] == getattr(test, name)
        assert row["method"] == fact("randomisation_test", arrangements=199, exact=False, strata=[]).cell
        assert caveats(row["caveats"]) == {
            "these_two_arms": {},
            "blocks_not_kept": {},
            "arrangements_drawn": {"error": test.simulation_error},
        }
    pd.testing.assert_frame_equal(rows, table(randomisation_check(about)).set_index("arm"))


def test_labels_are_permuted_within_the_strata_of_the_plan():
    about = context("tiny_5v5", replace(QUICK, permutations=300), strata=("sex",))
    (row,) = table(randomisation_check(about)).to_dict("records")
    (sexes, arms) = (about.data["sex"], about.data["arm"] == "retro")
    possible = math.prod(math.comb((sexes == sex).sum(), arms[sexes == sex].sum()) for sex in set(sexes))
    assert possible < 252
    assert row["method"] == fact("randomisation_test", arrangements=possible, exact=True, strata=["sex"]).cell
    free = context("tiny_5v5", replace(QUICK, permutations=300), adjust_for=("sex",))
    assert values(table(randomisation_check(free))["method"].iloc[0]) == {
        "arrangements": 252,
        "exact": True,
        "strata": [],
    }


def test_too_few_arrangements_give_p_and_say_that_nothing_is_bounded():
    about = context("tiny_5v5")
    three = replace(about, data=about.data[about.data.groupby("arm").cumcount() < 3])
    (row,) = table(randomisation_check(three)).to_dict("records")
    assert row["p_value"] >= 2 / 20
    assert np.isnan([row["ci_low"], row["ci_high"]]).all()
    assert "interval_not_bounded" in caveats(row["caveats"])


def test_a_minimised_allocation_has_a_row_that_says_why_there_is_no_number():
    rows = table(randomisation_check(context("wob_3arm", allocation="minimised")))
    assert set(rows["arm"]) == {"forward", "retro"}
    assert rows[["estimate", "p_value"]].isna().all(axis=None)
    assert (rows["reason"] == fact("minimised").cell).all()
    assert set(rows["role"]) == {"sensitivity"}


def test_an_arm_that_cannot_be_tested_says_why_and_the_other_is():
    about = context("wob_3arm")
    gone = about.data["V2"].where(about.data["arm"] != "forward")
    rows = table(randomisation_check(replace(about, data=about.data.assign(V2=gone)))).set_index("arm")
    assert rows.loc["forward", "reason"] == fact("an_arm_too_small_at_visit").cell
    assert rows.loc["retro", "p_value"] > 0


# --- influence --------------------------------------------------------------------------------------------------------


def refits(about: Context) -> pd.DataFrame:
    """Return the main comparison at the primary visit without each participant who is in the fit."""
    data, visit = about.data, about.outcome.primary_visit
    estimator = about.primary_estimator
    fit = {"mmrm": fit_mmrm if about.cohort.randomised else fit_changes, "clda": fit_clda}.get(estimator)
    seen = data[visit].notna() if estimator == "ancova" else data[about.visits].notna().any(axis=1)
    rows = {}
    for person in data.index[seen]:
        rest = data.drop(person)
        if estimator == "ancova":
            rows[person] = fit_ancova(rest, visit, "V0", "control").differences["estimate"]
        else:
            rows[person] = fit(rest, about.visits, "V0", "control").differences["estimate"].xs(visit, level=1)
    return pd.DataFrame(rows).T


@pytest.mark.parametrize("estimator", ["ancova", "mmrm", "clda"])
def test_the_range_without_one_is_that_of_refits(estimator):
    about = context("rom_uneven", replace(QUICK, primary_estimator=estimator))
    rows = table(influence(about)).set_index("term")
    without = refits(about)["retro"]
    assert rows.loc["lowest_without_one", "estimate"] == pytest.approx(without.min(), rel=1e-5)
    assert rows.loc["highest_without_one", "estimate"] == pytest.approx(without.max(), rel=1e-5)
    for term, person in (("lowest_without_one", without.idxmin()), ("highest_without_one", without.idxmax())):
        told = {"arm": about.data.loc[person, "arm"], "end": term.removesuffix("_without_one")}
        assert caveats(rows.loc[term, "caveats"]) == {"without_one_of": told}
        assert rows.loc[term, "method"] == fact("leave_one_out", analysis=estimator).cell
    assert set(rows["role"]) == {"sensitivity"}
    assert rows.loc["lowest_without_one", "estimate"] < rows.loc["highest_without_one", "estimate"]


def test_the_n_of_the_range_is_one_less_than_that_of_the_main_comparison():
    about = context("wob_3arm")
    main = pick(table(adjusted.ancova(about)), term="difference", visit="V2")["n"].iloc[0]
    assert set(table(influence(about))["n"]) == {main - 1}


def test_nobody_is_named_in_the_range():
    about = context("wob_3arm")
    text = " ".join(table(influence(about))[["method", "reason", "caveats", "term"]].to_numpy().ravel())
    assert not any(person in text for person in about.data.index)


def test_without_randomisation_the_contrast_over_time_is_what_is_refitted():
    about = context("rom_uneven", randomised=False, design="comparison")
    rows = table(influence(about)).set_index("term")
    without = refits(about)["retro"]
    assert rows.loc["lowest_without_one", "estimate"] == pytest.approx(without.min(), rel=1e-5)


def test_what_has_no_main_comparison_has_no_range_and_says_why():
    about = context("wob_3arm")
    gone = about.data["V2"].where(about.data["arm"] != "forward")
    rows = table(influence(replace(about, data=about.data.assign(V2=gone))))
    forward, retro = (pick(rows, arm=arm) for arm in ("forward", "retro"))
    assert forward["reason"].to_list() == [fact("no_one_left_out_fitted").cell]
    assert retro["estimate"].notna().all()


# --- residuals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pain_15v15", "wob_3arm"])
def test_the_residuals_of_the_ancova_at_the_primary_visit_are_tested(name):
    about = context(name)
    main_comparison(about)
    rows = table(assumptions(about))
    fit = fit_ancova(about.data, VISITS[name][-1], "V0", "control")
    w, p_value = stats.shapiro(fit.residuals["residual"])
    (test,) = pick(rows, term="shapiro_wilk").to_dict("records")
    assert (test["statistic"], test["p_value"]) == pytest.approx((w, p_value), rel=1e-9)
    assert test["n"] == len(fit.residuals)
    spread = pick(rows, term="residual_sd").set_index("arm")
    expected = fit.residuals.groupby("arm")["residual"].std()
    assert spread["estimate"].to_dict() == pytest.approx(expected.to_dict())
    assert set(rows["role"]) == {"descriptive"}
    assert set(rows["visit"]) == {VISITS[name][-1]}
    assert test["method"] == fact("shapiro_wilk", analysis="ancova").cell
    assert set(spread["method"]) == {fact("residual_sd", analysis="ancova").cell}


def test_of_the_mixed_model_all_visits_count():
    about = context("rom_uneven", replace(QUICK, primary_estimator="mmrm"))
    main_comparison(about)
    rows = table(assumptions(about))
    residuals = fit_mmrm(about.data, about.visits, "V0", "control").fit.residuals
    (test,) = pick(rows, term="shapiro_wilk").to_dict("records")
    assert test["statistic"] == pytest.approx(stats.shapiro(residuals["normalised"]).statistic, rel=1e-9)
    assert test["n"] == residuals["participant"].nunique()
    assert set(rows["visit"]) == {""}
    assert test["method"] == fact("shapiro_wilk", analysis="mmrm").cell
    arms = residuals["participant"].map(about.data["arm"])
    expected = residuals.groupby(arms)["raw"].std()
    assert pick(rows, term="residual_sd").set_index("arm")["estimate"].to_dict() == pytest.approx(expected.to_dict())


def test_residuals_never_change_what_is_primary():
    about = context("pain_15v15")
    data = about.data.assign(V1=np.exp(about.data["V1"] / 10))  # far from normal
    skewed = about.among(data)
    rows = table(main_comparison(skewed))
    assert pick(rows, role="primary")["analysis"].to_list() == ["ancova"]
    told = table(assumptions(skewed))
    assert pick(told, term="shapiro_wilk")["caveats"].map(caveats).to_list() == [{"for_information": {}}]
    assert set(pick(told, term="residual_sd")["caveats"]) == {"[]"}


def test_residuals_that_do_not_vary_are_a_row_with_the_reason():
    about = context("pain_15v15")
    main_comparison(about)
    same = about.residuals[-1].assign(normalised=0.0)
    about.residuals[:] = [same]
    (test,) = pick(table(assumptions(about)), term="shapiro_wilk").to_dict("records")
    assert code(test["reason"]) == "residuals_too_few_or_alike"
    assert (test["method"], test["caveats"]) == ("", "[]")


def test_no_residuals_no_rows():
    about = context("wob_3arm")
    assert assumptions(about) == []
    empty = pd.DataFrame(columns=["analysis", "visit", "participant", "arm", "residual", "normalised"])
    about.residuals.append(empty)
    assert assumptions(about) == []
