"""A file as received becomes text in rows numbered as a spreadsheet numbers them, or says why not."""

import datetime
import re
import warnings
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook

from retrowalk.ingest.numbers import is_number
from retrowalk.ingest.read import read_received
from retrowalk.ingest.received import UnreadableError


def read_table(path, sheet=""):
    return read_received(path, sheet).cells


@pytest.fixture
def path(tmp_path):
    return tmp_path / "trial.csv"


def rows(table):
    """Return {row number: cells}."""
    return {row: list(cells) for row, *cells in table.itertuples()}


def workbook(path, **sheets):
    book = Workbook()
    book.remove(book.active)
    for name, cells in sheets.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


def replace_in(path, member, pattern, by):
    """Change one file inside a workbook."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[member], count = re.subn(pattern, by, members[member])
    assert count == 1
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", [".csv", ".tsv", ".CSV"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_text_in_any_of_its_forms(tmp_path, delimiter, ending, line_end, encoding):
    path = tmp_path / f"trial{ending}"
    text = line_end.join([delimiter.join(row) for row in (["id", "größe"], ["P1", "5.5"], ["P2", "ü"])])
    path.write_bytes(text.encode(encoding))
    table = read_table(path)
    assert list(table) == ["id", "größe"]
    assert rows(table) == {2: ["P1", "5.5"], 3: ["P2", "ü"]}
    assert table.index.name == "row"


def test_cells_stay_text(path):
    path.write_text("id,a,b,c,d\n007,NA,nan,1e5, TRUE \n")
    assert rows(read_table(path)) == {2: ["007", "NA", "nan", "1e5", "TRUE"]}


def test_rows_are_numbered_as_a_spreadsheet_shows_them(path):
    path.write_text('id,note\n\nP1,"two\nlines"\n,\nP2,x\n\n')
    assert rows(read_table(path)) == {3: ["P1", "two\nlines"], 5: ["P2", "x"]}


def test_only_a_line_end_ends_a_row(path):
    path.write_text("id,note\nP1,a\u2028b\x0bc\x85d\nP2,x\n", encoding="utf-8")
    assert rows(read_table(path)) == {2: ["P1", "a\u2028b\x0bc\x85d"], 3: ["P2", "x"]}


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ('id;"Pain, left, mm";x', ["id", "Pain, left, mm", "x"]),
        ("id;Pain, mm;x", ["id", "Pain, mm", "x"]),
        ('id;"VAS\n(mm)";x', ["id", "VAS (mm)", "x"]),
        ("id; VAS  pre ;x", ["id", "VAS pre", "x"]),
        ("id;;x", ["id", "x"]),
    ],
)
def test_column_names(path, header, names):
    path.write_text(f"{header}\nP1;5;7\n")
    assert list(read_table(path)) == names


def test_cells_that_are_not_there_are_empty(path):
    path.write_text("id,a,b\nP1,1\nP2,2,3\n")
    assert rows(read_table(path)) == {2: ["P1", "1", ""], 3: ["P2", "2", "3"]}


def test_delimiters_too_many_in_every_row_are_no_cells(path):
    path.write_text("id,a\nP1,1,,\n\nP2,2,,\n")
    assert rows(read_table(path)) == {2: ["P1", "1"], 4: ["P2", "2"]}


@pytest.mark.parametrize(
    ("content", "row", "problem", "remedy"),
    [
        (b"", None, "no rows below the column names", "one row per participant"),
        (b"id,a\n", None, "no rows below the column names", "one row per participant"),
        (b"id,a\n,\n\n", None, "no rows below the column names", "one row per participant"),
        (b"\nid,a\nP1,1\n", 1, "the first row has no column names", "remove anything above"),
        (b"id,a,b,a\nP1,1,2,3\n", 1, 'the column name "a" appears more than once', "Rename all but one"),
        (b"id,a,a ,id\nP1,1,2,3\n", 1, '"id", "a" appears more than once', "Rename"),
        (b"id,a\nP1,1\nP2,5,5\n", 3, "more cells than there are column names (3 and 2)", "decimal comma"),
        (b'id,a\n"P\n1",1\nP2,5,5\n', 3, "more cells than there are column names", "put quotes around"),
        # The comma in 4,9 moved the cells, and the last one is empty.
        (b"id,pre,post,why\nP1,4,9,5,\nP2,4,5,\n", 2, "more cells than there are column names", "decimal comma"),
        (b"id,a\nP1,1\nP2,\xfc\n", 3, "not UTF-8", 'Save it as "CSV UTF-8"'),
        (b"PK\x03\x04\x14\x00\x86\xff", None, "Excel workbook with another extension", "Change its extension to .xlsx"),
        (b"id,a\nP1,\x00\n", 2, "zero bytes (NUL)", "save it"),
        (b"id\ta\rP1\t1\rP2\t\x9f\r", 3, "not UTF-8", 'Save it as "CSV UTF-8"'),
        (b'id,a,note\nP1,1,x\nP2,2,"said\nP3,3,y\n', 3, "cannot be read as CSV", "unclosed quotation mark"),
        (b'id,a,note\nP1,1,"x" y\nP2,2,"said\n', 2, "cannot be read as CSV", "unclosed quotation mark"),
        (b"id,a\n" + b"x" * 200_000 + b",1\n", 2, "cannot be read as CSV", "unclosed quotation mark"),
    ],
)
def test_text_that_is_no_table(path, content, row, problem, remedy):
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as fault:
        read_table(path)
    assert fault.value.row == row
    assert problem in fault.value.problem
    assert remedy in fault.value.remedy


def test_cells_of_excel_become_the_text_that_excel_shows(tmp_path):
    path = workbook(
        tmp_path / "trial.xlsx",
        data=[
            ["id", "int", "float", "whole", "text", "date", "time", "none", 12],
            [" P1 ", 7, 5.5, 12.0, "007", datetime.date(2020, 1, 2), datetime.time(9, 30), None, "5,5"],
            [None] * 9,
            ["P2", -99, 1e-7, 0.0, "NA", datetime.datetime(2020, 1, 2, 3, 4), True, " ", "#N/A"],
            ["P3", 0, 1 / 3, 2e16, "two\r\nlines", None, None, None, None],
        ],
    )
    table = read_table(path)
    assert list(table) == ["id", "int", "float", "whole", "text", "date", "time", "none", "12"]
    assert rows(table) == {
        2: ["P1", "7", "5.5", "12", "007", "2020-01-02 00:00:00", "09:30:00", "", "5,5"],
        4: ["P2", "-99", "1e-07", "0", "NA", "2020-01-02 03:04:00", "True", "", "#N/A"],
        5: ["P3", "0", "0.3333333333333333", "20000000000000000", "two\nlines", "", "", "", ""],
    }


def test_excel_cells_beside_the_table_and_unnamed_columns_are_left_out(tmp_path):
    path = workbook(tmp_path / "trial.xlsx", data=[["id", None, "a", None], ["P1", "x", 1, None], ["P2", None, 2]])
    assert rows(read_table(path)) == {2: ["P1", "1"], 3: ["P2", "2"]}


def test_excel_rows_may_be_of_any_length(tmp_path):
    """As other programs write them, without saying how large the table is."""
    path = workbook(tmp_path / "trial.xlsx", data=[["id", "a"], ["P1", 1, ""], ["P2"]])
    replace_in(path, "xl/worksheets/sheet1.xml", rb"<dimension[^>]*>", b"")
    assert rows(read_table(path)) == {2: ["P1", "1"], 3: ["P2", ""]}


def test_sheets_of_excel(tmp_path):
    path = workbook(tmp_path / "trial.XLSX", notes=[["a"], [1]], Measurements=[["b"], [2]])
    assert list(read_table(path)) == ["a"]
    assert list(read_table(path, "Measurements")) == ["b"]
    with pytest.raises(UnreadableError) as fault:
        read_table(path, "measurement")
    assert fault.value.problem == (
        'there is no sheet "measurement" (did you mean "Measurements"?); the sheets are "notes", "Measurements"'
    )
    assert fault.value.remedy == 'Correct "sheet" in the cohort file.'


def test_a_chart_is_no_sheet(tmp_path):
    from openpyxl.chart import BarChart

    book = Workbook()
    book.active.append(["id"])
    book.active.append(["P1"])
    book.create_chartsheet("Chart", 0).add_chart(BarChart())
    book.save(tmp_path / "trial.xlsx")
    assert rows(read_table(tmp_path / "trial.xlsx")) == {2: ["P1"]}
    with pytest.raises(UnreadableError, match='there is no sheet "Chart"'):
        read_table(tmp_path / "trial.xlsx", "Chart")


@pytest.mark.parametrize("content", [b"", b"id,a\nP1,1\n", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 an old .xls"])
def test_what_is_not_excel(tmp_path, content):
    path = tmp_path / "trial.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as fault:
        read_table(path)
    assert fault.value.problem == "the file cannot be read as an Excel workbook"
    assert fault.value.remedy == "Open it in Excel and save it as .xlsx, without a password."


def test_a_workbook_whose_sheet_is_damaged(tmp_path):
    path = workbook(tmp_path / "trial.xlsx", data=[["id"], ["P1"]])
    replace_in(path, "xl/worksheets/sheet1.xml", rb".{40}$", b"")
    with pytest.raises(UnreadableError, match="cannot be read as an Excel workbook"):
        read_table(path)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_file_that_may_not_be_opened(tmp_path, monkeypatch, ending):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with warnings.catch_warnings():
        # zipfile's own: a half-made archive has no file to close
        warnings.simplefilter("ignore")
        with pytest.raises(UnreadableError, match=r"cannot be opened \(Permission denied\)") as fault:
            read_table(tmp_path / f"trial{ending}")
    assert "Close it in other programs" in fault.value.remedy


@pytest.mark.parametrize("text", ["0", "7", "007", "-40", "+5", "5.5", "5.", ".5", "1e5", "1E-3", "-0.0"])
def test_plain_numbers(text):
    assert is_number(text)


@pytest.mark.parametrize(
    "text",
    # European, shared cells, below a limit, words, programmers' forms, other scripts' digits, dates, slips
    [
        *["5,5", "7/10", "<1", ">100", "7-8", "~5", "5 mm", "50%", "nan", "NaN", "inf", "-inf", "Infinity", "1e999"],
        *[
            "1_000",
            "1 000",
            "0x1F",
            "1e",
            "e5",
            ".",
            "-",
            "",
            " 5",
            "5\n",
            "--5",
            "5.5.5",
            "１２",
            "٣",
            "²",
            "2020-01-02",
        ],
    ],
)
def test_what_is_no_plain_number(text):
    assert not is_number(text)


@given(st.text(st.sampled_from("0123456789+-.eE_, infax１٣\n")) | st.floats().map(str) | st.integers().map(str))
@example("1e309")
@example("-1e309")
def test_a_plain_number_is_one_for_python_and_finite(text):
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    finite = value - value == 0
    plain = text.isascii() and text == text.strip() and "_" not in text
    assert is_number(text) == (finite and plain)


def test_a_formula_without_its_result_is_not_taken_for_an_empty_cell(tmp_path):
    book = Workbook()
    book.active.append(["id", "pain"])
    book.active.append(["P1", "=3+1"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableError, match=r"the formula =3\+1 without its result") as caught:
        read_table(tmp_path / "a.xlsx")
    assert caught.value.row == 2
