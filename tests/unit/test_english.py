"""What users read is free of turns that readers do not use: documents, comments of the plan, schemas, texts of the package."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from tests.conftest import ROOT

TURNS = (
    "told of",
    "for want of",
    "in the place of",
    "but for",
    "those of whom",
    "whoever",
    "stands beside",
    "reads otherwise",
    "is none",
    "without a word",
)

READMES = [ROOT / folder / "README.md" for folder in ("config", "workflow", "data")]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *READMES, *sorted((ROOT / "docs").glob("*.md"))]
PLANS = sorted((ROOT / "config").glob("*.yaml"))
LIBRARY = ROOT / "workflow" / "lib"
#: The package and the templates of its pages; the engine's own texts are those of its errors.
CODE = [path for path in sorted(LIBRARY.rglob("*.py")) if "tests" not in path.parts]
TEMPLATES = sorted(LIBRARY.rglob("*.j2"))
TEXTS = sorted(path for path in LIBRARY.rglob("*.yaml") if "designs" not in path.parts)
SCHEMAS = sorted((ROOT / "workflow" / "schemas").glob("*.schema.yaml"))

#: Any turn between the boundaries of words, over the end of a line too.
TURN = re.compile("|".join(rf"\b{re.escape(turn)}\b".replace(r"\ ", r"\s+") for turn in TURNS), re.IGNORECASE)
COMMENT = re.compile(r"(?:^|\s)#(.*)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def comments(text: str) -> str:
    """Return the comments of a YAML file, each on its line; the other lines are empty."""
    found = (COMMENT.search(line) for line in text.splitlines())
    return "\n".join(comment[1] if comment else "" for comment in found)


def descriptions(node: Node) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of each description of a schema, at any depth."""
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from descriptions(item)
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            # The schema of a key that is itself called description is a mapping.
            if key.value == "description" and isinstance(value, ScalarNode):
                yield key.start_mark.line + 1, value.value
            yield from descriptions(value)


def texts_of_code(code: str) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of each string of a module that is no docstring."""
    tree = ast.parse(code)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.lineno, node.value


def passages(path: Path) -> list[tuple[int, str]]:
    """Return what users read of a file, each passage with its first line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return [*texts_of_code(text)]
    if path.suffix in (".md", ".j2") or path in TEXTS:
        return [(1, text)]
    if path.name.endswith(".schema.yaml"):
        return [*descriptions(YAML(typ="safe", pure=True).compose(text))]
    return [(1, comments(text))]


def findings(path: Path, file: str) -> list[str]:
    """Return a message for each turn of a file: its name, the line and the turn."""
    messages = []
    for first, text in passages(path):
        for found in TURN.finditer(text):
            line = first + text.count("\n", 0, found.start())
            turn = " ".join(found[0].lower().split())
            messages.append(f'{file}, line {line}: "{turn}"')
    return messages


@pytest.mark.parametrize("path", [*DOCUMENTS, *PLANS, *SCHEMAS, *CODE, *TEMPLATES, *TEXTS], ids=name)
def test_what_users_read_is_plain_english(path):
    assert findings(path, name(path)) == []


def test_everything_that_users_read_is_looked_at():
    looked_at = {name(path) for path in (*DOCUMENTS, *PLANS, *SCHEMAS)}
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/calibration.md"} <= looked_at
    assert {"config/README.md", "config/config.yaml", "config/instruments.yaml"} <= looked_at
    assert "randomised cohort" in passages(ROOT / "config" / "config.yaml")[0][1]
    assert len(SCHEMAS) == 3
    assert all(len(passages(path)) >= 9 for path in SCHEMAS)


@pytest.mark.parametrize("turn", TURNS)
def test_each_turn_is_found(tmp_path, turn):
    broken = turn.capitalize().replace(" ", "\n", 1)
    commented = broken.replace("\n", "\n# ")
    files = {
        "page.md": (f"# A page\n\n{broken}, at the start of a line.", 3),
        "plan.yaml": (f"alpha: 0.05 # {turn}", 1),
        "comments.yaml": (f"# A plan\n# {commented}\nalpha: 0.05", 2),
        "words.py": (f'"""A module, {turn}."""\n\nWORDS = f"some {{1}} and {turn}, then"', 3),
        "page.html.j2": (f"<p>{turn}</p>", 1),
        "a.schema.yaml": (f"properties:\n  description:\n    description: >-\n      Not {turn}, but other.", 3),
    }
    for file, (text, line) in files.items():
        (tmp_path / file).write_text(text)
        assert findings(tmp_path / file, file) == [f'{file}, line {line}: "{turn}"']


def test_a_part_of_a_word_and_a_value_of_the_plan_are_no_turns(tmp_path):
    (tmp_path / "page.md").write_text("An untold offer, butter for bread; it is nonetheless in the placement of arms.")
    (tmp_path / "plan.yaml").write_text("label: Told of#1, whoever it is\n")
    assert findings(tmp_path / "page.md", "page.md") == []
    assert findings(tmp_path / "plan.yaml", "plan.yaml") == []
