"""What the words may never say: a change within an arm told as an effect, or uncertainty told as absence."""

import itertools
import re
from collections.abc import Callable

import pandas as pd
import pytest
from tests.unit.present.conftest import COMPARISON, POOL, SINGLE_GROUP, THREE_ARMS

from retrowalk.present.words.estimand import estimand
from retrowalk.present.words.phrases import caution
from retrowalk.present.words.sentences import (
    UNCERTAIN,
    change_sentence,
    comparison_sentences,
    design_sentence,
    flow_sentences,
    pooled_sentences,
)
from retrowalk.vocabulary import CHANGE, COMPARATORS, DIFFERENCE, DIFFERENCE_IN_CHANGE, DOMAINS

#: What no sentence about a result may hold: "significant" as a verdict, and absence read from a wide interval.
FORBIDDEN = re.compile(
    r"significan|no (statistical |clear |detectable )?(difference|effect|change|benefit)|"
    r"not? (statistically )?differ|did not|does not (work|help|matter)|without (any )?(difference|effect)|"
    r"ineffective|no better|equivalent|equal to|the same as|similar|comparable|proves?|trend",
    re.IGNORECASE,
)
TOO_SMALL = "too small to matter"
WORTHWHILE = 5.0
EDGES = (-12, -5, -4.99, -0.01, 0, 0.01, 4.99, 5, 12)
INTERVALS = list(itertools.combinations(EDGES, 2))


@pytest.mark.parametrize(
    "text",
    [
        "There was no significant difference.",
        "There was no difference between the arms.",
        "The difference was not statistically significant.",
        "The arms did not differ.",
        "Retro-walking had no effect.",
        "The arms were similar.",
        "There is no clear benefit.",
    ],
)
def test_the_check_sees_what_is_forbidden(text):
    assert FORBIDDEN.search(text)


@pytest.fixture
def said(described, analysis, result):
    """What gives the sentences on an interval of a cohort."""

    def of(cohort) -> Callable[..., str]:
        table = described(cohort)

        def build(low: float, high: float, **changes) -> str:
            interval = {"estimate": (low + high) / 2, "ci_low": low, "ci_high": high, "caveats": "[]"}
            row = pd.Series(result(cohort) | interval | changes)
            return comparison_sentences(row, cohort, table, analysis)

        return build

    return of


#: (instrument, smallest worthwhile effect or none)
BENCHMARKS = list(itertools.product(("vas", "koos", "stride"), (None, WORTHWHILE)))


@pytest.mark.parametrize("design", [{}, COMPARISON, THREE_ARMS])
@pytest.mark.parametrize(("instrument", "worthwhile"), BENCHMARKS)
def test_no_interval_is_told_as_the_absence_of_a_difference(
    cohort_of, said, outcome_with, design, instrument, worthwhile
):
    benchmark = {"smallest_worthwhile_effect": worthwhile, "source": "Ferreira 2012"} if worthwhile else {}
    sentences = said(cohort_of(**design, **outcome_with(instrument=instrument, **benchmark)))
    term = DIFFERENCE_IN_CHANGE if design == COMPARISON else DIFFERENCE
    for (low, high), role in itertools.product(INTERVALS, ("primary", "secondary")):
        text = sentences(low, high, term=term, role=role, p_value=0.6, p_adjusted=0.6)
        assert not FORBIDDEN.search(text), text
        inside = worthwhile is not None and max(abs(low), abs(high)) < worthwhile
        assert (TOO_SMALL in text) == inside, text
        assert (UNCERTAIN in text) == (low <= 0 <= high and not inside), text


@pytest.mark.parametrize("estimate", [float("nan"), -3.0])
@pytest.mark.parametrize(
    "change",
    [{"reference_arm": ""}, {"reference_arm": "retro"}, {"term": CHANGE}],
    ids=["no reference", "against itself", "a change"],
)
def test_a_change_within_an_arm_is_never_told_as_a_comparison(cohort_of, said, change, estimate):
    with pytest.raises(ValueError, match=r"not a comparison of two arms, and told as one: \('pain', 'paired_t'"):
        said(cohort_of())(-5, -1, **{"analysis": "paired_t", "reason": "", "estimate": estimate} | change)


@pytest.mark.parametrize("design", [{}, THREE_ARMS, COMPARISON, SINGLE_GROUP, {"randomised": False}])
def test_nothing_else_that_is_said_of_a_cohort_is_told_as_absence(cohort_of, described, analysis, design):
    cohort = cohort_of(**design)
    table = described(cohort)
    said = [part.sentence for part in estimand(cohort, cohort.primary_outcome, analysis)]
    said += [design_sentence(cohort), flow_sentences(table, cohort), caution(cohort)]
    said += [change_sentence(table, cohort, each, cohort.visits[1], analysis) for each in cohort.outcomes]
    assert [text for text in said if FORBIDDEN.search(text)] == []


# --- pools --------------------------------------------------------------------------------------------------------------
def pool_of(results, low: float, high: float, **changes) -> pd.DataFrame:
    """The rows of one pool of two studies."""
    pool = POOL | {"arm": "backward_walking"}
    mean = {"term": "pooled", "estimate": (low + high) / 2, "ci_low": low, "ci_high": high, "n": 60, "p_value": 0.6}
    return results(pool | mean | changes, pool | {"term": "studies", "estimate": 2} | changes)


def test_no_pool_is_told_as_the_absence_of_a_difference(results):
    for (low, high), comparator in itertools.product(INTERVALS, COMPARATORS):
        (text,) = pooled_sentences(pool_of(results, low, high, reference_arm=comparator), DOMAINS, 0.05)
        assert not FORBIDDEN.search(text), text
        assert (UNCERTAIN in text) == (low <= 0 <= high), text


def test_a_pool_of_changes_within_arms_is_refused(results):
    with pytest.raises(ValueError, match="not a comparison of two arms"):
        pooled_sentences(pool_of(results, 0.1, 0.9, reference_arm=""), DOMAINS, 0.05)
