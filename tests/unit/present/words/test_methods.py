"""The words on methods, and the record of what was run."""

import re
from dataclasses import replace
from importlib.metadata import version
from types import SimpleNamespace

import pytest
from tests.unit.present.conftest import COMPARISON, SINGLE_GROUP, THREE_ARMS, modelled

from retrowalk import facts
from retrowalk.analyses import AS_STUDIED, CHECKS_OF_MAIN, REGISTER, with_purpose
from retrowalk.errors import PlanError
from retrowalk.files import sha256, write_json
from retrowalk.plan.settings import Analysis
from retrowalk.present.record.freeze import plan_hash
from retrowalk.present.record.run import SOFTWARE, read_record, write_record
from retrowalk.present.words.cited import plain
from retrowalk.present.words.methods import covariance, methods_paragraphs
from visitwise import LADDER, STRUCTURES


def methods(*cohorts, **changes) -> str:
    plan = {"primary_estimator": "ancova", "alpha": 0.05, "multiplicity": "holm"} | changes
    return plain(" ".join(methods_paragraphs(list(cohorts), Analysis(**plan))))


def test_the_methods_name_the_estimator_and_level_of_the_plan(cohort_of):
    assert "by analysis of covariance" in methods(cohort_of())
    assert "with a 95% confidence interval" in methods(cohort_of())
    other = methods(cohort_of(), primary_estimator="clda", alpha=0.1)
    assert "compared using a constrained longitudinal model" in other
    assert "compared at each visit after baseline by analysis of covariance" not in other
    one_visit = methods(cohort_of(), primary_estimator="mmrm")
    assert "using a mixed model for repeated measures" not in one_visit
    assert "compared at each visit after baseline by analysis of covariance" in one_visit
    visits = {"visits": (*cohort_of().visits, replace(cohort_of().visits[-1], name="week_8", week=8, label="Week 8"))}
    both = methods(cohort_of(), replace(cohort_of(), name="longer", **visits), primary_estimator="mmrm")
    assert "using a mixed model for repeated measures" in both
    assert "In cohorts with one visit after baseline, this model is equivalent to analysis of covariance" in both
    assert "with a 90% confidence interval" in other


def test_holm_is_named_where_several_arms_were_corrected_alone(cohort_of):
    assert "Holm" not in methods(cohort_of())
    assert "Holm" in methods(cohort_of(), cohort_of(**THREE_ARMS))
    assert "Holm" not in methods(cohort_of(**THREE_ARMS), multiplicity="none")


def test_a_cohort_with_its_own_estimator_is_named_with_it(cohort_of):
    other = replace(cohort_of(), name="other", primary_estimator="clda")
    both = methods(cohort_of(), other, primary_estimator="mmrm")
    assert "In trial: The arms of randomised cohorts were compared at each visit" in both
    assert "In other: The arms of randomised cohorts were compared using a constrained longitudinal model" in both
    alone = methods(other, primary_estimator="mmrm")
    assert alone.startswith("The arms were compared using a constrained longitudinal model")
    assert (
        "main comparison were as follows: analysis of covariance (ANCOVA) at each visit; and a random-intercept model"
        in alone
    )


def test_what_is_left_out_is_not_told_as_done(cohort_of):
    names = [entry.name for entry in with_purpose(*CHECKS_OF_MAIN, AS_STUDIED)]
    told = methods(replace(cohort_of(), leave_out=tuple(names)))
    for word in (
        "imputation",
        "randomisation test",
        "without each participant in turn",
        "Shapiro",
        "Welch",
        "Wilcoxon",
        "sensitivity analyses",
        "simpler analyses",
    ):
        assert word in methods(cohort_of())
        assert word not in told
    one_left = methods(replace(cohort_of(), leave_out=tuple(name for name in names if name != "wilcoxon")))
    assert "are also reported: within arms, the Wilcoxon signed-rank test of the change from baseline." in one_left


def test_a_minimised_allocation_has_no_randomisation_test(cohort_of):
    assert "randomisation test permutes" not in methods(replace(cohort_of(), allocation="minimised"))


def test_groups_that_were_not_allocated_have_their_own_method(cohort_of):
    assert "not a randomised comparison" in methods(cohort_of(**COMPARISON))
    assert "not a randomised comparison" not in methods(cohort_of())


def test_the_methods_say_what_an_interval_with_zero_does_not_show(cohort_of):
    assert "called uncertain; it does not show that there is no difference" in methods(cohort_of())


def test_the_methods_name_protocol_safety_and_families_where_there_are_any(cohort_of):
    attended = {"sessions": {"attended": "done", "planned": 12}, "per_protocol": {"attended_at_least": 80}}
    events = {"events": {"file": "trial.csv", "kind": "what"}}
    said = methods(cohort_of(**attended, **events))
    assert "who followed the protocol (attendance at 80% or more of the planned sessions)" in said
    both = methods(cohort_of(**attended), replace(cohort_of(**attended), name="other"))
    assert "(in trial, attendance at 80% or more of the planned sessions; in other, attendance at 80%" in both
    assert "counted in the safety population" in said
    for word in ("protocol", "safety population", "family"):
        assert word not in methods(cohort_of())


def test_pooling_is_told_where_anything_was_pooled(cohort_of):
    assert "Paule-Mandel" in methods(cohort_of())
    plan = Analysis(primary_estimator="ancova", alpha=0.05, multiplicity="holm")
    assert "Paule-Mandel" not in " ".join(methods_paragraphs([cohort_of()], plan, pooled=False))


def test_the_covariance_is_explained_once(cohort_of):
    for estimator in ("ancova", "mmrm", "clda"):
        said = methods(cohort_of(), cohort_of(**COMPARISON), primary_estimator=estimator)
        assert said.count("modelled as unstructured") == 1
    assert "takes into account that this variance is estimated from few studies" in said


def test_the_covariance_is_that_of_the_ladder_that_the_models_climb(cohort_of, analysis, monkeypatch):
    text = covariance(by_weeks=False)
    (tried,) = re.findall(r"could be fitted was used: ([^.]*)\.", text)
    first, *others = (STRUCTURES[name].words for name in LADDER)
    assert f"was modelled as {first}." in text
    assert re.split(", | and ", tried) == others
    table, _ = modelled(cohort_of(), analysis)
    cells = table.loc[table["analysis"].isin(["clda", "mmrm"]) & table["estimate"].notna(), "method"]
    assert {facts.read(cell).values["structure"] for cell in cells} <= set(LADDER)
    monkeypatch.setattr("retrowalk.present.words.methods.LADDER", ("us", "adh"))
    assert (
        "tried in this order, and the first that could be fitted was used: heterogeneous ante-dependence."
        in covariance(by_weeks=False)
    )


def test_the_methods_name_the_degrees_of_freedom_that_the_models_used(cohort_of, analysis):
    table, _ = modelled(cohort_of(), analysis)
    mixed = [name for name, entry in REGISTER.items() if entry.mixed]
    cells = table.loc[table["analysis"].isin(mixed) & table["estimate"].notna(), "method"]
    assert {facts.read(cell).values["df"] for cell in cells} == {"kenward-roger"}
    assert "degrees of freedom of Kenward and Roger" in covariance(by_weeks=False)


def test_a_covariance_over_weeks_is_told_where_a_trial_has_the_visits_for_it(cohort_of):
    visits = [{"name": f"week_{week}", "week": week, "label": f"Week {week}"} for week in (0, 2, 6, 18)]
    plan = Analysis("mmrm", 0.05, "holm")
    for cohort, is_told in ((cohort_of(visits=visits), True), (cohort_of(visits=visits[:3]), False)):
        text = plain(" ".join(methods_paragraphs([cohort], plan)))
        assert ("a spatial power covariance, all visits have the same variance" in text) == is_told


def test_of_a_single_group_no_comparison_is_told(cohort_of):
    told = methods(cohort_of(**SINGLE_GROUP))
    for word in (
        "randomised cohort",
        "were compared",
        "mixed model for repeated",
        "ensitivity",
        "participant in turn",
    ):
        assert word not in told


def test_a_text_about_one_cohort_speaks_of_no_others(cohort_of):
    visits = [{"name": f"week_{week}", "week": week, "label": f"Week {week}"} for week in (0, 2, 6, 18)]
    for changes in ({}, {"visits": visits}, {"visits": visits[:3]}, COMPARISON, SINGLE_GROUP):
        for estimator in ("mmrm", "ancova", "clda"):
            assert "cohort" not in methods(cohort_of(**changes), primary_estimator=estimator)
    both = methods(cohort_of(visits=visits), replace(cohort_of(visits=visits), name="other"), primary_estimator="mmrm")
    assert "The arms of randomised cohorts with several visits after baseline were compared" in both
    assert "In each cohort, one outcome at one visit is primary" in both
    assert "in randomised cohorts, the constrained longitudinal model" in both


def test_strata_and_covariates_are_told_where_there_are_any(cohort_of):
    plain_trial = cohort_of()
    stratified, adjusted = replace(plain_trial, strata=("sex",)), replace(plain_trial, adjust_for=("age",))
    for estimator in ("mmrm", "ancova", "clda"):
        assert "specified in the plan" not in methods(plain_trial, primary_estimator=estimator)
        text = methods(stratified, primary_estimator=estimator)
        assert re.search("the stratification factors specified in the plan", text, re.IGNORECASE)
        text = methods(replace(adjusted, strata=("sex",)), primary_estimator=estimator)
        assert re.search("the stratification factors and covariates specified in the plan", text, re.IGNORECASE)
    assert "permutes the arms and compares" in methods(plain_trial)
    assert "inverting the test. Any blocks of the randomisation are unknown and were not preserved." in methods(
        plain_trial
    )
    assert "permutes the arms within the strata of the randomisation and compares" in methods(stratified)
    both = methods(stratified, replace(plain_trial, name="other"))
    assert "permutes the arms within the strata of the randomisation, if there were any, and compares" in both


def test_who_lacks_a_covariate_is_told_to_be_left_out(cohort_of):
    assert "missing value of a covariate were excluded" in methods(cohort_of(adjust_for=["sex"]))
    assert "missing value of a covariate" not in methods(cohort_of())


OUTPUTS = ("plan", "deviations", "provenance", "guide")


@pytest.fixture
def outputs(tmp_path):
    return SimpleNamespace(**{name: tmp_path / name for name in OUTPUTS})


def test_the_record_has_versions_checksums_and_the_plan(tmp_path, outputs):
    data = tmp_path / "data.csv"
    data.write_text("a,b\n")
    write_record({"seed": 1, "cohorts": {}}, [str(data)], [], outputs)
    record = read_record(outputs.provenance)
    assert record["inputs"] == {str(data): {"sha256": sha256(data)}}
    assert record["software"]["pandas"] == version("pandas")
    assert set(record["software"]) == set(SOFTWARE)
    assert read_record(outputs.plan) == {"seed": 1, "cohorts": {}}
    assert "report.html" in outputs.guide.read_text()
    assert "deviations.csv" in outputs.guide.read_text()


def test_the_record_of_a_plan_that_was_not_frozen_says_so(outputs):
    write_record({"seed": 1}, [], [], outputs)
    assert read_record(outputs.provenance)["plan"] == {"sha256": plan_hash({"seed": 1}), "frozen_sha256": None}
    assert outputs.deviations.read_text() == "what,where,frozen,now,affects_numbers\n"


@pytest.mark.parametrize(("seed", "lines"), [(1, []), (2, ["changed,seed,1,2,yes"])])
def test_the_record_has_both_hashes_and_what_departs(tmp_path, outputs, seed, lines):
    frozen = [tmp_path / "plan.json", tmp_path / "plan.sha256"]
    kept, run = ({"seed": each, "cohorts": {"trial": {"title": "T"}}} for each in (1, seed))
    write_json(kept, frozen[0])
    frozen[1].write_text(plan_hash(kept))
    write_record(run, [], list(map(str, frozen)), outputs)
    hashes = {"sha256": plan_hash(run), "frozen_sha256": plan_hash(kept)}
    assert read_record(outputs.provenance)["plan"] == hashes
    assert outputs.deviations.read_text().splitlines() == ["what,where,frozen,now,affects_numbers", *lines]


def test_a_frozen_plan_of_other_trials_counts_as_none(tmp_path, outputs):
    frozen = [tmp_path / "plan.json", tmp_path / "plan.sha256"]
    kept = {"seed": 1, "cohorts": {"bundled": {"title": "T"}}}
    write_json(kept, frozen[0])
    frozen[1].write_text(plan_hash(kept))
    write_record({"seed": 2, "cohorts": {"mine": {"title": "M"}}}, [], list(map(str, frozen)), outputs)
    assert read_record(outputs.provenance)["plan"]["frozen_sha256"] is None
    assert outputs.deviations.read_text() == "what,where,frozen,now,affects_numbers\n"


def test_a_frozen_plan_that_was_touched_leaves_no_record(tmp_path, outputs):
    frozen = tmp_path / "plan.json"
    write_json({"seed": 1}, frozen)
    with pytest.raises(PlanError, match=r"plan\.sha256 is missing"):
        write_record({"seed": 1}, [], [str(frozen)], outputs)
    digest = tmp_path / "plan.sha256"
    digest.write_text("ab\n")
    with pytest.raises(PlanError, match=r"plan\.json has changed since it was frozen"):
        write_record({"seed": 1}, [], [str(frozen), str(digest)], outputs)
    assert not [name for name in OUTPUTS if (tmp_path / name).exists()]
