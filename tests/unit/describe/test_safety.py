"""Adverse events of those who came to a session, counted by hand."""

import pandas as pd
import pytest

from retrowalk.describe import describe_cohort
from retrowalk.describe.safety import adverse_event_rows, safety_population
from retrowalk.estimates import pick
from retrowalk.facts import fact
from retrowalk.vocabulary import EVENT_COLUMNS

SAID = {"file": "events.csv", "kind": "what", "serious": {"column": "sae", "yes": "1"}, "falls": ["fall", "slip"]}
EVENTS = [
    ("R1", 1.0, "knee pain", "no"),
    ("R1", 2.0, "fall", "yes"),
    ("R1", 3.0, "slip", ""),
    ("R2", None, "knee pain", "no"),
    ("C1", 4.0, "knee pain", "no"),
    ("C2", 1.0, "dizziness", "yes"),
]


@pytest.fixture
def events() -> pd.DataFrame:
    rows = [("trial", *each, "") for each in EVENTS]
    return pd.DataFrame(rows, columns=EVENT_COLUMNS)


@pytest.fixture
def counted(tmp_path, cohort_of, people, events):
    """{(arm, term): row} of the small cohort, with keys of its `events` replaced or taken out (None)."""
    (tmp_path / "events.csv").touch()

    def build(participants=people, table=events, **changes):
        said = {key: value for key, value in (SAID | changes).items() if value is not None}
        rows = list(adverse_event_rows(participants, table, cohort_of(events=said)))
        return {(row["arm"], row["term"]): row for row in rows}

    return build


def numbers(rows, key="estimate"):
    return {place: row[key] for place, row in rows.items()}


def test_every_count(counted):
    assert numbers(counted()) == {
        ("retro", "events"): 4,
        ("retro", "participants_with_event"): 2,
        ("retro", "percent_with_event"): 100 * 2 / 4,
        ("retro", "serious_events"): 1,
        ("retro", "participants_with_serious_event"): 1,
        ("retro", "percent_with_serious_event"): 100 * 1 / 4,
        ("retro", "falls"): 2,
        ("retro", "participants_with_fall"): 1,
        ("retro", "percent_with_fall"): 100 * 1 / 4,
        ("retro", "events:knee pain"): 2,
        ("retro", "participants:knee pain"): 2,
        ("retro", "percent_with:knee pain"): 100 * 2 / 4,
        ("retro", "events:dizziness"): 0,
        ("retro", "participants:dizziness"): 0,
        ("retro", "percent_with:dizziness"): 0,
        ("retro", "events:fall"): 1,
        ("retro", "participants:fall"): 1,
        ("retro", "percent_with:fall"): 100 * 1 / 4,
        ("retro", "events:slip"): 1,
        ("retro", "participants:slip"): 1,
        ("retro", "percent_with:slip"): 100 * 1 / 4,
        ("control", "events"): 2,
        ("control", "participants_with_event"): 2,
        ("control", "percent_with_event"): 100 * 2 / 3,
        ("control", "serious_events"): 1,
        ("control", "participants_with_serious_event"): 1,
        ("control", "percent_with_serious_event"): 100 * 1 / 3,
        ("control", "falls"): 0,
        ("control", "participants_with_fall"): 0,
        ("control", "percent_with_fall"): 0,
        ("control", "events:knee pain"): 1,
        ("control", "participants:knee pain"): 1,
        ("control", "percent_with:knee pain"): 100 * 1 / 3,
        ("control", "events:dizziness"): 1,
        ("control", "participants:dizziness"): 1,
        ("control", "percent_with:dizziness"): 100 * 1 / 3,
        ("control", "events:fall"): 0,
        ("control", "participants:fall"): 0,
        ("control", "percent_with:fall"): 0,
        ("control", "events:slip"): 0,
        ("control", "participants:slip"): 0,
        ("control", "percent_with:slip"): 0,
    }


def test_units_and_the_population(counted):
    rows = counted()
    assert {row["unit"] for (_, term), row in rows.items() if term.startswith("participants")} == {"participants"}
    assert {row["unit"] for (_, term), row in rows.items() if term.startswith("percent")} == {"%"}
    counts = {term for _, term in rows if not term.startswith(("participants", "percent"))}
    assert {row["unit"] for (_, term), row in rows.items() if term in counts} == {"events"}
    assert {(arm, row["n"], row["population"]) for (arm, _), row in rows.items()} == {
        ("retro", 4, "safety"),
        ("control", 3, "safety"),
    }
    assert rows["retro", "events"]["caveats"] == [fact("safety_population_is_everyone")]
    shares = {term: row["method"].code for (arm, term), row in rows.items() if arm == "retro" and row["unit"] == "%"}
    assert set(shares.values()) == {"share_of_the_safety_population"}
    assert {row["method"].code for (_, term), row in rows.items() if term not in shares} == {"count"}


def test_the_most_frequent_kind_of_all_arms_stands_first(counted):
    kinds = [term for arm, term in counted() if arm == "control" and term.startswith("events:")]
    assert kinds == ["events:knee pain", "events:dizziness", "events:fall", "events:slip"]


def test_how_many_events_are_neither_serious_nor_not_is_said(counted):
    rows = counted()
    assert rows["retro", "serious_events"]["caveats"] == [fact("seriousness_unknown", count=1)]
    assert "caveats" not in rows["control", "serious_events"]


def test_what_the_file_does_not_say_is_not_counted_as_none(counted):
    terms = {term for _, term in counted(serious=None, falls=None)}
    assert not {term for term in terms if "serious" in term or term in ("falls", "participants_with_fall")}
    assert {"events", "participants_with_event", "events:fall"} <= terms


def test_a_table_without_rows_says_that_none_happened(counted, events):
    rows = counted(table=events.iloc[:0])
    assert set(numbers(rows).values()) == {0}
    assert len(rows) == 2 * 9


def test_no_table_of_events_is_no_row(cohort_of, people, events):
    assert list(adverse_event_rows(people, events.iloc[:0], cohort_of())) == []


# --- who is counted ---------------------------------------------------------------------------------------------------


def attending(people, attended, planned=8.0):
    return people.assign(sessions_attended=attended, sessions_planned=planned)


def test_whoever_attended_no_session_is_left_out_with_their_events(counted, people):
    rows = counted(attending(people, [0.0, 5.0, None, 8.0, 1.0, 0.0, 8.0]))
    assert (rows["retro", "events"]["n"], rows["retro", "events"]["estimate"]) == (3, 1)
    assert rows["retro", "events"]["caveats"] == [
        fact("safety_population_attended"),
        fact("attendance_unknown", count=1),
        fact("attended_none", count=1),
        fact("events_not_counted", count=3),
    ]
    assert (rows["control", "events"]["n"], rows["control", "events"]["estimate"]) == (2, 1)
    assert rows["control", "events"]["caveats"] == [
        fact("safety_population_attended"),
        fact("attended_none", count=1),
        fact("events_not_counted", count=1),
    ]


def test_an_arm_without_sessions_is_counted_whole(people):
    planned = [8.0] * 4 + [0.0] * 3
    table = attending(people, [0.0, 5.0, None, 8.0, 0.0, 0.0, None], planned)
    assert safety_population(table).tolist() == [False, True, True, True, True, True, True]


def test_no_session_of_an_unknown_number_planned_is_no_session(people):
    table = attending(people, [0.0] * 7, None)
    assert not safety_population(table).any()


def test_an_arm_without_sessions_is_noted(counted, people):
    rows = counted(attending(people, [1.0] * 4 + [0.0] * 3, [8.0] * 4 + [0.0] * 3))
    assert rows["control", "events"]["caveats"] == [
        fact("safety_population_attended"),
        fact("none_planned_counted", count=3),
    ]


def test_the_rows_stand_among_the_descriptives(tmp_path, cohort_of, people, values, events):
    (tmp_path / "events.csv").touch()
    cohort = cohort_of(events=SAID, provenance="synthetic")
    table = pick(describe_cohort(people, values, cohort, 0.05, events), analysis="adverse_events")
    assert len(table) == 42
    assert set(table["population"]) == {"safety"}
    assert set(table["role"]) == {"descriptive"}
    assert set(table["provenance"]) == {"synthetic"}


def test_falls_count_however_they_are_capitalised(counted, events):
    rows = numbers(counted(table=events.replace({"kind": {"fall": "Fall"}}), falls=["FALL", "slip"]))
    assert rows["retro", "falls"] == 2
