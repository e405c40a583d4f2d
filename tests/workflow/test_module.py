"""The workflow as part of another one, and where its package is not installed."""

import os
import subprocess
import sys
import sysconfig
import venv

from tests.bad_input.good import make_project
from tests.conftest import HANGS

OUTER = """
configfile: "config/config.yaml"

module retrowalk:
    snakefile: "{snakefile}"
    config: config

use rule * from retrowalk as retrowalk_*

rule count_participants:
    default_target: True
    input: "results/cohorts/trial/participants.csv"
    output: "counted.txt"
    shell: "wc -l < {{input}} > {{output}}"
"""


def run(folder, *arguments, python=sys.executable):
    command = [python, "-m", "snakemake", "--cores", "2", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=HANGS, check=False)


def test_another_workflow_uses_it_as_a_module(root, tmp_path):
    folder = make_project(tmp_path / "outer", "wide")
    (folder / "Snakefile").write_text(OUTER.format(snakefile=root / "Snakefile"))
    done = run(folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "counted.txt").read_text().strip() == "13"
    # What it makes of the results is the other workflow's affair.
    (folder / "results/cohorts/trial/participants.csv").write_text("edited\n")
    run(folder, "-n")
    assert not (folder / "edited").exists()


def test_without_the_package_one_message_says_how_to_get_it(root, tmp_path):
    folder = make_project(tmp_path / "bare", "wide")
    # An environment that has everything of this one but what is installed by path: the package itself.
    venv.create(tmp_path / "venv")
    (site,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    bare = ["--profile", "none", "--workflow-profile", "none", "--cores", "1"]
    done = subprocess.run(
        [tmp_path / "venv" / "bin" / "python", "-m", "snakemake", "-s", root / "Snakefile", "-d", folder, *bare],
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert done.returncode == 1
    assert 'has no package "retrowalk": type `make`' in done.stderr
    assert "Traceback" not in done.stderr
