"""Rows about participants one by one: responders, and reliable change beyond the measurement error."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from retrowalk.errors import FitError
from retrowalk.facts import Fact, fact
from retrowalk.model.changes import TOLERANCE, change_since
from retrowalk.model.context import Context, Row, Rows
from retrowalk.model.responders import Contrast, Share, improved, number_needed, relative_risk, risk_difference, share
from retrowalk.plan.trial import Threshold
from retrowalk.vocabulary import ABOUT_ONE

OBSERVED = "observed"
AS_NONRESPONDERS = "missing_as_nonresponders"
HANDLING = (OBSERVED, AS_NONRESPONDERS)
IMPROVED = "improved"
WORSENED = "worsened"
UNCHANGED = "within_error"


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
    """Yield what is said of one threshold at one visit, with the missing handled in one way."""
    made = _Responders(context, threshold, visit, handling)
    shares = made.shares
    for arm, of_arm in shares.items():
        yield from made.share_rows(arm, of_arm)
    reference = shares.get(context.cohort.control)
    for arm in context.arms:
        if reference is not None and arm in shares:
            yield from made.comparison_rows(arm, shares[arm], reference)


@dataclass(frozen=True)
class _Responders:
    """One threshold at one visit, with the missing handled in one way."""

    context: Context
    threshold: Threshold
    visit: str
    handling: str

    @property
    def shares(self) -> dict[str, Share]:
        """The responders of each arm of whom somebody can be judged."""
        data, outcome = self.context.data, self.context.outcome
        baseline, threshold = data[self.context.cohort.baseline.name], self.threshold
        responds = improved(baseline, data[self.visit], threshold.value, outcome.sign, percent=threshold.percent)
        shares = {}
        for arm in self.context.cohort.arms:
            of_arm = responds[data["arm"] == arm.name]
            counted = of_arm.dropna() if self.handling == OBSERVED else of_arm.fillna(False)
            if len(counted):
                shares[arm.name] = share(int(counted.astype(bool).sum()), len(counted), self.context.analysis.alpha)
        return shares

    def share_rows(self, arm: str, of_arm: Share) -> Rows:
        """Yield the share of an arm, and how many they are."""
        common = {**self._common, "role": "descriptive", "arm": arm, "n": of_arm.n, "n_arm": of_arm.n}
        method = fact("share_of_responders", **self._improvement)
        yield {**common, "term": self._term("share"), "unit": "proportion", **_numbers(of_arm), "method": method}
        method = fact("count_of_responders", **self._improvement)
        count = {"unit": "participants", "estimate": of_arm.responders, "method": method}
        yield {**common, "term": self._term("responders"), **count}

    def comparison_rows(self, arm: str, of_arm: Share, reference: Share) -> Rows:
        """Yield the difference of two arms, their ratio and the number needed to treat."""
        common = {
            **self._common,
            "role": "sensitivity",
            "arm": arm,
            "reference_arm": self.context.cohort.control,
            "n": of_arm.n + reference.n,
            "n_arm": of_arm.n,
            "n_reference": reference.n,
        }
        alpha, kind = self.context.analysis.alpha, self.threshold.interval
        difference = risk_difference(of_arm, reference, alpha, interval=kind)
        if difference.low == difference.high:  # nobody, or everybody, in both arms: Wald's interval has no width
            difference, kind = risk_difference(of_arm, reference, alpha), "newcombe"
        method = fact("risk_difference", interval=kind, **self._improvement)
        term = self._term("risk_difference")
        yield {**common, "term": term, "unit": "proportion", **_numbers(difference), "method": method}
        yield {**common, "unit": "", **self._ratio(of_arm, reference)}
        yield {**common, "unit": "", **self._number_needed(difference)}

    def _ratio(self, of_arm: Share, reference: Share) -> Row:
        term = self._term("relative_risk")
        try:
            ratio = relative_risk(of_arm, reference, self.context.analysis.alpha)
        except FitError as fault:
            return {"term": term, "reason": fault.reason}
        method = fact("relative_risk", **self._improvement)
        return {"term": term, **_numbers(ratio), "method": method}

    def _number_needed(self, difference: Contrast) -> Row:
        term = self._term("number_needed_to_treat")
        try:
            number = number_needed(difference)
        except FitError as fault:
            return {"term": term, "reason": fault.reason}
        method = fact("number_needed_to_treat", **self._improvement)
        row = {"term": term, "unit": "participants", **_numbers(number), "method": method}
        if difference.low < 0 < difference.high:
            row["caveats"] = [*self._caveats, fact("interval_through_infinity")]
        return row

    @property
    def _common(self) -> Row:
        return {**self.context.common, "analysis": "responders", "visit": self.visit, "caveats": self._caveats}

    @property
    def _caveats(self) -> list[Fact]:
        caveats = [fact("handling", handling=self.handling)]
        at_zero = int((self.context.data[self.context.cohort.baseline.name] == 0).sum())
        if self.threshold.percent and at_zero:
            caveats.append(fact("baseline_of_zero", count=at_zero))
        threshold = {"threshold": self.threshold.value, "percent": self.threshold.percent}
        return [*caveats, fact("threshold_source", **threshold), fact("read_beside_mean")]

    @property
    def _improvement(self) -> dict[str, Any]:
        return {
            "threshold": self.threshold.value,
            "percent": self.threshold.percent,
            "handling": self.handling,
        }

    def _term(self, measure: str) -> str:
        return f"{measure}:{self.threshold.term(self.context.outcome.unit)}:{self.handling}"


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
    caveats = [fact("measurement_error_source"), fact("one_person")]
    for visit in context.visits:
        change = change_since(context.data[cohort.baseline.name], context.data[visit]).dropna()
        good = outcome.sign * change
        beyond = error * (1 + TOLERANCE)
        kinds = {IMPROVED: good > beyond, WORSENED: good < -beyond}
        if outcome.better == "neither":
            kinds = {"increased": change > beyond, "decreased": change < -beyond}
        kinds[UNCHANGED] = change.abs() <= beyond
        common = {**context.common, "analysis": "reliable_change", "visit": visit, "role": "descriptive"}
        for arm in cohort.arms:
            of_arm = context.data.loc[change.index, "arm"] == arm.name
            for kind, is_so in kinds.items() if of_arm.any() else ():
                count = int((is_so & of_arm).sum())
                numbers = {"estimate": count, "n": int(of_arm.sum()), "n_arm": int(of_arm.sum())}
                rows.append(
                    {
                        **common,
                        **numbers,
                        "arm": arm.name,
                        "term": kind,
                        "unit": "participants",
                        "method": fact("count_beyond_error", error=error),
                        "caveats": caveats,
                    }
                )
        if not cohort.randomised:
            rows += [
                _one(context, person, value, kinds, {**common, "caveats": caveats}) for person, value in change.items()
            ]
    return rows


def _one(context: Context, person: str, change: float, kinds: dict[str, pd.Series], common: Row) -> Row:
    kind = next(name for name, is_so in kinds.items() if is_so[person])
    return {
        **common,
        "arm": context.data.loc[person, "arm"],
        "term": f"{ABOUT_ONE}{person}",
        "estimate": change,
        "n": 1,
        "method": fact("one_beyond_error", error=context.outcome.measurement_error),
        "caveats": [fact("changed_as", kind=kind), *common["caveats"]],
    }


def _numbers(value: Share | Contrast) -> Row:
    fields = asdict(value)
    return {"estimate": fields["value"], "ci_low": fields["low"], "ci_high": fields["high"]}
