"""The tables of a paper, as text ready to print, each with the rows of the estimate record that it was made from."""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from retrowalk.estimates import pick
from retrowalk.plan import Analysis, Cohort, Covariate, Outcome
from retrowalk.present import cited, numbers
from retrowalk.present.table import Table, cohort_table
from retrowalk.present.wording import (
    ANALYSIS_NAMES,
    NO_CONTROL,
    TERM_NAMES,
    is_corrected,
    listing,
    model_name,
    primary_p,
    reason,
    sentence,
    sentence_case,
)
from retrowalk.vocabulary import (
    ANALYSED,
    MAIN_ROLES,
    PROBABILITY_HIGHER,
    SPHERICITY,
    STANDARDISED_DIFFERENCE,
    SYNTHETIC_NOTE,
)

NOT_MEASURED = "not measured"
SMD = (
    "SMD, standardised mean difference, in SDs, no test: of a category with two levels that of the first one's share, of one with "
    "more levels a distance without a sign."
)
EFFECT_SIZE = (
    "Effect size: Hedges g of the adjusted difference, in SDs of the values at the visit, pooled over the arms; positive where it "
    "favours the arm."
)
MIXED_MODELS = ("mmrm", "clda", "random_intercept")


def main_comparisons(results: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Return the rows with role primary or secondary, outcomes, visits and arms in the order of the plan."""
    main = results[results["role"].isin(MAIN_ROLES)]
    order = {"outcome": cohort.outcomes, "visit": cohort.visits, "arm": cohort.arms}
    places = {column: {part.name: place for place, part in enumerate(parts)} for column, parts in order.items()}
    return main.sort_values(list(order), key=lambda column: column.map(places[column.name]), kind="stable")


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
        cells = [_mean_sd_cell(_of(source, outcome.name, arm.name), digits, sizes[arm.name]) for arm in cohort.arms]
        apart = _standardised(source, outcome.name)
        rows.append([f"{numbers.labelled(outcome.label, outcome.unit)}, mean (SD)", *cells, *apart])
    heads = [f"{arm.label} (n = {sizes[arm.name]})" for arm in cohort.arms]
    notes = ["SD, standard deviation. Where a cell gives an n, only that many had a value."]
    if STANDARDISED_DIFFERENCE in set(source["term"]):
        several = len(cohort.intervention_arms) > 1
        heads += [f"SMD, {arm.label}" if several else "SMD" for arm in cohort.intervention_arms]
        notes.append(
            f"{SMD} {'Each arm' if several else cohort.intervention_arms[0].label} minus {cohort.control_arm.label}."
        )
    notes += [
        "No test compares the arms: differences at baseline of a randomised trial are chance."
    ] * cohort.randomised
    return cohort_table("baseline", "Baseline characteristics", rows, ["Characteristic", *heads], notes, source, cohort)


def _standardised(source: pd.DataFrame, outcome: str) -> list[str]:
    """Return the standardised mean difference of each arm but the control; nothing where they were not asked for."""
    rows = pick(source, outcome=outcome, term=STANDARDISED_DIFFERENCE)
    return [cited.number(row, "estimate", numbers.SIZE) for row in rows.itertuples()]


def _of(rows: pd.DataFrame, outcome: str, arm: str) -> dict[str, Any]:
    """Return the rows of one outcome or covariate and arm, by term."""
    return {row.term: row for row in pick(rows, outcome=outcome, arm=arm).itertuples()}


def _covariate_rows(source: pd.DataFrame, covariate: Covariate, cohort: Cohort, sizes: pd.Series) -> list[list[str]]:
    by_arm = {arm.name: _of(source, covariate.name, arm.name) for arm in cohort.arms}
    terms, apart = by_arm[cohort.control], _standardised(source, covariate.name)
    if "mean" in terms:
        digits = numbers.digits_of_sd(max(rows["sd"].estimate for rows in by_arm.values()))
        cells = [_mean_sd_cell(rows, digits, sizes[arm]) for arm, rows in by_arm.items()]
        return [[f"{numbers.labelled(covariate.label, covariate.unit)}, mean (SD)", *cells, *apart]]
    levels = [term.removeprefix("count:") for term in terms if term.startswith("count:")]
    return [
        [
            f"{covariate.label}: {level}, n (%)",
            *(_share_cell(rows, level, sizes[arm]) for arm, rows in by_arm.items()),
            *([""] * len(apart) if place else apart),
        ]
        for place, level in enumerate(levels)
    ]


def _share_cell(rows: dict[str, Any], level: str, size: int) -> str:
    if rows[f"count:{level}"].n == 0:
        return NOT_MEASURED
    count, percent = (cited.number(rows[f"{term}:{level}"], "estimate", 0) for term in ("count", "percent"))
    return with_n(f"{count} ({percent} %)", rows[f"count:{level}"], size)


def _mean_sd_cell(rows: dict[str, Any], digits: int, size: int) -> str:
    if rows["mean"].n == 0:
        return NOT_MEASURED
    return with_n(cited.mean_sd(rows["mean"], rows.get("sd"), digits), rows["mean"], size)


def with_n(text: str, row: Any, size: int) -> str:
    """Return a cell with the n of its row, where not everybody of the arm is in it."""
    return text if row.n == size else f"{text}, n = {cited.count(row)}"


def flow_table(descriptives: pd.DataFrame, cohort: Cohort) -> Table:
    """Return who was there at each visit, who withdrew, and why."""
    flow = pick(descriptives, analysis="flow")
    heads = [arm.label for arm in cohort.arms]
    rows, reasons = [], []
    for visit in cohort.visits:
        for term in ("randomised", "enrolled", "with_data"):
            by_arm = _by_arm(pick(flow, visit=visit.name, term=term))
            if by_arm:
                counts = [cited.count(by_arm[arm.name], "estimate") for arm in cohort.arms]
                rows.append([f"{visit.label}: {term.replace('_', ' ')}", *counts])
        left = _by_arm(pick(flow, visit=visit.name, term="withdrawn"))
        if left:
            after = f"after {sentence_case(visit.label)}"
            counts = [
                cited.count(left[arm.name], "estimate") if arm.name in left else numbers.number(0, 0)
                for arm in cohort.arms
            ]
            rows.append([f"Withdrew {after}", *counts])
            for arm in cohort.arms:
                if arm.name in left:
                    why = left[arm.name].note.removeprefix(f"{SYNTHETIC_NOTE}; ")
                    reasons.append(f"{arm.label}, withdrew {after}: {why}.")
    heads = ["Number of participants", *heads]
    return cohort_table("participant_flow", "Participant flow", rows, heads, reasons, flow, cohort)


def _by_arm(rows: pd.DataFrame) -> dict[str, Any]:
    return {row.arm: row for row in rows.itertuples()}


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
        compared, in_model = _by_arm(group), _by_arm(pick(analysed, outcome=outcome_name))
        digits = numbers.digits_for(outcome.resolution)
        is_primary = "primary" in set(group["role"])
        name = f"{numbers.labelled(outcome.label, outcome.unit)}{', primary' * is_primary}"
        for arm in [arm for arm in cohort.arms if arm.name in compared or arm == cohort.control_arm]:
            row = compared.get(arm.name)
            here = _of(pick(observed, visit=visit_name), outcome_name, arm.name)
            rows.append(
                [
                    name,
                    visit.label,
                    arm.label,
                    _analysed(in_model.get(arm.name), row, group),
                    *_n_and_mean(here, digits),
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
    methods = "; ".join(sentence_case(method) for method in main["method"].unique() if method)
    notes = [
        "n analysed, participants of the arm that the comparison was fitted to, some without a value at this visit; n with data, "
        "those with one. Means, SDs and changes since baseline are as observed.",
        f"Difference: {'each other arm' if several else cohort.intervention_arms[0].label} minus {control}"
        f"{methods and '; '}{methods}.",
        *[EFFECT_SIZE] * sized,
        f"Only the primary comparison{'s have' if several else ' has'} a p value{_or_family(cohort, analysis)}; everything else is exploratory.",
    ]
    notes += ["The p values are corrected for several arms by Holm's method; the intervals are not."] * corrected

    def name(row: Any) -> str:
        return f"{cohort.outcome(row.outcome).label}, {sentence_case(cohort.visit(row.visit).label)}"

    notes += _caveats(main, name)
    notes += [f"{name(row)}: {reason(row.note)}." for row in main[main["estimate"].isna()].itertuples()]
    source = pd.concat([main, analysed, observed], ignore_index=True)
    return cohort_table("results", "Outcomes and differences between the arms", rows, heads, notes, source, cohort)


def _analysed(in_model: Any, row: Any, comparisons: pd.DataFrame) -> str:
    """Return how many of an arm the comparison was fitted to; without a mixed model those with a value at the visit.

    `row` is the comparison of this arm, None of the control, whose number stands in each of the `comparisons` that was made.
    """
    if in_model is not None:
        return cited.count(in_model, "estimate")
    if row is not None:
        return cited.count(row, "n_arm")
    made = comparisons[comparisons["n_reference"].notna()]
    return cited.count(next(made.itertuples()), "n_reference") if len(made) else numbers.ABSENT


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
    return (
        f", and the outcomes of the family {declared}, whose p values are corrected by Holm's method"
        if declared
        else ""
    )


def _n_and_mean(rows: dict[str, Any], digits: int) -> list[str]:
    return [cited.count(rows["mean"]), cited.mean_sd(rows["mean"], rows.get("sd"), digits)]


def changes_table(descriptives: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return observed means and changes of a single group, which has nothing to be compared with."""
    observed = pick(descriptives, analysis="observed_mean")
    rows = []
    for outcome in cohort.outcomes:
        digits = numbers.digits_for(outcome.resolution)
        for visit in cohort.post_visits:
            here = _of(pick(observed, visit=visit.name), outcome.name, cohort.control)
            change = here["mean_change"]
            shown = cited.estimate_with_interval(change, digits)
            label = f"{numbers.labelled(outcome.label, outcome.unit)}{', primary' * outcome.primary}"
            rows.append([label, visit.label, *_n_and_mean(here, digits), cited.count(change), shown])
    heads = ["Outcome", "Visit", "n", "Mean (SD)", "n at both visits"]
    heads += [f"Mean change since baseline ({numbers.level(analysis.alpha)} CI)"]
    notes = ["Means, SDs and changes are as observed; a change is of those measured at both visits.", NO_CONTROL]
    return cohort_table("results", "Outcomes and changes since baseline", rows, heads, notes, observed, cohort)


#: Caveats that another part of the page says: how many values were imputed, and of which family an outcome is.
_SAID_ELSEWHERE = re.compile("^corrected by Holm|values imputed$")


def _caveats(rows: pd.DataFrame, name: Callable[[Any], str], about: str = "") -> list[str]:
    """Return what the notes of `rows` say beyond what every table says, with the names of the rows it is not true of all."""
    done = [row for row in rows.itertuples() if not (pd.isna(row.estimate) and pd.isna(row.statistic))]
    said: dict[str, list[str]] = {}
    for row in done:
        for caveat in row.note.split("; "):
            if caveat not in ("", SYNTHETIC_NOTE, "exploratory") and not _SAID_ELSEWHERE.search(caveat):
                # "Complete cases: complete cases: 2 left out" says it once.
                said.setdefault(caveat.removeprefix(f"{sentence_case(about)}: "), []).append(name(row))
    notes = []
    for caveat, names in said.items():
        whose = [about] * bool(about) + list(dict.fromkeys(names)) * (len(names) < len(done))
        notes.append(sentence(f"{', '.join(whose)}: {caveat}" if whose else caveat))
    return notes


def sensitivity_table(results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return the main comparison of each outcome and, below it, what checks it.

    Other models, missing data, populations, single participants, residuals.
    """
    is_main = results["role"].isin(MAIN_ROLES)
    checks = (results["role"] == "sensitivity") | (results["analysis"] == "assumptions")
    shown = results[is_main | (checks & (results["analysis"] != "responders"))]
    order = {outcome.name: place for place, outcome in enumerate(cohort.outcomes)}
    place = pd.DataFrame({"outcome": shown["outcome"].map(order), "check": ~is_main[shown.index]})
    shown = shown.loc[place.sort_values(["outcome", "check"], kind="stable").index]
    first = (
        "The main comparison stands first; what is below it is not the answer but checks it, each by other assumptions. All p "
        "values are unadjusted."
    )
    return _analyses("sensitivity_analyses", "Checks of the main comparison", first, shown, cohort, analysis)


def published_table(results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return the analyses as the studies ran them."""
    first = "These are not the answer: they repeat what the studies did. All p values are unadjusted."
    shown = results[results["role"] == "as_published"]
    return _analyses("analyses_as_published", "Analyses as the studies ran them", first, shown, cohort, analysis)


def _analyses(name: str, title: str, first_note: str, shown: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    arms = {arm.name: arm.label for arm in cohort.arms} | {"": ""}
    visits = {visit.name: visit.label for visit in cohort.visits} | {"": ""}
    rows = []
    for row in shown.itertuples():
        outcome = cohort.outcome(row.outcome)
        rows.append(
            [
                numbers.labelled(outcome.label, outcome.unit),
                f"{_standing(row)}{model_name(row)}: {TERM_NAMES[row.term]}",
                arms[row.arm],
                visits[row.visit],
                _estimate(row, numbers.digits_for(outcome.resolution)),
                _test(row),
                cited.p_value(row) if row.role != "secondary" else "",
                "" if pd.isna(row.n) else cited.count(row),
            ]
        )
    level = numbers.level(analysis.alpha)
    heads = ["Outcome", "Analysis", "Arm", "Visit", f"Estimate ({level} CI)", "Test", "p", "n"]
    notes = [first_note]
    notes += [f"A difference is the arm minus {cohort.control_arm.label}."] * bool(cohort.intervention_arms)
    for kind, group in shown[~shown["role"].isin(MAIN_ROLES)].groupby("analysis", sort=False):
        notes += _caveats(group, lambda row: cohort.outcome(row.outcome).label, ANALYSIS_NAMES[kind])
    missing = shown[shown["note"].str.contains("not estimated")]
    for (outcome, kind, why), group in missing.assign(why=missing["note"].map(reason)).groupby(
        ["outcome", "analysis", "why"], sort=False
    ):
        where = [cohort.outcome(outcome).label, ANALYSIS_NAMES[kind]]
        where += [
            " and ".join(filter(None, dict.fromkeys(group[column].map(labels))))
            for column, labels in (("arm", arms), ("visit", visits))
        ]
        notes.append(f"{', '.join(filter(None, where))}: {why}.")
    return cohort_table(name, title, rows, heads, notes, shown, cohort)


def _standing(row: Any) -> str:
    return {"primary": "Primary comparison, ", "secondary": "Main comparison, "}.get(row.role, "")


def _estimate(row: Any, digits: int) -> str:
    """Return what a row estimates: in the outcome's unit, a number without a unit, or a standardised size alone."""
    if pd.isna(row.estimate) and row.effect_size_kind in ("d_ppc2", "hedges_g_z", "hedges_g_av"):
        return f"{cited.effect_size(row)} SD"
    digits = numbers.SIZE if row.term in (PROBABILITY_HIGHER, SPHERICITY) else digits
    return cited.estimate_with_interval(row, digits)


#: The letter and the decimals of a statistic that has no degrees of freedom.
_LETTERS = {"mann_whitney": ("U", 1), "wilcoxon": ("V", 1), "permutation": ("t", numbers.SIZE), "assumptions": ("W", 3)}


def _test(row: Any) -> str:
    if pd.isna(row.statistic):
        return ""
    if pd.isna(row.df):
        letter, digits = _LETTERS.get(row.analysis, ("", 0))
        return f"{letter} = {cited.number(row, 'statistic', digits)}" if letter else ""
    value, df = cited.number(row, "statistic", numbers.SIZE), cited.degrees(row)
    if row.term == SPHERICITY:
        return f"chi-square({df}) = {value}"
    if not pd.isna(row.df_numerator):
        return f"F({cited.degrees(row, 'df_numerator')}, {df}) = {value}"
    return f"t({df}) = {value}"


def models_table(results: pd.DataFrame, cohort: Cohort) -> Table:
    """Return how each mixed model was fitted: covariance structure, degrees of freedom, and what else was tried."""
    shown = results[results["analysis"].isin(MIXED_MODELS) & (results["reference_arm"] != "")]
    rows = []
    for (name, _), group in shown.groupby(["outcome", "analysis"], sort=False):
        fitted = group[group["estimate"].notna()]
        by_df = list(fitted[fitted["df"].notna()].sort_values("df", kind="stable").itertuples())
        least, most = (cited.degrees(row) for row in (by_df[0], by_df[-1])) if by_df else ("", "")
        spread = [least, most] if cited.plain(least) != cited.plain(most) else [least]
        rows.append(
            [
                cohort.outcome(name).label,
                model_name(group.iloc[0]) + (" (main comparison)" if group["role"].isin(MAIN_ROLES).any() else ""),
                sentence(fitted["method"].iloc[0]).removesuffix(".") if len(fitted) else "Not fitted",
                " to ".join(spread) or numbers.ABSENT,
                cited.count(next(fitted.itertuples())) if len(fitted) else numbers.ABSENT,
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
    return cohort_table("mixed_models", "How the mixed models were fitted", rows, heads, notes, shown, cohort)
