"""The band of the important change of one participant in the trajectories: where the instrument has one, and there alone."""

import json

import pytest
from tests.unit.present.conftest import simulated
from tests.unit.present.figures.figure_checks import words_on
from tests.unit.trials import INSTRUMENTS, TRIAL

from retrowalk.describe import describe_cohort
from retrowalk.plan.paths import COHORTS
from retrowalk.plan.read import load_cohort
from retrowalk.present.figures.trajectories import draw_trajectories
from retrowalk.present.words.sentences import trajectory_description

IMPORTANT = {"condition": "low back pain", "value": 15, "source": "Ostelo 2008"}


@pytest.fixture
def drawn(cohort_of, settings):
    """The trajectory figure of pain, its cohort and its descriptives, with keys of the instrument replaced."""

    def draw(important=(IMPORTANT,), **changes):
        cohort_of()
        instruments = INSTRUMENTS | {"vas": INSTRUMENTS["vas"] | {"important_change": list(important)} | changes}
        (COHORTS / "trial.yaml").write_text(json.dumps(TRIAL))
        cohort = load_cohort("trial", instruments)
        people, values = simulated(cohort)
        described = describe_cohort(people, values, cohort, 0.05)
        outcome = cohort.primary_outcome
        return draw_trajectories(people, values, described, cohort, outcome, settings, 0.05), cohort, described

    return draw


@pytest.mark.parametrize(("better", "sign"), [("lower", -1), ("higher", 1)])
def test_the_band_goes_from_the_arms_mean_at_baseline_to_the_better_side(better, sign, drawn):
    figure, _, described = drawn(better=better)
    means = described.query(
        "analysis == 'observed_mean' and term == 'mean' and visit == 'baseline' and outcome == 'pain'"
    )
    means = means.set_index("arm")["estimate"]
    for axes, arm in zip(figure.axes, ("control", "retro"), strict=True):
        (band,) = axes.patches
        assert sorted(band.get_bbox().intervaly) == pytest.approx(sorted([means[arm], means[arm] + sign * 15]))


def test_the_key_and_the_description_name_value_unit_and_source(drawn):
    figure, cohort, _ = drawn()
    told = "the minimal important change for one participant, 15 mm (Ostelo 2008)"
    assert told in " ".join(words_on(figure)).replace("\u00a0", " ").replace("\n", " ")
    assert told in trajectory_description(cohort, cohort.primary_outcome)


@pytest.mark.parametrize(
    ("important", "changes"),
    [((), {}), ((IMPORTANT | {"condition": "knee osteoarthritis"},), {}), ((IMPORTANT,), {"better": "neither"})],
)
def test_there_is_no_band_without_one_for_the_condition_or_without_a_direction(important, changes, drawn):
    figure, cohort, _ = drawn(important, **changes)
    assert [list(axes.patches) for axes in figure.axes] == [[], []]
    assert "important" not in " ".join(words_on(figure)) + trajectory_description(cohort, cohort.primary_outcome)


def test_a_smallest_worthwhile_effect_is_no_important_change(cohort_of, outcome_with, settings):
    cohort = cohort_of(**outcome_with(smallest_worthwhile_effect=7, source="Smith 2015"))
    people, values = simulated(cohort)
    described = describe_cohort(people, values, cohort, 0.05)
    figure = draw_trajectories(people, values, described, cohort, cohort.primary_outcome, settings, 0.05)
    assert [list(axes.patches) for axes in figure.axes] == [[], []]
