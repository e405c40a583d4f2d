"""Dates as people write them, and what is told of those that are none."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.unit.trials import WEEK_8, reread

from retrowalk.ingest import check_cohort
from retrowalk.ingest.dates import to_dates
from retrowalk.plan.intake import Dates
from retrowalk.plan.trial import Visit


def read(text, order=""):
    dates, wrong = to_dates(pd.Series([text], dtype=str), order)
    return (None if dates.isna().all() else f"{dates.iloc[0]:%Y-%m-%d}"), wrong.get(text)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2024-03-14", "", "2024-03-14"),
        ("2024/3/4", "", "2024-03-04"),
        ("2024-03-14 00:00:00", "", "2024-03-14"),
        ("2024-03-14T09:30", "", "2024-03-14"),
        ("14.3.2024", "", "2024-03-14"),
        ("14. 3. 2024", "", "2024-03-14"),
        # with points the day always stands first
        ("3.4.2024", "month_first", "2024-04-03"),
        ("14MAR2024", "", "2024-03-14"),
        ("14-Mar-2024", "", "2024-03-14"),
        ("4 March 2024", "", "2024-03-04"),
        ("14/03/2024", "", "2024-03-14"),
        ("03/14/2024", "", "2024-03-14"),
        ("03/04/2024", "day_first", "2024-04-03"),
        ("03/04/2024", "month_first", "2024-03-04"),
        ("3-4-2024", "day_first", "2024-04-03"),
        # the same either way
        ("04/04/2024", "", "2024-04-04"),
        ("45000", "", "2023-03-15"),
        ("29/02/2024", "", "2024-02-29"),
    ],
)
def test_dates_in_the_ways_people_write_them(text, order, day):
    assert read(text, order) == (day, None)


@pytest.mark.parametrize(
    ("text", "order", "problem"),
    [
        ("03/04/2024", "", "is ambiguous: the day or the month may come first"),
        ("29/02/2023", "", "is a date that does not exist"),
        ("31.4.2024", "", "is a date that does not exist"),
        ("2024-13-01", "", "is a date that does not exist"),
        ("14/03/2024", "month_first", "is a date that does not exist"),
        ("14 Foo 2024", "", "is not a date"),
        ("14/03/24", "", "is not a date"),
        ("soon", "", "is not a date"),
        ("12345", "", "is not a date"),
        ("450000", "", "is not a date"),
    ],
)
def test_what_is_no_date_is_said(text, order, problem):
    day, wrong = read(text, order)
    assert day is None
    assert wrong[0] == problem


def test_many_texts_keep_their_places():
    dates, wrong = to_dates(pd.Series(["1.2.2024", "x", "1.2.2024"], index=[5, 2, 7], dtype=str), "")
    assert dates.index.tolist() == [5, 2, 7]
    assert [None if pd.isna(date) else date.day for date in dates] == [1, None, 1]
    assert list(wrong) == ["x"]


# --- as rules of a cohort ---------------------------------------------------------------------------------------------


def dated(wide, *pairs):
    """Give the four participants of `wide` two dates each."""
    lines = Path("trial.csv").read_text().splitlines()
    rows = [f"{line},{first},{second}" for line, (first, second) in zip(lines[1:], pairs, strict=True)]
    Path("trial.csv").write_text("\n".join([f"{lines[0]},d0,d4", *rows]))
    return reread(wide, dates=Dates({"baseline": "d0", "week_4": "d4"}))


FINE = ("2024-01-02", "2024-01-30")


def test_dates_in_order_are_no_fault(wide):
    assert check_cohort(dated(wide, FINE, FINE, ("2024-01-02", "2024-01-02"), ("2024-01-02", ""))).empty


def test_a_visit_dated_before_baseline_is_an_error(wide):
    (row,) = check_cohort(dated(wide, FINE, ("2024-03-02", "2024-02-30"), FINE, FINE)).to_dict("records")
    assert (row["rule"], row["row"], row["column"], row["value"]) == ("date_unreadable", 3, "d4", "2024-02-30")
    cohort = reread(wide, dates=Dates({"baseline": "d0", "week_4": "d4"}))
    text = Path("trial.csv").read_text().replace("2024-02-30", "2024-02-29")
    Path("trial.csv").write_text(text)
    (row,) = check_cohort(cohort).to_dict("records")
    assert (row["rule"], row["severity"], row["row"]) == ("visit_before_baseline", "error", 3)
    assert row["problem"] == 'visit week_4 of participant "P02" is dated before baseline (2024-03-02)'


def test_dates_that_may_be_read_two_ways_are_an_error_until_their_order_is_said(wide):
    cohort = dated(wide, FINE, ("03/01/2024", "04/02/2024"), FINE, FINE)
    rules = [(row["rule"], row["column"]) for row in check_cohort(cohort).to_dict("records")]
    assert rules == [("date_unreadable", "d0"), ("date_unreadable", "d4")]
    assert check_cohort(reread(cohort, dates={"order": "day_first"})).empty


def test_later_visits_out_of_order_are_a_warning(long):
    text = "id,group,age,sex,site,event,pain,reach,last,why,day\n"
    days = {"entry": "2024-01-01", "4": "2024-03-01", "8": "2024-02-01"}
    for person, arm in (("P1", "RW"), ("P2", "RW"), ("P3", "CE"), ("P4", "CE")):
        for place, (event, day) in enumerate(days.items()):
            text += f"{person},{arm},60,1,Leeds,{event},{50 + place},{10 + place},,,{day if person == 'P2' or place < 2 else ''}\n"
    Path("long.csv").write_text(text)
    cohort = replace(long, visits=(*long.visits, Visit(**WEEK_8)), covariates=(), strata=(), adjust_for=())
    cohort = reread(cohort, visits={"week_8": ("8",)}, dates=Dates({"": "day"}))
    found = [row for row in check_cohort(cohort).to_dict("records") if row["column"] == "day"]
    (row,) = found
    assert (row["rule"], row["severity"], row["row"]) == ("visits_out_of_order", "warning", 7)
    assert row["problem"] == 'visit week_8 of participant "P2" is dated before visit week_4 in row 6'
