"""Tables about participants one by one: responders, and change beyond the error of measurement. No participant is named."""

from typing import Any

import pandas as pd

from retrowalk import facts
from retrowalk.estimates import pick, rows_of
from retrowalk.model.participants import HANDLING, IMPROVED, OBSERVED, UNCHANGED, WORSENED
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort, Outcome, Threshold, Visit
from retrowalk.present.tables.table import Table, cohort_table
from retrowalk.present.words import cited, numbers
from retrowalk.vocabulary import ABOUT_ONE

#: Decimals of a number needed to treat.
_NUMBER = 1
_KINDS = {
    IMPROVED: "improved",
    WORSENED: "worsened",
    "increased": "increased",
    "decreased": "decreased",
    UNCHANGED: "no change beyond measurement error",
}


def responders_table(results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table | None:
    """Return the share of responders of each arm and what compares them; None where the plan names no threshold."""
    shown = pick(results, analysis="responders")
    if shown.empty:
        return None
    by_key = {(row.outcome, row.visit, row.arm, row.term): row for row in rows_of(shown)}
    rows = []
    for outcome in cohort.outcomes:
        for threshold in outcome.responders:
            for visit in cohort.post_visits:
                for handling in HANDLING:
                    rows += _responder_rows(by_key, cohort, outcome, threshold, visit, handling)
    level = numbers.level(analysis.alpha)
    heads = ["Outcome and threshold", "Visit", "Missing values", *(f"{arm.label}: n/N (%)" for arm in cohort.arms)]
    if len(cohort.intervention_arms) > 1:
        heads.append("Compared arm")
    if cohort.intervention_arms:
        heads += [f"Difference, percentage points ({level} CI)", f"Ratio ({level} CI)", f"NNT ({level} CI)"]
    sources = dict.fromkeys(
        f"{outcome.label}, {_words(threshold, outcome)}: {threshold.source}."
        for outcome in cohort.outcomes
        for threshold in outcome.responders
    )
    notes = [
        "Responders improved from baseline by at least the threshold. NNT, number needed to treat for one additional responder; "
        "NNTB, number needed to treat for one additional participant to benefit; NNTH, for one additional participant to be harmed.",
        "Interpret the proportions together with the mean difference: a threshold dichotomises a continuous outcome.",
        *sources,
    ]
    return cohort_table("responders", "Responders", rows, heads, notes, shown, cohort)


def _responder_rows(
    by_key: dict[tuple, Any], cohort: Cohort, outcome: Outcome, threshold: Threshold, visit: Visit, handling: str
) -> list[list[str]]:
    size = threshold.term(outcome.unit)

    def found(arm: str, measure: str) -> Any:
        return by_key.get((outcome.name, visit.name, arm, f"{measure}:{size}:{handling}"))

    shares = [_count(found(arm.name, "responders"), found(arm.name, "share")) for arm in cohort.arms]
    start = [f"{outcome.label}, {_words(threshold, outcome)}", visit.label]
    start += ["excluded" if handling == OBSERVED else "non-responders", *shares]
    several = len(cohort.intervention_arms) > 1
    if not cohort.intervention_arms:
        return [start]
    return [
        [
            *start,
            *[arm.label] * several,
            _percent(found(arm.name, "risk_difference")),
            _ratio(found(arm.name, "relative_risk")),
            number_needed(found(arm.name, "number_needed_to_treat")),
        ]
        for arm in cohort.intervention_arms
    ]


def _words(threshold: Threshold, outcome: Outcome) -> str:
    size = f"{threshold.value:g}"
    return numbers.with_unit_of_threshold(size, outcome.unit, percent=threshold.percent)


def _count(count: Any, share: Any) -> str:
    if count is None:
        return numbers.ABSENT
    return f"{cited.count(count, 'estimate')}/{cited.count(count)} ({cited.percent(share, 'estimate')}%)"


def _percent(row: Any) -> str:
    if row is None or pd.isna(row.estimate):
        return numbers.ABSENT
    value, low, high = (cited.percent(row, column) for column in ("estimate", "ci_low", "ci_high"))
    return f"{value} ({low} to {high})"


def _ratio(row: Any) -> str:
    return numbers.ABSENT if row is None else cited.estimate_with_interval(row, numbers.SIZE)


def number_needed(row: Any) -> str:
    """Return a number needed to treat as Altman (1998) writes it: "NNTB 20 (NNTH 15 to infinity to NNTB 6)"."""
    if row is None or pd.isna(row.estimate):
        return numbers.ABSENT

    def size(column: str) -> str:
        value = getattr(row, column)
        return cited.cited(numbers.number(abs(value), _NUMBER), row, column, cited.ABSOLUTE)

    def side(column: str) -> str:
        return f"NNT{'B' if getattr(row, column) > 0 else 'H'} {size(column)}"

    if row.ci_low < 0 < row.ci_high:
        return f"{side('estimate')} ({side('ci_low')} to infinity to {side('ci_high')})"
    near, far = sorted(("ci_low", "ci_high"), key=lambda column: abs(getattr(row, column)))
    return f"{side('estimate')} ({size(near)} to {size(far)})"


def reliable_change_table(results: pd.DataFrame, cohort: Cohort) -> Table | None:
    """Return how many of each arm changed by more than the error of measurement; None where no error is known."""
    shown = pick(results, analysis="reliable_change")
    shown = shown[~shown["term"].str.startswith(ABOUT_ONE)]
    if shown.empty:
        return None
    rows = []
    for (outcome_name, visit, kind), group in shown.groupby(["outcome", "visit", "term"], sort=False):
        outcome = cohort.outcome(outcome_name)
        counts = {row.arm: row for row in rows_of(group)}
        cells = [
            f"{cited.count(counts[arm.name], 'estimate')}/{cited.count(counts[arm.name])}"
            if arm.name in counts
            else numbers.ABSENT
            for arm in cohort.arms
        ]
        rows.append([outcome.label, cohort.visit(visit).label, _KINDS[kind], *cells])
    sources = dict.fromkeys(
        f"{outcome.label}: measurement error {numbers.with_unit(f'{outcome.measurement_error:g}', outcome.unit)}, "
        f"{outcome.measurement_error_source}."
        for outcome in cohort.outcomes
        if outcome.name in set(shown["outcome"])
    )
    notes = [
        "Participants whose change from baseline exceeds the measurement error. In 95 of 100 people whose condition has not changed, "
        "measurement error alone causes a smaller change. "
        "A change in one person is not a treatment effect.",
        *sources,
    ]
    heads = ["Outcome", "Visit", "Change", *(arm.label for arm in cohort.arms)]
    return cohort_table("reliable_change", "Change beyond measurement error", rows, heads, notes, shown, cohort)


def _kind(row: Any) -> str:
    (kind,) = (each.values["kind"] for each in facts.read_list(row.caveats) if each.code == "changed_as")
    return kind


def single_changes_table(results: pd.DataFrame, cohort: Cohort) -> Table | None:
    """Return each participant's change, named; None where estimates.csv has none, as of every randomised cohort.

    Only for a plan that says `show_ids`.
    """
    shown = pick(results, analysis="reliable_change")
    shown = shown[shown["term"].str.startswith(ABOUT_ONE)]
    if shown.empty:
        return None
    rows = [
        [
            row.term.removeprefix(ABOUT_ONE),
            cohort.arm(row.arm).label,
            cohort.outcome(row.outcome).label,
            cohort.visit(row.visit).label,
            numbers.number(row.estimate, numbers.digits_for(cohort.outcome(row.outcome).resolution)),
            _KINDS[_kind(row)],
        ]
        for row in rows_of(shown)
    ]
    heads = ["Participant", "Arm", "Outcome", "Visit", "Change from baseline", "Interpretation"]
    notes = ["A change in one person is not a treatment effect. This table identifies participants: do not publish it."]
    return cohort_table("single_changes", "Changes in individual participants", rows, heads, notes, shown, cohort)
