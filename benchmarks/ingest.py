"""A million measurements: reading, checking and writing the two tables, beside pandas' plain read of the same file.

Usage: .venv/bin/python benchmarks/ingest.py [--participants 200000]

The file is a CSV with one row a participant and visit (five visits, 200,000 participants unless another number is given):
participant, arm, age, sex, visit, pain. Each task runs in a process of its own, so that its time and its peak of memory are
its own; both leave out the imports. `check and ingest` is what the jobs check_cohort and ingest_cohort do together; the file
is read in each of them.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

VISITS = {"baseline": 0, "week_4": 4, "week_8": 8, "week_12": 12, "week_24": 24}
COHORT = """\
title: A large trial
citation: unpublished
provenance: synthetic
condition: low back pain
design: parallel
randomised: true
comparator_type: active
file: data/large.csv
participant: id
arm: group
visit: visit
arms:
  RW: {name: retro, label: Retro-walking}
  UC: {name: usual, label: Usual care}
control: usual
"""


def make_folder(participants: int) -> None:
    """Write config/ and data/ to the current folder; every second value of pain and every age is drawn anew."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(20221122)
    rows = len(VISITS)
    table = pd.DataFrame(
        {
            "id": np.repeat([f"P{number:06d}" for number in range(participants)], rows),
            "group": np.repeat(np.where(rng.random(participants) < 0.5, "RW", "UC"), rows),
            "age": np.repeat(rng.integers(30, 80, participants), rows),
            "sex": np.repeat(np.where(rng.random(participants) < 0.5, "female", "male"), rows),
            "visit": np.tile(list(VISITS), participants),
            "pain": rng.integers(0, 101, participants * rows),
        }
    )
    Path("data").mkdir()
    Path("config/cohorts").mkdir(parents=True)
    table.to_csv("data/large.csv", index=False)
    visits = [f"  - {{name: {name}, week: {week}, label: Week {week}}}" for name, week in VISITS.items()]
    rest = [
        *("outcomes:", "  pain: {instrument: vas_pain, label: Pain, column: pain, role: primary}"),
        *(
            "covariates:",
            "  age: {column: age, unit: years}",
            "  sex: {column: sex, levels: {female: female, male: male}}",
        ),
    ]
    Path("config/cohorts/large.yaml").write_text(COHORT + "\n".join(["visits:", *visits, *rest, ""]))
    source = Path(__file__).resolve().parents[1] / "config" / "instruments.yaml"
    Path("config/instruments.yaml").write_bytes(source.read_bytes())


def plain_read() -> int:
    """Read the file with pandas, which guesses the types and checks nothing."""
    import pandas as pd

    return len(pd.read_csv("data/large.csv"))


def check_and_ingest() -> int:
    """Do what the two jobs of the workflow do, files written."""
    from retrowalk import files
    from retrowalk.ingest import check_cohort, ingest_cohort
    from retrowalk.plan.paths import INSTRUMENTS
    from retrowalk.plan.read import load_cohort
    from retrowalk.schemas import read_yaml

    cohort = load_cohort("large", read_yaml(INSTRUMENTS))
    problems = check_cohort(cohort)
    files.write_csv(problems, "problems.csv")
    participants, measurements = ingest_cohort(cohort, problems)
    files.write_csv(participants, "participants.csv")
    files.write_csv(measurements, "measurements.csv")
    return len(measurements)


TASKS = {"pandas.read_csv": plain_read, "check and ingest": check_and_ingest}


def alone(task: str) -> None:
    """Run one task in this process; print rows, seconds and peak of memory as JSON."""
    import pandera.pandas  # noqa: F401 (not part of the time)

    start = time.perf_counter()
    rows = TASKS[task]()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(json.dumps({"rows": rows, "seconds": seconds, "gigabytes": peak}))


def main() -> None:
    """Print both tasks side by side."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--participants", type=int, default=200_000)
    participants = parser.parse_args().participants
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_folder(participants)
        print(f"{participants:,} participants, {os.path.getsize('data/large.csv') / 1e6:.0f} MB")
        first = None
        for task in TASKS:
            run = subprocess.run(
                [sys.executable, __file__, "--alone", task], capture_output=True, text=True, check=True
            )
            said = json.loads(run.stdout)
            first = first or said["seconds"]
            ratio = said["seconds"] / first
            print(
                f"{task:18s} {said['rows']:>9,} rows {said['seconds']:6.1f} s {said['gigabytes']:5.2f} GB {ratio:6.1f} times"
            )
        os.chdir("/")


if __name__ == "__main__":
    alone(sys.argv[2]) if sys.argv[1:2] == ["--alone"] else main()
