"""Folders to run the workflow in, and what a run said."""

import fcntl
import html
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from tests.conftest import HANGS

from retrowalk.present.record.freeze import number_files

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
    """Run the project's Snakefile on a folder that holds config/ and data/."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "snakemake", "-s", root / "Snakefile", "-d", folder, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=HANGS, check=False)
    return Run(done.returncode, done.stdout + done.stderr)


def copy_project(root: Path, folder: Path) -> Path:
    """Copy the plan and the bundled data to `folder`."""
    shutil.copytree(root / "config", folder / "config")
    for name in (*BUNDLED, "published"):
        shutil.copytree(root / "data" / name, folder / "data" / name)
    return folder


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
def finished(root, tmp_path_factory) -> tuple[Path, Run]:
    """A folder in which the four bundled cohorts were run once. Read only: copy it to change anything."""
    top = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # every worker has a folder of its own in that of the whole run
        top = top.parent
    folder, said = top / "finished", top / "finished.json"
    with (top / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker here makes the run, the others wait for it
        if not said.is_file():
            run = run_workflow(root, copy_project(root, folder))
            said.write_text(json.dumps(asdict(run)), encoding="utf-8")
    return folder, Run(**json.loads(said.read_text(encoding="utf-8")))


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
