"""Files of SPSS (.sav, .zsav), Stata (.dta) and SAS (.sas7bdat, .xpt), with their labels."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from retrowalk.ingest.received import Received, UnreadableError

ENDINGS = {
    ".sav": ("SPSS", "read_sav"),
    ".zsav": ("SPSS", "read_sav"),
    ".dta": ("Stata", "read_dta"),
    ".sas7bdat": ("SAS", "read_sas7bdat"),
    ".xpt": ("SAS", "read_xport"),
}


def read_statistical(path: Path) -> Received:
    """Return the one table of a file of SPSS, Stata or SAS.

    Codes stay codes: what they mean is in `codes`. A value that the file itself declares missing (user-missing in SPSS,
    .a to .z in Stata and SAS) is an empty cell.
    """
    import pyreadstat

    program, reader = ENDINGS[path.suffix.lower()]
    _refuse_more_rows_than_fit(path, program, reader)
    try:
        with path.open("rb"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of dates before 1900, which a trial does not have
            table, meta = getattr(pyreadstat, reader)(str(path))
    except OSError:
        raise
    except Exception:
        # pyreadstat's errors name the place in its own C code.
        remedy = f"Open it in {program} and save it again, or export it as CSV."
        raise UnreadableError(f"the file is not readable as a file of {program}", remedy) from None
    short = {name for name, kind in meta.readstat_variable_types.items() if kind == "float"}
    columns = {name: _texts(table[name], name in short) for name in table.columns}
    cells = pd.DataFrame(columns, index=pd.RangeIndex(1, len(table) + 1, name="row"), dtype=str)
    labels = {name: label.strip() for name, label in meta.column_names_to_labels.items() if label and label.strip()}
    codes = {
        name: {_text(code): str(label).strip() for code, label in words.items()}
        for name, words in meta.variable_value_labels.items()
    }
    return Received(cells[(cells != "").any(axis=1)], None, labels, codes)


def _refuse_more_rows_than_fit(path: Path, program: str, reader: str) -> None:
    """Room is made for as many rows as the file says it has, so that a damaged number would take all memory."""
    import pyreadstat

    size = path.stat().st_size
    try:
        said = getattr(pyreadstat, reader)(str(path), metadataonly=True)[1].number_rows or 0
    except Exception:
        return  # told of when the file is read
    # Packed as tightly as these formats do, a row takes an eighth of a byte.
    if said > 8 * size:
        problem = f"the file says that it has {said:,} rows, more than its {size:,} bytes can hold"
        raise UnreadableError(problem, f"It is damaged: save it anew in {program}, or export it as CSV.")


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
