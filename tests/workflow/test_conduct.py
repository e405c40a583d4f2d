"""Adverse events, sessions and per-protocol status, from the files to the tables and the report."""

import pandas as pd
import pytest
from tests.workflow.conftest import words_of

TABLES = ("adverse_events", "adherence")


@pytest.fixture
def conducted(small):
    """The results of the small trial with all of it."""
    return small / "results"


def test_what_was_given_is_in_the_tables_of_the_cohort(conducted):
    people = pd.read_csv(conducted / "cohorts/trial/participants.csv")
    assert people["per_protocol"].value_counts().to_dict() == {"yes": 10, "no": 2}
    assert people["sessions_attended"].sum() == 116
    events = pd.read_csv(conducted / "cohorts/trial/events.csv")
    assert events[["participant", "kind"]].to_numpy().tolist() == [
        *(["P01", "knee pain"], ["P01", "fall"], ["P07", "fall"], ["P08", "knee pain"])
    ]


@pytest.mark.parametrize("name", TABLES)
def test_both_tables_are_written_in_every_form(conducted, name):
    for ending in ("csv", "html", "tex", "docx"):
        assert (conducted / "cohorts/trial/tables" / f"{name}.{ending}").stat().st_size > 0


def test_the_report_says_it(conducted):
    words = words_of((conducted / "report.html").read_text())
    assert (
        "Retro-walking: 2 of 6 participants had an adverse event (3 events, 1 serious in 1 participant and 2 falls in 2 "
        "participants)."
    ) in words
    assert "Smith" not in words  # descriptions are printed nowhere


def test_no_description_leaves_the_table_of_events(conducted):
    held = [path.name for path in conducted.rglob("*") if path.is_file() and b"Smith" in path.read_bytes()]
    assert held == ["events.csv"]
