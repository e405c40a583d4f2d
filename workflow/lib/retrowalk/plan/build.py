"""The content of a cohort file and its instruments as types, once it has no faults."""

from pathlib import Path
from typing import Any

from retrowalk.plan.intake import Events, Sessions, Side, Source, YesNo
from retrowalk.plan.trial import Covariate, Outcome, Threshold, as_list

EVENT_TEXTS = ("participant", "kind", "week", "description")


def first_and_rest(visit: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return what the file says for a visit, and what else it says for it."""
    first, *rest = map(str, as_list(visit.get("in_file", visit["name"])))
    return first, tuple(rest)


def table_fields(content: dict[str, Any]) -> dict[str, Any]:
    """Return what the cohort file says of how a table is read, as fields of `Cohort`."""
    sheets = as_list(content.get("sheet", ""))
    return {
        "file": str(Path(content["file"])),
        "sheet": sheets[0],
        "more_sheets": tuple(sheets[1:]),
        "header": tuple(as_list(content["header"])) if "header" in content else (),
        "skip_rows": tuple(content.get("skip_rows", [])),
        "encoding": content.get("encoding", ""),
        "decimal": content.get("decimal", "."),
        "sha256": content.get("sha256", ""),
    }


def build_source(content: dict[str, Any] | None) -> Source | None:
    """Return a table as received from its part of the cohort file, None where there is none."""
    if content is None:
        return None
    fields = table_fields(content)
    return Source(sheets=(fields.pop("sheet"), *fields.pop("more_sheets")), **fields)


def build_events(content: dict[str, Any] | None, participant_column: str) -> Events | None:
    """Return the table of adverse events, None where there is none; its participant column may be that of the main table."""
    return content and Events(
        table=build_source(content),
        participant_column=content.get("participant", participant_column),
        kind_column=content["kind"],
        week_column=content.get("week", ""),
        serious=build_yes_no(content.get("serious")),
        description_column=content.get("description", ""),
        falls=tuple(str(text) for text in content.get("falls", [])),
    )


def build_sessions(content: dict[str, Any] | None) -> Sessions | None:
    """Return the columns of sessions, None where there are none."""
    if content is None:
        return None
    planned = content["planned"]
    by_column = isinstance(planned, str)
    return Sessions(content["attended"], planned if by_column else "", None if by_column else float(planned))


def build_yes_no(content: dict[str, Any] | None) -> YesNo | None:
    """Return a column of yes and no, None where there is none."""
    return content and YesNo(content["column"], str(content["yes"]), str(content.get("no", "")))


def build_side(content: dict[str, Any] | None) -> Side | None:
    """Return a column of left and right, None where there is none."""
    return content and Side(content["column"], str(content["left"]), str(content["right"]))


def build_covariate(name: str, fields: str | dict[str, Any]) -> Covariate:
    """Return a covariate; a text alone is its column."""
    fields = {"column": fields} if isinstance(fields, str) else fields
    label = fields.get("label", name.replace("_", " ").capitalize())
    return Covariate(name, fields["column"], label, fields.get("unit", ""), fields.get("levels", {}))


def build_outcome(
    name: str, fields: dict[str, Any], instrument: dict[str, Any], condition: str, last_visit: str
) -> Outcome:
    """Return an outcome with what its instrument says of it, limits and benchmarks scaled to the file's unit."""
    unit = fields.get("unit", instrument["unit"])
    scale = 1 if unit == instrument["unit"] else instrument["other_units"][unit]

    def scaled(value: float | None) -> float | None:
        return None if value is None else value * scale

    def of_condition(key: str) -> dict[str, Any]:
        return next((mark for mark in instrument.get(key, []) if mark["condition"] == condition), {})

    important, error = of_condition("important_change"), of_condition("measurement_error")
    return Outcome(
        name=name,
        label=fields["label"],
        domain=fields.get("domain", instrument["domain"]),
        unit=unit,
        instrument=instrument["label"],
        low=scaled(instrument["low"]),
        high=scaled(instrument["high"]),
        better=instrument["better"],
        resolution=instrument["resolution"] * scale,
        important_change=scaled(important.get("value")),
        important_change_source=important.get("source", ""),
        primary=fields.get("role") == "primary",
        primary_visit=fields.get("primary_visit", last_visit),
        smallest_worthwhile_effect=fields.get("smallest_worthwhile_effect"),
        source=fields.get("source", ""),
        column=fields.get("column", ""),
        columns=fields.get("columns", {}),
        in_file=fields.get("in_file", ""),
        limbs=fields.get("limbs", ""),
        trials=fields.get("trials", ""),
        missing_with=fields.get("missing_with", ""),
        measurement_error=scaled(error.get("value")),
        measurement_error_source=error.get("source", ""),
        responders=tuple(threshold(each) for each in fields.get("responders", [])),
        family=fields.get("family", ""),
    )


def threshold(fields: dict[str, Any]) -> Threshold:
    """Return what makes a responder."""
    percent = "percent" in fields
    value = float(fields["percent" if percent else "change"])
    return Threshold(value, percent, fields["source"], fields.get("interval", "newcombe"))
