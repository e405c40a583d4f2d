"""What a run of the bundled cohorts takes, cold and warm, and which rules take it.

Usage: .venv/bin/python benchmarks/where_the_time_goes.py [--small]

Cold is the first run in an empty folder, warm the second one with nothing to do; both on all cores. The time of each rule comes
from a third run on one core, where one job ends before the next starts. Beside it stands what the same jobs would take without
their imports: the package called job by job in one process, which is what a script of one's own would do. `--small`
runs one cohort, to see whether the benchmark itself runs.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: The cohorts that a small run leaves out.
OTHERS = ("ansari2020", "krishnan2021", "goonasegaran2022")


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


def run(folder: Path, *arguments: str) -> Iterator[tuple[float, str]]:
    """Yield the seconds since the start and what was said, line by line, and at last the time of the end."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "snakemake", "-s", ROOT / "Snakefile", "-d", folder, *arguments]
    start = time.perf_counter()
    lines = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stderr:
            lines.append(line)
            yield time.perf_counter() - start, line
    if process.returncode:
        sys.exit("".join([*lines, "the run failed"]))
    yield time.perf_counter() - start, ""


def seconds(folder: Path, *arguments: str) -> float:
    """Return what a run takes."""
    return list(run(folder, *arguments))[-1][0]


def by_rule(folder: Path) -> tuple[dict[str, list[float]], float]:
    """Return the seconds of each rule's jobs on one core, and those before the first job ended."""
    jobs, last = defaultdict(list), 0.0
    for now, line in run(folder, "--cores", "1"):
        if line.startswith("["):
            jobs[line.split("]")[1].split()[0]].append(now - last)
        last = now
    return jobs, last


def in_process(folder: Path) -> float:
    """Return the seconds of all computing without Snakemake and without imports."""
    from retrowalk.describe import describe_cohort
    from retrowalk.ingest import check_cohort, ingest_cohort
    from retrowalk.model import analyse_cohort
    from retrowalk.plan.read import load_plan
    from retrowalk.present.figures.style import FigureSettings
    from retrowalk.present.figures.subject import CohortTables
    from retrowalk.present.figures.write import write_figures
    from retrowalk.present.tables.write import write_tables

    os.chdir(folder)
    plan = load_plan()

    def compute(out: Path) -> None:
        for name, cohort in plan.cohorts.items():
            check_cohort(cohort)
            data = ingest_cohort(cohort)
            described = describe_cohort(*data, cohort, plan.analysis.alpha)
            results, residuals = analyse_cohort(*data, cohort, plan.analysis)
            write_tables(described, results, cohort, plan.analysis, out / name / "tables")
            settings = FigureSettings(**plan.figures)
            tables = CohortTables(*data, described, results, residuals)
            write_figures(tables, cohort, plan.analysis, settings, out / name / "figures")

    compute(folder / "once")  # imports and caches
    start = time.perf_counter()
    compute(folder / "twice")
    return time.perf_counter() - start


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", action="store_true", help="one cohort")
    small = parser.parse_args().small
    with tempfile.TemporaryDirectory() as temporary:
        first = make_folder(Path(temporary) / "all_cores", small)
        print(f"cold, all cores  {seconds(first):6.1f} s")
        print(f"warm, all cores  {seconds(first):6.1f} s")
        rules, total = by_rule(make_folder(Path(temporary) / "one_core", small))
        print(f"cold, one core   {total:6.1f} s, {sum(map(len, rules.values()))} jobs\n")
        for rule, times in sorted(rules.items(), key=lambda item: -sum(item[1])):
            print(f"{rule:18} {len(times)} x {sum(times) / len(times):5.1f} s = {sum(times):5.1f} s")
        alone = in_process(make_folder(Path(temporary) / "in_process", small))
        print(
            f"\nthe cohorts' jobs in one process, imports done: {alone:.1f} s; one core takes {total / alone:.1f} times that"
        )


if __name__ == "__main__":
    main()
