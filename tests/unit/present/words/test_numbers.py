"""How a number is shown."""

import math
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.present.words import cited, numbers

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
        (1.25, 1, "1.3"),
        (-1.25, 1, "-1.3"),
        (12.5, 0, "13"),
        (0.125, 2, "0.13"),
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (-1.26, 1, "-1.3"),
        (0, 2, "0.00"),
        (-0.04, 1, "0.0"),
        (-0.0, 0, "0"),
        (-0.06, 1, "-0.1"),
        (1e6, 0, "1000000"),
        (1e9, 1, "1000000000.0"),
        (1e-160, 2, "0.00"),
        (-1e-160, 2, "0.00"),
        (1.2345e-160, 161, "1.23e-160"),
        (1.2345e16, 1, "1.23e+16"),
        (0, 161, "0"),
        (math.inf, 1, "infinity"),
        (-math.inf, 1, "-infinity"),
    ],
)
def test_a_number_has_its_decimals_and_no_negative_zero(value, digits, text):
    assert numbers.number(value, digits) == text


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_a_half_is_rounded_away_from_zero_on_the_decimal_number(whole, digits):
    step = 10 ** (digits + 1)
    value = float(f"{whole}e-{digits + 1}")
    up = (abs(whole) + 5) // 10  # the last of `digits + 1` decimals is taken off, 5 goes up
    shown = numbers.number(value, digits)
    assert Fraction(shown) * 10**digits == (up if whole > 0 else -up)
    assert abs(Fraction(shown) - Fraction(whole, step)) <= Fraction(5, step)


@given(st.floats(-1e300, 1e300), st.integers(0, 400))
def test_any_number_can_be_shown(value, digits):
    shown = numbers.number(value, digits)
    assert len(shown) < 40
    assert float(shown) == pytest.approx(value, rel=0.01, abs=0.6 * 10.0 ** -min(digits, 300))


@pytest.mark.parametrize(
    ("share", "text"), [(0.125, "13"), (0.145, "15"), (0.285, "29"), (-0.005, "-1"), (1, "100"), (0, "0"), (NAN, "-")]
)
def test_a_share_is_shown_in_whole_percent(share, text):
    assert numbers.percent(share) == text


@pytest.mark.parametrize(("sd", "digits"), [(8.2, 1), (123, 1), (0.95, 2), (0.091, 3), (0, 1), (NAN, 1), (1e-160, 161)])
def test_a_covariate_has_one_decimal_or_as_many_as_give_its_sd_two_digits(sd, digits):
    assert numbers.digits_of_sd(sd) == digits


@pytest.mark.parametrize("nothing", [None, NAN, math.nan])
def test_what_is_not_there_is_a_dash(nothing):
    assert numbers.number(nothing, 1) == "-"
    assert numbers.interval(nothing, nothing, 1) == "-"
    assert numbers.estimate_with_interval(nothing, nothing, nothing, 1) == "-"
    assert cited.mean_sd(SimpleNamespace(estimate=nothing), SimpleNamespace(estimate=nothing), 1) == "-"
    assert numbers.p_value(nothing) == "-"


def test_an_estimate_stands_before_its_interval():
    assert numbers.estimate_with_interval(-9.24, -17.36, -1.12, 1) == "-9.2 (-17.4 to -1.1)"
    assert numbers.interval(-0.01, 2, 1) == "0.0 to 2.0"


def test_a_mean_of_one_participant_has_no_sd():
    assert cited.mean_sd(SimpleNamespace(estimate=35), SimpleNamespace(estimate=NAN), 1) == "35.0 (-)"
    assert cited.mean_sd(SimpleNamespace(estimate=35), SimpleNamespace(estimate=4.26), 1) == "35.0 (4.3)"


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
        (0.0125, "0.013", "p = 0.013"),
        (0.9995, ">0.999", "p > 0.999"),
    ],
)
def test_a_p_value_has_three_decimals_and_is_never_0_or_1(p, text, phrase):
    assert numbers.p_value(p) == text
    assert cited.p_phrase(SimpleNamespace(p_value=p)) == phrase


@pytest.mark.parametrize(("alpha", "text"), [(0.05, "95%"), (0.1, "90%"), (0.01, "99%"), (0.001, "99.9%")])
def test_alpha_gives_the_confidence_level(alpha, text):
    assert numbers.level(alpha) == text


def test_a_unit_follows_and_none_leaves_no_space():
    assert numbers.with_unit("1.9", "cm") == "1.9 cm"
    assert numbers.with_unit("1.9", "") == "1.9"


@pytest.mark.parametrize(
    ("label", "unit", "text"),
    [
        ("Pain", "mm", "Pain (mm)"),
        ("Pain", "", "Pain"),
        ("Age in years", "years", "Age in years"),
        ("Age (years)", "years", "Age (years)"),
        ("Age, years", "years", "Age, years"),
        ("Pain in the gym", "m", "Pain in the gym (m)"),
    ],
)
def test_a_label_has_its_unit_once_and_no_empty_brackets(label, unit, text):
    assert numbers.labelled(label, unit) == text


@pytest.mark.parametrize(
    ("df", "text"),
    [(5, "5"), (12.34, "12.3"), (12.35, "12.4"), (12.04, "12"), (11.96, "12"), (1e9, "1000000000"), (NAN, "-")],
)
def test_degrees_of_freedom_are_whole_where_they_are(df, text):
    assert numbers.degrees(df) == text


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("95% CI -1.2 to 3.4", "95% CI \u22121.2~to~3.4"),
        ("pain (n = 12) was", "pain (n~=~12) was"),
        ("F(1, 8) = 2.1", "F(1,~8)~=~2.1"),
        ("At week 4 to the end", "At week 4 to the end"),
        ("Week 4", "Week~4"),
    ],
)
def test_no_line_ends_within_an_interval_or_before_a_sign(text, tied):
    assert numbers.tied(text) == tied.replace("~", "\u00a0")


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("mm", "3.1 mm"),
        ("", "3.1"),
        ("%", "3.1 percentage points"),
        ("% leg length", "3.1 percentage points of leg length"),
        ("% of body weight", "3.1 percentage points of body weight"),
    ],
)
def test_a_difference_of_percentages_is_in_percentage_points(unit, text):
    assert numbers.with_unit_of_difference("3.1", unit) == text


@pytest.mark.parametrize(
    ("unit", "text"), [("mm", "12 mm"), ("", "12"), ("%", "12%"), ("% of baseline", "12% of baseline")]
)
def test_a_number_stands_before_its_unit(unit, text):
    assert numbers.with_unit("12", unit) == text


def sourced(shown):
    return cited.planned(shown, "analysis", "alpha")


@pytest.mark.parametrize("form", [str, sourced, "was {}".format])
@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        ("1", "points", "1 point"),
        ("-1", "points", "-1 point"),
        ("1", "degrees of flexion", "1 degree of flexion"),
        ("1", "feet", "1 foot"),
        ("1", "mm", "1 mm"),
        ("1", "s", "1 s"),
        ("1", "", "1"),
        ("1", "% of baseline", "1% of baseline"),
        ("1.0", "points", "1.0 points"),
        ("11", "points", "11 points"),
        ("0", "points", "0 points"),
    ],
)
def test_one_of_a_unit_is_not_several(form, number, unit, shown):
    assert cited.plain(numbers.with_unit(form(number), unit)) == cited.plain(form(number)) + shown.removeprefix(number)


def test_a_range_that_ends_with_one_is_several():
    assert numbers.with_unit("ranged from -1 to 1", "points") == "ranged from -1 to 1 points"


@pytest.mark.parametrize(("number", "shown"), [("1", "1 percentage point"), ("2", "2 percentage points")])
def test_one_percentage_point_is_not_several(number, shown):
    assert numbers.with_unit_of_difference(number, "%") == shown
    assert cited.plain(numbers.with_unit_of_difference(sourced(number), "% leg length")) == f"{shown} of leg length"
