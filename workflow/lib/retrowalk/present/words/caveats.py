"""What a reader must know of an estimate, in words: one entry per caveat of the record (facts.CAVEATS)."""

from collections.abc import Iterable
from dataclasses import dataclass

from retrowalk.model.ancova import ARM, BASELINE, COVARIATE
from retrowalk.present.words.cited import fixed
from retrowalk.present.words.computations import HANDLING, structure
from retrowalk.present.words.phrases import BLOCKS, NOT_A_RANDOMISED_COMPARISON
from retrowalk.present.words.reasons import reason_words, tried
from retrowalk.present.words.statement import Statement, Words, constant

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


def _note(text: str, *, in_notes: bool = True) -> CaveatWords:
    return CaveatWords(constant(text), in_notes=in_notes)


def _of_count(text: str, noun: str = "participant") -> CaveatWords:
    return CaveatWords(lambda statement: f"{statement.count('count', noun)} {text}")


def _excluded_of(statement: Statement) -> str:
    return f"{statement.number('count')} of {statement.count('n')} excluded"


def lacking(names: Iterable[str]) -> str:
    """Return what participants who are not in a model lack, by the codes of `model.ancova.lacks`."""
    names = list(names)
    missing = [name for name in (BASELINE, COVARIATE) if name in names]
    parts = [f"missing {' or '.join(missing)}"] if missing else []
    if ARM in names:
        parts.append("arm not in the model")
    return ", or ".join(parts)


def _at_limit(end: str) -> CaveatWords:
    def words(statement: Statement) -> str:
        return f"{statement.number('count')} of {statement.count('n')} in {statement.arm('arm')} had the {end} value of the scale"

    return CaveatWords(words, caution=words)


def _withdrawals(statement: Statement) -> str:
    reasons = [(reason or "no reason given", count) for reason, count in statement.value("reasons")]
    return ", ".join(f"{statement.cited(reason)} ({statement.cited(str(count))})" for reason, count in reasons)


def _threshold_source(statement: Statement) -> str:
    which = (statement.value("threshold"), statement.value("percent"))
    (source,) = (each.source for each in statement.outcome().responders if (each.value, each.percent) == which)
    return f"threshold: {source}"


def _studies(statement: Statement) -> str:
    named = [
        f"{statement.cited(study)} ({statement.cited(outcome.replace('_', ' '))})"
        for study, outcome in statement.value("studies")
    ]
    return f"includes {', '.join(named)}"


def _followed(statement: Statement) -> str:
    return (
        f"only participants who followed the protocol ({_excluded_of(statement)}); whether a participant followed it is not "
        "determined by randomisation"
    )


def _not_refitted(statement: Statement) -> str:
    return f"the model could not be refitted for {statement.number('count')} of {statement.count('n')}"


def _many_covariates(statement: Statement) -> str:
    return (
        f"{statement.count('covariates', 'covariate')} in addition to baseline for {statement.count('n')} (at most {fixed('1')} per "
        f"{fixed('10')} is recommended)"
    )


#: {code: its words}.
CAVEATS: dict[str, CaveatWords] = {
    "without_a_value": CaveatWords(lambda statement: f"{statement.number('count')} without a value"),
    "one_participant": _note("one participant, so no interval"),
    "withdrawal_reasons": CaveatWords(_withdrawals),
    "pattern": CaveatWords(lambda statement: statement.value("kind")),
    "safety_population_is_everyone": _note("safety population: all participants, because attendance is unknown"),
    "safety_population_attended": _note("safety population: all participants who attended at least one session"),
    "attendance_unknown": _of_count("with unknown attendance included"),
    "none_planned_counted": _of_count("with no planned session included"),
    "attended_none": _of_count("who attended no session excluded"),
    "events_not_counted": _of_count("in excluded participants not counted", "event"),
    "seriousness_unknown": CaveatWords(
        lambda statement: f"seriousness not reported for {statement.count('count', 'event')}"
    ),
    "none_planned_excluded": _of_count("with no planned session excluded"),
    # A cell gives its n where it is not known of everybody.
    "attendance_not_known": CaveatWords(lambda statement: f"unknown for {statement.count('count')}", in_notes=False),
    "not_randomised": _note(NOT_A_RANDOMISED_COMPARISON),
    "exploratory": _note("exploratory", in_notes=False),
    "corrected_in_family": CaveatWords(
        lambda statement: f'p value corrected by Holm\'s method within the family "{statement.text("family")}"',
        in_notes=False,
    ),
    "at_lowest": _at_limit("lowest"),
    "at_highest": _at_limit("highest"),
    "many_covariates": CaveatWords(_many_covariates, caution=_many_covariates),
    "never_measured": _of_count("excluded (no value at any visit of the model)"),
    "baseline_imputed": CaveatWords(
        lambda statement: (
            f"{statement.count('count', 'missing baseline value')} replaced by the mean of all arms combined"
        )
    ),
    "incomplete_excluded": CaveatWords(
        lambda statement: f"{statement.count('count')} excluded ({lacking(statement.value('lacking'))})"
    ),
    "simpler_structure": CaveatWords(
        lambda statement: f"{SIMPLER}: {structure(statement.value('structure'))} instead of {tried(statement)}",
        caution=constant(SIMPLER),
    ),
    "unbounded_elsewhere": _note(
        "the fit is a local optimum; the likelihood is higher near a singular covariance matrix"
    ),
    "on_boundary": _note("the variance between participants is estimated as zero"),
    "no_effect_size": CaveatWords(
        lambda statement: f"no effect size: {reason_words(statement.part(statement.value('reason')))}"
    ),
    "size_not_directed": _note("a positive effect size means higher values in the arm than in the control arm"),
    "tests_change_over_visits": _note("tests whether the difference between the arms changes between visits"),
    "complete_cases": CaveatWords(lambda statement: f"{_excluded_of(statement)} (incomplete data)"),
    "values_imputed": CaveatWords(
        lambda statement: f"{statement.number('count')} of {statement.number('n')} values imputed", in_notes=False
    ),
    "missing_after_last_as_withdrawn": _note(
        "all values missing after a participant's last observed value are treated as missing after withdrawal"
    ),
    "changed_by_delta": CaveatWords(
        lambda statement: f"the change (delta) is added to {statement.count('count', 'imputed value')} of the arm"
    ),
    "per_protocol_only": CaveatWords(_followed, caution=_followed),
    "these_two_arms": _note("participants of these two arms only"),
    "blocks_not_kept": _note(BLOCKS),
    "arrangements_drawn": CaveatWords(
        lambda statement: (
            "the p value depends on the random arrangements drawn (Monte Carlo standard error "
            f"{statement.number('error', digits=2)})"
        )
    ),
    "interval_not_bounded": _note("too few arrangements to bound the difference at this confidence level"),
    "without_one_of": CaveatWords(
        lambda statement: (
            f"the difference is {statement.value('end')} when a participant in {statement.arm('arm')} is left out"
        )
    ),
    "not_fitted_without": CaveatWords(_not_refitted, caution=_not_refitted),
    "for_information": _note("shown for information; the planned analysis is unchanged"),
    "within_one_arm": _note(
        "a change within one arm is not a treatment effect; it includes the natural course of the condition"
    ),
    "no_interval_of_ranks": _note("too few values for an interval at this confidence level"),
    "ranks_approximate": _note(
        "the p value and the interval are approximate (because of ties, zeros or a large sample) and may disagree near the "
        "significance level"
    ),
    "no_interval_of_size": _note("no interval: the distribution has no simple form"),
    "sphericity_assumed": _note("sphericity assumed"),
    "sphericity_hard_to_see": _note("in small samples, the test rarely detects a departure from sphericity"),
    "handling": CaveatWords(lambda statement: HANDLING[statement.value("handling")]),
    "baseline_of_zero": _of_count(
        "with a baseline of zero, for whom a percentage change is undefined, counted as missing"
    ),
    "threshold_source": CaveatWords(_threshold_source),
    "read_beside_mean": _note(
        "interpret together with the mean difference: a threshold dichotomises a continuous outcome"
    ),
    "interval_through_infinity": _note("the interval runs from ci_low (harm) through infinity to ci_high (benefit)"),
    "measurement_error_source": CaveatWords(
        lambda statement: f"measurement error: {statement.outcome().measurement_error_source}"
    ),
    "one_person": _note("a change in one participant is not a treatment effect"),
    "changed_as": CaveatWords(lambda statement: statement.value("kind").replace("_", " ")),
    "noted": CaveatWords(lambda statement: statement.text("text")),
    "two_sided_p": _note("the p value is assumed to be two-sided and from a t test with equal variances"),
    "correlation_assumed": CaveatWords(
        lambda statement: (
            f"the correlation r between baseline and follow-up is assumed to be {statement.number('correlation')}, and the SD to be the "
            "same at both"
        )
    ),
    "not_pooled": CaveatWords(
        lambda statement: f"not pooled: {reason_words(statement.part(statement.value('reason')))}"
    ),
    "studies": CaveatWords(_studies),
    "left_out": CaveatWords(
        lambda statement: (
            f"{statement.text('study')} ({statement.text('outcome')}) excluded: {reason_words(statement.part(statement.value('reason')))}"
        )
    ),
    "refused": CaveatWords(
        lambda statement: f"the participant data of {statement.text('study')} contain errors and are not included",
        caution=lambda statement: (
            f"the participant data of {statement.text('study')} contain errors and are not included"
        ),
    ),
    "converted_from_changes": _note("some effect sizes are converted from p values for comparisons of changes"),
    "two_studies": _note(
        "with two studies, the Hartung-Knapp interval has one degree of freedom and is usually very wide"
    ),
    "few_studies": CaveatWords(
        lambda statement: (
            f"the between-study variance is estimated very imprecisely from {statement.count('studies', 'study', 'studies')}"
        )
    ),
    "variance_estimated_as_zero": CaveatWords(constant(ZERO_VARIANCE), caution=constant(ZERO_VARIANCE)),
}
