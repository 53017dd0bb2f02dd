"""Pictures of pages are read in reading order, whichever way up, or refused; nothing is fetched."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from index.types import Page
from ingest.errors import ReadError
from ingest.formats import image, recognition
from ingest.formats.image import read_image
from ingest.formats.reading_order import Line, in_reading_order
from ingest.formats.recognition import Recognised, recognise

PROSE = """Forced labour is work that is
exacted from any person under
the menace of any penalty, and
for which that person has not
offered himself voluntarily."""
FONT = ImageFont.load_default(size=28)


def drawn(
    text: str, size: tuple[int, int] = (640, 300), at: tuple[int, int] = (30, 30)
) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).multiline_text(at, text, "black", FONT, spacing=12)
    return picture


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def column(text: str, left: float, top: float = 0, pitch: float = 20) -> list[Line]:
    """Lines of ten pixels a character, one below the other; an empty one is a gap."""
    return [
        Line(line, left, top + n * pitch, left + 10 * len(line), top + n * pitch + 16)
        for n, line in enumerate(text.split("\n"))
        if line
    ]


# --- reading order -------------------------------------------------------------------------------


def test_two_columns_are_read_one_after_the_other_and_what_spans_them_in_its_place() -> None:
    title = column("A title that goes over both of the columns of the page", 0)
    left = column(PROSE, 0, 40)
    right = column(PROSE.upper(), 340, 43)
    footer = column("and a line below that goes over both of them as well", 0, 160)
    lines = [*right, *footer, *left, *title]
    assert in_reading_order(lines).split("\n\n") == [
        title[0].text, PROSE, PROSE.upper(), footer[0].text,
    ]  # fmt: skip


def test_three_columns_are_read_one_after_the_other() -> None:
    lines = [*column(PROSE, 0), *column(PROSE.upper(), 340), *column(PROSE.title(), 680)]
    assert in_reading_order(lines).split("\n\n") == [PROSE, PROSE.upper(), PROSE.title()]


def test_cells_side_by_side_are_one_row() -> None:
    names = column("Year\n2018\n2019\n2020\n2021", 0)
    counts = column("Victims\n41\n37\n59\n60", 200, 3)
    assert in_reading_order([*counts, *names]) == "Year Victims\n2018 41\n2019 37\n2020 59\n2021 60"


@pytest.mark.parametrize("pitch", [20, 40])
def test_a_gap_wider_than_usual_parts_paragraphs(pitch: float) -> None:
    lines = column("one\ntwo\nthree\n\nfour\nfive\nsix", 0, pitch=pitch)
    assert in_reading_order(lines) == "one\ntwo\nthree\n\nfour\nfive\nsix"


def test_a_stamp_up_the_margin_is_read_last() -> None:
    stamp = Line("arXiv 2018", 0, 0, 16, 100)
    assert in_reading_order([stamp, *column(PROSE, 40)]) == f"{PROSE}\n\narXiv 2018"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("human traf-\nficking is a crime", "human trafficking\nis a crime"),
        ("human traf-\nficking, is", "human trafficking,\nis"),
        ("the Anglo-\nSaxon law", "the Anglo-\nSaxon law"),
        ("anti-\ntrafficking and anti-trafficking", "anti-trafficking\nand anti-trafficking"),
        ("pages 10-\n12", "pages 10-\n12"),
        ("a list -\nof words", "a list -\nof words"),
    ],
)
def test_words_broken_at_line_ends_are_made_whole(text: str, expected: str) -> None:
    assert in_reading_order(column(text, 0)) == expected


def test_no_lines_have_no_text() -> None:
    assert in_reading_order([]) == ""


# --- recognition ---------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 3])
def test_a_page_is_read_whichever_way_up_it_was_scanned(turn: float) -> None:
    page = drawn(PROSE).rotate(turn, expand=True, fillcolor="white")
    found = recognise(page)
    assert found.text == PROSE
    assert 0.9 < found.confidence <= 1


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (400, 300), "white"),
        Image.new("1", (400, 300)),
        Image.new("RGBA", (400, 300)),
        Image.new("CMYK", (400, 300)),
        Image.effect_noise((400, 300), 90),
        Image.new("L", (1, 1)),
        Image.new("L", (20_000, 9)),
        Image.new("L", (9, 20_000)),
    ],
    ids=lambda picture: f"{picture.mode} {picture.size}",
)
def test_a_picture_without_words_has_no_text_and_no_confidence(picture: Image.Image) -> None:
    assert recognise(picture) == Recognised("", 0.0)


@pytest.mark.parametrize(
    ("texts", "scores", "expected"),
    [
        (("Forced labour is a crime", "Forced labour"), (1.0, 0.8), Recognised(
            "Forced labour is a crime\nForced labour", (24 * 1.0 + 13 * 0.8) / 37)),
        (("Forced labour is a crime", "wron9 lettors"), (0.96, 0.49),
         Recognised("Forced labour is a crime", 0.96)),
        (("Forced labour is a crime", " ."), (0.96, 0.99),
         Recognised("Forced labour is a crime", 0.96)),
        ((" . ", "o"), (0.99, 0.99), Recognised("", 0.0)),
        (("ACILU CGUU XQILU", "GILaa tAtu AAtlu"), (0.8, 0.79), Recognised("", 0.0)),
        ((), (), Recognised("", 0.0)),
    ],
)  # fmt: skip
def test_lines_in_an_unknown_script_are_not_taken_for_words(
    texts: tuple[str, ...], scores: tuple[float, ...], expected: Recognised
) -> None:
    """The engine sees blanks there, or letters that it is not sure of."""
    corners = ((0, 0), (240, 0), (240, 24), (0, 24))
    boxes = np.array([[(x, y + 30 * n) for x, y in corners] for n, _ in enumerate(texts)])
    found = recognition._recognised(boxes.reshape(-1, 4, 2).astype(float), texts, scores)
    assert found.text == expected.text
    assert abs(found.confidence - expected.confidence) < 1e-9


def test_letters_on_a_transparent_ground_are_read_as_on_white() -> None:
    picture = Image.new("RGBA", (500, 100))
    ImageDraw.Draw(picture).text((30, 30), "Forced labour", "black", FONT)
    assert recognise(picture).text == "Forced labour"


def test_a_missing_model_is_named_and_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(recognition._MODELS, "Rec", "missing.onnx")
    recognition._engine.cache_clear()
    with pytest.raises(ReadError, match=r"missing\.onnx") as refusal:
        recognise(drawn(PROSE))
    assert "rapidocr" in refusal.value.remedy


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux only")
def test_a_full_page_is_read_in_two_gigabytes_of_address_space_without_a_word_on_the_terminal() -> (
    None
):
    program = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
from tests.test_recognition import PROSE, drawn
from ingest.formats.recognition import recognise
page = drawn("\\n".join([PROSE] * 8), (1700, 2200))
print(recognise(page).text.count("menace"))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, cwd=Path(__file__).parents[1], timeout=120, check=False,
    )  # fmt: skip
    assert (ran.stdout, ran.stderr) == ("8\n", "")


# --- picture files -------------------------------------------------------------------------------


def numbered() -> Iterator[str]:
    yield from ("first page", "", "third page")


def test_each_page_of_a_picture_is_a_page_with_its_confidence() -> None:
    texts = numbered()
    frames = [Image.new("L", (60, 40), shade) for shade in (0, 99, 255)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    content = read_image(data, lambda _: Recognised(text := next(texts), 0.8 if text else 0.0))
    assert content.text == "first page\n\nthird page"
    assert content.pages == (
        Page(1, 0, 10, recognised=0.8), Page(2, 10, 10), Page(3, 12, 22, recognised=0.8),
    )  # fmt: skip
    assert content.caution == "read by text recognition (OCR), confidence 0.80"
    assert content.pictures == ()


def test_without_a_recogniser_the_pages_are_pictures() -> None:
    frames = [Image.new("L", (60, 40), shade) for shade in (0, 255)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    content = read_image(data)
    assert (content.text, content.pictures, content.caution) == ("", (1, 2), "")


def test_a_picture_without_words_is_refused_and_says_which_scripts_are_read() -> None:
    with pytest.raises(ReadError, match=r"no words in the picture.*Latin"):
        read_image(saved(Image.new("L", (60, 40)), "PNG"), lambda _: Recognised("", 0.0))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
def test_every_kind_of_picture_is_read(form: str) -> None:
    assert read_image(saved(drawn(PROSE), form), recognise).text == PROSE


def test_a_photograph_is_turned_as_the_camera_noted() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the upper edge is on the right
    data = saved(Image.new("L", (60, 40)), "JPEG", exif=exif)
    assert read_image(data, lambda picture: Recognised(str(picture.size), 1.0)).text == "(40, 60)"


def test_a_scan_with_16_bits_a_pixel_is_not_all_white() -> None:
    scan = drawn("Forced labour", (400, 100)).convert("L").point(lambda shade: shade * 200, "I")
    data = saved(scan.convert("I;16"), "TIFF")
    assert read_image(data, recognise).text == "Forced labour"


def test_a_moving_picture_is_its_first_frame() -> None:
    frames = [Image.new("L", (60, 40), shade) for shade in (0, 255)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read_image(data).pictures == (1,)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
def test_a_damaged_picture_is_refused(form: str) -> None:
    whole = saved(Image.effect_noise((200, 200), 90), form)
    for data in (whole[: len(whole) // 2], whole[:20], whole[:30] + b"\xff" * 30 + whole[60:90]):
        with pytest.raises(ReadError, match=r"damaged|too large"):
            read_image(data, lambda picture: Recognised(str(picture.convert("L").size), 1.0))


def test_a_picture_that_unpacks_to_too_much_is_refused_before_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = saved(Image.new("1", (30_000, 30_000)), "PNG")
    assert len(bomb) < 150_000
    for data in (bomb, saved(Image.new("1", (10_000, 10_000)), "PNG")):
        with pytest.raises(ReadError, match="too large"):
            read_image(data)
    monkeypatch.setattr(image, "MOST_PAGES", 2)
    frames = [Image.new("L", (60, 40), shade) for shade in (0, 99, 255)]
    with pytest.raises(ReadError, match="more than 2 pages"):
        read_image(saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]))
