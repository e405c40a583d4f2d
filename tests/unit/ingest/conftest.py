"""One small trial, in a file with one row a participant and in one with one row a participant and visit."""

import csv
from pathlib import Path

import pytest
from tests.unit.trials import INSTRUMENTS, TRIAL, WIDE, built

from retrowalk.ingest import check_cohort

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


INSTRUMENTS = {
    "vas": INSTRUMENTS["vas"] | {"label": "Visual analogue scale"},
    "reach": INSTRUMENTS["vas"] | {"label": "Sit and reach", "unit": "cm", "low": -40, "high": None},
}
CONTENT = WIDE | {
    "missing": ["n/a", "-99"],
    "arms": {
        "RW": {"name": "retro", "label": "Retro-walking"},
        "CE": {"name": "exercise", "label": "Exercise"},
    },
    "control": "exercise",
    "visits": [
        {"name": "baseline", "week": 0, "label": "Baseline", "in_file": "entry"},
        {"name": "week_4", "week": 4, "label": "Week 4", "in_file": "4"},
    ],
    "outcomes": {
        name: {
            "instrument": instrument,
            "label": name.capitalize(),
            "columns": {"baseline": f"{name}0", "week_4": f"{name}4"},
            "role": role,
        }
        for name, instrument, role in (("pain", "vas", "primary"), ("reach", "reach", "secondary"))
    },
    "covariates": TRIAL["covariates"] | {"clinic": "site"},
    "strata": ["clinic"],
    "adjust_for": ["age"],
}


#: What leaves a trial with its primary outcome alone.
BARE = {"outcomes": {"pain": CONTENT["outcomes"]["pain"]}, "covariates": {}, "strata": [], "adjust_for": []}


@pytest.fixture
def wide(tmp_path, monkeypatch):
    """A cohort with one row a participant; its file is trial.csv in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("trial.csv").write_text(WIDE_ROWS)
    return built(CONTENT, INSTRUMENTS)


@pytest.fixture
def long(wide):
    """The same trial with one row a participant and visit, in long.csv."""
    Path("long.csv").write_text(LONG_ROWS)
    outcomes = {name: fields | {"column": name, "columns": {}} for name, fields in CONTENT["outcomes"].items()}
    return built(CONTENT | {"file": "long.csv", "visit": "event", "outcomes": outcomes}, INSTRUMENTS)


@pytest.fixture
def put():
    """Change cells of a cohort's file, given as {(row as a spreadsheet numbers it, column): value}."""

    def changed(cohort, cells):
        with open(cohort.intake.table.file, newline="") as file:
            rows = list(csv.reader(file))
        header = list(rows[0])
        for (row, column), value in cells.items():
            rows[row - 1][header.index(column)] = value
        with open(cohort.intake.table.file, "w", newline="") as file:
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
