"""How a number is shown."""

import math

import pytest

from retrowalk.present import numbers

NAN = float("nan")


@pytest.mark.parametrize(
    ("resolution", "digits"),
    [(10, 1), (1, 1), (0.5, 2), (0.1, 2), (1 * 0.1, 2), (0.05, 3), (0.01, 3), (0.001, 4)],
)
def test_one_decimal_more_than_the_instrument_is_read_off_with(resolution, digits):
    assert numbers.digits_for(resolution) == digits


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1.25, 1, "1.2"),
        (-1.26, 1, "-1.3"),
        (0, 2, "0.00"),
        (-0.04, 1, "0.0"),
        (-0.0, 0, "0"),
        (-0.06, 1, "-0.1"),
        (1e6, 0, "1000000"),
    ],
)
def test_a_number_has_its_decimals_and_no_negative_zero(value, digits, text):
    assert numbers.number(value, digits) == text


@pytest.mark.parametrize("nothing", [None, NAN, math.nan])
def test_what_is_not_there_is_a_dash(nothing):
    assert numbers.number(nothing, 1) == "-"
    assert numbers.interval(nothing, nothing, 1) == "-"
    assert numbers.estimate_with_interval(nothing, nothing, nothing, 1) == "-"
    assert numbers.mean_sd(nothing, nothing, 1) == "-"
    assert numbers.p_value(nothing) == "-"


def test_an_estimate_stands_before_its_interval():
    assert numbers.estimate_with_interval(-9.24, -17.36, -1.12, 1) == "-9.2 (-17.4 to -1.1)"
    assert numbers.interval(-0.01, 2, 1) == "0.0 to 2.0"


def test_a_mean_of_one_participant_has_no_sd():
    assert numbers.mean_sd(35, NAN, 1) == "35.0 (-)"
    assert numbers.mean_sd(35, 4.26, 1) == "35.0 (4.3)"


@pytest.mark.parametrize(
    ("p", "text", "phrase"),
    [
        (0, "<0.001", "p < 0.001"),
        (0.0004, "<0.001", "p < 0.001"),
        (0.0005, "<0.001", "p < 0.001"),
        (0.00099999, "<0.001", "p < 0.001"),
        (0.001, "0.001", "p = 0.001"),
        (0.0496, "0.050", "p = 0.050"),
        (0.9994, "0.999", "p = 0.999"),
        (0.9996, ">0.999", "p > 0.999"),
        (1, ">0.999", "p > 0.999"),
    ],
)
def test_a_p_value_has_three_decimals_and_is_never_0_or_1(p, text, phrase):
    assert numbers.p_value(p) == text
    assert numbers.p_phrase(p) == phrase


@pytest.mark.parametrize(("alpha", "text"), [(0.05, "95 %"), (0.1, "90 %"), (0.01, "99 %"), (0.001, "99.9 %")])
def test_alpha_gives_the_confidence_level(alpha, text):
    assert numbers.level(alpha) == text


def test_a_unit_follows_and_none_leaves_no_space():
    assert numbers.with_unit("1.9", "cm") == "1.9 cm"
    assert numbers.with_unit("1.9", "") == "1.9"


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("95 % CI -1.2 to 3.4", "95~% CI -1.2~to~3.4"),
        ("pain (n = 12) was", "pain (n~=~12) was"),
        ("F(1, 8) = 2.1", "F(1,~8)~=~2.1"),
        ("At week 4 to the end", "At week 4 to the end"),
        ("Week 4", "Week~4"),
    ],
)
def test_no_line_ends_within_an_interval_or_before_a_sign(text, tied):
    assert numbers.tied(text) == tied.replace("~", "\u00a0")
