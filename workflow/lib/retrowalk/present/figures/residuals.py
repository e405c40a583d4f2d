"""The residuals of the primary model: are they normal, and do they spread alike? They inform and switch nothing."""

from pathlib import Path

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from retrowalk.analyses import REGISTER
from retrowalk.estimates import pick
from retrowalk.files import read_csv
from retrowalk.model.residual_band import residual_band
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.arms import arms_in_order, looks
from retrowalk.present.figures.key import KEY_LINE_MM, make_key
from retrowalk.present.figures.style import ZERO_COLOUR, FigureSettings, house_style, new_figure, put_mark, scaled
from retrowalk.present.figures.subject import Drawing, Subject, SubjectWithData
from retrowalk.present.tables.table import marked
from retrowalk.present.words import cited
from retrowalk.present.words.numbers import labelled, level, tied
from retrowalk.present.words.phrases import sentence_case
from retrowalk.vocabulary import RESIDUAL_COLUMNS

TITLE_SIZE = 8
#: Height of the two panels of a visit, and the least where visits are many.
ROW_MM = 52
LOWEST_ROW_MM = 27
#: Height of what stands around.
MARGINS_MM = 8
#: Free space beside a label.
GAP_MM = 6
#: Room for a number at the axis below.
TICK_MM = 7
BAND_COLOUR = "#E2E2E2"
SIGN = {"linestyle": "", "markersize": 3.2, "markeredgewidth": 0}


def drawing(subject: SubjectWithData, settings: FigureSettings) -> Drawing | None:
    """Draw the residuals of the primary model, or nothing where there is none."""
    cohort, alpha = subject.cohort, subject.alpha
    primary = primary_residuals(subject.residuals, subject.estimates, cohort)
    if primary.empty:
        return None
    return Drawing(draw_residuals(primary, cohort, settings, alpha), residuals_description(cohort, alpha))


def drawn_rows(subject: Subject) -> pd.DataFrame:
    """Return the checks of the residuals."""
    return pick(subject.estimates, analysis="assumptions", outcome=subject.outcome.name)


def legend(subject: Subject) -> str:
    """Return the words below the residuals."""
    return (
        f"Residuals of the primary model of {sentence_case(subject.outcome.label)} at each visit: normal Q-Q plots with a "
        f"pointwise {cited.level(subject.alpha)} band, and residuals against fitted values."
    )


def read_residuals(path: str | Path) -> pd.DataFrame:
    """Read residuals.csv; fitted values and residuals are numbers, the rest is text."""
    return read_csv(path, text=tuple(RESIDUAL_COLUMNS[:-3]))


def primary_residuals(residuals: pd.DataFrame, results: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return the residuals of the model that gave the primary result, or none where nothing did.

    Parameters
    ----------
    residuals
        Those of every model of a cohort (`vocabulary.RESIDUAL_COLUMNS`).
    results
        Estimate records of the cohort.
    cohort
        Its part of the plan.

    Returns
    -------
    DataFrame
        The rows of the primary outcome and of the analysis of the rows with role primary: all visits of a model of
        several, the primary visit of an ANCOVA, which is a model a visit.
    """
    (analysis,) = set(pick(results, role="primary")["analysis"]) or {""}
    of_analysis = pick(residuals, outcome=cohort.primary_outcome.name, analysis=analysis)
    return (
        pick(of_analysis, visit=cohort.primary_outcome.primary_visit)
        if analysis and not REGISTER[analysis].mixed
        else of_analysis
    )


def residuals_description(cohort: Cohort, alpha: float) -> str:
    """Return what the figure shows, for those who cannot see it and for the file's title."""
    sentences = (
        f"Residuals of the primary model of {sentence_case(cohort.primary_outcome.label)} at each visit: normal Q-Q plot with a "
        f"pointwise {level(alpha)} band, and residuals against fitted values."
    )
    return marked(sentences, cohort.mark)


def draw_residuals(residuals: pd.DataFrame, cohort: Cohort, settings: FigureSettings, alpha: float) -> Figure:
    """Draw two panels a visit: a normal Q-Q plot with its pointwise band, and residuals against fitted values.

    Visits stand apart because a model of several lets each have its own variance, and because a participant's residuals
    at different visits go together while the band is that of independent values.
    """
    visits = [visit for visit in cohort.visits if visit.name in set(residuals["visit"])]
    key = make_key(
        f"Grey: pointwise {level(alpha)} band for a normal sample.", _signs(residuals, cohort, settings), settings
    )
    around = settings.mm(MARGINS_MM) + key.height + settings.mm(KEY_LINE_MM) * bool(cohort.mark)
    room = (settings.highest_mm - around) / len(visits)
    height = max(settings.mm(LOWEST_ROW_MM), min(settings.mm(ROW_MM), room))
    gap, half = settings.mm(GAP_MM), settings.width_mm / 2
    bins = max(2, min(7, int((half - 3 * gap) / settings.mm(TICK_MM))))
    label = settings.wrapped(labelled("Residual", cohort.primary_outcome.unit), height - gap, TITLE_SIZE)
    with house_style(settings):
        figure = new_figure(settings, around + height * len(visits))
        grid = figure.subplots(len(visits), 2, squeeze=False, sharey="row")
        for visit, (left, right) in zip(visits, grid, strict=True):
            shown = pick(residuals, visit=visit.name).sort_values(["residual", "participant"], ignore_index=True)
            _draw_normal(left, shown, cohort, alpha, settings)
            _draw_against(right, shown["fitted"], shown, cohort, settings)
            left.set_title(settings.wrapped(tied(visit.label), half - gap, TITLE_SIZE, "bold"))
            left.set_ylabel(label)
            for axes in (left, right):
                axes.xaxis.set_major_locator(MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]))
        grid[-1, 0].set_xlabel("Normal quantile (SDs)")
        about = labelled("Fitted value", cohort.primary_outcome.unit)
        grid[-1, 1].set_xlabel(settings.wrapped(about, half - 2 * gap, TITLE_SIZE))
        key.put(figure)
        put_mark(figure, cohort.mark, settings)
    return figure


def _signs(residuals: pd.DataFrame, cohort: Cohort, settings: FigureSettings) -> list[tuple[Artist, str]]:
    """Return the signs of the arms that are in the model."""
    arms = [arm for arm in arms_in_order(cohort) if arm.name in set(residuals["arm"])]
    look = scaled(SIGN | {"markersize": 4.5}, settings)
    return [(Line2D([], [], **looks(cohort)[arm.name] | look), arm.label) for arm in arms]


def _draw_normal(axes: Axes, shown: pd.DataFrame, cohort: Cohort, alpha: float, settings: FigureSettings) -> None:
    """Draw the residuals, least first, against where a normal sample of their mean and SD has them."""
    band = residual_band(shown["residual"], alpha)
    axes.fill_between(band["normal"], band["low"], band["high"], color=BAND_COLOUR, linewidth=0)
    axes.plot(band["normal"], band["median"], color=ZERO_COLOUR, linewidth=settings.pt(0.9))
    _draw_against(axes, band["normal"], shown, cohort, settings)


def _draw_against(axes: Axes, across: pd.Series, shown: pd.DataFrame, cohort: Cohort, settings: FigureSettings) -> None:
    """Draw the residuals of each arm with its sign."""
    axes.axhline(0, color=ZERO_COLOUR, linewidth=settings.pt(0.6), linestyle=":", zorder=1)
    for arm in arms_in_order(cohort):
        of_arm = shown["arm"] == arm.name
        axes.plot(
            across[of_arm], shown.loc[of_arm, "residual"], **looks(cohort)[arm.name] | scaled(SIGN, settings), alpha=0.8
        )
    axes.spines[["top", "right"]].set_visible(False)
