"""`retrowalk verify`: whether a folder of results is as its run left it, and whether two runs agree."""

import json
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retrowalk import estimates
from retrowalk.admission import ADMISSION, read_refused
from retrowalk.errors import PlanError, RetrowalkError
from retrowalk.files import read_csv, sha256
from retrowalk.plan.paths import CONFIG, FROZEN, FROZEN_HASH, FROZEN_NUMBERS, FROZEN_PLAN, FROZEN_RECORD
from retrowalk.plan.read import load_plan
from retrowalk.present.record.agreement import CLOSE, Difference, differences_of_data, differences_of_estimates
from retrowalk.present.record.deviations import deviations
from retrowalk.present.record.freeze import (
    is_of_others,
    number_files,
    plan_hash,
    read_frozen,
    read_frozen_numbers,
)
from retrowalk.present.record.intact import added_files, changed_files, read_seal
from retrowalk.present.record.plan_form import plan_form
from retrowalk.run.folder import RESULTS
from retrowalk.run.outputs import Content

#: So many differences of one table are named, the others counted.
MOST_NAMED = 12
#: Tables of a cohort that are not estimates.
DATA_TABLES = ("participants.csv", "measurements.csv", "events.csv", "problems.csv", "residuals.csv")


@dataclass
class Verification:
    """What was found: `faults`, and in `notes` what was looked at and what could not be; a line each."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    """A folder of results: what its files contained when the run ended, its record (provenance.json) and its plan (plan.json)."""

    folder: Path
    contents: Mapping[str, Content]
    record: Mapping[str, Any]
    plan: Mapping[str, Any]


def verify(folder: Path, other: Path | None = None) -> Verification:
    """Check a folder of results against its checksums, the data files and the plan; and its numbers against those of another.

    Parameters
    ----------
    folder
        The results. Data files and plan are compared where the folder is called results and lies beside config/.
    other
        Results of another run, such as one on another computer.

    Raises
    ------
    RetrowalkError
        A folder is not one of results, or its checksums are damaged.
    """
    found = Verification()
    folders = [folder] if other is None else [folder, other]
    contents = {each: read_seal(each) for each in folders}
    for each in folders:
        _check_files(each, contents[each], found)
    if found.faults:
        if other is not None:
            found.notes.append("The numbers were not compared, because the files are not those of the runs.")
        return found
    first, *others = (Results(each, contents[each], *_read_records(each)) for each in folders)
    _check_origin(first, found)
    for each in others:
        _compare(first, each, found)
    return found


# --- one folder -------------------------------------------------------------------------------------------------------


def _check_files(folder: Path, contents: Mapping[str, Content], found: Verification) -> None:
    faults = changed_files(folder, contents) + added_files(folder, contents)
    if not faults:
        found.notes.append(f"{folder}: all {len(contents)} files are as the run made them.")
        refused = read_refused(folder / ADMISSION.name)
        found.notes += [
            f"{folder}: {name} was left out of these results, because its data had errors." for name in refused
        ]
    found.faults += faults


def _read_records(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    try:
        record, plan = (json.loads((folder / name).read_bytes()) for name in ("provenance.json", "plan.json"))
        agrees = plan_hash(plan) == record["plan"]["sha256"]
        _ = record["plan"]["frozen_sha256"], record["software"]["retrowalk"], dict(plan["cohorts"])
        _ = [entry["sha256"] for entry in record["inputs"].values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        agrees = False
    if not agrees:
        raise RetrowalkError(
            f"{folder / 'provenance.json'} and {folder / 'plan.json'} do not belong together: the plan is not the one that was "
            "recorded. Run make, or get the folder again from where it came."
        )
    return record, plan


def _check_origin(results: Results, found: Verification) -> None:
    """Compare the data files and the plan beside a folder with the record of its run."""
    place = results.folder.resolve()
    if place.name != RESULTS.name or not (place.parent / CONFIG).is_file():
        found.notes.append(f"{results.folder} lies beside no plan (config/), so data and plan were not compared.")
        return
    with chdir(place.parent):
        missing = _check_data(results.record, found)
        _check_plan(results.record, bool(missing), found)
        _check_frozen(results, found)


def _check_data(record: Mapping[str, Any], found: Verification) -> list[str]:
    paths = record["inputs"]
    missing = [path for path in paths if not Path(path).is_file()]
    changed = [path for path in paths if path not in missing and sha256(path) != paths[path]["sha256"]]
    found.faults += [f"{path} is not the data file that the results were made from." for path in changed]
    if missing:
        found.notes.append(
            f"{len(missing)} of {len(paths)} data files are not here, such as {missing[0]}, and were not compared."
        )
    elif not changed:
        found.notes.append(f"The results were made from these data files ({len(paths)}).")
    return missing


def _check_plan(record: Mapping[str, Any], is_without_data: bool, found: Verification) -> None:
    made_by, here = record["software"]["retrowalk"], version("retrowalk")
    if made_by != here:
        found.notes.append(f"The plan was not compared: retrowalk {made_by} made the results, and this is {here}.")
        return
    try:
        plan = load_plan()
    except PlanError as fault:
        first = str(fault).splitlines()[0]
        text = f"The plan in config/ could not be compared: {first}"
        (found.notes if is_without_data else found.faults).append(text)
        return
    if plan_hash(plan_form(plan)) == record["plan"]["sha256"]:
        found.notes.append("The results were made with the plan in config/.")
    else:
        found.faults.append("The plan in config/ is not the one that the results were made with.")


def _check_frozen(results: Results, found: Verification) -> None:
    files = {path: path for path in (FROZEN_PLAN, FROZEN_HASH, FROZEN_NUMBERS, FROZEN_RECORD) if path.is_file()}
    try:
        frozen = read_frozen([path for path in files if path != FROZEN_NUMBERS])
        read_frozen_numbers([path for path in files if path in (FROZEN_NUMBERS, FROZEN_RECORD)])
    except PlanError as fault:
        found.faults.append(str(fault))
        return
    if files and FROZEN_RECORD not in files:
        found.notes.append(
            f"{FROZEN_RECORD} is missing: the frozen numbers have no checksum. Version 0.1.0 wrote none; make freeze writes one."
        )
    if frozen is not None and is_of_others(frozen["cohorts"], results.plan["cohorts"]):
        frozen = None
    if (None if frozen is None else plan_hash(frozen)) != results.record["plan"]["frozen_sha256"]:
        found.faults.append(f"{FROZEN}/ is not the frozen plan that the results were compared with.")


# --- two folders ------------------------------------------------------------------------------------------------------


def _compare(here: Results, there: Results, found: Verification) -> None:
    """Compare why numbers may differ (data, plan, software), then the numbers."""
    before = len(found.faults)
    _compare_origins(here, there, found)
    for path in sorted(here.contents.keys() ^ there.contents.keys()):
        one, another = (here, there) if path in here.contents else (there, here)
        found.faults.append(f"{path} is in {one.folder} and not in {another.folder}.")
    shared = sorted(here.contents.keys() & there.contents.keys())
    of_estimates = set(number_files(here.plan["cohorts"]))
    others = []
    for path in shared:
        is_data = path == "overlaps.csv" or (path.count("/") == 2 and path.endswith(DATA_TABLES))
        if here.contents[path] == there.contents[path]:
            continue
        if path in of_estimates:
            tables = (estimates.read(each.folder / path) for each in (here, there))
            _tell(path, differences_of_estimates(*tables), here, there, found)
        elif is_data:
            tables = (read_csv(each.folder / path) for each in (here, there))
            _tell(path, differences_of_data(*tables), here, there, found)
        else:
            others.append(path)
    if len(found.faults) == before:
        found.notes.append(
            f"The numbers in {here.folder} and {there.folder} agree (each within {CLOSE:.6f} standard errors), and so do the texts "
            "of their tables of estimates."
        )
    documents = [path for path in others if path not in ("plan.json", "provenance.json", "ro-crate-metadata.json")]
    if documents:
        found.notes.append(
            f"{len(documents)} figures, tables and documents differ in their bytes, such as {documents[0]}. Between two computers "
            "this is usual; the numbers decide."
        )


def _compare_origins(here: Results, there: Results, found: Verification) -> None:
    data = here.record["inputs"], there.record["inputs"]
    for path in sorted(data[0].keys() | data[1].keys()):
        if data[0].get(path) != data[1].get(path):
            found.faults.append(f"{here.folder} and {there.folder} were not made from the same {path}.")
    programs = here.record["software"], there.record["software"]
    for name in sorted(programs[0].keys() | programs[1].keys()):
        made_by = [versions.get(name, "none") for versions in programs]
        if made_by[0] != made_by[1]:
            found.notes.append(
                f"They were made with different versions of {name}: {made_by[0]} ({here.folder}), {made_by[1]} ({there.folder})."
            )
    for line in deviations(dict(there.plan), dict(here.plan)).itertuples():
        text = f'The plans differ in {line.where}: "{line.now}" ({here.folder}), "{line.frozen}" ({there.folder}).'
        (found.faults if line.affects_numbers == "yes" else found.notes).append(text)


def _tell(path: str, differences: list[Difference], here: Results, there: Results, found: Verification) -> None:
    for each in differences[:MOST_NAMED]:
        place = ", ".join(filter(None, (path, each.row, each.column)))
        found.faults.append(f"{place}: {each.here} ({here.folder}), {each.there} ({there.folder}).")
    if len(differences) > MOST_NAMED:
        found.faults.append(f"{path}: {len(differences) - MOST_NAMED} more differences.")
