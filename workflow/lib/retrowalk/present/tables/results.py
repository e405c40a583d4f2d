"""The table of outcomes: results by arm and the main comparison of the arms."""

from typing import Any

import pandas as pd

from retrowalk.estimates import pick, rows_of
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.tables.rows import by_arm, by_term, caveat_notes, main_comparisons, n_and_mean, with_n
from retrowalk.present.tables.table import Table, cohort_table
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.facts import method, reason
from retrowalk.present.words.phrases import NO_CONTROL, is_corrected, listing, primary_p, sentence_case
from retrowalk.vocabulary import ANALYSED

EFFECT_SIZE = (
    "Effect size: Hedges g of the adjusted difference, in SDs of the values at the visit (pooled over the arms); positive values "
    "favour the arm over the control arm."
)


def results_table(descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return the results by arm and the main comparison of the arms, outcome by outcome and visit by visit.

    Item 26 of CONSORT 2025: of each arm how many were analysed, how many have a value and the result; the comparison with its
    interval in the row of the arm that is compared with the control.
    """
    main = main_comparisons(results, cohort)
    observed = pick(descriptives, analysis="observed_mean")
    analysed = pick(results, term=ANALYSED)
    several, corrected = len(cohort.intervention_arms) > 1, is_corrected(cohort, analysis)
    rows = []
    for (outcome_name, visit_name), group in main.groupby(["outcome", "visit"], sort=False):
        outcome, visit = cohort.outcome(outcome_name), cohort.visit(visit_name)
        compared, in_model = by_arm(group), by_arm(pick(analysed, outcome=outcome_name))
        digits = numbers.digits_for(outcome.resolution)
        is_primary = "primary" in set(group["role"])
        name = numbers.labelled(outcome.label, outcome.unit)
        if is_primary:
            name += ", primary"
        for arm in [arm for arm in cohort.arms if arm.name in compared or arm == cohort.control_arm]:
            row = compared.get(arm.name)
            here = by_term(pick(observed, visit=visit_name), outcome_name, arm.name)
            rows.append(
                [
                    name,
                    visit.label,
                    arm.label,
                    _analysed(in_model.get(arm.name), row, group),
                    *n_and_mean(here, digits),
                    _change(here, digits),
                    *([""] * 3 if row is None else _comparison(row, outcome, digits)),
                ]
            )
    level, control = numbers.level(analysis.alpha), cohort.control_arm.label
    adjusted = "Adjusted difference" if cohort.randomised else "Difference in change"
    heads = ["Outcome", "Visit", "Arm", "n analysed", "n with data", "Mean (SD)", "Change, mean (SD)"]
    heads += [f"{adjusted} ({level} CI)", "p (Holm)" if corrected else "p", f"Effect size ({level} CI)"]
    sized = bool(main["effect_size"].notna().any())
    if not sized:
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    computed = main[main["method"] != ""].drop_duplicates("method")
    methods = "; ".join(method(row, cohort) for row in rows_of(computed))
    notes = [
        "n analysed, participants of the arm in the analysis; in a mixed model these may include participants without a value at "
        "this visit. n with data, participants with a value at this visit. Means, SDs and changes from baseline are as observed.",
        f"Difference: {'each other arm' if several else cohort.intervention_arms[0].label} minus {control}"
        f"{methods and '; '}{methods}.",
    ]
    if sized:
        notes.append(EFFECT_SIZE)
    tested = f"the primary comparison{'s' if several else ''}{_or_family(cohort, analysis)}"
    notes.append(f"p values are given only for {tested}; all other comparisons are exploratory.")
    if corrected:
        notes.append("p values are adjusted for several arms by Holm's method; confidence intervals are not.")

    def name(row: Any) -> str:
        return f"{cohort.outcome(row.outcome).label}, {sentence_case(cohort.visit(row.visit).label)}"

    notes += caveat_notes(main, cohort, name)
    notes += [f"{name(row)}: {reason(row, cohort)}." for row in rows_of(main[main["estimate"].isna()])]
    source = pd.concat([main, analysed, observed], ignore_index=True)
    return cohort_table("results", "Outcomes and differences between arms", rows, heads, notes, source, cohort)


def _analysed(in_model: Any, row: Any, comparisons: pd.DataFrame) -> str:
    """Return how many of an arm the comparison was fitted to; without a mixed model those with a value at the visit.

    `row` is the comparison of this arm, None of the control, whose number stands in each of the `comparisons` that was made.
    """
    if in_model is not None:
        return cited.count(in_model, "estimate")
    if row is not None:
        return cited.count(row, "n_arm")
    made = comparisons[comparisons["n_reference"].notna()]
    return cited.count(rows_of(made)[0], "n_reference") if len(made) else numbers.ABSENT


def _change(rows: dict[str, Any], digits: int) -> str:
    mean = rows["mean_change"]
    return with_n(cited.mean_sd(mean, rows.get("sd_change"), digits), mean, rows["mean"].n)


def _comparison(row: Any, outcome: Outcome, digits: int) -> list[str]:
    """Return the difference of an arm and the control, its p value where the plan allows one, and its effect size."""
    tested = row.role == "primary" or (outcome.family and pd.notna(row.p_adjusted))
    p = cited.p_value(row, primary_p(row)) if tested else ""
    return [cited.estimate_with_interval(row, digits), p, cited.effect_size(row)]


def _or_family(cohort: Cohort, analysis: Analysis) -> str:
    if analysis.multiplicity == "none":
        return ""
    declared = listing(list(dict.fromkeys(f'"{outcome.family}"' for outcome in cohort.outcomes if outcome.family)))
    return f" and for the outcomes of the family {declared}, adjusted by Holm's method" if declared else ""


def changes_table(descriptives: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return observed means and changes of a single group, which has nothing to be compared with."""
    observed = pick(descriptives, analysis="observed_mean")
    rows = []
    for outcome in cohort.outcomes:
        digits = numbers.digits_for(outcome.resolution)
        for visit in cohort.post_visits:
            here = by_term(pick(observed, visit=visit.name), outcome.name, cohort.control)
            change = here["mean_change"]
            shown = cited.estimate_with_interval(change, digits)
            label = numbers.labelled(outcome.label, outcome.unit)
            if outcome.primary:
                label += ", primary"
            rows.append([label, visit.label, *n_and_mean(here, digits), cited.count(change), shown])
    heads = ["Outcome", "Visit", "n", "Mean (SD)", "n at both visits"]
    heads += [f"Mean change from baseline ({numbers.level(analysis.alpha)} CI)"]
    notes = ["Means, SDs and changes are as observed; changes are of participants measured at both visits.", NO_CONTROL]
    return cohort_table("results", "Outcomes and changes from baseline", rows, heads, notes, observed, cohort)
