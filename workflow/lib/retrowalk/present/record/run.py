"""What was run: the plan, the versions, the checksums of every input; and a guide to the results folder."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retrowalk.files import sha256, write_csv, write_json, write_text
from retrowalk.present.record.deviations import deviations
from retrowalk.present.record.freeze import is_of_others, plan_hash, read_frozen

SOFTWARE = ("retrowalk", "snakemake", "pandas", "numpy", "scipy", "statsmodels", "pingouin", "seaborn", "matplotlib")

GUIDE = """\
# What is in this folder

Everything here is made by the workflow and made again when data, plan or code change. Edit nothing: copy it out.
Open **report.html** first.

| what | where |
|---|---|
| The report: words, tables and figures; every number says where it comes from | report.html |
| The words of a paper: methods, results, legends, tables, checklist, references | manuscript.docx, manuscript.md |
| Where each number of the manuscript comes from: file, row, column, unrounded value | numbers.csv |
| The references of the methods, for a program that keeps references | references.bib, references.json |
| Numbers of the manuscript that changed since the results were frozen | changes.html, changes.md |
| Figures and tables of one cohort | cohorts/NAME/figures/, cohorts/NAME/tables/ |
| Every number of one cohort, a row each, with interval, n, method and caveats | cohorts/NAME/estimates.csv, descriptives.csv |
| The data of one cohort as they were analysed | cohorts/NAME/participants.csv, measurements.csv, events.csv |
| Faults and warnings found in a cohort's file | cohorts/NAME/problems.csv |
| Fitted values and residuals | cohorts/NAME/residuals.csv |
| Effect sizes and pooled results, with their own figures and tables | synthesis/ |
| Participants who are in two cohorts | overlaps.csv |
| The plan as it was run; versions and checksums | plan.json, provenance.json |
| Where the plan as it was run departs from the frozen one (empty where it does not, or none was frozen) | deviations.csv |
| What each job printed | logs/ |

Each figure is there in several formats, as `figures.preset` in the plan says: PDF and SVG (sharp at any size), PNG, and TIFF where
a publisher asks for it. Each table is there as Word, HTML and LaTeX, as a reader sees it, and as CSV with every digit and a row for
each number.

| figure | what it shows |
|---|---|
{figures}

| table | what it holds |
|---|---|
| baseline | the participants at the start, by arm |
| participant_flow | how many were there at each visit, who left and why |
| missing_data, missing_patterns | missing values, their reasons and patterns |
| results | every outcome: means, changes, the difference between the arms |
| responders, reliable_change, single_changes | changes of single participants, counted (and listed, where the plan says `show_ids`) |
| adverse_events, adherence | harms; sessions attended |
| sensitivity_analyses, mixed_models | checks of the main comparison; how the models were fitted |
| analyses_as_published | the analyses as the studies ran them |
| SET_effects, SET_pooled, SET_not_pooled | in synthesis: effect sizes, pools, and what could not be pooled and why |

A page, figure or table that carries the word SYNTHETIC, and a row whose `provenance` is synthetic, comes from simulated data
and is not evidence. CSVs of data and residuals name
participants; figures, tables and pages do not.
"""


def write_record(plan: dict[str, Any], inputs: Sequence[str], frozen_files: Sequence[str], outputs: Any) -> None:
    """Write plan.json, deviations.csv, provenance.json and the guide.

    Parameters
    ----------
    plan
        The plan in the form of plan.json (`plan_form`).
    inputs
        Data files that the results were made from.
    frozen_files
        The frozen plan, its hash and its record; empty where nothing was frozen. A plan of other trials (`is_of_others`), such
        as that of the bundled ones after git clone, counts as none.
    outputs
        Has the paths `plan`, `deviations`, `provenance` and `guide`.

    Raises
    ------
    PlanError
        The frozen plan does not agree with its hash.
    """
    frozen = read_frozen(frozen_files)
    if frozen is not None and is_of_others(frozen["cohorts"], plan["cohorts"]):
        frozen = None
    record = {
        "software": {name: version(name) for name in SOFTWARE},
        "inputs": {str(Path(file)): {"sha256": sha256(file)} for file in inputs},
        "plan": {"sha256": plan_hash(plan), "frozen_sha256": None if frozen is None else plan_hash(frozen)},
    }
    write_json(plan, outputs.plan)
    write_csv(deviations(plan if frozen is None else frozen, plan), outputs.deviations)
    write_json(record, outputs.provenance)
    write_text(_guide(), outputs.guide)


def _guide() -> str:
    from retrowalk.present.figures.register import guide_to_figures

    return GUIDE.format(figures=guide_to_figures())


def read_record(path: str | Path) -> dict[str, Any]:
    """Read a record that `write_record` wrote."""
    return json.loads(Path(path).read_text(encoding="utf-8"))
