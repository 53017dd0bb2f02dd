"""The page: its four tabs side by side, nothing else.

What a handler does is in `ui.chat`, `ui.checking`, `ui.evaluating` and `ui.shelf`, which widgets
call it in `ui.chat_tab`, `ui.check_tab`, `ui.evaluate_tab` and `ui.library_tab`, and what the page
looks like in `ui.theme`.
"""

import gradio as gr

from assistant.assistant import Assistant
from index.library import Library
from ui import chat_tab, check_tab, evaluate_tab, library_tab
from ui.loading import Loading

TITLE = "Attest"


def build_app(assistant: Loading[Assistant], library: Library, largest_bytes: int) -> gr.Blocks:
    """The app on this library. `assistant` may still be loading when the page opens.

    A dropped file of more than `largest_bytes` is refused.
    """
    app = gr.Blocks(analytics_enabled=False, title=TITLE, fill_width=True)
    with app:
        gr.HTML(f'<div class="brand">{TITLE}</div>', elem_id="brand", apply_default_css=False)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat", elem_id="chat-tab"):
                chat_tab.wire(chat_tab.widgets(), assistant, library)
            with gr.Tab("Check", elem_id="check-tab"):
                check_tab.wire(check_tab.widgets(), assistant, largest_bytes)
            with gr.Tab("Evaluate", elem_id="evaluate-tab") as tab:
                evaluate_tab.wire(evaluate_tab.widgets(), tab, assistant, library, largest_bytes)
            with gr.Tab("Library", elem_id="library-tab") as tab:
                library_tab.wire(library_tab.widgets(), tab, library, largest_bytes)
    return app
