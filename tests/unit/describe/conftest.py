"""A small cohort whose every descriptive can be worked out by hand."""

from collections.abc import Callable

import pandas as pd
import pytest
from tests.unit.trials import OUTCOMES, TRIAL, WEEK_8

from retrowalk.describe import describe_cohort


@pytest.fixture
def trial_file() -> dict:
    """A third visit, one outcome, and a level of sex that nobody has."""
    sex = {"column": "sex", "levels": {"1": "female", "2": "male", "3": "other"}}
    return TRIAL | {
        "visits": [*TRIAL["visits"], WEEK_8],
        "outcomes": {"pain": OUTCOMES["pain"]},
        "covariates": TRIAL["covariates"] | {"sex": sex},
    }


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
