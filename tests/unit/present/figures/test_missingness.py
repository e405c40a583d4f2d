"""The figure of what is missing: what it shows, that it fits, and that nobody can be recognised in it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from tests.unit.present.conftest import ARMS, SINGLE_GROUP, THREE_ARMS
from tests.unit.present.figures.figure_checks import faults_of_layout, words_on
from tests.unit.present.figures.test_figures import LONG, MARK

from retrowalk import estimates
from retrowalk.describe import describe_cohort
from retrowalk.describe.missing import missing_rows, pattern_rows
from retrowalk.plan.trial import Cohort, Visit
from retrowalk.present.figures.missingness import MEASURED_LOOK, draw_missingness, legend, missingness_description
from retrowalk.present.figures.style import ARM_LOOKS, CONTROL_LOOK, FigureSettings
from retrowalk.present.figures.subject import Subject
from retrowalk.present.tables.missing import lacking, pattern_counts

LABELS = (
    "Pain",
    "Disability",
    "Trunk flexion range",
    "Global rating of the change of low back pain on a visual analogue scale",
    "Dynamic balance",
    "Timed Up and Go",
    "KOOS symptoms",
    "Quality of life",
    "Stride length",
    "Velocity",
)
WEEKS = (0, 3, 6, 12, 26, 39, 52, 104)


def made_up(
    cohort: Cohort, outcomes: int, visits: int, size: int = 40, missing: float = 0.15
) -> tuple[Cohort, pd.DataFrame]:
    """A cohort of any size with much missing, and its descriptives."""
    random = np.random.default_rng(1)
    one = cohort.primary_outcome
    cohort = replace(
        cohort,
        covariates=(),
        visits=tuple(Visit(f"week_{week}", week, f"Week {week}") for week in WEEKS[:visits]),
        outcomes=tuple(replace(one, name=f"outcome_{i}", label=LABELS[i], primary=i == 0) for i in range(outcomes)),
    )
    people = pd.DataFrame(
        [(f"{arm.name}-{i}", arm.name) for arm in cohort.arms for i in range(size)], columns=["participant", "arm"]
    ).assign(cohort=cohort.name, withdrawn_after="", withdrawal_reason="")
    last = dict(zip(people["participant"], random.geometric(missing, len(people)), strict=True))
    values = pd.DataFrame(
        [
            (cohort.name, person, visit.name, outcome.name, 1.0)
            for person in people["participant"]
            for place, visit in enumerate(cohort.visits)
            for outcome in cohort.outcomes
            if place < last[person] and random.random() > missing / 3
        ],
        columns=["cohort", "participant", "visit", "outcome", "value"],
    )
    rows = [*missing_rows(people, values, cohort), *pattern_rows(people, values, cohort)]
    common = {"cohort": cohort.name, "provenance": cohort.provenance, "population": cohort.population}
    return cohort, estimates.tabulate({**common, "role": "descriptive", **row} for row in rows)


def panels_of(figure):
    return [axes for axes in figure.axes if axes.get_title(loc="left")]


def drawn_rows(axes) -> list[tuple[str, tuple[str, ...]]]:
    """Each row of a panel: its pattern as drawn (a missing visit is white), and its counts."""
    cells = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    rows = {}
    for cell in sorted(cells, key=lambda cell: cell.get_x()):
        dark = to_hex(cell.get_facecolor()) == MEASURED_LOOK["facecolor"]
        rows.setdefault(round(cell.get_y() + 0.3), []).append("X" if dark else ".")
    found = []
    for row, signs in sorted(rows.items()):
        texts = [text for text in axes.texts if text.get_position()[1] == row and text.get_text().isdigit()]
        texts.sort(key=lambda text: text.get_position()[0])
        found.append(("".join(signs), tuple(text.get_text() for text in texts)))
    return found


@pytest.mark.parametrize("arms", [ARMS, THREE_ARMS["arms"], LONG])
@pytest.mark.parametrize(("outcomes", "visits"), [(1, 2), (2, 3), (6, 5), (10, 8), (10, 2), (3, 8)])
def test_any_number_of_outcomes_visits_and_arms_fits_the_page(cohort_of, arms, outcomes, visits):
    cohort, described = made_up(cohort_of(arms=arms, provenance="synthetic"), outcomes, visits)
    figure = draw_missingness(described, cohort, FigureSettings(140, 80))
    assert faults_of_layout(figure) == []
    assert figure.get_size_inches()[1] * 25.4 <= FigureSettings(140, 80).highest_mm + 1
    assert len(panels_of(figure)) == len(lacking(described, cohort))


@pytest.mark.parametrize(("outcomes", "visits"), [(1, 2), (2, 3), (6, 5), (3, 8)])
def test_it_fits_a_column(cohort_of, outcomes, visits):
    cohort, described = made_up(cohort_of(**THREE_ARMS), outcomes, visits)
    assert faults_of_layout(draw_missingness(described, cohort, FigureSettings(85, 80))) == []


def test_rows_and_counts_are_those_of_the_table(cohort_of, settings):
    cohort, described = made_up(cohort_of(), 2, 3)
    order = ["control", "retro"]
    for axes, outcome in zip(panels_of(draw_missingness(described, cohort, settings)), cohort.outcomes, strict=True):
        table = pattern_counts(described, cohort, outcome)[order]
        assert axes.get_title(loc="left") == outcome.label
        assert drawn_rows(axes) == [(pattern, tuple(map(str, counts))) for pattern, counts in table.iterrows()]


def test_the_rarer_patterns_of_many_are_counted_together(cohort_of, settings):
    cohort, described = made_up(cohort_of(), 6, 8)
    axes = panels_of(draw_missingness(described, cohort, settings))[0]
    table = pattern_counts(described, cohort, cohort.primary_outcome)[["control", "retro"]]
    rows = drawn_rows(axes)
    (others,) = [text for text in axes.texts if text.get_text().endswith(" others")]
    assert int(others.get_text().split()[0]) == len(table) - len(rows)
    least = table.loc[[pattern for pattern, _ in rows]].sum(axis=1).min()
    assert least >= table.drop([pattern for pattern, _ in rows]).sum(axis=1).max()
    last = [text for text in axes.texts if text.get_position()[1] == others.get_position()[1] and text is not others]
    shown = [int(text.get_text()) for text in sorted(last, key=lambda text: text.get_position()[0])]
    assert (table.loc[[pattern for pattern, _ in rows]].sum() + shown).to_list() == [40, 40]


def test_each_kind_is_named_once(cohort_of, settings):
    cohort, described = made_up(cohort_of(), 1, 3)
    (axes,) = panels_of(draw_missingness(described, cohort, settings))
    words = [text.get_text() for text in axes.texts if text.get_text().isalpha()]
    assert words == ["week", "complete", "monotone", "intermittent"]


def test_arms_look_as_in_other_figures(cohort_of, settings):
    cohort, described = made_up(cohort_of(**THREE_ARMS), 1, 3)
    (axes,) = panels_of(draw_missingness(described, cohort, settings))
    looks = [CONTROL_LOOK, ARM_LOOKS[0], ARM_LOOKS[1]]
    heads = sorted(axes.lines, key=lambda line: line.get_xdata()[0])
    assert [(line.get_color(), line.get_marker()) for line in heads] == [
        (each["color"], each["marker"]) for each in looks
    ]
    single, described = made_up(cohort_of(**SINGLE_GROUP), 1, 3)
    (axes,) = panels_of(draw_missingness(described, single, settings))
    assert [line.get_color() for line in axes.lines] == [ARM_LOOKS[0]["color"]]


def test_in_grey_print_measured_and_missing_are_far_apart(cohort_of, settings):
    cohort, described = made_up(cohort_of(), 1, 3)
    (axes,) = panels_of(draw_missingness(described, cohort, settings))
    greys = {round(float(np.dot(patch.get_facecolor()[:3], (0.299, 0.587, 0.114))), 2) for patch in axes.patches}
    assert len(greys) == 2
    assert max(greys) - min(greys) > 0.6


def test_an_outcome_that_lacks_nothing_is_named_and_has_no_panel(cohort_of, settings):
    cohort, described = made_up(cohort_of(), 2, 3)
    complete = (described["outcome"] == "outcome_1") & (described["term"] == "missing")
    described.loc[complete, "estimate"] = 0
    figure = draw_missingness(described, cohort, settings)
    assert [axes.get_title(loc="left") for axes in panels_of(figure)] == ["Pain"]
    assert any("No missing values: disability." in text.replace("\n", " ") for text in words_on(figure))
    assert "disability" not in missingness_description(described, cohort)


def test_a_visit_at_which_nothing_was_planned_stays_free(cohort_of, settings):
    cohort, _ = made_up(cohort_of(), 1, 3)
    planned = replace(cohort.primary_outcome, visits=("week_0", "week_6"))
    cohort = replace(cohort, outcomes=(planned,))
    people = pd.DataFrame({"participant": ["P1", "P2"], "arm": ["retro", "control"]})
    people = people.assign(cohort="trial", withdrawn_after="", withdrawal_reason="")
    rows = [("trial", "P1", "week_0", "outcome_0", 1.0), ("trial", "P1", "week_6", "outcome_0", 1.0)]
    values = pd.DataFrame(rows, columns=["cohort", "participant", "visit", "outcome", "value"])
    figure = draw_missingness(describe_cohort(people, values, cohort, 0.05), cohort, settings)
    (axes,) = panels_of(figure)
    assert drawn_rows(axes) == [("XX", ("0", "1")), ("..", ("1", "0"))]
    assert any("Blank: not planned." in text for text in words_on(figure))


def test_nobody_is_named_in_it(cohort_of, settings):
    cohort, described = made_up(cohort_of(), 2, 4)
    shown = " ".join(text for text in words_on(draw_missingness(described, cohort, settings)))
    assert "retro-" not in shown
    assert "control-" not in shown


@pytest.mark.parametrize("provenance", ["individual", "synthetic"])
def test_the_description_says_what_it_shows(cohort_of, settings, provenance):
    cohort, described = made_up(cohort_of(provenance=provenance), 2, 3)
    words = (
        "Patterns of measured and missing values of pain and disability at week 0, week 3 and week 6, with the number of "
        "participants in Exercise and Retro-walking."
    )
    mark = f"{MARK}. " if provenance == "synthetic" else ""
    assert missingness_description(described, cohort) == f"{mark}{words}"
    drawn = words_on(draw_missingness(described, cohort, settings))
    assert drawn.count(MARK) == (provenance == "synthetic")


def test_the_legend_speaks_of_values_not_of_visits(cohort_of):
    """Who attended a visit may lack the value of one outcome."""
    cohort = cohort_of()
    text = legend(Subject(cohort, cohort.primary_outcome, None, None, 0.05))
    assert text.startswith("Patterns of measured and missing values, for each outcome with missing values:")
