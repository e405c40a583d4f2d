"""Write a table as CSV (unrounded), HTML and Word."""

from html import escape
from pathlib import Path

from retrowalk.files import fix_zip_dates, write_csv
from retrowalk.present.tables import Table

#: More columns than this need a page on its side.
UPRIGHT = 5


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
    from great_tables import GT, html

    shown = (
        GT(table.frame, id=f"{place}-{table.name}".strip("-").replace("_", "-"))
        .tab_header(title=html(f"<strong>{escape(table.title)}</strong>"))
        .cols_label(**{name: html(escape(name)) for name in table.frame.columns})
        .cols_align("left")
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
        shown = shown.tab_source_note(html(escape(note)))
    return shown.as_raw_html(inline_css=False)


def write_word(table: Table, path: Path) -> None:
    """Write a Word file with a real, editable table whose header row repeats on every page."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if len(table.frame.columns) > UPRIGHT:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2))
    document.styles["Normal"].font.size = Pt(9)
    document.add_paragraph().add_run(table.title).bold = True
    grid = document.add_table(rows=1, cols=len(table.frame.columns), style="Light List")
    for cell, name in zip(grid.rows[0].cells, table.frame.columns, strict=True):
        cell.text = name
    repeat = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeat)
    for values in table.frame.itertuples(index=False):
        for cell, value in zip(grid.add_row().cells, values, strict=True):
            cell.text = value
    for note in table.notes:
        document.add_paragraph(note)
    document.core_properties.title = table.title
    document.core_properties.author = "retrowalk"
    document.save(path)
    fix_zip_dates(path)
