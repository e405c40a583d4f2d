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
from retrowalk.present.words.phrases import listing, of_cohort
from retrowalk.vocabulary import PER_PROTOCOL

COVARIANCE = (
    "In the mixed models, how the values of a participant's visits go together was left free (unstructured covariance; the "
    "random-intercept model{alone} has one correlation for all). Where too few people made "
    "that impossible, simpler patterns were tried in this order, and the first that could be fitted was taken: Toeplitz (one "
    "correlation for each distance between visits), autoregressive (a correlation that falls with the distance), compound symmetry "
    "(one correlation for all), each with a variance for each visit; and compound symmetry with one variance. The table of mixed "
    "models says which it was. Estimation was by restricted maximum likelihood, with the small-sample standard errors and degrees of "
    "freedom of Kenward and Roger."
)
#: Of the model whose covariance is none of the ladder.
COVARIANCE_OVER_WEEKS = (
    " In the MMRM with a covariance in continuous time all visits have one variance, and the correlation of two visits falls with "
    "the weeks between them (spatial power)."
)
ONE_VISIT = (
    "With one visit after baseline this is the analysis of covariance of the value at the visit on baseline and arm (least squares, "
    "t distribution), and that was done; participants without a value at the visit were left out."
)
EFFECT_SIZES = (
    "Hedges g has the exact small-sample correction, and its standard deviation is the one that the table names. The interval of "
    "an adjusted difference in SDs is from the t distribution and allows for the standard deviation being estimated too: it may hold "
    "zero where that of the difference itself does not. Effect sizes of t tests have the interval of the noncentral t, partial eta "
    "squared that of the noncentral F distribution."
)
FAMILIES = (
    "The primary outcome is tested alone. Outcomes that a cohort's plan declares to be a family were corrected together, each at "
    "its primary visit, by Holm's method; their p values are the corrected ones."
)
SAFETY = (
    "Adverse events were counted in the safety population: all participants except those known to have attended no sessions; "
    "participants with unknown attendance were included."
)
POOLING = (
    "Published results were turned into Hedges g where the article prints what that needs. Studies were pooled by domain within one "
    "kind of comparator with random effects (Paule-Mandel variance between studies; Hartung-Knapp interval, which allows for that "
    "variance being estimated from few studies)."
)
APART = " Real and synthetic results are never pooled with each other."
#: How results are read.
READING = (
    "Baseline characteristics are described, not tested. A change within one arm is not read as an effect of the treatment. "
    "A result whose interval holds zero is called uncertain: it does not show that there is no difference."
)
NOT_MINIMISED = " It was not done where the allocation was minimised."


def methods_paragraphs(cohorts: list[Cohort], analysis: Analysis, *, pooled: bool = True) -> list[str]:
    """Return the paragraphs of a methods section that are true of this run; `pooled` is whether anything was pooled."""
    randomised = [cohort for cohort in cohorts if cohort.randomised]
    compared = [cohort for cohort in cohorts if cohort.intervention_arms]
    families = analysis.multiplicity == "holm" and any(
        outcome.family for cohort in cohorts for outcome in cohort.outcomes
    )
    paragraphs = [
        *_comparison(cohorts, analysis, families=families),
        *_checks(compared, analysis),
        *_paragraphs(with_purpose(MISSING_VALUES, IMPUTATION), randomised, analysis),
        *_paragraphs(with_purpose(CHECK), cohorts, analysis),
    ]
    if families:
        paragraphs.append(FAMILIES)
    paragraphs += _per_protocol(cohorts)
    if any(cohort.intake.events for cohort in cohorts):
        paragraphs.append(SAFETY)
    paragraphs += [*_paragraphs(with_purpose(PARTICIPANTS), cohorts, analysis), *_as_studied(cohorts)]
    if compared:
        paragraphs.append(EFFECT_SIZES)
    paragraphs.append(READING)
    if pooled:
        paragraphs.append(f"{POOLING}{APART}" if any(cohort.synthetic for cohort in cohorts) else POOLING)
    return paragraphs


def _comparison(cohorts: list[Cohort], analysis: Analysis, *, families: bool) -> list[str]:
    """Return the paragraphs on the main comparison of the arms."""
    compared = [cohort for cohort in cohorts if cohort.intervention_arms]
    paragraphs = []
    if compared:
        main = _main_comparison([cohort for cohort in cohorts if cohort.randomised], analysis)
        family = ", some outcomes were declared a family and corrected together" if families else ""
        text = (
            f"{main} Each difference is the arm minus the control arm in the outcome's own "
            f"unit, with a {level(analysis.alpha)} confidence interval. One outcome and visit of each cohort is primary{family}; "
            "every other comparison is exploratory and has an interval but no p value in the text."
        ).strip()
        lacking = " Participants who lack a covariate that the comparison adjusts for are left out of it."
        paragraphs.append(f"{text}{lacking}" if any(cohort.adjusted_for for cohort in compared) else text)
    if any(len(cohort.intervention_arms) > 1 for cohort in cohorts) and analysis.multiplicity == "holm":
        paragraphs.append("The primary comparisons of several arms with one control were corrected by Holm's method.")
    if any(not cohort.randomised for cohort in compared):
        paragraphs.append(
            "Groups that were not allocated at random were compared by the group-by-time contrasts of a mixed model of all "
            "visits. This is not a randomised comparison."
        )
    if _fits_mixed_models(cohorts, analysis):
        by_weeks = any(REGISTER["mmrm_weeks"].is_planned(cohort) for cohort in compared)
        text = COVARIANCE.format(alone="" if by_weeks else " alone")
        paragraphs.append(f"{text}{COVARIANCE_OVER_WEEKS}" if by_weeks else text)
    return paragraphs


def _fits_mixed_models(cohorts: list[Cohort], analysis: Analysis) -> bool:
    return any(
        entry.mixed and (entry.name == analysis.answer_of(cohort) or entry.is_planned(cohort))
        for cohort in cohorts
        if cohort.intervention_arms
        for entry in with_purpose(COMPARISON)
    )


def _paragraphs(entries: Iterable[Entry], cohorts: list[Cohort], analysis: Analysis) -> list[str]:
    """Return the paragraphs that the analyses of some cohort have of their own, each once."""
    numbers = {
        "imputations": planned(str(analysis.imputations), "analysis", "imputations"),
        "permutations": planned(f"{analysis.permutations:,}", "analysis", "permutations"),
    }
    paragraphs = []
    for entry in entries:
        text = WORDS[entry.name].paragraph.format(**numbers)
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
    """Return the paragraph on what the studies ran, first within the arms."""
    done = [entry for entry in with_purpose(AS_STUDIED) if any(entry.is_planned(cohort) for cohort in cohorts)]
    if not done:
        return []
    done.sort(key=lambda entry: entry.compares != WITHIN_ARM)
    names = listing([WORDS[entry.name].methods for entry in done])
    return [f"Beside these stand simpler analyses, as earlier studies ran them: {names}."]


def _per_protocol(cohorts: list[Cohort]) -> list[str]:
    """Return the paragraph on those who followed the protocol, where a cohort says who did."""
    judged = [
        cohort
        for cohort in cohorts
        if PER_PROTOCOL in cohort.adherence_columns and PER_PROTOCOL not in cohort.leave_out
    ]
    if not judged:
        return []
    ways = [
        f"in {cohort.name} by attending at least {of_cohort(f'{cohort.per_protocol_percent:g}', cohort, 'per_protocol_percent')} % "
        "of the planned sessions"
        for cohort in judged
        if cohort.per_protocol_percent is not None
    ]
    by_column = [cohort.name for cohort in judged if cohort.per_protocol_percent is None]
    if by_column:
        ways.append(f"in {listing(by_column)} as the data file says")
    return [
        f"The main comparison was repeated among those who followed the protocol ({'; '.join(ways)}). Who they are is not left to "
        "chance: this checks the main comparison and does not replace it."
    ]


def _main_comparison(randomised: list[Cohort], analysis: Analysis) -> str:
    """Return the words on the main comparison; where cohorts differ each has its own."""
    answers = {cohort.name: analysis.answer_of(cohort) for cohort in randomised}
    asked = {analysis.estimator_of(cohort) for cohort in randomised}
    if len(asked) == 1 and len(set(answers.values())) == 2:
        (model,) = asked
        return f"{WORDS[model].paragraph} {ONE_VISIT}"
    parts = []
    for name in dict.fromkeys(answers.values()):
        names = [cohort for cohort, answer in answers.items() if answer == name]
        text = WORDS[name].paragraph
        parts.append(text if len(names) == len(answers) else f"In {listing(names)}: {text}")
    return " ".join(parts)


def _checks(compared: list[Cohort], analysis: Analysis) -> list[str]:
    """Return the paragraph on what checks the main comparison, where anything does."""
    models = [
        WORDS[entry.name].methods
        for entry in with_purpose(COMPARISON)
        if any(is_check(entry, cohort, analysis.answer_of(cohort)) for cohort in compared)
    ]
    models = [words for words in models if words]
    sentences = []
    if models:
        sentences.append(f"To check the main comparison stand beside it: {listing(models)}.")
    for entry in with_purpose(CHECK):
        words = WORDS[entry.name].methods
        if words and any(entry.is_planned(cohort) for cohort in compared):
            sentences.append(words)
    return [" ".join(sentences)] if sentences else []
