"""The register of the analyses, its words, and that nothing else lists them."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import retrowalk
from retrowalk.analyses import REGISTER, with_purpose
from retrowalk.job import ROOMS
from retrowalk.present.words.analyses import WORDS
from retrowalk.vocabulary import ROLES

PACKAGE = Path(retrowalk.__file__).parent
#: Where a list of analyses belongs.
REGISTERS = {PACKAGE / "analyses.py", PACKAGE / "present/words/analyses.py"}
#: Where the methods of estimates are listed, some of which have the name of their analysis.
REGISTERS |= {PACKAGE / "facts.py", PACKAGE / "present/words/computations.py"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path not in REGISTERS)
#: Analyses whose names are keys of the cohort file too.
KEYS = {"assumptions", "per_protocol", "responders"}
MODELLED = [name for name, entry in REGISTER.items() if entry.room == "model"]


def test_an_analysis_and_its_words_have_one_name():
    assert WORDS.keys() == REGISTER.keys()
    assert [name for name, entry in REGISTER.items() if name != entry.name] == []


@pytest.mark.parametrize("entry", REGISTER.values(), ids=lambda entry: entry.name)
def test_a_row_of_the_register_names_what_exists(entry, root):
    module, name = entry.code.split(".")
    assert callable(getattr(import_module(f"retrowalk.{entry.room}.{module}"), name))
    assert entry.room in ROOMS
    assert set(entry.roles) <= set(ROLES)
    assert entry.reference == "" or (root / entry.reference).is_file()
    assert entry.letter == "" or entry.decimals > 0


def test_an_analysis_for_some_trials_is_planned_for_no_others():
    class Trial:
        design, randomised, leave_out = "single_group", False, ("paired_t",)
        post_visits = ("week_4",)

    planned = [name for name in MODELLED if REGISTER[name].is_planned(Trial)]
    assert {"responders", "reliable_change", "wilcoxon"} <= set(planned)
    assert not {"paired_t", "ancova", "permutation"} & set(planned)


def test_those_with_a_purpose_come_in_the_order_of_the_register():
    names = [entry.name for entry in with_purpose("check", "comparison")]
    assert names == [name for name in REGISTER if name in names]
    assert {"ancova", "permutation"} <= set(names)


def names_in(node):
    """Return the names of analyses that stand in one list, tuple, set or mapping of the code."""
    parts = node.keys if isinstance(node, ast.Dict) else node.elts
    return [part.value for part in parts if isinstance(part, ast.Constant) and part.value in {*MODELLED} - KEYS]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_else_lists_analyses(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lists = [node for node in ast.walk(tree) if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict)]
    assert [names_in(node) for node in lists if len(names_in(node)) > 1] == []
