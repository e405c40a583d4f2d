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
from tests.workflow.conftest import draw_less, keep_only, words_of

pytestmark = pytest.mark.slow

PARTS = ("Makefile", "Snakefile", "pyproject.toml", "config", "data", "envs", "profiles", "workflow", "tests/received")

#: What `make` makes first.
READY = ".venv/.ready"


@pytest.fixture
def folder(root, tmp_path):
    """A copy of what somebody has who cloned the project, older than the set-up of the tests."""
    for part in PARTS:
        source, target = root / part, tmp_path / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    return tmp_path


def commands(root):
    """Return the commands of the section, in their order: the lines that are set in as code."""
    text = (root / "README.md").read_text(encoding="utf-8")
    section = text[text.index("## Add your trial") : text.index("## What it computes")]
    return re.findall(r"^ {7,}(make.*)$", section, flags=re.MULTILINE)


def make(folder, line):
    """Type a command; return what it says. The tests' own set-up counts as done: it is what `make` would make first."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    run = subprocess.run(
        ["bash", "-c", f"{line} --assume-old={READY}"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def test_the_section_is_followed(root, folder):
    (folder / ".venv").symlink_to(sys.prefix)
    add, *others = commands(root)
    assert add.startswith("make cohort NAME=mytrial FILE=")
    said = {"cohort": make(folder, add)}
    plan = folder / "config" / "config.yaml"
    assert "  - goonasegaran2022\n  - mytrial\n" in plan.read_text(encoding="utf-8")
    # As the section says: only one's own trial in the report.
    keep_only(folder)
    draw_less(folder)
    said |= {command.split()[1] if " " in command else "make": make(folder, command) for command in others}
    assert "26 rows read (rows 5 to 31)" in said["cohort"]
    assert "no problems found" in said["check"]
    assert "Done in" in said["make"]
    assert (folder / "data" / "mytrial" / "two_headers.xlsx").is_file()
    cohorts = folder / "results" / "cohorts"
    assert [path.name for path in cohorts.iterdir()] == ["mytrial"]
    people = pd.read_csv(cohorts / "mytrial" / "participants.csv")
    assert people["arm"].value_counts().to_dict() == {"backward_walking": 12, "usual_care": 12}
    page = (folder / "results" / "report.html").read_text(encoding="utf-8")
    assert "SYNTHETIC" in page
    assert 'id="cohort-mytrial"' in page
    assert "Backward walking (n = 12) and Usual care (n = 12)" in words_of(page)
    assert "1 cohort, analysed" in words_of(page)
    make(folder, "make export NAME=mytrial")
    assert (folder / "export" / "mytrial" / "datapackage.json").is_file()
    assert "Frozen in config/frozen/." in make(folder, "make freeze")
    frozen = json.loads((folder / "config" / "frozen" / "plan.json").read_text(encoding="utf-8"))
    assert "mytrial" in frozen["cohorts"]
    assert "without deviations" in (folder / "results" / "report.html").read_text(encoding="utf-8")
