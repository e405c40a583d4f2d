"""What any figure must hold to go into a paper: called on a figure as drawn, and on its files as saved.

`faults_of_figure` looks at the artists: text off the page, over other text or too small, anything off the page, and names
that only the code knows. `faults_of_files` opens the files: width of the page, fonts, dots per inch, compression, size of
text. Both return a line a fault, and none where all is well.
"""

import re
from dataclasses import dataclass
from math import hypot
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream

from retrowalk.present.figures.style import RC, FigureSettings

#: No text of a printed figure is smaller, in points.
SMALLEST_PT = 6
#: Texts may touch, and lie off the page, by this much, in points: what rounding to pixels makes.
TOLERANCE_PT = 0.4
#: Names that are written with an underscore are names of the code.
INTERNAL = re.compile(r"[A-Za-z0-9]+_[A-Za-z0-9_]+")


@dataclass(frozen=True)
class Shown:
    """A text that is drawn: its words, its size in points, and the corners of its box (4 x 2) in points."""

    text: str
    size: float
    corners: np.ndarray


def shown_texts(figure: Figure) -> list[Shown]:
    """Return every text that is drawn, as it is saved; ticks outside the axis, or of no axis, are not."""
    canvas = FigureCanvasAgg(figure)
    with rc_context({"text.hinting": RC["text.hinting"]}):
        figure.draw_without_rendering()
        outside = _ticks_not_drawn(figure)
        drawn = (text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip())
        return [_shown(text, canvas, 72 / figure.dpi) for text in drawn if text not in outside]


def words_on(figure: Figure) -> list[str]:
    """Return the words of every text that is drawn."""
    return [each.text for each in shown_texts(figure)]


def _shown(text: Text, canvas: FigureCanvasAgg, points: float) -> Shown:
    """Return a text with its box, which is turned as the text is: its middle is that of the upright box around it."""
    around = text.get_window_extent(canvas.get_renderer())
    angle = text.get_rotation()
    text.set_rotation(0)
    level = text.get_window_extent(canvas.get_renderer())
    text.set_rotation(angle)
    turn = np.deg2rad(angle)
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [level.width / 2, level.height / 2]
    turned = half @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    middle = [(around.x0 + around.x1) / 2, (around.y0 + around.y1) / 2]
    return Shown(text.get_text(), text.get_fontsize(), (turned + middle) * points)


def _ticks_not_drawn(figure: Figure) -> set[Text]:
    outside = set()
    for axes in [*figure.axes, *(child for each in figure.axes for child in each.child_axes)]:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            outside |= {
                label
                for tick in axis.get_major_ticks()
                for label in (tick.label1, tick.label2)
                if not (axes.axison and low <= tick.get_loc() <= high)
            }
    return outside


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Return how deep two boxes, turned or not, lie in each other: the least over the directions of their sides."""
    depth = np.inf
    for corners in (one, other):
        for side in (corners[1] - corners[0], corners[3] - corners[0]):
            direction = side / (hypot(*side) or 1)
            first, second = one @ direction, other @ direction
            depth = min(depth, first.max() - second.min(), second.max() - first.min())
    return float(depth)


def _near(texts: list[Shown]) -> list[tuple[Shown, Shown]]:
    """Return the pairs of texts whose upright boxes meet: the others need no closer look."""
    if not texts:
        return []
    low, high = (np.array([edge(each.corners, axis=0) for each in texts]) for edge in (np.min, np.max))
    meet = (np.minimum(high[:, None], high) > np.maximum(low[:, None], low)).all(axis=2)
    return [(texts[i], texts[j]) for i, j in np.argwhere(np.triu(meet, 1))]


def faults_of_layout(figure: Figure) -> list[str]:
    """Return which text is off the page or over another, and whether anything else is off the page."""
    return _faults_of_layout(figure, shown_texts(figure))


def _faults_of_layout(figure: Figure, texts: list[Shown]) -> list[str]:
    page = np.array(figure.get_size_inches()) * 72
    faults = [
        f"{each.text!r} is off the page"
        for each in texts
        if (each.corners < -TOLERANCE_PT).any() or (each.corners > page + TOLERANCE_PT).any()
    ]
    for one, other in _near(texts):
        if overlap(one.corners, other.corners) > TOLERANCE_PT:
            faults.append(f"{one.text!r} lies over {other.text!r}")
    around = figure.get_tightbbox(figure.canvas.get_renderer())
    low, high = np.array([around.min, around.max]) * 72
    if not faults and ((low < -1).any() or (high > page + 1).any()):
        faults.append("something is off the page")
    return faults


def faults_of_words(figure: Figure, smallest: float = SMALLEST_PT) -> list[str]:
    """Return which text is too small, and which has a name of the code."""
    return _faults_of_words(shown_texts(figure), smallest)


def _faults_of_words(texts: list[Shown], smallest: float = SMALLEST_PT) -> list[str]:
    small = [f"{each.text!r} has {each.size:g} pt" for each in texts if each.size < smallest - 1e-6]
    return small + [f"{each.text!r} has a name of the code" for each in texts if INTERNAL.search(each.text)]


def faults_of_figure(figure: Figure) -> list[str]:
    """Return all that is wrong with a figure as drawn."""
    texts = shown_texts(figure)
    return _faults_of_layout(figure, texts) + _faults_of_words(texts)


# --- files --------------------------------------------------------------------------------------------------------------
def pdf_fonts(path: Path) -> list[tuple[str, str, bool]]:
    """Return kind, kind of the font inside, and whether its TrueType program is embedded, of each font of a PDF."""
    found = []
    for font in PdfReader(path).pages[0]["/Resources"].get("/Font", {}).values():
        font = font.get_object()
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        found.append((font["/Subtype"], inner["/Subtype"], "/FontFile2" in inner.get("/FontDescriptor", {})))
    return found


def pdf_text_sizes(path: Path) -> set[float]:
    """Return the sizes of text in a PDF of one page, in points on paper."""
    reader = PdfReader(path)
    page, sizes = reader.pages[0], set()
    scales, scale, size = [], 1.0, 0.0
    for operands, operator in ContentStream(page["/Contents"], reader).operations:
        match operator:
            case b"q":
                scales.append(scale)
            case b"Q":
                scale = scales.pop()
            case b"cm":
                scale *= hypot(float(operands[0]), float(operands[1]))
            case b"Tf":
                size = float(operands[1])
            case b"Tj" | b"TJ":
                sizes.add(round(size * scale, 3))
    return sizes


def svg_texts(path: Path) -> list[tuple[str, float]]:
    """Return the texts of an SVG with their sizes in points: its unit is the point where width and viewBox agree."""
    root = ElementTree.parse(path).getroot()
    unit = float(root.get("width").removesuffix("pt")) / float(root.get("viewBox").split()[2])
    found = []
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        size = re.search(r"font(?:-size)?:[^;]*?([\d.]+)px", element.get("style", "") + element.get("font-size", ""))
        scale = re.search(r"scale\(([\d.]+)", element.get("transform", ""))
        found.append(
            ("".join(element.itertext()), float(size.group(1)) * unit * (float(scale.group(1)) if scale else 1))
        )
    return found


def faults_of_files(folder: Path, name: str, settings: FigureSettings) -> list[str]:
    """Return all that is wrong with the files of a figure that was saved with these settings."""
    faults = []
    there = {path.suffix[1:] for path in folder.glob(f"{name}.*")}
    if there != set(settings.formats):
        faults.append(f"{name}: files are {sorted(there)}, not {sorted(settings.formats)}")
    faults += _faults_of_pdf(folder / f"{name}.pdf", settings) + _faults_of_svg(folder / f"{name}.svg", settings)
    faults += _faults_of_picture(folder / f"{name}.png", settings.dpi, settings.width_mm, "PNG")
    if settings.tiff_dpi:
        faults += _faults_of_picture(folder / f"{name}.tiff", settings.tiff_dpi, settings.width_mm, "TIFF")
    return faults


def _faults_of_pdf(path: Path, settings: FigureSettings) -> list[str]:
    reader = PdfReader(path)
    faults = [] if len(reader.pages) == 1 else [f"{path.name}: {len(reader.pages)} pages"]
    width = float(reader.pages[0].mediabox.width) / 72 * 25.4
    if abs(width - settings.width_mm) > 0.05:
        faults.append(f"{path.name}: page {width:.2f} mm wide, not {settings.width_mm:g}")
    fonts = pdf_fonts(path)
    if not fonts or set(fonts) != {("/Type0", "/CIDFontType2", True)}:
        faults.append(f"{path.name}: fonts {fonts}, not embedded Type 42")
    sizes = pdf_text_sizes(path)
    if not sizes or min(sizes) < SMALLEST_PT - 1e-6:
        faults.append(f"{path.name}: text of {sorted(sizes)[:1]} pt")
    if "/CreationDate" in reader.metadata:
        faults.append(f"{path.name}: has a date")
    return faults


def _faults_of_svg(path: Path, settings: FigureSettings) -> list[str]:
    texts = svg_texts(path)
    faults = [] if texts else [f"{path.name}: no text that is text"]
    faults += [f"{path.name}: {text!r} has {size:g} pt" for text, size in texts if size < SMALLEST_PT - 1e-6]
    faults += [f"{path.name}: {text!r} has a name of the code" for text, _ in texts if INTERNAL.search(text)]
    width = float(ElementTree.parse(path).getroot().get("width").removesuffix("pt")) / 72 * 25.4
    if abs(width - settings.width_mm) > 0.05:
        faults.append(f"{path.name}: {width:.2f} mm wide, not {settings.width_mm:g}")
    return faults


def _faults_of_picture(path: Path, dpi: int, width_mm: float, kind: str) -> list[str]:
    faults = []
    with Image.open(path) as image:
        if image.format != kind:
            faults.append(f"{path.name}: is {image.format}")
        if any(abs(float(each) - dpi) > 0.5 for each in image.info.get("dpi", (0, 0))):
            faults.append(f"{path.name}: {image.info.get('dpi')} dots per inch, not {dpi}")
        if abs(image.width - width_mm / 25.4 * dpi) > 1:
            faults.append(f"{path.name}: {image.width} pixels wide, not {width_mm / 25.4 * dpi:.0f}")
        if kind == "TIFF" and (image.info.get("compression"), image.mode) != ("tiff_lzw", "RGB"):
            faults.append(f"{path.name}: {image.info.get('compression')}, {image.mode}, not LZW without transparency")
    return faults
