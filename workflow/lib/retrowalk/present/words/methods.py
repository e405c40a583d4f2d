"""The statistical methods in words, written from the plan."""

from collections.abc import Iterable

from retrowalk.model.imputation import STRATEGIES
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.words.cited import level, planned
from retrowalk.present.words.phrases import listing, of_cohort
from retrowalk.vocabulary import PER_PROTOCOL

COVARIANCE = (
    "In the mixed models, how the values of a participant's visits go together was left free (unstructured covariance; the "
    "random-intercept model alone has one correlation for all). Where too few people made "
    "that impossible, simpler patterns were tried in this order, and the first that could be fitted was taken: Toeplitz (one "
    "correlation for each distance between visits), autoregressive (a correlation that falls with the distance), compound symmetry "
    "(one correlation for all), each with a variance for each visit; and compound symmetry with one variance. The table of mixed "
    "models says which it was. Estimation was by restricted maximum likelihood, with the small-sample standard errors and degrees of "
    "freedom of Kenward and Roger."
)
ANCOVA = (
    "The arms of a randomised cohort were compared at each visit after baseline by analysis of covariance of the value "
    "at the visit on baseline and arm, with the stratification factors and covariates that the cohort's plan names "
    "(least squares, t distribution). A missing baseline took the mean over all arms; participants without a value at "
    "the visit were left out, which assumes that values are missing at random given baseline."
)
MMRM = (
    "The arms of a randomised cohort with several visits after baseline were compared by a mixed model for repeated measures "
    "of these visits, with baseline by visit, arm by visit, and the stratification factors and covariates that the cohort's "
    "plan names. A missing baseline took the mean over all arms. Participants without any value after baseline are not "
    "in the model; those with some are, and what they lack is taken to be missing at random: to depend on nothing but what was "
    "observed."
)
ONE_VISIT = (
    "With one visit after baseline this is the analysis of covariance of the value at the visit on baseline and arm (least squares, "
    "t distribution), and that was done; participants without a value at the visit were left out."
)
CLDA = (
    "The arms of a randomised cohort were compared by a constrained longitudinal model: baseline is a response like the later "
    "visits, the arms share its mean, and each arm differs from the control by its own amount at each later visit. The "
    "stratification factors and covariates that the cohort's plan names have an effect at each visit. "
    "Missing values are taken to be missing at random given those that were observed."
)


#: What the studies ran, between the arms and within.
BETWEEN = {
    "student_post": "Student's t test of the values after treatment",
    "welch_post": "Welch's t test of the same",
    "welch_change": "Welch's t test of the changes",
    "mann_whitney": "the Mann-Whitney test of the changes",
    "brunner_munzel": "the Brunner-Munzel test of the changes",
    "mixed_anova": "the mixed analysis of variance of arm by visit (type III, complete cases; with three visits or more also "
    "with the degrees of freedom of Greenhouse and Geisser, for differences between visits that do not all vary alike, the want "
    "of sphericity)",
}
AS_PUBLISHED = {
    "paired_t": "within arms, the paired t test of the change since baseline",
    "wilcoxon": "within arms Wilcoxon's signed ranks of the change",
    **BETWEEN,
}
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
    "Adverse events were counted in the safety population: everybody but those of whom it is known that they attended none of "
    "their sessions. Whose attendance is not known is counted in."
)
RESPONDERS = (
    "A responder is a participant whose improvement since baseline reaches the plan's threshold. Shares are compared among those "
    "measured, and again with those missing counted as non-responders: difference (Newcombe's interval unless the plan asks for "
    "Wald's), ratio, and number needed to treat."
)
POOLING = (
    "Published results were turned into Hedges g where the article prints what that needs. Studies were pooled by domain within one "
    "kind of comparator with random effects (Paule-Mandel variance between studies; Hartung-Knapp interval, which allows for that "
    "variance being estimated from few studies)."
)
APART = " Real and synthetic results are never pooled with each other."
RELIABLE = (
    "A change of one participant counts as reliable where it is larger than the instrument's measurement error for the condition "
    "(1.96 times the square root of 2 times the standard error of measurement, or the published minimal detectable change)."
)


def _missing_data(analysis: Analysis) -> str:
    imputations = planned(str(analysis.imputations), "analysis", "imputations")
    return (
        "Missing values: the main comparison takes them to be missing at random. Where an outcome has any, it was repeated with "
        f"complete cases and with multiple imputation: {imputations} sets were drawn from the posterior of the mixed "
        "model of all visits after baseline, each was analysed by analysis of covariance at the visit, and the results were pooled "
        "by Rubin's rules with the degrees of freedom of Barnard and Rubin. The values after a participant's last one were "
        "imputed as missing at random, by jumping to the control arm, by copying the control arm, and by copying its increments "
        "(Carpenter, Roger and Kenward 2013). The tipping point is the amount that must be added to the imputed values of an arm "
        "before the interval reaches zero."
    )


def _randomisation_test(analysis: Analysis, *, minimised: bool) -> str:
    permutations = planned(f"{analysis.permutations:,}", "analysis", "permutations")
    return (
        "The randomisation test permutes the arms within the strata of the randomisation and compares the absolute t of the "
        f"analysis of covariance: over all arrangements where they are no more than {permutations}, else over so many "
        f"random ones; its interval is found by inversion.{' It was not done where the allocation was minimised.' * minimised}"
    )


CHECKS = {
    "ancova": "the analysis of covariance at each visit",
    "mmrm": "the mixed model for repeated measures",
    "clda": "the constrained longitudinal model (of randomised cohorts; baseline is a response, and the arms share its mean)",
    "random_intercept": "a random-intercept model of all visits",
}


def methods_paragraphs(cohorts: list[Cohort], analysis: Analysis, *, pooled: bool = True) -> list[str]:
    """Return the paragraphs of a methods section that are true of this run; `pooled` is whether anything was pooled."""
    outcomes = [outcome for cohort in cohorts for outcome in cohort.outcomes]
    randomised = [cohort for cohort in cohorts if cohort.randomised]
    compared = [cohort for cohort in cohorts if cohort.intervention_arms]

    def done(names: Iterable[str], among: list[Cohort]) -> bool:
        return any(name not in cohort.leave_out for cohort in among for name in names)

    lacking = " Participants who lack a covariate that the comparison adjusts for are left out of it."
    has_family = analysis.multiplicity == "holm" and any(outcome.family for outcome in outcomes)
    paragraphs = []
    if compared:
        family = ", some outcomes were declared a family and corrected together" * has_family
        paragraphs.append(
            f"{_main_comparison(randomised, analysis)} Each difference is the arm minus the control arm in the outcome's own "
            f"unit, with a {level(analysis.alpha)} confidence interval. One outcome and visit of each cohort is primary{family}; "
            "every other comparison is exploratory and has an interval but no p value in the text."
            f"{lacking * any(cohort.adjusted_for for cohort in compared)}".strip()
        )
    if any(len(cohort.intervention_arms) > 1 for cohort in cohorts) and analysis.multiplicity == "holm":
        paragraphs.append("The primary comparisons of several arms with one control were corrected by Holm's method.")
    if any(not cohort.randomised for cohort in compared):
        paragraphs.append(
            "Groups that were not allocated at random were compared by the group-by-time contrasts of a mixed model of all "
            "visits. This is not a randomised comparison."
        )
    if _fits_mixed_models(cohorts, analysis):
        paragraphs.append(COVARIANCE)
    chance = [cohort for cohort in randomised if cohort.allocation == "random"]
    ran = [name for name in AS_PUBLISHED if done([name], compared if name in BETWEEN else cohorts)]
    paragraphs += [
        *_checks(compared, analysis),
        *[_missing_data(analysis)] * done(["complete_cases", *STRATEGIES, "tipping_point"], randomised),
        *[_randomisation_test(analysis, minimised=len(chance) < len(randomised))] * done(["permutation"], chance),
        *[FAMILIES] * has_family,
        *_per_protocol(cohorts),
        *[SAFETY] * any(cohort.intake.events for cohort in cohorts),
        *[RESPONDERS] * (any(outcome.responders for outcome in outcomes) and done(["responders"], cohorts)),
        *[RELIABLE]
        * (any(outcome.measurement_error is not None for outcome in outcomes) and done(["reliable_change"], cohorts)),
        *[
            f"Beside these stand simpler analyses, as earlier studies ran them: {listing([AS_PUBLISHED[name] for name in ran])}."
        ]
        * bool(ran),
        *[EFFECT_SIZES] * bool(compared),
        "Baseline characteristics are described, not tested. A change within one arm is not read as an effect of the treatment. "
        "A result whose interval holds zero is called uncertain: it does not show that there is no difference.",
        *[f"{POOLING}{APART * any(cohort.synthetic for cohort in cohorts)}"] * pooled,
    ]
    return paragraphs


def _fits_mixed_models(cohorts: list[Cohort], analysis: Analysis) -> bool:
    return any(
        name == analysis.answer_of(cohort) or name not in cohort.leave_out
        for cohort in cohorts
        if cohort.intervention_arms
        for name in ("mmrm", "clda", "random_intercept")
    )


def _per_protocol(cohorts: list[Cohort]) -> list[str]:
    """Return the paragraph on those who followed the protocol, where a cohort says who did."""
    mine = [
        cohort
        for cohort in cohorts
        if PER_PROTOCOL in cohort.adherence_columns and PER_PROTOCOL not in cohort.leave_out
    ]
    by_share = [
        f"in {cohort.name} by attending at least {of_cohort(f'{cohort.per_protocol_percent:g}', cohort, 'per_protocol_percent')} % "
        "of the planned sessions"
        for cohort in mine
        if cohort.per_protocol_percent is not None
    ]
    by_column = [cohort.name for cohort in mine if cohort.per_protocol_percent is None]
    who = [*by_share, *[f"in {listing(by_column)} as the data file says"] * bool(by_column)]
    return [
        f"The main comparison was repeated among those who followed the protocol ({'; '.join(who)}). Who they are is not left to "
        "chance: this checks the main comparison and does not replace it."
    ] * bool(mine)


def _main_comparison(randomised: list[Cohort], analysis: Analysis) -> str:
    """Return the words on the main comparison; where cohorts differ each has its own."""
    words = {"ancova": ANCOVA, "mmrm": MMRM, "clda": CLDA}
    answers = {cohort.name: analysis.answer_of(cohort) for cohort in randomised}
    asked = {analysis.estimator_of(cohort) for cohort in randomised}
    if asked == {"mmrm"} and len(set(answers.values())) == 2:
        return f"{MMRM} {ONE_VISIT}"
    parts = []
    for name in dict.fromkeys(answers.values()):
        mine = [cohort for cohort, answer in answers.items() if answer == name]
        parts.append(words[name] if len(mine) == len(answers) else f"In {listing(mine)}: {words[name]}")
    return " ".join(parts)


def _is_check(name: str, cohort: Cohort, analysis: Analysis) -> bool:
    """Return whether a model stands beside the main comparison of a cohort; the MMRM of one visit is the ANCOVA."""
    another = name != analysis.answer_of(cohort) and (name != "mmrm" or len(cohort.post_visits) > 1)
    return another and name not in cohort.leave_out


def _checks(compared: list[Cohort], analysis: Analysis) -> list[str]:
    """Return the paragraph on what checks the main comparison, where anything does."""
    models = [words for name, words in CHECKS.items() if any(_is_check(name, cohort, analysis) for cohort in compared)]
    said = [f"To check the main comparison stand beside it: {listing(models)}."] if models else []
    if any("influence" not in cohort.leave_out for cohort in compared):
        said.append("The difference with each participant left out in turn shows how much it rests on one person.")
    if any("assumptions" not in cohort.leave_out for cohort in compared):
        said.append("The residuals' spread and Shapiro-Wilk test inform and change nothing.")
    return [" ".join(said)] * bool(said)
