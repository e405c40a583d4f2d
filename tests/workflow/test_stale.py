"""Content decides what runs again: nothing old is served, and nothing runs for a date."""

import os
import re
import shutil
from pathlib import Path

import pytest
from tests.workflow.conftest import run_workflow, snapshot

CSV = "data/ansari2020/ansari2020_synthetic.csv"
OWN = {f"{job}_cohort ansari2020" for job in ("check", "ingest", "describe", "model", "draw", "tabulate")}
PRESENTED = {"draw_cohort ansari2020", "tabulate_cohort ansari2020"}
JOINT = {"admit_cohorts", "compare_cohorts", "pool_effects", "present_synthesis", "record_run"}
LAST = {"write_report", "write_manuscript", "write_changes", "seal_results"}
ESTIMATES = "results/cohorts/ansari2020/estimates.csv"


def correct(path: Path) -> None:
    """Change one value, keep the size and the dates."""
    before, text = path.stat(), path.read_text()
    digit = re.search(r"\d(?=\n)", text) or list(re.finditer(r"\d", text))[-1]
    changed = f"{text[: digit.start()]}{(int(digit[0]) + 1) % 10}{text[digit.end() :]}"
    assert len(changed) == len(text)
    assert changed != text
    path.write_text(changed)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def with_date(year: int):
    def replace(project: Path) -> None:
        correct(project / CSV)
        os.utime(project / CSV, (year, year))

    return replace


CHANGES = {
    "data with the date they had": (lambda project: correct(project / CSV), OWN | JOINT | LAST),
    "data with an old date": (with_date(1_000_000_000), OWN | JOINT | LAST),
    "data of the future": (with_date(4_000_000_000), OWN | JOINT | LAST),
    "deleted estimates": (
        lambda project: (project / ESTIMATES).unlink(),
        {"model_cohort ansari2020", *PRESENTED, "pool_effects", "present_synthesis"} | LAST,
    ),
    "deleted overlaps": (
        lambda project: (project / "results/overlaps.csv").unlink(),
        {"compare_cohorts", "pool_effects", "present_synthesis"} | LAST,
    ),
    "a deleted figure": (
        lambda project: next((project / "results/cohorts/ansari2020/figures").glob("*.pdf")).unlink(),
        {"draw_cohort ansari2020"} | LAST,
    ),
    "an edited table": (
        lambda project: correct(next((project / "results/cohorts/ansari2020/tables").glob("all_estimates.csv"))),
        {"tabulate_cohort ansari2020", "seal_results"},
    ),
    "an edited manuscript": (
        lambda project: (project / "results/manuscript.docx").write_bytes(b"my words"),
        {"write_manuscript", "write_changes", "seal_results"},
    ),
    "edited published results": (
        lambda project: append(project / "data/published/evidence.csv", "\n"),
        {"pool_effects", "present_synthesis", "record_run"} | LAST,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_content_runs_what_depends_on_it(root, project, change):
    make, jobs = CHANGES[change]
    make(project)
    before = snapshot(project)
    run = run_workflow(root, project, "-n")
    assert run.jobs == jobs, run.said
    assert snapshot(project / "results") == {
        name.removeprefix("results/"): content for name, content in before.items() if name.startswith("results/")
    }


def test_a_date_runs_nothing(root, project):
    for folder in ("data", "config", "results"):
        for path in (project / folder).rglob("*"):
            os.utime(path)
    run = run_workflow(root, project)
    assert run.code == 0
    assert "Nothing to do" in run.said


def test_edited_and_deleted_results_come_back_and_the_edits_are_kept(root, small_project):
    good, estimates = snapshot(small_project / "results"), "results/cohorts/trial/estimates.csv"
    correct(small_project / estimates)
    edited = (small_project / estimates).read_bytes()
    (small_project / "results/manuscript.docx").write_bytes(b"my words")
    shutil.rmtree(small_project / "results/synthesis/tables")
    run = run_workflow(root, small_project)
    assert run.code == 0, run.said
    assert snapshot(small_project / "results") == good
    kept = {path.name: path.read_bytes() for path in (small_project / "edited").rglob("*") if path.is_file()}
    assert kept == {"estimates.csv": edited, "manuscript.docx": b"my words"}
    for name in (estimates, "results/manuscript.docx"):
        assert f"{name} was edited after it was made. The edited file is now edited/" in run.said
    assert "Nothing to do" in run_workflow(root, small_project, "-n").said


def test_other_commands_of_snakemake_touch_nothing(root, project):
    (project / "results/manuscript.docx").write_bytes(b"my words")
    before = snapshot(project)
    for command in ("--lint", "--unlock", "--summary", "--list-rules"):
        run_workflow(root, project, command)
    after = snapshot(project)
    assert [name for name in before if after.get(name) != before[name]] == []
    assert not (project / "edited").exists()
