"""Presentations made here: slides as pages under their titles, and what can be wrong with them."""

import io

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.content import Content
from ingest.errors import ReadError
from ingest.formats.pptx import read_pptx

TITLE_ONLY, BLANK = 5, 6  # layouts of the default template


def presentation(*, title: str = "") -> bytes:
    file = Presentation()
    file.core_properties.title = title
    first = file.slides.add_slide(file.slide_layouts[TITLE_ONLY])
    first.shapes.title.text = "Trends 2020"
    for text, left, top in (("low", 1, 5), ("right", 5, 2.01), ("left", 1, 2)):
        box = first.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1))
        box.text_frame.text = text
    first.shapes.add_group_shape().shapes.add_textbox(0, Inches(6), 9, 9).text_frame.text = "inside"
    first.notes_slide.notes_text_frame.text = "Say it slowly."
    file.slides.add_slide(file.slide_layouts[BLANK])
    third = file.slides.add_slide(file.slide_layouts[BLANK])
    third._element.set("show", "0")
    table = third.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
    for at, text in enumerate(("Country", "Tier", "Kenya", "2")):
        table.cell(at // 2, at % 2).text = text
    data = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["2019", "2020"]
    data.add_series("Victims", (5, 6.5))  # type: ignore[no-untyped-call]
    third.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, Inches(3), Inches(4), Inches(3), data)
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def pages(content: Content) -> list[str]:
    return [content.text[page.start : page.end] for page in content.pages]


def test_each_slide_is_a_page_read_from_the_top_down_and_from_the_left() -> None:
    first, second, third = pages(read_pptx(presentation()))
    assert first.split("\n\n") == [
        "Trends 2020", "left", "right", "low", "inside", "Notes: Say it slowly."
    ]  # fmt: skip
    assert second == ""
    assert third.split("\n\n") == [
        "Country | Tier\nKenya | 2",
        "Category: 2019 | Victims: 5\nCategory: 2020 | Victims: 6.5",
    ]


def test_titles_are_headings_and_a_slide_without_one_has_its_number() -> None:
    content = read_pptx(presentation())
    assert [(h.level, h.title) for h in content.headings] == [(1, "Trends 2020"), (1, "Slide 3")]
    assert content.text[content.headings[1].start :].startswith("Country")
    assert content.caution == "hidden slides are read as well: 3"


def test_a_presentation_is_called_what_it_states_or_by_its_first_title() -> None:
    stated = read_pptx(presentation(title="Said")).found
    inferred = read_pptx(presentation()).found
    assert (stated.title, stated.inferred) == ("Said", ())
    assert (inferred.title, inferred.inferred) == ("Trends 2020", ("title",))


@pytest.mark.parametrize("data", [presentation()[:-100], presentation()[:5000], b"no"])
def test_a_damaged_presentation_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match="damaged or cut short"):
        read_pptx(data)
