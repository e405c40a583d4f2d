"""What a manuscript is written from, read from the results folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from retrowalk.estimates import pick
from retrowalk.plan.trial import Cohort
from retrowalk.present.record.deviations import of_numbers, read_deviations
from retrowalk.present.record.run import read_record
from retrowalk.present.words.cited import read_results


@dataclass(frozen=True)
class Reported:
    """One cohort with its results; `figures` is the folder of its figures."""

    cohort: Cohort
    descriptives: pd.DataFrame
    estimates: pd.DataFrame
    figures: Path


@dataclass(frozen=True)
class Run:
    """The whole run: its cohorts, the synthesis, plan.json, provenance.json, and whether the plan departs from the frozen one in what may
    change a number.
    """

    cohorts: list[Reported]
    effects: pd.DataFrame
    pooled: pd.DataFrame
    synthesis_figures: Path
    plan: dict[str, Any]
    record: dict[str, Any]
    departs: bool

    @property
    def pools(self) -> bool:
        """Whether any studies were pooled."""
        return bool(pick(self.pooled, term="pooled")["estimate"].notna().any())


def collect_run(cohorts: dict[str, Cohort], paths: Any) -> Run:
    """Read a run; `paths` has a list for each of the cohorts' tables, in the cohorts' order, and a path for each of the rest."""
    tables = zip(cohorts.values(), paths.descriptives, paths.estimates, paths.figures, strict=True)
    return Run(
        [
            Reported(cohort, read_results(described), read_results(results), Path(figures))
            for cohort, described, results, figures in tables
        ],
        read_results(paths.effects),
        read_results(paths.pooled),
        Path(paths.synthesis_figures),
        read_record(paths.plan),
        read_record(paths.provenance),
        bool(len(of_numbers(read_deviations(paths.deviations)))),
    )
