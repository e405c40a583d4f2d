"""Write the figures of a cohort and of the sets of studies that are pooled."""

from pathlib import Path

import pandas as pd

from retrowalk.files import write_whole
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.files import save
from retrowalk.present.figures.register import Figure, figures_of, figures_of_sets
from retrowalk.present.figures.style import FigureSettings
from retrowalk.present.figures.subject import CohortTables, SetSubject, SubjectWithData
from retrowalk.present.tables.study_sets import study_sets


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
            _write(figure, tables.about(cohort, outcome, analysis.alpha), settings, partial)

    write_whole(folder, write)


def write_synthesis_figures(
    effects: pd.DataFrame, pooled: pd.DataFrame, settings: FigureSettings, alpha: float, folder: str | Path
) -> None:
    """Write the figures of every set into a new folder, which appears whole or not at all."""

    def write(partial: Path) -> None:
        partial.mkdir()
        for study_set in study_sets(effects, pooled):
            for figure in figures_of_sets():
                _write(figure, SetSubject(study_set, alpha), settings, partial)

    write_whole(folder, write)


def _write(figure: Figure, subject: SubjectWithData | SetSubject, settings: FigureSettings, folder: Path) -> None:
    drawing = figure.draw(subject, settings)
    if drawing:
        save(drawing.figure, settings, folder, figure.file_name(subject), drawing.description)
