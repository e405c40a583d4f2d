"""The figures of the sets of studies that are pooled."""

from pathlib import Path

import pandas as pd

from retrowalk.files import write_whole
from retrowalk.present.figures.register import figures_of_sets
from retrowalk.present.figures.style import FigureSettings, save
from retrowalk.present.figures.subject import SetSubject
from retrowalk.present.tables.study_sets import study_sets


def write_synthesis_figures(
    effects: pd.DataFrame, pooled: pd.DataFrame, settings: FigureSettings, alpha: float, folder: str | Path
) -> None:
    """Write the figures of every set into a new folder, which appears whole or not at all."""

    def write(partial: Path) -> None:
        partial.mkdir()
        for study_set in study_sets(effects, pooled):
            subject = SetSubject(study_set, alpha)
            for figure in figures_of_sets():
                drawing = figure.draw(subject, settings)
                if drawing:
                    save(drawing.figure, settings, partial, figure.file_name(subject), drawing.description)

    write_whole(folder, write)
