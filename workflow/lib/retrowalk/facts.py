"""What is said of an estimate, as data: a code and its values. The words of each are in present/words.

A cell of the estimate record holds a fact as JSON, ["code", {values}], keys sorted: `method` (how an estimate was made)
and `reason` (why there are no numbers) hold one, or "" for nothing; `caveats` (what a reader must know of it) a list of
them. A value is a number, a text of the plan or of a file, a name (of an arm, never its label), another fact, or a list
of these.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from retrowalk.fact_kinds import is_fact, kind_of

#: {code of a method: its values}.
METHODS: dict[str, tuple[str, ...]] = {
    # What was observed.
    "count": (),
    "share_of_those_with_a_value": (),
    "share_of_the_arm": (),
    "share_of_the_safety_population": (),
    "observed": ("measure",),
    "standardised_difference": ("of",),
    "observed_mean": ("of",),
    "observed_sd": ("of",),
    "sessions_attended": ("measure",),
    "percent_of_planned_sessions": (),
    "per_protocol_by_researchers": (),
    "per_protocol_by_sessions": ("percent",),
    # Comparisons of the arms.
    "ancova": ("covariates",),
    "mmrm": ("covariates", "df", "structure"),
    "clda": ("covariates", "df", "structure"),
    "model_of_all_visits": ("covariates", "df", "structure"),
    "random_intercept": ("df",),
    # What checks them.
    "multiple_imputation": ("imputations", "strategy", "structure"),
    "tipping_point": ("imputations", "structure"),
    "randomisation_test": ("arrangements", "exact", "strata"),
    "leave_one_out": ("analysis",),
    "shapiro_wilk": ("analysis",),
    "residual_sd": ("analysis",),
    # As the studies did it.
    "student_post": (),
    "welch_post": (),
    "welch_change": (),
    "change_per_baseline_sd": (),
    "mann_whitney": ("exact",),
    "brunner_munzel": (),
    "paired_t": (),
    "change_per_sd": (),
    "change_per_average_sd": (),
    "wilcoxon": ("exact",),
    "mixed_anova": (),
    "mauchly": (),
    "greenhouse_geisser": (),
    # Participants one by one.
    "share_of_responders": ("handling", "percent", "threshold"),
    "count_of_responders": ("handling", "percent", "threshold"),
    "risk_difference": ("handling", "interval", "percent", "threshold"),
    "relative_risk": ("handling", "percent", "threshold"),
    "number_needed_to_treat": ("handling", "percent", "threshold"),
    "count_beyond_error": ("error",),
    "one_beyond_error": ("error",),
    # The literature.
    "g_from_means": (),
    "g_from_p": (),
    "g_from_p_of_changes": (),
    "g_of_comparison": ("comparison",),
    "number_of_studies": (),
    "pooled_mean": (),
    "variance_between_studies": (),
    "i2": (),
    "cochran_q": (),
    "prediction_interval": (),
}

#: {code of a reason why there are no numbers: its values}.
REASONS: dict[str, tuple[str, ...]] = {
    "not_measured": (),
    "no_spread_at_baseline": (),
    # Of a comparison of arms.
    "arm_too_small_at_visit": (),
    "an_arm_too_small_at_visit": (),
    "not_in_mixed_model": (),
    "not_told_apart_from_arms": (),
    "too_few_for_coefficients": ("coefficients", "participants"),
    "no_variation_beyond_baseline": (),
    "nobody_at_visit": (),
    "covariate_missing": ("covariate",),
    "arm_without_baseline": (),
    "nobody_has_baseline": (),
    "arm_too_small_at_baseline": (),
    "same_change_within_arms": (),
    "control_not_analysed": (),
    "arm_too_small_at_any_visit": (),
    "no_arm_at_every_visit": (),
    "too_few_for_f": (),
    # Of a mixed model: the engine's.
    "no_values": ("response",),
    "too_few_values": ("coefficients", "participants", "values"),
    "no_variation": (),
    "constant_visit": ("column", "visit"),
    "empty_cell": ("cell", "term"),
    "not_told_apart": ("coefficient",),
    "no_structure": ("tried",),
    "too_many_levels": ("column", "levels"),
    "singular_information": (),
    "few_accepted": ("accepted",),
    # Of one structure of the covariance: the engine's.
    "no_convergence": (),
    "singular": (),
    "not_a_minimum": (),
    "not_identified": (),
    "unknown_order": (),
    "no_correlation": (),
    "too_few_participants": ("needed", "participants"),
    "too_few_in_a_group": ("needed", "participants"),
    # Of a check.
    "arm_or_visit_not_in_model": (),
    "no_value_of_arm_missing": (),
    "includes_zero_already": (),
    "no_delta_up_to": ("delta",),
    "minimised": (),
    "arms_not_told_apart": (),
    "no_one_left_out_fitted": (),
    "one_changes_little": ("most", "participants"),
    "residuals_too_few_or_alike": (),
    # Of an analysis as the studies did it.
    "fewer_than_two_visits": (),
    "fewer_than_two_arms_complete": (),
    "participants_alike_within_arms": (),
    "contrasts_too_few": (),
    "with_a_value": ("n_arm", "n_reference"),
    "no_variation_within_arms": (),
    "measured_at_both": ("count",),
    "same_change": (),
    "all_the_same": (),
    "nobody_changed": (),
    "no_overlap": (),
    # Of a size.
    "hedges_df": ("df",),
    "no_arm_of_two": (),
    "no_eta_squared": ("df", "df_numerator", "f"),
    "no_more_than_arms": (),
    "sd_not_positive": ("sd",),
    "mean_not_a_number": (),
    # Of responders.
    "nobody_judged": (),
    "nobody_responded": (),
    "everybody_responded": (),
    "shares_are_the_same": (),
    # Of a study that cannot be pooled.
    "change_within_group": (),
    "p_bound": (),
    "not_significant": (),
    "not_reported": (),
    "test_over_visits": (),
    "numbers_of_arms_unknown": (),
    "no_better_direction": (),
    "no_direction": (),
    "directions_disagree": (),
    "not_randomised": (),
    "control_walked_backward": (),
    "did_not_walk_backward": (),
    "not_compared": ("reason",),
    # Of a study that a pool leaves out, and of a pool.
    "own_data_used": ("study",),
    "enters_once": ("arm", "domain", "outcome", "study"),
    "one_study": (),
    "effects_equal": (),
    "variance_not_found": (),
}

#: {code of a caveat: its values}.
CAVEATS: dict[str, tuple[str, ...]] = {
    # Of what was observed.
    "without_a_value": ("count",),
    "one_participant": (),
    "withdrawal_reasons": ("reasons",),
    "pattern": ("kind",),
    "safety_population_is_everyone": (),
    "safety_population_attended": (),
    "attendance_unknown": ("count",),
    "none_planned_counted": ("count",),
    "attended_none": ("count",),
    "events_not_counted": ("count",),
    "seriousness_unknown": ("count",),
    "none_planned_excluded": ("count",),
    "attendance_not_known": ("count",),
    # Of a comparison of arms.
    "not_randomised": (),
    "exploratory": (),
    "corrected_in_family": ("family",),
    "at_lowest": ("arm", "count", "n"),
    "at_highest": ("arm", "count", "n"),
    "many_covariates": ("covariates", "n"),
    "never_measured": ("count",),
    "baseline_imputed": ("count",),
    "incomplete_excluded": ("count", "lacking"),
    "simpler_structure": ("structure", "tried"),
    "unbounded_elsewhere": (),
    "on_boundary": (),
    "no_effect_size": ("reason",),
    "size_not_directed": (),
    "tests_change_over_visits": (),
    # Of what checks it.
    "complete_cases": ("count", "n"),
    "values_imputed": ("count", "n"),
    "missing_after_last_as_withdrawn": (),
    "changed_by_delta": ("count",),
    "per_protocol_only": ("count", "n"),
    "these_two_arms": (),
    "blocks_not_kept": (),
    "arrangements_drawn": ("error",),
    "interval_not_bounded": (),
    "without_one_of": ("arm", "end"),
    "not_fitted_without": ("count", "n"),
    "for_information": (),
    # Of an analysis as the studies did it.
    "within_one_arm": (),
    "no_interval_of_ranks": (),
    "ranks_approximate": (),
    "no_interval_of_size": (),
    "sphericity_assumed": (),
    "sphericity_hard_to_see": (),
    # Of participants one by one.
    "handling": ("handling",),
    "baseline_of_zero": ("count",),
    "threshold_source": ("percent", "threshold"),
    "read_beside_mean": (),
    "interval_through_infinity": (),
    "measurement_error_source": (),
    "one_person": (),
    "changed_as": ("kind",),
    # Of the literature.
    "noted": ("text",),
    "two_sided_p": (),
    "correlation_assumed": ("correlation",),
    "not_pooled": ("reason",),
    "studies": ("studies",),
    "left_out": ("outcome", "reason", "study"),
    "refused": ("study",),
    "converted_from_changes": (),
    "two_studies": (),
    "few_studies": ("studies",),
    "variance_estimated_as_zero": (),
}


@dataclass(frozen=True)
class Fact:
    """A code of one of the registers above, and its values."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> list[Any]:
        """Return the fact as JSON has it."""
        return [self.code, {name: _plain(self.values[name]) for name in sorted(self.values)}]

    @property
    def cell(self) -> str:
        """The cell of the estimate record that holds it."""
        return _dumped(self.as_json())


def fact(code: str, **values: Any) -> Fact:
    """Return a fact."""
    return Fact(code, values)


def cell(facts: Iterable[Fact]) -> str:
    """Return the cell of the estimate record that holds a list of facts."""
    return _dumped([each.as_json() for each in facts])


def read(text: str) -> Fact | None:
    """Return the fact of a cell, None of an empty one; what is in its values is as JSON has it (`from_json`)."""
    return from_json(json.loads(text)) if text else None


def read_list(text: str) -> list[Fact]:
    """Return the facts of a cell of caveats."""
    return [from_json(each) for each in json.loads(text or "[]")]


def from_json(value: list[Any]) -> Fact:
    """Return the fact that `Fact.as_json` was called on; ValueError where it is none."""
    if not is_fact(value):
        raise ValueError(f"not a fact: {value}")
    return Fact(value[0], value[1])


def faults(text: str, register: Mapping[str, tuple[str, ...]]) -> str:
    """Return what is wrong with a fact or a list of facts in a cell, "" where nothing is; ValueError where it holds none."""
    if not text:
        return ""
    found = json.loads(text)
    if register is CAVEATS and not isinstance(found, list):
        raise ValueError(f"not a list of facts: {found}")
    return next(filter(None, (_fault(value, register) for value in (found if register is CAVEATS else [found]))), "")


def _fault(value: list[Any], register: Mapping[str, tuple[str, ...]]) -> str:
    """Return what is wrong with a fact as JSON has it, and with the facts among its values."""
    each = from_json(value)
    if each.code not in register:
        return f"unknown code {each.code}"
    if tuple(sorted(each.values)) != register[each.code]:
        return f"{each.code} has the values {register[each.code]}, not {tuple(sorted(each.values))}"
    for name, part in each.values.items():
        kind = kind_of(each.code, name)
        if not kind.holds(part):
            return f"{name} of {each.code} is {json.dumps(part, ensure_ascii=False)}, not {kind.words}"
    within = (_fault(part, METHODS if part[0] in METHODS else REASONS) for part in _parts(each.values))
    return next((f"{each.code}: {fault}" for fault in within if fault), "")


def _parts(values: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Yield the facts among the values of a fact, as JSON has them: alone, or each behind a name in a list."""
    for value in values.values():
        if is_fact(value):
            yield value
        elif isinstance(value, list):
            yield from (pair[-1] for pair in value if isinstance(pair, list) and pair and is_fact(pair[-1]))


def _plain(value: Any) -> Any:
    if isinstance(value, Fact):
        return value.as_json()
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
