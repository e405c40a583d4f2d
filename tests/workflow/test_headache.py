"""A real trial through the front door: acupuncture for chronic headache, with its published answers.

Vickers et al. BMJ 2004;328:744; data: Vickers, Trials 2006;7:15 (CC BY 2.0). The data file stays outside the project.
"""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from tests.workflow.conftest import Run, run_workflow, words_of

from retrowalk.analyses import AS_STUDIED, CHECKS_OF_MAIN, with_purpose
from retrowalk.estimates import pick, read

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def headache(root, shared, tmp_path_factory) -> tuple[Path, Run]:
    folder = tmp_path_factory.mktemp("headache")
    shutil.copytree(HERE / "headache" / "config", folder / "config")
    (folder / "data" / "vickers2004").mkdir(parents=True)
    shutil.copy(shared / "trials" / "vickers2004" / "acupuncture.csv", folder / "data" / "vickers2004")
    return folder / "results", run_workflow(root, folder)


@pytest.fixture(scope="module")
def report(headache) -> str:
    """The report's words, tags and runs of spaces taken out."""
    return words_of((headache[0] / "report.html").read_text())


def test_the_whole_workflow_runs(headache):
    assert headache[1].code == 0, headache[1].said


@pytest.fixture(scope="module")
def table(headache) -> pd.DataFrame:
    return read(headache[0] / "cohorts" / "vickers2004" / "estimates.csv")


def test_the_published_ancova_is_in_estimates(table):
    (row,) = table[table["role"] == "primary"].to_dict("records")
    assert (row["analysis"], row["arm"], row["reference_arm"], row["visit"]) == (
        "ancova",
        "acupuncture",
        "control",
        "month_12",
    )
    assert row["estimate"] == pytest.approx(-4.63998, abs=5e-6)
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(-7.0812, abs=5e-5), pytest.approx(-2.1987, abs=5e-5))
    assert row["p_value"] == pytest.approx(0.00022, abs=5e-6)
    assert (row["n"], row["n_arm"], row["n_reference"]) == (301, 161, 140)


def test_the_published_responders_are_in_estimates(table):
    terms = pick(table, analysis="responders", outcome="headache", visit="month_12", reference_arm="control")
    terms = terms.set_index("term")[["estimate", "ci_low", "ci_high"]]
    for measure, numbers in (
        ("risk_difference:35_percent:observed", (0.2189, 0.1070, 0.3228)),
        ("number_needed_to_treat:35_percent:observed", (4.57, 3.10, 9.35)),
    ):
        digits = 0.5 * 10.0 ** -len(str(numbers[0]).partition(".")[2])
        assert terms.loc[measure].to_list() == pytest.approx(list(numbers), abs=digits), measure
    shares = pick(
        table, analysis="responders", outcome="headache", visit="month_12", term="responders:35_percent:observed"
    )
    counts = shares.set_index("arm")[["estimate", "n"]].astype(int)
    assert counts.loc["acupuncture"].to_list() == [87, 161]
    assert counts.loc["control"].to_list() == [45, 140]
    worse = pick(table, analysis="responders", term="responders:35_percent:missing_as_nonresponders", visit="month_12")
    assert worse.set_index("arm")["n"].to_dict() == {"acupuncture": 205, "control": 196}


def test_a_minimised_allocation_has_no_randomisation_test(table):
    for row in pick(table, analysis="permutation").to_dict("records"):
        assert pd.isna(row["p_value"])
        assert row["reason"] == '["minimised", {}]'


def test_the_zeros_of_empty_diaries_are_not_headache_days(table):
    (row,) = pick(table, outcome="days", role="secondary", visit="month_12").to_dict("records")
    found = [row[name] for name in ("estimate", "ci_low", "ci_high")]
    assert found == pytest.approx([-1.813, -2.983, -0.643], abs=5e-4)


def test_every_analysis_of_a_randomised_cohort_with_missing_values_is_there_with_its_role(table):
    roles = table[table["outcome"] == "headache"].groupby("analysis")["role"].agg(set)
    for_two_visits = {entry.name for entry in with_purpose(*CHECKS_OF_MAIN) if entry.fewest_visits <= 2}
    checks = for_two_visits - {"ancova", "assumptions", "per_protocol"}
    ran = [entry.name for entry in with_purpose(AS_STUDIED)]
    assert {"clda", "tipping_point", "joint_test"} <= checks
    assert {"wilcoxon", "mixed_anova"} <= set(ran)
    assert all("sensitivity" in roles[name] for name in checks)
    assert all(roles[name] == {"as_published"} for name in ran)
    assert roles["ancova"] == {"primary", "secondary", "descriptive"}
    assert (table.loc[table["estimate"].notna(), "method"] != "").all()


def test_the_flow_is_in_descriptives(headache):
    table = pd.read_csv(headache[0] / "cohorts" / "vickers2004" / "descriptives.csv", keep_default_na=False)
    flow = pick(table, analysis="flow").set_index(["arm", "visit", "term"])["estimate"].astype(float)
    for arm, counts in {"acupuncture": (205, 173, 161), "control": (196, 153, 140)}.items():
        assert flow[arm, "baseline", "randomised"] == counts[0]
        assert flow[arm, "month_3", "with_data"] == counts[1]
        assert flow[arm, "month_12", "with_data"] == counts[2]


def test_the_arm_means_are_in_descriptives(headache):
    table = pd.read_csv(headache[0] / "cohorts" / "vickers2004" / "descriptives.csv", keep_default_na=False)
    means = pick(table, analysis="observed_mean", outcome="headache", visit="month_12")
    means = means.set_index(["arm", "term"])["estimate"].astype(float)
    for arm, mean, sd in (("acupuncture", 16.25, 13.72), ("control", 22.34, 17.01)):
        assert means[arm, "mean"] == pytest.approx(mean, abs=0.005)
        assert means[arm, "sd"] == pytest.approx(sd, abs=0.005)


@pytest.mark.parametrize(
    "words",
    [
        "difference -4.64 points, 95% CI -7.08 to -2.20, p < 0.001, ANCOVA with 294 degrees of freedom; n = 301",
        "16.25 (13.72) and 22.34 (17.01)",
        "Acupuncture (n = 205) and Usual care (n = 196)",
        "173 and 153 had data at 3 months, and 161 and 140 had data at 12 months",
    ],
)
def test_the_published_numbers_are_in_the_report(report, words):
    assert words in report


def test_nothing_of_a_real_trial_is_called_synthetic(headache, report):
    assert "SYNTHETIC" not in report
    figure = headache[0] / "cohorts" / "vickers2004" / "figures" / "trajectory_headache.svg"
    assert "SYNTHETIC" not in figure.read_text()


def test_a_folder_without_a_frozen_plan_says_so(headache, report):
    assert "The plan was not frozen, so this folder does not show" in report
    assert (headache[0] / "deviations.csv").read_text() == "what,where,frozen,now,affects_numbers\n"


def test_the_manuscript_has_the_published_answers_in_words(headache):
    text = (headache[0] / "manuscript.md").read_text(encoding="utf-8")
    assert "Participants were allocated by minimisation" in text
    assert "in 87 of 161 in Acupuncture and 45 of 140 in Usual care" in text
    assert "22 percentage points, 95% CI 11 to 32" in text
    assert "randomisation test permutes" not in text
