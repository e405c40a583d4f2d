"""Sessions attended, per-protocol status, and dates of randomisation."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests.unit.trials import reread

from retrowalk import files
from retrowalk.ingest import check_cohort, ingest_cohort, read_participants
from retrowalk.plan.intake import Dates, Sessions, Source, YesNo

BEFORE = ["cohort", "participant", "arm", "age", "sex", "clinic", "withdrawn_after", "withdrawal_reason"]


def with_columns(cohort, **columns):
    """Add columns to the file of the small trial: one text a participant."""
    header, *rows = Path(cohort.intake.table.file).read_text().splitlines()
    lines = [[header, *columns], *zip(rows, *columns.values(), strict=True)]
    Path(cohort.intake.table.file).write_text("\n".join(",".join(line) for line in lines) + "\n")
    return cohort


@pytest.fixture
def attended(wide):
    """The small trial with 10, 6, an unknown number and 0 of 8 sessions attended."""
    with_columns(wide, done=["10", "6", "", "0"], due=["8", "8", "8", "8"], kept=["y", "no", "", "N"])
    return reread(wide, sessions=Sessions("done", "due"))


def people(cohort):
    return ingest_cohort(cohort)[0]


def test_the_columns_stand_behind_the_withdrawal_and_only_where_they_are_given(wide, attended):
    assert list(people(wide)) == BEFORE
    assert list(people(attended)) == [*BEFORE, "sessions_attended", "sessions_planned"]
    judged = reread(wide, per_protocol=YesNo("kept", "y"))
    assert list(people(judged)) == [*BEFORE, "per_protocol"]
    assert people(judged)["per_protocol"].tolist() == ["yes", "no", "", "no"]
    both = reread(attended, per_protocol=YesNo("kept", "y"))
    assert list(people(both)) == [*BEFORE, "per_protocol", "sessions_attended", "sessions_planned"]


def test_sessions_are_numbers(attended):
    table = people(attended)
    assert table["sessions_attended"].tolist()[:2] == [10.0, 6.0]
    assert table["sessions_attended"].isna().tolist() == [False, False, True, False]
    assert table["sessions_planned"].tolist() == [8.0] * 4


def test_one_number_may_be_planned_for_everybody(attended):
    table = people(reread(attended, sessions=Sessions("done", planned=12.0)))
    assert table["sessions_planned"].tolist() == [12.0] * 4


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        (75.0, ["yes", "yes", "", "no"]),  # 6 of 8 is 75 % and is enough
        (75.1, ["yes", "no", "", "no"]),
        (100.0, ["yes", "no", "", "no"]),
    ],
)
def test_who_attended_enough_was_treated_per_protocol(attended, percent, said):
    assert people(replace(attended, per_protocol_percent=percent))["per_protocol"].tolist() == said


def test_whoever_had_nothing_to_attend_missed_nothing(attended, put):
    put(attended, {(5, "due"): "0"})
    assert people(replace(attended, per_protocol_percent=80.0))["per_protocol"].tolist() == ["yes", "no", "", "yes"]


def test_what_is_not_known_of_the_plan_is_not_known_of_the_protocol(attended, put):
    put(attended, {(2, "due"): "n/a"})
    table = people(replace(attended, per_protocol_percent=80.0))
    assert table["per_protocol"].tolist()[0] == ""
    assert pd.isna(table["sessions_planned"][0])


@pytest.mark.parametrize(
    ("done", "kept"), [(["10", "6", "", "0"], ["y", "", "n", ""]), (["", "", "", ""], ["", "", "", ""])]
)
def test_participants_come_back_as_they_were_written(wide, tmp_path, done, kept):
    with_columns(wide, done=done, kept=kept)
    cohort = reread(wide, sessions=Sessions("done", planned=8.0), per_protocol=YesNo("kept", "y"))
    table = people(cohort)
    files.write_csv(table, tmp_path / "p.csv")
    assert_frame_equal(read_participants(tmp_path / "p.csv", cohort), table)


def test_they_may_stand_in_a_table_of_the_participants(attended):
    Path("people.csv").write_text(Path("trial.csv").read_text())
    Path("trial.csv").write_text(
        "\n".join(line.rsplit(",", 3)[0] for line in Path("trial.csv").read_text().splitlines())
    )
    cohort = replace(reread(attended, participants_table=Source("people.csv")), per_protocol_percent=75.0)
    assert people(cohort)["per_protocol"].tolist() == ["yes", "yes", "", "no"]


def test_more_sessions_than_planned_are_doubtful_and_used(attended):
    (found,) = check_cohort(attended).to_dict("records")
    assert (found["rule"], found["severity"], found["row"], found["value"]) == (
        *("sessions_above_planned", "warning", 2, "10"),
    )


def test_a_number_that_changes_from_row_to_row_of_a_participant_is_told(long):
    header, first, second, *rest = Path("long.csv").read_text().splitlines()
    lines = [f"{header},done", f"{first},5", f"{second},6", *(f"{row}," for row in rest)]
    Path("long.csv").write_text("\n".join(lines))
    (found,) = check_cohort(reread(long, sessions=Sessions("done", planned=8.0))).to_dict("records")
    assert (found["rule"], found["row"], found["column"]) == ("covariate_changes", 3, "done")


# --- baseline and randomisation ---------------------------------------------------------------------------------------


def dated(cohort, baseline, drawn):
    """Return (rule, row, value) of what is told of these dates."""
    with_columns(cohort, day=baseline, drawn=drawn)
    found = check_cohort(reread(cohort, dates=Dates({"baseline": "day"}, randomised_on="drawn")))
    return [(row["rule"], row["severity"], row["row"], row["value"]) for row in found.to_dict("records")]


def test_a_baseline_after_the_randomisation_is_told_a_participant_each(wide):
    told = dated(
        wide,
        baseline=["2024-01-10", "2024-01-11", "12.1.2024", "2024-01-13"],
        drawn=["2024-01-09", "2024-01-11", "2024-01-11", "2024-02-01"],
    )
    assert told == [
        ("baseline_after_randomisation", "warning", 2, "2024-01-10"),
        ("baseline_after_randomisation", "warning", 4, "12.1.2024"),
    ]


def test_nothing_is_told_of_dates_that_are_not_there(wide):
    assert dated(wide, ["2024-01-10", "", "", "2024-01-13"], ["", "2024-01-01", "", "2024-01-13"]) == []


def test_a_date_of_randomisation_that_is_none_is_an_error(wide):
    told = dated(wide, ["2024-01-10"] * 4, ["2024-01-10", "first week", "2024-01-10", "31.2.2024"])
    assert told == [
        ("date_unreadable", "error", 3, "first week"),
        ("date_unreadable", "error", 5, "31.2.2024"),
    ]


def test_in_a_file_with_a_row_a_visit_the_baseline_row_is_compared(long):
    header, *rows = Path("long.csv").read_text().splitlines()
    days = ["2024-01-10", "2024-02-10"] * 4
    drawn = ["2024-01-20", "", "2024-01-09", "", "", "2024-01-10", "2024-01-10", ""]
    lines = [f"{header},day,drawn", *(f"{row},{day},{on}" for row, day, on in zip(rows, days, drawn, strict=True))]
    Path("long.csv").write_text("\n".join(lines))
    (found,) = check_cohort(reread(long, dates=Dates({"": "day"}, randomised_on="drawn"))).to_dict("records")
    assert (found["rule"], found["row"], found["column"]) == ("baseline_after_randomisation", 4, "day")
    assert found["problem"] == ('the baseline of participant "P02" is dated after randomisation (2024-01-09 in row 4)')
