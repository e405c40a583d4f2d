"""The randomisation check: the ANCOVA under every other allocation that the randomisation could have given."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

import numpy as np
import pandas as pd

from retrowalk.errors import FitError
from retrowalk.model.ancova import ancova_design, complete_for_ancova

#: |t| counts as reached from this much below it on, as a share and outright: equal statistics differ by rounding, zero too.
_ROUNDING = 1e-9
#: Halvings of the interval in which a limit lies: it is found to 1e-9 of the search width.
_HALVINGS = 40
#: How far from the estimate limits are looked for, in standard errors.
_FAR = 1e3


@dataclass(frozen=True)
class Permutation:
    """The result of a randomisation test.

    Attributes
    ----------
    estimate, statistic, p_value, ci_low, ci_high
        The ANCOVA's difference (the outcome's unit) and t, and what the arrangements say of them. A limit is infinite where
        there are too few arrangements to exclude anything.
    n_arm, n_reference
        Participants.
    arrangements
        How many were looked at.
    exact
        Whether they are all that there are.
    """

    estimate: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    n_arm: int
    n_reference: int
    arrangements: int
    exact: bool

    @property
    def simulation_error(self) -> float:
        """Standard error of the p value that comes from drawing arrangements: sqrt(p (1 - p) / B); 0 where all were looked at.

        It is the binomial standard error of a share of B draws.
        """
        return 0.0 if self.exact else math.sqrt(self.p_value * (1 - self.p_value) / self.arrangements)


@dataclass(frozen=True)
class TwoArms:
    """The values of two arms at a visit, what they are adjusted for, and how the arms were allocated.

    Attributes
    ----------
    values : (n,)
        The outcome at the visit.
    others : (n, q)
        Columns of the ANCOVA's design but that of the arm.
    labels : (n,)
        1 in the arm, 0 in the control.
    groups
        Places of the participants of each stratum, within which labels may be exchanged.
    """

    values: np.ndarray
    others: np.ndarray
    labels: np.ndarray
    groups: list[np.ndarray]

    @property
    def df(self) -> int:
        """The residual degrees of freedom of the ANCOVA."""
        return len(self.values) - self.others.shape[1] - 1

    @property
    def possible(self) -> int:
        """How many arrangements of the labels there are."""
        return math.prod(math.comb(len(group), int(self.labels[group].sum())) for group in self.groups)


def two_arms(
    data: pd.DataFrame,
    visit: str,
    baseline: str,
    arm: str,
    control: str,
    adjust_for: tuple[str, ...] = (),
    strata: tuple[str, ...] = (),
) -> TwoArms:
    """Return two arms as the randomisation test needs them.

    Parameters
    ----------
    data
        One row a participant: `arm`, covariates, strata, and a column a visit (the outcome's unit).
    visit, baseline
        Columns of the value and of its baseline; a missing baseline takes the mean over both arms.
    arm, control
        The two arms.
    adjust_for, strata
        Columns of covariates, and of the factors within which the randomisation took place.

    Raises
    ------
    FitError
        What makes `fit_ancova` fail.
    """
    complete, _ = complete_for_ancova(data[data["arm"].isin([arm, control])], visit, baseline, adjust_for)
    sizes = complete["arm"].value_counts()
    if min(sizes.get(arm, 0), sizes.get(control, 0)) < 2:
        raise FitError("an_arm_too_small_at_visit")
    table, _ = ancova_design(complete, [control, arm], baseline, adjust_for)
    labels = table.pop(f"arm:{arm}").to_numpy()
    others, values = table.to_numpy(float), complete[visit].to_numpy(float)
    pair = TwoArms(values, others, labels, _groups(complete, strata))
    if np.linalg.matrix_rank(np.column_stack([others, labels])) <= others.shape[1] or pair.df < 1:
        raise FitError("arms_not_told_apart")
    return pair


def randomisation_test(
    pair: TwoArms, *, permutations: int = 10_000, generator: np.random.Generator, alpha: float = 0.05
) -> Permutation:
    """Test the adjusted difference of two arms by permuting their labels within strata.

    Parameters
    ----------
    pair
        The two arms.
    permutations
        B, how many arrangements are drawn where there are more than that; else all are looked at.
    generator
        Draws them.
    alpha
        One minus the confidence level.

    Raises
    ------
    FitError
        The values do not vary once baseline is adjusted for.

    Notes
    -----
    The statistic is |t| of the arm in the ANCOVA of value on baseline, covariates and arm. p = share of all arrangements
    with at least the |t| observed; of B random ones (1 + b) / (B + 1) (Phipson B, Smyth GK. Stat Appl Genet Mol Biol
    2010;9:39). The limits of the interval are the differences d at which the test of value - d x arm has p = alpha, by
    bisection over the same arrangements (Ernst MD. Stat Sci 2004;19:676).

    No model is refitted: with the covariates taken out of the value (y) and of each arrangement of the arm (a), the
    estimate is a'y / a'a and the residual sum of squares y'y - (a'y)^2 / a'a (Frisch and Waugh 1933). Checked against
    refits by statsmodels and, with 5 an arm, 2 / 252 of the trial tiny_5v5.
    """
    products = _products(pair, permutations, generator)
    estimate, se = products.estimate, products.se
    n_arm = int(pair.labels.sum())
    return Permutation(
        estimate=estimate,
        statistic=estimate / se,
        p_value=products.p_at(0.0),
        ci_low=_limit(products.p_at, estimate, -se, alpha),
        ci_high=_limit(products.p_at, estimate, se, alpha),
        n_arm=n_arm,
        n_reference=len(pair.labels) - n_arm,
        arrangements=len(products.with_values),
        exact=products.exact,
    )


@dataclass(frozen=True)
class _Products:
    """What the test needs of the values y, the observed arm a and every arrangement b, the covariates taken out of each.

    y'y, a'y, a'a; b'y, b'a, b'b of each arrangement; and the residual degrees of freedom.
    """

    squared: float
    crossed: float
    size: float
    with_values: np.ndarray
    with_observed: np.ndarray
    sizes: np.ndarray
    df: int
    exact: bool

    @property
    def estimate(self) -> float:
        """The difference."""
        return float(self.crossed / self.size)

    @property
    def residual(self) -> float:
        """The residual sum of squares."""
        return self.squared - self.crossed**2 / self.size

    @property
    def se(self) -> float:
        """The standard error of the difference."""
        return math.sqrt(self.residual / self.df / self.size)

    def p_at(self, difference: float) -> float:
        """Return the p value of the hypothesis that the difference is this one."""
        total = self.squared - 2 * difference * self.crossed + difference**2 * self.size
        observed = self._t(self.crossed - difference * self.size, self.size, total) * (1 - _ROUNDING) - _ROUNDING
        arranged = self._t(self.with_values - difference * self.with_observed, self.sizes, total)
        count = int((arranged >= observed).sum())
        return count / len(arranged) if self.exact else (1 + count) / (len(arranged) + 1)

    def _t(self, numerator: np.ndarray, size: np.ndarray, total: float) -> np.ndarray:
        explained = numerator**2 / size
        return np.sqrt(explained * self.df / np.maximum(total - explained, 1e-300))


def _products(pair: TwoArms, permutations: int, generator: np.random.Generator) -> _Products:
    exact = pair.possible <= permutations
    drawn = _all(pair.labels, pair.groups) if exact else _random(pair.labels, pair.groups, permutations, generator)
    basis = np.linalg.qr(pair.others)[0]

    def rest(columns: np.ndarray) -> np.ndarray:
        return columns - basis @ (basis.T @ columns)

    y, observed = rest(pair.values), rest(pair.labels)
    smallest = 1e-20 * (pair.values @ pair.values)
    if y @ y <= smallest:
        raise FitError("no_variation_beyond_baseline")
    with_values, with_observed, sizes = np.empty((3, pair.possible if exact else permutations))
    done = 0
    for lot in drawn:
        here, arranged = slice(done, done + len(lot)), rest(lot.T)
        with_values[here], with_observed[here] = y @ arranged, observed @ arranged
        sizes[here] = (arranged**2).sum(axis=0)
        done += len(lot)
    # An arrangement that the covariates explain wholly says nothing: its t is taken as 0.
    sizes[sizes < 1e-9] = math.inf
    products = _Products(y @ y, y @ observed, observed @ observed, with_values, with_observed, sizes, pair.df, exact)
    # A difference of two numbers of the size of y'y: rounding leaves more of it than `smallest` on some processors.
    if products.residual <= max(smallest, 1e-13 * (y @ y)):
        raise FitError("no_variation_beyond_baseline")
    return products


def _limit(p_at: Callable[[float], float], estimate: float, step: float, alpha: float) -> float:
    """Return the difference beyond the estimate at which p falls to alpha; infinite where it never does."""
    inside, outside = estimate, estimate + step
    while p_at(outside) > alpha:
        inside, outside = outside, estimate + 2 * (outside - estimate)
        if abs(outside - estimate) > _FAR * abs(step):
            return math.copysign(math.inf, step)
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_at(middle) > alpha else (inside, middle)
    return (inside + outside) / 2


def _groups(data: pd.DataFrame, strata: tuple[str, ...]) -> list[np.ndarray]:
    if not strata:
        return [np.arange(len(data))]
    return list(data.reset_index(drop=True).groupby(list(strata)).indices.values())


def _all(labels: np.ndarray, groups: list[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield every arrangement, one a row, in lots."""
    choices = [list(combinations(group, int(labels[group].sum()))) for group in groups]
    arrangements = ([place for part in parts for place in part] for parts in product(*choices))
    while lot := list(islice(arrangements, _lot(labels))):
        rows = np.zeros((len(lot), len(labels)))
        for row, chosen in zip(rows, lot, strict=True):
            row[chosen] = 1
        yield rows


def _random(
    labels: np.ndarray, groups: list[np.ndarray], count: int, generator: np.random.Generator
) -> Iterator[np.ndarray]:
    """Yield random arrangements, one a row, in lots."""
    while count > 0:
        rows = np.tile(labels, (min(count, _lot(labels)), 1))
        for group in groups:
            rows[:, group] = generator.permuted(rows[:, group], axis=1)
        yield rows
        count -= len(rows)


def _lot(labels: np.ndarray) -> int:
    """Return how many arrangements are held at once: some 20 MB, however many participants there are."""
    return max(1, 2_000_000 // len(labels))
