"""The engine of mixed models beside R and statsmodels, and alone on large trials and on many.

Usage: python benchmarks/mixed.py [--small]

It takes about four minutes, one without R, and prints Markdown. The trials are simulated with a fixed seed, and R reads
the same numbers from CSV. What is timed is all from data to a table: fit, Kenward-Roger's degrees of freedom where the
tool has them, and the contrasts of the arms at each visit. A time is the median of five repeats after two calls to warm
up, on one thread. The answers of the tools are compared in the same run, which fails where they differ: a faster way to
another number is none. Where Rscript or a package of R is missing, that half is left out and the heading says why.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy
import statsmodels
from statsmodels.formula.api import mixedlm

from visitwise import MixedFit, MixedModel, fit_many

SEED = 20240229
FORMULA = "value ~ baseline * visit + arm * visit"
WIDE = "value ~ baseline + sex + age + age:sex + arm * visit"
#: How far two tools may differ: -2 log-likelihood absolutely, estimates in standard errors, the rest relatively.
LARGEST_DIFFERENCE = 1e-3
#: Columns of the comparison: a tool's time, and the name of ours that stands for the same model.
OTHERS = {
    "gls_table": ("gls table", "us"),
    "gls_contrasts": ("gls contrasts", "us"),
    "lmer_table": ("lmer table", "cs"),
    "lmer_contrasts": ("lmer contrasts", "cs"),
    "mixedlm": ("MixedLM", "cs"),
}
LEGEND = """\
Milliseconds. The number after x is how many times as long as ours, prepared (and, in brackets, with formula).

- ours, us (unstructured) and cs (compound symmetry): fit + Kenward-Roger + contrasts by visit. Formula is
  `model.fit(data)`; prepared is `model.fit(design)` with `design = model.prepare(data)` made before. A design keeps the
  reference grid of the contrasts from the first call on.
- gls: nlme's gls with corSymm and varIdent, the unstructured model. It has no Kenward-Roger: table is
  `summary(m)$tTable`, contrasts emmeans with `mode = "df.error"`.
- lmer: lme4's random intercept with Kenward-Roger by pbkrtest. Table is lmerTest's
  `coef(summary(m, ddf = "Kenward-Roger"))`, contrasts emmeans with `lmer.df = "kenward-roger"`.
- MixedLM: statsmodels' random intercept, contrasts by `t_test`. Its tests are z tests: it has no degrees of freedom."""


def simulate(
    participants: int, visits: int, *, dropout: float = 0.0, missed: float = 0.0, trials: int = 1
) -> pd.DataFrame:
    """Return trials of two arms, one row a participant and visit with a value."""
    rng = np.random.default_rng([SEED, participants, visits])
    everyone = participants * trials
    occasions = np.arange(visits + 1)
    sd = 3 + 0.3 * occasions
    covariance = 0.6 ** np.abs(occasions[:, None] - occasions) * np.outer(sd, sd)
    arm = np.arange(everyone) % 2
    values = rng.multivariate_normal(np.full(visits + 1, 50.0), covariance, everyone, method="cholesky")
    values[:, 1:] += arm[:, None]
    last = np.where(rng.random(everyone) < dropout, rng.integers(1, visits, everyone), visits)
    attended = (occasions[:-1] < last[:, None]) & (rng.random((everyone, visits)) >= missed)
    who, visit = np.nonzero(attended)
    return pd.DataFrame(
        {
            "trial": who // participants,
            "participant": np.array([f"P{number:05}" for number in range(participants)])[who % participants],
            "arm": np.array(["control", "retro"])[arm[who]],
            "sex": np.array(["female", "male"])[rng.integers(2, size=everyone)[who]],
            "age": rng.normal(60, 8, everyone)[who],
            "baseline": values[who, 0],
            "visit": np.array([f"visit {number + 1}" for number in range(visits)])[visit],
            "value": values[who, visit + 1],
        }
    )


def milliseconds(call: Callable[..., Any], *arguments: Any) -> float:
    """Return the median time of a call, over repeats of at least 50 ms each (as mixed.R does)."""

    def timed(times: int) -> float:
        start = time.perf_counter()
        for _ in range(times):
            call(*arguments)
        return (time.perf_counter() - start) / times

    timed(1)
    times = max(1, int(np.ceil(0.05 / timed(1))))
    return 1000 * statistics.median(timed(times) for _ in range(5))


def in_child(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function returns in a new process: it reads the number of threads, and its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def contrasts(fit: Any) -> pd.DataFrame:
    """Return retro - control at each visit."""
    return fit.contrasts("arm", by="visit", reference="control")


def fit_ours(model: MixedModel, data: Any) -> pd.DataFrame:
    """Return our contrasts with Kenward-Roger."""
    return contrasts(model.fit(data))


def fit_mixedlm(data: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    """Return -2 restricted log-likelihood and the contrasts of statsmodels' random intercept."""
    fit = mixedlm(FORMULA, data, groups="participant").fit(reml=True)
    names = list(fit.fe_params.index)
    weights = np.array([[name == "arm[T.retro]" for name in names]] * data["visit"].nunique(), dtype=float)
    for row, visit in enumerate(sorted(data["visit"].unique())[1:], start=1):
        weights[row, names.index(f"arm[T.retro]:visit[T.{visit}]")] = 1
    return -2 * fit.llf, fit.t_test(weights).summary_frame()


def ask_r(*arguments: Any) -> Any:
    """Return what mixed.R answers; a RuntimeError says why it does not."""
    if shutil.which("Rscript") is None:
        raise RuntimeError("there is no Rscript")
    script = Path(__file__).with_suffix(".R")
    asked = subprocess.run(["Rscript", script, *arguments], capture_output=True, text=True)
    if asked.returncode:
        raise RuntimeError(asked.stderr.strip().removesuffix("Execution halted").strip())
    return json.loads(asked.stdout)


def apart(ours: MixedFit, theirs: dict[str, Any]) -> dict[str, float]:
    """Return the largest difference of each kind between our answer and another's, where the other has that number."""
    table = contrasts(ours)
    differences = {
        "-2 log-likelihood": abs(ours.criterion - theirs["criterion"]),
        "estimates (SE)": (np.abs(table["estimate"] - theirs["estimate"]) / table["se"]).max(skipna=False),
    }
    for name, words in (("se", "SE (relative)"), ("df", "df (relative)")):
        if name in theirs:
            differences[words] = np.abs(table[name] / theirs[name] - 1).max(skipna=False)
    return differences


def compare(participants: int, visits: int, with_r: bool) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Return the milliseconds of each tool on one trial, and how far their answers are from ours."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trial.csv"
        simulate(participants, visits, dropout=0.1).to_csv(file, index=False)
        data = pd.read_csv(file)
        models = {covariance: MixedModel(FORMULA, covariance=covariance) for covariance in ("us", "cs")}
        times = {}
        for covariance, model in models.items():
            times[f"{covariance} prepared"] = milliseconds(fit_ours, model, model.prepare(data))
            times[f"{covariance} formula"] = milliseconds(fit_ours, model, data)
        times["mixedlm"] = milliseconds(fit_mixedlm, data)
        criterion, table = fit_mixedlm(data)
        answer = {"criterion": criterion, "estimate": table["coef"].to_numpy()}
        differences = {"MixedLM": apart(models["cs"].fit(data), answer)}
        if with_r:
            answer = ask_r(file)
            times |= answer["milliseconds"]
            # gls has standard errors without adjustment, and emmeans takes the covariance's parameters off its df.
            del answer["gls"]["df"]
            differences["gls"] = apart(models["us"].fit(data, df="residual"), answer["gls"])
            differences["lmer"] = apart(models["cs"].fit(data, information="expected"), answer["lmer"])
    return times, differences


def large(participants: int, visits: int, formula: str, missing: dict[str, float]) -> dict[str, Any]:
    """Return what one large trial takes: time, and the growth of the process's peak memory during the first fit."""
    model = MixedModel(formula)
    fit_ours(model, simulate(60, visits, **missing))  # what is loaded on first use is not the trial's
    data = simulate(participants, visits, **missing)
    before = peak_memory()
    fit = model.fit(data)
    contrasts(fit)
    return {
        "participants x visits": f"{participants:,} x {visits}",
        "values": f"{len(data):,}",
        "coefficients": len(fit.coefficients),
        "covariance parameters": len(fit.covariance_parameters),
        "peak memory, MB": f"{peak_memory():.0f}",
        "its growth in the fit, MB": f"{peak_memory() - before:.0f}",
        "ms": f"{milliseconds(fit_ours, model, data):.0f}",
    }


def peak_memory() -> float:
    """Return the most memory this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def many(participants: int, visits: int, trials: int) -> dict[str, Any]:
    """Return how many trials of one design are fitted in a second, and how many could not be."""
    model = MixedModel(FORMULA)
    data = simulate(participants, visits, dropout=0.1, trials=trials)
    fits = fit_many(model, data)
    reasons = fits.failures["reason"].str.replace(r"\d+ participants", "n participants", regex=True).value_counts()
    took = milliseconds(lambda: contrasts(fit_many(model, data)))
    return {
        "participants x visits": f"{participants} x {visits}",
        "trials": f"{trials:,}",
        "trials per second": f"{1000 * trials / took:,.0f}",
        "fitted with a caveat": int((fits.structures["caveat"] != "").sum()),
        "failures": len(fits.failures),
        "why": "; ".join(f"{count} x {reason}" for reason, count in reasons.items()),
    }


def comparison_row(trial: str, times: dict[str, float]) -> dict[str, str]:
    """Return the times of one trial as cells, those of the others with their ratios to ours."""
    cells = {"trial": trial} | {name: f"{ms:.1f}" for name, ms in times.items() if name not in OTHERS}
    for name, (words, own) in OTHERS.items():
        if name in times:
            ratios = (times[name] / times[f"{own} prepared"], times[name] / times[f"{own} formula"])
            cells[words] = "{:.0f} x {:.1f} ({:.1f})".format(times[name], *ratios)
    return cells


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print rows as a table of Markdown."""
    lines = [list(rows[0]), ["---", *["---:"] * (len(rows[0]) - 1)], *(row.values() for row in rows)]
    print(*("| " + " | ".join(map(str, line)) + " |" for line in lines), sep="\n", end="\n\n")


@dataclass(frozen=True)
class Sizes:
    """The trials of a run, (participants, visits) each, and how many trials are fitted at once."""

    compared: tuple[tuple[int, int], ...] = tuple(product((30, 60, 100, 200), (2, 3, 5)))
    large: tuple[int, int] = (1_000, 10)
    larger: tuple[tuple[int, int], ...] = ((12_500, 4), (25_000, 4), (50_000, 4))
    many: tuple[tuple[int, int], ...] = ((30, 3), (60, 4), (10, 3))
    trials: int = 1_000


#: To see whether the benchmark itself runs.
SMALL = Sizes(compared=((30, 2),), large=(100, 3), larger=((100, 4),), many=((30, 3),), trials=20)


def print_comparison(trials: tuple[tuple[int, int], ...], with_r: bool) -> bool:
    """Print the table beside R and statsmodels and what follows from it; return whether the answers agree."""
    done = {f"{n} x {m}": in_child(compare, n, m, with_r) for n, m in trials}
    print(f"## Side by side: {FORMULA}, participants x visits, 10 % drop out\n\n{LEGEND}\n")
    print_table([comparison_row(trial, times) for trial, (times, _) in done.items()])
    for name, own in product(["gls_table", "gls_contrasts"] if with_r else [], ["us prepared", "us formula"]):
        ratios = {trial: times[name] / times[own] for trial, (times, _) in done.items()}
        below = [f"{trial} ({ratio:.1f})" for trial, ratio in ratios.items() if ratio < 20]
        print(f"- {OTHERS[name][0]} less than 20 times {own}: {', '.join(below) or 'nowhere'}")

    print("\n## Do the answers agree? The largest difference from ours over all trials\n")
    compared = {
        "gls": "us without adjustment",
        "lmer": "cs, Kenward-Roger with the expected information as pbkrtest (timed: the observed)",
        "MixedLM": "cs, z tests",
    }
    rows, agree = [], True
    for tool in [tool for tool in compared if with_r or tool == "MixedLM"]:
        largest = pd.DataFrame([differences[tool] for _, differences in done.values()]).max(skipna=False)
        agree &= bool((largest <= LARGEST_DIFFERENCE).all())
        rows.append(largest.map("{:.1e}".format).rename(f"{tool}, with {compared[tool]}"))
    table = pd.DataFrame(rows).fillna("")
    print_table([{"tool, compared with our": tool, **cells} for tool, cells in table.iterrows()])
    return agree


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", action="store_true", help="small trials, and few")
    sizes = SMALL if parser.parse_args().small else Sizes()
    os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    try:
        in_r, with_r = ask_r(), True
    except RuntimeError as fault:
        in_r, with_r = f"R left out: {fault}", False
    packages = ", ".join(f"{package.__name__} {package.__version__}" for package in (np, scipy, pd, statsmodels))
    machine = f"one thread of {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"# Mixed models: {machine}; Python {platform.python_version()}, {packages}; {in_r}\n", flush=True)
    agree = print_comparison(sizes.compared, with_r)

    print(f"## Large: {WIDE}, 20 % of visits missing; fit + Kenward-Roger + contrasts, target 1,500 ms\n")
    print_table([in_child(large, *sizes.large, WIDE, {"missed": 0.2})])
    print(f"## Larger: {FORMULA}, 10 % drop out; target 1,000 ms, and memory in proportion to the participants\n")
    print_table([in_child(large, n, m, FORMULA, {"dropout": 0.1}) for n, m in sizes.larger])
    print(f"## Many, by fit_many: {FORMULA}, 10 % drop out, Kenward-Roger + contrasts; target 300 per second\n")
    print_table([in_child(many, n, m, sizes.trials) for n, m in sizes.many])
    print(f"load at the end {os.getloadavg()[0]:.1f}")
    if not agree:
        sys.exit(f"the tools differ by more than {LARGEST_DIFFERENCE}: see above; the times mean nothing")


if __name__ == "__main__":
    main()
