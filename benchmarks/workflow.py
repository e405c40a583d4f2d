"""What a run of the bundled cohorts costs beside one plain process that does the same work.

Usage: .venv/bin/python benchmarks/workflow.py [--small]

The workflow's jobs are recorded (script, inputs, parameters) and then run again, one after another, in one plain process: that
is what a script of one's own would do, with its imports, without Snakemake, processes, checksums and records. CPU is user and
system time of all processes, in seconds; the ratio is the workflow's over the plain process's. Then: a run with nothing to do
beside Snakemake's own dry run of the same folder, and a run after one data file was changed. `--small` runs one cohort, to see
whether the benchmark itself runs.
"""

import argparse
import os
import pickle
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: The cohorts that a small run leaves out.
OTHERS = ("dufek2011", "krishnan2021", "goonasegaran2022")
CHANGED = Path("data/ansari2020/ansari2020_synthetic.csv")

#: Runs Snakemake and writes down what every job is given.
RECORDER = """
import pickle, sys
import snakemake_executor_plugin_warm as warm
from snakemake.cli import main
jobs, run = [], warm.Server.run
def record(server, script):
    jobs.append(script)
    return run(server, script)
warm.Server.run = record
try:
    main(sys.argv[2:])
finally:
    with open(sys.argv[1], "wb") as file:
        pickle.dump(jobs, file)
"""

#: Runs what was written down, in one process, and tells the CPU seconds of each rule.
PLAIN = """
import pickle, resource, sys
from retrowalk.run.outputs import Records
Records.read, Records.write, Records.forget = classmethod(lambda cls: cls()), lambda *_: None, lambda *_: None
for path, source, given in pickle.load(open(sys.argv[1], "rb")):
    before = resource.getrusage(resource.RUSAGE_SELF)
    snakemake = pickle.loads(given)
    exec(compile(source, path, "exec"), {"__name__": "__main__", "snakemake": snakemake})
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(snakemake.rule, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time, CPU seconds of all processes, and what was printed."""

    wall: float
    cpu: float
    said: str


def cost(folder: Path, *command: str | Path) -> Cost:
    """Run a command in a folder; it must end well."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{done.stdout}\nthe run failed")
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout)


def make_folder(folder: Path, small: bool) -> Path:
    """Copy the plan and the bundled data to a new folder; of the cohorts all, or one."""
    shutil.copytree(ROOT / "config", folder / "config")
    shutil.copytree(ROOT / "data", folder / "data")
    if small:
        plan = folder / "config" / "config.yaml"
        lines = plan.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line.strip().removeprefix("- ") not in OTHERS]
        plan.write_text("".join(kept), encoding="utf-8")
    return folder


def change_data(folder: Path) -> None:
    """Change one value of one data file, as a correction would."""
    path = folder / CHANGED
    lines = path.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("vas_post")
    cells = lines[1].split(",")
    cells[place] = "4.1" if cells[place] != "4.1" else "4.2"
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:], ""]), encoding="utf-8")


def measure(temporary: Path, small: bool) -> None:
    """Run and print."""
    snakemake = ("-m", "snakemake", "-s", str(ROOT / "Snakefile"))
    # Once in a folder of its own: the code is compiled and the fonts are known, for both.
    recorded = make_folder(temporary / "recorded", small)
    jobs = temporary / "jobs.pickle"
    cost(recorded, "-c", RECORDER, jobs, *snakemake[2:], "--cores", "1")
    folder = make_folder(temporary / "workflow", small)
    workflow = cost(folder, *snakemake)
    plain = cost(make_folder(temporary / "plain", small), "-c", PLAIN, jobs)
    print(f"workflow, cold, all cores  {workflow.cpu:6.1f} CPU-s {workflow.wall:6.1f} s")
    print(f"one plain process          {plain.cpu:6.1f} CPU-s {plain.wall:6.1f} s")
    print(f"ratio                      {workflow.cpu / plain.cpu:6.2f}")
    nothing, dry = (min(cost(folder, *snakemake, *more).wall for _ in range(3)) for more in ((), ("-n",)))
    print(f"nothing to do              {nothing:6.2f} s, {nothing / dry:.2f} times snakemake -n ({dry:.2f} s)")
    change_data(folder)
    own = cost(folder, *snakemake, "--until", "draw_cohort", "tabulate_cohort")
    rest = cost(folder, *snakemake)
    print(f"one data file changed      {own.wall:6.1f} s for its own jobs, {rest.wall:6.1f} s for what is made of all")
    seconds = defaultdict(list)
    for rule, number in re.findall(r"^(\w+) ([\d.e-]+)$", plain.said, flags=re.MULTILINE):
        seconds[rule].append(float(number))
    print(f"\nCPU seconds in the plain process, by rule ({len(pickle.loads(jobs.read_bytes()))} jobs)")
    for rule, numbers in sorted(seconds.items(), key=lambda item: -sum(item[1])):
        print(f"{rule:18} {len(numbers)} x {sum(numbers) / len(numbers):5.2f} = {sum(numbers):5.2f}")


def main() -> None:
    """Read the options, measure in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", action="store_true", help="one cohort")
    small = parser.parse_args().small
    with tempfile.TemporaryDirectory() as temporary:
        measure(Path(temporary), small)


if __name__ == "__main__":
    main()
