"""PowerPoint files (PPTX): each slide a page, its title a heading, its notes after it.

What a slide shows is read: text, tables and the figures of charts. Pictures, SmartArt and
comments are not.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml import etree  # type: ignore[import-untyped]
from pptx.chart.chart import Chart
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.package import Package
from pptx.shapes.autoshape import Shape
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide as PptxSlide
from pptx.table import Table

from ingest.content import CELL_BREAK, Content
from ingest.errors import ReadError
from ingest.formats import table_rows
from ingest.formats.office_facts import stated_facts
from ingest.formats.package import opened_office
from ingest.formats.slides import NOTES, Slide, slide_show

_WHAT = "PowerPoint file"
# python-pptx checks little: a damaged part shows as any of these
_DAMAGE = (
    PythonPptxError, zipfile.BadZipFile, zlib.error, etree.LxmlError, OSError, EOFError,
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RuntimeError,
    NotImplementedError, AssertionError,
)  # fmt: skip
_ON_EVERY_SLIDE = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE)
_SAME_LINE = 0.05  # of the slide's height: shapes that begin so close are read from the left


def read_pptx(data: bytes) -> Content:
    """A presentation's slides in their order, hidden ones too. Raises `ReadError` if damaged."""
    package = opened_office(data, _WHAT)
    try:
        # not `pptx.Presentation`, which refuses templates and slide shows
        presentation = Package.open(io.BytesIO(data)).presentation_part.presentation
        height = presentation.slide_height or 0
        footers: set[str] = set()
        slides = [_slide(slide, height, footers) for slide in presentation.slides]
    except _DAMAGE as error:
        raise ReadError(
            "the PowerPoint file is damaged or cut short",
            "download it again, or open it in a presentation program and save it anew",
        ) from error
    content = slide_show(slides)
    return replace(content, found=stated_facts(package, _WHAT).over(content.found))


def _slide(slide: PptxSlide, height: int, footers: set[str]) -> Slide:
    title = slide.shapes.title
    shapes = [shape for shape in slide.shapes if title is None or shape != title]
    return Slide(
        title="" if title is None else _text(title),
        texts=(*_texts(shapes, height, footers), *_notes(slide)),
        is_hidden=slide._element.get("show") in ("0", "false"),
    )


def _texts(shapes: Iterable[BaseShape], height: int, footers: set[str]) -> Iterator[str]:
    """What the shapes say, from the top down and from the left; a footer once in all."""
    for shape in _in_reading_order(shapes, height):
        if shape.is_placeholder and shape.placeholder_format.type in _ON_EVERY_SLIDE:
            continue
        if isinstance(shape, GroupShape):
            yield from _texts(shape.shapes, height, footers)
            continue
        text = _text(shape)
        if shape.is_placeholder and shape.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
            if text in footers:
                continue
            footers.add(text)
        if text:
            yield text


def _in_reading_order(shapes: Iterable[BaseShape], height: int) -> list[BaseShape]:
    """A shape without a place of its own comes first, as in the file."""
    lines: list[list[BaseShape]] = []
    first_top = 0
    for shape in sorted(shapes, key=lambda shape: shape.top or 0):
        top = shape.top or 0
        if not lines or top - first_top > _SAME_LINE * height:
            lines.append([])
            first_top = top
        lines[-1].append(shape)
    return [shape for line in lines for shape in sorted(line, key=lambda shape: shape.left or 0)]


def _text(shape: BaseShape) -> str:
    if isinstance(shape, GraphicFrame):
        if shape.has_table:
            return _table(shape.table)
        return _chart(shape.chart) if shape.has_chart else ""
    if isinstance(shape, Shape):
        # a line break within a paragraph is a vertical tab in python-pptx
        lines = (paragraph.text for paragraph in shape.text_frame.paragraphs)
        return "\n".join(line.replace("\v", "\n").strip() for line in lines if line.strip())
    return ""


def _table(table: Table) -> str:
    """Rows of cells, each cell on one line; a merged cell once."""
    rows = [
        CELL_BREAK.join(
            "" if cell.is_spanned else " ".join(cell.text.split()) for cell in row.cells
        )
        for row in table.rows
    ]
    return "\n".join(row for row in rows if row.strip(CELL_BREAK))


def _chart(chart: Chart) -> str:
    """The chart's title and its figures, for each category a line."""
    title = ""
    if chart.has_title and chart.chart_title.has_text_frame:
        title = " ".join(chart.chart_title.text_frame.text.split())
    rows: list[list[str]] = []
    for plot in chart.plots:
        names = [str(category) for category in plot.categories]
        series = list(plot.series)
        rows.append(["Category", *(one.name or "" for one in series)])
        for at, name in enumerate(names):
            values = [one.values[at] if at < len(one.values) else None for one in series]
            rows.append([name, *("" if v is None else f"{v:.15g}" for v in values)])
        rows.append([])
    return "\n".join(filter(None, [title, *table_rows.blocks(rows)]))


def _notes(slide: PptxSlide) -> Iterator[str]:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    text = frame.text.replace("\v", "\n").strip() if frame is not None else ""
    if text:
        yield NOTES + text
