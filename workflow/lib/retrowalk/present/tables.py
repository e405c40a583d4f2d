"""The tables of a paper, as text ready to print, each with the rows of the estimate record that it was made from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retrowalk.estimates import pick
from retrowalk.plan import Analysis, Cohort, Covariate, Outcome
from retrowalk.present import numbers
from retrowalk.present.wording import ANALYSIS_NAMES, TERM_NAMES, reason, sentence_case
from retrowalk.vocabulary import CHANGE, SYNTHETIC_NOTE


@dataclass(frozen=True)
class Table:
    """A table to print.

    Attributes
    ----------
    name
        File name without ending.
    title
        Starts with the mark of synthetic data where it shows any.
    frame
        Text only; the column names are the headings, the first column names the row.
    notes
        What stands below the table.
    source
        The rows of the estimate record that the table shows, unrounded.
    """

    name: str
    title: str
    frame: pd.DataFrame
    notes: tuple[str, ...]
    source: pd.DataFrame


def marked(title: str, mark: str) -> str:
    """Return a title that starts with the mark of synthetic data, where there is one."""
    return f"{mark}. {title}" if mark else title


def cohort_tables(descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> list[Table]:
    """Return the tables of one cohort, in the order of a paper."""
    return [
        baseline_table(descriptives, cohort),
        flow_table(descriptives, cohort),
        results_table(descriptives, results, cohort, analysis),
        analyses_table(results, cohort, analysis),
    ]


def baseline_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table:
    """Return Table 1: covariates and outcomes at baseline by arm, without a test between arms."""
    observed = pick(descriptives, analysis="observed_mean", visit=cohort.baseline.name)
    source = pd.concat([pick(descriptives, analysis="baseline"), observed], ignore_index=True)
    look_up = source.set_index(["outcome", "arm", "term"])
    start = pick(descriptives, analysis="flow", visit=cohort.baseline.name)
    sizes = start[start["term"].isin(["randomised", "enrolled"])].set_index("arm")["n"]
    rows = []
    for covariate in cohort.covariates:
        rows += _covariate_rows(look_up, covariate, cohort)
    for outcome in cohort.outcomes:
        cells = [_mean_sd_cell(look_up, outcome, arm.name, sizes[arm.name]) for arm in cohort.arms]
        rows.append([f"{outcome.label} ({outcome.unit}), mean (SD)", *cells])
    heads = [f"{arm.label} (n = {sizes[arm.name]})" for arm in cohort.arms]
    notes = ["SD, standard deviation. A cell with an n is of so many; the others are of everyone in the arm."]
    notes += [
        "No test compares the arms: differences at baseline of a randomised trial are chance."
    ] * cohort.randomised
    return _table("baseline", "Baseline characteristics", rows, ["Characteristic", *heads], notes, source, cohort)


def _covariate_rows(look_up: pd.DataFrame, covariate: Covariate, cohort: Cohort) -> list[list[str]]:
    unit = f" ({covariate.unit})" if covariate.unit else ""
    terms = look_up.loc[[covariate.name]].index.get_level_values("term").unique()
    if "mean" in terms:
        rows = [look_up.loc[(covariate.name, arm.name)]["estimate"] for arm in cohort.arms]
        return [[f"{covariate.label}{unit}, mean (SD)", *(numbers.mean_sd(row["mean"], row["sd"], 1) for row in rows)]]
    levels = [term.removeprefix("count:") for term in terms if term.startswith("count:")]
    return [
        [
            f"{covariate.label}: {level}, n (%)",
            *(_share_cell(look_up.loc[(covariate.name, arm.name)], level) for arm in cohort.arms),
        ]
        for level in levels
    ]


def _share_cell(rows: pd.DataFrame, level: str) -> str:
    count = numbers.number(rows.loc[f"count:{level}", "estimate"], 0)
    percent = f"percent:{level}"
    return f"{count} ({numbers.number(rows.loc[percent, 'estimate'], 0)} %)" if percent in rows.index else count


def _mean_sd_cell(look_up: pd.DataFrame, outcome: Outcome, arm: str, size: int) -> str:
    rows = look_up.loc[(outcome.name, arm)]
    if rows.loc["mean", "n"] == 0:
        return "not measured"
    sd = rows["estimate"].get("sd")
    text = numbers.mean_sd(rows.loc["mean", "estimate"], sd, numbers.digits_for(outcome.resolution))
    n = rows.loc["mean", "n"]
    return text if n == size else f"{text}, n = {n}"


def flow_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table:
    """Return who was there at each visit, and how many values of each outcome are missing."""
    flow = pick(descriptives, analysis="flow")
    missing = pick(descriptives, analysis="missing")
    heads = [arm.label for arm in cohort.arms]
    rows, reasons = [], []
    for visit in cohort.visits:
        for term, words in (("randomised", "Randomised"), ("enrolled", "Enrolled"), ("with_data", "With data")):
            row = pick(flow, visit=visit.name, term=term).set_index("arm")["estimate"]
            if len(row):
                rows.append(
                    [f"{visit.label}: {words.lower()}", *(numbers.number(row[arm.name], 0) for arm in cohort.arms)]
                )
        left = pick(flow, visit=visit.name, term="withdrawn").set_index("arm")
        if len(left):
            counts = [numbers.number(left["estimate"].get(arm.name, 0), 0) for arm in cohort.arms]
            rows.append([f"Withdrew after {visit.label.lower()}", *counts])
            for arm in cohort.arms:
                if arm.name in left.index:
                    why = left.loc[arm.name, "note"].removeprefix(f"{SYNTHETIC_NOTE}; ")
                    reasons.append(f"{arm.label}, after {visit.label.lower()}: {why}.")
    for outcome in cohort.outcomes:
        for visit in cohort.visits:
            row = pick(missing, outcome=outcome.name, visit=visit.name, term="missing").set_index("arm")["estimate"]
            if row.sum():
                counts = [numbers.number(row[arm.name], 0) for arm in cohort.arms]
                rows.append([f"{outcome.label} missing, {visit.label.lower()}", *counts])
    notes = ["Numbers of participants. An outcome and visit without a row has no missing values.", *reasons]
    source = pd.concat([flow, missing], ignore_index=True)
    return _table("participant_flow", "Participant flow and missing values", rows, ["", *heads], notes, source, cohort)


def results_table(descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return observed means by arm and the main comparison of the arms, outcome by outcome and visit by visit."""
    main = results[results["role"].isin(["primary", "secondary"])]
    observed = pick(descriptives, analysis="observed_mean").set_index(["outcome", "arm", "visit", "term"])["estimate"]
    counts = pick(descriptives, analysis="observed_mean", term="mean").set_index(["outcome", "arm", "visit"])["n"]
    rows = []
    for outcome in cohort.outcomes:
        digits = numbers.digits_for(outcome.resolution)
        for visit in cohort.post_visits:
            here = pick(main, outcome=outcome.name, visit=visit.name).set_index("arm")
            for arm in cohort.intervention_arms:
                cells = []
                for name in (arm.name, cohort.control):
                    key = (outcome.name, name, visit.name)
                    shown = numbers.mean_sd(observed.get((*key, "mean")), observed.get((*key, "sd")), digits)
                    cells += [str(counts[key]), shown]
                row = here.loc[arm.name]
                label = f"{outcome.label} ({outcome.unit})" + (", primary" if row["role"] == "primary" else "")
                rows.append(
                    [
                        label,
                        visit.label,
                        *([arm.label] if len(cohort.intervention_arms) > 1 else []),
                        *cells,
                        numbers.estimate_with_interval(row["estimate"], row["ci_low"], row["ci_high"], digits),
                        numbers.p_value(row["p_value"]) if row["role"] == "primary" else "",
                    ]
                )
    level = numbers.level(analysis.alpha)
    several = len(cohort.intervention_arms) > 1
    first = "Arm" if several else (cohort.intervention_arms[0].label if cohort.intervention_arms else "")
    heads = ["Outcome", "Visit", *(["Compared arm"] if several else [])]
    heads += [
        f"{first}: n",
        f"{first}: mean (SD)",
        f"{cohort.control_arm.label}: n",
        f"{cohort.control_arm.label}: mean (SD)",
    ]
    heads += [f"Difference ({level} CI)", "p"]
    notes = [
        "Means and SDs are as observed. "
        f"Difference: {first.lower() if several else first} minus {cohort.control_arm.label}; "
        + "; ".join(sentence_case(method) for method in main["method"].unique() if method)
        + ".",
        "Only the primary comparison has a p value; everything else is exploratory.",
    ]
    notes += [f"{caveat[:1].upper()}{caveat[1:]}." for caveat in _caveats(main)]
    notes += [
        f"{cohort.outcome(row.outcome).label}, {sentence_case(cohort.visit(row.visit).label)}: {reason(row.note)}."
        for row in main[main["estimate"].isna()].itertuples()
    ]
    source = pd.concat([main, pick(descriptives, analysis="observed_mean")], ignore_index=True)
    return _table("results", "Outcomes and differences between the arms", rows, heads, notes, source, cohort)


def _caveats(rows: pd.DataFrame) -> list[str]:
    """Return what the notes of estimated rows say beyond what the table says anyway, each once."""
    parts = [part for note in rows.loc[rows["estimate"].notna(), "note"] for part in note.split("; ")]
    return [part for part in dict.fromkeys(parts) if part not in ("", SYNTHETIC_NOTE, "exploratory")]


def analyses_table(results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return the analyses as the studies ran them, and those that check the main comparison."""
    shown = results[results["role"].isin(["as_published", "sensitivity"])]
    arms = {arm.name: arm.label for arm in cohort.arms} | {"": ""}
    visits = {visit.name: visit.label for visit in cohort.visits} | {"": ""}
    rows = []
    for row in shown.itertuples():
        outcome = cohort.outcome(row.outcome)
        digits = numbers.digits_for(outcome.resolution)
        against = f"{arms[row.arm]} v {arms[row.reference_arm]}" if row.reference_arm else arms[row.arm]
        rows.append(
            [
                outcome.label,
                f"{ANALYSIS_NAMES[row.analysis]}: {TERM_NAMES[row.term]}",
                against,
                visits[row.visit],
                numbers.estimate_with_interval(row.estimate, row.ci_low, row.ci_high, digits),
                _test(row),
                numbers.p_value(row.p_value),
                "" if pd.isna(row.n) else str(row.n),
            ]
        )
    level = numbers.level(analysis.alpha)
    heads = ["Outcome", "Analysis", "Arm", "Visit", f"Estimate ({level} CI)", "Test", "p", "n"]
    notes = [
        "These are not the answer: they repeat what the studies did, or check the main comparison. All p values unadjusted."
    ]
    if (shown["term"] == CHANGE).any():
        notes.append("A change within one arm is not an effect of the treatment, however small its p value.")
    undone = shown[shown["note"].str.contains("not estimated")]
    notes += [
        f"{cohort.outcome(row.outcome).label}, {ANALYSIS_NAMES[row.analysis]}, {arms[row.arm]}: {reason(row.note)}."
        for row in undone.itertuples()
    ]
    return _table(
        "analyses_as_published", "Analyses as the studies ran them, and checks", rows, heads, notes, shown, cohort
    )


def _test(row: Any) -> str:
    if pd.isna(row.statistic):
        return ""
    if not pd.isna(row.df_numerator):
        return f"F({row.df_numerator:g}, {row.df:g}) = {row.statistic:.2f}"
    return f"z = {row.statistic:.2f}" if pd.isna(row.df) else f"t({row.df:g}) = {row.statistic:.2f}"


def _table(
    name: str,
    title: str,
    rows: list[list[str]],
    heads: list[str],
    notes: Iterable[str],
    source: pd.DataFrame,
    cohort: Cohort,
) -> Table:
    return Table(name, marked(title, cohort.mark), pd.DataFrame(rows, columns=heads), tuple(notes), source)
