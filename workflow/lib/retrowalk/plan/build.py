"""The content of a cohort file and its instruments as types, once it has no faults."""

from pathlib import Path
from typing import Any

from retrowalk.plan.intake import (
    Columns,
    CovariateIntake,
    Dates,
    Events,
    Intake,
    OutcomeIntake,
    Sessions,
    Side,
    Source,
    Withdrawal,
    YesNo,
)
from retrowalk.plan.trial import Arm, Cohort, Covariate, Outcome, Publication, Threshold, Visit

#: Keys of `events` that name columns of texts.
EVENT_TEXTS = ("participant", "kind", "week", "description")


def as_list(value: Any) -> list[Any]:
    """Return a value as a list: itself where it is one."""
    return list(value) if isinstance(value, list | tuple) else [value]


def texts_of_visit(visit: dict[str, Any]) -> tuple[str, ...]:
    """Return everything that the file says for a visit: its name where the cohort file gives nothing else."""
    return tuple(map(str, as_list(visit.get("in_file", visit["name"]))))


def build_cohort(name: str, content: dict[str, Any], instruments: dict[str, Any]) -> Cohort:
    """Return a cohort from the content of its file and of the instruments."""
    visits = tuple(Visit(visit["name"], float(visit["week"]), visit["label"]) for visit in content["visits"])
    return Cohort(
        name=name,
        provenance=content["provenance"],
        condition=content["condition"],
        design=content["design"],
        randomised=content["randomised"],
        comparator_type=content["comparator_type"],
        arms=tuple(Arm(**arm) for arm in content["arms"].values()),
        control=content["control"],
        visits=visits,
        outcomes=tuple(
            build_outcome(key, fields, instruments[fields["instrument"]], content)
            for key, fields in content["outcomes"].items()
        ),
        intake=build_intake(content),
        publication=Publication(
            title=content["title"],
            citation=content["citation"],
            registration=content.get("registration", ""),
            assumptions=tuple(content.get("assumptions", [])),
        ),
        covariates=tuple(build_covariate(key, fields) for key, fields in content.get("covariates", {}).items()),
        strata=tuple(content.get("strata", [])),
        adjust_for=tuple(content.get("adjust_for", [])),
        allocation=content.get("allocation", "random"),
        per_protocol_percent=content.get("per_protocol", {}).get("attended_at_least"),
        primary_estimator=content.get("primary_estimator", ""),
        leave_out=tuple(content.get("leave_out", [])),
    )


def build_intake(content: dict[str, Any]) -> Intake:
    """Return how the files of a cohort are read."""
    per_protocol = content.get("per_protocol", {})
    return Intake(
        table=build_source(content),
        columns=Columns(
            **{key: content.get(key, "") for key in ("participant", "arm", "visit", "outcome", "value", "repeat")}
        ),
        arms={arm["name"]: text for text, arm in content["arms"].items()},
        visits={visit["name"]: texts_of_visit(visit) for visit in content["visits"]},
        outcomes={name: build_outcome_intake(fields) for name, fields in content["outcomes"].items()},
        covariates={name: build_covariate_intake(fields) for name, fields in content.get("covariates", {}).items()},
        participants_table=build_source(content.get("participants_table")),
        missing=tuple(str(text) for text in content.get("missing", [])),
        only=build_choices(content.get("only", {})),
        baseline_when=build_choices(content.get("baseline_when", {})),
        dates=build_dates(content),
        withdrawal=Withdrawal(**content.get("withdrawal", {})),
        side=build_side(content.get("side")),
        index_side=build_side(content.get("index_side")),
        sessions=build_sessions(content.get("sessions")),
        per_protocol=build_yes_no(per_protocol) if "column" in per_protocol else None,
        events=build_events(content.get("events"), content["participant"]),
    )


def build_source(content: dict[str, Any] | None) -> Source | None:
    """Return a table as received from its part of the cohort file, None where there is none."""
    return content and Source(
        file=str(Path(content["file"])),
        sheets=tuple(as_list(content.get("sheet", ""))),
        header=tuple(as_list(content.get("header", []))),
        skip_rows=tuple(content.get("skip_rows", [])),
        encoding=content.get("encoding", ""),
        decimal=content.get("decimal", "."),
        sha256=content.get("sha256", ""),
    )


def build_choices(columns: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return {column: the texts it may hold}."""
    return {column: tuple(map(str, as_list(texts))) for column, texts in columns.items()}


def build_dates(content: dict[str, Any]) -> Dates:
    """Return the columns of dates; a column alone is that of a file whose rows say the visit."""
    date = content.get("date", {})
    columns = {"": date} if isinstance(date, str) else date
    return Dates(columns, content.get("date_order", ""), content.get("randomised_on", ""))


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
    fields = {} if isinstance(fields, str) else fields
    label = fields.get("label", name.replace("_", " ").capitalize())
    return Covariate(name, label, fields.get("unit", ""), tuple(fields.get("levels", {}).values()))


def build_covariate_intake(fields: str | dict[str, Any]) -> CovariateIntake:
    """Return where a covariate stands; a text alone is its column."""
    return (
        CovariateIntake(fields)
        if isinstance(fields, str)
        else CovariateIntake(fields["column"], fields.get("levels", {}))
    )


def build_outcome_intake(fields: dict[str, Any]) -> OutcomeIntake:
    """Return where the values of an outcome stand."""
    return OutcomeIntake(
        columns=fields.get("columns", {}),
        column=fields.get("column", ""),
        in_file=fields.get("in_file", ""),
        limbs=fields.get("limbs", ""),
        trials=fields.get("trials", ""),
        missing_with=fields.get("missing_with", ""),
    )


def build_outcome(name: str, fields: dict[str, Any], instrument: dict[str, Any], content: dict[str, Any]) -> Outcome:
    """Return an outcome with what its instrument says of it, limits and benchmarks scaled to the file's unit."""
    unit = fields.get("unit", instrument["unit"])
    scale = 1 if unit == instrument["unit"] else instrument["other_units"][unit]

    def scaled(value: float | None) -> float | None:
        return None if value is None else value * scale

    def of_condition(key: str) -> dict[str, Any]:
        return next((mark for mark in instrument.get(key, []) if mark["condition"] == content["condition"]), {})

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
        primary=fields.get("role") == "primary",
        primary_visit=fields.get("primary_visit", content["visits"][-1]["name"]),
        visits=() if "visit" in content else tuple(fields["columns"]),
        important_change=scaled(important.get("value")),
        important_change_source=important.get("source", ""),
        smallest_worthwhile_effect=fields.get("smallest_worthwhile_effect"),
        source=fields.get("source", ""),
        measurement_error=scaled(error.get("value")),
        measurement_error_source=error.get("source", ""),
        responders=tuple(build_threshold(each) for each in fields.get("responders", [])),
        family=fields.get("family", ""),
    )


def build_threshold(fields: dict[str, Any]) -> Threshold:
    """Return what makes a responder."""
    percent = "percent" in fields
    value = float(fields["percent" if percent else "change"])
    return Threshold(value, percent, fields["source"], fields.get("interval", "newcombe"))
