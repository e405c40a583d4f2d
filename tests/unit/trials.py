"""The small trial that the unit tests share, as the content of its files; and its cohort with other files."""

from dataclasses import is_dataclass, replace
from typing import Any

from retrowalk.plan.build import build_cohort
from retrowalk.plan.trial import Cohort

SCALE = {"domain": "function", "unit": "points", "low": 0, "high": 100, "resolution": 1}
INSTRUMENTS = {
    "vas": SCALE | {"label": "VAS", "domain": "pain", "unit": "mm", "better": "lower"},
    "koos": SCALE | {"label": "KOOS", "better": "higher"},
    "stride": SCALE | {"label": "Stride length", "unit": "m", "better": "neither", "resolution": 0.01},
}
ARMS = {
    "A": {"name": "retro", "label": "Retro-walking"},
    "B": {"name": "control", "label": "Exercise"},
}
OUTCOMES = {
    "pain": {"instrument": "vas", "label": "Pain", "column": "pain", "role": "primary"},
    "koos": {"instrument": "koos", "label": "KOOS symptoms", "column": "koos"},
}
#: A row a participant and visit.
TRIAL = {
    "title": "Backward walking against exercise",
    "citation": "unpublished",
    "provenance": "individual",
    "condition": "low back pain",
    "design": "parallel",
    "randomised": True,
    "comparator_type": "active",
    "file": "trial.csv",
    "participant": "id",
    "arm": "group",
    "visit": "visit",
    "arms": ARMS,
    "control": "control",
    "visits": [
        {"name": "baseline", "week": 0, "label": "Baseline"},
        {"name": "week_4", "week": 4, "label": "Week 4"},
    ],
    "outcomes": OUTCOMES,
    "covariates": {
        "age": {"column": "age", "label": "Age", "unit": "years"},
        "sex": {"column": "sex", "label": "Sex", "levels": {"1": "female", "2": "male"}},
    },
    "withdrawal": {"after": "last", "reason": "why"},
}
WEEK_8 = {"name": "week_8", "week": 8, "label": "Week 8"}
#: What makes it a file with a row a participant; its outcomes need columns by visit.
WIDE = {key: value for key, value in TRIAL.items() if key != "visit"}


def built(content: dict[str, Any], instruments: dict[str, Any] = INSTRUMENTS, name: str = "trial") -> Cohort:
    """Return the cohort of a cohort file that nobody checks, with values of other types where a test replaces them."""
    return build_cohort(name, content, instruments)


def reread(cohort: Cohort, **changes: Any) -> Cohort:
    """Return a cohort with other fields of its intake; a dict changes fields of a part: columns={"visit": "event"}."""
    changed = {field: _changed(getattr(cohort.intake, field), value) for field, value in changes.items()}
    return replace(cohort, intake=replace(cohort.intake, **changed))


def _changed(part: Any, value: Any) -> Any:
    if isinstance(value, dict) and is_dataclass(part):
        return replace(part, **value)
    if isinstance(value, dict):
        return part | {key: _changed(part.get(key), each) for key, each in value.items()}
    return value
