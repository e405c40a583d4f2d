"""Folders to run the workflow in, and what a run said."""

import fcntl
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from tests.bad_input.good import make_project
from tests.conftest import HANGS
from tests.workflow import forked

from retrowalk.present.record.freeze import number_files
from snakemake_executor_plugin_warm import CAN_FORK

BUNDLED = ("dufek2011", "ansari2020", "krishnan2021", "goonasegaran2022")


@dataclass(frozen=True)
class Run:
    """What a run of the workflow said and how it ended."""

    code: int
    said: str

    @property
    def jobs(self) -> set[str]:
        """The jobs of a dry run, "rule cohort", from Snakemake's own list."""
        return set(re.findall(r"^would run (.+?): ", self.said, flags=re.MULTILINE)) - {"all"}


def run_workflow(root: Path, folder: Path, *arguments: str) -> Run:
    """Run the project's Snakefile on a folder that holds config/ and data/, without starting a Python where the system can fork."""
    if not CAN_FORK:
        return run_command(root, folder, *arguments)
    with tempfile.TemporaryDirectory() as place:
        output = Path(place, "said")
        run = forked.start(options(root, folder, arguments), output, environment())
        run.join(HANGS)
        if run.is_alive():
            run.kill()
        return Run(run.exitcode, output.read_text(encoding="utf-8", errors="replace"))


def run_command(root: Path, folder: Path, *arguments: str) -> Run:
    """Run it with the command that a user types."""
    command = [sys.executable, "-m", "snakemake", *options(root, folder, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=HANGS, check=False)
    return Run(done.returncode, done.stdout + done.stderr)


def options(root: Path, folder: Path, arguments: tuple[str, ...]) -> list[str]:
    """Return what Snakemake is told."""
    return ["-s", str(root / "Snakefile"), "-d", str(folder), *arguments]


def environment() -> dict[str, str]:
    """Return the environment of a run: as a user has it, every job may keep what it compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def copy_project(root: Path, folder: Path) -> Path:
    """Copy the plan and the bundled data to `folder`."""
    shutil.copytree(root / "config", folder / "config")
    for name in (*BUNDLED, "published"):
        shutil.copytree(root / "data" / name, folder / "data" / name)
    return folder


def draw_less(folder: Path) -> None:
    """Let a plan draw fewer random numbers, where a test asks for no number that depends on them."""
    plan = folder / "config" / "config.yaml"
    text = re.sub("^(imputations|permutations): .*\n", "", plan.read_text(encoding="utf-8"), flags=re.MULTILINE)
    plan.write_text(f"{text}imputations: 20\npermutations: 999\n", encoding="utf-8")


def keep_only(folder: Path, *cohorts: str) -> None:
    """Remove the names of all other bundled cohorts from a plan."""
    plan = folder / "config" / "config.yaml"
    dropped = "|".join(name for name in BUNDLED if name not in cohorts)
    text, count = re.subn(f"^  - ({dropped})\n", "", plan.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == len(set(BUNDLED) - set(cohorts))
    plan.write_text(text, encoding="utf-8")


def words_of(page: str) -> str:
    """Return the words of a page as a reader sees them: a number's source is no word and parts none."""
    body = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    text = html.unescape(re.sub("<[^>]+>", " ", re.sub("</?(span|bdi)[^>]*>", "", body)))
    return " ".join(text.split())


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below `folder` that is a result: no logs, no marks of Snakemake's own."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != ".snakemake_timestamp"]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files if "logs" not in file.parts}


@pytest.fixture(scope="session")
def run_once(tmp_path_factory) -> Callable[[str, Callable[[Path], Run]], tuple[Path, Run]]:
    """Make a folder of this name by a run, once for all workers; return it and what the run said. Read only: copy it to change anything."""
    top = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # every worker has a folder of its own in that of the whole run
        top = top.parent

    def once(name: str, make: Callable[[Path], Run]) -> tuple[Path, Run]:
        folder, said = top / name, top / f"{name}.json"
        with (top / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker here makes the run, the others wait for it
            if not said.is_file():
                said.write_text(json.dumps(asdict(make(folder))), encoding="utf-8")
        return folder, Run(**json.loads(said.read_text(encoding="utf-8")))

    return once


@pytest.fixture(scope="session")
def finished(root, run_once) -> tuple[Path, Run]:
    """A folder in which the four bundled cohorts were run once, with the command itself. Read only: copy it to change anything."""
    return run_once("finished", lambda folder: run_command(root, copy_project(root, folder)))


@pytest.fixture(scope="session")
def small(root, run_once) -> Path:
    """A folder in which the small trial, with all of how it was conducted, was run once, with few random draws. Read only."""

    def make(folder: Path) -> Run:
        draw_less(make_project(folder, "conduct"))
        return run_workflow(root, folder)

    folder, run = run_once("small", make)
    assert run.code == 0, run.said
    return folder


@pytest.fixture(scope="session")
def computed(request, root, tmp_path_factory) -> Path:
    """A folder with every number of the bundled cohorts: the finished one, or where no other test needs that, tables alone."""
    if any("finished" in item.fixturenames for item in request.session.items):
        return request.getfixturevalue("finished")[0]
    folder = copy_project(root, tmp_path_factory.mktemp("computed") / "project")
    run = run_workflow(root, folder, *(f"results/{name}" for name in number_files(BUNDLED)))
    assert run.code == 0, run.said
    return folder


@pytest.fixture
def project(finished, tmp_path) -> Path:
    """A copy of the finished folder, results and Snakemake's memory included, to change at will."""
    shutil.copytree(finished[0], tmp_path / "project", copy_function=shutil.copy2)
    return tmp_path / "project"


@pytest.fixture
def small_project(small, tmp_path) -> Path:
    """A copy of the small trial's folder, to change at will."""
    shutil.copytree(small, tmp_path / "project", copy_function=shutil.copy2)
    return tmp_path / "project"
