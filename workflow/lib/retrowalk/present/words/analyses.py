"""The names of the analyses and of their terms, as tables and sentences print them."""

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

ANALYSIS_NAMES = {
    "ancova": "ANCOVA",
    "mmrm": "MMRM",
    "clda": "Constrained longitudinal model",
    "joint_test": "Joint test of the MMRM",
    "random_intercept": "Random-intercept model",
    "complete_cases": "Complete cases",
    "imputation_mar": "Multiple imputation, missing at random",
    "jump_to_reference": "Multiple imputation, jump to reference",
    "copy_reference": "Multiple imputation, copy reference",
    "copy_increments": "Multiple imputation, copy increments in reference",
    "tipping_point": "Tipping point",
    "permutation": "Randomisation test",
    "influence": "Leave one participant out",
    "assumptions": "Residuals of the main comparison",
    "responders": "Responders",
    "reliable_change": "Reliable change",
    "student_post": "Student t test",
    "welch_post": "Welch t test",
    "welch_change": "Welch t test of changes",
    "mann_whitney": "Mann-Whitney test of changes",
    "brunner_munzel": "Brunner-Munzel test of changes",
    "paired_t": "Paired t test",
    "wilcoxon": "Wilcoxon signed-rank test",
    "mixed_anova": "Mixed ANOVA",
}


MIXED_MODEL_OF_CHANGES = "Mixed model of all visits"


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
    changes = row.analysis == "mmrm" and row.term == DIFFERENCE_IN_CHANGE
    name = MIXED_MODEL_OF_CHANGES if changes else ANALYSIS_NAMES[row.analysis]
    return f"{name}, per protocol" if row.population == PER_PROTOCOL else name
