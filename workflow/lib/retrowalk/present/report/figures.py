"""Figures of the report: the picture, its words, the PDF to download, and the rows that it shows."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from retrowalk.present.figures.register import Figure
from retrowalk.present.figures.subject import SetSubject, Subject
from retrowalk.present.report.sources import packed
from retrowalk.present.report.tables import downloadable

#: Pixels of the widest picture: a column of the page on a sharp screen. The PDF is for paper.
WIDEST = 1200
#: So many colours are a quarter of the bytes of the file, and the eye sees no difference.
COLOURS = 64


@dataclass(frozen=True)
class PageFigure:
    """What the template shows of a figure.

    Attributes
    ----------
    identity
        Its id, unique on the page.
    file
        File name of what a reader downloads, without ending.
    source
        The picture as a data address.
    width, height
        Of the picture, in pixels.
    caption
        What the figure shows, as its files say it, and what the page adds.
    alt
        What it shows for those who cannot see it: with the means, where the description has no numbers.
    pdf
        The PDF, packed.
    csv
        The rows that it draws, as CSV; "" where there are none.
    """

    identity: str
    file: str
    source: str
    width: int
    height: int
    caption: str
    alt: str
    pdf: Markup
    csv: str


def page_figure(figure: Figure, subject: Subject | SetSubject, folder: Path, place: str) -> PageFigure | None:
    """Return a figure for the page, None where it was not drawn; `place` (the cohort, the synthesis) makes its id unique."""
    from PIL import Image

    name = figure.file_name(subject)
    path = folder / f"{name}.png"
    if not path.is_file():
        return None
    small = io.BytesIO()
    with Image.open(path) as image:
        description = str(image.info["Title"])
        picture = image.convert("RGB")
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)), Image.Resampling.LANCZOS)
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(small, "PNG")
    return PageFigure(
        f"figure-{place}-{name}".replace("_", "-"),
        f"{place}_{name}",
        "data:image/png;base64," + base64.b64encode(small.getvalue()).decode(),
        *picture.size,
        f"{description}{figure.caption}",
        f"{description} {figure.in_words(subject)}".strip(),
        packed(path.with_suffix(".pdf").read_bytes()),
        downloadable(figure.rows(subject)),
    )
