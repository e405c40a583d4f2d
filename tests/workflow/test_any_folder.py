"""A folder of whatever name: nothing of it is read by a shell."""

import subprocess
import sys

import pytest
from tests.bad_input.good import make_project
from tests.conftest import HANGS
from tests.workflow.conftest import run_workflow

pytestmark = pytest.mark.slow

NAMES = {
    "blanks and an apostrophe": "My Trials/O'Brien (final)",
    "what a shell expands": '$HOME `touch ran` $(touch ran) "quoted"; touch ran',
    "letters and signs": "Rücken é 🙂 {cohort}",
    "long": "x" * 200,
}


#: Snakemake's own executor once: Python quotes all names alike.
RUNS = [(name, "warm") for name in NAMES] + [("blanks and an apostrophe", "local")]


@pytest.mark.parametrize(("name", "executor"), RUNS)
def test_a_trial_and_its_environment_may_be_in_it(root, tmp_path, name, executor):
    """The environment is in the folder itself, as `make` makes it: Snakemake's own executor puts its path into a command."""
    folder = make_project(tmp_path / NAMES[name], "wide")
    (folder / ".venv").symlink_to(sys.prefix)
    python = folder / ".venv" / "bin" / "python"
    command = [python, "-m", "snakemake", "-s", root / "Snakefile", "-d", folder]
    command += ["--warm-preload", "pandas", "--executor", executor]  # the one job needs no more of the warm server
    run = subprocess.run(
        [*command, "results/cohorts/trial/problems.csv"], capture_output=True, text=True, timeout=HANGS, check=False
    )
    assert run.returncode == 0, run.stderr
    assert (folder / "results/cohorts/trial/problems.csv").is_file()
    assert not (folder / "ran").exists()


def test_it_may_be_reached_by_a_link(root, tmp_path):
    make_project(tmp_path / "there", "wide")
    (tmp_path / "My Trial").symlink_to(tmp_path / "there")
    run = run_workflow(root, tmp_path / "My Trial", "results/cohorts/trial/problems.csv")
    assert run.code == 0, run.said
