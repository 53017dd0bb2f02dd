"""The form in which a document's facts are put right: its widgets and their events."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from index.errors import AttestError
from index.library import Library
from index.types import DATE_FORMS, KINDS
from ui import shelf
from ui.listing import Look
from ui.render import error

LABELS = {
    "title": "Title",
    "kind": "Kind",
    "publisher": "Publisher",
    "author": "Author",
    "published": "Date",
    "jurisdiction": "Jurisdiction",
    "supersedes": "Supersedes (the older edition)",
}
NO_EDITION = ("None", shelf.NONE)
# The form opens above the table, which may be screens away from the button that opened it.
FOCUS_FORM = """() => setTimeout(
  () => document.querySelector("#form-title textarea, #form-title input")?.focus(), 100)"""
# A document that the filter leaves out once it is changed has no row any more.
FOCUS_ROW = """() => setTimeout(() => (document.querySelector(
  `button.edit[data-document="${document.body.dataset.edited}"]`) ??
  document.getElementById("news"))?.focus(), 100)"""


@dataclass(frozen=True)
class Widgets:
    """The form: hidden until a row's Edit button opens it on that document."""

    group: gr.Column
    heading: gr.HTML
    fields: dict[str, gr.Textbox | gr.Dropdown]
    save: gr.Button
    cancel: gr.Button
    document: gr.State


def widgets() -> Widgets:
    """The form's widgets, invisible."""
    with gr.Column(visible=False, elem_id="form") as group:
        heading = gr.HTML("", elem_id="form-heading", apply_default_css=False)
        fields: dict[str, gr.Textbox | gr.Dropdown] = {}
        with gr.Row():
            fields["title"] = gr.Textbox(label=LABELS["title"], scale=3, elem_id="form-title")
            fields["kind"] = gr.Dropdown(
                list(KINDS), label=LABELS["kind"], scale=1, elem_id="form-kind"
            )
        with gr.Row():
            for name in ("publisher", "author", "jurisdiction"):
                fields[name] = gr.Textbox(label=LABELS[name], elem_id=f"form-{name}")
            fields["published"] = gr.Textbox(
                label=LABELS["published"], placeholder=DATE_FORMS, elem_id="form-published"
            )
        fields["supersedes"] = gr.Dropdown(
            [NO_EDITION], value=shelf.NONE, label=LABELS["supersedes"], elem_id="form-supersedes"
        )
        with gr.Row():
            save = gr.Button("Save", variant="primary", elem_id="form-save")
            cancel = gr.Button("Cancel", elem_id="form-cancel")
    return Widgets(group, heading, fields, save, cancel, gr.State(""))


def wire(form: Widgets, table: gr.HTML, news: gr.HTML, look: gr.State, library: Library) -> None:
    """Connect a row's Edit button and the form's own buttons to the handlers of `ui.shelf`."""
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    fields = list(form.fields.values())
    names = list(form.fields)

    def on_edit(event: gr.EventData) -> tuple[Any, ...]:
        try:
            opened = shelf.form(library, event.document)
        except AttestError as failure:
            raise gr.Error(failure.message, print_exception=False) from failure
        heading = f"<h2>Edit what is known of this document</h2>{_stated(opened)}"
        return gr.update(visible=True), heading, event.document, *_updates(opened, names)

    def on_save(document_id: str, look: Look, *values: str) -> Iterator[tuple[Any, ...]]:
        facts = {name: value or shelf.NONE for name, value in zip(names, values, strict=True)}
        try:
            view = shelf.saved(library, look, document_id, facts)
        except AttestError as failure:
            yield gr.skip(), gr.skip(), gr.skip(), error(failure.message, failure.remedy)
            # shown above the fields already; raised so that no success follows
            raise gr.Error(failure.message, visible=False, print_exception=False) from failure
        yield view.table, view.news, gr.update(visible=False), ""

    table.edit(on_edit, None, [form.group, form.heading, form.document, *fields], **quiet).success(
        None, None, None, js=FOCUS_FORM
    )
    saving = [table, news, form.group, form.heading]
    gr.on(
        [form.save.click, *(f.submit for f in fields if isinstance(f, gr.Textbox))],
        on_save, [form.document, look, *fields], saving, **quiet,
    ).success(None, None, None, js=FOCUS_ROW)  # fmt: skip
    form.cancel.click(lambda: gr.update(visible=False), None, [form.group], **quiet).then(
        None, None, None, js=FOCUS_ROW
    )


def _stated(opened: shelf.Form) -> str:
    """Which of the facts nobody stated, in words."""
    inferred = [LABELS[name].lower() for name in opened.inferred]
    return f"<p>Inferred, stated by nobody: {', '.join(inferred)}.</p>" if inferred else ""


def _updates(opened: shelf.Form, names: list[str]) -> list[Any]:
    updates = []
    for name in names:
        value = opened.facts[name]
        if name != "supersedes":
            updates.append(gr.update(value=value))
            continue
        choices = [NO_EDITION, *opened.others]
        if value and value not in dict(opened.others).values():
            choices.append((value, value))  # an edition that is not in the library yet
        updates.append(gr.update(choices=choices, value=value))
    return updates
