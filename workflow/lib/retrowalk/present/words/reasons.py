"""Why there are no numbers, in words: one entry per reason of the record (facts.REASONS)."""

from retrowalk.present.words import numbers
from retrowalk.present.words.cited import fixed
from retrowalk.present.words.phrases import NOT_A_RANDOMISED_COMPARISON, listing
from retrowalk.present.words.statement import Statement, Words, constant
from retrowalk.vocabulary import DOMAINS
from visitwise import STRUCTURES


def reason_words(statement: Statement) -> str:
    """Return the words of a reason."""
    return REASONS[statement.fact.code](statement)


def tried(statement: Statement) -> str:
    """Return the covariance structures that could not be fitted, each with its reason."""
    return listing(
        [f"{STRUCTURES[name].words} ({reason_words(statement.part(why))})" for name, why in statement.value("tried")]
    )


def _with_a_value(statement: Statement) -> str:
    return (
        f"{statement.number('n_arm')} and {statement.number('n_reference')} participants with a value in the two arms"
    )


def _once(statement: Statement) -> str:
    arm = f" in the arm {statement.arm_of(statement.value('study'))}" if statement.value("arm") else ""
    domain = DOMAINS.get(statement.value("domain"), statement.value("domain")).lower()
    return (
        f"only {statement.text('outcome')}{arm} of {statement.text('study')} is included in {domain}, because the outcomes of a study come from "
        "the same participants"
    )


def _not_compared(statement: Statement) -> str:
    why = statement.value("reason")
    return "the arms could not be compared at this visit" + (f": {reason_words(statement.part(why))}" if why else "")


def _constant_visit(statement: Statement) -> str:
    visits = {visit.name: visit.label for visit in statement.cohort.visits} if statement.cohort else {}
    return f"all values at {visits.get(statement.value('visit'), statement.value('visit'))} are the same"


def _needed(statement: Statement, where: str = "") -> str:
    return f"{statement.count('participants')}; {statement.number('needed')} are needed{where}"


_TOO_FEW_IN_ARM = "an arm has fewer than two participants who can be analysed at this visit"

#: {code: its words}.
REASONS: dict[str, Words] = {
    "not_measured": constant("not measured"),
    "no_spread_at_baseline": constant("the values do not vary within the arms, or an arm has too few values"),
    "arm_too_small_at_visit": constant("fewer than two participants in this arm can be analysed at this visit"),
    "an_arm_too_small_at_visit": constant(_TOO_FEW_IN_ARM),
    "not_in_mixed_model": constant(
        "fewer than two participants in this arm or the control arm can be analysed at this visit (or, in this arm, at another "
        "visit), or the values at this visit do not vary"
    ),
    "not_told_apart_from_arms": constant("the covariates cannot be separated from each other or from the arms"),
    "too_few_for_coefficients": lambda statement: (
        f"{statement.count('participants')} are too few for {statement.count('coefficients', 'coefficient')}"
    ),
    "no_variation_beyond_baseline": constant("the values do not vary after adjustment for baseline"),
    "nobody_at_visit": constant("no participant has a value at this visit"),
    "covariate_missing": lambda statement: (
        f"the covariate {statement.covariate(statement.value('covariate'))} is missing for all participants"
    ),
    "arm_without_baseline": constant("an arm has no baseline values"),
    "nobody_has_baseline": constant("no participant has a baseline value"),
    "arm_too_small_at_baseline": constant("an arm has fewer than two participants measured at baseline"),
    "same_change_within_arms": constant("all participants within each arm changed by the same amount"),
    "control_not_analysed": constant("no participant in the control arm can be analysed"),
    "arm_too_small_at_any_visit": constant("an arm has fewer than two participants who can be analysed at any visit"),
    "no_arm_at_every_visit": constant("no arm has at least two participants at every visit"),
    "too_few_for_f": constant("too few data for the Kenward-Roger F test"),
    "no_values": constant("no participant has a value"),
    "too_few_values": lambda statement: (
        f"{statement.count('values', 'value')} from {statement.count('participants')} are too few for "
        f"{statement.count('coefficients', 'coefficient')}"
    ),
    "no_variation": constant("the values do not vary after adjustment"),
    "constant_visit": _constant_visit,
    "empty_cell": lambda statement: f"there is no value for {statement.text('cell')}",
    "not_told_apart": lambda statement: (
        f"the coefficient {statement.text('coefficient')} cannot be estimated separately"
    ),
    "no_structure": lambda statement: f"no covariance structure could be fitted: {tried(statement)}",
    "too_many_levels": lambda statement: (
        f"{statement.covariate(statement.value('column'))} is text with {statement.count('levels', 'different value')}; if it is a number, give its "
        "values as numbers"
    ),
    "singular_information": constant("no draws from the posterior: the information matrix of the fit is singular"),
    "few_accepted": lambda statement: (
        f"no draws from the posterior: the proportion of accepted proposals was {statement.number('accepted', digits=2)}"
    ),
    "no_convergence": constant("no convergence"),
    "singular": lambda statement: (
        f"singular covariance matrix: condition number of the correlations over {fixed('1,000,000')}"
    ),
    "not_a_minimum": constant("the observed information matrix is not positive definite"),
    "not_identified": constant("the data do not determine all covariance parameters"),
    "unknown_order": constant("the order of the visits in time is unknown"),
    "no_correlation": constant("the correlation between visits is estimated as zero or negative"),
    "too_few_participants": _needed,
    "too_few_in_a_group": lambda statement: _needed(statement, " in each group"),
    "arm_or_visit_not_in_model": constant("this arm or visit is not in the mixed model"),
    "no_value_of_arm_missing": constant("no value of this arm is missing at this visit"),
    "includes_zero_already": constant(
        "the interval already includes zero under missing at random, so there is no tipping point"
    ),
    "no_delta_up_to": lambda statement: (
        f"no delta up to {numbers.with_unit(statement.number('delta'), statement.outcome().unit)} makes the interval reach zero"
    ),
    "minimised": constant("the allocation was minimised, so the set of possible allocations is unknown"),
    "arms_not_told_apart": constant(
        "the arms cannot be separated from the covariates, or there are too few participants"
    ),
    "no_one_left_out_fitted": constant("no repetition with one participant left out could be estimated"),
    "one_changes_little": lambda statement: (
        f"not done with more than {statement.number('most')} participants ({statement.number('participants')} here), where one "
        "participant has little influence"
    ),
    "residuals_too_few_or_alike": constant("fewer than three residuals, or residuals that do not vary"),
    "fewer_than_two_visits": constant("the outcome was measured at fewer than two visits"),
    "fewer_than_two_arms_complete": constant("fewer than two arms have two participants measured at every visit"),
    "participants_alike_within_arms": constant("the participants within each arm do not differ"),
    "contrasts_too_few": constant("too few participants to estimate the covariance of the visit contrasts"),
    "with_a_value": _with_a_value,
    "no_variation_within_arms": constant("the values do not vary within the arms"),
    "measured_at_both": lambda statement: f"{statement.count('count')} measured at both visits",
    "same_change": constant("all participants changed by the same amount"),
    "all_the_same": constant("all values are the same"),
    "nobody_changed": constant("no participant changed"),
    "no_overlap": constant("the values of the two arms do not overlap, or do not vary"),
    "hedges_df": lambda statement: (
        f"the small-sample correction needs more than {fixed('1')} degree of freedom; there "
        f"{'is' if statement.value('df') == 1 else 'are'} {statement.number('df')}"
    ),
    "no_arm_of_two": constant("a pooled SD needs an arm with at least two participants"),
    "no_eta_squared": lambda statement: (
        f"partial eta squared cannot be computed from F({statement.number('df_numerator')}, {statement.number('df')}) = "
        f"{statement.number('f')}"
    ),
    "no_more_than_arms": constant("a standardised difference needs more participants than arms"),
    "sd_not_positive": lambda statement: (
        f"no standardised difference: the standard deviation is {statement.number('sd')}"
    ),
    "mean_not_a_number": constant("no standardised difference: the mean is not a number"),
    "nobody_judged": constant("no participant's response is known"),
    "nobody_responded": constant("an arm has no responders, so the ratio is undefined"),
    "everybody_responded": constant("all participants responded in both arms, so the ratio has no interval"),
    "shares_are_the_same": constant("the proportions are equal, so the number needed to treat is infinite"),
    "change_within_group": constant("a change within one group has no comparator and is not a treatment effect"),
    "p_bound": lambda statement: (
        f'the article reports only a bound for the p value (such as "{fixed("P < 0.001")}"), which does not determine the size of '
        "the difference"
    ),
    "not_significant": constant("the article reports only that the difference was not significant, not its size"),
    "not_reported": constant("the result for this outcome is not legible or not reported"),
    "test_over_visits": constant(
        "the p value is from one test over three visits, which does not determine the difference after treatment"
    ),
    "numbers_of_arms_unknown": constant("the number of participants in each arm is unknown"),
    "no_better_direction": constant("neither direction of this outcome is defined as better"),
    "no_direction": constant(
        "a p value does not show which arm did better, and the row does not state it (enter intervention or control in the column "
        "favours)"
    ),
    "directions_disagree": constant("the changes and the column favours disagree on which arm did better"),
    "not_randomised": constant(NOT_A_RANDOMISED_COMPARISON),
    "control_walked_backward": constant("the control arm also walked backward"),
    "did_not_walk_backward": constant(
        'the name of this arm does not indicate backward walking (if the arm walked backward, add "walks_backward: true" '
        "to the arm in the cohort file)"
    ),
    "not_compared": _not_compared,
    "own_data_used": lambda statement: f"the participant data of {statement.text('study')} are used instead",
    "enters_once": _once,
    "one_study": constant("one study, shown but not pooled"),
    "effects_equal": constant("all effects are equal, so the Hartung-Knapp interval has no width"),
    "variance_not_found": constant("the between-study variance (Paule-Mandel) did not converge"),
}
