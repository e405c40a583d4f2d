"""A user's mistakes: of the plan (one message before any job) and of the data (that cohort stops, the others finish)."""

import re
from pathlib import Path

import pandas as pd
import pytest
from tests.workflow.conftest import BUNDLED, Run, copy_project, run_workflow, snapshot

OTHERS = [name for name in BUNDLED if name != "ansari2020"]


def two_cohorts(root: Path, folder: Path) -> Path:
    """A fresh folder with the cohort to break and one other, which saves half of the run."""
    copy_project(root, folder)
    for name in ("krishnan2021", "goonasegaran2022"):
        edit(folder / "config" / "config.yaml", f"  - {name}\n", "")
    return folder


def assert_no_traceback(run: Run) -> None:
    for word in ("Traceback", 'File "', "RuleException", "WorkflowError", "CalledProcessError", "Error in rule"):
        assert word not in run.said, run.said


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) >= 1, f"{old} is not in {path}"
    path.write_text(text.replace(old, new, 1))


# --- of the plan -------------------------------------------------------------------------------------------------------

PLAN_FAULTS = {
    "broken YAML": ("config/cohorts/ansari2020.yaml", "condition: chronic", "condition chronic", ["line"]),
    "misspelt key": (
        "config/cohorts/ansari2020.yaml",
        "covariates:",
        "covariate:",
        ['"covariate" is not a key here (did you mean "covariates"?)', "Allowed:"],
    ),
    "missing file": (
        "config/cohorts/ansari2020.yaml",
        "file: data/ansari2020/ansari2020_synthetic.csv",
        "file: data/ansari2020/lost.csv",
        ["there is no file data/ansari2020/lost.csv"],
    ),
    "cohort twice": (
        "config/config.yaml",
        "  - ansari2020\n",
        "  - ansari2020\n  - ansari2020\n",
        ['"ansari2020" is listed twice'],
    ),
}


@pytest.mark.parametrize("fault", PLAN_FAULTS)
@pytest.mark.parametrize("after", ["fresh", "a good run"])
def test_a_fault_of_the_plan_is_one_message_before_any_job(root, request, tmp_path, fault, after):
    name, old, new, words = PLAN_FAULTS[fault]
    folder = copy_project(root, tmp_path / "fresh") if after == "fresh" else request.getfixturevalue("project")
    before = snapshot(folder / "results")
    edit(folder / name, old, new)
    run = run_workflow(root, folder)
    assert run.code != 0
    assert_no_traceback(run)
    said = [line for line in run.said.splitlines() if not line.startswith("Using workflow specific profile")]
    assert said[0] == "The plan has faults, nothing was run:"
    assert len(said) == 2, said
    assert said[1].startswith(name)
    for word in words:
        assert word in said[1]
    assert snapshot(folder / "results") == before


# --- of the data -------------------------------------------------------------------------------------------------------

CSV = "data/ansari2020/ansari2020_synthetic.csv"


def _row(folder: Path, number: int) -> list[str]:
    return (folder / CSV).read_text().splitlines()[number - 1].split(",")


def break_arm(folder: Path) -> list[str]:
    cells = _row(folder, 4)
    arm = cells[_row(folder, 1).index("group")]
    edit(folder / CSV, ",".join(cells), ",".join(cells).replace(f",{arm},", ",C E,"))
    return ["row 4", 'column "group"', '"C E"', 'did you mean "CE"?', 'Allowed: "RW+CE", "CE"']


def break_range(folder: Path) -> list[str]:
    header, cells = _row(folder, 1), _row(folder, 7)
    changed = list(cells)
    changed[header.index("vas_post")] = "29"
    edit(folder / CSV, ",".join(cells), ",".join(changed))
    return ["row 7", 'column "vas_post"', '"29"', "outside the instrument's range", "Allowed: 0 to 10 cm"]


def break_participant(folder: Path) -> list[str]:
    with (folder / CSV).open("a") as file:
        file.write(",".join(_row(folder, 5)) + "\n")
    return ["row 32", 'column "id"', _row(folder, 5)[0], "row 5 has already", "Allowed: one row a participant"]


@pytest.mark.parametrize("after", ["fresh", "a good run"])
@pytest.mark.parametrize("break_it", [break_arm, break_range, break_participant])
def test_a_fault_of_the_data_stops_that_cohort_alone(root, request, tmp_path, break_it, after):
    folder = two_cohorts(root, tmp_path / "fresh") if after == "fresh" else request.getfixturevalue("project")
    words = break_it(folder)
    run = run_workflow(root, folder)
    assert run.code != 0
    assert_no_traceback(run)
    fails = re.findall(r"^FAIL (.*)$", run.said, flags=re.MULTILINE)
    assert len(fails) == 1, run.said
    assert fails[0].startswith(f"ingest_cohort ansari2020: {CSV}")
    for word in words:
        assert word in fails[0]

    results = folder / "results"
    left = {path.name for path in (results / "cohorts" / "ansari2020").iterdir()}
    assert left == {"problems.csv"}
    problems = pd.read_csv(results / "cohorts" / "ansari2020" / "problems.csv", dtype=str)
    (problem,) = problems[problems["severity"] == "error"].to_dict("records")
    assert problem["file"] == CSV
    assert f"row {problem['row']}" == words[0]
    assert f'column "{problem["column"]}"' == words[1]
    assert problem["allowed"]
    for name in (
        "report.html",
        "synthesis/effects.csv",
        "synthesis/pooled.csv",
        "synthesis/figures",
        "synthesis/tables",
    ):
        assert not (results / name).exists()
    for cohort in ["dufek2011"] if after == "fresh" else OTHERS:
        assert (results / "cohorts" / cohort / "tables" / "results.docx").is_file()


def test_a_participant_twice_at_a_visit_in_a_long_file(root, tmp_path):
    folder = copy_project(root, tmp_path / "fresh")
    path = folder / "data" / "goonasegaran2022" / "goonasegaran2022_synthetic_long.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[3], ""]))
    run = run_workflow(root, folder, "results/cohorts/goonasegaran2022/measurements.csv")
    assert run.code != 0
    assert_no_traceback(run)
    participant, _, week = lines[3].split(",")[:3]
    assert f'row {len(lines) + 1}, column "participant + week": "{participant} + {week}"' in run.said
    assert "that row 4 has already" in run.said


def test_mending_the_data_brings_everything_back(root, project):
    good = snapshot(project / "results")
    text = (project / CSV).read_text()
    break_arm(project)
    assert run_workflow(root, project).code != 0
    (project / CSV).write_text(text)
    run = run_workflow(root, project)
    assert run.code == 0, run.said
    assert snapshot(project / "results") == good


def test_a_fault_of_the_evidence_names_its_row_and_leaves_the_cohorts(root, project):
    edit(project / "data" / "published" / "evidence.csv", "post_mean_sd,1.56,0.63", "post_mean_sd,1.56,-0.63")
    run = run_workflow(root, project)
    assert run.code != 0
    assert_no_traceback(run)
    assert "FAIL pool_effects: data/published/evidence.csv, row 5" in run.said
    assert not (project / "results" / "report.html").exists()
    assert not (project / "results" / "synthesis" / "tables").exists()
    assert (project / "results" / "cohorts" / "ansari2020" / "tables").is_dir()
