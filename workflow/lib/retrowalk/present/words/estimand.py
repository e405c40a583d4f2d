"""The estimand in words: what the comparison of arms is about, assembled from the plan.

The attributes are those of ICH E9(R1), Addendum on estimands and sensitivity analysis in clinical trials (2019).
"""

from dataclasses import dataclass

from retrowalk.model.imputation import STRATEGIES
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.words.analyses import ANALYSIS_NAMES, MIXED_MODEL_OF_CHANGES
from retrowalk.present.words.numbers import labelled
from retrowalk.present.words.phrases import NO_CONTROL, NOT_RANDOMISED, is_corrected, listing, sentence_case
from retrowalk.vocabulary import PER_PROTOCOL

WITHDRAWAL = (
    "Withdrawal: treatment policy as far as values after it were collected; values that are missing are taken to be "
    "missing at random"
)
#: What the models of a randomised cohort take a missing value to depend on at most, covariates apart.
GIVEN = {
    "ancova": ["baseline", "arm"],
    "mmrm": ["baseline", "arm", "the values at other visits"],
    "clda": ["arm", "the values at other visits (baseline is one)"],
}
ADHERENCE = "Values count as measured, whatever sessions were missed and whatever other treatment there was."
ANY_VISIT = "those with a value at any visit, baseline included"
FILLED = "a missing baseline being the mean over all arms"
#: Whom each model of a randomised cohort has in it, in the order in which they are named; and of any other cohort.
IN_RANDOMISED = {
    "ancova": f"those with a value at the visit, {FILLED}",
    "mmrm": f"those with a value at any visit after baseline, {FILLED}",
    "clda": ANY_VISIT,
    "random_intercept": ANY_VISIT,
}
IN_OTHERS = {
    "ancova": "those with a value at baseline and at the visit",
    "mmrm": ANY_VISIT,
    "random_intercept": ANY_VISIT,
}


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
    population = f"All who were {start}. Condition: {cohort.condition}."
    if not cohort.intervention_arms:
        return _attributes(population, *_of_single_group(cohort, outcome))
    estimator = analysis.answer_of(cohort)
    members = IN_RANDOMISED if cohort.randomised else IN_OTHERS
    parts = _of_trial(cohort, outcome, analysis, estimator) if cohort.randomised else _of_groups(cohort, outcome)
    whole = _attributes(f"{population} In the model are {members[estimator]}{_with_covariates(cohort)}.", *parts)
    checks = [
        name
        for name in members
        if name not in (estimator, *cohort.leave_out) and (name != "mmrm" or len(cohort.post_visits) > 1)
    ]
    said = ["; ".join(f"{ANALYSIS_NAMES[name]}: {members[name]}{_with_covariates(cohort, name)}" for name in checks)]
    said = [*said * bool(checks), *_other_populations(cohort)]
    sentences = " ".join(f"{sentence}." for sentence in said)
    return (*whole, *[Attribute("Populations of the sensitivity analyses", sentences)] * bool(said))


def _other_populations(cohort: Cohort) -> list[str]:
    """Say whom the analyses of missing values, of chance and of the protocol have in them."""

    def does(name: str) -> bool:
        return name not in cohort.leave_out

    missing = ["complete cases, those with a value at every visit"] * does("complete_cases")
    ways = [name for name in STRATEGIES if does(name)]
    if cohort.randomised and ways:
        known = ", with known covariates" * bool(cohort.adjusted_for)
        count = {1: "one assumption"}.get(len(ways), f"{len(ways)} assumptions")
        missing.append(f"multiple imputation, everybody{known}, under {count} on what came after the last value")
    said = [f"Where values are missing: {'; '.join(missing)}"] * bool(missing)
    if cohort.randomised and does("permutation") and cohort.allocation == "random":
        said.append("Randomisation test: as the ANCOVA, two arms at a time")
    if PER_PROTOCOL in cohort.adherence_columns and does(PER_PROTOCOL):
        said.append("Per protocol: of these, those who followed the protocol; who they are is not left to chance")
    return said


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
    treatment = f"{_compared(cohort)}, {each}against {cohort.control_arm.label}, as allocated {how}."
    variable = f"{labelled(outcome.label, outcome.unit)} {_at(cohort, outcome)}; {_better(outcome)}."
    given = listing([*GIVEN[estimator], *_covariates(cohort)])
    name = ANALYSIS_NAMES[estimator]
    by = name if name.isupper() else f"the {sentence_case(name)}"
    holm = "; p values corrected by Holm's method" * is_corrected(cohort, analysis)
    summary = f"Difference of adjusted means {_at(cohort, outcome)}, {_minus(cohort)}, by {by}{holm}."
    return treatment, variable, f"{WITHDRAWAL}, given {given}. {ADHERENCE}", summary


def _of_groups(cohort: Cohort, outcome: Outcome) -> tuple[str, str, str, str]:
    kind = "Groups as they were" if cohort.design == "comparison" else "Treatments that were not allocated at random"
    treatment = f"{kind}: {_compared(cohort)} compared with {cohort.control_arm.label}."
    given = listing(["group", "the values at other visits (baseline is one)", *_covariates(cohort)])
    summary = f"Difference between mean changes, {_minus(cohort)}, by the {sentence_case(MIXED_MODEL_OF_CHANGES)}."
    events = f"{WITHDRAWAL}, given {given}. {ADHERENCE}"
    return treatment, _change(cohort, outcome), events, f"{summary} {NOT_RANDOMISED}"


def _of_single_group(cohort: Cohort, outcome: Outcome) -> tuple[str, str, str, str]:
    treatment = f"One group, {cohort.control_arm.label}: no comparison, and so no estimand of a treatment."
    events = f"Withdrawal: a change is of those measured at both visits and says nothing of the others. {ADHERENCE}"
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
    return "neither direction is known to be better" if outcome.better == "neither" else f"{outcome.better} is better"


def _covariates(cohort: Cohort) -> list[str]:
    return [sentence_case(each.label) for each in cohort.covariates if each.name in cohort.adjusted_for]


def _with_covariates(cohort: Cohort, analysis: str = "") -> str:
    """Say that a model has only those whose covariates are known, where it has covariates: all but the random intercept."""
    names = _covariates(cohort)
    if names and analysis == "random_intercept":
        return f", not adjusted for {listing(names)}"
    return f", and with {listing(names)}" if names else ""
