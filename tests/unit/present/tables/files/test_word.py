"""Tables in Word: real ones that a reader can edit, that fit the page, and that show every text as text."""

from datetime import datetime
from zipfile import ZipFile

import pandas as pd
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from tests.unit.present.hostile import HOSTILE, everywhere

from retrowalk.present.tables.files.layout import columns_of, ems, is_wide, printable, stretches
from retrowalk.present.tables.files.word import (
    CELLS,
    NOTE,
    TABLE,
    add_table,
    landscape_section,
    new_document,
    portrait_section,
    save_document,
)
from retrowalk.present.tables.files.write import write_table
from retrowalk.present.tables.table import Table

FRAME = pd.DataFrame({"Outcome": ["Pain", "Stiffness"], "a <i> & b": ["-1.2 (-2.3 to 3.4)", "0.1"]})
SMALL = Table("small", "Small <table>", FRAME, ("First note.", "Second."), pd.DataFrame())
WIDE = Table("wide", "Wide", pd.DataFrame([["-12.3 (-14.5 to 6.7)"] * 7] * 3, columns=list("abcdefg")), (), FRAME)
LONG = Table("long", "Long", pd.concat([FRAME] * 20), ("Note.",), FRAME)


def written(path, *tables: Table):
    document = new_document("Document")
    for number, table in enumerate(tables, 1):
        add_table(document, table, f"Table {number}. ")
    save_document(document, path / "d.docx")
    return Document(path / "d.docx")


def flags(grid, name: str) -> list[bool]:
    return [row._tr.trPr.find(qn(name)) is not None for row in grid.rows]


def stays(grid) -> list[bool]:
    return [all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells) for row in grid.rows]


def test_a_table_is_real_with_a_caption_above_and_notes_below(tmp_path):
    document = written(tmp_path, SMALL)
    (grid,) = document.tables
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["Outcome", "a <i> & b"],
        ["Pain", "−1.2 (−2.3 to 3.4)"],
        ["Stiffness", "0.1"],
    ]
    assert [(each.style.name, each.text) for each in document.paragraphs] == [
        ("Caption", "Table 1. Small <table>"),
        (NOTE, "First note."),
        (NOTE, "Second."),
    ]
    parts = [child.tag for child in document.element.body]
    assert parts == [qn("w:p"), qn("w:tbl"), qn("w:p"), qn("w:p"), qn("w:sectPr")]
    assert document.styles[NOTE].font.size < document.styles["Normal"].font.size


def test_the_header_repeats_and_no_row_breaks(tmp_path):
    (grid,) = written(tmp_path, LONG).tables
    assert flags(grid, "w:tblHeader") == [True] + [False] * 40
    assert flags(grid, "w:cantSplit") == [True] * 41


def test_a_short_table_keeps_together_and_a_long_one_its_ends(tmp_path):
    small, long, without_notes = written(tmp_path, SMALL, LONG, WIDE).tables
    assert stays(small) == [True] * 3
    assert stays(long) == [True] + [False] * 39 + [True]
    assert stays(without_notes) == [True] * 3 + [False]


def test_the_style_has_three_lines_and_a_bold_head(tmp_path):
    document = written(tmp_path, SMALL)
    style = document.styles[TABLE].element
    lines = [line.tag for line in style.find(qn("w:tblPr")).find(qn("w:tblBorders"))]
    assert lines == [qn("w:top"), qn("w:bottom")]
    head = style.find(qn("w:tblStylePr"))
    assert head.get(qn("w:type")) == "firstRow"
    assert head.find(f".//{qn('w:bottom')}") is not None
    assert head.find(f".//{qn('w:b')}") is not None
    # A paragraph style that says "not bold" would win over the table's.
    assert all(document.styles[name].font.bold is None for name in CELLS.values())


def test_a_screen_reader_learns_what_heads_the_table(tmp_path):
    (grid,) = written(tmp_path, SMALL).tables
    properties = grid._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    assert (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn"))) == ("1", "1")
    assert properties.find(qn("w:tblCaption")).get(qn("w:val")) == "Small <table>"


def test_numbers_stand_in_the_middle_and_texts_at_the_left(tmp_path):
    (grid,) = written(tmp_path, SMALL).tables
    for row in grid.rows:
        assert [cell.paragraphs[0].alignment for cell in row.cells] == [None, WD_ALIGN_PARAGRAPH.CENTER]


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("table", [SMALL, WIDE, everywhere("L" * 200)], ids=lambda table: table.name)
def test_a_table_fills_the_page_whatever_it_holds(table, landscape, tmp_path):
    document = new_document("Document", landscape=landscape)
    add_table(document, table)
    (section,), (grid,) = document.sections, document.tables
    page = section.page_width - section.left_margin - section.right_margin
    widths = [column.width for column in grid.columns]
    assert page - Pt(1) < sum(widths) <= page
    assert all([cell.width for cell in row.cells] == widths for row in grid.rows)


def test_a_column_is_as_wide_as_its_numbers_need_before_texts_get_more(tmp_path):
    text = "a reason that goes on and on, so that no page is wide enough for it in a single line"
    row = ["Pain", text, "-12.3 (-14.5 to 16.7)", "-12.3 (-14.5 to 16.7)", "0.001", text]
    table = Table("t", "T", pd.DataFrame([row], columns=list("abcdef")), (), FRAME)
    assert not is_wide(table)
    (grid,) = written(tmp_path, table).tables
    size = grid.cell(1, 2).paragraphs[0].style.font.size
    for column in (0, 2, 3, 4):
        assert grid.columns[column].width > ems(printable(row[column])) * size + 2 * Pt(3)


def test_a_wide_table_has_smaller_letters_only_where_its_numbers_would_break(tmp_path):
    small, wide = written(tmp_path, SMALL, WIDE).tables
    sizes = [grid.cell(1, 0).paragraphs[0].style.font.size for grid in (small, wide)]
    assert sizes == [Pt(9), Pt(7)]


def test_only_a_wide_table_lies_on_its_side(tmp_path):
    for table, orientation in ((SMALL, WD_ORIENT.PORTRAIT), (WIDE, WD_ORIENT.LANDSCAPE)):
        write_table(table, tmp_path)
        (section,) = Document(tmp_path / f"{table.name}.docx").sections
        assert section.orientation == orientation
        assert (section.page_width > section.page_height) == (orientation == WD_ORIENT.LANDSCAPE)


def test_a_document_turns_its_pages_for_a_wide_table(tmp_path):
    document = new_document("Document")
    document.add_paragraph("Text.")
    landscape_section(document)
    add_table(document, WIDE, "Table 1. ")
    portrait_section(document)
    document.add_paragraph("Text.")
    save_document(document, tmp_path / "d.docx")
    document = Document(tmp_path / "d.docx")
    sideways = [section.page_width > section.page_height for section in document.sections]
    assert sideways == [False, True, False]
    (grid,) = document.tables
    assert sum(column.width for column in grid.columns) > document.sections[0].page_width


def test_the_properties_of_the_file_are_pinned(tmp_path):
    properties = written(tmp_path, SMALL).core_properties
    assert (properties.title, properties.author, properties.last_modified_by) == ("Document", "retrowalk", "retrowalk")
    for date in (properties.created, properties.modified):
        assert date.replace(tzinfo=None) == datetime(2000, 1, 1)
    assert properties.revision == 1


def test_the_same_tables_are_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        written(tmp_path / name, SMALL, WIDE, everywhere("مشي خلفي 12"))
    assert (tmp_path / "one" / "d.docx").read_bytes() == (tmp_path / "two" / "d.docx").read_bytes()
    with ZipFile(tmp_path / "one" / "d.docx") as archive:
        assert {member.date_time for member in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("text", HOSTILE)
def test_word_shows_text_as_text_wherever_it_stands(text, tmp_path):
    write_table(everywhere(text), tmp_path)
    document = Document(tmp_path / "hostile.docx")
    shown = HOSTILE[text]
    caption, note = (each.text.replace("\u200e", "").replace("\u00a0", " ") for each in document.paragraphs)
    cells = [
        cell.text.replace("\u200e", "").replace("\u00a0", " ") for row in document.tables[0].rows for cell in row.cells
    ]
    assert (caption, note, cells) == (shown, shown, [shown] * 4 + ["x", "1.2"])
    assert document.core_properties.title.replace("\u200e", "").replace("\u00a0", " ") == shown[:255]


def test_what_runs_from_right_to_left_is_marked_and_the_number_beside_it_is_not(tmp_path):
    write_table(everywhere("הליכה לאחור 12 (3)"), tmp_path)
    runs = Document(tmp_path / "hostile.docx").tables[0].cell(1, 0).paragraphs[0].runs
    assert [(run.text, bool(run.font.rtl)) for run in runs] == [("הליכה לאחור", True), ("\u200e 12 (3)", False)]


def test_parts_of_a_text_give_the_text():
    for text in HOSTILE:
        assert "".join(part for part, _ in stretches(printable(text))) == printable(text)


@pytest.mark.parametrize(
    ("cells", "numeric"),
    [
        (["1.2", "-3"], True),
        (["12 (40 %)", "-"], True),
        (["<0.001", ""], True),
        (["not measured", "1"], False),
        (["t(8) = 2", "3"], False),
        (["", ""], False),
        (["2 words and then a great many more of them, which is a text"], False),
    ],
)
def test_a_column_of_numbers(cells, numeric):
    frame = pd.DataFrame({"Outcome": ["x"] * len(cells), "Value": cells})
    first, column = columns_of(Table("t", "T", frame, (), frame))
    assert (first.numeric, column.numeric) == (False, numeric)


def test_no_line_of_a_heading_ends_inside_a_short_bracket():
    frame = pd.DataFrame({"Outcome": ["Pain"], "Difference (95% CI)": ["-1.2 (-2.3 to 3.4)"]})
    _, column = columns_of(Table("t", "T", frame, (), frame))
    assert column.heading == "Difference (95%\u00a0CI)"
    assert column.cells == ("−1.2 (−2.3 to 3.4)",)
