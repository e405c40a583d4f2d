"""Sentences about results. They say what was estimated and how surely, never more."""

import pandas as pd

from retrowalk.estimates import pick
from retrowalk.plan import Analysis, Arm, Cohort, Outcome
from retrowalk.present import numbers
from retrowalk.vocabulary import CHANGE, COMPARATORS, DIFFERENCE, DIFFERENCE_IN_CHANGE, MARGINAL_MEAN

ANALYSIS_NAMES = {
    "ancova": "ANCOVA",
    "random_intercept": "Random-intercept model",
    "paired_t": "Paired t test",
    "mixed_anova": "Mixed ANOVA",
    "student_post": "Student t test",
}
TERM_NAMES = {
    DIFFERENCE: "difference between arms",
    DIFFERENCE_IN_CHANGE: "difference in change",
    MARGINAL_MEAN: "adjusted mean",
    CHANGE: "change within the arm",
    "arm": "arm",
    "visit": "visit",
    "arm:visit": "arm by visit",
}
UNCERTAIN = "The interval holds differences in either direction: the result is uncertain, which is not the same as no difference."


def sentence_case(text: str) -> str:
    """Return text with its first letter small, unless it is an abbreviation or a name."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def listing(words: list[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def reason(note: str) -> str:
    """Return why something was not estimated: the part of a note that says so."""
    return note.rpartition("not estimated: ")[2]


def design_sentence(cohort: Cohort) -> str:
    """Say what kind of study it was and when people were measured."""
    arms = listing([arm.label for arm in cohort.arms])
    kind = {
        "parallel": f"A {'randomised' if cohort.randomised else 'non-randomised'} trial of {arms}",
        "comparison": f"A comparison of {arms}, groups that were not allocated",
        "single_group": f"A single group, {arms}, before and after",
    }[cohort.design]
    weeks = listing([f"{visit.week:g}" for visit in cohort.visits])
    against = COMPARATORS[cohort.comparator_type]
    return f"{kind}. Condition: {cohort.condition}. Measured at weeks {weeks}. Comparator: {against}."


def flow_sentences(descriptives: pd.DataFrame, cohort: Cohort) -> str:
    """Say how many started in each arm and how many had data at each later visit, the arms in one order."""
    start = "randomised" if cohort.randomised else "enrolled"
    counts = pick(descriptives, analysis="flow").set_index(["arm", "visit", "term"])["estimate"].astype(int)
    started = [f"{arm.label}, {counts[arm.name, cohort.baseline.name, start]}" for arm in cohort.arms]
    followed = [
        f"{listing([str(counts[arm.name, visit.name, 'with_data']) for arm in cohort.arms])} "
        f"had data at {sentence_case(visit.label)}"
        for visit in cohort.post_visits
    ]
    order = ", in the same order" if len(cohort.arms) > 1 else ""
    return f"Participants {start}: {'; '.join(started)}. Of these{order}, {listing(followed)}."


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
    """
    outcome, arm = cohort.outcome(row["outcome"]), cohort.arm(row["arm"])
    visit = cohort.visit(row["visit"])
    control = cohort.control_arm
    name = sentence_case(outcome.label)
    if pd.isna(row["estimate"]):
        return f"At {sentence_case(visit.label)}, the arms could not be compared for {name}: {reason(row['note'])}."
    digits = numbers.digits_for(outcome.resolution)
    size = numbers.with_unit(numbers.number(abs(row["estimate"]), digits), outcome.unit)
    way = "higher" if row["estimate"] > 0 else "lower"
    span = numbers.interval(row["ci_low"], row["ci_high"], digits)
    p = f", {numbers.p_phrase(row['p_value'])}" if row["role"] == "primary" else ""
    counts = f"n = {row['n']}, {row['n_arm']} and {row['n_reference']} with a value at the visit"
    if row["term"] == DIFFERENCE:
        adjusted = listing(["baseline", *(_covariate_label(cohort, name) for name in cohort.adjusted_for)])
        found = f"{name} was {size} {way} with {arm.label} than with {control.label}, adjusted for {adjusted}"
        what = "difference"
    else:
        found = f"the change in {name} since baseline was {size} {way} in {arm.label} than in {control.label}"
        what = "difference in change"
    value = numbers.with_unit(numbers.number(row["estimate"], digits), outcome.unit)
    level = numbers.level(analysis.alpha)
    return (
        f"At {sentence_case(visit.label)}, {found} ({what} {value}, {level} CI {span}{p}; {counts}). "
        f"{_observed(descriptives, row, (arm, control), digits)} "
        f"{_reading(row, outcome, arm, control, digits)}"
    )


def _covariate_label(cohort: Cohort, name: str) -> str:
    return next(sentence_case(covariate.label) for covariate in cohort.covariates if covariate.name == name)


def _observed(descriptives: pd.DataFrame, row: pd.Series, arms: tuple[Arm, Arm], digits: int) -> str:
    """Say the observed means (or mean changes, where changes are compared) beside the estimate."""
    about = {"analysis": "observed_mean", "outcome": row["outcome"], "visit": row["visit"]}
    values = pick(descriptives, **about).set_index(["arm", "term"])["estimate"]
    of, what = ("_change", "mean changes") if row["term"] == DIFFERENCE_IN_CHANGE else ("", "means")
    shown = [
        numbers.mean_sd(values.get((arm.name, f"mean{of}")), values.get((arm.name, f"sd{of}")), digits) for arm in arms
    ]
    return f"The observed {what} (SD) were {shown[0]} and {shown[1]}."


def _reading(row: pd.Series, outcome: Outcome, arm: Arm, control: Arm, digits: int) -> str:
    low, high, worthwhile = row["ci_low"], row["ci_high"], outcome.smallest_worthwhile_effect
    small = ""
    if worthwhile is not None:
        mark = numbers.with_unit(numbers.number(worthwhile, digits), outcome.unit)
        against = f"the smallest worthwhile effect of {mark} ({outcome.source})"
        if max(abs(low), abs(high)) < worthwhile:
            return f"The whole interval lies inside {against}: if there is a difference, it is too small to matter."
        toward = (low, high) if outcome.sign > 0 else (-high, -low)
        reached = "is beyond" if toward[0] >= worthwhile else "includes" if toward[1] >= worthwhile else "stays below"
        small = f" It {reached} {against}."
    if low <= 0 <= high:
        return f"{UNCERTAIN}{small}"
    if outcome.better == "neither":
        return f"The interval excludes zero; neither direction of this measure is known to be better.{small}"
    favoured = arm if row["estimate"] * outcome.sign > 0 else control
    return f"{outcome.better.capitalize()} is better: the whole interval favours {favoured.label}.{small}"


def pooled_sentences(pooled: pd.DataFrame, domains: dict[str, str], alpha: float) -> list[str]:
    """Say what each pool of two or more studies gives."""
    sentences = []
    for row in pick(pooled, term="pooled").itertuples():
        condition = "all conditions" if row.population == "all_conditions" else row.population
        what = f"{domains[row.outcome]}, comparator {row.reference_arm.replace('_', ' ')}, {condition}"
        if pd.isna(row.estimate):
            continue
        text = numbers.estimate_with_interval(row.estimate, row.ci_low, row.ci_high, 2)
        same = pooled[
            (
                pooled[["outcome", "reference_arm", "population"]] == [row.outcome, row.reference_arm, row.population]
            ).all(axis=1)
        ]
        count = numbers.number(pick(same, term="studies")["estimate"].iloc[0], 0)
        reading = f" {UNCERTAIN}" if row.ci_low <= 0 <= row.ci_high else ""
        sentences.append(f"{what}: g {text}, {count} studies, {row.n} participants.{reading}")
    return sentences


def trajectory_description(cohort: Cohort, outcome: Outcome) -> str:
    """Return what a trajectory figure shows, for those who cannot see it and for the file's title."""
    mark = f"{cohort.mark}. " if cohort.synthetic else ""
    visits = listing([sentence_case(visit.label) for visit in cohort.visits])
    arms = listing([arm.label for arm in cohort.arms])
    return f"{mark}{outcome.label} in {outcome.unit} at {visits}, every participant and the mean of each arm: {arms}."


def differences_description(cohort: Cohort) -> str:
    """Return what the forest of a cohort's outcomes shows."""
    mark = f"{cohort.mark}. " if cohort.synthetic else ""
    others = listing([arm.label for arm in cohort.intervention_arms])
    return (
        f"{mark}Differences adjusted for baseline between {others} and {cohort.control_arm.label}, outcome by outcome."
    )
