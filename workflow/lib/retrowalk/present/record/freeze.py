"""Freezing: the plan, its hash and its numbers, kept in config/frozen/ so that a later change can be seen.

The files have a format of their own, since they outlive the program that wrote them. Format 1 (version 0.1.0) has the plan, its
hash and the numbers; format 2 adds `frozen.json`, with the format, the version of retrowalk and the hash of the numbers, all
three required. Without `frozen.json` the folder is one of format 1, whose numbers have no hash.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from retrowalk import estimates
from retrowalk.admission import ADMISSION, read_refused
from retrowalk.describe.missing import REASON
from retrowalk.describe.safety import EVENTS, PARTICIPANTS, PERCENT
from retrowalk.errors import PlanError, RetrowalkError
from retrowalk.files import read_csv, write_csv, write_json, write_text, write_whole
from retrowalk.plan.paths import FROZEN, FROZEN_HASH, FROZEN_NUMBERS, FROZEN_PLAN, FROZEN_RECORD
from retrowalk.plan.settings import Plan
from retrowalk.present.record.intact import changed_files, read_seal
from retrowalk.present.record.plan_form import plan_form
from retrowalk.vocabulary import (
    ABOUT_ONE,
    ESTIMATE_COLUMNS,
    ESTIMATE_KEY,
    FROM_SIMULATION,
    SYNTHETIC_NOTE,
    TEXT_COLUMNS,
)

RESULTS = Path("results")
#: The format that is written; this and every earlier one is read.
FORMAT = 2
#: The first format whose record has the hash of the numbers.
FIRST_WITH_HASH = 2
#: What mends a folder of frozen files that lacks one or has another than was written.
RESTORE = f"Restore it from git, or remove the folder {FROZEN} and run make freeze."
#: The cohorts that come with the project: what was frozen of them alone is the project's own, not its user's.
BUNDLED = ("ansari2020", "dufek2011", "goonasegaran2022", "krishnan2021")
#: How terms begin that end in what somebody wrote: a reason, a kind of event.
FREE_TEXT = (REASON, EVENTS, PARTICIPANTS, PERCENT)
#: What tells a row of numbers.csv from every other.
NUMBERS_KEY = ["file", *ESTIMATE_KEY]
#: Texts of numbers.csv; `mark` is the note of synthetic data, or "".
NUMBERS_TEXT = [*NUMBERS_KEY, "mark"]


def canonical(plan: dict[str, Any]) -> dict[str, Any]:
    """Return a plan as JSON would give it back: tuples are lists, and 140.0 is 140."""
    return json.loads(json.dumps(plan), parse_float=_number)


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() else value


def plan_hash(plan: dict[str, Any]) -> str:
    """Return the SHA-256 of a plan, in hexadecimal: of its JSON with sorted keys and no spaces, in ASCII."""
    text = json.dumps(canonical(plan), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def freeze(plan: Plan) -> str:
    """Write config/frozen/ anew, whole or not at all: the plan, its hash and the numbers of results/. Return the hash.

    Raises
    ------
    RetrowalkError
        Results are missing or were edited, were made with another plan, or are those of a run that did not come to its end.
    """
    now = canonical(plan_form(plan))
    _must_be_of(now, [RESULTS / name for name in number_files(plan.cohorts)])
    numbers = collect_numbers(plan.cohorts)
    digest = plan_hash(now)

    def write(folder: Path) -> None:
        folder.mkdir()
        write_json(now, folder / FROZEN_PLAN.name)
        write_text(f"{digest}\n", folder / FROZEN_HASH.name)
        write_csv(numbers, folder / FROZEN_NUMBERS.name)
        record = {
            "format": FORMAT,
            "retrowalk": version("retrowalk"),
            "numbers_sha256": _hash_of_text((folder / FROZEN_NUMBERS.name).read_bytes()),
        }
        write_json(record, folder / FROZEN_RECORD.name)

    write_whole(FROZEN, write)
    return digest


def _must_be_of(plan: dict[str, Any], tables: list[Path]) -> None:
    """Raise where the results are not whole or not those of the plan. The report is made last, from all of them."""
    if refused := [name for name in read_refused(RESULTS / ADMISSION.name) if name in plan["cohorts"]]:
        first, were = refused[0], "was" if len(refused) == 1 else "were"
        raise RetrowalkError(
            f"{', '.join(refused)} {were} left out of the results because of errors in the data, so nothing was frozen. Correct the "
            f"errors (they are listed in results/cohorts/{first}/problems.csv), or remove {first} from config/config.yaml, then "
            "run make."
        )
    as_run, record, report = (RESULTS / name for name in ("plan.json", "provenance.json", "report.html"))
    for path in (as_run, record, *tables, report):
        if not path.is_file():
            raise RetrowalkError(f"{path} is missing, so nothing was frozen. Run make first.")
    made_by, here = _version_in(record), version("retrowalk")
    if made_by != here:
        raise RetrowalkError(
            f"The results were made by retrowalk {made_by} and this is retrowalk {here} ({record}), so nothing was frozen. Run "
            "make first: it rebuilds the results."
        )
    if _read_plan(as_run) != plan:
        raise RetrowalkError(
            f"The plan in config/ has changed since the results were made ({as_run} differs), so nothing was frozen. Run make "
            "first."
        )
    newest = max((as_run, *tables), key=lambda path: path.stat().st_mtime)
    if report.stat().st_mtime < newest.stat().st_mtime:
        raise RetrowalkError(
            f"{report} is older than {newest}: the last run did not finish, so nothing was frozen. Run make first. If make "
            "finds nothing to do, run make clean and then make."
        )
    for change in changed_files(RESULTS, read_seal(RESULTS)):
        raise RetrowalkError(f"{change} Nothing was frozen. Run make first: it makes edited and missing results again.")


def _version_in(record: Path) -> str:
    """Return the version of retrowalk that made the results."""
    try:
        return str(json.loads(record.read_text(encoding="utf-8"))["software"]["retrowalk"])
    except (ValueError, KeyError, TypeError):
        return "of an unknown version"


def _read_plan(path: Path) -> dict[str, Any] | None:
    try:
        return canonical(json.loads(path.read_text(encoding="utf-8")))
    except ValueError:
        return None


def number_files(cohorts: Iterable[str]) -> list[str]:
    """Return the tables of the results that hold estimates, cohorts in the order of the alphabet."""
    names = [f"cohorts/{cohort}/{table}.csv" for cohort in sorted(cohorts) for table in ("descriptives", "estimates")]
    return [*names, "synthesis/effects.csv", "synthesis/pooled.csv"]


def collect_numbers(cohorts: Iterable[str], results: Path = RESULTS) -> pd.DataFrame:
    """Return every number of the results, unrounded.

    Parameters
    ----------
    cohorts
        Names of the cohorts.
    results
        The folder of the results.

    Returns
    -------
    A row an estimate: `file` (its path in the results), the key and the numeric columns of the estimate record, and
    `mark`. Rows that are about one participant, or whose term ends in a text of the data file, are left out.
    """
    names = number_files(cohorts)
    table = pd.concat([estimates.read(results / name).assign(file=name) for name in names], ignore_index=True)
    # Rows about one participant, and those whose term is a text of the data file, stay out of what is committed to git.
    table = table[~table["term"].str.startswith((ABOUT_ONE, *FREE_TEXT))]
    synthetic = table["provenance"] == FROM_SIMULATION
    table["mark"] = synthetic.map({True: SYNTHETIC_NOTE, False: ""})
    numeric = [column for column in ESTIMATE_COLUMNS if column not in TEXT_COLUMNS]
    return table[[*NUMBERS_KEY, *numeric, "mark"]].reset_index(drop=True)


def read_frozen_numbers(files: Sequence[str | Path]) -> pd.DataFrame | None:
    """Read the numbers that were frozen (`collect_numbers`), compared with their hash; None where nothing was frozen.

    Format 1 has no hash of them.

    Parameters
    ----------
    files
        `FROZEN_NUMBERS` and `FROZEN_RECORD`, those of them that are there.

    Returns
    -------
    DataFrame or None
        `NUMBERS_KEY` and those numeric columns of the estimate record that the version which froze it had.

    Raises
    ------
    PlanError
        The numbers are missing beside their record, the file is not one that `freeze` wrote, or a newer version of
        retrowalk wrote it.
    """
    paths = {Path(file).name: Path(file) for file in files}
    if not paths:
        return None
    record, path = _read_record(paths), _present(FROZEN_NUMBERS, paths)
    expected = record.get("numbers_sha256")
    try:
        table = read_csv(path, text=tuple(NUMBERS_TEXT))
        numeric = [name for name in ESTIMATE_COLUMNS if name not in TEXT_COLUMNS and name in table]
        table = table[[*NUMBERS_KEY, *numeric]].astype(dict.fromkeys(numeric, float))
        sound = "estimate" in table and not table.duplicated(NUMBERS_KEY).any()
        sound &= expected is None or _hash_of_text(path.read_bytes()) == expected
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise _not_frozen(path)
    return table


def read_frozen(files: Sequence[str | Path]) -> dict[str, Any] | None:
    """Return the frozen plan, compared with its hash; None where nothing was frozen (`files` is empty).

    Parameters
    ----------
    files
        `FROZEN_PLAN`, `FROZEN_HASH` and `FROZEN_RECORD`, those of them that are there.

    Raises
    ------
    PlanError
        One of the first two is missing, the plan is not JSON, or they do not agree; or a newer version of retrowalk wrote
        them.
    """
    if not files:
        return None
    paths = {Path(file).name: Path(file) for file in files}
    _read_record(paths)
    path, digest = (_present(file, paths) for file in (FROZEN_PLAN, FROZEN_HASH))
    try:
        plan = json.loads(path.read_bytes())
        found = plan_hash(plan)
    except (ValueError, RecursionError):
        raise PlanError(f"{FROZEN_PLAN} is damaged: it cannot be read as JSON. {RESTORE}") from None
    if found.encode() != digest.read_bytes().strip():
        raise PlanError(
            f"{FROZEN_PLAN} has changed since it was frozen: it does not match {FROZEN_HASH}. Restore both files from git, or "
            f"remove the folder {FROZEN} and run make freeze."
        )
    return canonical(plan)


def is_of_others(frozen: Iterable[str], cohorts: Iterable[str]) -> bool:
    """Return whether what was frozen concerns other trials than these cohorts: none of them, or the bundled ones alone."""
    frozen, cohorts = set(frozen), set(cohorts)
    return not frozen & cohorts or (frozen <= set(BUNDLED) and not cohorts <= frozen)


def _read_record(paths: dict[str, Path]) -> dict[str, Any]:
    """Return `frozen.json`, or what stands for it where format 1 has none."""
    if FROZEN_RECORD.name not in paths:
        return {"format": 1}
    try:
        record = json.loads(paths[FROZEN_RECORD.name].read_bytes())
        written, by = record["format"], str(record["retrowalk"])
    except (KeyError, TypeError, ValueError, RecursionError):
        raise _not_frozen(FROZEN_RECORD) from None
    if type(written) is not int or written < 1:
        raise _not_frozen(FROZEN_RECORD)
    if written > FORMAT:
        raise PlanError(
            f"{FROZEN}/ was written by retrowalk {by} in format {written}. This version, retrowalk {version('retrowalk')}, reads "
            f"formats 1 to {FORMAT}. Update retrowalk. The frozen files are intact: do not remove them."
        )
    if written >= FIRST_WITH_HASH and not isinstance(record.get("numbers_sha256"), str):
        raise PlanError(f'{FROZEN_RECORD} has no "numbers_sha256", which format {written} requires. {RESTORE}')
    return record


def _present(file: Path, paths: dict[str, Path]) -> Path:
    """Return the path of a file of what was frozen; PlanError where it is not there."""
    if file.name not in paths:
        raise PlanError(f"{file} is missing. {RESTORE}")
    return paths[file.name]


def _not_frozen(path: Path) -> PlanError:
    return PlanError(f"{path} has changed since make freeze wrote it. {RESTORE}")


def _hash_of_text(content: bytes) -> str:
    """Return the SHA-256 of a text file, in hexadecimal, whatever its line ends are: git may change these."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()
