"""A Snakemake executor that starts no Python for a script: it forks a process that has the heavy libraries loaded.

A job of a few seconds spends most of them on `import`. Here one process, the warm server, imports once and forks itself for
every Python script. All other jobs, and scripts with a conda environment, a container or a benchmark, run as in Snakemake's
local executor, which this one extends. Switched on in profiles/default/profile.yaml.

It builds on classes of Snakemake that are not public: tests/workflow/test_warm_executor.py tells when they change.
"""

import os
import pickle
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snakemake.exceptions import SpawnedJobError
from snakemake.executors.local import Executor as LocalExecutor
from snakemake.executors.local import common_settings as common_settings
from snakemake.iocontainers import Snakemake
from snakemake.script import get_source
from snakemake_interface_executor_plugins.settings import ExecutorSettingsBase

from snakemake_executor_plugin_warm.server import send

SERVER = Path(__file__).with_name("server.py")
#: As it was when Snakemake started: a Snakefile may quote it for a shell.
INTERPRETER = sys.executable

#: A fork of a process that has used Apple's frameworks (numpy's Accelerate) may crash; Windows has no fork.
CAN_FORK = sys.platform.startswith("linux")


@dataclass
class ExecutorSettings(ExecutorSettingsBase):
    """The options of `--executor warm`."""

    preload: list[str] = field(
        default_factory=list,
        metadata={"help": "Modules to import before the first fork, in this order.", "nargs": "+"},
    )

    def __post_init__(self) -> None:
        self.server: Server | None = None
        self.starting = threading.Lock()

    def warm_up(self) -> "Server | None":
        """Return the server; where there is none, or it has ended, start one.

        The executor does so for its first job. Called before Snakemake plans the jobs, it imports while that goes on.
        """
        with self.starting:
            if CAN_FORK and (self.server is None or not self.server.is_alive):
                self.server = Server(self.preload)
            return self.server

    def cool_down(self) -> None:
        """End the server, if one was started."""
        if self.server is not None:
            self.server.stop()
            self.server = None


class Executor(LocalExecutor):
    """Runs Python scripts in forks of the warm server."""

    def run_single_job(self, job: Any) -> Future:
        """Run a job; return the future of its end."""
        if not CAN_FORK or not self.is_plain_script(job):
            return super().run_single_job(job)
        self.workflow.async_run(job.prepare())
        return self.pool.submit(self.cached_or_run, job, self.run_script, job)

    def is_plain_script(self, job: Any) -> bool:
        """Whether a job is a Python script that needs nothing but the interpreter Snakemake itself runs in."""
        return (
            str(job.rule.script or "").endswith(".py")
            and not self.workflow.deployment_settings.deployment_method
            and not self.workflow.execution_settings.debug
            and not job.is_shadow
            and job.benchmark is None
        )

    def run_script(self, job: Any) -> None:
        """Run a job's script in a fork of the server, and wait for its end."""
        rule = job.rule
        path, source, *_ = get_source(rule.script, self.workflow.sourcecache, rule.basedir, job.wildcards, job.params)
        script = path.get_path_or_uri(secret_free=True)
        given = Snakemake(
            job.input._plainstrings(),
            job.output._plainstrings(),
            job.params,
            job.wildcards,
            job.threads,
            job.resources,
            job.log._plainstrings(),
            self.workflow.globals.get("config", {}),
            rule.name,
            None,
            os.path.dirname(script),
        )
        if self.workflow.executor_settings.warm_up().run((script, source, pickle.dumps(given))) != 0:
            raise SpawnedJobError

    def cancel(self) -> None:
        """End the run after Ctrl-C: the jobs had the signal too. A second Ctrl-C would only interrupt the tidying up."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        super().cancel()
        self.workflow.executor_settings.cool_down()

    def shutdown(self) -> None:
        """End the run."""
        super().shutdown()
        self.workflow.executor_settings.cool_down()


def start(preload: list[str]) -> tuple[subprocess.Popen, int, int]:
    """Start the process of a warm server; return it and the pipes of requests and of replies."""
    (requests, to_server), (from_server, replies) = os.pipe(), os.pipe()
    ends = (requests, replies)
    command = [INTERPRETER, "-P", str(SERVER), *map(str, ends), *preload]
    for end in ends:
        os.set_inheritable(end, True)
    # Whatever else is to be inherited (the lock of a folder) is kept until the last job has ended.
    process = subprocess.Popen(command, close_fds=False, stdin=subprocess.DEVNULL)
    for end in ends:
        os.close(end)
    return process, to_server, from_server


class Server:
    """Snakemake's end of the warm server.

    When Snakemake is killed, the kernel closes the pipe of requests: the server then ends, and its forks with it.
    """

    def __init__(self, preload: list[str]) -> None:
        self.process, self.requests, self.replies = start(preload)
        self.waiting: dict[int, Future] = {}
        self.number = 0
        self.lock = threading.Lock()
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    @property
    def is_alive(self) -> bool:
        """Whether the server can take a job."""
        return self.listener.is_alive()

    def run(self, script: tuple[str, str, bytes]) -> int:
        """Run one script; return its exit code, negative for the signal that ended it."""
        end: Future = Future()
        with self.lock:
            self.number += 1
            self.waiting[self.number] = end
            try:
                send(self.requests, (self.number, *script))
            except BrokenPipeError:
                return -signal.SIGKILL
        return end.result()

    def listen(self) -> None:
        """Hand out the exit codes as the server reports them, one line each: job, code."""
        with os.fdopen(self.replies) as replies:
            for line in replies:
                number, code = map(int, line.split())
                self.waiting.pop(number).set_result(code)
        # The server has ended. What it was still to do has failed.
        for end in list(self.waiting.values()):
            end.set_result(-signal.SIGKILL)

    def stop(self) -> None:
        """End the server, whatever it is importing, and wait for it."""
        os.close(self.requests)
        self.process.terminate()
        self.process.wait()
        self.listener.join()
