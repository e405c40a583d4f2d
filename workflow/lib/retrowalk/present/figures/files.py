"""The files of a figure: the same bytes for the same data."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from retrowalk.present.figures.fonts import quick_subsets
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
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    os.environ["SOURCE_DATE_EPOCH"] = "946684800"
    title = {"Title": description}
    path = folder / name
    with house_style(settings):  # fonts and ids are settled when a figure is saved, not when it is drawn
        _lay_out(figure)
        # `savefig` would draw each file twice: once more to lay out what is laid out.
        with _same_dpi(figure):
            FigureCanvasAgg(figure).print_png(f"{path}.png", metadata=title)
        with _same_dpi(figure), quick_subsets():
            FigureCanvasPdf(figure).print_pdf(f"{path}.pdf", metadata={**title, "CreationDate": None})
        with _same_dpi(figure):
            FigureCanvasSVG(figure).print_svg(f"{path}.svg", metadata={**title, "Date": None})
        if settings.tiff_dpi:
            with _same_dpi(figure):
                figure.set_dpi(settings.tiff_dpi)
                _save_tiff(FigureCanvasAgg(figure), settings.tiff_dpi, f"{path}.tiff", description)


def _lay_out(figure: Figure) -> None:
    engine = figure.get_layout_engine()
    if engine is None:
        figure.draw_without_rendering()
    else:
        engine.execute(figure)
    figure.set_layout_engine("none")


@contextmanager
def _same_dpi(figure: Figure) -> Iterator[None]:
    """Give a figure its dots per inch back: the canvases set their own."""
    dpi = figure.dpi
    yield
    figure.set_dpi(dpi)


def _save_tiff(canvas: Any, dpi: int, path: str, description: str) -> None:
    """Save as TIFF with LZW compression, and without transparency, which journals refuse."""
    from PIL import Image
    from PIL.TiffImagePlugin import IMAGEDESCRIPTION, ImageFileDirectory_v2

    pixels, size = canvas.print_to_buffer()
    tags = ImageFileDirectory_v2()
    tags[IMAGEDESCRIPTION] = description
    image = Image.frombuffer("RGBA", size, pixels).convert("RGB")
    image.save(path, compression="tiff_lzw", dpi=(dpi, dpi), tiffinfo=tags)
