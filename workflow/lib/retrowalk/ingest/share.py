"""Write a cohort's data so that they can be shared with the paper: without names and dates, with a data dictionary."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from retrowalk import files
from retrowalk.errors import DataError
from retrowalk.ingest.cohort import ingest_cohort
from retrowalk.ingest.events import ingest_events
from retrowalk.plan.paths import COHORTS
from retrowalk.plan.read import find_cohort
from retrowalk.plan.trial import Cohort
from retrowalk.vocabulary import MEASUREMENT_COLUMNS, WITHDRAWAL_COLUMNS

DATES = r"\d{4}-\d\d-\d\d.*|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"

#: The key by which every other table belongs to that of the participants.
TO_PARTICIPANTS = {"fields": ["participant"], "reference": {"resource": "participants", "fields": ["participant"]}}
ADHERENCE_FIELDS = {
    "per_protocol": {
        "name": "per_protocol",
        "type": "string",
        "description": "Whether the participant was treated according to the protocol; empty if unknown.",
        "constraints": {"enum": ["yes", "no"]},
    },
    "sessions_attended": {"name": "sessions_attended", "type": "number", "description": "Sessions attended."},
    "sessions_planned": {"name": "sessions_planned", "type": "number", "description": "Sessions planned."},
}


def export_cohort(name: str, folder: Path) -> list[Path]:
    """Write participants.csv, measurements.csv and datapackage.json (Frictionless Data Package) of one cohort.

    Where the cohort has adverse events, events.csv comes with them. Participants get new numbers that neither their names
    nor their places in the file lead to. Dates are in no table of a cohort. Reasons for withdrawal and descriptions of
    events are free text and are left out.

    Raises
    ------
    PlanError
        There is no such cohort, or its cohort file has faults.
    DataError
        Its data have faults, or the folder holds something already.
    """
    cohort = find_cohort(name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(
            f"{folder}: the folder is not empty and is not overwritten. Remove it, or choose another folder with --to."
        )
    participants, measurements = ingest_cohort(cohort)
    events = ingest_events(participants, cohort) if cohort.intake.events else None
    _refuse_names(cohort, participants)
    if events is not None:
        _refuse_dates_in_kinds(cohort, events)
    tables = deidentified(participants, measurements, events)

    def write(partial: Path) -> None:
        partial.mkdir(parents=True)
        for title, table in tables.items():
            files.write_csv(table, partial / f"{title}.csv")
        files.write_json(data_package(cohort, tables), partial / "datapackage.json")

    if folder.is_dir():
        folder.rmdir()
    files.write_whole(folder, write)
    return sorted(folder.iterdir())


def _refuse_names(cohort: Cohort, participants: pd.DataFrame) -> None:
    """Raise a `DataError` where a covariate of free text may say who somebody is: dates, or a text for nearly everybody."""
    for covariate in cohort.covariates:
        values = participants[covariate.name].dropna()
        if covariate.levels or pd.api.types.is_numeric_dtype(values) or values.empty:
            continue
        dates = values.str.fullmatch(DATES).any()
        if dates or values.nunique() > max(2, len(values) / 2):
            what = "contains dates" if dates else "has a different text for nearly every participant"
            raise DataError(
                f'The covariate "{covariate.name}" {what}, which could identify a person, so nothing was written. Remove it from '
                f"{COHORTS / cohort.name}.yaml, or give its levels."
            )


def _refuse_dates_in_kinds(cohort: Cohort, events: pd.DataFrame) -> None:
    """Raise a `DataError` where the kind of an adverse event holds a date, which may lead to a person."""
    if events["kind"].str.contains(DATES).any():
        raise DataError(
            f'The column "{cohort.intake.events.kind_column}" of the adverse events contains dates, which could identify a person, so '
            f'nothing was written. Choose another column as "kind" in {COHORTS / cohort.name}.yaml.'
        )


def deidentified(
    participants: pd.DataFrame, measurements: pd.DataFrame, events: pd.DataFrame | None = None
) -> dict[str, pd.DataFrame]:
    """Return the tables with new participant numbers (P001, ...), without reasons for leaving and descriptions of events.

    The numbers follow the data themselves: participants are put in order by arm, covariates and values. An order that
    came from the file, or was drawn from a seed that everybody knows, could be traced back.
    """
    keys = ["visit", "outcome"]
    values = measurements.pivot(index="participant", columns=keys, values="value")
    values.columns = [" ".join(column) for column in values.columns]
    known = participants.drop(columns=WITHDRAWAL_COLUMNS[1]).merge(values, on="participant", how="left")
    order = known.sort_values([column for column in known if column != "participant"], kind="stable")["participant"]
    digits = max(3, len(str(len(order))))
    numbers = {person: f"P{place:0{digits}d}" for place, person in enumerate(order, start=1)}
    tables = {"participants": participants.drop(columns=WITHDRAWAL_COLUMNS[1]), "measurements": measurements}
    if events is not None:
        told = events.drop(columns="description")
        tables["events"] = told.sort_values(["week", "kind", "serious"], kind="stable")
    renamed = {title: table.assign(participant=table["participant"].map(numbers)) for title, table in tables.items()}
    return {
        title: table.sort_values("participant", kind="stable", ignore_index=True) for title, table in renamed.items()
    }


def data_package(cohort: Cohort, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the data dictionary: a data package with a table schema for each table."""
    schemas = {
        "participants": _participants_schema(cohort, tables["participants"]),
        "measurements": _measurements_schema(cohort),
        "events": _events_schema(),
    }
    return {
        "$schema": SCHEMA,
        "name": cohort.name.replace("_", "-"),
        "title": f"{cohort.publication.title}{f' ({cohort.mark})' if cohort.mark else ''}",
        "description": _description(cohort),
        "resources": [
            {
                "name": title,
                "path": f"{title}.csv",
                "type": "table",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": schema,
            }
            for title, schema in schemas.items()
            if title in tables
        ],
    }


def _description(cohort: Cohort) -> str:
    words = [
        f"Citation: {cohort.publication.citation}.",
        "Participants were given new numbers; dates, reasons for withdrawal and descriptions of adverse events were omitted.",
        "Covariates are as measured; check whether a combination of them could identify a person.",
    ]
    words += (
        ["Kinds of adverse events are as written; check whether any of them names a person."]
        if cohort.intake.events
        else []
    )
    return " ".join([*words, *([f"{cohort.mark}."] if cohort.mark else []), *cohort.publication.assumptions])


def _participants_schema(cohort: Cohort, table: pd.DataFrame) -> dict[str, Any]:
    arms = {arm.name: arm.label for arm in cohort.arms}
    fields = [
        {"name": "cohort", "type": "string", "description": "Name of the cohort."},
        {
            "name": "participant",
            "type": "string",
            "description": "New number of the participant.",
            "constraints": {"required": True, "unique": True},
        },
        _category("arm", "Arm.", arms),
        *(_covariate_fields(cohort, table)),
        {
            "name": "withdrawn_after",
            "type": "string",
            "description": "Last visit attended by participants who withdrew; empty for those who stayed.",
            "constraints": {"enum": [*(visit.name for visit in cohort.visits[:-1])]},
        },
        *(ADHERENCE_FIELDS[name] for name in cohort.adherence_columns),
    ]
    return {"fields": fields, "primaryKey": ["participant"], "missingValues": [""]}


def _events_schema() -> dict[str, Any]:
    fields = [
        {"name": "cohort", "type": "string", "description": "Name of the cohort."},
        {"name": "participant", "type": "string", "description": "As in participants.csv."},
        {"name": "week", "type": "number", "description": "Weeks since baseline."},
        {"name": "kind", "type": "string", "description": "What happened.", "constraints": {"required": True}},
        {
            "name": "serious",
            "type": "string",
            "description": "Whether the event was serious; empty if unknown.",
            "constraints": {"enum": ["yes", "no"]},
        },
    ]
    return {"fields": fields, "foreignKeys": [TO_PARTICIPANTS], "missingValues": [""]}


def _covariate_fields(cohort: Cohort, table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for covariate in cohort.covariates:
        if covariate.levels:
            yield _category(covariate.name, f"{covariate.label}.", {label: label for label in covariate.levels})
            continue
        unit = f", in {covariate.unit}" if covariate.unit else ""
        kind = "number" if pd.api.types.is_numeric_dtype(table[covariate.name]) else "string"
        yield {"name": covariate.name, "type": kind, "description": f"{covariate.label}{unit}."}


def _category(name: str, description: str, labels: dict[str, str]) -> dict[str, Any]:
    words = "; ".join(f"{key}: {label}" for key, label in labels.items() if key != label)
    constraints = {"enum": list(dict.fromkeys(labels))}
    return {"name": name, "type": "string", "description": f"{description} {words}".strip(), "constraints": constraints}


def _measurements_schema(cohort: Cohort) -> dict[str, Any]:
    visits = {visit.name: f"{visit.label}, week {visit.week:g}" for visit in cohort.visits}
    outcomes = {
        outcome.name: f"{outcome.label} ({outcome.instrument}), {outcome.unit}, {outcome.better} is better"
        for outcome in cohort.outcomes
    }
    fields = [
        {"name": "cohort", "type": "string", "description": "Name of the cohort."},
        {"name": "participant", "type": "string", "description": "As in participants.csv."},
        _category("visit", "Visit.", visits),
        _category("outcome", "What was measured, and its unit.", outcomes),
        {
            "name": "value",
            "type": "number",
            "description": "Value in the outcome's unit.",
            "constraints": {"required": True},
        },
    ]
    return {
        "fields": fields,
        "primaryKey": MEASUREMENT_COLUMNS[1:4],
        "foreignKeys": [TO_PARTICIPANTS],
        "missingValues": [""],
    }
