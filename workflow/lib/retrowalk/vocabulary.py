"""Column names, roles, terms and domains: each word said once. The analyses are in analyses.py.

Everything that passes between rooms is a table with the columns named here.
"""

# --- the two tables every cohort becomes ------------------------------------------------------------------------------
PARTICIPANT_COLUMNS = ["cohort", "participant", "arm"]  # then one column a covariate, then the two below
WITHDRAWAL_COLUMNS = ["withdrawn_after", "withdrawal_reason"]
#: Only where the cohort file gives them.
ADHERENCE_COLUMNS = ["per_protocol", "sessions_attended", "sessions_planned"]
MEASUREMENT_COLUMNS = ["cohort", "participant", "visit", "outcome", "value"]
#: Adverse events, one row an event; `week` is a number, the rest is text.
EVENT_COLUMNS = ["cohort", "participant", "week", "kind", "serious", "description"]
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
RESIDUAL_COLUMNS = ["cohort", "outcome", "analysis", "visit", "participant", "arm", "fitted", "residual", "normalised"]

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

#: `term` of a difference between two arms (of values, of changes), a model's mean of one arm, a change within one arm.
DIFFERENCE, DIFFERENCE_IN_CHANGE, MARGINAL_MEAN, CHANGE = (
    "difference",
    "difference_in_change",
    "marginal_mean",
    "change",
)
#: How many participants of an arm a mixed model of several visits was fitted to.
ANALYSED = "analysed"
#: How far apart two arms were at baseline, in SDs.
STANDARDISED_DIFFERENCE = "standardised_difference"
#: Terms of one analysis each: standardised alone, a probability, the assumption of the mixed ANOVA and what it corrects.
DIFFERENCE_PER_BASELINE_SD, CHANGE_PER_SD_CORRECTED, CHANGE_PER_AVERAGE_SD = (
    "difference_per_baseline_sd",
    "change_per_sd_of_change",
    "change_per_average_sd",
)
PROBABILITY_HIGHER, SPHERICITY, GREENHOUSE_GEISSER = "probability_higher", "sphericity", "greenhouse_geisser"
#: Of the tipping point, of leaving out one participant, of the residuals.
TIPPING_DELTA, AT_TIPPING_DELTA = "delta", "difference_at_delta"
LOWEST_WITHOUT_ONE, HIGHEST_WITHOUT_ONE = "lowest_without_one", "highest_without_one"
SHAPIRO_WILK, RESIDUAL_SD = "shapiro_wilk", "residual_sd"
#: How a term begins that is about one participant: "participant:<id>". Never shown.
ABOUT_ONE = "participant:"

#: Safety: whom adverse events are counted in, all but those of whom it is known that they attended none of their sessions.
ALL_RANDOMISED, ALL_ENROLLED, PER_PROTOCOL, SAFETY = "all_randomised", "all_enrolled", "per_protocol", "safety"

# --- the words of the plan --------------------------------------------------------------------------------------------
DOMAINS = {
    "pain": "Pain",
    "range_of_motion": "Range of motion",
    "balance": "Balance",
    "function": "Function",
    "endurance": "Muscle endurance",
    "gait": "Gait",
}
#: What the control arm had.
COMPARATORS = {
    "add-on": "the treatment that both arms had",
    "active": "another active treatment",
    "none": "no treatment",
    "not_stated": "not stated",
}
SYNTHETIC = "SYNTHETIC"
#: What every table row, figure and page made from simulated participants says.
SYNTHETIC_NOTE = f"{SYNTHETIC} data, not evidence"
