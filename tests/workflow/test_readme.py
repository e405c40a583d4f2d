"""The README's way to add a trial, followed to the letter."""

import json
import os
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from tests.conftest import HANGS

PARTS = ("Makefile", "Snakefile", "pyproject.toml", "config", "data", "envs", "profiles", "workflow", "tests/received")

#: What `make` makes first.
READY = ".venv/.ready"


@pytest.fixture
def folder(root, finished, tmp_path):
    """A copy of what somebody has who cloned the project and ran it, older than the set-up of the tests."""
    for part in PARTS:
        source, target = root / part, tmp_path / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    for part in ("results", ".snakemake"):
        shutil.copytree(finished[0] / part, tmp_path / part)
    return tmp_path


def commands(root):
    """Return the commands of the section, in their order: the lines that are set in as code."""
    text = (root / "README.md").read_text(encoding="utf-8")
    section = text[text.index("## Add your trial") : text.index("## What it computes")]
    return re.findall(r"^ {7,}(make.*)$", section, flags=re.MULTILINE)


def test_the_section_is_followed(root, folder):
    said = {}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    assert commands(root)[0].startswith("make cohort NAME=mytrial FILE=")
    # The tests' own set-up counts as done: it is what `make` would make first.
    (folder / ".venv").symlink_to(sys.prefix)
    for command in commands(root):
        line = f"{command} --assume-old={READY}"
        run = subprocess.run(
            ["bash", "-c", line],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=HANGS,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        said[command.split()[1] if " " in command else "make"] = run.stdout + run.stderr
    assert "26 rows read (rows 5 to 31)" in said["cohort"]
    assert "no problems found" in said["check"]
    assert "Done in" in said["make"]
    cohorts = re.findall(r"^\[ *\d+/\d+\] \w+ (\w+)$", said["make"], flags=re.MULTILINE)
    assert set(cohorts) == {"mytrial"}
    assert "  - mytrial\n" in (folder / "config" / "config.yaml").read_text()
    assert (folder / "data" / "mytrial" / "two_headers.xlsx").is_file()
    people = pd.read_csv(folder / "results" / "cohorts" / "mytrial" / "participants.csv")
    assert people["arm"].value_counts().to_dict() == {"backward_walking": 12, "usual_care": 12}
    assert "SYNTHETIC" in (folder / "results" / "report.html").read_text(encoding="utf-8")
    assert 'id="cohort-mytrial"' in (folder / "results" / "report.html").read_text(encoding="utf-8")
    export = subprocess.run(
        ["make", "export", "NAME=mytrial", f"--assume-old={READY}"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert export.returncode == 0, export.stderr
    assert (folder / "export" / "mytrial" / "datapackage.json").is_file()
    freeze = subprocess.run(
        ["make", "freeze", f"--assume-old={READY}"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert freeze.returncode == 0, freeze.stdout + freeze.stderr
    assert "Frozen in config/frozen/." in freeze.stdout
    frozen = json.loads((folder / "config" / "frozen" / "plan.json").read_text(encoding="utf-8"))
    assert "mytrial" in frozen["cohorts"]
    assert "without deviations" in (folder / "results" / "report.html").read_text(encoding="utf-8")
