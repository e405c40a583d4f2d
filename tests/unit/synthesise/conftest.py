"""Published results, cohorts and estimates to synthesise."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from retrowalk import estimates
from retrowalk.facts import fact
from retrowalk.model.effect_sizes import hedges_correction
from retrowalk.plan.paths import INSTRUMENTS
from retrowalk.plan.read import load_cohort
from retrowalk.plan.trial import Cohort
from retrowalk.schemas import read_yaml
from retrowalk.synthesise import read_evidence

ROOT = Path(__file__).parents[3]
EVIDENCE = ROOT / "data" / "published" / "evidence.csv"


@pytest.fixture
def evidence() -> pd.DataFrame:
    """Return the bundled published results."""
    return read_evidence(EVIDENCE)


@pytest.fixture
def cohort_of(monkeypatch) -> Callable[..., Cohort]:
    """Return a bundled cohort, with anything replaced."""
    monkeypatch.chdir(ROOT)

    def build(name: str, **changes) -> Cohort:
        return replace(load_cohort(name, read_yaml(INSTRUMENTS)), **changes)

    return build


@pytest.fixture
def ancova_row() -> Callable[..., dict]:
    """Return the record of an adjusted difference at the primary visit, as the room model writes it."""

    def build(cohort: Cohort, outcome: str, estimate: float = 2.0, se: float = 0.8, sd: float = 2.5, **changes) -> dict:
        about, df = cohort.outcome(outcome), 27
        j = hedges_correction(df)
        g = about.sign * j * estimate / sd
        half = stats.t.isf(0.025, df) * ((j * se / sd) ** 2 + g**2 / (2 * df)) ** 0.5
        row = {
            "cohort": cohort.name,
            "outcome": outcome,
            "analysis": "ancova",
            "population": cohort.population,
            "role": "primary",
            "arm": cohort.intervention_arms[0].name,
            "reference_arm": cohort.control,
            "visit": about.primary_visit,
            "term": "difference",
            "unit": about.unit,
            "estimate": estimate,
            "se": se,
            "df": df,
            "effect_size": g,
            "effect_size_kind": "hedges_g_adjusted",
            "effect_size_low": g - half,
            "effect_size_high": g + half,
            "n": 30,
            "n_arm": 15,
            "n_reference": 15,
            "method": fact("ancova", covariates=["sex"]),
        }
        return row | changes

    return build


@pytest.fixture
def effects_of() -> Callable[..., pd.DataFrame]:
    """Return a table of effects from a few words a row."""

    def build(*rows: dict) -> pd.DataFrame:
        common = {
            "outcome": "pain",
            "analysis": "published",
            "population": "knee osteoarthritis",
            "role": "as_published",
        }
        common |= {
            "arm": "backward_walking",
            "reference_arm": "add-on",
            "visit": "week_4",
            "term": "pain",
            "unit": "SD",
        }
        common |= {"estimate": 0.5, "se": 0.3, "n": 30, "n_arm": 15, "n_reference": 15, "method": fact("g_from_means")}
        return estimates.tabulate({**common, **row} for row in rows)

    return build
