"""The seal of a whole run: every file is in it, it is quiet about what was not touched, and edits do not get past it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate
from tests.conftest import HANGS
from tests.workflow.conftest import BUNDLED, Run, run_workflow, snapshot

from retrowalk.present.record.intact import CHECKSUMS, read_seal


def verify(folder: Path, *arguments: str) -> Run:
    command = [sys.executable, "-m", "retrowalk", "verify", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=HANGS, check=False)
    return Run(done.returncode, done.stdout + done.stderr)


def test_every_result_is_sealed(finished):
    results = finished[0] / "results"
    assert read_seal(results).keys() | {CHECKSUMS} == snapshot(results).keys()
    crate = ROCrate(results)
    for path in snapshot(results):
        assert crate.get(path), path
    assert {each.id for each in crate.get_by_type("Dataset")} == {
        "./",
        "synthesis/",
        *(f"cohorts/{cohort}/" for cohort in BUNDLED),
    }


def test_a_run_that_nobody_touched_is_confirmed_and_agrees_with_itself(finished):
    run = verify(finished[0], "--against", str(finished[0] / "results"))
    assert run.code == 0, run.said
    assert len(run.said.splitlines()) == 5
    assert "The numbers in results and " in run.said


@pytest.mark.parametrize("name", ["numbers.csv", "cohorts/ansari2020/estimates.csv"])
def test_an_edited_number_is_found_before_and_by_the_next_run(root, project, name):
    path = project / "results" / name
    path.write_text(re.sub(r"\d(?=\D*$)", lambda digit: str(9 - int(digit[0])), path.read_text(), count=1))
    assert f"results/{name} was changed after the run." in verify(project).said
    run = run_workflow(root, project, "-n")
    assert f"results/{name} was edited after it was made." in run.said
    assert run.jobs >= {"write_manuscript", "write_changes", "seal_results"}


def test_an_edited_seal_alone_is_made_again(root, project):
    before = snapshot(project / "results")
    path = project / "results" / CHECKSUMS
    path.write_text(path.read_text() + "x,1,2\n")
    (project / "results" / "ro-crate-metadata.json").unlink()
    run = run_workflow(root, project)
    assert run.code == 0, run.said
    assert re.findall(r"^\[ *\d+/\d+\] (\w+)", run.said, flags=re.MULTILINE) == ["seal_results"]
    assert snapshot(project / "results") == before


def test_edited_frozen_numbers_stop_the_run_with_one_message(root, project):
    path = project / "config" / "frozen" / "numbers.csv"
    path.write_text(path.read_text().replace("1", "2", 1))
    words = "config/frozen/numbers.csv has changed since make freeze wrote it."
    assert words in verify(project).said
    run = run_workflow(root, project)
    assert run.code != 0
    (fail,) = re.findall(r"^FAIL (.*)$", run.said, flags=re.MULTILINE)
    assert fail.startswith(f"write_changes: {words}")
    assert not (project / "results" / CHECKSUMS).exists()
