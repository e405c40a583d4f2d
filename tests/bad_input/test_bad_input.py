"""Every bad input gives exactly the message it deserves: no traceback, nothing written, nothing else said."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bad_input.case import PROBLEMS, Case
from tests.bad_input.defects import DEFECTS
from tests.bad_input.good import ROOT, SHAPES, make_project
from tests.conftest import HANGS

from retrowalk.cli import main
from retrowalk.ingest.problems import listing, read_problems

#: The rules that each bad input was seen to break.
BROKEN: dict[str, set[str]] = {}
#: Where the rule stands among the arguments.
RULE_OF = {"fault": 1, "Problem": 2}
INGEST = ROOT / "workflow/lib/retrowalk/ingest"
#: Told at once and alone, or of a whole cohort: one of each kind, run as a user does.
AS_A_USER = ("participant_blank", "cohort_yaml_bomb", "password", "constant_column", "new_name_upward")


def rules_of_the_package() -> list[str]:
    """Return the rules that the package names in calls of `fault` and `Problem`."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(INGEST.rglob("*.py"))]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    words: dict[str, list[ast.expr]] = {}
    for node in nodes:
        for target, value in assigned(node) if isinstance(node, ast.Assign) else ():
            words.setdefault(getattr(target, "id", ""), []).append(value)
    calls = [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RULE_OF]
    given = [call.args[RULE_OF[call.func.id]] for call in calls if len(call.args) > RULE_OF[call.func.id]]
    return sorted({text for rule in given for text in texts_of(rule, words)})


def texts_of(rule: ast.expr, words: dict[str, list[ast.expr]]) -> list[str]:
    """Return the texts that an expression may be; names stand for what is assigned to them anywhere."""
    match rule:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.IfExp():
            return texts_of(rule.body, words) + texts_of(rule.orelse, words)
        case ast.Name():
            return [text for value in words.get(rule.id, []) for text in texts_of(value, words)]
    return []


def assigned(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    """Return what is assigned to what, of `a = b` and of `a, b = c, d`."""
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=False))
    return [(target, value)]


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
    assert run(tmp_path, "check", "trial") == (0, f"{', '.join(files)}: no problems found")


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
        BROKEN[case.name] = rules_in(project)
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
    code = "import sys; from retrowalk.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, *case.call]
    environment = os.environ | {"COLUMNS": "120"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=HANGS, check=False
    )
    said = (done.stdout + done.stderr).removesuffix("\n")
    assert (said if case.code < 2 else last_line(said)) == case.says
    assert done.returncode == case.code


def test_there_are_at_least_150_and_each_has_a_name_of_its_own():
    names = [case.name for case in DEFECTS]
    assert len(names) >= 150
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("rule", rules_of_the_package())
def test_every_rule_is_provoked(rule, run, tmp_path):
    """A rule that no bad input breaks is a rule nobody has seen work: a case that begins with its name breaks it."""
    case = next((case for case in DEFECTS if case.name.startswith(rule) and case.reads), None)
    assert case is not None, f"no bad input is called {rule}"
    if case.name not in BROKEN:
        case.spoil(make_project(tmp_path, case.shape))
        run(tmp_path, *case.call)
        BROKEN[case.name] = rules_in(tmp_path)
    assert rule in BROKEN[case.name]


def rules_in(project: Path) -> set[str]:
    """Return the rules that problems.csv names."""
    return set(read_problems(project / PROBLEMS)["rule"])
