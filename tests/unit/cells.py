"""What rows of the estimate record say, for tests: codes and values of their facts."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pytest

from retrowalk.errors import FitError
from retrowalk.facts import Fact

Values = dict[str, Any]


def code(cell: str) -> str:
    """Return the code of a fact in a cell of `method` or `reason`, "" of an empty one."""
    return json.loads(cell)[0] if cell else ""


def values(cell: str) -> Values:
    """Return the values of a fact in a cell of `method` or `reason`."""
    return json.loads(cell)[1]


def caveats(cell: str) -> dict[str, Values]:
    """Return {code: values} of the caveats in a cell."""
    found = json.loads(cell)
    assert len({code for code, _ in found}) == len(found)
    return dict(found)


def with_caveat(rows: pd.DataFrame, wanted: str) -> pd.Series:
    """Return which rows have a caveat."""
    return rows["caveats"].map(lambda cell: wanted in caveats(cell))


@contextmanager
def refused(reason: Fact) -> Iterator[None]:
    """Expect a FitError with this reason, values included."""
    with pytest.raises(FitError) as caught:
        yield
    assert caught.value.reason.cell == reason.cell
    assert str(caught.value) == reason.code
