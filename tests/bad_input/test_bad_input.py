"""Every bad input gives exactly the message it deserves: no traceback, nothing written, nothing else said."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bad_input.case import PROBLEMS, Case
from bad_input.defects import DEFECTS
from bad_input.good import ROOT, SHAPES, make_project
from retrowalk.cli import main
from retrowalk.ingest.problems import listing, read_problems

INGEST = ROOT / "workflow/lib/retrowalk/ingest"
#: Told at once and alone, or of a whole cohort: one of each kind, run as a user does.
AS_A_USER = ("participant_blank", "cohort_yaml_bomb", "password", "constant_column", "new_name_upward")


@pytest.fixture
def run(capsys, monkeypatch):
    """Run the command line in a project; return the code it exits with and all it said."""
    monkeypatch.setenv("COLUMNS", "120")

    def command(project: Path, *arguments: str) -> tuple[int, str]:
        monkeypatch.chdir(project)
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        said = "".join(capsys.readouterr())
        code = end.value.code
        if isinstance(code, str):  # Python prints it and exits with 1
            code, said = 1, f"{said}{code}\n"
        return code, said.removesuffix("\n").replace(str(project), "PROJECT")

    return command


def snapshot(folder: Path) -> dict[str, bytes | str]:
    """Return all that stands below a folder: the content of files, where links lead, folders."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(folder))] = f"to {path.readlink()}"
        else:
            found[str(path.relative_to(folder))] = path.read_bytes() if path.is_file() else "a folder"
    return found


def without_problems(found: dict[str, bytes | str]) -> dict[str, bytes | str]:
    """Leave out the one file that a check writes, and the folders that are there for it."""
    made = {PROBLEMS, *(str(folder) for folder in Path(PROBLEMS).parents)}
    return {path: content for path, content in found.items() if path not in made}


def parametrised(cases: list[Case]) -> list:
    return [pytest.param(case, id=case.name, marks=case.marks) for case in cases]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_good_project_has_no_faults(shape, run, tmp_path):
    make_project(tmp_path, shape)
    files = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert run(tmp_path, "check", "trial") == (0, f"{', '.join(files)}: no faults")


@pytest.mark.parametrize("case", parametrised(DEFECTS))
def test_it_says_exactly_what_is_wrong_and_writes_nothing(case, run, tmp_path):
    project = make_project(tmp_path, case.shape)
    case.spoil(project)
    before = snapshot(project)
    code, said = run(project, *case.call)
    assert (said if code < 2 else last_line(said)) == case.says
    assert code == case.code
    after = snapshot(project)
    assert "Traceback" not in said
    assert "fault of retrowalk itself" not in said
    if case.reads:
        assert without_problems(after) == before
        assert sentences(project) == {"error": list(case.faults), "warning": list(case.warnings)}
    else:
        assert after == before


def last_line(said: str) -> str:
    """Return the message of a wrong call, without the usage above it."""
    usage, _, message = said.rpartition("\n")
    assert usage.startswith("usage: retrowalk ")
    return message


def sentences(project: Path) -> dict[str, list[str]]:
    """Return what problems.csv holds, as it is printed."""
    problems = listing(read_problems(project / PROBLEMS))
    return {
        severity: [problem.sentence() for problem in problems if problem.severity == severity]
        for severity in ("error", "warning")
    }


@pytest.mark.parametrize("name", AS_A_USER)
def test_nothing_of_a_traceback_reaches_the_terminal(name, tmp_path):
    case = next(case for case in DEFECTS if case.name == name)
    case.spoil(make_project(tmp_path, case.shape))
    command = [sys.executable, "-m", "retrowalk.cli", *case.call]
    code = "import sys; from retrowalk.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, *case.call]
    environment = os.environ | {"COLUMNS": "120"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    said = (done.stdout + done.stderr).removesuffix("\n")
    assert (said if case.code < 2 else last_line(said)) == case.says
    assert done.returncode == case.code


def test_there_are_at_least_150_and_each_has_a_name_of_its_own():
    names = [case.name for case in DEFECTS]
    assert len(names) >= 150
    assert len(set(names)) == len(names)


def test_every_rule_is_provoked(run, tmp_path):
    """A rule that no bad input breaks is a rule nobody has seen work."""
    assert rules_of_the_package() - rules_provoked(run, tmp_path) == set()
