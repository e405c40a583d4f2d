"""The statistical methods in words, written from the plan."""

from retrowalk.plan import Analysis, Cohort
from retrowalk.present import numbers

COVARIANCE = (
    "The covariance of a participant's visits was unstructured; where that could not be fitted, the first of heterogeneous "
    "Toeplitz, first-order autoregressive and compound symmetry, and compound symmetry, that could; each table says which. "
    "It was estimated by restricted maximum likelihood, with the standard errors and degrees of freedom of Kenward and Roger."
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
    f"plan names. {COVARIANCE} A missing baseline took the mean over all arms; values after baseline are taken to be missing at "
    "random given those that were observed."
)
CLDA = (
    "The arms of a randomised cohort were compared by a constrained longitudinal model: baseline is a response like the later "
    "visits, the arms share its mean, and each arm differs from the control by its own amount at each later visit. The "
    "stratification factors and covariates that the cohort's plan names have an effect at each visit. "
    f"{COVARIANCE} Missing values are taken to be missing at random given those that were observed."
)


def methods_paragraphs(cohorts: list[Cohort], analysis: Analysis) -> list[str]:
    """Return the paragraphs of a methods section that are true of this run."""
    level = numbers.level(analysis.alpha)
    estimators = {
        "ancova": ANCOVA,
        "mmrm": f"{MMRM} {ANCOVA.replace('The arms of a randomised cohort were', 'With one visit after baseline they were')}",
        "clda": CLDA,
    }
    paragraphs = [
        f"{estimators[analysis.primary_estimator]} Each difference is the arm minus the control arm in the outcome's own unit, with a {level} confidence "
        "interval. One outcome and visit of each cohort is primary; every other comparison is exploratory and has an interval "
        "but no p value in the text.",
    ]
    if any(len(cohort.intervention_arms) > 1 for cohort in cohorts) and analysis.multiplicity == "holm":
        paragraphs.append("The primary comparisons of several arms with one control were corrected by Holm's method.")
    if any(not cohort.randomised for cohort in cohorts):
        paragraphs.append(
            "Groups that were not allocated at random were compared by the group-by-time contrasts of a mixed model of all "
            f"visits. {COVARIANCE} This is not a randomised comparison."
        )
    paragraphs += [
        "Sensitivity analyses are the other ones of these: analysis of covariance at each visit, the mixed model for repeated "
        "measures, and (of randomised cohorts) the constrained longitudinal model; and a random-intercept model of all visits.",
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
