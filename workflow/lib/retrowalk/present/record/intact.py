"""Whether the files of a results folder are as the run made them: the checksums that the run left (seal.py), compared."""

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pandas as pd

from retrowalk.errors import RetrowalkError
from retrowalk.files import csv_text, read_csv, sha256
from retrowalk.run.outputs import NOT_OURS, Content

CHECKSUMS = "checksums.csv"
#: Columns of that table: the path in the folder, the size, the SHA-256 in hexadecimal.
CHECKSUM_COLUMNS = ["path", "bytes", "sha256"]
#: Folders in the results that are no results: what jobs print, what `make check` found.
NO_RESULTS = ("logs", "checks")

_SHA256 = re.compile("[0-9a-f]{64}")


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
        sound = sound and all(map(_SHA256.fullmatch, table["sha256"])) and all(map(_is_inside, table["path"]))
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


def changed_files(folder: Path, contents: Mapping[str, Content]) -> list[str]:
    """Return a sentence for each file of a folder that is missing or not as the run made it.

    Raises
    ------
    RetrowalkError
        A file cannot be read.
    """
    there = _files_in(folder)
    lines = []
    for path, content in contents.items():
        if path not in there:
            lines.append(f"{folder / path} is missing.")
        elif not _contains(folder / path, content):
            lines.append(f"{folder / path} was changed after the run.")
    return lines


def added_files(folder: Path, contents: Mapping[str, Content]) -> list[str]:
    """Return a sentence for each file of a folder that is no result of its run."""
    added = sorted(_files_in(folder) - contents.keys() - {CHECKSUMS})
    return [f"{folder / path} is not a result of the run." for path in added]


def _contains(path: Path, content: Content) -> bool:
    try:
        return path.stat().st_size == content.size and sha256(path) == content.sha256
    except OSError as fault:
        raise RetrowalkError(f"{path} cannot be read ({fault.strerror}). Check its permissions.") from None


def _files_in(folder: Path) -> set[str]:
    """Return the paths of all files in a folder of results that may be results."""
    found = set()
    for place, folders, names in os.walk(folder):
        inside = Path(place).relative_to(folder)
        folders[:] = [name for name in folders if not (inside == Path() and name in NO_RESULTS) and name[0] != "."]
        found |= {(inside / name).as_posix() for name in names if not name.startswith(NOT_OURS)}
    return found
