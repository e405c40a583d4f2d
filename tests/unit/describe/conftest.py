"""A small cohort whose every descriptive can be worked out by hand."""

import json
from collections.abc import Callable

import pandas as pd
import pytest

from retrowalk.describe import describe_cohort
from retrowalk.plan.paths import COHORTS
from retrowalk.plan.read import load_cohort
from retrowalk.plan.trial import Cohort

VAS = {"label": "VAS", "domain": "pain", "unit": "mm", "low": 0, "high": 100, "better": "lower", "resolution": 1}
TRIAL = {
    "title": "Backward walking against exercise",
    "citation": "unpublished",
    "provenance": "individual",
    "condition": "low back pain",
    "design": "parallel",
    "randomised": True,
    "comparator_type": "active",
    "file": "trial.csv",
    "participant": "id",
    "arm": "group",
    "visit": "visit",
    "arms": {"A": {"name": "retro", "label": "Retro-walking"}, "B": {"name": "control", "label": "Exercise"}},
    "control": "control",
    "visits": [
        {"name": "baseline", "week": 0, "label": "Baseline"},
        {"name": "week_4", "week": 4, "label": "Week 4"},
        {"name": "week_8", "week": 8, "label": "Week 8"},
    ],
    "outcomes": {"pain": {"instrument": "vas", "label": "Pain", "column": "pain", "role": "primary"}},
    "covariates": {
        "age": {"column": "age", "unit": "years"},
        "sex": {"column": "sex", "levels": {"1": "female", "2": "male", "3": "other"}},
    },
    "withdrawal": {"after": "last", "reason": "why"},
}


@pytest.fixture
def cohort_of(tmp_path, monkeypatch) -> Callable[..., Cohort]:
    """The plan of the small cohort, with any key of its file replaced."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trial.csv").touch()
    (tmp_path / COHORTS).mkdir(parents=True)

    def build(**changes) -> Cohort:
        (tmp_path / COHORTS / "trial.yaml").write_text(json.dumps(TRIAL | changes))
        return load_cohort("trial", {"vas": VAS})

    return build


@pytest.fixture
def people() -> pd.DataFrame:
    """Four participants in one arm and three in the other; an age and a sex are missing, two people left."""
    rows = [
        ("R1", "retro", 58.0, "female", "", ""),
        ("R2", "retro", 70.0, "male", "", ""),
        ("R3", "retro", None, "female", "week_4", "moved away"),
        ("R4", "retro", 50.0, None, "week_4", ""),
        ("C1", "control", 40.0, "male", "", ""),
        ("C2", "control", 55.0, "male", "baseline", "knee pain"),
        ("C3", "control", 58.0, "male", "baseline", "knee pain"),
    ]
    names = ["participant", "arm", "age", "sex", "withdrawn_after", "withdrawal_reason"]
    return pd.DataFrame(rows, columns=names).assign(cohort="trial")


@pytest.fixture
def values() -> pd.DataFrame:
    """Pain: 3, 3 and 0 people of retro have a value, 3, 1 and 1 of control; R4 has none at baseline, R3 none at week 4."""
    given = {
        "baseline": {"R1": 50, "R2": 60, "R3": 70, "C1": 40, "C2": 45, "C3": 59},
        "week_4": {"R1": 30, "R2": 44, "R4": 61, "C1": 35},
        "week_8": {"C1": 20},
    }
    rows = [
        ("trial", participant, visit, "pain", float(value))
        for visit, column in given.items()
        for participant, value in column.items()
    ]
    return pd.DataFrame(rows, columns=["cohort", "participant", "visit", "outcome", "value"])


@pytest.fixture
def described(cohort_of, people, values) -> Callable[..., pd.DataFrame]:
    """The descriptives of the small cohort, with any key of its file replaced."""
    return lambda **changes: describe_cohort(people, values, cohort_of(**changes), 0.05)
