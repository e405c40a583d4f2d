"""A small project with sealed results: everything that a seal and its verification look at, written without a run."""

import shutil
from contextlib import chdir
from pathlib import Path
from types import SimpleNamespace

from tests.conftest import ROOT

from retrowalk import estimates
from retrowalk.facts import fact
from retrowalk.files import write_text
from retrowalk.plan.read import load_plan
from retrowalk.present.record.freeze import number_files
from retrowalk.present.record.plan_form import plan_form
from retrowalk.present.record.run import write_record
from retrowalk.present.record.seal import seal_results
from retrowalk.run.outputs import Records

COHORT = "ansari2020"
SNAKEFILE = "ab" * 32
RESULTS = Path("results")
RECORD = {"plan": "plan.json", "deviations": "deviations.csv", "provenance": "provenance.json", "guide": "README.md"}
#: What an estimate record is about, without its cohort and numbers.
COMPARISON = {
    "outcome": "pain",
    "analysis": "ancova",
    "arm": "retro",
    "reference_arm": "control",
    "term": "difference",
    "role": "secondary",
    "method": fact("ancova", covariates=[]),
}
ROW = COMPARISON | {"cohort": COHORT, "estimate": -5.7, "se": 2.8, "ci_low": -11.6, "ci_high": 0.2, "n": 20}


def make_project(folder: Path, numbers: dict | None = None, frozen: tuple[str, ...] = ()) -> Path:
    """Write a plan of one bundled cohort, its data and sealed results to `folder`; `numbers` replaces some of an estimate."""
    shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("frozen"))
    for name in (COHORT, "published"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    config = folder / "config" / "config.yaml"
    lines = config.read_text().splitlines(keepends=True)
    others = {f"  - {name}\n" for name in ("dufek2011", "krishnan2021", "goonasegaran2022")}
    config.write_text("".join(line for line in lines if line not in others))
    with chdir(folder):
        write_results(numbers or {})
        seal()
    return folder


def write_results(numbers: dict) -> None:
    """Write the results of the project in the current folder, without the seal."""
    plan = load_plan()
    data = [*plan.cohorts[COHORT].intake.files, *plan.published]
    outputs = SimpleNamespace(**{key: RESULTS / name for key, name in RECORD.items()})
    write_record(plan_form(plan), data, [], outputs)
    for name in number_files([COHORT]):
        estimates.write(estimates.tabulate([ROW | numbers]), RESULTS / name)
    write_text("participant,age\nSYN01,47\n", RESULTS / "cohorts" / COHORT / "participants.csv")
    write_text("a figure", RESULTS / "cohorts" / COHORT / "figures" / "flow.svg")
    write_text("a table", RESULTS / "synthesis" / "tables" / "published_effects.tex")
    write_text("the report", RESULTS / "report.html")


def seal() -> None:
    """Seal the results in the current folder."""
    outputs = [str(path) for path in RESULTS.iterdir() if path.name not in ("checksums.csv", "ro-crate-metadata.json")]
    made = SimpleNamespace(checksums=RESULTS / "checksums.csv", crate=RESULTS / "ro-crate-metadata.json")
    seal_results(Records().contents(outputs), load_plan().cohorts, SNAKEFILE, made)
