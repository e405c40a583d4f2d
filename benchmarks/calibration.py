"""Whether the intervals of small trials keep what they promise: type I error, power and coverage of five analyses.

Usage: .venv/bin/python benchmarks/calibration.py [--trials 200 --cells 15x3 5x2 --output quick.md]

Simulates randomised trials of two arms with dropout, analyses each in all five ways and writes docs/calibration.md.
Ends with exit code 1 if the coverage of the engine is off at 15 an arm and 3 visits. The same arguments give the same
bytes. The full run takes about 20 minutes on two cores; most of it is statsmodels.
"""

import argparse
import itertools
import multiprocessing
import os
import sys
import time
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import f, norm, t

ROOT = Path(__file__).resolve().parents[1]
# The trials and the engine's own analyses of them are the engine's.
sys.path.insert(0, str(ROOT / "workflow/lib/visitwise/benchmarks"))
from small_trials import (  # noqa: E402
    ALPHA,
    ENGINE_METHODS,
    FORMULA,
    LOT,
    SEED,
    SIZES,
    VISITS,
    Cell,
    Tally,
    engine,
    long_table,
)

from visitwise import LADDER  # noqa: E402

#: The size and visits whose coverage must be right, and at which statsmodels is given as many trials as the others.
CHECKED = (15, 3)
METHODS = {
    **ENGINE_METHODS,
    "mixedlm": "random intercept, z",
    "anova_f": "ANOVA, F",
    "anova_change": "ANOVA, change",
    "ancova": "ANCOVA",
}


@dataclass
class Outcome:
    """The tallies of a cell, each arm's share missing at the last visit, why "us" failed, where the ladder ended."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in METHODS})
    missing: list[np.ndarray] = field(default_factory=list)
    reasons: Counter = field(default_factory=Counter)
    structures: Counter = field(default_factory=Counter)


def t_answers(estimate: np.ndarray, se: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Return p, low and high."""
    half = t.isf(ALPHA / 2, df) * se
    return np.stack([2 * t.sf(np.abs(estimate / se), df), estimate - half, estimate + half], axis=-1)


def random_intercept(values: np.ndarray) -> np.ndarray:
    """Fit the same formula with a random intercept by statsmodels' MixedLM: z tests, missing without convergence."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    answers = np.full((len(values), 3), np.nan)
    for trial, table in long_table(values).groupby("trial"):
        at = (table["visit"].to_numpy()[:, None] == np.arange(1, values.shape[2])).astype(float)
        retro = (table["arm"] == "retro").to_numpy(float)[:, None]
        # Each visit's mean, slope of baseline and difference of the arms: the formula's own model.
        design = np.hstack([at, at * table["baseline"].to_numpy()[:, None], at * retro])
        if np.linalg.matrix_rank(design) < design.shape[1]:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whether the fit can be used is judged below
            try:
                model = MixedLM(table["value"].to_numpy(), design, table["participant"].to_numpy())
                fit = model.fit(reml=True, method=["bfgs", "powell", "nm"])
            except np.linalg.LinAlgError:
                continue
            estimate, se = fit.fe_params[-1], fit.bse_fe[-1]
        if fit.converged and np.isfinite(se) and se > 0:
            half = norm.isf(ALPHA / 2) * se
            answers[trial] = 2 * norm.sf(abs(estimate / se)), estimate - half, estimate + half
    return answers


def complete_cases(values: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """Return for each arm who was measured at every visit, their number (missing below two), and the visits' means."""
    arms = np.split(values, 2, axis=1)
    who = [~np.isnan(arm).any(axis=2) for arm in arms]
    sizes = [some.sum(axis=1).astype(float) for some in who]
    few = np.minimum(*sizes) < 2
    sizes = [np.where(few, np.nan, size) for size in sizes]
    means = [
        np.where(some[..., None], arm, 0).sum(axis=1) / size[:, None]
        for arm, some, size in zip(arms, who, sizes, strict=True)
    ]
    return who, sizes, means


def deviations(values: np.ndarray) -> np.ndarray:
    """Return the complete cases' values less the mean of their arm and visit, zero for all others."""
    who, _, means = complete_cases(values)
    parts = zip(np.split(values, 2, axis=1), who, means, strict=True)
    return np.concatenate([np.where(some[..., None], arm - mean[:, None], 0) for arm, some, mean in parts], axis=1)


def anova(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the F of arm x visit, and p, low and high of that test and of the difference in change at the last visit.

    The sums of squares are those of a split plot whose participants are measured at all visits. The error term of both is
    that between participants' courses, pooled over the visits.
    """
    _, (n, m), (control, retro) = complete_cases(values)
    visits = values.shape[2]
    differences = retro - control
    between = n * m / (n + m) * ((differences - differences.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    courses = deviations(values)
    courses -= courses.mean(axis=2, keepdims=True)
    df = (n + m - 2) * (visits - 1)
    error = (courses**2).sum(axis=(1, 2)) / df
    statistic = between / (visits - 1) / error
    no_interval = np.full_like(df, np.nan)
    of_f = np.stack([f.sf(statistic, visits - 1, df), no_interval, no_interval], axis=-1)
    se = np.sqrt(2 * error * (1 / n + 1 / m))
    return statistic, of_f, t_answers(differences[:, -1] - differences[:, 0], se, df)


def ancova(values: np.ndarray) -> np.ndarray:
    """Return p, low and high of the ANCOVA of the last visit on baseline and arm among those measured there."""
    _, (n, m), (control, retro) = complete_cases(values)  # dropout is monotone: who has the last visit has them all
    own = deviations(values)
    x, y = own[..., 0], own[..., -1]
    xx, xy, yy = (x * x).sum(axis=1), (x * y).sum(axis=1), (y * y).sum(axis=1)
    slope = xy / xx
    apart = retro - control
    df = n + m - 3
    variance = (yy - slope * xy) / df * (1 / n + 1 / m + apart[:, 0] ** 2 / xx)
    return t_answers(apart[:, -1] - slope * apart[:, 0], np.sqrt(variance), df)


def check_arithmetic() -> None:
    """Compare the vectorised ANOVA and ANCOVA with pingouin and statsmodels on a few trials, or raise."""
    from statsmodels.regression.linear_model import OLS

    from retrowalk.model.mixed_anova import mixed_anova

    for n, visits in ((5, 2), (15, 3), (10, 5)):
        values = Cell(n, visits, True).simulate(4, np.random.default_rng(SEED))
        statistic, of_f, of_change = anova(values)
        of_ancova = ancova(values)
        for trial, own in enumerate(values):
            retro = np.arange(2 * n) >= n
            names = [f"V{k}" for k in range(visits + 1)]
            wide = pd.DataFrame(own, columns=names).assign(arm=np.where(retro, "retro", "control"))
            term = next(term for term in mixed_anova(wide, names)[0] if term.term == "arm:visit")
            np.testing.assert_allclose([statistic[trial], of_f[trial, 0]], [term.statistic, term.p_value], rtol=1e-8)

            complete = ~np.isnan(own).any(axis=1)
            own, retro = own[complete], retro[complete].astype(float)
            # Least squares with a mean for each participant has the ANOVA's error term.
            at = np.tile(np.eye(visits + 1)[:, 1:], (len(own), 1))
            people = np.repeat(np.eye(len(own)), visits + 1, axis=0)
            fit = OLS(own.ravel(), np.hstack([people, at, at * np.repeat(retro, visits + 1)[:, None]])).fit()
            np.testing.assert_allclose(of_change[trial], [fit.pvalues[-1], *fit.conf_int()[-1]], rtol=1e-8)
            fit = OLS(own[:, -1], np.column_stack([np.ones(len(own)), own[:, 0], retro])).fit()
            np.testing.assert_allclose(of_ancova[trial], [fit.pvalues[-1], *fit.conf_int()[-1]], rtol=1e-8)


def run_cell(cell: Cell, seed: np.random.SeedSequence, trials: int, mixedlm_trials: int) -> tuple[Cell, Outcome, float]:
    """Simulate and analyse a cell, lot by lot; also return the seconds it took."""
    start = time.perf_counter()
    rng, outcome, truth = np.random.default_rng(seed), Outcome(), cell.effect[-1]
    for done in range(0, trials, LOT):
        values = cell.simulate(min(LOT, trials - done), rng)
        outcome.missing.append(np.isnan(values[..., -1]).reshape(len(values), 2, -1).mean(axis=(0, 2)))
        _, of_f, of_change = anova(values)
        answers, reasons, structures = engine(values)
        outcome.reasons.update(reasons)
        outcome.structures.update(structures)
        answers |= {"anova_f": of_f, "anova_change": of_change, "ancova": ancova(values)}
        answers["mixedlm"] = random_intercept(values[: max(0, mixedlm_trials - done)])
        for name, own in answers.items():
            outcome.tallies[name].add(own, truth)
    return cell, outcome, time.perf_counter() - start


def run_all(cells: dict[Cell, np.random.SeedSequence], trials: int, mixedlm_trials: int) -> dict[Cell, Outcome]:
    """Run the cells in two processes, the longest first, and say on stderr how far it is."""
    # Linear algebra of such small matrices is slower, not faster, on several threads.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    start, outcomes = time.perf_counter(), {}
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        jobs = [
            pool.apply_async(run_cell, (cell, seed, trials, trials if is_checked(cell) else mixedlm_trials))
            for cell, seed in sorted(
                cells.items(), key=lambda item: (-is_checked(item[0]), -item[0].n * item[0].visits)
            )
        ]
        for done, job in enumerate(jobs, 1):
            cell, outcomes[cell], seconds = job.get()
            print(f"{done} of {len(jobs)}: {cell}, {seconds:.0f} s", file=sys.stderr, flush=True)
    print(f"{len(jobs)} cells in {(time.perf_counter() - start) / 60:.1f} minutes", file=sys.stderr)
    return {cell: outcomes[cell] for cell in cells}


def is_checked(cell: Cell) -> bool:
    """Say whether a cell is of the design whose coverage must be right."""
    return (cell.n, cell.visits) == CHECKED


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """Return a table with numbers to the right."""
    lines = [header, ["---:" if cell[:1].isdigit() else "---" for cell in rows[0]], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def rate_table(outcomes: dict[Cell, Outcome], alternative: bool, what: str) -> str:
    """Return a table of percentages: a row a design, a column an analysis, and below the largest standard errors."""
    names = [name for name in METHODS if what == "rejected" or name != "anova_f"]
    mine = {cell: outcome.tallies for cell, outcome in outcomes.items() if cell.alternative == alternative}
    show = [
        [str(cell.n), str(cell.visits), *(f"{tallies[name].percent(what):.2f}" for name in names)]
        for cell, tallies in mine.items()
    ]
    largest = [f"{max(tallies[name].error(what) for tallies in mine.values()):.2f}" for name in names]
    return markdown(
        ["n per arm", "visits", *(METHODS[name] for name in names)], [*show, ["largest Monte Carlo SE", "", *largest]]
    )


def fit_table(outcomes: dict[Cell, Outcome]) -> str:
    """Return the table of trials that were not analysed, and of those that climbed the ladder."""
    rows = []
    for cell, outcome in outcomes.items():
        tallies, structures = outcome.tallies, outcome.structures
        failed = {name: tally.trials - tally.fitted for name, tally in tallies.items()}
        if not any(failed.values()):
            continue
        climbed = sum(count for name, count in structures.items() if name != "us")
        numbers = [failed["us_kr"], climbed, *(structures[name] for name in LADDER[1:]), failed["ladder_kr"]]
        numbers += [failed["anova_f"], failed["ancova"]]
        mixedlm = f"{failed['mixedlm']:,} of {tallies['mixedlm'].trials:,}"
        where = [str(cell.n), str(cell.visits), "alternative" if cell.alternative else "null"]
        rows.append([*where, *(f"{number:,}" for number in numbers), mixedlm])
    header = ["n per arm", "visits", "arms", "us failed", "climbed", *(f"to {name}" for name in LADDER[1:])]
    header += ["ladder failed", "ANOVA failed", "ANCOVA failed", "MixedLM failed"]
    return markdown(header, rows) if rows else "None."


def summary_table(outcomes: dict[Cell, Outcome]) -> str:
    """Return the lowest and highest of each analysis over all designs."""
    rows = []
    for name, words in METHODS.items():
        row = [words]
        for alternative, what in ((False, "rejected"), (True, "covered"), (True, "rejected")):
            rates = [o.tallies[name].percent(what) for cell, o in outcomes.items() if cell.alternative == alternative]
            no_interval = name == "anova_f" and what == "covered"
            row.append("" if no_interval else f"{min(rates):.2f} to {max(rates):.2f}")
        rows.append(row)
    return markdown(["analysis", "type I error", "coverage (arms differ)", "power"], rows)


def report(outcomes: dict[Cell, Outcome], trials: int, mixedlm_trials: int, verdict: str) -> str:
    """Return the document."""
    cells = list(outcomes)
    sizes = sorted({cell.n for cell in cells})
    differences = ", ".join(f"{Cell(n, 2, True).difference:.2f} ({n})" for n in sizes)
    missing = {
        alternative: 100
        * np.array([np.mean(o.missing, axis=0) for c, o in outcomes.items() if c.alternative == alternative])
        for alternative in (False, True)
    }
    overall = np.concatenate([share.mean(axis=1) for share in missing.values()])
    control, retro = missing[True].T
    reasons = sum((outcome.reasons for outcome in outcomes.values()), Counter())
    rows = [[words, f"{count:,}"] for words, count in reasons.most_common()]
    why = markdown(["why the unstructured matrix was not fitted", "trials"], rows) if rows else ""
    exact = 100 * (ALPHA * (1 - ALPHA) / trials) ** 0.5
    coarse = 100 * (ALPHA * (1 - ALPHA) / mixedlm_trials) ** 0.5 if mixedlm_trials else float("nan")
    most = f", and {trials:,} with {CHECKED[0]} per arm and {CHECKED[1]} visits" if any(map(is_checked, cells)) else ""
    return f"""# Do the intervals of small trials keep their promise?

Written by `benchmarks/calibration.py`; do not edit. **All data are simulated.** No participant is real.

A test at the 5% level should be wrong in 5% of trials whose arms do not differ. A 95% interval should include the true
difference in 95% of trials. Many analyses guarantee this only for large trials. This page tests them in small trials. The true
difference is known because the trials are simulated.

## What to look at

- **Type I error**: 5% is correct. A higher rate means too many false-positive results. A lower rate means a conservative test.
- **Coverage**: 95% is correct. A lower rate means intervals that are too narrow, or biased estimates.
- **Power** can be compared only between analyses with a correct type I error: a test that always rejects has full power.
- **Failures**: the rates are based on the trials that could be analysed. If many trials failed, the rates describe a selected subset.

Every rate has a Monte Carlo standard error (SE), because the trials are a sample. For a rate of 5%, it is {exact:.2f} percentage points
with {trials:,} trials and {coarse:.2f} with {mixedlm_trials:,}. The last row of each table gives the largest SE in each column. A rate within
two standard errors of 5% or 95% cannot be distinguished from it. Among so many rates, a few are further away by chance.

The lowest and highest rate of each analysis across all designs, in percent:

{summary_table(outcomes)}

{verdict}

## What was simulated

Randomised trials with two arms of equal size, a baseline visit and 2 to 5 visits after it. In half of the designs the arms do not
differ (null); in the other half they do (alternative). Each row of a table is based on {trials:,} trials.

- **Times**: with m visits after baseline, visit k is at time (k / m)^2. Early visits are close together, late visits far apart.
- **Values**: normally distributed, with mean 0 in the control arm. The standard deviation at time s is 1 + 0.5 s: 1 at baseline, 1.5 at the last
  visit. The correlation between two visits that are s apart is 0.4 + 0.5 exp(-2 s). The correlation between baseline and last visit is
  {Cell(5, 2, True).correlation[0, -1]:.2f}. Of the covariance structures, only the unstructured one is exactly correct.
- **Difference**: the intervention lowers the values, in equal steps from no difference at baseline to the full difference at the last
  visit. The full difference is the one that an analysis of covariance would detect with 80% power if nobody dropped out: {differences}
  (number of participants per arm in brackets). A larger trial has a smaller difference. Power can be compared within a row, but not
  between rows with different sample sizes.
- **Dropout**: participants who leave do not return. The odds of leaving before a visit double with each standard deviation of the
  value at the previous visit: participants with high (worse) values leave more often. The previous value was always measured, so
  values are missing at random. The odds are set so that 15% are missing at the last visit; {overall.min():.1f} to {overall.max():.1f}% were missing. If the arms differ, more participants leave the
  control arm ({control.min():.1f} to {control.max():.1f}%) than the other ({retro.min():.1f} to {retro.max():.1f}%).

The target is always the difference between the arms at the last visit. These analyses estimate or test it:

- **us**: this package's mixed model, `{FORMULA}`, with an unstructured covariance matrix, fitted by REML:
  once with Kenward-Roger standard errors and degrees of freedom, and once with those of Satterthwaite. A trial for which the matrix
  cannot be fitted has no result.
- **ladder**: the same model with the Kenward-Roger method. If the unstructured matrix cannot be fitted, the next structures are
  tried ({", ".join(LADDER)}).
- **random intercept, z**: statsmodels' MixedLM with the same formula, the same rows (visits after baseline) and a random
  intercept, fitted by REML, with z tests. It is slow, so the number of trials is smaller: {mixedlm_trials:,} trials for each row{most}.
- **ANOVA**: the 2 x k mixed ANOVA used in the studies, in participants measured at every visit, including baseline. F is the test of
  arm x visit, which tests whether the courses of the arms differ at all. *Change* is the difference in change from baseline to the
  last visit, with the error term of the ANOVA, which is pooled over all visits. Checked against pingouin and least squares.
- **ANCOVA**: the last visit regressed on baseline and arm, in participants measured at the last visit. Checked against least squares.

## Type I error

Percentage of trials with p < 0.05 when the arms do not differ. In these trials, the coverage of the interval is 100 minus this number.

{rate_table(outcomes, False, "rejected")}

## Coverage

Percentage of 95% intervals that include the true difference, when the arms differ.

{rate_table(outcomes, True, "covered")}

## Power

Percentage of trials with p < 0.05 when the arms differ.

{rate_table(outcomes, True, "rejected")}

## Failures

Numbers of trials, not percentages. *us failed* counts the trials for which the unstructured matrix could not be fitted. *Climbed*
counts the trials for which the ladder found another structure, and the columns *to* show which one. The ladder failed for the
remaining trials. The ANOVA and the ANCOVA need two completers in each arm. In designs that are not listed, every analysis succeeded
in every trial.

{fit_table(outcomes)}

{why}

## What is not covered

Values that are not normally distributed, outliers, arms of unequal size or spread, more than two arms. Intermittent missed visits,
missing baselines, dropout that depends on unmeasured values, or more dropout. Visits other than the last. Other correlations and
other effects. The rates reported here do not apply to these situations.
"""


def check_coverage(outcomes: dict[Cell, Outcome]) -> tuple[bool, str]:
    """Say whether the engine's coverage is within three Monte Carlo standard errors of 95 % where it must be."""
    passed, words = True, []
    for cell, outcome in outcomes.items():
        if is_checked(cell):
            tally = outcome.tallies["us_kr"]
            off = tally.percent("covered") - 100 * (1 - ALPHA)
            passed &= abs(off) <= 300 * (ALPHA * (1 - ALPHA) / tally.fitted) ** 0.5
            words.append(f"{tally.percent('covered'):.2f}% when the arms {'' if cell.alternative else 'do not '}differ")
    if not words:
        return True, ""
    ends = "within" if passed else "NOT within"
    where = f"With {CHECKED[0]} per arm and {CHECKED[1]} visits the coverage of us (Kenward-Roger) is"
    return passed, f"{where}\n{' and '.join(words)}: {ends} three Monte Carlo standard errors of 95%."


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, default=5000, help="trials a cell (5000)")
    parser.add_argument("--mixedlm-trials", type=int, default=1000, help="of these for statsmodels' MixedLM (1000)")
    names = [f"{n}x{visits}" for n in SIZES for visits in VISITS]
    parser.add_argument("--cells", nargs="+", default=names, choices=names, metavar="NxVISITS", help="as 15x3 (all)")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "calibration.md")
    return parser.parse_args()


def main() -> None:
    """Check the arithmetic, run, write, and judge."""
    given = options()
    check_arithmetic()
    cells = [Cell(*design) for design in itertools.product(SIZES, VISITS, (False, True))]
    # Each cell has its own seed whichever others are run.
    seeds = dict(zip(cells, np.random.SeedSequence(SEED).spawn(len(cells)), strict=True))
    wanted = {cell: seed for cell, seed in seeds.items() if f"{cell.n}x{cell.visits}" in given.cells}
    mixedlm_trials = min(given.trials, given.mixedlm_trials)
    outcomes = run_all(wanted, given.trials, mixedlm_trials)
    passed, verdict = check_coverage(outcomes)
    given.output.write_text(report(outcomes, given.trials, mixedlm_trials, verdict), encoding="utf-8")
    print(verdict, file=sys.stderr)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
