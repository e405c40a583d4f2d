"""Cohorts that are copies of each other, and people who are in two of them."""

from dataclasses import replace

import pandas as pd
import pytest

from retrowalk import files
from retrowalk.errors import DataError
from retrowalk.ingest.overlap import compare_cohorts, find_overlaps

#: Four people with six values each, no two people alike.
FIRST = {
    "P1": [55, 40, 31, 12.5, 14, 15],
    "P2": [62, 35, 30, 11, 13.5, 15],
    "P3": [47, 44, 41, 10, 10.5, 11],
    "P4": [51, 50, 42, 9.5, 9, 10],
}
OTHERS = {
    "P1": [10, 11, 12, 13, 14, 15],
    "P2": [20, 21, 22, 23, 24, 25],
    "P3": [30, 31, 32, 33, 34, 35],
    "P4": [40, 41, 42, 43, 44, 45],
}


def tables(values):
    """Return participants and measurements of {participant: values}, three visits of pain, then three of reach."""
    people = pd.DataFrame({"cohort": "x", "participant": list(values), "arm": "retro"})
    rows = [
        {
            "cohort": "x",
            "participant": person,
            "visit": f"v{place % 3}",
            "outcome": f"o{place // 3}",
            "value": float(value),
        }
        for person, each in values.items()
        for place, value in enumerate(each)
    ]
    return people, pd.DataFrame(rows)


@pytest.fixture
def compare(wide):
    def found(first, second, one="individual", other="individual"):
        cohorts = {
            "first": replace(wide, name="first", provenance=one),
            "second": replace(wide, name="second", provenance=other),
        }
        return compare_cohorts({"first": tables(first), "second": tables(second)}, cohorts)

    return found


def test_a_copy_is_an_error_of_the_later_cohort(compare):
    (problem,) = compare(FIRST, FIRST)
    assert (problem.cohort, problem.rule, problem.severity) == ("second", "cohort_copy", "error")
    assert problem.problem == '4 of 4 participants have exactly the same values as participants of "first"'
    assert (
        problem.remedy
        == "Remove one of the two cohorts from config/config.yaml; otherwise their participants would be counted twice."
    )


def test_a_copy_under_other_names_and_in_another_order_is_a_copy(compare):
    renamed = {f"S0{place}": list(reversed(each)) for place, each in enumerate(reversed(FIRST.values()))}
    (problem,) = compare(FIRST, renamed)
    assert (problem.rule, problem.severity) == ("cohort_copy", "error")


def test_half_of_the_smaller_cohort_is_a_copy(compare):
    smaller = {"P1": FIRST["P1"], "P2": FIRST["P2"], "S3": OTHERS["P3"], "S4": OTHERS["P4"]}
    (problem,) = compare(FIRST | {f"Q{n}": [n, n + 1, n + 2, n + 3] for n in range(60, 80)}, smaller)
    assert (problem.rule, problem.problem[:6]) == ("cohort_copy", "2 of 4")


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ("synthetic", "synthetic", "warning"),
        ("synthetic", "individual", "error"),
        ("individual", "synthetic", "error"),
    ],
)
def test_a_copy_is_a_warning_only_where_both_are_synthetic(compare, one, other, severity):
    (problem,) = compare(FIRST, FIRST, one, other)
    assert (problem.rule, problem.severity) == ("cohort_copy", severity)


def test_one_participant_of_both_is_a_warning_with_both_names(compare):
    (problem,) = compare(FIRST, OTHERS | {"S9": FIRST["P2"]})
    assert (problem.rule, problem.severity, problem.value) == ("participant_elsewhere", "warning", "S9")
    assert problem.problem == 'participant "S9" has the same values as participant "P2" of "first"'
    assert problem.column == "id"


def test_a_name_alone_says_nothing(compare):
    assert compare(FIRST, OTHERS) == []


@pytest.mark.parametrize(
    ("mine", "theirs", "values", "told"),
    [
        # under one name three equal values are enough, also where the name is written otherwise
        ("P 9", "p9", [1, 2, 3], True),
        ("P9", "P9", [1, 2], False),
        # three values that are all the same say nothing
        ("P9", "P9", [5, 5, 5], False),
        # under two names it takes six values, four of them different
        ("P9", "S9", [1, 2, 3], False),
        ("P9", "S9", [1, 2, 3, 4, 4], False),
        ("P9", "S9", [1, 2, 3, 3, 3, 3], False),
        ("P9", "S9", [1, 2, 3, 4, 4, 4], True),
    ],
)
def test_it_takes_more_values_without_the_name(compare, mine, theirs, values, told):
    found = compare(FIRST | {mine: values}, OTHERS | {theirs: values})
    assert [problem.rule for problem in found] == (["participant_elsewhere"] if told else [])


def test_one_more_value_makes_another_person(compare):
    assert compare(FIRST, OTHERS | {"P1": [*FIRST["P1"], 99]}) == []


def test_three_cohorts_are_compared_each_with_each(wide):
    names = ("one", "two", "three")
    cohorts = {name: replace(wide, name=name) for name in names}
    found = compare_cohorts(dict(zip(names, map(tables, (FIRST, OTHERS, FIRST)), strict=True)), cohorts)
    assert [(problem.cohort, problem.rule) for problem in found] == [("three", "cohort_copy")]
    assert '"one"' in found[0].problem


def test_files_are_compared_and_a_copy_stops(wide, tmp_path):
    bare = replace(wide, covariates=())
    cohorts = {"first": replace(bare, name="first"), "second": replace(bare, name="second")}

    def written(name, values):
        people, measurements = tables(values)
        files.write_csv(people.assign(withdrawn_after="", withdrawal_reason=""), tmp_path / f"{name}_people.csv")
        files.write_csv(measurements, tmp_path / f"{name}_values.csv")
        return tmp_path / f"{name}_people.csv", tmp_path / f"{name}_values.csv"

    first, second = written("first", FIRST), written("second", OTHERS | {"S9": FIRST["P2"]})
    table = find_overlaps(cohorts, [first[0], second[0]], [first[1], second[1]])
    assert table[["cohort", "rule", "value"]].to_numpy().tolist() == [["second", "participant_elsewhere", "S9"]]
    second = written("second", FIRST)
    with pytest.raises(DataError, match='4 of 4 participants have exactly the same values as participants of "first"'):
        find_overlaps(cohorts, [first[0], second[0]], [first[1], second[1]])
