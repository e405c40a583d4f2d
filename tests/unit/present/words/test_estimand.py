"""The estimand in words: of each design, and true of the models that are run."""

from dataclasses import replace

import pandas as pd
import pytest
from tests.unit.present.conftest import COMPARISON, SINGLE_GROUP, THREE_ARMS, modelled

from retrowalk.analyses import CHECKS_OF_MAIN, with_purpose
from retrowalk.model.context import Context
from retrowalk.plan.settings import Analysis
from retrowalk.present.words.analyses import WORDS
from retrowalk.present.words.estimand import IN_OTHERS, IN_RANDOMISED, estimand

VISITS = {"visits": [{"name": f"week_{week}", "week": week, "label": f"Week {week}"} for week in (0, 4, 8)]}
ESTIMATORS = ("mmrm", "ancova", "clda")
NAMES = ["Population", "Treatment", "Variable", "Intercurrent events", "Population-level summary"]
CHECKS = "Populations of the sensitivity analyses"
WITHDRAWAL = (
    "Withdrawal: treatment policy, to the extent that values were collected after withdrawal; missing values are assumed to be "
    "missing at random, given "
)
ADHERENCE = "Values are used as measured, regardless of missed sessions and other treatment."


def plan(estimator: str = "mmrm", multiplicity: str = "holm") -> Analysis:
    return Analysis(primary_estimator=estimator, alpha=0.05, multiplicity=multiplicity)


def said(cohort, analysis: Analysis, outcome: str = "pain") -> dict[str, str]:
    return {each.name: each.sentence for each in estimand(cohort, cohort.outcome(outcome), analysis)}


def test_a_randomised_trial_of_several_visits_in_full(cohort_of):
    assert said(cohort_of(**VISITS), plan()) == {
        "Population": "All randomised participants. Condition: low back pain. Included in the model: participants with a value at "
        "any visit after baseline (missing baseline values replaced by the mean of all arms combined).",
        "Treatment": "Retro-walking, compared with Exercise, as allocated at random.",
        "Variable": "Pain (mm) at week 8; lower is better.",
        "Intercurrent events": f"{WITHDRAWAL}baseline, arm and the values at other visits. {ADHERENCE}",
        "Population-level summary": "Difference in adjusted means at week 8, Retro-walking minus Exercise, by MMRM.",
        CHECKS: "ANCOVA: participants with a value at the visit (missing baseline values replaced by the mean of all arms combined); "
        "Constrained longitudinal model: participants with a value at any visit, including baseline; "
        "Random-intercept model: participants with a value at any visit, including baseline. If values are missing: complete-case "
        "analysis: participants with a value at every visit; multiple imputation: all participants, under 4 assumptions about missing "
        "values after the last observed value. Randomisation test: as for the ANCOVA, two arms at a time.",
    }


def test_with_one_visit_the_mmrm_is_the_ancova(cohort_of):
    words = said(cohort_of(), plan())
    assert words["Population-level summary"] == (
        "Difference in adjusted means at week 4, Retro-walking minus Exercise, by ANCOVA."
    )
    assert words["Intercurrent events"].startswith(f"{WITHDRAWAL}baseline and arm. ")
    assert "MMRM" not in " ".join(words.values())
    assert words == said(cohort_of(), plan("ancova"))


@pytest.mark.parametrize(
    ("estimator", "by", "given"),
    [
        ("mmrm", "by MMRM.", "baseline, arm and the values at other visits"),
        ("ancova", "by ANCOVA.", "baseline and arm"),
        ("clda", "by the constrained longitudinal model.", "arm and the values at other visits (including baseline)"),
    ],
)
def test_each_primary_estimator_has_its_name_and_its_assumption(cohort_of, estimator, by, given):
    words = said(cohort_of(**VISITS), plan(estimator))
    assert words["Population-level summary"].endswith(by)
    assert words["Intercurrent events"] == f"{WITHDRAWAL}{given}. {ADHERENCE}"


def test_three_arms_are_each_compared_with_the_control(cohort_of):
    words = said(cohort_of(**THREE_ARMS, **VISITS), plan())
    assert words["Treatment"] == "Retro-walking and Stretching, each compared with Exercise, as allocated at random."
    assert words["Population-level summary"] == (
        "Difference in adjusted means at week 8, each of Retro-walking and Stretching minus Exercise, by MMRM; p values "
        "corrected by Holm's method."
    )
    assert "Holm" not in said(cohort_of(**THREE_ARMS), plan(multiplicity="none"))["Population-level summary"]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_groups_that_were_not_allocated_have_a_difference_in_change_and_no_effect(cohort_of, estimator):
    words = said(cohort_of(**COMPARISON), plan(estimator))
    assert words == {
        "Population": "All enrolled participants. Condition: low back pain. Included in the model: participants with a value at any "
        "visit, including baseline.",
        "Treatment": "Existing groups: Retro-walking compared with Exercise.",
        "Variable": "Change in pain (mm) from baseline to week 4; lower is better.",
        "Intercurrent events": f"{WITHDRAWAL}group and the values at other visits (including baseline). {ADHERENCE}",
        "Population-level summary": "Difference between mean changes, Retro-walking minus Exercise, by the mixed model of "
        "all visits. The groups were not randomised; differences between them are not treatment effects.",
        CHECKS: "ANCOVA: participants with a value at baseline and at the visit; "
        "Random-intercept model: participants with a value at any visit, including baseline. If values are missing: complete-case "
        "analysis: participants with a value at every visit.",
    }


def test_a_trial_without_randomisation_is_not_called_groups_as_they_were(cohort_of):
    words = said(cohort_of(randomised=False), plan())
    assert words["Treatment"] == "Treatments not allocated at random: Retro-walking compared with Exercise."
    assert "differences between them are not treatment effects" in words["Population-level summary"]


def test_a_single_group_has_no_comparison_and_no_estimand_of_a_treatment(cohort_of):
    assert said(cohort_of(**SINGLE_GROUP), plan()) == {
        "Population": "All enrolled participants. Condition: low back pain.",
        "Treatment": "One group, Retro-walking: there is no comparison and no treatment effect.",
        "Variable": "Change in pain (mm) from baseline to week 4; lower is better.",
        "Intercurrent events": "Withdrawal: the change is estimated in participants measured at both visits only. "
        f"{ADHERENCE}",
        "Population-level summary": "Observed mean change. There is no control group; a change within one group is not a "
        "treatment effect.",
    }


def test_covariates_are_named_and_those_without_them_are_not_in_the_model(cohort_of):
    words = said(cohort_of(adjust_for=["sex"], strata=["age"], **VISITS), plan())
    assert words["Population"].endswith("mean of all arms combined) and with known age and sex.")
    assert "given baseline, arm, the values at other visits, age and sex." in words["Intercurrent events"]
    assert words[CHECKS].count(" and with known age and sex") == 2
    assert words[CHECKS].count(" (not adjusted for age and sex)") == 1


def test_a_primary_visit_and_a_measure_without_direction_are_those_of_the_plan(cohort_of, outcome_with):
    cohort = cohort_of(**VISITS, **outcome_with(instrument="stride", primary_visit="week_4"))
    words = said(cohort, plan())
    assert words["Variable"] == "Pain (m) at week 4; neither direction is defined as better."
    assert said(cohort, plan(), "koos")["Variable"] == "KOOS symptoms (points) at week 8; higher is better."


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("changes", [{}, VISITS, THREE_ARMS, COMPARISON, COMPARISON | VISITS, {"randomised": False}])
def test_the_models_that_are_named_are_those_that_are_run(cohort_of, changes, estimator):
    cohort = cohort_of(**changes)
    table, _ = modelled(cohort, plan(estimator))
    mine = table[(table["outcome"] == "pain") & (table["analysis"] != "joint_test")]
    members = IN_RANDOMISED if cohort.randomised else IN_OTHERS
    checks = set(mine.loc[(mine["role"] == "sensitivity") & mine["analysis"].isin(members), "analysis"])
    (primary,) = set(mine.loc[mine["role"] == "primary", "analysis"])
    assert primary in members
    parts = said(cohort, plan(estimator))[CHECKS].partition(". If values are missing")[0].split("; ")
    assert [part.split(": ")[0] for part in parts] == [WORDS[name].name for name in members if name in checks]
    assert Context(cohort, plan(estimator), cohort.primary_outcome, pd.DataFrame()).primary_estimator == primary


@pytest.mark.parametrize("changes", [{}, VISITS, THREE_ARMS, COMPARISON, SINGLE_GROUP, {"randomised": False}])
def test_every_design_has_the_five_attributes_as_sentences(cohort_of, changes):
    parts = estimand(cohort_of(**changes), cohort_of(**changes).primary_outcome, plan())
    assert [part.name for part in parts][:5] == NAMES
    assert all(part.sentence[0].isupper() and part.sentence.endswith(".") for part in parts)
    assert not any(".." in part.sentence for part in parts)


def test_what_is_not_done_has_no_population(cohort_of):
    minimised = replace(cohort_of(**VISITS), allocation="minimised")
    assert "Randomisation test" not in said(minimised, plan())[CHECKS]
    some = replace(cohort_of(**VISITS), leave_out=("clda", "complete_cases", "copy_reference", "copy_increments"))
    words = said(some, plan())[CHECKS]
    assert "Constrained" not in words
    assert "If values are missing: multiple imputation: all participants, under 2 assumptions about" in words
    names = tuple(entry.name for entry in with_purpose(*CHECKS_OF_MAIN))
    assert CHECKS not in said(replace(some, leave_out=names), plan())


@pytest.mark.parametrize(("allocation", "how"), [("random", "at random"), ("minimised", "by minimisation")])
def test_the_treatment_says_how_it_was_allocated(cohort_of, allocation, how):
    assert said(cohort_of(allocation=allocation), plan())["Treatment"].endswith(f"as allocated {how}.")
