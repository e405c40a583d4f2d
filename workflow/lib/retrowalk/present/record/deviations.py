"""Deviations: the differences between the frozen plan and the plan now."""

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pandas as pd

from retrowalk.files import read_csv
from retrowalk.plan.intake import CovariateIntake, Events, Intake, OutcomeIntake, Sessions, Source, YesNo
from retrowalk.plan.plain import to_params
from retrowalk.plan.settings import Analysis, Plan
from retrowalk.plan.trial import Arm, Cohort, Covariate, Outcome, Publication, Threshold, Visit
from retrowalk.present.record.freeze import canonical
from retrowalk.presets import figure_settings

DEVIATION_COLUMNS = ["what", "where", "frozen", "now", "affects_numbers"]
#: Keys that are read by people and by no computation: of a cohort, and of an arm, a visit, an outcome, a covariate.
#: ASSUME: what is not here may change a number.
_OF_A_COHORT = ("title", "citation", "registration", "assumptions")
_OF_A_PART = ("label", "source", "important_change_source", "measurement_error_source")
#: Lists of a cohort whose items have a name.
_PARTS = ("arms", "visits", "outcomes", "covariates")


def deviations(frozen: dict[str, Any], plan: dict[str, Any]) -> pd.DataFrame:
    """Return the differences of two plans, a line each.

    Parameters
    ----------
    frozen, plan
        The plan as it was frozen and as it is now (`plan_form`, or JSON made from it).

    Returns
    -------
    All columns are text.
        what: changed, added, removed or order changed.
        where: path in the plan, such as cohorts.mytrial.outcomes.pain.unit.
        frozen, now: the values; numbers, lists and mappings as JSON. Of what was added or removed with all its keys, the
        title or label.
        affects_numbers: yes where a number may change, no where it is only shown otherwise (titles, labels, figures).
        A key of the program that one of the plans does not have, and that has its default in the other, is no line: the plans
        were written by two versions of retrowalk. Otherwise there is no line where, and only where, both plans have one
        hash (`plan_hash`).

    Notes
    -----
    Arms, visits, outcomes and covariates are matched by their `name`, cohorts likewise: one that was renamed is removed
    under its old name and added under the other.
    """
    lines = list(_compare(canonical(frozen), canonical(plan), ()))
    return pd.DataFrame(lines, columns=DEVIATION_COLUMNS, dtype=object)


def read_deviations(path: str | Path) -> pd.DataFrame:
    """Read a table of deviations."""
    return read_csv(path, text=tuple(DEVIATION_COLUMNS))


def of_numbers(departures: pd.DataFrame) -> pd.DataFrame:
    """Return the deviations that may change a number: all but titles, labels, figures and whatever else is only shown."""
    return departures[departures["affects_numbers"] == "yes"]


def _compare(frozen: Any, now: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str, str, str, str]]:
    if isinstance(frozen, dict) and isinstance(now, dict):
        yield from _compare_keys(frozen, now, path)
    elif _is_named(frozen) and _is_named(now) and (frozen or now):
        old, new = ({each["name"]: each for each in parts} for parts in (frozen, now))
        yield from _compare_keys(old, new, path)
        before, after = ([name for name in names if name in old and name in new] for names in (old, new))
        if before != after:
            yield _line("order changed", path, ", ".join(before), ", ".join(after))
    elif _json(_whole(frozen, path)) != _json(_whole(now, path)):
        yield _line("changed", path, _shown(frozen), _shown(now))


def _compare_keys(
    frozen: dict[str, Any], now: dict[str, Any], path: tuple[str, ...]
) -> Iterator[tuple[str, str, str, str, str]]:
    for key in dict.fromkeys([*frozen, *now]):
        here = (*path, key)
        if (key not in now or key not in frozen) and _is_default(here, frozen.get(key, now.get(key))):
            continue
        if key not in now:
            yield _line("removed", here, _headline(frozen[key], here), "")
        elif key not in frozen:
            yield _line("added", here, "", _headline(now[key], here))
        else:
            yield from _compare(frozen[key], now[key], here)


def _is_default(path: tuple[str, ...], value: Any) -> bool:
    """Return whether a value is what a key of the program's own has where a plan does not give it.

    Of a key that this version does not know, nothing, no and zero are taken for its default.
    """
    if path[:-1] == ("figures",):
        return _is_nothing(value) or value == 0 or figure_settings({}).get(path[-1]) == value
    kinds = _kinds(path)
    if not kinds:
        return False
    known = [field.default for kind in kinds for field in fields(kind) if field.name == path[-1]]
    if _is_nothing(value) or (value == 0 and not known):
        return True
    return any(default is not MISSING and to_params(default) == value for default in known)


def _is_nothing(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _kinds(path: tuple[str, ...]) -> list[type]:
    """Return the types among whose fields the last key of a path is; none where the plan's author named it."""
    match path:
        case (_,):
            return [Plan]
        case ("analysis", _):
            return [Analysis]
        case ("cohorts", _, _):
            return [Cohort, Publication, Intake, Source]
        case ("cohorts", _, parts, _, _) if parts in _PARTS:
            return [Arm, Visit, Outcome, OutcomeIntake, Covariate, CovariateIntake]
        case ("cohorts", _, *within, _):
            return _WITHIN.get(tuple(within), [])
    return []


#: {keys of a cohort that lead to a mapping: the type of that}.
_WITHIN: dict[tuple[str, ...], list[type]] = {
    ("participants_table",): [Source],
    ("sessions",): [Sessions],
    ("per_protocol",): [YesNo],
    ("events",): [Events],
    ("events", "table"): [Source],
    ("events", "serious"): [YesNo],
}


def _whole(value: Any, path: tuple[str, ...]) -> Any:
    """Return the thresholds of responders, which have no names to be matched by, with all their keys; all else as it is."""
    match path:
        case ("cohorts", _, "outcomes", _, "responders") if isinstance(value, list):
            given = {each.name: each.default for each in fields(Threshold) if each.default is not MISSING}
            return [given | each if isinstance(each, dict) else each for each in value]
    return value


def _is_named(value: Any) -> bool:
    """Whether a value is a list of things that have a name; an empty list may be one."""
    return isinstance(value, list) and all(isinstance(each, dict) and "name" in each for each in value)


def _line(what: str, path: tuple[str, ...], frozen: str, now: str) -> tuple[str, str, str, str, str]:
    return what, ".".join(path), frozen, now, "no" if _changes_no_number(path) else "yes"


def _changes_no_number(path: tuple[str, ...]) -> bool:
    match path:
        case ("figures", *_) | ("show_ids" | "baseline_smd",):
            return True
        case ("cohorts", _, key):
            return key in _OF_A_COHORT
        case ("cohorts", _, parts, _, key) if parts in _PARTS:
            return key in _OF_A_PART
    return False


def _headline(value: Any, path: tuple[str, ...]) -> str:
    """Return what stands for something that was added or removed with all its keys."""
    match path:
        case ("cohorts", _):
            return value["title"]
        case ("cohorts", _, parts, _) if parts in _PARTS:
            return value["label"]
    return _shown(value)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
