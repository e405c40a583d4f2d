"""Jobs that a run which was killed left on a Slurm cluster: nothing ends them, and they would write over what the next run makes."""

import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from retrowalk.errors import RetrowalkError
from retrowalk.run.folder import SLURM_LOGS

#: What the names of our jobs start with (profiles/slurm): nothing else of the user's is cancelled.
JOB_NAME = "retrowalk_"

#: Seconds for cancelled jobs to end. A cluster gives them half a minute (KillWait) before it kills them.
PATIENCE = 120.0

Command = Callable[[Sequence[str]], str]


def _run(command: Sequence[str]) -> str:
    """Return what a command of Slurm says."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def cancel_left_jobs(tell: Callable[[str], None], command: Command = _run, patience: float = PATIENCE) -> None:
    """Cancel the jobs that an earlier run of this folder left on the cluster, and wait until they have ended.

    To be called under the lock of the folder: no run that could still want them is alive. Does nothing where no run of the
    folder used Slurm, or Slurm's programs are not there.

    Raises
    ------
    RetrowalkError
        Slurm does not answer, or the jobs do not end.
    """
    if not SLURM_LOGS.is_dir() or shutil.which("squeue") is None:
        return
    try:
        left = _jobs_of(Path.cwd(), command)
        if not left:
            return
        tell(f"Jobs of an interrupted run were still on the cluster and are cancelled: {', '.join(left)}.")
        command(["scancel", *left])
        end = time.monotonic() + patience
        while left and time.monotonic() < end:
            time.sleep(0.5)
            left = _jobs_of(Path.cwd(), command)
    except (OSError, subprocess.SubprocessError) as fault:
        raise RetrowalkError(
            f"Nothing was run: an earlier run of this folder may have left jobs on the cluster, and Slurm does not answer ({fault}). "
            "Try again when `squeue --me` works."
        ) from None
    if left:
        raise RetrowalkError(
            f"Nothing was run: jobs of an interrupted run are still on the cluster ({', '.join(left)}). "
            "They were cancelled but have not ended. Try again when `squeue --me` no longer shows them."
        )


def _jobs_of(folder: Path, command: Command) -> list[str]:
    """Return the numbers of this user's jobs in a folder, waiting and running ones."""
    lines = command(["squeue", "--me", "--noheader", "--format=%i|%j|%Z"]).splitlines()
    jobs = [line.strip().split("|", 2) for line in lines if line.count("|") >= 2]
    return [number for number, name, place in jobs if name.startswith(JOB_NAME) and Path(place) == folder]
