"""Write a table as CSV (unrounded), HTML and Word."""

from html import escape
from pathlib import Path

from retrowalk.files import write_csv
from retrowalk.present.cited import plain
from retrowalk.present.table import Table
from retrowalk.present.word import add_table, is_wide, new_document, save_document

#: A column with a text of more letters than this may break it over lines.
LONG_TEXT = 26


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
    """Write a Word file with the table alone, on a page on its side where it is wide."""
    document = new_document(table.title, landscape=is_wide(table))
    add_table(document, table)
    save_document(document, path)
