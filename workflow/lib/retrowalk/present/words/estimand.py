"""The estimand in words: what the comparison of arms is about, assembled from the plan.

The attributes are those of ICH E9(R1), Addendum on estimands and sensitivity analysis in clinical trials (2019).
"""

from dataclasses import dataclass

from retrowalk.analyses import CHECK, IMPUTATION, MISSING_VALUES, POPULATION, REGISTER, Entry, with_purpose
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.words.analyses import WORDS
from retrowalk.present.words.numbers import labelled
from retrowalk.present.words.phrases import NO_CONTROL, NOT_RANDOMISED, is_corrected, listing, sentence_case

WITHDRAWAL = (
    "Withdrawal: treatment policy, to the extent that values were collected after withdrawal; missing values are assumed to be "
    "missing at random"
)
ADHERENCE = "Values are used as measured, regardless of missed sessions and other treatment."
#: Whom each model of a randomised cohort has in it, in the order in which they are named; and of any other cohort.
IN_RANDOMISED = {name: words.members for name, words in WORDS.items() if words.members}
IN_OTHERS = {name: words.members_of_others for name, words in WORDS.items() if words.members_of_others}


@dataclass(frozen=True)
class Attribute:
    """One attribute of an estimand, and what it is here."""

    name: str
    sentence: str


def estimand(cohort: Cohort, outcome: Outcome, analysis: Analysis) -> tuple[Attribute, ...]:
    """Return the attributes of what is estimated of an outcome at its primary visit.

    Parameters
    ----------
    cohort, outcome, analysis
        The plan; the outcome is one of the cohort's.

    Returns
    -------
    tuple of Attribute
        Population, treatment, variable, intercurrent events and summary; then whom the models that check the comparison
        have in them. Groups that were not allocated have a difference in change that is called no effect. A single group
        has no comparison, no estimand of a treatment, and no models.
    """
    start = "randomised" if cohort.randomised else "enrolled"
    population = f"All {start} participants. Condition: {cohort.condition}."
    if not cohort.intervention_arms:
        return _attributes(population, *_of_single_group(cohort, outcome))
    estimator = analysis.answer_of(cohort)
    members = IN_RANDOMISED if cohort.randomised else IN_OTHERS
    parts = (
        _of_trial(cohort, outcome, analysis, estimator) if cohort.randomised else _of_groups(cohort, outcome, estimator)
    )
    whole = _attributes(f"{population} Included in the model: {members[estimator]}{_with_covariates(cohort)}.", *parts)
    checks = [name for name in members if is_check(REGISTER[name], cohort, estimator)]
    sentences = []
    if checks:
        models = [f"{WORDS[name].name}: {members[name]}{_with_covariates(cohort, name)}" for name in checks]
        sentences.append("; ".join(models))
    sentences += _other_populations(cohort)
    if not sentences:
        return whole
    text = " ".join(f"{sentence}." for sentence in sentences)
    return (*whole, Attribute("Populations of the sensitivity analyses", text))


def is_check(entry: Entry, cohort: Cohort, answer: str) -> bool:
    """Return whether a model stands beside the main comparison of a cohort."""
    return entry.name != answer and entry.is_planned(cohort)


def _other_populations(cohort: Cohort) -> list[str]:
    """Say whom the analyses of missing values, of chance and of the protocol have in them."""
    missing = [WORDS[entry.name].population for entry in with_purpose(MISSING_VALUES) if entry.is_planned(cohort)]
    missing = [words for words in missing if words]
    ways = [entry for entry in with_purpose(IMPUTATION) if entry.is_planned(cohort)]
    if ways:
        covariates = " with known covariates" if cohort.adjusted_for else ""
        count = "one assumption" if len(ways) == 1 else f"{len(ways)} assumptions"
        missing.append(
            f"multiple imputation: all participants{covariates}, under {count} about missing values after the last observed value"
        )
    sentences = []
    if missing:
        sentences.append(f"If values are missing: {'; '.join(missing)}")
    for entry in with_purpose(CHECK):
        if entry.is_planned(cohort) and (cohort.allocation == "random" or not entry.by_chance):
            sentences.append(WORDS[entry.name].population)
    for entry in with_purpose(POPULATION):
        if entry.is_planned(cohort) and entry.name in cohort.adherence_columns:
            sentences.append(WORDS[entry.name].population)
    return [sentence for sentence in sentences if sentence]


def _attributes(population: str, treatment: str, variable: str, events: str, summary: str) -> tuple[Attribute, ...]:
    return (
        Attribute("Population", population),
        Attribute("Treatment", treatment),
        Attribute("Variable", variable),
        Attribute("Intercurrent events", events),
        Attribute("Population-level summary", summary),
    )


def _of_trial(cohort: Cohort, outcome: Outcome, analysis: Analysis, estimator: str) -> tuple[str, str, str, str]:
    each = "each " * (len(cohort.intervention_arms) > 1)
    how = "by minimisation" if cohort.allocation == "minimised" else "at random"
    treatment = f"{_compared(cohort)}, {each}compared with {cohort.control_arm.label}, as allocated {how}."
    variable = f"{labelled(outcome.label, outcome.unit)} {_at(cohort, outcome)}; {_better(outcome)}."
    given = listing([*WORDS[estimator].given, *_covariates(cohort)])
    name = WORDS[estimator].name
    by = name if name.isupper() else f"the {sentence_case(name)}"
    holm = "; p values corrected by Holm's method" * is_corrected(cohort, analysis)
    summary = f"Difference in adjusted means {_at(cohort, outcome)}, {_minus(cohort)}, by {by}{holm}."
    return treatment, variable, f"{WITHDRAWAL}, given {given}. {ADHERENCE}", summary


def _of_groups(cohort: Cohort, outcome: Outcome, estimator: str) -> tuple[str, str, str, str]:
    kind = "Existing groups" if cohort.design == "comparison" else "Treatments not allocated at random"
    treatment = f"{kind}: {_compared(cohort)} compared with {cohort.control_arm.label}."
    given = listing(["group", "the values at other visits (including baseline)", *_covariates(cohort)])
    summary = (
        f"Difference between mean changes, {_minus(cohort)}, by the {sentence_case(WORDS[estimator].name_of_changes)}."
    )
    events = f"{WITHDRAWAL}, given {given}. {ADHERENCE}"
    return treatment, _change(cohort, outcome), events, f"{summary} {NOT_RANDOMISED}"


def _of_single_group(cohort: Cohort, outcome: Outcome) -> tuple[str, str, str, str]:
    treatment = f"One group, {cohort.control_arm.label}: there is no comparison and no treatment effect."
    events = f"Withdrawal: the change is estimated in participants measured at both visits only. {ADHERENCE}"
    return treatment, _change(cohort, outcome), events, f"Observed mean change. {NO_CONTROL}"


def _change(cohort: Cohort, outcome: Outcome) -> str:
    visit = sentence_case(cohort.visit(outcome.primary_visit).label)
    baseline = sentence_case(cohort.baseline.label)
    return f"Change in {labelled(sentence_case(outcome.label), outcome.unit)} from {baseline} to {visit}; {_better(outcome)}."


def _compared(cohort: Cohort) -> str:
    return listing([arm.label for arm in cohort.intervention_arms])


def _minus(cohort: Cohort) -> str:
    each = "each of " * (len(cohort.intervention_arms) > 1)
    return f"{each}{_compared(cohort)} minus {cohort.control_arm.label}"


def _at(cohort: Cohort, outcome: Outcome) -> str:
    return f"at {sentence_case(cohort.visit(outcome.primary_visit).label)}"


def _better(outcome: Outcome) -> str:
    return "neither direction is defined as better" if outcome.better == "neither" else f"{outcome.better} is better"


def _covariates(cohort: Cohort) -> list[str]:
    return [sentence_case(each.label) for each in cohort.covariates if each.name in cohort.adjusted_for]


def _with_covariates(cohort: Cohort, analysis: str = "") -> str:
    """Say that a model has only those whose covariates are known, where it has covariates."""
    names = _covariates(cohort)
    if names and analysis and REGISTER[analysis].unadjusted:
        return f" (not adjusted for {listing(names)})"
    return f" and with known {listing(names)}" if names else ""
