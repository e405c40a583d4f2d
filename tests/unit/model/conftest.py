"""The simulated trials that R's values are for, in the shape the analyses take."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

#: The visits of each simulated trial, baseline first.
VISITS = {
    "balance_4post": ["V0", "V1", "V2", "V3", "V4"],
    "pain_15v15": ["V0", "V1"],
    "rom_uneven": ["V0", "V1", "V2", "V3"],
    "tiny_5v5": ["V0", "V1"],
    "wob_3arm": ["V0", "V1", "V2"],
}
REFERENCE = Path(__file__).resolve().parents[2] / "reference"
#: The trials and R's mixed models of them are those of the engine's own tests.
ENGINE_REFERENCE = Path(__file__).resolve().parents[3] / "workflow/lib/visitwise/tests/reference"
TRIALS = ENGINE_REFERENCE / "trials"


@pytest.fixture
def trial() -> Callable[[str], pd.DataFrame]:
    """A trial by name: index participant, columns arm, sex and a column a visit (V0 is baseline)."""

    def read(name: str) -> pd.DataFrame:
        long = pd.read_csv(TRIALS / f"{name}.csv")
        people = long.drop_duplicates("participant").set_index("participant")[["arm", "sex"]]
        return people.join(long.pivot(index="participant", columns="visit", values="value"))

    return read


def reference(file: str, **equal: str) -> list[dict]:
    """Return R's rows that have these values."""
    folder = next(folder for folder in (REFERENCE, ENGINE_REFERENCE) if (folder / f"{file}.csv").is_file())
    table = pd.read_csv(folder / f"{file}.csv", keep_default_na=True)
    for column, value in equal.items():
        table = table[table[column] == value]
    assert len(table), f"no reference for {equal}"
    return table.to_dict("records")
