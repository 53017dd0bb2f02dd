"""Pages that are pictures: which they are, and how they are drawn for text recognition."""

from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.formats.pdf.lines import Sheet

if TYPE_CHECKING:
    from PIL.Image import Image

DPI, LONGEST_SIDE_PX = 200, 3_000  # a hostile page may be as large as a field
_STAMP_CHARS = 100  # fewer over a picture that fills the page are a stamp, not its text
_STAMPS_CHARS, _EDGE = 400, 0.12  # nor are more of them, if only at the head or foot
_SMALLEST_PT = 20.0  # the width of a picture that may hold words
_FILLED, _SOME = 0.5, 0.02  # of the page, by its pictures
_DRAWN_LETTERS = 50  # lines and curves on a page without text: letters that were drawn
_POINTS_PER_INCH = 72
_DEEPEST, _MOST_OBJECTS = 3, 3_000


def is_picture(page: pdfium.PdfPage, sheet: Sheet) -> bool:
    """Whether only text recognition could read the page: what it has as text is but a stamp."""
    lines = (*sheet.lines, *sheet.aside)
    letters = sum(len(line.text) for line in lines)
    low, high = _EDGE * sheet.height, (1 - _EDGE) * sheet.height
    between = sum(len(line.text) for line in lines if low <= line.base <= high)
    if letters >= _STAMPS_CHARS or between >= _STAMP_CHARS:
        return False
    width, height = page.get_size()
    filled, pictures, paths = 0.0, 0, 0
    kinds = [raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH]
    for count, found in enumerate(page.get_objects(filter=kinds, max_depth=_DEEPEST)):
        if count > _MOST_OBJECTS:
            break
        if found.type == raw.FPDF_PAGEOBJ_PATH:
            paths += 1
            continue
        holder = found
        while holder.container is not None:  # its place is told in what holds it
            holder = holder.container
        left, bottom, right, top = holder.get_bounds()
        if right - left >= _SMALLEST_PT and top - bottom >= _SMALLEST_PT / 2:
            pictures += 1
        # some scanners cut a page into stripes
        filled += (right - left) * (top - bottom) / (width * height or 1)
    if letters:
        return filled >= _FILLED or (not between and pictures > 0)
    return pictures > 0 or filled >= _SOME or paths >= _DRAWN_LETTERS


def drawn(page: pdfium.PdfPage) -> "Image":
    """The page as it looks, upright, at 200 dots per inch or the most that is safe."""
    scale = min(DPI / _POINTS_PER_INCH, LONGEST_SIDE_PX / max(*page.get_size(), 1.0))
    image: Image = page.render(scale=scale).to_pil()
    return image.convert("RGB")
