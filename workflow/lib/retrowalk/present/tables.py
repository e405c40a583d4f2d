"""The tables of a paper, as text ready to print, each with the rows of the estimate record that it was made from."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from retrowalk.estimates import pick
from retrowalk.plan import Analysis, Cohort, Covariate
from retrowalk.present import numbers
from retrowalk.present.missing_tables import missing_tables
from retrowalk.present.table import Table, marked
from retrowalk.present.wording import (
    ANALYSIS_NAMES,
    NO_CONTROL,
    TERM_NAMES,
    is_corrected,
    model_name,
    primary_p,
    reason,
    sentence,
    sentence_case,
)
from retrowalk.vocabulary import MAIN_ROLES, SYNTHETIC_NOTE

NOT_MEASURED = "not measured"
MIXED_MODELS = ("mmrm", "clda", "random_intercept")


def main_comparisons(results: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return the rows with role primary or secondary, outcomes, visits and arms in the order of the plan."""
    main = results[results["role"].isin(MAIN_ROLES)]
    order = {"outcome": cohort.outcomes, "visit": cohort.visits, "arm": cohort.arms}
    places = {column: {part.name: place for place, part in enumerate(parts)} for column, parts in order.items()}
    return main.sort_values(list(order), key=lambda column: column.map(places[column.name]), kind="stable")


def cohort_tables(descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> list[Table]:
    """Return the tables of one cohort, in the order of a paper."""
    return [
        baseline_table(descriptives, cohort),
        flow_table(descriptives, cohort),
        *missing_tables(descriptives, cohort),
        results_table(descriptives, results, cohort, analysis)
        if cohort.intervention_arms
        else changes_table(descriptives, cohort, analysis),
        analyses_table(results, cohort, analysis),
        *[models_table(results, cohort)] * bool(cohort.intervention_arms),
    ]


def baseline_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table:
    """Return Table 1: covariates and outcomes at baseline by arm, without a test between arms."""
    observed = pick(descriptives, analysis="observed_mean", visit=cohort.baseline.name)
    source = pd.concat([pick(descriptives, analysis="baseline"), observed], ignore_index=True)
    start = pick(descriptives, analysis="flow", visit=cohort.baseline.name)
    sizes = start[start["term"].isin(["randomised", "enrolled"])].set_index("arm")["n"]
    rows = []
    for covariate in cohort.covariates:
        rows += _covariate_rows(source, covariate, cohort, sizes)
    for outcome in cohort.outcomes:
        digits = numbers.digits_for(outcome.resolution)
        cells = [_mean_sd_cell(_of(source, outcome.name, arm.name), digits, sizes[arm.name]) for arm in cohort.arms]
        rows.append([f"{outcome.label} ({outcome.unit}), mean (SD)", *cells])
    heads = [f"{arm.label} (n = {sizes[arm.name]})" for arm in cohort.arms]
    notes = ["SD, standard deviation. Where a cell gives an n, only that many had a value."]
    notes += [
        "No test compares the arms: differences at baseline of a randomised trial are chance."
    ] * cohort.randomised
    return _table("baseline", "Baseline characteristics", rows, ["Characteristic", *heads], notes, source, cohort)


def _of(rows: pd.DataFrame, outcome: str, arm: str) -> pd.DataFrame:
    """Return the rows of one outcome or covariate and arm, by term."""
    return pick(rows, outcome=outcome, arm=arm).set_index("term")


def _covariate_rows(source: pd.DataFrame, covariate: Covariate, cohort: Cohort, sizes: pd.Series) -> list[list[str]]:
    unit = f" ({covariate.unit})" if covariate.unit else ""
    by_arm = {arm.name: _of(source, covariate.name, arm.name) for arm in cohort.arms}
    terms = by_arm[cohort.control].index
    if "mean" in terms:
        cells = [_mean_sd_cell(rows, 1, sizes[arm]) for arm, rows in by_arm.items()]
        return [[f"{covariate.label}{unit}, mean (SD)", *cells]]
    levels = [term.removeprefix("count:") for term in terms if term.startswith("count:")]
    return [
        [
            f"{covariate.label}: {level}, n (%)",
            *(_share_cell(rows, level, sizes[arm]) for arm, rows in by_arm.items()),
        ]
        for level in levels
    ]


def _share_cell(rows: pd.DataFrame, level: str, size: int) -> str:
    n = rows.loc[f"count:{level}", "n"]
    if n == 0:
        return NOT_MEASURED
    count, percent = (numbers.number(rows.loc[f"{term}:{level}", "estimate"], 0) for term in ("count", "percent"))
    return _with_n(f"{count} ({percent} %)", n, size)


def _mean_sd_cell(rows: pd.DataFrame, digits: int, size: int) -> str:
    n = rows.loc["mean", "n"]
    if n == 0:
        return NOT_MEASURED
    return _with_n(numbers.mean_sd(rows.loc["mean", "estimate"], rows["estimate"].get("sd"), digits), n, size)


def _with_n(text: str, n: int, size: int) -> str:
    return text if n == size else f"{text}, n = {n}"


def flow_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table:
    """Return who was there at each visit, and how many values of each outcome are missing."""
    flow = pick(descriptives, analysis="flow")
    missing = pick(descriptives, analysis="missing")
    heads = [arm.label for arm in cohort.arms]
    rows, reasons = [], []
    for visit in cohort.visits:
        for term in ("randomised", "enrolled", "with_data"):
            row = pick(flow, visit=visit.name, term=term).set_index("arm")["estimate"]
            if len(row):
                counts = [numbers.number(row[arm.name], 0) for arm in cohort.arms]
                rows.append([f"{visit.label}: {term.replace('_', ' ')}", *counts])
        left = pick(flow, visit=visit.name, term="withdrawn").set_index("arm")
        if len(left):
            after = f"after {sentence_case(visit.label)}"
            counts = [numbers.number(left["estimate"].get(arm.name, 0), 0) for arm in cohort.arms]
            rows.append([f"Withdrew {after}", *counts])
            for arm in cohort.arms:
                if arm.name in left.index:
                    why = left.loc[arm.name, "note"].removeprefix(f"{SYNTHETIC_NOTE}; ")
                    reasons.append(f"{arm.label}, withdrew {after}: {why}.")
    for outcome in cohort.outcomes:
        for visit in cohort.visits:
            row = pick(missing, outcome=outcome.name, visit=visit.name, term="missing").set_index("arm")["estimate"]
            if row.sum():
                counts = [numbers.number(row[arm.name], 0) for arm in cohort.arms]
                rows.append([f"{outcome.label} missing, {sentence_case(visit.label)}", *counts])
    notes = ["An outcome and visit without a row has no missing values.", *reasons]
    source = pd.concat([flow, missing], ignore_index=True)
    heads = ["Number of participants", *heads]
    return _table("participant_flow", "Participant flow and missing values", rows, heads, notes, source, cohort)


def results_table(descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return observed means by arm and the main comparison of the arms, outcome by outcome and visit by visit."""
    main = main_comparisons(results, cohort)
    observed = pick(descriptives, analysis="observed_mean")
    several, corrected = len(cohort.intervention_arms) > 1, is_corrected(cohort, analysis)
    rows = []
    for _, row in main.iterrows():
        outcome, visit = cohort.outcome(row["outcome"]), cohort.visit(row["visit"])
        is_primary = row["role"] == "primary"
        digits = numbers.digits_for(outcome.resolution)
        here = pick(observed, visit=visit.name)
        rows.append(
            [
                f"{outcome.label} ({outcome.unit}){', primary' * is_primary}",
                visit.label,
                *[cohort.arm(row["arm"]).label] * several,
                *_n_and_mean(_of(here, outcome.name, row["arm"]), digits),
                *_n_and_mean(_of(here, outcome.name, cohort.control), digits),
                numbers.estimate_with_interval(row["estimate"], row["ci_low"], row["ci_high"], digits),
                numbers.p_value(primary_p(row)) if is_primary else "",
            ]
        )
    control, compared = cohort.control_arm.label, "Arm" if several else cohort.intervention_arms[0].label
    heads = ["Outcome", "Visit", *["Compared arm"] * several]
    heads += [f"{label}: {what}" for label in (compared, control) for what in ("n", "mean (SD)")]
    heads += [f"Difference ({numbers.level(analysis.alpha)} CI)", "p (Holm)" if corrected else "p"]
    methods = "; ".join(sentence_case(method) for method in main["method"].unique() if method)
    notes = [
        "Means and SDs are as observed.",
        f"Difference: {'compared arm' if several else compared} minus {control}{methods and '; '}{methods}.",
        f"Only the primary comparison{'s have' if several else ' has'} a p value; everything else is exploratory.",
    ]
    notes += ["The p values are corrected for several arms by Holm's method; the intervals are not."] * corrected

    def name(row: Any) -> str:
        return f"{cohort.outcome(row.outcome).label}, {sentence_case(cohort.visit(row.visit).label)}"

    notes += _caveats(main, name)
    notes += [f"{name(row)}: {reason(row.note)}." for row in main[main["estimate"].isna()].itertuples()]
    source = pd.concat([main, observed], ignore_index=True)
    return _table("results", "Outcomes and differences between the arms", rows, heads, notes, source, cohort)


def _n_and_mean(rows: pd.DataFrame, digits: int) -> list[str]:
    estimates = rows["estimate"]
    return [str(rows.loc["mean", "n"]), numbers.mean_sd(estimates["mean"], estimates.get("sd"), digits)]


def changes_table(descriptives: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return observed means and changes of a single group, which has nothing to be compared with."""
    observed = pick(descriptives, analysis="observed_mean")
    rows = []
    for outcome in cohort.outcomes:
        digits = numbers.digits_for(outcome.resolution)
        for visit in cohort.post_visits:
            here = _of(pick(observed, visit=visit.name), outcome.name, cohort.control)
            change = here.loc["mean_change"]
            shown = numbers.estimate_with_interval(change["estimate"], change["ci_low"], change["ci_high"], digits)
            label = f"{outcome.label} ({outcome.unit}){', primary' * outcome.primary}"
            rows.append([label, visit.label, *_n_and_mean(here, digits), str(change["n"]), shown])
    heads = ["Outcome", "Visit", "n", "Mean (SD)", "n at both visits"]
    heads += [f"Mean change since baseline ({numbers.level(analysis.alpha)} CI)"]
    notes = ["Means, SDs and changes are as observed; a change is of those measured at both visits.", NO_CONTROL]
    return _table("results", "Outcomes and changes since baseline", rows, heads, notes, observed, cohort)


def _caveats(rows: pd.DataFrame, name: Callable[[Any], str], about: str = "") -> list[str]:
    """Return what the notes of `rows` say beyond what every table says, with the names of the rows it is not true of all."""
    done = [row for row in rows.itertuples() if not (pd.isna(row.estimate) and pd.isna(row.statistic))]
    said: dict[str, list[str]] = {}
    for row in done:
        for caveat in row.note.split("; "):
            if caveat not in ("", SYNTHETIC_NOTE, "exploratory"):
                said.setdefault(caveat, []).append(name(row))
    notes = []
    for caveat, names in said.items():
        whose = [about] * bool(about) + list(dict.fromkeys(names)) * (len(names) < len(done))
        notes.append(sentence(f"{', '.join(whose)}: {caveat}" if whose else caveat))
    return notes


def analyses_table(results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return the analyses as the studies ran them, and those that check the main comparison."""
    shown = results[results["role"].isin(["as_published", "sensitivity"])]
    arms = {arm.name: arm.label for arm in cohort.arms} | {"": ""}
    visits = {visit.name: visit.label for visit in cohort.visits} | {"": ""}
    rows = []
    for row in shown.itertuples():
        outcome = cohort.outcome(row.outcome)
        digits = numbers.digits_for(outcome.resolution)
        against = f"{arms[row.arm]} minus {arms[row.reference_arm]}" if row.reference_arm else arms[row.arm]
        rows.append(
            [
                f"{outcome.label} ({outcome.unit})",
                f"{model_name(row)}: {TERM_NAMES[row.term]}",
                against,
                visits[row.visit],
                numbers.estimate_with_interval(row.estimate, row.ci_low, row.ci_high, digits),
                _test(row),
                numbers.p_value(row.p_value),
                "" if pd.isna(row.n) else str(row.n),
            ]
        )
    level = numbers.level(analysis.alpha)
    heads = ["Outcome", "Analysis", "Arms", "Visit", f"Estimate ({level} CI)", "Test", "p", "n"]
    notes = [
        "These are not the answer: they repeat what the studies did, or check the main comparison. All p values unadjusted."
    ]
    for name, group in shown.groupby("analysis", sort=False):
        notes += _caveats(group, lambda row: cohort.outcome(row.outcome).label, ANALYSIS_NAMES[name])
    for row in shown[shown["note"].str.contains("not estimated")].itertuples():
        where = [cohort.outcome(row.outcome).label, ANALYSIS_NAMES[row.analysis], arms[row.arm], visits[row.visit]]
        notes.append(f"{', '.join(filter(None, where))}: {reason(row.note)}.")
    return _table(
        "analyses_as_published", "Analyses as the studies ran them, and checks", rows, heads, notes, shown, cohort
    )


def _test(row: Any) -> str:
    if pd.isna(row.statistic) or pd.isna(row.df):
        return ""
    if not pd.isna(row.df_numerator):
        return f"F({row.df_numerator:g}, {numbers.degrees(row.df)}) = {row.statistic:.2f}"
    return f"t({numbers.degrees(row.df)}) = {row.statistic:.2f}"


def models_table(results: pd.DataFrame, cohort: Cohort) -> Table:
    """Return how each mixed model was fitted: covariance structure, degrees of freedom, and what else was tried."""
    shown = results[results["analysis"].isin(MIXED_MODELS) & (results["reference_arm"] != "")]
    rows = []
    for (name, _), group in shown.groupby(["outcome", "analysis"], sort=False):
        fitted = group[group["estimate"].notna()]
        spread = [numbers.degrees(df) for df in (fitted["df"].min(), fitted["df"].max())] if len(fitted) else []
        rows.append(
            [
                cohort.outcome(name).label,
                model_name(group.iloc[0]) + (" (main comparison)" if group["role"].isin(MAIN_ROLES).any() else ""),
                sentence(fitted["method"].iloc[0]).removesuffix(".") if len(fitted) else "Not fitted",
                " to ".join(dict.fromkeys(spread)) or numbers.ABSENT,
                str(fitted["n"].iloc[0]) if len(fitted) else numbers.ABSENT,
            ]
        )
    heads = ["Outcome", "Model", "How it was fitted", "Degrees of freedom", "n"]
    notes = [
        "MMRM, mixed model for repeated measures. Degrees of freedom say how much information there is on the spread behind a "
        "comparison: the fewer, the wider the interval. Shown are the least and the most of the model's comparisons."
    ]
    for kind, group in shown.groupby("analysis", sort=False):
        notes += _caveats(group, lambda row: cohort.outcome(row.outcome).label, ANALYSIS_NAMES[kind])
    missing = shown[shown["estimate"].isna()].drop_duplicates(["outcome", "analysis", "note"])
    notes += [
        f"{cohort.outcome(row.outcome).label}, {ANALYSIS_NAMES[row.analysis]}: {reason(row.note)}."
        for row in missing.itertuples()
    ]
    return _table("mixed_models", "How the mixed models were fitted", rows, heads, notes, shown, cohort)


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
