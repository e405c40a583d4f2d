"""Warnings that only whole columns give: rounding, units, constant columns, zeros that stand for missing."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.ingest.conftest import BARE, CONTENT, INSTRUMENTS
from tests.unit.trials import built, reread

from retrowalk.ingest import check_cohort
from retrowalk.plan.intake import CovariateIntake, OutcomeIntake
from retrowalk.plan.trial import Covariate


@pytest.fixture
def cohort(wide):
    """Pain in mm (0 to 100) at baseline and week 4, in a file that each test writes."""
    return built(CONTENT | BARE | {"missing": [], "withdrawal": {}}, INSTRUMENTS)


def found(cohort, baseline, week_4, **columns):
    """Return (rule, column, problem) of a file with these values, the arms in turn."""
    names = ["id", "group", "pain0", "pain4", *columns]
    rows = [names]
    for place, pair in enumerate(zip(baseline, week_4, strict=True)):
        more = [each[place] for each in columns.values()]
        rows.append([f"P{place}", ("RW", "CE")[place % 2], *pair, *more])
    Path("trial.csv").write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
    table = check_cohort(cohort)
    assert (table["severity"] == "warning").all(), table.to_dict("records")
    return [(row["rule"], row["column"], row["problem"]) for row in table.to_dict("records")]


SPREAD = [55, 62, 47, 51, 73, 38]
LATER = [41, 33, 44, 52, 61, 27]


def test_values_of_a_usual_trial_are_beyond_doubt(cohort):
    assert found(cohort, SPREAD, LATER) == []


# --- rounding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "later", "words"),
    [
        # 12 of 12 are tens
        ([50, 60, 40, 50, 70, 30], [40, 30, 40, 50, 60, 20], "100% of the values of pain are multiples of 10 mm"),
        # 12 of 12 are fives, 9 of them tens
        ([55, 60, 40, 50, 75, 30], [45, 30, 40, 50, 60, 20], "100% of the values of pain are multiples of 5 mm"),
        # 11 of 12 (0.917) are enough, 10 of 12 (0.833) are not
        ([50, 60, 40, 50, 70, 30], [40, 30, 40, 50, 60, 21], "92% of the values of pain are multiples of 10 mm"),
        ([50, 60, 40, 50, 70, 31], [40, 30, 40, 50, 60, 21], ""),
        # 10 of 10 are too few to say anything
        ([50, 60, 40, 50, 70], [40, 30, 40, 50, 60], ""),
    ],
)
def test_coarse_rounding_is_told(cohort, baseline, later, words):
    told = found(cohort, baseline, later)
    assert [each[:2] for each in told] == ([("rounded", "pain0 + pain4")] if words else [])
    assert all(each[2] == f"{words}, but the instrument is read to 1" for each in told)


def test_decimals_of_a_tenth_are_looked_at_without_slips_of_binary_numbers(cohort):
    score = replace(cohort.outcomes[0], unit="cm", high=10.0, resolution=0.1)
    scaled = replace(cohort, outcomes=(score,))
    assert found(scaled, [each / 10 for each in SPREAD], [each / 10 for each in LATER]) == []
    told = found(scaled, [5.5, 6.0, 4.5, 5.0, 7.5, 3.5], [4.5, 3.5, 4.0, 5.5, 6.0, 2.5])
    assert told[0][2] == "100% of the values of pain are multiples of 0.5 cm, but the instrument is read to 0.1"


def test_a_scale_with_few_steps_is_not_called_rounded(cohort):
    score = replace(cohort.outcomes[0], high=10.0)
    told = found(replace(cohort, outcomes=(score,)), [0, 5, 10, 5, 0, 5], [5, 5, 0, 10, 5, 0])
    assert told == []


# --- units ------------------------------------------------------------------------------------------------------------


def test_every_value_in_a_tenth_of_the_range_is_another_unit(cohort):
    told = found(cohort, [5.5, 6.2, 4.7, 5.1], [4.1, 3.3, 4.4, 10])
    assert told == [
        (
            "unit_doubtful",
            "pain0 + pain4",
            "every value of pain is between 3.3 and 10, but the instrument's maximum is 100 mm",
        )
    ]
    assert found(cohort, [5.5, 6.2, 4.7, 5.1], [4.1, 3.3, 4.4, 10.1]) == []


@pytest.mark.parametrize(
    ("later", "told"),
    [
        # the middle of baseline is 53, that of week 4 is 4.25: 53 > 5 * 4.25
        ([4.1, 3.3, 4.4, 5.2, 6.1, 2.7], True),
        # five values are enough, four are not
        ([4.1, 3.3, 4.4, 5.2, 6.1, ""], True),
        ([4.1, 3.3, 4.4, 5.2, "", ""], False),
        # a value above a tenth of the range
        ([4.1, 3.3, 4.4, 5.2, 6.1, 12], False),
        # everybody without pain
        ([0, 0, 0, 0, 0, 1], False),
    ],
)
def test_one_visit_in_another_unit_is_told(cohort, later, told):
    rows = found(cohort, SPREAD, later)
    expected = []
    if told:
        low, high = min(each for each in later if each != ""), max(each for each in later if each != "")
        words = f"the values of pain at week_4 are between {low:g} and {high:g}, but the medians of the other visits are 53 or more"
        expected = [("unit_differs", "pain4", words)]
    assert rows == expected


def test_pain_that_fell_a_lot_is_no_other_unit(cohort):
    # 20 to 5: a fifth, but not less than a fifth, of baseline's middle
    assert found(cohort, [20, 21, 19, 20, 22, 18], [5, 5.5, 4, 5, 6, 4.5]) == []


# --- constant columns -------------------------------------------------------------------------------------------------


def test_a_visit_with_one_value_in_everybody_is_told(cohort):
    told = found(cohort, SPREAD, [44] * 6)
    assert told == [("constant_column", "pain4", "all 6 values of pain at week_4 are 44")]
    assert found(cohort, SPREAD, [44, 44, 44, "", "", ""]) == []
    assert [each[2] for each in found(cohort, SPREAD, [44, 44, 44, 44, "", ""])] == [
        "all 4 values of pain at week_4 are 44"
    ]


def test_a_covariate_that_is_the_same_in_everybody_is_told(cohort):
    levels = {"f": "female", "m": "male"}
    sex = replace(cohort, covariates=(Covariate("sex", "Sex", levels=tuple(levels.values())),))
    sex = reread(sex, covariates={"sex": CovariateIntake("sex", levels)})
    assert found(sex, SPREAD, LATER, sex="ffffff") == [("constant_column", "sex", 'sex is "f" in all 6 participants')]
    assert found(sex, SPREAD, LATER, sex="fffffm") == []


# --- zeros for missing ------------------------------------------------------------------------------------------------


@pytest.fixture
def diary(cohort):
    """Pain, and days with pain from a diary."""
    days = replace(cohort.outcomes[0], name="days", label="Days", unit="days", high=28.0, primary=False)
    diary = replace(cohort, outcomes=(*cohort.outcomes, days))
    return reread(diary, outcomes={"days": OutcomeIntake({"baseline": "d0", "week_4": "d4"})})


def zeros(diary, pain, days):
    first = [20, 19, 27, 11, 9, 14]
    return [each for each in found(diary, SPREAD, pain, d0=first, d4=days) if each[0] == "zeros_for_missing"]


def test_zeros_where_the_companion_is_missing_are_told(diary):
    (told,) = zeros(diary, [41, 33, 44, "", "", ""], [12, 8, 3, 0, 0, 0])
    assert told[1] == "d0 + d4"
    assert told[2] == (
        "days is 0 at 3 of the 3 visits at which pain is missing, and at 0% of the others; these zeros may be missing values"
    )


@pytest.mark.parametrize(
    ("pain", "days"),
    [
        # two are too few
        ([41, 33, 44, 50, "", ""], [12, 8, 3, 5, 0, 0]),
        # one in four of them is no zero: 3 of 4 is less than 0.8
        ([41, 33, "", "", "", ""], [12, 8, 3, 0, 0, 0]),
    ],
)
def test_zeros_that_may_be_zeros_are_not_told(diary, pain, days):
    assert zeros(diary, pain, days) == []


def test_zeros_that_are_usual_beside_the_companion_are_not_told(diary):
    # beside pain: 6 values at baseline and 3 at week 4
    first = [0, 0, 0, 11, 9, 14]
    later = [41, 33, 44, "", "", ""]
    rules = [each[0] for each in found(diary, SPREAD, later, d0=first, d4=[12, 8, 3, 0, 0, 0])]
    assert "zeros_for_missing" in rules  # 3 of 9 is 33 %
    rules = [each[0] for each in found(diary, SPREAD, later, d0=[0, 0, 0, 0, 9, 14], d4=[12, 8, 3, 0, 0, 0])]
    assert "zeros_for_missing" not in rules  # 4 of 9 is 44 %


def test_who_never_had_the_companion_was_never_asked(diary):
    days = [12, 8, 3, 0, 0, 0]
    first = [20, 19, 27, 11, 9, 14]
    told = found(diary, [55, 62, 47, "", "", ""], [41, 33, 44, "", "", ""], d0=first, d4=days)
    assert [each for each in told if each[0] == "zeros_for_missing"] == []


def test_what_is_mended_is_told_no_more(diary):
    mended = reread(diary, outcomes={"days": {"missing_with": "pain"}})
    assert zeros(mended, [41, 33, 44, "", "", ""], [12, 8, 3, 0, 0, 0]) == []
