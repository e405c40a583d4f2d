"""Types of the plan as plain values, and back: Snakemake's params hold nothing else, and it compares them between runs.

A job gets of a cohort what its room looks at: what changes beside that does not run it again.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from cattrs import Converter
from cattrs.cols import is_sequence

from retrowalk.plan.trial import Cohort

T = TypeVar("T")

#: What readers are told of a cohort, and of an outcome, and no room before present asks for.
FOR_READERS = ("publication",)
OF_AN_OUTCOME_FOR_READERS = (
    "important_change",
    "important_change_source",
    "smallest_worthwhile_effect",
    "source",
    "measurement_error_source",
)
#: What analyses ask of a cohort and ingest does not.
FOR_ANALYSES = ("primary_estimator", "leave_out", "allocation")
#: What analyses and readers ask of an outcome and ingest does not.
OF_AN_OUTCOME = (
    "visits",
    "important_change",
    "important_change_source",
    "smallest_worthwhile_effect",
    "source",
    "measurement_error",
    "measurement_error_source",
    "responders",
    "family",
)

_CONVERTER = Converter(detailed_validation=False)
# A number stays as the plan has it, so that the way through Snakemake changes nothing: 100 is not 100.0.
_CONVERTER.register_structure_hook(float, lambda value, _: value)
_CONVERTER.register_unstructure_hook_func(is_sequence, lambda values: [_CONVERTER.unstructure(each) for each in values])


def to_params(value: Any) -> Any:
    """Return a type of the plan as plain values."""
    return _CONVERTER.unstructure(value)


def from_params(kind: type[T], params: dict[str, Any]) -> T:
    """Return the value of a type of the plan that `to_params` was called on; what was left out has its default."""
    return _CONVERTER.structure(params, kind)


def cohorts_from_params(params: Iterable[dict[str, Any]]) -> dict[str, Cohort]:
    """Return {name: cohort} of cohorts that came as plain values, in their order."""
    cohorts = (from_params(Cohort, fields) for fields in params)
    return {cohort.name: cohort for cohort in cohorts}


def for_analysis(cohort: Cohort) -> dict[str, Any]:
    """Return as plain values what the rooms that compute ask of a cohort: no label is among them."""
    params = _before_present(cohort)
    return params | {
        "visits": _without_labels(params["visits"]),
        "outcomes": [outcome | {"instrument": ""} for outcome in params["outcomes"]],
    }


def for_ingest(cohort: Cohort) -> dict[str, Any]:
    """Return as plain values what ingest asks of a cohort.

    The labels of visits are among it where the file has a column of last visits, which may say them.
    """
    params = _without(_before_present(cohort), FOR_ANALYSES)
    if not cohort.intake.withdrawal.after:
        params["visits"] = _without_labels(params["visits"])
    return params | {"outcomes": [_without(outcome, OF_AN_OUTCOME) for outcome in params["outcomes"]]}


def _before_present(cohort: Cohort) -> dict[str, Any]:
    """Return as plain values what any room before present asks of a cohort.

    Whether an arm walked backward is decided here, since its label may say so.
    """
    params = _without(to_params(cohort), FOR_READERS)
    arms = [{"name": arm.name, "label": "", "walks_backward": arm.is_backward} for arm in cohort.arms]
    return params | {
        "arms": arms,
        "covariates": _without_labels(params["covariates"]),
        "outcomes": [_of_outcome(outcome) for outcome in params["outcomes"]],
    }


def _of_outcome(outcome: dict[str, Any]) -> dict[str, Any]:
    thresholds = [threshold | {"source": ""} for threshold in outcome["responders"]]
    return _without(outcome, OF_AN_OUTCOME_FOR_READERS) | {"label": "", "responders": thresholds}


def _without_labels(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [part | {"label": ""} for part in parts]


def _without(fields: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key not in keys}
