"""Tables as files: CSV with every digit, HTML that shows text as text, Word that can be edited."""

import re
from html import escape

import pandas as pd
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from retrowalk.present.export import as_html, write_table
from retrowalk.present.table import Table

NASTY = ["<b>bold</b>", "a & b", "=1+1", "$x^2$", "**not bold**", "<script>alert(1)</script>"]


@pytest.fixture
def table() -> Table:
    frame = pd.DataFrame({"Outcome": ["Pain", "Visit 4"], "a <i> & b": ["-1.2 (-2.3 to 3.4)", "x"]})
    source = pd.DataFrame({"estimate": [0.1 + 0.2, 1 / 3]})
    return Table("small", "Small <table>", frame, ("Note with <b> & =1+1.",), source)


@pytest.fixture
def wide(table) -> Table:
    return Table(
        "wide", "Wide", pd.DataFrame([["-12.3 (-14.5 to 6.7)"] * 6] * 3, columns=list("abcdef")), (), table.source
    )


def test_the_csv_holds_every_digit(table, tmp_path):
    write_table(table, tmp_path)
    assert (tmp_path / "small.csv").read_text() == "estimate\n0.30000000000000004\n0.3333333333333333\n"


@pytest.mark.parametrize("text", NASTY)
def test_html_shows_text_as_text_wherever_it_stands(text):
    everywhere = Table("t", text, pd.DataFrame({text: [text]}), (text,), pd.DataFrame())
    page = as_html(everywhere)
    assert page.count(escape(text)) == 4
    assert "<b>" not in page
    assert "<script>" not in page


def test_html_has_plain_spaces_so_that_numbers_can_be_searched_for(table):
    assert "(-2.3 to 3.4)" in as_html(table)


def test_html_breaks_no_short_text_but_in_the_first_column():
    frame = pd.DataFrame({"Outcome": ["Pain"], "CI": ["-1.2 (-2.3 to 3.4)"], "Reason": ["a text that is long " * 3]})
    page = as_html(Table("t", "T", frame, (), frame))
    nowrap = re.findall(r"<td style=\"white-space: nowrap\"[^>]*>([^<]*)<", page)
    assert nowrap == ["-1.2 (-2.3 to 3.4)"]


def test_html_has_no_address_of_anything_else(table, tmp_path):
    write_table(table, tmp_path)
    page = (tmp_path / "small.html").read_text()
    for sign in ("http:", "https:", "url(", "@import", "<script", "src="):
        assert sign not in page
    assert "<title>Small &lt;table&gt;</title>" in page


def test_the_place_makes_the_id_unique(table):
    assert 'id="trial-a-small"' in as_html(table, "trial_a")
    assert 'id="small"' in as_html(table)


def test_word_has_a_real_table_with_a_repeating_header(table, tmp_path):
    write_table(table, tmp_path)
    document = Document(tmp_path / "small.docx")
    (grid,) = document.tables
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["Outcome", "a <i> & b"],
        ["Pain", "−1.2 (−2.3 to 3.4)"],
        ["Visit 4", "x"],
    ]
    repeats = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in grid.rows]
    assert repeats == [True, False, False]
    assert document.paragraphs[0].text == document.core_properties.title == "Small <table>"
    assert document.paragraphs[-1].text == "Note with <b> & =1+1."


def test_a_row_does_not_break_over_pages(table, tmp_path):
    write_table(table, tmp_path)
    (grid,) = Document(tmp_path / "small.docx").tables
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in grid.rows[1:])


def test_only_a_wide_table_lies_on_its_side(table, wide, tmp_path):
    for each, orientation in ((table, WD_ORIENT.PORTRAIT), (wide, WD_ORIENT.LANDSCAPE)):
        write_table(each, tmp_path)
        (section,) = Document(tmp_path / f"{each.name}.docx").sections
        assert section.orientation == orientation
        assert (section.page_width > section.page_height) == (orientation == WD_ORIENT.LANDSCAPE)


def test_columns_fill_the_page_by_what_they_hold(table, tmp_path):
    write_table(table, tmp_path)
    document = Document(tmp_path / "small.docx")
    (section,), (grid,) = document.sections, document.tables
    widths = [column.width for column in grid.columns]
    page = section.page_width - section.left_margin - section.right_margin
    assert page - 10_000 < sum(widths) <= page
    assert widths[1] > 1.5 * widths[0]


def test_the_same_table_is_the_same_bytes(table, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_table(table, tmp_path / folder)
    for ending in ("csv", "html", "docx"):
        first, second = (tmp_path / folder / f"small.{ending}" for folder in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()
