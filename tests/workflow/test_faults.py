"""A user's mistakes: of the plan (one message before any job) and of the data (that cohort stops, the others finish)."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from tests.workflow.conftest import Run, copy_project, draw_less, keep_only, run_workflow, snapshot, words_of
from tests.workflow.test_freeze import freeze


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
        ['"covariate" is not an allowed key (did you mean "covariates"?)', "Allowed:"],
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
    assert said[0] == "The plan has errors; nothing was run:"
    assert len(said) == 2, said
    assert said[1].startswith(name)
    for word in words:
        assert word in said[1]
    assert snapshot(folder / "results") == before


# --- of the data -------------------------------------------------------------------------------------------------------

CSV = "data/ansari2020/ansari2020_synthetic.csv"


def _row(path: Path, number: int) -> list[str]:
    return path.read_text().splitlines()[number - 1].split(",")


def break_arm(path: Path) -> list[str]:
    cells = _row(path, 4)
    arm = cells[_row(path, 1).index("group")]
    edit(path, ",".join(cells), ",".join(cells).replace(f",{arm},", ",C E,"))
    return ["row 4", 'column "group"', '"C E"', 'did you mean "CE"?', 'Allowed: "RW+CE", "CE"']


def break_range(path: Path) -> list[str]:
    header, cells = _row(path, 1), _row(path, 7)
    changed = list(cells)
    changed[header.index("vas_post")] = "29"
    edit(path, ",".join(cells), ",".join(changed))
    return ["row 7", 'column "vas_post"', '"29"', "outside the instrument's range", "Allowed: 0 to 10 cm"]


def break_participant(path: Path) -> list[str]:
    with path.open("a") as file:
        file.write(",".join(_row(path, 5)) + "\n")
    return ["row 32", 'column "id"', _row(path, 5)[0], "is already in row 5", "Allowed: one row per participant"]


BREAKS = {"arm2020": break_arm, "range2020": break_range, "participant2020": break_participant}


def broken_thrice(root: Path, folder: Path) -> Path:
    """A fresh folder with a good cohort, and three copies of another to break."""
    copy_project(root, folder)
    plan = folder / "config" / "config.yaml"
    keep_only(folder, "dufek2011")
    draw_less(folder)
    for name in BREAKS:
        (folder / "data" / name).mkdir()
        shutil.copy(folder / CSV, folder / "data" / name)
        cohort = (folder / "config" / "cohorts" / "ansari2020.yaml").read_text()
        (folder / "config" / "cohorts" / f"{name}.yaml").write_text(cohort.replace("ansari2020/", f"{name}/"))
        edit(plan, "  - dufek2011\n", f"  - dufek2011\n  - {name}\n")
    return folder


def assert_stopped(run: Run, folder: Path, cohort: str, file: str, words: list[str]) -> None:
    """Assert that a cohort was stopped by one message on its file, and left nothing but the list of its problems."""
    fails = re.findall(rf"^FAIL ingest_cohort {cohort}: (.*)$", run.said, flags=re.MULTILINE)
    assert len(fails) == 1, run.said
    assert fails[0].startswith(file)
    for word in words:
        assert word in fails[0]
    left = folder / "results" / "cohorts" / cohort
    assert {path.name for path in left.iterdir()} == {"problems.csv"}
    problems = pd.read_csv(left / "problems.csv", dtype=str)
    (problem,) = problems[problems["severity"] == "error"].to_dict("records")
    assert problem["file"] == file
    assert f"row {problem['row']}" == words[0]
    assert f'column "{problem["column"]}"' == words[1]
    assert problem["allowed"]


def assert_made_without(run: Run, folder: Path, left_out: list[str], others: list[str]) -> None:
    """Assert that the other cohorts have their results, and that what is made of all says which ones it lacks."""
    assert run.code != 0
    assert_no_traceback(run)
    results = folder / "results"
    for cohort in others:
        assert (results / "cohorts" / cohort / "tables" / "results.docx").is_file()
    (named,) = re.findall("^results/report.html was made without (.*), because of", run.said, flags=re.MULTILINE)
    assert sorted(named.split(", ")) == sorted(left_out)
    report, manuscript = words_of((results / "report.html").read_text()), (results / "manuscript.md").read_text()
    for name in left_out:
        assert f"{name} is not in this report, because its data contain errors: " in report
        assert f"{name} is not in this text, because its data contain errors: " in manuscript
        assert f'id="cohort-{name}"' not in (results / "report.html").read_text()
    for name in others:
        assert f"{name} is not in this" not in report + manuscript
    effects = pd.read_csv(results / "synthesis" / "effects.csv", dtype=str)
    simulated = effects[effects["provenance"] == "synthetic"]  # the published results of a study may have its name
    assert set(simulated["cohort"]) == set(others)


def test_faults_of_the_data_stop_their_cohorts_alone(root, tmp_path):
    folder = broken_thrice(root, tmp_path / "fresh")
    files = {name: f"data/{name}/ansari2020_synthetic.csv" for name in BREAKS}
    words = {name: break_it(folder / files[name]) for name, break_it in BREAKS.items()}
    run = run_workflow(root, folder)
    assert len(re.findall("^FAIL ", run.said, flags=re.MULTILINE)) == len(BREAKS)
    for name in BREAKS:
        assert_stopped(run, folder, name, files[name], words[name])
    assert_made_without(run, folder, list(BREAKS), ["dufek2011"])


def test_a_fault_takes_the_results_of_a_good_run_away_and_mending_brings_them_back(root, project):
    keep_only(project, "ansari2020", "dufek2011")
    text, cohorts = (project / CSV).read_text(), project / "results/cohorts"
    good = {name: snapshot(cohorts / name) for name in ("ansari2020", "dufek2011")}
    words = break_participant(project / CSV)
    run = run_workflow(root, project)
    assert len(re.findall("^FAIL ", run.said, flags=re.MULTILINE)) == 1
    assert_stopped(run, project, "ansari2020", CSV, words)
    assert_made_without(run, project, ["ansari2020"], ["dufek2011"])
    refused = freeze(project)
    assert refused.code == 1
    assert refused.said.startswith(
        "ansari2020 was left out of the results because of errors in the data, so nothing was frozen."
    )
    (project / CSV).write_text(text)
    run = run_workflow(root, project)
    assert run.code == 0, run.said
    assert {folder.name: snapshot(folder) for folder in cohorts.iterdir()} == good
    page = (project / "results/report.html").read_text()
    assert 'id="cohort-ansari2020"' in page
    assert "is not in this report" not in page


def test_where_every_cohort_has_errors_nothing_joint_is_made(root, tmp_path):
    folder = copy_project(root, tmp_path / "fresh")
    keep_only(folder, "ansari2020")
    break_arm(folder / CSV)
    run = run_workflow(root, folder)
    assert run.code != 0
    assert_no_traceback(run)
    assert "FAIL admit_cohorts: The data of every cohort have errors, so there is nothing to report." in run.said
    assert not (folder / "results" / "report.html").exists()
    assert not (folder / "results" / "synthesis").exists()


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
    assert "is already in row 4, with the same visit" in run.said


def test_a_fault_of_the_evidence_names_its_row_and_leaves_the_cohorts(root, project):
    edit(project / "data" / "published" / "evidence.csv", "post_mean_sd,1.56,0.63", "post_mean_sd,1.56,-0.63")
    run = run_workflow(root, project)
    assert run.code != 0
    assert_no_traceback(run)
    assert "FAIL pool_effects: data/published/evidence.csv, row 5" in run.said
    assert not (project / "results" / "report.html").exists()
    assert not (project / "results" / "synthesis" / "tables").exists()
    assert (project / "results" / "cohorts" / "ansari2020" / "tables").is_dir()
