"""Every number of a table is a cell of the results: read back from its file and rounded, it is what stands there."""

import csv
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.present.conftest import COMPARISON, SINGLE_GROUP, THREE_ARMS, simulated

from retrowalk import estimates
from retrowalk.describe import describe_cohort
from retrowalk.facts import fact
from retrowalk.model import analyse_cohort
from retrowalk.plan.trial import Threshold
from retrowalk.present.tables.cohort import cohort_tables
from retrowalk.present.tables.study_sets import study_sets
from retrowalk.present.words import cited, numbers
from retrowalk.vocabulary import ESTIMATE_KEY, EVENT_COLUMNS

#: Columns that name a row. Their texts may hold numbers of the plan ("Week 4"), and none of the results.
NAMES = {"Outcome", "Visit", "Arm", "Compared arm", "Analysis", "Outcome and threshold", "Pattern", "Model"}
NAMES |= {"Specification", "Study", "Calculated from", "Reason"}


@pytest.fixture
def results_of(cohort_of, analysis, tmp_path):
    """A cohort with everything that has a table, and its results, written and read as in a run."""

    def build(**changes):
        (tmp_path / "events.csv").touch()
        given = {
            "events": {
                "file": "events.csv",
                "kind": "what",
                "serious": {"column": "sae", "yes": "1"},
                "falls": ["fall"],
            },
            "sessions": {"attended": "done", "planned": 8},
            "per_protocol": {"attended_at_least": 75},
        }
        cohort = cohort_of(**given | changes)
        first, *rest = cohort.outcomes
        first = replace(
            first,
            responders=(Threshold(20, True, "A source"),),
            measurement_error=6.0,
            measurement_error_source="A study 2001",
        )
        cohort = replace(cohort, outcomes=(first, *rest))
        people, values = simulated(cohort)
        attended = np.arange(len(people)) % 9
        people = people.assign(
            sessions_attended=attended.astype(float),
            sessions_planned=8.0,
            per_protocol=np.where(attended >= 6, "yes", "no"),
        )
        left = people["participant"].iloc[:3]
        values = values[~(values["participant"].isin(left) & (values["visit"] == "week_4"))]
        happened = [
            (people["participant"].iloc[2], 1.0, "knee pain", "no"),
            (people["participant"].iloc[3], 2.0, "fall", "yes"),
        ]
        events = pd.DataFrame([(cohort.name, *row, "") for row in happened], columns=EVENT_COLUMNS)
        tables = {
            "descriptives": describe_cohort(people, values, cohort, 0.05, events, baseline_smd=True),
            "estimates": analyse_cohort(people, values, cohort, analysis)[0],
        }
        folder = tmp_path / "results" / "cohorts" / cohort.name
        folder.mkdir(parents=True)
        for name, table in tables.items():
            estimates.write(table, folder / f"{name}.csv")
        return cohort, *(cited.read_results(folder / f"{name}.csv") for name in tables)

    return build


@cache
def cells_of(file: Path) -> dict[tuple[str, ...], dict[str, str]]:
    """The rows of a results table as they stand in the file, by key."""
    with file.open(newline="", encoding="utf-8") as lines:
        return {tuple(row[name] for name in ESTIMATE_KEY): row for row in csv.DictReader(lines)}


def as_shown(number: cited.Cited, row: dict[str, str]) -> set[str]:
    """How a table may show a cell: as it is, a share in percent, a number needed to treat without its sign, a p value."""
    value = float(row[number.column])
    if number.column.startswith("p_"):
        return {numbers.p_value(value)}
    if number.column == "statistic":
        return {numbers.number(value, digits) for digits in (1, 2, 3)}
    if number.column.startswith("df"):
        return {numbers.degrees(value)}
    if row["unit"] == "proportion" and number.column != "n":
        return {numbers.percent(value)}
    if row["term"].startswith("number_needed_to_treat"):
        value = abs(value)
    decimals = len(number.shown.partition(".")[2])
    return {numbers.number(value, decimals)}


def check(table, results: Path) -> int:
    """Hold a table against the files; return how many numbers it cites."""
    found = 0
    for name, column in table.frame.items():
        for text in column:
            for piece in cited.pieces(text):
                if isinstance(piece, cited.Cited):
                    found += 1
                    row = cells_of(results / piece.file)[piece.key]
                    assert piece.shown in as_shown(piece, row), (table.name, name, cited.plain(text))
                elif name not in NAMES | {table.frame.columns[0]} and piece != "0":
                    left = re.sub(r"95%|\([a-z ]+\)", "", piece)
                    assert not re.search(r"\d", left), (table.name, name, cited.plain(text))
    return found


@pytest.mark.parametrize("changes", [{}, THREE_ARMS, SINGLE_GROUP, COMPARISON])
def test_every_number_of_every_table_is_a_cell_of_the_results(results_of, analysis, tmp_path, changes):
    cohort, descriptives, results = results_of(**changes)
    tables = cohort_tables(descriptives, results, cohort, analysis)
    assert {"baseline", "results", "responders", "reliable_change", "adverse_events", "adherence"} <= {
        table.name for table in tables
    }
    for table in tables:
        assert check(table, tmp_path / "results") > 0, table.name


def test_tables_of_no_file_cite_nothing(results_of, analysis):
    cohort, descriptives, results = results_of()
    described, estimated = (table.drop(columns=cited.FILE) for table in (descriptives, results))
    for with_file, without in zip(
        cohort_tables(descriptives, results, cohort, analysis),
        cohort_tables(described, estimated, cohort, analysis),
        strict=True,
    ):
        assert with_file.frame.map(cited.plain).equals(without.frame)
        assert without.frame.map(lambda text: cited.plain(text) == text).all(axis=None)


def test_the_tables_of_the_synthesis_are_cells_too(tmp_path):
    key = {"analysis": "published", "population": "low back pain", "outcome": "pain", "term": "pain", "arm": "a"}
    effects = [
        {
            "cohort": f"study{place}",
            "reference_arm": "active",
            "role": "primary",
            "estimate": 0.4444 + place,
            "ci_low": -0.11115,
            "ci_high": 1.5,
            "n": 30 + place,
            "method": fact("g_from_means"),
        }
        | key
        for place in (0, 1)
    ]
    about = {
        "cohort": "published",
        "outcome": "pain",
        "analysis": "pooled",
        "population": "all_conditions",
        "reference_arm": "active",
        "role": "primary",
        "method": fact("pooled_mean"),
    }
    pooled = [
        about | {"term": "pooled", "estimate": 0.9449, "ci_low": -0.2, "ci_high": 2.123, "n": 61},
        about | {"term": "i2", "estimate": 12.3456},
        about | {"term": "studies", "estimate": 2},
        about | {"term": "prediction", "estimate": 0.9449, "ci_low": -1.111, "ci_high": 3},
    ]

    folder = tmp_path / "results" / "synthesis"
    folder.mkdir(parents=True)
    for name, rows in {"effects": effects, "pooled": pooled}.items():
        estimates.write(estimates.tabulate(rows), folder / f"{name}.csv")
    read = [cited.read_results(folder / f"{name}.csv") for name in ("effects", "pooled")]
    (published,) = study_sets(*read)
    shown = {table.name: check(table, tmp_path / "results") for table in published.tables(0.05)}
    assert shown == {"published_effects": 8, "published_pooled": 8}
