"""What enters a pool, what does not, and what every row of it says."""

import numpy as np
import pandas as pd
import pytest

from retrowalk import estimates
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


def test_three_studies_give_all_terms_with_method_and_note(effects_of):
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
    assert (pooled["method"] != "").all()
    assert pooled["note"].str.startswith("studies: a (pain), b (pain), c (pain)").all()
    assert set(pooled["cohort"]) == {"published"}
    assert set(pooled["population"]) == {ALL_CONDITIONS}


def test_one_study_is_shown_not_pooled(effects_of):
    pooled = pool(effects_of({"cohort": "a"}), 0.05)
    assert pooled["term"].tolist() == ["pooled", "studies"]
    assert set(pooled.loc[pooled["term"] == "pooled", "reason"]) == {"one study: shown, not pooled"}
    mean = term(pooled, "pooled")
    assert mean[["estimate", "se", "ci_low", "ci_high", "p_value", "n"]].isna().all()
    assert term(pooled, "studies")["estimate"] == 1


def test_two_studies_have_no_prediction_and_say_how_little_they_are(effects_of):
    pooled = pool(effects_of(*THREE[:2]), 0.05)
    assert "prediction" not in set(pooled["term"])
    assert pooled["note"].str.contains("two studies: the Hartung-Knapp interval rests on one degree of freedom").all()


def test_synthetic_effects_are_never_pooled_with_published_ones(effects_of):
    synthetic = [
        {**row, "analysis": "ancova", "provenance": "synthetic", "note": "exploratory", "estimate": 9.0 + i}
        for i, row in enumerate(THREE)
    ]
    pooled = pool(effects_of(*THREE, *synthetic), 0.05)
    alone = pool(effects_of(*THREE), 0.05)
    pd.testing.assert_frame_equal(estimates.pick(pooled, cohort="published").reset_index(drop=True), alone)
    marked = estimates.pick(pooled, cohort="synthetic")
    assert term(marked, "pooled")["estimate"] > 9
    assert set(marked["provenance"]) == {"synthetic"}
    assert not alone["note"].str.contains("SYNTHETIC").any()


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
    assert "left out a (pain at night): a enters pain once, with pain" in term(pooled, "pooled")["note"]


def test_an_outcome_without_numbers_does_not_stand_in_for_its_study(effects_of):
    first = {
        "cohort": "a",
        "outcome": "pain at night",
        "estimate": None,
        "se": None,
        "reason": "reason",
    }
    pooled = pool(effects_of(first, *THREE), 0.05)
    assert term(pooled, "studies")["estimate"] == 3
    assert "left out" not in term(pooled, "pooled")["note"]


def test_participants_data_win_over_the_paper_whatever_the_order(effects_of):
    own = {"cohort": "b", "outcome": "vas", "analysis": "ancova", "role": "descriptive", "estimate": 0.3}
    for rows in ([*THREE, own], [own, *THREE]):
        effects = effects_of(*rows)
        note = term(pool(effects, 0.05), "pooled")["note"]
        assert "b (vas)" in note.partition("left out")[0]
        assert "left out b (pain): the participants' data of b are used instead" in note
        assert term(pool(effects, 0.05), "pooled")["estimate"] == pytest.approx(
            random_effects([0.2, 0.3, 1.4], [0.09, 0.09, 0.16]).estimate
        )


def test_participants_data_of_another_comparator_still_replace_the_paper(effects_of):
    own = {"cohort": "b", "outcome": "vas", "analysis": "ancova", "role": "descriptive", "reference_arm": "active"}
    reasons = left_out(effects_of(*THREE, own))
    assert [bool(reason) for reason in reasons] == [False, True, False, False]


def test_of_two_backward_walking_arms_that_share_a_control_the_first_counts(effects_of):
    arms = [{"cohort": "d", "analysis": "ancova", "role": "descriptive", "arm": f"retro_{i}"} for i in (1, 2)]
    reasons = left_out(effects_of(*arms))
    assert reasons.tolist() == [
        "",
        "d enters pain once, with pain of the arm retro_1: its outcomes are of the same participants",
    ]


def test_studies_that_agree_too_well_are_said_to(effects_of):
    close = effects_of(
        *({"cohort": name, "estimate": value} for name, value in (("a", 0.50), ("b", 0.51), ("c", 0.52)))
    )
    pooled = pool(close, 0.05)
    assert term(pooled, "tau2")["estimate"] == 0
    assert pooled["note"].str.contains("its interval may be too narrow").all()


def test_equal_effects_give_a_row_without_numbers_and_the_reason(effects_of):
    pooled = pool(effects_of({"cohort": "a"}, {"cohort": "b"}), 0.05)
    assert pooled["term"].tolist() == ["pooled", "studies"]
    assert np.isnan(term(pooled, "pooled")["estimate"])
    assert term(pooled, "pooled")["reason"].startswith("all effects are equal")


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
    assert (
        "not pooled: goonasegaran2022 enters function once" in effects.set_index("outcome").loc["koos_symptoms", "note"]
    )
    assert effects["note"].str.contains("not pooled: ").sum() == 1
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
    assert rows.loc["published", "note"].endswith("not pooled: the participants' data of ansari2020 are used instead")
    assert "not pooled" not in rows.loc["ancova", "note"]
    place = {"cohort": "published", "outcome": "pain", "population": ALL_CONDITIONS}
    assert term(pooled, "studies", **place)["estimate"] == 3
    # The paper's balance result has no counterpart in the data and stays.
    assert term(pooled, "studies", cohort="published", outcome="balance")["estimate"] == 1
