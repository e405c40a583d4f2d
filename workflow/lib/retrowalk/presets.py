"""What journals ask of figures, and what a thesis and slides need: `figures.preset` of the plan.

A preset is a starting point, not a promise: a journal may ask for something else than its publisher.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from retrowalk.schemas import listed, nearest, read_yaml

#: The presets, each with its source.
STORE = Path(__file__).with_suffix(".yaml")
#: The preset where the plan names none.
DEFAULT = "elsevier"
#: The font that matplotlib ships, so that figures have the same bytes on every machine.
FONT = "DejaVu Sans"
#: Every figure is written as these; a preset adds TIFF where its publisher takes it.
ALWAYS = ("png", "pdf", "svg")
#: Dots per inch of a PNG, for screens and word processors: printers get PDF or TIFF.
SCREEN_DPI = 200


@dataclass(frozen=True)
class Preset:
    """Sizes of figures for one place, and what asks for them; the head of presets.yaml explains the fields."""

    widths: dict[str, float]
    width: str
    font_size: float
    highest_mm: float
    tiff_dpi: int
    asks: str
    source: str
    read: str = ""


@cache
def presets() -> dict[str, Preset]:
    """Return every preset by its name."""
    return {name: Preset(**fields) for name, fields in read_yaml(STORE).items()}


def figure_settings(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of `present.style.FigureSettings` for the plan's key `figures`, which has no faults."""
    preset = presets()[figures.get("preset", DEFAULT)]
    dpi = figures.get("dpi")
    return {
        "width_mm": figures.get("width_mm", preset.widths[figures.get("width", preset.width)]),
        "dpi": dpi or SCREEN_DPI,
        "font_size": preset.font_size,
        "font": figures.get("font", FONT),
        "highest_mm": preset.highest_mm,
        "tiff_dpi": preset.tiff_dpi and (dpi or preset.tiff_dpi),
    }


def figure_faults(figures: dict[str, Any]) -> list[str]:
    """Return what is wrong with the plan's key `figures` that its schema does not tell, a line a fault."""
    found = []
    if "width" in figures and "width_mm" in figures:
        found.append(
            '"width" and "width_mm" are both given. Keep one; "width_mm" is for widths that the preset does not have.'
        )
    name, font = figures.get("preset", DEFAULT), figures.get("font", FONT)
    widths = presets()[name].widths
    if (width := figures.get("width")) and width not in widths:
        found.append(
            f'"width": preset "{name}" has no width "{width}"{nearest(width, widths)}. Allowed: {listed(widths)}. '
            "For another width, use width_mm."
        )
    if font == FONT:  # matplotlib brings it: nothing need be looked up
        return found
    if font not in (known := _fonts()):
        found.append(
            f'"font": the font "{font}" is not installed here{nearest(font, known)}, or is not a TrueType font (.ttf), the '
            f'type that journals can edit. Install it, choose another font or remove the key; the default is "{FONT}". '
            f"Installed fonts: {listed(known)}."
        )
    elif lacking := _lacking(font):
        found.append(
            f'"font": the font "{font}" has no character for {listed(lacking)}. Choose another font or remove the key; the default is "{FONT}".'
        )
    return found


#: What every figure writes.
_NEEDED = "0123456789.−-(),%=+ABCXYZabcxyz²τ←→"


def _lacking(font: str) -> list[str]:
    """Return the signs of every figure that an installed font does not have."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    known = get_font(findfont(FontProperties(family=[font]))).get_charmap()
    return [sign for sign in _NEEDED if ord(sign) not in known]


def _fonts() -> list[str]:
    """Return the names of the fonts that can be embedded as Type 42."""
    from matplotlib.font_manager import fontManager

    return sorted({font.name for font in fontManager.ttflist if font.fname.lower().endswith(".ttf")})
