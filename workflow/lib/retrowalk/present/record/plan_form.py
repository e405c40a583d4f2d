"""The form of plan.json and of the frozen plan, which outlives changes of the package's types: a cohort is one flat mapping."""

from dataclasses import replace
from typing import Any

from retrowalk.plan.intake import Intake, Source
from retrowalk.plan.plain import to_params
from retrowalk.plan.settings import Plan
from retrowalk.plan.trial import Arm, Cohort, Covariate, Outcome, Visit

#: Keys of a table that a cohort has among its own, `sheet` and `more_sheets` beside them.
_OF_THE_TABLE = ("file", "header", "skip_rows", "encoding", "decimal", "sha256")


def plan_form(plan: Plan) -> dict[str, Any]:
    """Return the whole plan as plan.json has it."""
    return to_params(replace(plan, cohorts={})) | {
        "cohorts": {name: cohort_form(cohort) for name, cohort in plan.cohorts.items()}
    }


def cohort_form(cohort: Cohort) -> dict[str, Any]:
    """Return a cohort as plan.json has it."""
    fields, intake = to_params(cohort), cohort.intake
    del fields["intake"], fields["publication"]
    parts = {
        "arms": [_arm_form(arm, intake) for arm in cohort.arms],
        "visits": [_visit_form(visit, intake) for visit in cohort.visits],
        "outcomes": [_outcome_form(outcome, intake) for outcome in cohort.outcomes],
        "covariates": [_covariate_form(covariate, intake) for covariate in cohort.covariates],
    }
    return fields | to_params(cohort.publication) | _intake_form(intake) | parts


def _intake_form(intake: Intake) -> dict[str, Any]:
    columns, dates = intake.columns, intake.dates
    as_they_are = ("participants_table", "missing", "only", "baseline_when", "side", "index_side", "sessions", "events")
    return (
        _table_form(intake.table)
        | {f"{key}_column": column for key, column in to_params(columns).items()}
        | {key: to_params(getattr(intake, key)) for key in (*as_they_are, "per_protocol")}
        | {
            "withdrawn_after_column": intake.withdrawal.after,
            "withdrawal_reason_column": intake.withdrawal.reason,
            "date_column": dates.columns.get("", ""),
            "date_columns": {visit: column for visit, column in dates.columns.items() if visit},
            "date_order": dates.order,
            "randomised_on_column": dates.randomised_on,
        }
    )


def _table_form(table: Source) -> dict[str, Any]:
    first, *rest = table.sheets
    return {key: to_params(getattr(table, key)) for key in _OF_THE_TABLE} | {"sheet": first, "more_sheets": rest}


def _arm_form(arm: Arm, intake: Intake) -> dict[str, Any]:
    return to_params(arm) | {"in_file": intake.arms[arm.name]}


def _visit_form(visit: Visit, intake: Intake) -> dict[str, Any]:
    first, *rest = intake.visits[visit.name]
    return to_params(visit) | {"in_file": first, "also_in_file": rest}


def _outcome_form(outcome: Outcome, intake: Intake) -> dict[str, Any]:
    fields = to_params(outcome)
    del fields["visits"]  # said by the columns
    return fields | to_params(intake.outcomes[outcome.name])


def _covariate_form(covariate: Covariate, intake: Intake) -> dict[str, Any]:
    return to_params(covariate) | to_params(intake.covariates[covariate.name])
