"""The forest of a cohort: every outcome in its own unit, zero in one line, the smallest worthwhile effect shaded."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from tests.unit.present.conftest import COMPARISON, OUTCOMES, SINGLE_GROUP, THREE_ARMS, modelled
from tests.unit.present.figures.figure_checks import faults_of_figure, words_on

from retrowalk.present.figures.differences import describe_differences, difference_panels, draw_differences
from retrowalk.present.figures.forest import ForestRow
from retrowalk.present.figures.style import FigureSettings

WORTHWHILE = {
    "pain": OUTCOMES["pain"] | {"smallest_worthwhile_effect": 7, "source": "Smith 2015"},
    "koos": OUTCOMES["koos"],
}
KOOS = {"outcome": "koos", "role": "secondary", "unit": "points", "estimate": 3.14, "ci_low": -0.04, "ci_high": 6.3}


def words(figure: Figure) -> str:
    return " ".join(words_on(figure)).replace("\u00a0", " ").replace("\n", " ")


@pytest.fixture
def panels_of(results, result):
    return lambda cohort, *rows: difference_panels(results(*rows), cohort)


def test_main_comparisons_of_outcomes_with_a_better_direction_stand_in_their_own_unit(
    cohort_of, panels_of, result, outcome_with
):
    cohort = cohort_of(**outcome_with(instrument="stride"))
    rows = (
        result(cohort),
        result(cohort, **KOOS),
        result(cohort, **KOOS | {"role": "as_published", "analysis": "student_post"}),
    )
    (panel,) = panels_of(cohort, *rows)
    assert panel.outcome.name == "koos"
    assert panel.rows == [ForestRow("KOOS symptoms, week 4", 3.14, -0.04, 6.3, "3.1 points (0.0 to 6.3)", "study")]


def test_a_comparison_that_was_not_made_has_no_row(cohort_of, panels_of, result):
    cohort = cohort_of()
    refused = result(cohort, estimate=None, ci_low=None, ci_high=None)
    assert [panel.outcome.name for panel in panels_of(cohort, refused, result(cohort, **KOOS))] == ["koos"]
    assert panels_of(cohort, refused) == []


def test_several_arms_have_a_heading_an_outcome_and_visit(cohort_of, panels_of, result):
    cohort = cohort_of(**THREE_ARMS)
    pain, koos = panels_of(cohort, result(cohort, arm="stretch"), result(cohort), result(cohort, **KOOS))
    assert [(row.label, row.kind) for row in pain.rows] == [
        ("Pain, week 4", "heading"),
        ("Retro-walking", "primary"),
        ("Stretching", "primary"),
    ]
    assert [(row.label, row.kind) for row in koos.rows] == [
        ("KOOS symptoms, week 4", "heading"),
        ("Retro-walking", "study"),
    ]


def test_groups_that_were_not_allocated_show_their_difference_in_change(cohort_of, analysis, settings):
    cohort = cohort_of(**COMPARISON)
    table, _ = modelled(cohort, analysis)
    panels = difference_panels(table, cohort)
    assert [row.kind for panel in panels for row in panel.rows] == ["primary", "study"]
    said = words(draw_differences(panels, cohort, settings, 0.05))
    for part in (
        "better in Exercise",
        "Difference in change, in the unit of each outcome",
        "not treatment effects",
    ):
        assert part in said
    assert "favours" not in said


def test_a_single_group_has_no_forest(cohort_of, analysis):
    cohort = cohort_of(**SINGLE_GROUP)
    table, _ = modelled(cohort, analysis)
    assert difference_panels(table, cohort) == []


def test_estimates_are_where_the_table_says_and_zero_stands_in_one_line(cohort_of, panels_of, result, settings):
    cohort = cohort_of()
    figure = draw_differences(panels_of(cohort, result(cohort), result(cohort, **KOOS)), cohort, settings, 0.05)
    FigureCanvasAgg(figure).draw()
    pain, koos = figure.axes
    for axes, expected in ((pain, (-9.24, [-17.36, -1.12])), (koos, (3.14, [-0.04, 6.3]))):
        (square,) = [line for line in axes.lines if line.get_marker() == "s"]
        (interval,) = [line for line in axes.lines if len(set(line.get_xdata())) == 2]
        assert (square.get_xdata()[0], list(interval.get_xdata())) == expected
    zeros = [axes.transData.transform((0, 0))[0] for axes in (pain, koos)]
    assert zeros[0] == pytest.approx(zeros[1], abs=0.01)
    assert pain.get_xlim()[0] > 0 > pain.get_xlim()[1]  # lower is better: turned, so that better is to the right
    assert koos.get_xlim()[0] < 0 < koos.get_xlim()[1]


def test_the_band_is_the_smallest_worthwhile_effect_of_that_outcome_alone(cohort_of, panels_of, result, settings):
    cohort = cohort_of(outcomes=WORTHWHILE)
    figure = draw_differences(panels_of(cohort, result(cohort), result(cohort, **KOOS)), cohort, settings, 0.05)
    pain, koos = figure.axes
    assert [sorted(band.get_bbox().intervalx) for band in pain.patches] == [[-7, 7]]
    assert list(koos.patches) == []
    said = words(figure)
    assert "below the smallest worthwhile effect: pain, 7 mm (Smith 2015)" in said
    assert "No smallest worthwhile effect was specified for KOOS symptoms." in said


def test_a_smallest_worthwhile_effect_beyond_the_intervals_is_on_the_axis(cohort_of, panels_of, result, settings):
    cohort = cohort_of(outcomes=WORTHWHILE | {"pain": WORTHWHILE["pain"] | {"smallest_worthwhile_effect": 30}})
    (axes,) = draw_differences(panels_of(cohort, result(cohort)), cohort, settings, 0.05).axes
    assert max(axes.get_xlim()) > 30


def test_without_any_smallest_worthwhile_effect_the_note_says_so(cohort_of, panels_of, result, settings):
    cohort = cohort_of()
    said = words(draw_differences(panels_of(cohort, result(cohort)), cohort, settings, 0.05))
    assert "No smallest worthwhile effect was specified." in said
    assert "below the" not in said


def test_labels_and_numbers_stand_beside_their_rows(cohort_of, panels_of, result, settings):
    cohort = cohort_of(provenance="synthetic")
    figure = draw_differences(panels_of(cohort, result(cohort)), cohort, settings, 0.05)
    drawn = {text.replace("\u00a0", " ") for text in words_on(figure)}
    assert {
        "Pain, week 4",
        "\u22129.2 mm (\u221217.4 to \u22121.1)",
        "Difference (95% CI)",
        "\u2190 favours Exercise",
        "favours Retro-walking \u2192",
        "SYNTHETIC data, not evidence",
        "primary",
    } <= drawn


def test_the_description_has_every_number(cohort_of, panels_of, result):
    cohort = cohort_of(**THREE_ARMS, outcomes=WORTHWHILE)
    panels = panels_of(cohort, result(cohort, arm="stretch", estimate=2), result(cohort), result(cohort, **KOOS))
    assert describe_differences(panels, cohort, 0.05) == (
        "Differences (95% CI), Retro-walking and Stretching minus Exercise. Pain, week 4, Retro-walking: -9.2 mm (-17.4 to -1.1); "
        "Pain, week 4, Stretching: 2.0 mm (-17.4 to -1.1); smallest worthwhile effect 7 mm (Smith 2015); "
        "KOOS symptoms, week 4, Retro-walking: 3.1 points (0.0 to 6.3)."
    )


@pytest.mark.parametrize("width", [84, 140, 190])
def test_long_labels_do_not_collide(width, cohort_of, panels_of, result):
    arms = {
        "A": {"name": "retro", "label": "Supervised retro-walking on a treadmill + resistance training at home"},
        "B": {"name": "control", "label": "Usual care with written advice"},
        "C": {"name": "stretch", "label": "Balance and stretching exercises twice a week"},
    }
    cohort = cohort_of(arms=arms, outcomes=WORTHWHILE)
    rows = [result(cohort, arm=arm, **other) for arm in ("retro", "stretch") for other in ({}, KOOS)]
    figure = draw_differences(panels_of(cohort, *rows), cohort, FigureSettings(width, 200), 0.05)
    assert faults_of_figure(figure) == []
