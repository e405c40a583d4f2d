"""The cohort file that fits a researcher's files: every column's likely meaning, and questions for what is not likely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrowalk.errors import DataError
from retrowalk.ingest.propose import kinds
from retrowalk.ingest.propose.conduct import write_conduct
from retrowalk.ingest.propose.covariates import write_covariates
from retrowalk.ingest.propose.design import ask_design
from retrowalk.ingest.propose.draft import Draft
from retrowalk.ingest.propose.measures import find_measures
from retrowalk.ingest.propose.outcomes import write_missing, write_outcomes
from retrowalk.ingest.propose.participants import find_arm, find_participant
from retrowalk.ingest.propose.questions import Answers
from retrowalk.ingest.propose.source import main_table, overview, table_keys
from retrowalk.ingest.propose.tables import Table


@dataclass(frozen=True)
class Proposal:
    """A cohort file (`content`, in the order of its keys), and what is told of how it came about."""

    content: dict[str, Any]
    overview: str
    rows: tuple[tuple[str, str, str], ...]
    unused: tuple[str, ...]
    assumed: tuple[str, ...]
    files: tuple[Path, ...]


def propose(tables: Sequence[Table], instruments: Mapping[str, Any], answers: Answers) -> Proposal:
    """Return the cohort file that fits some tables.

    Parameters
    ----------
    tables
        Every table of every file, the main file's first (`read_tables`).
    instruments
        The content of config/instruments.yaml.
    answers
        Answer what cannot be told from the tables.

    Raises
    ------
    DataError
        Something cannot be told and is not answered, or no outcome is found.
    """
    dictionary = [table for table in tables if kinds.is_dictionary(table.columns)]
    others = [table for table in tables if not kinds.is_dictionary(table.columns)]
    if not others:
        raise DataError(
            "The file is a REDCap data dictionary. Give the export of the records first, then the dictionary."
        )
    labels, codes, secret = kinds.dictionary_words(dictionary[0].received.cells) if dictionary else ({}, {}, set())
    main, rest = main_table(others, instruments, answers)
    draft = Draft(
        main=main,
        cells=main.received.cells,
        answers=answers,
        instruments=instruments,
        labels=main.received.labels | labels,
        codes={key: dict(words) for key, words in (main.received.codes | codes).items()},
        used=kinds.redcap_housekeeping(main.columns) | secret,
    )
    find_participant(draft)
    second = find_arm(draft, rest)
    write_outcomes(draft, find_measures(draft))
    write_missing(draft)
    write_conduct(draft)
    write_covariates(draft)
    ask_design(draft)
    content = _ordered(draft, second)
    files = [main.file, *([second.file] if second else []), *(table.file for table in dictionary)]
    kept = list(dict.fromkeys([*draft.cells.columns, *(draft.people.columns if draft.people is not None else [])]))
    unused = tuple(column for column in kept if column not in draft.used)
    return Proposal(
        content=content,
        overview=overview(main),
        rows=tuple(draft.rows),
        unused=unused,
        assumed=tuple(draft.assumed),
        files=tuple(dict.fromkeys(files)),
    )


_ORDER = (
    "title",
    "citation",
    "provenance",
    "condition",
    "design",
    "randomised",
    "comparator_type",
    "file",
    "sheet",
    "header",
)
_ORDER += (
    "skip_rows",
    "encoding",
    "decimal",
    "sha256",
    "participants_table",
    "only",
    "participant",
    "arm",
    "visit",
    "outcome",
)
_ORDER += ("value", "baseline_when", "side", "repeat", "index_side", "date", "date_order", "missing", "arms", "control")
_ORDER += (
    "visits",
    "outcomes",
    "covariates",
    "adjust_for",
    "withdrawal",
    "sessions",
    "per_protocol",
    "assumptions",
    "primary_guessed",
)


def _ordered(draft: Draft, second: Table | None) -> dict[str, Any]:
    content = draft.content | table_keys(draft.main)
    if second:
        content["participants_table"] = table_keys(second)
    content["adjust_for"] = []
    if draft.assumed:
        content["assumptions"] = list(draft.assumed)
    return {key: content[key] for key in _ORDER if key in content}
