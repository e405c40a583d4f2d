"""The tables of one cohort, cell by cell."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.unit.present.conftest import COMPARISON, SINGLE_GROUP, THREE_ARMS, modelled, people_of, simulated, values_of
from tests.unit.trials import TRIAL, WEEK_8

from retrowalk.describe import describe_cohort
from retrowalk.errors import RetrowalkError
from retrowalk.facts import fact
from retrowalk.model import analyse_cohort
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Threshold
from retrowalk.present.tables.baseline import SMD, baseline_table, flow_table
from retrowalk.present.tables.checks import as_studied_table, models_table, sensitivity_table
from retrowalk.present.tables.cohort import cohort_tables
from retrowalk.present.tables.results import EFFECT_SIZE, changes_table, results_table
from retrowalk.present.tables.rows import main_comparisons
from retrowalk.present.tables.write import ALL_ESTIMATES, write_tables
from retrowalk.present.words.caveats import SIMPLER
from retrowalk.present.words.facts import in_words
from retrowalk.vocabulary import PER_PROTOCOL

NOTHING = dict.fromkeys(("estimate", "ci_low", "ci_high", "p_value", "p_adjusted", "effect_size"), np.nan)


def cells(table) -> list[list[str]]:
    return table.frame.to_numpy().tolist()


@pytest.fixture
def outcomes(described, results, analysis):
    """The table of results of a cohort from rows of the estimate record."""
    return lambda cohort, *rows: results_table(described(cohort), results(*rows), cohort, analysis)


# --- baseline -----------------------------------------------------------------------------------------------------------
def test_every_cell_of_the_baseline_table(cohort_of, described):
    table = baseline_table(described(cohort_of()), cohort_of())
    assert list(table.frame) == ["Characteristic", "Retro-walking (n = 4)", "Exercise (n = 4)"]
    assert cells(table) == [
        ["Age (years), mean (SD)", "52.0 (1.0), n = 3", "51.5 (1.3)"],
        ["Sex: female, n (%)", "1 (33%), n = 3", "2 (50%)"],
        ["Sex: male, n (%)", "2 (67%), n = 3", "2 (50%)"],
        ["Pain (mm), mean (SD)", "51.5 (1.3)", "55.5 (1.3)"],
        ["KOOS symptoms (points), mean (SD)", "51.5 (1.3)", "55.5 (1.3)"],
    ]
    assert "Differences at baseline were not tested: in a randomised trial they are due to chance." in table.notes


def test_standardised_differences_stand_beside_the_arms_where_the_plan_asks(cohort_of):
    cohort = cohort_of()
    people = people_of(cohort)
    descriptives = describe_cohort(people, values_of(cohort, people), cohort, 0.05, baseline_smd=True)
    table = baseline_table(descriptives, cohort)
    # Age 51, 52, 53 against 50 to 53; a third of women against a half; pain 50 to 53 against 54 to 57.
    assert list(table.frame["SMD"]) == ["0.43", "-0.34", "", "-3.10", "-3.10"]
    assert any(note.startswith(SMD) and "Retro-walking minus Exercise" in note for note in table.notes)
    assert "p =" not in table.frame.to_csv()


def test_each_arm_has_its_standardised_differences(cohort_of):
    cohort = cohort_of(**THREE_ARMS)
    people = people_of(cohort)
    descriptives = describe_cohort(people, values_of(cohort, people), cohort, 0.05, baseline_smd=True)
    table = baseline_table(descriptives, cohort)
    assert list(table.frame)[-2:] == ["SMD, Retro-walking", "SMD, Stretching"]
    assert table.frame.notna().all(axis=None)


def test_without_randomisation_differences_at_baseline_are_not_called_chance(cohort_of, described):
    cohort = cohort_of(**COMPARISON)
    assert "chance" not in " ".join(baseline_table(described(cohort), cohort).notes)


def test_what_an_arm_was_not_asked_is_not_measured(cohort_of, described):
    cohort = cohort_of()
    table = described(cohort)
    not_asked = (table["arm"] == "control") & table["outcome"].isin(["age", "sex", "koos"])
    table.loc[not_asked, "n"] = 0
    column = baseline_table(table, cohort).frame["Exercise (n = 4)"]
    assert list(column) == ["not measured", "not measured", "not measured", "55.5 (1.3)", "not measured"]


def test_levels_of_a_category_stand_in_the_order_of_the_plan(cohort_of, described):
    levels = {"1": "male", "2": "female"}
    cohort = cohort_of(covariates={"sex": {"column": "sex", "label": "Sex", "levels": levels}})
    first = baseline_table(described(cohort), cohort).frame["Characteristic"]
    assert list(first[:2]) == ["Sex: male, n (%)", "Sex: female, n (%)"]


def test_no_table_of_descriptives_shows_a_p_value(cohort_of, described):
    cohort = cohort_of()
    for table in (baseline_table(described(cohort), cohort), flow_table(described(cohort), cohort)):
        assert "p" not in table.frame.columns
        assert "p =" not in table.frame.to_csv()


# --- flow ---------------------------------------------------------------------------------------------------------------
def test_every_cell_of_the_flow_table(cohort_of, described):
    table = flow_table(described(cohort_of()), cohort_of())
    assert list(table.frame) == ["Number of participants", "Retro-walking", "Exercise"]
    assert cells(table) == [
        ["Baseline: randomised", "4", "4"],
        ["Baseline: with data", "4", "4"],
        ["Withdrew after baseline", "0", "1"],
        ["Week 4: with data", "4", "3"],
    ]
    assert table.notes == ("Exercise, withdrew after baseline: moved away (1).",)


def test_the_reasons_of_a_synthetic_cohort_stand_without_its_mark(cohort_of, described):
    cohort = cohort_of(provenance="synthetic")
    table = flow_table(described(cohort), cohort)
    assert table.notes == ("Exercise, withdrew after baseline: moved away (1).",)
    assert table.title == "SYNTHETIC data, not evidence. Participant flow"


# --- results ------------------------------------------------------------------------------------------------------------
def test_every_cell_of_the_results_table(cohort_of, outcomes, result):
    cohort = cohort_of()
    other = result(cohort, outcome="koos", role="secondary", estimate=3.14, ci_low=-0.04, ci_high=6.3, p_value=0.05)
    table = outcomes(cohort, other, result(cohort))
    retro, control = ["4", "4", "43.0 (2.6)", "-8.5 (1.3)"], ["3", "3", "60.0 (2.0)", "5.0 (1.0)"]
    size = "0.53 (0.05 to 1.01)"
    assert list(table.frame) == [
        "Outcome",
        "Visit",
        "Arm",
        "n analysed",
        "n with data",
        "Mean (SD)",
        "Change, mean (SD)",
        "Adjusted difference (95% CI)",
        "p",
        "Effect size (95% CI)",
    ]
    assert cells(table) == [
        ["Pain (mm), primary", "Week 4", "Retro-walking", *retro, "-9.2 (-17.4 to -1.1)", "0.028", size],
        ["Pain (mm), primary", "Week 4", "Exercise", *control, "", "", ""],
        ["KOOS symptoms (points)", "Week 4", "Retro-walking", *retro, "3.1 (0.0 to 6.3)", "", size],
        ["KOOS symptoms (points)", "Week 4", "Exercise", *control, "", "", ""],
    ]


def test_the_notes_say_what_was_subtracted_how_and_every_caveat(cohort_of, outcomes, result):
    cohort = cohort_of(provenance="synthetic")
    excluded = fact("incomplete_excluded", count=3, lacking=["covariate"])
    primary = result(cohort, caveats=[fact("baseline_imputed", count=2), excluded])
    secondary = result(cohort, outcome="koos", role="secondary", caveats=[fact("exploratory"), excluded])
    assert outcomes(cohort, primary, secondary).notes == (
        "n analysed, participants of the arm in the analysis; in a mixed model these may include participants without a value at "
        "this visit. n with data, participants with a value at this visit. Means, SDs and changes from baseline are as observed.",
        "Difference: Retro-walking minus Exercise; ANCOVA of the value at the visit with terms for baseline and arm (least squares, t distribution).",
        EFFECT_SIZE,
        "p values are given only for the primary comparison; all other comparisons are exploratory.",
        "Pain, week 4: 2 missing baseline values replaced by the mean of all arms combined.",
        "3 participants excluded (missing covariate).",
    )


def test_a_comparison_that_failed_has_a_row_and_its_reason(cohort_of, outcomes, result):
    cohort = cohort_of()
    nothing = NOTHING | dict.fromkeys(("n", "n_arm", "n_reference")) | {"method": None}
    table = outcomes(cohort, result(cohort, **nothing, reason=fact("no_variation")))
    assert [row[3:] for row in cells(table)] == [
        ["-", "4", "43.0 (2.6)", "-8.5 (1.3)", "-", "-"],
        ["-", "3", "60.0 (2.0)", "5.0 (1.0)", "", ""],
    ]
    assert "Effect size" not in " ".join(table.notes)
    assert "Pain, week 4: the values do not vary after adjustment." in table.notes
    assert "Difference: Retro-walking minus Exercise." in table.notes


def test_three_arms_have_a_row_each_in_the_order_of_the_plan_and_corrected_p(cohort_of, outcomes, result):
    cohort = cohort_of(**THREE_ARMS)
    stretch = result(cohort, arm="stretch", estimate=-3, ci_low=-8, ci_high=2, p_value=0.2, p_adjusted=0.2)
    table = outcomes(cohort, stretch, result(cohort, p_adjusted=0.0568))
    assert list(table.frame.columns[[2, 3, -2]]) == ["Arm", "n analysed", "p (Holm)"]
    assert [[row[2], row[3], row[-3], row[-2]] for row in cells(table)] == [
        ["Retro-walking", "4", "-9.2 (-17.4 to -1.1)", "0.057"],
        ["Exercise", "3", "", ""],
        ["Stretching", "4", "-3.0 (-8.0 to 2.0)", "0.200"],
    ]
    assert "p values are given only for the primary comparisons; all other comparisons are exploratory." in table.notes
    assert "p values are adjusted for several arms by Holm's method; confidence intervals are not." in table.notes


def test_uncorrected_p_values_of_three_arms_are_not_called_corrected(cohort_of, described, results, result):
    cohort = cohort_of(**THREE_ARMS)
    plain = Analysis(primary_estimator="ancova", alpha=0.1, multiplicity="none")
    table = results_table(described(cohort), results(result(cohort, p_adjusted=None)), cohort, plain)
    assert list(table.frame.columns[-3:]) == ["Adjusted difference (90% CI)", "p", "Effect size (90% CI)"]
    assert cells(table)[0][-2] == "0.028"
    assert "Holm" not in " ".join(table.notes)


def test_main_comparisons_stand_in_the_order_of_the_plan(cohort_of, results, result):
    cohort = cohort_of(**THREE_ARMS)
    rows = [
        result(cohort, outcome="koos", role="secondary"),
        result(cohort, arm="stretch"),
        result(cohort, analysis="student_post", role="as_published"),
        result(cohort),
    ]
    main = main_comparisons(results(*rows), cohort)
    assert list(zip(main["outcome"], main["arm"], strict=True)) == [
        ("pain", "retro"),
        ("pain", "stretch"),
        ("koos", "retro"),
    ]


def test_a_single_group_has_its_changes_and_no_difference(cohort_of, described, analysis):
    cohort = cohort_of(**SINGLE_GROUP)
    table = changes_table(described(cohort), cohort, analysis)
    assert list(table.frame) == [
        "Outcome",
        "Visit",
        "n",
        "Mean (SD)",
        "n at both visits",
        "Mean change from baseline (95% CI)",
    ]
    assert cells(table)[0] == ["Pain (mm), primary", "Week 4", "3", "42.0 (2.0)", "3", "-9.0 (-11.5 to -6.5)"]
    assert "There is no control group; a change within one group is not a treatment effect." in table.notes


# --- analyses as the studies ran them -----------------------------------------------------------------------------------
def test_every_cell_of_the_table_of_analyses(cohort_of, results, result, analysis):
    cohort = cohort_of()
    common = {"role": "as_published", "p_adjusted": None}
    paired = {"analysis": "paired_t", "term": "change", "reference_arm": "", "statistic": -4.98, "df": 3}
    anova = {"analysis": "mixed_anova", "term": "arm:visit", "arm": "", "reference_arm": "", "visit": ""}
    table = as_studied_table(
        results(
            result(cohort),
            result(cohort, **common, analysis="student_post", statistic=-1.414, df=5, caveats=[fact("not_randomised")]),
            result(cohort, **common | paired, caveats=[fact("within_one_arm")]),
            result(cohort, **common | anova | NOTHING | {"p_value": 0.0005}, statistic=47.418, df_numerator=1, df=5),
            result(
                cohort,
                **common | NOTHING,
                outcome="koos",
                analysis="student_post",
                reason=fact("same_change"),
                n=None,
            ),
        ),
        cohort,
        analysis,
    )
    interval = "-9.2 (-17.4 to -1.1)"
    both = "Retro-walking"
    assert list(table.frame) == ["Outcome", "Analysis", "Arm", "Visit", "Estimate (95% CI)", "Test", "p", "n"]
    assert cells(table) == [
        [
            "Pain (mm)",
            "Student t test: difference between arms",
            both,
            "Week 4",
            interval,
            "t(5) = -1.41",
            "0.028",
            "7",
        ],
        [
            "Pain (mm)",
            "Paired t test: change within the arm",
            "Retro-walking",
            "Week 4",
            interval,
            "t(3) = -4.98",
            "0.028",
            "7",
        ],
        ["Pain (mm)", "Mixed ANOVA: arm by visit", "", "", "-", "F(1, 5) = 47.42", "<0.001", "7"],
        ["KOOS symptoms (points)", "Student t test: difference between arms", both, "Week 4", "-", "", "-", ""],
    ]
    assert table.notes[1:] == (
        "Each difference is the arm in the row minus Exercise.",
        "Student t test: not a randomised comparison.",
        "Paired t test: a change within one arm is not a treatment effect; it includes the natural course of the condition.",
        "KOOS symptoms, Student t test, Retro-walking, Week 4: all participants changed by the same amount.",
    )


def test_every_kind_of_cell_of_the_table_of_checks(cohort_of, results, result, analysis):
    cohort = cohort_of()
    about = {"role": "sensitivity", "p_adjusted": None, "statistic": -2.1, "df": 12.34}
    no_df = about | {"df": None}
    nothing = about | NOTHING | {"statistic": None}
    table = sensitivity_table(
        results(
            result(cohort),
            result(cohort, **about, analysis="random_intercept", term="difference_in_change"),
            result(cohort, **about, analysis="mmrm", population="per_protocol"),
            result(cohort, **no_df, analysis="permutation"),
            result(
                cohort,
                **no_df | {"statistic": None, "p_value": None, "ci_low": None, "ci_high": None},
                analysis="influence",
                term="lowest_without_one",
            ),
            result(
                cohort,
                **no_df | NOTHING | {"role": "descriptive", "statistic": 0.9712, "p_value": 0.4},
                analysis="assumptions",
                term="shapiro_wilk",
                reference_arm="",
                arm="",
            ),
            result(
                cohort,
                **nothing,
                analysis="tipping_point",
                term="delta",
                reason=fact("no_value_of_arm_missing"),
                n=None,
            ),
            result(cohort, **about, analysis="responders", term="risk_difference:30_percent:observed"),
        ),
        cohort,
        analysis,
    )
    both, interval = "Retro-walking", "-9.2 (-17.4 to -1.1)"
    assert [row[1:] for row in cells(table)] == [
        ["Primary comparison, ANCOVA: difference between arms", both, "Week 4", interval, "", "0.028", "7"],
        ["Random-intercept model: difference in change", both, "Week 4", interval, "t(12.3) = -2.10", "0.028", "7"],
        ["MMRM, per protocol: difference between arms", both, "Week 4", interval, "t(12.3) = -2.10", "0.028", "7"],
        ["Randomisation test: difference between arms", both, "Week 4", interval, "t = -2.10", "0.028", "7"],
        ["Leave one participant out: lowest difference", both, "Week 4", "-9.2", "", "-", "7"],
        ["Residuals of the main comparison: Shapiro-Wilk test", "", "Week 4", "-", "W = 0.971", "0.400", "7"],
        [
            "Tipping point: change in missing values at which the interval reaches zero",
            both,
            "Week 4",
            "-",
            "",
            "-",
            "",
        ],
    ]
    assert "Pain, Tipping point, Retro-walking, Week 4: no value of this arm is missing at this visit." in table.notes


@pytest.mark.parametrize(
    ("kind", "limits", "shown"),
    [
        ("hedges_g_z", (0.1, 1.25), "0.70 (0.10 to 1.25) SD"),
        ("d_ppc2", (np.nan, np.nan), "0.70 SD"),
    ],
)
def test_a_size_without_a_raw_unit_is_shown_in_sds(cohort_of, results, result, analysis, kind, limits, shown):
    size = {"effect_size": 0.7, "effect_size_kind": kind, "effect_size_low": limits[0], "effect_size_high": limits[1]}
    row = {"role": "as_published", "analysis": "welch_change", "term": "difference_per_baseline_sd", "statistic": None}
    table = as_studied_table(results(result(cohort_of(), **NOTHING | row | size)), cohort_of(), analysis)
    assert cells(table)[0][4] == shown


def test_probabilities_and_epsilon_have_two_decimals(cohort_of, results, result, analysis):
    cohort = cohort_of()
    about = {
        "role": "as_published",
        "estimate": 0.41517,
        "ci_low": 0.2517,
        "ci_high": 0.5788,
        "df": 9,
        "statistic": 6.3784,
    }
    rows = [
        result(cohort, **about, analysis="brunner_munzel", term="probability_higher"),
        result(
            cohort,
            **about | {"ci_low": None, "ci_high": None},
            analysis="mixed_anova",
            term="sphericity",
            arm="",
            reference_arm="",
        ),
    ]
    assert [row[4:6] for row in cells(as_studied_table(results(*rows), cohort, analysis))] == [
        ["0.42 (0.25 to 0.58)", "t(9) = 6.38"],
        ["0.42", "chi-square(9) = 6.38"],
    ]


def test_a_test_without_degrees_of_freedom_is_not_shown(cohort_of, results, result, analysis):
    cohort = cohort_of()
    test = {
        "analysis": "joint_test",
        "term": "arm:visit",
        "role": "sensitivity",
        "visit": "",
        "arm": "",
        "reference_arm": "",
    }
    nothing = NOTHING | {"df": None, "p_value": None, "reason": fact("too_few_for_f")}
    table = sensitivity_table(
        results(result(cohort, **test | nothing, statistic=1.42, df_numerator=2)), cohort, analysis
    )
    assert cells(table)[0][5:7] == ["", "-"]


def test_a_caveat_names_the_outcomes_it_is_true_of_unless_it_is_of_all(cohort_of, results, result, analysis):
    cohort = cohort_of()
    ran = {"role": "as_published", "analysis": "student_post"}
    both, of_pain = fact("not_randomised"), fact("incomplete_excluded", count=1, lacking=["baseline", "covariate"])
    caveats = ([fact("exploratory"), both, of_pain], [both])
    rows = [
        result(cohort, outcome=each, **ran, caveats=said) for each, said in zip(("pain", "koos"), caveats, strict=True)
    ]
    table = as_studied_table(results(*rows), cohort, analysis)
    assert table.notes[2:] == (
        "Student t test: not a randomised comparison.",
        "Student t test, Pain: 1 participant excluded (missing baseline or covariate).",
    )


def test_a_caveat_stands_behind_the_name_of_its_analysis(cohort_of, results, result, analysis):
    cohort = cohort_of()
    row = result(cohort, role="sensitivity", analysis="complete_cases", caveats=[fact("complete_cases", count=3, n=8)])
    table = sensitivity_table(results(result(cohort), row), cohort, analysis)
    assert table.notes[-1] == "Complete-case analysis: 3 of 8 participants excluded (incomplete data)."


# --- how the mixed models were fitted ------------------------------------------------------------------------------------
MMRM = (
    "MMRM of values after baseline with terms for baseline by visit and arm by visit (heterogeneous Toeplitz covariance; restricted maximum "
    "likelihood, Kenward-Roger)"
)


def test_the_table_of_models_shows_structure_ladder_and_degrees_of_freedom(cohort_of, results, result):
    cohort = cohort_of()
    climbed = fact("simpler_structure", structure="toeph", tried=[["us", fact("no_convergence")]])
    method = fact("mmrm", covariates=[], df="kenward-roger", structure="toeph")
    mmrm = {"analysis": "mmrm", "method": method, "caveats": [fact("exploratory"), climbed]}
    nothing = NOTHING | {"analysis": "clda", "role": "sensitivity", "method": None, "reason": fact("nobody_at_visit")}
    table = models_table(
        results(
            result(cohort),
            result(cohort, **mmrm, df=15.67, n=9),
            result(cohort, **nothing, n=None),
            result(cohort, **mmrm | {"outcome": "koos"}, df=16.0, n=8),
        ),
        cohort,
    )
    assert list(table.frame) == ["Outcome", "Model", "Specification", "Degrees of freedom", "n"]
    assert cells(table) == [
        ["Pain", "MMRM (main comparison)", MMRM, "15.7", "9"],
        ["Pain", "Constrained longitudinal model", "Not fitted", "-", "-"],
        ["KOOS symptoms", "MMRM (main comparison)", MMRM, "16", "8"],
    ]
    assert table.notes[1:] == (
        f"MMRM: {SIMPLER}: heterogeneous Toeplitz covariance instead of unstructured (no convergence).",
        "Pain, Constrained longitudinal model: no participant has a value at this visit.",
    )
    assert len(table.source) == 3


def test_a_mixed_model_whose_degrees_of_freedom_are_not_known_has_a_dash(cohort_of, results, result):
    """Values of 1e-160 give an estimate whose variance underflows: Kenward and Roger's degrees of freedom are not there."""
    cohort = cohort_of()
    table = models_table(results(result(cohort, analysis="mmrm", df=None, ci_low=None, ci_high=None)), cohort)
    assert cells(table)[0][3:] == ["-", "7"]


@pytest.mark.parametrize("scale", [1e-160, 1e-9, 1e9])
def test_very_small_and_very_large_values_have_their_tables(cohort_of, analysis, scale):
    cohort = cohort_of()
    outcomes = tuple(replace(each, low=None, high=None, resolution=scale) for each in cohort.outcomes)
    cohort = replace(cohort, outcomes=outcomes)
    people, values = simulated(cohort)
    people["age"], values["value"] = scale * people["age"], scale * values["value"]
    estimates, _ = analyse_cohort(people, values, cohort, analysis)
    tables = cohort_tables(describe_cohort(people, values, cohort, 0.05), estimates, cohort, analysis)
    shown = " ".join(next(table for table in tables if table.name == "baseline").frame.iloc[0])
    assert {1e-160: "e-159", 1e-9: "0.0000000", 1e9: "000000"}[scale] in shown


def test_an_outcome_without_a_unit_leaves_no_empty_brackets(cohort_of, analysis):
    cohort = cohort_of()
    known = {"unit": "", "measurement_error": 6.0, "measurement_error_source": "Childs 2005"}
    known |= {"responders": (Threshold(5, False, "A source"),)}
    cohort = replace(cohort, outcomes=tuple(replace(each, **known) for each in cohort.outcomes))
    people, values = simulated(cohort)
    estimates, _ = analyse_cohort(people, values, cohort, analysis)
    words = in_words(estimates, [cohort])[["method", "caveats"]].agg(" ".join, axis=1)
    assert not words.str.contains(r"\w  \w| ,|\(\)").any()
    for table in cohort_tables(describe_cohort(people, values, cohort, 0.05), estimates, cohort, analysis):
        text = " ".join([table.frame.to_csv(), *table.notes])
        assert "()" not in text
        assert "  " not in text
        assert " ," not in text


def test_those_analysed_by_a_mixed_model_are_counted_by_arm_whatever_the_visit(cohort_of, analysis):
    visits = [{"name": f"week_{week}", "week": week, "label": f"Week {week}"} for week in (0, 4, 8)]
    cohort = cohort_of(visits=visits)
    people, values = simulated(cohort)
    late = (values["visit"] == "week_8") & values["participant"].isin(["retro0", "retro1"])
    values = values[~late]
    mixed = replace(analysis, primary_estimator="mmrm", imputations=10)
    estimates, _ = analyse_cohort(people, values, cohort, mixed)
    table = results_table(describe_cohort(people, values, cohort, 0.05), estimates, cohort, mixed)
    shown = table.frame[table.frame["Outcome"] == "Pain (mm), primary"][["Arm", "n analysed", "n with data"]]
    # The last of the control arm withdrew after baseline: no value of a visit of the model.
    assert shown.to_numpy().tolist() == [["Retro-walking", "8", "6"], ["Exercise", "7", "7"]]


# --- all of them, from data ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("changes", [{}, THREE_ARMS, SINGLE_GROUP, COMPARISON])
def test_every_design_gives_its_tables_with_the_rows_they_show(cohort_of, described, analysis, changes):
    cohort = cohort_of(**changes)
    estimates, _ = modelled(cohort, analysis)
    tables = cohort_tables(described(cohort), estimates, cohort, analysis)
    names = ["baseline", "participant_flow", "missing_data", "missing_patterns", "results"]
    names += ["sensitivity_analyses", "mixed_models"] * bool(cohort.intervention_arms)
    names += ["analyses_as_published"]
    assert [table.name for table in tables] == names
    for table in tables:
        assert len(table.frame)
        assert len(table.source)
        assert table.frame.map(type).eq(str).all(axis=None)
        assert all(note.endswith(".") for note in table.notes)


def test_a_p_value_is_shown_for_the_primary_comparison_alone(cohort_of, described, analysis):
    visits = [{"name": f"week_{week}", "week": week, "label": f"Week {week}"} for week in (0, 4, 8)]
    cohort = cohort_of(visits=visits)
    estimates, _ = modelled(cohort, analysis)
    frame = results_table(described(cohort), estimates, cohort, analysis).frame
    assert list(frame["p"] != "") == [False, False, True, False, False, False, False, False]
    assert list(frame["Outcome"].str.endswith("primary")) == [False, False, True, True, False, False, False, False]


def test_the_source_of_a_table_is_unrounded(cohort_of, outcomes, result):
    source = outcomes(cohort_of(), result(cohort_of(), estimate=-9.123456789)).source
    assert pd.to_numeric(source["estimate"]).iloc[0] == -9.123456789


def test_a_cohort_has_each_table_as_csv_html_latex_and_word(cohort_of, described, results, result, analysis, tmp_path):
    cohort = cohort_of(provenance="synthetic")
    write_tables(described(cohort), results(result(cohort)), cohort, analysis, tmp_path / "tables")
    names = ("baseline", "participant_flow", "missing_data", "missing_patterns", "results", "sensitivity_analyses")
    names += ("mixed_models",)
    files = {path.name: path for path in (tmp_path / "tables").iterdir()}
    of_tables = {f"{name}.{ending}" for name in names for ending in ("csv", "html", "tex", "docx")}
    assert set(files) == {*of_tables, ALL_ESTIMATES}
    assert all("SYNTHETIC data" in files[f"{name}.html"].read_text() for name in names)


def test_a_label_is_not_altered_where_a_note_begins_with_it(cohort_of, outcomes, result):
    first, *others = cohort_of().outcomes
    cohort = replace(cohort_of(), outcomes=(replace(first, label="eBike; backward"), *others))
    primary = result(cohort, caveats=[fact("baseline_imputed", count=2)])
    secondary = result(cohort, outcome="koos", role="secondary", caveats=[fact("exploratory")])
    notes = outcomes(cohort, primary, secondary).notes
    assert "eBike; backward, week 4: 2 missing baseline values replaced by the mean of all arms combined." in notes


def test_a_fit_of_some_participants_has_its_own_row_and_its_own_notes(cohort_of, results, result, analysis):
    cohort = cohort_of()
    mixed = {"analysis": "mmrm", "method": fact("mmrm", covariates=[], df="kenward-roger", structure="us")}
    some = {"population": PER_PROTOCOL, "role": "sensitivity", "df": 4.8, "n": 5}
    rows = results(
        result(cohort, **mixed, caveats=[fact("never_measured", count=1)]),
        result(cohort, **mixed | some, caveats=[fact("per_protocol_only", count=3, n=8)]),
    )
    table = models_table(rows, cohort)
    assert [(row[1], *row[3:]) for row in cells(table)] == [
        ("MMRM (main comparison)", "5", "7"),
        ("MMRM, per protocol", "4.8", "5"),
    ]
    excluded = (
        "MMRM, per protocol: only participants who followed the protocol (3 of 8 participants excluded); whether a participant "
        "followed it is not determined by randomisation."
    )
    assert table.notes[1:] == ("MMRM: 1 participant excluded (no value at any visit of the model).", excluded)
    assert excluded in sensitivity_table(rows, cohort, analysis).notes


def test_a_caveat_of_some_visits_names_them(cohort_of, results, result, analysis):
    cohort = cohort_of(visits=[*TRIAL["visits"], WEEK_8])
    ran = {"role": "sensitivity", "analysis": "clda"}
    few, fewer = (fact("many_covariates", covariates=2, n=n) for n in (19, 18))
    rows = [
        result(cohort, outcome=outcome, visit=visit, **ran, caveats=[said])
        for outcome, visit, said in (
            ("pain", "week_4", few),
            ("pain", "week_8", fewer),
            ("koos", "week_4", few),
            ("koos", "week_8", few),
        )
    ]
    notes = sensitivity_table(results(*rows), cohort, analysis).notes[2:]
    assert [note.partition(": ")[0] for note in notes] == [
        "Constrained longitudinal model, Pain (week 4), KOOS symptoms",
        "Constrained longitudinal model, Pain (week 8)",
    ]


def test_who_was_left_out_is_told_of_the_lowest_and_of_the_highest_difference(cohort_of, results, result, analysis):
    cohort = cohort_of()
    ran = {"role": "sensitivity", "analysis": "influence"}
    rows = [
        result(
            cohort,
            outcome=outcome,
            term=f"{end}_without_one",
            **ran,
            caveats=[fact("without_one_of", arm=arm, end=end)],
        )
        for outcome, end, arm in (
            ("pain", "lowest", "retro"),
            ("pain", "highest", "control"),
            ("koos", "lowest", "control"),
            ("koos", "highest", "control"),
        )
    ]
    assert sensitivity_table(results(*rows), cohort, analysis).notes[2:] == (
        "Leave one participant out, Pain: the difference is lowest when a participant in Retro-walking is left out.",
        "Leave one participant out, Pain, KOOS symptoms: the difference is highest when a participant in Exercise is left out.",
        "Leave one participant out, KOOS symptoms: the difference is lowest when a participant in Exercise is left out.",
    )


def test_how_many_had_the_lowest_value_is_said_of_each_visit(cohort_of, results, result, analysis):
    """One note each would say of one analysis that 2 of 5 and that 4 of 5 had it."""
    cohort = cohort_of(visits=[*TRIAL["visits"], WEEK_8])
    mixed = {"analysis": "mmrm", "method": fact("mmrm", covariates=[], df="kenward-roger", structure="us")}
    counts = {"week_4": 2, "week_8": 4}
    tables = {
        models_table: result(cohort, **mixed),
        sensitivity_table: result(cohort, analysis="clda", role="sensitivity"),
    }
    for table, row in tables.items():
        rows = [
            row | {"visit": visit, "caveats": [fact("at_lowest", arm="retro", count=count, n=5)]}
            for visit, count in counts.items()
        ]
        notes = table(results(*rows), cohort, *([analysis] if table is sensitivity_table else [])).notes
        name = {models_table: "MMRM", sensitivity_table: "Constrained longitudinal model"}[table]
        assert [note for note in notes if "lowest value" in note] == [
            f"{name}, Pain (week {visit[-1]}): {count} of 5 participants in Retro-walking had the lowest value of the scale."
            for visit, count in counts.items()
        ]


def test_a_row_about_an_arm_that_the_plan_lacks_stops_the_tables(
    cohort_of, described, results, result, analysis, tmp_path
):
    cohort = cohort_of()
    table = results(result(cohort), result(cohort, arm="nobody"))
    with pytest.raises(
        RetrowalkError, match='row 3, column "arm", value "nobody": the plan of this cohort has no such arm'
    ):
        write_tables(described(cohort), table, cohort, analysis, tmp_path / "tables")
    assert not (tmp_path / "tables").exists()
