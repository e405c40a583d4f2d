"""Every figure at every preset's every width: nothing collides, is cut or too small, and the files are what a journal takes."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from retrowalk import estimates
from retrowalk.describe import describe_cohort
from retrowalk.plan import INSTRUMENTS, Cohort, load_cohort
from retrowalk.present.cohort import difference_rows
from retrowalk.present.forest import draw_forest
from retrowalk.present.missingness import draw_missingness
from retrowalk.present.residuals import draw_residuals
from retrowalk.present.style import FigureSettings
from retrowalk.present.trajectories import draw_trajectories
from retrowalk.presets import PRESETS, figure_settings
from retrowalk.schemas import read_yaml
from retrowalk.vocabulary import RESIDUAL_COLUMNS

from .conftest import OUTCOMES, simulated
from .figure_checks import (
    faults_of_figure,
    faults_of_files,
    faults_of_layout,
    faults_of_words,
    pdf_fonts,
)

ROOT = Path(__file__).parents[3]
BUNDLED = sorted(path.stem for path in (ROOT / "config" / "cohorts").glob("*.yaml"))
SIZES = [(preset, width) for preset, each in PRESETS.items() for width in each.widths]
LONG_ARMS = {
    "A": {"name": "retro", "label": "Supervised retro-walking on a treadmill, resistance training"},
    "B": {"name": "control", "label": "Usual physiotherapy with written advice about home exercises"},
    "C": {"name": "stretch", "label": "Balance, stretching and proprioceptive exercises twice a week"},
}
SIX_VISITS = [
    {"name": "baseline", "week": 0, "label": "Baseline"},
    {"name": "week_2", "week": 2, "label": "Week 2"},
    {"name": "week_4", "week": 4, "label": "Week 4"},
    {"name": "end", "week": 8, "label": "End of treatment"},
    {"name": "month_6", "week": 26, "label": "Follow-up at six months"},
    {"name": "year", "week": 52, "label": "One year"},
]
FIVE_OUTCOMES = OUTCOMES | {
    f"koos_{name}": {"instrument": "koos", "label": f"KOOS {label}", "column": f"koos_{name}"}
    for name, label in {
        "daily": "function in daily living, of the more painful knee",
        "sport": "function in sport and recreation",
        "quality": "knee-related quality of life",
    }.items()
}
HOSTILE = {"arms": LONG_ARMS, "visits": SIX_VISITS, "outcomes": FIVE_OUTCOMES, "provenance": "synthetic"}


def settings_of(preset: str, width: str, **changes) -> FigureSettings:
    """The settings of a preset, with few dots: sharpness is what is tested below."""
    return FigureSettings(**figure_settings({"preset": preset, "width": width, "dpi": 72}) | changes)


def figures_of(cohort: Cohort, people: pd.DataFrame, values: pd.DataFrame, settings: FigureSettings):
    """Yield every figure of a cohort with its name, with results and residuals made up."""
    described = describe_cohort(people, values, cohort, 0.05)
    longest = max(cohort.outcomes, key=lambda outcome: len(f"{outcome.label} ({outcome.unit})"))
    yield "trajectory", draw_trajectories(people, values, described, cohort, longest, settings, 0.05)
    yield "missingness", draw_missingness(described, cohort, settings)
    if cohort.intervention_arms:
        rows = difference_rows(made_up_results(cohort), cohort)
        sides = (f"favours {cohort.control_arm.label}", "favours the arm compared")
        words = {"text_heading": "Difference (95 % CI)", "axis_label": "Adjusted difference in SDs (Hedges g, 95 % CI)"}
        yield "differences", draw_forest(rows, settings, **words, sides=sides, mark=cohort.mark)
    yield "residuals", draw_residuals(made_up_residuals(cohort), cohort, settings, 0.05)


def made_up_results(cohort: Cohort) -> pd.DataFrame:
    return estimates.tabulate(
        {
            "cohort": cohort.name,
            "outcome": outcome.name,
            "analysis": "mmrm",
            "population": cohort.population,
            "role": "primary" if outcome == cohort.primary_outcome else "secondary",
            "arm": arm.name,
            "reference_arm": cohort.control,
            "visit": visit.name,
            "term": "difference",
            "unit": outcome.unit,
            "estimate": -19.24,
            "ci_low": -27.36,
            "ci_high": -11.12,
            "effect_size": 0.53,
            "effect_size_low": -0.15,
            "effect_size_high": 1.21,
            "n": 7,
            "method": "made up",
        }
        for outcome in cohort.outcomes
        for visit in cohort.post_visits
        for arm in cohort.intervention_arms
    )


def made_up_residuals(cohort: Cohort) -> pd.DataFrame:
    random = np.random.default_rng(2)
    rows = [
        (cohort.name, "pain", "mmrm", visit.name, f"{arm.name}{i}", arm.name, *random.normal([50, 0, 0], [10, 8, 1]))
        for visit in cohort.post_visits
        for arm in cohort.arms
        for i in range(9)
    ]
    return pd.DataFrame(rows, columns=RESIDUAL_COLUMNS)


@cache
def bundled(name: str) -> tuple[Cohort, pd.DataFrame, pd.DataFrame]:
    cohort = replace(load_cohort(name, read_yaml(INSTRUMENTS)), covariates=(), strata=(), adjust_for=())
    return cohort, *simulated(cohort)


# --- the checks themselves ----------------------------------------------------------------------------------------------
def test_the_check_of_the_layout_sees_overlap_and_overflow():
    figure = Figure(figsize=(2, 1))
    figure.text(0.1, 0.5, "one text")
    figure.text(0.2, 0.5, "another")
    figure.text(0.9, 0.1, "too far right")
    assert len(faults_of_layout(figure)) == 2


def test_the_check_of_the_layout_sees_what_is_no_text():
    figure = Figure(figsize=(2, 1))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 5], clip_on=False, marker="o", markersize=150)
    axes.set_axis_off()
    assert faults_of_layout(figure) == ["something is off the page"]


def test_texts_that_stand_aslant_beside_each_other_do_not_overlap():
    figure = Figure(figsize=(2, 2))
    for place, turned in ((0.5, 45), (0.65, 45)):
        figure.text(place, 0.8, "an oblique text", rotation=turned, ha="right", va="top", rotation_mode="anchor")
    assert faults_of_layout(figure) == []
    figure.text(0.52, 0.8, "nearer", rotation=45, ha="right", va="top", rotation_mode="anchor")
    assert len(faults_of_layout(figure)) == 1


def test_the_check_of_words_sees_small_text_and_names_of_the_code():
    figure = Figure()
    figure.text(0.1, 0.1, "small", fontsize=5.9)
    figure.text(0.1, 0.5, "week_4", fontsize=6)
    assert faults_of_words(figure) == ["'small' has 5.9 pt", "'week_4' has a name of the code"]


def test_the_check_of_files_sees_each_fault(tmp_path):
    """A figure of the wrong width, with outlined fonts, in other dots, with transparency, and small text in an SVG."""
    import matplotlib

    settings = settings_of("plos", "single")
    figure = Figure(figsize=(3, 1))
    figure.text(0.1, 0.1, "small", fontsize=4)
    with matplotlib.rc_context({"pdf.fonttype": 3, "svg.fonttype": "none"}):
        for ending in ("png", "pdf", "svg", "tiff"):
            figure.savefig(tmp_path / f"figure.{ending}", dpi=90)
    found = " ".join(faults_of_files(tmp_path, "figure", settings))
    for words in (
        "figure.pdf: page 76.20 mm wide, not 90",
        "not embedded Type 42",
        "figure.pdf: text of [4.0] pt",
        "figure.pdf: has a date",
        "figure.svg: 'small' has 4 pt",
        "figure.svg: 76.20 mm wide, not 90",
        "dots per inch, not 72",
        "pixels wide, not 255",
        "not LZW without transparency",
    ):
        assert words in found
    assert pdf_fonts(tmp_path / "figure.pdf") == [("/Type3", "/Type3", False)]


# --- every figure at every size -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("preset", "width"), SIZES)
def test_hostile_labels_collide_at_no_size(preset, width, cohort_of):
    """Three arms with labels of sixty letters, six visits that lie unevenly, five outcomes."""
    cohort, settings = cohort_of(**HOSTILE), settings_of(preset, width)
    people, values = simulated(cohort, 5)
    found = {name: faults_of_figure(figure) for name, figure in figures_of(cohort, people, values, settings)}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("name", BUNDLED)
@pytest.mark.parametrize(("preset", "width"), [("elsevier", "single"), ("elsevier", "double"), ("slides", "full")])
def test_no_text_of_a_bundled_cohort_collides_at_any_size(preset, width, name, monkeypatch):
    monkeypatch.chdir(ROOT)
    figures = figures_of(*bundled(name), settings_of(preset, width))
    found = {name: faults_of_figure(figure) for name, figure in figures}
    assert {name: faults for name, faults in found.items() if faults} == {}
