"""Every figure at every preset's every width: nothing collides, is cut or too small, and the files are what a journal takes."""

import itertools
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image
from tests.unit.present.conftest import OUTCOMES, simulated
from tests.unit.present.figures.figure_checks import (
    INTERNAL,
    faults_of_figure,
    faults_of_files,
    faults_of_layout,
    faults_of_words,
    pdf_fonts,
    pdf_text_sizes,
    shown_texts,
    svg_texts,
    words_on,
)

from retrowalk import estimates
from retrowalk.describe import describe_cohort
from retrowalk.facts import fact
from retrowalk.plan.paths import INSTRUMENTS
from retrowalk.plan.read import load_cohort
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures import register
from retrowalk.present.figures.files import save
from retrowalk.present.figures.forest import ForestRow, draw_forest
from retrowalk.present.figures.style import ARM_LOOKS, CONTROL_LOOK, FigureSettings
from retrowalk.present.figures.subject import CohortTables
from retrowalk.presets import DEFAULT, figure_faults, figure_settings, presets
from retrowalk.schemas import read_yaml
from retrowalk.vocabulary import PER_PROTOCOL, RESIDUAL_COLUMNS

ROOT = Path(__file__).parents[4]
BUNDLED = sorted(path.stem for path in (ROOT / "config" / "cohorts").glob("*.yaml"))
#: The narrowest page for its text, and the largest text: the other sizes lie between them, and are looked at more slowly.
NARROW_AND_WIDE = [("bmc", "single"), ("slides", "full")]
SIZES = [(preset, width) for preset, each in presets().items() for width in each.widths]
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
    """Yield every figure of a cohort with its name, with results and residuals made up.

    Of the outcomes that are not the primary one, the one with the longest label and those with responders are enough.
    """
    described = describe_cohort(people, values, cohort, 0.05)
    tables = CohortTables(people, values, described, made_up_results(cohort), made_up_residuals(cohort))
    longest = max(cohort.outcomes, key=lambda outcome: len(f"{outcome.label} ({outcome.unit})"))
    for figure, outcome in register.figures_of(cohort):
        if outcome.primary or outcome.responders or outcome is longest:
            subject = tables.about(cohort, outcome, 0.05)
            drawing = figure.draw(subject, settings)
            if drawing:
                yield figure.file_name(subject), drawing.figure


def made_up_results(cohort: Cohort) -> pd.DataFrame:
    """The main comparisons, and every sensitivity analysis that has a difference, in two populations; one failed."""
    main = made_up_comparisons(cohort)
    checks = [
        row
        | {"analysis": name, "population": population, "role": "sensitivity"}
        | ({"estimate": None, "ci_low": None, "ci_high": None} if name == "clda" else {})
        for row in main
        if row["role"] == "primary"
        for population in (cohort.population, PER_PROTOCOL)
        for name in CHECKS
    ]
    return estimates.tabulate([*main, *checks])


CHECKS = ("ancova", "clda", "random_intercept", "complete_cases", "imputation_mar", "jump_to_reference")
CHECKS += ("copy_reference", "copy_increments", "permutation")


def made_up_comparisons(cohort: Cohort) -> list[dict]:
    answer = (cohort.primary_outcome.name, cohort.primary_outcome.primary_visit)
    return [
        {
            "cohort": cohort.name,
            "outcome": outcome.name,
            "analysis": "mmrm",
            "population": cohort.population,
            "role": "primary" if (outcome.name, visit.name) == answer else "secondary",
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
            "method": fact("count"),
        }
        for outcome in cohort.outcomes
        for visit in cohort.post_visits[-2:]
        for arm in cohort.intervention_arms
    ]


def made_up_residuals(cohort: Cohort) -> pd.DataFrame:
    random = np.random.default_rng(2)
    rows = [
        (
            cohort.name,
            cohort.primary_outcome.name,
            "mmrm",
            visit.name,
            f"{arm.name}{i}",
            arm.name,
            *random.normal([50, 0, 0], [10, 8, 1]),
        )
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
@pytest.mark.parametrize(("preset", "width"), NARROW_AND_WIDE)
def test_hostile_labels_collide_at_no_size(preset, width, cohort_of):
    """Three arms with labels of sixty letters, six visits that lie unevenly, five outcomes."""
    cohort, settings = cohort_of(**HOSTILE), settings_of(preset, width)
    people, values = simulated(cohort, 5)
    found = {name: faults_of_figure(figure) for name, figure in figures_of(cohort, people, values, settings)}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "width"), [size for size in SIZES if size not in NARROW_AND_WIDE])
def test_hostile_labels_collide_at_no_other_size(preset, width, cohort_of):
    test_hostile_labels_collide_at_no_size(preset, width, cohort_of)


@pytest.mark.parametrize("name", BUNDLED)
@pytest.mark.parametrize(("preset", "width"), [("bmc", "single")])
def test_no_text_of_a_bundled_cohort_collides_at_any_size(preset, width, name, monkeypatch):
    monkeypatch.chdir(ROOT)
    figures = figures_of(*bundled(name), settings_of(preset, width))
    found = {name: faults_of_figure(figure) for name, figure in figures}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLED)
@pytest.mark.parametrize(("preset", "width"), SIZES)
def test_no_text_of_a_bundled_cohort_collides_at_any_other_size(preset, width, name, monkeypatch):
    test_no_text_of_a_bundled_cohort_collides_at_any_size(preset, width, name, monkeypatch)


# --- the files ----------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def forest_of():
    """A small figure that has all kinds of things: text at three sides, lines, markers, the mark."""

    def draw(settings: FigureSettings) -> Figure:
        rows = [ForestRow("Pain", 0.5, -0.1, 1.1, "0.50 (-0.10 to 1.10)", "primary")]
        words = {"text_heading": "g (95% CI)", "axis_label": "Hedges g", "sides": ("favours A", "favours B")}
        return draw_forest(rows, settings, **words, mark="SYNTHETIC data, not evidence")

    return draw


@pytest.mark.parametrize("preset", presets())
def test_the_files_are_what_the_preset_says(preset, forest_of, tmp_path):
    settings = FigureSettings(**figure_settings({"preset": preset}))
    save(forest_of(settings), settings, tmp_path, "figure", "Words.")
    assert faults_of_files(tmp_path, "figure", settings) == []
    smallest = min(size for _, size in svg_texts(tmp_path / "figure.svg"))
    assert smallest == pytest.approx(min(pdf_text_sizes(tmp_path / "figure.pdf")), abs=0.01)
    assert smallest >= settings.font_size * 7 / 8 - 0.01
    with Image.open(tmp_path / "figure.png") as image:
        assert image.info["Title"] == "Words."


def test_the_tiff_has_the_title_and_the_picture_of_which_the_png_has_the_palette(forest_of, tmp_path):
    settings = FigureSettings(90, 150, tiff_dpi=150)
    save(forest_of(settings), settings, tmp_path, "figure", "Words: 95 %.")
    with Image.open(tmp_path / "figure.tiff") as tiff, Image.open(tmp_path / "figure.png") as png:
        assert tiff.tag_v2[270] == "Words: 95 %."
        assert tiff.tag_v2[259] == 5  # LZW
        few = tiff.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        assert (np.asarray(few.convert("RGB")) == np.asarray(png.convert("RGB"))).all()


def test_two_figures_of_the_same_data_have_the_same_bytes(forest_of, tmp_path):
    settings = FigureSettings(90, 100, tiff_dpi=120)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        save(forest_of(settings), settings, tmp_path / name, "figure", "Words.")
    for ending in settings.formats:
        first, second = (tmp_path / name / f"figure.{ending}" for name in ("one", "two"))
        assert first.read_bytes() == second.read_bytes(), ending


@pytest.mark.parametrize("font", ["cmsy10", "STIXSizeOneSym"])
def test_a_font_that_cannot_write_the_text_is_refused(font):
    assert any(f'the font "{font}" has no character for' in fault for fault in figure_faults({"font": font}))


def test_a_word_wider_than_its_place_is_broken_where_that_is_asked_for():
    settings = FigureSettings(90, 200)
    word = "Lendenwirbelsäulenbeweglichkeitseinschränkung"
    assert settings.wrapped(word, 25, 8) == word
    lines = settings.wrapped(word, 25, 8, broken=True).split("\n")
    assert "".join(line.removesuffix("-") for line in lines) == word
    assert max(settings.text_width(line, 8) for line in lines) <= 25


def test_another_font_is_in_the_files_and_in_the_measures(forest_of, tmp_path):
    settings = FigureSettings(90, 72, font="STIXGeneral")
    save(forest_of(settings), settings, tmp_path, "figure", "Words.")
    assert faults_of_files(tmp_path, "figure", settings) == []
    assert "STIXGeneral" in (tmp_path / "figure.svg").read_text()
    assert "DejaVu" not in (tmp_path / "figure.svg").read_text()
    assert b"DejaVu" not in (tmp_path / "figure.pdf").read_bytes()
    assert settings.text_width("a long label", 8) < 0.9 * replace(settings, font="DejaVu Sans").text_width(
        "a long label", 8
    )
    assert faults_of_figure(forest_of(settings)) == []


def test_lines_text_and_gaps_grow_alike(forest_of):
    """A figure of twice the width with text of twice the size is the same figure, twice as large."""
    small, large = forest_of(FigureSettings(90, 72, 8)), forest_of(FigureSettings(180, 36, 16))
    assert large.get_size_inches() == pytest.approx(2 * small.get_size_inches())
    for one, other in zip(shown_texts(small), shown_texts(large), strict=True):
        assert other.size == pytest.approx(2 * one.size)
        assert other.corners == pytest.approx(2 * one.corners, abs=1)
    widths = [[line.get_linewidth() for line in figure.axes[0].lines] for figure in (small, large)]
    assert widths[1] == pytest.approx([2 * width for width in widths[0]])


# --- presets ------------------------------------------------------------------------------------------------------------
def test_every_preset_is_possible_and_in_the_schema_and_the_readme():
    readme = (ROOT / "config" / "README.md").read_text(encoding="utf-8")
    schema = read_yaml(ROOT / "workflow" / "schemas" / "config.schema.yaml")["properties"]["figures"]["properties"]
    assert schema["preset"]["enum"] == list(presets())
    for name, preset in presets().items():
        assert preset.width in preset.widths
        assert preset.font_size * 7 / 8 >= 6
        assert all(80 <= width <= 300 for width in preset.widths.values())
        assert preset.source.startswith("ours") or (preset.read and re.search("https?://", preset.source))
        (row,) = [line for line in readme.splitlines() if line.startswith(f"| `{name}` |")]
        for width, value in preset.widths.items():
            assert f"`{width}` {value:g}" in row
        for part in (f"| {preset.font_size:g} |", f"| {preset.highest_mm:g} |", preset.asks, preset.source[1:]):
            assert part in row


def test_without_any_key_figures_are_as_wide_as_before_there_were_presets():
    assert figure_settings({}) == figure_settings({"preset": DEFAULT, "width": "one_and_a_half"})
    assert figure_settings({})["width_mm"] == 140


def test_keys_of_the_plan_stand_before_those_of_the_preset():
    found = figure_settings({"preset": "plos", "width_mm": 120, "dpi": 600, "font": "STIXGeneral"})
    assert (found["width_mm"], found["dpi"], found["tiff_dpi"], found["font"]) == (120, 600, 600, "STIXGeneral")
    assert figure_settings({"preset": "thesis", "dpi": 600})["tiff_dpi"] == 0


# --- words --------------------------------------------------------------------------------------------------------------
def test_the_words_come_from_the_cohort_file(cohort_of):
    """Every label that is changed in the file is changed in the figures, and the old one is in none."""

    def words(**changes) -> str:
        cohort = cohort_of(**changes)
        figures = figures_of(cohort, *simulated(cohort), settings_of("elsevier", "double"))
        return " ".join(" ".join(words_on(figure)) for _, figure in figures).replace("\u00a0", " ").replace("\n", " ")

    usual = {"Retro-walking", "Exercise", "Week 4", "Pain", "KOOS symptoms"}
    before, after = words(), words(**RENAMED)
    assert all(label in before for label in usual)
    assert all(label in after for label in ("Backwards", "Sitting", "Fourth week", "Ache", "Knee score"))
    assert not any(label in after for label in usual)
    assert not INTERNAL.search(before + after)


RENAMED = {
    "arms": {"A": {"name": "retro", "label": "Backwards"}, "B": {"name": "control", "label": "Sitting"}},
    "visits": [
        {"name": "baseline", "week": 0, "label": "Start"},
        {"name": "week_4", "week": 4, "label": "Fourth week"},
    ],
    "outcomes": {
        "pain": OUTCOMES["pain"] | {"label": "Ache"},
        "koos": OUTCOMES["koos"] | {"label": "Knee score"},
    },
}


# --- colours ------------------------------------------------------------------------------------------------------------
#: Machado, Oliveira and Fernandes 2009 (IEEE Trans Vis Comput Graph 15:1291), table of matrices: deuteranomaly, severity 1.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
LOOKS = [CONTROL_LOOK, *ARM_LOOKS]
PAIRS = list(itertools.combinations(LOOKS, 2))


def linear(colour: str) -> np.ndarray:
    """The linear light of a colour (sRGB, IEC 61966-2-1)."""
    values = np.array(to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(light: np.ndarray) -> float:
    return float(light @ [0.2126, 0.7152, 0.0722])


def lab(light: np.ndarray) -> np.ndarray:
    """CIE 1976 L*a*b* (white D65) of linear light."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    ratio = np.array(to_xyz) @ np.clip(light, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen(light: np.ndarray) -> np.ndarray:
    return DEUTERANOPIA @ light


def test_the_eye_that_sees_no_green_confuses_red_and_green_and_not_blue_and_yellow():
    red, green, blue, yellow = (lab(seen(linear(each))) for each in ("#C00000", "#5A7D00", "#0000FF", "#FFFF00"))
    assert np.linalg.norm(red - green) < 20 < 100 < np.linalg.norm(blue - yellow)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_arms_differ_to_a_colour_blind_eye(one, other):
    """By colour, as ten times what an eye can just tell apart (2.3), or else by marker and by line."""
    apart = np.linalg.norm(lab(seen(linear(one["color"]))) - lab(seen(linear(other["color"]))))
    assert apart >= 15
    assert one["marker"] != other["marker"]
    assert one["linestyle"] != other["linestyle"]


@pytest.mark.parametrize("look", LOOKS)
def test_a_colour_stands_out_from_the_page(look):
    """3:1, what WCAG 2.1 asks of graphics (1.4.11), and a little less to a colour-blind eye."""
    light = linear(look["color"])
    for shown, least in ((light, 3), (np.clip(seen(light), 0, 1), 2.8)):
        assert 1.05 / (luminance(shown) + 0.05) >= least


def test_the_first_arms_differ_in_grey():
    """The control arm and the first two arms, in lightness; others share markers and lines with none."""
    light = [lab(np.full(3, luminance(linear(look["color"]))))[0] for look in LOOKS[:3]]
    assert min(abs(one - other) for one, other in itertools.combinations(light, 2)) >= 5
