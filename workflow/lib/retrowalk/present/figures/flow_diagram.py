"""The flow diagram of CONSORT 2025: who was randomised, allocated, followed up and analysed, and why some were not.

Source: Hopewell S, Chan A-W, Collins GS, et al. CONSORT 2025 statement: updated guideline for reporting randomised trials.
BMJ 2025;388:e081123, figure 1. What stands above randomisation there (screened, excluded) is not in the data.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from retrowalk import facts
from retrowalk.describe.missing import CAME_BACK, INCOMPLETE, LOST, NOT_MEASURED, WITHDREW, not_analysed
from retrowalk.estimates import pick, rows_of
from retrowalk.model.ancova import BASELINE, COVARIATE
from retrowalk.plan.trial import Arm, Cohort
from retrowalk.present.figures.arms import arms_in_order, looks
from retrowalk.present.figures.style import GREY, LINE_MM, FigureSettings, house_style, new_figure, put_mark
from retrowalk.present.figures.subject import Drawing, Subject, SubjectWithData
from retrowalk.present.tables.table import marked
from retrowalk.present.words.caveats import lacking
from retrowalk.present.words.cited import plain
from retrowalk.present.words.facts import caveats
from retrowalk.present.words.numbers import NO_BREAK_SPACE, number, tied
from retrowalk.present.words.phrases import sentence_case

SIZE = 7
#: Free space inside a box.
INSIDE_MM = 1.3
#: Free space at the edges of the page.
EDGE_MM = 1.2
#: Free space between boxes one above the other.
BETWEEN_MM = 6
#: Width of the band with the name of a stage.
BAND_MM = 5
#: Free space between columns.
APART_MM = 2
#: The narrowest column beside a band.
LEAST_MM = 26
#: How far a band reaches into the space between boxes, as a share of it.
BEYOND = 0.4
#: The first box is no wider than this.
FIRST_MM = 60
#: What is left free above the mark of synthetic data, as a share of the height: matplotlib puts it there.
ABOVE = 0.02
BAND_COLOUR = "#E6EEF5"
#: Reasons why participants are not in the analysis, as the diagram says them; what else they lack the result says.
REASONS = {
    WITHDREW: "withdrew",
    NOT_MEASURED: "attended, not measured",
    CAME_BACK: "missed visit",
    LOST: "lost to follow-up, no reason given",
}


@dataclass(frozen=True)
class Stage:
    """A row of boxes of one height, one an arm: the lines of each, wrapped, of which the first `bold` are bold."""

    name: str
    boxes: list[list[str]]
    bold: list[int]

    @property
    def lines(self) -> int:
        """Lines of the longest box."""
        return max(map(len, self.boxes))


@dataclass(frozen=True)
class DiagramLayout:
    """Where everything stands, in millimetres from the lower left corner of the page.

    `lefts` are the left edges of the arms' columns, `middle` and `wide` the first box, `tops` and `heights` those of the
    first box and of each stage, `beyond` how far a band reaches above and below its boxes.
    """

    band: bool
    height: float
    column: float
    lefts: list[float]
    middle: float
    wide: float
    first: list[str]
    stages: list[Stage]
    note: list[str]
    heights: list[float]
    tops: list[float]
    beyond: float


def drawing(subject: SubjectWithData, settings: FigureSettings) -> Drawing:
    """Draw the flow of participants to the primary outcome."""
    about = (subject.descriptives, subject.estimates, subject.cohort)
    return Drawing(draw_flow(*about, settings), flow_description(*about))


def drawn_rows(subject: Subject) -> pd.DataFrame:
    """Return the counts of participants."""
    return pick(subject.descriptives, analysis="flow")


def legend(subject: Subject) -> str:
    """Return the words below the diagram."""
    cohort, primary = subject.cohort, subject.cohort.primary_outcome
    start = "randomised" if cohort.randomised else "enrolled"
    return (
        f"Participant flow: numbers {start}, withdrawn (with reasons), and with a value for {sentence_case(primary.label)} at "
        f"{sentence_case(cohort.visit(primary.primary_visit).label)}."
    )


def flow_description(descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort) -> str:
    """Return what the diagram shows, for those who cannot see it and for the file's title."""
    flow, primary = pick(descriptives, analysis="flow"), cohort.primary_outcome
    start = "randomised" if cohort.randomised else "enrolled"
    visit = cohort.visit(primary.primary_visit)
    analysed = _analysed(descriptives, results, cohort)
    parts = []
    for arm in arms_in_order(cohort):
        left = pick(flow, arm=arm.name, term="withdrawn")["estimate"].sum()
        counts = f"{_started(flow, arm, start)} {start}, {number(left, 0)} withdrew, {number(analysed[arm.name], 0)}"
        parts.append(f"{arm.label}: {counts} analysed with a value for the primary outcome")
    at = f"{sentence_case(primary.label)} at {sentence_case(visit.label)}"
    return marked(f"Participant flow to the primary outcome, {at}. {'; '.join(parts)}.", cohort.mark)


def draw_flow(descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, settings: FigureSettings) -> Figure:
    """Draw the arms side by side, from randomisation (or enrolment) at the top to the primary outcome at the bottom.

    Parameters
    ----------
    descriptives
        Those of the cohort: participant flow, missing values and, where known, adherence.
    results
        Estimate records of the cohort, for how many the primary result has.
    cohort
        Its part of the plan.
    settings
        Size of the figure.
    """
    banded, plain = (_layout(descriptives, results, cohort, settings, band=band) for band in (True, False))
    fits = banded.column >= settings.mm(LEAST_MM) and banded.height <= settings.highest_mm
    layout = banded if fits else plain
    arms, between, inside = arms_in_order(cohort), settings.mm(BETWEEN_MM), settings.mm(INSIDE_MM)
    with house_style(settings):
        figure = new_figure(settings, layout.height)
        figure.set_layout_engine("none")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, settings.width_mm), ylim=(0, layout.height))
        axes.set_axis_off()
        line, wide, tall = settings.mm(LINE_MM), layout.wide, layout.heights[0]
        _box(axes, (layout.middle - wide / 2, layout.tops[0] - tall, wide, tall), GREY, settings)
        start = layout.tops[0] - (tall - len(layout.first) * line) / 2
        _write(axes, layout.middle, start, layout.first, 1, settings, align="center")
        middles = [left + layout.column / 2 for left in layout.lefts]
        _branches(axes, layout.middle, middles, layout.tops[0] - tall, layout.tops[1], settings)
        if layout.band:
            names = ["Enrolment", *(stage.name for stage in layout.stages)]
            for name, at, tall in zip(names, layout.tops, layout.heights, strict=True):
                _band(axes, name, (settings.mm(EDGE_MM), at - tall, settings.mm(BAND_MM), tall), settings)
        for stage, at, tall in zip(layout.stages, layout.tops[1:], layout.heights[1:], strict=True):
            for arm, left, lines, bold in zip(arms, layout.lefts, stage.boxes, stage.bold, strict=True):
                _box(axes, (left, at - tall, layout.column, tall), looks(cohort)[arm.name]["color"], settings)
                _write(axes, left + inside, at - (tall - stage.lines * line) / 2, lines, bold, settings)
        for at in layout.tops[2:]:
            for middle in middles:
                _arrow(axes, (middle, at + between), (middle, at), settings)
        below = layout.tops[-1] - layout.heights[-1] - 0.5 * line - layout.beyond
        _write(axes, 2 * settings.mm(EDGE_MM), below, layout.note, 0, settings)
        put_mark(figure, cohort.mark, settings)
    return figure


def _layout(
    descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, settings: FigureSettings, *, band: bool
) -> DiagramLayout:
    """Return where everything stands, with or without bands that name the stages."""
    edge, apart, inside = settings.mm(EDGE_MM), settings.mm(APART_MM), settings.mm(INSIDE_MM)
    line, between, arms = settings.mm(LINE_MM), settings.mm(BETWEEN_MM), len(cohort.arms)
    first_left = edge + band * (settings.mm(BAND_MM) + apart)
    column = (settings.width_mm - edge - first_left + apart) / arms - apart
    lefts = [first_left + place * (column + apart) for place in range(arms)]
    wide = min(lefts[-1] + column - first_left, settings.mm(FIRST_MM))
    head, *more = _first(descriptives, cohort)
    first = [tied(head), *_wrapped(more, wide - 2 * inside, settings, "normal")]
    stages = _stages(descriptives, results, cohort, column - 2 * inside, settings)
    note = _wrapped(_note(descriptives, results, cohort), settings.width_mm - 4 * edge, settings, "normal")
    # A band reaches beyond its boxes, so that a long name makes no box higher than its words.
    beyond = band * BEYOND * between
    names = [settings.text_width(name, SIZE, "bold") * band for name in ("Enrolment", *(each.name for each in stages))]
    counts = [len(first), *(stage.lines for stage in stages)]
    heights = [2 * inside + max(count * line, name - 2 * beyond) for count, name in zip(counts, names, strict=True)]
    above = line * bool(cohort.mark) + edge + beyond
    below = beyond + line * (len(note) + 0.5 * bool(note)) + edge
    height = (above + sum(heights) + between * len(stages) + below) / (1 - ABOVE)
    tops = [height * (1 - ABOVE) - above - done for done in accumulate([0, *(each + between for each in heights[:-1])])]
    middle = (lefts[0] + lefts[-1] + column) / 2
    return DiagramLayout(band, height, column, lefts, middle, wide, first, stages, note, heights, tops, beyond)


def _started(flow: pd.DataFrame, arm: Arm, term: str) -> str:
    return number(pick(flow, arm=arm.name, term=term)["estimate"].sum(), 0)


def _first(descriptives: pd.DataFrame, cohort: Cohort) -> list[str]:
    """Return how many were randomised or enrolled, and that nothing is known of those before them."""
    start = "randomised" if cohort.randomised else "enrolled"
    total = pick(descriptives, analysis="flow", term=start)["estimate"].sum()
    return [f"{start.capitalize()} (n = {number(total, 0)})", "Screening and exclusions: not in the data"]


def _analysed(descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort) -> dict[str, float]:
    """Return how many of each arm have a value of the primary outcome at its visit: those of the result, where it has one."""
    primary = cohort.primary_outcome
    counts = pick(
        descriptives, analysis="missing", outcome=primary.name, visit=primary.primary_visit, term="with_data"
    ).set_index("arm")["estimate"]
    found = {arm.name: counts[arm.name] for arm in cohort.arms}
    main = _primary(results)
    for row in rows_of(main):
        found |= {row.arm: row.n_arm, row.reference_arm: row.n_reference}
    return found


def _primary(results: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the primary comparison that have a number."""
    main = pick(results, role="primary")
    return main[main["estimate"].notna() & main["n_arm"].notna() & main["n_reference"].notna()]


def _stages(
    descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, width_mm: float, settings: FigureSettings
) -> list[Stage]:
    flow, arms = pick(descriptives, analysis="flow"), arms_in_order(cohort)
    analysed = _analysed(descriptives, results, cohort)
    texts = {
        "Allocation" if cohort.randomised else "Groups": [_allocated(descriptives, flow, cohort, arm) for arm in arms],
        "Follow-up": [list(_followed(flow, cohort, arm)) for arm in arms],
        "Analysis": [_in_analysis(descriptives, _primary(results), cohort, arm, analysed[arm.name]) for arm in arms],
    }
    stages = []
    for name, boxes in texts.items():
        heads = [lines[:1] * (name != "Follow-up") for lines in boxes]
        bold = [_wrapped(head, width_mm, settings, "bold") for head in heads]
        plain = [
            _wrapped(lines[len(head) :], width_mm, settings, "normal") for lines, head in zip(boxes, heads, strict=True)
        ]
        stages.append(Stage(name, [one + other for one, other in zip(bold, plain, strict=True)], [*map(len, bold)]))
    return stages


def _wrapped(texts: list[str], width_mm: float, settings: FigureSettings, weight: str) -> list[str]:
    """Return the lines of texts; the count of a reason stays on the line of the reason."""
    whole = (re.sub(r" (?=\(\d+\))", NO_BREAK_SPACE, tied(text)) for text in texts)
    return [line for text in whole for line in settings.wrapped(text, width_mm, SIZE, weight).split("\n")]


def _allocated(descriptives: pd.DataFrame, flow: pd.DataFrame, cohort: Cohort, arm: Arm) -> list[str]:
    start, word = ("randomised", "Allocated") if cohort.randomised else ("enrolled", "Enrolled")
    lines = [arm.label, f"{word} (n = {_started(flow, arm, start)})"]
    kept = pick(descriptives, analysis="adherence", arm=arm.name)
    for term, words in {"attended_all": "Attended all sessions", "per_protocol": "Treated per protocol"}.items():
        for row in rows_of(kept[kept["term"] == term]):
            lines.append(f"{words} (n = {number(row.estimate, 0)} of {row.n})")
    return lines


def _followed(flow: pd.DataFrame, cohort: Cohort, arm: Arm) -> Iterator[str]:
    """Yield who was seen at each visit after baseline, and who withdrew between visits with their reasons."""
    of_arm = pick(flow, arm=arm.name)
    for visit in cohort.visits:
        at = tied(sentence_case(visit.label))
        if visit != cohort.baseline:
            seen = pick(of_arm, visit=visit.name, term="with_data")["estimate"].sum()
            yield f"Assessed at {at} (n = {number(seen, 0)})"
        for row in rows_of(pick(of_arm, visit=visit.name, term="withdrawn")):
            yield f"Withdrew after {at} (n = {number(row.estimate, 0)}): {plain('; '.join(caveats(row, cohort)))}"


def _in_analysis(
    descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, arm: Arm, analysed: float
) -> list[str]:
    """Return who is in the analysis with a value of the primary outcome at its visit, and why others are not.

    `results` are the rows of the primary comparison that have a number.
    """
    primary, compared = cohort.primary_outcome, len(results) > 0
    lines = [
        f"{primary.label}, {sentence_case(cohort.visit(primary.primary_visit).label)}",
        f"{'Analysed with' if compared else 'With'} a value (n = {number(analysed, 0)})",
    ]
    counts = not_analysed(descriptives, primary, primary.primary_visit, arm.name, analysed)
    if counts:
        reasons = REASONS | {INCOMPLETE: _lacking(results)}
        why = ", ".join(f"{reasons[reason]} ({number(count, 0)})" for reason, count in counts.items())
        lines.append(
            f"{'Not analysed' if compared else 'Without a value'} (n = {number(sum(counts.values()), 0)}): {why}"
        )
    return lines


def _lacking(results: pd.DataFrame) -> str:
    """Return what participants with a value lack who are not in the primary comparison, as its caveats say it."""
    told = [each for row in rows_of(results) for each in facts.read_list(row.caveats)]
    excluded = [each for each in told if each.code == "incomplete_excluded"]
    return lacking(name for each in excluded for name in each.values["lacking"]) or lacking([BASELINE, COVARIATE])


def _note(descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort) -> list[str]:
    """Return what a reader has to know: what is not in the data, and what the model of the primary outcome used."""
    sentences = []
    if pick(descriptives, analysis="adherence").empty:
        sentences.append("Receipt of treatment is not recorded in the data.")
    main = _primary(results)
    if len(main):
        with_value = _analysed(descriptives, results, cohort)
        n = main["n"].max()
        compared = {*main["arm"], *main["reference_arm"]}
        if n > sum(with_value[arm] for arm in compared):
            sentences.append(f"The primary model also uses values from other visits and includes {n} participants.")
    elif cohort.intervention_arms:
        sentences.append("No primary comparison was made.")
    return [" ".join(sentences)] if sentences else []


# --- drawing: one unit of the axes is a millimetre ----------------------------------------------------------------------
def _box(axes: Axes, at: tuple[float, float, float, float], colour: str, settings: FigureSettings) -> None:
    left, bottom, wide, tall = at
    axes.add_patch(
        Rectangle((left, bottom), wide, tall, facecolor="white", edgecolor=colour, linewidth=settings.pt(0.9))
    )


def _band(axes: Axes, name: str, at: tuple[float, float, float, float], settings: FigureSettings) -> None:
    left, bottom, wide, tall = at
    beyond = BEYOND * settings.mm(BETWEEN_MM)
    axes.add_patch(Rectangle((left, bottom - beyond), wide, tall + 2 * beyond, facecolor=BAND_COLOUR, linewidth=0))
    about = {"rotation": 90, "ha": "center", "va": "center", "fontsize": settings.pt(SIZE), "fontweight": "bold"}
    axes.text(left + wide / 2, bottom + tall / 2, name, color=GREY, **about)


def _write(
    axes: Axes, x: float, top: float, lines: list[str], bold: int, settings: FigureSettings, align: str = "left"
) -> None:
    """Write lines below each other; each is a text of its own, so that its place does not depend on the font."""
    for place, text in enumerate(lines):
        y = top - settings.mm(LINE_MM) * (place + 0.5)
        weight = "bold" if place < bold else "normal"
        axes.text(x, y, text, ha=align, va="center_baseline", fontsize=settings.pt(SIZE), fontweight=weight)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], settings: FigureSettings) -> None:
    look = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    look |= {"linewidth": settings.pt(0.8), "mutation_scale": settings.pt(7)}
    axes.add_patch(FancyArrowPatch(start, end, **look))


def _branches(
    axes: Axes, middle: float, columns: list[float], top: float, bottom: float, settings: FigureSettings
) -> None:
    """Draw the way from the first box to the box of each arm."""
    half = (top + bottom) / 2
    look = {"color": GREY, "linewidth": settings.pt(0.8), "solid_capstyle": "projecting"}
    axes.plot([middle, middle], [top, half], **look)
    axes.plot([columns[0], columns[-1]], [half, half], **look)
    for column in columns:
        _arrow(axes, (column, half), (column, bottom), settings)
