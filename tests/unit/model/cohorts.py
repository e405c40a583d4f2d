"""The simulated trials as cohorts of a plan: what every analysis of a cohort is given."""

from dataclasses import replace
from typing import Any

import pandas as pd
from tests.unit.model.conftest import TRIALS, VISITS
from tests.unit.trials import INSTRUMENTS, TRIAL, built

from retrowalk.model.context import Context
from retrowalk.model.wide import wide_outcome
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort, Outcome

#: As the plan's defaults, with fewer random numbers.
QUICK = Analysis("ancova", 0.05, "holm", seed=7, permutations=199, imputations=20)


#: The one outcome of every simulated trial, in a file with a row a participant and visit.
DISABILITY = {"instrument": "scale", "label": "Disability", "column": "value", "role": "primary", "primary_visit": "V2"}
INSTRUMENTS = {
    "scale": INSTRUMENTS["vas"] | {"label": "A scale", "domain": "function", "unit": "points", "resolution": 0.1}
}


def outcome(name: str = "disability", **changes: Any) -> Outcome:
    """Return an outcome on a scale from 0 to 100, lower is better, with anything of it replaced."""
    return replace(cohort().outcomes[0], **{"name": name, "label": name.capitalize()} | changes)


def cohort(name: str = "wob_3arm", **changes: Any) -> Cohort:
    """Return a simulated trial as a cohort, its last visit primary, with anything of it replaced."""
    arms = ("control", "forward", "retro") if name == "wob_3arm" else ("control", "retro")
    content = TRIAL | {
        "condition": "knee osteoarthritis",
        "comparator_type": "add-on",
        "arms": {arm: {"name": arm, "label": arm.capitalize()} for arm in arms},
        "visits": [{"name": visit, "week": 3 * k, "label": f"Week {3 * k}"} for k, visit in enumerate(VISITS[name])],
        "outcomes": {"disability": DISABILITY | {"primary_visit": VISITS[name][-1]}},
        "covariates": {},
    }
    return replace(built(content, INSTRUMENTS, name), **changes)


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
