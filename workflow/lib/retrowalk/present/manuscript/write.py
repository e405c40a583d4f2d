"""Write the manuscript of a run, the table of its numbers, and its references."""

from typing import Any

from retrowalk.files import write_csv, write_json, write_text
from retrowalk.plan.settings import Analysis
from retrowalk.present.manuscript.assemble import manuscript
from retrowalk.present.manuscript.numbers_table import Results, numbers_table
from retrowalk.present.manuscript.references import as_bibtex
from retrowalk.present.manuscript.to_markdown import write_markdown
from retrowalk.present.manuscript.to_word import write_word
from retrowalk.present.record.results import Run


def write_manuscript(run: Run, analysis: Analysis, paths: Any) -> None:
    """Write the manuscript.

    Parameters
    ----------
    run
        What was run (`collect_run`).
    analysis
        What the plan says of all cohorts.
    paths
        Has the paths `docx`, `markdown`, `numbers`, `bibtex` and `csl`.

    Raises
    ------
    ValueError
        A number of the text is not what stands at its source: a fault of the program (`numbers_table`).
    """
    text = manuscript(run, analysis)
    located = write_word(text, paths.docx)
    results = Results(run.tables, run.plan, run.record, list(text.references), run.warnings)
    write_csv(numbers_table(located, results), paths.numbers)
    write_markdown(text, paths.markdown)
    write_text(as_bibtex(text.references), paths.bibtex)
    write_json(list(text.references), paths.csl)
