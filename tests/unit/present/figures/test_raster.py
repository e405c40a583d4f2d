"""The pictures of a PDF: size, place, colours and tags, and the same ink as matplotlib's own picture."""

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from retrowalk.present.figures.raster import drawn, save_png, save_tiff
from retrowalk.present.figures.style import ARM_LOOKS, CONTROL_LOOK, MARK_COLOUR, MM, FigureSettings, house_style
from retrowalk.presets import figure_settings, presets

SIZES = [(preset, width) for preset, each in presets().items() for width in each.widths]


def pdf_of(figure: Figure) -> bytes:
    file = io.BytesIO()
    FigureCanvasPdf(figure).print_pdf(file)
    return file.getvalue()


def box(colour: str = "black", size=(3.013, 2.007)) -> Figure:
    """A box of an inch each way, half an inch from the lower left."""
    figure = Figure(size)
    figure.add_artist(Rectangle((0.5, 0.5), 1, 1, color=colour, linewidth=0, transform=figure.dpi_scale_trans))
    return figure


def chart(settings: FigureSettings) -> Figure:
    """Text at all sides, level and turned, lines, markers and a transparent band."""
    with house_style(settings):
        figure = Figure((settings.width_mm * MM, 3), dpi=settings.dpi)
        axes = figure.subplots()
        for place, look in enumerate((CONTROL_LOOK, *ARM_LOOKS)):
            axes.plot([0, 1, 2], [place, place + 2, place + 1], **look)
        axes.axhspan(1, 2, color="black", alpha=0.1, linewidth=0)
        axes.set(title="A title", xlabel="Weeks since baseline", ylabel="Pain (mm)")
        figure.suptitle("SYNTHETIC data", color=MARK_COLOUR, fontweight="bold")
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    return figure


@pytest.mark.parametrize(("preset", "width"), SIZES)
def test_a_picture_has_the_whole_dots_of_its_width_at_every_preset(preset, width):
    settings = FigureSettings(**figure_settings({"preset": preset, "width": width}))
    inches = settings.width_mm * MM
    pdf = pdf_of(Figure((inches, 1.003)))
    for dpi in filter(None, (settings.dpi, settings.tiff_dpi)):
        picture = drawn(pdf, (inches, 1.003), dpi)
        own = FigureCanvasAgg(Figure((inches, 1.003), dpi=dpi)).get_width_height(physical=True)
        assert picture.size == own == (int(settings.width_mm / 25.4 * dpi), int(1.003 * dpi))


@pytest.mark.parametrize("dpi", [100, 200, 300])
def test_a_dot_is_where_it_is_on_the_page(dpi):
    """To the dot, also where the page has a part of a dot more."""
    pixels = np.asarray(drawn(pdf_of(box()), (3.013, 2.007), dpi))
    expected = np.full_like(pixels, 255)
    half, bottom = dpi // 2, len(pixels)
    expected[bottom - half - dpi : bottom - half, half : half + dpi] = 0
    assert (pixels == expected).all()


@pytest.mark.parametrize("colour", [*(look["color"] for look in (CONTROL_LOOK, *ARM_LOOKS)), MARK_COLOUR])
def test_a_colour_is_the_same_in_both_files(colour, tmp_path):
    picture = drawn(pdf_of(box(colour)), (3.013, 2.007), 100)
    save_png(picture, 100, tmp_path / "a.png", "")
    save_tiff(picture, 100, tmp_path / "a.tiff", "")
    for name in ("a.png", "a.tiff"):
        with Image.open(tmp_path / name) as image:
            assert "#{:02X}{:02X}{:02X}".format(*image.convert("RGB").getpixel((100, 100))) == colour


@pytest.mark.parametrize(("dpi", "apart"), [(200, 0.02), (500, 0.01)])
def test_a_picture_has_the_ink_of_the_one_that_matplotlib_draws(dpi, apart):
    """In all, and in squares of 1.3 mm where each of two lines may lie a dot aside: matplotlib pulls them to whole dots."""
    settings = FigureSettings(140, dpi)
    figure = chart(settings)
    with house_style(settings):
        pixels, size = FigureCanvasAgg(figure).print_to_buffer()
        ours = drawn(pdf_of(figure), tuple(figure.get_size_inches()), dpi)
    theirs = Image.frombuffer("RGBA", size, pixels).convert("RGB")
    assert ours.size == theirs.size
    ink = [255 - np.asarray(each, dtype=float) for each in (ours, theirs)]
    assert ink[0].mean() == pytest.approx(ink[1].mean(), rel=apart)
    side = dpi // 20
    squares = [255 - np.asarray(each.reduce(side), dtype=float) for each in (ours, theirs)]
    difference = np.abs(squares[0] - squares[1])
    assert difference.max() < 2 * 255 / side
    assert np.abs(squares[0] - np.roll(squares[1], 1, axis=0)).max() > 2 * 255 / side  # a square aside would be seen


def test_the_palette_is_near_every_colour_and_a_fraction_of_the_bytes(tmp_path):
    settings = FigureSettings(140, 200)
    with house_style(settings):
        figure = chart(settings)
        picture = drawn(pdf_of(figure), tuple(figure.get_size_inches()), 200)
    save_png(picture, 200, tmp_path / "few.png", "")
    picture.save(tmp_path / "all.png")
    with Image.open(tmp_path / "few.png") as image:
        assert image.mode == "P"
        few = np.asarray(image.convert("RGB"), dtype=int)
    assert len(np.unique(np.asarray(picture).reshape(-1, 3), axis=0)) > 256
    assert np.abs(few - np.asarray(picture)).max() <= 8
    assert (tmp_path / "few.png").stat().st_size < 0.5 * (tmp_path / "all.png").stat().st_size


def test_the_tags_are_those_of_matplotlib(tmp_path):
    """Those of a PNG, with a title beyond Latin-1, as a figure of another language has."""
    title = "Боль: τ² ≥ 0"
    figure = Figure((1, 1), dpi=120)
    FigureCanvasAgg(figure).print_png(tmp_path / "theirs.png", metadata={"Title": title})
    save_png(drawn(pdf_of(figure), (1, 1), 120), 120, tmp_path / "ours.png", title)
    with Image.open(tmp_path / "theirs.png") as theirs, Image.open(tmp_path / "ours.png") as ours:
        assert ours.info == theirs.info
        assert ours.info["Title"] == title
