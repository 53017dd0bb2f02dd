"""Text recognition (OCR): the words on a picture, with how sure of them the engine is.

The engine is RapidOCR, whose wheel carries the PP-OCRv6 models: for Latin, Chinese and Japanese
script, not for Cyrillic, Greek, Hebrew, Arabic or Korean, which come out as blanks and wrong
letters and are refused. Only these models are loaded, never fetched ones. A page takes seconds,
and memory is what bounds it: a reader's process may have 2 GB of address space, so there is one
thread, a line at a time, and the picture is scaled down.
"""

import importlib.util
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ingest.errors import ReadError
from ingest.formats.reading_order import Line, in_reading_order

if TYPE_CHECKING:
    from rapidocr import RapidOCR

LEAST_CONFIDENCE = 0.5  # of a line; below it are stains and drawings
_FEWEST_LETTERS = 0.4  # on a line as long as it is high: Latin has 2 to 3, Chinese 1
_SURE = 0.9  # confidence of a line of print in a known script, even scanned badly
_LEAST_SURE = 0.33  # share of a page; else it is in another script, or too blurred to trust
LONGEST_SIDE_PX = 2000  # a page of 11 inches at 180 dpi
_SHORT_SIDE_PX = 1000  # a picture whose longer side is less is doubled: its letters are tiny
_DETECTION_SIDE_PX = 1280  # finding lines needs less detail than reading them, and most memory
_FEWEST_PX = 8
_LONGEST_LINE = 100.0  # its width by its height; a longer one is a ruled line
_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
_SETTINGS = {
    "Global.log_level": "critical",
    "Det.limit_type": "max",
    "Det.limit_side_len": _DETECTION_SIDE_PX,
    "Rec.rec_batch_num": 1,  # lines of one length are rare, and padding costs time as well
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
}
_UPSIDE_DOWN = "180"
_TALL = 1.5  # height by width of a box that the engine takes for a line turned to the side
_PLAIN_LINE = 4.0  # width by height of a line whose slant can be told

_Boxes = NDArray[np.float64]  # (lines, 4 corners one after the other, x and y in pixels)
_Pixels = NDArray[np.uint8]  # (height, width, blue green red)


@dataclass(frozen=True)
class Recognised:
    """The text in reading order, and the mean confidence of its characters in [0, 1].

    A picture without words that could be read has the text "" and the confidence 0.0.
    """

    text: str
    confidence: float


def recognise(picture: Image.Image) -> Recognised:
    """The words on a page, whichever way up it was scanned; seconds for a full one.

    Raises `ReadError` if the engine's models are missing or it fails.
    """
    from rapidocr.inference_engine.onnxruntime import ONNXRuntimeError
    from rapidocr.main import RapidOCRError

    if min(picture.size) < _FEWEST_PX:
        return Recognised("", 0.0)
    pixels = _pixels(picture)
    try:
        boxes, crops = _found(_engine(), pixels)
        read = _engine().recognize_txt(crops) if crops else None
    except RapidOCRError:  # its word for a picture without text
        return Recognised("", 0.0)
    except (ONNXRuntimeError, MemoryError) as error:
        raise ReadError(
            "text recognition failed on a picture, most likely for want of memory",
            "scan it with fewer dots per inch, or recognise its text with another program",
        ) from error
    if read is None:
        return Recognised("", 0.0)
    return _recognised(_levelled(boxes), read.txts or (), read.scores or ())


@cache
def _engine() -> "RapidOCR":
    """The engine, once a process; its logging would write to the terminal."""
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    found = importlib.util.find_spec("rapidocr")
    models = Path(*(found.submodule_search_locations or ())[:1] if found else (), "models")
    paths = {f"{step}.model_path": models / name for step, name in _MODELS.items()}
    for path in paths.values():
        if not path.is_file():  # without a path the engine would download it
            raise ReadError(
                f"text recognition lacks its model {path.name}",
                "install the package rapidocr anew: its wheel carries the models",
            )
    from rapidocr import RapidOCR

    return RapidOCR(params=_SETTINGS | {step: str(path) for step, path in paths.items()})


def _pixels(picture: Image.Image) -> _Pixels:
    """The picture on white, at a size that the engine reads well and memory bears."""
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    longest = max(picture.size)
    scale = 2.0 if longest < _SHORT_SIDE_PX else min(1.0, LONGEST_SIDE_PX / longest)
    width, height = (max(_FEWEST_PX, round(side * scale)) for side in picture.size)
    scaled = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    return np.ascontiguousarray(np.asarray(scaled)[:, :, ::-1])


def _found(engine: "RapidOCR", pixels: _Pixels) -> tuple[_Boxes, list[_Pixels]]:
    """Boxes of lines and what is in them, both as on an upright page."""
    crops, detected = engine.detect_and_crop(pixels, {})
    boxes = np.asarray(detected.boxes, dtype=np.float64)
    kept = [n for n, crop in enumerate(crops) if crop.shape[1] <= _LONGEST_LINE * crop.shape[0]]
    if not kept:
        return boxes[:0], []
    boxes, crops = boxes[kept], [crops[n] for n in kept]
    _, turns = engine.cls_and_rotate(crops)
    labels = np.array([label == _UPSIDE_DOWN for label, _ in turns.cls_res or ()])
    return _upright(boxes, crops, labels, pixels.shape[1], pixels.shape[0])


def _upright(
    boxes: _Boxes, crops: list[_Pixels], is_upside_down: NDArray[np.bool_], width: int, height: int
) -> tuple[_Boxes, list[_Pixels]]:
    """The page turned so that most of its lines are upright, and each crop upright.

    Lines that run with most of the page are turned as most of them are: of a single short one
    the classifier is less sure. The engine has turned tall crops to the left already.
    """
    across = np.linalg.norm(boxes[:, 0] - boxes[:, 1], axis=1)
    down = np.linalg.norm(boxes[:, 0] - boxes[:, 3], axis=1)
    is_tall, is_wide = down >= _TALL * across, across >= _TALL * down
    is_sideways = bool(down[is_tall].sum() > across[is_wide].sum())
    with_page = ~(is_wide if is_sideways else is_tall)
    length = np.maximum(across, down) * (is_tall | is_wide) * with_page
    is_turned = bool(length[is_upside_down].sum() > length[~is_upside_down].sum())
    if is_sideways:
        boxes, width, height = boxes[:, :, ::-1] * (1, -1) + (0, width), height, width
    if is_turned:
        boxes = (width, height) - boxes
    quarters = 2 * np.where(with_page, is_turned, is_upside_down)
    quarters += is_sideways & ~is_tall & ~is_wide
    return boxes, [np.rot90(crop, n) for crop, n in zip(crops, quarters, strict=True)]


def _levelled(boxes: _Boxes) -> _Boxes:
    """The boxes of a page that was scanned at a slant, as if it had been laid straight."""
    edges = np.concatenate((boxes[:, 1] - boxes[:, 0], boxes[:, 2] - boxes[:, 1]))
    edges *= np.where(edges[:, :1] < 0, -1, 1)
    flat = edges[edges[:, 0] > _PLAIN_LINE * np.abs(edges[:, 1])]
    if not len(flat):
        return boxes
    long = flat[flat[:, 0] >= np.median(flat[:, 0])]
    slant = np.median(np.arctan2(long[:, 1], long[:, 0]))
    turn = np.array(((np.cos(slant), -np.sin(slant)), (np.sin(slant), np.cos(slant))))
    return boxes @ turn


def _recognised(boxes: _Boxes, texts: Sequence[str], scores: Sequence[float]) -> Recognised:
    """The lines that could be read, or nothing of a page of which too little is sure."""
    lines = [
        (Line(" ".join(text.split()), *box.min(axis=0), *box.max(axis=0)), float(score))
        for box, text, score in zip(boxes, texts, scores, strict=True)
    ]
    read = [(line, score) for line, score in lines if _is_read(line, score)]
    sure_px = sum(_length(line) for line, score in read if score >= _SURE)
    if not read or sure_px < _LEAST_SURE * sum(_length(line) for line, _ in lines):
        return Recognised("", 0.0)
    characters = sum(len(line.text) for line, _ in read)
    mean = sum(len(line.text) * score for line, score in read) / characters
    return Recognised(in_reading_order([line for line, _ in read]), min(1.0, mean))


def _length(line: Line) -> float:
    return max(line.width, line.height)


def _is_read(line: Line, score: float) -> bool:
    """Whether there are letters enough for the box, and they are likely the right ones.

    Of a script that it does not know the engine is sure to see blanks.
    """
    letters = len("".join(line.text.split()))
    places = _length(line) / max(1.0, min(line.width, line.height))
    return letters > 0 and score >= LEAST_CONFIDENCE and letters >= _FEWEST_LETTERS * places
