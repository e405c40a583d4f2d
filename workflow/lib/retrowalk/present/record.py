"""What was run: the plan, the versions, the checksums of every input; and a guide to the results folder."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retrowalk.files import sha256, write_csv, write_json, write_text
from retrowalk.present.deviations import deviations
from retrowalk.present.freeze import plan_hash, read_frozen

SOFTWARE = ("retrowalk", "snakemake", "pandas", "numpy", "scipy", "statsmodels", "pingouin", "seaborn", "matplotlib")

GUIDE = """\
# What is in this folder

Everything here is made by the workflow and made again when data, plan or code change. Edit nothing: copy it out.
Open **report.html** first.

| what | where |
|---|---|
| The report: words, tables and figures | report.html |
| The words of a paper: methods, results, legends, tables, checklist, references | manuscript.docx, manuscript.md |
| Where each number of the manuscript comes from: file, row, column, unrounded value | numbers.csv |
| The references of the methods, for a program that keeps references | references.bib, references.json |
| Figures of one cohort (PNG, PDF, SVG) | cohorts/NAME/figures/ |
| Tables of one cohort (Word, HTML; CSV with every digit) | cohorts/NAME/tables/ |
| Every number of one cohort, a row each, with interval, n, method and caveats | cohorts/NAME/estimates.csv, descriptives.csv |
| The data of one cohort as they were analysed | cohorts/NAME/participants.csv, measurements.csv, events.csv |
| Faults and warnings found in a cohort's file | cohorts/NAME/problems.csv |
| Participants who are in two cohorts | overlaps.csv |
| Fitted values and residuals | cohorts/NAME/residuals.csv |
| Effect sizes and pooled results | synthesis/ |
| The plan as it was run; versions and checksums | plan.json, provenance.json |
| Where the plan as it was run departs from the frozen one (empty where it does not, or none was frozen) | deviations.csv |
| What each job printed | logs/ |

A row or page that carries the word SYNTHETIC comes from simulated data and is not evidence.
"""


def write_record(plan: dict[str, Any], inputs: Sequence[str], frozen_files: Sequence[str], outputs: Any) -> None:
    """Write plan.json, deviations.csv, provenance.json and the guide.

    Parameters
    ----------
    plan
        The plan as plain values.
    inputs
        Data files that the results were made from.
    frozen_files
        The frozen plan and its hash; empty where nothing was frozen.
    outputs
        Has the paths `plan`, `deviations`, `provenance` and `guide`.

    Raises
    ------
    PlanError
        The frozen plan does not agree with its hash.
    """
    frozen = read_frozen(frozen_files)
    record = {
        "software": {name: version(name) for name in SOFTWARE},
        "inputs": {str(Path(file)): {"sha256": sha256(file)} for file in inputs},
        "plan": {"sha256": plan_hash(plan), "frozen_sha256": None if frozen is None else plan_hash(frozen)},
    }
    write_json(plan, outputs.plan)
    write_csv(deviations(plan if frozen is None else frozen, plan), outputs.deviations)
    write_json(record, outputs.provenance)
    write_text(GUIDE, outputs.guide)


def read_record(path: str | Path) -> dict[str, Any]:
    """Read a record that `write_record` wrote."""
    return json.loads(Path(path).read_text(encoding="utf-8"))
