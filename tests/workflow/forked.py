"""Runs of the workflow that start no Python: forks of one process that has the libraries loaded, as the warm server is to jobs.

To a folder it is all the same: a run is told its folder, arguments and environment, and says and ends as `python -m snakemake`
does (tests/workflow/test_forked.py). Its warm server is forked too, with what `warm-preload` names already loaded.
"""

import gc
import multiprocessing
import os
import runpy
import signal
import sys
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace

import snakemake_executor_plugin_warm as warm
from snakemake_executor_plugin_warm.server import serve

#: Imported once for all runs and their jobs, Snakemake by this module itself.
LOADED = (
    *("tests.workflow.forked", "snakemake.cli", "snakemake.script", "snakemake_logger_plugin_retrowalk"),
    *("retrowalk.plan.read", "retrowalk.run.guard", "retrowalk.run.sweep", "retrowalk.present.record.plan_form"),
    *("retrowalk.ingest", "retrowalk.model", "matplotlib.pyplot", "seaborn", "pingouin"),
)
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(list(LOADED))


def start(arguments: list[str], output: Path, environment: dict[str, str]) -> BaseProcess:
    """Start `python -m snakemake ARGUMENTS`, which writes what it says to a file."""
    run = FORKS.Process(target=_run, args=(arguments, output, environment))
    run.start()
    return run


def _run(arguments: list[str], output: Path, environment: dict[str, str]) -> None:
    gc.freeze()  # what was loaded stays: the collector need not look at it, and its pages stay shared
    os.environ.clear()
    os.environ.update(environment)
    said = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for end in (1, 2):
        os.dup2(said, end)
    sys.dont_write_bytecode = False
    sys.argv = ["snakemake", *arguments]
    if "-n" not in arguments:
        _fork_warm_server(Path(arguments[arguments.index("-d") + 1]))
    runpy.run_module("snakemake", run_name="__main__", alter_sys=True)


def _fork_warm_server(folder: Path) -> None:
    """Fork the server of the run's jobs while there is one thread, for where the run starts it."""
    (requests, to_server), (from_server, replies) = os.pipe(), os.pipe()
    number = os.fork()
    if not number:
        for end in (to_server, from_server):
            os.close(end)
        os.chdir(folder)
        serve(requests, replies, [])
        os._exit(0)
    for end in (requests, replies):
        os.close(end)
    end, wait = partial(os.kill, number, signal.SIGTERM), partial(os.waitpid, number, 0)
    process = SimpleNamespace(pid=number, terminate=end, wait=wait)
    starts = iter([lambda _: (process, to_server, from_server)])
    start_new = warm.start
    warm.start = lambda preload: next(starts, start_new)(preload)
