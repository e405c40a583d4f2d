"""The tables of participants: baseline characteristics, and who was there at each visit."""

from typing import Any

import pandas as pd

from retrowalk.estimates import pick, rows_of
from retrowalk.plan.trial import Cohort, Covariate
from retrowalk.present.tables.rows import NOT_MEASURED, by_arm, by_term, with_n
from retrowalk.present.tables.table import Table, cohort_table
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.facts import caveats
from retrowalk.present.words.phrases import sentence_case
from retrowalk.vocabulary import STANDARDISED_DIFFERENCE

SMD = (
    "SMD, standardised mean difference, in SDs; not a test. For a category with two levels it is the difference in the proportion "
    "with the first level; for a category with more levels it is a distance without a sign. Differences are"
)
CELL_WITH_N = "SD, standard deviation. Where data are missing, a cell gives the number of participants with data (n)."


def baseline_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table:
    """Return Table 1: covariates and outcomes at baseline by arm, without a test between arms.

    It has a column of standardised mean differences for each arm but the control, where the descriptives have them.
    """
    observed = pick(descriptives, analysis="observed_mean", visit=cohort.baseline.name)
    source = pd.concat([pick(descriptives, analysis="baseline"), observed], ignore_index=True)
    start = pick(descriptives, analysis="flow", visit=cohort.baseline.name)
    sizes = start[start["term"].isin(["randomised", "enrolled"])].set_index("arm")["n"]
    rows = []
    for covariate in cohort.covariates:
        rows += _covariate_rows(source, covariate, cohort, sizes)
    for outcome in cohort.outcomes:
        digits = numbers.digits_for(outcome.resolution)
        cells = [_mean_sd_cell(by_term(source, outcome.name, arm.name), digits, sizes[arm.name]) for arm in cohort.arms]
        apart = _standardised(source, outcome.name)
        rows.append([f"{numbers.labelled(outcome.label, outcome.unit)}, mean (SD)", *cells, *apart])
    heads = [f"{arm.label} (n = {sizes[arm.name]})" for arm in cohort.arms]
    notes = [CELL_WITH_N]
    if STANDARDISED_DIFFERENCE in set(source["term"]):
        several = len(cohort.intervention_arms) > 1
        heads += [f"SMD, {arm.label}" if several else "SMD" for arm in cohort.intervention_arms]
        notes.append(
            f"{SMD} {'each arm' if several else cohort.intervention_arms[0].label} minus {cohort.control_arm.label}."
        )
    if cohort.randomised:
        notes.append("Differences at baseline were not tested: in a randomised trial they are due to chance.")
    return cohort_table("baseline", "Baseline characteristics", rows, ["Characteristic", *heads], notes, source, cohort)


def _standardised(source: pd.DataFrame, outcome: str) -> list[str]:
    """Return the standardised mean difference of each arm but the control; nothing where they were not asked for."""
    rows = pick(source, outcome=outcome, term=STANDARDISED_DIFFERENCE)
    return [cited.number(row, "estimate", numbers.SIZE) for row in rows_of(rows)]


def _covariate_rows(source: pd.DataFrame, covariate: Covariate, cohort: Cohort, sizes: pd.Series) -> list[list[str]]:
    terms_of = {arm.name: by_term(source, covariate.name, arm.name) for arm in cohort.arms}
    terms, apart = terms_of[cohort.control], _standardised(source, covariate.name)
    if "mean" in terms:
        digits = numbers.digits_of_sd(max(rows["sd"].estimate for rows in terms_of.values()))
        cells = [_mean_sd_cell(rows, digits, sizes[arm]) for arm, rows in terms_of.items()]
        return [[f"{numbers.labelled(covariate.label, covariate.unit)}, mean (SD)", *cells, *apart]]
    levels = [term.removeprefix("count:") for term in terms if term.startswith("count:")]
    return [
        [
            f"{covariate.label}: {level}, n (%)",
            *(_share_cell(rows, level, sizes[arm]) for arm, rows in terms_of.items()),
            *([""] * len(apart) if place else apart),
        ]
        for place, level in enumerate(levels)
    ]


def _share_cell(rows: dict[str, Any], level: str, size: int) -> str:
    if rows[f"count:{level}"].n == 0:
        return NOT_MEASURED
    count, percent = (cited.number(rows[f"{term}:{level}"], "estimate", 0) for term in ("count", "percent"))
    return with_n(f"{count} ({percent}%)", rows[f"count:{level}"], size)


def _mean_sd_cell(rows: dict[str, Any], digits: int, size: int) -> str:
    if rows["mean"].n == 0:
        return NOT_MEASURED
    return with_n(cited.mean_sd(rows["mean"], rows.get("sd"), digits), rows["mean"], size)


def flow_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table:
    """Return who was there at each visit, who withdrew, and why."""
    flow = pick(descriptives, analysis="flow")
    heads = [arm.label for arm in cohort.arms]
    rows, reasons = [], []
    for visit in cohort.visits:
        for term in ("randomised", "enrolled", "with_data"):
            counted = by_arm(pick(flow, visit=visit.name, term=term))
            if counted:
                counts = [cited.count(counted[arm.name], "estimate") for arm in cohort.arms]
                rows.append([f"{visit.label}: {term.replace('_', ' ')}", *counts])
        left = by_arm(pick(flow, visit=visit.name, term="withdrawn"))
        if left:
            after = f"after {sentence_case(visit.label)}"
            counts = [
                cited.count(left[arm.name], "estimate") if arm.name in left else numbers.number(0, 0)
                for arm in cohort.arms
            ]
            rows.append([f"Withdrew {after}", *counts])
            for arm in cohort.arms:
                if arm.name in left:
                    why = "; ".join(caveats(left[arm.name], cohort))
                    reasons.append(f"{arm.label}, withdrew {after}: {why}.")
    heads = ["Number of participants", *heads]
    return cohort_table("participant_flow", "Participant flow", rows, heads, reasons, flow, cohort)
