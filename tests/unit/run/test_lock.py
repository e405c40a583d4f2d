"""One run a folder, and a run that was killed keeps nobody out."""

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from retrowalk.run import lock
from retrowalk.run.lock import FolderInUseError, lock_folder, unlock


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".snakemake" / "retrowalk" / "lock"


@pytest.fixture
def other(path):
    """Another process that has the lock, until it is told to end."""
    code = (
        "import sys, time; from pathlib import Path; from retrowalk.run.lock import lock_folder\n"
        "with lock_folder(Path(sys.argv[1])):\n    print('locked', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "locked\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_run_is_refused_at_once_and_told_who_the_first_is(path, other):
    start = time.monotonic()
    with (
        pytest.raises(FolderInUseError, match=rf"in use by another run \(process {other.pid}, started 20"),
        lock_folder(path),
    ):
        pass
    assert time.monotonic() - start < 5
    with pytest.raises(FolderInUseError):
        unlock(path)


def test_a_killed_run_leaves_the_folder_free(path, other):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    with lock_folder(path) as has_lock:
        assert has_lock
        assert json.loads(path.read_text())["process"] == os.getpid()
    assert path.read_text() == ""


def test_the_jobs_of_a_killed_run_are_waited_for(path):
    """The lock is inherited: it is free when the last job has ended."""
    with path.parent.mkdir(parents=True) or path.open("w") as file:
        file.write(
            json.dumps({"host": lock.socket.gethostname(), "process": 2**22 + 1, "started": "2026-11-30 10:00:00"})
        )
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        job = subprocess.Popen(["sleep", "1"], pass_fds=[file.fileno()])
    with lock_folder(path) as has_lock:
        assert has_lock
        assert job.poll() == 0 or job.wait(timeout=1) == 0


def test_a_run_on_another_host_is_named_and_forgotten_by_unlock_alone(path):
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"host": "elsewhere", "process": 7, "started": "2026-11-30 10:00:00"}))
    with (
        pytest.raises(FolderInUseError, match=r'on the computer "elsewhere" \(process 7.*make unlock'),
        lock_folder(path),
    ):
        pass
    unlock(path)
    with lock_folder(path):
        pass


def test_a_file_system_without_locks_is_said_to_have_none(path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with lock_folder(path) as has_lock:
        assert not has_lock


def test_snakemakes_own_lock_goes_with_unlock(path):
    left = path.parents[1] / "locks" / "0.input.lock"
    left.parent.mkdir(parents=True)
    left.write_text("data.csv\n")
    unlock(path)
    assert not left.exists()


def test_a_run_that_ends_with_an_error_leaves_no_name(path):
    with pytest.raises(ZeroDivisionError), lock_folder(path):
        1 / 0  # noqa: B018
    assert path.read_text() == ""
