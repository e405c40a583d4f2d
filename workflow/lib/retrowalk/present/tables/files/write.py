"""Write a table as CSV (unrounded), HTML, LaTeX and Word."""

from pathlib import Path

from retrowalk.files import write_csv, write_text
from retrowalk.present.tables.files.html import as_page
from retrowalk.present.tables.files.latex import as_latex
from retrowalk.present.tables.files.layout import is_wide
from retrowalk.present.tables.files.word import add_table, new_document, save_document
from retrowalk.present.tables.table import Table


def write_table(table: Table, folder: Path) -> None:
    """Write `<name>.csv` (the rows of the estimate record), and what a reader sees: `<name>.html`, `.tex` and `.docx`."""
    write_csv(table.source, folder / f"{table.name}.csv")
    write_text(as_page(table), folder / f"{table.name}.html")
    write_text(as_latex(table), folder / f"{table.name}.tex")
    document = new_document(table.title, landscape=is_wide(table))
    add_table(document, table)
    save_document(document, folder / f"{table.name}.docx")
