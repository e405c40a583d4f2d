"""changes.html and changes.md: the numbers of the manuscript that changed since the results were frozen, by cohort."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from retrowalk.files import write_text
from retrowalk.plan.paths import FROZEN
from retrowalk.plan.trial import Cohort
from retrowalk.present.changes.moved import MOVED_COLUMNS
from retrowalk.present.manuscript.to_markdown import escaped, pipes
from retrowalk.present.report.page import HERE, STYLE, content_policy, environment
from retrowalk.present.report.sources import row_words
from retrowalk.present.report.tables import page_table
from retrowalk.present.report.text import marked_up
from retrowalk.present.tables.table import Table, marked
from retrowalk.vocabulary import SYNTHETIC_NOTE

TEMPLATE = "changes.html.j2"
TITLE = "What changed since the results were frozen"
NOT_FROZEN = (
    "No results were frozen for these trials, so there is nothing to compare. make freeze saves the plan and the numbers in "
    f"{FROZEN}/."
)
UNCHANGED = "No number in the manuscript has changed since the results were frozen."
ONLY_PRINTED = (
    "Numbers are compared as printed: changes beyond the last printed digit are not listed. The frozen numbers are in "
    f"{FROZEN}/numbers.csv; those of the manuscript are in numbers.csv."
)
#: Sets of studies, which have no cohort file.
SETS = {"published": "Published trials", "synthetic": "Synthetic cohorts, pooled"}
COLUMN_WORDS = {
    "estimate": "estimate",
    "ci_low": "lower limit",
    "ci_high": "upper limit",
    "p_value": "p value",
    "p_adjusted": "adjusted p value",
    "df": "degrees of freedom",
    "n": "n",
    "n_arm": "n of the arm",
    "n_reference": "n of the control arm",
    "effect_size": "effect size",
    "effect_size_low": "lower limit of the effect size",
    "effect_size_high": "upper limit of the effect size",
}


def write_changes(moved: pd.DataFrame | None, cohorts: Mapping[str, Cohort], outputs: Any) -> None:
    """Write both files.

    Parameters
    ----------
    moved
        What moved (`moved.moved`); None where nothing was frozen.
    cohorts
        The cohorts by name.
    outputs
        Has the paths `page` and `markdown`.
    """
    tables = [] if moved is None else changes_tables(moved, cohorts)
    sentences = [sentence_on(moved), ONLY_PRINTED] if tables else [sentence_on(moved)]
    markdown = [f"# {TITLE}", *map(escaped, sentences)]
    for table in tables:
        markdown += [f"## {escaped(table.title)}", pipes(table)]
    write_text("\n\n".join(markdown) + "\n", outputs.markdown)
    style = (HERE / STYLE).read_text(encoding="utf-8")
    page = (
        environment(_as_text, Path(__file__).parent)
        .get_template(TEMPLATE)
        .render(
            title=TITLE,
            sentences=sentences,
            tables=[page_table(table, "changes") for table in tables],
            style=Markup(style),
            policy=Markup(content_policy(style, "")),
        )
    )
    write_text(page, outputs.page)


def _as_text(value: Any) -> Any:
    return marked_up(value, lambda number: 0) if type(value) is str else value


def sentence_on(moved: pd.DataFrame | None) -> str:
    """Say how many numbers moved."""
    if moved is None:
        return NOT_FROZEN
    if moved.empty:
        return UNCHANGED
    one = len(moved) == 1
    return f"{len(moved)} number{' in the manuscript has' if one else 's in the manuscript have'} changed since the results were frozen."


def changes_tables(moved: pd.DataFrame, cohorts: Mapping[str, Cohort]) -> list[Table]:
    """Return a table a cohort and a set of studies, in the order in which their numbers moved."""
    tables = []
    for name, rows in moved.groupby("cohort", sort=False):
        cohort = cohorts.get(name)
        title = cohort.publication.title if cohort else SETS.get(name, name)
        mark = cohort.mark if cohort else SYNTHETIC_NOTE * (name == "synthetic")
        cells = [
            [f"{row_words(row, cohorts)}: {COLUMN_WORDS.get(row['column'], row['column'])}", row["frozen"], row["now"]]
            for _, row in rows.iterrows()
        ]
        frame = pd.DataFrame(cells, columns=["Number", "Frozen", "Now"])
        tables.append(Table(name, marked(title, mark), frame, (), moved.iloc[:0][MOVED_COLUMNS]))
    return tables
