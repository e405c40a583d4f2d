"""Every fault of the table of published results is told, with its place."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from retrowalk.errors import DataError
from retrowalk.synthesise import read_evidence
from retrowalk.synthesise.evidence import COLUMNS, LATER, NUMBERS

ROOT = Path(__file__).parents[3]
ROWS = list(csv.reader((ROOT / "data" / "published" / "evidence.csv").read_text(encoding="utf-8").splitlines()))


def write(rows: list[list[str]], folder: Path) -> Path:
    path = folder / "evidence.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def with_cells(*cells: tuple[int, str, str]) -> list[list[str]]:
    """Return the bundled rows with cells (row as a spreadsheet shows it, column, text) replaced."""
    rows = [list(row) for row in ROWS]
    for row, column, text in cells:
        rows[row - 1][rows[0].index(column)] = text
    return rows


def complaint(rows: list[list[str]], folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_evidence(write(rows, folder))
    return str(caught.value)


def test_bundled_table_is_read_whole_and_typed(evidence):
    assert list(evidence.columns) == list(COLUMNS)
    assert list(evidence.index) == list(range(2, len(ROWS) + 1))
    assert set(evidence[list(NUMBERS)].dtypes.astype(str)) == {"float64"}
    assert evidence.loc[2, "p_value"] == 0.003
    assert pd.isna(evidence.loc[2, "sd_control"])
    assert evidence.loc[5, "note"] == ""


@pytest.mark.parametrize(
    ("row", "column", "text", "said"),
    [
        (2, "statistic", "pvalue", 'did you mean "p_value"?'),
        (2, "better", "up", '"lower", "higher", "neither"'),
        (2, "domain", "Pain ", 'did you mean "pain"?'),
        (2, "comparator_type", "addon", 'did you mean "add-on"?'),
        (2, "comparator_type", "", "the cell is empty"),
        (3, "n_intervention", "1", "a whole number of at least 2"),
        (3, "n_control", "15.5", "a whole number of at least 2"),
        (3, "n_control", "about 15", "is not a number"),
        (2, "p_value", "0", "more than 0 and less than 1"),
        (2, "p_value", "1.2", "more than 0 and less than 1"),
        (2, "p_value", "<0.001", 'choose statistic "p_bound"'),
        (2, "p_value", "0,003", "with a decimal point"),
        (2, "p_value", "nan", "is not a number"),
        (2, "p_value", "", 'statistic "p_value" needs it'),
        (5, "mean_control", "", 'statistic "post_mean_sd" needs it'),
        (5, "sd_control", "0", "more than 0"),
        (5, "sd_intervention", "-0.63", "more than 0"),
        (5, "weeks", "-4", "more than 0"),
        (5, "year", "2020.5", "a whole number"),
        (5, "study", "", "the cell is empty"),
        (2, "favours", "interventoin", 'did you mean "intervention"?'),
        (5, "favours", "retro-walking", '"intervention", "control"'),
        (5, "n_analysed", "34 in all", "is not a number"),
    ],
)
def test_a_fault_is_told_with_file_row_column_and_value(row, column, text, said, tmp_path):
    message = complaint(with_cells((row, column, text)), tmp_path)
    assert len(message.splitlines()) == 1
    assert f'{tmp_path}/evidence.csv, row {row}, column "{column}": ' in message
    assert said in message
    assert not text.strip() or f'"{text.strip()}"' in message
    assert "Allowed: " in message


def test_all_faults_are_told_at_once(tmp_path):
    faults = with_cells((2, "p_value", "2"), (5, "sd_control", "0"), (7, "domain", "pian"), (8, "n_control", "0"))
    message = complaint(faults, tmp_path)
    assert [line.partition("row ")[2].partition(",")[0] for line in message.splitlines()] == ["2", "5", "7", "8"]


def test_a_study_and_outcome_given_twice_names_both_rows(tmp_path):
    message = complaint([*ROWS, ROWS[1]], tmp_path)
    assert f'row {len(ROWS) + 1}, column "study + outcome": "ansari2020 + pain"' in message
    assert "same study and outcome as row 2" in message


def test_a_misspelt_column_is_told_with_the_one_that_was_meant(tmp_path):
    message = complaint([[name.replace("n_control", "n_contrl") for name in ROWS[0]], *ROWS[1:]], tmp_path)
    assert 'row 1, column "n_contrl": "n_contrl" is not a column of this table (did you mean "n_control"?)' in message
    assert 'row 1, column "n_control": there is no such column' in message


def test_a_column_too_many_is_a_fault(tmp_path):
    message = complaint([[*ROWS[0], "remark"], *([*row, ""] for row in ROWS[1:])], tmp_path)
    assert 'column "remark": "remark" is not a column of this table' in message


@pytest.mark.parametrize("content", [b"", b"study\n", ",".join(COLUMNS).encode() + b"\nM\xfcller,2020\n"])
def test_a_file_that_is_no_table_is_told_in_one_line(content, tmp_path):
    path = tmp_path / "evidence.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_evidence(path)
    assert str(caught.value).startswith(str(path))
    assert len(str(caught.value).splitlines()) == 1


def test_columns_may_stand_in_any_order(evidence, tmp_path):
    turned = read_evidence(write([row[::-1] for row in ROWS], tmp_path))
    pd.testing.assert_frame_equal(turned, evidence)


def test_a_table_of_the_first_version_is_read(evidence, tmp_path):
    later = [ROWS[0].index(column) for column in LATER]
    first = [[cell for place, cell in enumerate(row) if place not in later] for row in ROWS]
    read = read_evidence(write(first, tmp_path))
    assert read.drop(columns=list(LATER)).equals(evidence.drop(columns=list(LATER)))
    assert (read[["favours", "citation"]] == "").all(axis=None)
    assert read["n_analysed"].isna().all()
