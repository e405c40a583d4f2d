"""Results paragraphs of one cohort: participants, outcomes, responders, per-protocol and sensitivity analyses."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from retrowalk import facts
from retrowalk.estimates import pick, rows_of
from retrowalk.model.participants import AS_NONRESPONDERS, OBSERVED
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort, Outcome, Threshold
from retrowalk.present.record.results import CohortResults
from retrowalk.present.tables.rows import main_comparisons
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.analyses import WORDS, model_name
from retrowalk.present.words.cited import WITHIN, Cited
from retrowalk.present.words.facts import cautions, caveats, reason
from retrowalk.present.words.phrases import NO_CONTROL, listing, of_outcome, refuse_within_arm, sentence_case
from retrowalk.present.words.sentences import change_sentence, comparison_sentences, counts
from retrowalk.vocabulary import (
    DIFFERENCE,
    DIFFERENCE_IN_CHANGE,
    ESTIMATE_KEY,
    HIGHEST_WITHOUT_ONE,
    LOWEST_WITHOUT_ONE,
    PER_PROTOCOL,
    SYNTHETIC,
    TIPPING_DELTA,
)

SAME_DATA = "These analyses use the same data; their agreement is not independent evidence."


def starts(cohort: Cohort, words: str) -> str:
    """Return how a sentence begins that no label begins; one on simulated people says so even where it is copied alone."""
    return f"In the {SYNTHETIC} data, {words}" if cohort.synthetic else f"{words[:1].upper()}{words[1:]}"


def withdrawals(reported: CohortResults) -> str:
    """Say who left after which visit, and the reasons as they were written; "" where nobody did."""
    cohort, parts = reported.cohort, []
    for row in rows_of(pick(reported.descriptives, analysis="flow", term="withdrawn")):
        visit = sentence_case(cohort.visit(row.visit).label)
        count = cited.number(row, "estimate", 0)
        parts.append(f"{count} from {cohort.arm(row.arm).label} after {visit}, {'; '.join(caveats(row, cohort))}")
    return (
        starts(cohort, f"withdrawals, with reasons (number of participants), were as follows: {'; '.join(parts)}.")
        if parts
        else ""
    )


def outcome_paragraph(reported: CohortResults, outcome: Outcome, analysis: Analysis) -> str:
    """Say what was found of one outcome at each visit: comparisons of arms, or of a single group its changes."""
    cohort = reported.cohort
    if not cohort.intervention_arms:
        changes = [
            change_sentence(reported.descriptives, cohort, outcome, visit, analysis) for visit in cohort.post_visits
        ]
        return " ".join([*changes, NO_CONTROL])
    rows = main_comparisons(pick(reported.estimates, outcome=outcome.name), cohort)
    return " ".join(comparison_sentences(row, cohort, reported.descriptives, analysis) for _, row in rows.iterrows())


def responder_sentences(reported: CohortResults, analysis: Analysis) -> Iterator[str]:
    """Say the shares of responders at the primary visit of each outcome that has a threshold, and what compares them."""
    cohort = reported.cohort
    rows = pick(reported.estimates, analysis="responders", population=cohort.population)
    for outcome in cohort.outcomes:
        here = pick(rows, outcome=outcome.name, visit=outcome.primary_visit)
        by_key = {(row.arm, row.term): row for row in rows_of(here)}
        for place, threshold in enumerate(outcome.responders):
            yield from _responders(by_key, cohort, outcome, threshold, place, analysis)


def threshold_texts(reported: CohortResults) -> Iterator[Cited]:
    """Yield the thresholds of responders as tables print them; their source is the method of a row that has each."""
    for row in rows_of(pick(reported.estimates, analysis="responders").drop_duplicates("method")):
        values = facts.read(row.method).values if row.method else {}
        if "threshold" in values:
            key = tuple(getattr(row, name) for name in ESTIMATE_KEY)
            yield Cited(f"{values['threshold']:g}", row.file, key, "method", WITHIN)


def _responders(
    by_key: dict[tuple[str, str], Any],
    cohort: Cohort,
    outcome: Outcome,
    threshold: Threshold,
    place: int,
    analysis: Analysis,
) -> Iterator[str]:
    size, visit = threshold.term(outcome.unit), sentence_case(cohort.visit(outcome.primary_visit).label)
    value = of_outcome(f"{threshold.value:g}", cohort, outcome, "responders", place, "value")
    much = numbers.with_unit_of_threshold(value, outcome.unit, percent=threshold.percent)
    for handling, among in (
        (OBSERVED, "among participants with a known response"),
        (AS_NONRESPONDERS, "with all other participants counted as non-responders"),
    ):
        shares = [
            f"{cited.number(row, 'estimate', 0)} of {cited.cited(str(row.n), row, 'n')} in {arm.label}"
            for arm in cohort.arms
            if (row := by_key.get((arm.name, f"responders:{size}:{handling}")))
        ]
        if not shares:
            continue
        name = sentence_case(outcome.label)
        text = starts(cohort, f"at {visit}, {among}, {name} had improved by {much} or more in {listing(shares)}")
        differences = [
            f"{arm.label} minus {cohort.control_arm.label} {_points(row, analysis)}"
            for arm in cohort.intervention_arms
            if (row := by_key.get((arm.name, f"risk_difference:{size}:{handling}")))
        ]
        yield f"{text} (difference: {'; '.join(differences)})." if differences else f"{text}."


def _points(row: Any, analysis: Analysis) -> str:
    refuse_within_arm(row)
    value, low, high = (cited.percent(row, column) for column in ("estimate", "ci_low", "ci_high"))
    return f"{numbers.with_unit_of_difference(value, '%')}, {cited.level(analysis.alpha)} CI {low} to {high}"


def per_protocol_sentences(reported: CohortResults, analysis: Analysis) -> Iterator[str]:
    """Say the main comparison of the primary outcome in the per-protocol population."""
    cohort, outcome = reported.cohort, reported.cohort.primary_outcome
    about = {"population": PER_PROTOCOL, "outcome": outcome.name, "visit": outcome.primary_visit}
    rows = pick(reported.estimates, **about, analysis=analysis.answer_of(cohort))
    for row in rows_of(rows[rows["term"].isin([DIFFERENCE, DIFFERENCE_IN_CHANGE]) & (rows["reference_arm"] != "")]):
        refuse_within_arm(row)
        digits = numbers.digits_for(outcome.resolution)
        arm, control = cohort.arm(row.arm).label, cohort.control_arm.label
        where = f"at {sentence_case(cohort.visit(row.visit).label)}, in the per-protocol population"
        if pd.isna(row.estimate):
            why = reason(row, cohort)
            yield starts(cohort, f"{where}, {arm} and {control} could not be compared{f': {why}' if why else ''}.")
            continue
        value = numbers.with_unit_of_difference(cited.number(row, "estimate", digits), outcome.unit)
        text = (
            f"{where}, the difference in {sentence_case(outcome.label)} ({arm} minus {control}) was {value} "
            f"({cited.level(analysis.alpha)} CI {cited.interval(row, digits)}, {_inside(WORDS[row.analysis].name)}; "
            f"{counts(row, cohort)})."
        )
        yield starts(cohort, f"{text}{cautions(row, cohort)}")


def checks(reported: CohortResults, outcome: Outcome) -> pd.DataFrame:
    """Return the sensitivity analyses of the main comparison of an outcome at its primary visit."""
    table, cohort = reported.estimates, reported.cohort
    rows = pick(
        table, outcome=outcome.name, visit=outcome.primary_visit, role="sensitivity", population=cohort.population
    )
    differs = rows["term"].isin([DIFFERENCE, DIFFERENCE_IN_CHANGE])
    return rows[differs & rows["estimate"].notna()]


def sensitivity_sentences(reported: CohortResults) -> Iterator[str]:
    """Say the range of the sensitivity analyses of the primary outcome, their direction and whether intervals include zero.

    Then, where these were done, the tipping point and the range of the differences without one participant.
    """
    cohort, outcome = reported.cohort, reported.cohort.primary_outcome
    others = checks(reported, outcome)
    main = pick(reported.estimates, outcome=outcome.name, role="primary")
    for row in rows_of(main[main["estimate"].notna()]):
        rows = rows_of(pick(others, arm=row.arm).sort_values("estimate", kind="stable"))
        if rows:
            yield _sensitivity(rows, row, cohort, outcome)
    yield from _tipping_points(reported)
    yield from _without_one(reported)


def _sensitivity(rows: list[Any], main: Any, cohort: Cohort, outcome: Outcome) -> str:
    digits = numbers.digits_for(outcome.resolution)
    for row in rows:
        refuse_within_arm(row)
    low, high = (cited.number(row, "estimate", digits) for row in (rows[0], rows[-1]))
    span = f"was {low}" if cited.plain(low) == cited.plain(high) else f"ranged from {low} to {high}"
    pair = f"{cohort.arm(main.arm).label} minus {cohort.control_arm.label}"
    visit = sentence_case(cohort.visit(outcome.primary_visit).label)
    names = "; ".join(_inside(model_name(row)) for row in rows)
    remarks = [
        starts(
            cohort,
            f"in sensitivity analyses of {sentence_case(outcome.label)} at {visit} ({names}), the difference ({pair}) "
            f"{numbers.with_unit_of_difference(span, outcome.unit)}.",
        )
    ]
    signs = {id(row): _sign(row.estimate, digits) for row in (*rows, main)}
    opposite = [_inside(model_name(row)) for row in rows if signs[id(row)] * signs[id(main)] < 0]
    none = [_inside(model_name(row)) for row in rows if signs[id(row)] * signs[id(main)] == 0]
    remarks.append(
        f"The direction of the difference was reversed in: {'; '.join(opposite)}."
        if opposite
        else "All differences were in the same direction as in the main comparison."
        if not none
        else f"The estimate rounded to zero in: {'; '.join(none)}."
        if signs[id(main)]
        else "The estimate of the main comparison rounded to zero."
    )
    known = [row for row in rows if pd.notna(row.ci_low)]
    excludes = {_inside(model_name(row)): row.ci_low > 0 or row.ci_high < 0 for row in known}
    here = main.ci_low > 0 or main.ci_high < 0
    unlike = [name for name, apart in excludes.items() if apart != here]
    zero = {True: "excluded zero", False: "included zero"}
    if unlike:
        remarks.append(
            f"The confidence interval of the main comparison {zero[here]}, but the interval {zero[not here]} in: "
            f"{'; '.join(unlike)}."
        )
    else:
        which = "all of these analyses" if len(known) == len(rows) else "all of these analyses that have one"
        remarks.append(f"The confidence intervals of the main comparison and of {which} {zero[here]}.")
    return " ".join([*remarks, SAME_DATA])


def _checked(reported: CohortResults, analysis: str, term: str) -> Iterator[tuple[Any, str]]:
    """Yield the rows of a check of the primary outcome, each with what it is about, behind a comma."""
    cohort, outcome = reported.cohort, reported.cohort.primary_outcome
    for row in rows_of(pick(reported.estimates, outcome=outcome.name, analysis=analysis, term=term)):
        refuse_within_arm(row)
        pair = f"{cohort.arm(row.arm).label} minus {cohort.control_arm.label}"
        visit = sentence_case(cohort.visit(row.visit).label)
        yield row, f"the difference in {sentence_case(outcome.label)} at {visit} ({pair})"


def _tipping_points(reported: CohortResults) -> Iterator[str]:
    """Say which change of the imputed values takes the interval to zero, or why there is none."""
    cohort, outcome = reported.cohort, reported.cohort.primary_outcome
    for row, what in _checked(reported, "tipping_point", TIPPING_DELTA):
        if pd.isna(row.estimate):
            yield starts(cohort, f"tipping point for {what}: {reason(row, cohort)}.")
            continue
        delta = cited.number(row, "estimate", numbers.digits_for(outcome.resolution))
        yield starts(
            cohort,
            f"the interval of {what} reached zero when the imputed values of {cohort.arm(row.arm).label} were changed by "
            f"{numbers.with_unit_of_difference(delta, outcome.unit)} (tipping point; multiple imputation, missing at random).",
        )


def _without_one(reported: CohortResults) -> Iterator[str]:
    """Say the range of the main comparison with each participant left out in turn, or why it is not known."""
    cohort, outcome = reported.cohort, reported.cohort.primary_outcome
    digits = numbers.digits_for(outcome.resolution)
    highest = {row.arm: row for row, _ in _checked(reported, "influence", HIGHEST_WITHOUT_ONE)}
    for row, what in _checked(reported, "influence", LOWEST_WITHOUT_ONE):
        if pd.isna(row.estimate):
            yield starts(cohort, f"{what} was not estimated without each participant in turn: {reason(row, cohort)}.")
            continue
        ends = [cited.number(each, "estimate", digits) for each in (row, highest[row.arm])]
        span = numbers.with_unit_of_difference(" to ".join(ends), outcome.unit)
        yield starts(cohort, f"without each participant in turn, {what} ranged from {span}.{cautions(row, cohort)}")


def _sign(value: float, digits: int) -> int:
    """Return the sign of a number as it is printed."""
    shown = float(numbers.number(value, digits))
    return (shown > 0) - (shown < 0)


def _inside(name: str) -> str:
    return name if name.split(",")[0].isupper() else sentence_case(name)
