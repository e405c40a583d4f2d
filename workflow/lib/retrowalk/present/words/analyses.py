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
        What the methods call it in a list of sensitivity analyses or of simpler analyses; of a check that is no other model its
        sentence.
    paragraph
        A paragraph of the methods of its own; of a model, the one where it is the answer. {imputations} and {permutations}
        are the numbers of the plan; `methods.of_cohorts` has what else depends on the cohorts, as in `methods`.
    members, members_of_others
        The participants in a model: of a randomised cohort, of any other.
    given
        What a missing value may depend on in a model of a randomised cohort, covariates apart.
    population
        The participants in any other analysis.
    within
        What the words of a method call it where another analysis builds on it; of an imputation, what it assumes.
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
    within: str = ""


_ANY_VISIT = "participants with a value at any visit, including baseline"
_FILLED = "missing baseline values replaced by the mean of all arms combined"
_MISSING_DATA = (
    "Missing values. The main comparison assumes that values are missing at random. For each outcome with missing values, it was "
    "repeated as a complete-case analysis and with multiple imputation: {imputations} data sets were drawn from the "
    "posterior distribution of the mixed model of all visits after baseline, the arms were compared in each data set by analysis "
    "of covariance at the visit, and the results were pooled by Rubin's rules with the degrees of freedom of Barnard and Rubin. "
    "Missing values after a participant's last observed value were imputed under four assumptions: missing at random, jump to "
    "reference, copy reference, and copy increments in reference (Carpenter, Roger and Kenward 2013). The tipping point is the "
    "amount that must be added to the imputed values of an arm for the interval to reach zero."
)

#: {name in the register of the analyses: what is said of it}.
WORDS = {
    "baseline": AnalysisWords("baseline", "Characteristics at baseline, by arm."),
    "flow": AnalysisWords(
        "flow", "Numbers of participants randomised or enrolled, with data, and withdrawn, by arm and visit."
    ),
    "missing": AnalysisWords("missing", "Numbers of missing values and their reasons, by arm and visit."),
    "missing_pattern": AnalysisWords("missing pattern", "Numbers of participants with each pattern of missing values."),
    "observed_mean": AnalysisWords("observed mean", "Observed means, standard deviations and changes."),
    "adverse_events": AnalysisWords("adverse events", "Adverse events, and participants with any, by arm."),
    "adherence": AnalysisWords("adherence", "Sessions attended, and participants treated per protocol."),
    "ancova": AnalysisWords(
        "ANCOVA",
        "The arms at each visit after baseline, adjusted for baseline.",
        methods="analysis of covariance (ANCOVA) at each visit",
        paragraph="{the_arms} were compared at each visit after baseline by analysis of covariance (ANCOVA) of the "
        "value at the visit, with baseline and arm as covariates{and_with_covariates} (least squares, t distribution). Missing baseline values were replaced by the mean of all arms combined. Participants "
        "without a value at the visit were excluded, which assumes that values are missing at random given baseline.",
        members=f"participants with a value at the visit ({_FILLED})",
        members_of_others="participants with a value at baseline and at the visit",
        given=("baseline", "arm"),
        within="ANCOVA",
    ),
    "mmrm": AnalysisWords(
        "MMRM",
        "All visits after baseline in one mixed model, adjusted for baseline; for groups that were not randomised, the difference "
        "between changes in a mixed model of all visits.",
        name_of_changes="Mixed model of all visits",
        methods="the mixed model for repeated measures",
        paragraph="{the_arms}{with_several_visits} were compared using a mixed model for repeated "
        "measures (MMRM) fitted to all visits after baseline, with baseline-by-visit and arm-by-visit terms{and_with_covariates}. Missing baseline values were replaced by the mean of "
        "all arms combined. Participants with at least one value after baseline were included; their missing values are assumed to be "
        "missing at random, that is, to depend only on observed values.",
        members=f"participants with a value at any visit after baseline ({_FILLED})",
        members_of_others=_ANY_VISIT,
        given=("baseline", "arm", "the values at other visits"),
        within="mixed model",
    ),
    "mmrm_weeks": AnalysisWords(
        "MMRM, covariance by weeks",
        "The MMRM of the primary outcome with correlations that decrease with the number of weeks between visits, where there are at "
        "least three visits after baseline.",
        methods="for the primary outcome{of_cohorts_with_three_visits}, the mixed model for repeated "
        "measures with a spatial power covariance over weeks",
        members=f"participants with a value at any visit after baseline ({_FILLED})",
    ),
    "clda": AnalysisWords(
        "Constrained longitudinal model",
        "All visits in one mixed model with a common baseline mean for all arms.",
        methods="{in_randomised}the constrained longitudinal model, in which baseline is a response with a common mean",
        paragraph="{the_arms} were compared using a constrained longitudinal model: baseline is a response like the "
        "later visits, all arms have a common baseline mean, and each arm differs from the control arm by a separate amount at each "
        "later visit. {covariates_by_visit}Missing values are assumed to be missing at random given the observed values.",
        members=_ANY_VISIT,
        given=("arm", "the values at other visits (including baseline)"),
        within="constrained longitudinal model",
    ),
    "random_intercept": AnalysisWords(
        "Random-intercept model",
        "A random-intercept model of all visits.",
        methods="a random-intercept model of all visits",
        members=_ANY_VISIT,
        members_of_others=_ANY_VISIT,
    ),
    "joint_test": AnalysisWords(
        "Joint test of the MMRM", "Tests whether the difference between the arms changes over time."
    ),
    "complete_cases": AnalysisWords(
        "Complete-case analysis",
        "The primary estimator in participants measured at every visit, where values are missing.",
        paragraph=_MISSING_DATA,
        population="complete-case analysis: participants with a value at every visit",
    ),
    "imputation_mar": AnalysisWords(
        "Multiple imputation, missing at random",
        "Missing values after the last observed value follow the participant's arm. The four imputations use the same draws.",
        paragraph=_MISSING_DATA,
        within="missing values after the last observed value follow the participant's arm (missing at random)",
    ),
    "jump_to_reference": AnalysisWords(
        "Multiple imputation, jump to reference",
        "Missing values after the last observed value follow the control arm.",
        paragraph=_MISSING_DATA,
        within="missing values after the last observed value follow the control arm",
    ),
    "copy_reference": AnalysisWords(
        "Multiple imputation, copy reference",
        "The participant is treated as having been in the control arm from the start.",
        paragraph=_MISSING_DATA,
        within="the participant is treated as having been in the control arm from the start",
    ),
    "copy_increments": AnalysisWords(
        "Multiple imputation, copy increments in reference",
        "After the last observed value, changes follow the control arm.",
        paragraph=_MISSING_DATA,
        within="after the last observed value, changes follow the control arm",
    ),
    "tipping_point": AnalysisWords(
        "Tipping point",
        "How much worse the missing values of an arm must be for the interval to reach zero.",
        paragraph=_MISSING_DATA,
    ),
    "per_protocol": AnalysisWords(
        "Per protocol",
        "The primary estimator in participants who followed the protocol.",
        population="Per-protocol analysis: of these, participants who followed the protocol (this comparison is not protected by "
        "randomisation)",
    ),
    "permutation": AnalysisWords(
        "Randomisation test",
        "The randomisation test of the ANCOVA, with its interval.",
        paragraph="The randomisation test permutes the arms{within_strata} and compares the absolute t statistics of the analysis of covariance. All arrangements were used if there were at most {permutations}; otherwise, {permutations} "
        "random arrangements were used. The interval was obtained by inverting the test. {blocks}",
        population="Randomisation test: as for the ANCOVA, two arms at a time",
    ),
    "influence": AnalysisWords(
        "Leave one participant out",
        "Lowest and highest difference with one participant left out.",
        methods="To assess the influence of individual participants, the difference was estimated again without each participant in turn.",
    ),
    "assumptions": AnalysisWords(
        "Residuals of the main comparison",
        "Shapiro-Wilk test and standard deviation by arm of the residuals of the main comparison.",
        methods="The standard deviations and the Shapiro-Wilk test of the residuals are reported for information; they do not change "
        "the analysis.",
    ),
    "student_post": AnalysisWords(
        "Student t test",
        "Student's t test of the values at each visit after baseline.",
        methods="Student's t test of the values after treatment",
    ),
    "welch_post": AnalysisWords(
        "Welch t test",
        "Welch's t test of the values at each visit after baseline.",
        methods="Welch's t test of the values after treatment",
    ),
    "welch_change": AnalysisWords(
        "Welch t test of changes",
        "Welch's t test of the changes from baseline.",
        methods="Welch's t test of the changes from baseline",
    ),
    "mann_whitney": AnalysisWords(
        "Mann-Whitney test of changes",
        "Mann-Whitney test of the changes from baseline.",
        methods="the Mann-Whitney test of the changes",
    ),
    "brunner_munzel": AnalysisWords(
        "Brunner-Munzel test of changes",
        "Brunner-Munzel test of the changes from baseline.",
        methods="the Brunner-Munzel test of the changes",
    ),
    "mixed_anova": AnalysisWords(
        "Mixed ANOVA",
        "Arm by visit, type III sums of squares, complete cases.",
        methods="the mixed analysis of variance of arm by visit (type III sums of squares, complete cases; with three or more visits "
        "also with the degrees of freedom of Greenhouse and Geisser)",
    ),
    "responders": AnalysisWords(
        "Responders",
        "Proportions of responders, their difference and ratio, and the number needed to treat.",
        paragraph="A responder is a participant whose improvement from baseline reaches the threshold in the plan. Proportions were compared "
        "among participants with known responses, and again with missing values counted as non-response: the difference (with "
        "Newcombe's interval unless the plan specifies Wald's), the ratio, and the number needed to treat.",
    ),
    "reliable_change": AnalysisWords(
        "Reliable change",
        "Changes beyond the measurement error: counts by arm and, in cohorts that were not randomised, each participant.",
        paragraph="The change of a participant counts as reliable if it is larger than the measurement error of the instrument for the "
        "condition (1.96 times the square root of 2 times the standard error of measurement, or the published minimal detectable "
        "change).",
    ),
    "paired_t": AnalysisWords(
        "Paired t test",
        "Paired t test of the change within an arm. Its caveat states that a change is not a treatment effect.",
        methods="the paired t test of the change from baseline",
    ),
    "wilcoxon": AnalysisWords(
        "Wilcoxon signed-rank test",
        "Wilcoxon signed-rank test of the change within an arm. Its caveat states that a change is not a treatment effect.",
        methods="the Wilcoxon signed-rank test of the change from baseline",
    ),
    "published": AnalysisWords("published", "The effect size of a published trial."),
    "pooled": AnalysisWords("pooled", "The pooled effect of a set of studies."),
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
    TIPPING_DELTA: "change in missing values at which the interval reaches zero",
    AT_TIPPING_DELTA: "difference at that change",
    LOWEST_WITHOUT_ONE: "lowest difference",
    HIGHEST_WITHOUT_ONE: "highest difference",
    SHAPIRO_WILK: "Shapiro-Wilk test",
    RESIDUAL_SD: "standard deviation",
}


def model_name(row: Any) -> str:
    """Return the name of the analysis of a row; without randomisation the mixed model has baseline among its visits."""
    words = WORDS[row.analysis]
    name = words.name_of_changes if row.term == DIFFERENCE_IN_CHANGE else ""
    return in_population(name or words.name, row.population)


def in_population(name: str, population: str) -> str:
    """Return the name of an analysis with the participants it was done in, where these are not all."""
    return f"{name}, per protocol" if population == PER_PROTOCOL else name
