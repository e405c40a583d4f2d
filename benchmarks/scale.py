"""What a run costs as cohorts and participants become more: time, memory, jobs. Writes docs/scale.md.

Usage: .venv/bin/python benchmarks/scale.py [--cohorts 4 40 --planned 4 40 400 --people 200 5000 50000 --output quick.md]

The cohorts have the designs of the bundled ones, each drawn with a seed of its own; that with many participants has the design of
ansari2020. `--planned` numbers of cohorts are planned only (`snakemake -n` of a folder without results). Times are of whole
commands; memory is that of the largest process.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from retrowalk.simulate.cohort_design import CohortDesign, bundled_designs
from retrowalk.simulate.draws import draw_cohort
from retrowalk.simulate.raw_file import raw_table, write_raw

ROOT = Path(__file__).resolve().parents[1]
SEED = 20221122
#: The cohort of which a size is varied.
VARIED = "ansari2020"
#: Runs a command and tells what its largest process used: a process of its own for each, since the system keeps the maximum.
MEASURED = """
import resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(code)
"""

PAGE = """# How the time grows with cohorts and participants

Written by `benchmarks/scale.py`; do not edit. **All data are simulated.**

Measured on {cores} cores, with a load of {load:.1f} from other work at the start. Wall time is what a user waits. Memory is that of
the largest process; two or more run at a time.

## Cohorts

Cold runs of many small cohorts (10 to 60 participants each), with every figure, table and text. "For each" divides by the number of
cohorts: where it does not grow, the time is linear or better.

| cohorts | jobs | wall time (s) | CPU time (s) | CPU time for each (s) | memory (MB) |
| ---: | ---: | ---: | ---: | ---: | ---: |
{cohorts}

## The plan alone

How long it takes until the first job starts (`snakemake -n` in a folder without results).

| cohorts | jobs | wall time (s) | for each job (s) | memory (MB) |
| ---: | ---: | ---: | ---: | ---: |
{planned}

## Participants

One cohort with two arms and two visits.

| participants | wall time (s) | CPU time (s) | CPU time per 1,000 participants (s) | memory (MB) |
| ---: | ---: | ---: | ---: | ---: |
{people}
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time, CPU seconds of all processes, MB of the largest process, and the number of jobs."""

    wall: float
    cpu: float
    memory: float
    jobs: int


def cost(folder: Path, *options: str) -> Cost:
    """Run the workflow on a folder; it must end well."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "snakemake", "-s", ROOT / "Snakefile", "-d", folder, *options]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{done.stderr[-3000:]}\nthe run failed")
    wall, cpu, memory = map(float, done.stdout.split())
    jobs = re.search(r"^\[ *\d+/(\d+)\]", done.stderr, flags=re.MULTILINE)
    return Cost(
        wall, cpu, memory, int(jobs[1]) if jobs else len(re.findall("^would run (?!all)", done.stderr, re.MULTILINE))
    )


def make_cohort(folder: Path, design: CohortDesign, name: str, stream: int) -> None:
    """Add a cohort with the design of a bundled one and data of its own, of which nothing is required."""
    rng = np.random.default_rng(np.random.SeedSequence([SEED, 1000, stream]))
    design = replace(design, trial=replace(design.trial, id_prefix=f"{design.trial.id_prefix}{stream}-"), require={})
    write_raw(design, raw_table(design, draw_cohort(design, rng)), folder / "data" / name / design.file.name)
    plan = (ROOT / "config" / "cohorts" / f"{design.name}.yaml").read_text(encoding="utf-8")
    path = folder / "config" / "cohorts" / f"{name}.yaml"
    path.write_text(plan.replace(f"data/{design.name}/", f"data/{name}/"), encoding="utf-8")


def make_folder(folder: Path, cohorts: dict[str, CohortDesign]) -> Path:
    """Make a folder with a plan of these cohorts, by name, and their data."""
    shutil.copytree(ROOT / "data" / "published", folder / "data" / "published")
    (folder / "config" / "cohorts").mkdir(parents=True)
    shutil.copy(ROOT / "config" / "instruments.yaml", folder / "config")
    plan = (ROOT / "config" / "config.yaml").read_text(encoding="utf-8")
    listed = "".join(f"  - {name}\n" for name in cohorts)
    (folder / "config" / "config.yaml").write_text(
        re.sub(r"^cohorts:\n(  - .*\n)+", f"cohorts:\n{listed}", plan, flags=re.MULTILINE), encoding="utf-8"
    )
    for stream, (name, design) in enumerate(cohorts.items()):
        make_cohort(folder, design, name, stream)
    return folder


def many(count: int) -> dict[str, CohortDesign]:
    """Return so many cohorts, the bundled designs in turn."""
    designs = bundled_designs()
    return {f"cohort_{place}": designs[place % len(designs)] for place in range(count)}


def of_size(people: int) -> dict[str, CohortDesign]:
    """Return one cohort with so many participants."""
    (design,) = (design for design in bundled_designs() if design.name == VARIED)
    arms = dict.fromkeys(design.trial.arms, people // len(design.trial.arms))
    return {"large": replace(design, trial=replace(design.trial, arms=arms))}


def row(*cells: object) -> str:
    """Return a line of a table."""
    shown = [
        f"{cell:,}" if isinstance(cell, int) else f"{cell:,.3g}" if cell < 10 else f"{cell:,.0f}" for cell in cells
    ]
    return f"| {' | '.join(shown)} |"


def page(arguments: argparse.Namespace, temporary: Path) -> str:
    """Measure and return the page."""
    load = os.getloadavg()[0]
    cohorts, planned, people = [], [], []
    for count in arguments.cohorts:
        used = cost(make_folder(temporary / f"run-{count}", many(count)))
        cohorts.append(row(count, used.jobs, used.wall, used.cpu, used.cpu / count, used.memory))
    for count in arguments.planned:
        used = cost(make_folder(temporary / f"plan-{count}", many(count)), "-n")
        planned.append(row(count, used.jobs, used.wall, used.wall / used.jobs, used.memory))
    for count in arguments.people:
        used = cost(make_folder(temporary / f"people-{count}", of_size(count)))
        people.append(row(count, used.wall, used.cpu, used.cpu / count * 1000, used.memory))
    tables = {"cohorts": cohorts, "planned": planned, "people": people}
    return PAGE.format(cores=os.cpu_count(), load=load, **{name: "\n".join(rows) for name, rows in tables.items()})


def main() -> None:
    """Read the options, measure in a temporary folder, write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cohorts", type=int, nargs="*", default=[4, 40])
    parser.add_argument("--planned", type=int, nargs="*", default=[4, 40, 400])
    parser.add_argument("--people", type=int, nargs="*", default=[200, 5_000, 50_000])
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "scale.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        arguments.output.write_text(page(arguments, Path(temporary)), encoding="utf-8")


if __name__ == "__main__":
    main()
