"""The executor that forks a warm process: to a script it is Snakemake's own, and what it builds on is still there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from snakemake.executors.local import Executor as LocalExecutor
from tests.conftest import HANGS

from snakemake_executor_plugin_warm import CAN_FORK, Executor, Server

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="jobs are forked on Linux alone")

SNAKEFILE = """
configfile: "config.yaml"

rule all:
    input: "told.json", "shell.txt", "broken.txt"

rule tell:
    input: first="in.txt", rest=["in.txt", "config.yaml"]
    output: told="told.json"
    log: "tell.log"
    params: number=7, words=["a", "b"], nothing=None
    threads: 1
    resources: mem_mb=5
    script: "scripts/tell.py"

rule shell:
    output: "shell.txt"
    shell: "echo done > {output}"

rule fail:
    output: "broken.txt"
    script: "scripts/fail.py"
"""
TELL = """
import json, os, sys
import beside
told = {
    "input": list(snakemake.input), "first": snakemake.input.first, "rest": list(snakemake.input.rest),
    "output": snakemake.output.told, "log": snakemake.log[0], "params": dict(snakemake.params.items()),
    "threads": snakemake.threads, "memory": snakemake.resources.mem_mb, "config": snakemake.config,
    "rule": snakemake.rule, "folder": os.getcwd(), "name": __name__, "file": __file__, "beside": beside.VALUE,
}
is_warm = "fractions" in sys.modules
with open(snakemake.output.told, "w") as file:
    json.dump(told, file, sort_keys=True)
with open("warm.txt", "w") as file:
    file.write(str(is_warm))
"""
FAIL = """
import sys
open("broken.txt", "w").close()
sys.exit("no more")
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "scripts").mkdir()
    for name, text in (("Snakefile", SNAKEFILE), ("in.txt", "1"), ("config.yaml", "key: {value: [1, 2]}")):
        (tmp_path / name).write_text(text)
    for name, text in (("tell", TELL), ("fail", FAIL), ("beside", "VALUE = 3")):
        (tmp_path / "scripts" / f"{name}.py").write_text(text)
    return tmp_path


def run(folder, *arguments):
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--scheduler", "greedy", "--keep-going", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=HANGS, check=False)


def test_a_script_is_given_the_same_as_by_snakemakes_own_executor(folder):
    told = []
    for executor in ("local", "warm"):
        options = ["--warm-preload", "fractions"] if executor == "warm" else []
        done = run(folder, "--executor", executor, *options, "--forceall")
        assert done.returncode == 1
        assert "no more" in done.stderr
        assert not (folder / "broken.txt").exists()
        assert (folder / "shell.txt").read_text() == "done\n"
        assert (folder / "warm.txt").read_text() == str(executor == "warm")
        told.append(json.loads((folder / "told.json").read_text()))
    assert told[0] == told[1]
    assert told[0]["params"] == {"number": 7, "words": ["a", "b"], "nothing": None}


def test_the_traceback_of_a_script_is_shown(folder):
    (folder / "scripts" / "tell.py").write_text("def deep():\n    raise KeyError('arm')\n\ndeep()\n")
    done = run(folder, "--executor", "warm", "told.json")
    assert done.returncode == 1
    assert "KeyError: 'arm'" in done.stderr
    assert "tell.py" in done.stderr


def test_the_server_keeps_what_is_to_be_inherited(tmp_path):
    """The lock of a folder is free when the last job of a killed run has ended, not before."""
    with (tmp_path / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        server = Server([])
        kept = {os.readlink(path) for path in Path(f"/proc/{server.process.pid}/fd").iterdir()}
        server.stop()
    assert str(tmp_path / "lock") in kept


def test_what_the_executor_overrides_is_still_there():
    """Classes of Snakemake that are not public: a new version of it may rename them."""
    for name in ("run_single_job", "cached_or_run", "cancel", "shutdown"):
        assert getattr(LocalExecutor, name) is not getattr(Executor, name, None) or name == "cached_or_run"
        assert callable(getattr(LocalExecutor, name))
