"""What counts as a number, and what a cell that is none looks like."""

import math

import pandas as pd
import pytest

from retrowalk.ingest.numbers import excel_date, filled, to_numbers, why_not_a_number, with_point


def numbers(*texts):
    return [None if math.isnan(value) else value for value in to_numbers(pd.Series(texts, dtype=str))]


def test_plain_numbers_become_numbers_and_all_else_nothing():
    assert numbers("0", "-4.5", "+.5", "5.", "1e-3", "007") == [0, -4.5, 0.5, 5, 0.001, 7]
    assert numbers("", "5,5", "1e999", "nan", "inf", "1 000", "0x1f", "1_0", "５") == [None] * 9


def test_repeated_texts_and_the_index_are_kept():
    found = to_numbers(pd.Series(["7", "x", "7", "8"], index=[9, 3, 3, 1], dtype=str))
    assert found.index.tolist() == [9, 3, 3, 1]
    assert found.tolist()[0] == found.tolist()[2] == 7
    assert found.isna().tolist() == [False, True, False, False]
    assert found.dtype == float


def test_an_empty_column_becomes_an_empty_column_of_numbers():
    found = to_numbers(pd.Series([], dtype=str))
    assert len(found) == 0
    assert found.dtype == float


def test_where_a_text_stands():
    assert filled(pd.Series(["a", "", " "], dtype=str)).tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4,9", 4.9),
        ("-0,5", -0.5),
        (",5", 0.5),
        ("7", 7),
        ("1,5e2", 150),
        ("4.9", None),
        ("1.234,5", None),
        ("a,b", None),
    ],
)
def test_in_a_file_of_decimal_commas_a_comma_is_the_point_and_a_point_is_a_slip(text, number):
    pointed = with_point(pd.Series([text], dtype=str), ",")
    assert numbers(*pointed) == [number]


def test_without_decimal_commas_nothing_is_changed():
    texts = pd.Series(["4,9", "4.9"], dtype=str)
    assert with_point(texts, ".") is texts


def test_a_word_with_a_comma_stays_a_word():
    assert with_point(pd.Series(["north, east", "1,2,3"], dtype=str), ",").tolist() == ["north, east", "1,2,3"]


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        ("4,9", "it has a decimal comma", "Write a decimal point"),
        ("4.9 ", "it has a decimal point in a file with decimal commas", "Write a decimal comma."),
        ("2024-05-07", "it is a date", "retype the score as text"),
        ("2024-05-07 00:00:00", "it is a date", "retype the score as text"),
        ("7/10", "it is a score out of a maximum", "Write only the score: 7."),
        ("7.5 / 10", "it is a score out of a maximum", "Write only the score: 7.5."),
        ("<5", "it is a limit, not a value", "leave the cell empty"),
        ("≥ 60", "it is a limit, not a value", "leave the cell empty"),
        ("6-7", "it is a range", "Write a single value."),
        ("6 – 7", "it is a range", "Write a single value."),
        ("4O", "it has a letter among the digits", "Look up the value in the source record."),
        ("l0", "it has a letter among the digits", "Look up the value in the source record."),
        ("1O5", "it has a letter among the digits", "Look up the value in the source record."),
        ("45 mm", "it contains more than a number", "Write only the number: 45."),
        ("45%", "it contains more than a number", "Write only the number: 45."),
        ("90°", "it contains more than a number", "Write only the number: 90."),
        ("#DIV/0!", "it is a formula error", "Correct the formula"),
        ("#N/A", "it is a formula error", "Correct the formula"),
        ("=A1+B1", "it is a formula", "Replace it with its result"),
        ("−5", "its minus sign is a dash", "minus key"),
        ("–5", "its minus sign is a dash", "minus key"),
        ("1 234", "it has a thousands separator", "without separators"),
        ("1'234", "it has a thousands separator", "without separators"),
        ("12 345.5", "it has a thousands separator", "without separators"),
    ],
)
def test_what_a_text_looks_like_is_said(text, problem, remedy):
    found = why_not_a_number(text)
    assert found[0] == problem
    assert remedy in found[1]


@pytest.mark.parametrize("text", ["n/a", "-", "?", "refused", "", "left"])
def test_of_a_word_nothing_is_said(text):
    assert why_not_a_number(text) == ("", "")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (45000, "2023-03-15"),
        (45000.0, "2023-03-15"),
        (29221, "1980-01-01"),
        (65745, "2079-12-31"),
        (29220, ""),
        (65746, ""),
        (45000.5, ""),
        (50, ""),
        (0, ""),
        (-45000, ""),
    ],
)
def test_the_day_that_excel_counts(value, day):
    assert excel_date(value) == day
