"""The page: its three tabs side by side, nothing else.

What a handler does is in `ui.chat`, `ui.checking` and `ui.shelf`, which widgets call it in
`ui.chat_tab`, `ui.check_tab` and `ui.library_tab`, and what the page looks like in `ui.theme`.
"""

from concurrent.futures import Future
from typing import cast

import gradio as gr

from index.library import Library
from ui import chat_tab, check_tab, library_tab
from ui.chat import Answers
from ui.checking import Loading

TITLE = "Attest"


def build_app(assistant: "Future[Answers]", library: Library, largest_bytes: int) -> gr.Blocks:
    """The app on this library. `assistant` may still be loading when the page opens.

    A dropped file of more than `largest_bytes` is refused.
    """
    app = gr.Blocks(analytics_enabled=False, title=TITLE, fill_width=True)
    with app:
        gr.HTML(f'<div class="brand">{TITLE}</div>', elem_id="brand", apply_default_css=False)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat", elem_id="chat-tab"):
                chat_tab.wire(chat_tab.widgets(), assistant)
            with gr.Tab("Check", elem_id="check-tab"):
                # it checks, too; the type of a `Future` can't say both
                check_tab.wire(check_tab.widgets(), cast(Loading, assistant), largest_bytes)
            with gr.Tab("Library", elem_id="library-tab") as tab:
                library_tab.wire(library_tab.widgets(), tab, library, largest_bytes)
    return app
