"""Every figure of two cohorts: what drawing and saving one takes, beside matplotlib's `savefig` of the same figures.

Usage: .venv/bin/python benchmarks/figures.py [--small]

Both are drawn by the same code from the same tables, and written in the same formats: PNG, PDF, SVG and the preset's TIFF. Timed
is the processor (user and system), so that other programs on the machine matter little, without the imports: the median and
the worst of five runs. `savefig` is called as one would, once a format, after one layout. The tables are made with few
imputations and rearrangements, which no figure shows. `--small` takes three figures of one cohort and one run, to see whether
the benchmark itself runs.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from retrowalk.describe import describe_cohort
from retrowalk.ingest import ingest_cohort
from retrowalk.model import analyse_cohort
from retrowalk.plan.read import load_plan
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.files import save
from retrowalk.present.figures.register import figures_of
from retrowalk.present.figures.style import FigureSettings, house_style
from retrowalk.present.figures.subject import CohortTables, Drawing

ROOT = Path(__file__).resolve().parents[1]
COHORTS = ("krishnan2021", "goonasegaran2022")
RUNS = 5


def make_tables(cohort: Cohort, analysis: Analysis) -> CohortTables:
    """Return what the figures of a cohort are drawn from."""
    data = ingest_cohort(cohort)
    return CohortTables(*data, describe_cohort(*data, cohort, analysis.alpha), *analyse_cohort(*data, cohort, analysis))


def drawings(tables: CohortTables, cohort: Cohort, alpha: float, settings: FigureSettings) -> Iterator[Drawing]:
    """Yield every figure of a cohort, drawn and not saved."""
    for figure, outcome in figures_of(cohort):
        drawing = figure.draw(tables.about(cohort, outcome, alpha), settings)
        if drawing:
            yield drawing


def with_retrowalk(drawing: Drawing, settings: FigureSettings, folder: Path) -> None:
    """Write the files of a figure as the workflow does."""
    save(drawing.figure, settings, folder, "figure", drawing.description)


def with_savefig(drawing: Drawing, settings: FigureSettings, folder: Path) -> None:
    """Write the same files as a script of one's own would."""
    figure = drawing.figure
    with house_style(settings):
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        for ending in ("png", "pdf", "svg"):
            figure.savefig(folder / f"figure.{ending}", metadata={"Title": drawing.description})
        if settings.tiff_dpi:
            path = folder / "figure.tiff"
            figure.savefig(path, dpi=settings.tiff_dpi, pil_kwargs={"compression": "tiff_lzw"})


def seconds(task: Callable[[], int], runs: int) -> tuple[int, list[float]]:
    """Return how many figures there are, and the sorted times of a figure in some runs after one that is not counted."""
    number = task()
    times = []
    for _ in range(runs):
        start = time.process_time()
        number = task()
        times.append((time.process_time() - start) / number)
    return number, sorted(times)


def main() -> None:
    """Print the times and their ratio for each cohort."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", action="store_true", help="three figures, one run")
    small = parser.parse_args().small
    names, most, runs = (COHORTS[:1], 3, 1) if small else (COHORTS, None, RUNS)
    os.chdir(ROOT)
    plan = load_plan()
    analysis = replace(plan.analysis, permutations=200, imputations=20)
    settings = FigureSettings(**plan.figures)
    print(f"{', '.join(settings.formats)} of each figure (CPU-seconds a figure)")
    for name in names:
        cohort = plan.cohorts[name]
        tables = make_tables(cohort, analysis)
        medians = []
        for words, write in (("retrowalk", with_retrowalk), ("matplotlib's savefig", with_savefig)):
            with tempfile.TemporaryDirectory() as folder:

                def task(write=write, tables=tables, cohort=cohort, folder=folder) -> int:
                    every = islice(drawings(tables, cohort, analysis.alpha, settings), most)
                    return sum(write(drawing, settings, Path(folder)) is None for drawing in every)

                number, times = seconds(task, runs)
            medians.append(statistics.median(times))
            print(f"{name}, {number} figures, {words:20}  {medians[-1]:.2f} (worst of {runs} {times[-1]:.2f})")
        print(f"ratio  {medians[1] / medians[0]:.1f}")


if __name__ == "__main__":
    main()
