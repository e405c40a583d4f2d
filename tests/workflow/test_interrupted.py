"""A run that is killed, at any moment and in any way: the next one goes on, and makes the same bytes."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from tests.bad_input.good import make_project
from tests.conftest import HANGS
from tests.workflow.conftest import draw_less, run_command, run_workflow, snapshot

pytestmark = pytest.mark.slow

#: How a run ends that nobody wanted to end: the whole group as in a power cut, or the first process alone.
WAYS = ((signal.SIGKILL, True), (signal.SIGKILL, False), (signal.SIGHUP, False), (signal.SIGTERM, True))
#: As a terminal sends it, to the whole group.
CTRL_C = (signal.SIGINT, True)
#: Moments, as shares of the time of a whole run: two here, twenty where slow tests are asked for.
MOMENTS = [random.Random(15).uniform(0.05, 1) for _ in range(20)]


#: The rooms before the figures: enough to be interrupted in a few seconds.
NUMBERS = ("results/cohorts/trial/estimates.csv", "results/cohorts/trial/descriptives.csv", "results/overlaps.csv")
#: Everything.
ALL = ()


@pytest.fixture(scope="module")
def uninterrupted(root, tmp_path_factory):
    """A small trial that was run without interruption, the seconds it took, and what was asked for; each made once."""
    made = {}

    def run(targets):
        if targets not in made:
            folder = make_project(tmp_path_factory.mktemp("whole"), "wide")
            draw_less(folder)
            start = time.monotonic()
            done = run_command(root, folder, *targets)
            assert done.code == 0, done.said
            made[targets] = folder, time.monotonic() - start, targets
        return made[targets]

    return run


@pytest.fixture
def whole(uninterrupted):
    """The numbers alone."""
    return uninterrupted(NUMBERS)


def interrupt(root, folder, targets, seconds, way, times=1):
    """Start a run and end it after some seconds; return its exit code."""
    number, whole_group = way
    command = [sys.executable, "-m", "snakemake", "-s", root / "Snakefile", "-d", folder, *targets]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(seconds)
    for _ in range(times):
        if process.poll() is None:
            (os.killpg if whole_group else os.kill)(process.pid, number)
        time.sleep(0.2)
    return process.wait(timeout=HANGS)


def assert_goes_on(root, whole, tmp_path, share, way, times=1):
    finished, seconds, targets = whole
    folder = tmp_path / "folder"
    shutil.copytree(finished, folder, ignore=shutil.ignore_patterns("results", ".snakemake"))
    interrupt(root, folder, targets, share * seconds, way, times)
    run = run_workflow(root, folder, *targets)
    assert run.code == 0, run.said
    assert "unlock" not in run.said
    assert "Traceback" not in run.said
    # Nothing of what was half-made is left, and nothing was taken for somebody's work.
    assert snapshot(folder / "results") == snapshot(finished / "results")
    assert not (folder / "edited").exists()


@pytest.mark.parametrize(("share", "way"), [(0.6, WAYS[0]), (0.8, WAYS[2])], ids=["killed", "terminal closed"])
def test_the_next_run_goes_on(root, whole, tmp_path, share, way):
    assert_goes_on(root, whole, tmp_path, share, way)


@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_the_next_run_goes_on_after_ctrl_c(root, whole, tmp_path, times):
    assert_goes_on(root, whole, tmp_path, 0.6, CTRL_C, times)


@pytest.mark.parametrize("number", range(len(MOMENTS)))
def test_the_next_run_goes_on_from_any_moment(root, uninterrupted, tmp_path, number):
    """Every fourth run is a whole one, with figures, manuscript and report."""
    whole = uninterrupted(NUMBERS if number % 4 else ALL)
    assert_goes_on(root, whole, tmp_path, MOMENTS[number], WAYS[(number + number // 4) % len(WAYS)])


def test_a_second_run_is_refused_and_the_first_goes_on(root, whole, tmp_path):
    folder = tmp_path / "folder"
    shutil.copytree(whole[0], folder, ignore=shutil.ignore_patterns("results", ".snakemake"))
    command = [sys.executable, "-m", "snakemake", "-s", root / "Snakefile", "-d", folder, *whole[2]]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    said = [run.communicate(timeout=HANGS)[0] for run in runs]
    codes = [run.returncode for run in runs]
    assert sorted(codes) == [0, 1], said
    refused = said[codes.index(1)].splitlines()
    assert [line for line in refused if not line.startswith("Using workflow")] == [refused[-1]]
    assert refused[-1].startswith("This folder is in use by another run (process ")
    assert snapshot(folder / "results") == snapshot(whole[0] / "results")


def child_of(process: int) -> int | None:
    """Return a process that another one started, None where there is none."""
    listed = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False).stdout
    return next(iter(map(int, listed.split())), None)


def test_a_killed_job_is_one_message_and_the_next_run_goes_on(root, whole, tmp_path):
    """As the memory killer does it: the job alone, and then the server that forks the jobs."""
    folder = tmp_path / "folder"
    shutil.copytree(whole[0], folder, ignore=shutil.ignore_patterns("results", ".snakemake"))
    command = [sys.executable, "-m", "snakemake", "-s", root / "Snakefile", "-d", folder, *whole[2]]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    server = job = None
    while process.poll() is None and job is None:  # the server is there before the first job
        time.sleep(0.05)
        server = child_of(process.pid)
        job = server and child_of(server)
    os.kill(server, signal.SIGKILL)
    said = process.communicate(timeout=HANGS)[0]
    assert process.returncode == 1
    assert "Traceback" not in said
    assert "the job was terminated from outside" in said or "failed without an error message" in said
    assert run_workflow(root, folder, *whole[2]).code == 0
    assert snapshot(folder / "results") == snapshot(whole[0] / "results")
