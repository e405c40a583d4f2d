"""The key below a figure: signs and what they mean, in as many columns as the page has room for."""

from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from retrowalk.present.figures.style import FigureSettings, line_breaks

SIZE = 7
#: Height of a line.
KEY_LINE_MM = 3.6
#: Room for the sign before a text and for the space behind it.
SIGN_MM = 12
#: What stays free beside the key.
FREE_MM = 5.5


@dataclass(frozen=True)
class Key:
    """Signs with their texts below a line of words, laid out for a width; `height` is in millimetres."""

    words: str
    signs: list[Artist]
    texts: list[str]
    columns: int
    settings: FigureSettings

    @property
    def height(self) -> float:
        """What it takes of the figure."""
        rows = -(-len(self.texts) // self.columns)
        lines = 2 + line_breaks(self.words) + rows * (1 + max(map(line_breaks, self.texts)))
        return self.settings.mm(KEY_LINE_MM) * lines

    def put(self, figure: Figure) -> None:
        """Draw it at the lower left."""
        size = self.settings.pt(SIZE)
        about: dict[str, Any] = {"title": self.words, "title_fontsize": size, "alignment": "left"}
        about |= {"ncols": self.columns, "frameon": False, "fontsize": size, "loc": "outside lower left"}
        figure.legend(self.signs, self.texts, **about)


def make_key(words: str, entries: list[tuple[Artist, str]], settings: FigureSettings) -> Key:
    """Return a key for a figure of these settings: in one line where that has room, else in columns."""
    width, sign = settings.width_mm - settings.mm(FREE_MM), settings.mm(SIGN_MM)
    texts = [settings.wrapped(text, width - sign, SIZE) for _, text in entries]
    widths = [max(settings.text_width(line, SIZE) for line in text.split("\n")) + sign for text in texts]
    columns = len(texts) if sum(widths) < width else max(1, int(width / max(widths)))
    return Key(settings.wrapped(words, width, SIZE), [sign for sign, _ in entries], texts, columns, settings)
