"""Readers, one module a type of file. Each gives cells of text; what the cells mean is said elsewhere.

A module has `read(path, sheet, encoding, header_row)`, which returns a `Grid`, or a `Received` where the format keeps the
column names apart from the rows; and `sheet_names(path)` where its files have sheets (`retrowalk.file_types`).
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

from retrowalk.file_types import type_of


def reader_of(path: Path) -> ModuleType:
    """Return the module that reads a file."""
    return import_module(f"{__name__}.{type_of(path).reader}")
