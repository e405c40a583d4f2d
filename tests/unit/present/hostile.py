"""Texts from outside that a program, not a reader, would make something of; and what a reader has to see of each."""

import pandas as pd

from retrowalk.present.tables.table import Table

LONG = "a label that does not end " * 8
#: Text: what is to be read.
HOSTILE = {
    text: text
    for text in (
        "100 % sure",
        "a & b",
        "#1",
        "snake_case",
        "x^2",
        r"C:\temp",
        r"\input{secret}",
        r"\end{document}",
        "$x^2$",
        "{braces}",
        "a ~ b",
        "<script>alert(1)</script>",
        "<b>bold</b> &amp; &lt;",
        '=HYPERLINK("file.xlsx","y")',
        "@SUM(A1)",
        "=1+1",
        "**not bold**",
        "{{unit}}",
        "--",
        "---",
        "''",
        "``",
        ",,",
        "?` and !`",
        "<<a>>",
        "[1]",
        "*",
        'say "so"',
        "café, Ångström, 5 µm",
        "a|b",
        "",
        LONG.strip(),
        "L" * 200,
    )
} | {
    "two\nlines": "two lines",
    "tab\tstop": "tab stop",
    "a\x0bb\x00c\x7f": "a b c ",
    "\ud800half": "half",
    "\u202eturned": "turned",
    "\ufffenone": "none",
    "-0.5 (-1 to .2)": "−0.5 (−1 to .2)",
    "2011-2022, p-value, (-.5)": "2011-2022, p-value, (−.5)",
}
#: What pdfLaTeX has no letters for.
FOREIGN = ("مشي خلفي", "הליכה לאחור 12 (3)", "🚶 walker", "後ろ歩き", "περίπατος")
HOSTILE |= {text: text for text in FOREIGN}


def everywhere(text: str) -> Table:
    """Return a table with a text in its title, its headings, its cells, its note and its source."""
    frame = pd.DataFrame([[text, text], ["x", "1.2"]])
    frame.columns = [text, text]
    # Half a pair of signs reaches no table: no file of an earlier room could hold it.
    source = pd.DataFrame({"note": [text.replace("\ud800", "")]})
    return Table("hostile", text, frame, (text,), source)
