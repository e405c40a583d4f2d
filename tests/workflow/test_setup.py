"""A stranger's machine: a fresh clone, `make`, on each Python that the lock is for."""

import os
import shutil
import subprocess

import pytest
from tests.workflow.conftest import draw_less, keep_only

PYTHONS = ("3.11", "3.12", "3.13")

#: As people name their folders, and what a shell would run if a path were not quoted.
FOLDER = "My Trials/O'Brien (final), `touch ran` $HOME é 🙂"


def interpreter(version: str) -> str:
    name = shutil.which(f"python{version}")
    if not name or subprocess.run([name, "-c", ""], capture_output=True, check=False).returncode:
        pytest.skip(f"Python {version} is not installed here")
    return name


@pytest.mark.slow
@pytest.mark.parametrize("version", PYTHONS)
def test_make_in_a_fresh_clone(root, tmp_path, version):
    python = interpreter(version)
    clone = tmp_path / FOLDER
    subprocess.run(["git", "clone", "-q", str(root), str(clone)], check=True)
    # One cohort is enough to see every rule run; the whole analysis is the last thing that .ci/run does.
    keep_only(clone, "ansari2020")
    draw_less(clone)
    # Nothing of the environment that runs this test may help.
    helped = ("VENV", "VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL")
    environment = {name: value for name, value in os.environ.items() if name not in helped}
    said = []
    for _ in range(2):
        command = ["make", f"PYTHON={python}"]
        done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)
        said.append(done.stdout + done.stderr)
        assert done.returncode == 0, said[-1][-3000:]
    assert "Open results/report.html in a browser." in said[0]
    assert "Nothing to do" in said[1]
    assert (clone / "results" / "report.html").stat().st_size > 100_000
