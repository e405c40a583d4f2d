"""The statistical methods in words, written from the plan."""

from retrowalk.plan import Analysis, Cohort
from retrowalk.present import numbers


def methods_paragraphs(cohorts: list[Cohort], analysis: Analysis) -> list[str]:
    """Return the paragraphs of a methods section that are true of this run."""
    level = numbers.level(analysis.alpha)
    estimator = {
        "ancova": (
            "The arms of a randomised cohort were compared at each visit after baseline by analysis of covariance of the value "
            "at the visit on baseline and arm, with the stratification factors and covariates that the cohort's plan names "
            "(least squares, t distribution). A missing baseline took the mean over all arms; participants without a value at "
            "the visit were left out, which assumes that values are missing at random given baseline."
        ),
        "random_intercept": (
            "The arms of a randomised cohort were compared by the arm-by-visit contrasts of a random-intercept model of all "
            "visits (REML). Its intervals rest on the normal distribution and are too narrow for small trials."
        ),
    }[analysis.primary_estimator]
    paragraphs = [
        f"{estimator} Each difference is the arm minus the control arm in the outcome's own unit, with a {level} confidence "
        "interval. One outcome and visit of each cohort is primary; every other comparison is exploratory and has an interval "
        "but no p value in the text.",
    ]
    if any(len(cohort.intervention_arms) > 1 for cohort in cohorts) and analysis.multiplicity == "holm":
        paragraphs.append("The primary comparisons of several arms with one control were corrected by Holm's method.")
    if any(not cohort.randomised for cohort in cohorts):
        paragraphs.append(
            "Groups that were not allocated at random were compared by the group-by-time contrast of a random-intercept model "
            "(REML, normal approximation). This is not a randomised comparison."
        )
    paragraphs += [
        "Beside these stand the analyses as the studies ran them: paired t tests within arms, Student's t test of the values "
        "after treatment, and the mixed analysis of variance of arm by visit (type III, complete cases). Hedges g has the exact "
        "small-sample correction; the standard deviation is the pooled one of the values at the visit.",
        "Baseline characteristics are described, not tested. A change within one arm is not read as an effect of the treatment. "
        "A result whose interval holds zero is called uncertain: it does not show that there is no difference.",
        "Published results were turned into Hedges g where the article prints what that needs. Studies were pooled by domain "
        "within one kind of comparator with random effects (Paule-Mandel variance, Hartung-Knapp interval). Real and synthetic "
        "results are never pooled with each other.",
    ]
    return paragraphs
