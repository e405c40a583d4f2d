"""Remove old results that would stand beside a new fault.

Snakemake removes the outputs of the job that failed. What an earlier run made further down the line stays, and would be
read as if it were new: `sweep` removes it.
"""

from collections.abc import Collection
from pathlib import Path

from retrowalk.files import remove

#: What a cohort's jobs make, in the order they make it. After the first gap, everything is out of date.
COHORT_OUTPUTS = [
    "problems.csv",
    "participants.csv",
    "measurements.csv",
    "events.csv",
    "descriptives.csv",
    "estimates.csv",
    "residuals.csv",
    "figures",
    "tables",
]
REPORT = "report.html"
#: What is made from all cohorts together, in order.
JOINT_OUTPUTS = [
    "overlaps.csv",
    "synthesis/effects.csv",
    "synthesis/pooled.csv",
    "synthesis/figures",
    "synthesis/tables",
    "plan.json",
    "deviations.csv",
    "provenance.json",
    "README.md",
    REPORT,
    "manuscript.docx",
    "manuscript.md",
    "numbers.csv",
    "references.bib",
    "references.json",
    "changes.html",
    "changes.md",
    "checksums.csv",
    "ro-crate-metadata.json",
]


def expected_outputs(cohorts: Collection[str]) -> list[str]:
    """Return the paths of everything that a run makes."""
    joint = [f"results/{name}" for name in JOINT_OUTPUTS]
    return [f"results/cohorts/{cohort}/{name}" for cohort in cohorts for name in COHORT_OUTPUTS] + joint


def sweep_dropped(results: str | Path, cohorts: Collection[str]) -> None:
    """Remove the results of cohorts that the plan no longer has."""
    for folder in (Path(results) / "cohorts").glob("*"):
        if folder.name not in cohorts:
            remove(folder)


def sweep(results: str | Path, cohorts: Collection[str]) -> None:
    """After a fault: remove what is left of failed and dropped cohorts, and of the joint outputs made from them."""
    results = Path(results)
    sweep_dropped(results, cohorts)
    folders = [results / "cohorts" / cohort for cohort in cohorts]
    whole = [_cut_after_gap(folder, COHORT_OUTPUTS) for folder in folders]
    if all(whole) and not _is_older(results / REPORT, folders):
        _cut_after_gap(results, JOINT_OUTPUTS)
    else:
        for name in JOINT_OUTPUTS:
            remove(results / name)


def _is_older(report: Path, folders: list[Path]) -> bool:
    """Whether a report is there that was made before some cohort's results: the run ended between the two."""
    made = [(folder / name).stat().st_mtime for folder in folders for name in COHORT_OUTPUTS]
    return report.exists() and report.stat().st_mtime < max(made)


def _cut_after_gap(folder: Path, names: list[str]) -> bool:
    """Remove every output after the first that is missing; return whether none was missing."""
    paths = [folder / name for name in names]
    there = [path.exists() for path in paths]
    if all(there):
        return True
    for path in paths[there.index(False) :]:
        remove(path)
    return False
