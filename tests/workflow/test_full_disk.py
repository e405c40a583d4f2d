"""A disk that is full, at the start and in the middle of a run, or that is read only: one message each, and nothing is lost."""

import os
import shutil
import subprocess

import pytest
from tests.workflow.conftest import run_workflow, snapshot

pytestmark = pytest.mark.slow


@pytest.fixture
def disk(small, tmp_path):
    """The small trial, not run yet, on a disk of its own; and the command that mounts it anew with other options."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no disk can be mounted here; it takes root ({done.stderr.strip()})")

    mount("size=4m")
    shutil.copytree(small, place / "trial", ignore=shutil.ignore_patterns("results", ".snakemake"))
    yield place / "trial", mount
    subprocess.run(["umount", "--lazy", place], check=True)


def messages(run) -> list[str]:
    """Return what a run said but for finished jobs and for which profile is used."""
    return [line for line in run.said.splitlines() if not line.startswith(("[", "Using workflow"))]


def test_a_disk_that_is_full_at_the_start_runs_nothing(root, disk):
    folder, _ = disk
    (folder.parent / "film.mp4").write_bytes(bytes(shutil.disk_usage(folder).free))
    assert shutil.disk_usage(folder).free == 0
    run = run_workflow(root, folder)
    assert run.code == 1
    (message,) = messages(run)
    assert message.startswith("Nothing was run: ")
    assert "No space left on device" in message
    assert message.endswith("Check the free disk space and the read and write permissions.")


def test_after_a_disk_was_full_in_the_middle_the_next_run_goes_on(root, disk, small):
    folder, mount = disk
    run = run_workflow(root, folder)
    assert run.code == 1
    assert "Traceback" not in run.said
    fails = [line for line in messages(run) if line.startswith("FAIL ")]
    assert fails
    assert all("a file could not be read or written" in line and "No space left on device" in line for line in fails)
    assert [name for name in os.listdir(folder / "results") if name.startswith(".")] == []
    mount("remount,size=200m")
    run = run_workflow(root, folder)
    assert run.code == 0, run.said
    assert snapshot(folder / "results") == snapshot(small / "results")
    assert not (folder / "edited").exists()


def test_results_on_a_disk_that_is_read_only_are_left_as_they_are(root, disk):
    folder, mount = disk
    (folder / "results").mkdir()
    (folder / "results" / "manuscript.docx").write_bytes(b"my words")
    mount("remount,ro")
    run = run_workflow(root, folder)
    assert run.code == 1
    (message,) = messages(run)
    assert "Read-only file system" in message
    assert "Traceback" not in message
    assert (folder / "results" / "manuscript.docx").read_bytes() == b"my words"
