"""From a sheet that somebody made by hand to the numbers of the trial, with the two commands that a user types."""

import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from tests.conftest import HANGS
from tests.workflow.conftest import Run, copy_project, draw_less, keep_only, run_workflow

TITLE = "Backward walking against usual care in low back pain"


def retrowalk(folder: Path, *arguments: object) -> Run:
    """Run the command as a user does, in a folder."""
    command = [sys.executable, "-c", "from retrowalk.cli import main; main()", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=HANGS, check=False)
    return Run(done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def added(root, tmp_path_factory) -> tuple[Path, Run]:
    """A project to which the trial of two_headers.xlsx was added, and which has no other cohort."""
    folder = copy_project(root, tmp_path_factory.mktemp("new") / "project")
    file = root / "tests" / "received" / "two_headers.xlsx"
    flags = ("--randomised", "--condition", "low back pain", "--title", TITLE, "--yes")
    run = retrowalk(folder, "new-cohort", "meyer2025", file, *flags)
    keep_only(folder)
    return folder, run


@pytest.fixture(scope="module")
def computed(root, added) -> Path:
    """The folder with the numbers of the trial; test_readme.py goes on to the report."""
    folder, _ = added
    draw_less(folder)
    run = run_workflow(
        root, folder, *(f"results/cohorts/meyer2025/{name}.csv" for name in ("estimates", "descriptives"))
    )
    assert run.code == 0, run.said
    return folder


def test_the_cohort_is_added(added):
    folder, run = added
    assert run.code == 0, run.said
    assert "data/meyer2025/two_headers.xlsx: no problems found\nNow type: make\n" in run.said
    assert "cohorts:\n  - meyer2025\n" in (folder / "config" / "config.yaml").read_text()
    assert f"title: {TITLE}\n" in (folder / "config" / "cohorts" / "meyer2025.yaml").read_text()


def test_the_primary_comparison_is_that_of_the_trial(computed):
    table = pd.read_csv(computed / "results" / "cohorts" / "meyer2025" / "estimates.csv")
    (row,) = table[table["role"] == "primary"].to_dict("records")
    assert (row["outcome"], row["visit"], row["unit"]) == ("pain", "week_12", "mm")
    assert (row["arm"], row["reference_arm"]) == ("backward_walking", "usual_care")
    assert row["population"] == "all_randomised"
    assert row["estimate"] < 0  # pain fell more in backward walking


def test_the_flow_counts_those_who_left(computed):
    table = pd.read_csv(computed / "results" / "cohorts" / "meyer2025" / "descriptives.csv", keep_default_na=False)
    flow = table[(table["analysis"] == "flow") & (table["term"] == "with_data")]
    counts = flow.set_index(["arm", "visit"])["estimate"].astype(float).to_dict()
    # BW12 left after baseline and BW07 after week 4 (usual care), BW20 after week 4 (backward walking)
    assert counts == {
        ("backward_walking", "baseline"): 12,
        ("usual_care", "baseline"): 12,
        ("backward_walking", "week_4"): 12,
        ("backward_walking", "week_12"): 11,
        ("usual_care", "week_4"): 11,
        ("usual_care", "week_12"): 10,
    }


def test_a_spoiled_file_is_told_with_its_row(computed):
    folder = computed
    path = folder / "data" / "meyer2025" / "two_headers.xlsx"
    book = openpyxl.load_workbook(path)
    book["Data"]["D7"] = "45 mm"
    for letter in "CDEFGHIJKL":  # openpyxl does not keep the results of formulas
        book["Data"][f"{letter}30"] = None
    book.save(path)
    run = retrowalk(folder, "check", "meyer2025")
    assert run.code == 1
    words = 'data/meyer2025/two_headers.xlsx, sheet "Data", row 7, column "Pain (VAS, mm) Baseline": "45 mm" is not a number'
    assert words in run.said
    assert "Warning: data/meyer2025/two_headers.xlsx: the file has changed since it was received" in run.said
    assert "Traceback" not in run.said
