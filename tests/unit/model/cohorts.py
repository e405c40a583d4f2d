"""The simulated trials as cohorts of a plan: what every analysis of a cohort is given."""

from typing import Any

import pandas as pd
from tests.unit.model.conftest import TRIALS, VISITS

from retrowalk.model.context import Context
from retrowalk.model.wide import wide_outcome
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Arm, Cohort, Outcome, Visit

#: As the plan's defaults, with fewer random numbers.
QUICK = Analysis("ancova", 0.05, "holm", seed=7, permutations=199, imputations=20)


def outcome(name: str = "disability", **changes: Any) -> Outcome:
    """Return an outcome on a scale from 0 to 100, lower is better, with anything of it replaced."""
    fields = {
        "name": name,
        "label": name.capitalize(),
        "domain": "function",
        "unit": "points",
        "instrument": "A scale",
        "low": 0,
        "high": 100,
        "better": "lower",
        "resolution": 0.1,
        "important_change": None,
        "important_change_source": "",
        "primary": True,
        "primary_visit": "V2",
        "smallest_worthwhile_effect": None,
        "source": "",
        "column": "value",
        "columns": {},
    }
    return Outcome(**{**fields, **changes})


def cohort(name: str = "wob_3arm", **changes: Any) -> Cohort:
    """Return a simulated trial as a cohort, its last visit primary, with anything of it replaced."""
    arms = ("control", "forward", "retro") if name == "wob_3arm" else ("control", "retro")
    fields = {
        "name": name,
        "title": name,
        "citation": "unpublished",
        "registration": "",
        "provenance": "individual",
        "condition": "knee osteoarthritis",
        "design": "parallel",
        "randomised": True,
        "comparator_type": "add-on",
        "file": f"{name}.csv",
        "sheet": "",
        "participant_column": "participant",
        "arm_column": "arm",
        "visit_column": "visit",
        "missing": (),
        "arms": tuple(Arm(arm, arm, arm.capitalize()) for arm in arms),
        "control": "control",
        "visits": tuple(Visit(visit, 3.0 * k, f"Week {3 * k}", visit) for k, visit in enumerate(VISITS[name])),
        "outcomes": (outcome(primary_visit=VISITS[name][-1]),),
        "covariates": (),
        "strata": (),
        "adjust_for": (),
        "withdrawn_after_column": "",
        "withdrawal_reason_column": "",
        "assumptions": (),
    }
    return Cohort(**{**fields, **changes})


def tables(name: str = "wob_3arm", outcomes: tuple[str, ...] = ("disability",)) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return participants and measurements of a simulated trial, the same values for each outcome."""
    long = pd.read_csv(TRIALS / f"{name}.csv").assign(cohort=name)
    people = long.drop_duplicates("participant")[["cohort", "participant", "arm", "sex"]]
    values = pd.concat([long.dropna(subset="value").assign(outcome=each) for each in outcomes], ignore_index=True)
    people = people.assign(withdrawn_after="", withdrawal_reason="").reset_index(drop=True)
    return people, values[["cohort", "participant", "visit", "outcome", "value"]]


def context(
    name: str = "wob_3arm", plan: Analysis = QUICK, data: pd.DataFrame | None = None, **changes: Any
) -> Context:
    """Return the first outcome of a simulated trial with its data, or with other data in the same shape."""
    one = cohort(name, **changes)
    wide = wide_outcome(*tables(name), one, one.outcomes[0]) if data is None else data
    return Context(one, plan, one.outcomes[0], wide)
