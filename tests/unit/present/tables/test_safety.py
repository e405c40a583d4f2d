"""Adverse events and attendance as a reader sees them; what was not given is said, not passed over."""

import pandas as pd
import pytest
from tests.unit.present.conftest import SINGLE_GROUP, modelled, people_of, values_of

from retrowalk.describe import describe_cohort
from retrowalk.present.tables.cohort import cohort_tables
from retrowalk.present.tables.safety import adherence_table, adverse_events_table
from retrowalk.present.words.safety import (
    FALLS_NOT_NAMED,
    NO_EVENTS_GIVEN,
    NO_SESSIONS_GIVEN,
    RISK_OF_FALLS,
    safety_sentences,
)
from retrowalk.vocabulary import EVENT_COLUMNS

SAID = {"file": "events.csv", "kind": "what", "serious": {"column": "sae", "yes": "1"}, "falls": ["fall"]}
GIVEN = {
    "events": SAID,
    "sessions": {"attended": "done", "planned": 8},
    "per_protocol": {"attended_at_least": 75},
}
EVENTS = [("retro0", 1.0, "knee pain", "no"), ("retro0", 2.0, "fall", "yes"), ("retro1", 3.0, "knee pain", "")]


@pytest.fixture
def made(cohort_of, tmp_path):
    """A cohort and its descriptives: four an arm, all but one of whom came to sessions, three events in one arm."""
    (tmp_path / "events.csv").touch()

    def build(rows=EVENTS, **changes):
        cohort = cohort_of(**{key: value for key, value in (GIVEN | changes).items() if value is not None})
        people = people_of(cohort)
        if cohort.intake.sessions:
            attended = [8.0, 6.0, 7.0, None, 4.0, 8.0, 8.0, 0.0][: len(people)]
            people = people.assign(sessions_attended=attended, sessions_planned=8.0)
        if cohort.adherence_columns[:1] == ("per_protocol",):
            people["per_protocol"] = ["yes", "yes", "yes", "", "no", "yes", "yes", "no"][: len(people)]
        events = pd.DataFrame([(cohort.name, *row, "") for row in rows], columns=EVENT_COLUMNS)
        return cohort, describe_cohort(people, values_of(cohort, people), cohort, 0.05, events)

    return build


def cells(table):
    return table.frame.to_numpy().tolist()


def test_every_cell_of_the_table_of_adverse_events(made):
    cohort, descriptives = made()
    table = adverse_events_table(descriptives, cohort)
    assert (table.name, table.title) == ("adverse_events", "Adverse events")
    assert list(table.frame) == ["Adverse event", "Retro-walking (n = 4)", "Exercise (n = 3)"]
    assert cells(table) == [
        ["Any adverse event", "2 (50%), 3 events", "0 (0%), 0 events"],
        ["Any serious event", "1 (25%), 1 event", "0 (0%), 0 events"],
        ["Any fall", "1 (25%), 1 event", "0 (0%), 0 events"],
        ["knee pain", "2 (50%), 2 events", "0 (0%), 0 events"],
        ["fall", "1 (25%), 1 event", "0 (0%), 0 events"],
    ]
    assert table.notes == (
        "Participants with the event (percentage of the arm) and number of events. Arms were not compared by a test.",
        "Safety population: all participants who attended at least one session.",
        "Retro-walking: 1 participant with unknown attendance included.",
        "Retro-walking: seriousness not reported for 1 event.",
        "Exercise: 1 participant who attended no session excluded.",
    )
    assert set(table.source["analysis"]) == {"adverse_events"}
    assert len(table.source) == 30


def test_what_the_file_does_not_say_stands_below_the_table(made):
    cohort, descriptives = made(events={"file": "events.csv", "kind": "what"})
    table = adverse_events_table(descriptives, cohort)
    assert [row[0] for row in cells(table)] == ["Any adverse event", "knee pain", "fall"]
    assert "The data do not state which events were serious." in table.notes
    assert FALLS_NOT_NAMED in table.notes


def test_every_cell_of_the_table_of_adherence(made):
    cohort, descriptives = made()
    table = adherence_table(descriptives, cohort)
    assert (table.name, table.title) == ("adherence", "Sessions attended and adherence")
    assert list(table.frame) == ["Adherence", "Retro-walking (n = 4)", "Exercise (n = 4)"]
    assert cells(table) == [
        ["Sessions attended, mean (SD)", "7.0 (1.0), n = 3", "5.0 (3.8)"],
        ["Sessions attended, median", "7.0, n = 3", "6.0"],
        ["Planned sessions attended, mean %", "88, n = 3", "63"],
        ["Attended all planned sessions, participants", "1, n = 3", "2"],
        ["Treated per protocol, participants", "3, n = 3", "2"],
    ]
    assert table.notes == (
        "SD, standard deviation. Where data are missing, a cell gives the number of participants with data (n).",
        "Per protocol: participants who attended at least 75% of planned sessions.",
    )


def test_the_mark_of_synthetic_data_is_on_both(made):
    cohort, descriptives = made(provenance="synthetic")
    for table in (adverse_events_table(descriptives, cohort), adherence_table(descriptives, cohort)):
        assert table.title.startswith("SYNTHETIC data, not evidence. ")
        assert not [note for note in table.notes if "SYNTHETIC" in note]
    for said in safety_sentences(descriptives, cohort):
        assert "SYNTHETIC data: " in said


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, {"adverse_events", "adherence"}),
        ({"sessions": None, "per_protocol": None}, {"adverse_events"}),
        ({"events": None}, {"adherence"}),
        ({"events": None, "sessions": None, "per_protocol": {"column": "kept", "yes": "1"}}, {"adherence"}),
        ({"events": None, "sessions": None, "per_protocol": None}, set()),
        (SINGLE_GROUP, {"adverse_events", "adherence"}),
    ],
)
def test_a_table_is_there_only_where_it_has_rows(made, analysis, changes, names):

    cohort, descriptives = made(**changes)
    results, _ = modelled(cohort, analysis)
    tables = {table.name for table in cohort_tables(descriptives, results, cohort, analysis)}
    assert tables & {"adverse_events", "adherence"} == names


def test_the_sentences(made):
    cohort, descriptives = made()
    assert safety_sentences(descriptives, cohort) == [
        "Retro-walking: 2 of 4 participants had an adverse event (3 events, 1 serious in 1 participant and 1 fall in 1 "
        "participant).",
        "Exercise: 0 of 3 participants had an adverse event (0 events, none serious and no falls).",
        "Retro-walking: participants attended on average 88% of their planned sessions (n = 3).",
        "Exercise: participants attended on average 63% of their planned sessions (n = 4).",
    ]


def test_that_nothing_was_given_is_not_that_nothing_happened(made):
    cohort, descriptives = made(events=None, sessions=None, per_protocol=None)
    assert safety_sentences(descriptives, cohort) == [NO_EVENTS_GIVEN, NO_SESSIONS_GIVEN]
    assert NO_EVENTS_GIVEN == "No data on adverse events were provided; this does not mean that none occurred."
    cohort, descriptives = made(rows=[])
    assert "0 of 4 participants had an adverse event" in safety_sentences(descriptives, cohort)[0]
    assert NO_EVENTS_GIVEN not in safety_sentences(descriptives, cohort)


def test_that_falls_are_not_named_is_said(made):
    cohort, descriptives = made(events={"file": "events.csv", "kind": "what"})
    said = safety_sentences(descriptives, cohort)
    assert said[0] == "Retro-walking: 2 of 4 participants had an adverse event (3 events)."
    assert said[2:5] == ["The data do not state which events were serious.", RISK_OF_FALLS, FALLS_NOT_NAMED]
    cohort, descriptives = made()
    assert FALLS_NOT_NAMED not in safety_sentences(descriptives, cohort)


def test_an_event_of_somebody_who_came_to_no_session_is_told_of(made):
    cohort, descriptives = made(rows=[*EVENTS, ("control3", 1.0, "fall", "yes")])
    said = safety_sentences(descriptives, cohort)
    assert "Exercise: 1 event in participants who attended no session was not counted." in said
