"""The files of a figure: the same bytes for the same data."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib.figure import Figure

from retrowalk.present.figures.fonts import quick_subsets
from retrowalk.present.figures.raster import drawn, save_png, save_tiff
from retrowalk.present.figures.style import FigureSettings, house_style


def save(figure: Figure, settings: FigureSettings, folder: Path, name: str, description: str) -> None:
    """Save a figure as PNG, PDF, SVG and, where the settings have it, TIFF, with `description` inside and no date.

    Parameters
    ----------
    figure
        The figure; it is laid out here, once for all files.
    settings
        Those it was drawn with.
    folder, name
        Where, and the file name without ending.
    description
        What the figure shows; the title in the files' metadata.

    Notes
    -----
    matplotlib draws the PDF and the SVG; PNG and TIFF are pictures of the PDF.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    os.environ["SOURCE_DATE_EPOCH"] = "946684800"
    path = folder / name
    with house_style(settings):  # fonts and ids are settled when a figure is saved, not when it is drawn
        _lay_out(figure)
        pdf = _pdf(figure, description)
        # `savefig` would draw each file twice: once more to lay out what is laid out.
        with _same_dpi(figure):
            FigureCanvasSVG(figure).print_svg(f"{path}.svg", metadata={"Title": description, "Date": None})
    path.with_name(f"{name}.pdf").write_bytes(pdf)
    for ending, dpi, save_picture in (("png", settings.dpi, save_png), ("tiff", settings.tiff_dpi, save_tiff)):
        if dpi:
            size = tuple(figure.get_size_inches())
            save_picture(drawn(pdf, size, dpi), dpi, path.with_name(f"{name}.{ending}"), description)


def _lay_out(figure: Figure) -> None:
    engine = figure.get_layout_engine()
    if engine is None:
        figure.draw_without_rendering()
    else:
        engine.execute(figure)
    figure.set_layout_engine("none")


def _pdf(figure: Figure, description: str) -> bytes:
    from matplotlib.backends.backend_pdf import FigureCanvasPdf

    file = io.BytesIO()
    with _same_dpi(figure), quick_subsets():
        FigureCanvasPdf(figure).print_pdf(file, metadata={"Title": description, "CreationDate": None})
    return file.getvalue()


@contextmanager
def _same_dpi(figure: Figure) -> Iterator[None]:
    """Give a figure its dots per inch back: the canvases set their own."""
    dpi = figure.dpi
    yield
    figure.set_dpi(dpi)
