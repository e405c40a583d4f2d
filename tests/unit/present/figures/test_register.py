"""The register of figures: one row a figure, in the order of a manuscript, and nothing else that lists them."""

from pathlib import Path

import pytest
from tests.unit.present.conftest import SINGLE_GROUP
from tests.unit.present.manuscript.manuscripts import run_of, write

from retrowalk.present.figures.register import FIGURES, OUTCOME, SET, Place, drawn_with, figures_of, guide_to_figures
from retrowalk.present.figures.subject import Subject
from retrowalk.present.record.run import SOFTWARE

PACKAGE = Path(__file__).parents[4] / "workflow" / "lib" / "retrowalk"


def names(cohort) -> list[str]:
    """The file names of the figures that a cohort may have, in the order of the register."""
    subjects = [(figure, Subject(cohort, outcome, None, None, 0.05)) for figure, outcome in figures_of(cohort)]
    return [figure.file_name(subject) for figure, subject in subjects]


def test_the_flow_of_participants_comes_first_then_the_primary_outcome_and_checks_last(cohort_of):
    found = names(cohort_of())
    order = ["participant_flow", "estimation", "trajectory_pain", "change_pain", "trajectory_koos", "differences"]
    order += ["missingness", "residuals_pain", "sensitivity"]
    assert [name for name in found if name in order] == order


@pytest.mark.parametrize("changes", [{}, SINGLE_GROUP])
def test_no_two_figures_have_one_file(cohort_of, changes):
    found = names(cohort_of(**changes))
    assert len(set(found)) == len(found)


def test_a_figure_of_each_outcome_has_the_outcome_in_its_name_and_that_of_a_set_the_set():
    for figure in FIGURES:
        assert (SET in figure.name) == (figure.place is Place.SYNTHESIS)
        if figure.place is Place.OUTCOME:
            assert OUTCOME in figure.name


def test_the_guide_has_a_line_for_each_figure():
    assert [line.split(" | ")[0].removeprefix("| ") for line in guide_to_figures().splitlines()] == [
        figure.name for figure in FIGURES
    ]


def test_the_versions_of_what_draws_are_recorded():
    assert set(drawn_with()) <= set(SOFTWARE)


def test_no_other_room_knows_the_module_of_a_figure():
    """Report, manuscript and record ask the register, so that a new figure is a module and a row."""
    modules = {figure.draw.__module__ for figure in FIGURES}
    for path in (PACKAGE / "present").rglob("*.py"):
        if path.parent.name != "figures":
            text = path.read_text(encoding="utf-8")
            assert not [module for module in modules if f"{module} import" in text], path


def test_every_drawn_figure_of_a_cohort_has_a_legend_in_the_manuscript(cohort_of, tmp_path):
    cohort = cohort_of()
    figures = tuple(names(cohort))
    made = write(run_of(cohort, tmp_path, figures=figures), tmp_path)
    legends = [each.text for each in made.document.paragraphs if each.style.name == "Figure legend"]
    assert len(legends) == len(figures)
