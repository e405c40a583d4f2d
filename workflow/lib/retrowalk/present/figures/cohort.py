"""The figures of one cohort."""

from pathlib import Path

from retrowalk.files import write_whole
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.register import figures_of
from retrowalk.present.figures.style import FigureSettings, save
from retrowalk.present.figures.subject import CohortTables


def write_figures(
    tables: CohortTables, cohort: Cohort, analysis: Analysis, settings: FigureSettings, folder: str | Path
) -> None:
    """Write every figure of a cohort into a new folder, which appears whole or not at all.

    A figure for which the cohort has nothing is left out: that of missing values where none is missing, that of residuals
    where there is no primary model.
    """

    def write(partial: Path) -> None:
        partial.mkdir()
        for figure, outcome in figures_of(cohort):
            subject = tables.about(cohort, outcome, analysis.alpha)
            drawing = figure.draw(subject, settings)
            if drawing:
                save(drawing.figure, settings, partial, figure.file_name(subject), drawing.description)

    write_whole(folder, write)
