"""Rows about participants one by one: responders, and reliable change beyond the measurement error."""

from dataclasses import asdict

import pandas as pd

from retrowalk.errors import FitError
from retrowalk.model.context import Context, Row, Rows
from retrowalk.model.responders import Contrast, Share, improved, number_needed, relative_risk, risk_difference, share
from retrowalk.plan.trial import Threshold
from retrowalk.vocabulary import ABOUT_ONE

OBSERVED, AS_NONRESPONDERS = "observed", "missing_as_nonresponders"
HANDLING = {
    OBSERVED: "among those measured at both visits",
    AS_NONRESPONDERS: "missing counted as non-responders",
}
BESIDE_MEAN = "read it beside the mean difference: a threshold makes two groups of a continuum"
IMPROVED, WORSENED, UNCHANGED = "improved", "worsened", "within_error"


def responders(context: Context) -> list[Row]:
    """Return shares of responders by arm, and their difference, ratio and number needed to treat, at every visit.

    The terms are measure:threshold:handling, such as risk_difference:35_percent:observed.
    """
    if context.outcome.better == "neither":
        return []
    return [
        row
        for threshold in context.outcome.responders
        for visit in context.visits
        for handling in HANDLING
        for row in _responder_rows(context, threshold, visit, handling)
    ]


def _responder_rows(context: Context, threshold: Threshold, visit: str, handling: str) -> Rows:
    cohort, outcome, alpha = context.cohort, context.outcome, context.analysis.alpha
    size = threshold.term(outcome.unit)
    what = f"{threshold.value:g} {'% of baseline' if threshold.percent else outcome.unit}".rstrip()
    did = improved(
        context.data[cohort.baseline.name],
        context.data[visit],
        threshold.value,
        outcome.sign,
        percent=threshold.percent,
    )
    shares: dict[str, Share] = {}
    for arm in cohort.arms:
        mine = did[context.data["arm"] == arm.name]
        counted = mine.dropna() if handling == OBSERVED else mine.fillna(False)
        if len(counted):
            shares[arm.name] = share(int(counted.astype(bool).sum()), len(counted), alpha)
    zero = int((context.data[cohort.baseline.name] == 0).sum()) if threshold.percent else 0
    no_share = [f"{zero} with a baseline of 0, of which there is no percentage, count as missing"] * bool(zero)
    source = threshold.source.replace("; ", ", ")
    common = {
        **context.common,
        "analysis": "responders",
        "visit": visit,
        "note": "; ".join([HANDLING[handling], *no_share, f"threshold: {source}", BESIDE_MEAN]),
    }
    improvement = f"improvement by {what} or more, {HANDLING[handling]}"

    def term(measure: str) -> str:
        return f"{measure}:{size}:{handling}"

    for arm, one in shares.items():
        yield {
            **common,
            "role": "descriptive",
            "arm": arm,
            "term": term("share"),
            "unit": "proportion",
            **_numbers(one),
            "n": one.n,
            "n_arm": one.n,
            "method": f"share with {improvement}; Wilson's interval",
        }
        yield {
            **common,
            "role": "descriptive",
            "arm": arm,
            "term": term("responders"),
            "unit": "participants",
            "estimate": one.responders,
            "n": one.n,
            "n_arm": one.n,
            "method": f"count of those with {improvement}",
        }
    reference = shares.get(cohort.control)
    for arm in context.arms:
        if reference is None or arm not in shares:
            continue
        pair = {
            **common,
            "role": "sensitivity",
            "arm": arm,
            "reference_arm": cohort.control,
            "n": shares[arm].n + reference.n,
            "n_arm": shares[arm].n,
            "n_reference": reference.n,
        }
        difference, kind = (
            risk_difference(shares[arm], reference, alpha, interval=threshold.interval),
            threshold.interval,
        )
        if difference.low == difference.high:  # nobody, or everybody, in both arms: Wald's interval has no width
            difference, kind = risk_difference(shares[arm], reference, alpha), "newcombe"
        method = f"difference of shares with {improvement}; {kind.capitalize()}'s interval"
        yield {**pair, "term": term("risk_difference"), "unit": "proportion", **_numbers(difference), "method": method}
        yield from (
            {**pair, "unit": "", **row}
            for row in (
                _ratio_row(shares[arm], reference, alpha, term("relative_risk"), improvement, pair["note"]),
                _number_needed_row(difference, term("number_needed_to_treat"), improvement, pair["note"]),
            )
        )


def _ratio_row(arm: Share, reference: Share, alpha: float, term: str, improvement: str, note: str) -> Row:
    try:
        ratio = relative_risk(arm, reference, alpha)
    except FitError as fault:
        return {"term": term, "note": f"{note}; not estimated: {fault}"}
    return {"term": term, **_numbers(ratio), "method": f"ratio of shares with {improvement}; Katz's log interval"}


def _number_needed_row(difference: Contrast, term: str, improvement: str, note: str) -> Row:
    try:
        number = number_needed(difference)
    except FitError as fault:
        return {"term": term, "note": f"{note}; not estimated: {fault}"}
    crosses = difference.low < 0 < difference.high
    through = ["the interval goes from ci_low (harm) through infinity to ci_high (benefit)"] * crosses
    method = f"number needed to treat for one more {improvement}: reciprocal of the difference of shares"
    return {
        "term": term,
        "unit": "participants",
        **_numbers(number),
        "method": method,
        "note": "; ".join([note, *through]),
    }


def reliable_change(context: Context) -> list[Row]:
    """Return who changed by more than the error of measurement: counts by arm, and one by one where nobody was randomised.

    A change counts where |change| exceeds the instrument's measurement error for the condition, 1.96 sqrt(2) SEM or the
    published minimal detectable change (Jacobson NS, Truax P. J Consult Clin Psychol 1991;59:12).
    """
    outcome, cohort = context.outcome, context.cohort
    error = outcome.measurement_error
    if error is None:
        return []
    rows: list[Row] = []
    about = f"change since baseline against the measurement error of {error:g} {outcome.unit}".rstrip()
    note = f"measurement error: {outcome.measurement_error_source}; a change of one person is not an effect of the treatment"
    for visit in context.visits:
        change = (context.data[visit] - context.data[cohort.baseline.name]).dropna()
        good = outcome.sign * change
        beyond = error * (1 + 1e-9)  # 2.2 - 1.2 is a little more than 1
        kinds = {IMPROVED: good > beyond, WORSENED: good < -beyond}
        if outcome.better == "neither":
            kinds = {"increased": change > beyond, "decreased": change < -beyond}
        kinds[UNCHANGED] = change.abs() <= beyond
        common = {**context.common, "analysis": "reliable_change", "visit": visit, "role": "descriptive"}
        for arm in cohort.arms:
            mine = context.data.loc[change.index, "arm"] == arm.name
            for kind, is_so in kinds.items() if mine.any() else ():
                count = int((is_so & mine).sum())
                numbers = {"estimate": count, "n": int(mine.sum()), "n_arm": int(mine.sum())}
                rows.append(
                    {
                        **common,
                        **numbers,
                        "arm": arm.name,
                        "term": kind,
                        "unit": "participants",
                        "method": f"count; {about}",
                        "note": note,
                    }
                )
        if not cohort.randomised:
            rows += [
                _one(context, person, value, kinds, {**common, "note": note}, about) for person, value in change.items()
            ]
    return rows


def _one(context: Context, person: str, change: float, kinds: dict[str, pd.Series], common: Row, about: str) -> Row:
    kind = next(name for name, is_so in kinds.items() if is_so[person]).replace("_", " ")
    return {
        **common,
        "arm": context.data.loc[person, "arm"],
        "term": f"{ABOUT_ONE}{person}",
        "estimate": change,
        "n": 1,
        "method": f"{about}, one participant",
        "note": f"{kind}; {common['note']}",
    }


def _numbers(value: Share | Contrast) -> Row:
    fields = asdict(value)
    return {"estimate": fields["value"], "ci_low": fields["low"], "ci_high": fields["high"]}
