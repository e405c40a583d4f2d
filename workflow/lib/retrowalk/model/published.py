"""Rows of the analyses as the studies ran them: t tests and the mixed ANOVA."""

from dataclasses import asdict
from typing import Any

from retrowalk.errors import FitError
from retrowalk.model.context import Context, Row, Rows, as_published, effect_size_columns, owed
from retrowalk.model.effect_sizes import EffectSize
from retrowalk.model.mixed_anova import mixed_anova
from retrowalk.model.t_tests import TTest, paired_t, student_t
from retrowalk.vocabulary import CHANGE, DIFFERENCE

WITHIN_ARM_NOTE = "a change within one arm is not an effect of the treatment: it holds the natural course too"


def student(context: Context) -> list[Row]:
    """Return Student's t test of the values of each arm and the control at each visit after baseline."""
    rows = []
    for visit in context.visits:
        for arm in context.arms:
            rows += owed(
                context,
                "student_post",
                DIFFERENCE,
                lambda visit=visit, arm=arm: _student_rows(context, visit, arm),
                arms=[arm],
                visits=[visit],
                role=as_published,
            )
    return rows


def paired(context: Context) -> list[Row]:
    """Return the paired t test of the change since baseline in each arm at each visit."""
    rows = []
    for visit in context.visits:
        for arm in context.cohort.arms:
            about = {"analysis": "paired_t", "arm": arm.name, "term": CHANGE, "visit": visit, "role": "as_published"}
            mine = context.data[context.data["arm"] == arm.name]
            try:
                test = paired_t(mine[context.cohort.baseline.name], mine[visit], context.analysis.alpha)
            except FitError as fault:
                rows.append({**context.common, **about, "note": f"not estimated: {fault}"})
                continue
            told = {"n_arm": test.n, "method": "paired t test of the change since baseline", "note": WITHIN_ARM_NOTE}
            rows.append({**_t_test_row(test, context, "cohen_dz"), **about, **told})
    return rows


def anova(context: Context) -> list[Row]:
    """Return the mixed ANOVA, arm by visit."""
    term, role = "arm:visit", as_published
    return owed(context, "mixed_anova", term, lambda: _anova_rows(context), arms=[""], visits=[""], role=role)


def _student_rows(context: Context, visit: str, arm: str) -> Rows:
    cohort, data = context.cohort, context.data
    values = [data.loc[data["arm"] == name, visit] for name in (arm, cohort.control)]
    yield {
        **_t_test_row(student_t(*values, context.analysis.alpha), context, "hedges_g_post"),
        "analysis": "student_post",
        "role": "as_published",
        "visit": visit,
        "arm": arm,
        "reference_arm": cohort.control,
        "term": DIFFERENCE,
        "n_arm": int(values[0].notna().sum()),
        "n_reference": int(values[1].notna().sum()),
        "method": "Student's t test of the values at the visit, baseline not adjusted for",
    }


def _t_test_row(test: TTest, context: Context, kind: str) -> dict[str, Any]:
    row = {name: value for name, value in asdict(test).items() if name != "effect_size"}
    size = test.effect_size
    if context.outcome.sign < 0:
        size = EffectSize(-size.value, -size.high, -size.low)
    return {**context.common, **row, **effect_size_columns(size, kind)}


def _anova_rows(context: Context) -> Rows:
    measured = [visit.name for visit in context.cohort.visits if context.data[visit.name].notna().any()]
    if len(measured) < 2:
        raise FitError("the outcome was measured at fewer than two visits")
    terms, n, left_out = mixed_anova(context.data, measured, context.analysis.alpha)
    caveats = [f"complete cases: {left_out} left out"] if left_out else []
    caveats += ["sphericity assumed"] if len(measured) > 2 else []
    for term in terms:
        row = {name: value for name, value in asdict(term).items() if name != "partial_eta_squared"}
        yield {
            **context.common,
            **row,
            **effect_size_columns(term.partial_eta_squared, "partial_eta_squared"),
            "analysis": "mixed_anova",
            "role": "as_published",
            "n": n,
            "method": "mixed ANOVA, arm by visit, type III, complete cases",
            "note": "; ".join(caveats),
        }
