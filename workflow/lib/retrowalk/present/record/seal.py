"""The seal of a run: what every file of the results contains, and a description of the folder for archives."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from retrowalk.files import sha256, write_csv, write_json
from retrowalk.plan.trial import Cohort
from retrowalk.present.record.crate import crate_of
from retrowalk.present.record.intact import CHECKSUM_COLUMNS
from retrowalk.present.record.run import read_record
from retrowalk.run.outputs import Content


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
    left_out = {path for cohort in cohorts.values() if cohort not in analysed for path in cohort.intake.files}
    record = read_record(folder / "provenance.json")
    record["inputs"] = {path: entry for path, entry in record["inputs"].items() if path not in left_out}
    write_json(crate_of(inside, analysed, record, snakefile), outputs.crate)
    crate = Path(outputs.crate)
    inside[crate.relative_to(folder).as_posix()] = Content(crate.stat().st_size, sha256(crate))
    rows = [(path, content.size, content.sha256) for path, content in sorted(inside.items())]
    write_csv(pd.DataFrame(rows, columns=CHECKSUM_COLUMNS), outputs.checksums)
