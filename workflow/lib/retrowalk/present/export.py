"""Write a table as CSV (unrounded), HTML and Word."""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from retrowalk.files import fix_zip_dates, write_csv
from retrowalk.present.cited import plain
from retrowalk.present.table import Table

if TYPE_CHECKING:
    from docx.document import Document

#: More columns than this need a page on its side.
UPRIGHT = 5
#: A column with a text of more letters than this may break it over lines; a cell's margins are worth so many letters.
LONG_TEXT, PADDING = 26, 4


def write_table(table: Table, folder: Path) -> None:
    """Write `<name>.csv` (the rows of the estimate record), `<name>.html` and `<name>.docx` (what a reader sees)."""
    write_csv(table.source, folder / f"{table.name}.csv")
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(table.title)}</title></head>'
        f'<body style="margin:1em">{as_html(table)}</body></html>\n'
    )
    (folder / f"{table.name}.html").write_text(page, encoding="utf-8")
    write_word(table, folder / f"{table.name}.docx")


def as_html(table: Table, place: str = "") -> str:
    """Return the table as an HTML fragment that carries its own style; `place` makes its id unique on a page."""
    from great_tables import GT, html, loc, style

    frame = table.frame.map(plain)
    short = [name for name in frame.columns[1:] if frame[name].str.len().max() <= LONG_TEXT]
    shown = (
        GT(frame, id=f"{place}-{table.name}".strip("-").replace("_", "-"))
        .tab_header(title=html(f"<strong>{escape(table.title)}</strong>"))
        .cols_label(**{name: html(escape(name)) for name in table.frame.columns})
        .cols_align("left")
        .tab_style(style.css("white-space: nowrap"), loc.body(columns=short))
        .tab_options(
            table_font_size="14px",
            heading_align="left",
            heading_title_font_size="15px",
            column_labels_font_weight="bold",
            data_row_padding="4px",
            table_width="100%",
        )
    )
    for note in table.notes:
        shown = shown.tab_source_note(html(escape(plain(note))))
    return shown.as_raw_html(inline_css=False)


def write_word(table: Table, path: Path) -> None:
    """Write a Word file with a real, editable table whose header row repeats on every page."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if len(table.frame.columns) > UPRIGHT:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2))
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size, normal.paragraph_format.space_after = "Arial", Pt(9), Pt(2)
    title = document.add_paragraph()
    title.add_run(table.title).bold = True
    title.paragraph_format.keep_with_next = True
    add_grid(document, table, section.page_width - section.left_margin - section.right_margin)
    for note in table.notes:
        document.add_paragraph(plain(note))
    document.core_properties.title = table.title
    document.core_properties.author = "retrowalk"
    document.save(path)
    fix_zip_dates(path)


def add_grid(document: "Document", table: Table, page: int) -> Any:
    """Add a real, editable table to a Word document and return it; its header row repeats on every page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    # This style without its shades is the table of three lines that journals print.
    grid = document.add_table(rows=1, cols=len(table.frame.columns), style="Light Shading")
    for part, value in (("val", "0620"), ("firstColumn", "0"), ("noHBand", "1")):
        grid._tbl.tblPr.find(qn("w:tblLook")).set(qn(f"w:{part}"), value)
    frame = table.frame.map(plain)
    widths = _widths(frame, page)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    rows = [tuple(frame.columns), *frame.itertuples(index=False)]
    for place, values in enumerate(rows):
        row = grid.add_row() if place else grid.rows[0]
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit" if place else "w:tblHeader"))
        for cell, value, width in zip(row.cells, values, widths, strict=True):
            cell.text, cell.width = value, width
    return grid


def _widths(frame: pd.DataFrame, page: int) -> list[int]:
    """Return column widths that share the page by what the columns hold; long texts break, numbers need not."""
    letters = [
        PADDING + max(*map(len, name.split()), *(min(len(text), LONG_TEXT) for text in frame[name]), 3)
        for name in frame.columns
    ]
    return [page * count // sum(letters) for count in letters]
