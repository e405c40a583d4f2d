"""Every code of the estimate record has its words, with every kind of value that it can have."""

import itertools
import json
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from retrowalk import estimates, facts
from retrowalk.analyses import IMPUTATION, REGISTER, with_purpose
from retrowalk.describe.missing import COMPLETE, INTERMITTENT, MONOTONE
from retrowalk.facts import Fact, fact
from retrowalk.model.participants import AS_NONRESPONDERS, HANDLING, IMPROVED, OBSERVED, UNCHANGED, WORSENED
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Covariate, Threshold
from retrowalk.present.manuscript.numbers_table import Results, agrees
from retrowalk.present.words import cited
from retrowalk.present.words.caveats import CAVEATS
from retrowalk.present.words.computations import COMPUTATIONS
from retrowalk.present.words.facts import cautions, caveats, in_words, method, reason
from retrowalk.present.words.methods import methods_paragraphs
from retrowalk.present.words.phrases import NOT_A_RANDOMISED_COMPARISON
from retrowalk.present.words.reasons import REASONS
from retrowalk.synthesise.effects import CHANGE_CORRELATION
from visitwise import DF, STRUCTURES

COUNTS = [1, 2]
TRIED = [["us", fact("too_few_participants", participants=4, needed=5)], ["toeph", fact("no_convergence")]]
#: {name of a value: values of each kind that it has}.
OF_NAME: dict[str, list[Any]] = {
    "accepted": [0.0123456],
    "analysis": [entry.name for entry in REGISTER.values() if entry.may_be_primary],
    "arm": ["retro"],
    "arrangements": [252],
    "cell": ["arm retro, visit week_4"],
    "coefficient": ["arm[retro]"],
    "coefficients": COUNTS,
    "column": ["sex"],
    "comparison": [fact("ancova", covariates=["age"]), fact("clda", covariates=[], df="kenward-roger", structure="us")],
    "correlation": [CHANGE_CORRELATION],
    "count": COUNTS,
    "covariate": ["age"],
    "covariates": [[], ["age"], ["age", "sex"]],
    "delta": [-12.5],
    "df": [1, 0.5],
    "df_numerator": [2],
    "domain": ["pain"],
    "end": ["lowest", "highest"],
    "error": [0.01234, 3],
    "exact": [True, False],
    "f": [float("inf")],
    "family": ["walking; SYNTHETIC"],
    "handling": list(HANDLING),
    "imputations": [50],
    "interval": ["newcombe", "wald"],
    "kind": [COMPLETE, MONOTONE, INTERMITTENT],
    "lacking": [["baseline"], ["covariate"], ["baseline", "covariate"], ["arm"], ["covariate", "arm"]],
    "levels": COUNTS,
    "measure": ["mean", "sd", "median", "lower_quartile", "upper_quartile"],
    "most": [500],
    "n": [20],
    "n_arm": [1],
    "n_reference": [0],
    "needed": [5],
    "of": ["value", "change"],
    "outcome": ["pain_at_rest"],
    "participants": COUNTS,
    "percent": [True, False],
    "reason": [fact("one_study"), fact("hedges_df", df=1)],
    "reasons": [[["moved; away", 1], ["", 2]]],
    "response": ["value"],
    "sd": [0],
    "strata": [[], ["sex"], ["sex", "centre"]],
    "strategy": [entry.name for entry in with_purpose(IMPUTATION)],
    "structure": list(STRUCTURES),
    "studies": [[["ansari2020", "pain"], ["b", "walking"]]],
    "study": ["ansari2020"],
    "term": ["arm:visit"],
    "text": ['read off a figure; 2 authors, "SYNTHETIC"'],
    "threshold": [30, 1.5],
    "tried": [TRIED],
    "values": COUNTS,
    "visit": ["week_4"],
}
#: {code: {name of a value: its values}}, where a name means something else.
OF_CODE: dict[str, dict[str, list[Any]]] = {
    "standardised_difference": {"of": ["means", "shares"]},
    **{code: {"df": list(DF)} for code in ("mmrm", "clda", "model_of_all_visits", "random_intercept")},
    "per_protocol_by_sessions": {"percent": [75, 66.6]},
    "many_covariates": {"covariates": COUNTS},
    "sessions_attended": {"measure": ["mean", "sd", "median"]},
    "changed_as": {"kind": [IMPROVED, WORSENED, UNCHANGED, "increased", "decreased"]},
    "enters_once": {"arm": ["", "retro"]},
    "not_compared": {"reason": [None, fact("no_structure", tried=TRIED)]},
    "few_studies": {"studies": [2, 4]},
}
REGISTERS = {
    "method": (facts.METHODS, COMPUTATIONS),
    "reason": (facts.REASONS, REASONS),
    "caveats": (facts.CAVEATS, CAVEATS),
}


def every_fact(column: str) -> list[Fact]:
    """Every code of a column with every combination of its values."""
    made = []
    for code, names in REGISTERS[column][0].items():
        kinds = [OF_CODE.get(code, {}).get(name, OF_NAME[name]) for name in names]
        made += [Fact(code, dict(zip(names, values, strict=True))) for values in itertools.product(*kinds)]
    return made


@pytest.fixture
def cohort(cohort_of):
    """A trial with the thresholds that the facts name, and labels made to mislead."""
    cohort = cohort_of()
    thresholds = tuple(Threshold(value, percent, 'A; "paper"') for value in (30, 1.5) for percent in (True, False))
    outcomes = tuple(
        replace(each, responders=thresholds, measurement_error_source="Childs 2005") for each in cohort.outcomes
    )
    (retro, *others) = cohort.arms
    return replace(
        cohort, outcomes=outcomes, arms=(replace(retro, label="Walking; SYNTHETIC, not estimated: 10 min"), *others)
    )


def row_with(result, cohort, column: str, said: Fact) -> pd.Series:
    """A row of the estimate record with one fact, and the file it is in."""
    row = result(cohort, **{column: [said] if column == "caveats" else said})
    if column == "reason":
        row |= {"estimate": None, "method": None}
    return estimates.tabulate([row]).assign(**{cited.FILE: "estimates.csv"}).iloc[0]


def test_the_registers_of_codes_and_of_words_have_the_same_entries():
    for codes, words in REGISTERS.values():
        assert list(codes) == list(words)


@pytest.mark.parametrize("column", REGISTERS)
def test_every_code_has_words_with_every_value_and_every_number_a_source(cohort, result, column):
    for said in every_fact(column):
        row = row_with(result, cohort, column, said)
        assert facts.faults(row[column], REGISTERS[column][0]) == ""
        texts = {"method": [method(row, cohort)], "reason": [reason(row, cohort)], "caveats": caveats(row, cohort)}[
            column
        ]
        (text,) = texts
        plain = cited.plain(text)
        assert plain.strip() == plain != "", said
        assert not re.search(r"\s\s|\(\)|\bNone\b|\{|\}|\b1 participants|\bnan\b| [,;.)]", plain), plain
        assert "_" not in plain.replace("ci_low", "").replace("ci_high", "").replace("walks_backward", "").replace(
            "week_4", ""
        ), plain
        results = Results([pd.DataFrame([row])], {}, {}, [])
        for piece in cited.pieces(text):
            if isinstance(piece, cited.Cited):
                assert agrees(piece, results.value(piece)), piece
            else:
                without_labels = piece.replace("10 min", "").replace("2005", "").replace("Week 4", "")
                assert not re.search(r"\d", without_labels), (said, piece)


def test_a_caveat_that_needs_a_caution_is_told_with_the_result(cohort, result):
    for said in every_fact("caveats"):
        row = row_with(result, cohort, "caveats", said)
        text = cited.plain(cautions(row, cohort))
        assert bool(text) == (CAVEATS[said.code].caution is not None)
        assert text == "" or re.fullmatch(r" Caution: .*[^.]\.", text)


def test_words_for_people_have_no_code_and_no_source(cohort, result):
    rows = [row_with(result, cohort, column, said) for column in REGISTERS for said in every_fact(column)]
    table = in_words(pd.DataFrame(rows), [cohort])
    for column in REGISTERS:
        texts = table[column]
        assert not texts.str.contains(r'\ufdd0|\["|\{').any()
    assert len(table) == len(rows)


@pytest.mark.parametrize("label", ["Walking; 3 x a week", "SYNTHETIC turf", "not estimated: no", "a: b; c"])
def test_a_label_stays_whole_and_changes_no_other_caveat(cohort, result, label):
    named = replace(cohort, arms=(replace(cohort.arms[0], label=label), *cohort.arms[1:]))
    said = [fact("exploratory"), fact("at_lowest", arm="retro", count=3, n=20), fact("not_randomised")]
    row = estimates.tabulate([result(named, caveats=said)]).iloc[0]
    assert caveats(row, named) == [
        "exploratory",
        f"3 of 20 participants in {label} had the lowest value of the scale",
        "not a randomised comparison",
    ]


def test_the_handling_of_missing_responses_has_words_for_both():
    from retrowalk.present.words.computations import HANDLING as WORDS_OF_HANDLING

    assert set(WORDS_OF_HANDLING) == {OBSERVED, AS_NONRESPONDERS}


def test_a_number_that_the_cell_does_not_hold_is_refused():
    cell = facts.cell([fact("at_lowest", arm="retro", count=3, n=20)])
    number = cited.Cited("3", "estimates.csv", (), "caveats", cited.WITHIN)
    assert agrees(number, cell)
    assert not agrees(replace(number, shown="30"), cell)
    assert not agrees(replace(number, shown="2"), cell)
    assert json.loads(cell)


COVARIATES = [
    ("ancova", {"covariates": ["kl_grade2", "sex"]}, "with terms for baseline, arm, KL grade 2 and sex (least"),
    ("mmrm", {"covariates": ["kl_grade2"], "df": "kenward-roger", "structure": "us"}, "arm by visit and KL grade 2 ("),
    ("randomisation_test", {"arrangements": 9, "exact": True, "strata": ["kl_grade2"]}, "within strata of KL grade 2;"),
]


@pytest.mark.parametrize(("code", "values", "words"), COVARIATES)
def test_a_covariate_has_its_label_wherever_it_is_named(cohort, result, code, values, words):
    graded = replace(cohort, covariates=(*cohort.covariates, Covariate("kl_grade2", "KL grade 2")))
    row = estimates.tabulate([result(graded, method=Fact(code, values))]).iloc[0]
    assert words in cited.plain(method(row, graded))
    assert "kl grade2" in cited.plain(method(row))


def test_a_covariate_that_is_missing_has_its_label(cohort, result):
    graded = replace(cohort, covariates=(Covariate("kl_grade2", "KL grade 2"),))
    failed = {"estimate": None, "method": None, "reason": fact("covariate_missing", covariate="kl_grade2")}
    row = estimates.tabulate([result(graded, **failed)]).iloc[0]
    assert reason(row, graded) == "the covariate KL grade 2 is missing for all participants"


def test_what_is_not_randomised_is_said_in_the_same_words_everywhere(cohort, result):
    row = estimates.tabulate([result(cohort, caveats=[fact("not_randomised")])]).iloc[0]
    assert caveats(row, cohort) == [NOT_A_RANDOMISED_COMPARISON]
    row["reason"] = fact("not_randomised").cell
    assert reason(row, cohort) == NOT_A_RANDOMISED_COMPARISON
    groups = replace(cohort, randomised=False, design="comparison")
    text = " ".join(methods_paragraphs([groups], Analysis("mmrm", 0.05, "holm", 1)))
    assert f"This is {NOT_A_RANDOMISED_COMPARISON}." in text
