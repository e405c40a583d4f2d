"""The profiles: how the workflow runs here, on a Slurm cluster, and elsewhere."""

import re
from pathlib import Path

import pytest

from retrowalk.run.cluster import JOB_NAME
from retrowalk.schemas import read_yaml

ROOT = Path(__file__).resolve().parents[2]
PROFILES = sorted(path.parent.name for path in ROOT.glob("profiles/*/profile.yaml"))
#: What is the same however the jobs are run.
SHARED = ("scheduler", "keep-going", "rerun-incomplete", "rerun-triggers", "logger")
RULES = {
    name: body
    for path in sorted((ROOT / "workflow/rules").glob("*.smk"))
    for name, body in re.findall(
        r"^(?:rule|checkpoint) (\w+):\n(.*?)(?=^\S|\Z)", path.read_text(), flags=re.MULTILINE | re.DOTALL
    )
}


def profile(name):
    return read_yaml(ROOT / f"profiles/{name}/profile.yaml")


def test_every_profile_is_seen():
    assert sorted(folder.name for folder in (ROOT / "profiles").iterdir()) == PROFILES
    assert {"default", "slurm", "kubernetes", "googlebatch"} <= set(PROFILES)


@pytest.mark.parametrize("name", PROFILES)
def test_what_runs_again_and_what_is_said_is_the_same_everywhere(name):
    here = profile("default")
    assert {key: profile(name).get(key) for key in SHARED} == {key: here[key] for key in SHARED}
    assert (profile(name)["executor"] == "warm") == (name == "default")


@pytest.mark.parametrize("part", ["groups", "set-resources"])
def test_slurm_knows_every_rule_and_no_other(part):
    assert len(RULES) >= 12
    named = set(profile("slurm")[part])
    assert sorted(RULES.keys() - named) == [], f"without a line under {part} of profiles/slurm"
    assert sorted(named - RULES.keys()) == [], "not a rule"


def test_a_group_is_of_one_cohort_or_of_all():
    """A fault of one cohort's data fails its group, and must fail no other cohort."""
    groups = profile("slurm")["groups"]
    for rule, body in RULES.items():
        of_one = "{cohort}" in body.partition("    output:")[2]
        assert groups[rule] in (("checks", "cohort") if of_one else ("checks", "joint")), rule
    # A failed group loses all that its jobs made: the list of the problems must be kept.
    assert [rule for rule, group in groups.items() if group == "checks"] == ["check_cohort", "admit_cohorts"]


def test_no_rule_asks_for_less_than_nothing_or_more_than_a_small_cluster_has():
    for rule, asked in profile("slurm")["set-resources"].items():
        assert asked.keys() == {"mem_mb", "runtime"}, rule
        assert 500 <= asked["mem_mb"] <= 8000, rule
        assert 1 <= asked["runtime"] <= 24 * 60, rule


def test_the_next_run_knows_the_jobs_by_the_name_that_slurm_gives_them():
    # The plugin puts "_" between the prefix and its own name.
    assert f"{profile('slurm')['slurm-jobname-prefix']}_" == JOB_NAME


@pytest.mark.parametrize("name", ["kubernetes", "googlebatch"])
def test_a_profile_that_was_not_run_says_so(name):
    assert (ROOT / f"profiles/{name}/profile.yaml").read_text().startswith("# NOT RUN. ")
    assert f"profiles/{name}" in (ROOT / "docs/clusters.md").read_text()
