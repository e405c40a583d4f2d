"""The results of a run, read back from the results folder: what the report and the manuscript are written from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from retrowalk.admission import admitted
from retrowalk.estimates import pick, refuse_strangers
from retrowalk.files import read_csv
from retrowalk.ingest.problems import ERROR
from retrowalk.plan.trial import Cohort
from retrowalk.present.record.deviations import of_numbers, read_deviations
from retrowalk.present.record.run import read_record
from retrowalk.present.words.cited import read_results
from retrowalk.vocabulary import PROBLEM_COLUMNS

#: How the plan as it was run stands to the frozen one.
NOT_FROZEN = "not_frozen"
AS_FROZEN = "as_frozen"
CHANGED = "changed"


@dataclass(frozen=True)
class CohortResults:
    """One cohort with its results.

    Attributes
    ----------
    cohort
        Its part of the plan.
    descriptives, estimates
        Its estimate records, with `file` (`read_results`).
    problems
        What was found in its data file, and who of its participants is in another cohort; `listed_in` is the file in the
        results that has each, `place` its row there, from 0.
    figures
        The folder of its figures.
    """

    cohort: Cohort
    descriptives: pd.DataFrame
    estimates: pd.DataFrame
    problems: pd.DataFrame
    figures: Path


@dataclass(frozen=True)
class Run:
    """The results of a whole run.

    Attributes
    ----------
    cohorts
        In the order of the plan.
    effects, pooled
        The synthesis: effect sizes of every study, and pools.
    synthesis_figures
        The folder of its figures.
    plan
        The plan as it was run (plan.json).
    record
        Versions and checksums (provenance.json).
    departures
        Where the plan as it was run departs from the frozen one (deviations.csv).
    refused
        {name of a cohort that was left out: the errors in its data, as `CohortResults.problems` has them}.
    """

    cohorts: list[CohortResults]
    effects: pd.DataFrame
    pooled: pd.DataFrame
    synthesis_figures: Path
    plan: dict[str, Any]
    record: dict[str, Any]
    departures: pd.DataFrame
    refused: dict[str, pd.DataFrame]

    @property
    def tables(self) -> list[pd.DataFrame]:
        """Every table of estimates."""
        of_cohorts = [table for each in self.cohorts for table in (each.descriptives, each.estimates)]
        return [*of_cohorts, self.effects, self.pooled]

    @property
    def departs(self) -> bool:
        """Whether the plan departs from the frozen one in what may change a number."""
        return len(of_numbers(self.departures)) > 0

    @property
    def warnings(self) -> dict[str, dict[str, dict[str, Any]]]:
        """What was found in the data: {file in the results: {place: row}}."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for table in (*(each.problems for each in self.cohorts), *self.refused.values()):
            for row in table.to_dict("records"):
                found.setdefault(row["listed_in"], {})[str(row["place"])] = row
        return found

    @property
    def freeze(self) -> str:
        """How the plan stands to the frozen one: `NOT_FROZEN`, `AS_FROZEN`, or `CHANGED` in anything."""
        if self.record["plan"]["frozen_sha256"] is None:
            return NOT_FROZEN
        return CHANGED if len(self.departures) else AS_FROZEN

    @property
    def pools(self) -> bool:
        """Whether any studies were pooled."""
        return bool(pick(self.pooled, term="pooled")["estimate"].notna().any())


def collect_run(cohorts: dict[str, Cohort], paths: Any) -> Run:
    """Read a run.

    `paths` has the problems of every cohort, in the cohorts' order; a list for each of the tables of those without errors in
    their data; and a path for each of the rest.
    """
    overlaps = read_csv(paths.overlaps, text=tuple(PROBLEM_COLUMNS))
    problems = {
        name: _problems(path, overlaps, cohort)
        for (name, cohort), path in zip(cohorts.items(), paths.problems, strict=True)
    }
    taken = admitted(cohorts, paths.cohorts)
    tables = zip(taken.values(), paths.descriptives, paths.estimates, paths.figures, strict=True)
    return Run(
        [
            CohortResults(
                cohort,
                refuse_strangers(read_results(described), *cohort.names),
                refuse_strangers(read_results(results), *cohort.names),
                problems[cohort.name],
                Path(figures),
            )
            for cohort, described, results, figures in tables
        ],
        read_results(paths.effects),
        read_results(paths.pooled),
        Path(paths.synthesis_figures),
        read_record(paths.plan),
        read_record(paths.provenance),
        read_deviations(paths.deviations),
        {name: table[table["severity"] == ERROR] for name, table in problems.items() if name not in taken},
    )


def _problems(path: str | Path, overlaps: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    own = read_csv(path, text=tuple(PROBLEM_COLUMNS)).assign(listed_in=f"cohorts/{cohort.name}/problems.csv")
    shared = overlaps[overlaps["cohort"] == cohort.name].assign(listed_in="overlaps.csv")
    return pd.concat([own, shared]).rename_axis("place").reset_index()
