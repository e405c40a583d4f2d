"""What stands where in a manuscript, before it is Word or Markdown. Texts hold their numbers with sources (`cited`)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from retrowalk.present.manuscript.references import REFERENCES_FILE, by_id
from retrowalk.present.tables.table import Table
from retrowalk.present.words.cited import Cited, in_file, pieces, wrapped

#: How a number of the text itself comes about: it is counted there.
TABLE_NUMBER = "number of the table in this text"
FIGURE_NUMBER = "number of the figure in this text"
REFERENCE_NUMBER = "place in the list of references"
#: What stands for such a number until all are counted.
_OPEN = "?"


@dataclass(frozen=True)
class Heading:
    """A heading; `level` is 1 for a section."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `kind` is "", "item" (of a list), "legend" (of a figure) or "reference" (of the list of them)."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class TablePart:
    """A table with its caption; `file` is its place in the results folder."""

    table: Table
    file: str
    caption: str


@dataclass(frozen=True)
class Picture:
    """A figure: its PNG as bytes, its place in the results folder, and words for those who cannot see it."""

    png: bytes
    file: str
    description: str


Part = Heading | Paragraph | TablePart | Picture


@dataclass(frozen=True)
class Manuscript:
    """A whole text: its title, the mark of synthetic data it carries on every page, its parts, and its references."""

    title: str
    mark: str
    parts: tuple[Part, ...]
    references: tuple[dict[str, Any], ...]


def table_number(file: str) -> str:
    """Return "Table 3" of the table with this place in the results folder."""
    return f"Table {in_file(_OPEN, file, how=TABLE_NUMBER)}"


def figure_number(file: str) -> str:
    """Return "Figure 3" of the figure with this place in the results folder."""
    return f"Figure {in_file(_OPEN, file, how=FIGURE_NUMBER)}"


def reference_number(name: str) -> str:
    """Return "[3]" of a reference."""
    return f"[{in_file(_OPEN, REFERENCES_FILE, name, how=REFERENCE_NUMBER)}]"


def numbered(title: str, mark: str, parts: Iterable[Part]) -> Manuscript:
    """Return the manuscript with its tables, figures and references counted in the order in which the text names them.

    The list of references ends it.
    """
    parts = list(parts)
    places: dict[str, dict[str, int]] = {TABLE_NUMBER: {}, FIGURE_NUMBER: {}, REFERENCE_NUMBER: {}}
    captions = [text for part in parts for text in _captions(part)]
    for piece in _numbers(captions):
        if piece.how in (TABLE_NUMBER, FIGURE_NUMBER):
            _count(places[piece.how], piece.file)
    for piece in _numbers(text for part in parts for text in _texts(part)):
        if piece.how == REFERENCE_NUMBER:
            _count(places[REFERENCE_NUMBER], piece.key[0])
    store = by_id()
    references = tuple(store[name] for name in places[REFERENCE_NUMBER])
    return Manuscript(title, mark, tuple(_counted(part, places) for part in parts), references)


def _count(places: dict[str, int], name: str) -> None:
    places.setdefault(name, len(places) + 1)


def _captions(part: Part) -> list[str]:
    match part:
        case TablePart():
            return [part.caption]
        case Paragraph(kind="legend"):
            return [part.text]
    return []


def _texts(part: Part) -> list[str]:
    match part:
        case TablePart():
            return [part.caption]
        case Heading() | Paragraph():
            return [part.text]
    return []


def _numbers(texts: Iterable[str]) -> Iterator[Cited]:
    for text in texts:
        yield from (piece for piece in pieces(text) if isinstance(piece, Cited))


def _counted(part: Part, places: dict[str, dict[str, int]]) -> Part:
    match part:
        case TablePart():
            return replace(part, caption=_filled(part.caption, places))
        case Heading() | Paragraph():
            return replace(part, text=_filled(part.text, places))
    return part


def _filled(text: str, places: dict[str, dict[str, int]]) -> str:
    return "".join(piece if isinstance(piece, str) else wrapped(_place(piece, places)) for piece in pieces(text))


def _place(piece: Cited, places: dict[str, dict[str, int]]) -> Cited:
    if piece.how not in places:
        return piece
    name = piece.key[0] if piece.how == REFERENCE_NUMBER else piece.file
    return replace(piece, shown=str(places[piece.how][name]))
