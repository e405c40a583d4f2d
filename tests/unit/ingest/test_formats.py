"""Every file of tests/received is read with its rows, their numbers, its labels and codes; and forms of files by hand."""

import csv
import re
import zipfile

import pandas as pd
import pytest
from openpyxl import Workbook
from tests.unit.ingest.received import RECEIVED, trial

from retrowalk.ingest.read import read_grid, read_received, sheets_of
from retrowalk.ingest.received import UnreadableError

DATES = re.compile(r"\d{4}-\d\d-\d\d")


def texts(values, form=str):
    """Return values as a file holds them, "" where there is none."""
    return ["" if pd.isna(value) else form(value) for value in values]


def column_of(table, name, week=None):
    rows = table if week is None else table[table["week"] == week]
    return texts(rows[name])


def whole(number):
    """A number as text, without the point where it is whole."""
    return f"{number:g}"


# --- the files received -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "sheet", "header", "encoding", "rows", "first", "columns"),
    [
        ("plain_wide.csv", "", (), "", 24, 2, 14),
        ("german.csv", "", (), "cp1252", 24, 2, 14),
        ("tabs_utf16.tsv", "", (), "", 72, 2, 6),
        ("sheets.xlsx", "Participants", (), "", 24, 2, 4),
        ("sheets.xlsx", "Measurements", (), "", 68, 2, 4),
        ("sheet_a_visit.xlsx", "Baseline", (), "", 24, 2, 5),
        ("sheet_a_visit.xlsx", "Week 4", (), "", 23, 2, 5),
        ("sheet_a_visit.xlsx", "Week 12", (), "", 21, 2, 5),
        ("old.xls", "Data", (), "", 24, 2, 17),
        ("spss.sav", "", (), "", 24, 1, 32),
        ("stata.dta", "", (), "", 72, 1, 9),
        ("sas.sas7bdat", "", (), "", 24, 1, 17),
        ("sas.xpt", "", (), "", 24, 1, 17),
        # 72 visits and 2 that did not take place, and three trials at each of the 68 that did: 70 + 204
        ("redcap_records.csv", "", (), "", 274, 2, 17),
        ("redcap_dictionary.csv", "", (), "", 9, 2, 18),
        ("adsl.xpt", "", (), "", 24, 1, 11),
        # four parameters at 68 visits, 48 screenings, a repeat of pain at 23 and of stance at 21
        ("adqs.xpt", "", (), "", 272 + 48 + 23 + 21, 1, 13),
        ("limbs.csv", "", (), "", 24, 2, 21),
        ("limb_rows.csv", "", (), "", 144, 2, 7),
        ("mixed.csv", "", (), "", 48, 2, 8),
    ],
)
def test_a_file_received_has_its_rows_and_columns(file, sheet, header, encoding, rows, first, columns):
    received = read_received(RECEIVED / file, sheet, header, encoding)
    assert received.cells.shape == (rows, columns)
    assert received.cells.index.name == "row"
    assert received.cells.index.tolist() == list(range(first, first + rows))
    assert received.header_row == (1 if first == 2 else None)


def test_a_plain_file_is_the_trial_itself():
    cells = read_received(RECEIVED / "plain_wide.csv").cells
    assert cells["id"].tolist() == [f"BW{n:02d}" for n in range(1, 25)]
    for week, end in ((0, "pre"), (4, "4w"), (12, "12w")):
        for name in ("vas", "odi", "schober"):
            assert cells[f"{name}_{end}"].tolist() == column_of(trial(), name, week)
    # BW12 came once, BW07 and BW20 twice
    assert cells.index[cells["vas_12w"] == ""].tolist() == [8, 13, 21]
    assert cells.index[cells["vas_4w"] == ""].tolist() == [13]


def test_windows_letters_and_decimal_commas_are_read_as_they_stand():
    cells = read_received(RECEIVED / "german.csv", encoding="cp1252").cells
    assert list(cells)[:5] == ["Patient", "Gruppe", "Alter", "Geschlecht", "Körperseite"]
    assert set(cells["Gruppe"]) == {"Rückwärtsgehen", "Übliche Behandlung"}
    assert cells.loc[2, ["Schober_T0", "Schober_T1"]].tolist() == ["5,7", "5,6"]
    with pytest.raises(UnreadableError, match="not UTF-8") as fault:
        read_received(RECEIVED / "german.csv")
    assert (fault.value.row, "cp1252" in fault.value.remedy) == (1, True)


def test_utf_16_with_its_mark_is_read():
    assert (RECEIVED / "tabs_utf16.tsv").read_bytes()[:2] == b"\xff\xfe"
    cells = read_received(RECEIVED / "tabs_utf16.tsv").cells
    assert list(cells) == ["Participant", "Arm", "Visit", "Date", "VAS", "ODI"]
    assert cells.loc[2].tolist() == ["BW01", "Usual care", "Baseline", "22/01/2024", "58", "30"]
    assert cells["VAS"].tolist() == column_of(trial(), "vas")


def test_two_header_rows_become_one_name_and_a_merged_arm_stands_in_every_row():
    assert sheets_of(RECEIVED / "two_headers.xlsx") == ["Notes", "Data"]
    received = read_received(RECEIVED / "two_headers.xlsx", "Data", (3, 4))
    cells = received.cells
    assert received.header_row == 4
    visits = ("Baseline", "4 weeks", "12 weeks")
    titles = [f"{title} {visit}" for title in ("Pain (VAS, mm)", "ODI", "Schober (cm)") for visit in visits]
    assert list(cells) == ["ID", "Group", "Age", *titles]
    # rows 5 to 16 and 17 to 28, then the means and a note
    assert cells.index.tolist() == [*range(5, 29), 30, 31]
    assert cells.loc[5:16, "Group"].tolist() == ["Backward walking"] * 12
    assert cells.loc[17:28, "Group"].tolist() == ["Usual care"] * 12
    ordered = trial().sort_values(["group", "id", "week"])
    assert cells.loc[5:28, "ID"].tolist() == ordered.loc[ordered["week"] == 0, "id"].tolist()
    week_4 = [each or "n/a" for each in column_of(ordered, "vas", 4)]
    assert cells.loc[5:28, "Pain (VAS, mm) 4 weeks"].tolist() == week_4
    assert (cells.loc[30, "ID"], cells.loc[31, "ID"]) == ("Mean", "n/a = not attended")
    # the result that the program kept beside the formula
    ages = trial().drop_duplicates("id")["age"]
    assert float(cells.loc[30, "Age"]) == pytest.approx(ages.mean(), rel=1e-12)


def test_dates_of_an_old_excel_file_are_iso_and_its_numbers_plain():
    cells = read_received(RECEIVED / "old.xls", "Data").cells
    for week, end in ((0, "pre"), (4, "4w"), (12, "12w")):
        days = [day[:10] for day in cells[f"date_{end}"]]
        assert days == column_of(trial(), "date", week)
        assert cells[f"vas_{end}"].tolist() == column_of(trial(), "vas", week)
        rows = trial()[trial()["week"] == week]
        assert cells[f"schober_{end}"].tolist() == texts(rows["schober"], whole)
    assert cells.loc[2, "date_pre"] == "2024-01-22 00:00:00"


def test_spss_gives_labels_and_codes_and_what_it_declares_missing_is_empty():
    received = read_received(RECEIVED / "spss.sav")
    cells = received.cells
    assert received.labels["v02"] == "Pain VAS after 4 weeks (mm)"
    assert received.labels["v13"] == "Single-leg stance, right leg, before treatment (s)"
    assert received.codes == {"arm": {"1": "Backward walking", "2": "Usual care"}, "sex": {"1": "female", "2": "male"}}
    # 999 in the file: BW12 at week 4; BW07, BW12 and BW20 at week 12
    assert b"999" not in cells.to_csv().encode()
    assert cells.index[cells["v02"] == ""].tolist() == [12]
    assert cells.index[cells["v03"] == ""].tolist() == [7, 12, 20]
    assert cells["v01"].tolist() == column_of(trial(), "vas", 0)
    assert cells["v07"].tolist() == texts(trial()[trial()["week"] == 0]["schober"], whole)
    assert cells["arm"].tolist()[:3] == ["2", "1", "1"]
    assert all(DATES.fullmatch(day[:10]) for day in cells["date_pre"])
    assert [day[:10] for day in cells["date_pre"]] == column_of(trial(), "date", 0)


def test_stata_gives_labels_and_codes_and_its_missing_is_empty():
    received = read_received(RECEIVED / "stata.dta")
    assert received.labels["tug2"] == "Timed up and go, trial 2 (s)"
    assert received.codes["visit"] == {"0": "baseline", "1": "4 weeks", "2": "12 weeks"}
    assert received.codes["arm"] == {"1": "Backward walking", "2": "Usual care"}
    cells = received.cells
    assert cells["visit"].tolist() == ["0", "1", "2"] * 24
    assert cells["vas"].tolist() == column_of(trial(), "vas")
    assert cells["tug1"].tolist() == texts(trial()["tug1"], whole)


def test_a_number_that_stata_kept_with_seven_digits_is_given_no_more(tmp_path):
    import numpy as np

    table = pd.DataFrame(
        {"id": ["P1", "P2", "P3"], "pain": np.array([4.9, 0.1, np.nan], dtype=np.float32), "age": [61.5, 1 / 3, 7.0]}
    )
    table.to_stata(tmp_path / "short.dta", write_index=False)
    cells = read_received(tmp_path / "short.dta").cells
    assert cells["pain"].tolist() == ["4.9", "0.1", ""]
    # a number of sixteen digits keeps them
    assert cells["age"].tolist() == ["61.5", "0.3333333333333333", "7"]


@pytest.mark.parametrize("file", ["sas.sas7bdat", "sas.xpt"])
def test_both_forms_of_sas_give_the_same_cells(file):
    received = read_received(RECEIVED / file)
    cells = received.cells
    assert received.labels["VAS4"] == "Pain VAS (mm), week 4"
    assert received.codes == {}
    for week in (0, 4, 12):
        assert cells[f"VAS{week}"].tolist() == column_of(trial(), "vas", week)
        assert cells[f"DT{week}"].tolist() == column_of(trial(), "date", week)
        assert cells[f"SCHOB{week}"].tolist() == texts(trial()[trial()["week"] == week]["schober"], whole)


def test_the_byte_order_mark_of_a_dictionary_is_no_letter():
    assert (RECEIVED / "redcap_dictionary.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    cells = read_received(RECEIVED / "redcap_dictionary.csv").cells
    assert next(iter(cells)) == "Variable / Field Name"
    assert cells.loc[3, "Choices, Calculations, OR Slider Labels"] == "1, Backward walking | 2, Usual care"


def test_the_records_of_redcap_are_read_as_they_were_exported():
    cells = read_received(RECEIVED / "redcap_records.csv").cells
    with (RECEIVED / "redcap_records.csv").open(newline="") as file:
        assert cells.to_dict("records") == list(csv.DictReader(file))
    assert (cells["vas"] == "-99").sum() == 2


def test_cdisc_keeps_records_that_are_not_for_the_analysis():
    cells = read_received(RECEIVED / "adqs.xpt").cells
    assert cells["AVISITN"].value_counts().to_dict()["-1"] == 48
    # a repeat of pain before week 4 in 23, of the right stance after week 12 in 21
    assert (cells["ANL01FL"] == "").sum() == 23 + 21
    assert set(cells["PARAMCD"]) == {"VASPAIN", "ODITOT", "SLSL", "SLSR"}
    assert cells.loc[1, "ADT"] == "2024-01-15"


# --- forms of files by hand -------------------------------------------------------------------------------------------


def test_a_first_line_that_only_names_the_delimiter_is_no_header(tmp_path):
    path = tmp_path / "trial.csv"
    path.write_bytes(b"sep=;\r\nid;note;pain\r\nP1;a,b;5,5\r\n")
    received = read_received(path)
    assert received.header_row == 2
    assert received.cells.to_dict("index") == {3: {"id": "P1", "note": "a,b", "pain": "5,5"}}
    path.write_bytes(b"sep=\t\nid\tpain\nP1\t5\n")
    assert read_received(path).cells.to_dict("index") == {3: {"id": "P1", "pain": "5"}}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_the_first_bytes_say_the_encoding(tmp_path, encoding):
    path = tmp_path / "trial.csv"
    path.write_bytes("\ufeffid;größe\nP1;5\n".encode(encoding))
    # what is named gives way to what the file itself says
    assert list(read_received(path, encoding="cp1252").cells) == ["id", "größe"]


def test_an_encoding_that_is_named_is_used(tmp_path):
    path = tmp_path / "trial.csv"
    path.write_bytes("id;größe\nP1;5\n".encode("mac-roman"))
    assert list(read_received(path, encoding="mac-roman").cells) == ["id", "größe"]


def sheet_of(path, *rows, merged=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for reference in merged:
        book.active.merge_cells(reference)
    book.save(path)
    return path


def rewrite(path, pattern, by):
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    members[name], count = re.subn(pattern, by, members[name])
    assert count == 1
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)


def test_a_size_that_the_file_claims_is_not_believed(tmp_path):
    path = sheet_of(tmp_path / "trial.xlsx", ["id", "pain"], ["P1", 5], ["P2", 6])
    rewrite(path, rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"')
    grid = read_grid(path)
    assert (grid.rows, grid.merged) == ([["id", "pain"], ["P1", "5"], ["P2", "6"]], False)
    rewrite(path, rb'<dimension ref="[^"]*"', b'<dimension ref="A1"')
    assert read_grid(path).rows == [["id", "pain"], ["P1", "5"], ["P2", "6"]]


def test_something_far_to_the_right_is_told(tmp_path):
    book = Workbook()
    book.active.append(["id", "pain"])
    book.active.append(["P1", 5])
    book.active.cell(2, 5001, "x")
    book.save(tmp_path / "trial.xlsx")
    with pytest.raises(UnreadableError, match="column 5001 contains a value far to the right") as fault:
        read_received(tmp_path / "trial.xlsx")
    assert fault.value.row == 2


def test_merged_cells_are_filled_down_and_across(tmp_path):
    path = sheet_of(
        tmp_path / "trial.xlsx",
        ["id", "Pain", None, "arm"],
        [None, "pre", "post", None],
        ["P1", 5, 4, "walk"],
        ["P2", 6, 3, None],
        ["P3", 7, 2, "rest"],
        ["P4", 8, 1, None],
        merged=("B1:C1", "D3:D4", "D5:D6", "A1:A2"),
    )
    cells = read_received(path, header=(1, 2)).cells
    assert list(cells) == ["id", "Pain pre", "Pain post", "arm"]
    assert cells["arm"].to_dict() == {3: "walk", 4: "walk", 5: "rest", 6: "rest"}


def test_a_merged_range_that_goes_to_the_end_of_the_sheet_is_not_made(tmp_path):
    path = sheet_of(tmp_path / "trial.xlsx", ["id", "pain"], ["P1", 5], ["note", None], merged=("A3:XFD3",))
    grid = read_grid(path)
    assert grid.merged
    assert grid.rows[2] == ["note", "note"]  # as far as anything stands
    assert grid.rows[0] == ["id", "pain"]


def test_a_heading_over_columns_that_are_not_merged_counts_to_the_next_heading(tmp_path):
    path = tmp_path / "trial.csv"
    path.write_text("id,Pain,,ODI,\n,pre,post,pre,post\nP1,5,4,30,20\n")
    assert list(read_received(path, header=(1, 2)).cells) == ["id", "Pain pre", "Pain post", "ODI pre", "ODI post"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.sav", "an SPSS file"),
        ("a.zsav", "an SPSS file"),
        ("a.dta", "a Stata file"),
        ("a.sas7bdat", "a SAS file"),
        ("a.xpt", "a SAS transport file"),
    ],
)
@pytest.mark.parametrize("content", [b"", b"id,pain\nP1,5\n", b"\x00" * 4000])
def test_a_damaged_file_of_a_statistics_program_is_told(tmp_path, name, kind, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableError) as fault:
        read_received(tmp_path / name)
    assert fault.value.problem == f"the file cannot be read as {kind}"
    assert "export it as CSV" in fault.value.remedy


def test_a_damaged_old_excel_file_is_told(tmp_path):
    (tmp_path / "a.xls").write_bytes((RECEIVED / "old.xls").read_bytes()[:700])
    with pytest.raises(UnreadableError, match="the file cannot be read as an Excel workbook"):
        read_received(tmp_path / "a.xls")


def test_a_workbook_with_a_password_is_told(tmp_path):
    import io

    from msoffcrypto.format.ooxml import OOXMLFile

    with (tmp_path / "locked.xlsx").open("wb") as locked:
        OOXMLFile(io.BytesIO((RECEIVED / "sheets.xlsx").read_bytes())).encrypt("secret", locked)
    with pytest.raises(UnreadableError, match="the file has a password"):
        read_received(tmp_path / "locked.xlsx")
