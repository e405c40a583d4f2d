"""Sentences: what was estimated, how surely, and never more than that."""

import pandas as pd
import pytest
from tests.unit.present.conftest import COMPARISON, OUTCOMES, POOL, SINGLE_GROUP, THREE_ARMS

from retrowalk import estimates
from retrowalk.facts import fact
from retrowalk.plan.settings import Analysis
from retrowalk.present.words import cited, phrases, sentences
from retrowalk.present.words.caveats import SIMPLER, ZERO_VARIANCE
from retrowalk.present.words.phrases import sentence, sentence_case
from retrowalk.present.words.sentences import comparison_sentences
from retrowalk.vocabulary import DOMAINS

ALPHA = {"primary_estimator": "ancova", "multiplicity": "holm"}


def record(row: dict) -> pd.Series:
    """The row as the estimate record has it."""
    return estimates.tabulate([row]).iloc[0]


@pytest.fixture
def said(described, result, analysis):
    """The sentences about one result of a cohort."""

    def build(cohort, **changes) -> str:
        row = record(result(cohort, **changes))
        return cited.plain(comparison_sentences(row, cohort, described(cohort), analysis))

    return build


@pytest.mark.parametrize(
    ("label", "inside"),
    [
        ("Pain", "pain"),
        ("Back extensor endurance", "back extensor endurance"),
        ("KOOS pain", "KOOS pain"),
        ("Pain (VAS)", "pain (VAS)"),
        ("Timed Up and Go", "Timed Up and Go"),
        ("Star Excursion Balance Test", "Star Excursion Balance Test"),
        ("McKenzie exercises", "McKenzie exercises"),
        ("3 months", "3 months"),
        ("T1", "T1"),
    ],
)
def test_a_label_keeps_its_capital_inside_a_sentence_only_as_a_name(label, inside):
    assert sentence_case(label) == inside


def test_a_sentence_starts_with_a_capital_unless_with_a_symbol():
    assert sentence("complete cases") == "Complete cases."
    assert sentence("z test") == "z test."


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_listing_ends_with_and(words, text):
    assert phrases.listing(words) == text


def test_a_simpler_covariance_is_a_caution_beside_the_result(said, cohort_of):
    simpler = fact("simpler_structure", structure="cs", tried=[["us", fact("no_convergence")]])
    text = said(cohort_of(), analysis="mmrm", caveats=[fact("exploratory"), simpler], df=2.41)
    assert "MMRM with 2.4 degrees of freedom; n" in text
    assert text.endswith(f"Caution: {SIMPLER}.")
    assert "Caution" not in said(cohort_of())


# --- design and flow ----------------------------------------------------------------------------------------------------
def test_the_design_of_a_randomised_trial(cohort_of):
    assert cited.plain(sentences.design_sentence(cohort_of())) == (
        "A randomised trial comparing Retro-walking and Exercise. Condition: low back pain. Measurements at weeks 0 and 4. "
        "Comparator: another active treatment."
    )


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"randomised": False}, "A non-randomised trial comparing Retro-walking and Exercise."),
        (COMPARISON, "A comparison of existing groups: Retro-walking and Exercise."),
        (SINGLE_GROUP, "A single group (Retro-walking) measured before and after treatment."),
        (THREE_ARMS, "A randomised trial comparing Retro-walking, Exercise and Stretching."),
    ],
)
def test_the_design_of_any_other_study(cohort_of, changes, start):
    assert sentences.design_sentence(cohort_of(**changes)).startswith(f"{start} Condition")


def test_the_flow_names_each_arm_once(cohort_of, described):
    assert sentences.flow_sentences(described(cohort_of()), cohort_of()) == (
        "Participants were randomised to Retro-walking (n = 4) and Exercise (n = 4). Of these (in the same order), 4 and 3 had data at week 4."
    )


def test_the_flow_of_a_single_group_has_no_order(cohort_of, described):
    cohort = cohort_of(**SINGLE_GROUP)
    assert sentences.flow_sentences(described(cohort), cohort) == (
        "Participants were enrolled in the group Retro-walking (n = 4). Of these, 3 had data at week 4."
    )


# --- comparisons --------------------------------------------------------------------------------------------------------
def test_a_primary_comparison_in_full(cohort_of, said):
    assert said(cohort_of()) == (
        "At week 4, pain was 9.2 mm lower with Retro-walking than with Exercise, after adjustment for baseline (difference -9.2 mm, "
        "95% CI -17.4 to -1.1, p = 0.028, ANCOVA with 5 degrees of freedom; n = 7, of whom 4 and 3 had a value at this visit). The observed means (SD) were "
        "43.0 (2.6) and 60.0 (2.0), respectively. Lower values are better; the whole interval favours Retro-walking."
    )


def test_a_difference_in_change_in_full(cohort_of, said):
    change = {"analysis": "random_intercept", "term": "difference_in_change"}
    assert said(cohort_of(**COMPARISON), **change) == (
        "At week 4, the change in pain from baseline was 9.2 mm lower in Retro-walking than in Exercise (difference in "
        "change -9.2 mm, 95% CI -17.4 to -1.1, p = 0.028, random-intercept model with 5 degrees of freedom; n = 7, of whom 4 and 3 had a value at this visit). The observed mean "
        "changes (SD) were -8.5 (1.3) and 5.0 (1.0), respectively. Lower values are better; the whole interval favours Retro-walking."
    )


def test_covariates_that_were_adjusted_for_are_named(cohort_of, said):
    assert "after adjustment for baseline, age and sex (" in said(cohort_of(adjust_for=["sex"], strata=["age"]))


def test_a_secondary_comparison_has_no_p_value(cohort_of, said):
    text = said(cohort_of(), role="secondary")
    assert "95% CI -17.4 to -1.1; n = 7" in text
    assert "p =" not in text


def test_alpha_sets_the_level_that_is_said(cohort_of, described, result):
    row = record(result(cohort_of()))
    text = comparison_sentences(row, cohort_of(), described(cohort_of()), Analysis(alpha=0.1, **ALPHA))
    assert "90% CI" in cited.plain(text)


def test_a_difference_that_rounds_to_zero_has_no_direction(cohort_of, said):
    near_zero = {"estimate": -0.01, "ci_low": -3, "ci_high": 3}
    text = said(cohort_of(), **near_zero)
    assert text.startswith(
        "At week 4, pain differed by 0.0 mm between Retro-walking and Exercise, after adjustment for baseline ("
    )
    assert "lower with" not in text


def test_three_arms_have_corrected_p_and_their_own_counts(cohort_of, said):
    text = said(cohort_of(**THREE_ARMS), p_adjusted=0.0568)
    assert (
        "p = 0.057 after Holm correction, ANCOVA with 5 degrees of freedom; n = 7 in all arms, of whom 4 and 3 in these two had a value at this visit"
        in text
    )


def test_without_correction_the_p_value_is_the_raw_one(cohort_of, described, result):
    cohort = cohort_of(**THREE_ARMS)
    row = record(result(cohort, p_adjusted=None))
    plain = Analysis(primary_estimator="ancova", alpha=0.05, multiplicity="none")
    assert "p = 0.028, ANCOVA with 5 degrees of freedom; n" in comparison_sentences(
        row, cohort, described(cohort), plain
    )


def test_what_was_not_estimated_is_said_with_its_reason(cohort_of, said):
    nothing = dict.fromkeys(("estimate", "ci_low", "ci_high", "p_value"), float("nan"))
    assert said(cohort_of(), **nothing, reason=fact("an_arm_too_small_at_visit")) == (
        "At week 4, Retro-walking and Exercise could not be compared for pain: an arm has fewer than two participants who can be "
        "analysed at this visit."
    )


# --- what the interval allows to be said --------------------------------------------------------------------------------
def reading(text: str) -> str:
    """What follows the observed means."""
    return text.partition("The observed")[2].partition(". ")[2]


def span(low: float, high: float) -> dict[str, float]:
    return {"estimate": (low + high) / 2, "ci_low": low, "ci_high": high}


UNCERTAIN = "The interval is compatible with a difference in either direction; the result is uncertain."


@pytest.mark.parametrize(
    ("outcome", "interval", "text"),
    [
        ("pain", span(-8, -2), "Lower values are better; the whole interval favours Retro-walking."),
        ("pain", span(2, 8), "Lower values are better; the whole interval favours Exercise."),
        ("pain", span(-8, 2), UNCERTAIN),
        ("pain", span(0, 8), UNCERTAIN),
        ("koos", span(2, 8), "Higher values are better; the whole interval favours Retro-walking."),
        ("koos", span(-8, -2), "Higher values are better; the whole interval favours Exercise."),
        ("koos", span(-2, 8), UNCERTAIN),
    ],
)
def test_the_reading_follows_the_interval_and_the_direction(cohort_of, said, outcome, interval, text):
    assert reading(said(cohort_of(), outcome=outcome, **interval)) == text


@pytest.mark.parametrize("interval", [span(-8, 2), span(-0.1, 0.1), span(-50, 60)])
def test_an_interval_that_holds_zero_is_never_no_difference(cohort_of, said, interval):
    text = said(cohort_of(), p_value=0.6, p_adjusted=0.6, **interval)
    assert "uncertain" in text
    for finding in ("no difference", "not differ", "no effect", "significant", "equivalent", "similar"):
        assert finding not in text


def test_a_measure_without_a_better_direction_favours_nobody(cohort_of, said, outcome_with):
    cohort = cohort_of(**outcome_with(instrument="stride"))
    assert reading(said(cohort, **span(0.1, 0.3))) == (
        "The interval excludes zero; neither direction of this measure is defined as better."
    )
    assert reading(said(cohort, **span(-0.1, 0.3))) == UNCERTAIN


#: (instrument, interval, end of the reading) against a smallest worthwhile effect of 5; retro-walking is the arm.
WORTHWHILE = [
    ("vas", span(-4, 3), "is within"),
    ("vas", span(-4, -1), "However, the whole interval is within"),
    ("vas", span(-9, -5), "is beyond"),
    ("vas", span(-9, -1), "includes"),
    ("vas", span(-9, 3), "includes"),
    ("vas", span(-3, 9), "is below"),
    ("vas", span(6, 9), "is below"),
    ("koos", span(-3, 4), "is within"),
    ("koos", span(5, 9), "is beyond"),
    ("koos", span(1, 9), "includes"),
    ("koos", span(-9, 3), "is below"),
    ("koos", span(-9, -6), "is below"),
    ("stride", span(6, 9), "is beyond"),
    ("stride", span(-9, -6), "is beyond"),
    ("stride", span(-9, -1), "includes"),
]


@pytest.mark.parametrize(("instrument", "interval", "reached"), WORTHWHILE)
def test_the_smallest_worthwhile_effect_is_judged_in_the_better_direction(
    cohort_of, said, outcome_with, instrument, interval, reached
):
    cohort = cohort_of(**outcome_with(instrument=instrument, smallest_worthwhile_effect=5, source="Ferreira 2012"))
    unit = cohort.outcome("pain").unit
    text = reading(said(cohort, **interval))
    assert f"{reached} the smallest worthwhile effect of 5 {unit} (Ferreira 2012)" in text


def test_an_interval_inside_the_smallest_worthwhile_effect_is_too_small_to_matter(cohort_of, said, outcome_with):
    cohort = cohort_of(**outcome_with(smallest_worthwhile_effect=12.5, source="Ferreira 2012"))
    inside = "the smallest worthwhile effect of 12.5 mm (Ferreira 2012)"
    assert reading(said(cohort, **span(-4, 3))) == (
        f"The whole interval is within {inside}; any difference is too small to matter."
    )
    assert reading(said(cohort, **span(-4, -1))) == (
        "Lower values are better; the whole interval favours Retro-walking. "
        f"However, the whole interval is within {inside}; the difference is too small to matter."
    )


def test_without_a_smallest_worthwhile_effect_none_is_mentioned(cohort_of, said):
    for interval in (span(-8, -2), span(-8, 2)):
        assert "worthwhile" not in said(cohort_of(), **interval)


# --- one group, and groups that were not allocated ----------------------------------------------------------------------
def test_a_single_group_has_its_change_and_no_p_value(cohort_of, described, analysis):
    cohort = cohort_of(**SINGLE_GROUP)
    text = cited.plain(
        sentences.change_sentence(described(cohort), cohort, cohort.outcome("pain"), cohort.visits[1], analysis)
    )
    assert text == "At week 4, the mean change in pain from baseline was -9.0 mm (95% CI -11.5 to -6.5; n = 3)."


def test_a_change_of_nobody_is_said(cohort_of, described, analysis):
    cohort = cohort_of(**SINGLE_GROUP)
    table = described(cohort)
    table.loc[table["term"] == "mean_change", "estimate"] = float("nan")
    text = cited.plain(sentences.change_sentence(table, cohort, cohort.outcome("pain"), cohort.visits[1], analysis))
    assert text.endswith("from baseline is unknown: no participant was measured at both visits.")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        (COMPARISON, "not randomised; differences between them are not treatment effects"),
        (SINGLE_GROUP, "a change within one group is not a treatment effect"),
    ],
)
def test_what_is_no_effect_of_a_treatment_says_so(cohort_of, changes, words):
    said = phrases.caution(cohort_of(**changes))
    assert words in said
    assert bool(said) == bool(words)


def test_every_sentence_on_simulated_people_says_so(cohort_of, said, described, analysis):
    start = "In the SYNTHETIC data, at week 4, "
    cohort = cohort_of(provenance="synthetic")
    assert said(cohort).startswith(f"{start}pain was 9.2 mm lower")
    assert said(cohort, estimate=float("nan"), reason=fact("nobody_at_visit")).startswith(
        f"{start}Retro-walking and Exercise"
    )
    single = cohort_of(**SINGLE_GROUP, provenance="synthetic")
    change = cited.plain(
        sentences.change_sentence(described(single), single, single.outcome("pain"), single.visits[1], analysis)
    )
    assert change.startswith(f"{start}the mean change in pain")


# --- pools and figures --------------------------------------------------------------------------------------------------
def test_a_pool_has_its_interval_studies_and_participants(results):
    function = POOL | {"outcome": "function"}
    table = results(
        POOL | {"term": "pooled", "estimate": 0.918, "ci_low": 0.462, "ci_high": 1.374, "n": 107},
        POOL | {"term": "studies", "estimate": 3},
        function | {"term": "pooled", "estimate": 1.02, "ci_low": -2.18, "ci_high": 4.21, "n": 77},
        function | {"term": "studies", "estimate": 2},
        POOL | {"reference_arm": "not_stated", "term": "pooled", "reason": fact("one_study")},
    )
    assert list(map(cited.plain, sentences.pooled_sentences(table, DOMAINS, 0.1))) == [
        "Pain, all conditions (comparator: add-on): g 0.92 (90% CI 0.46 to 1.37), 3 studies, 107 participants.",
        "Function, all conditions (comparator: add-on): g 1.02 (90% CI -2.18 to 4.21), 2 studies, 77 participants. "
        f"{UNCERTAIN}",
    ]


def test_a_pool_whose_interval_may_be_too_narrow_says_so(results):
    mean = POOL | {"term": "pooled", "estimate": 0.9, "ci_low": 0.4, "ci_high": 1.4, "n": 107}
    table = results(mean | {"caveats": [fact("variance_estimated_as_zero")]}, POOL | {"term": "studies", "estimate": 2})
    (text,) = sentences.pooled_sentences(table, DOMAINS, 0.05)
    assert text.endswith(f"107 participants. Caution: {ZERO_VARIANCE}.")


def test_a_description_says_what_the_figure_shows_and_whether_it_is_synthetic(cohort_of):
    words = "Pain (mm) at baseline and week 4: individual participants and the mean of each arm (Retro-walking and Exercise)."
    real, synthetic = cohort_of(), cohort_of(provenance="synthetic")
    assert sentences.trajectory_description(real, real.outcome("pain")) == words
    assert sentences.trajectory_description(synthetic, real.outcome("pain")) == f"SYNTHETIC data, not evidence. {words}"


def test_a_minimised_allocation_and_an_unknown_comparator_are_said(cohort_of):
    said = cited.plain(sentences.design_sentence(cohort_of(allocation="minimised", comparator_type="not_stated")))
    assert "Participants were allocated by minimisation" in said
    assert said.endswith("Comparator: not stated.")
    assert "minimisation" not in sentences.design_sentence(cohort_of())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Not published."),
        ({"citation": "BMJ 2004;328:744."}, "BMJ 2004;328:744."),
        ({"provenance": "synthetic", "assumptions": ["All."]}, "Simulated, not from a publication."),
        (
            {"provenance": "synthetic", "assumptions": ["All."], "citation": "BMJ 2004"},
            "Simulated, based on: BMJ 2004.",
        ),
    ],
)
def test_a_cohort_says_where_it_is_published_or_what_it_was_simulated_after(cohort_of, changes, said):
    assert sentences.citation_sentence(cohort_of(**changes)) == said


def test_a_declared_family_has_its_corrected_p_value(cohort_of, said):
    outcomes = {name: OUTCOMES["koos"] | {"label": name, "column": name, "family": "KOOS"} for name in ("a", "b")}
    cohort = cohort_of(outcomes={"pain": OUTCOMES["pain"]} | outcomes)
    row = {"outcome": "a", "role": "secondary", "p_value": 0.01, "p_adjusted": 0.02}
    assert 'p = 0.020 after Holm correction within the family "KOOS", ANCOVA' in said(cohort, **row)
    assert "p =" not in said(cohort, **row | {"p_adjusted": None})


def test_one_participant_of_whom_a_mean_was_observed_is_not_several(cohort_of, described, result, analysis):
    cohort = cohort_of()
    table = described(cohort)
    retro = (table["analysis"] == "observed_mean") & (table["arm"] == "retro") & (table["term"] == "mean")
    table.loc[retro, "n"] = 1
    text = cited.plain(comparison_sentences(record(result(cohort)), cohort, table, analysis))
    assert "43.0 (2.6) in 1 participant and" in text
