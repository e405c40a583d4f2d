"""Files of SPSS (.sav, .zsav), Stata (.dta) and SAS (.sas7bdat, .xpt), with their labels."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from retrowalk.file_types import type_of
from retrowalk.ingest.received import Received, UnreadableError

#: {name of the type in the register: pyreadstat's function}.
FUNCTIONS = {
    "an SPSS file": "read_sav",
    "a Stata file": "read_dta",
    "a SAS file": "read_sas7bdat",
    "a SAS transport file": "read_xport",
}


def read(path: Path, sheet: str = "", encoding: str = "", header_row: int = 1) -> Received:
    """Return the one table of a file of SPSS, Stata or SAS.

    Codes stay codes: what they mean is in `codes`. A value that the file itself declares missing (user-missing in SPSS,
    .a to .z in Stata and SAS) is an empty cell.
    """
    import pyreadstat

    kind = type_of(path)
    read_file = getattr(pyreadstat, FUNCTIONS[kind.name])
    _refuse_more_rows_than_fit(path, kind.program, read_file)
    try:
        with path.open("rb"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of dates before 1900, which a trial does not have
            table, meta = read_file(str(path))
    except OSError:
        raise
    except Exception:
        # pyreadstat's errors name the place in its own C code.
        remedy = f"Open it in {kind.program} and save it again, or export it as CSV."
        raise UnreadableError(f"the file cannot be read as {kind.name}", remedy) from None
    short = {name for name, kind in meta.readstat_variable_types.items() if kind == "float"}
    columns = {name: _texts(table[name], name in short) for name in table.columns}
    cells = pd.DataFrame(columns, index=pd.RangeIndex(1, len(table) + 1, name="row"), dtype=str)
    labels = {name: label.strip() for name, label in meta.column_names_to_labels.items() if label and label.strip()}
    codes = {
        name: {_text(code): str(label).strip() for code, label in words.items()}
        for name, words in meta.variable_value_labels.items()
    }
    return Received(cells[(cells != "").any(axis=1)], None, labels, codes)


def _refuse_more_rows_than_fit(path: Path, program: str, read_file: Callable[..., Any]) -> None:
    """Room is made for as many rows as the file says it has, so that a damaged number would take all memory."""
    size = path.stat().st_size
    try:
        rows = read_file(str(path), metadataonly=True)[1].number_rows or 0
    except Exception:
        return  # told of when the file is read
    # Packed as tightly as these formats do, a row takes an eighth of a byte.
    if rows > 8 * size:
        problem = f"the file declares {rows:,} rows, more than its {size:,} bytes can contain"
        raise UnreadableError(problem, f"It is damaged: save it again in {program}, or export it as CSV.")


def _texts(values: pd.Series, single: bool) -> list[str]:
    """Return values as text; numbers that were stored with seven digits are not given sixteen."""
    if single:
        values = values.astype(np.float32)
    words: dict[object, str] = {}
    return [
        words[value] if value in words else words.setdefault(value, _text(value))
        for value in (values.to_numpy() if single else values)
    ]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, float | np.floating):
        return str(int(value)) if float(value).is_integer() else str(value)
    return str(value)
