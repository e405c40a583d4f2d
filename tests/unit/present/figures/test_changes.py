"""Changes of participants: bars and curves are the changes counted, thresholds those of the plan and of the results."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from tests.unit.present.conftest import COMPARISON, OUTCOMES, SINGLE_GROUP, THREE_ARMS, modelled, simulated
from tests.unit.present.figures.figure_checks import faults_of_figure, words_on

from retrowalk.model.changes import Changes, changes_of
from retrowalk.model.responders import improved
from retrowalk.present.figures.changes import (
    changes_description,
    draw_changes,
    outcomes_with_changes,
)
from retrowalk.present.figures.style import ARM_LOOKS, CONTROL_LOOK, FigureSettings

MM, PERCENT = {"change": 8, "source": "Tubach 2005"}, {"percent": 20, "source": "Dworkin 2008"}
KOOS = {"pain": OUTCOMES["pain"], "koos": OUTCOMES["koos"] | {"responders": [{"change": 6, "source": "Roos 2003"}]}}


def changes_in(cohort, outcome: str = "pain", values: pd.DataFrame | None = None) -> Changes | None:
    people, simulated_values = simulated(cohort)
    return changes_of(people, simulated_values if values is None else values, cohort, cohort.outcome(outcome))


def by_hand(cohort, arm: str, outcome: str = "pain") -> pd.Series:
    """The change of each participant of an arm who has both values."""
    people, values = simulated(cohort)
    wide = values[values["outcome"] == outcome].pivot(index="participant", columns="visit", values="value")
    change = (wide["week_4"] - wide["baseline"]).dropna()
    return change[change.index.map(people.set_index("participant")["arm"]) == arm]


def words(figure: Figure) -> str:
    return " ".join(words_on(figure)).replace("\u00a0", " ").replace("\n", " ")


def heights(axes, colour: str) -> list[float]:
    """The heights of the bars of an arm, from left to right."""
    from matplotlib.colors import same_color

    bars = [bar for bar in axes.patches if same_color(bar.get_facecolor(), colour)]
    return [bar.get_height() for bar in sorted(bars, key=lambda bar: bar.get_x())]


def curve(axes, colour: str) -> tuple[np.ndarray, np.ndarray]:
    (line,) = [line for line in axes.lines if line.get_color() == colour and line.get_drawstyle() == "steps-post"]
    return np.asarray(line.get_xdata(), dtype=float), np.asarray(line.get_ydata(), dtype=float)


def test_each_participant_with_both_values_is_a_bar_from_worst_to_best(cohort_of, settings):
    cohort = cohort_of()
    bars, _ = draw_changes(changes_in(cohort), settings).axes
    for arm, look in (("control", CONTROL_LOOK), ("retro", ARM_LOOKS[0])):
        assert heights(bars, look["color"]) == sorted(by_hand(cohort, arm), reverse=True)  # lower is better
    assert len(heights(bars, CONTROL_LOOK["color"])) == 7  # one withdrew after baseline


def test_where_higher_is_better_the_highest_bar_is_last(cohort_of, settings):
    cohort = cohort_of(outcomes=KOOS)
    bars, _ = draw_changes(changes_in(cohort, "koos"), settings).axes
    assert heights(bars, ARM_LOOKS[0]["color"]) == sorted(by_hand(cohort, "retro", "koos"))


@pytest.mark.parametrize(("outcome", "sign"), [("pain", -1), ("koos", 1)])
def test_the_curve_counts_who_changed_as_much_or_more_for_the_better(outcome, sign, cohort_of, settings):
    cohort = cohort_of(outcomes=KOOS)
    _, curves = draw_changes(changes_in(cohort, outcome), settings).axes
    for arm, look in (("control", CONTROL_LOOK), ("retro", ARM_LOOKS[0])):
        change = by_hand(cohort, arm, outcome)
        at, shares = curve(curves, look["color"])
        assert (np.diff(sign * at) <= 0).all()
        assert list(shares[[0, -1]]) == [0, 100]
        for value, share in zip(at[1:-1], shares[1:-1], strict=True):
            assert share == pytest.approx(100 * (sign * change >= sign * value).mean())
        assert set(at[1:-1]) == set(change)


def test_the_curve_at_a_threshold_is_the_share_of_responders_of_the_results(
    cohort_of, outcome_with, analysis, settings
):
    """In the outcome's unit and in percent of baseline, as the model's room counts them: ties with the threshold respond."""
    cohort = cohort_of(**outcome_with(responders=[MM, PERCENT]))
    results, _ = modelled(cohort, analysis)
    changes = changes_in(cohort)
    figure = draw_changes(changes, settings)
    for curves, line, term in ((figure.axes[1], -8, "8_mm"), (figure.axes[3], -20, "20_percent")):
        rows = results[results["term"] == f"share:{term}:observed"].set_index("arm")["estimate"]
        assert set(rows.index) == {"control", "retro"}
        for arm, look in (("control", CONTROL_LOOK), ("retro", ARM_LOOKS[0])):
            (mark,) = [each for each in curves.lines if each.get_marker() == look["marker"]]
            assert mark.get_xdata()[0] == line
            assert mark.get_ydata()[0] == pytest.approx(100 * rows[arm])
    said = changes_description(changes, results)
    for size in ("8 mm", "20% of baseline"):
        assert f" Improved by {size} or more: " in said


def test_a_change_that_equals_the_threshold_responds(cohort_of, outcome_with):
    cohort = cohort_of(**outcome_with(responders=[MM]))
    people, values = simulated(cohort)
    values.loc[values["visit"] == "week_4", "value"] = 42.2
    values.loc[values["visit"] == "baseline", "value"] = 50.2
    changes = changes_of(people, values, cohort, cohort.outcome("pain"))
    (scale,) = changes.scales
    assert scale.reached("retro", scale.thresholds[0]) == 100
    assert improved(pd.Series([50.2]), pd.Series([42.2]), 8, -1).all()


def test_each_threshold_is_a_line_in_both_panels_and_in_the_key(cohort_of, outcome_with, settings):
    cohort = cohort_of(**outcome_with(responders=[MM, {"change": 15, "source": "Ostelo 2008"}]))
    figure = draw_changes(changes_in(cohort), settings)
    bars, curves = figure.axes
    across = [
        line.get_ydata()[0] for line in bars.lines if line.get_linestyle() == "--" and line.get_color() == "#202020"
    ]
    down = [
        line.get_xdata()[0] for line in curves.lines if line.get_linestyle() == "--" and line.get_color() == "#202020"
    ]
    assert across == down == [-8, -15]
    said = words(figure)
    assert "improvement of 8 mm (Tubach 2005)" in said
    assert "improvement of 15 mm (Ostelo 2008)" in said
    assert "Read thresholds together with the mean difference" in said


def test_a_percentage_has_a_scale_of_its_own_and_a_baseline_of_zero_none(cohort_of, outcome_with, settings):
    cohort = cohort_of(**outcome_with(responders=[PERCENT]))
    people, values = simulated(cohort)
    first = (values["participant"] == "retro0") & (values["outcome"] == "pain") & (values["visit"] == "baseline")
    values.loc[first, "value"] = 0
    changes = changes_of(people, values, cohort, cohort.outcome("pain"))
    (scale,) = changes.scales
    assert scale.percent
    assert (len(scale.values["retro"]), changes.without_share, changes.absent) == (7, 1, 1)
    said = words(draw_changes(changes, settings))
    for part in (
        "(% of baseline)",
        "Not shown as a percentage: 1 with a baseline of 0.",
        "Not shown: 1 not measured at both visits.",
    ):
        assert part in said


def test_the_primary_outcome_and_those_with_a_threshold_have_the_figure(cohort_of, outcome_with):
    assert [each.name for each in outcomes_with_changes(cohort_of())] == ["pain"]
    assert [each.name for each in outcomes_with_changes(cohort_of(outcomes=KOOS))] == ["pain", "koos"]


def test_the_words_say_which_way_is_better(cohort_of, outcome_with, settings):
    said = words(draw_changes(changes_in(cohort_of()), settings))
    assert "from worst to best. Lower is better." in said
    assert "Participants with this change or a better one (%)" in said
    assert "Change in pain from baseline to week 4 (mm)" in said
    said = words(draw_changes(changes_in(cohort_of(**outcome_with(instrument="stride"))), settings))
    assert "from lowest to highest." in said
    assert "or a higher one (%)" in said
    assert "is better" not in said


def test_nobody_with_both_values_has_no_figure(cohort_of):
    cohort = cohort_of()
    _, values = simulated(cohort)
    assert changes_in(cohort, values=values[values["visit"] == "baseline"]) is None


def test_one_participant_an_arm_and_no_change_at_all(cohort_of):
    cohort = cohort_of()
    _, values = simulated(cohort)
    values = values[values["participant"].isin(["control1", "retro1"])].assign(value=50.0)
    figure = draw_changes(changes_in(cohort, values=values), FigureSettings(140, 200))
    bars, curves = figure.axes
    assert heights(bars, ARM_LOOKS[0]["color"]) == [0]
    points = [line for line in bars.lines if line.get_marker() == "." and len(line.get_xdata())]
    assert [list(line.get_ydata()) for line in points] == [[0], [0]]  # a bar of no height would not be seen
    assert list(curve(curves, ARM_LOOKS[0]["color"])[1]) == [0, 100, 100]
    assert faults_of_figure(figure) == []


@pytest.mark.parametrize(("changes", "count"), [({}, 2), (THREE_ARMS, 3), (SINGLE_GROUP, 1), (COMPARISON, 2)])
@pytest.mark.parametrize("width", [84, 140])
def test_any_design_fits_and_names_no_participant(changes, count, width, cohort_of, outcome_with):
    cohort = cohort_of(**outcome_with(responders=[MM, PERCENT]), **changes, provenance="synthetic")
    shown = changes_in(cohort)
    figure = draw_changes(shown, FigureSettings(width, 200))
    assert faults_of_figure(figure) == []
    assert len(shown.arms) == count
    said = words(figure) + changes_description(
        shown, pd.DataFrame(columns=["analysis", "population", "outcome", "visit", "term", "arm", "estimate"])
    )
    assert said.count("SYNTHETIC") == 2
    assert not [name for name in simulated(cohort)[0]["participant"] if name in said]
    assert ("a change within one group is not a treatment effect" in said) == (count == 1)
    assert all(f"{arm.label} (n = " in said for arm in cohort.arms)
    markers = {line.get_marker() for line in figure.axes[1].lines} - {"", "None"}
    assert len(markers) == count


def test_panels_stand_below_each_other_where_the_page_is_narrow(cohort_of):
    bars, curves = draw_changes(changes_in(cohort_of()), FigureSettings(84, 100)).axes
    assert bars.get_subplotspec().rowspan.start < curves.get_subplotspec().rowspan.start
    bars, curves = draw_changes(changes_in(cohort_of()), FigureSettings(140, 100)).axes
    assert bars.get_subplotspec().rowspan.start == curves.get_subplotspec().rowspan.start
