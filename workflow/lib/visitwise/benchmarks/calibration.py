"""How often the engine's tests and intervals are wrong in small trials: type I error and coverage.

Usage: python benchmarks/calibration.py [--trials 200 --cells 15x3 5x2]

Prints the two tables of docs/calibration.md. The same arguments give the same numbers. A full run takes about ten minutes on
one core.
"""

import argparse
import itertools
import os

import numpy as np
from small_trials import ENGINE_METHODS, LOT, SEED, SIZES, VISITS, Cell, Tally, engine


def run(cell: Cell, seed: np.random.SeedSequence, trials: int) -> dict[str, Tally]:
    """Simulate and analyse the trials of a cell."""
    rng, tallies = np.random.default_rng(seed), {name: Tally() for name in ENGINE_METHODS}
    for done in range(0, trials, LOT):
        answers, _, _ = engine(cell.simulate(min(LOT, trials - done), rng))
        for name, answer in answers.items():
            tallies[name].add(answer, cell.effect[-1])
    return tallies


def print_table(title: str, what: str, outcomes: dict[Cell, dict[str, Tally]], *, alternative: bool) -> None:
    """Print the percentages of the cells whose arms differ, or do not."""
    names = list(ENGINE_METHODS.values())
    print(f"## {title}\n\n| n an arm | visits | {' | '.join(names)} |\n|{' ---: |' * (len(names) + 2)}")
    for cell, tallies in outcomes.items():
        if cell.alternative == alternative:
            shares = " | ".join(f"{tally.percent(what):.2f}" for tally in tallies.values())
            print(f"| {cell.n} | {cell.visits} | {shares} |", flush=True)
    print()


def main() -> None:
    """Run the cells that are asked for and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, default=5000, help="trials per cell (5000)")
    names = [f"{n}x{visits}" for n in SIZES for visits in VISITS]
    parser.add_argument("--cells", nargs="+", default=names, choices=names, metavar="NxVISITS", help="as 15x3 (all)")
    given = parser.parse_args()
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    cells = [Cell(*design) for design in itertools.product(SIZES, VISITS, (False, True))]
    # Each cell has its own seed whichever others are run.
    seeds = dict(zip(cells, np.random.SeedSequence(SEED).spawn(len(cells)), strict=True))
    wanted = [cell for cell in cells if f"{cell.n}x{cell.visits}" in given.cells]
    outcomes = {cell: run(cell, seeds[cell], given.trials) for cell in wanted}
    print_table("Type I error", "rejected", outcomes, alternative=False)
    print_table("Coverage", "covered", outcomes, alternative=True)


if __name__ == "__main__":
    main()
