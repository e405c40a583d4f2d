"""How every figure looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from retrowalk.presets import ALWAYS, FONT

MM = 1 / 25.4
POINTS_PER_MM = 72 / 25.4
#: The size of text, in points, that the lengths and sizes in the drawing modules are said for. None has text below 7.
DESIGN_SIZE = 8

#: Free space around every panel.
PAD_MM = 1.06
#: Height of a line of text in a figure.
LINE_MM = 3.4
#: The line of zero.
ZERO_COLOUR = "#8C8C8C"
#: Words and signs that are not an arm's.
GREY = "#404040"

#: Okabe and Ito's colours, safe for the colour-blind; marker and line differ too, so that grey print is enough.
CONTROL_LOOK = {"color": "#595959", "marker": "s", "linestyle": "--"}
ARM_LOOKS = (
    {"color": "#0072B2", "marker": "o", "linestyle": "-"},
    {"color": "#D55E00", "marker": "^", "linestyle": "-."},
    {"color": "#009E73", "marker": "D", "linestyle": ":"},
    {"color": "#CC79A7", "marker": "v", "linestyle": (0, (5, 1))},
)
MARK_COLOUR = "#B00020"

#: What does not depend on the size of the text.
RC = {
    "text.parse_math": False,  # a label may hold dollar signs
    "text.hinting": "no_hinting",  # text is as wide on a screen as on paper
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "retrowalk",
    "figure.constrained_layout.use": True,
}
#: Sizes, in points, at text of `DESIGN_SIZE` points.
SIZES = {
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 7.5,
    "axes.linewidth": 0.8,
    "axes.labelpad": 4,
    "axes.titlepad": 6,
    "xtick.major.size": 3.5,
    "ytick.major.size": 3.5,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0.8,
    "xtick.major.pad": 3.5,
    "ytick.major.pad": 3.5,
    "lines.linewidth": 1.5,
    "lines.markersize": 6,
    "patch.linewidth": 1,
}


@dataclass(frozen=True)
class FigureSettings:
    """Size, sharpness and font of a figure; `retrowalk.presets` makes the fields from the plan.

    `width_mm` and `font_size` (points) are those at final size, `dpi` are the dots per inch of the PNG, `tiff_dpi` those of
    the TIFF (0 where none is written), and `highest_mm` is the height not to exceed where a figure can choose.
    Every length and size in the drawing modules is said for text of `DESIGN_SIZE` points and grows with `font_size`.
    """

    width_mm: float
    dpi: int
    font_size: float = DESIGN_SIZE
    font: str = FONT
    highest_mm: float = 225
    tiff_dpi: int = 0

    def pt(self, size: float) -> float:
        """Return a text size, line width or marker size, in points, at this figure's size of text."""
        return size * self.font_size / DESIGN_SIZE

    def mm(self, length: float) -> float:
        """Return a length that goes with the text (a row's height, a gap), in millimetres."""
        return length * self.font_size / DESIGN_SIZE

    def text_width(self, text: str, size: float, weight: str = "normal") -> float:
        """Return the width of one line of text in millimetres; `size` is that at `DESIGN_SIZE`."""
        return text_width(text, self.pt(size), weight, self.font)

    def wrapped(self, text: str, width_mm: float, size: float, weight: str = "normal", *, broken: bool = False) -> str:
        """Return text with a line break wherever a line would be wider than `width_mm`; `size` is that at `DESIGN_SIZE`.

        Words stay whole, unless `broken`.
        """
        about = (self.pt(size), weight, self.font)
        if broken:
            text = " ".join(part for word in text.split(" ") for part in _broken(word, width_mm, *about))
        return wrapped(text, width_mm, *about)

    @property
    def formats(self) -> tuple[str, ...]:
        """The endings of the files of a figure."""
        return (*ALWAYS, "tiff") if self.tiff_dpi else ALWAYS


@contextmanager
def house_style(settings: FigureSettings) -> Iterator[None]:
    """Draw within this, and every figure of these settings looks alike."""
    import seaborn

    sizes = {name: settings.pt(size) for name, size in SIZES.items()}
    sizes |= {f"figure.constrained_layout.{side}_pad": settings.mm(PAD_MM) * MM for side in ("w", "h")}
    with seaborn.axes_style("ticks"), rc_context({**RC, **sizes, "font.family": settings.font}):
        yield


def new_figure(settings: FigureSettings, height_mm: float) -> Figure:
    """Return an empty figure at its final size."""
    figure = Figure(figsize=(settings.width_mm * MM, height_mm * MM), dpi=settings.dpi)
    FigureCanvasAgg(figure)  # which keeps the widths of texts from one layout to the next
    return figure


def arm_look(position: int) -> dict:
    """Return colour, marker and line of the intervention arm at this position."""
    return ARM_LOOKS[position % len(ARM_LOOKS)]


def scaled(look: dict[str, Any], settings: FigureSettings) -> dict[str, Any]:
    """Return a look with its line width and marker sizes at the settings' size of text."""
    sizes = ("linewidth", "markersize", "markeredgewidth", "elinewidth", "capsize", "capthick")
    return {name: settings.pt(value) if name in sizes else value for name, value in look.items()}


def text_width(text: str, size: float, weight: str = "normal", font: str = FONT) -> float:
    """Return the width of one line of text in millimetres; `size` is in points at final size."""
    return _width_at_scale(text, weight, font) * (size / text_to_path.FONT_SCALE) / POINTS_PER_MM


@lru_cache(maxsize=10_000)
def _width_at_scale(text: str, weight: str, font: str) -> float:
    """Return the width in points at the size at which matplotlib measures: the same texts are measured again and again."""
    properties = FontProperties(family=font, size=text_to_path.FONT_SCALE, weight=weight)
    return text_to_path.get_text_width_height_descent(text, properties, ismath=False)[0]


def wrapped(text: str, width_mm: float, size: float, weight: str = "normal", font: str = FONT) -> str:
    """Return text with a line break at a space wherever a line would be wider than `width_mm`."""
    first, *words = text.split(" ")
    lines = [first]
    for word in words:
        longer = f"{lines[-1]} {word}"
        if text_width(longer, size, weight, font) > width_mm:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _broken(word: str, width_mm: float, size: float, weight: str, font: str) -> Iterator[str]:
    """Yield a word whole, or in parts that are no wider than `width_mm`, at least three letters each."""
    while len(word) > 6 and text_width(word, size, weight, font) > width_mm:
        most = next(
            (
                end
                for end in range(len(word) - 3, 2, -1)
                if text_width(f"{word[:end]}-", size, weight, font) <= width_mm
            ),
            3,
        )
        yield f"{word[:most]}-"
        word = word[most:]
    yield word


def line_breaks(text: str) -> int:
    """Return how many lines a text has below its first."""
    return text.count("\n")


def put_mark(figure: Figure, mark: str, settings: FigureSettings) -> None:
    """Write the mark of synthetic data across the top of the figure."""
    if mark:
        figure.suptitle(mark, fontsize=settings.pt(DESIGN_SIZE), fontweight="bold", color=MARK_COLOUR)
