"""Pictures of pages: scans and photographs, whose words only text recognition can read.

A TIFF file holds many pages; of moving pictures the first frame is taken. Pixels are counted
before any of them is unpacked. The recognition itself is `recognition`'s.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from index.types import Page
from ingest.content import BLOCK_BREAK, Content
from ingest.errors import ReadError
from ingest.formats.recognition import Recognised

MOST_PIXELS = 60_000_000  # of one page: A4 at 750 dpi, or A3 at 530
MOST_PAGES = 500
_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
# Pillow's decoders check little: a damaged picture shows as any of these
_DAMAGE = (
    UnidentifiedImageError, OSError, EOFError, SyntaxError, ValueError, LookupError, TypeError,
    AttributeError, OverflowError, ZeroDivisionError, NotImplementedError, RuntimeError,
    struct.error, zlib.error,
)  # fmt: skip

Recogniser = Callable[[Image.Image], Recognised]


def read_image(data: bytes, recognise: Recogniser | None = None) -> Content:
    """The words on a picture's pages; without a recogniser none, and the pages as `pictures`.

    Raises `ReadError` if it is damaged, has more than `MOST_PIXELS` or `MOST_PAGES`, or if no
    word was recognised.
    """
    if recognise is None:
        return Content("", pictures=tuple(n for n, _ in enumerate(_pages(data), start=1)))
    text = ""
    pages: list[Page] = []
    for number, picture in enumerate(_pages(data), start=1):
        found = recognise(picture)
        if found.text:
            text += BLOCK_BREAK if text else ""
        confidence = found.confidence if found.text else None
        end = len(text) + len(found.text)
        pages.append(Page(number, len(text), end, recognised=confidence))
        text += found.text
    if not text:
        raise ReadError(
            "text recognition found no words in the picture: it reads print in Latin, Chinese and "
            "Japanese script",
            "add a copy with text, or type what it says",
        )
    return Content(text, pages=tuple(pages), caution=_caution(pages))


def _caution(pages: list[Page]) -> str:
    """How sure the recognition was, by the share of the text that each page has."""
    read = [(page.recognised, page.end - page.start) for page in pages if page.recognised]
    mean = sum(sure * size for sure, size in read) / max(1, sum(size for _, size in read))
    return f"read by text recognition (OCR), confidence {mean:.2f}"


def _pages(data: bytes) -> Iterator[Image.Image]:
    """The pages one after the other, upright as the camera noted it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about sizes (checked here) and harmless damage
            picture = Image.open(io.BytesIO(data), formats=_FORMATS)
            for number in range(MOST_PAGES + 1):
                if not _turned_to(picture, number):
                    return
                _check_size(picture, number)
                yield _upright(picture)
    except Image.DecompressionBombError as error:
        raise _too_large(f"it has more than {MOST_PIXELS:,} pixels") from error
    except MemoryError as error:
        raise _too_large("it takes too much memory") from error
    except _DAMAGE as error:
        raise ReadError(
            "the picture is damaged or cut short", "download it again, or save it anew"
        ) from error


def _turned_to(picture: Image.Image, number: int) -> bool:
    """Whether there is such a page (from 0), which then is the picture's frame."""
    if number == 0:
        return True
    if picture.format != "TIFF":
        return False
    try:
        picture.seek(number)
    except EOFError:
        return False
    return True


def _check_size(picture: Image.Image, number: int) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_large(f"page {number + 1} has {width:,} by {height:,} pixels")
    if number == MOST_PAGES:
        raise ReadError(
            f"the picture has more than {MOST_PAGES:,} pages", "split it into several files"
        )


def _too_large(why: str) -> ReadError:
    return ReadError(
        f"the picture is too large: {why}", "save it with fewer dots per inch: 300 are plenty"
    )


def _upright(picture: Image.Image) -> Image.Image:
    """The frame's pixels, those of 16 bits as 8: converting would make them all white."""
    frame = ImageOps.exif_transpose(picture)
    if frame.mode.startswith("I") or frame.mode == "F":
        pixels = np.asarray(frame, dtype=np.float64)
        most = max(float(pixels.max(initial=0.0)), 1.0)
        return Image.fromarray((pixels.clip(0) * (255 / most)).astype(np.uint8))
    return frame
