"""The randomisation test of an ANCOVA beside what one would write without it: a loop of statsmodels' OLS.

Usage: .venv/bin/python benchmarks/permutation.py [--people 40 --arrangements 10000]

Both look at the same random arrangements of two equal arms (40 people, 10,000 arrangements unless other numbers are given) and
must find the same p value. Ours also finds the interval. The loop is timed over a tenth of the arrangements and its time
multiplied by ten; the p values compared are those of that tenth.
"""

import argparse
import time

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

from retrowalk.model.permutation import randomisation_test, two_arms


def trial(people: int) -> pd.DataFrame:
    """Return a trial with one visit after baseline."""
    rng = np.random.default_rng(20221122)
    baseline = rng.normal(50, 10, people)
    arm = np.where(np.arange(people) % 2, "retro", "control")
    after = 0.6 * baseline + rng.normal(20, 8, people) - 5 * (arm == "retro")
    return pd.DataFrame({"arm": arm, "baseline": baseline, "week_6": after})


def with_retrowalk(data: pd.DataFrame, arrangements: int) -> float:
    """Return the p value."""
    test = randomisation_test(
        two_arms(data, "week_6", "baseline", "retro", "control"),
        permutations=arrangements,
        generator=np.random.default_rng(1),
    )
    return test.p_value


def with_statsmodels(data: pd.DataFrame, arrangements: int) -> float:
    """Return the p value of the same arrangements, each fitted."""
    rng = np.random.default_rng(1)
    labels = (data["arm"] == "retro").to_numpy(float)
    rows = rng.permuted(np.tile(labels, (arrangements, 1)), axis=1)
    fixed = np.column_stack([np.ones(len(data)), data["baseline"]])
    values = data["week_6"].to_numpy()

    def t(arm: np.ndarray) -> float:
        return abs(OLS(values, np.column_stack([fixed, arm])).fit().tvalues[-1])

    observed = t(labels)
    return (1 + sum(t(row) >= observed * (1 - 1e-9) for row in rows)) / (arrangements + 1)


def main() -> None:
    """Print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--arrangements", type=int, default=10_000)
    given = parser.parse_args()
    people, arrangements = given.people, given.arrangements
    data, tenth = trial(people), arrangements // 10
    ours, theirs = (function(data, tenth) for function in (with_retrowalk, with_statsmodels))
    assert ours == theirs, (ours, theirs)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        with_retrowalk(data, arrangements)
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    with_statsmodels(data, tenth)
    loop = 10 * (time.perf_counter() - start)
    best = min(times)
    print(f"{people} people, {arrangements} arrangements (times in s)")
    print(f"retrowalk, with the interval   {best:.3f} (best of 5; worst {max(times):.3f})")
    print(f"loop of statsmodels OLS        {loop:.3f}")
    print(f"ratio                          {loop / best:.0f}")


if __name__ == "__main__":
    main()
