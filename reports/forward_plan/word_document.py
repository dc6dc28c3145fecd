"""Writes a work programme as a Word document: headings by meeting, and tables with accessible header rows."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from remembrancer.reports.forward_plan.plain_text import held, noted, on_its_way, stands_now, titled
from remembrancer.reports.forward_plan.work_programme import Sitting, WorkProgramme
from remembrancer.wording import moment, phrase, short_day

WIDTHS = (9.8, 3.6, 5.8, 6.3)  # centimetres, on a landscape page


def as_docx(programme: WorkProgramme) -> bytes:
    """Return a work programme as the bytes of a .docx file."""
    document: Any = Document()
    _set_page(document, programme)
    document.add_heading(phrase("plan.title", board=programme.board.name), level=0)
    for sitting in programme.sittings:
        _add_sitting(document, sitting, programme.zone)
    _add_list(document, phrase("plan.waiting"), [noted(item) for item in programme.waiting])
    _add_list(document, phrase("plan.on_hold"), [held(item) for item in programme.on_hold])
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _set_page(document: Any, programme: WorkProgramme) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2)
    normal = document.styles["Normal"].font
    normal.name, normal.size = "Arial", Pt(10)
    for name in ("Title", "Heading 1"):
        document.styles[name].element.rPr.rFonts.set(qn("w:asciiTheme"), "")
        document.styles[name].font.name = "Arial"
    document.styles["Title"].font.size = Pt(22)
    document.core_properties.title = phrase("plan.title", board=programme.board.name)
    document.core_properties.author, document.core_properties.language = "Remembrancer", "en-GB"


def _add_sitting(document: Any, sitting: Sitting, zone: str) -> None:
    document.add_heading(moment(sitting.meeting.starts_at, zone), level=1)
    dates = [f"{each.name}: {short_day(each.counted.date)}" for each in sitting.deadlines]
    if dates:
        document.add_paragraph("; ".join(dates) + ".")
    if sitting.rows:
        _add_table(document, sitting)
    for row in sitting.through:
        document.add_paragraph(on_its_way(row, zone), style="List Bullet")
    if not sitting.rows and not sitting.through:
        document.add_paragraph(phrase("plan.nothing"))


def _add_table(document: Any, sitting: Sitting) -> None:
    columns = phrase("plan.columns").split("; ")
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.autofit = False
    for cell, name in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    _mark_as_head(table.rows[0])
    for row in sitting.rows:
        texts = (titled(row), row.recurrence, row.lead or "–", stands_now(row) or "–")
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            cell.width = Cm(width)


def _mark_as_head(row: Any) -> None:
    """Mark a row as the table's header, so that Word repeats it on each page and screen readers announce it."""
    for cell in row.cells:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E3EDED")):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _add_list(document: Any, title: str, lines: list[str]) -> None:
    if lines:
        document.add_heading(title, level=1)
        for line in lines:
            document.add_paragraph(line, style="List Bullet")
