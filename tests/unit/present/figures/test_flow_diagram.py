"""The flow diagram: its counts are those of the tables, its words fit their boxes, and it says only what is known."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from tests.unit.present.conftest import COMPARISON, SINGLE_GROUP, THREE_ARMS, people_of, simulated, values_of
from tests.unit.present.figures.figure_checks import TOLERANCE_PT, faults_of_figure, shown_texts, words_on
from tests.unit.present.figures.test_figure_files import HOSTILE, NARROW_AND_WIDE, settings_of

from retrowalk import estimates
from retrowalk.describe import describe_cohort
from retrowalk.facts import fact
from retrowalk.present.figures.flow_diagram import draw_flow, flow_description

NOTHING = estimates.tabulate([])


def said(figure) -> str:
    """The words of a figure as one text, lines joined."""
    return " ".join(words_on(figure)).replace("\u00a0", " ")


def outside_boxes(figure) -> list[str]:
    """The texts that lie partly in a box and partly beside it."""
    boxes = [patch.get_window_extent() for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    edges = np.array([[box.x0, box.y0, box.x1, box.y1] for box in boxes]) * 72 / figure.dpi
    found = []
    for each in shown_texts(figure):
        low, high, middle = each.corners.min(axis=0), each.corners.max(axis=0), each.corners.mean(axis=0)
        for left, bottom, right, top in edges:
            is_of_box = left < middle[0] < right and bottom < middle[1] < top
            if is_of_box and (low[0] < left - TOLERANCE_PT or high[0] > right + TOLERANCE_PT):
                found.append(each.text)
    return found


def test_it_counts_as_the_tables_do(cohort_of, described, results, result, settings):
    cohort = cohort_of()
    figure = draw_flow(described(cohort), results(result(cohort)), cohort, settings)
    text = said(figure)
    assert "Randomised (n = 8)" in text
    assert text.count("Allocated (n = 4)") == 2
    assert "Withdrew after baseline (n = 1): moved away (1) Assessed at week 4 (n = 3)" in text
    assert "Pain, week 4 Analysed with a value (n = 3) Not analysed (n = 1): withdrew (1)" in text
    assert "Pain, week 4 Analysed with a value (n = 4)" in text


def test_the_arms_have_their_labels_and_looks_the_control_first(cohort_of, described, results, result, settings):
    cohort = cohort_of(**THREE_ARMS)
    figure = draw_flow(described(cohort), results(result(cohort), result(cohort, arm="stretch")), cohort, settings)
    words = words_on(figure)
    heads = [words.index(label) for label in ("Exercise", "Retro-walking", "Stretching")]
    assert heads == sorted(heads)
    assert "Randomised (n = 12)" in said(figure)


def test_who_lacks_a_value_without_having_withdrawn_is_told_apart(cohort_of, settings):
    cohort = cohort_of()
    people = people_of(cohort).assign(withdrawn_after="", withdrawal_reason="")
    values = values_of(cohort, people)
    lost = (values["participant"] == "retro0") & (values["visit"] == "week_4")
    pain = (values["participant"] == "retro1") & (values["visit"] == "week_4") & (values["outcome"] == "pain")
    table = describe_cohort(people, values[~lost & ~pain], cohort, 0.05)
    text = said(draw_flow(table, NOTHING, cohort, settings))
    assert (
        "With a value (n = 2) Without a value (n = 2): attended, not measured (1), lost to follow-up, no reason given (1)"
        in text
    )
    assert "No primary comparison was made." in text
    assert "Withdrew" not in text


@pytest.mark.parametrize("changes", [SINGLE_GROUP, COMPARISON])
def test_who_was_not_randomised_was_enrolled(changes, cohort_of, described, settings):
    cohort = cohort_of(**changes)
    figure = draw_flow(described(cohort), NOTHING, cohort, settings)
    words = f"{said(figure)} {flow_description(described(cohort), NOTHING, cohort)}".lower()
    assert "enrolled (n = 4)" in words
    assert "groups" in words
    assert "randomis" not in words
    assert "allocat" not in words


def test_a_model_that_uses_other_visits_says_how_many_it_has(cohort_of, described, results, result, settings):
    cohort = cohort_of()
    text = said(draw_flow(described(cohort), results(result(cohort, n=8)), cohort, settings))
    assert "The primary model also uses values from other visits and includes 8 participants." in text
    assert "other visits" not in said(draw_flow(described(cohort), results(result(cohort, n=7)), cohort, settings))


def test_adherence_is_told_where_it_is_known(cohort_of, settings):
    columns = {"sessions": {"attended": "came", "planned": "plan"}, "per_protocol": {"attended_at_least": 75}}
    cohort = cohort_of(**columns)
    people = people_of(cohort).assign(sessions_attended=[12.0, 10, 5, np.nan] * 2, sessions_planned=12.0)
    people["per_protocol"] = ["yes", "yes", "no", ""] * 2
    text = said(draw_flow(describe_cohort(people, values_of(cohort, people), cohort, 0.05), NOTHING, cohort, settings))
    assert text.count("Attended all sessions (n = 1 of 3) Treated per protocol (n = 2 of 3)") == 2
    assert "Receipt of treatment" not in text


def test_it_is_marked_and_names_nobody(cohort_of, described, settings):
    for provenance, marks in (("synthetic", 1), ("individual", 0)):
        cohort = cohort_of(provenance=provenance)
        figure = draw_flow(described(cohort), NOTHING, cohort, settings)
        assert said(figure).count("SYNTHETIC data, not evidence") == marks
        assert flow_description(described(cohort), NOTHING, cohort).count("SYNTHETIC") == marks
        assert not any(name in said(figure) for name in people_of(cohort)["participant"])


def test_the_description_says_the_counts(cohort_of, described, results, result):
    cohort = cohort_of()
    assert flow_description(described(cohort), results(result(cohort)), cohort) == (
        "Participant flow to the primary outcome, pain at week 4. Exercise: 4 randomised, 1 withdrew, 3 analysed with a value "
        "for the primary outcome; Retro-walking: 4 randomised, 0 withdrew, 4 analysed with a value for the primary outcome."
    )


@pytest.mark.parametrize(("preset", "width"), NARROW_AND_WIDE)
def test_words_fit_their_boxes_at_every_size(preset, width, cohort_of):
    settings = settings_of(preset, width)
    for changes in (HOSTILE, SINGLE_GROUP, {}):
        cohort = cohort_of(**changes)
        table = describe_cohort(*simulated(cohort, 5), cohort, 0.05)
        figure = draw_flow(table, NOTHING, cohort, settings)
        assert faults_of_figure(figure) + outside_boxes(figure) == []


def test_the_check_of_boxes_sees_a_text_that_is_too_long(cohort_of, described, settings):
    figure = draw_flow(described(cohort_of()), NOTHING, cohort_of(), settings)
    box = next(patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle))
    middle = box.get_center()
    figure.axes[0].text(*middle, "far too long for the box that it is in, by any measure" * 2, ha="center", fontsize=6)
    (found,) = outside_boxes(figure)
    assert found.startswith("far too long")


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        (["covariate"], "missing covariate (1)"),
        (["baseline"], "missing baseline (1)"),
        (["baseline", "covariate"], "missing baseline or covariate (1)"),
    ],
)
def test_who_has_a_value_and_is_not_analysed_lacks_what_the_result_says(
    lacking, words, cohort_of, described, results, result, settings
):
    cohort = cohort_of()
    told = [fact("incomplete_excluded", count=1, lacking=lacking)]
    figure = draw_flow(described(cohort), results(result(cohort, n_arm=3, caveats=told)), cohort, settings)
    assert f"Analysed with a value (n = 3) Not analysed (n = 1): {words}" in said(figure)
