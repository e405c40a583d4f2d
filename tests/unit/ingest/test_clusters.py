"""Columns of therapists, centres and groups are found by their names and what they hold, and nothing else is."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.ingest.conftest import BARE, CONTENT, INSTRUMENTS
from tests.unit.trials import built, reread

from retrowalk.ingest import check_cohort
from retrowalk.ingest.rules.clusters import names_clusters
from retrowalk.plan.intake import CovariateIntake
from retrowalk.plan.read import load_plan
from retrowalk.plan.trial import Covariate

BUNDLED = ("dufek2011", "ansari2020", "krishnan2021", "goonasegaran2022")


@pytest.mark.parametrize(
    "column",
    [
        *("therapist", "Therapist", "therapist_id", "Treating therapist", "physiotherapist", "PHYSIO", "TherapistName"),
        *("clinician", "practitioner_no", "acupuncturist", "instructor", "GP", "Therapeut"),
        *(
            "centre",
            "Center",
            "study centre",
            "site",
            "SITEID",
            "site_code",
            "clinic",
            "Ward",
            "practice_id",
            "hospital",
        ),
        *("group_session", "exercise class", "Group class no", "Therapists"),
    ],
)
def test_names_of_clusters(column):
    assert names_clusters(column)


@pytest.mark.parametrize(
    "column",
    [
        *("assessor", "Assessor ID", "rater", "blinded_assessor", "assessor_site"),
        # words that are parts of other things
        *("pain_site", "site of pain", "injury_site", "center_of_pressure", "home_practice", "practice minutes"),
        *("clinic_visits", "therapist_sex", "nyha_class", "class", "BMI class", "group", "session", "group_sessions"),
        *("treatment group", "groups", "parasite", "opposite", "forward", "reward", "physiological", "id", "", "42"),
    ],
)
def test_names_of_other_things(column):
    assert not names_clusters(column)


@pytest.fixture
def unadjusted(wide):
    """Twelve participants, without any covariate that is adjusted for."""
    return built(CONTENT | BARE, INSTRUMENTS)


def told(cohort, column, values):
    """Return (column, problem) of a file with one more column."""
    rows = [f"P{place:02d},{('RW', 'CE')[place % 2]},{40 + place},{31 + 2 * place},,," for place in range(12)]
    lines = [
        f"id,group,pain0,pain4,last,why,{column}",
        *(f"{row[:-1]},{each}" for row, each in zip(rows, values, strict=True)),
    ]
    Path("trial.csv").write_text("\n".join(lines))
    found = check_cohort(cohort)
    assert (found["severity"] == "warning").all(), found.to_dict("records")
    clusters = found[found["rule"] == "clustering"]
    return list(zip(clusters["column"], clusters["problem"], strict=True))


NO_ACCOUNT = "which the comparison of the arms does not account for"


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ("AAABBBCCCDDD", f"12 participants belong to 4 clusters, {NO_ACCOUNT}"),
        ("AAAAAAAAAAAB", f"12 participants belong to 2 clusters, {NO_ACCOUNT}"),
        # two for each are enough, fewer are not
        ("AABBCCDDEEFF", f"12 participants belong to 6 clusters, {NO_ACCOUNT}"),
        ("AABBCCDDEEFG", ""),
        # one is none
        ("AAAAAAAAAAAA", ""),
    ],
)
def test_several_values_with_several_participants_each_are_clusters(unadjusted, values, problem):
    assert told(unadjusted, "therapist", values) == ([("therapist", problem)] if problem else [])


def test_those_of_whom_it_is_not_known_are_not_counted(unadjusted):
    assert told(unadjusted, "therapist", ["A", "", "B", "", "A", "", "B", "", "A", "", "B", "n/a"]) == [
        ("therapist", f"6 participants belong to 2 clusters, {NO_ACCOUNT}")
    ]


def test_a_covariate_is_one_unless_it_is_adjusted_for(unadjusted):
    covariates = {"place": CovariateIntake("clinic")}
    cohort = reread(replace(unadjusted, covariates=(Covariate("place", "Place"),)), covariates=covariates)
    assert len(told(cohort, "clinic", "AAABBBCCCDDD")) == 1
    assert told(replace(cohort, strata=("place",)), "clinic", "AAABBBCCCDDD") == []
    assert told(replace(cohort, adjust_for=("place",)), "clinic", "AAABBBCCCDDD") == []


def test_the_arm_the_participant_and_the_measurements_never_are(unadjusted):
    text = ["Leeds" if place % 2 else "York" for place in range(12)]
    sites = {"retro": "York", "exercise": "Leeds"}
    assert told(reread(unadjusted, arms=sites, columns={"arm": "site"}), "site", text) == []
    scored = reread(unadjusted, outcomes={"pain": {"columns": {"baseline": "pain0", "week_4": "practice"}}})
    assert told(scored, "practice", ["20", "30", "40"] * 4) == []


def test_in_a_file_with_a_row_a_visit_a_participant_counts_once(long):
    header, *rows = Path("long.csv").read_text().splitlines()
    of = {"P01": "A", "P02": "A", "P03": "B", "P04": "B"}
    Path("long.csv").write_text("\n".join([f"{header},therapist", *(f"{row},{of[row[:3]]}" for row in rows)]))
    (found,) = check_cohort(long).to_dict("records")
    assert (found["rule"], found["column"]) == ("clustering", "therapist")
    assert found["problem"].startswith("4 participants belong to 2 clusters")


def test_a_real_trial_names_its_acupuncturists_and_practices(root, shared, tmp_path, monkeypatch):
    config = root / "tests/workflow/headache/config"
    (tmp_path / "data/vickers2004").mkdir(parents=True)
    (tmp_path / "config").symlink_to(config)
    source = shared / "trials/vickers2004/acupuncture.csv"
    (tmp_path / "data/vickers2004/acupuncture.csv").write_bytes(source.read_bytes())
    monkeypatch.chdir(tmp_path)
    found = check_cohort(load_plan().cohorts["vickers2004"])
    clusters = found[found["rule"] == "clustering"].set_index("column")["problem"]
    assert clusters.str.partition(",")[0].to_dict() == {
        "acupuncturist": "401 participants belong to 12 clusters",
        "practice_id": "401 participants belong to 36 clusters",
    }


@pytest.mark.parametrize("name", BUNDLED)
def test_the_bundled_cohorts_name_none(root, monkeypatch, name):
    monkeypatch.chdir(root)
    assert "clustering" not in set(check_cohort(load_plan().cohorts[name])["rule"])
