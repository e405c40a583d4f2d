"""Reading and writing files: whole or not at all, the same bytes for the same content."""

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: A plain number: with a decimal point, without signs between thousands.
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
#: The name of something that is being written, with the number of the process that writes it.
PARTIAL = re.compile(r"\.[0-9]+-.+")
#: The date that goes into a file whose format demands one.
FIXED_DATE = (2000, 1, 1, 0, 0, 0)


def write_whole(path: str | Path, write: Callable[[Path], object]) -> None:
    """Call `write` with a temporary path beside `path`, then rename: `path` appears whole or not at all.

    Works for a file and for a folder (`write` then makes the folder). The temporary name keeps the ending, which many
    libraries read the format from.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{os.getpid()}-{path.name}")
    remove(partial)  # left by a run that was killed and had the same process id
    try:
        write(partial)
        if path.is_dir() and partial.exists():
            shutil.rmtree(path)
        os.replace(partial, path)
    finally:
        remove(partial)


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_text(text: str, path: str | Path) -> None:
    """Write `text` as UTF-8."""
    write_whole(path, lambda partial: partial.write_text(text, encoding="utf-8", newline="\n"))


def write_csv(table: "pd.DataFrame", path: str | Path) -> None:
    """Write a table as UTF-8 CSV without its index, numbers with every digit they have.

    A text that a spreadsheet program would take for a formula (it starts with = + - @) gets an apostrophe before it, as in
    the program itself; `read_csv` takes it away again. Texts that are numbers stay as they are.
    """
    write_text(csv_text(table), path)


def csv_text(table: "pd.DataFrame") -> str:
    """Return what `write_csv` writes."""
    return _harmless(table).to_csv(index=False, lineterminator="\n")


def _harmless(table: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    changed = {}
    for name in table.columns:
        if pd.api.types.is_string_dtype(table[name].dtype) or table[name].dtype == object:
            texts = (text for text in table[name].unique() if isinstance(text, str))
            formulas = {text: f"'{text}" for text in texts if _FORMULA.match(text) and not NUMBER.fullmatch(text)}
            if formulas:
                changed[name] = table[name].replace(formulas)
    return table.assign(**changed)


#: What a spreadsheet program may run, and what `write_csv` has put an apostrophe before.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'(?='*[=+\-@\t\r])")


def read_csv(path: str | Path, text: tuple[str, ...] = ()) -> "pd.DataFrame":
    """Read a CSV that `write_csv` wrote; the columns in `text` are strings and an empty cell of theirs is ""."""
    import pandas as pd

    table = pd.read_csv(path, dtype=dict.fromkeys(text, str), keep_default_na=False, na_values=[""])
    present = [column for column in text if column in table]
    table[present] = table[present].fillna("")
    for column in present:
        quoted = {each: each[1:] for each in table[column].unique() if _QUOTED.match(each)}
        if quoted:
            table[column] = table[column].replace(quoted)
    return table


def write_json(content: Any, path: str | Path) -> None:
    """Write JSON with sorted keys."""
    write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", path)


def sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fix_zip_dates(path: str | Path) -> None:
    """Rewrite a .docx or .xlsx with fixed dates inside, so that the same content is the same bytes."""
    path = Path(path)
    with zipfile.ZipFile(path) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]

    def write(partial: Path) -> None:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                member = zipfile.ZipInfo(name, FIXED_DATE)
                member.create_system = 3  # else it says which system wrote the file
                archive.writestr(member, content, zipfile.ZIP_DEFLATED)

    write_whole(path, write)
