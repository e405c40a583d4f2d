"""The fonts inside a PDF hold the signs that it shows and no others; cutting them out is made quick.

matplotlib has fontTools cut them out of the whole font, some 6,000 signs, once for each font of each PDF. Here they are cut
out of a small font that is made once a process: the same bytes in a third of the time.
"""

import io
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any

from matplotlib.backends import _backend_pdf_ps
from matplotlib.font_manager import FontPath, get_font

#: Tables of a font that PDF does not read (features, kerning, FontForge's dates): most of the time of making a subset of
#: it went into these.
NOT_IN_PDF = ("GSUB", "GPOS", "GDEF", "kern", "FFTM")
#: The signs of the small font: Latin letters, also with accents, ligatures, Greek letters, dashes, arrows and signs of
#: arithmetic. A PDF with any other sign takes the whole font.
USUAL = (
    range(0x20, 0x180),
    range(0x391, 0x3CA),
    range(0x2010, 0x2027),
    range(0x2190, 0x2194),
    range(0x2212, 0x2213),
    range(0x2260, 0x2266),
    range(0xFB00, 0xFB05),
)

_cut = _backend_pdf_ps.get_glyphs_subset


@contextmanager
def quick_subsets() -> Iterator[None]:
    """Have matplotlib cut fonts quickly while it writes a PDF."""
    with _replaced(_backend_pdf_ps, "get_glyphs_subset", _cut_quickly):
        yield


@contextmanager
def _cut_quickly(path: FontPath, glyphs: Iterable[int]) -> Iterator[_backend_pdf_ps.SubsetResults]:
    """Yield the part of a font that has these glyphs, as `get_glyphs_subset` does."""
    wanted = set(glyphs)
    small, places = _small_font(path)
    if wanted <= places.keys():
        with _cut_from(io.BytesIO(small), path, {places[glyph] for glyph in wanted}) as part:
            yield part._replace(glyph_index_map={glyph: part.glyph_index_map[places[glyph]] for glyph in wanted})
    else:
        with _cut_from(path, path, wanted) as part:
            yield part


@cache
def _small_font(path: FontPath) -> tuple[bytes, dict[int, int]]:
    """Return a font of the usual signs, and the places there of the glyphs of the whole font."""
    known = get_font(path).get_charmap()
    usual = {known[sign] for signs in USUAL for sign in signs if sign in known}
    with _cut_from(path, path, usual) as part:
        # The parts that letters with accents are made of are there too, but no sign leads to them.
        places = {glyph: part.glyph_index_map[glyph] for glyph in usual}
        return _backend_pdf_ps.font_as_file(part.font).getvalue(), places


def _cut_from(file: Any, path: FontPath, glyphs: set[int]) -> AbstractContextManager[_backend_pdf_ps.SubsetResults]:
    """Return what `get_glyphs_subset` does for a font at `path`, read from another file and without some tables."""
    from fontTools import subset

    load = subset.load_font

    def load_less(_: FontPath, options: subset.Options) -> Any:
        font = load(file, options)
        for table in NOT_IN_PDF:
            if table in font:
                del font[table]
        return font

    with _replaced(subset, "load_font", load_less):
        return _cut(path, glyphs)


@contextmanager
def _replaced(module: Any, name: str, value: Any) -> Iterator[None]:
    usual = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, usual)
