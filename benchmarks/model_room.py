"""Every analysis of one cohort: how long the room `model` takes for 60 people, four outcomes and three visits after baseline.

Usage: .venv/bin/python benchmarks/model_room.py [--small]

The cohort is simulated: two arms of 30, some 15 % of the participants leave before the end, one responder threshold per
outcome. Timed is `analyse_cohort` as the job model_cohort calls it, imports left out: the median and the worst of five. No
program does all of it, so the yardstick is one of its parts written as one would without retrowalk: the primary comparison of
the four outcomes by statsmodels' mixed model (a random intercept, REML, no small-sample degrees of freedom), four fits in all.
`--small` takes two outcomes and one run, to see whether the benchmark itself runs.
"""

import argparse
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from retrowalk.ingest import ingest_cohort
from retrowalk.model import analyse_cohort
from retrowalk.plan.paths import INSTRUMENTS
from retrowalk.plan.read import load_cohort
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.schemas import read_yaml

PEOPLE = 60
NAMES = ("pain", "range", "balance", "function")
WEEKS = (0, 4, 8, 12)
COHORT = """\
title: Simulated
citation: unpublished
provenance: synthetic
condition: knee osteoarthritis
design: parallel
randomised: true
comparator_type: active
file: data/simulated.csv
participant: participant
arm: arm
visit: week
arms:
  control: {name: control, label: Control}
  retro: {name: retro, label: Retro-walking}
control: control
visits:
"""


def make_folder(names: tuple[str, ...]) -> None:
    """Write config/ and data/ of the cohort to the current folder."""
    rng = np.random.default_rng(20221122)
    retro = np.arange(PEOPLE) % 2 == 1
    spread = 100 * (0.5 * np.eye(len(WEEKS)) + 0.5)
    last = np.where(rng.random(PEOPLE) > 0.15, len(WEEKS), rng.integers(1, len(WEEKS), PEOPLE))
    who, visit = np.nonzero(np.arange(len(WEEKS)) < last[:, None])
    table = pd.DataFrame(
        {
            "participant": [f"P{number:02d}" for number in who],
            "arm": np.where(retro, "retro", "control")[who],
            "week": np.array(WEEKS)[visit],
        }
    )
    for name in names:
        values = 50 + rng.multivariate_normal(np.zeros(len(WEEKS)), spread, PEOPLE)
        values -= 5 * np.outer(retro, np.arange(len(WEEKS)) / 3)
        table[name] = values[who, visit].round().clip(0, 100)
    lines = [f'  - {{name: week_{week}, week: {week}, label: Week {week}, in_file: "{week}"}}' for week in WEEKS]
    lines.append("outcomes:")
    for name in names:
        role = "primary" if name == names[0] else "secondary"
        lines.append(
            f"  {name}: {{instrument: vas_pain, label: {name.capitalize()}, column: {name}, role: {role}, "
            "responders: [{percent: 30, source: assumed}]}"
        )
    Path("data").mkdir()
    Path("config/cohorts").mkdir(parents=True)
    table.to_csv("data/simulated.csv", index=False)
    Path("config/cohorts/simulated.yaml").write_text(COHORT + "\n".join([*lines, ""]), encoding="utf-8")
    source = Path(__file__).resolve().parents[1] / INSTRUMENTS
    INSTRUMENTS.write_bytes(source.read_bytes())


def make_cohort(names: tuple[str, ...]) -> tuple[Cohort, pd.DataFrame, pd.DataFrame]:
    """Return the plan of the cohort, its participants and its measurements."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            make_folder(names)
            cohort = load_cohort("simulated", read_yaml(INSTRUMENTS))
            return cohort, *ingest_cohort(cohort)
        finally:
            os.chdir(here)


def with_statsmodels(people: pd.DataFrame, values: pd.DataFrame) -> None:
    """Fit the random-intercept model of each outcome."""
    import statsmodels.formula.api as smf

    arms = people.set_index("participant")["arm"]
    for name in values["outcome"].unique():
        long = values[values["outcome"] == name].assign(arm=lambda table: table["participant"].map(arms))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            smf.mixedlm("value ~ C(arm) * C(visit)", long, groups=long["participant"]).fit()


def seconds(task: Callable[[], object], runs: int) -> list[float]:
    """Return the sorted times of some runs after one that is not counted."""
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return sorted(times[1:])


def main() -> None:
    """Print the times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", action="store_true", help="two outcomes, one run")
    small = parser.parse_args().small
    names, runs = (NAMES[:2], 1) if small else (NAMES, 5)
    cohort, people, values = make_cohort(names)
    analysis = Analysis("mmrm", 0.05, "holm", 20221122)
    rows = len(analyse_cohort(people, values, cohort, analysis)[0])
    ours = seconds(lambda: analyse_cohort(people, values, cohort, analysis), runs)
    theirs = seconds(lambda: with_statsmodels(people, values), runs)
    print(f"{PEOPLE} people, {len(names)} outcomes, {len(WEEKS)} visits: {rows} rows of estimates (times in s)")
    print(f"retrowalk, every analysis             {statistics.median(ours):.2f} (worst of {runs} {ours[-1]:.2f})")
    print(f"statsmodels, random intercepts        {statistics.median(theirs):.2f} (worst of {runs} {theirs[-1]:.2f})")
    print(f"ratio                                 {statistics.median(ours) / statistics.median(theirs):.1f}")


if __name__ == "__main__":
    main()
