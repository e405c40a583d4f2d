"""Rows of the analyses that the studies ran: numbers of R, signs, counts, roles and reasons."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.cells import caveats, code, with_caveat
from tests.unit.model.cohorts import context
from tests.unit.model.conftest import VISITS, reference

from retrowalk.estimates import pick, tabulate
from retrowalk.facts import fact
from retrowalk.model import as_studied
from retrowalk.model.context import Context
from retrowalk.model.effect_sizes import hedges_correction

pytestmark = pytest.mark.numeric

BETWEEN = {
    "student_post": as_studied.student_post,
    "welch_post": as_studied.welch_post,
    "welch_change": as_studied.welch_change,
    "mann_whitney": as_studied.mann_whitney,
    "brunner_munzel": as_studied.brunner_munzel,
}
WITHIN = {"paired_t": as_studied.paired_t, "wilcoxon": as_studied.wilcoxon}
TRIALS = list(VISITS)


def table(rows: list[dict]) -> pd.DataFrame:
    return tabulate({"cohort": "x", **row} for row in rows)


def one(rows: list[dict], **equal: str) -> pd.Series:
    (row,) = (row for _, row in pick(table(rows), **equal).iterrows())
    return row


def of_last_visit(name: str) -> Context:
    """The trial with those who have a baseline, whom R took."""
    whole = context(name)
    return replace(whole, data=whole.data[whole.data["V0"].notna()])


# --- the numbers are R's ----------------------------------------------------------------------------------------------


def check_t(row: pd.Series, theirs: dict) -> None:
    columns = {"estimate": "estimate", "se": "se", "df": "df", "statistic": "statistic", "p_value": "p"}
    for ours, name in (columns | {"ci_low": "lower", "ci_high": "upper"}).items():
        assert row[ours] == pytest.approx(theirs[name], rel=1e-6)


@pytest.mark.parametrize("name", TRIALS)
def test_welch_tests_are_rs_with_g_turned_to_favour_the_arm(name):
    about, visit = of_last_visit(name), VISITS[name][-1]
    for analysis, theirs, kind, term in (
        ("welch_post", "post_welch", "value", "difference"),
        ("welch_change", "change_welch", "change", "difference_in_change"),
    ):
        rows = BETWEEN[analysis](about)
        for expected in reference("two_arm", trial=name, analysis=theirs):
            row = one(rows, arm=expected["arm"], visit=visit, term=term)
            check_t(row, expected)
            (g,) = reference("two_arm", trial=name, analysis=f"hedges_g_{kind}", arm=expected["arm"])
            # Lower is better, so that what favours the arm is turned.
            assert row["effect_size"] == pytest.approx(-g["estimate"], rel=1e-6)
            limits = (row["effect_size_low"], row["effect_size_high"])
            assert limits == pytest.approx((-g["upper"], -g["lower"]), rel=1e-5)
            assert row["effect_size_kind"] == {"value": "hedges_g_post", "change": "hedges_g_change"}[kind]


@pytest.mark.parametrize("name", TRIALS)
def test_the_difference_per_baseline_sd_is_rs_and_has_no_interval(name):
    rows = as_studied.welch_change(of_last_visit(name))
    for expected in reference("two_arm", trial=name, analysis="d_ppc2_morris2008_exact_correction"):
        row = one(rows, arm=expected["arm"], visit=VISITS[name][-1], term="difference_per_baseline_sd")
        assert row["effect_size"] == pytest.approx(-expected["estimate"], rel=1e-9)
        assert row["effect_size_kind"] == "d_ppc2"
        assert row[["estimate", "effect_size_low", "effect_size_high", "p_value"]].isna().all()


@pytest.mark.parametrize("name", TRIALS)
def test_paired_tests_are_rs_with_dz_and_its_relatives(name):
    about, visit = of_last_visit(name), VISITS[name][-1]
    rows = as_studied.paired_t(about)
    for expected in reference("two_arm", trial=name, analysis="paired_t"):
        mine = about.data.loc[about.data["arm"] == expected["arm"], ["V0", visit]].dropna()
        n, change = len(mine), mine[visit] - mine["V0"]
        row = one(rows, arm=expected["arm"], visit=visit, term="change")
        check_t(row, expected)
        (dz,) = reference("two_arm", trial=name, analysis="cohens_dz", arm=expected["arm"])
        assert row["effect_size"] == pytest.approx(-dz["estimate"], rel=1e-6)
        corrected = one(rows, arm=expected["arm"], visit=visit, term="change_per_sd_of_change")
        assert corrected["effect_size"] == pytest.approx(hedges_correction(n - 1) * row["effect_size"], rel=1e-9)
        ratio = corrected["effect_size_low"] / row["effect_size_low"]
        assert ratio == pytest.approx(hedges_correction(n - 1), rel=1e-9)
        average = one(rows, arm=expected["arm"], visit=visit, term="change_per_average_sd")
        sd = (mine["V0"].std() + mine[visit].std()) / 2
        assert average["effect_size"] == pytest.approx(-hedges_correction(n - 1) * change.mean() / sd, rel=1e-9)
        assert average[["effect_size_low", "effect_size_high", "p_value"]].isna().all()
        assert row["n"] == row["n_arm"] == average["n"] == n


@pytest.mark.parametrize("name", TRIALS)
def test_student_is_welch_with_one_variance(name):
    about, visit = context(name), VISITS[name][-1]
    for arm in about.arms:
        x, y = (about.data.loc[about.data["arm"] == each, visit].dropna() for each in (arm, "control"))
        row = one(as_studied.student_post(about), arm=arm, visit=visit)
        test = stats.ttest_ind(x, y)
        assert (row["statistic"], row["p_value"], row["df"]) == pytest.approx((*test, len(x) + len(y) - 2), rel=1e-9)
        assert row[["n", "n_arm", "n_reference"]].to_list() == [len(x) + len(y), len(x), len(y)]


# FAULT found here and mended: 60.0 - 64.4 and 83.6 - 88.0 differ in the last bit, and were not tied (R's default has the
# same flaw; its rows here were made with digits.rank = 10). Mann-Whitney in pain_15v15: p = .0143 in the place of .0134;
# Wilcoxon in wob_3arm: "exact, p = .000019" in the place of .000219.
@pytest.mark.parametrize("name", TRIALS)
def test_rank_tests_tie_changes_that_are_equal_in_decimals(name):
    about, visit = of_last_visit(name), VISITS[name][-1]
    made = {
        "mann_whitney": table(as_studied.mann_whitney(about)),
        "signed_rank": table(as_studied.wilcoxon(about)),
    }
    expected = reference("rank_tests", set=name)
    assert {row["kind"] for row in expected} <= {"exact", "asymptotic"}
    for theirs in expected:
        (row,) = pick(made[theirs["test"]], arm=theirs["arm"], visit=visit).to_dict("records")
        assert row["statistic"] == theirs["statistic"]
        assert row["p_value"] == pytest.approx(theirs["p"], rel=1e-9)
        name_of_ours = {"mann_whitney": "mann_whitney", "signed_rank": "wilcoxon"}[theirs["test"]]
        exact = theirs["kind"] == "exact"
        assert row["method"] == fact(name_of_ours, exact=exact).cell
        assert ("ranks_approximate" in caveats(row["caveats"])) == (not exact)


@pytest.mark.parametrize("rows", [as_studied.mann_whitney, as_studied.brunner_munzel, as_studied.wilcoxon])
def test_a_shift_in_decimals_does_not_touch_the_ranks(rows):
    about = context("pain_15v15")
    moved = about.data.assign(**{visit: (about.data[visit] + 0.7).round(1) for visit in ("V0", "V1")})
    columns = ["statistic", "p_value", "estimate"]
    one_table, other = (table(rows(each))[columns] for each in (about, replace(about, data=moved)))
    pd.testing.assert_frame_equal(one_table, other, rtol=1e-9)


# --- the mixed ANOVA --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expected", reference("sphericity"), ids=lambda row: row["trial"])
def test_sphericity_and_the_corrected_tests_are_rows(expected):
    name = expected["trial"]
    rows = table(as_studied.mixed_anova(context(name)))
    terms = ["arm", "visit", "arm:visit", "sphericity", "visit:greenhouse_geisser", "arm:visit:greenhouse_geisser"]
    assert rows["term"].to_list() == terms
    by_term = rows.set_index("term")
    assert by_term.loc["sphericity", "estimate"] == pytest.approx(expected["epsilon"], rel=1e-9)
    assert by_term.loc["arm:visit:greenhouse_geisser", "p_value"] == pytest.approx(expected["p_gg"], rel=1e-9)
    assert by_term.loc["arm:visit", "statistic"] == pytest.approx(expected["f_arm_visit"], rel=1e-9)
    for term in ("visit", "arm:visit"):
        plain, corrected = by_term.loc[term], by_term.loc[f"{term}:greenhouse_geisser"]
        assert corrected["statistic"] == plain["statistic"]
        for column in ("df_numerator", "df"):
            assert corrected[column] == pytest.approx(expected["epsilon"] * plain[column], rel=1e-9)
        assert "sphericity_assumed" in caveats(plain["caveats"])
        assert "sphericity_assumed" not in caveats(corrected["caveats"])
        assert corrected["method"] == fact("greenhouse_geisser").cell
    assert "sphericity" not in by_term.loc["arm", "caveats"]
    assert "sphericity_hard_to_see" in caveats(by_term.loc["sphericity", "caveats"])
    assert by_term.loc["sphericity", "method"] == fact("mauchly").cell
    assert set(by_term.loc[["arm", "visit", "arm:visit"], "method"]) == {fact("mixed_anova").cell}
    assert set(rows["role"]) == {"as_published"}


def test_two_visits_have_no_sphericity():
    rows = table(as_studied.mixed_anova(context("pain_15v15")))
    assert rows["term"].to_list() == ["arm", "visit", "arm:visit"]
    assert not rows["caveats"].str.contains("sphericity").any()


def test_the_anova_counts_whom_it_leaves_out_and_whom_it_has():
    about = context("rom_uneven")
    rows = table(as_studied.mixed_anova(about))
    complete = about.data[VISITS["rom_uneven"]].notna().all(axis=1).sum()
    assert set(rows["n"]) == {complete}
    told = {"count": len(about.data) - complete, "n": len(about.data)}
    assert [caveats(cell)["complete_cases"] for cell in rows["caveats"]] == [told] * len(rows)


def test_sphericity_that_cannot_be_judged_says_why_and_the_anova_stays():
    about = context("balance_4post")
    few = about.data.dropna().groupby("arm").head(2)
    rows = table(as_studied.mixed_anova(replace(about, data=few))).set_index("term")
    assert rows.loc["sphericity", "reason"] == fact("contrasts_too_few").cell
    assert np.isfinite(rows.loc["arm:visit", "statistic"])
    assert "visit:greenhouse_geisser" not in rows.index


# --- who is compared, what is said ------------------------------------------------------------------------------------


@pytest.mark.parametrize("analysis", BETWEEN)
def test_every_arm_is_compared_with_the_control_at_every_visit(analysis):
    about = context("wob_3arm")
    rows = table(BETWEEN[analysis](about))
    assert set(zip(rows["arm"], rows["visit"], strict=True)) == {
        (arm, visit) for arm in ("forward", "retro") for visit in ("V1", "V2")
    }
    assert set(rows["reference_arm"]) == {"control"}
    assert set(rows["role"]) == {"as_published"}
    assert set(rows["analysis"]) == {analysis}
    sizes = rows["term"] == "difference_per_baseline_sd"
    assert set(rows.loc[~sizes, "method"].map(code)) == {analysis}
    assert set(rows.loc[sizes, "method"].map(code)) == ({"change_per_baseline_sd"} if sizes.any() else set())
    assert with_caveat(rows, "no_interval_of_size").to_list() == sizes.to_list()


@pytest.mark.parametrize("analysis", WITHIN)
def test_every_arm_has_its_changes_at_every_visit_with_the_warning(analysis):
    rows = table(WITHIN[analysis](context("wob_3arm")))
    assert set(zip(rows["arm"], rows["visit"], strict=True)) == {
        (arm, visit) for arm in ("control", "forward", "retro") for visit in ("V1", "V2")
    }
    assert set(rows["reference_arm"]) == {""}
    assert with_caveat(rows, "within_one_arm").all()
    codes = {"change": analysis, "change_per_sd_of_change": "change_per_sd"}
    assert rows["method"].map(code).to_list() == [codes.get(term, term) for term in rows["term"]]
    assert set(rows["role"]) == {"as_published"}


def test_where_higher_is_better_the_effect_sizes_turn_and_the_estimates_do_not():
    lower = context("wob_3arm")
    higher = replace(lower, outcome=replace(lower.outcome, better="higher"))
    neither = replace(lower, outcome=replace(lower.outcome, better="neither"))
    for rows in (as_studied.student_post, as_studied.welch_change, as_studied.paired_t):
        one_table, other, undirected = (table(rows(each)) for each in (lower, higher, neither))
        np.testing.assert_array_equal(one_table["estimate"], other["estimate"])
        np.testing.assert_array_equal(one_table["effect_size"], -other["effect_size"])
        np.testing.assert_array_equal(one_table["effect_size_low"], -other["effect_size_high"])
        np.testing.assert_array_equal(other["effect_size"], undirected["effect_size"])
        if rows is not as_studied.paired_t:
            assert with_caveat(undirected, "size_not_directed").all()
            assert not with_caveat(one_table, "size_not_directed").any()


def test_the_probability_has_its_own_unit_and_its_direction():
    about = context("wob_3arm")
    row = one(as_studied.brunner_munzel(about), arm="retro", visit="V2")
    change = about.data["V2"] - about.data["V0"]
    x, y = (change[about.data["arm"] == arm].dropna().round(6) for arm in ("retro", "control"))
    expected = np.mean([(a > b) + (a == b) / 2 for a in x for b in y])
    assert row["estimate"] == pytest.approx(expected, rel=1e-12)
    assert (row["term"], row["unit"]) == ("probability_higher", "probability")
    assert 0 <= row["ci_low"] < row["estimate"] < row["ci_high"] <= 1


def test_only_those_with_both_values_count_in_changes():
    about = context("wob_3arm")
    data = about.data.copy()
    first = data.index[(data["arm"] == "retro") & data["V2"].notna()][0]
    data.loc[first, "V0"] = np.nan
    gone = replace(about, data=data)
    for rows in (as_studied.welch_change, as_studied.mann_whitney, as_studied.brunner_munzel):
        before, after = (pick(table(rows(each)), arm="retro", visit="V2")["n_arm"] for each in (about, gone))
        assert (before - 1 == after).all()
    before, after = (
        pick(table(as_studied.student_post(each)), arm="retro", visit="V2")["n_arm"] for each in (about, gone)
    )
    assert (before == after).all()


def test_too_few_values_for_an_interval_are_told():
    about = context("tiny_5v5")
    three = about.data[about.data.groupby("arm").cumcount() < 3]
    few = replace(about, data=three)
    for rows in (as_studied.mann_whitney, as_studied.wilcoxon):
        made = table(rows(few))
        assert made["estimate"].notna().all()
        assert made[["ci_low", "ci_high"]].isna().all(axis=None)
        assert with_caveat(made, "no_interval_of_ranks").all()


@pytest.mark.parametrize("analysis", BETWEEN)
def test_what_could_not_be_compared_is_one_row_with_the_reason(analysis):
    about = context("wob_3arm")
    gone = about.data["V2"].where(about.data["arm"] != "forward")
    rows = table(BETWEEN[analysis](replace(about, data=about.data.assign(V2=gone))))
    (row,) = pick(rows, arm="forward", visit="V2").to_dict("records")
    assert math.isnan(row["estimate"])
    assert row["reason"] == fact("with_a_value", n_arm=0, n_reference=16).cell
    assert (row["role"], row["reference_arm"]) == ("as_published", "control")
    assert pick(rows, arm="retro", visit="V2")["n"].notna().all()


@pytest.mark.parametrize("analysis", WITHIN)
def test_a_change_that_nobody_has_is_one_row_with_the_reason(analysis):
    about = context("wob_3arm")
    gone = about.data["V2"].where(about.data["arm"] != "forward")
    rows = table(WITHIN[analysis](replace(about, data=about.data.assign(V2=gone))))
    (row,) = pick(rows, arm="forward", visit="V2").to_dict("records")
    assert (row["term"], row["role"], row["reference_arm"]) == ("change", "as_published", "")
    assert row["reason"] == fact("measured_at_both", count=0).cell


# FAULT found here and mended: without spread at baseline the whole analysis was "not estimated", Welch's test too.
def test_baselines_that_do_not_vary_cost_the_size_per_baseline_sd_alone():
    about = context("pain_15v15")
    rows = as_studied.welch_change(replace(about, data=about.data.assign(V0=7.0)))
    assert one(rows, term="difference_in_change")["p_value"] > 0
    assert one(rows, term="difference_per_baseline_sd")["reason"] == fact("sd_not_positive", sd=0.0).cell


# FAULT found here and mended: with two participants the corrected size was missing without a word.
def test_two_participants_have_a_change_and_reasons_in_the_place_of_corrected_sizes():
    about = context("tiny_5v5")
    two = about.data[about.data.groupby("arm").cumcount() < 2]
    rows = as_studied.paired_t(replace(about, data=two))
    assert np.isfinite(one(rows, arm="retro", term="change")["p_value"])
    for term in ("change_per_sd_of_change", "change_per_average_sd"):
        row = one(rows, arm="retro", term=term)
        assert row["reason"] == fact("hedges_df", df=1).cell
