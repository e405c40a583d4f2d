"""How a table stands on a page, whatever the file: its texts as they are printed, which columns hold numbers, how wide each is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrowalk.present.cited import plain
from retrowalk.present.table import Table

#: Signs that no file can hold or that work on what stands around them: control characters, halves of pairs, noncharacters,
#: and what turns the direction of the text after it.
_UNPRINTABLE = (
    re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029]+"),
    re.compile("[\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"),
)
#: A hyphen that is a minus: before a number, and neither between numbers nor in a word.
_MINUS = re.compile(r"(?<![\w.)\]-])-(?=\.?\d)")
#: Words of a script that runs from right to left, with what stands between two of them.
_LETTER = "[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
_LEFTWARD = re.compile(rf"{_LETTER}(?:[^\w{{}}()\[\]<>]*{_LETTER})*")
#: A cell that holds a number first of all, or says that there is none.
_NUMBER = re.compile(r"[(<>=~]?\s*[−-]?[.\d]|-?$")
#: Widths of signs in ems of a plain sans serif font, near enough to share a page among columns.
_NARROW, _WIDE = set(" .,:;'|!()[]/\\-ijltfrI"), set("mwMW%@+=−±≥≤<>&#~")
NARROW_EM, MIDDLE_EM, WIDE_EM, FULL_EM = 0.32, 0.56, 0.85, 1.1
#: A column of text is happy with this width, and no heading makes a column wider than that.
TEXT_EM, HEADING_EM = 24, 9


def printable(text: str) -> str:
    """Return a text as it is printed: without sources, its minus signs typographic, without what no file can hold.

    Control characters, a new line among them, become a space.
    """
    controls, others = _UNPRINTABLE
    return _MINUS.sub("−", others.sub("", controls.sub(" ", plain(text))))


def stretches(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text in their order, and whether each runs from right to left.

    A part ends with its last letter, so that a number after it is not drawn into it.
    """
    end = 0
    for found in _LEFTWARD.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], False
        yield found[0], True
        end = found.end()
    if text[end:]:
        yield text[end:], False


def ems(text: str) -> float:
    """Return about how wide a text is, in ems."""
    return sum(map(_em, text))


def _em(sign: str) -> float:
    if sign in _NARROW:
        return NARROW_EM
    if ord(sign) > 0x2E7F:
        return FULL_EM
    return WIDE_EM if sign in _WIDE or sign.isupper() else MIDDLE_EM


@dataclass(frozen=True)
class Column:
    """A column as it is printed.

    Attributes
    ----------
    heading, cells
        Text.
    numeric
        Whether its cells are numbers: they stand in the middle and are not broken over lines.
    """

    heading: str
    cells: tuple[str, ...]
    numeric: bool

    @property
    def least(self) -> float:
        """The width below which a number or a word would break, in ems; a very long word may."""
        words = (word for text in (self.heading, *self.cells) for word in text.split())
        longest = min(max(map(ems, words), default=1), TEXT_EM)
        return max(longest, *map(ems, self.cells), 1) if self.numeric and self.cells else longest

    @property
    def wanted(self) -> float:
        """The width that the column would take if there were room, in ems."""
        text = min(max(map(ems, self.cells), default=1), TEXT_EM)
        return max(self.least, text, min(ems(self.heading), HEADING_EM))


def columns_of(table: Table) -> list[Column]:
    """Return the columns of a table as they are printed."""
    columns = []
    for place, heading in enumerate(table.frame.columns):
        cells = tuple(map(printable, table.frame.iloc[:, place]))
        numeric = bool(place) and all(_NUMBER.match(cell) and ems(cell) <= TEXT_EM for cell in cells if cell)
        columns.append(Column(printable(heading), cells, numeric and any(cells)))
    return columns


def shares(columns: list[Column], room: float) -> list[float]:
    """Return the share of the page of each column; they sum to 1.

    Each has what it cannot do without, and of what is left as much as it wants more. `room` is the width for text, in ems.
    """
    least, wanted = [[getattr(each, name) for each in columns] for name in ("least", "wanted")]
    spare, missing = room - sum(least), sum(wanted) - sum(least)
    part = max(0, min(1, spare / missing)) if missing else 0
    widths = [low + part * (high - low) for low, high in zip(least, wanted, strict=True)]
    return [width / sum(widths) for width in widths]
