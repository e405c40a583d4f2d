"""Write a manuscript as Markdown that GitHub and pandoc read: headings, pipe tables, figures as links to their files."""

import re
from pathlib import Path

from retrowalk.files import write_text
from retrowalk.present.manuscript.content import Heading, Manuscript, Paragraph, Part, Picture, TablePart
from retrowalk.present.tables.files.layout import printable
from retrowalk.present.tables.table import Table

#: Signs that mean something to Markdown (pandoc's too) or to HTML within it.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$^@&])")
#: What a line must not begin with, lest it become a list or a heading.
_AT_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=:])(?=[-+=:\s]|$)")


def write_markdown(manuscript: Manuscript, path: str | Path) -> None:
    """Write the Markdown file."""
    parts = [f"# {escaped(manuscript.title)}", *map(_written, manuscript.parts)]
    write_text("\n\n".join(filter(None, parts)) + "\n", path)


def escaped(text: str) -> str:
    """Return text, its sources off, that Markdown shows as it is."""
    line = " ".join(printable(text).split())
    line = _SPECIAL.sub(r"\\\1", line)
    return _AT_START.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", line)


def _written(part: Part) -> str:
    match part:
        case Heading():
            return f"{'#' * (part.level + 1)} {escaped(part.text)}"
        case Paragraph(kind="item"):
            return f"- {escaped(part.text)}"
        case Paragraph(kind="reference"):
            return escaped(part.text)
        case Paragraph():
            return escaped(part.text)
        case TablePart():
            notes = [escaped(note) for note in part.table.notes]
            return "\n\n".join([f"**{escaped(part.caption)}**", pipes(part.table), *notes])
        case Picture():
            return f"![{escaped(part.description)}]({part.file})"
    raise TypeError(part)


def pipes(table: Table) -> str:
    """Return a table as Markdown."""
    heads = [escaped(head) for head in table.frame.columns]
    rows = [[escaped(cell) for cell in row] for row in table.frame.itertuples(index=False)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [heads, ["---"] * len(heads), *rows])
