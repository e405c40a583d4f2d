"""The rooms stand in their order, the package knows nothing of Snakemake, the adapters decide nothing.

No circle of imports, no long file and no long function.
"""

import ast
import io
import sys
import tokenize
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import retrowalk
from retrowalk.job import FIRST_WITH_ENGINE, ROOMS

PACKAGE = Path(retrowalk.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
ADAPTERS = sorted((PACKAGE.parents[1] / "scripts").glob("*.py"))
ENGINE = sorted((PACKAGE.parent / "visitwise" / "src").rglob("*.py"))
#: All code that is not a test: the package, the engine, the lines that a run prints.
LIBRARIES = sorted(path for path in PACKAGE.parent.rglob("*.py") if "tests" not in path.parts)
TOP = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}

#: The parts of two rooms in their order: a part uses those before it, never one after it.
PARTS = {
    "present": ("words", "tables", "figures", "record", "report", "manuscript", "changes"),
    "plan": ("paths", "intake", "trial", "plain", "settings", "build", "contradictions", "read"),
}

#: Not a room: it guards a run, and uses the package's top alone.
GUARD = "run"

#: Lines of code, without blank lines, comments and docstrings.
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
}

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
    assert folders == {*ROOMS, GUARD}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_room_uses_a_later_room(path):
    parts = path.relative_to(PACKAGE).parts
    allowed = ROOMS[: ROOMS.index(parts[0]) + 1] if len(parts) > 1 and parts[0] != GUARD else ()
    allowed = ROOMS if parts == ("cli.py",) else allowed
    assert rooms_of(imports(path)) & set(ROOMS) <= set(allowed)


def modules_used(path):
    """Return the full names of the modules of the package that a module imports."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            # `from retrowalk import files` imports retrowalk.files, `from retrowalk.files import write_csv` too
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {module if module in BY_NAME else node.module for module in names}
    return found & set(BY_NAME)


def full_name(path):
    parts = ("retrowalk", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


BY_NAME = {full_name(path): path for path in MODULES}


@pytest.mark.parametrize("room", PARTS)
def test_no_part_of_a_room_uses_a_later_part(room):
    parts = PARTS[room]
    assert {path.stem for path in (PACKAGE / room).iterdir() if path.name[0] not in "._"} == set(parts)
    climbing = [
        (full_name(path), module)
        for path in MODULES
        if path.is_relative_to(PACKAGE / room) and path != PACKAGE / room / "__init__.py"
        for module in modules_used(path)
        if module.startswith(f"retrowalk.{room}.")
        and parts.index(module.split(".")[2]) > parts.index(full_name(path).split(".")[2])
    ]
    assert climbing == []


def test_no_circle_of_imports():
    TopologicalSorter({module: modules_used(path) for module, path in BY_NAME.items()}).prepare()


def code_lines(source):
    """Return the numbers of the lines that hold code."""
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def test_lines_of_code_are_counted():
    source = '"""Of a module."""\n\nX = """a\nb"""\n\n\ndef f():\n    """Of a function."""\n    # why\n    return X  # here\n'
    assert code_lines(source) == {3, 4, 7, 10}


@pytest.mark.parametrize("path", LIBRARIES, ids=lambda path: str(path.relative_to(PACKAGE.parent)))
def test_no_file_and_no_function_is_long(path):
    source = path.read_text(encoding="utf-8")
    lines = code_lines(source)
    assert len(lines) <= LONGEST_FILE
    functions = {
        node.name: len(lines & set(range(node.lineno, node.end_lineno + 1)))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in functions.items() if length > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_uses_snakemake_or_the_command_line(path):
    used = {module.split(".")[0] for module in imports(path)}
    assert not [module for module in used if module.startswith("snakemake")]
    assert "cli" not in rooms_of(imports(path)) or path.name == "__main__.py"


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.stem)
def test_the_engine_uses_neither_the_package_nor_its_libraries(path):
    used = {module.split(".")[0] for module in imports(path)} - set(sys.stdlib_module_names)
    assert used <= {"visitwise", "formulaic", "numpy", "pandas", "scipy", "threadpoolctl"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_engine_is_used_from_the_model_room_on(path):
    parts = path.relative_to(PACKAGE).parts
    if len(parts) == 1 or parts[0] == GUARD or ROOMS.index(parts[0]) < ROOMS.index(FIRST_WITH_ENGINE):
        assert "visitwise" not in {module.split(".")[0] for module in imports(path)}


def test_the_imports_are_seen():
    """The tests above look at something."""
    assert {"ingest", "plan", "schemas"} <= rooms_of(imports(PACKAGE / "ingest" / "rules" / "rows.py"))
    assert "model" in rooms_of(imports(PACKAGE / "synthesise" / "effects.py"))
    assert "simulate" in rooms_of(imports(PACKAGE / "cli.py"))
    assert "retrowalk.plan.trial" in modules_used(PACKAGE / "present" / "manuscript" / "checklist.py")
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
