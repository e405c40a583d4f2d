"""From a sheet that somebody made by hand to a report that names the trial, with the two commands that a user types."""

import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from tests.conftest import HANGS
from tests.workflow.conftest import Run, copy_project, run_workflow, words_of

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
    config = folder / "config" / "config.yaml"
    text = config.read_text()
    for name in ("dufek2011", "ansari2020", "krishnan2021", "goonasegaran2022"):
        text = text.replace(f"  - {name}\n", "")
    config.write_text(text)
    return folder, run


@pytest.fixture(scope="module")
def finished(root, added) -> tuple[Path, Run]:
    folder, _ = added
    return folder, run_workflow(root, folder)


def test_the_cohort_is_added(added):
    folder, run = added
    assert run.code == 0, run.said
    assert "data/meyer2025/two_headers.xlsx: no problems found\nNow type: make\n" in run.said
    assert "cohorts:\n  - meyer2025\n" in (folder / "config" / "config.yaml").read_text()


def test_the_report_is_made_and_names_the_cohort(finished):
    folder, run = finished
    assert run.code == 0, run.said
    words = words_of((folder / "results" / "report.html").read_text())
    assert TITLE in words
    assert "Backward walking (n = 12) and Usual care (n = 12)" in words
    assert "1 cohort, analysed" in words
    assert [path.name for path in (folder / "results" / "cohorts").iterdir() if path.is_dir()] == ["meyer2025"]


def test_the_primary_comparison_is_that_of_the_trial(finished):
    table = pd.read_csv(finished[0] / "results" / "cohorts" / "meyer2025" / "estimates.csv")
    (row,) = table[table["role"] == "primary"].to_dict("records")
    assert (row["outcome"], row["visit"], row["unit"]) == ("pain", "week_12", "mm")
    assert (row["arm"], row["reference_arm"]) == ("backward_walking", "usual_care")
    assert row["population"] == "all_randomised"
    assert row["estimate"] < 0  # pain fell more in backward walking


def test_the_flow_counts_those_who_left(finished):
    table = pd.read_csv(finished[0] / "results" / "cohorts" / "meyer2025" / "descriptives.csv", keep_default_na=False)
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


def test_a_spoiled_file_is_told_with_its_row(finished):
    folder, _ = finished
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
