"""Effects of papers and of participants' data: numbers by hand, signs, reasons."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.unit.cells import caveats

from retrowalk import estimates
from retrowalk.facts import fact
from retrowalk.model.effect_sizes import hedges_correction, hedges_g
from retrowalk.synthesise.conversions import d_from_change, d_from_t, t_from_p, variance_of_g
from retrowalk.synthesise.effects import cohort_effects, published_effects
from retrowalk.vocabulary import ESTIMATE_COLUMNS

pytestmark = pytest.mark.numeric

NUMBERS = [
    name for name in ESTIMATE_COLUMNS if name in ("estimate", "se", "ci_low", "ci_high", "effect_size", "n", "n_arm")
]


def published(evidence: pd.DataFrame, study: str, outcome: str, **changes) -> pd.Series:
    """Return the effect of one row of the evidence, with cells replaced."""
    row = evidence[(evidence["study"] == study) & (evidence["outcome"] == outcome)]
    return published_effects(row.assign(**changes), 0.05).iloc[0]


def test_g_of_post_means_is_what_it_is_by_hand(evidence):
    # chen2021, pain: 1.56 (0.63) v 2.25 (0.86), 16 an arm, lower is better.
    d = (2.25 - 1.56) / np.sqrt((0.63**2 + 0.86**2) / 2)
    g = d * (1 - 3 / (4 * 30 - 1))  # Hedges' approximation of J, good to 4e-5 at 30 degrees of freedom
    row = published(evidence, "chen2021", "pain")
    assert row["estimate"] == pytest.approx(g, rel=1e-4)
    assert row["se"] == pytest.approx(np.sqrt(2 / 16 + g**2 / 64), rel=1e-4)
    assert row["ci_high"] - row["ci_low"] == pytest.approx(2 * 1.959963984540054 * row["se"], rel=1e-12)
    assert (row["n"], row["n_arm"], row["n_reference"]) == (32, 16, 16)
    assert (
        row[["effect_size", "effect_size_low", "effect_size_high"]].tolist()
        == row[["estimate", "ci_low", "ci_high"]].tolist()
    )
    assert row["effect_size_kind"] == "hedges_g_post"
    assert row["method"] == fact("g_from_means").cell
    assert row["population"] == "knee osteoarthritis"
    assert (row["reference_arm"], row["visit"], row["term"], row["unit"]) == ("add-on", "week_4", "pain", "SD")


def test_p_of_the_values_gives_back_the_g_it_came_from(evidence):
    # PMC5667629, VAS: 2.40 (0.54) v 4.57 (0.90), 15 an arm.
    sd = np.sqrt((0.54**2 + 0.90**2) / 2)
    p = 2 * stats.t.sf(2.17 / (sd * np.sqrt(2 / 15)), 28)
    row = published(evidence, "ansari2020", "pain", p_value=p)
    assert row["estimate"] == pytest.approx(hedges_g(2.17, sd, 15, 15).value, rel=1e-12)
    assert row["p_value"] == p
    assert row["method"] == fact("g_from_p").cell
    assert "two_sided_p" in caveats(row["caveats"])


@given(st.floats(1e-3, 60), st.integers(2, 200), st.integers(2, 200))  # nearer to p = 1 scipy is less exact
def test_t_to_p_to_t_is_the_identity(t, n_arm, n_reference):
    df = n_arm + n_reference - 2
    p = 2 * stats.t.sf(t, df)
    if p > 1e-300:
        assert t_from_p(p, df) == pytest.approx(t, rel=1e-6)
        assert d_from_t(t, n_arm, n_reference) / t == pytest.approx(np.sqrt(1 / n_arm + 1 / n_reference))


def test_p_of_a_change_is_converted_with_the_stated_correlation(evidence):
    row = published(evidence, "alghadir2019", "pain")
    d_change = stats.t.isf(0.005, 43) * np.sqrt(1 / 23 + 1 / 22)
    assert row["estimate"] == pytest.approx(hedges_correction(43) * d_change, rel=1e-12)  # sqrt(2 (1 - .5)) = 1
    assert row["effect_size_kind"] == "hedges_g_change_converted"
    assert row["method"] == fact("g_from_p_of_changes").cell
    told = caveats(row["caveats"])
    assert list(told) == ["noted", "two_sided_p", "correlation_assumed"]
    assert told["correlation_assumed"] == {"correlation": 0.5}
    assert "inferred from the completion rates" in told["noted"]["text"]


def test_a_change_is_larger_in_its_own_sds_the_higher_the_correlation():
    assert d_from_change(1, 0.5) == pytest.approx(1)
    assert d_from_change(1, 0.3) == pytest.approx(np.sqrt(1.4))
    assert d_from_change(1, 0.7) == pytest.approx(np.sqrt(0.6))


def test_variance_is_that_of_metafor_given_its_g():
    # Normand 1999, study 1: n 155 and 156, SMD -0.35516964094 with SE 0.11430081164 (tests/reference/meta.csv).
    assert variance_of_g(-0.35516964094, 155, 156) ** 0.5 == pytest.approx(0.11430081164, rel=1e-9)


@pytest.mark.parametrize(("better", "sign"), [("lower", 1), ("higher", -1)])
def test_sign_of_post_means_favours_backward_walking(evidence, better, sign):
    row = published(evidence, "chen2021", "pain", better=better)  # the intervention arm has the lower mean
    assert np.sign(row["estimate"]) == sign
    assert row["ci_low"] < row["estimate"] < row["ci_high"]


@pytest.mark.parametrize(("better", "sign"), [("lower", 1), ("higher", -1)])
def test_sign_of_a_change_comes_from_the_changes(evidence, better, sign):
    assert np.sign(published(evidence, "alghadir2019", "pain", better=better)["estimate"]) == sign


@pytest.mark.parametrize(
    ("favours", "sign"),
    [("intervention", 1), ("control", -1)],
)
@pytest.mark.parametrize("better", ["lower", "higher"])
def test_sign_of_a_p_value_comes_from_favours_whatever_is_better(evidence, favours, sign, better):
    assert np.sign(published(evidence, "baby2022", "disability", favours=favours, better=better)["estimate"]) == sign


def test_equal_means_are_an_effect_of_zero(evidence):
    row = published(evidence, "chen2021", "pain", mean_control=1.56)
    assert row["estimate"] == 0
    assert row["ci_low"] == -row["ci_high"]


@pytest.mark.parametrize(
    ("study", "outcome", "changes", "reason"),
    [
        ("baby2022", "disability", {"favours": ""}, "no_direction"),
        (
            "baby2022",
            "disability",
            {"favours": "", "note": "favours retro-walking"},
            "no_direction",
        ),
        ("alghadir2019", "pain", {"favours": "control"}, "directions_disagree"),
        ("alghadir2019", "pain", {"change_control": -1.8}, "no_direction"),
        ("chen2021", "pain", {"n_control": np.nan}, "numbers_of_arms_unknown"),
        ("chen2021", "pain", {"better": "neither"}, "no_better_direction"),
        ("chen2021", "pain", {"comparator_type": "single_group"}, "change_within_group"),
        ("ansari2020", "trunk flexion range", {}, "not_significant"),
        ("raza2023", "pain", {}, "p_bound"),
        ("gondhalekar2013", "disability", {}, "test_over_visits"),
        ("krishnan2021", "pain", {}, "not_reported"),
        ("dufek2011", "shock attenuation", {}, "change_within_group"),
    ],
)
def test_what_cannot_be_pooled_says_why_and_has_no_numbers(evidence, study, outcome, changes, reason):
    row = published(evidence, study, outcome, **changes)
    assert row["reason"] == fact(reason).cell
    # What the table of evidence notes is said, and nothing else.
    (note,) = evidence.loc[(evidence["study"] == study) & (evidence["outcome"] == outcome), "note"]
    note = changes.get("note", note)
    assert caveats(row["caveats"]) == ({"noted": {"text": note}} if note else {})
    assert row["method"] == ""
    assert row[NUMBERS].isna().all()


def test_every_row_of_the_evidence_comes_out_in_its_order(evidence):
    effects = published_effects(evidence, 0.05)
    assert effects[["cohort", "outcome"]].to_numpy().tolist() == evidence[["study", "outcome"]].to_numpy().tolist()
    numbered = effects["estimate"].notna()
    assert ((effects["reason"] != "") == ~numbered).all()
    assert (effects.loc[numbered, "method"] != "").all()
    poolable = [("ansari2020", "pain"), ("ansari2020", "balance"), ("chen2021", "pain"), ("chen2021", "disability")]
    poolable += [("alghadir2019", "pain"), ("alghadir2019", "disability"), ("baby2022", "disability")]
    assert list(effects.loc[numbered, ["cohort", "outcome"]].itertuples(index=False, name=None)) == poolable


def test_a_narrower_level_gives_a_wider_interval(evidence):
    wide, narrow = published_effects(evidence, 0.01), published_effects(evidence, 0.10)
    reach = (wide["ci_high"] - wide["ci_low"]) / (narrow["ci_high"] - narrow["ci_low"])
    assert reach.dropna().to_numpy() == pytest.approx(stats.norm.isf(0.005) / stats.norm.isf(0.05))


def test_effect_of_a_cohort_is_its_g_with_the_se_behind_its_interval(cohort_of, ancova_row):
    cohort = cohort_of("ansari2020")
    row = ancova_row(
        cohort,
        "pain",
        estimate=-1.5,
        se=0.6,
        sd=2.0,
        provenance="synthetic",
        caveats=[fact("baseline_imputed", count=1)],
    )
    effect = cohort_effects(estimates.tabulate([row]), {"ansari2020": cohort}, 0.05).iloc[0]
    j = hedges_correction(27)
    g = j * 1.5 / 2  # pain: lower is better
    assert effect["estimate"] == pytest.approx(g, rel=1e-14)
    assert effect["se"] == pytest.approx(np.sqrt(j**2 * 0.3**2 + g**2 / 54), rel=1e-12)
    assert (effect["ci_low"], effect["ci_high"]) == pytest.approx((row["effect_size_low"], row["effect_size_high"]))
    assert (effect["arm"], effect["reference_arm"], effect["term"]) == ("backward_walking", "add-on", "pain")
    assert effect["provenance"] == "synthetic"
    assert caveats(effect["caveats"]) == {"baseline_imputed": {"count": 1}}
    assert effect["method"] == fact("g_of_comparison", comparison=fact("ancova", covariates=["sex"])).cell
    assert effect["df"] == 27
    assert effect["n"] == 30


def test_effect_of_exactly_zero_keeps_its_se(cohort_of, ancova_row):
    cohort = cohort_of("ansari2020")
    table = estimates.tabulate([ancova_row(cohort, "pain", estimate=0, se=0.6, sd=2.0)])
    effect = cohort_effects(table, {"ansari2020": cohort}, 0.05).iloc[0]
    assert effect["se"] == pytest.approx(hedges_correction(27) * 0.3, rel=1e-12)


def test_every_outcome_and_intervention_arm_of_every_cohort_has_a_row(cohort_of, ancova_row):
    cohorts = {name: cohort_of(name) for name in ("ansari2020", "dufek2011")}
    table = estimates.tabulate([ancova_row(cohorts["ansari2020"], "pain")])
    effects = cohort_effects(table, cohorts, 0.05)
    assert effects["outcome"].tolist() == [outcome.name for cohort in cohorts.values() for outcome in cohort.outcomes]
    assert effects["estimate"].notna().sum() == 1
    assert set(effects["provenance"]) == {"synthetic"}
    missing = effects[effects["estimate"].isna()]
    reasons = missing.groupby("cohort")["reason"].agg(set).to_dict()
    assert reasons == {
        "ansari2020": {fact("not_compared", reason=None).cell},
        "dufek2011": {fact("not_randomised").cell},
    }
    assert set(missing["method"]) == {""}


def test_only_the_main_comparison_at_the_primary_visit_counts(cohort_of, ancova_row):
    cohort = cohort_of("krishnan2021")
    rows = [
        ancova_row(cohort, "pain", estimate=-9, visit="week_3"),
        ancova_row(cohort, "pain", estimate=-3),
        ancova_row(cohort, "pain", estimate=-8, analysis="student_post", role="as_published"),
        ancova_row(cohort, "pain", estimate=-7, analysis="clda", role="sensitivity"),
        ancova_row(cohort, "pain", estimate=40, term="marginal_mean", reference_arm="", role="descriptive"),
    ]
    effect = cohort_effects(estimates.tabulate(rows), {"krishnan2021": cohort}, 0.05).iloc[0]
    assert effect["visit"] == "week_6"
    assert effect["estimate"] == pytest.approx(rows[1]["effect_size"])


def refused(cohort, table: pd.DataFrame) -> str:
    """Return the reason of the only outcome, which must have no numbers."""
    (row,) = cohort_effects(table, {cohort.name: cohort}, 0.05).to_dict("records")
    assert np.isnan(row["estimate"])
    return row["reason"]


def test_a_comparison_that_was_not_randomised_is_not_poolable(cohort_of, ancova_row):
    cohort = cohort_of("dufek2011")
    cohort = replace(cohort, outcomes=cohort.outcomes[:1])
    told = [fact("not_randomised"), fact("at_lowest", arm="x", count=2, n=9)]
    table = estimates.tabulate([ancova_row(cohort, "sagittal_range", caveats=told)])
    assert refused(cohort, table) == fact("not_randomised").cell
    # The reason is not said a second time as a caveat; the other caveats are kept.
    (effect,) = cohort_effects(table, {cohort.name: cohort}, 0.05).to_dict("records")
    assert caveats(effect["caveats"]) == {"at_lowest": {"arm": "x", "count": 2, "n": 9}}


def test_an_outcome_without_a_better_direction_is_not_poolable(cohort_of, ancova_row):
    cohort = cohort_of("ansari2020")
    cohort = replace(cohort, outcomes=(replace(cohort.outcome("pain"), better="neither"),))
    assert refused(cohort, estimates.tabulate([ancova_row(cohort, "pain")])) == fact("no_better_direction").cell


def test_a_fit_that_failed_is_not_poolable_and_its_reason_travels(cohort_of, ancova_row):
    cohort = cohort_of("ansari2020")
    cohort = replace(cohort, outcomes=cohort.outcomes[:1])
    numbers = (
        "estimate",
        "se",
        "df",
        "effect_size",
        "effect_size_low",
        "effect_size_high",
        "n",
        "n_arm",
        "n_reference",
    )
    why = fact("too_few_for_coefficients", participants=4, coefficients=5)
    failed = ancova_row(cohort, "pain", reason=why) | dict.fromkeys(numbers)
    assert refused(cohort, estimates.tabulate([failed])) == fact("not_compared", reason=why).cell
    assert refused(cohort, estimates.tabulate([])) == fact("not_compared", reason=None).cell


def test_of_several_arms_only_those_that_walked_backward_are_poolable(cohort_of, ancova_row):
    cohort = cohort_of("ansari2020", provenance="individual")
    arm = cohort.intervention_arms[0]
    arms = (*cohort.arms, replace(arm, name="forward_walking", label="Forward walking"))
    cohort = replace(cohort, arms=arms, outcomes=cohort.outcomes[:1])
    rows = [ancova_row(cohort, "pain"), ancova_row(cohort, "pain", arm="forward_walking")]
    effects = cohort_effects(estimates.tabulate(rows), {cohort.name: cohort}, 0.05)
    assert effects["arm"].tolist() == ["retro_walking", "forward_walking"]
    assert effects["estimate"].notna().tolist() == [True, False]
    assert effects["reason"].to_list() == ["", fact("did_not_walk_backward").cell]


@pytest.mark.parametrize(
    ("name", "label", "said", "is_backward"),
    [
        ("bw", "BW", None, False),
        ("bw", "BW", True, True),
        ("acupuncture", "Acupuncture", None, False),
        ("rw", "Retro-walking", None, True),
        ("retro_walking", "RW", None, True),
        ("rueckwaertsgehen", "Gehen", None, True),
        ("forward", "Not backward: forward", False, False),
    ],
)
def test_a_trial_of_something_else_does_not_enter_the_pools(cohort_of, ancova_row, name, label, said, is_backward):
    cohort = cohort_of("ansari2020", provenance="individual")
    (arm,) = cohort.intervention_arms
    arms = (cohort.control_arm, replace(arm, name=name, label=label, walks_backward=said))
    cohort = replace(cohort, arms=arms, outcomes=cohort.outcomes[:1])
    row = ancova_row(cohort, "pain", arm=name)
    effects = cohort_effects(estimates.tabulate([row]), {cohort.name: cohort}, 0.05)
    assert effects["estimate"].notna().tolist() == [is_backward]
    assert effects["reason"].iloc[0] == ("" if is_backward else fact("did_not_walk_backward").cell)


def test_where_the_control_arm_walked_backward_too_nothing_is_pooled(cohort_of, ancova_row):
    cohort = cohort_of("ansari2020", provenance="individual")
    arms = tuple(replace(arm, walks_backward=True) for arm in cohort.arms)
    cohort = replace(cohort, arms=arms, outcomes=cohort.outcomes[:1])
    effects = cohort_effects(estimates.tabulate([ancova_row(cohort, "pain")]), {cohort.name: cohort}, 0.05)
    assert effects["estimate"].isna().all()
    assert set(effects["reason"]) == {fact("control_walked_backward").cell}
