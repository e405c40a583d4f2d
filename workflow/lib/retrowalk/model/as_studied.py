"""Rows of the analyses as the studies ran them: t tests, rank tests and the mixed ANOVA."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import pandas as pd

from retrowalk.errors import FitError
from retrowalk.facts import Fact, fact
from retrowalk.model import mixed_anova as anova
from retrowalk.model import rank_tests, t_tests
from retrowalk.model.context import Context, Row, Rows, effect_size_columns, owed
from retrowalk.model.effect_sizes import EffectSize, d_ppc2, hedges_gav, hedges_gz
from retrowalk.model.mixed_anova import AnovaTerm, sphericity
from retrowalk.model.rank_tests import RankTest, signed_rank
from retrowalk.model.t_tests import TTest, student_t, welch_t
from retrowalk.vocabulary import (
    CHANGE,
    CHANGE_PER_AVERAGE_SD,
    CHANGE_PER_SD_CORRECTED,
    DIFFERENCE,
    DIFFERENCE_IN_CHANGE,
    DIFFERENCE_PER_BASELINE_SD,
    GREENHOUSE_GEISSER,
    PROBABILITY_HIGHER,
    SPHERICITY,
)


def student_post(context: Context) -> list[Row]:
    """Return Student's t test of the values of each arm and the control at each visit after baseline."""
    return _of_values(context, "student_post", student_t)


def welch_post(context: Context) -> list[Row]:
    """Return Welch's t test of the values of each arm and the control at each visit after baseline."""
    return _of_values(context, "welch_post", welch_t)


def _of_values(context: Context, analysis: str, test: Callable[..., TTest]) -> list[Row]:
    def rows(two: _TwoArms) -> Rows:
        found = test(*two.values, context.analysis.alpha)
        yield {**_t_test(found, context, "hedges_g_post"), "term": DIFFERENCE, "method": fact(analysis)}

    return _between(context, analysis, DIFFERENCE, rows)


def welch_change(context: Context) -> list[Row]:
    """Return Welch's t test of the changes since baseline of each arm and the control, with Morris's d_ppc2."""

    def rows(two: _TwoArms) -> Rows:
        test = welch_t(*two.changes, context.analysis.alpha)
        yield {
            **_t_test(test, context, "hedges_g_change"),
            "term": DIFFERENCE_IN_CHANGE,
            "method": fact("welch_change"),
        }
        means = [change.mean() for change in two.changes]
        common = {**context.common, "term": DIFFERENCE_PER_BASELINE_SD}
        try:
            d = d_ppc2(*means, *(before.std() for before in two.baselines), *map(len, two.baselines))
        except FitError as fault:
            yield {**common, "reason": fault.reason}
            return
        yield {
            **common,
            "effect_size": context.outcome.sign * d,
            "effect_size_kind": "d_ppc2",
            "method": fact("change_per_baseline_sd"),
            "caveats": [fact("no_interval_of_size")],
        }

    return _between(context, "welch_change", DIFFERENCE_IN_CHANGE, rows)


def mann_whitney(context: Context) -> list[Row]:
    """Return Mann and Whitney's test of the changes since baseline of each arm and the control."""

    def rows(two: _TwoArms) -> Rows:
        test = rank_tests.mann_whitney(*two.ranked_changes, context.analysis.alpha)
        method = fact("mann_whitney", exact=test.exact)
        yield {**_rank_row(test, context), "term": DIFFERENCE_IN_CHANGE, "method": method}

    return _between(context, "mann_whitney", DIFFERENCE_IN_CHANGE, rows)


def brunner_munzel(context: Context) -> list[Row]:
    """Return Brunner and Munzel's test of the changes since baseline of each arm and the control."""

    def rows(two: _TwoArms) -> Rows:
        test = rank_tests.brunner_munzel(*two.ranked_changes, context.analysis.alpha)
        method = fact("brunner_munzel")
        yield {**_rank_row(test, context), "term": PROBABILITY_HIGHER, "unit": "probability", "method": method}

    return _between(context, "brunner_munzel", PROBABILITY_HIGHER, rows)


def paired_t(context: Context) -> list[Row]:
    """Return the paired t test of the change since baseline in each arm at each visit, with its standardised sizes."""
    alpha, baseline = context.analysis.alpha, context.cohort.baseline.name

    def rows(visit: str, of_arm: pd.DataFrame) -> Rows:
        test = t_tests.paired_t(of_arm[baseline], of_arm[visit], alpha)
        yield {
            **_t_test(test, context, "cohen_dz"),
            "term": CHANGE,
            "method": fact("paired_t"),
        }
        both, sd = of_arm[[baseline, visit]].dropna().astype(float), test.se * test.n**0.5
        try:
            size = _turned(hedges_gz(test.estimate, sd, test.n, alpha), context)
            average = hedges_gav(test.estimate, both[baseline].std(), both[visit].std(), test.n)
        except FitError as fault:
            corrected = (CHANGE_PER_SD_CORRECTED, CHANGE_PER_AVERAGE_SD)
            yield from ({"term": term, "reason": fault.reason} for term in corrected)
            return
        yield {
            **effect_size_columns(size, "hedges_g_z"),
            "term": CHANGE_PER_SD_CORRECTED,
            "method": fact("change_per_sd"),
        }
        yield {
            "effect_size": context.outcome.sign * average,
            "effect_size_kind": "hedges_g_av",
            "term": CHANGE_PER_AVERAGE_SD,
            "method": fact("change_per_average_sd"),
        }

    return _within(context, "paired_t", rows)


def wilcoxon(context: Context) -> list[Row]:
    """Return Wilcoxon's signed-rank test of the change since baseline in each arm at each visit."""

    def rows(visit: str, of_arm: pd.DataFrame) -> Rows:
        changes = _without_noise(of_arm[visit] - of_arm[context.cohort.baseline.name], of_arm[visit])
        test = signed_rank(changes, context.analysis.alpha)
        method = fact("wilcoxon", exact=test.exact)
        yield {**_rank_row(test, context), "term": CHANGE, "method": method}

    return _within(context, "wilcoxon", rows)


def mixed_anova(context: Context) -> list[Row]:
    """Return the mixed ANOVA, arm by visit."""
    return owed(context, "mixed_anova", "arm:visit", partial(_anova_rows, context), arms=[""], visits=[""])


@dataclass(frozen=True)
class _TwoArms:
    """What an arm and the control have at a visit: every value, and baseline and change of those measured at both."""

    values: tuple[pd.Series, pd.Series]
    baselines: tuple[pd.Series, pd.Series]
    changes: tuple[pd.Series, pd.Series]

    @property
    def ranked_changes(self) -> tuple[pd.Series, pd.Series]:
        """The changes, equal where they are equal in decimals."""
        everything = pd.concat([*self.values, *self.baselines])
        return tuple(_without_noise(change, everything) for change in self.changes)


def _two_arms(context: Context, visit: str, arm: str) -> _TwoArms:
    data, baseline = context.data, context.cohort.baseline.name
    arms = [data.loc[data["arm"] == name, [baseline, visit]].astype(float) for name in (arm, context.cohort.control)]
    both = [of_arm.dropna() for of_arm in arms]
    return _TwoArms(
        tuple(of_arm[visit].dropna() for of_arm in arms),
        tuple(of_arm[baseline] for of_arm in both),
        tuple(of_arm[visit] - of_arm[baseline] for of_arm in both),
    )


def _between(context: Context, analysis: str, term: str, rows: Callable[[_TwoArms], Rows]) -> list[Row]:
    """Return the rows of each visit and arm against the control, completed by what all of them say."""

    def completed(visit: str, arm: str) -> Rows:
        two = _two_arms(context, visit, arm)
        counts = [len(used) for used in (two.values if analysis.endswith("post") else two.changes)]
        for row in rows(two):
            undirected = context.undirected if "effect_size" in row else []
            yield {
                **context.common,
                **row,
                "analysis": analysis,
                "role": "as_published",
                "visit": visit,
                "arm": arm,
                "reference_arm": context.cohort.control,
                "n": sum(counts),
                "n_arm": counts[0],
                "n_reference": counts[1],
                "caveats": [*row.get("caveats", []), *undirected],
            }

    done: list[Row] = []
    for visit in context.visits:
        for arm in context.arms:
            done += owed(context, analysis, term, partial(completed, visit, arm), arms=[arm], visits=[visit])
    return done


def _within(context: Context, analysis: str, rows: Callable[[str, pd.DataFrame], Rows]) -> list[Row]:
    """Return the rows of each visit and arm, the control too, completed by what all of them say."""
    baseline = context.cohort.baseline.name

    def completed(visit: str, arm: str) -> Rows:
        of_arm = context.data[context.data["arm"] == arm]
        n = int(of_arm[[baseline, visit]].notna().all(axis=1).sum())
        for row in rows(visit, of_arm):
            yield {
                **row,
                **context.common,
                "analysis": analysis,
                "role": "as_published",
                "visit": visit,
                "arm": arm,
                "n": n,
                "n_arm": n,
                "caveats": [*row.get("caveats", []), fact("within_one_arm")],
            }

    done: list[Row] = []
    for visit in context.visits:
        for arm in context.cohort.arms:
            rows_of_arm = partial(completed, visit, arm.name)
            done += owed(context, analysis, CHANGE, rows_of_arm, arms=[arm.name], visits=[visit])
    return done


def _without_noise(change: pd.Series, values: pd.Series) -> pd.Series:
    """Return differences of values without their last bits: of decimals, 60.0 - 64.4 is not 83.6 - 88.0, and should tie."""
    largest = values.abs().max()
    return change.round(9 - math.floor(math.log10(largest))) if largest > 0 else change


def _t_test(test: TTest, context: Context, kind: str) -> Row:
    row = {name: value for name, value in asdict(test).items() if name != "effect_size"}
    return {**row, **effect_size_columns(_turned(test.effect_size, context), kind)}


def _turned(size: EffectSize, context: Context) -> EffectSize:
    """Return an effect size that is positive where it favours the arm."""
    return size if context.outcome.sign > 0 else EffectSize(-size.value, -size.high, -size.low)


def _rank_row(test: RankTest, context: Context) -> Row:
    row = {name: value for name, value in asdict(test).items() if name != "exact"}
    caveats = []
    if pd.isna(test.ci_low):
        caveats.append(fact("no_interval_of_ranks"))
    if test.exact is False:
        caveats.append(fact("ranks_approximate"))
    return {**row, "caveats": caveats}


def _anova_rows(context: Context) -> Rows:
    measured = [visit.name for visit in context.cohort.visits if context.data[visit.name].notna().any()]
    if len(measured) < 2:
        raise FitError("fewer_than_two_visits")
    terms, n, left_out = anova.mixed_anova(context.data, measured, context.analysis.alpha)
    caveats = [fact("complete_cases", count=left_out, n=n + left_out)] if left_out else []
    common = {**context.common, "analysis": "mixed_anova", "role": "as_published", "n": n}
    for term in terms:
        assumed = [fact("sphericity_assumed")] if len(measured) > 2 and term.term != "arm" else []
        yield {**common, **_anova_numbers(term), "method": fact("mixed_anova"), "caveats": [*caveats, *assumed]}
    if len(measured) > 2:
        yield from ({**common, **row} for row in _sphericity_rows(context, measured, terms, caveats))


def _anova_numbers(term: AnovaTerm) -> dict[str, Any]:
    row = {name: value for name, value in asdict(term).items() if name != "partial_eta_squared"}
    return {**row, **effect_size_columns(term.partial_eta_squared, "partial_eta_squared")}


def _sphericity_rows(context: Context, visits: list[str], terms: list[AnovaTerm], caveats: list[Fact]) -> Rows:
    """Yield Mauchly's test, and the tests with visit in them with the degrees of freedom of Greenhouse and Geisser."""
    from scipy.stats import f as f_distribution

    try:
        found = sphericity(context.data, visits)
    except FitError as fault:
        yield {"term": SPHERICITY, "reason": fault.reason}
        return
    yield {
        "term": SPHERICITY,
        "unit": "",
        "estimate": found.epsilon,
        "df": found.df,
        "statistic": found.chi_squared,
        "p_value": found.p_value,
        "method": fact("mauchly"),
        "caveats": [*caveats, fact("sphericity_hard_to_see")],
    }
    for term in terms:
        if term.term == "arm":
            continue
        df_numerator, df = term.df_numerator * found.epsilon, term.df * found.epsilon
        yield {
            "term": f"{term.term}:{GREENHOUSE_GEISSER}",
            "df_numerator": df_numerator,
            "df": df,
            "statistic": term.statistic,
            "p_value": float(f_distribution.sf(term.statistic, df_numerator, df)),
            "method": fact("greenhouse_geisser"),
            "caveats": caveats,
        }
