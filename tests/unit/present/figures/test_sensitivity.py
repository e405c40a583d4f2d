"""The strip of sensitivity analyses: what it shows, in which order, against which band, and in words."""

import numpy as np
import pytest
from tests.unit.present.conftest import COMPARISON, SINGLE_GROUP, THREE_ARMS
from tests.unit.present.figures.figure_checks import faults_of_figure, words_on

from retrowalk import estimates
from retrowalk.present.figures.sensitivity import (
    draw_sensitivity,
    legend,
    sensitivity_description,
    sensitivity_strips,
)
from retrowalk.present.figures.subject import Subject
from retrowalk.present.words.cited import plain
from retrowalk.vocabulary import PER_PROTOCOL

WORTHWHILE = {"smallest_worthwhile_effect": 9, "source": "Ferreira 2012"}


@pytest.fixture
def table(result):
    """The primary comparison of each arm with three sensitivity analyses, one of which gave no estimate."""

    def build(cohort, **changes):
        rows = []
        for arm in cohort.intervention_arms:
            primary = result(cohort, arm=arm.name)
            check = primary | {"role": "sensitivity"}
            rows += [
                primary,
                check | {"analysis": "clda", "estimate": -8.0, "ci_low": -16.0, "ci_high": 0.5, "n": 8},
                check | {"analysis": "mmrm", "estimate": None, "ci_low": None, "ci_high": None, "n": None},
                check | {"population": PER_PROTOCOL, "estimate": -7.0, "ci_low": -17.0, "ci_high": 3.0} | changes,
                check | {"analysis": "influence", "term": "lowest_without_one", "ci_low": None, "ci_high": None},
            ]
        return estimates.tabulate(rows)

    return build


def band_of(axes) -> list[tuple[float, float]]:
    """The ends of each band."""
    return [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in axes.patches]


def test_each_analysis_is_a_row_and_the_primary_one_is_last(cohort_of, table, settings):
    cohort = cohort_of()
    shown = sensitivity_strips(table(cohort), cohort)
    (strip,) = shown.strips
    assert [(row.label, row.text, row.n) for row in strip.analyses] == [
        ("Constrained longitudinal model", "-8.0 (-16.0 to 0.5)", "8"),
        ("ANCOVA, per protocol", "-7.0 (-17.0 to 3.0)", "7"),
        ("Primary analysis: ANCOVA", "-9.2 (-17.4 to -1.1)", "7"),
    ]
    assert shown.without == ["MMRM"]
    drawn = " ".join(words_on(draw_sensitivity(shown, settings, 0.05))).replace("\n", " ").replace("\u00a0", " ")
    assert "Not estimated: MMRM." in drawn
    assert "Difference in pain at week 4 (mm)" in drawn


def test_points_intervals_and_band_are_where_the_record_says(cohort_of, table, settings):
    cohort = cohort_of()
    (axes,) = draw_sensitivity(sensitivity_strips(table(cohort), cohort), settings, 0.05).axes
    points = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "s"]
    assert points == [-8.0, -7.0, -9.24]
    bars = [tuple(line.get_xdata()) for line in axes.lines if line.get_marker() == "" and len(line.get_xdata()) == 2]
    assert {(-16.0, 0.5), (-17.0, 3.0), (-17.36, -1.12)} <= set(bars)
    assert band_of(axes) == [pytest.approx((-17.36, -1.12))]
    left, right = axes.get_xlim()
    assert left > 3 > -17.36 > right  # lower is better: to the right


def test_the_band_goes_behind_every_row_of_its_comparison_and_no_other(cohort_of, table, settings):
    cohort = cohort_of(**THREE_ARMS)
    (axes,) = draw_sensitivity(sensitivity_strips(table(cohort), cohort), settings, 0.05).axes
    first, second = axes.patches
    heights = sorted(line.get_ydata()[0] for line in axes.lines if line.get_marker() == "s")[::-1]
    for band, rows in ((first, heights[:3]), (second, heights[3:])):
        low, high = band.get_y(), band.get_y() + band.get_height()
        assert [low < row < high for row in heights] == [row in rows for row in heights]


def test_the_smallest_worthwhile_effect_is_marked_at_both_sides_of_zero(cohort_of, table, outcome_with, settings):
    for changes, places in (({}, []), (WORTHWHILE, [-9, 9])):
        cohort = cohort_of(**outcome_with(**changes))
        (axes,) = draw_sensitivity(sensitivity_strips(table(cohort), cohort), settings, 0.05).axes
        dashed = [line.get_xdata()[0] for line in axes.lines if line.is_dashed()]
        assert dashed == places
        low, high = sorted(axes.get_xlim())
        assert all(low < place < high for place in places)


@pytest.mark.parametrize(("low", "high"), [(-np.inf, 3.0), (-17.0, np.inf), (None, None)])
def test_an_interval_without_an_end_goes_as_far_as_the_axis(cohort_of, table, settings, low, high):
    cohort = cohort_of()
    figure = draw_sensitivity(sensitivity_strips(table(cohort, ci_low=low, ci_high=high), cohort), settings, 0.05)
    assert np.isfinite(figure.axes[0].get_xlim()).all()
    assert faults_of_figure(figure) == []


def test_there_is_no_figure_without_a_comparison_or_without_a_check(cohort_of, table):
    cohort = cohort_of()
    rows = table(cohort)
    assert sensitivity_strips(rows[rows["role"] == "primary"], cohort) is None
    assert sensitivity_strips(rows[rows["role"] != "primary"], cohort) is None
    assert sensitivity_strips(estimates.tabulate([]), cohort_of(**SINGLE_GROUP)) is None


def test_groups_that_were_not_allocated_are_said_to_be_so(cohort_of, table, settings):
    cohort = cohort_of(**COMPARISON)
    drawn = " ".join(words_on(draw_sensitivity(sensitivity_strips(table(cohort), cohort), settings, 0.05)))
    assert "not randomised" in drawn.replace("\n", " ")
    assert "better in" in drawn
    assert "favours" not in drawn


def test_the_description_has_every_number(cohort_of, table):
    cohort = cohort_of()
    assert sensitivity_description(sensitivity_strips(table(cohort), cohort), 0.05) == (
        "Sensitivity analyses of the difference in pain at week 4 (95% CI). Retro-walking minus Exercise: Constrained "
        "longitudinal model -8.0 (-16.0 to 0.5) mm, n = 8; ANCOVA, per protocol -7.0 (-17.0 to 3.0) mm, n = 7; Primary "
        "analysis: ANCOVA -9.2 (-17.4 to -1.1) mm, n = 7."
    )


def test_the_legend_says_what_points_bars_and_band_are(cohort_of, table, outcome_with):
    cohort = cohort_of(**outcome_with(**WORTHWHILE))
    text = plain(legend(Subject(cohort, cohort.primary_outcome, None, table(cohort), 0.05)))
    assert text == (
        "Sensitivity analyses of the primary comparison: pain at week 4. Points are differences between arms (Retro-walking "
        "minus Exercise), bars 95% confidence intervals; the band is the 95% confidence interval of the primary analysis. Dashed "
        "lines, smallest worthwhile effect (9 mm). n, participants analysed. Not estimated: MMRM."
    )
