"""Every analysis of a cohort: what is run, what role it has, what its caveats are."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests
from tests.unit.cells import caveats, with_caveat
from tests.unit.model.cohorts import QUICK, outcome, tables
from tests.unit.model.cohorts import cohort as cohort_of

from retrowalk.analyses import CHECKS_OF_MAIN, with_purpose
from retrowalk.estimates import pick
from retrowalk.facts import fact
from retrowalk.ingest import ingest_cohort
from retrowalk.model import analyse_cohort
from retrowalk.plan.read import load_plan
from retrowalk.plan.trial import Arm, Cohort
from retrowalk.vocabulary import ANALYSED

pytestmark = pytest.mark.numeric

PLAN = QUICK
ROOT = Path(__file__).resolve().parents[3]


def three_arms(**changes: object) -> Cohort:
    return cohort_of("wob_3arm", **changes)


@cache
def analysed() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimates and residuals of the trial of three arms as the plan says, made once: to be read only."""
    return analyse_cohort(*tables("wob_3arm"), three_arms(), PLAN)


@pytest.fixture
def wob() -> tuple[pd.DataFrame, pd.DataFrame]:
    return tables("wob_3arm")


def test_each_arm_is_compared_with_the_control_and_corrected_by_holm():
    table, _ = analysed()
    primary = pick(table, role="primary")
    assert primary["arm"].to_list() == ["forward", "retro"]
    assert set(primary["reference_arm"]) == {"control"}
    assert set(primary["visit"]) == {"V2"}
    expected = multipletests(primary["p_value"], method="holm")[1]
    np.testing.assert_allclose(primary["p_adjusted"].astype(float), expected, rtol=1e-12)
    assert table.loc[table["role"] != "primary", "p_adjusted"].isna().all()


def test_without_a_correction_nothing_is_corrected(wob):
    table, _ = analyse_cohort(*wob, three_arms(), replace(PLAN, multiplicity="none"))
    assert table["p_adjusted"].isna().all()


def test_earlier_visits_and_other_outcomes_are_exploratory():
    table, _ = analysed()
    secondary = pick(table, role="secondary")
    assert set(secondary["visit"]) == {"V1"}
    assert with_caveat(secondary, "exploratory").all()
    assert not with_caveat(table[table["role"] != "secondary"], "exploratory").any()


def test_what_is_corrected_within_a_family_names_it(wob):
    people, values = wob
    several = (outcome(), outcome("pain", primary=False, family='daily life; "all"'), outcome("walking", primary=False))
    values = pd.concat([values.assign(outcome=each.name) for each in several])
    plan = replace(PLAN, imputations=20, permutations=99)
    corrected, without = (
        analyse_cohort(people, values, three_arms(outcomes=several), each)[0]
        for each in (plan, replace(plan, multiplicity="none"))
    )
    told = pick(corrected, role="secondary", visit="V2").set_index(["outcome", "arm"])["caveats"].map(caveats)
    assert told.map(lambda each: next(iter(each.items()))).to_dict() == {
        ("pain", "forward"): ("corrected_in_family", {"family": 'daily life; "all"'}),
        ("pain", "retro"): ("corrected_in_family", {"family": 'daily life; "all"'}),
        ("walking", "forward"): ("exploratory", {}),
        ("walking", "retro"): ("exploratory", {}),
    }
    assert with_caveat(pick(without, role="secondary"), "exploratory").all()
    assert not with_caveat(without, "corrected_in_family").any()


@pytest.mark.parametrize("chosen", ["mmrm", "ancova", "clda"])
def test_the_plan_chooses_the_primary_estimator(wob, chosen):
    table, _ = analyse_cohort(*wob, three_arms(), replace(PLAN, primary_estimator=chosen))
    assert set(pick(table, role="primary")["analysis"]) == {chosen}
    entries = [entry for entry in with_purpose(*CHECKS_OF_MAIN) if entry.is_for(three_arms())]
    others = {entry.name for entry in entries if "sensitivity" in entry.roles} - {chosen, "per_protocol"}
    assert set(pick(table, role="sensitivity")["analysis"]) == others


@pytest.mark.parametrize(("chosen", "visits"), [("mmrm", ["V1", "V2"]), ("clda", ["V0", "V1", "V2"]), ("ancova", [])])
def test_a_mixed_model_says_how_many_of_each_arm_it_was_fitted_to(wob, chosen, visits):
    people, values = wob
    first = people.loc[people["arm"] == "retro", "participant"].iloc[0]
    values = values[~((values["participant"] == first) & (values["visit"] != "V0"))]
    table, _ = analyse_cohort(people, values, three_arms(), replace(PLAN, primary_estimator=chosen, imputations=20))
    rows = pick(table, term=ANALYSED)
    measured = values.loc[values["visit"].isin(visits) & values["value"].notna(), "participant"]
    expected = people.loc[people["participant"].isin(measured), "arm"].value_counts().to_dict()
    # Of an ANCOVA n_arm and n_reference of each visit say it.
    assert rows.set_index("arm")["estimate"].to_dict() == expected
    assert set(rows["analysis"]) <= {chosen}
    assert set(rows["role"]) <= {"descriptive"}
    assert sum(expected.values()) in (0, pick(table, role="primary")["n"].iloc[0])


def test_with_one_visit_after_baseline_the_mmrm_is_the_ancova(wob):
    people, values = wob
    cohort = three_arms(visits=three_arms().visits[::2])
    table, _ = analyse_cohort(people, values[values["visit"] != "V1"], cohort, replace(PLAN, primary_estimator="mmrm"))
    assert set(pick(table, role="primary")["analysis"]) == {"ancova"}
    assert not len(pick(table, analysis="mmrm"))
    assert pick(table, analysis="clda")["estimate"].notna().all()


def test_without_randomisation_the_contrast_over_time_is_primary_and_every_comparison_says_so(wob):
    table, _ = analyse_cohort(*wob, three_arms(randomised=False, design="comparison"), PLAN)
    primary = pick(table, role="primary")
    assert set(primary["analysis"]) == {"mmrm"}
    assert set(primary["term"]) == {"difference_in_change"}
    assert not len(pick(table, analysis="clda"))
    between = table[(table["reference_arm"] != "") | (table["analysis"] == "mixed_anova")]
    assert with_caveat(table, "not_randomised").to_list() == table.index.isin(between.index).tolist()


def test_the_order_of_the_arms_decides_nothing(wob):
    cohort = three_arms()
    turned = replace(cohort, arms=cohort.arms[::-1])
    tables = [
        analyse_cohort(*wob, each, PLAN)[0].sort_values(["analysis", "arm", "visit", "term"], ignore_index=True)
        for each in (cohort, turned)
    ]
    pd.testing.assert_frame_equal(*tables)


def test_estimates_are_arm_minus_control_and_effect_sizes_favour_the_arm(wob):
    people, values = wob
    shifted = values.copy()
    retro = people.loc[people["arm"] == "retro", "participant"]
    shifted.loc[shifted["participant"].isin(retro) & (shifted["visit"] == "V2"), "value"] -= 30
    lower, _ = analyse_cohort(people, shifted, three_arms(), PLAN)
    higher, _ = analyse_cohort(people, shifted, three_arms(outcomes=(outcome(better="higher"),)), PLAN)
    for analysis in ("ancova", "student_post"):
        rows = [
            pick(table, analysis=analysis, arm="retro", visit="V2", term="difference").iloc[0]
            for table in (lower, higher)
        ]
        assert rows[0]["estimate"] == rows[1]["estimate"] < 0
        assert rows[0]["effect_size"] == -rows[1]["effect_size"] > 0
        assert rows[0]["effect_size_low"] < rows[0]["effect_size"] < rows[0]["effect_size_high"]


def test_within_arm_changes_say_that_they_are_no_effect():
    table, _ = analysed()
    changes = table[table["analysis"].isin(["paired_t", "wilcoxon"])]
    # Three arms at two visits: the change, and in two other kinds of SD; the signed ranks.
    assert changes.value_counts(["analysis", "term"]).to_dict() == {
        ("paired_t", "change"): 6,
        ("paired_t", "change_per_sd_of_change"): 6,
        ("paired_t", "change_per_average_sd"): 6,
        ("wilcoxon", "change"): 6,
    }
    assert with_caveat(table, "within_one_arm").to_list() == table.index.isin(changes.index).tolist()
    assert set(changes["role"]) == {"as_published"}


def test_an_outcome_measured_in_one_arm_only_gives_rows_with_reasons(wob):
    people, values = wob
    control = people.loc[people["arm"] == "control", "participant"]
    table, residuals = analyse_cohort(people, values[values["participant"].isin(control)], three_arms(), PLAN)
    between = table[
        table["analysis"].isin(["ancova", "mmrm", "clda", "student_post", "random_intercept", "mixed_anova"])
    ]
    assert between["estimate"].isna().all()
    assert between["statistic"].isna().all()
    assert (between["reason"] != "").all()
    assert residuals.empty
    assert pick(table, analysis="paired_t", arm="control", term="change")["estimate"].notna().all()


def test_one_group_has_changes_only(wob):
    people, values = wob
    retro = people[people["arm"] == "retro"]
    cohort = three_arms(arms=(Arm("retro", "Retro"),), control="retro", design="single_group", randomised=False)
    table, _ = analyse_cohort(retro, values[values["participant"].isin(retro["participant"])], cohort, PLAN)
    assert set(table["analysis"]) == {"paired_t", "wilcoxon"}


def test_residuals_are_of_every_ancova_and_of_the_mmrm():
    table, residuals = analysed()
    fits = pick(table, analysis="ancova", term="difference", arm="retro").set_index("visit")["n"]
    for analysis in ("ancova", "mmrm"):
        mine = residuals[residuals["analysis"] == analysis]
        assert mine.value_counts("visit").to_dict() == fits.astype(int).to_dict()
        assert mine.notna().all(axis=None)


@pytest.mark.parametrize("name", ["ansari2020", "goonasegaran2022"])
def test_the_bundled_cohorts_give_what_the_abstracts_report(monkeypatch, name):
    monkeypatch.chdir(ROOT)
    plan = load_plan()
    cohort = plan.cohorts[name]
    table, _ = analyse_cohort(*ingest_cohort(cohort), cohort, plan.analysis)
    assert set(table["provenance"]) == {"synthetic"}
    student = pick(table, analysis="student_post").set_index("outcome")["p_value"]
    paired = pick(table, analysis="paired_t", term="change").set_index(["outcome", "arm"])["p_value"]
    if name == "ansari2020":
        assert student[["pain", "balance"]].between(0.0025, 0.0035, inclusive="left").all()
        assert (student[["flexion_range", "endurance"]] > 0.05).all()
    else:
        assert len(paired) == 10
        assert (paired < 0.05).all()
        between = table[table["analysis"].isin(["ancova", "clda", "student_post", "random_intercept"])]
        between = pd.concat([between, pick(table, analysis="mixed_anova", term="arm:visit")])
        assert (between["p_value"].dropna() > 0.05).all()


def test_an_arm_without_values_keeps_its_row_and_its_place_in_the_correction(wob):
    people, values = wob
    forward = people.loc[people["arm"] == "forward", "participant"]
    values = values[~(values["participant"].isin(forward) & (values["visit"] == "V2"))]
    table, _ = analyse_cohort(people, values, three_arms(), PLAN)
    primary = pick(table, role="primary").set_index("arm")
    assert set(primary.index) == {"forward", "retro"}
    assert primary.loc["forward", "reason"] == fact("arm_too_small_at_visit").cell
    assert primary.loc["retro", "p_adjusted"] == pytest.approx(2 * primary.loc["retro", "p_value"])
    student = pick(table, analysis="student_post", visit="V2").set_index("arm")
    assert pd.isna(student.loc["forward", "estimate"])
    assert not pd.isna(student.loc["retro", "estimate"])


def test_a_visit_that_was_not_measured_costs_no_other_visit(wob):
    people, values = wob
    table, _ = analyse_cohort(people, values[values["visit"] != "V1"], three_arms(), PLAN)
    for analysis in ("mmrm", "clda", "random_intercept"):
        model = table[(table["analysis"] == analysis) & (table["reference_arm"] != "")]
        assert pick(model, visit="V1")["estimate"].isna().all()
        assert pick(model, visit="V2")["estimate"].notna().all()
    assert pick(table, analysis="mixed_anova")["statistic"].notna().all()


def test_a_fit_without_residual_variance_gives_no_number(wob):
    people, values = wob
    baseline = values[values["visit"] == "V0"]
    same = pd.concat([baseline, baseline.assign(visit="V2", value=baseline["value"] - 1)])
    table, _ = analyse_cohort(people, same, three_arms(randomised=False, design="comparison"), PLAN)
    primary = pick(table, role="primary")
    assert primary["estimate"].isna().all()
    assert set(primary["reason"]) == {fact("same_change_within_arms").cell}


@pytest.mark.parametrize(("visit", "reason"), [("V2", fact("nobody_at_visit")), ("V0", fact("arm_without_baseline"))])
def test_the_reason_is_the_true_one(wob, visit, reason):
    people, values = wob
    table, _ = analyse_cohort(people, values[values["visit"] != visit], three_arms(), PLAN)
    row = pick(table, analysis="ancova", visit="V2", arm="retro", term="difference").iloc[0]
    assert row["reason"] == reason.cell


def test_a_difference_stands_where_it_has_no_effect_size(wob):
    """Two people an arm leave one degree of freedom: too few for Hedges' correction, not for the difference."""
    people, values = wob
    measured = values.loc[values["visit"] == "V2", "participant"]
    some = people[people["participant"].isin(measured)].groupby("arm").head(2).query("arm != 'forward'")
    cohort = three_arms(arms=three_arms().arms[::2], visits=three_arms().visits[::2])
    mine = values[values["participant"].isin(some["participant"]) & (values["visit"] != "V1")]
    table, _ = analyse_cohort(some, mine, cohort, PLAN)
    (row,) = pick(table, role="primary").to_dict("records")
    assert (row["df"], row["n"]) == (1, 4)
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert pd.isna(row["effect_size"])
    assert caveats(row["caveats"])["no_effect_size"] == {"reason": ["hedges_df", {"df": 1.0}]}


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_numbers_far_from_one_change_nothing_but_their_unit(wob, factor):
    people, values = wob
    scale = three_arms(outcomes=(outcome(low=None, high=None),))
    first, _ = analyse_cohort(people, values, scale, PLAN)
    other, _ = analyse_cohort(people, values.assign(value=values["value"] * factor), scale, PLAN)
    for analysis in ("ancova", "mmrm", "imputation_mar", "permutation", "influence"):
        mine, scaled = (pick(table, analysis=analysis).query("reference_arm != ''") for table in (first, other))
        np.testing.assert_allclose(scaled["estimate"] / factor, mine["estimate"], rtol=1e-6)
        np.testing.assert_allclose(scaled["p_value"], mine["p_value"], rtol=1e-6)


def test_residuals_of_a_comparison_that_failed_are_not_judged(wob):
    people, values = wob
    table, _ = analyse_cohort(people, values[values["visit"] != "V2"], three_arms(), PLAN)
    assert pick(table, role="primary")["estimate"].isna().all()
    assert not len(pick(table, analysis="assumptions"))
