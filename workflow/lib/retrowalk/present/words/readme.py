"""The table of the analyses in workflow/README.md, written from their register: `python -m retrowalk.present.words.readme`."""

from pathlib import Path

from retrowalk.analyses import EVERY_DESIGN, REGISTER, Entry
from retrowalk.present.words.analyses import WORDS

README = Path(__file__).resolve().parents[4] / "README.md"
START = "<!-- from analyses.py and present/words/analyses.py, by make format -->"
END = "<!-- end -->"
_HEADS = ("analysis", "role", "what it is", "trials", "made by", "checked against")


def with_table(text: str) -> str:
    """Return the text of the README with the table between its two marks renewed."""
    before, _, rest = text.partition(START)
    return f"{before}{START}\n{analyses_table()}\n{END}{rest.partition(END)[2]}"


def analyses_table() -> str:
    """Return the table of the analyses in Markdown."""
    rows = [_HEADS, ("---",) * len(_HEADS), *(_cells(entry) for entry in REGISTER.values())]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _cells(entry: Entry) -> tuple[str, ...]:
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


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
