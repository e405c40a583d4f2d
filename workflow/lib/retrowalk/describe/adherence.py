"""Sessions attended, and who was treated per protocol."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from retrowalk.facts import Fact, fact
from retrowalk.plan.trial import Cohort


def adherence_rows(participants: pd.DataFrame, cohort: Cohort) -> Iterator[dict[str, Any]]:
    """Yield what is known of adherence, by arm; no rows where the cohort file gives none of it.

    Terms: `mean_sessions`, `sd_sessions` and `median_sessions` of the sessions attended; `mean_percent_attended`, the mean
    of the participants' percents of their planned sessions; `attended_all`, how many attended as many as were planned or
    more; `per_protocol`, how many were treated per protocol. `n` is the number of participants of whom it is known.
    """
    for arm in cohort.arms:
        people = participants[participants["arm"] == arm.name]
        common = {"analysis": "adherence", "arm": arm.name}
        if cohort.intake.sessions:
            yield from (common | row for row in _attended(people["sessions_attended"]))
            yield from (common | row for row in _of_planned(people))
        if "per_protocol" in cohort.adherence_columns:
            known = people["per_protocol"][people["per_protocol"] != ""]
            row = {"term": "per_protocol", "unit": "participants", "method": _judged(cohort)}
            yield common | row | {"estimate": int((known == "yes").sum())} | _of(known, people)


def _judged(cohort: Cohort) -> Fact:
    if cohort.intake.per_protocol:
        return fact("per_protocol_by_researchers")
    return fact("per_protocol_by_sessions", percent=cohort.per_protocol_percent)


def _attended(sessions: pd.Series) -> Iterator[dict[str, Any]]:
    known = sessions.dropna()
    measures = {"mean": known.mean()} | ({"sd": known.std()} if len(known) > 1 else {}) | {"median": known.median()}
    for name, estimate in measures.items():
        row = {"term": f"{name}_sessions", "unit": "sessions", "method": fact("sessions_attended", measure=name)}
        yield row | {"estimate": estimate} | _of(known, sessions)


def _of_planned(people: pd.DataFrame) -> Iterator[dict[str, Any]]:
    had_none = people["sessions_planned"] == 0
    asked = people[~had_none]
    known = asked[["sessions_attended", "sessions_planned"]].dropna()
    percents = 100 * known["sessions_attended"] / known["sessions_planned"]
    method = fact("percent_of_planned_sessions")
    percent = {"term": "mean_percent_attended", "unit": "%", "estimate": percents.mean(), "method": method}
    all_of_them = {"term": "attended_all", "unit": "participants", "estimate": int((percents >= 100).sum())}
    without = [fact("none_planned_excluded", count=had_none.sum())] if had_none.any() else []
    for row in (percent, all_of_them | {"method": fact("count")}):
        yield row | _of(known, asked, without)


def _of(
    known: pd.Series | pd.DataFrame, asked: pd.Series | pd.DataFrame, caveats: Sequence[Fact] = ()
) -> dict[str, Any]:
    """Return `n`, and a caveat on those of whom it is not known."""
    absent = len(asked) - len(known)
    unknown = [fact("attendance_not_known", count=absent)] if absent else []
    return {"n": len(known), "caveats": [*caveats, *unknown]}
