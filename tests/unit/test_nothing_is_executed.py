"""Nothing of a data file or of the plan is executed."""

import ast
from pathlib import Path

import pytest

import retrowalk
from retrowalk.errors import PlanError
from retrowalk.schemas import read_yaml

PACKAGE = Path(retrowalk.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
#: Calls that run a text, a file or another program, or make objects of whatever a file says.
RUNNING = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.load", "pickle.loads", "marshal.loads"),
    *(
        "runpy.run_path",
        "yaml.load",
        "pd.read_pickle",
        "pd.eval",
        "subprocess.run",
        "subprocess.Popen",
        "subprocess.call",
    ),
}
#: The engine's formulas are evaluated by formulaic, and their names are checked before.
ALLOWED = {
    "ingest/propose/write.py": {"yaml.load"},  # ruamel's round-trip reader of our own cohort file
    "run/cluster.py": {"subprocess.run"},  # squeue and scancel, with nothing of the data or the plan
}


def calls(path):
    """Return the names of all that a module calls."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_runs_what_it_reads(path):
    assert calls(path) & RUNNING <= ALLOWED.get(path.relative_to(PACKAGE).as_posix(), set())


def test_the_calls_are_seen():
    assert "yaml.load" in calls(PACKAGE / "ingest/propose/write.py")


@pytest.mark.parametrize(
    "text",
    [
        "title: !!python/object/apply:os.system ['touch ran']",
        "title: !!python/name:os.system",
        "title: !include /etc/hostname",
        "title: &a [*a]",
    ],
)
def test_a_tag_of_yaml_makes_nothing(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(text)
    try:
        content = read_yaml(Path("config.yaml"))
    except PlanError:
        content = None
    assert not (tmp_path / "ran").exists()
    assert content is None or not callable(content.get("title"))
