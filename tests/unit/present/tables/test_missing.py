"""The tables of missing values and of their patterns, cell by cell."""

import pandas as pd
import pytest
from tests.unit.present.conftest import SINGLE_GROUP, people_of, values_of

from retrowalk.describe import describe_cohort
from retrowalk.present.tables.files.write import write_table
from retrowalk.present.tables.missing import (
    NONE_MISSING,
    WHY,
    lacking,
    missing_table,
    missing_tables,
    pattern_counts,
    pattern_table,
)

VISITS = [{"name": f"week_{week}", "week": week, "label": f"Week {week}"} for week in (0, 4, 8)]
KNEE = "knee pain"


def cells(table) -> list[list[str]]:
    return table.frame.to_numpy().tolist()


def without(values: pd.DataFrame, *places: str) -> pd.DataFrame:
    """Measurements without some: "participant visit outcome", or "participant visit" for all outcomes."""
    columns = ["participant", "visit", "outcome"]
    gone = pd.Series(False, index=values.index)
    for words in map(str.split, places):
        gone |= (values[columns[: len(words)]] == words).all(axis=1)
    return values[~gone]


@pytest.fixture
def trial(cohort_of):
    """A cohort of three visits and its descriptives; of pain and KOOS several values are missing for several reasons."""

    def build(**changes):
        cohort = cohort_of(visits=VISITS, **changes)
        people = people_of(cohort).assign(withdrawn_after="", withdrawal_reason="")
        left = ["control2", "control3", "retro3"]
        people.loc[people["participant"].isin(left), "withdrawn_after"] = "week_0"
        people.loc[people["participant"].isin(left[:2]), "withdrawal_reason"] = KNEE
        values = values_of(cohort, people)
        values = without(values, "retro0 week_4", "retro1 week_8 pain", "control0 week_8")
        return cohort, describe_cohort(people, values, cohort, 0.05)

    return build


@pytest.fixture
def complete(cohort_of):
    """A cohort that lacks nothing, and its descriptives."""

    def build(**changes):
        cohort = cohort_of(**changes)
        people = people_of(cohort).assign(withdrawn_after="", withdrawal_reason="")
        return cohort, describe_cohort(people, values_of(cohort, people), cohort, 0.05)

    return build


def test_every_cell_of_the_table_of_missing_values(trial):
    cohort, described = trial()
    table = missing_table(described, cohort)
    assert list(table.frame) == ["Outcome", "Visit", "Arm", "Randomised", "With data", "Missing, n (%)", "Reasons (n)"]
    assert cells(table) == [
        ["Pain", "Week 4", "Retro-walking", "4", "2", "2 (50%)", "visit missed, came back later (1); withdrew, no reason given (1)"],
        ["Pain", "Week 4", "Exercise", "4", "2", "2 (50%)", "knee pain (2)"],
        ["Pain", "Week 8", "Retro-walking", "4", "2", "2 (50%)", "attended, not measured (1); withdrew, no reason given (1)"],
        ["Pain", "Week 8", "Exercise", "4", "1", "3 (75%)", "knee pain (2); lost, no reason given (1)"],
        ["KOOS symptoms", "Week 4", "Retro-walking", "4", "2", "2 (50%)", "visit missed, came back later (1); withdrew, no reason given (1)"],
        ["KOOS symptoms", "Week 4", "Exercise", "4", "2", "2 (50%)", "knee pain (2)"],
        ["KOOS symptoms", "Week 8", "Retro-walking", "4", "3", "1 (25%)", "withdrew, no reason given (1)"],
        ["KOOS symptoms", "Week 8", "Exercise", "4", "1", "3 (75%)", "knee pain (2); lost, no reason given (1)"],
    ]  # fmt: skip
    assert table.notes[0] == "Visits that are not listed have no missing values."


def test_the_notes_speak_of_what_is_not_listed_where_anything_is_not(trial):
    cohort, described = trial()
    assert not any("not listed" in note for note in pattern_table(described, cohort).notes)
    missing = (described["analysis"] == "missing") & (described["term"] == "missing")
    everywhere = described.copy()
    everywhere.loc[missing, "estimate"] = 1
    assert missing_table(everywhere, cohort).notes == (WHY,)
    of_koos = missing & (described["outcome"] == "koos")
    described.loc[of_koos, "estimate"] = 0
    assert (
        missing_table(described, cohort).notes[0] == "Outcomes and visits that are not listed have no missing values."
    )
    assert pattern_table(described, cohort).notes[-1] == "Outcomes that are not listed have no missing values."


def test_an_arm_that_lacks_nothing_where_another_does_has_its_row(cohort_of, described):
    cohort = cohort_of()
    rows = cells(missing_table(described(cohort), cohort))
    assert rows[0] == ["Pain", "Week 4", "Retro-walking", "4", "4", "0 (0%)", ""]
    assert rows[1] == ["Pain", "Week 4", "Exercise", "4", "3", "1 (25%)", "moved away (1)"]


def test_what_the_table_shows_adds_up(trial):
    cohort, described = trial()
    for row in missing_table(described, cohort).frame.itertuples(index=False):
        count = int(row[5].split()[0])
        assert int(row[4]) + count == int(row[3])
        assert sum(int(part.rpartition("(")[2].rstrip(")")) for part in row[6].split("; ")) == count


def test_every_cell_of_the_table_of_patterns(trial):
    cohort, described = trial()
    table = pattern_table(described, cohort)
    assert list(table.frame) == ["Outcome", "Pattern", "Kind", "Retro-walking, n", "Exercise, n"]
    assert cells(table) == [
        ["Pain", "XXX", "complete", "1", "1"],
        ["Pain", "XX.", "monotone", "1", "1"],
        ["Pain", "X..", "monotone", "1", "2"],
        ["Pain", "X.X", "intermittent", "1", "0"],
        ["KOOS symptoms", "XXX", "complete", "2", "1"],
        ["KOOS symptoms", "XX.", "monotone", "0", "1"],
        ["KOOS symptoms", "X..", "monotone", "1", "2"],
        ["KOOS symptoms", "X.X", "intermittent", "1", "0"],
    ]
    assert (
        table.notes[0]
        == 'Each pattern has one symbol per visit (week 0, week 4 and week 8): "X" measured, "." missing.'
    )


def test_patterns_with_visits_at_which_nothing_was_planned_say_what_their_sign_means(trial):
    cohort, described = trial()
    is_pattern = described["analysis"] == "missing_pattern"
    described.loc[is_pattern, "term"] = described.loc[is_pattern, "term"].str.replace(".X", "-X", regex=False)
    assert pattern_table(described, cohort).notes[0].endswith('"." missing, "-" not planned.')


def test_the_counts_of_each_pattern_add_up_to_the_arm(trial):
    cohort, described = trial()
    for outcome in cohort.outcomes:
        assert pattern_counts(described, cohort, outcome).sum().to_dict() == {"retro": 4, "control": 4}


def test_an_outcome_that_lacks_nothing_has_no_row(trial):
    cohort, described = trial()
    koos = (described["outcome"] == "koos") & (described["analysis"] == "missing") & (described["term"] == "missing")
    described.loc[koos, "estimate"] = 0
    assert [outcome.name for outcome in lacking(described, cohort)] == ["pain"]
    for table in missing_tables(described, cohort):
        assert set(table.frame["Outcome"]) == {"Pain"}


@pytest.mark.parametrize("changes", [{}, {"provenance": "synthetic"}, SINGLE_GROUP])
def test_a_cohort_that_lacks_nothing_says_so_in_one_line(complete, tmp_path, changes):
    cohort, described = complete(**changes)
    (table,) = missing_tables(described, cohort)
    assert (table.name, cells(table)) == ("missing_data", [[NONE_MISSING]])
    assert table.title.startswith("SYNTHETIC") == cohort.synthetic
    assert len(table.source)
    write_table(table, tmp_path)
    assert (tmp_path / "missing_data.html").read_text().count(NONE_MISSING) == 1
    assert (tmp_path / "missing_data.docx").stat().st_size > 0


def test_without_randomisation_people_are_enrolled(cohort_of, described):
    cohort = cohort_of(**SINGLE_GROUP)
    assert list(missing_table(described(cohort), cohort).frame)[3] == "Enrolled"


def test_tables_of_a_synthetic_cohort_are_marked(trial):
    cohort, described = trial(provenance="synthetic")
    for table in missing_tables(described, cohort):
        assert table.title.startswith("SYNTHETIC data, not evidence. ")
