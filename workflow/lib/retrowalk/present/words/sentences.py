"""Sentences about results. They say what was estimated and how surely, never more."""

from typing import Any

import pandas as pd

from retrowalk.estimates import pick, rows_of
from retrowalk.model.multiplicity import family_of
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Arm, Cohort, Outcome, Visit
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.analyses import TERM_NAMES, model_name
from retrowalk.present.words.facts import cautions, reason
from retrowalk.present.words.phrases import (
    UNPUBLISHED,
    has_important_change,
    important_change,
    is_corrected,
    listing,
    of_cohort,
    of_outcome,
    primary_p,
    refuse_within_arm,
    sentence_case,
    series,
)
from retrowalk.vocabulary import COMPARATORS, DIFFERENCE, DIFFERENCE_IN_CHANGE, SYNTHETIC

UNCERTAIN = "The interval is compatible with a difference in either direction; the result is uncertain."


MINIMISED = "Participants were allocated by minimisation, which balances the arms on selected factors."


def design_sentence(cohort: Cohort) -> str:
    """Say what kind of study it was and when people were measured."""
    arms = listing([arm.label for arm in cohort.arms])
    kind = {
        "parallel": f"A {'randomised' if cohort.randomised else 'non-randomised'} trial comparing {arms}",
        "comparison": f"A comparison of existing groups: {arms}",
        "single_group": f"A single group ({arms}) measured before and after treatment",
    }[cohort.design]
    weeks = listing(
        [of_cohort(f"{visit.week:g}", cohort, "visits", place, "week") for place, visit in enumerate(cohort.visits)]
    )
    compared = cohort.design == "parallel" and cohort.intervention_arms
    against = f" Comparator: {COMPARATORS[cohort.comparator_type]}." if compared else ""
    minimised = f" {MINIMISED}" if cohort.allocation == "minimised" else ""
    return f"{kind}.{minimised} Condition: {cohort.condition}. Measurements at weeks {weeks}.{against}"


def citation_sentence(cohort: Cohort) -> str:
    """Say where a cohort is published, or after what it was simulated."""
    published = cohort.publication.citation.rstrip(".") != UNPUBLISHED
    if cohort.synthetic:
        return (
            f"Simulated, based on: {cohort.publication.citation.rstrip('.')}."
            if published
            else "Simulated, not from a publication."
        )
    return f"{cohort.publication.citation.rstrip('.')}." if published else "Not published."


def flow_sentences(descriptives: pd.DataFrame, cohort: Cohort) -> str:
    """Say how many started in each arm and how many had data at each later visit, the arms in one order."""
    start = "randomised" if cohort.randomised else "enrolled"
    flow = pick(descriptives, analysis="flow")
    counts = {(row.arm, row.visit, row.term): cited.number(row, "estimate", 0) for row in rows_of(flow)}
    started = [f"{arm.label} (n = {counts[arm.name, cohort.baseline.name, start]})" for arm in cohort.arms]
    followed = [
        f"{listing([counts[arm.name, visit.name, 'with_data'] for arm in cohort.arms])} "
        f"had data at {sentence_case(visit.label)}"
        for visit in cohort.post_visits
    ]
    several = len(cohort.arms) > 1
    to = "to" if cohort.randomised else f"in the group{'s' if several else ''}"
    order = " (in the same order)" if several else ""
    return f"Participants were {start} {to} {listing(started)}. Of these{order}, {series(followed, ',')}."


def comparison_sentences(row: pd.Series, cohort: Cohort, descriptives: pd.DataFrame, analysis: Analysis) -> str:
    """Say what one main comparison of arms found: estimate, interval, n, and what the interval allows to be said.

    Parameters
    ----------
    row
        A row of the estimate record with role primary or secondary.
    cohort, analysis
        The plan.
    descriptives
        The cohort's descriptives, for the observed means beside the estimate.

    Raises
    ------
    ValueError
        The row does not compare two arms (`refuse_within_arm`).
    """
    refuse_within_arm(row)
    outcome, arm = cohort.outcome(row["outcome"]), cohort.arm(row["arm"])
    visit = cohort.visit(row["visit"])
    control = cohort.control_arm
    name = sentence_case(outcome.label)
    if pd.isna(row["estimate"]):
        pair = f"{arm.label} and {control.label}"
        return f"{_at(visit.label, cohort)}, {pair} could not be compared for {name}: {reason(row, cohort)}."
    digits = numbers.digits_for(outcome.resolution)
    what = TERM_NAMES[row["term"]].removesuffix(" between arms")
    value = numbers.with_unit_of_difference(cited.number(row, "estimate", digits), outcome.unit)
    span = cited.interval(row, digits)
    return (
        f"{_at(visit.label, cohort)}, {_found(row, cohort, name, digits)} "
        f"({what} {value}, {cited.level(analysis.alpha)} CI {span}{_p(row, cohort, analysis)}; {counts(row, cohort)}). "
        f"{_observed(descriptives, row, (arm, control), digits)} "
        f"{_reading(row, outcome, cohort)}{cautions(row, cohort)}"
    )


def _found(row: pd.Series, cohort: Cohort, name: str, digits: int) -> str:
    arm, control = cohort.arm(row["arm"]).label, cohort.control_arm.label
    size = numbers.number(abs(row["estimate"]), digits)
    unit = cohort.outcome(row["outcome"]).unit
    shown = numbers.with_unit_of_difference(cited.cited(size, row, "estimate", cited.ABSOLUTE), unit)
    about, under = f"the change in {name} from baseline", "in"
    adjusted_for = [sentence_case(each.label) for each in cohort.covariates if each.name in cohort.adjusted_for]
    if row["term"] == DIFFERENCE:
        about, under, adjusted_for = name, "with", ["baseline", *adjusted_for]
    adjusted = f", after adjustment for {listing(adjusted_for)}" if adjusted_for else ""
    if float(size) == 0:
        return f"{about} differed by {shown} between {arm} and {control}{adjusted}"
    way = "higher" if row["estimate"] > 0 else "lower"
    return f"{about} was {shown} {way} {under} {arm} than {under} {control}{adjusted}"


def _p(row: pd.Series, cohort: Cohort, analysis: Analysis) -> str:
    family = family_of(row, cohort) if pd.notna(row["p_adjusted"]) else ""
    if row["role"] != "primary" and not family:
        return ""
    within = f' within the family "{family}"' if family else ""
    corrected = is_corrected(cohort, analysis) or bool(family)
    holm = f" after Holm correction{within}" if corrected else ""
    name = model_name(row)
    name = name if name.isupper() else sentence_case(name)
    df = cited.cited(numbers.degrees(row["df"]), row, "df")
    degrees = f" with {df} degrees of freedom" if pd.notna(row["df"]) else ""
    return f", {cited.p_phrase(row, primary_p(row))}{holm}, {name}{degrees}"


def counts(row: Any, cohort: Cohort) -> str:
    """Return how many participants a comparison has, and how many of the two arms have a value at its visit."""
    several = len(cohort.intervention_arms) > 1
    everyone, here = (" in all arms", " in these two") if several else ("", "")
    n, n_arm, n_reference = (
        cited.cited(str(getattr(row, column)), row, column) for column in ("n", "n_arm", "n_reference")
    )
    return f"n = {n}{everyone}, of whom {n_arm} and {n_reference}{here} had a value at this visit"


def _observed(descriptives: pd.DataFrame, row: pd.Series, arms: tuple[Arm, Arm], digits: int) -> str:
    """Say the observed means (or mean changes, where changes are compared) beside the estimate."""
    about = {"analysis": "observed_mean", "outcome": row["outcome"], "visit": row["visit"]}
    values = {(each.arm, each.term): each for each in rows_of(pick(descriptives, **about))}
    of, what = ("_change", "mean changes") if row["term"] == DIFFERENCE_IN_CHANGE else ("", "means")
    shown = []
    for arm, analysed in zip(arms, (row["n_arm"], row["n_reference"]), strict=True):
        mean = values[arm.name, f"mean{of}"]
        size = "" if mean.n == analysed else f" in {cited.count(mean)} participant{'' if mean.n == 1 else 's'}"
        shown.append(f"{cited.mean_sd(mean, values.get((arm.name, f'sd{of}')), digits)}{size}")
    return f"The observed {what} (SD) were {shown[0]} and {shown[1]}, respectively."


def _reading(row: pd.Series, outcome: Outcome, cohort: Cohort) -> str:
    low, high, worthwhile = row["ci_low"], row["ci_high"], outcome.smallest_worthwhile_effect
    open_ended = low <= 0 <= high
    if open_ended:
        reading = UNCERTAIN
    elif outcome.better == "neither":
        reading = "The interval excludes zero; neither direction of this measure is defined as better."
    else:
        favoured = cohort.arm(row["arm"]) if row["estimate"] * outcome.sign > 0 else cohort.control_arm
        reading = f"{outcome.better.capitalize()} values are better; the whole interval favours {favoured.label}."
    if worthwhile is None:
        return reading
    size = of_outcome(f"{worthwhile:g}", cohort, outcome, "smallest_worthwhile_effect")
    mark = numbers.with_unit_of_difference(size, outcome.unit)
    against = f"the smallest worthwhile effect of {mark} ({outcome.source})"
    if max(abs(low), abs(high)) < worthwhile:
        if open_ended:
            return f"The whole interval is within {against}; any difference is too small to matter."
        return f"{reading} However, the whole interval is within {against}; the difference is too small to matter."
    upward = row["estimate"] > 0 if outcome.better == "neither" else outcome.sign > 0
    near, far = (low, high) if upward else (-high, -low)
    reached = "is beyond" if near >= worthwhile else "includes" if far >= worthwhile else "is below"
    return f"{reading} The interval {reached} {against}."


def change_sentence(
    descriptives: pd.DataFrame, cohort: Cohort, outcome: Outcome, visit: Visit, analysis: Analysis
) -> str:
    """Say how one group changed since baseline, where there is no other to compare it with."""
    about = {"analysis": "observed_mean", "outcome": outcome.name, "visit": visit.name, "term": "mean_change"}
    row = pick(descriptives, **about).iloc[0]
    start = f"{_at(visit.label, cohort)}, the mean change in {sentence_case(outcome.label)} from baseline"
    if pd.isna(row["estimate"]):
        return f"{start} is unknown: no participant was measured at both visits."
    digits = numbers.digits_for(outcome.resolution)
    value = numbers.with_unit_of_difference(cited.number(row, "estimate", digits), outcome.unit)
    span = cited.interval(row, digits)
    n = cited.cited(str(row["n"]), row, "n")
    return f"{start} was {value} ({cited.level(analysis.alpha)} CI {span}; n = {n})."


def _at(visit: str, cohort: Cohort) -> str:
    """Return how a sentence on a visit begins; one on simulated people says so even where it is copied alone."""
    return f"In the {SYNTHETIC} data, at {sentence_case(visit)}" if cohort.synthetic else f"At {sentence_case(visit)}"


def pooled_sentences(pooled: pd.DataFrame, domains: dict[str, str], alpha: float) -> list[str]:
    """Say what each pool of two or more studies gives; ValueError where one compares nothing (`refuse_within_arm`)."""
    sentences = []
    means = pick(pooled, term="pooled")
    for row in rows_of(means[means["estimate"].notna()]):
        refuse_within_arm(row)
        same = {"outcome": row.outcome, "reference_arm": row.reference_arm, "population": row.population}
        count = cited.number(pick(pooled, **same, term="studies").iloc[0], "estimate", 0)
        what = f"{domains[row.outcome]}, {row.population} (comparator: {row.reference_arm})".replace("_", " ")
        g, span, n = cited.number(row, "estimate", 2), cited.interval(row, 2), cited.cited(str(row.n), row, "n")
        reading = f" {UNCERTAIN}" if row.ci_low <= 0 <= row.ci_high else ""
        reading += cautions(row)
        included = f"{count} studies, {n} participants"
        sentences.append(f"{what}: g {g} ({cited.level(alpha)} CI {span}), {included}.{reading}")
    return sentences


def trajectory_description(cohort: Cohort, outcome: Outcome) -> str:
    """Return what a trajectory figure shows, for those who cannot see it and for the file's title."""
    mark = f"{cohort.mark}. " if cohort.synthetic else ""
    visits = listing([sentence_case(visit.label) for visit in cohort.visits])
    arms = listing([arm.label for arm in cohort.arms])
    what = f"{numbers.labelled(outcome.label, outcome.unit)} at {visits}: individual participants and the mean of each arm ({arms})."
    band = f" Also shown: {important_change(outcome)}." if has_important_change(outcome) else ""
    return f"{mark}{what}{band}"
