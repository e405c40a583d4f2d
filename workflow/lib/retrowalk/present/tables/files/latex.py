r"""A table as LaTeX, to be put into a manuscript by \input: booktabs rules, caption above, heads on every page, notes below.

Written here, not by great_tables' `as_latex`: its columns do not break their texts over lines, so that most tables run off
the page; it repeats no heads on the next page; and it leaves to the font what pdfLaTeX cannot set: a minus sign, "≥", Greek.
"""

import re
import unicodedata

from retrowalk.present.tables.files.layout import (
    BESIDE_PT,
    FITTING_PT,
    PAGE_EMS,
    SHORT,
    Column,
    columns_of,
    is_wide,
    printable,
    shares,
)
from retrowalk.present.tables.table import Table

#: What LaTeX reads as something else. The brackets and the star would be read as wishes of the line before.
_SIGNS = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "[": "{[}",
    "*": "{*}",
    "\u00a0": "~",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "\u2011": "-",
    "\u200b": r"\allowbreak{}",
}
_MATHS = {
    "−": "-",
    "±": r"\pm",
    "×": r"\times",
    "≤": r"\leq",
    "≥": r"\geq",
    "≠": r"\neq",
    "≈": r"\approx",
    "→": r"\rightarrow",
    "∞": r"\infty",
    "√": r"\surd",
    "∆": r"\Delta",
}
#: Signs that make another one when they stand side by side.
_LIGATURE = re.compile("(?<=-)-|(?<=')'|(?<=,),")
#: A single Greek letter is a sign of mathematics; a word of them is a word.
_GREEK = re.compile("(?<![\u0370-\u03ff\u1f00-\u1fff])[α-ρσ-ωΓΔΘΛΞΠΣΦΨΩ](?![\u0370-\u03ff\u1f00-\u1fff])")
_GREEK_NAMES = {"LAMDA": "lambda", "OMICRON": "mathrm{o}"}
#: Signs without a width, which only say how to set others; of them, the sign for where a word may break.
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")
_BREAK = "\u200b"
#: A word that may break without a hyphen.
_LONG_WORD = re.compile(r"\S{31,}")
#: After so many letters a long word may break.
LETTERS = 10
#: What pdfLaTeX cannot set with the fonts of Latin scripts.
_FOREIGN = re.compile(
    "[^\u0000-\u0125\u0128-\u0137\u0139-\u013e\u0141-\u0148\u014a-\u0165\u0168-\u017e\u0218-\u021b\u1e9e\u2010-\u2016"
    "\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2116\u2122\u2190-\u2193]"
)
PACKAGES = r"\usepackage[T1]{fontenc} \usepackage{lmodern,array,booktabs,longtable}"
_ANY_LATEX = f"% For pdfLaTeX, LuaLaTeX and XeLaTeX. In the preamble: {PACKAGES}"
_FOREIGN_LATEX = (
    "% Holds letters that pdfLaTeX cannot set: for LuaLaTeX or XeLaTeX, with fonts that have them (babel's \\babelfont; for\n"
    "% Arabic and Hebrew LuaLaTeX and babel's options bidi=basic and onchar=ids fonts).\n"
    r"% In the preamble: \usepackage{fontspec,array,booktabs,longtable}"
)
#: The fonts of a table and of its notes: \footnotesize is 8 points in a text of 10.
FONT = r"\footnotesize"
NOTE_FONT = r"\scriptsize"
#: Between two rows, whose texts may take several lines each.
GAP = r"\addlinespace[2pt]"


def as_latex(table: Table) -> str:
    r"""Return a table as a piece of LaTeX; its first lines say what the preamble needs.

    The columns share \linewidth by what they hold; a wide table lies on its side. The label is "tab:", the cohort's name, where
    the table is of one, and the table's.
    """
    columns = columns_of(table)
    wide = is_wide(table)
    heads, *rows = zip(*((column.heading, *column.cells) for column in columns), strict=True)
    # A star forbids the page to end there.
    end = rf"\\{'*' * (len(rows) < SHORT)}"
    lines = f" {end} {GAP}\n".join(map(_row, rows))
    notes = [
        rf"\multicolumn{{{len(columns)}}}{{@{{}}p{{\linewidth}}@{{}}}}{{{NOTE_FONT} {escaped(note)}}} {end}"
        for note in table.notes
    ]
    head = f"\\toprule\n{_row(heads)} \\\\\n\\midrule"
    body = "\n".join(
        [
            r"\begingroup",
            rf"{FONT}\setlength{{\LTcapwidth}}{{\linewidth}}\setlength{{\tabcolsep}}{{{BESIDE_PT}pt}}",
            rf"\begin{{longtable}}{{{_specification(columns, wide)}}}",
            rf"\caption{{{escaped(table.title)}}}\label{{{_label(table)}}} \\",
            head,
            r"\endfirsthead",
            head,
            r"\endhead",
            "\\midrule\n\\endfoot\n\\endlastfoot",
            rf"{lines} \\*",
            rf"\bottomrule {GAP}",
            *notes,
            r"\end{longtable}",
            r"\endgroup",
        ]
    )
    if wide:
        body = f"\\begin{{landscape}}\n{body}\n\\end{{landscape}}"
    return f"{_preamble(table, wide)}\n{body}\n"


def _label(table: Table) -> str:
    cohorts = set(table.source.get("cohort", ()))
    return f"tab:{'-'.join([*cohorts] * (len(cohorts) == 1) + [table.name])}".replace("_", "-")


def _preamble(table: Table, wide: bool) -> str:
    texts = (table.title, *table.notes, *table.frame.columns, *table.frame.to_numpy().ravel())
    lines = _FOREIGN_LATEX if any(_FOREIGN.search(escaped(text)) for text in texts) else _ANY_LATEX
    return f"{lines} \\usepackage{{pdflscape}}" if wide else lines


def _specification(columns: list[Column], wide: bool) -> str:
    r"""Return the columns as shares of what \linewidth leaves for text."""
    side = {True: r"\centering", False: r"\raggedright"}
    gaps = 2 * len(columns) - 2
    room, page = rf"\dimexpr\linewidth-{gaps}\tabcolsep\relax", PAGE_EMS[wide] - gaps * BESIDE_PT / FITTING_PT
    parts = [
        rf">{{{side[column.numeric]}\arraybackslash}}p{{{share:.4f}{room}}}"
        for column, share in zip(columns, shares(columns, page, 0), strict=True)
    ]
    return f"@{{}}{''.join(parts)}@{{}}"


def _row(texts: tuple[str, ...]) -> str:
    return " & ".join(map(escaped, texts))


def escaped(text: str) -> str:
    """Return a text so that LaTeX prints it as it is."""
    shown = _INVISIBLE.sub("", unicodedata.normalize("NFC", printable(text)))
    shown = _LONG_WORD.sub(_breakable, shown)
    shown = _LIGATURE.sub(r"\\relax{}\g<0>", "".join(_SIGNS.get(sign, sign) for sign in shown))
    shown = _GREEK.sub(_greek, shown)
    return "".join(rf"\ensuremath{{{_MATHS[sign]}}}" if sign in _MATHS else sign for sign in shown)


def _breakable(found: re.Match[str]) -> str:
    return _BREAK.join(found[0][place : place + LETTERS] for place in range(0, len(found[0]), LETTERS))


def _greek(found: re.Match[str]) -> str:
    word = unicodedata.name(found[0]).split()[-1]
    name = _GREEK_NAMES.get(word, word.lower())
    return rf"\ensuremath{{\{name if found[0].islower() else name.capitalize()}}}"
