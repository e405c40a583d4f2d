"""How a table stands on a page, whatever the file: its texts as they are printed, which columns hold numbers, how wide each is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrowalk.present.tables.table import Table
from retrowalk.present.words.cited import plain
from retrowalk.present.words.numbers import NO_BREAK_SPACE, true_minus
from retrowalk.schemas import NONCHARACTERS

#: Signs that no file can hold or that work on what stands around them: control characters, halves of pairs, noncharacters,
#: and what turns the direction of the text after it.
_UNPRINTABLE = (
    re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029]+"),
    re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff" + NONCHARACTERS + "]"),
)
#: Words of a script that runs from right to left, with what stands between two of them.
_LETTER = "[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
_LEFTWARD = re.compile(rf"{_LETTER}(?:[^\w{{}}()\[\]<>]*{_LETTER})*")
#: The mark that what follows runs from left to right.
RIGHTWARD = "\u200e"
#: A cell that holds a number first of all, or says that there is none.
_NUMBER = re.compile(r"[(<>=~]?\s*[−-]?[.\d]|-?$")
#: A remark in brackets that a heading keeps on one line.
_BRACKET = re.compile(r"\([^()]{1,12}\)")
#: Widths of signs in ems of a plain sans serif font, near enough to share a page among columns.
_NARROW = set(" .,:;'|!()[]/\\-ijltfrI")
_WIDE = set("mwMW%@+=−±≥≤<>&#~")
NARROW_EM = 0.32
MIDDLE_EM = 0.56
WIDE_EM = 0.85
FULL_EM = 1.1
#: A text of no more than this is not broken.
UNBROKEN_EM = 8
#: A column of text wants no more than this.
TEXT_EM = 24
#: A heading wants no more than this.
HEADING_EM = 9
#: A text takes no more lines than this, where the page is wide enough.
TEXT_LINES = 3
#: A heading takes no more lines than this, where the page is wide enough.
HEADING_LINES = 4
#: What a column has over, for fonts that run wider.
SLACK_EM = 0.4
#: Free space left and right in a cell.
BESIDE_PT = 3
#: A table should fit at this size of font on A4 less margins of 2 cm; whether the page lies on its side: its width in ems.
FITTING_PT = 8
PAGE_EMS = {False: 17 / 2.54 * 72 / FITTING_PT, True: 25.7 / 2.54 * 72 / FITTING_PT}
#: A table of no more rows than this, its head among them, stands on one page.
SHORT = 16


def printable(text: str) -> str:
    """Return a text as it is printed: without sources, its minus signs typographic, without what no file can hold.

    Control characters, a new line among them, become a space. After words that run from right to left stands a mark (of no
    width) that ends their direction, else a number that follows would stand before them.
    """
    controls, others = _UNPRINTABLE
    shown = true_minus(others.sub("", controls.sub(" ", plain(text))))
    return _LEFTWARD.sub(rf"\g<0>{RIGHTWARD}", shown)


def stretches(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text in their order, and whether each runs from right to left."""
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
        Text; no line of a heading ends inside "(95% CI)". Cells keep plain spaces, so that a reader finds what he searches for.
    numeric
        Whether its cells are numbers: they stand in the middle and are not broken over lines.
    """

    heading: str
    cells: tuple[str, ...]
    numeric: bool

    @property
    def least(self) -> float:
        """The width in ems below which a number, a short text or a word would break, or a text take many lines."""
        words = (word for text in (self.heading, *self.cells) for word in text.split(" "))
        word, text, heading = max(map(ems, words), default=1), self._text, ems(self.heading)
        unbroken = text if self.numeric else max(min(text, UNBROKEN_EM), text / TEXT_LINES)
        return min(max(word, unbroken, heading / HEADING_LINES), TEXT_EM) + SLACK_EM

    @property
    def wanted(self) -> float:
        """The width in ems that the column would take if there were room."""
        return max(self.least, min(self._text, TEXT_EM), min(ems(self.heading), HEADING_EM))

    @property
    def _text(self) -> float:
        return max(map(ems, self.cells), default=1)


def columns_of(table: Table) -> list[Column]:
    """Return the columns of a table as they are printed."""
    columns = []
    for place, heading in enumerate(table.frame.columns):
        cells = tuple(map(printable, table.frame.iloc[:, place]))
        numeric = bool(place) and all(_NUMBER.match(cell) and ems(cell) <= TEXT_EM for cell in cells if cell)
        columns.append(Column(_heading(heading), cells, numeric and any(cells)))
    return columns


def _heading(text: str) -> str:
    return _BRACKET.sub(lambda found: found[0].replace(" ", NO_BREAK_SPACE), printable(text))


def shares(columns: list[Column], page: float, beside: float) -> list[float]:
    """Return the share of the page of each column; they sum to 1.

    Each has what it cannot do without, and of what is left as much as it wants more. `page` is the width of the page and
    `beside` what a cell keeps free, left and right together, in ems.
    """
    least, wanted = [[getattr(each, name) for each in columns] for name in ("least", "wanted")]
    spare, missing = page - beside * len(columns) - sum(least), sum(wanted) - sum(least)
    part = max(0, min(1, spare / missing)) if missing else 0
    widths = [beside + low + part * (high - low) for low, high in zip(least, wanted, strict=True)]
    return [width / sum(widths) for width in widths]


def fits(columns: list[Column], page: float, beside: float) -> bool:
    """Return whether a page, its width and that beside the text of a cell in ems, is wide enough for the columns."""
    return sum(column.least + beside for column in columns) <= page


def is_wide(table: Table) -> bool:
    """Return whether a table needs a page on its side: on an upright one its numbers would break or be small."""
    return not fits(columns_of(table), PAGE_EMS[False], 2 * BESIDE_PT / FITTING_PT)
