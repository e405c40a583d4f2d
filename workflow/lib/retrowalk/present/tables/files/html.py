"""A table as a page of its own: opened alone, on paper, on a phone, read aloud."""

from html import escape

from retrowalk.present.tables.files.layout import columns_of, is_wide, printable
from retrowalk.present.tables.table import Table

#: A column with a text of more letters than this may break it over lines.
LONG_TEXT = 26
#: On a phone the table scrolls in its box, its title and notes stay in sight; on paper heads repeat and no row breaks.
STYLE = """
body { margin: 1rem; overflow-wrap: break-word; color: #000; background: #fff; }
.box { overflow-x: auto; }
.kept { position: sticky; left: 0; max-width: calc(100vw - 4rem); }
.box .gt_row { vertical-align: top !important; }
.box .gt_stub { min-width: 9em; overflow-wrap: anywhere; }
@media print {
  body { margin: 0; }
  .box { overflow-x: visible; }
  .kept { position: static; max-width: none; }
  .box .gt_table { font-size: 8.5pt !important; }
  .box .gt_stub { min-width: 6em; }
  tr { break-inside: avoid; }
  tfoot { display: table-row-group; }
}
"""
#: A browser may do nothing with the page but show it: no script, no request. The table's cells carry their style.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
#: For a table that is wide on paper.
SIDEWAYS = "@page { size: landscape; }\n"


def as_page(table: Table) -> str:
    """Return a whole HTML page that needs nothing else."""
    title = escape(printable(table.title))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}{SIDEWAYS if is_wide(table) else ''}</style>\n</head>\n<body>\n"
        f'<main class="box" tabindex="0">\n{as_html(table)}\n</main>\n</body>\n</html>\n'
    )


def as_html(table: Table) -> str:
    """Return the table as an HTML fragment that carries its own style, its title above and its notes below."""
    import pandas as pd
    from great_tables import GT, html, loc, style

    columns = columns_of(table)
    # Names of our own: two headings may be the same, and great_tables makes ids of them.
    named = {f"column-{place}": column for place, column in enumerate(columns, 1)}
    frame = pd.DataFrame({name: list(column.cells) for name, column in named.items()})
    first, *others = named
    short = [name for name in others if max(map(len, named[name].cells), default=0) <= LONG_TEXT]
    broken = [name for name in others if name not in short]
    shown = (
        GT(frame, id=table.name.replace("_", "-"), rowname_col=first)
        .tab_header(title=html(f'<div class="kept"><strong>{_as_html(printable(table.title))}</strong></div>'))
        .tab_stubhead(html(_as_html(named[first].heading)))
        .cols_label({name: html(_as_html(named[name].heading)) for name in others})
        .cols_align("left")
        .cols_align("center", columns=[name for name in others if named[name].numeric])
        .tab_style(style.css("white-space: nowrap"), loc.body(columns=short))
        .tab_style(style.css("min-width: 9em; overflow-wrap: anywhere"), loc.body(columns=broken))
        .tab_options(
            table_font_size="14px",
            heading_align="left",
            heading_title_font_size="15px",
            column_labels_font_weight="bold",
            data_row_padding="4px",
            table_width="100%",
            # The three lines of a journal's table.
            heading_border_bottom_color="black",
            table_border_top_style="none",
            column_labels_border_top_color="black",
            column_labels_border_bottom_color="black",
            column_labels_border_bottom_width="1px",
            table_body_hlines_style="none",
            stub_border_style="none",
            table_body_border_top_style="none",
            table_body_border_bottom_color="black",
            table_border_bottom_style="none",
        )
    )
    for note in table.notes:
        shown = shown.tab_source_note(html(f'<div class="kept">{_as_html(printable(note))}</div>'))
    return shown.as_raw_html(inline_css=False)


def _as_html(text: str) -> str:
    """Return HTML of a text; great_tables reads two braces as a unit of its own, not the sign for one."""
    return escape(text).replace("{", "&#123;")
