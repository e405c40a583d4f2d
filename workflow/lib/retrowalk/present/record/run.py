"""What was run: the plan, the versions, the checksums of every input; and a guide to the results folder."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retrowalk.files import sha256, write_csv, write_json, write_text
from retrowalk.present.record.deviations import deviations
from retrowalk.present.record.freeze import is_of_others, plan_hash, read_frozen

#: {distribution: the page of its project}.
SOFTWARE = {
    "retrowalk": "",
    "snakemake": "https://snakemake.github.io/",
    "pandas": "https://pandas.pydata.org/",
    "numpy": "https://numpy.org/",
    "scipy": "https://scipy.org/",
    "statsmodels": "https://www.statsmodels.org/",
    "pingouin": "https://pingouin-stats.org/",
    "seaborn": "https://seaborn.pydata.org/",
    "matplotlib": "https://matplotlib.org/",
}

GUIDE = """\
# Contents of this folder

The workflow creates all files here and rebuilds them when data, plan or code change. Do not edit them; edit a copy.
Open **report.html** first.

| content | file |
|---|---|
| Report with text, tables and figures; shows the source of every number | report.html |
| Text for a paper: methods, results, legends, tables, checklist, references | manuscript.docx, manuscript.md |
| Source of each number in the manuscript: file, row, column, unrounded value | numbers.csv |
| References for the methods, for a reference manager | references.bib, references.json |
| Numbers in the manuscript that have changed since the results were frozen | changes.html, changes.md |
| Figures and tables of one cohort | cohorts/NAME/figures/, cohorts/NAME/tables/ |
| All estimates of one cohort, one row per estimate, with interval, n, method and caveats | cohorts/NAME/tables/all_estimates.csv |
| The same estimates with methods and caveats as codes | cohorts/NAME/estimates.csv, descriptives.csv |
| Data of one cohort as analysed | cohorts/NAME/participants.csv, measurements.csv, events.csv |
| Errors and warnings found in the data of a cohort | cohorts/NAME/problems.csv |
| Cohorts, and the number of errors that kept one out of the results | cohorts.csv |
| Fitted values and residuals | cohorts/NAME/residuals.csv |
| Effect sizes and pooled results, with figures and tables | synthesis/ |
| Participants in more than one cohort | overlaps.csv |
| Plan as run; software versions and checksums | plan.json, provenance.json |
| Deviations from the frozen plan (empty if there are none or if no plan was frozen) | deviations.csv |
| Size and SHA-256 of every file here; `make verify` compares them | checksums.csv |
| Description of this folder for archives (RO-Crate): data, software, files; the dates in it are fixed | ro-crate-metadata.json |
| Output of each job | logs/ |

Each figure is available in the formats set by `figures.preset` in the plan: PDF and SVG (vector), PNG, and TIFF if the publisher
requires it. Each table is available in Word, HTML and LaTeX as printed, and in CSV with unrounded values, one row per estimate.

| figure | content |
|---|---|
{figures}

| table | content |
|---|---|
| baseline | baseline characteristics by arm |
| participant_flow | participants at each visit; withdrawals with reasons |
| missing_data, missing_patterns | missing values, their reasons and patterns |
| results | all outcomes: means, changes, differences between arms |
| responders, reliable_change, single_changes | changes in individual participants, counted (and listed, if `show_ids` is set in the plan) |
| adverse_events, adherence | adverse events; sessions attended |
| sensitivity_analyses, mixed_models | sensitivity analyses; specification of the mixed models |
| analyses_as_published | simpler analyses, for comparison |
| all_estimates | all estimates of the cohort, with method and caveats in words (CSV only) |
| SET_effects, SET_pooled, SET_not_pooled | in synthesis/: effect sizes, pooled results, and results that could not be pooled, with the reason |

Pages, figures and tables marked SYNTHETIC, and rows whose `provenance` is synthetic, come from simulated data and are not
evidence. CSV files of data and residuals identify participants; figures, tables and pages do not,
except single_changes if `show_ids` is set.
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
