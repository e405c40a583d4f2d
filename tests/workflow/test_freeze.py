"""A plan that is changed after it was frozen: the report shows it; freezing runs the record and the report again."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from tests.conftest import HANGS
from tests.workflow.conftest import BUNDLED, Run, copy_project, draw_less, keep_only, run_workflow, words_of

pytestmark = pytest.mark.slow

RECORD = {"record_run", "write_report", "write_manuscript", "write_changes", "seal_results"}
KEPT = "ansari2020"


def freeze(folder: Path) -> Run:
    command = [sys.executable, "-c", "from retrowalk.cli import main; main(['freeze'])"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=HANGS, check=False)
    return Run(done.returncode, done.stdout + done.stderr)


def plan_section(folder: Path) -> str:
    page = (folder / "results" / "report.html").read_text(encoding="utf-8")
    section = re.search('<section id="plan">(.*?)</section>', page, flags=re.DOTALL)[1]
    return words_of(section)


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "config" / "config.yaml"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def changed(root, tmp_path_factory) -> tuple[Path, Run]:
    """A folder with the frozen plan of the bundled cohorts, and a plan of one of them with another alpha, run once."""
    folder = copy_project(root, tmp_path_factory.mktemp("freeze") / "project")
    keep_only(folder, KEPT)
    edit(folder, "alpha: 0.05\n", "alpha: 0.2\n")
    draw_less(folder)
    return folder, run_workflow(root, folder)


@pytest.fixture
def folder(changed, tmp_path) -> Path:
    """A copy of that folder, to change at will."""
    shutil.copytree(changed[0], tmp_path / "project", copy_function=shutil.copy2)
    return tmp_path / "project"


def test_a_changed_alpha_is_in_the_report(changed):
    folder, run = changed
    assert run.code == 0, run.said
    said = plan_section(folder)
    assert "analysis.alpha changed yes 0.05 0.2" in said
    assert "without deviations" not in said
    table = pd.read_csv(folder / "results" / "deviations.csv", keep_default_na=False, dtype=str)
    assert list(table.query("where == 'analysis.alpha'").iloc[0]) == ["changed", "analysis.alpha", "0.05", "0.2", "yes"]
    gone = set(table.loc[table["what"] == "removed", "where"])
    assert gone >= {f"cohorts.{name}" for name in BUNDLED if name != KEPT}
    assert len(table) == int(re.search(r"Deviations from the frozen plan \((\d+)\)", said)[1])


def test_a_run_leaves_the_frozen_folder_as_it_was(root, changed):
    names = {path.name for path in (root / "config" / "frozen").iterdir()}
    assert {path.name for path in (changed[0] / "config" / "frozen").iterdir()} == names
    for name in names:
        assert (changed[0] / "config" / "frozen" / name).read_bytes() == (root / "config/frozen" / name).read_bytes()


def test_freezing_runs_the_record_and_the_report_again_and_once(root, folder):
    assert freeze(folder).code == 0
    assert run_workflow(root, folder, "-n").jobs == RECORD
    run = run_workflow(root, folder)
    assert run.code == 0, run.said
    digest = (folder / "config" / "frozen" / "plan.sha256").read_text().strip()
    assert plan_section(folder) == (
        f"The plan SHA-256 of the plan as run: {digest} SHA-256 of the frozen plan: {digest} "
        "The plan was run as frozen, without deviations."
    )
    assert freeze(folder).said.splitlines()[0].endswith(digest)
    assert "Nothing to do" in run_workflow(root, folder, "-n").said


def test_without_a_frozen_plan_the_record_and_the_report_run_again(root, folder):
    shutil.rmtree(folder / "config" / "frozen")
    assert run_workflow(root, folder, "-n").jobs == RECORD


def test_results_of_another_plan_are_not_frozen(folder):
    edit(folder, "alpha: 0.2\n", "alpha: 0.1\n")
    before = (folder / "config" / "frozen" / "plan.json").read_bytes()
    run = freeze(folder)
    assert run.code == 1
    assert run.said.startswith(
        "The plan in config/ has changed since the results were made (results/plan.json differs)"
    )
    assert (folder / "config" / "frozen" / "plan.json").read_bytes() == before


def test_nor_those_of_a_run_that_made_the_record_alone(root, folder):
    """The record of the plan is written while the models of it are still to be fitted."""
    edit(folder, "alpha: 0.2\n", "alpha: 0.1\n")
    assert run_workflow(root, folder, "results/provenance.json").code == 0
    run = freeze(folder)
    assert run.code == 1
    assert "the last run did not finish, so nothing was frozen." in run.said


def test_a_frozen_plan_that_was_touched_stops_the_record_with_one_message(root, folder):
    path = folder / "config" / "frozen" / "plan.json"
    path.write_text(path.read_text().replace("0.05", "0.2"))
    run = run_workflow(root, folder)
    assert run.code != 0
    assert "Traceback" not in run.said
    (fail,) = re.findall(r"^FAIL (.*)$", run.said, flags=re.MULTILINE)
    assert fail.startswith("record_run: config/frozen/plan.json has changed since it was frozen")
    assert not (folder / "results" / "report.html").exists()
