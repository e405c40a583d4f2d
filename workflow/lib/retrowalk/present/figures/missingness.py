"""The figure of what is missing: the patterns of visits of each outcome, and how many of each arm have them."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from retrowalk.describe.missing import INTERMITTENT, MEASURED, NOT_PLANNED, kind_of
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.figures.arms import arms_in_order, looks
from retrowalk.present.figures.key import KEY_LINE_MM, make_key
from retrowalk.present.figures.style import GREY, FigureSettings, house_style, line_breaks, new_figure, put_mark, scaled
from retrowalk.present.figures.subject import Drawing, Subject, SubjectWithData
from retrowalk.present.tables.missing import lacking, pattern_counts
from retrowalk.present.tables.table import marked
from retrowalk.present.words.numbers import tied
from retrowalk.present.words.phrases import listing, sentence_case

TITLE_SIZE = 8
TEXT_SIZE = 7
#: Height of a row of a panel.
ROW_MM = 4.2
#: Height of the space below a title and around the panels.
APART_MM = 4
#: A panel has at most so many rows, and at least so many where the page is full; the rarer patterns become one row.
MOST_ROWS = 14
FEWEST_ROWS = 3
#: Least width of a visit.
VISIT_MM = 4.5
#: Free space beside a number.
FREE_MM = 1
#: Free space beside a panel.
GAP_MM = 4
MARKER = {"linestyle": "", "markersize": 4.5}
MEASURED_LOOK = {"facecolor": "#454545", "edgecolor": "#454545", "linewidth": 0.6}
MISSING_LOOK = {"facecolor": "white", "edgecolor": "#8C8C8C", "linewidth": 0.6}


@dataclass(frozen=True)
class PatternPanel:
    """The patterns of one outcome: `shown` has a row a pattern and a column an arm, `others` the sums of `rarer` more."""

    title: str
    shown: pd.DataFrame
    others: pd.Series
    rarer: int

    @property
    def rows(self) -> int:
        """How many rows it has, its head included."""
        return 1 + len(self.shown) + bool(self.rarer)


@dataclass(frozen=True)
class Columns:
    """Widths in a panel, in millimetres: of the words at the left (0 where they have no room), a visit, a count."""

    words: float
    visit: float
    count: float
    visits: int
    arms: int

    @property
    def width(self) -> float:
        """What a panel takes."""
        return self.words + self.visits * self.visit + self.arms * self.count

    def of_visit(self, place: int) -> float:
        """The middle of a visit, from the left edge of the first."""
        return (place + 0.5) * self.visit

    def of_arm(self, place: int) -> float:
        """The right edge of the counts of an arm, from the left edge of the first visit."""
        return self.visits * self.visit + (place + 1) * self.count


@dataclass(frozen=True)
class MissingnessLayout:
    """How panels stand on the page: `across` a line, each with its title and at most `most` rows below its head.

    `heads` are the heights above the rows of each line of panels, in millimetres.
    """

    columns: Columns
    across: int
    width: float
    titles: list[str]
    heads: list[float]
    most: int


def drawing(subject: SubjectWithData, settings: FigureSettings) -> Drawing | None:
    """Draw the patterns of missing values, or nothing where none is missing."""
    descriptives, cohort = subject.descriptives, subject.cohort
    if not lacking(descriptives, cohort):
        return None
    return Drawing(draw_missingness(descriptives, cohort, settings), missingness_description(descriptives, cohort))


def drawn_rows(subject: Subject) -> pd.DataFrame:
    """Return the counts of missing values and of their patterns."""
    return subject.descriptives[subject.descriptives["analysis"].isin(["missing", "missing_pattern"])]


def legend(subject: Subject) -> str:
    """Return the words below the patterns."""
    return (
        "Patterns of measured and missing values, for each outcome with missing values: one row per pattern, with the number of "
        "participants in each arm."
    )


def missingness_description(descriptives: pd.DataFrame, cohort: Cohort) -> str:
    """Return what the figure shows, for those who cannot see it and for the file's title."""
    outcomes = listing([sentence_case(outcome.label) for outcome in lacking(descriptives, cohort)])
    visits = listing([sentence_case(visit.label) for visit in cohort.visits])
    arms = listing([arm.label for arm in arms_in_order(cohort)])
    what = f"Patterns of measured and missing values of {outcomes} at {visits}"
    return marked(f"{what}, with the number of participants in {arms}.", cohort.mark)


def draw_missingness(descriptives: pd.DataFrame, cohort: Cohort, settings: FigureSettings) -> Figure:
    """Draw a panel an outcome that lacks a value: visits from left to right, a row a pattern, its counts by arm.

    Patterns stand in the order of the table of patterns. Where there are more than the page has room for, the most
    frequent are shown and the last row has the participants of all others. An outcome that lacks nothing is named below.
    """
    outcomes, arms = lacking(descriptives, cohort), [arm.name for arm in arms_in_order(cohort)]
    counts = [pattern_counts(descriptives, cohort, outcome)[arms] for outcome in outcomes]
    sizes = counts[0].sum()
    sentences = _explained(counts, [outcome for outcome in cohort.outcomes if outcome not in outcomes])
    key = make_key(sentences, _signs(cohort, sizes, settings), settings)
    around = key.height + settings.mm(APART_MM) + settings.mm(KEY_LINE_MM) * bool(cohort.mark)
    layout = _layout(cohort, [outcome.label for outcome in outcomes], sizes.max(), settings, around)
    panels = [_panel(title, table, layout.most) for title, table in zip(layout.titles, counts, strict=True)]
    rows = [max(panel.rows for panel in line) for line in _by_line(panels, layout.across)]
    with house_style(settings):
        figure = new_figure(settings, around + sum(layout.heads) + settings.mm(ROW_MM) * sum(rows))
        grid = figure.subplots(len(rows), layout.across, squeeze=False, gridspec_kw={"height_ratios": rows})
        for axes in grid.flat:
            axes.set_axis_off()
        for place, (axes, panel) in enumerate(zip(grid.flat, panels, strict=False)):
            axes.set_xlim(-layout.columns.words, max(layout.width, layout.columns.width) - layout.columns.words)
            axes.set_ylim(rows[place // layout.across] - 0.5, -0.5)
            axes.set_title(panel.title)
            _draw_head(axes, cohort, layout.columns, settings)
            _draw_rows(axes, panel, layout.columns, settings)
        key.put(figure)
        put_mark(figure, cohort.mark, settings)
    return figure


def _by_line(items: list[Any], across: int) -> list[list[Any]]:
    return [items[start : start + across] for start in range(0, len(items), across)]


def _layout(
    cohort: Cohort, labels: list[str], largest: int, settings: FigureSettings, around: float
) -> MissingnessLayout:
    """Return the layout with words beside the rows, or without them where they would leave room for the fewest rows."""
    free, gap = settings.mm(FREE_MM), settings.mm(GAP_MM)
    weeks = [settings.text_width(f"{visit.week:g}", TEXT_SIZE) + free for visit in cohort.visits]
    number = settings.text_width(str(largest), TEXT_SIZE) + 2 * free
    found = []
    # The words are left of the rows; the longest is that of a pattern with gaps.
    for words in (settings.text_width(INTERMITTENT, TEXT_SIZE) + 3 * free, 0):
        columns = Columns(words, max(settings.mm(VISIT_MM), *weeks), number, len(cohort.visits), len(cohort.arms))
        across = max(1, min(len(labels), int(settings.width_mm / (columns.width + gap))))
        width = settings.width_mm / across - gap
        titles = [settings.wrapped(tied(label), width, TITLE_SIZE, "bold", broken=True) for label in labels]
        heads = [
            settings.mm(KEY_LINE_MM) * (1 + max(map(line_breaks, line))) + settings.mm(APART_MM)
            for line in _by_line(titles, across)
        ]
        room = int((settings.highest_mm - around - sum(heads)) / len(heads) / settings.mm(ROW_MM)) - 1
        found.append(MissingnessLayout(columns, across, width, titles, heads, max(FEWEST_ROWS, min(room, MOST_ROWS))))
    with_words, without = found
    return without if with_words.most == FEWEST_ROWS else with_words


def _panel(title: str, counts: pd.DataFrame, most: int) -> PatternPanel:
    """Return a panel of at most `most` rows below its head; the shown patterns keep their order."""
    room = len(counts) if len(counts) <= most else most - 1
    frequent = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index[:room]
    is_shown = counts.index.isin(frequent)
    return PatternPanel(title, counts[is_shown], counts[~is_shown].sum(), int((~is_shown).sum()))


def _explained(counts: list[pd.DataFrame], complete: list[Outcome]) -> str:
    sentences = "Numbers: participants. Visits: weeks since baseline."
    if any(NOT_PLANNED in pattern for table in counts for pattern in table.index):
        sentences += " Blank: not planned."
    if complete:
        sentences += f" No missing values: {listing([sentence_case(outcome.label) for outcome in complete])}."
    return sentences


def _signs(cohort: Cohort, sizes: pd.Series, settings: FigureSettings) -> list[tuple[Artist, str]]:
    """Return the signs of the key with their texts."""
    looks_of = {"measured": MEASURED_LOOK, "missing": MISSING_LOOK}
    signs: list[tuple[Artist, str]] = [(Patch(**scaled(look, settings)), word) for word, look in looks_of.items()]
    for arm in arms_in_order(cohort):
        sign = Line2D([], [], **looks(cohort)[arm.name] | scaled(MARKER, settings))
        signs.append((sign, tied(f"{arm.label} (n = {sizes[arm.name]})")))
    return signs


def _draw_head(axes: Axes, cohort: Cohort, columns: Columns, settings: FigureSettings) -> None:
    """Draw the row above the patterns: the week of each visit and the marker of each arm."""
    about = {"va": "center", "fontsize": settings.pt(TEXT_SIZE), "color": GREY}
    if columns.words:
        axes.text(-settings.mm(FREE_MM), 0, "week", ha="right", **about)
    for place, visit in enumerate(cohort.visits):
        axes.text(columns.of_visit(place), 0, f"{visit.week:g}", ha="center", **about)
    for place, arm in enumerate(arms_in_order(cohort)):
        look = looks(cohort)[arm.name] | scaled(MARKER, settings)
        axes.plot(columns.of_arm(place) - settings.mm(FREE_MM), 0, **look)


def _draw_rows(axes: Axes, panel: PatternPanel, columns: Columns, settings: FigureSettings) -> None:
    """Draw the patterns; the first of a kind has its name beside it."""
    free = settings.mm(FREE_MM)
    about = {"va": "center", "fontsize": settings.pt(TEXT_SIZE), "color": GREY}
    before = ""
    for row, (pattern, counts) in enumerate(panel.shown.iterrows(), start=1):
        for place, sign in enumerate(pattern):
            if sign != NOT_PLANNED:
                look = MEASURED_LOOK if sign == MEASURED else MISSING_LOOK
                corner = (columns.of_visit(place) - 0.42 * columns.visit, row - 0.3)
                axes.add_patch(Rectangle(corner, 0.84 * columns.visit, 0.6, **scaled(look, settings)))
        kind = kind_of(pattern)
        if columns.words and kind != before:
            axes.text(-free, row, kind, ha="right", **about)
        before = kind
        _draw_counts(axes, row, counts, columns, settings)
    if panel.rarer:
        row, words = panel.rows - 1, f"{panel.rarer} others"
        place = {"x": -free, "ha": "right"} if columns.words else {"x": 0, "ha": "left"}
        axes.text(**place, y=row, s=words, **about)
        _draw_counts(axes, row, panel.others, columns, settings)


def _draw_counts(axes: Axes, row: int, counts: pd.Series, columns: Columns, settings: FigureSettings) -> None:
    for place, count in enumerate(counts):
        size = settings.pt(TEXT_SIZE)
        axes.text(columns.of_arm(place), row, str(count), ha="right", va="center", fontsize=size)
