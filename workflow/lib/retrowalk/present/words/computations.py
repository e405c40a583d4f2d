"""How an estimate was computed, in words: one entry per method of the record (facts.METHODS)."""

from retrowalk import facts
from retrowalk.model.participants import OBSERVED
from retrowalk.present.words import numbers
from retrowalk.present.words.analyses import WORDS
from retrowalk.present.words.cited import fixed
from retrowalk.present.words.phrases import listing
from retrowalk.present.words.said import Said, Words, constant, threshold
from visitwise import STRUCTURES

#: How degrees of freedom are found, by the engine's names.
DF = {
    "kenward-roger": "Kenward-Roger",
    "satterthwaite": "Satterthwaite",
    "residual": "residual degrees of freedom",
    "normal": "normal distribution",
}
#: How participants without a value are handled where responders are counted.
HANDLING = {
    OBSERVED: "among participants measured at both visits",
    "missing_as_nonresponders": "missing values counted as non-response",
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


def _adjusted(said: Said, *terms: str) -> str:
    return listing([*terms, *said.value("covariates")])


def _mixed(said: Said) -> str:
    return f"({structure(said.value('structure'))}; {_reml(said)})"


def _reml(said: Said) -> str:
    return f"restricted maximum likelihood, {DF[said.value('df')]}"


def _draws(said: Said) -> str:
    return (
        f"{said.number('imputations')} data sets drawn from the posterior of the mixed model of all visits "
        f"({structure(said.value('structure'))}); ANCOVA of each; results pooled by Rubin's rules with Barnard-Rubin degrees "
        "of freedom"
    )


def _arrangements(said: Said) -> str:
    number = said.number("arrangements")
    which = f"all {number} possible" if said.value("exact") else f"{number} random"
    within = f" within strata of {listing(said.value('strata'))}" if said.value("strata") else ""
    return (
        f"randomisation test of the ANCOVA t statistic over {which} arrangements of the arms{within}; interval by inversion of "
        "the test"
    )


def _main(said: Said) -> str:
    return f"main comparison ({WORDS[said.value('analysis')].within})"


def _ranks(said: Said) -> str:
    return "exact" if said.value("exact") else "asymptotic, with continuity correction"


def _improvement(said: Said) -> str:
    return f"improvement of {threshold(said)} or more, {HANDLING[said.value('handling')]}"


def _error(said: Said) -> str:
    unit = said.outcome().unit
    size = numbers.with_unit(said.number("error"), unit)
    return f"change from baseline compared with the measurement error of {size}"


def _of_comparison(said: Said) -> str:
    comparison = said.part(said.value("comparison"))
    return (
        f"{COMPUTATIONS[comparison.fact.code](comparison)}; g = J × adjusted difference / pooled SD of the values (exact J); "
        f"variance {fixed('J^2 (SE / SD)^2 + g^2 / (2 df)')}; interval from the t distribution"
    )


def _conversion(source: str) -> Words:
    interval = "variance 1/n1 + 1/n2 + g^2 / (2 (n1 + n2))"
    return lambda said: f"{source}; g = J d (exact J); {fixed(interval)}; interval from the normal distribution"


_T_OF_P = fixed("t with n1 + n2 - 2 degrees of freedom, d = t sqrt(1/n1 + 1/n2)")

#: {code: its words}.
COMPUTATIONS: dict[str, Words] = {
    "count": constant("count"),
    "share_of_those_with_a_value": constant("percentage of participants with a value"),
    "share_of_the_arm": constant("percentage of the arm"),
    "share_of_the_safety_population": constant("percentage of the safety population"),
    "observed": lambda said: f"observed {_MEASURES[said.value('measure')]}",
    "standardised_difference": lambda said: (
        f"standardised difference of {'means' if said.value('of') == 'means' else 'proportions'}; no test"
    ),
    "observed_mean": lambda said: f"mean of the {_OBSERVED[said.value('of')]}; t interval",
    "observed_sd": lambda said: f"standard deviation of the {_OBSERVED[said.value('of')]}",
    "sessions_attended": lambda said: f"observed {_MEASURES[said.value('measure')]} of sessions attended",
    "percent_of_planned_sessions": constant("mean of each participant's percentage of planned sessions attended"),
    "per_protocol_by_researchers": constant("participants judged by the researchers to have followed the protocol"),
    "per_protocol_by_sessions": lambda said: (
        f"participants who attended at least {said.number('percent')}% of planned sessions"
    ),
    "ancova": lambda said: (
        f"ANCOVA of the value at the visit with terms for {_adjusted(said, 'baseline', 'arm')} (least squares, t distribution)"
    ),
    "mmrm": lambda said: (
        f"MMRM of values after baseline with terms for {_adjusted(said, 'baseline by visit', 'arm by visit')} {_mixed(said)}"
    ),
    "clda": lambda said: (
        "constrained longitudinal model of all visits, with one baseline mean for all arms and terms for "
        f"{_adjusted(said, 'arm by visit')} {_mixed(said)}"
    ),
    "model_of_all_visits": lambda said: (
        f"mixed model of all visits with terms for {_adjusted(said, 'arm by visit')} {_mixed(said)}"
    ),
    "random_intercept": lambda said: (
        f"random-intercept model of all visits with terms for arm by visit ({_reml(said)})"
    ),
    "multiple_imputation": lambda said: f"multiple imputation: {WORDS[said.value('strategy')].within}; {_draws(said)}",
    "tipping_point": lambda said: (
        "delta added to the imputed values of the arm at which the interval of the difference reaches zero; multiple "
        f"imputation, missing at random; {_draws(said)}"
    ),
    "randomisation_test": _arrangements,
    "leave_one_out": lambda said: f"{_main(said)}, repeated without each participant in turn",
    "shapiro_wilk": lambda said: f"Shapiro-Wilk test of the residuals of the {_main(said)}",
    "residual_sd": lambda said: f"standard deviation of the residuals of the {_main(said)}",
    "student_post": constant("Student's t test of the values at the visit, not adjusted for baseline"),
    "welch_post": constant("Welch's t test of the values at the visit, not adjusted for baseline"),
    "welch_change": constant("Welch's t test of the changes from baseline"),
    "change_per_baseline_sd": lambda said: (
        f"difference of mean changes / pooled SD at baseline, exact small-sample correction ({fixed('Morris 2008')})"
    ),
    "mann_whitney": lambda said: (
        f"Mann-Whitney test of the changes from baseline ({_ranks(said)}); median of all pairwise differences"
    ),
    "brunner_munzel": constant(
        "Brunner-Munzel test of the changes from baseline; probability that a change in the arm is higher"
    ),
    "paired_t": constant("paired t test of the change from baseline"),
    "change_per_sd": constant("mean change / SD of the changes, exact small-sample correction"),
    "change_per_average_sd": constant("mean change / average SD of the two visits, exact small-sample correction"),
    "wilcoxon": lambda said: (
        f"Wilcoxon signed-rank test of the changes from baseline ({_ranks(said)}); median of their pairwise averages"
    ),
    "mixed_anova": constant("mixed ANOVA, arm by visit, type III sums of squares, complete cases"),
    "mauchly": lambda said: (
        "Mauchly's test (chi-square); the estimate is the Greenhouse-Geisser epsilon, which is "
        f"{fixed('1')} under sphericity"
    ),
    "greenhouse_geisser": constant(
        "mixed ANOVA, arm by visit, type III sums of squares, complete cases, with Greenhouse-Geisser degrees of freedom"
    ),
    "share_of_responders": lambda said: f"proportion with an {_improvement(said)}; Wilson interval",
    "count_of_responders": lambda said: f"number with an {_improvement(said)}",
    "risk_difference": lambda said: (
        f"difference in proportions with an {_improvement(said)}; {said.value('interval').capitalize()} interval"
    ),
    "relative_risk": lambda said: f"ratio of proportions with an {_improvement(said)}; Katz log interval",
    "number_needed_to_treat": lambda said: (
        f"number needed to treat for one more participant with an {_improvement(said)}: reciprocal of the difference in proportions"
    ),
    "count_beyond_error": lambda said: f"count; {_error(said)}",
    "one_beyond_error": lambda said: f"{_error(said)}, one participant",
    "g_from_means": _conversion("means and SDs after treatment; d = difference / pooled SD"),
    "g_from_p": _conversion(f"p value of the comparison after treatment; {_T_OF_P}"),
    "g_from_p_of_changes": _conversion(
        f"p value of the comparison of changes; {_T_OF_P}, in SDs of the change, multiplied by {fixed('sqrt(2 (1 - r))')}"
    ),
    "g_of_comparison": _of_comparison,
    "number_of_studies": constant("number of studies"),
    "pooled_mean": lambda said: (
        f"{_RANDOM_EFFECTS}; standard error, t test and interval by Hartung-Knapp with {fixed('k - 1')} degrees of freedom"
    ),
    "variance_between_studies": constant(_RANDOM_EFFECTS),
    "i2": lambda said: f"{_RANDOM_EFFECTS}; {fixed('I2 = tau2 / (tau2 + typical variance within studies)')}",
    "cochran_q": lambda said: f"Cochran's Q, chi-square with {fixed('k - 1')} degrees of freedom",
    "prediction_interval": lambda said: (
        f"{_RANDOM_EFFECTS}; {fixed('pooled mean ± t(k - 1) sqrt(tau2 + se^2)')}, se by Hartung-Knapp"
    ),
}

#: What the table of effect sizes says that an effect was made from.
MADE_FROM = {
    "g_from_means": "means and SDs after treatment",
    "g_from_p": "p value of the comparison after treatment",
    "g_from_p_of_changes": "p value of the comparison of changes",
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
