"""Remove old results that would stand beside a new fault.

Snakemake removes the outputs of the job that failed. What an earlier run made further down the line stays, and would be
read as if it were new: `sweep` removes it.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from retrowalk.admission import ADMISSION, read_refused
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
#: Those that are each made from all before, and not from each other; of tables nothing is made but the seal.
FIGURES, TABLES = COHORT_OUTPUTS[-2:]
REPORT = "report.html"
#: What is made from all cohorts together, in order.
JOINT_OUTPUTS = [
    "cohorts.csv",
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
#: The seal is made from everything.
SEAL = JOINT_OUTPUTS[-2:]


def expected_outputs(cohorts: Collection[str]) -> list[str]:
    """Return the paths of everything that a run makes."""
    joint = [f"results/{name}" for name in JOINT_OUTPUTS]
    return [f"results/cohorts/{cohort}/{name}" for cohort in cohorts for name in COHORT_OUTPUTS] + joint


def sweep_dropped(results: str | Path, cohorts: Collection[str]) -> None:
    """Remove the results of cohorts that the plan no longer has."""
    for folder in (Path(results) / "cohorts").glob("*"):
        if folder.name not in cohorts:
            remove(folder)


def sweep(results: str | Path, cohorts: Collection[str], tell: Callable[[str], None]) -> None:
    """After a fault: remove what is left of failed and dropped cohorts, and of the joint outputs made from them.

    The joint outputs stay where they were made without the cohorts whose data have errors; `tell` then names these.
    """
    results = Path(results)
    sweep_dropped(results, cohorts)
    whole = {name: _cut_cohort(results / "cohorts" / name) for name in cohorts}
    refused = [name for name in read_refused(results / ADMISSION.name) if name in whole]
    taken = [name for name in cohorts if name not in refused]
    if all(whole[name] for name in taken) and not _is_older(results, taken):
        _cut_after_gap(results, JOINT_OUTPUTS)
    else:
        for name in JOINT_OUTPUTS:
            remove(results / name)
    if not all((results / "cohorts" / name / TABLES).exists() for name in taken):
        for name in SEAL:
            remove(results / name)
    if refused and (results / REPORT).exists():
        tell(f"{results / REPORT} was made without {', '.join(refused)}, because of the errors in the data.")


def _is_older(results: Path, cohorts: Collection[str]) -> bool:
    """Whether a report is there that was made before what it is made from: the run ended between the two."""
    outputs = [results / "cohorts" / cohort / name for cohort in cohorts for name in COHORT_OUTPUTS if name != TABLES]
    report, admission = results / REPORT, results / ADMISSION.name
    if not (report.exists() and admission.exists()):
        return report.exists()
    return report.stat().st_mtime < max(path.stat().st_mtime for path in (admission, *outputs))


def _cut_cohort(folder: Path) -> bool:
    """Remove what is left of a cohort after a gap; return whether it has all that the joint outputs are made from."""
    if _cut_after_gap(folder, COHORT_OUTPUTS[:-2]):
        return (folder / FIGURES).exists()
    for name in (FIGURES, TABLES):
        remove(folder / name)
    return False


def _cut_after_gap(folder: Path, names: list[str]) -> bool:
    """Remove every output after the first that is missing; return whether none was missing."""
    paths = [folder / name for name in names]
    there = [path.exists() for path in paths]
    if all(there):
        return True
    for path in paths[there.index(False) :]:
        remove(path)
    return False
