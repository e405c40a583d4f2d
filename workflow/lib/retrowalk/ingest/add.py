"""Add a cohort: its files below data/, its cohort file, its line in config.yaml. All of it, or nothing."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrowalk import files
from retrowalk.errors import DataError, PlanError
from retrowalk.file_types import READABLE, find_type
from retrowalk.ingest.propose.proposal import Proposal, propose
from retrowalk.ingest.propose.questions import Answers
from retrowalk.ingest.propose.tables import Table, read_tables
from retrowalk.ingest.propose.write import cohort_text, with_cohort
from retrowalk.ingest.received import UnreadableError
from retrowalk.plan.paths import COHORTS, CONFIG
from retrowalk.plan.read import load_cohort, read_instruments
from retrowalk.schemas import listed, read_yaml

DATA = Path("data")


def propose_cohort(name: str, paths: Sequence[Path], sheet: str, answers: Answers) -> Proposal:
    """Return the cohort file that fits some files, or say what stands in the way.

    Raises
    ------
    RetrowalkError
        The cohort is there already, a file cannot be read, or something is neither clear nor answered.
    """
    refuse_existing(name, paths)
    instruments = read_instruments()
    tables: list[Table] = []
    for path in paths:
        found = _tables_of(path)
        if sheet and path == paths[0]:
            sheets = [table.sheets[0] for table in found]
            if sheets == [""]:
                raise DataError(f"--sheet: {path} has no sheets; only a spreadsheet does. Omit this option.")
            if sheet not in (*sheets, "all"):
                raise DataError(
                    f'--sheet: {path} has no sheet "{sheet}" that contains a table. Allowed: {listed(sheets)}.'
                )
        tables += found
    return propose(tables, instruments, answers)


def _tables_of(path: Path) -> list[Table]:
    if not path.is_file():
        what = "the path is a folder" if path.is_dir() else "the file does not exist"
        raise DataError(f"{path}: {what}. Give the path of the data file.")
    if find_type(path) is None:
        raise DataError(
            f"{path}: this type of file cannot be read. Allowed: {', '.join(READABLE)}. Save it as one of these types."
        )
    try:
        return read_tables(path)
    except UnreadableError as fault:
        row = f", row {fault.row}" if fault.row is not None else ""
        raise DataError(f"{path}{row}: {fault.problem}. {fault.remedy}") from None


def refuse_existing(name: str, paths: Sequence[Path]) -> None:
    """Raise a `PlanError` where a cohort of this name is there already: nothing of it is ever overwritten."""
    config = read_yaml(CONFIG)
    folder = DATA / name
    here = {path.resolve() for path in paths}
    strangers = (
        [file.name for file in sorted(folder.glob("*")) if file.resolve() not in here] if folder.is_dir() else []
    )
    other = "Choose another name, or remove it yourself if it is no longer needed"
    if (COHORTS / f"{name}.yaml").exists():
        raise PlanError(f"{COHORTS / name}.yaml: the cohort already exists and is not overwritten. {other}.")
    if name in (config.get("cohorts") or []):
        raise PlanError(f'{CONFIG}, "cohorts": "{name}" is already in the list. {other}.')
    if strangers:
        raise PlanError(f"{folder}: the folder already contains other files ({listed(strangers, 3)}). {other}.")


def add_cohort(name: str, proposal: Proposal) -> Path:
    """Write what was proposed: copy the files to data/NAME, write the cohort file, add the name to config.yaml.

    Where any of it fails, all of it is taken back.

    Returns
    -------
    Path
        The cohort file.
    """
    path, folder = COHORTS / f"{name}.yaml", DATA / name
    before = CONFIG.read_bytes().decode("utf-8-sig")
    after = with_cohort(before, name)
    made = not folder.exists()
    copied: list[Path] = []
    try:
        content = dict(proposal.content)
        places = {str(file): _keep(file, folder, copied) for file in proposal.files}
        content = _with_places(content, places)
        if "participants_table" in content:
            content["participants_table"] = _with_places(content["participants_table"], places)
        files.write_text(cohort_text(name, content), path)
        load_cohort(name, read_instruments())
        files.write_text(after, CONFIG)
    except BaseException as fault:
        path.unlink(missing_ok=True)
        for file in copied:
            file.unlink(missing_ok=True)
        if made and folder.is_dir():
            folder.rmdir()
        if isinstance(fault, OSError):
            raise DataError(
                f"{folder}: nothing was added ({fault}). Check the free disk space and the write permissions."
            ) from None
        raise
    return path


def _with_places(content: dict[str, Any], places: dict[str, Path]) -> dict[str, Any]:
    """Return the keys of a table with its file's place below data/ and its checksum behind the other keys of the file."""
    place = places[content["file"]]
    keys = {}
    for key, value in content.items():
        keys[key] = str(place) if key == "file" else value
        if key == "file":
            keys["sha256"] = files.sha256(place)
    return keys


def _keep(file: Path, folder: Path, copied: list[Path]) -> Path:
    """Copy a file as received to the cohort's folder, if it is not there; return its place."""
    if file.resolve().parent == folder.resolve():
        return folder / file.resolve().name
    # Braces are Snakemake's, and a path is shown on one line.
    place = folder / re.sub(r"[{}\x00-\x1f]", "_", file.name)
    if place.exists() or place in copied:
        raise PlanError(f"{place}: a file with this name already exists. Rename one of the files.")
    folder.mkdir(parents=True, exist_ok=True)
    copied.append(place)
    shutil.copyfile(file, place)
    return place
