"""The estimation plot: what is drawn is what the tables say, and the axis of differences has its zero where it should."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from tests.unit.present.conftest import COMPARISON, SINGLE_GROUP, THREE_ARMS, simulated
from tests.unit.present.figures.figure_checks import faults_of_figure, words_on

from retrowalk.describe import describe_cohort
from retrowalk.facts import fact
from retrowalk.present.figures.estimation import Shown, draw_estimation, estimation_description, shown_in_estimation
from retrowalk.present.figures.style import ARM_LOOKS, CONTROL_LOOK, FigureSettings

#: With few dots, letters are wider than on paper.
SHARP = FigureSettings(140, 200)
WORTHWHILE = {"smallest_worthwhile_effect": 7, "source": "Smith 2015"}


@pytest.fixture
def shown_of(results, result):
    """What the plot of a cohort shows, with the primary rows as given (or one), and other values where given."""

    def build(cohort, *rows: dict, values: pd.DataFrame | None = None) -> Shown | None:
        people, simulated_values = simulated(cohort)
        values = simulated_values if values is None else values
        described = describe_cohort(people, values, cohort, 0.05)
        return shown_in_estimation(people, values, described, results(*(rows or [result(cohort)])), cohort)

    return build


def values_at(cohort, visit: str, arm: str) -> list[float]:
    """The values of pain of an arm at a visit, sorted."""
    people, values = simulated(cohort)
    mine = values.query("outcome == 'pain' and visit == @visit")
    return sorted(mine[mine["participant"].map(people.set_index("participant")["arm"]) == arm]["value"])


def dots(axes, look: dict) -> list[list[float]]:
    """The values of the markers of an arm, artist by artist."""
    return [
        sorted(line.get_ydata())
        for line in axes.lines
        if line.get_marker() == look["marker"] and line.get_color() == look["color"]
    ]


def words(figure: Figure) -> str:
    return " ".join(words_on(figure)).replace("\u00a0", " ").replace("\n", " ")


def upright_lines(axes, colour: str) -> list[list[float]]:
    lines = [line for line in axes.lines if line.get_color() == colour and line.get_marker() in ("", "None", None)]
    return [list(line.get_ydata()) for line in lines if len(set(line.get_xdata())) == 1]


def test_every_value_at_the_visit_is_a_point_of_its_arm_and_a_missing_one_is_none(cohort_of, shown_of, settings):
    cohort = cohort_of()
    points, _ = draw_estimation(shown_of(cohort), settings, 0.05).axes
    assert dots(points, CONTROL_LOOK) == [values_at(cohort, "week_4", "control")]
    assert dots(points, ARM_LOOKS[0]) == [values_at(cohort, "week_4", "retro")]
    assert [len(values_at(cohort, "week_4", arm)) for arm in ("control", "retro")] == [7, 8]  # one withdrew
    labels = [label.get_text().replace("\u00a0", " ") for label in points.get_xticklabels()]
    assert labels == ["Exercise\nn = 7", "Retro-walking\nn = 8"]


def test_the_gapped_line_is_the_interval_of_the_mean_with_a_gap_at_the_mean(cohort_of, shown_of, settings):
    cohort = cohort_of()
    described = describe_cohort(*simulated(cohort), cohort, 0.05)
    mean = described.query("analysis == 'observed_mean' and term == 'mean' and visit == 'week_4' and outcome == 'pain'")
    mean = mean.set_index("arm").loc["retro"]
    points, _ = draw_estimation(shown_of(cohort), settings, 0.05).axes
    below, above = upright_lines(points, ARM_LOOKS[0]["color"])
    assert (below[0], above[1]) == pytest.approx((mean["ci_low"], mean["ci_high"]))
    assert below[1] < mean["estimate"] < above[0]
    assert mean["estimate"] - below[1] == pytest.approx(above[0] - mean["estimate"])


def test_the_difference_and_its_interval_are_those_of_the_primary_row(cohort_of, shown_of, settings):
    _, differences = draw_estimation(shown_of(cohort_of()), settings, 0.05).axes
    assert dots(differences, ARM_LOOKS[0]) == [[-9.24]]
    assert upright_lines(differences, ARM_LOOKS[0]["color"]) == [[-17.36, -1.12]]


def test_zero_of_the_floating_axis_is_at_the_mean_of_the_control_arm_in_one_scale(cohort_of, shown_of, settings):
    cohort = cohort_of()
    figure = draw_estimation(shown_of(cohort), settings, 0.05)
    FigureCanvasAgg(figure).draw()
    points, differences = figure.axes
    mean = np.mean(values_at(cohort, "week_4", "control"))
    for difference in (0, -9.24, -17.36):
        left = points.transData.transform((0, mean + difference))[1]
        assert differences.transData.transform((0, difference))[1] == pytest.approx(left, abs=0.01)
    (zero,) = [line for line in points.lines if len(set(line.get_ydata())) == 1 and len(line.get_xdata()) == 2]
    assert zero.get_ydata()[0] == pytest.approx(mean)
    low, high = differences.spines["right"].get_bounds()
    assert (low, high) == (-17.36, 0)
    assert all(low <= tick <= high for tick in differences.get_yticks())


@pytest.mark.parametrize("worthwhile", [{}, WORTHWHILE])
def test_the_band_is_the_smallest_worthwhile_effect_where_the_plan_gives_one(
    worthwhile, cohort_of, outcome_with, shown_of, settings
):
    shown = shown_of(cohort_of(**outcome_with(**worthwhile)))
    figure = draw_estimation(shown, settings, 0.05)
    bands = [patch.get_bbox().intervaly for patch in figure.axes[1].patches]
    assert [list(band) for band in bands] == [[-7, 7]] * bool(worthwhile)
    told = "below the smallest worthwhile effect, 7 mm (Smith 2015)"
    assert (told in words(figure)) == bool(worthwhile)
    assert ("Smallest worthwhile effect: 7 mm (Smith 2015)." in estimation_description(shown, 0.05)) == bool(worthwhile)


def test_the_note_says_what_the_difference_is_and_which_way_is_better(cohort_of, outcome_with, shown_of, settings):
    said = words(draw_estimation(shown_of(cohort_of()), settings, 0.05))
    for part in (
        "Retro-walking minus Exercise",
        "adjusted for baseline; it may differ from the difference in observed means.",
        "The zero of its axis is at the observed mean of Exercise.",
        "Lower is better; below zero: favours Retro-walking.",
        "95% CI",
        "Adjusted difference (mm)",
        "Pain at week 4 (mm)",
    ):
        assert part in said
    cohort = cohort_of(**outcome_with(instrument="koos"))
    assert "Higher is better; above zero: favours" in words(draw_estimation(shown_of(cohort), settings, 0.05))
    cohort = cohort_of(**outcome_with(instrument="stride"))
    assert "is better" not in words(draw_estimation(shown_of(cohort), settings, 0.05))


def test_groups_that_were_not_allocated_show_changes_and_say_that_it_is_no_effect(
    cohort_of, shown_of, result, settings
):
    cohort = cohort_of(**COMPARISON)
    row = result(cohort, analysis="mmrm", term="difference_in_change")
    figure = draw_estimation(shown_of(cohort, row), settings, 0.05)
    _, values = simulated(cohort)
    wide = values[values["outcome"] == "pain"].pivot(index="participant", columns="visit", values="value")
    changes = (wide["week_4"] - wide["baseline"]).dropna()
    mine = changes[changes.index.str.startswith("retro")]
    assert dots(figure.axes[0], ARM_LOOKS[0]) == [sorted(mine)]
    said = words(figure)
    for part in (
        "Change in pain at week 4 (mm)",
        "Difference in change (mm)",
        "not treatment effects",
        "better in",
    ):
        assert part in said
    assert "favours" not in said


def test_the_differences_of_several_arms_stand_below_their_arms(cohort_of, shown_of, result):
    cohort = cohort_of(**THREE_ARMS)
    other = result(cohort, arm="stretch", estimate=2.5, ci_low=-4, ci_high=9)
    figure = draw_estimation(shown_of(cohort, other, result(cohort)), SHARP, 0.05)
    points, differences = figure.axes
    drawn = {
        line.get_xdata()[0]: line.get_ydata()[0]
        for line in differences.lines
        if line.get_marker() not in ("", "None", None)
    }
    assert drawn == {1: -9.24, 2: 2.5}
    assert points.get_xlim() == differences.get_xlim()
    assert [len(dots(points, look)) for look in (CONTROL_LOOK, *ARM_LOOKS[:2])] == [1, 1, 1]
    assert "the arm compared minus Exercise" in words(figure)
    assert faults_of_figure(figure) == []


def test_an_arm_that_could_not_be_compared_is_left_out(cohort_of, shown_of, result, settings):
    cohort = cohort_of(**THREE_ARMS)
    refused = result(cohort, arm="stretch", estimate=None, ci_low=None, ci_high=None, reason=fact("nobody_at_visit"))
    shown = shown_of(cohort, result(cohort), refused)
    assert [arm.name for arm in shown.arms] == ["control", "retro"]
    assert "Retro-walking minus Exercise" in words(draw_estimation(shown, settings, 0.05))


def test_without_a_primary_result_there_is_no_figure(cohort_of, shown_of, result):
    cohort = cohort_of()
    assert shown_of(cohort, result(cohort, estimate=None, ci_low=None, ci_high=None)) is None
    assert shown_of(cohort, result(cohort, role="secondary")) is None
    single = cohort_of(**SINGLE_GROUP)
    assert shown_of(single, result(single, role="descriptive", analysis="paired_t", reference_arm="")) is None


def test_one_participant_is_a_point_without_an_interval(cohort_of, shown_of):
    cohort = cohort_of()
    _, values = simulated(cohort)
    gone = (values["visit"] == "week_4") & values["participant"].str.startswith("control")
    gone &= values["participant"] != "control1"
    figure = draw_estimation(shown_of(cohort, values=values[~gone]), SHARP, 0.05)
    assert [len(each) for each in dots(figure.axes[0], CONTROL_LOOK)] == [1]
    assert upright_lines(figure.axes[0], CONTROL_LOOK["color"]) == []
    assert faults_of_figure(figure) == []


def test_ties_stay_in_their_column(cohort_of, shown_of, settings):
    cohort = cohort_of()
    shown = shown_of(cohort)
    tied = replace(shown, values={arm: pd.Series([40.0] * 60) for arm in shown.values})
    for width in (84, 140):
        points, _ = draw_estimation(tied, FigureSettings(width, 72), 0.05).axes
        for place, look in enumerate((CONTROL_LOOK, ARM_LOOKS[0])):
            (line,) = [line for line in points.lines if line.get_marker() == look["marker"]]
            across = np.asarray(line.get_xdata()) - place
            assert len(set(across.round(9))) == 60
            assert np.abs(across).max() < 0.35


def test_labels_that_have_no_room_stand_in_the_key(cohort_of, shown_of, result):
    label = "Supervised retro-walking on a treadmill, with resistance training and advice"
    arms = {"A": {"name": "retro", "label": label}, "B": {"name": "control", "label": "Exercise"}}
    figure = draw_estimation(shown_of(cohort_of(arms=arms)), FigureSettings(84, 72), 0.05)
    ticks = [tick.get_text().replace("\u00a0", " ") for tick in figure.axes[0].get_xticklabels()]
    assert ticks == ["n = 7", "n = 8"]
    (legend,) = figure.legends
    told = [text.get_text().replace("\n", " ").replace("\u00a0", " ") for text in legend.get_texts()]
    assert told[:2] == ["Exercise", label]


def test_the_description_has_the_numbers_and_no_participant(cohort_of, shown_of, settings):
    cohort = cohort_of(provenance="synthetic")
    shown = shown_of(cohort)
    control, retro = (np.mean(values_at(cohort, "week_4", arm)) for arm in ("control", "retro"))
    assert estimation_description(shown, 0.05) == (
        f"SYNTHETIC data, not evidence. Pain at week 4: participants of Exercise (n = 7, mean {control:.1f} mm) and "
        f"Retro-walking (n = 8, mean {retro:.1f} mm), and the adjusted difference: Retro-walking minus Exercise -9.2 mm "
        "(95% CI -17.4 to -1.1)."
    )
    people, _ = simulated(cohort)
    said = words(draw_estimation(shown, settings, 0.05))
    assert "SYNTHETIC" in said
    assert not [name for name in people["participant"] if name in said]


@pytest.mark.parametrize("changes", [{}, THREE_ARMS])
def test_arms_differ_in_marker_and_colour(changes, cohort_of, shown_of, result, settings):
    cohort = cohort_of(**changes)
    rows = [result(cohort, arm=arm.name) for arm in cohort.intervention_arms]
    points = draw_estimation(shown_of(cohort, *rows), settings, 0.05).axes[0]
    looks = {(line.get_marker(), to_hex(line.get_color())) for line in points.lines if line.get_alpha()}
    assert (
        len(looks) == len({marker for marker, _ in looks}) == len({colour for _, colour in looks}) == len(cohort.arms)
    )
