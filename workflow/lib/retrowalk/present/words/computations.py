"""How an estimate was computed, in words: one entry per method of the record (facts.METHODS)."""

from retrowalk import facts
from retrowalk.model.participants import AS_NONRESPONDERS, OBSERVED
from retrowalk.present.words import numbers
from retrowalk.present.words.analyses import WORDS
from retrowalk.present.words.cited import fixed
from retrowalk.present.words.phrases import listing
from retrowalk.present.words.statement import Statement, Words, constant, threshold
from visitwise import DF, STRUCTURES

#: How participants without a value are handled where responders are counted.
HANDLING = {
    OBSERVED: "among participants measured at both visits",
    AS_NONRESPONDERS: "missing values counted as non-response",
}
#: Names of the measures of what was observed.
_MEASURES = {
    "mean": "mean",
    "sd": "standard deviation",
    "median": "median",
    "lower_quartile": "lower quartile",
    "upper_quartile": "upper quartile",
}
_OBSERVED = {"value": "observed values", "change": "observed changes from baseline"}
_RANDOM_EFFECTS = "random-effects model with one Hedges g per study; between-study variance by Paule-Mandel"


def structure(name: str) -> str:
    """Return the name of a covariance structure: "unstructured covariance"."""
    if name == "sp_pow":
        return "spatial power covariance over weeks"
    return f"{STRUCTURES[name].words} covariance"


def _adjusted(statement: Statement, *terms: str) -> str:
    return listing([*terms, *statement.covariates("covariates")])


def _mixed(statement: Statement) -> str:
    return f"({structure(statement.value('structure'))}; {_reml(statement)})"


def _reml(statement: Statement) -> str:
    return f"restricted maximum likelihood, {DF[statement.value('df')]}"


def _draws(statement: Statement) -> str:
    return (
        f"{statement.number('imputations')} data sets drawn from the posterior of the mixed model of all visits "
        f"({structure(statement.value('structure'))}); ANCOVA of each; results pooled by Rubin's rules with Barnard-Rubin degrees "
        "of freedom"
    )


def _arrangements(statement: Statement) -> str:
    number = statement.number("arrangements")
    which = f"all {number} possible" if statement.value("exact") else f"{number} random"
    within = f" within strata of {listing(statement.covariates('strata'))}" if statement.value("strata") else ""
    return (
        f"randomisation test of the ANCOVA t statistic over {which} arrangements of the arms{within}; interval by inversion of "
        "the test"
    )


def _main(statement: Statement) -> str:
    return f"main comparison ({WORDS[statement.value('analysis')].within})"


def _ranks(statement: Statement) -> str:
    return "exact" if statement.value("exact") else "asymptotic, with continuity correction"


def _improvement(statement: Statement) -> str:
    return f"improvement of {threshold(statement)} or more, {HANDLING[statement.value('handling')]}"


def _error(statement: Statement) -> str:
    unit = statement.outcome().unit
    size = numbers.with_unit(statement.number("error"), unit)
    return f"change from baseline compared with the measurement error of {size}"


def _of_comparison(statement: Statement) -> str:
    comparison = statement.part(statement.value("comparison"))
    return (
        f"{COMPUTATIONS[comparison.fact.code](comparison)}; g = J × adjusted difference / pooled SD of the values (exact J); "
        f"variance {fixed('J^2 (SE / SD)^2 + g^2 / (2 df)')}; interval from the t distribution"
    )


def _conversion(code: str, steps: str) -> Words:
    variance = fixed("variance 1/n1 + 1/n2 + g^2 / (2 (n1 + n2))")
    return constant(f"{MADE_FROM[code]}; {steps}; g = J d (exact J); {variance}; interval from the normal distribution")


_T_OF_P = fixed("t with n1 + n2 - 2 degrees of freedom, d = t sqrt(1/n1 + 1/n2)")

#: What the table of effect sizes says that an effect was made from.
MADE_FROM = {
    "g_from_means": "means and SDs after treatment",
    "g_from_p": "p value of the comparison after treatment",
    "g_from_p_of_changes": "p value of the comparison of changes",
}

#: {code: its words}.
COMPUTATIONS: dict[str, Words] = {
    "count": constant("count"),
    "share_of_those_with_a_value": constant("percentage of participants with a value"),
    "share_of_the_arm": constant("percentage of the arm"),
    "share_of_the_safety_population": constant("percentage of the safety population"),
    "observed": lambda statement: f"observed {_MEASURES[statement.value('measure')]}",
    "standardised_difference": lambda statement: (
        f"standardised difference of {'means' if statement.value('of') == 'means' else 'proportions'}; no test"
    ),
    "observed_mean": lambda statement: f"mean of the {_OBSERVED[statement.value('of')]}; t interval",
    "observed_sd": lambda statement: f"standard deviation of the {_OBSERVED[statement.value('of')]}",
    "sessions_attended": lambda statement: f"observed {_MEASURES[statement.value('measure')]} of sessions attended",
    "percent_of_planned_sessions": constant("mean of each participant's percentage of planned sessions attended"),
    "per_protocol_by_researchers": constant("participants judged by the researchers to have followed the protocol"),
    "per_protocol_by_sessions": lambda statement: (
        f"participants who attended at least {statement.number('percent')}% of planned sessions"
    ),
    "ancova": lambda statement: (
        f"ANCOVA of the value at the visit with terms for {_adjusted(statement, 'baseline', 'arm')} (least squares, t distribution)"
    ),
    "mmrm": lambda statement: (
        f"MMRM of values after baseline with terms for {_adjusted(statement, 'baseline by visit', 'arm by visit')} {_mixed(statement)}"
    ),
    "clda": lambda statement: (
        "constrained longitudinal model of all visits, with one baseline mean for all arms and terms for "
        f"{_adjusted(statement, 'arm by visit')} {_mixed(statement)}"
    ),
    "model_of_all_visits": lambda statement: (
        f"mixed model of all visits with terms for {_adjusted(statement, 'arm by visit')} {_mixed(statement)}"
    ),
    "random_intercept": lambda statement: (
        f"random-intercept model of all visits with terms for arm by visit ({_reml(statement)})"
    ),
    "multiple_imputation": lambda statement: (
        f"multiple imputation: {WORDS[statement.value('strategy')].within}; {_draws(statement)}"
    ),
    "tipping_point": lambda statement: (
        "delta added to the imputed values of the arm at which the interval of the difference reaches zero; multiple "
        f"imputation, missing at random; {_draws(statement)}"
    ),
    "randomisation_test": _arrangements,
    "leave_one_out": lambda statement: f"{_main(statement)}, repeated without each participant in turn",
    "shapiro_wilk": lambda statement: f"Shapiro-Wilk test of the residuals of the {_main(statement)}",
    "residual_sd": lambda statement: f"standard deviation of the residuals of the {_main(statement)}",
    "student_post": constant("Student's t test of the values at the visit, not adjusted for baseline"),
    "welch_post": constant("Welch's t test of the values at the visit, not adjusted for baseline"),
    "welch_change": constant("Welch's t test of the changes from baseline"),
    "change_per_baseline_sd": lambda statement: (
        f"difference of mean changes / pooled SD at baseline, exact small-sample correction ({fixed('Morris 2008')})"
    ),
    "mann_whitney": lambda statement: (
        f"Mann-Whitney test of the changes from baseline ({_ranks(statement)}); median of all pairwise differences"
    ),
    "brunner_munzel": constant(
        "Brunner-Munzel test of the changes from baseline; probability that a change in the arm is higher"
    ),
    "paired_t": constant("paired t test of the change from baseline"),
    "change_per_sd": constant("mean change / SD of the changes, exact small-sample correction"),
    "change_per_average_sd": constant("mean change / average SD of the two visits, exact small-sample correction"),
    "wilcoxon": lambda statement: (
        f"Wilcoxon signed-rank test of the changes from baseline ({_ranks(statement)}); median of their pairwise averages"
    ),
    "mixed_anova": constant("mixed ANOVA, arm by visit, type III sums of squares, complete cases"),
    "mauchly": lambda statement: (
        "Mauchly's test (chi-square); the estimate is the Greenhouse-Geisser epsilon, which is "
        f"{fixed('1')} under sphericity"
    ),
    "greenhouse_geisser": constant(
        "mixed ANOVA, arm by visit, type III sums of squares, complete cases, with Greenhouse-Geisser degrees of freedom"
    ),
    "share_of_responders": lambda statement: f"proportion with an {_improvement(statement)}; Wilson interval",
    "count_of_responders": lambda statement: f"number with an {_improvement(statement)}",
    "risk_difference": lambda statement: (
        f"difference in proportions with an {_improvement(statement)}; {statement.value('interval').capitalize()} interval"
    ),
    "relative_risk": lambda statement: f"ratio of proportions with an {_improvement(statement)}; Katz log interval",
    "number_needed_to_treat": lambda statement: (
        f"number needed to treat for one more participant with an {_improvement(statement)}: reciprocal of the difference in proportions"
    ),
    "count_beyond_error": lambda statement: f"count; {_error(statement)}",
    "one_beyond_error": lambda statement: f"{_error(statement)}, one participant",
    "g_from_means": _conversion("g_from_means", "d = difference / pooled SD"),
    "g_from_p": _conversion("g_from_p", _T_OF_P),
    "g_from_p_of_changes": _conversion(
        "g_from_p_of_changes", f"{_T_OF_P}, in SDs of the change, multiplied by {fixed('sqrt(2 (1 - r))')}"
    ),
    "g_of_comparison": _of_comparison,
    "number_of_studies": constant("number of studies"),
    "pooled_mean": lambda statement: (
        f"{_RANDOM_EFFECTS}; standard error, t test and interval by Hartung-Knapp with {fixed('k - 1')} degrees of freedom"
    ),
    "variance_between_studies": constant(_RANDOM_EFFECTS),
    "i2": lambda statement: f"{_RANDOM_EFFECTS}; {fixed('I2 = tau2 / (tau2 + typical variance within studies)')}",
    "cochran_q": lambda statement: f"Cochran's Q, chi-square with {fixed('k - 1')} degrees of freedom",
    "prediction_interval": lambda statement: (
        f"{_RANDOM_EFFECTS}; {fixed('pooled mean ± t(k - 1) sqrt(tau2 + se^2)')}, se by Hartung-Knapp"
    ),
}


def made_from(cell: str) -> str:
    """Return what an effect size was made from, in few words."""
    code = facts.read(cell).code
    if code in MADE_FROM:
        return MADE_FROM[code]
    comparison = facts.from_json(facts.read(cell).values["comparison"])
    return f"adjusted difference, {WORDS[_ANALYSIS_OF.get(comparison.code, comparison.code)].name}"


#: {method: the analysis of that name}, where they differ.
_ANALYSIS_OF = {"model_of_all_visits": "mmrm"}
