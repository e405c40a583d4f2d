"""The tables of analyses row by row: sensitivity analyses, simpler analyses, how models were fitted."""

from typing import Any

import pandas as pd

from retrowalk.analyses import CHECKS_OF_MAIN, REGISTER, with_purpose
from retrowalk.estimates import rows_of
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.tables.rows import caveat_notes
from retrowalk.present.tables.table import Table, cohort_table
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.analyses import TERM_NAMES, WORDS, in_population, model_name
from retrowalk.present.words.facts import method, reason
from retrowalk.present.words.phrases import sentence
from retrowalk.vocabulary import MAIN_ROLES, PROBABILITY_HIGHER, SPHERICITY

#: Where a model of the comparison has rows that describe, they are its means; a check that describes has nothing else.
_DESCRIBING = [entry.name for entry in with_purpose(*CHECKS_OF_MAIN) if entry.roles == ("descriptive",)]
_CHECKS = [entry.name for entry in with_purpose(*CHECKS_OF_MAIN)]
_MIXED_MODELS = [entry.name for entry in REGISTER.values() if entry.mixed]
#: What tells the fits of an outcome apart: the model, and the participants.
_FITTED_IN = ["analysis", "population"]


def sensitivity_table(results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return the main comparison of each outcome and, below it, its sensitivity analyses.

    Other models, missing data, populations, single participants, residuals.
    """
    is_main = results["role"].isin(MAIN_ROLES)
    checks = (results["role"] == "sensitivity") & results["analysis"].isin(_CHECKS)
    shown = results[is_main | checks | results["analysis"].isin(_DESCRIBING)]
    order = {outcome.name: place for place, outcome in enumerate(cohort.outcomes)}
    place = pd.DataFrame({"outcome": shown["outcome"].map(order), "check": ~is_main[shown.index]})
    shown = shown.loc[place.sort_values(["outcome", "check"], kind="stable").index]
    first = (
        "The main comparison of each outcome comes first; its sensitivity analyses, each under other assumptions, follow and do not "
        "replace it. p values are not adjusted for multiple comparisons."
    )
    return _analyses("sensitivity_analyses", "Sensitivity analyses", first, shown, cohort, analysis)


def as_studied_table(results: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    """Return simpler analyses, such as t tests of the values after treatment, for comparison."""
    first = (
        "These simpler analyses are shown for comparison and do not replace the main comparison. p values are not adjusted for "
        "multiple comparisons."
    )
    shown = results[results["role"] == "as_published"]
    return _analyses("analyses_as_published", "Simpler analyses, for comparison", first, shown, cohort, analysis)


def _analyses(name: str, title: str, first_note: str, shown: pd.DataFrame, cohort: Cohort, analysis: Analysis) -> Table:
    arms = {arm.name: arm.label for arm in cohort.arms} | {"": ""}
    visits = {visit.name: visit.label for visit in cohort.visits} | {"": ""}
    rows = []
    for row in rows_of(shown):
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
    if cohort.intervention_arms:
        notes.append(f"Each difference is the arm in the row minus {cohort.control_arm.label}.")
    notes += _caveats_by_analysis(shown[~shown["role"].isin(MAIN_ROLES)], cohort)
    missing = shown[shown["reason"] != ""]
    for (outcome, *kind, _), group in missing.groupby(["outcome", *_FITTED_IN, "reason"], sort=False):
        where = [cohort.outcome(outcome).label, _named(*kind, cohort)]
        where += [
            " and ".join(filter(None, dict.fromkeys(group[column].map(labels))))
            for column, labels in (("arm", arms), ("visit", visits))
        ]
        why = reason(rows_of(group)[0], cohort)
        notes.append(f"{', '.join(filter(None, where))}: {why}.")
    return cohort_table(name, title, rows, heads, notes, shown, cohort)


def _caveats_by_analysis(shown: pd.DataFrame, cohort: Cohort) -> list[str]:
    """Return the notes on the caveats of each analysis in each population."""
    notes = []
    for kind, group in shown.groupby(_FITTED_IN, sort=False):
        notes += caveat_notes(group, cohort, lambda row: cohort.outcome(row.outcome).label, _named(*kind, cohort))
    return notes


def _named(analysis: str, population: str, cohort: Cohort) -> str:
    """Return the name of an analysis in notes, as the rows of the table have it."""
    words = WORDS[analysis]
    return in_population(words.name if cohort.randomised else words.name_of_changes or words.name, population)


def _standing(row: Any) -> str:
    return {"primary": "Primary comparison, ", "secondary": "Main comparison, "}.get(row.role, "")


def _estimate(row: Any, digits: int) -> str:
    """Return what a row estimates: in the outcome's unit, a number without a unit, or a standardised size alone."""
    if pd.isna(row.estimate) and row.effect_size_kind in ("d_ppc2", "hedges_g_z", "hedges_g_av"):
        return f"{cited.effect_size(row)} SD"
    digits = numbers.SIZE if row.term in (PROBABILITY_HIGHER, SPHERICITY) else digits
    return cited.estimate_with_interval(row, digits)


def _test(row: Any) -> str:
    if pd.isna(row.statistic):
        return ""
    if pd.isna(row.df):
        entry = REGISTER[row.analysis]
        return f"{entry.letter} = {cited.number(row, 'statistic', entry.decimals)}" if entry.letter else ""
    value, df = cited.number(row, "statistic", numbers.SIZE), cited.degrees(row)
    if row.term == SPHERICITY:
        return f"chi-square({df}) = {value}"
    if not pd.isna(row.df_numerator):
        return f"F({cited.degrees(row, 'df_numerator')}, {df}) = {value}"
    return f"t({df}) = {value}"


def models_table(results: pd.DataFrame, cohort: Cohort) -> Table:
    """Return how each mixed model was fitted: covariance structure, degrees of freedom, and what else was tried."""
    shown = results[results["analysis"].isin(_MIXED_MODELS) & (results["reference_arm"] != "")]
    rows = []
    for (name, *_), group in shown.groupby(["outcome", *_FITTED_IN], sort=False):
        fitted = group[group["estimate"].notna()]
        by_df = rows_of(fitted[fitted["df"].notna()].sort_values("df", kind="stable"))
        least, most = (cited.degrees(row) for row in (by_df[0], by_df[-1])) if by_df else ("", "")
        spread = [least, most] if cited.plain(least) != cited.plain(most) else [least]
        rows.append(
            [
                cohort.outcome(name).label,
                model_name(group.iloc[0]) + (" (main comparison)" if group["role"].isin(MAIN_ROLES).any() else ""),
                sentence(method(fitted.iloc[0], cohort)).removesuffix(".") if len(fitted) else "Not fitted",
                " to ".join(spread) or numbers.ABSENT,
                cited.count(rows_of(fitted)[0]) if len(fitted) else numbers.ABSENT,
            ]
        )
    heads = ["Outcome", "Model", "Specification", "Degrees of freedom", "n"]
    abbreviation = "MMRM, mixed model for repeated measures. " * any("MMRM" in row[1] for row in rows)
    notes = [
        f"{abbreviation}Degrees of freedom reflect how much information the data contain about the "
        "variance of a comparison: the fewer there are, the wider the interval. If the comparisons of a model differ, the lowest and "
        "the highest are shown."
    ]
    notes += _caveats_by_analysis(shown, cohort)
    missing = shown[shown["estimate"].isna()].drop_duplicates(["outcome", *_FITTED_IN, "reason"])
    notes += [
        f"{cohort.outcome(row.outcome).label}, {_named(row.analysis, row.population, cohort)}: {reason(row, cohort)}."
        for row in rows_of(missing)
    ]
    return cohort_table(
        "mixed_models", "Mixed models: specification and degrees of freedom", rows, heads, notes, shown, cohort
    )
