"""Small trials with dropout, and what the engine's analyses say of them: the part of the calibration that is the engine's.

`calibration.py` beside it tells how often they are wrong; the workflow retrowalk compares them with other analyses on the
same trials.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import nct, t

from visitwise import LADDER, ManyFits, MixedModel, fit_many

#: The seed of all trials.
SEED = 20261122
#: Participants of an arm.
SIZES = (5, 10, 15, 30)
#: Visits after baseline.
VISITS = (2, 3, 4, 5)
#: The level of the tests.
ALPHA = 0.05
#: The power of the ANCOVA of complete data that the difference is chosen for.
POWER = 0.80
#: The share that is missing at the last visit.
MISSING = 0.15
#: By how much the odds to leave grow with each standard deviation of the last value.
ODDS_RATIO = 2.0
#: The model of every trial.
FORMULA = "value ~ baseline * visit + arm * visit"
#: Trials that are simulated and fitted together, for the sake of memory.
LOT = 500
#: The engine's analyses.
ENGINE_METHODS = {
    "us_kr": "us, Kenward-Roger",
    "us_satterthwaite": "us, Satterthwaite",
    "ladder_kr": "ladder, Kenward-Roger",
}


@dataclass(frozen=True)
class Cell:
    """One design: participants an arm, visits after baseline, and whether the arms differ."""

    n: int
    visits: int
    alternative: bool

    @property
    def times(self) -> np.ndarray:
        """The visits in time, baseline at 0 and the last at 1, further and further apart."""
        return (np.arange(self.visits + 1) / self.visits) ** 2

    @property
    def sd(self) -> np.ndarray:
        """The standard deviation at each visit."""
        return 1 + 0.5 * self.times

    @property
    def correlation(self) -> np.ndarray:
        """The correlation of the visits: decaying, by no structure of the ladder but the unstructured one."""
        apart = np.abs(np.subtract.outer(self.times, self.times))
        return np.where(apart == 0, 1, 0.4 + 0.5 * np.exp(-2 * apart))

    @property
    def difference(self) -> float:
        """The difference that an ANCOVA of the last visit finds with 80 % power if nobody drops out."""
        df = 2 * self.n - 3
        limit = t.isf(ALPHA / 2, df)
        noncentrality = brentq(lambda x: nct.sf(limit, df, x) - POWER, 1, 6)
        unexplained = self.sd[-1] * np.sqrt(1 - self.correlation[0, -1] ** 2)
        return float(noncentrality * unexplained * np.sqrt(2 / self.n * (1 + 1 / (2 * self.n - 4))))

    @property
    def effect(self) -> np.ndarray:
        """What the intervention adds at each visit: none at baseline, the whole at the last, evenly in between."""
        return -self.alternative * self.difference * np.arange(self.visits + 1) / self.visits

    def complete(self, trials: int, n: int, rng: np.random.Generator) -> np.ndarray:
        """Return trials before dropout, (trials, 2 n, 1 + visits): the control first, baseline first."""
        factor = np.linalg.cholesky(self.correlation * np.outer(self.sd, self.sd))
        values = rng.standard_normal((trials, 2 * n, self.visits + 1)) @ factor.T
        values[:, n:] += self.effect
        return values

    def hazard(self, values: np.ndarray, intercept: float) -> np.ndarray:
        """Return the chance to drop out before each visit after baseline, given the value at the visit before."""
        return 1 / (1 + np.exp(-intercept - np.log(ODDS_RATIO) * values[..., :-1] / self.sd[:-1]))

    @cached_property
    def intercept(self) -> float:
        """The intercept of the hazard that leaves 15 % missing at the last visit, over both arms."""
        values = self.complete(1, 50_000, np.random.default_rng(SEED))
        return brentq(lambda x: (1 - self.hazard(values, x)).prod(axis=-1).mean() - 1 + MISSING, -10, 0)

    def simulate(self, trials: int, rng: np.random.Generator) -> np.ndarray:
        """Return trials with dropout, (trials, 2 n, 1 + visits)."""
        values = self.complete(trials, self.n, rng)
        leaves = rng.random((*values.shape[:2], self.visits)) < self.hazard(values, self.intercept)
        values[..., 1:][np.logical_or.accumulate(leaves, axis=-1)] = np.nan
        return values


@dataclass
class Tally:
    """What one analysis did in one cell: trials analysed, p below .05, intervals that hold the truth."""

    trials: int = 0
    fitted: int = 0
    rejected: int = 0
    covered: int = 0

    def add(self, answers: np.ndarray, truth: float) -> None:
        """Count answers: (trials, 3) of p, low and high, missing where there is no fit."""
        p, low, high = answers.T
        self.trials += len(p)
        self.fitted += int(np.isfinite(p).sum())
        self.rejected += int((p < ALPHA).sum())
        self.covered += int(((low <= truth) & (truth <= high)).sum())

    def percent(self, what: str) -> float:
        """The percentage of the analysed trials."""
        return 100 * getattr(self, what) / self.fitted if self.fitted else float("nan")

    def error(self, what: str) -> float:
        """The Monte Carlo standard error of that percentage."""
        share = self.percent(what) / 100
        return 100 * (share * (1 - share) / self.fitted) ** 0.5 if self.fitted else float("nan")


def long_table(values: np.ndarray) -> pd.DataFrame:
    """Return the measured values after baseline, one row each."""
    trial, person, visit = np.nonzero(~np.isnan(values[..., 1:]))
    columns = {"trial": trial, "participant": person, "visit": visit + 1, "baseline": values[trial, person, 0]}
    arm = np.where(person < values.shape[1] // 2, "control", "retro")
    return pd.DataFrame({**columns, "arm": arm, "value": values[trial, person, visit + 1]})


def last_visit(many: ManyFits, values: np.ndarray) -> np.ndarray:
    """Return p, low and high of the arms' difference at the last visit, a row a trial."""
    table = many.contrasts("arm", by="visit", reference="control")
    table = table[table["visit"] == values.shape[2] - 1].set_index("trial")
    return table[["p_value", "ci_low", "ci_high"]].reindex(range(len(values))).to_numpy(float)


def reason(error: str, words: str) -> str:
    """Return why a trial failed, the same words for all that failed alike."""
    if error != "NotFittedError":
        return {"EmptyCellError": "an arm without a value at some visit"}.get(error, error)
    own = words.partition("unstructured: ")[2].removesuffix(")") or words
    return re.sub(r"^\d+ participants, and \d+ are needed", "fewer participants than are needed", own)


def engine(values: np.ndarray) -> tuple[dict[str, np.ndarray], Counter, Counter]:
    """Fit the mixed model: unstructured with two kinds of df, and by the ladder where that fails.

    Returns
    -------
    answers
        {analysis: (trials, 3) of p, low and high at the last visit}.
    reasons, structures
        Why trials had no unstructured fit, and the structures that the ladder ended at.
    """
    data = long_table(values)
    model, by_ladder = (MixedModel(FORMULA, covariance=covariance) for covariance in ("us", LADDER))
    many = fit_many(model, data)
    answers = {"us_kr": last_visit(many, values)}
    answers["us_satterthwaite"] = last_visit(fit_many(model, data, df="satterthwaite"), values)
    answers["ladder_kr"] = answers["us_kr"].copy()
    reasons, structures = Counter(), Counter(many.structures["structure"])
    # Only the trials whose first rung failed climb the ladder: for the others the fit is the same.
    failed = data[data["trial"].isin(many.failures["trial"])]
    if len(failed):
        reasons.update(reason(*row) for row in many.failures[["error", "reason"]].itertuples(index=False))
        again = fit_many(by_ladder, failed)
        trials = failed["trial"].unique()
        answers["ladder_kr"][trials] = last_visit(again, values)[trials]
        structures.update(again.structures["structure"])
    return answers, reasons, structures
