"""A place on which one file is dropped: who reads it, and that the place is free for the next."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from ui.explained import explained


def wire_drop(
    drop: gr.File, read: Callable[[Path, str], Any], outputs: Sequence[Component], **shown: Any
) -> None:
    """Have `read` take the copy of each dropped file, under the name that the file has.

    What it returns goes to `outputs`, what it raises is explained; `shown` are options of the
    event, such as where progress is shown.
    """

    def on_drop(file: dict[str, Any]) -> Any:
        path = Path(file["path"])
        return read(path, Path(file["orig_name"] or path).name)

    # Not preprocessed, because that loses the file's name; that it is one which this page uploaded
    # is checked before.
    taken = drop.upload(
        explained(on_drop), [drop], outputs, preprocess=False, api_visibility="private", **shown
    )
    # for the next file; Gradio's `then` does not come after an error
    for ended in (taken.success, taken.failure):
        ended(
            lambda: None, None, [drop], queue=False, show_progress="hidden",
            api_visibility="private",
        )  # fmt: skip
