"""One small trial, in a file with one row a participant and in one with one row a participant and visit."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from retrowalk.ingest import check_cohort
from retrowalk.plan.trial import Arm, Cohort, Covariate, Outcome, Visit

WIDE_ROWS = """\
id,group,age,sex,site,pain0,pain4,reach0,reach4,last,why
P01,RW,61,1,Leeds,55,40,12.5,14,,
P02,RW,58,2,York,62,35,11,13.5,,
P03,CE,64,1,Leeds,47,44,10,10.5,,
P04,CE,70,2,York,51,,9.5,,baseline,moved away
"""
#: As REDCap exports it: what is said once of a participant stands in one row.
LONG_ROWS = """\
id,group,age,sex,site,event,pain,reach,last,why
P01,RW,61,1,Leeds,entry,55,12.5,,
P01,,,,,4,40,14,,
P02,RW,58,2,York,entry,62,11,,
P02,,,,,4,35,13.5,,
P03,,,,,entry,47,10,,
P03,CE,64,1,Leeds,4,44,10.5,,
P04,CE,70,2,York,entry,51,9.5,entry,moved away
P04,,,,,4,,,,
"""


def outcome(name, **changes):
    fields = {
        "name": name,
        "label": name.capitalize(),
        "domain": "pain",
        "unit": "mm",
        "instrument": "Visual analogue scale",
        "low": 0.0,
        "high": 100.0,
        "better": "lower",
        "resolution": 1.0,
        "important_change": None,
        "important_change_source": "",
        "primary": name == "pain",
        "primary_visit": "week_4",
        "smallest_worthwhile_effect": None,
        "source": "",
        "column": "",
        "columns": {"baseline": f"{name}0", "week_4": f"{name}4"},
    }
    return Outcome(**fields | changes)


OUTCOMES = (outcome("pain"), outcome("reach", unit="cm", instrument="Sit and reach", low=-40.0, high=None))


@pytest.fixture
def wide(tmp_path, monkeypatch):
    """A cohort with one row a participant; its file is trial.csv in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("trial.csv").write_text(WIDE_ROWS)
    return Cohort(
        name="trial",
        title="A trial",
        citation="",
        registration="",
        provenance="individual",
        condition="low back pain",
        design="parallel",
        randomised=True,
        comparator_type="active",
        file="trial.csv",
        sheet="",
        participant_column="id",
        arm_column="group",
        visit_column="",
        missing=("n/a", "-99"),
        arms=(Arm("RW", "retro", "Retro-walking"), Arm("CE", "exercise", "Exercise")),
        control="exercise",
        visits=(Visit("baseline", 0.0, "Baseline", "entry"), Visit("week_4", 4.0, "Week 4", "4")),
        outcomes=OUTCOMES,
        covariates=(
            Covariate("age", "age", "Age", "years", {}),
            Covariate("sex", "sex", "Sex", "", {"1": "female", "2": "male"}),
            Covariate("clinic", "site", "Clinic", "", {}),
        ),
        strata=("clinic",),
        adjust_for=("age",),
        withdrawn_after_column="last",
        withdrawal_reason_column="why",
        assumptions=(),
    )


@pytest.fixture
def long(wide):
    """The same trial with one row a participant and visit, in long.csv."""
    Path("long.csv").write_text(LONG_ROWS)
    outcomes = tuple(replace(each, column=each.name, columns={}) for each in OUTCOMES)
    return replace(wide, file="long.csv", visit_column="event", outcomes=outcomes)


@pytest.fixture
def put():
    """Change cells of a cohort's file, given as {(row as a spreadsheet numbers it, column): value}."""

    def changed(cohort, cells):
        with open(cohort.file, newline="") as file:
            rows = list(csv.reader(file))
        header = list(rows[0])
        for (row, column), value in cells.items():
            rows[row - 1][header.index(column)] = value
        with open(cohort.file, "w", newline="") as file:
            csv.writer(file).writerows(rows)
        return cohort

    return changed


@pytest.fixture
def problems():
    """Return the problems of a cohort's file, a dict each, without the empty fields."""

    def found(cohort):
        rows = check_cohort(cohort).to_dict("records")
        return [{key: value for key, value in row.items() if isinstance(value, int) or value} for row in rows]

    return found
