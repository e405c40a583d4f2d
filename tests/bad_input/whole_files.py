"""Files that are not what they seem: empty, cut off, locked, under a wrong ending, too wide, in another encoding."""

import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt
from tests.bad_input.case import (
    COHORT,
    DATA,
    Spoil,
    added,
    bad,
    both,
    cohort,
    moved,
    removed,
    stopped,
    text,
    turned,
    written,
)
from tests.bad_input.good import HEADER, TRIAL, contents

XLSX, ODS, SAV, DTA, XPT = (f"data/trial/trial.{ending}" for ending in ("xlsx", "ods", "sav", "dta", "xpt"))
FIRST = f"{','.join(HEADER)}\n"


# --- what spoils a workbook ---------------------------------------------------------------------------------------------


def member(name: str, change, file: str = XLSX) -> Spoil:
    """Change one member of a workbook (a zip file)."""

    def spoil(project: Path) -> None:
        with zipfile.ZipFile(project / file) as archive:
            members = {each: archive.read(each) for each in archive.namelist()}
        members[name] = change(members[name])
        with zipfile.ZipFile(project / file, "w", zipfile.ZIP_DEFLATED) as archive:
            for each, content in members.items():
                if content is not None:
                    archive.writestr(each, content)

    return spoil


SHEET = "xl/worksheets/sheet1.xml"


def replaced(old: bytes, new: bytes):
    """Return what puts bytes in the place of others, which stand there."""

    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return change


def changed_book(change) -> Spoil:
    """Change a workbook as a spreadsheet program does."""

    def spoil(project: Path) -> None:
        book = openpyxl.load_workbook(project / XLSX)
        change(book)
        book.save(project / XLSX)

    return spoil


def in_cell(place: str, value: object) -> Spoil:
    """Put a value into a cell of the workbook."""
    return changed_book(lambda book: book.active.__setitem__(place, value))


def with_password(project: Path) -> None:
    """Lock the workbook with a password."""
    from msoffcrypto.format.ooxml import OOXMLFile

    locked = io.BytesIO()
    OOXMLFile(io.BytesIO((project / XLSX).read_bytes())).encrypt("secret", locked)
    (project / XLSX).write_bytes(locked.getvalue())


def chart_alone(book) -> None:
    """Leave nothing but a chart in a workbook."""
    book.create_chartsheet("Chart")
    del book["Data"]


def old_workbook(project: Path) -> None:
    """Write an old .xls under the new ending."""
    book = xlwt.Workbook()
    book.add_sheet("Data").write(0, 0, "id")
    book.save(str(project / XLSX))


def inflated(project: Path) -> None:
    """Make the workbook say of itself that it unpacks to 700 MB."""
    with zipfile.ZipFile(project / XLSX, "a") as archive:
        archive.writestr("xl/media/image1.bmp", b"x")
    content = (project / XLSX).read_bytes()
    entry = content.rindex(b"PK\x01\x02")
    size = (700_000_000).to_bytes(4, "little")
    (project / XLSX).write_bytes(content[: entry + 24] + size + content[entry + 28 :])


def laughing(content: bytes) -> bytes:
    """Put entities into the sheet that multiply to a billion texts (billion laughs)."""
    entities = ["<!ENTITY a0 'ha'>"]
    entities += [f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)]
    start, found, rest = content.partition(b"<worksheet")
    start = start + f"<!DOCTYPE worksheet [{''.join(entities)}]>".encode() + found + rest
    return start.replace(b"<v>61</v>", b"<v>&a9;</v>", 1)


def own_columns(project: Path) -> None:
    """Name two columns alike in both rows of the header."""
    book = openpyxl.load_workbook(project / XLSX)
    book.active["G2"] = "week 0"
    book.save(project / XLSX)


# --- what spoils a folder -----------------------------------------------------------------------------------------------


def folder_in_its_place(project: Path) -> None:
    """Put a folder where the file was."""
    (project / DATA).unlink()
    (project / DATA).mkdir()


def link_out(project: Path) -> None:
    """Put a link in the place of the file, to one outside the project."""
    outside = project.parent / f"{project.name}-outside.csv"
    (project / DATA).rename(outside)
    (project / DATA).symlink_to(outside)


def folder_link_out(project: Path) -> None:
    """Put a link in the place of the folder, to one outside the project."""
    outside = project.parent / f"{project.name}-outside"
    (project / "data/trial").rename(outside)
    (project / "data/trial").symlink_to(outside)


def broken_link(project: Path) -> None:
    """Put a link to nowhere in the place of the file."""
    (project / DATA).unlink()
    (project / DATA).symlink_to("nowhere.csv")


def link_to_itself(project: Path) -> None:
    """Put a link to itself in the place of the file."""
    (project / DATA).unlink()
    (project / DATA).symlink_to("trial.csv")


def unreadable(project: Path) -> None:
    """Take everybody's right to read the file."""
    (project / DATA).chmod(0)


def pipe(project: Path) -> None:
    """Put a pipe in the place of the file: reading from it would wait for ever."""
    (project / DATA).unlink()
    os.mkfifo(project / DATA)


as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")


def half(content: bytes) -> bytes:
    """Return the first half."""
    return content[: len(content) // 2]


def workbook() -> bytes:
    """Return the trial as a workbook."""
    return contents("xlsx")[XLSX]


TEXT_FILES = [
    bad(
        "participant_skipped",
        cohort("participant: id\n", "participant: id\nskip_rows: [3]\n"),
        f'{DATA}, row 3, column "id": "P02" participant "P02" is excluded by "skip_rows". Correct the row numbers under "skip_rows" in config/cohorts/trial.yaml: the rows have moved.',
    ),
    bad(
        "unreadable_empty_file",
        written(""),
        "data/trial/trial.csv: the file has no rows below the column names. Add one row per participant below them.",
    ),
    bad(
        "empty_lines_alone",
        written("\n\n\n"),
        "data/trial/trial.csv: the file has no rows below the column names. Add one row per participant below them.",
    ),
    bad(
        "empty_cells_alone",
        written(",,,\n,,,\n"),
        "data/trial/trial.csv: the file has no rows below the column names. Add one row per participant below them.",
    ),
    bad(
        "header_alone",
        written(FIRST),
        "data/trial/trial.csv: the file has no rows below the column names. Add one row per participant below them.",
    ),
    bad(
        "header_and_blank_rows",
        written(FIRST + ",,,\n\n"),
        "data/trial/trial.csv: the file has no rows below the column names. Add one row per participant below them.",
    ),
    bad(
        "byte_order_mark_alone",
        written(b"\xef\xbb\xbf"),
        "data/trial/trial.csv: the file has no rows below the column names. Add one row per participant below them.",
    ),
    bad(
        "title_above_the_header",
        turned(lambda content: b"Trial of 2024\n" + content),
        "data/trial/trial.csv, row 2: the row has more cells than there are column names (16 and 1). Look for a delimiter inside a cell, such as a decimal comma, and put quotes around that cell.",
    ),
    bad(
        "header_row_blank",
        turned(lambda content: b",,,\n" + content),
        'data/trial/trial.csv, row 1: the first row has no column names. Write the column names in the first row and remove anything above them, or give the row of the names as "header" in the cohort file.',
    ),
    bad(
        "header_below_the_file",
        cohort("trial.csv\n", "trial.csv\nheader: 99\n"),
        "data/trial/trial.csv: the file has no rows below the column names. Add one row per participant below them.",
    ),
    bad(
        "cut_off_in_a_quote",
        turned(lambda content: half(content) + b'"'),
        "data/trial/trial.csv, row 7: the row cannot be read as CSV (unexpected end of data). Look for an unclosed quotation mark: a quoted cell has one before it, one after it and none inside.",
    ),
    bad(
        "quote_never_closed",
        text("P05,RW", '"P05,RW'),
        "data/trial/trial.csv, row 6: the row cannot be read as CSV (unexpected end of data). Look for an unclosed quotation mark: a quoted cell has one before it, one after it and none inside.",
    ),
    bad(
        "quote_inside_a_cell",
        text("moved away", '"moved "far" away"'),
        "data/trial/trial.csv, row 5: the row cannot be read as CSV (',' expected after '\"'). Look for an unclosed quotation mark: a quoted cell has one before it, one after it and none inside.",
    ),
    bad(
        "column_name_twice",
        text("pain_12", "pain_4"),
        'data/trial/trial.csv, row 1: the column name "pain_4" appears more than once. Rename all but one of them.',
    ),
    bad(
        "column_names_twice",
        both(text("pain_12", "pain_4"), text("flexion_12", "flexion_4")),
        'data/trial/trial.csv, row 1: the column name "pain_4", "flexion_4" appears more than once. Rename all but one of them.',
    ),
    bad(
        "column_name_twice_but_for_spaces",
        text("pain_12", " pain_4 "),
        'data/trial/trial.csv, row 1: the column name "pain_4" appears more than once. Rename all but one of them.',
    ),
    bad(
        "row_too_long",
        text("moved away", "moved away,to York"),
        "data/trial/trial.csv, row 5: the row has more cells than there are column names (17 and 16). Look for a delimiter inside a cell, such as a decimal comma, and put quotes around that cell.",
    ),
    bad(
        "row_too_long_decimal_comma",
        text("4.3,5.1,5.8", "4,3,5,1,5,8"),
        "data/trial/trial.csv, row 6: the row has more cells than there are column names (19 and 16). Look for a delimiter inside a cell, such as a decimal comma, and put quotes around that cell.",
    ),
    bad(
        "latin_1_without_encoding",
        turned(lambda content: content.replace(b"moved away", b"zog nach K\xf6ln")),
        'data/trial/trial.csv, row 5: a character cannot be read because the file is not UTF-8. Save it as "CSV UTF-8", or state its "encoding" in the cohort file, such as cp1252.',
    ),
    bad(
        "latin_1_in_first_row",
        turned(lambda content: content.replace(b"why", b"Gr\xfcnde", 1)),
        'data/trial/trial.csv, row 1: a character cannot be read because the file is not UTF-8. Save it as "CSV UTF-8", or state its "encoding" in the cohort file, such as cp1252.',
    ),
    bad(
        "utf_16_without_mark",
        turned(lambda content: content.decode().encode("utf-16-le")),
        f'{DATA}: the file is UTF-16 without a byte order mark. Save it as "CSV UTF-8".',
    ),
    bad(
        "utf_16_cut_off",
        turned(lambda content: content.decode().encode("utf-16")[:-1]),
        'data/trial/trial.csv, row 13: a character cannot be read because the file is not UTF-16. Save it as "CSV UTF-8", or state its "encoding" in the cohort file, such as cp1252.',
    ),
    bad(
        "encoding_does_not_fit",
        both(cohort(".csv\n", ".csv\nencoding: ascii\n"), text("moved away", "zog weg, Ö")),
        'data/trial/trial.csv, row 5: a character cannot be read because the file is not ASCII. Save it as "CSV UTF-8", or state its "encoding" in the cohort file, such as cp1252.',
    ),
    bad(
        "nul_bytes_alone",
        written(bytes(1000)),
        'data/trial/trial.csv, row 1: the file contains zero bytes (NUL), so it is damaged or is not a text file. Open it in the program it comes from and save it as "CSV UTF-8".',
    ),
    bad(
        "nul_bytes_at_the_end",
        added("\x00\x00\x00\n"),
        'data/trial/trial.csv, row 14: the file contains zero bytes (NUL), so it is damaged or is not a text file. Open it in the program it comes from and save it as "CSV UTF-8".',
    ),
    bad(
        "binary_rubbish",
        written(bytes(range(256)) * 4),
        'data/trial/trial.csv, row 3: a character cannot be read because the file is not UTF-8. Save it as "CSV UTF-8", or state its "encoding" in the cohort file, such as cp1252.',
    ),
    bad(
        "markup_instead_of_a_table",
        written("<html><body><h1>404 Not Found</h1></body></html>\n"),
        "data/trial/trial.csv: the file has no rows below the column names. Add one row per participant below them.",
    ),
    bad(
        "cell_larger_than_is_read",
        text("moved away", "x" * 200_000),
        "data/trial/trial.csv, row 5: the row cannot be read as CSV (field larger than field limit (131072)). Look for an unclosed quotation mark: a quoted cell has one before it, one after it and none inside.",
    ),
]

ENDINGS = [
    bad(
        "csv_that_is_a_workbook",
        written(workbook()),
        f"{DATA}: the file is an Excel workbook with another extension. Change its extension to .xlsx.",
    ),
    bad(
        "csv_that_is_a_pdf",
        written(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
        'data/trial/trial.csv, row 2: a character cannot be read because the file is not UTF-8. Save it as "CSV UTF-8", or state its "encoding" in the cohort file, such as cp1252.',
    ),
    bad(
        "workbook_that_is_csv",
        written(FIRST + TRIAL, XLSX),
        'data/trial/trial.xlsx, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "workbook_that_is_markup",
        written("<table><tr><td>id</td></tr></table>", XLSX),
        'data/trial/trial.xlsx, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "workbook_that_is_a_zip_of_others",
        written(b"PK\x05\x06" + bytes(18), XLSX),
        'data/trial/trial.xlsx, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "old_workbook_under_the_new_ending",
        old_workbook,
        'data/trial/trial.xlsx, sheet "Data": the file has a password, or is an old .xls file with another extension. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "new_workbook_under_the_old_ending",
        both(moved(XLSX, "data/trial/trial.xls")),
        'data/trial/trial.xls, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "text_under_the_old_ending",
        both(moved(DATA, "data/trial/trial.xls")),
        "data/trial/trial.xls: the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.",
    ),
    bad(
        "sav_that_is_text",
        written(FIRST + TRIAL, SAV),
        "data/trial/trial.sav: the file cannot be read as an SPSS file. Open it in SPSS and save it again, or export it as CSV.",
        shape="sav",
    ),
    bad(
        "dta_that_is_text",
        written(FIRST + TRIAL, DTA),
        "data/trial/trial.dta: the file cannot be read as a Stata file. Open it in Stata and save it again, or export it as CSV.",
        shape="dta",
    ),
    bad(
        "xpt_that_is_text",
        written(FIRST + TRIAL, XPT),
        "data/trial/trial.xpt: the file cannot be read as a SAS transport file. Open it in SAS and save it again, or export it as CSV.",
        shape="xpt",
    ),
    bad(
        "sav_that_is_stata",
        written(contents("dta")[DTA], SAV),
        "data/trial/trial.sav: the file cannot be read as an SPSS file. Open it in SPSS and save it again, or export it as CSV.",
        shape="sav",
    ),
    bad(
        "sas7bdat_that_is_xpt",
        moved(XPT, "data/trial/trial.sas7bdat"),
        "data/trial/trial.sas7bdat: the file cannot be read as a SAS file. Open it in SAS and save it again, or export it as CSV.",
        shape="xpt",
    ),
    bad(
        "zsav_that_is_text",
        both(moved(DATA, "data/trial/trial.zsav")),
        "data/trial/trial.zsav: the file cannot be read as an SPSS file. Open it in SPSS and save it again, or export it as CSV.",
    ),
    bad(
        "sav_empty",
        written("", SAV),
        "data/trial/trial.sav: the file cannot be read as an SPSS file. Open it in SPSS and save it again, or export it as CSV.",
        shape="sav",
    ),
    bad(
        "dta_empty",
        written("", DTA),
        "data/trial/trial.dta: the file cannot be read as a Stata file. Open it in Stata and save it again, or export it as CSV.",
        shape="dta",
    ),
    bad(
        "xpt_empty",
        written("", XPT),
        "data/trial/trial.xpt: the file cannot be read as a SAS transport file. Open it in SAS and save it again, or export it as CSV.",
        shape="xpt",
    ),
    bad(
        "sav_cut_off",
        turned(half, SAV),
        "data/trial/trial.sav: the file cannot be read as an SPSS file. Open it in SPSS and save it again, or export it as CSV.",
        shape="sav",
    ),
    bad(
        "dta_cut_off",
        turned(half, DTA),
        "data/trial/trial.dta: the file cannot be read as a Stata file. Open it in Stata and save it again, or export it as CSV.",
        shape="dta",
    ),
    bad(
        "xpt_cut_off",
        turned(half, XPT),
        "data/trial/trial.xpt: the file cannot be read as a SAS transport file. Open it in SAS and save it again, or export it as CSV.",
        shape="xpt",
    ),
]

WORKBOOKS = [
    bad(
        "workbook_empty_file",
        written("", XLSX),
        'data/trial/trial.xlsx, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "workbook_cut_off",
        turned(half, XLSX),
        'data/trial/trial.xlsx, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "workbook_cut_off_at_the_end",
        turned(lambda content: content[:-30], XLSX),
        'data/trial/trial.xlsx, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "password",
        with_password,
        'data/trial/trial.xlsx, sheet "Data": the file has a password, or is an old .xls file with another extension. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "sheet_unknown",
        cohort("sheet: Data", "sheet: data"),
        'data/trial/trial.xlsx, sheet "data": there is no sheet "data" (did you mean "Data"?); the sheets are "Data". Correct "sheet" in the cohort file.',
        shape="xlsx",
    ),
    bad(
        "sheet_missing_from_file",
        member(SHEET, lambda content: None),
        f'{XLSX}, sheet "Data": there is no sheet "Data"; the file has no sheets. Correct "sheet" in the cohort file.',
        shape="xlsx",
    ),
    bad(
        "sheet_is_no_xml",
        member(SHEET, lambda content: b"<worksheet><sheetData><row>"),
        'data/trial/trial.xlsx, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "sheet_has_rows_that_are_none",
        member(SHEET, replaced(b'<row r="3"', b'<row r="x"')),
        'data/trial/trial.xlsx, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "chart_alone",
        changed_book(chart_alone),
        'data/trial/trial.xlsx, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "sheet_empty",
        changed_book(lambda book: book.active.delete_rows(1, 99)),
        'data/trial/trial.xlsx, sheet "Data": the file has no rows below the column names. Add one row per participant below them.',
        shape="xlsx",
    ),
    bad(
        "sheet_of_headers_alone",
        changed_book(lambda book: book.active.delete_rows(3, 99)),
        'data/trial/trial.xlsx, sheet "Data": the file has no rows below the column names. Add one row per participant below them.',
        shape="xlsx",
    ),
    bad(
        "unpacks_to_700_mb",
        inflated,
        'data/trial/trial.xlsx, sheet "Data": the workbook unpacks to 700 MB; the maximum is 600 MB. Save only the sheet with the data, or save it as CSV.',
        shape="xlsx",
    ),
    bad(
        "entities_that_multiply",
        member(SHEET, laughing),
        'data/trial/trial.xlsx, sheet "Data": the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.',
        shape="xlsx",
    ),
    bad(
        "cell_far_below",
        in_cell("A1048576", "x"),
        'data/trial/trial.xlsx, sheet "Data", row 1048576: the row contains a value far below the table. Clear the cells below the data.',
        shape="xlsx",
    ),
    bad(
        "cell_far_to_the_right",
        in_cell("XFD5", "x"),
        'data/trial/trial.xlsx, sheet "Data", row 5: column 16384 contains a value far to the right of the table. Clear the cells to the right of the data.',
        shape="xlsx",
    ),
    bad(
        "cell_beside_the_table",
        in_cell("P5", "look here"),
        'data/trial/trial.xlsx, sheet "Data", row 5: the row has more cells than there are column names (16 and 13). Name the column, or clear the cells to the right of the table.',
        shape="xlsx",
    ),
    bad(
        "formula_without_result",
        in_cell("F4", "=E4-3"),
        'data/trial/trial.xlsx, sheet "Data", row 4: a cell contains the formula =E4-3 without its result. Open the file in Excel, save it and try again.',
        shape="xlsx",
    ),
    bad(
        "excel_error_in_a_cell",
        in_cell("F4", "#REF!"),
        'data/trial/trial.xlsx, sheet "Data", row 4, column "Pain week 0": "#REF!" is not a number: it is a formula error. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the formula, or clear the cell.',
        shape="xlsx",
    ),
    bad(
        "true_in_a_cell",
        in_cell("F4", True),
        'data/trial/trial.xlsx, sheet "Data", row 4, column "Pain week 0": "True" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
        shape="xlsx",
    ),
    bad(
        "column_name_twice_in_two_rows",
        own_columns,
        'data/trial/trial.xlsx, sheet "Data", row 2: the column name "Pain week 0" appears more than once. Rename all but one of them.',
        shape="xlsx",
    ),
    bad(
        "header_row_of_two_given_as_one",
        cohort("header: [1, 2]", "header: 2"),
        'data/trial/trial.xlsx, sheet "Data", row 2: the column name "week 0", "week 4", "week 12" appears more than once. Rename all but one of them.',
        shape="xlsx",
    ),
    bad(
        "header_rows_left_out",
        cohort("header: [1, 2]\n", ""),
        'data/trial/trial.xlsx, sheet "Data", row 1: the column name "Pain", "Flexion" appears more than once. Rename all but one of them.',
        shape="xlsx",
    ),
]

PLACES = [
    stopped(
        "file_missing",
        removed(),
        'config/cohorts/trial.yaml, "file": there is no file data/trial/trial.csv. Put the data file there or correct the path.',
    ),
    stopped(
        "file_spelt_otherwise",
        cohort("trial/trial.csv", "trial/Trial.csv"),
        'config/cohorts/trial.yaml, "file": there is no file data/trial/Trial.csv (did you mean "trial.csv"?). Put the data file there or correct the path.',
    ),
    stopped(
        "folder_in_its_place",
        folder_in_its_place,
        f'{COHORT}, "file": {DATA} is a folder. Put the data file there or correct the path.',
    ),
    stopped(
        "link_out_of_the_folder",
        link_out,
        'config/cohorts/trial.yaml, "file": data/trial/trial.csv is outside the working folder. Put the data file in data/ and give that path.',
    ),
    stopped(
        "folder_link_out_of_the_folder",
        folder_link_out,
        'config/cohorts/trial.yaml, "file": data/trial/trial.csv is outside the working folder. Put the data file in data/ and give that path.',
    ),
    stopped(
        "broken_link",
        broken_link,
        f'{COHORT}, "file": {DATA} is a link to a file that does not exist. Put the data file there or correct the path.',
    ),
    stopped(
        "link_to_itself",
        link_to_itself,
        f'{COHORT}, "file": there is no file {DATA}. Put the data file there or correct the path.',
    ),
    stopped(
        "pipe",
        pipe,
        f'{COHORT}, "file": {DATA} is not a file. Put the data file there or correct the path.',
    ),
    bad(
        "no_right_to_read",
        unreadable,
        f"{DATA}: the file cannot be opened (Permission denied). Close it in other programs and check the read permissions.",
        marks=(as_root,),
    ),
]

#: Pain of P02 at week 0, in row 4.
PAIN = b'<table:table-cell office:value-type="float" office:value="62"><text:p>62.0</text:p></table:table-cell>'
NO_ODS = "Open it in LibreOffice and save it as .ods, without a password."


def open_document(old: bytes, new: bytes) -> Spoil:
    """Put other bytes into the content of the OpenDocument spreadsheet."""
    return member("content.xml", replaced(old, new), ODS)


OPEN_DOCUMENTS = [
    bad(
        "csv_that_is_an_open_document",
        written(contents("ods")[ODS]),
        f"{DATA}: the file is an OpenDocument spreadsheet with another extension. Change its extension to .ods.",
    ),
    bad(
        "open_document_cut_off",
        turned(half, ODS),
        f'{ODS}, sheet "Data": the file cannot be read as an OpenDocument spreadsheet. {NO_ODS}',
        shape="ods",
    ),
    bad(
        "open_document_that_is_a_workbook",
        written(workbook(), ODS),
        f'{ODS}, sheet "Data": the file cannot be read as an OpenDocument spreadsheet. {NO_ODS}',
        shape="ods",
    ),
    bad(
        "open_document_with_a_password",
        member(
            "META-INF/manifest.xml",
            replaced(b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"),
            ODS,
        ),
        f'{ODS}, sheet "Data": the file has a password. {NO_ODS}',
        shape="ods",
    ),
    bad(
        "open_document_sheet_unknown",
        cohort("sheet: Data", "sheet: data"),
        f'{ODS}, sheet "data": there is no sheet "data" (did you mean "Data"?); the sheets are "Data". Correct "sheet" in the cohort file.',
        shape="ods",
    ),
    bad(
        "open_document_formula_without_result",
        open_document(PAIN, b'<table:table-cell table:formula="of:=E4-3"/>'),
        f'{ODS}, sheet "Data", row 4: a cell contains the formula =E4-3 without its result. Open the file in LibreOffice, save it and try again.',
        shape="ods",
    ),
    bad(
        "open_document_error_in_a_cell",
        open_document(
            PAIN,
            b'<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p></table:table-cell>',
        ),
        f'{ODS}, sheet "Data", row 4, column "Pain week 0": "#DIV/0!" is not a number: it is a formula error. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the formula, or clear the cell.',
        shape="ods",
    ),
    bad(
        "open_document_far_to_the_right",
        open_document(
            PAIN, PAIN.replace(b"table-cell office", b'table-cell table:number-columns-repeated="16000" office')
        ),
        f'{ODS}, sheet "Data", row 4: column 16005 contains a value far to the right of the table. Clear the cells to the right of the data.',
        shape="ods",
    ),
    bad(
        "open_document_far_below",
        open_document(
            b"</table:table-row></table:table>",
            b"</table:table-row><table:table-row>" + PAIN + b"</table:table-row></table:table>",
        ),
        f'{ODS}, sheet "Data", row 1048560: the row contains a value far below the table. Clear the cells below the data.',
        shape="ods",
    ),
    bad(
        "open_document_that_says_it_is_huge",
        open_document(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="9000000">'),
        f'{ODS}, sheet "Data", row 1: the sheet declares more than 50,000,000 cells. Save only the sheet with the data, or save it as CSV.',
        shape="ods",
    ),
]

WHOLE_FILES = [*TEXT_FILES, *ENDINGS, *WORKBOOKS, *OPEN_DOCUMENTS, *PLACES]
