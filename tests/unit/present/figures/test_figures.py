"""Figures: their size, their fonts, the mark of synthetic data, the same bytes twice, and no text over another."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from pypdf import PdfReader
from tests.unit.present.conftest import (
    COMPARISON,
    OUTCOMES,
    SINGLE_GROUP,
    THREE_ARMS,
    modelled,
    people_of,
    simulated,
    values_of,
)
from tests.unit.present.figures.figure_checks import faults_of_layout, words_on

from retrowalk.describe import describe_cohort
from retrowalk.plan.paths import INSTRUMENTS
from retrowalk.plan.read import load_cohort
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.files import save
from retrowalk.present.figures.forest import ForestRow, draw_forest
from retrowalk.present.figures.register import OUTCOME, figures_of
from retrowalk.present.figures.style import ARM_LOOKS, CONTROL_LOOK, FigureSettings, text_width, wrapped
from retrowalk.present.figures.subject import CohortTables
from retrowalk.present.figures.trajectories import draw_trajectories
from retrowalk.present.figures.write import write_figures
from retrowalk.schemas import read_yaml

ROOT = Path(__file__).parents[4]
BUNDLED = sorted(path.stem for path in (ROOT / "config" / "cohorts").glob("*.yaml"))
MARK = "SYNTHETIC data, not evidence"


@pytest.fixture
def trajectories(settings):
    """A trajectory figure of an outcome of a cohort."""

    def draw(cohort: Cohort, outcome: str = "pain", settings: FigureSettings = settings) -> Figure:
        people, values = simulated(cohort)
        described = describe_cohort(people, values, cohort, 0.05)
        return draw_trajectories(people, values, described, cohort, cohort.outcome(outcome), settings, 0.05)

    return draw


def forest(rows: list[ForestRow], settings: FigureSettings, mark: str = "", sides=("favours A", "favours B")) -> Figure:
    words = {"text_heading": "g (95% CI)", "axis_label": "Hedges g", "sides": sides, "mark": mark}
    return draw_forest(rows, settings, **words)


ROWS = [
    ForestRow("Pain, add-on", kind="heading"),
    ForestRow("smith2020: pain (n = 30)", 1.15, 0.38, 1.93, "1.15 (0.38 to 1.93)"),
    ForestRow("pooled (n = 107)", 0.92, 0.46, 1.37, "0.92 (0.46 to 1.37)", "pooled"),
]


# --- what is written on a page ------------------------------------------------------------------------------------------
def bundled(name: str, monkeypatch) -> Cohort:
    monkeypatch.chdir(ROOT)
    return replace(load_cohort(name, read_yaml(INSTRUMENTS)), covariates=(), strata=(), adjust_for=())


@pytest.mark.parametrize("width_mm", [140, 85])
@pytest.mark.parametrize("name", BUNDLED)
def test_no_text_of_a_bundled_cohort_collides_or_falls_off(name, width_mm, monkeypatch):
    """The longest outcome label of each cohort, at the width of a page and of a column."""
    cohort, settings = bundled(name, monkeypatch), FigureSettings(width_mm, 100)
    people, values = simulated(cohort)
    described = describe_cohort(people, values, cohort, 0.05)
    longest = max(cohort.outcomes, key=lambda outcome: len(f"{outcome.label} ({outcome.unit})"))
    assert faults_of_layout(draw_trajectories(people, values, described, cohort, longest, settings, 0.05)) == []


LONG = {
    "A": {"name": "retro", "label": "Supervised retro-walking on a treadmill + resistance training at home"},
    "B": {"name": "control", "label": "Usual care with written advice"},
    "C": {"name": "stretch", "label": "Balance and stretching exercises twice a week"},
}
VISITS = [
    {"name": "baseline", "week": 0, "label": "Baseline"},
    {"name": "week_3", "week": 3, "label": "Week 3"},
    {"name": "end", "week": 6, "label": "End of treatment"},
]


def test_three_arms_with_long_labels_do_not_collide(cohort_of, trajectories):
    assert faults_of_layout(trajectories(cohort_of(arms=LONG, visits=VISITS))) == []


def test_labels_of_visits_that_lie_close_stand_aslant_on_the_page(cohort_of, trajectories):
    close = [visit | {"week": week} for visit, week in zip(VISITS, (0, 4, 26), strict=True)]
    for visits, angle in ((VISITS, 0), (close, 45)):
        figure = trajectories(cohort_of(visits=visits))
        assert {label.get_rotation() for label in figure.axes[0].get_xticklabels()} == {angle}
        assert not [fault for fault in faults_of_layout(figure) if "off the page" in fault]


def test_a_long_outcome_label_fits_the_axis(cohort_of, trajectories, outcome_with):
    label = "Global rating of the change of low back pain during the last week, on a visual analogue scale"
    assert faults_of_layout(trajectories(cohort_of(**outcome_with(label=label)))) == []


# --- what a figure shows ------------------------------------------------------------------------------------------------
def test_each_arm_has_a_panel_with_its_name_size_and_colour(cohort_of, trajectories):
    axes = trajectories(cohort_of()).axes
    titles = [panel.get_title(loc="left") for panel in axes]
    assert [title.replace("\u00a0", " ") for title in titles] == ["Exercise (n = 8)", "Retro-walking (n = 8)"]
    assert axes[0].get_ylabel() == "Pain (mm)"
    assert [label.get_text() for label in axes[0].get_xticklabels()] == ["Baseline", "Week 4"]


def test_each_participant_is_a_line_and_the_mean_has_its_interval(cohort_of, trajectories):
    control, retro = trajectories(cohort_of()).axes
    assert len(participants_of(retro)) == 8
    thick = [container for container in retro.containers if container.has_yerr]
    assert len(thick) == 1
    assert thick[0].lines[0].get_color() == ARM_LOOKS[0]["color"]
    left = [line for line in participants_of(control) if len(line) == 1]
    assert len(left) == 1  # who withdrew after baseline is a point
    (points,) = [line for line in control.lines if line.get_marker() == "."]
    assert points.get_xydata().tolist() == np.concatenate(participants_of(control)).tolist()


def participants_of(panel):
    """Return the values (week, value) of each participant's line."""
    (lines,) = [drawn for drawn in panel.collections if list(drawn.get_linewidth()) == [0.7]]
    return [path.vertices for path in lines.get_paths()]


def test_the_mean_is_where_the_descriptives_say(cohort_of, trajectories):
    cohort = cohort_of()
    described = describe_cohort(*simulated(cohort), cohort, 0.05)
    rows = described.query("analysis == 'observed_mean' and term == 'mean' and arm == 'retro' and outcome == 'pain'")
    (mean,) = [container for container in trajectories(cohort).axes[1].containers if container.has_yerr]
    assert list(mean.lines[0].get_ydata()) == pytest.approx(list(rows["estimate"]))
    (bars,) = mean.lines[2]
    assert [list(ends[:, 1]) for ends in bars.get_segments()] == [
        pytest.approx([row.ci_low, row.ci_high]) for row in rows.itertuples()
    ]


def test_a_single_group_does_not_look_like_a_control(cohort_of, trajectories):
    (panel,) = trajectories(cohort_of(**SINGLE_GROUP)).axes
    assert panel.title.get_color() != CONTROL_LOOK["color"]
    assert {line.get_color() for line in panel.lines} == {ARM_LOOKS[0]["color"]}


def test_an_arm_that_was_not_measured_has_no_panel(cohort_of, settings):
    cohort = cohort_of()
    people, values = simulated(cohort)
    values = values[values["participant"].str.startswith("retro")]
    described = describe_cohort(people, values, cohort, 0.05)
    figure = draw_trajectories(people, values, described, cohort, cohort.outcome("pain"), settings, 0.05)
    assert len(figure.axes) == 1


def test_a_forest_shows_values_at_their_place_and_text_beside_them(settings):
    figure = forest(ROWS, settings)
    axes = figure.axes[0]
    squares = [line for line in axes.lines if line.get_marker() == "s"]
    assert [list(line.get_xdata()) for line in squares] == [[1.15]]
    (diamond,) = axes.patches
    assert list(diamond.get_xy()[:4, 0]) == [0.46, 0.92, 1.37, 0.92]
    low, high = axes.get_xlim()
    assert high > 1.93
    assert -high < low < -0.3 * high  # room for what the left side favours, and no more where no interval needs it
    drawn = {text.replace("\u00a0", " ") for text in words_on(figure)}
    assert {"1.15 (0.38 to 1.93)", "g (95% CI)", "\u2190 favours A", "favours B \u2192"} <= drawn


def test_the_rows_of_a_forest_go_from_the_top_down(settings):
    ticks = forest(ROWS, settings).axes[0].get_yticks()
    assert list(ticks) == sorted(ticks, reverse=True)


def test_what_is_not_pooled_is_hollow_and_a_prediction_interval_has_no_estimate(settings):
    rows = [
        *ROWS,
        ForestRow("own (n = 9, not pooled)", 0.4, -0.2, 1.0, kind="apart"),
        ForestRow("I2 = 0 %, prediction interval", low=0.1, high=1.7, text="0.10 to 1.70", kind="spread"),
    ]
    axes = forest(rows, settings).axes[0]
    faces = {line.get_xdata()[0]: line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "s"}
    assert faces[0.4] == "white" != faces[1.15]
    (whisker,) = [line for line in axes.lines if line.get_marker() == "|"]
    assert list(whisker.get_xdata()) == [0.1, 1.7]


def test_dollar_signs_in_a_label_are_no_formula(settings, tmp_path):
    save(forest([ForestRow("costs ($) of care ($)", 1, 0.5, 1.5)], settings), settings, tmp_path, "figure", "Words.")
    assert ">costs ($) of care ($)</text>" in (tmp_path / "figure.svg").read_text()


def test_text_is_wrapped_to_a_width_and_words_stay_whole():
    text = "Supervised retro-walking on a treadmill"
    lines = wrapped(text, 30, 8, "bold").split("\n")
    assert " ".join(lines) == text
    assert len(lines) > 1
    assert max(text_width(line, 8, "bold") for line in lines) <= 30
    assert wrapped("proprioception", 3, 8) == "proprioception"


# --- files --------------------------------------------------------------------------------------------------------------
PAIN = {"outcomes": {"pain": OUTCOMES["pain"]}}


def names_of(cohort: Cohort) -> set[str]:
    """The file names of the figures that a cohort may have."""
    return {figure.name.replace(OUTCOME, outcome.name) for figure, outcome in figures_of(cohort)}


#: {the cohort: the folder of all its figures}, made once: drawing and saving them takes seconds.
_WRITTEN: dict[str, Path] = {}


@pytest.fixture
def written(cohort_of, analysis, settings, tmp_path):
    """The folder of all figures of a cohort with one outcome, not to be changed."""

    def write(**changes) -> Path:
        cohort = cohort_of(**PAIN | changes)
        if repr(cohort) not in _WRITTEN:
            _WRITTEN[repr(cohort)] = write_all(cohort, analysis, settings, tmp_path / "figures")
        return _WRITTEN[repr(cohort)]

    return write


def write_all(cohort: Cohort, analysis: Analysis, settings: FigureSettings, folder: Path) -> Path:
    data = simulated(cohort)
    described = describe_cohort(*data, cohort, analysis.alpha)
    tables = CohortTables(*data, described, *modelled(cohort, analysis))
    write_figures(tables, cohort, analysis, settings, folder)
    return folder


#: Figures that need a comparison.
COMPARED = {"estimation", "differences", "residuals_pain", "sensitivity"}


@pytest.mark.parametrize(
    "changes", [{}, {"outcomes": OUTCOMES, "provenance": "synthetic"}, THREE_ARMS, SINGLE_GROUP, COMPARISON]
)
def test_every_figure_of_the_register_is_drawn_in_all_formats_and_of_a_single_group_none_that_compares(
    written, cohort_of, changes
):
    files = {path.name for path in written(**changes).iterdir()}
    names = names_of(cohort_of(**PAIN | changes)) - (COMPARED if changes is SINGLE_GROUP else set())
    assert files == {f"{name}.{ending}" for name in names for ending in ("png", "pdf", "svg")}


def test_size_and_sharpness_are_those_of_the_plan(trajectories, cohort_of, tmp_path):
    for width, dpi in ((140, 100), (85, 300)):
        settings = FigureSettings(width, dpi)
        save(trajectories(cohort_of(), settings=settings), settings, tmp_path, "figure", "Words.")
        with Image.open(tmp_path / "figure.png") as image:
            assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.5)
            assert image.width == pytest.approx(width / 25.4 * dpi, abs=1)
            assert image.info["Title"] == "Words."
        assert float(PdfReader(tmp_path / "figure.pdf").pages[0].mediabox.width) == pytest.approx(
            width / 25.4 * 72, abs=0.1
        )


def test_a_pdf_has_fonts_that_can_be_edited_a_title_and_no_date(trajectories, cohort_of, settings, tmp_path):
    save(trajectories(cohort_of()), settings, tmp_path, "figure", "Words.")
    reader = PdfReader(tmp_path / "figure.pdf")
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    assert {font.get_object()["/Subtype"] for font in fonts} == {"/Type0"}
    assert {font.get_object()["/DescendantFonts"][0].get_object()["/Subtype"] for font in fonts} == {"/CIDFontType2"}
    assert reader.metadata.title == "Words."
    assert "/CreationDate" not in reader.metadata


def test_an_svg_has_text_and_no_date(trajectories, cohort_of, settings, tmp_path):
    save(trajectories(cohort_of()), settings, tmp_path, "figure", "Words.")
    page = (tmp_path / "figure.svg").read_text()
    assert ">Baseline</text>" in page
    assert "<dc:title>Words.</dc:title>" in page
    assert "dc:date" not in page


@pytest.mark.parametrize(("changes", "marks"), [({"outcomes": OUTCOMES, "provenance": "synthetic"}, 1), ({}, 0)])
def test_a_synthetic_figure_is_marked_and_a_real_one_is_not(written, changes, marks):
    folder = written(**changes)
    for path in folder.glob("*.svg"):
        assert path.read_text().count(f">{MARK}</text>") == marks
    for path in folder.glob("*.pdf"):
        page = PdfReader(path)
        assert page.pages[0].extract_text().count(MARK) == marks
        assert page.metadata.title.count(MARK) == marks
    for path in folder.glob("*.png"):
        with Image.open(path) as image:
            assert image.info["Title"].count(MARK) == marks


def test_the_same_data_give_the_same_bytes(written, cohort_of, analysis, settings, tmp_path):
    first = written()
    second = write_all(cohort_of(**PAIN), analysis, settings, tmp_path / "again")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_a_cohort_that_lacks_nothing_has_no_figure_of_it(cohort_of, analysis, settings, tmp_path):
    cohort = cohort_of(**PAIN)
    people = people_of(cohort).assign(withdrawn_after="", withdrawal_reason="")
    data = people, values_of(cohort, people)
    results = modelled(cohort, analysis)
    described = describe_cohort(*data, cohort, 0.05)
    write_figures(CohortTables(*data, described, *results), cohort, analysis, settings, tmp_path / "figures")
    drawn = {path.stem for path in (tmp_path / "figures").iterdir()}
    assert drawn == names_of(cohort) - {"missingness"}
