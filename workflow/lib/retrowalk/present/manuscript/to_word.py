"""Write a manuscript as a Word file: styles of headings, real tables, figures with words for those who cannot see them."""

import datetime
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrowalk.files import FIXED_DATE, fix_zip_dates, write_whole
from retrowalk.present.cited import pieces, plain
from retrowalk.present.export import UPRIGHT, add_grid
from retrowalk.present.manuscript.content import Heading, Manuscript, Paragraph, Part, Picture, TablePart
from retrowalk.present.manuscript.numbers_table import Located

if TYPE_CHECKING:
    from docx.document import Document

FONT = "Arial"
#: Points of the text, and of tables and what explains tables and figures.
TEXT_SIZE, SMALL_SIZE = 10.5, 8.5
#: Width that a figure takes at most, in millimetres: an upright page without its margins.
WIDEST_MM = 165
#: What XML 1.0 has no place for.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_word(manuscript: Manuscript, path: str | Path) -> list[Located]:
    """Write the Word file, the same bytes for the same manuscript; return each number of its paragraphs with its place."""
    document = _new_document(manuscript)
    writer = _Writer(document)
    writer.heading(manuscript.title, 0)
    for part in manuscript.parts:
        writer.add(part)

    def write(partial: Path) -> None:
        document.save(str(partial))
        fix_zip_dates(partial)

    write_whole(path, write)
    return writer.located


def _new_document(manuscript: Manuscript) -> "Document":
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2.2))
    sizes = {
        "Normal": TEXT_SIZE,
        "Title": 17,
        "Heading 1": 14,
        "Heading 2": 11.5,
        "Caption": SMALL_SIZE,
        "Header": SMALL_SIZE,
    }
    for name, size in {**sizes, "Footer": SMALL_SIZE, "List Bullet": TEXT_SIZE}.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("eastAsia", "hAnsi", "cs"):  # a theme's font would win over the name
            fonts.set(qn(f"w:{kind}"), FONT)
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
    normal = document.styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(6), 1.15
    document.styles["Caption"].font.bold = False
    if manuscript.mark:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        head.add_run(clean(manuscript.mark)).bold = True
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_page_number(foot)
    when = datetime.datetime(*FIXED_DATE)
    about = document.core_properties
    about.title, about.author, about.last_modified_by, about.comments = (
        clean(plain(manuscript.title))[:255],
        "retrowalk",
        "retrowalk",
        "",
    )
    about.created = about.modified = when
    about.language = "en-GB"
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


def clean(text: str) -> str:
    """Return text without the signs that XML has no place for."""
    return _NOT_XML.sub("", text)


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
                styles = {"item": "List Bullet", "legend": "Caption"}
                self._turn(upright=True)
                self._paragraph(part.text, styles.get(part.kind, "Normal"))
            case TablePart():
                self._table(part)
            case Picture():
                self._turn(upright=True)
                self._picture(part)

    def heading(self, text: str, level: int) -> None:
        self._turn(upright=True)
        self.section = plain(text)
        self._note(text, len(self.document.paragraphs))
        self.document.add_heading(clean(plain(text)), level)

    def _paragraph(self, text: str, style: str) -> Any:
        self._note(text, len(self.document.paragraphs))
        return self.document.add_paragraph(clean(plain(text)), style)

    def _note(self, text: str, paragraph: int) -> None:
        """Keep the places of the numbers of a text that is about to be written."""
        place = 0
        for piece in pieces(text):
            shown = clean(piece if isinstance(piece, str) else piece.shown)
            if not isinstance(piece, str):
                self.located.append(Located(self.section, paragraph, place, piece))
            place += len(shown)

    def _table(self, part: TablePart) -> None:
        from docx.shared import Pt

        self._turn(upright=len(part.table.frame.columns) <= UPRIGHT)
        caption = self._paragraph(part.caption, "Caption")
        caption.runs[0].bold = True
        caption.paragraph_format.keep_with_next = True
        section = self.document.sections[-1]
        grid = add_grid(self.document, part.table, section.page_width - section.left_margin - section.right_margin)
        for row in grid.rows:
            for cell in row.cells:
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(1), 1
                    for run in paragraph.runs:
                        run.font.size = Pt(SMALL_SIZE)
        for note in part.table.notes:
            self._paragraph(note, "Caption").paragraph_format.space_after = Pt(2)

    def _picture(self, part: Picture) -> None:
        from docx.shared import Mm

        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(part.png))
        if shape.width > Mm(WIDEST_MM):
            shape.width, shape.height = Mm(WIDEST_MM), shape.height * Mm(WIDEST_MM) // shape.width
        properties = shape._inline.docPr
        properties.set("descr", clean(part.description))

    def _turn(self, *, upright: bool) -> None:
        """Begin a page that stands, or lies on its side, where the one before does not."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        section = self.document.sections[-1]
        if (section.orientation == WD_ORIENT.PORTRAIT) == upright:
            return
        width, height = section.page_width, section.page_height
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = height, width
