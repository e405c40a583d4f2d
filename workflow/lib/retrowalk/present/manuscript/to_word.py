"""Write a manuscript as a Word file: styles of headings, real tables, figures with words for those who cannot see them."""

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrowalk.files import write_whole
from retrowalk.present.manuscript.content import Heading, Manuscript, Paragraph, Part, Picture, TablePart
from retrowalk.present.manuscript.numbers_table import Located
from retrowalk.present.tables.files.layout import is_wide, printable
from retrowalk.present.tables.files.word import (
    FONT,
    add_table,
    landscape_section,
    new_document,
    paragraph_style,
    portrait_section,
    put_text,
    save_document,
)
from retrowalk.present.words.cited import Cited, pieces, plain

if TYPE_CHECKING:
    from docx.document import Document

#: Points of the styles that the tables have no use for.
SIZES = {"Title": 16, "Heading 1": 14, "Heading 2": 11.5, "Header": 8.5, "Footer": 8.5, "List Bullet": 10}
#: The style of the words below a figure, and its points.
LEGEND = "Figure legend"
LEGEND_PT = 9
#: Points between a table's notes and what follows.
AFTER_TABLE_PT = 10
#: Width that a figure takes at most, in millimetres: an upright page without its margins.
WIDEST_MM = 170
#: Its greatest height, which leaves room for a legend.
HIGHEST_MM = 215


def write_word(manuscript: Manuscript, path: str | Path) -> list[Located]:
    """Write the Word file, the same bytes for the same manuscript; return each number of its paragraphs with its place."""
    document = _new_document(manuscript)
    writer = _Writer(document)
    writer.heading(manuscript.title, 0)
    for part in manuscript.parts:
        writer.add(part)

    write_whole(path, lambda partial: save_document(document, partial))
    return writer.located


def _new_document(manuscript: Manuscript) -> "Document":
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    document = new_document(manuscript.title)
    for name, size in SIZES.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("eastAsia", "hAnsi", "cs"):  # a theme's font would win over the name
            fonts.set(qn(f"w:{kind}"), FONT)
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
    paragraph_style(document, LEGEND, LEGEND_PT, before=2, after=10)
    section = document.sections[0]
    if manuscript.mark:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        head.add_run(printable(manuscript.mark)).bold = True
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_page_number(foot)
    return document


def _add_page_number(paragraph: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _laid_out(text: str) -> tuple[str, list[tuple[int, Cited]]]:
    """Return a text as it is written, and its numbers with sources, each behind the place of its first character."""
    written, numbers = "", []
    for piece in pieces(text):
        if isinstance(piece, Cited):
            numbers.append((len(written), piece))
        written += printable(piece if isinstance(piece, str) else piece.shown)
    return written, numbers


class _Writer:
    """Puts parts behind each other and keeps the place of every number."""

    def __init__(self, document: "Document") -> None:
        self.document = document
        self.section = ""
        self.located: list[Located] = []

    def add(self, part: Part) -> None:
        match part:
            case Heading():
                self.heading(part.text, part.level)
            case Paragraph():
                styles = {"item": "List Bullet", "legend": LEGEND}
                self._turn(upright=True)
                self._paragraph(part.text, styles.get(part.kind, "Normal"))
            case TablePart():
                self._table(part)
            case Picture():
                self._turn(upright=True)
                self._picture(part)

    def heading(self, text: str, level: int) -> None:
        self._turn(upright=True)
        self.section = printable(text)
        self._paragraph(text, f"Heading {level}" if level else "Title")

    def _paragraph(self, text: str, style: str) -> None:
        written, numbers = _laid_out(text)
        place = len(self.document.paragraphs)
        self.located += [Located(self.section, character, each, paragraph=place) for character, each in numbers]
        put_text(self.document.add_paragraph(style=style), written)

    def _table(self, part: TablePart) -> None:
        from docx.shared import Pt

        self._turn(upright=not is_wide(part.table))
        for place, text in enumerate([part.caption, *part.table.notes], len(self.document.paragraphs)):
            self.located += [Located(self.section, *each, paragraph=place) for each in _laid_out(text)[1]]
        table, frame = len(self.document.tables), part.table.frame
        for row, texts in enumerate([frame.columns, *frame.itertuples(index=False)]):
            for cell, text in enumerate(texts):
                where = {"table": table, "row": row, "cell": cell}
                self.located += [Located(self.section, *each, **where) for each in _laid_out(text)[1]]
        add_table(self.document, replace(part.table, title=plain(part.caption)))
        if part.table.notes:
            self.document.paragraphs[-1].paragraph_format.space_after = Pt(AFTER_TABLE_PT)

    def _picture(self, part: Picture) -> None:
        from docx.shared import Mm

        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(part.png))
        share = min(1, Mm(WIDEST_MM) / shape.width, Mm(HIGHEST_MM) / shape.height)
        shape.width, shape.height = int(shape.width * share), int(shape.height * share)
        properties = shape._inline.docPr
        properties.set("descr", printable(part.description))

    def _turn(self, *, upright: bool) -> None:
        """Begin a page that stands, or lies on its side, where the one before does not."""
        from docx.enum.section import WD_ORIENT

        if (self.document.sections[-1].orientation == WD_ORIENT.PORTRAIT) != upright:
            (portrait_section if upright else landscape_section)(self.document)
