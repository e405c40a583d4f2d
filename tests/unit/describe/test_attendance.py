"""Sessions attended and per-protocol status, worked out by hand."""

import pytest

from retrowalk.describe import describe_cohort
from retrowalk.describe.adherence import adherence_rows
from retrowalk.estimates import pick
from retrowalk.facts import fact

pytestmark = pytest.mark.numeric

SESSIONS = {"attended": "done", "planned": "due"}
ATTENDED = [8.0, 2.0, None, 5.0, 0.0, 0.0, 3.0]
PLANNED = [8.0, 8.0, 8.0, 10.0, 0.0, 0.0, 4.0]


@pytest.fixture
def table(people):
    followed = ["yes", "no", "", "yes", "yes", "", ""]
    return people.assign(per_protocol=followed, sessions_attended=ATTENDED, sessions_planned=PLANNED)


def of(rows):
    return {(row["arm"], row["term"]): row for row in rows}


def test_every_row(table, cohort_of):
    rows = of(adherence_rows(table, cohort_of(sessions=SESSIONS, per_protocol={"column": "kept", "yes": "1"})))
    assert {key: (row["estimate"], row["unit"], row["n"]) for key, row in rows.items()} == {
        ("retro", "mean_sessions"): (5, "sessions", 3),
        ("retro", "sd_sessions"): (3, "sessions", 3),
        ("retro", "median_sessions"): (5, "sessions", 3),
        # (100 + 25 + 50) / 3, not 15 of 26
        ("retro", "mean_percent_attended"): (pytest.approx(175 / 3, rel=1e-15), "%", 3),
        ("retro", "attended_all"): (1, "participants", 3),
        ("retro", "per_protocol"): (2, "participants", 3),
        ("control", "mean_sessions"): (1, "sessions", 3),
        ("control", "sd_sessions"): (pytest.approx(3**0.5, rel=1e-15), "sessions", 3),
        ("control", "median_sessions"): (0, "sessions", 3),
        ("control", "mean_percent_attended"): (75, "%", 1),
        ("control", "attended_all"): (0, "participants", 1),
        ("control", "per_protocol"): (1, "participants", 1),
    }
    one_unknown, two_unknown = ([fact("attendance_not_known", count=count)] for count in (1, 2))
    none_planned = [fact("none_planned_excluded", count=2)]
    assert {key: row["caveats"] for key, row in rows.items() if row["caveats"]} == {
        ("retro", "mean_sessions"): one_unknown,
        ("retro", "sd_sessions"): one_unknown,
        ("retro", "median_sessions"): one_unknown,
        ("retro", "mean_percent_attended"): one_unknown,
        ("retro", "attended_all"): one_unknown,
        ("retro", "per_protocol"): one_unknown,
        ("control", "mean_percent_attended"): none_planned,
        ("control", "attended_all"): none_planned,
        ("control", "per_protocol"): two_unknown,
    }
    assert {term: row["method"] for (arm, term), row in rows.items() if arm == "retro"} == {
        "mean_sessions": fact("sessions_attended", measure="mean"),
        "sd_sessions": fact("sessions_attended", measure="sd"),
        "median_sessions": fact("sessions_attended", measure="median"),
        "mean_percent_attended": fact("percent_of_planned_sessions"),
        "attended_all": fact("count"),
        "per_protocol": fact("per_protocol_by_researchers"),
    }


def test_those_without_a_planned_session_and_those_of_whom_it_is_not_known_are_told_apart(table, cohort_of):
    rows = of(
        adherence_rows(table.assign(sessions_planned=[8.0, 0.0, 8.0, 0.0, 4.0, 4.0, 4.0]), cohort_of(sessions=SESSIONS))
    )
    assert rows["retro", "mean_percent_attended"]["caveats"] == [
        fact("none_planned_excluded", count=2),
        fact("attendance_not_known", count=1),
    ]


def test_more_sessions_than_planned_are_all_of_them(table, cohort_of):
    rows = of(adherence_rows(table.assign(sessions_attended=9.0), cohort_of(sessions=SESSIONS)))
    assert rows["retro", "attended_all"]["estimate"] == 3  # the fourth had ten
    assert rows["retro", "mean_percent_attended"]["estimate"] == pytest.approx((3 * 112.5 + 90) / 4)


def test_how_the_protocol_was_judged_is_said(table, cohort_of):
    judged = of(adherence_rows(table, cohort_of(per_protocol={"column": "kept", "yes": "1"})))
    assert judged["retro", "per_protocol"]["method"] == fact("per_protocol_by_researchers")
    assert set(judged) == {("retro", "per_protocol"), ("control", "per_protocol")}
    attended = cohort_of(sessions=SESSIONS, per_protocol={"attended_at_least": 62.5})
    method = of(adherence_rows(table, attended))["retro", "per_protocol"]["method"]
    assert method == fact("per_protocol_by_sessions", percent=62.5)


@pytest.mark.parametrize("attended", [[None] * 7, [5.0, None, None, None, 5.0, None, None]])
def test_nobody_or_one_of_whom_it_is_known(table, values, cohort_of, attended):
    table = table.assign(sessions_attended=attended).astype({"sessions_attended": float})
    described = describe_cohort(table, values, cohort_of(sessions=SESSIONS), 0.05)
    rows = pick(described, analysis="adherence", arm="retro").set_index("term")
    assert "sd_sessions" not in rows.index
    assert rows.loc["mean_sessions", "n"] == sum(each is not None for each in attended[:4])
    assert rows["estimate"].isna().tolist() == ([True, True, True, False] if attended[0] is None else [False] * 4)


def test_no_row_where_nothing_was_given(people, cohort_of):
    assert list(adherence_rows(people, cohort_of())) == []


def test_it_is_of_everybody_and_not_of_the_safety_population(table, values, cohort_of):
    described = describe_cohort(table, values, cohort_of(sessions=SESSIONS), 0.05)
    assert set(pick(described, analysis="adherence")["population"]) == {"all_randomised"}
