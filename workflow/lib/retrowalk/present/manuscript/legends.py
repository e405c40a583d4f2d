"""The figures of a manuscript that were drawn, each with its legend below it."""

import io
from collections.abc import Iterator
from pathlib import Path

from retrowalk.plan.settings import Analysis
from retrowalk.present.figures.register import Figure, figures_of, figures_of_sets
from retrowalk.present.figures.subject import SetSubject, Subject
from retrowalk.present.manuscript.content import Paragraph, Picture, figure_number
from retrowalk.present.record.results import CohortResults
from retrowalk.present.tables.study_sets import StudySet
from retrowalk.present.tables.table import marked


def cohort_figures(reported: CohortResults, analysis: Analysis) -> Iterator[Picture | Paragraph]:
    """Yield each figure of a cohort that was drawn, its legend below it: the primary outcome's first, checks last."""
    cohort = reported.cohort
    for figure, outcome in figures_of(cohort):
        subject = Subject(cohort, outcome, reported.descriptives, reported.estimates, analysis.alpha)
        yield from _placed(figure, subject, reported.figures, f"cohorts/{cohort.name}/figures")


def set_figures(study_set: StudySet, folder: Path, analysis: Analysis) -> Iterator[Picture | Paragraph]:
    """Yield each figure of a set of studies that was drawn, its legend below it."""
    for figure in figures_of_sets():
        yield from _placed(figure, SetSubject(study_set, analysis.alpha), folder, "synthesis/figures")


def _placed(figure: Figure, subject: Subject | SetSubject, folder: Path, place: str) -> Iterator[Picture | Paragraph]:
    """Yield a figure with its legend; nothing where no file of the figure is there, the legend alone where no PNG is.

    What the figure shows, for those who cannot see it, is what the file says of itself.
    """
    name = figure.file_name(subject)
    if not any(folder.glob(f"{name}.*")):
        return
    path = folder / f"{name}.png"
    if path.is_file():
        from PIL import Image

        png = path.read_bytes()
        with Image.open(io.BytesIO(png)) as image:
            description = image.info.get("Title", "")
        yield Picture(png, f"{place}/{path.name}", description)
    legend = marked(figure.legend(subject), subject.mark)
    yield Paragraph(f"{figure_number(f'{place}/{name}')}. {legend}", "legend")
