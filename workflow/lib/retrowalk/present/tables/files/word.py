"""Tables in a Word document: real, editable tables of three lines, each with its caption above and its notes below.

document = new_document("Title")
add_table(document, table, "Table 1. ")
landscape_section(document)  # a page on its side, for a table that `layout.is_wide`
add_table(document, wide, "Table 2. ")
portrait_section(document)
save_document(document, path)
"""

from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrowalk.files import FIXED_DATE, fix_zip_dates
from retrowalk.present.tables.files.layout import (
    BESIDE_PT,
    SHORT,
    Column,
    columns_of,
    fits,
    printable,
    shares,
    stretches,
)
from retrowalk.present.tables.table import Table

if TYPE_CHECKING:
    from docx.document import Document as Document
    from docx.section import Section
    from docx.text.paragraph import Paragraph

AUTHOR = "retrowalk"
FONT = "Arial"
LANGUAGE = "en-GB"
#: The short side of the page, A4.
SHORT_CM = 21
#: The long side of the page.
LONG_CM = 29.7
#: The margins of the page.
MARGIN_CM = 2
#: Font sizes of text, caption and notes.
TEXT_PT = 10
CAPTION_PT = 10
NOTE_PT = 8
#: Styles of what stands in a table, by font size: the first is used at which no number breaks, else the last.
CELLS = {9: "Table text", 8: "Table text small", 7: "Table text smallest"}
#: Free space above and below in a cell.
ABOVE_PT = 1.5
#: The styles of a table and of its notes, by the names Word shows.
TABLE = "Table of three lines"
NOTE = "Table note"

_TABLE_STYLE = f"""<w:style %s w:type="table" w:customStyle="1" w:styleId="ThreeLines">
<w:name w:val="{TABLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="auto"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="auto"/></w:tblBorders>
<w:tblCellMar><w:left w:w="{BESIDE_PT * 20}" w:type="dxa"/><w:right w:w="{BESIDE_PT * 20}" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="6" w:space="0" w:color="auto"/></w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>
</w:style>"""


def new_document(title: str, *, landscape: bool = False) -> "Document":
    """Return an empty A4 document with the styles of text, captions, tables and notes."""
    from docx import Document
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = Document()
    document.core_properties.title = printable(title)[:255]  # no more is allowed
    _lay(document.sections[0], landscape)
    document.styles.element.append(parse_xml(_TABLE_STYLE % nsdecls("w")))
    paragraph_style(document, "Normal", TEXT_PT, after=4)
    paragraph_style(document, "Caption", CAPTION_PT, before=8, after=4, bold=True)
    for size, name in CELLS.items():
        paragraph_style(document, name, size, before=ABOVE_PT, after=ABOVE_PT)
    paragraph_style(document, NOTE, NOTE_PT, before=2, after=0)
    return document


def paragraph_style(
    document: "Document", name: str, size: float, before: float = 0, after: float = 0, bold: bool = False
) -> None:
    """Set a paragraph style, in every script alike; make it where it is not there."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.font.name, style.font.size = FONT, Pt(size)
    # None, not False, which would take the bold from the heading of a table.
    style.font.bold = style.font.cs_bold = bold or None
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.0
    properties = style.element.get_or_add_rPr()
    for script in ("cs", "eastAsia"):
        properties.rFonts.set(qn(f"w:{script}"), FONT)
    for tag, value in (("w:szCs", str(int(size * 2))), ("w:lang", LANGUAGE)):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
        element = OxmlElement(tag)
        element.set(qn("w:val"), value)
        properties.append(element)


def landscape_section(document: "Document") -> None:
    """Start a new page on its side."""
    _lay(document.add_section(), True)


def portrait_section(document: "Document") -> None:
    """Start a new upright page."""
    _lay(document.add_section(), False)


def _lay(section: "Section", landscape: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    short, long = Cm(SHORT_CM), Cm(LONG_CM)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(MARGIN_CM))


def _in_ems(page: int, size: float) -> tuple[float, float]:
    """Return the width of a page and what is free beside the text of a cell, in ems of a font size."""
    from docx.shared import Pt

    return page / Pt(size), 2 * BESIDE_PT / size


def _fits(columns: list[Column], page: int, size: float) -> bool:
    return fits(columns, *_in_ems(page, size))


def add_table(document: "Document", table: Table, caption_prefix: str = "") -> None:
    """Append a table: its caption (behind `caption_prefix`, such as "Table 1. "), itself, its notes.

    The header row repeats on every page, no row breaks over two, a short table stays on one. The table fills the width of the
    document's last section; its columns share it by what they hold.
    """
    from docx.oxml import OxmlElement
    from docx.shared import Twips
    from docx.text.paragraph import Paragraph

    columns = columns_of(table)
    section = document.sections[-1]
    page = section.page_width - section.left_margin - section.right_margin
    size = next((size for size in CELLS if _fits(columns, page, size)), min(CELLS))
    twip = Twips(1)  # what a file holds whole numbers of
    widths = [int(page * part / twip) * twip for part in shares(columns, *_in_ems(page, size))]
    style = document.styles[CELLS[size]].style_id

    caption = document.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    put_text(caption, caption_prefix + table.title)

    grid = document.add_table(rows=0, cols=len(columns), style=TABLE)
    grid.autofit = False
    _describe(grid._tbl.tblPr, table.title)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    lines = list(zip(*((column.heading, *column.cells) for column in columns), strict=True))
    formatted: dict[bool, Any] = {}
    for place, texts in enumerate(lines):
        is_last = place == len(lines) - 1
        stays = bool(table.notes) if is_last else place == 0 or len(lines) <= SHORT
        # One row of each kind is formatted and the others are copies: python-docx takes most of its time for that.
        if stays not in formatted:
            formatted[stays] = _formatted_row(grid, columns, widths, style, stays=stays)
        row = deepcopy(formatted[stays])
        grid._tbl.append(row)
        if place == 0:
            row.trPr.append(OxmlElement("w:tblHeader"))
        for cell, text in zip(row.tc_lst, texts, strict=True):
            put_text(Paragraph(cell.p_lst[0], grid), text)
    for note in table.notes:
        put_text(document.add_paragraph(style=NOTE), note)


def _formatted_row(grid: Any, columns: list[Column], widths: list[int], style: str, *, stays: bool) -> Any:
    """Return the element of a row without text, not in the table yet; one that `stays` is on the page of the next."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement

    row = grid.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, column, width in zip(row.cells, columns, widths, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph._p.style = style  # `paragraph.style` looks through all styles, which takes most of the time
        if column.numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if stays:
            paragraph.paragraph_format.keep_with_next = True
    grid._tbl.remove(row._tr)
    return row._tr


def _describe(properties: Any, title: str) -> None:
    """Say to a screen reader what the table is, and that its first row and column are headings."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    look = properties.find(qn("w:tblLook"))
    look.attrib.clear()
    parts = {"firstRow": "1", "lastRow": "0", "firstColumn": "1", "lastColumn": "0", "noHBand": "1", "noVBand": "1"}
    for part, value in ({"val": "06A0"} | parts).items():
        look.set(qn(f"w:{part}"), value)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), printable(title))
    look.addnext(caption)


def put_text(paragraph: "Paragraph", text: str) -> None:
    """Put a text into a paragraph; what runs from right to left is marked, so that numbers beside it keep their place."""
    for part, leftward in stretches(printable(text)):
        run = paragraph.add_run(part)
        if leftward:
            run.font.rtl = True


def save_document(document: "Document", path: Path) -> None:
    """Write a document; the same content is the same bytes, whenever and wherever it is written."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = AUTHOR
    properties.created = properties.modified = datetime(*FIXED_DATE)
    properties.revision, properties.language, properties.comments = 1, LANGUAGE, ""
    document.save(str(path))
    fix_zip_dates(path)
