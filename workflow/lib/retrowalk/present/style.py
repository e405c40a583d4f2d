"""How every figure looks, and how it is saved: the same bytes for the same data."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

MM = 1 / 25.4
POINTS_PER_MM = 72 / 25.4
FONT = "DejaVu Sans"
FORMATS = ("png", "pdf", "svg")
#: The size of text, in points, that the lengths and sizes in the drawing modules are said for.
DESIGN_SIZE = 8

#: Okabe and Ito's colours, safe for the colour-blind; marker and line differ too, so that grey print is enough.
CONTROL_LOOK = {"color": "#595959", "marker": "s", "linestyle": "--"}
ARM_LOOKS = (
    {"color": "#0072B2", "marker": "o", "linestyle": "-"},
    {"color": "#D55E00", "marker": "^", "linestyle": "-."},
    {"color": "#009E73", "marker": "D", "linestyle": ":"},
    {"color": "#CC79A7", "marker": "v", "linestyle": (0, (5, 1))},
)
MARK_COLOUR = "#B00020"

RC = {
    "font.family": FONT,
    "text.parse_math": False,  # a label may hold dollar signs
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 7.5,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "retrowalk",
    "figure.constrained_layout.use": True,
}


@dataclass(frozen=True)
class FigureSettings:
    """Width of a figure in millimetres, dots per inch of the PNG, and size of the text in points, at final size.

    Every length and size in the drawing modules is said for text of `DESIGN_SIZE` points and grows with `font_size`.
    """

    width_mm: float
    dpi: int
    font_size: float = DESIGN_SIZE

    def pt(self, size: float) -> float:
        """Return a text size, line width or marker size, in points, at this figure's size of text."""
        return size * self.font_size / DESIGN_SIZE

    def mm(self, length: float) -> float:
        """Return a length that goes with the text (a row's height, a gap), in millimetres."""
        return length * self.font_size / DESIGN_SIZE


@contextmanager
def house_style() -> Iterator[None]:
    """Draw within this, and every figure looks alike."""
    import seaborn

    with seaborn.axes_style("ticks"), rc_context(RC):
        yield


def new_figure(settings: FigureSettings, height_mm: float) -> Figure:
    """Return an empty figure at its final size."""
    return Figure(figsize=(settings.width_mm * MM, height_mm * MM), dpi=settings.dpi)


def arm_look(position: int) -> dict:
    """Return colour, marker and line of the intervention arm at this position."""
    return ARM_LOOKS[position % len(ARM_LOOKS)]


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of one line of text in millimetres; `size` is in points."""
    font = FontProperties(family=FONT, size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] / POINTS_PER_MM


def wrapped(text: str, width_mm: float, size: float, weight: str = "normal") -> str:
    """Return text with a line break at a space wherever a line would be wider than `width_mm`."""
    first, *words = text.split(" ")
    lines = [first]
    for word in words:
        longer = f"{lines[-1]} {word}"
        if text_width(longer, size, weight) > width_mm:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def put_mark(figure: Figure, mark: str) -> None:
    """Write the mark of synthetic data across the top of the figure."""
    if mark:
        figure.suptitle(mark, fontsize=8, fontweight="bold", color=MARK_COLOUR)


def save(figure: Figure, folder: Path, name: str, description: str) -> None:
    """Save a figure as PNG, PDF and SVG with `description` inside and no date.

    Parameters
    ----------
    figure
        The figure.
    folder, name
        Where, and the file name without ending.
    description
        What the figure shows; the title in the files' metadata.
    """
    os.environ["SOURCE_DATE_EPOCH"] = "946684800"
    metadata = {
        "png": {"Title": description},
        "pdf": {"Title": description, "CreationDate": None},
        "svg": {"Title": description, "Date": None},
    }
    with house_style():  # fonts and ids are settled when a figure is saved, not when it is drawn
        for ending in FORMATS:
            figure.savefig(folder / f"{name}.{ending}", metadata=metadata[ending])
