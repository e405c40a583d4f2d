"""What enters a pool, what does not, and what every row of it says."""

import numpy as np
import pandas as pd
import pytest
from tests.unit.cells import caveats, code, with_caveat

from retrowalk import estimates
from retrowalk.facts import fact
from retrowalk.synthesise import ALL_CONDITIONS, synthesise
from retrowalk.synthesise.membership import left_out
from retrowalk.synthesise.pool import pool
from retrowalk.synthesise.random_effects import random_effects

pytestmark = pytest.mark.numeric

THREE = [
    {"cohort": "a", "estimate": 0.2},
    {"cohort": "b", "estimate": 0.9},
    {"cohort": "c", "estimate": 1.4, "se": 0.4},
]


def term(pooled: pd.DataFrame, name: str, **place: str) -> pd.Series:
    (row,) = estimates.pick(pooled, term=name, **place).to_dict("records")
    return pd.Series(row)


def test_three_studies_give_all_terms_with_method_and_studies(effects_of):
    pooled = pool(effects_of(*THREE), 0.05)
    expected = random_effects([0.2, 0.9, 1.4], [0.09, 0.09, 0.16])
    assert pooled["term"].tolist() == ["pooled", "tau2", "i2", "q", "prediction", "studies"]
    mean = term(pooled, "pooled")
    limits = (expected.low, expected.high)
    assert (mean["estimate"], mean["se"], mean["df"]) == pytest.approx((expected.estimate, expected.se, 2))
    assert (mean["statistic"], mean["p_value"]) == pytest.approx((expected.statistic, expected.p_value))
    assert (mean["ci_low"], mean["ci_high"]) == pytest.approx(limits)
    assert (mean["effect_size_low"], mean["effect_size_high"]) == pytest.approx(limits)
    assert mean["effect_size"] == mean["estimate"]
    assert mean[["n", "n_arm", "n_reference"]].tolist() == [90, 45, 45]
    assert term(pooled, "tau2")["estimate"] == pytest.approx(expected.tau2)
    assert term(pooled, "i2")["estimate"] == pytest.approx(expected.i2)
    q = term(pooled, "q")
    assert (q["statistic"], q["df"], q["p_value"]) == pytest.approx((expected.q, 2, expected.q_p_value))
    assert term(pooled, "studies")["estimate"] == 3
    prediction = term(pooled, "prediction")
    expected_prediction = (expected.prediction_low, expected.prediction_high)
    assert (prediction["ci_low"], prediction["ci_high"]) == pytest.approx(expected_prediction)
    assert pooled["method"].map(code).to_list() == [
        "pooled_mean",
        "variance_between_studies",
        "i2",
        "cochran_q",
        "prediction_interval",
        "number_of_studies",
    ]
    assert pooled["caveats"].map(caveats).to_list() == 6 * [
        {"studies": {"studies": [["a", "pain"], ["b", "pain"], ["c", "pain"]]}, "few_studies": {"studies": 3}}
    ]
    assert set(pooled["cohort"]) == {"published"}
    assert set(pooled["population"]) == {ALL_CONDITIONS}


def test_one_study_is_shown_not_pooled(effects_of):
    pooled = pool(effects_of({"cohort": "a"}), 0.05)
    assert pooled["term"].tolist() == ["pooled", "studies"]
    assert set(pooled.loc[pooled["term"] == "pooled", "reason"]) == {fact("one_study").cell}
    assert pooled["caveats"].map(caveats).to_list() == 2 * [{"studies": {"studies": [["a", "pain"]]}}]
    mean = term(pooled, "pooled")
    assert mean[["estimate", "se", "ci_low", "ci_high", "p_value", "n"]].isna().all()
    assert term(pooled, "studies")["estimate"] == 1


def test_two_studies_have_no_prediction_and_say_how_little_they_are(effects_of):
    pooled = pool(effects_of(*THREE[:2]), 0.05)
    assert "prediction" not in set(pooled["term"])
    for cell in pooled["caveats"]:
        assert caveats(cell)["two_studies"] == {}
        assert caveats(cell)["few_studies"] == {"studies": 2}


def test_synthetic_effects_are_never_pooled_with_published_ones(effects_of):
    synthetic = [
        {**row, "analysis": "ancova", "provenance": "synthetic", "caveats": [fact("exploratory")], "estimate": 9.0 + i}
        for i, row in enumerate(THREE)
    ]
    pooled = pool(effects_of(*THREE, *synthetic), 0.05)
    alone = pool(effects_of(*THREE), 0.05)
    pd.testing.assert_frame_equal(estimates.pick(pooled, cohort="published").reset_index(drop=True), alone)
    marked = estimates.pick(pooled, cohort="synthetic")
    assert term(marked, "pooled")["estimate"] > 9
    assert set(marked["provenance"]) == {"synthetic"}
    assert set(alone["provenance"]) == {"published"}
    assert (
        not alone[["method", "reason", "caveats"]]
        .apply(lambda cells: cells.str.contains("synthetic", case=False))
        .any(axis=None)
    )
    assert not with_caveat(pooled, "exploratory").any()


def test_comparator_types_are_never_mixed(effects_of):
    active = [{**row, "cohort": f"{row['cohort']}2", "reference_arm": "active"} for row in THREE[:2]]
    pooled = pool(effects_of(*THREE, *active), 0.05)
    assert term(pooled, "studies", reference_arm="add-on")["estimate"] == 3
    assert term(pooled, "studies", reference_arm="active")["estimate"] == 2
    assert set(pooled["reference_arm"]) == {"add-on", "active"}


def test_conditions_are_pooled_together_and_apart(effects_of):
    pooled = pool(effects_of({**THREE[0], "population": "low back pain"}, *THREE[1:]), 0.05)
    studies = estimates.pick(pooled, term="studies").set_index("population")["estimate"]
    assert studies.to_dict() == {ALL_CONDITIONS: 3, "knee osteoarthritis": 2, "low back pain": 1}


def test_domains_are_pooled_apart(effects_of):
    pooled = pool(effects_of(*THREE, *({**row, "term": "balance", "outcome": "balance"} for row in THREE[:2])), 0.05)
    assert estimates.pick(pooled, term="studies").set_index("outcome")["estimate"].to_dict() == {
        "pain": 3,
        "balance": 2,
    }


def test_a_study_enters_a_domain_once_with_its_first_outcome(effects_of):
    more = [{"cohort": "a", "outcome": "pain at night", "estimate": 5.0}]
    pooled, alone = pool(effects_of(*THREE, *more), 0.05), pool(effects_of(*THREE), 0.05)
    assert term(pooled, "pooled")["estimate"] == term(alone, "pooled")["estimate"]
    assert term(pooled, "pooled")["n"] == 90
    reason = ["enters_once", {"arm": "", "domain": "pain", "outcome": "pain", "study": "a"}]
    for cell in pooled["caveats"]:
        told = caveats(cell)
        assert told["left_out"] == {"study": "a", "outcome": "pain at night", "reason": reason}
        assert told["studies"]["studies"] == [["a", "pain"], ["b", "pain"], ["c", "pain"]]


def test_an_outcome_without_numbers_does_not_stand_in_for_its_study(effects_of):
    first = {
        "cohort": "a",
        "outcome": "pain at night",
        "estimate": None,
        "se": None,
        "reason": fact("not_reported"),
    }
    pooled = pool(effects_of(first, *THREE), 0.05)
    assert term(pooled, "studies")["estimate"] == 3
    assert not with_caveat(pooled, "left_out").any()


def test_participants_data_win_over_the_paper_whatever_the_order(effects_of):
    own = {"cohort": "b", "outcome": "vas", "analysis": "ancova", "role": "descriptive", "estimate": 0.3}
    for rows in ([*THREE, own], [own, *THREE]):
        effects = effects_of(*rows)
        told = caveats(term(pool(effects, 0.05), "pooled")["caveats"])
        assert ["b", "vas"] in told["studies"]["studies"]
        reason = ["own_data_used", {"study": "b"}]
        assert told["left_out"] == {"study": "b", "outcome": "pain", "reason": reason}
        assert term(pool(effects, 0.05), "pooled")["estimate"] == pytest.approx(
            random_effects([0.2, 0.3, 1.4], [0.09, 0.09, 0.16]).estimate
        )


def test_participants_data_of_another_comparator_still_replace_the_paper(effects_of):
    own = {"cohort": "b", "outcome": "vas", "analysis": "ancova", "role": "descriptive", "reference_arm": "active"}
    reasons = left_out(effects_of(*THREE, own))
    assert reasons.to_list() == [None, fact("own_data_used", study="b"), None, None]


def test_of_two_backward_walking_arms_that_share_a_control_the_first_counts(effects_of):
    arms = [{"cohort": "d", "analysis": "ancova", "role": "descriptive", "arm": f"retro_{i}"} for i in (1, 2)]
    reasons = left_out(effects_of(*arms))
    assert reasons.tolist() == [
        None,
        fact("enters_once", study="d", domain="pain", outcome="pain", arm="retro_1"),
    ]


def test_studies_that_agree_too_well_are_said_to(effects_of):
    close = effects_of(
        *({"cohort": name, "estimate": value} for name, value in (("a", 0.50), ("b", 0.51), ("c", 0.52)))
    )
    pooled = pool(close, 0.05)
    assert term(pooled, "tau2")["estimate"] == 0
    assert with_caveat(pooled, "variance_estimated_as_zero").all()
    assert not with_caveat(pool(effects_of(*THREE), 0.05), "variance_estimated_as_zero").any()


def test_effects_of_changes_are_said_to_be_converted(effects_of):
    converted = {**THREE[0], "effect_size_kind": "hedges_g_change_converted", "method": fact("g_from_p_of_changes")}
    assert with_caveat(pool(effects_of(converted, *THREE[1:]), 0.05), "converted_from_changes").all()
    assert not with_caveat(pool(effects_of(*THREE), 0.05), "converted_from_changes").any()


def test_five_studies_are_no_longer_few(effects_of):
    five = [*THREE, {"cohort": "d", "estimate": 0.4}, {"cohort": "e", "estimate": -0.8}]
    pooled = pool(effects_of(*five), 0.05)
    assert not (with_caveat(pooled, "few_studies") | with_caveat(pooled, "two_studies")).any()
    told = [caveats(cell)["few_studies"] for cell in pool(effects_of(*five[:4]), 0.05)["caveats"]]
    assert told == [{"studies": 4}] * len(told)


def test_equal_effects_give_a_row_without_numbers_and_the_reason(effects_of):
    pooled = pool(effects_of({"cohort": "a"}, {"cohort": "b"}), 0.05)
    assert pooled["term"].tolist() == ["pooled", "studies"]
    assert np.isnan(term(pooled, "pooled")["estimate"])
    assert term(pooled, "pooled")["reason"] == fact("effects_equal").cell


@pytest.mark.parametrize("name", ["a (pain); left out b (pain): SYNTHETIC", 'not estimated: "few_studies"', '"], ["x'])
def test_the_name_of_a_study_or_an_outcome_makes_no_caveat(effects_of, name):
    named, plain = (
        pool(effects_of({**THREE[0], "cohort": each, "outcome": each}, *THREE[1:]), 0.05) for each in (name, "a")
    )
    assert caveats(named["caveats"].iloc[0])["studies"]["studies"][0] == [name, name]
    assert named["caveats"].map(lambda cell: list(caveats(cell))).to_list() == 6 * [["studies", "few_studies"]]
    pd.testing.assert_frame_equal(named.drop(columns="caveats"), plain.drop(columns="caveats"))


def test_nothing_to_pool_is_an_empty_table(effects_of):
    assert pool(effects_of(), 0.05).empty
    assert pool(effects_of({"cohort": "a", "estimate": None, "se": None}), 0.05).empty


def test_alpha_is_that_of_the_interval(effects_of):
    wide, narrow = (term(pool(effects_of(*THREE), alpha), "pooled") for alpha in (0.01, 0.1))
    assert wide["ci_low"] < narrow["ci_low"] < narrow["ci_high"] < wide["ci_high"]


def test_synthesis_of_the_bundled_evidence_and_a_synthetic_cohort(evidence, cohort_of, ancova_row):
    cohorts = {name: cohort_of(name) for name in ("ansari2020", "goonasegaran2022")}
    table = estimates.tabulate(
        [
            ancova_row(cohorts["ansari2020"], "pain", estimate=-2),
            ancova_row(cohorts["goonasegaran2022"], "koos_symptoms"),
            ancova_row(cohorts["goonasegaran2022"], "koos_adl", estimate=5),
        ]
    )
    effects, pooled = synthesise(table, cohorts, [evidence], 0.05)
    assert len(effects) == len(evidence) + sum(len(cohort.outcomes) for cohort in cohorts.values())
    (symptoms,) = effects.loc[with_caveat(effects, "not_pooled")].to_dict("records")
    assert (symptoms["cohort"], symptoms["outcome"]) == ("goonasegaran2022", "koos_symptoms")
    about = {"arm": "", "domain": "function", "outcome": "koos_adl", "study": "goonasegaran2022"}
    assert caveats(symptoms["caveats"])["not_pooled"] == {"reason": ["enters_once", about]}
    published = estimates.pick(pooled, cohort="published", term="studies", population=ALL_CONDITIONS)
    found = published.set_index(["outcome", "reference_arm"])["estimate"].to_dict()
    assert found == {
        ("pain", "add-on"): 3,
        ("balance", "add-on"): 1,
        ("function", "add-on"): 2,
        ("function", "not_stated"): 1,
    }
    synthetic = estimates.pick(pooled, cohort="synthetic", term="studies")
    assert synthetic.set_index(["outcome", "reference_arm"])["estimate"].to_dict() == {
        ("pain", "add-on"): 1,
        ("function", "active"): 1,
    }
    for table in (effects, pooled):
        assert (table.loc[table["estimate"].notna(), "method"] != "").all()


def test_synthesis_without_published_results(cohort_of, ancova_row):
    cohorts = {"ansari2020": cohort_of("ansari2020", provenance="individual")}
    table = estimates.tabulate([ancova_row(cohorts["ansari2020"], "pain")])
    effects, pooled = synthesise(table, cohorts, [], 0.05)
    assert effects["outcome"].tolist() == [outcome.name for outcome in cohorts["ansari2020"].outcomes]
    assert set(pooled["cohort"]) == {"published"}


def test_real_participants_data_replace_their_paper_in_the_whole_synthesis(evidence, cohort_of, ancova_row):
    cohorts = {"ansari2020": cohort_of("ansari2020", provenance="individual")}
    table = estimates.tabulate([ancova_row(cohorts["ansari2020"], "pain", estimate=-2)])
    effects, pooled = synthesise(table, cohorts, [evidence], 0.05)
    rows = effects[(effects["cohort"] == "ansari2020") & (effects["term"] == "pain")].set_index("analysis")
    told = caveats(rows.loc["published", "caveats"])
    assert list(told)[-1] == "not_pooled"
    assert told["not_pooled"] == {"reason": ["own_data_used", {"study": "ansari2020"}]}
    assert "not_pooled" not in caveats(rows.loc["ancova", "caveats"])
    place = {"cohort": "published", "outcome": "pain", "population": ALL_CONDITIONS}
    assert term(pooled, "studies", **place)["estimate"] == 3
    # The paper's balance result has no counterpart in the data and stays.
    assert term(pooled, "studies", cohort="published", outcome="balance")["estimate"] == 1


def test_a_pool_names_the_cohorts_that_errors_in_their_data_kept_out(effects_of, cohort_of):
    """Only pools that the cohort would have been in: its set, domains, comparator and condition."""
    refused = cohort_of("ansari2020", condition="low back pain")
    synthetic = [
        {**row, "provenance": "synthetic", "reference_arm": "add-on", "population": "low back pain"} for row in THREE
    ]
    other = {**synthetic[0], "population": "knee osteoarthritis"}
    rows = [*synthetic, {**other, "cohort": "d"}, {**other, "cohort": "e"}, *THREE]
    pooled = pool(effects_of(*rows), 0.05, [refused])
    told = with_caveat(pooled, "refused")
    assert told.any()
    expected = (pooled["cohort"] == "synthetic") & pooled["population"].isin([ALL_CONDITIONS, "low back pain"])
    assert (told == expected).all()
    numbers = pooled.drop(columns="caveats")
    pd.testing.assert_frame_equal(numbers, pool(effects_of(*rows), 0.05).drop(columns="caveats"))
    for change in ({"comparator_type": "active"}, {"outcomes": ()}):
        other = cohort_of("ansari2020", condition="low back pain", **change)
        assert not with_caveat(pool(effects_of(*rows), 0.05, [other]), "refused").any()
