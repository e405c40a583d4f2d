"""A small trial, its descriptives, and results written by hand, so that every cell and sentence is known."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from tests.unit.trials import ARMS, OUTCOMES

from retrowalk import estimates
from retrowalk.describe import describe_cohort
from retrowalk.facts import fact
from retrowalk.model import analyse_cohort
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.style import FigureSettings

#: What turns the trial into one with three arms, into a single group, and into groups that were not allocated.
THREE_ARMS = {"arms": ARMS | {"C": {"name": "stretch", "label": "Stretching"}}}
SINGLE_GROUP = {
    "arms": {"A": ARMS["A"]},
    "control": "retro",
    "design": "single_group",
    "randomised": False,
    "comparator_type": "none",
}
COMPARISON = {"design": "comparison", "randomised": False}
#: What the rows of a pool of published studies have in common.
POOL = {
    "cohort": "published",
    "outcome": "pain",
    "analysis": "pooled",
    "role": "descriptive",
    "population": "all_conditions",
    "reference_arm": "add-on",
    "method": fact("pooled_mean"),
}


@pytest.fixture
def analysis() -> Analysis:
    return Analysis("ancova", 0.05, "holm", permutations=500, imputations=10)


@pytest.fixture
def settings() -> FigureSettings:
    return FigureSettings(width_mm=140, dpi=80)


@pytest.fixture
def outcome_with() -> Callable[..., dict]:
    """The outcomes of a trial file with some keys of its primary outcome replaced."""
    return lambda **changes: {"outcomes": OUTCOMES | {"pain": OUTCOMES["pain"] | changes}}


def people_of(cohort: Cohort, size: int = 4) -> pd.DataFrame:
    """`size` participants an arm; the first of all has neither age nor sex, the last of the control arm withdrew."""
    rows = [
        {
            "cohort": cohort.name,
            "participant": f"{arm.name}{i}",
            "arm": arm.name,
            "age": 50.0 + i,
            "sex": ("female", "male")[i % 2],
            "withdrawn_after": "",
            "withdrawal_reason": "",
        }
        for arm in cohort.arms
        for i in range(size)
    ]
    table = pd.DataFrame(rows)
    table.loc[0, ["age", "sex"]] = None
    left = table.index[table["arm"] == cohort.control][-1]
    table.loc[left, ["withdrawn_after", "withdrawal_reason"]] = ["baseline", "moved away"]
    return table


def values_of(cohort: Cohort, people: pd.DataFrame) -> pd.DataFrame:
    """Every outcome of every participant at every visit but those after withdrawal: 50 + i, 10 less a visit in retro."""
    rows = [
        (
            cohort.name,
            person.participant,
            visit.name,
            outcome.name,
            50.0 + i - 10 * place * (person.arm == "retro") + i * place,
        )
        for i, person in enumerate(people.itertuples())
        for place, visit in enumerate(cohort.visits)
        for outcome in cohort.outcomes
        if place == 0 or not person.withdrawn_after
    ]
    return pd.DataFrame(rows, columns=["cohort", "participant", "visit", "outcome", "value"])


@pytest.fixture
def described() -> Callable[[Cohort], pd.DataFrame]:
    def build(cohort: Cohort) -> pd.DataFrame:
        people = people_of(cohort)
        return describe_cohort(people, values_of(cohort, people), cohort, 0.05)

    return build


@pytest.fixture
def result() -> Callable[..., dict]:
    """A primary ANCOVA of pain, as the room model writes it, with anything replaced."""

    def build(cohort: Cohort, **changes) -> dict:
        row = {
            "cohort": cohort.name,
            "outcome": "pain",
            "analysis": "ancova",
            "population": cohort.population,
            "role": "primary",
            "arm": "retro",
            "reference_arm": cohort.control,
            "visit": "week_4",
            "term": "difference",
            "unit": "mm",
            "estimate": -9.24,
            "df": 5,
            "ci_low": -17.36,
            "ci_high": -1.12,
            "p_value": 0.0284,
            "p_adjusted": 0.0284,
            "effect_size": 0.53,
            "effect_size_low": 0.05,
            "effect_size_high": 1.01,
            "effect_size_kind": "hedges_g_adjusted",
            "n": 7,
            "n_arm": 4,
            "n_reference": 3,
            "method": fact("ancova", covariates=[]),
        }
        return row | changes

    return build


@pytest.fixture
def results() -> Callable[..., pd.DataFrame]:
    return lambda *rows: estimates.tabulate(rows)


def simulated(cohort: Cohort, size: int = 8) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Participants and measurements with noise, enough of them to be analysed."""
    people = people_of(cohort, size)
    values = values_of(cohort, people)
    noise = np.random.default_rng(1).normal(0, 5, len(values)).round()
    return people, values.assign(value=(values["value"] + noise).clip(0, 100))


#: {the cohort and the analysis: what was made of them}.
_MODELLED: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}


def modelled(cohort: Cohort, analysis: Analysis) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The estimates and the residuals of the simulated trial, made once for all tests of a file."""
    key = repr((cohort, analysis))
    if key not in _MODELLED:
        _MODELLED[key] = analyse_cohort(*simulated(cohort), cohort, analysis)
    estimated, residuals = _MODELLED[key]
    return estimated.copy(), residuals.copy()
