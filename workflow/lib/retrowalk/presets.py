"""What journals ask of figures, and what a thesis and slides need: `figures.preset` of the plan, as data with its sources.

A preset is a starting point, not a promise: a journal may ask for something else than its publisher. `read` is the day on
which the page was read, mostly as a stored copy.
"""

from dataclasses import dataclass
from typing import Any

from retrowalk.schemas import listed, nearest

#: The font that matplotlib ships, so that figures have the same bytes on every machine.
FONT = "DejaVu Sans"
#: Every figure is written as these; a preset adds TIFF where its publisher takes it.
ALWAYS = ("png", "pdf", "svg")
#: Dots per inch of a PNG, for screens and word processors: printers get PDF or TIFF.
SCREEN_DPI = 200


@dataclass(frozen=True)
class Preset:
    """Sizes of figures for one place.

    `widths` are millimetres by name, `width` is the one taken where the plan names none. `font_size` is that of titles and
    labels in points at final size; the smallest text has 7/8 of it. `highest_mm` is the height that a figure which can
    choose does not exceed. `tiff_dpi` is 0 where no TIFF is written. `asks` says what the source says, `source` where.
    """

    widths: dict[str, float]
    width: str
    font_size: float
    highest_mm: float
    tiff_dpi: int
    asks: str
    source: str
    read: str = ""


PRESETS = {
    "elsevier": Preset(
        {"single": 90, "one_and_a_half": 140, "double": 190},
        "one_and_a_half",
        8,
        225,
        500,
        "Widths 90, 140 and 190 mm, height up to 240 mm; text 7 pt, nothing below 6 pt; PDF or EPS with fonts embedded, or "
        "TIFF with 300 (photographs), 500 (lines and shades) or 1000 dots per inch (lines alone).",
        "Elsevier, Artwork sizing, https://www.elsevier.com/about/policies-and-standards/author/"
        "artwork-and-media-instructions/artwork-sizing (text sizes read there; widths and height as the manual of the R "
        "package lehuynh 0.1.1 quotes that page; resolutions in Guidelines for accepted papers, journals.elsevier.com)",
        "2026-11-24",
    ),
    "bmc": Preset(
        {"single": 85, "double": 170},
        "double",
        9.2,
        210,
        300,
        "Widths 85 and 170 mm, height up to 225 mm with the legend; text not below 8 pt, lines not below 0.5 pt; 300 dots "
        "per inch; PDF, EPS, TIFF or PNG.",
        "BioMed Central, Preparing your manuscript: preparing figures, https://genomemedicine.biomedcentral.com/"
        "submission-guidelines/preparing-your-manuscript (widths and height as quoted from it); text and lines in "
        "Illustrations and figures, http://www.biomedcentral.com/authors/figuretypes (read there)",
        "2026-11-24",
    ),
    "human_kinetics": Preset(
        {"page": 165.1},
        "page",
        8,
        200,
        300,
        "In proportion to a page 6.5 inches (165.1 mm) wide; nothing below 6 pt; fonts embedded; PDF, EPS, TIFF or PNG. The "
        "300 dots per inch are ours.",
        "Human Kinetics, Figure guidelines, https://journals.humankinetics.com/page/figure-guidelines",
        "2026-11-24",
    ),
    "nature": Preset(
        {"single": 89, "double": 183},
        "double",
        7,
        170,
        450,
        "Widths 89 and 183 mm, height up to 170 mm; text from 5 to 7 pt; TrueType fonts embedded (type 2 or 42); 300 dots "
        "per inch, 450 where possible.",
        "Nature research figure guide, https://research-figure-guide.nature.com/figures/"
        "building-and-exporting-figure-panels and .../preparing-figures-our-specifications",
        "2026-11-24",
    ),
    "plos": Preset(
        {"single": 90, "one_and_a_half": 140, "double": 190.5},
        "one_and_a_half",
        9.2,
        210,
        300,
        "Any width from 66.8 to 190.5 mm (the steps are ours), height up to 222.3 mm; Arial, Times or Symbol from 8 to 12 pt "
        "(so set `font` too); TIFF with LZW compression or EPS; 300 to 600 dots per inch.",
        "PLOS Medicine, Figures, https://journals.plos.org/plosmedicine/s/figures; compression in PLOS figure requirements "
        "assessed by PACE, http://pace.apexcovantage.com/Home/Guidelines",
        "2026-11-24",
    ),
    "springer": Preset(
        {"single": 84, "one_and_a_half": 129, "double": 174},
        "double",
        9.2,
        225,
        600,
        "Widths 39, 84, 129 and 174 mm, height up to 234 mm; Helvetica or Arial from 8 to 12 pt; lines not below 0.3 pt; EPS "
        "or TIFF with 600 dots per inch (lines and shades).",
        "Springer, Artwork and illustrations guidelines, as the journals Interdisciplinary Sciences "
        "(http://interdisciplinarysciences.org/Forauthors/ArtworkandIllustrationsGuidelines/) and IJQR "
        "(http://www.cqm.rs/ijqr/29.php) print them; widths and height as authors of Aquatic Sciences quote them",
        "2026-11-24",
    ),
    "thesis": Preset(
        {"text": 150},
        "text",
        9,
        210,
        0,
        "A4 with margins of 30 mm, text of 11 or 12 pt.",
        "ours: most universities leave figures to the author",
    ),
    "slides": Preset(
        {"two_thirds": 210, "full": 300},
        "full",
        17,
        165,
        0,
        "A slide of 13.33 by 7.5 inches (338.7 by 190.5 mm) with room for a title; nothing below 14 pt.",
        "ours: the size of a wide slide in PowerPoint and Impress",
    ),
}
DEFAULT = "elsevier"


def figure_settings(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of `present.style.FigureSettings` for the plan's key `figures`, which has no faults."""
    preset = PRESETS[figures.get("preset", DEFAULT)]
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
            '"width" and "width_mm" are both given. Keep one: "width_mm" is for a width that the preset does not have.'
        )
    name, font = figures.get("preset", DEFAULT), figures.get("font", FONT)
    widths = PRESETS[name].widths
    if (width := figures.get("width")) and width not in widths:
        found.append(
            f'"width": preset "{name}" has no width "{width}"{nearest(width, widths)}. Allowed: {listed(widths)}. '
            "For another width give width_mm."
        )
    if font != FONT and font not in (known := _fonts()):
        found.append(
            f'"font": the font "{font}" is not installed here{nearest(font, known)}, or is no TrueType font (.ttf), the kind '
            f'that a journal can edit. Install it, choose another or take the key out: figures then have "{FONT}". '
            f"Fonts here: {listed(known)}."
        )
    elif lacking := _lacking(font):
        found.append(
            f'"font": the font "{font}" cannot write {listed(lacking)}. Choose another or take the key out: figures then have "{FONT}".'
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
