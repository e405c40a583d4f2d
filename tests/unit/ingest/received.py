"""The simulated trial that every file of tests/received holds, and a project to add these files to."""

import importlib.util
import shutil
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from retrowalk.cli import main
from retrowalk.ingest import ingest_cohort
from retrowalk.plan.read import load_plan
from retrowalk.plan.trial import Cohort

ROOT = Path(__file__).resolve().parents[3]
RECEIVED = ROOT / "tests" / "received"
ARMS = {"BW": "Backward walking", "UC": "Usual care"}


@cache
def trial() -> pd.DataFrame:
    """The trial as the script that made the files draws it: a row a participant and visit."""
    spec = importlib.util.spec_from_file_location("make_received", RECEIVED / "make_received.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.trial()


@cache
def people() -> pd.DataFrame:
    """One row a participant: id, group, age, sex, side."""
    table = trial()
    return table.loc[table["week"] == 0, ["id", "group", "age", "sex", "side"]].reset_index(drop=True)


def value_of(row, measure: str) -> float:
    """What a participant has at a visit: the mean of both limbs, or of the three trials, where there are several."""
    parts = {"stance": ["sls_left", "sls_right"], "tug": ["tug1", "tug2", "tug3"]}.get(measure, [measure])
    return sum(float(row[part]) for part in parts) / len(parts)


@cache
def measured(measure: str) -> dict[tuple[str, int], float]:
    """{(participant, week): value} of the visits that took place."""
    rows = trial()[trial()["date"].notna()].to_dict("records")
    return {(row["id"], row["week"]): value_of(row, measure) for row in rows}


def make_project(folder: Path) -> Path:
    """Copy the plan, with one bundled cohort in it, and that cohort's data."""
    shutil.copytree(ROOT / "config", folder / "config")
    for name in ("ansari2020", "published"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    config = folder / "config" / "config.yaml"
    text = config.read_text()
    for name in ("dufek2011", "krishnan2021", "goonasegaran2022"):
        text = text.replace(f"  - {name}\n", "")
        (folder / "config" / "cohorts" / f"{name}.yaml").unlink()
    config.write_text(text)
    return folder


def run(*arguments: object) -> int | str:
    """Run the command line here; return the code it exits with, or its last words."""
    with pytest.raises(SystemExit) as end:
        main([str(each) for each in arguments])
    return end.value.code


def added(name: str, *arguments: object) -> tuple[Cohort, pd.DataFrame, pd.DataFrame]:
    """Add a cohort as a user does; return it as the plan has it, its participants and its measurements."""
    assert run("new-cohort", name, *arguments, "--yes") == 0
    cohort = load_plan().cohorts[name]
    return cohort, *ingest_cohort(cohort)
