"""Tables and rows of the forests of the pooled results, real and synthetic apart."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from tests.unit.present import conftest

from retrowalk.facts import fact
from retrowalk.plan.trial import Covariate
from retrowalk.present.figures.forest import ForestRow
from retrowalk.present.figures.synthesis import forest_rows
from retrowalk.present.figures.write import write_synthesis_figures
from retrowalk.present.tables.study_sets import study_sets
from retrowalk.present.tables.write import write_synthesis_tables
from retrowalk.present.words.cited import plain
from retrowalk.vocabulary import SYNTHETIC_NOTE

PAIN = {"term": "pain", "reference_arm": "add-on", "arm": "backward_walking", "unit": "SD", "role": "as_published"}
PUBLISHED = PAIN | {"analysis": "published", "population": "low back pain", "outcome": "low_back_pain"}
KNOWN = {"estimate": 1.155, "ci_low": 0.382, "ci_high": 1.928, "n": 30, "method": fact("g_from_p")}
POOL = conftest.POOL | {"n": 62}


@pytest.fixture
def effects(results):
    return results(
        PUBLISHED | KNOWN | {"cohort": "ansari2020", "caveats": [fact("two_sided_p")]},
        PUBLISHED | KNOWN | {"cohort": "chen2021", "method": fact("g_from_means")},
        PUBLISHED | {"cohort": "raza2023", "reason": fact("p_bound")},
        PAIN | KNOWN | {"analysis": "ancova", "cohort": "krishnan2021", "outcome": "pain", "provenance": "synthetic"},
    )


@pytest.fixture
def pooled(results):
    return results(
        POOL
        | {
            "term": "pooled",
            "estimate": 1.0,
            "ci_low": 0.5,
            "ci_high": 1.5,
            "caveats": [fact("few_studies", studies=2)],
        },
        POOL | {"term": "i2", "estimate": 12.3, "unit": "%"},
        POOL | {"term": "studies", "estimate": 2, "method": fact("number_of_studies")},
        POOL
        | {
            "cohort": "synthetic",
            "term": "pooled",
            "provenance": "synthetic",
            "reason": fact("one_study"),
            "n": None,
        },
        POOL | {"cohort": "synthetic", "term": "studies", "estimate": 1, "method": fact("number_of_studies")},
    )


@pytest.fixture
def sets(effects, pooled):
    return study_sets(effects, pooled)


@pytest.fixture
def tables(sets):
    return {table.name: table for study_set in sets for table in study_set.tables(0.05)}


def test_real_and_synthetic_results_never_share_a_set(sets):
    assert [(each.name, each.title, each.mark) for each in sets] == [
        ("published", "Published trials", ""),
        ("synthetic", "Synthetic cohorts", SYNTHETIC_NOTE),
    ]
    assert set(sets[0].effects["cohort"]) == {"ansari2020", "chen2021", "raza2023"}
    assert set(sets[1].effects["cohort"]) == {"krishnan2021"}


def test_trials_of_ones_own_are_not_called_published(results):
    own = PAIN | KNOWN | {"analysis": "ancova", "cohort": "new2023", "outcome": "pain"}
    assert study_sets(results(PUBLISHED | KNOWN | {"cohort": "chen2021"}, own), results())[0].title == "Trials"


def test_a_set_without_studies_is_left_out(results):
    assert [each.name for each in study_sets(results(PUBLISHED | KNOWN | {"cohort": "chen2021"}), results())] == [
        "published"
    ]


def test_the_tables_and_only_those_with_rows(tables):
    assert list(tables) == [
        "published_effects",
        "published_pooled",
        "published_not_pooled",
        "synthetic_effects",
        "synthetic_pooled",
    ]


def test_every_cell_of_the_table_of_effects(tables):
    table = tables["published_effects"]
    assert list(table.frame) == [
        "Study",
        "Outcome",
        "Condition",
        "Comparator",
        "n",
        "Hedges g (95% CI)",
        "Calculated from",
    ]
    about = ["low back pain", "low back pain", "add-on", "30", "1.16 (0.38 to 1.93)"]
    assert table.frame.to_numpy().tolist() == [
        ["ansari2020", *about, "p value of the comparison after treatment"],
        ["chen2021", *about, "means and SDs after treatment"],
    ]
    variance = "variance 1/n1 + 1/n2 + g^2 / (2 (n1 + n2)); interval from the normal distribution."
    assert tuple(map(plain, table.notes)) == (
        "Positive values of g favour backward walking.",
        "n, participants of the two arms as the article reports them.",
        "p value of the comparison after treatment; t with n1 + n2 - 2 degrees of freedom, d = t sqrt(1/n1 + 1/n2); g = J d (exact "
        f"J); {variance}",
        f"Means and SDs after treatment; d = difference / pooled SD; g = J d (exact J); {variance}",
        "ansari2020, low back pain: the p value is assumed to be two-sided and from a t test with equal variances.",
    )


def test_the_notes_say_what_n_counts(tables):
    own = "n, participants of the two arms with a value at the visit."
    assert tables["synthetic_effects"].notes[1] == own
    pooled = "n, participants of the pooled studies, counted as in the table of effect sizes."
    assert tables["published_pooled"].notes[1] == tables["synthetic_pooled"].notes[1] == pooled


def test_what_cannot_be_pooled_has_its_reason(tables):
    (row,) = tables["published_not_pooled"].frame.to_numpy().tolist()
    why = 'the article reports only a bound for the p value (such as "P < 0.001"), which does not determine the size of the difference'
    assert [*map(plain, row)] == ["raza2023", "low back pain", "low back pain", "add-on", why]


def test_every_cell_of_the_table_of_pools(tables):
    table = tables["published_pooled"]
    assert table.frame.iloc[0].to_dict() == {
        "Domain": "Pain",
        "Comparator": "add-on",
        "Condition": "all conditions",
        "Studies": "2",
        "n": "62",
        "Pooled g (95% CI)": "1.00 (0.50 to 1.50)",
        "I2 (%)": "12",
        "95% prediction interval": "-",
    }
    assert (
        table.notes[-1]
        == "Pain, add-on, all conditions: the between-study variance is estimated very imprecisely from 2 studies."
    )


def test_one_study_is_shown_and_not_pooled(tables):
    table = tables["synthetic_pooled"]
    assert table.frame.iloc[0].to_list()[3:] == ["1", "-", "-", "-", "-"]
    assert table.title == "SYNTHETIC data, not evidence. Synthetic cohorts: pooled results"
    assert table.notes[-1] == "Pain, add-on, all conditions: one study, shown but not pooled."


def test_the_forest_has_a_heading_the_studies_and_their_pool(sets):
    assert [(row.label, row.text, row.kind) for row in forest_rows(sets[0])] == [
        ("Pain, add-on", "", "heading"),
        ("ansari2020: low back pain (n = 30)", "1.16 (0.38 to 1.93)", "study"),
        ("chen2021: low back pain (n = 30)", "1.16 (0.38 to 1.93)", "study"),
        ("pooled (n = 62)", "1.00 (0.50 to 1.50)", "pooled"),
        ("I\u00b2 = 12%", "", "spread"),
    ]


def test_below_a_pool_stand_its_spread_and_its_own_prediction_interval(effects, pooled, results):
    osteoarthritis = POOL | {"population": "knee osteoarthritis"}
    more = results(
        POOL | {"term": "tau2", "estimate": 0.123, "unit": "SD^2"},
        POOL | {"term": "prediction", "ci_low": -0.317, "ci_high": 2.3, "unit": "SD"},
        osteoarthritis | {"term": "pooled", "estimate": 0.5, "ci_low": 0.1, "ci_high": 0.9},
        osteoarthritis | {"term": "i2", "estimate": 50, "unit": "%"},
        osteoarthritis | {"term": "tau2", "estimate": 0.04, "unit": "SD^2"},
    )
    rows = forest_rows(study_sets(effects, pd.concat([pooled, more], ignore_index=True))[0])
    first, second = [row for row in rows if row.kind == "spread"]
    assert (first.label, first.text) == ("I\u00b2 = 12%, \u03c4\u00b2 = 0.12, prediction interval", "-0.32 to 2.30")
    assert (first.low, first.high) == (-0.317, 2.3)
    assert math.isnan(first.value)
    assert (second.label, second.text) == ("I\u00b2 = 50%, \u03c4\u00b2 = 0.04", "")
    assert math.isnan(second.low)


def test_an_outcome_that_is_not_in_the_pool_is_marked(pooled, results):
    """A study enters a domain once; where nothing is pooled there is nothing to be left out of."""
    twice = [
        PUBLISHED | KNOWN | {"cohort": "ansari2020"},
        PUBLISHED | KNOWN | {"cohort": "ansari2020", "outcome": "knee_pain"},
    ]
    rows = forest_rows(study_sets(results(*twice), pooled)[0])
    assert [(row.label, row.kind) for row in rows[1:3]] == [
        ("ansari2020: low back pain (n = 30)", "study"),
        ("ansari2020: knee pain (n = 30, not pooled)", "apart"),
    ]
    alone = forest_rows(study_sets(results(*twice), results())[0])
    assert [row.kind for row in alone] == ["heading", "study", "study"]


def test_a_trial_of_ones_own_is_marked_in_the_forest(results):
    own = PAIN | KNOWN | {"analysis": "ancova", "cohort": "new2023", "outcome": "pain"}
    rows = forest_rows(study_sets(results(PUBLISHED | KNOWN | {"cohort": "chen2021"}, own), results())[0])
    assert [row.label for row in rows[1:]] == [
        "chen2021: low back pain (n = 30)",
        "new2023: pain (n = 30, participant data)",
    ]


def test_the_forest_shows_no_pool_of_one_study(sets):
    rows = forest_rows(sets[1])
    assert [row.kind for row in rows] == ["heading", "study"]
    assert isinstance(rows[0], ForestRow)


def test_each_set_has_its_files_and_only_the_synthetic_ones_are_marked(effects, pooled, settings, tmp_path):
    write_synthesis_figures(effects, pooled, settings, 0.05, tmp_path / "figures")
    write_synthesis_tables(effects, pooled, 0.05, tmp_path / "tables")
    assert len(list((tmp_path / "figures").iterdir())) == 2 * 3
    assert len(list((tmp_path / "tables").iterdir())) == 5 * 4
    marks = dict.fromkeys(tmp_path.glob("figures/*.svg"), f">{SYNTHETIC_NOTE}</text>")
    marks |= dict.fromkeys(tmp_path.glob("tables/*.html"), f">{SYNTHETIC_NOTE}.")
    for path, mark in marks.items():
        assert (mark in path.read_text()) == path.name.startswith("synthetic"), path.name


def test_the_notes_of_a_cohort_of_the_plan_have_its_labels(cohort_of, results):
    arms = [replace(arm, label=f"Label of {arm.name}") for arm in cohort_of().arms]
    cohort = replace(cohort_of(), arms=tuple(arms), covariates=(Covariate("kl_grade2", "KL grade 2"),))
    about = PAIN | {"analysis": "ancova", "cohort": cohort.name, "outcome": "pain"}
    once = fact("enters_once", study=cohort.name, domain="pain", outcome="pain", arm="retro")
    said = [fact("at_lowest", arm="retro", count=4, n=8), fact("not_pooled", reason=once)]
    made = fact("g_of_comparison", comparison=fact("ancova", covariates=["kl_grade2"]))
    known = about | KNOWN | {"method": made, "caveats": said}
    effects = results(known, known | {"visit": "week_8", "estimate": None, "method": None, "reason": fact("one_study")})
    left = [fact("left_out", study=cohort.name, outcome="pain", reason=once)]
    pooled = results(*(POOL | {"term": term, "caveats": left} for term in ("pooled", "i2", "studies")))
    (real,) = study_sets(effects, pooled, [cohort])
    effect, pool, unusable = real.tables(0.05)
    notes = plain(" ".join(effect.notes))
    assert "baseline, arm and KL grade 2 (" in notes
    assert "4 of 8 participants in Label of retro had the lowest value" in notes
    assert "only pain in the arm Label of retro of trial is included" in notes
    assert "in the arm Label of retro of trial is included" in plain(" ".join(pool.notes))
    assert "participants in Label of retro had" in plain(unusable.frame.iloc[0]["Reason"])
    assert effect.source["caveats"].str.contains("Label of retro").all()


def test_a_paper_that_has_the_name_of_a_cohort_is_not_taken_for_it(cohort_of, results):
    cohort = cohort_of()
    once = fact("enters_once", study=cohort.name, domain="pain", outcome="pain", arm="backward_walking")
    effects = results(PUBLISHED | KNOWN | {"cohort": cohort.name, "caveats": [fact("not_pooled", reason=once)]})
    (real,) = study_sets(effects, results(), [cohort])
    assert "only pain in the arm backward walking of trial" in plain(" ".join(real.tables(0.05)[0].notes))
