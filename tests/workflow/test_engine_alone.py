"""The mixed-model engine as a stranger gets it: its wheel in an empty environment, and with the oldest libraries it allows."""

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

ENGINE = Path("workflow/lib/visitwise")
#: Resolves an environment at the lowest versions that are allowed.
UV = "uv>=0.13,<1"


@pytest.fixture
def empty(tmp_path) -> Path:
    """The Python of an empty environment; skipped where pip reaches no index."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    asked = subprocess.run(
        [*pip(python), "download", "--no-deps", "-d", tmp_path, UV], capture_output=True, check=False
    )
    if asked.returncode:
        pytest.skip("pip reaches no package index")
    return python


def pip(python: Path) -> list[str]:
    return [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet"]


def run(*command, folder: Path | None = None) -> str:
    """Return what a command prints; show it where the command fails."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def dependencies_of_tests(root: Path) -> list[str]:
    """Return what the engine's tests need besides the engine."""
    return tomllib.loads((root / ENGINE / "pyproject.toml").read_text())["dependency-groups"]["test"]


def suite_passes(root: Path, python: Path, folder: Path) -> None:
    """Run the engine's tests in a folder that has nothing else of the checkout."""
    folder.mkdir()
    shutil.copytree(root / ENGINE / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / ENGINE / "pyproject.toml", folder)
    place = run(python, "-c", "import visitwise; print(visitwise.__file__)", folder=folder)
    assert Path(place.strip()).is_relative_to(folder.parent / "venv")
    assert " passed" in run(python, "-m", "pytest", "-q", folder=folder)


@pytest.mark.slow
def test_the_wheel_alone_passes_its_tests(root, tmp_path, empty):
    run(*pip(empty), "wheel", "--no-deps", "-w", tmp_path / "wheels", root / ENGINE)
    (wheel,) = (tmp_path / "wheels").glob("visitwise-*.whl")
    run(*pip(empty), "install", wheel)
    assert "retrowalk" not in run(empty, "-m", "pip", "list")
    example = run(empty, "-c", five_minutes(root), folder=tmp_path)
    assert "Kenward-Roger degrees of freedom" in example
    run(*pip(empty), "install", *dependencies_of_tests(root))
    suite_passes(root, empty, tmp_path / "alone")


@pytest.mark.slow
def test_the_lowest_versions_pass_its_tests(root, tmp_path, empty):
    if sys.version_info[:2] != (3, 11):
        pytest.skip("the lowest versions are for the lowest Python, 3.11")
    run(*pip(empty), "install", UV)
    uv = [empty.with_name("uv"), "pip", "install", "--quiet", "--python", empty, "--resolution", "lowest-direct"]
    run(*uv, root / ENGINE, *dependencies_of_tests(root))
    suite_passes(root, empty, tmp_path / "lowest")


def five_minutes(root: Path) -> str:
    """Return the example of the engine's README."""
    return (root / ENGINE / "README.md").read_text().partition("```python\n")[2].partition("```")[0]
