"""Who was there, who left and why."""

import pandas as pd
import pytest

from retrowalk.describe.flow import flow_rows
from retrowalk.facts import fact


@pytest.fixture
def flow(people, values, cohort_of) -> dict[tuple[str, str, str], dict]:
    return {(row["arm"], row["visit"], row["term"]): row for row in flow_rows(people, values, cohort_of())}


def test_the_whole_flow(flow):
    assert {key: row["estimate"] for key, row in flow.items()} == {
        ("retro", "baseline", "randomised"): 4,
        ("retro", "baseline", "with_data"): 3,
        ("retro", "week_4", "with_data"): 3,
        ("retro", "week_4", "withdrawn"): 2,
        ("retro", "week_8", "with_data"): 0,
        ("control", "baseline", "randomised"): 3,
        ("control", "baseline", "with_data"): 3,
        ("control", "baseline", "withdrawn"): 2,
        ("control", "week_4", "with_data"): 1,
        ("control", "week_8", "with_data"): 1,
    }
    assert {row["n"] for key, row in flow.items() if key[0] == "retro"} == {4}


def test_reasons_are_counted_and_a_missing_one_is_said(flow):
    no_reason = ""
    expected = fact("withdrawal_reasons", reasons=[[no_reason, 1], ["moved away", 1]])
    (told,) = flow["retro", "week_4", "withdrawn"]["caveats"]
    assert told.cell == expected.cell
    (told,) = flow["control", "baseline", "withdrawn"]["caveats"]
    assert told.cell == fact("withdrawal_reasons", reasons=[["knee pain", 2]]).cell
    assert [key for key, row in flow.items() if row.get("caveats") and key[2] != "withdrawn"] == []


def test_without_randomisation_people_are_enrolled(people, values, cohort_of):
    rows = flow_rows(people, values, cohort_of(design="comparison", randomised=False))
    assert {row["term"] for row in rows if row["visit"] == "baseline"} == {"enrolled", "with_data", "withdrawn"}


def test_a_participant_with_two_outcomes_is_counted_once(people, values, cohort_of):
    twice = pd.concat([values, values.assign(outcome="disability")])
    rows = {(row["arm"], row["visit"], row["term"]): row for row in flow_rows(people, twice, cohort_of())}
    assert rows["control", "week_4", "with_data"]["estimate"] == 1
