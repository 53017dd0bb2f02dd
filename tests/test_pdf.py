"""PDFs made here: their text, their maps, and what can be wrong with them."""

import pytest
from PIL import Image

from ingest.content import Content, Metadata
from ingest.errors import ReadError
from ingest.formats.pdf import read_pdf
from ingest.formats.pdf.opening import MOST_PAGES
from ingest.formats.recognition import Recognised
from tests.test_readers import headed


def at(x: float, y: float, text: str, size: float = 10, *, font: str = "F", turn: str = "") -> str:
    """Words at a place of the page, in points from its lower left; font "B" is bold."""
    return f"BT /{font} {size} Tf {turn or '1 0 0 1'} {x} {y} Tm ({text}) Tj ET "


def box(left: float, bottom: float, width: float, height: float, colour: str = "0 g") -> str:
    return f"q {colour} {left} {bottom} {width} {height} re f Q "


def picture(width: float, height: float, left: float = 0, bottom: float = 0) -> str:
    return f"q {width} 0 0 {height} {left} {bottom} cm /I Do Q "


PICTURE = picture(100, 100, 72, 600)


def lines(*texts: str, x: float = 72, top: float = 720, step: float = 14, size: float = 12) -> str:
    return "".join(at(x, top - step * row, text, size) for row, text in enumerate(texts))


def pdf(
    pages: list[str],
    *,
    info: str = "",
    outline: str = "",
    trailer: str = "",
    catalog: str = "",
    rotate: int = 0,
    xmp: str = "",
) -> bytes:
    """A PDF whose pages draw this, or show lines of plain words one below the other."""
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R {'/Outlines 90 0 R' if outline else ''} {catalog} >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids "
        f"[{' '.join(f'{100 + 2 * at} 0 R' for at in range(len(pages)))}] >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
        "/BitsPerComponent 8 /Length 1 >>\nstream\nx\nendstream",
        5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
        80: f"<< {info} >>",
        81: f"<< /Type /Metadata /Subtype /XML /Length {len(xmp)} >>\nstream\n{xmp}\nendstream",
    }
    for number, text in enumerate(pages):
        drawn = text if text.endswith(" ") else lines(*text.split("\n")) if text else ""
        objects[100 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Rotate {rotate} "
            f"/Contents {101 + 2 * number} 0 R "
            "/Resources << /Font << /F 3 0 R /B 5 0 R >> /XObject << /I 4 0 R >> >> >>"
        )
        objects[101 + 2 * number] = f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream"
    if outline:
        objects[90] = "<< /Type /Outlines /First 91 0 R /Last 91 0 R /Count 1 >>"
        objects[91] = f"<< /Title ({outline}) /Parent 90 0 R /Dest [102 0 R /Fit] >>"
    data, places = b"%PDF-1.4\n", {}
    for number, value in objects.items():
        places[number] = len(data)
        data += f"{number} 0 obj\n{value}\nendobj\n".encode("latin-1")
    table = "".join(f"{number} 1\n{place:010} 00000 n \n" for number, place in places.items())
    table = f"xref\n0 1\n0000000000 65535 f \n{table}"
    trailer = f"trailer\n<< /Size 9999 /Root 1 0 R /Info 80 0 R {trailer} >>\n"
    return data + f"{table}{trailer}startxref\n{len(data)}\n%%EOF\n".encode()


def on_pages(content: Content) -> list[str]:
    """The text of each page."""
    return [content.text[page.start : page.end] for page in content.pages]


LOCKED = (
    "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
    f"/O <{'00' * 32}> /U <{'00' * 32}> >>"
)


def test_pages_of_a_pdf_are_numbered_by_sheets_and_hold_their_text() -> None:
    content = read_pdf(pdf(["First sheet\nsecond line", "", "Third sheet"]))
    assert [(p.number, content.text[p.start : p.end]) for p in content.pages] == [
        (1, "First sheet\nsecond line"),
        (2, ""),
        (3, "Third sheet"),
    ]
    assert not content.caution


def test_the_outline_of_a_pdf_gives_headings_where_their_titles_stand() -> None:
    pages = ["Contents", "The chapter on aims.\n2. Aims\nText of the chapter."]
    assert headed(read_pdf(pdf(pages, outline="Aims"))) == [(1, "Aims", "2. Aim")]
    assert headed(read_pdf(pdf(pages, outline="Nowhere"))) == [(1, "Nowhere", "The ch")]


def test_a_pdf_says_its_title_and_author_unless_a_program_made_the_title_up() -> None:
    for title, expected in (("Annual  Report", "Annual Report"), ("report.indd", "")):
        data = pdf(["words"], info=f"/Title ({title}) /Author (A. Smith)")
        found = read_pdf(data).found
        assert (found.title or "", found.author) == (expected, "A. Smith")


def test_a_title_that_nobody_states_is_taken_from_the_largest_words_of_the_first_page() -> None:
    body = lines(*["Words of the text, in its usual size."] * 4, top=500)
    head = at(72, 700, "A Report on Ports", 24) + at(72, 672, "and Harbours", 24) + body
    for page, info, title, inferred in (
        (head, "", "A Report on Ports and Harbours", ("title",)),
        (head, "/Title (Stated)", "Stated", ()),
        (head, "/Title (Microsoft Word - draft7)", "A Report on Ports and Harbours", ("title",)),
        (head, "/Title (Slide 1)", "A Report on Ports and Harbours", ("title",)),
        (body, "", None, ()),
        (at(72, 700, "7", 40) + body, "", None, ()),
    ):
        found = read_pdf(pdf([page], info=info)).found
        assert (found.title, found.inferred) == (title, inferred)


def test_the_day_of_creation_is_an_inferred_date_and_xmp_names_the_publisher() -> None:
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:d="http://purl.org/dc/elements/1.1/" '
        'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description>'
        "<d:publisher><r:Bag><r:li>A Press</r:li></r:Bag></d:publisher><d:title><r:Alt>"
        "<r:li>Said  in XMP</r:li></r:Alt></d:title></r:Description></r:RDF></x:xmpmeta>"
    )
    for info, published in (
        ("/CreationDate (D:20180414093000Z)", "2018-04-14"),
        ("/CreationDate (D:201804)", "2018-04"),
        ("/CreationDate (D:20181399)", None),
        ("/CreationDate (yesterday)", None),
    ):
        found = read_pdf(pdf(["words"], info=info, xmp=xmp)).found
        assert (found.title, found.publisher) == ("Said in XMP", "A Press")
        assert found.published == published
        assert ("published" in found.inferred) == bool(published)


def test_an_xmp_packet_that_is_broken_or_hostile_is_passed_over() -> None:
    for xmp in (
        "<x:xmpmeta><a></x:xmpmeta>",
        "<x:xmpmeta" * 1000,
        '<x:xmpmeta xmlns:x="x"><!DOCTYPE a [<!ENTITY b "c">]>&b;</x:xmpmeta>',
    ):
        assert read_pdf(pdf(["words"], xmp=xmp)).found == Metadata()


def test_pages_have_the_labels_that_are_printed_on_them() -> None:
    labels = "/PageLabels << /Nums [0 << /S /r /St 4 >> 2 << /S /D /St 3 >> 3 << /S /D >>] >>"
    content = read_pdf(pdf(["words"] * 4, catalog=labels))
    assert [page.label for page in content.pages] == ["iv", "v", None, "1"]


# --- pictures ------------------------------------------------------------------------------------


STAMP = at(72, 760, "Filed 2009")
SCAN = picture(612, 792)


def test_pages_whose_words_are_pictures_are_named() -> None:
    long = lines(*["A page of text, that has a picture behind all of it."] * 12)
    for pages, pictures, caution in (
        (["words", PICTURE, "", PICTURE], (2, 4), "pages 2, 4 are pictures whose words were not"),
        ([SCAN + STAMP], (1,), "page 1 is a picture whose words were not read"),
        ([PICTURE + STAMP], (1,), "page 1 is a picture"),
        ([SCAN + STAMP + at(200, 400, "X")], (1,), "page 1 is a picture"),
        ([SCAN + long], (), ""),
        (["words"], (), ""),
    ):
        content = read_pdf(pdf(pages))
        assert content.pictures == pictures
        assert content.caution.startswith(caution)


def test_pictures_are_recognised_where_that_can_be_done() -> None:
    sizes = []

    def recognise(image: Image.Image) -> Recognised:
        sizes.append(image.size)
        return Recognised("FILED 2009\nWords  of a scan", 0.9)

    content = read_pdf(pdf(["words", SCAN + STAMP, SCAN + at(72, 20, "Seal 7")]), recognise)
    assert on_pages(content) == [
        "words",
        "FILED 2009\nWords of a scan",
        "Seal 7\n\nFILED 2009\nWords of a scan",
    ]
    assert [page.recognised for page in content.pages] == [None, 0.9, 0.9]
    assert (content.pictures, sizes) == ((), [(1700, 2200)] * 2)
    assert content.caution == "pages 2-3 were read by text recognition (OCR)"
    nothing = read_pdf(pdf([SCAN]), lambda _: Recognised("", 0.0))
    assert (nothing.text, nothing.pictures) == ("", ())
    assert "found no words" in nothing.caution


def test_a_page_as_large_as_a_field_is_drawn_no_larger_than_is_safe() -> None:
    sizes = []

    def recognise(image: Image.Image) -> Recognised:
        sizes.append(image.size)
        return Recognised("seen", 0.5)

    huge = pdf([SCAN]).replace(b"[0 0 612 792]", b"[0 0 9e5 20 ]")
    read_pdf(huge, recognise)
    assert max(sizes[0]) <= 3000


# --- what else a file holds ----------------------------------------------------------------------


def test_scripts_are_not_run_and_embedded_files_not_opened_and_both_are_told() -> None:
    script = "<< /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert) >>] >> >>"
    content = read_pdf(pdf(["words"], catalog=f"/Names {script}"))
    assert content.caution == "it holds JavaScript, which was not run"
    files = "<< /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (list.xls) /EF << >> >>] >> >>"
    content = read_pdf(pdf(["words"], catalog=f"/Names {files}"))
    assert content.caution == "files embedded in it were not opened: list.xls"


def test_text_under_black_boxes_is_kept_and_told() -> None:
    word = at(72, 700, "Dr. Smith was asked", 12)
    told = "page 1 has text under black boxes, which anyone can read in the file"
    for drawn, caution in (
        (word + box(70, 695, 120, 16), told),
        (box(70, 695, 120, 16) + word, told),  # black on black
        (word + box(70, 695, 120, 16, "0.9 g"), ""),  # a light ground
        (box(70, 695, 120, 16) + f"1 g {word}", ""),  # the white head of a table
        (word + box(70, 697, 120, 1.5), ""),  # a rule
        (word + box(70, 500, 120, 16), ""),
        (box(0, 0, 612, 792) + f"1 g {word}", ""),  # a dark page
    ):
        content = read_pdf(pdf([drawn]))
        assert (content.text, content.caution) == ("Dr. Smith was asked", caution)


@pytest.mark.parametrize(
    ("data", "reason", "remedy"),
    [
        (pdf(["", ""]), "no text: its pages (2) are blank", "right file"),
        (pdf(["words"], trailer=LOCKED), "password", "without the password"),
        (pdf(["words"] * 9)[:-200], "cut short", "again"),
        (pdf(["words"] * 9)[:900], "cut short", "again"),
        (b"junk\n" + pdf(["words"] * 9)[:900], "cut short", "again"),
        (b"%PDF-1.4\n" + b"\x93garbage" * 400 + b"\n%%EOF\n", "damaged", "print it"),
        (b"no PDF at all", "damaged", "print it"),
        (pdf([""] * (MOST_PAGES + 1)), "5,001 pages", "split"),
    ],
    ids=["blank", "password", "end missing", "half", "junk", "garbage", "no PDF", "long"],
)
def test_a_pdf_that_cannot_be_read_is_refused_for_its_own_reason(
    data: bytes, reason: str, remedy: str
) -> None:
    with pytest.raises(ReadError) as refusal:
        read_pdf(data)
    assert reason in refusal.value.message
    assert remedy in refusal.value.remedy


def test_a_few_bytes_before_its_beginning_do_not_harm_a_pdf() -> None:
    assert read_pdf(b"\r\n\r\n" + pdf(["words"])).text == "words"
