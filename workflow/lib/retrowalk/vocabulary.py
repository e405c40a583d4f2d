"""Column names, roles, analyses, terms and domains: each word said once.

Everything that passes between rooms is a table with the columns named here.
"""

# --- the two tables every cohort becomes ------------------------------------------------------------------------------
PARTICIPANT_COLUMNS = ["cohort", "participant", "arm"]  # then one column a covariate, then the two below
WITHDRAWAL_COLUMNS = ["withdrawn_after", "withdrawal_reason"]
MEASUREMENT_COLUMNS = ["cohort", "participant", "visit", "outcome", "value"]
PROBLEM_COLUMNS = [
    "cohort",
    "severity",
    "file",
    "sheet",
    "row",
    "column",
    "value",
    "rule",
    "problem",
    "allowed",
    "remedy",
]
RESIDUAL_COLUMNS = ["cohort", "outcome", "analysis", "visit", "participant", "arm", "fitted", "residual"]

# --- the estimate record ----------------------------------------------------------------------------------------------
ESTIMATE_KEY = ["cohort", "outcome", "analysis", "population", "arm", "reference_arm", "visit", "term"]
ESTIMATE_COLUMNS = [
    "cohort",
    "outcome",
    "analysis",
    "population",
    "role",
    "arm",
    "reference_arm",
    "visit",
    "term",
    "unit",
    "estimate",
    "se",
    "df_numerator",
    "df",
    "statistic",
    "p_value",
    "p_adjusted",
    "ci_low",
    "ci_high",
    "effect_size",
    "effect_size_kind",
    "effect_size_low",
    "effect_size_high",
    "n",
    "n_arm",
    "n_reference",
    "method",
    "note",
]
TEXT_COLUMNS = [*ESTIMATE_KEY, "role", "unit", "effect_size_kind", "method", "note"]
COUNT_COLUMNS = ["n", "n_arm", "n_reference"]

# `secondary` is the primary estimator applied to another outcome or visit: exploratory, never the primary answer.
MAIN_ROLES = ["primary", "secondary"]
ROLES = [*MAIN_ROLES, "sensitivity", "as_published", "descriptive"]

ANALYSES = [
    # describe
    "baseline",
    "flow",
    "missing",
    "missing_pattern",
    "observed_mean",
    # model
    "ancova",
    "mmrm",
    "clda",
    "random_intercept",
    "joint_test",
    "paired_t",
    "mixed_anova",
    "student_post",
    # synthesise
    "published",
    "pooled",
]

#: `term` of a difference between two arms (of values, of changes), a model's mean of one arm, a change within one arm.
DIFFERENCE, DIFFERENCE_IN_CHANGE, MARGINAL_MEAN, CHANGE = (
    "difference",
    "difference_in_change",
    "marginal_mean",
    "change",
)

ALL_RANDOMISED, ALL_ENROLLED = "all_randomised", "all_enrolled"

# --- the words of the plan --------------------------------------------------------------------------------------------
DOMAINS = {
    "pain": "Pain",
    "range_of_motion": "Range of motion",
    "balance": "Balance",
    "function": "Function",
    "endurance": "Muscle endurance",
    "gait": "Gait",
}
COMPARATORS = {
    "add-on": "backward walking added to the treatment that both arms had",
    "active": "backward walking against another active treatment",
    "none": "none",
    "not_stated": "comparator not stated",
}
SYNTHETIC = "SYNTHETIC"
#: What every table row, figure and page made from simulated participants says.
SYNTHETIC_NOTE = f"{SYNTHETIC} data, not evidence"
