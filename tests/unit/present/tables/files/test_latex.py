"""Tables as LaTeX: signs are text, widths fit the page, and pdfLaTeX sets what it is told it can."""

import re
import shutil
import subprocess
from dataclasses import replace

import pandas as pd
import pytest
from pypdf import PdfReader
from tests.unit.present.hostile import FOREIGN, HOSTILE, everywhere

from retrowalk.present.tables.files.latex import as_latex, escaped
from retrowalk.present.tables.table import Table

FRAME = pd.DataFrame({"Outcome": ["Pain", "Stiffness"], "Difference (95% CI)": ["-1.2 (-2.3 to 3.4)", "0.1"]})
SMALL = Table("small_one", "Small", FRAME, ("Means & SDs.", "Second."), pd.DataFrame())
WIDE = Table(
    "wide", "Wide", pd.DataFrame([["-12.3 (-14.5 to 6.7)"] * 7] * 3, columns=list("abcdefg")), (), pd.DataFrame()
)
PREAMBLE = r"\documentclass[a4paper]{article}\usepackage[margin=2cm]{geometry}"

needs_pdflatex = pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdfLaTeX is not installed")


def test_the_first_line_says_what_the_preamble_needs():
    first, *others = as_latex(SMALL).splitlines()
    assert first.startswith("% For pdfLaTeX, LuaLaTeX and XeLaTeX.")
    assert "{lmodern,array,booktabs,longtable}" in first
    assert others[0] == r"\begingroup"


def test_a_table_has_three_lines_its_heads_on_every_page_and_notes_below():
    text = as_latex(SMALL)
    heads = r"\toprule" "\n" r"Outcome & Difference (95\%~CI) \\" "\n" r"\midrule" "\n"
    assert text.count(heads) == 2
    assert text.index(r"\endfirsthead") < text.index(r"\endhead") < text.index("Pain & ")
    assert r"\caption{Small}\label{tab:small-one} \\" in text
    after = text[text.rindex(r"\bottomrule") :]
    assert re.findall(r"\\scriptsize (.*?)\}", after) == [r"Means \& SDs.", "Second."]


def test_the_columns_share_the_line_and_only_numbers_stand_in_the_middle():
    columns = re.findall(r">\{(\\\w+)\\arraybackslash\}p\{([\d.]+)\\dimexpr\\linewidth-2\\tabcolsep", as_latex(SMALL))
    assert [side for side, _ in columns] == [r"\raggedright", r"\centering"]
    assert sum(float(share) for _, share in columns) == pytest.approx(1, abs=0.001)


def test_only_a_wide_table_lies_on_its_side():
    for table, wide in ((SMALL, False), (WIDE, True)):
        text = as_latex(table)
        assert (r"\usepackage{pdflscape}" in text, r"\begin{landscape}" in text, r"\end{landscape}" in text) == (
            wide,
        ) * 3


def test_a_short_table_stays_on_one_page_and_a_long_one_may_break():
    rows = pd.concat([FRAME] * 20)
    assert r"Pain & \ensuremath{-}1.2 (\ensuremath{-}2.3 to 3.4) \\* " in as_latex(SMALL)
    assert r" to 3.4) \\ " in as_latex(Table("long", "Long", rows, (), pd.DataFrame()))


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("100 % & $5 #1 _a", r"100 \% \& \$5 \#1 \_a"),
        ("~^<>|", r"\textasciitilde{}\textasciicircum{}\textless{}\textgreater{}\textbar{}"),
        ("---", r"-\relax{}-\relax{}-"),
        ("-1.5", r"\ensuremath{-}1.5"),
        ("≥ 5 ± 2", r"\ensuremath{\geq} 5 \ensuremath{\pm} 2"),
        ("α, λ and ο", r"\ensuremath{\alpha}, \ensuremath{\lambda} and \ensuremath{\mathrm{o}}"),
        ("Δ", r"\ensuremath{\Delta}"),
        ("a\u0301", "á"),
        ("[1] *", "{[}1] {*}"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_signs(text, latex):
    assert escaped(text) == latex


@pytest.mark.parametrize("text", FOREIGN)
def test_a_table_that_pdflatex_cannot_set_says_so(text):
    assert "% Holds letters that pdfLaTeX cannot set" in as_latex(everywhere(text))


def preamble_of(latex: str) -> str:
    return "".join(re.findall(r"\\usepackage(?:\[.*?\])?\{.*?\}", latex[: latex.index(r"\begingroup")]))


def compiled(tables: list[Table], folder) -> tuple[str, str]:
    """Return the text of the PDF without white space, and the log."""
    pieces = [as_latex(table) for table in tables]
    packages = preamble_of(as_latex(WIDE))
    body = "\n\\clearpage\n".join(pieces)
    (folder / "all.tex").write_text(
        f"{PREAMBLE}{packages}\n\\begin{{document}}\n{body}\n\\end{{document}}\n", encoding="utf-8"
    )
    call = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(call, cwd=folder, capture_output=True, check=False)
    log = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, log[-2000:]
    pages = PdfReader(folder / "all.pdf").pages
    return "".join("".join(page.extract_text() for page in pages).split()), log


@pytest.mark.parametrize(
    ("cohorts", "label"),
    [([], "tab:small-one"), (["my_trial"] * 2, "tab:my-trial-small-one"), (["a", "b"], "tab:small-one")],
)
def test_the_tables_of_two_cohorts_have_two_labels(cohorts, label):
    table = replace(SMALL, source=pd.DataFrame({"cohort": cohorts}))
    assert rf"\label{{{label}}}" in as_latex(table)


@needs_pdflatex
def test_pdflatex_shows_hostile_text_as_text(tmp_path):
    texts = [text for text in HOSTILE if text not in FOREIGN]
    shown, log = compiled([everywhere(text) for text in texts], tmp_path)
    missing = []
    for text in texts:
        plain = "".join(HOSTILE[text].split()).replace("'", "’")
        if shown.count(plain) < 6:  # the title, two headings (longtable keeps them twice), two cells, the note
            missing.append(text)
    assert not missing
    assert "Missing character" not in log


@needs_pdflatex
def test_pdflatex_sets_no_table_beyond_the_margins(tmp_path):
    _, log = compiled([SMALL, WIDE], tmp_path)
    assert "Overfull" not in log
