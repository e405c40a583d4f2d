"""The seal of a run: what every file of the results contains, and a description of the folder for archives."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from retrowalk.errors import RetrowalkError
from retrowalk.files import csv_text, read_csv, sha256, write_csv, write_json
from retrowalk.plan.trial import Cohort
from retrowalk.present.record.crate import crate_of
from retrowalk.present.record.run import read_record
from retrowalk.run.outputs import Content

CHECKSUMS = "checksums.csv"
#: Columns of that table: the path in the folder, the size, the SHA-256 in hexadecimal.
CHECKSUM_COLUMNS = ["path", "bytes", "sha256"]

_SHA256 = re.compile("[0-9a-f]{64}")


def seal_results(contents: Mapping[str, Content], cohorts: Mapping[str, Cohort], snakefile: str, outputs: Any) -> None:
    """Write the description of the results, then the checksums of all files, that of the description included.

    Parameters
    ----------
    contents
        What each file of the results contains, by its path from the working folder (`Records.contents`).
    cohorts
        The cohorts of the plan; those without estimates in `contents` were left out of the run.
    snakefile
        SHA-256 of the workflow's Snakefile.
    outputs
        Has the paths `checksums` and `crate`, both in the folder of the results.
    """
    folder = Path(outputs.checksums).parent
    inside = {Path(path).relative_to(folder).as_posix(): content for path, content in contents.items()}
    analysed = [cohort for name, cohort in cohorts.items() if f"cohorts/{name}/estimates.csv" in inside]
    record = read_record(folder / "provenance.json")
    write_json(crate_of(inside, analysed, record, snakefile), outputs.crate)
    crate = Path(outputs.crate)
    inside[crate.relative_to(folder).as_posix()] = Content(crate.stat().st_size, sha256(crate))
    rows = [(path, content.size, content.sha256) for path, content in sorted(inside.items())]
    write_csv(pd.DataFrame(rows, columns=CHECKSUM_COLUMNS), outputs.checksums)


def read_seal(folder: Path) -> dict[str, Content]:
    """Return what each file of a folder of results contained when the run ended, by its path in the folder.

    Raises
    ------
    RetrowalkError
        The folder is not there, is not one of results, or its table of checksums is damaged.
    """
    if not folder.is_dir():
        raise RetrowalkError(f"{folder} is not a folder. Give a folder of results: retrowalk verify FOLDER.")
    path = folder / CHECKSUMS
    if not path.is_file():
        raise RetrowalkError(
            f"{folder} has no {CHECKSUMS}: it is not a folder of results, or its run did not finish. Run make, or give a folder "
            "of results: retrowalk verify FOLDER."
        )
    try:
        table = read_csv(path, text=("path", "sha256"))
        sound = list(table.columns) == CHECKSUM_COLUMNS and csv_text(table).encode() == path.read_bytes()
        sound = sound and pd.api.types.is_integer_dtype(table["bytes"]) and not table["path"].duplicated().any()
        sound = sound and table["sha256"].map(_SHA256.fullmatch).all() and table["path"].map(_is_inside).all()
    except (ValueError, TypeError):  # pandas' errors of reading are such
        sound = False
    if not sound:
        raise RetrowalkError(
            f"{path} is damaged or was edited, so nothing can be compared with it. If the results were made here, run make; "
            "otherwise get the folder again from where it came."
        )
    return {row.path: Content(row.bytes, row.sha256) for row in table.itertuples()}


def _is_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return bool(pure.parts) and not pure.is_absolute() and ".." not in pure.parts
