"""Every analysis of one cohort: how long the room `model` takes for 60 people, four outcomes and three visits after baseline.

Usage: .venv/bin/python benchmarks/model_room.py

The cohort is simulated: two arms of 30, some 15 % of the participants leave before the end, one responder threshold an
outcome. Timed is `analyse_cohort` as the job model_cohort calls it, imports left out: the median and the worst of five. No
program does all of it, so the yardstick is one of its parts written as one would without retrowalk: the primary comparison of
the four outcomes by statsmodels' mixed model (a random intercept, REML, no small-sample degrees of freedom), four fits in all.
"""

import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from retrowalk.model import analyse_cohort
from retrowalk.plan.intake import Columns, Intake, Source
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Arm, Cohort, Outcome, Threshold, Visit

PEOPLE, NAMES, VISITS = 60, ("pain", "range", "balance", "function"), ("baseline", "week_4", "week_8", "week_12")


def cohort() -> Cohort:
    """Return the plan of the cohort."""
    scale = {"domain": "function", "unit": "points", "instrument": "A scale", "low": 0, "high": 100, "better": "lower"}
    scale |= {"resolution": 1, "measurement_error": 8.0, "measurement_error_source": "assumed"}
    scale |= {"primary_visit": VISITS[-1], "responders": (Threshold(30, True, "assumed"),)}
    return Cohort(
        name="simulated",
        provenance="synthetic",
        condition="low back pain",
        design="parallel",
        randomised=True,
        comparator_type="active",
        arms=(Arm("control", "Control"), Arm("retro", "Retro-walking")),
        control="control",
        visits=tuple(Visit(name, 4.0 * k, name) for k, name in enumerate(VISITS)),
        outcomes=tuple(Outcome(name=name, label=name.capitalize(), primary=name == "pain", **scale) for name in NAMES),
        intake=Intake(Source("none.csv"), Columns("participant", "arm"), arms={}, visits={}, outcomes={}),
    )


def data() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return participants and measurements."""
    rng = np.random.default_rng(20221122)
    ids = [f"P{number:02d}" for number in range(PEOPLE)]
    people = pd.DataFrame({"cohort": "simulated", "participant": ids, "arm": ["control", "retro"] * (PEOPLE // 2)})
    spread = 100 * (0.5 * np.eye(len(VISITS)) + 0.5)
    rows = []
    for name in NAMES:
        values = 50 + rng.multivariate_normal(np.zeros(len(VISITS)), spread, PEOPLE)
        values -= 5 * np.outer(people["arm"] == "retro", np.arange(len(VISITS)) / 3)
        for person, own in zip(ids, values, strict=True):
            last = len(VISITS) if rng.random() > 0.15 else int(rng.integers(1, len(VISITS)))
            rows += [("simulated", person, VISITS[k], name, own[k]) for k in range(last)]
    values = pd.DataFrame(rows, columns=["cohort", "participant", "visit", "outcome", "value"])
    return people.assign(withdrawn_after="", withdrawal_reason=""), values


def with_statsmodels(people: pd.DataFrame, values: pd.DataFrame) -> None:
    """Fit the random-intercept model of each outcome."""
    import statsmodels.formula.api as smf

    arms = people.set_index("participant")["arm"]
    for name in NAMES:
        long = values[values["outcome"] == name].assign(arm=lambda table: table["participant"].map(arms))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            smf.mixedlm("value ~ C(arm) * C(visit)", long, groups=long["participant"]).fit()


def seconds(task: Callable[[], object]) -> list[float]:
    """Return the times of five runs after one that is not counted."""
    times = []
    for _ in range(6):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return sorted(times[1:])


def main() -> None:
    """Print the times and their ratio."""
    plan, (people, values) = cohort(), data()
    analysis = Analysis("mmrm", 0.05, "holm", 20221122)
    rows = len(analyse_cohort(people, values, plan, analysis)[0])
    ours = seconds(lambda: analyse_cohort(people, values, plan, analysis))
    theirs = seconds(lambda: with_statsmodels(people, values))
    print(f"{PEOPLE} people, {len(NAMES)} outcomes, {len(VISITS)} visits: {rows} rows of estimates (times in s)")
    print(f"retrowalk, every analysis             {statistics.median(ours):.2f} (worst of five {ours[-1]:.2f})")
    print(f"statsmodels, four random intercepts   {statistics.median(theirs):.2f} (worst of five {theirs[-1]:.2f})")
    print(f"ratio                                 {statistics.median(ours) / statistics.median(theirs):.1f}")


if __name__ == "__main__":
    main()
