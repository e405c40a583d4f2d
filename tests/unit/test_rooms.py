"""The rooms stand in their order, the package knows nothing of Snakemake, the adapters decide nothing."""

import ast
import sys
from pathlib import Path

import pytest

import retrowalk
from retrowalk.job import FIRST_WITH_ENGINE, ROOMS

PACKAGE = Path(retrowalk.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
ADAPTERS = sorted((PACKAGE.parents[1] / "scripts").glob("*.py"))
ENGINE = sorted((PACKAGE.parent / "visitwise" / "src").rglob("*.py"))
TOP = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}

#: What decides, repeats or computes.
LOGIC = (
    *(ast.If, ast.IfExp, ast.Match, ast.Try, ast.BoolOp, ast.Compare),
    *(ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.BinOp, ast.UnaryOp, ast.AugAssign, ast.Lambda, ast.FunctionDef, ast.ClassDef),
)


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path):
    """Return the full names of all that a module imports, inside functions too."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            # `from retrowalk import files` imports retrowalk.files
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def name(path):
    return str(path.relative_to(PACKAGE))


def rooms_of(modules):
    """Return the parts of the package that some full names belong to."""
    return {module.split(".")[1] for module in modules if module.startswith("retrowalk.")}


def test_every_folder_of_the_package_is_a_room():
    folders = {path.parent.name for path in PACKAGE.glob("*/*.py")}
    assert folders == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_room_uses_a_later_room(path):
    parts = path.relative_to(PACKAGE).parts
    allowed = ROOMS[: ROOMS.index(parts[0]) + 1] if len(parts) > 1 else ()
    allowed = ROOMS if parts == ("cli.py",) else allowed
    assert rooms_of(imports(path)) & set(ROOMS) <= set(allowed)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_uses_snakemake_or_the_command_line(path):
    used = {module.split(".")[0] for module in imports(path)}
    assert not [module for module in used if module.startswith("snakemake")]
    assert "cli" not in rooms_of(imports(path))


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.stem)
def test_the_engine_uses_neither_the_package_nor_its_libraries(path):
    used = {module.split(".")[0] for module in imports(path)} - set(sys.stdlib_module_names)
    assert used <= {"visitwise", "formulaic", "numpy", "pandas", "scipy", "threadpoolctl"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_engine_is_used_from_the_model_room_on(path):
    parts = path.relative_to(PACKAGE).parts
    if len(parts) == 1 or ROOMS.index(parts[0]) < ROOMS.index(FIRST_WITH_ENGINE):
        assert "visitwise" not in {module.split(".")[0] for module in imports(path)}


def test_the_imports_are_seen():
    """The tests above look at something."""
    assert {"ingest", "plan", "schemas"} <= rooms_of(imports(PACKAGE / "ingest" / "rules" / "rows.py"))
    assert "model" in rooms_of(imports(PACKAGE / "synthesise" / "effects.py"))
    assert "simulate" in rooms_of(imports(PACKAGE / "cli.py"))
    assert len(MODULES) > 40
    assert len(ENGINE) > 20
    assert {"vocabulary", "cli", "job"} <= TOP


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: path.stem)
def test_an_adapter_decides_repeats_and_computes_nothing(path):
    assert [f"line {node.lineno}" for node in ast.walk(tree(path)) if isinstance(node, LOGIC)] == []


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: path.stem)
def test_an_adapter_works_inside_its_job(path):
    docstring, *statements = tree(path).body
    assert isinstance(docstring.value, ast.Constant)
    *before, work = statements
    assert all(isinstance(node, ast.ImportFrom) for node in before)
    assert isinstance(work, ast.With)
    assert ast.unparse(work.items) == "job(snakemake)"
    assert "retrowalk.job.job" in imports(path)


def test_every_adapter_is_used_by_a_rule(root):
    rules = "".join(path.read_text() for path in (root / "workflow/rules").glob("*.smk"))
    assert [path.name for path in ADAPTERS if f'"../scripts/{path.name}"' not in rules] == []
    assert len(ADAPTERS) == rules.count("    script:\n")
