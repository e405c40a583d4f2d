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
    "provenance",
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
    "reason",
    "caveats",
]
TEXT_COLUMNS = [*ESTIMATE_KEY, "provenance", "role", "unit", "effect_size_kind", "method", "reason", "caveats"]
COUNT_COLUMNS = ["n", "n_arm", "n_reference"]

# `secondary` is the primary estimator applied to another outcome or visit: exploratory, never the primary answer.
MAIN_ROLES = ["primary", "secondary"]
ROLES = [*MAIN_ROLES, "sensitivity", "as_published", "descriptive"]

#: A difference between two arms, of values.
DIFFERENCE = "difference"
#: A difference between two arms, of changes since baseline.
DIFFERENCE_IN_CHANGE = "difference_in_change"
#: A model's mean of one arm.
MARGINAL_MEAN = "marginal_mean"
#: A change within one arm.
CHANGE = "change"
#: How many participants of an arm a mixed model of several visits was fitted to.
ANALYSED = "analysed"
#: How far apart two arms were at baseline, in SDs.
STANDARDISED_DIFFERENCE = "standardised_difference"
#: Welch's t test of changes: their difference in SDs of baseline.
DIFFERENCE_PER_BASELINE_SD = "difference_per_baseline_sd"
#: Paired t test: the change in SDs of the changes, corrected for small samples.
CHANGE_PER_SD_CORRECTED = "change_per_sd_of_change"
#: Paired t test: the change in average SDs of the two visits.
CHANGE_PER_AVERAGE_SD = "change_per_average_sd"
#: Brunner-Munzel: the probability that a change in the arm is higher.
PROBABILITY_HIGHER = "probability_higher"
#: Mixed ANOVA: the test of what it assumes.
SPHERICITY = "sphericity"
#: Mixed ANOVA: the correction where that does not hold.
GREENHOUSE_GEISSER = "greenhouse_geisser"
#: Tipping point: the amount added to imputed values.
TIPPING_DELTA = "delta"
#: Tipping point: the difference at that amount.
AT_TIPPING_DELTA = "difference_at_delta"
#: Leaving out one participant: the lowest difference.
LOWEST_WITHOUT_ONE = "lowest_without_one"
#: Leaving out one participant: the highest difference.
HIGHEST_WITHOUT_ONE = "highest_without_one"
#: Residuals: the test of their normality.
SHAPIRO_WILK = "shapiro_wilk"
#: Residuals: their spread in one arm.
RESIDUAL_SD = "residual_sd"
#: How a term begins that is about one participant: "participant:<id>". Never shown.
ABOUT_ONE = "participant:"

#: Everybody who was randomised.
ALL_RANDOMISED = "all_randomised"
#: Everybody in a cohort that was not randomised.
ALL_ENROLLED = "all_enrolled"
#: Those who followed the protocol.
PER_PROTOCOL = "per_protocol"
#: Those in whom adverse events are counted: all but those known to have attended no session.
SAFETY = "safety"

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
    "add-on": "the treatment that both arms received",
    "active": "another active treatment",
    "none": "no treatment",
    "not_stated": "not stated",
}
SYNTHETIC = "SYNTHETIC"
#: Where the data of a row come from: participants' own data, simulated ones, or what a paper reports.
FROM_PARTICIPANTS = "individual"
FROM_SIMULATION = "synthetic"
FROM_PAPERS = "published"
#: What every table row, figure and page made from simulated participants says.
SYNTHETIC_NOTE = f"{SYNTHETIC} data, not evidence"
