"""Studies that may stand together: the literature and, apart from it, the synthetic cohorts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from retrowalk.estimates import pick
from retrowalk.plan.trial import Cohort
from retrowalk.present.tables.synthesis import effects_table, pooled_table, unusable_table
from retrowalk.present.tables.table import Table
from retrowalk.vocabulary import FROM_SIMULATION, SYNTHETIC_NOTE


@dataclass(frozen=True)
class StudySet:
    """Studies that may stand in one figure: real ones, or synthetic ones; `cohorts` are {name: cohort} of the plan."""

    name: str
    title: str
    mark: str
    effects: pd.DataFrame
    pooled: pd.DataFrame
    cohorts: Mapping[str, Cohort] = field(default_factory=dict)

    def tables(self, alpha: float) -> list[Table]:
        """Return the tables of effects, of pools and of what cannot be pooled, those that have a row."""
        about = (self.mark, alpha, self.cohorts)
        tables = [
            effects_table(self.effects, f"{self.name}_effects", f"{self.title}: effect sizes", *about),
            pooled_table(self.pooled, f"{self.name}_pooled", f"{self.title}: pooled results", *about),
            unusable_table(
                self.effects,
                f"{self.name}_not_pooled",
                f"{self.title}: results that could not be pooled",
                self.mark,
                self.cohorts,
            ),
        ]
        return [table for table in tables if len(table.frame)]


def study_sets(effects: pd.DataFrame, pooled: pd.DataFrame, cohorts: Iterable[Cohort] = ()) -> list[StudySet]:
    """Return the published set and the synthetic set, each if it has any study.

    Without the cohorts of the plan, notes have the names of arms and covariates in place of their labels.
    """
    known = {cohort.name: cohort for cohort in cohorts}
    synthetic = effects["provenance"] == FROM_SIMULATION
    real = effects[~synthetic]
    sets = [
        StudySet("published", _title_of_real(real), "", real, pick(pooled, cohort="published"), known),
        StudySet(
            "synthetic",
            "Synthetic cohorts",
            SYNTHETIC_NOTE,
            effects[synthetic],
            pick(pooled, cohort="synthetic"),
            known,
        ),
    ]
    return [study_set for study_set in sets if len(study_set.effects)]


def _title_of_real(effects: pd.DataFrame) -> str:
    return "Published trials" if (effects["analysis"] == "published").all() else "Trials"
