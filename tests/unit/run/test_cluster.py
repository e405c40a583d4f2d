"""Jobs that a killed run left on a cluster: cancelled before the next run starts, and no other job of the user's."""

import shutil
import subprocess

import pytest

from retrowalk.errors import RetrowalkError
from retrowalk.run.cluster import cancel_left_jobs
from retrowalk.run.folder import SLURM_LOGS


class Cluster:
    """A Slurm that says what it is told to: `jobs` are lines of squeue, cancelled ones are seen so many times more."""

    def __init__(self, *jobs, ends_after=2):
        self.jobs, self.ends_after, self.cancelled = jobs, ends_after, []

    def __call__(self, command):
        if command[0] == "scancel":
            self.cancelled = list(command[1:])
            return ""
        if self.cancelled:
            self.ends_after -= 1
        gone = self.cancelled if self.ends_after < 0 else []
        return "".join(f"{job}\n" for job in self.jobs if job.split("|")[0] not in gone)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in which a run was on Slurm, on a computer that has Slurm, where no time passes."""
    place = tmp_path / "O'Brien's trials | 2026"
    (place / SLURM_LOGS).mkdir(parents=True)
    monkeypatch.chdir(place)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return place


def test_the_jobs_of_this_folder_are_cancelled_and_waited_for(folder):
    said = []
    cluster = Cluster(
        f"7|retrowalk_1f|{folder}", f"8|retrowalk_1f|{folder}/other", f"9|my own|{folder}", f"11|retrowalk_2a|{folder}"
    )
    cancel_left_jobs(said.append, cluster)
    assert cluster.cancelled == ["7", "11"]
    assert cluster.ends_after < 0
    assert said == ["Jobs of an interrupted run were still on the cluster and are cancelled: 7, 11."]


def test_no_job_is_cancelled_where_none_is_left(folder):
    said = []
    cluster = Cluster(f"9|my own|{folder}")
    cancel_left_jobs(said.append, cluster)
    assert (cluster.cancelled, said) == ([], [])


def test_jobs_that_do_not_end_stop_the_run(folder):
    with pytest.raises(RetrowalkError, match=r"still on the cluster \(7\).*Try again when"):
        cancel_left_jobs(print, Cluster(f"7|retrowalk_1f|{folder}", ends_after=10**9), patience=0.05)


@pytest.mark.parametrize(
    "fault",
    [FileNotFoundError("squeue"), subprocess.CalledProcessError(1, "squeue"), subprocess.TimeoutExpired("squeue", 60)],
)
def test_a_cluster_that_does_not_answer_stops_the_run(folder, fault):
    def broken(command):
        raise fault

    with pytest.raises(RetrowalkError, match="Slurm does not answer"):
        cancel_left_jobs(print, broken)


@pytest.mark.parametrize("has_slurm", [True, False])
def test_where_nothing_ran_on_a_cluster_it_is_not_asked(folder, monkeypatch, has_slurm):
    if has_slurm:
        SLURM_LOGS.rmdir()
    else:
        monkeypatch.setattr(shutil, "which", lambda name: None)

    def unasked(command):
        raise AssertionError(command)

    cancel_left_jobs(print, unasked)
