"""What a reader must know of an estimate, in words: one entry per caveat of the record (facts.CAVEATS)."""

from dataclasses import dataclass

from retrowalk.present.words.cited import fixed
from retrowalk.present.words.computations import HANDLING, structure
from retrowalk.present.words.reasons import reason_words, tried
from retrowalk.present.words.said import Said, Words, constant

SIMPLER = "too few participants for an unstructured covariance matrix; a simpler structure was used"
ZERO_VARIANCE = (
    "the between-study variance is estimated as zero; the Hartung-Knapp standard error is then smaller than the standard one, and "
    "its interval may be too narrow"
)


@dataclass(frozen=True)
class CaveatWords:
    """The words of a caveat, by where they are read.

    Attributes
    ----------
    note
        In the notes below a table, and in all_estimates.csv.
    caution
        In a sentence on the result, in the report as in the manuscript; None where the sentence needs no caution.
    in_notes
        Whether the notes of a table have it: not where the table or its first note says it already.
    """

    note: Words
    caution: Words | None = None
    in_notes: bool = True


def _said(text: str, *, in_notes: bool = True) -> CaveatWords:
    return CaveatWords(constant(text), in_notes=in_notes)


def _of_count(text: str, noun: str = "participant") -> CaveatWords:
    return CaveatWords(lambda said: f"{said.count('count', noun)} {text}")


def _excluded_of(said: Said) -> str:
    return f"{said.number('count')} of {said.count('n')} excluded"


def _at_limit(end: str) -> CaveatWords:
    def words(said: Said) -> str:
        return f"{said.number('count')} of {said.count('n')} in {said.arm('arm')} had the {end} value of the scale"

    return CaveatWords(words, caution=words)


def _withdrawals(said: Said) -> str:
    reasons = [(reason or "no reason given", count) for reason, count in said.value("reasons")]
    return ", ".join(f"{said.cited(reason)} ({said.cited(str(count))})" for reason, count in reasons)


def _threshold_source(said: Said) -> str:
    which = (said.value("threshold"), said.value("percent"))
    (source,) = (each.source for each in said.outcome().responders if (each.value, each.percent) == which)
    return f"threshold: {source}"


def _studies(said: Said) -> str:
    named = [
        f"{said.cited(study)} ({said.cited(outcome.replace('_', ' '))})" for study, outcome in said.value("studies")
    ]
    return f"includes {', '.join(named)}"


def _many_covariates(said: Said) -> str:
    return (
        f"{said.count('covariates', 'covariate')} in addition to baseline for {said.count('n')} (at most {fixed('1')} per "
        f"{fixed('10')} is recommended)"
    )


#: {code: its words}.
CAVEATS: dict[str, CaveatWords] = {
    "without_a_value": CaveatWords(lambda said: f"{said.number('count')} without a value"),
    "one_participant": _said("one participant, so no interval"),
    "withdrawal_reasons": CaveatWords(_withdrawals),
    "pattern": CaveatWords(lambda said: said.value("kind")),
    "safety_population_is_everyone": _said("safety population: all participants, because attendance is unknown"),
    "safety_population_attended": _said("safety population: all participants who attended at least one session"),
    "attendance_unknown": _of_count("with unknown attendance included"),
    "none_planned_counted": _of_count("with no planned session included"),
    "attended_none": _of_count("who attended no session excluded"),
    "events_not_counted": _of_count("in excluded participants not counted", "event"),
    "seriousness_unknown": CaveatWords(lambda said: f"seriousness not reported for {said.count('count', 'event')}"),
    "none_planned_excluded": _of_count("with no planned session excluded"),
    # A cell gives its n where it is not known of everybody.
    "attendance_not_known": CaveatWords(lambda said: f"unknown for {said.count('count')}", in_notes=False),
    "not_randomised": _said("not a randomised comparison"),
    "exploratory": _said("exploratory", in_notes=False),
    "corrected_in_family": CaveatWords(
        lambda said: f'p value corrected by Holm\'s method within the family "{said.text("family")}"', in_notes=False
    ),
    "at_lowest": _at_limit("lowest"),
    "at_highest": _at_limit("highest"),
    "many_covariates": CaveatWords(_many_covariates, caution=_many_covariates),
    "never_measured": _of_count("excluded (no value at any visit of the model)"),
    "baseline_imputed": CaveatWords(
        lambda said: f"{said.count('count', 'missing baseline value')} replaced by the mean of all arms combined"
    ),
    "incomplete_excluded": _of_count("excluded (missing baseline or covariate)"),
    "simpler_structure": CaveatWords(
        lambda said: f"{SIMPLER}: {structure(said.value('structure'))} instead of {tried(said)}",
        caution=constant(SIMPLER),
    ),
    "unbounded_elsewhere": _said(
        "the fit is a local optimum; the likelihood is higher near a singular covariance matrix"
    ),
    "on_boundary": _said("the variance between participants is estimated as zero"),
    "no_effect_size": CaveatWords(lambda said: f"no effect size: {reason_words(said.part(said.value('reason')))}"),
    "size_not_directed": _said("a positive effect size means higher values in the arm than in the control arm"),
    "tests_change_over_visits": _said("tests whether the difference between the arms changes between visits"),
    "complete_cases": CaveatWords(lambda said: f"{_excluded_of(said)} (incomplete data)"),
    "values_imputed": CaveatWords(
        lambda said: f"{said.number('count')} of {said.number('n')} values imputed", in_notes=False
    ),
    "not_in_model_excluded": _of_count("excluded (missing covariate, or arm not in the model)"),
    "missing_after_last_as_withdrawn": _said(
        "all values missing after a participant's last observed value are treated as missing after withdrawal"
    ),
    "changed_by_delta": CaveatWords(
        lambda said: f"the change (delta) is added to {said.count('count', 'imputed value')} of the arm"
    ),
    "per_protocol_only": CaveatWords(
        lambda said: (
            f"only participants who followed the protocol ({_excluded_of(said)}); whether a participant followed it is not "
            "determined by randomisation"
        )
    ),
    "these_two_arms": _said("participants of these two arms only"),
    "blocks_not_kept": _said("any blocks of the randomisation are unknown and were not preserved"),
    "arrangements_drawn": CaveatWords(
        lambda said: (
            "the p value depends on the random arrangements drawn (Monte Carlo standard error "
            f"{said.number('error', digits=2)})"
        )
    ),
    "interval_not_bounded": _said("too few arrangements to bound the difference at this confidence level"),
    "without_one_of": CaveatWords(lambda said: f"the participant left out is in {said.arm('arm')}"),
    "not_fitted_without": CaveatWords(
        lambda said: f"the model could not be refitted for {said.number('count')} of {said.count('n')}"
    ),
    "for_information": _said("shown for information; the planned analysis is unchanged"),
    "within_one_arm": _said(
        "a change within one arm is not a treatment effect; it includes the natural course of the condition"
    ),
    "no_interval_of_ranks": _said("too few values for an interval at this confidence level"),
    "ranks_approximate": _said(
        "the p value and the interval are approximate (because of ties, zeros or a large sample) and may disagree near the "
        "significance level"
    ),
    "no_interval_of_size": _said("no interval: the distribution has no simple form"),
    "sphericity_assumed": _said("sphericity assumed"),
    "sphericity_hard_to_see": _said("in small samples, the test rarely detects a departure from sphericity"),
    "handling": CaveatWords(lambda said: HANDLING[said.value("handling")]),
    "baseline_of_zero": _of_count(
        "with a baseline of zero, for whom a percentage change is undefined, counted as missing"
    ),
    "threshold_source": CaveatWords(_threshold_source),
    "read_beside_mean": _said(
        "interpret together with the mean difference: a threshold dichotomises a continuous outcome"
    ),
    "interval_through_infinity": _said("the interval runs from ci_low (harm) through infinity to ci_high (benefit)"),
    "measurement_error_source": CaveatWords(
        lambda said: f"measurement error: {said.outcome().measurement_error_source}"
    ),
    "one_person": _said("a change in one participant is not a treatment effect"),
    "changed_as": CaveatWords(lambda said: said.value("kind").replace("_", " ")),
    "noted": CaveatWords(lambda said: said.text("text")),
    "two_sided_p": _said("the p value is assumed to be two-sided and from a t test with equal variances"),
    "correlation_assumed": CaveatWords(
        lambda said: (
            f"the correlation r between baseline and follow-up is assumed to be {said.number('correlation')}, and the SD to be the "
            "same at both"
        )
    ),
    "not_pooled": CaveatWords(lambda said: f"not pooled: {reason_words(said.part(said.value('reason')))}"),
    "studies": CaveatWords(_studies),
    "left_out": CaveatWords(
        lambda said: (
            f"{said.text('study')} ({said.text('outcome')}) excluded: {reason_words(said.part(said.value('reason')))}"
        )
    ),
    "converted_from_changes": _said("some effect sizes are converted from p values for comparisons of changes"),
    "two_studies": _said(
        "with two studies, the Hartung-Knapp interval has one degree of freedom and is usually very wide"
    ),
    "few_studies": CaveatWords(
        lambda said: (
            f"the between-study variance is estimated very imprecisely from {said.count('studies', 'study', 'studies')}"
        )
    ),
    "variance_estimated_as_zero": CaveatWords(constant(ZERO_VARIANCE), caution=constant(ZERO_VARIANCE)),
}
