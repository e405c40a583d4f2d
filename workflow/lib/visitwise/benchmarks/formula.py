"""What reading a formula costs: by formulaic each time, and by the recipe that is kept of a formula without expressions.

Usage: python benchmarks/formula.py [--small]

Prints Markdown. Time is that of the processor: the shortest of 60 calls on one thread, which other work on the machine disturbs least. The trials are
those of `mixed.py`.
"""

import argparse
import os
import time
from collections.abc import Callable
from itertools import product
from typing import Any
from unittest import mock

for _pool in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_pool] = "1"

from mixed import FORMULA, contrasts, simulate  # noqa: E402

from visitwise import MixedModel, design  # noqa: E402
from visitwise.recipe import recipe  # noqa: E402

REPEATS = 60


def milliseconds(call: Callable[[], Any]) -> float:
    """Return the shortest time of a call."""
    call()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return 1000 * min(times)


def read(model: MixedModel, data: Any) -> None:
    """Read a table and make the reference grid of its contrasts: all that the formula is needed for."""
    assert len(model.prepare(data).cells)


def row(participants: int, visits: int) -> list[str]:
    """Return one row of the table: the trial, then times of reading and of the fit, in milliseconds."""
    model, data = MixedModel(FORMULA), simulate(participants, visits, dropout=0.1)
    with mock.patch.object(design, "recipe", return_value=None):
        by_formulaic = milliseconds(lambda: read(model, data))

    def first() -> None:
        recipe.cache_clear()
        read(model, data)

    times = [by_formulaic, milliseconds(first), milliseconds(lambda: read(model, data))]
    prepared = model.prepare(data)
    times.append(milliseconds(lambda: contrasts(model.fit(prepared))))
    return [f"{participants} x {visits}", *(f"{each:.1f}" for each in times)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", action="store_true", help="one trial")
    trials = [(30, 2)] if parser.parse_args().small else product((30, 60), (2, 3, 5))
    heads = ["participants x visits", "formulaic each time", "first of its kind", "kept recipe", "fit and contrasts"]
    print(f"| {' | '.join(heads)} |\n|---|{'---:|' * (len(heads) - 1)}")
    for participants, visits in trials:
        print(f"| {' | '.join(row(participants, visits))} |", flush=True)


if __name__ == "__main__":
    main()
