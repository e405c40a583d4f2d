"""OpenDocument spreadsheets, written by hand as LibreOffice writes them, give what the same Excel workbook gives."""

import zipfile

import pytest
from tests.unit.ingest.received import RECEIVED

from retrowalk.ingest.read import read_grid, read_received, sheets_of
from retrowalk.ingest.received import UnreadableError

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
SPACES += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def saved(path, *tables, before=""):
    """Write a spreadsheet of tables, each as XML; return its path."""
    body = f"<office:body><office:spreadsheet>{before}{''.join(tables)}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:document-content {SPACES}>{body}</office:document-content>")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def table(*rows, name="Data"):
    return f'<table:table table:name="{name}">{"".join(rows)}</table:table>'


def row(*cells, times=1):
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def cell(shown="", kind="string", times=1, more="", **value):
    given = "".join(f' office:{name.replace("_", "-")}="{each}"' for name, each in value.items())
    about = f'table:number-columns-repeated="{times}" office:value-type="{kind}"{given} {more}'
    return f"<table:table-cell {about}><text:p>{shown}</text:p></table:table-cell>"


EMPTY = '<table:table-cell table:number-columns-repeated="16384"/>'


def test_the_same_sheets_are_the_same_cells_as_in_excel():
    ods, xlsx = RECEIVED / "two_headers.ods", RECEIVED / "two_headers.xlsx"
    assert sheets_of(ods) == sheets_of(xlsx)
    for sheet in sheets_of(xlsx):
        assert read_grid(ods, sheet) == read_grid(xlsx, sheet)


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (cell("0.10", "float", value="0.1"), "0.1"),
        (cell("5", "float", value="5"), "5"),
        (cell("3", "float", value="3.0000000000000004"), "3.0000000000000004"),  # as stored, not as shown
        (cell("25%", "percentage", value="0.25"), "0.25"),
        (cell("12,50 €", "currency", value="12.5", currency="EUR"), "12.5"),
        (cell("14/03/24", "date", date_value="2024-03-14"), "2024-03-14"),
        (cell("x", "date", date_value="2024-03-14T10:30:00"), "2024-03-14 10:30:00"),
        (cell("26:05", "time", time_value="PT26H05M00S"), "26:05:00"),
        (cell("-1:00", "time", time_value="-PT01H00M00S"), "-PT01H00M00S"),
        (cell("TRUE", "boolean", boolean_value="true"), "True"),
        (cell("FALSE", "boolean", boolean_value="false"), "False"),
        (cell(" two<text:s text:c='2'/>spaces<text:tab/><text:span>more</text:span> "), "two  spaces\tmore"),
        (cell("a<text:line-break/>b</text:p><text:p>c"), "a\nb\nc"),
        (
            cell(
                "5</text:p><office:annotation><text:p>asked twice</text:p></office:annotation><text:p>",
                "float",
                value="5",
            ),
            "5",
        ),
        # of formulas the result counts, and an error is told and never taken for the 0 or the nothing beside it
        (cell("7", "float", value="7", more='table:formula="of:=3+4"'), "7"),
        (cell("", more='table:formula="of:=IF(A1;A1;&quot;&quot;)"'), ""),
        (cell("#DIV/0!", "float", value="0", more='table:formula="of:=1/0"'), "#DIV/0!"),
        (cell("#N/A", string_value="", more='calcext:value-type="error" table:formula="of:=NA()"'), "#N/A"),
        (cell("Err:502", "float", value="0", more='table:formula="of:=SQRT(-1)"'), "Err:502"),
        (cell("#¡DIV/0!", "float", value="0", more='table:formula="of:=1/0"'), "#¡DIV/0!"),
        (cell("#DIV/0 !", "float", value="0", more='table:formula="of:=1/0"'), "#DIV/0 !"),
        # signs alone are a number in a column that is too narrow
        (cell("###", "float", value="7", more='table:formula="of:=3+4"'), "7"),
        # fields have their text
        (cell("<text:date>2024-03-14</text:date>"), "2024-03-14"),
    ],
)
def test_a_cell_is_its_value_as_text(tmp_path, one, text):
    path = saved(tmp_path / "a.ods", table(row(cell("id"), cell("x")), row(cell("P1"), one), row(cell("P2"))))
    assert read_grid(path).rows == [["id", "x"], ["P1", *([text] if text else [])], ["P2"]]


def test_what_is_repeated_is_said_once_in_the_file(tmp_path):
    path = saved(
        tmp_path / "a.ods",
        table(
            row(cell("id"), cell("x"), cell("y"), cell("z"), EMPTY),
            row(cell("P1"), cell("", "float", times=2, value="3"), cell("n"), EMPTY),
            row(EMPTY, times=3),
            row(cell("P2"), '<table:table-cell table:number-columns-repeated="2"/>', cell("n"), times=2),
            row(EMPTY, times=1048569),
        ),
    )
    received = read_received(path)
    assert received.cells.index.tolist() == [2, 6, 7]
    assert received.cells.loc[2].tolist() == ["P1", "3", "3", "n"]
    assert received.cells.loc[7].tolist() == ["P2", "", "", "n"]


def test_repeated_rows_do_not_share_what_is_filled_into_one_of_them(tmp_path):
    span = 'table:number-rows-spanned="2" table:number-columns-spanned="1"'
    covered = "<table:covered-table-cell/>"
    rows = (row(cell("id"), cell("arm")), row(cell("P1"), cell("walk", more=span)), row(cell("P2"), covered))
    path = saved(tmp_path / "a.ods", table(*rows, row(cell("P3"), times=2)))
    grid = read_grid(path)
    assert grid.merged
    assert grid.rows == [["id", "arm"], ["P1", "walk"], ["P2", "walk"], ["P3"], ["P3"]]


def test_sheets_are_those_of_the_book_hidden_ones_too_and_not_those_of_its_history(tmp_path):
    history = f"<table:tracked-changes>{table(row(cell('old')), name='Old')}</table:tracked-changes>"
    path = saved(
        tmp_path / "a.ods",
        table(row(cell("id")), name="Data"),
        table(f"<table:table-row-group>{row(cell('note'))}</table:table-row-group>", name="Hidden"),
        before=history,
    )
    assert sheets_of(path) == ["Data", "Hidden"]
    assert read_grid(path).rows == [["id"]]
    assert read_grid(path, "Hidden").rows == [["note"]]


OTHER_TABLE = table(row(cell("P99"), cell("99")), name="Other")


@pytest.mark.parametrize(
    "more",
    [
        {"after": f"<table:dde-links><table:dde-link>{OTHER_TABLE}</table:dde-link></table:dde-links>"},
        {"within": f"<table:shapes><text:p/>{OTHER_TABLE}</table:shapes>"},
        {"cell": OTHER_TABLE},
        {"after": OTHER_TABLE.replace("<table:table ", '<table:table table:style-name="ta_extref" ')},
    ],
    ids=["link to another program", "table in a drawing", "table in a cell", "copy of another file's sheet"],
)
def test_tables_that_are_no_sheets_add_no_rows(tmp_path, more):
    odd = f"<table:table-cell><text:p>5</text:p>{more.get('cell', '')}</table:table-cell>"
    sheet = table(more.get("within", ""), row(cell("id"), cell("x")), row(cell("P1"), odd))
    path = saved(tmp_path / "a.ods", sheet, more.get("after", ""))
    assert sheets_of(path) == ["Data"]
    assert read_grid(path).rows == [["id", "x"], ["P1", "5"]]


def test_a_spreadsheet_without_a_sheet_says_so(tmp_path):
    with pytest.raises(UnreadableError, match="the file has no sheets"):
        read_grid(saved(tmp_path / "a.ods"))
