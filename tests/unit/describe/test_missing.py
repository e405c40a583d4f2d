"""What is missing, why, and in which pattern: worked out by hand, and counts that add up whatever the data."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.cells import caveats

from retrowalk.describe import describe_cohort
from retrowalk.describe.missing import (
    CAME_BACK,
    COMPLETE,
    INCOMPLETE,
    INTERMITTENT,
    LOST,
    MONOTONE,
    NO_REASON,
    NOT_MEASURED,
    WITHDREW,
    kind_of,
    missing_rows,
    missing_values,
    not_analysed,
    pattern_rows,
    patterns,
    planned_visits,
)
from retrowalk.estimates import pick
from retrowalk.facts import fact

PAIN = {"instrument": "vas", "label": "Pain", "column": "pain", "role": "primary"}
REST = {"instrument": "vas", "label": "Pain at rest", "column": "rest"}
TWO = {"outcomes": {"pain": PAIN, "rest_pain": REST}}
#: Files with one row a participant say at which visits an outcome was to be measured.
PLANNED = {"pain": ("baseline", "week_4", "week_8"), "rest_pain": ("baseline", "week_8")}


@pytest.fixture
def wide_cohort(cohort_of):
    """A cohort whose second outcome was not planned at week 4."""
    cohort = cohort_of(**TWO)
    outcomes = [replace(outcome, visits=PLANNED[outcome.name]) for outcome in cohort.outcomes]
    return replace(cohort, outcomes=tuple(outcomes))


def reasons_of(table: pd.DataFrame, outcome: str = "pain") -> dict[tuple[str, str], str]:
    return pick(table, outcome=outcome).set_index(["participant", "visit"])["reason"].to_dict()


# --- kinds of pattern ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("XXX", COMPLETE),
        ("X-X", COMPLETE),
        ("---", COMPLETE),
        ("XX.", MONOTONE),
        ("X..", MONOTONE),
        ("...", MONOTONE),
        ("X.-", MONOTONE),
        ("X-.", MONOTONE),
        ("X.X", INTERMITTENT),
        (".XX", INTERMITTENT),
        (".X.", INTERMITTENT),
        ("X.-X", INTERMITTENT),
    ],
)
def test_a_pattern_is_monotone_where_nothing_comes_after_the_first_missing_value(pattern, kind):
    assert kind_of(pattern) == kind


@given(st.text("X.", min_size=2, max_size=8))
def test_monotone_means_that_the_signs_are_in_order(pattern):
    in_order = "".join(sorted(pattern, reverse=True)) == pattern  # X sorts after the point
    assert (kind_of(pattern) in (COMPLETE, MONOTONE)) == in_order
    assert (kind_of(pattern) == COMPLETE) == ("." not in pattern)


# --- reasons ------------------------------------------------------------------------------------------------------------
def test_the_reason_of_every_missing_value(people, values, cohort_of):
    assert reasons_of(missing_values(people, values, cohort_of())) == {
        ("R4", "baseline"): CAME_BACK,
        ("R3", "week_4"): "moved away",  # given as the last visit attended, and nothing was measured since
        ("R1", "week_8"): LOST,
        ("R2", "week_8"): LOST,
        ("R3", "week_8"): "moved away",
        ("R4", "week_8"): NO_REASON,
        ("C2", "week_4"): "knee pain",
        ("C3", "week_4"): "knee pain",
        ("C2", "week_8"): "knee pain",
        ("C3", "week_8"): "knee pain",
    }


def test_another_outcome_at_the_visit_shows_that_the_participant_came(people, values, cohort_of):
    rest = values[values["visit"] == "week_4"].assign(outcome="rest_pain")
    more = pd.DataFrame([("trial", "R2", "week_8", "rest_pain", 5.0)], columns=values.columns)
    table = missing_values(people, pd.concat([values, rest, more]), cohort_of(**TWO))
    assert reasons_of(table)["R2", "week_8"] == NOT_MEASURED
    assert reasons_of(table, "rest_pain")["R1", "baseline"] == NOT_MEASURED
    assert reasons_of(table, "rest_pain")["R4", "baseline"] == CAME_BACK


def test_at_the_last_visit_attended_a_withdrawal_is_not_yet_the_reason(people, values, cohort_of):
    rest = pd.DataFrame([("trial", "R3", "week_4", "rest_pain", 5.0)], columns=values.columns)
    reasons = reasons_of(missing_values(people, pd.concat([values, rest]), cohort_of(**TWO)))
    assert reasons["R3", "week_4"] == NOT_MEASURED
    assert reasons["R3", "week_8"] == "moved away"


def test_a_withdrawal_is_the_reason_also_of_those_who_came_once_more(people, values, cohort_of):
    again = pd.DataFrame([("trial", "C2", "week_8", "pain", 44.0)], columns=values.columns)
    reasons = reasons_of(missing_values(people, pd.concat([values, again]), cohort_of()))
    assert reasons["C2", "week_4"] == "knee pain"
    assert ("C2", "week_8") not in reasons


def test_nobody_measured_at_all_is_lost_from_baseline(people, values, cohort_of):
    table = missing_values(people.assign(withdrawn_after="", withdrawal_reason=""), values.iloc[:0], cohort_of())
    assert len(table) == 7 * 3
    assert set(table["reason"]) == {LOST}


def test_no_missing_value_gives_no_row(people, cohort_of):
    visits = ["baseline", "week_4", "week_8"]
    rows = [("trial", person, visit, "pain", 1.0) for person in people["participant"] for visit in visits]
    full = pd.DataFrame(rows, columns=["cohort", "participant", "visit", "outcome", "value"])
    table = missing_values(people, full, cohort_of())
    assert list(table) == ["participant", "arm", "outcome", "visit", "reason"]
    assert table.empty


def test_a_visit_at_which_nothing_was_planned_is_not_missing(people, values, wide_cohort):
    rest = wide_cohort.outcome("rest_pain")
    assert planned_visits(wide_cohort, rest) == ["baseline", "week_8"]
    assert planned_visits(wide_cohort, wide_cohort.outcome("pain")) == ["baseline", "week_4", "week_8"]
    assert set(pick(missing_values(people, values, wide_cohort), outcome="rest_pain")["visit"]) == {
        "baseline",
        "week_8",
    }
    rows = [row for row in missing_rows(people, values, wide_cohort) if row["outcome"] == "rest_pain"]
    assert {row["visit"] for row in rows} == {"baseline", "week_8"}
    assert set(patterns(people, values, wide_cohort, rest)) == {".-."}


# --- rows ---------------------------------------------------------------------------------------------------------------
def test_missing_and_with_data_make_up_the_arm(described):
    missing = pick(described(), analysis="missing").set_index(["arm", "visit", "term"])["estimate"]
    assert missing.astype(float).to_dict() == {
        ("retro", "baseline", "with_data"): 3,
        ("retro", "baseline", "missing"): 1,
        ("retro", "baseline", "percent_missing"): 25,
        ("retro", "baseline", f"missing:{CAME_BACK}"): 1,
        ("retro", "week_4", "with_data"): 3,
        ("retro", "week_4", "missing"): 1,
        ("retro", "week_4", "percent_missing"): 25,
        ("retro", "week_4", "missing:moved away"): 1,
        ("retro", "week_8", "with_data"): 0,
        ("retro", "week_8", "missing"): 4,
        ("retro", "week_8", "percent_missing"): 100,
        ("retro", "week_8", f"missing:{LOST}"): 2,
        ("retro", "week_8", f"missing:{NO_REASON}"): 1,
        ("retro", "week_8", "missing:moved away"): 1,
        ("control", "baseline", "with_data"): 3,
        ("control", "baseline", "missing"): 0,
        ("control", "baseline", "percent_missing"): 0,
        ("control", "week_4", "with_data"): 1,
        ("control", "week_4", "missing"): 2,
        ("control", "week_4", "percent_missing"): 200 / 3,
        ("control", "week_4", "missing:knee pain"): 2,
        ("control", "week_8", "with_data"): 1,
        ("control", "week_8", "missing"): 2,
        ("control", "week_8", "percent_missing"): 200 / 3,
        ("control", "week_8", "missing:knee pain"): 2,
    }


def test_missing_is_counted_outcome_by_outcome(people, values, cohort_of):
    rows = list(missing_rows(people, values, cohort_of(**TWO)))
    assert {row["estimate"] for row in rows if (row["outcome"], row["term"]) == ("rest_pain", "missing")} == {3, 4}
    assert {row["method"].code for row in rows if row["unit"] == "participants"} == {"count"}
    assert {row["method"].code for row in rows if row["unit"] == "%"} == {"share_of_the_arm"}


def test_the_patterns_of_each_arm(described):
    rows = pick(described(), analysis="missing_pattern")
    assert rows.set_index(["arm", "term"])["estimate"].astype(int).to_dict() == {
        ("retro", "pattern:XX."): 2,
        ("retro", "pattern:X.."): 1,
        ("retro", "pattern:.X."): 1,
        ("control", "pattern:XXX"): 1,
        ("control", "pattern:X.."): 2,
    }
    assert rows.set_index("term")["caveats"].map(caveats).to_dict() == {
        "pattern:XX.": {"pattern": {"kind": MONOTONE}},
        "pattern:X..": {"pattern": {"kind": MONOTONE}},
        "pattern:.X.": {"pattern": {"kind": INTERMITTENT}},
        "pattern:XXX": {"pattern": {"kind": COMPLETE}},
    }
    assert set(rows["method"]) == {fact("count").cell}
    assert set(rows["visit"]) == {""}


def test_an_arm_without_participants_has_no_patterns_and_no_share(people, values, cohort_of):
    retro = people[people["arm"] == "retro"]
    mine = values[values["participant"].isin(retro["participant"])]
    assert {row["arm"] for row in pattern_rows(retro, mine, cohort_of())} == {"retro"}
    assert {row["term"] for row in missing_rows(retro, mine, cohort_of()) if row["arm"] == "control"} == {
        "with_data",
        "missing",
    }


# --- whatever the data --------------------------------------------------------------------------------------------------
VISITS = ["baseline", "week_4", "week_8"]


@st.composite
def trials(draw):
    """Participants of two arms, withdrawn at any visit or none, and any of their values of two outcomes missing."""
    size = draw(st.integers(1, 12))
    people = pd.DataFrame(
        {
            "cohort": "trial",
            "participant": [f"P{i}" for i in range(size)],
            "arm": draw(st.lists(st.sampled_from(["retro", "control"]), min_size=size, max_size=size)),
            "age": 50.0,
            "sex": "female",
            "withdrawn_after": draw(st.lists(st.sampled_from(["", *VISITS[:2]]), min_size=size, max_size=size)),
            "withdrawal_reason": draw(
                st.lists(st.sampled_from(["", "pain", NO_REASON, LOST]), min_size=size, max_size=size)
            ),
        }
    )
    grid = [
        ("trial", person, visit, outcome, 1.0)
        for person in people["participant"]
        for visit in VISITS
        for outcome in TWO["outcomes"]
    ]
    kept = draw(st.lists(st.booleans(), min_size=len(grid), max_size=len(grid)))
    rows = [row for row, keep in zip(grid, kept, strict=True) if keep]
    return people, pd.DataFrame(rows, columns=["cohort", "participant", "visit", "outcome", "value"]).astype(
        {"value": float}
    )


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(trial=trials())
def test_counts_add_up_whatever_is_missing(cohort_of, trial):
    people, values = trial
    table = describe_cohort(people, values, cohort_of(**TWO), 0.05)
    sizes = people["arm"].value_counts().reindex(["retro", "control"], fill_value=0)
    missing = pick(table, analysis="missing")
    by_cell = {key: rows.set_index("term")["estimate"] for key, rows in missing.groupby(["outcome", "arm", "visit"])}
    assert len(by_cell) == 2 * 2 * 3
    for (_, arm, _), row in by_cell.items():
        reasons = row[row.index.str.startswith("missing:")]
        assert row["with_data"] + row["missing"] == sizes[arm]
        assert reasons.sum() == row["missing"]
        assert (reasons > 0).all()
        assert np.isclose(row.get("percent_missing", 0) * sizes[arm], 100 * row["missing"])
    total = missing.loc[missing["term"] == "missing", "estimate"].sum()
    assert total == len(missing_values(people, values, cohort_of(**TWO))) == 6 * len(people) - len(values)
    counted = pick(table, analysis="missing_pattern").groupby(["outcome", "arm"])["estimate"].sum()
    for (_, arm), number in counted.items():
        assert number == sizes[arm]
    assert table["p_value"].isna().all()
    assert table["p_adjusted"].isna().all()


# --- who is not in an analysis ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arm", "visit", "analysed", "expected"),
    [
        ("retro", "week_8", 0, {WITHDREW: 2, LOST: 2}),
        ("retro", "week_4", 2, {WITHDREW: 1, INCOMPLETE: 1}),
        ("control", "baseline", 3, {}),
    ],
)
def test_those_who_are_not_in_an_analysis_are_counted_by_reason(
    arm, visit, analysed, expected, cohort_of, people, values
):
    cohort = cohort_of()
    table = describe_cohort(people, values, cohort, 0.05)
    assert not_analysed(table, cohort.primary_outcome, visit, arm, analysed) == expected
