"""What a figure is about, and what a drawn figure is."""

from dataclasses import dataclass
from typing import NamedTuple

import matplotlib.figure
import pandas as pd

from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.tables.study_sets import StudySet


class Drawing(NamedTuple):
    """A drawn figure, and what it shows for those who cannot see it: the title in its files."""

    figure: matplotlib.figure.Figure
    description: str


@dataclass(frozen=True)
class Subject:
    """An outcome of a cohort, with the estimate records of the cohort (descriptives.csv, estimates.csv)."""

    cohort: Cohort
    outcome: Outcome
    descriptives: pd.DataFrame
    estimates: pd.DataFrame
    alpha: float

    @property
    def mark(self) -> str:
        """The mark of synthetic data, or ""."""
        return self.cohort.mark


@dataclass(frozen=True)
class SubjectWithData(Subject):
    """The same with the data of the cohort (participants.csv, measurements.csv, residuals.csv): what a figure is drawn from."""

    participants: pd.DataFrame
    measurements: pd.DataFrame
    residuals: pd.DataFrame


@dataclass(frozen=True)
class SetSubject:
    """A set of studies that stand in one figure."""

    study_set: StudySet
    alpha: float

    @property
    def mark(self) -> str:
        """The mark of synthetic data, or ""."""
        return self.study_set.mark


@dataclass(frozen=True)
class CohortTables:
    """The tables that the figures of a cohort are drawn from."""

    participants: pd.DataFrame
    measurements: pd.DataFrame
    descriptives: pd.DataFrame
    estimates: pd.DataFrame
    residuals: pd.DataFrame

    def about(self, cohort: Cohort, outcome: Outcome, alpha: float) -> SubjectWithData:
        """Return an outcome of the cohort as the subject of a figure."""
        return SubjectWithData(
            cohort,
            outcome,
            self.descriptives,
            self.estimates,
            alpha,
            self.participants,
            self.measurements,
            self.residuals,
        )
