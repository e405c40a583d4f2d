"""The words of each analysis, its entry of the same name in analyses.py, and of the terms of the analyses."""

from dataclasses import dataclass
from typing import Any

from retrowalk.vocabulary import (
    ANALYSED,
    AT_TIPPING_DELTA,
    CHANGE,
    CHANGE_PER_AVERAGE_SD,
    CHANGE_PER_SD_CORRECTED,
    DIFFERENCE,
    DIFFERENCE_IN_CHANGE,
    DIFFERENCE_PER_BASELINE_SD,
    GREENHOUSE_GEISSER,
    HIGHEST_WITHOUT_ONE,
    LOWEST_WITHOUT_ONE,
    MARGINAL_MEAN,
    PER_PROTOCOL,
    PROBABILITY_HIGHER,
    RESIDUAL_SD,
    SHAPIRO_WILK,
    SPHERICITY,
    TIPPING_DELTA,
)


@dataclass(frozen=True)
class AnalysisWords:
    """What is said of one analysis.

    Attributes
    ----------
    name
        Its name in tables and sentences.
    what
        What it is, for the table of the analyses in workflow/README.md.
    name_of_changes
        Its name where it compares changes of groups that were not randomised.
    methods
        What the methods call it in their list of what checks the main comparison or of what the studies ran; of a check that is
        no other model its sentence.
    paragraph
        A paragraph of the methods of its own; of a model, the one where it is the answer. {imputations} and {permutations}
        stand for the numbers of the plan.
    members, members_of_others
        Whom a model has in it: of a randomised cohort, of any other.
    given
        What a model of a randomised cohort takes a missing value to depend on at most, covariates apart.
    population
        Whom any other analysis has in it.
    """

    name: str
    what: str
    name_of_changes: str = ""
    methods: str = ""
    paragraph: str = ""
    members: str = ""
    members_of_others: str = ""
    given: tuple[str, ...] = ()
    population: str = ""


_ANY_VISIT = "those with a value at any visit, baseline included"
_FILLED = "a missing baseline being the mean over all arms"
_MISSING_DATA = (
    "Missing values: the main comparison takes them to be missing at random. Where an outcome has any, it was repeated with "
    "complete cases and with multiple imputation: {imputations} sets were drawn from the posterior of the mixed "
    "model of all visits after baseline, each was analysed by analysis of covariance at the visit, and the results were pooled "
    "by Rubin's rules with the degrees of freedom of Barnard and Rubin. The values after a participant's last one were "
    "imputed as missing at random, by jumping to the control arm, by copying the control arm, and by copying its increments "
    "(Carpenter, Roger and Kenward 2013). The tipping point is the amount that must be added to the imputed values of an arm "
    "before the interval reaches zero."
)

#: {name in the register of the analyses: what is said of it}.
WORDS = {
    "baseline": AnalysisWords("baseline", "Characteristics at baseline, by arm."),
    "flow": AnalysisWords("flow", "How many were randomised or enrolled, had data, and left, by arm and visit."),
    "missing": AnalysisWords("missing", "How many values are missing, and why, by arm and visit."),
    "missing_pattern": AnalysisWords("missing pattern", "How many participants have which pattern of missing visits."),
    "observed_mean": AnalysisWords("observed mean", "Means, standard deviations and changes as observed."),
    "adverse_events": AnalysisWords("adverse events", "Adverse events and participants with any, by arm."),
    "adherence": AnalysisWords("adherence", "Sessions attended, and who followed the protocol."),
    "ancova": AnalysisWords(
        "ANCOVA",
        "The arms at each visit after baseline, adjusted for baseline.",
        methods="the analysis of covariance at each visit",
        paragraph="The arms of a randomised cohort were compared at each visit after baseline by analysis of covariance of the value "
        "at the visit on baseline and arm, with the stratification factors and covariates that the cohort's plan names "
        "(least squares, t distribution). A missing baseline took the mean over all arms; participants without a value at "
        "the visit were left out, which assumes that values are missing at random given baseline.",
        members=f"those with a value at the visit, {_FILLED}",
        members_of_others="those with a value at baseline and at the visit",
        given=("baseline", "arm"),
    ),
    "mmrm": AnalysisWords(
        "MMRM",
        "All visits after baseline in one mixed model, adjusted for baseline; of groups that were not randomised, the difference "
        "between changes in a mixed model of all visits.",
        name_of_changes="Mixed model of all visits",
        methods="the mixed model for repeated measures",
        paragraph="The arms of a randomised cohort with several visits after baseline were compared by a mixed model for repeated measures "
        "of these visits, with baseline by visit, arm by visit, and the stratification factors and covariates that the cohort's "
        "plan names. A missing baseline took the mean over all arms. Participants without any value after baseline are not "
        "in the model; those with some are, and what they lack is taken to be missing at random: to depend on nothing but what was "
        "observed.",
        members=f"those with a value at any visit after baseline, {_FILLED}",
        members_of_others=_ANY_VISIT,
        given=("baseline", "arm", "the values at other visits"),
    ),
    "mmrm_weeks": AnalysisWords(
        "MMRM, covariance by weeks",
        "The MMRM of the primary outcome whose correlations fall with the weeks between visits, where there are three visits or "
        "more after baseline.",
        methods="the mixed model for repeated measures of the primary outcome with a covariance in continuous time (spatial "
        "power, of randomised cohorts with three or more visits after baseline)",
        members=f"those with a value at any visit after baseline, {_FILLED}",
    ),
    "clda": AnalysisWords(
        "Constrained longitudinal model",
        "All visits in one mixed model in which the arms share the mean at baseline.",
        methods="the constrained longitudinal model (of randomised cohorts; baseline is a response, and the arms share its mean)",
        paragraph="The arms of a randomised cohort were compared by a constrained longitudinal model: baseline is a response like the later "
        "visits, the arms share its mean, and each arm differs from the control by its own amount at each later visit. The "
        "stratification factors and covariates that the cohort's plan names have an effect at each visit. "
        "Missing values are taken to be missing at random given those that were observed.",
        members=_ANY_VISIT,
        given=("arm", "the values at other visits (baseline is one)"),
    ),
    "random_intercept": AnalysisWords(
        "Random-intercept model",
        "The studies' model of all visits.",
        methods="a random-intercept model of all visits",
        members=_ANY_VISIT,
        members_of_others=_ANY_VISIT,
    ),
    "joint_test": AnalysisWords("Joint test of the MMRM", "Whether the difference between the arms changes over time."),
    "complete_cases": AnalysisWords(
        "Complete cases",
        "The primary estimator on those measured at every visit, where a value is missing.",
        paragraph=_MISSING_DATA,
        population="complete cases, those with a value at every visit",
    ),
    "imputation_mar": AnalysisWords(
        "Multiple imputation, missing at random",
        "Values after the last one go on as those of the own arm. The four imputations use the same draws.",
        paragraph=_MISSING_DATA,
    ),
    "jump_to_reference": AnalysisWords(
        "Multiple imputation, jump to reference",
        "Values after the last one are those of the control arm.",
        paragraph=_MISSING_DATA,
    ),
    "copy_reference": AnalysisWords(
        "Multiple imputation, copy reference",
        "The participant is taken to have been in the control arm from the start.",
        paragraph=_MISSING_DATA,
    ),
    "copy_increments": AnalysisWords(
        "Multiple imputation, copy increments in reference",
        "From the last value on, changes are those of the control arm.",
        paragraph=_MISSING_DATA,
    ),
    "tipping_point": AnalysisWords(
        "Tipping point",
        "How much worse the missing values of an arm must be before the interval reaches zero.",
        paragraph=_MISSING_DATA,
    ),
    "per_protocol": AnalysisWords(
        "Per protocol",
        "The primary estimator on those who followed the protocol.",
        population="Per protocol: of these, those who followed the protocol; who they are is not left to chance",
    ),
    "permutation": AnalysisWords(
        "Randomisation test",
        "The randomisation test of the ANCOVA, with its interval.",
        paragraph="The randomisation test permutes the arms within the strata of the randomisation and compares the absolute t of the "
        "analysis of covariance: over all arrangements where they are no more than {permutations}, else over so many "
        "random ones; its interval is found by inversion.",
        population="Randomisation test: as the ANCOVA, two arms at a time",
    ),
    "influence": AnalysisWords(
        "Leave one participant out",
        "Lowest and highest difference with one participant left out.",
        methods="The difference with each participant left out in turn shows how much it rests on one person.",
    ),
    "assumptions": AnalysisWords(
        "Residuals of the main comparison",
        "Shapiro-Wilk test and spread by arm of the residuals of the main comparison.",
        methods="The residuals' spread and Shapiro-Wilk test inform and change nothing.",
    ),
    "student_post": AnalysisWords(
        "Student t test",
        "Student's t test of the values at each visit after baseline.",
        methods="Student's t test of the values after treatment",
    ),
    "welch_post": AnalysisWords(
        "Welch t test",
        "Welch's t test of the values at each visit after baseline.",
        methods="Welch's t test of the same",
    ),
    "welch_change": AnalysisWords(
        "Welch t test of changes",
        "Welch's t test of the changes since baseline.",
        methods="Welch's t test of the changes",
    ),
    "mann_whitney": AnalysisWords(
        "Mann-Whitney test of changes",
        "Mann-Whitney test of the changes since baseline.",
        methods="the Mann-Whitney test of the changes",
    ),
    "brunner_munzel": AnalysisWords(
        "Brunner-Munzel test of changes",
        "Brunner-Munzel test of the changes since baseline.",
        methods="the Brunner-Munzel test of the changes",
    ),
    "mixed_anova": AnalysisWords(
        "Mixed ANOVA",
        "Arm by visit, type III, complete cases.",
        methods="the mixed analysis of variance of arm by visit (type III, complete cases; with three visits or more also "
        "with the degrees of freedom of Greenhouse and Geisser, for differences between visits that do not all vary alike, the want "
        "of sphericity)",
    ),
    "responders": AnalysisWords(
        "Responders",
        "Shares of responders, their difference, ratio, and number needed to treat.",
        paragraph="A responder is a participant whose improvement since baseline reaches the plan's threshold. Shares are compared among those "
        "measured, and again with those missing counted as non-responders: difference (Newcombe's interval unless the plan asks for "
        "Wald's), ratio, and number needed to treat.",
    ),
    "reliable_change": AnalysisWords(
        "Reliable change",
        "Changes beyond the error of measurement: counts by arm; in cohorts that were not randomised, each participant.",
        paragraph="A change of one participant counts as reliable where it is larger than the instrument's measurement error for the condition "
        "(1.96 times the square root of 2 times the standard error of measurement, or the published minimal detectable change).",
    ),
    "paired_t": AnalysisWords(
        "Paired t test",
        "Paired t test of the change within an arm. Its note says that a change is not an effect.",
        methods="within arms, the paired t test of the change since baseline",
    ),
    "wilcoxon": AnalysisWords(
        "Wilcoxon signed-rank test",
        "Signed ranks of the change within an arm. Its note says that a change is not an effect.",
        methods="within arms Wilcoxon's signed ranks of the change",
    ),
    "published": AnalysisWords("published", "The effect size of a published trial."),
    "pooled": AnalysisWords("pooled", "The pool of a set of effect sizes."),
}


TERM_NAMES = {
    DIFFERENCE: "difference between arms",
    DIFFERENCE_IN_CHANGE: "difference in change",
    MARGINAL_MEAN: "adjusted mean",
    ANALYSED: "participants analysed",
    CHANGE: "change within the arm",
    "arm": "arm",
    "visit": "visit",
    "arm:visit": "arm by visit",
    SPHERICITY: "sphericity (epsilon)",
    f"visit:{GREENHOUSE_GEISSER}": "visit, Greenhouse-Geisser",
    f"arm:visit:{GREENHOUSE_GEISSER}": "arm by visit, Greenhouse-Geisser",
    DIFFERENCE_PER_BASELINE_SD: "difference in change, in SDs of baseline",
    CHANGE_PER_SD_CORRECTED: "change, in SDs of the change",
    CHANGE_PER_AVERAGE_SD: "change, in average SDs",
    PROBABILITY_HIGHER: "probability of a higher change",
    TIPPING_DELTA: "change of missing values that takes the interval to zero",
    AT_TIPPING_DELTA: "difference there",
    LOWEST_WITHOUT_ONE: "lowest difference",
    HIGHEST_WITHOUT_ONE: "highest difference",
    SHAPIRO_WILK: "Shapiro-Wilk test",
    RESIDUAL_SD: "standard deviation",
}


def model_name(row: Any) -> str:
    """Return the name of the analysis of a row; without randomisation the mixed model has baseline among its visits."""
    words = WORDS[row.analysis]
    name = words.name_of_changes if row.term == DIFFERENCE_IN_CHANGE else ""
    name = name or words.name
    return f"{name}, per protocol" if row.population == PER_PROTOCOL else name
