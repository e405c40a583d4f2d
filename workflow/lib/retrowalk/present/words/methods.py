"""The statistical methods in words, written from the plan."""

from collections.abc import Iterable

from retrowalk.analyses import (
    AS_STUDIED,
    CHECK,
    COMPARISON,
    IMPUTATION,
    MISSING_VALUES,
    PARTICIPANTS,
    REGISTER,
    WITHIN_ARM,
    Entry,
    with_purpose,
)
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.words.analyses import WORDS
from retrowalk.present.words.cited import level, planned
from retrowalk.present.words.estimand import is_check
from retrowalk.present.words.phrases import BLOCKS, NOT_A_RANDOMISED_COMPARISON, listing, of_cohort, sentence
from retrowalk.vocabulary import PER_PROTOCOL
from visitwise import LADDER, STRUCTURES

#: Of the model whose covariance is none of the ladder.
COVARIANCE_OVER_WEEKS = (
    "In the mixed model with a spatial power covariance, all visits have the same variance, and the correlation between two visits "
    "decreases with the number of weeks between them."
)
ONE_VISIT = (
    "In cohorts with one visit after baseline, this model is equivalent to analysis of covariance of the value at the visit, with "
    "baseline and arm as covariates (least squares, t distribution). That analysis was used instead, and participants without a value "
    "at the visit were excluded."
)
EFFECT_SIZES = (
    "Hedges g was calculated with the exact small-sample correction, and each table states which standard deviation (SD) was used. "
    "The interval of an adjusted difference in SD units is based on the t distribution and takes into account that the SD is "
    "estimated; it may therefore include zero when the interval of the difference itself does not. Effect sizes of t tests have "
    "noncentral t intervals, and partial eta squared has a noncentral F interval."
)
FAMILIES = (
    "The primary outcome was tested separately. For outcomes declared as a family in {the_plan}, the p values at their primary "
    "visits were corrected together by Holm's method; the corrected p values are reported."
)
SAFETY = (
    "Adverse events were counted in the safety population: all participants except those known to have attended no sessions; "
    "participants with unknown attendance were included."
)
POOLING = (
    "Published results were converted to Hedges g where the article reports the data needed. Studies were pooled by domain within "
    "one type of comparator in a random-effects model (Paule-Mandel between-study variance; Hartung-Knapp interval, which "
    "takes into account that this variance is estimated from few studies)."
)
APART = " Real and synthetic results were never pooled together."
#: How results are read.
READING = (
    "Baseline characteristics are described, not tested. A change within one arm is not interpreted as a treatment effect. A result "
    "whose interval includes zero is called uncertain; it does not show that there is no difference."
)
NOT_MINIMISED = " It was not done where participants were allocated by minimisation."


def covariance(*, by_weeks: bool) -> str:
    """Return the paragraph on the covariance of the mixed models: the ladder, and how they were estimated."""
    first, *others = (STRUCTURES[name].words for name in LADDER)
    text = (
        f"In the mixed models, the covariance of a participant's repeated measurements was modelled as {first}. If that "
        f"model could not be fitted, the following structures were tried in this order, and the first that could be fitted was used: "
        f"{listing(others)}. The random-intercept model implies compound symmetry. The table of mixed models states which "
        "structure was used. Models were estimated by restricted maximum likelihood, with the small-sample standard errors and degrees "
        "of freedom of Kenward and Roger."
    )
    return f"{text} {COVARIANCE_OVER_WEEKS}" if by_weeks else text


def methods_paragraphs(cohorts: list[Cohort], analysis: Analysis, *, pooled: bool = True) -> list[str]:
    """Return the paragraphs of a methods section that are true of this run; `pooled` is whether anything was pooled."""
    randomised = [cohort for cohort in cohorts if cohort.randomised]
    compared = [cohort for cohort in cohorts if cohort.intervention_arms]
    families = analysis.multiplicity == "holm" and any(
        outcome.family for cohort in cohorts for outcome in cohort.outcomes
    )
    wording = of_cohorts(cohorts)
    paragraphs = [
        *_comparison(cohorts, analysis, wording, families=families),
        *_checks(compared, analysis, wording),
        *_paragraphs(with_purpose(MISSING_VALUES, IMPUTATION), randomised, analysis, wording),
        *_paragraphs(with_purpose(CHECK), cohorts, analysis, wording),
    ]
    if families:
        paragraphs.append(FAMILIES.format(**wording))
    paragraphs += _per_protocol(cohorts)
    if any(cohort.intake.events for cohort in cohorts):
        paragraphs.append(SAFETY)
    paragraphs += [*_paragraphs(with_purpose(PARTICIPANTS), cohorts, analysis, wording), *_as_studied(cohorts)]
    if compared:
        paragraphs.append(EFFECT_SIZES)
    paragraphs.append(READING)
    if pooled:
        paragraphs.append(f"{POOLING}{APART}" if any(cohort.synthetic for cohort in cohorts) else POOLING)
    return paragraphs


def of_cohorts(cohorts: list[Cohort]) -> dict[str, str]:
    """Return the words of the methods that depend on whether there are several cohorts, and on what these have.

    A text about one cohort does not say "randomised cohorts", and names no strata or covariates where there are none.
    """
    several = len(cohorts) > 1
    randomised = [cohort for cohort in cohorts if cohort.randomised]
    plan = "the cohort's plan" if several else "the plan"
    kinds = []
    if any(cohort.strata for cohort in randomised):
        kinds.append("stratification factors")
    if any(cohort.adjust_for for cohort in randomised):
        kinds.append("covariates")
    covariates = f"the {listing(kinds)} specified in {plan}" if kinds else ""
    drawn = [cohort for cohort in randomised if cohort.allocation == "random"]
    stratified = [cohort for cohort in drawn if cohort.strata]
    where = "" if len(stratified) == len(drawn) else ", if there were any,"
    return {
        "blocks": sentence(BLOCKS),
        "the_arms": "The arms of randomised cohorts" if several else "The arms",
        "the_groups": "Groups that were not randomised" if several else "The groups, which were not randomised,",
        "the_plan": "a cohort's plan" if several else "the plan",
        "in_each": "In each cohort, one" if several else "One",
        "in_randomised": "in randomised cohorts, " if several else "",
        "with_several_visits": " with several visits after baseline" if several else "",
        "of_cohorts_with_three_visits": " of randomised cohorts with at least three visits after baseline"
        if several
        else "",
        "and_with_covariates": f" and with {covariates}" if kinds else "",
        "covariates_by_visit": f"{sentence(f'{covariates} have a separate effect at each visit')} " if kinds else "",
        "within_strata": f" within the strata of the randomisation{where}" if stratified else "",
    }


def _comparison(cohorts: list[Cohort], analysis: Analysis, wording: dict[str, str], *, families: bool) -> list[str]:
    """Return the paragraphs on the main comparison of the arms."""
    compared = [cohort for cohort in cohorts if cohort.intervention_arms]
    paragraphs = []
    if compared:
        main = _main_comparison([cohort for cohort in cohorts if cohort.randomised], analysis, wording)
        family = ", and the p values of some outcomes were corrected together as a family" if families else ""
        text = (
            f"{main} Each difference is the arm minus the control arm in the unit of the outcome, with a "
            f"{level(analysis.alpha)} confidence interval. {wording['in_each']} outcome at one visit is primary{family}; all other "
            "comparisons are exploratory and are reported in the text with a confidence interval but without a p value."
        ).strip()
        lacking = (
            " Participants with a missing value of a covariate were excluded from the comparisons that adjust for it."
        )
        paragraphs.append(f"{text}{lacking}" if any(cohort.adjusted_for for cohort in compared) else text)
    if any(len(cohort.intervention_arms) > 1 for cohort in cohorts) and analysis.multiplicity == "holm":
        paragraphs.append(
            "The p values of the primary comparisons of several arms with one control arm were corrected by Holm's method."
        )
    if any(not cohort.randomised for cohort in compared):
        paragraphs.append(
            f"{wording['the_groups']} were compared using the group-by-time contrasts of a mixed model of all visits. This is "
            f"{NOT_A_RANDOMISED_COMPARISON}."
        )
    if _fits_mixed_models(cohorts, analysis):
        by_weeks = any(REGISTER["mmrm_weeks"].is_planned(cohort) for cohort in compared)
        paragraphs.append(covariance(by_weeks=by_weeks))
    return paragraphs


def _fits_mixed_models(cohorts: list[Cohort], analysis: Analysis) -> bool:
    return any(
        entry.mixed and (entry.name == analysis.answer_of(cohort) or entry.is_planned(cohort))
        for cohort in cohorts
        if cohort.intervention_arms
        for entry in with_purpose(COMPARISON)
    )


def _paragraphs(
    entries: Iterable[Entry], cohorts: list[Cohort], analysis: Analysis, wording: dict[str, str]
) -> list[str]:
    """Return the paragraphs that the analyses of some cohort have of their own, each once."""
    numbers = {
        "imputations": planned(str(analysis.imputations), "analysis", "imputations"),
        "permutations": planned(f"{analysis.permutations:,}", "analysis", "permutations"),
    }
    paragraphs = []
    for entry in entries:
        text = WORDS[entry.name].paragraph.format(**numbers, **wording)
        planned_for = [cohort for cohort in cohorts if _has(cohort, entry)]
        valid_for = [cohort for cohort in planned_for if cohort.allocation == "random" or not entry.by_chance]
        if text and valid_for:
            minimised = any(cohort.allocation != "random" for cohort in cohorts if entry.is_for(cohort))
            paragraphs.append(f"{text}{NOT_MINIMISED}" if entry.by_chance and minimised else text)
    return list(dict.fromkeys(paragraphs))


def _has(cohort: Cohort, entry: Entry) -> bool:
    """Return whether a cohort's plan has an analysis, and outcomes with what it needs."""
    return entry.is_planned(cohort) and any(map(entry.has_needs, cohort.outcomes))


def _as_studied(cohorts: list[Cohort]) -> list[str]:
    """Return the paragraph on simpler analyses, first within the arms."""
    done = [entry for entry in with_purpose(AS_STUDIED) if any(entry.is_planned(cohort) for cohort in cohorts)]
    if not done:
        return []
    within = [WORDS[entry.name].methods for entry in done if entry.compares == WITHIN_ARM]
    between = [WORDS[entry.name].methods for entry in done if entry.compares != WITHIN_ARM]
    parts = [f"{where} arms, {listing(names)}" for where, names in (("within", within), ("between", between)) if names]
    return [f"For comparison, simpler analyses that are common in this field are also reported: {'; '.join(parts)}."]


def _per_protocol(cohorts: list[Cohort]) -> list[str]:
    """Return the paragraph on those who followed the protocol, where a cohort says who did."""
    judged = [
        cohort
        for cohort in cohorts
        if PER_PROTOCOL in cohort.adherence_columns and PER_PROTOCOL not in cohort.leave_out
    ]
    if not judged:
        return []
    several = len(cohorts) > 1
    ways = [
        f"{f'in {cohort.name}, ' if several else ''}attendance at {of_cohort(f'{cohort.per_protocol_percent:g}', cohort, 'per_protocol_percent')}% or more "
        "of the planned sessions"
        for cohort in judged
        if cohort.per_protocol_percent is not None
    ]
    by_column = [cohort.name for cohort in judged if cohort.per_protocol_percent is None]
    if by_column:
        ways.append(f"{f'in {listing(by_column)}, ' if several else ''}as recorded in the data file")
    return [
        f"The main comparison was repeated in participants who followed the protocol ({'; '.join(ways)}). This sensitivity analysis "
        "is not protected by randomisation and does not replace the main comparison."
    ]


def _main_comparison(randomised: list[Cohort], analysis: Analysis, wording: dict[str, str]) -> str:
    """Return the words on the main comparison; where cohorts differ each has its own."""
    answers = {cohort.name: analysis.answer_of(cohort) for cohort in randomised}
    asked = {analysis.estimator_of(cohort) for cohort in randomised}
    if len(asked) == 1 and len(set(answers.values())) == 2:
        (model,) = asked
        return f"{WORDS[model].paragraph.format(**wording)} {ONE_VISIT}"
    parts = []
    for name in dict.fromkeys(answers.values()):
        names = [cohort for cohort, answer in answers.items() if answer == name]
        text = WORDS[name].paragraph.format(**wording)
        parts.append(text if len(names) == len(answers) else f"In {listing(names)}: {text}")
    return " ".join(parts)


def _checks(compared: list[Cohort], analysis: Analysis, wording: dict[str, str]) -> list[str]:
    """Return the paragraph on what checks the main comparison, where anything does."""
    models = [
        WORDS[entry.name].methods.format(**wording)
        for entry in with_purpose(COMPARISON)
        if any(is_check(entry, cohort, analysis.answer_of(cohort)) for cohort in compared)
    ]
    models = [words for words in models if words]
    sentences = []
    if models:
        joined = "; and ".join(filter(None, ["; ".join(models[:-1]), models[-1]]))
        sentences.append(f"The sensitivity analyses of the main comparison were as follows: {joined}.")
    for entry in with_purpose(CHECK):
        words = WORDS[entry.name].methods
        if words and any(entry.is_planned(cohort) for cohort in compared):
            sentences.append(words)
    return [" ".join(sentences)] if sentences else []
