"""Holm's correction within the primary comparisons and within each declared family."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.unit.model.cohorts import cohort, outcome

from retrowalk.estimates import tabulate
from retrowalk.facts import fact
from retrowalk.model.multiplicity import correct, family_of

pytestmark = pytest.mark.numeric


def by_hand(p_values: list[float]) -> list[float]:
    """Holm: the i-th smallest times (m - i), made monotone, at most 1."""
    order = np.argsort(p_values)
    adjusted, highest = [0.0] * len(p_values), 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def row(name: str, role: str, p_value: float, visit: str = "V2", arm: str = "retro", **more: str) -> dict:
    about = {"cohort": "x", "analysis": "ancova", "reference_arm": "control", "term": "difference"}
    about |= {"method": fact("ancova", covariates=[])}
    return {**about, "outcome": name, "role": role, "p_value": p_value, "visit": visit, "arm": arm, **more}


FAMILIES = cohort(
    outcomes=(
        outcome("pain"),
        outcome("function", primary=False, family="daily life"),
        outcome("walking", primary=False, family="daily life"),
        outcome("balance", primary=False, family="body"),
        outcome("strength", primary=False),
    )
)


def corrected(rows: list[dict], method: str = "holm") -> pd.DataFrame:
    return correct(tabulate(rows), FAMILIES, method)


def test_the_primary_comparisons_are_a_family_and_so_is_each_declared_one():
    rows = [
        row("pain", "primary", 0.02),
        row("pain", "primary", 0.03, arm="forward"),
        row("function", "secondary", 0.01),
        row("function", "secondary", 0.04, arm="forward"),
        row("walking", "secondary", 0.012),
        row("balance", "secondary", 0.04),
        row("strength", "secondary", 0.001),
        row("pain", "secondary", 0.001, visit="V1"),
        row("function", "secondary", 0.001, visit="V1"),
        row("function", "sensitivity", 0.001, analysis="mmrm"),
        row("pain", "as_published", 0.001, analysis="student_post"),
        row("pain", "descriptive", 0.001, analysis="assumptions"),
    ]
    adjusted = corrected(rows)["p_adjusted"].to_list()
    assert adjusted[:2] == pytest.approx([0.04, 0.04])
    assert adjusted[2:5] == pytest.approx([0.03, 0.04, 0.03])
    assert adjusted[5] == 0.04
    assert np.isnan(adjusted[6:]).all()


def test_a_comparison_that_could_not_be_made_counts_and_stays_empty():
    rows = [row("pain", "primary", 0.02), row("pain", "primary", np.nan, arm="forward")]
    adjusted = corrected(rows)["p_adjusted"]
    assert adjusted[0] == pytest.approx(0.04)
    assert np.isnan(adjusted[1])


def test_one_comparison_alone_is_not_changed():
    assert corrected([row("pain", "primary", 0.02)])["p_adjusted"].to_list() == [0.02]


def test_without_a_correction_nothing_is_adjusted():
    assert (
        corrected([row("pain", "primary", 0.02), row("walking", "secondary", 0.01)], "none")["p_adjusted"].isna().all()
    )


@pytest.mark.parametrize("seed", range(5))
def test_holm_is_the_arithmetic_by_hand(seed):
    p_values = np.random.default_rng(seed).random(6) * 0.2
    rows = [
        row(name, "secondary", p, arm=arm)
        for (name, arm), p in zip(
            [(name, arm) for name in ("function", "walking") for arm in ("a", "b", "c")], p_values, strict=True
        )
    ]
    adjusted = corrected(rows)["p_adjusted"].to_list()
    assert adjusted == pytest.approx(by_hand(list(p_values)))
    assert (np.array(adjusted) >= p_values).all()


def test_no_declared_family_takes_in_the_primary_comparison():
    named = replace(FAMILIES, outcomes=(replace(FAMILIES.outcomes[0], family="daily life"), *FAMILIES.outcomes[1:]))
    assert family_of(row("pain", "secondary", 0.5), named) == ""
    assert family_of(row("function", "secondary", 0.5), named) == "daily life"
    assert family_of(row("function", "secondary", 0.5, visit="V1"), named) == ""
    assert family_of(row("function", "primary", 0.5), named) == ""
    assert family_of(row("strength", "secondary", 0.5), named) == ""
