"""The figure of the primary model's residuals: which they are, where a normal sample has its values, what is drawn."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from tests.unit.present.conftest import COMPARISON, SINGLE_GROUP, THREE_ARMS, modelled
from tests.unit.present.figures.figure_checks import faults_of_layout, words_on
from tests.unit.present.figures.test_figures import LONG, MARK

from retrowalk import files
from retrowalk.model.residual_band import normal_band
from retrowalk.plan.settings import Analysis
from retrowalk.present.figures.residuals import (
    draw_residuals,
    primary_residuals,
    read_residuals,
    residuals_description,
)
from retrowalk.present.figures.style import ARM_LOOKS, CONTROL_LOOK, FigureSettings
from retrowalk.vocabulary import RESIDUAL_COLUMNS

WEEKS = {"visits": [{"name": f"week_{week}", "week": week, "label": f"Week {week}"} for week in (0, 4, 8)]}


def plan(estimator: str) -> Analysis:
    return Analysis(estimator, 0.05, "holm", permutations=199, imputations=20)


@pytest.fixture
def analysed(cohort_of):
    """A cohort with its estimates and residuals."""

    def build(estimator: str = "mmrm", **changes):
        cohort = cohort_of(**changes)
        return cohort, *modelled(cohort, plan(estimator))

    return build


# --- which residuals ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "estimator", "analysis", "visits"),
    [
        (WEEKS, "mmrm", "mmrm", {"week_4", "week_8"}),
        (WEEKS, "ancova", "ancova", {"week_8"}),
        ({}, "mmrm", "ancova", {"week_4"}),
        (COMPARISON, "ancova", "mmrm", {"baseline", "week_4"}),
        (COMPARISON | WEEKS, "mmrm", "mmrm", {"week_0", "week_4", "week_8"}),
    ],
)
def test_they_are_of_the_primary_model_and_outcome(analysed, changes, estimator, analysis, visits):
    cohort, table, residuals = analysed(estimator, **changes)
    mine = primary_residuals(residuals, table, cohort)
    assert set(mine["analysis"]) == {analysis}
    assert set(mine["outcome"]) == {"pain"}
    assert set(mine["visit"]) == visits
    everything = residuals[(residuals["analysis"] == analysis) & (residuals["outcome"] == "pain")]
    assert len(mine) == everything["visit"].isin(visits).sum() > 10


def test_an_ancova_at_another_primary_visit_has_that_visit(analysed, outcome_with):
    cohort, table, residuals = analysed("ancova", **WEEKS, **outcome_with(primary_visit="week_4"))
    assert set(primary_residuals(residuals, table, cohort)["visit"]) == {"week_4"}


def test_without_a_primary_model_there_are_none(analysed):
    cohort, table, residuals = analysed(**SINGLE_GROUP)
    assert primary_residuals(residuals, table, cohort).empty
    cohort, table, residuals = analysed("mmrm", **WEEKS)
    assert primary_residuals(residuals.iloc[:0], table, cohort).empty


def test_they_are_read_as_they_were_written(analysed, tmp_path):
    _, _, residuals = analysed(**WEEKS)
    for table in (residuals.assign(participant="007"), pd.DataFrame(columns=RESIDUAL_COLUMNS)):
        files.write_csv(table, tmp_path / "residuals.csv")
        back = read_residuals(tmp_path / "residuals.csv")
        assert back.to_numpy().tolist() == table.to_numpy().tolist()


# --- what is drawn ------------------------------------------------------------------------------------------------------
def points_of(axes) -> list[tuple[float, float]]:
    """The points of all arms, by their height."""
    lines = [line for line in axes.lines if line.get_linestyle() == "None"]
    return sorted(
        ((x, y) for line in lines for x, y in zip(*line.get_data(), strict=True)), key=lambda point: point[::-1]
    )


def test_each_visit_has_its_values_beside_the_band_and_the_fitted_values(analysed, settings):
    cohort, table, residuals = analysed(**WEEKS)
    mine = primary_residuals(residuals, table, cohort)
    figure = draw_residuals(mine, cohort, settings, 0.05)
    panels = figure.axes
    assert [axes.get_title(loc="left").replace("\u00a0", " ") for axes in panels[::2]] == ["Week 4", "Week 8"]
    for (left, right), (_, rows) in zip(
        zip(panels[::2], panels[1::2], strict=True), mine.groupby("visit"), strict=True
    ):
        ordered = rows["residual"].sort_values().to_numpy()
        assert [y for _, y in points_of(left)] == pytest.approx(ordered)
        assert [x for x, _ in points_of(left)] == pytest.approx(normal_band(len(rows), 0.05)["median"].to_numpy())
        expected = sorted(zip(rows["residual"], rows["fitted"], strict=True))
        assert [(y, x) for x, y in points_of(right)] == [pytest.approx(pair) for pair in expected]
        (band,) = [each for each in left.collections if isinstance(each, PolyCollection)]
        edges = band.get_paths()[0].vertices[:, 1]
        spread = rows["residual"].std()
        limits = rows["residual"].mean() + spread * normal_band(len(rows), 0.05)[["low", "high"]].to_numpy()
        assert (edges.min(), edges.max()) == pytest.approx((limits.min(), limits.max()))


def test_arms_look_as_in_other_figures(analysed, settings):
    cohort, table, residuals = analysed(**THREE_ARMS)
    figure = draw_residuals(primary_residuals(residuals, table, cohort), cohort, settings, 0.05)
    signs = [line for line in figure.axes[1].lines if line.get_linestyle() == "None"]
    looks = [CONTROL_LOOK, ARM_LOOKS[0], ARM_LOOKS[1]]
    assert [(line.get_color(), line.get_marker()) for line in signs] == [
        (each["color"], each["marker"]) for each in looks
    ]


def test_an_arm_that_is_not_in_the_model_is_not_in_the_key(analysed, settings):
    cohort, table, residuals = analysed(**THREE_ARMS)
    mine = primary_residuals(residuals, table, cohort)
    figure = draw_residuals(mine[mine["arm"] != "stretch"], cohort, settings, 0.05)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["Exercise", "Retro-walking"]


@pytest.mark.parametrize("width_mm", [140, 85])
@pytest.mark.parametrize("visits", [1, 2, 7])
def test_no_text_collides_or_falls_off(cohort_of, visits, width_mm):
    weeks = [{"name": f"week_{week}", "week": week, "label": f"Week {week}"} for week in range(visits + 1)]
    cohort = cohort_of(visits=weeks, arms=LONG, provenance="synthetic")
    random = np.random.default_rng(2)
    rows = [
        (cohort.name, "pain", "mmrm", visit.name, f"{arm.name}{i}", arm.name, *random.normal([50, 0, 0], [10, 8, 1]))
        for visit in cohort.post_visits
        for arm in cohort.arms
        for i in range(15)
    ]
    residuals = pd.DataFrame(rows, columns=RESIDUAL_COLUMNS)
    figure = draw_residuals(residuals, cohort, FigureSettings(width_mm, 80), 0.05)
    assert faults_of_layout(figure) == []
    # Seven visits in a column's width, with a key of nine lines, are the one that is higher: a row has its least height.
    assert figure.get_size_inches()[1] * 25.4 <= FigureSettings(140, 80).highest_mm + 10 * (
        visits == 7 and width_mm == 85
    )


@pytest.mark.parametrize("provenance", ["individual", "synthetic"])
def test_the_figure_of_simulated_people_is_marked_and_none_is_named(analysed, settings, provenance):
    cohort, table, residuals = analysed(provenance=provenance)
    figure = draw_residuals(primary_residuals(residuals, table, cohort), cohort, settings, 0.1)
    shown = words_on(figure)
    assert shown.count(MARK) == (provenance == "synthetic")
    assert not any("retro0" in text for text in shown)
    assert "Grey: pointwise 90% band for a normal sample." in shown
    words = (
        "Residuals of the primary model of pain at each visit: normal Q-Q plot with a pointwise 90% band, and residuals "
        "against fitted values."
    )
    assert residuals_description(cohort, 0.1) == (f"{MARK}. " if provenance == "synthetic" else "") + words
