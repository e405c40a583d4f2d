"""The tables of README files that come from a register: `python -m retrowalk.present.words.readme` renews them (make format)."""

import re
from pathlib import Path

from retrowalk.analyses import EVERY_DESIGN, REGISTER, Entry
from retrowalk.file_types import FILE_TYPES
from retrowalk.present.words.analyses import WORDS

_PROJECT = Path(__file__).resolve().parents[5]
#: The files that have such a table.
READMES = (_PROJECT / "workflow" / "README.md", _PROJECT / "config" / "README.md")
#: A table between its two marks.
_MARKED = re.compile(r"(<!-- table of (\w+), written by make format -->\n).*?(<!-- end -->)", re.DOTALL)


def with_tables(text: str) -> str:
    """Return the text of a README with each table between two marks renewed."""
    return _MARKED.sub(lambda found: f"{found[1]}{_TABLES[found[2]]()}\n{found[3]}", text)


def _markdown(*rows: tuple[str, ...]) -> str:
    heads, *others = rows
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ("---",) * len(heads), *others))


def _analyses() -> str:
    heads = ("analysis", "role", "what it is", "trials", "made by", "checked against")
    return _markdown(heads, *(_analysis(entry) for entry in REGISTER.values()))


def _analysis(entry: Entry) -> tuple[str, ...]:
    trials = "all" if entry.designs == EVERY_DESIGN else ", ".join(entry.designs)
    if entry.randomised:
        trials = "randomised"
    return (
        entry.name,
        ", ".join(entry.roles),
        WORDS[entry.name].what,
        trials,
        f"{entry.room}/{entry.code}",
        entry.reference,
    )


def _file_types() -> str:
    rows = [(kind.name, ", ".join(kind.endings), kind.program) for kind in FILE_TYPES]
    return _markdown(("type", "endings", "opened by"), *rows)


_TABLES = {"analyses": _analyses, "file_types": _file_types}


if __name__ == "__main__":
    for file in READMES:
        file.write_text(with_tables(file.read_text(encoding="utf-8")), encoding="utf-8")
