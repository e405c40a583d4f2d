"""The fonts in a PDF: what is cut out of the small font is what would be cut out of the whole one."""

import io

import pytest
from fontTools.ttLib import TTFont
from matplotlib import rc_context
from matplotlib.backends import _backend_pdf_ps
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.font_manager import FontPath, FontProperties, findfont, get_font
from pypdf import PdfReader

from retrowalk.present.figures import fonts

#: Signs of the small font, with a ligature and letters of two parts, and such as only the whole font has.
USUAL = "Change in Tübingen: first five, −4.2 (≤ 95 % CI), τ² ← favours Łódź →"
OTHER = "Боль и ходьба ℵ"
#: An accent, which the small font has for its letters, but not as a sign of its own.
ACCENT = "\u0301"


@pytest.fixture
def whole(monkeypatch):
    """Have every part cut out of the whole font: no sign is a usual one."""

    def begin():
        monkeypatch.setattr(fonts, "USUAL", ())
        fonts._small_font.cache_clear()

    yield begin
    fonts._small_font.cache_clear()


def glyphs_of(text: str, path: FontPath) -> set[int]:
    known = get_font(path).get_charmap()
    return {known[ord(sign)] for sign in text}


def cut(path: FontPath, glyphs: set[int]) -> tuple[bytes, dict[int, int]]:
    """Return the bytes of the part of a font, and where it has the glyphs."""
    with _backend_pdf_ps.get_glyphs_subset(path, glyphs) as part:
        return _backend_pdf_ps.font_as_file(part.font).getvalue(), {each: part.glyph_index_map[each] for each in glyphs}


def outlines(data: bytes, places: dict[int, int]) -> dict[int, tuple]:
    """Return points and width of each glyph, by its place in the whole font."""
    font = TTFont(io.BytesIO(data))
    names = {glyph: font.getGlyphName(place) for glyph, place in places.items()}
    return {
        glyph: (font["glyf"][name].getCoordinates(font["glyf"])[0], font["hmtx"][name]) for glyph, name in names.items()
    }


def pdf_of(text: str) -> bytes:
    figure, file = Figure((6, 1)), io.BytesIO()
    figure.text(0.01, 0.6, text)
    figure.text(0.01, 0.2, text, weight="bold")
    with rc_context({"pdf.fonttype": 42}):
        FigureCanvasPdf(figure).print_pdf(file, metadata={"CreationDate": None})
    return file.getvalue()


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize("font", ["DejaVu Sans", "STIXGeneral"])
def test_a_part_of_the_small_font_has_the_bytes_of_a_part_of_the_whole_font(font, weight, whole):
    path = findfont(FontProperties(family=font, weight=weight))
    glyphs = glyphs_of(USUAL, path)
    with fonts.quick_subsets():
        assert len(fonts._small_font(path)[0]) > 50_000
        quick = cut(path, glyphs)
        whole()
        assert fonts._small_font(path)[1] == {}
        assert cut(path, glyphs) == quick


@pytest.mark.parametrize("text", [USUAL, OTHER, ACCENT])
def test_glyphs_are_those_that_matplotlib_cuts_out(text):
    path = findfont(FontProperties(family="DejaVu Sans"))
    glyphs = glyphs_of(text, path)
    slow = cut(path, glyphs)
    with fonts.quick_subsets():
        quick = cut(path, glyphs)
    assert outlines(*quick) == outlines(*slow)
    assert len(outlines(*quick)) == len(set(text))
    assert not set(TTFont(io.BytesIO(quick[0])).keys()) & set(fonts.NOT_IN_PDF)


@pytest.mark.parametrize("text", [USUAL, OTHER, f"{USUAL} {OTHER}", f"Lo{ACCENT}dz"])
def test_the_text_of_a_pdf_is_still_text_and_the_same_bytes_from_either_font(text, whole):
    slow = pdf_of(text)
    with fonts.quick_subsets():
        quick = pdf_of(text)
        whole()
        assert pdf_of(text) == quick
    assert len(quick) < len(slow)
    for each in (slow, quick):
        words = PdfReader(io.BytesIO(each)).pages[0].extract_text()
        assert words.replace(2 * ACCENT, ACCENT) == f"{text}\n{text}"  # an accent is given out twice


def test_matplotlib_cuts_as_it_did_afterwards_even_after_an_error():
    usual = _backend_pdf_ps.get_glyphs_subset
    with fonts.quick_subsets():
        assert _backend_pdf_ps.get_glyphs_subset is not usual
    with pytest.raises(ValueError), fonts.quick_subsets():
        int("no number")
    assert _backend_pdf_ps.get_glyphs_subset is usual
