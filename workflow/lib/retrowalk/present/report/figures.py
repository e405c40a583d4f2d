"""Figures of the report: the picture, the PDF to download, and the rows of the estimate record that a figure draws."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from retrowalk.estimates import pick
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.cohort import DIFFERENCES, ESTIMATION, MISSINGNESS, PARTICIPANT_FLOW
from retrowalk.present.report.sources import packed
from retrowalk.present.report.tables import downloadable
from retrowalk.present.tables.rows import main_comparisons
from retrowalk.present.words import numbers
from retrowalk.present.words.phrases import listing, sentence_case

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
    description
        What the figure shows, as its files say it.
    alt
        The same for those who cannot see it: with the means, where the description has no numbers.
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
    description: str
    alt: str
    pdf: Markup
    csv: str


def page_figure(
    folder: Path, name: str, place: str, rows: pd.DataFrame, numbers_in_words: str = ""
) -> PageFigure | None:
    """Return a figure for the page, None where it was not drawn.

    `place` makes its id unique, `rows` are what it draws, and `numbers_in_words` stand in its text for those who cannot
    see it.
    """
    from PIL import Image

    path = folder / f"{name}.png"
    if not path.is_file():
        return None
    small = io.BytesIO()
    with Image.open(path) as image:
        description = image.info["Title"]
        picture = image.convert("RGB")
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)), Image.Resampling.LANCZOS)
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(small, "PNG", optimize=True)
    return PageFigure(
        f"figure-{place}-{name}".replace("_", "-"),
        f"{place}_{name}",
        "data:image/png;base64," + base64.b64encode(small.getvalue()).decode(),
        *picture.size,
        str(description),
        f"{description} {numbers_in_words}".strip(),
        packed(path.with_suffix(".pdf").read_bytes()),
        downloadable(rows),
    )


def cohort_figures(
    folder: Path, descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort
) -> dict[str, PageFigure]:
    """Return every figure of a cohort that was drawn, by its name."""
    figures = {}
    for path in sorted(folder.glob("*.png")):
        rows = drawn_rows(path.stem, descriptives, results, cohort)
        told = _means(rows, cohort) if path.stem.startswith("trajectory_") else ""
        figures[path.stem] = page_figure(folder, path.stem, cohort.name, rows, told)
    return figures


def _means(observed: pd.DataFrame, cohort: Cohort) -> str:
    """Return the mean of each arm at each visit, of one outcome."""
    means = pick(observed, term="mean")
    digits = numbers.digits_for(cohort.outcome(means["outcome"].iloc[0]).resolution)
    told = []
    for arm in cohort.arms:
        values = pick(means, arm=arm.name).set_index("visit")["estimate"]
        at = [
            f"{numbers.number(values[visit.name], digits)} at {sentence_case(visit.label)}"
            for visit in cohort.visits
            if visit.name in values
        ]
        told.append(f"{arm.label}, {listing(at)}")
    return f"Means: {'; '.join(told)}."


def drawn_rows(name: str, descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return the rows of the estimate record that a cohort's figure draws: no participant is among them."""
    kind, _, outcome = name.partition("_")
    observed = pick(descriptives, analysis="observed_mean")
    if name == PARTICIPANT_FLOW:
        return pick(descriptives, analysis="flow")
    if kind == "trajectory":
        return pick(observed, outcome=outcome)
    if kind == "change":
        responders = pick(results, analysis="responders", outcome=outcome)
        return pd.concat([pick(observed, outcome=outcome), responders], ignore_index=True)
    if name == ESTIMATION:
        primary = pick(results, role="primary")
        seen = pick(observed, outcome=cohort.primary_outcome.name, visit=cohort.primary_outcome.primary_visit)
        return pd.concat([primary, seen], ignore_index=True)
    if name == MISSINGNESS:
        return descriptives[descriptives["analysis"].isin(["missing", "missing_pattern"])]
    if kind == "residuals":
        return pick(results, analysis="assumptions", outcome=outcome)
    if name == DIFFERENCES:
        return main_comparisons(results, cohort)
    return results.iloc[:0]
