"""Errors that the project explains, as Gradio shows them: in words, with their remedy."""

from collections.abc import Callable
from functools import wraps
from html import escape
from typing import ParamSpec, TypeVar

import gradio as gr

from index.errors import AttestError
from ui.render import sentence

P = ParamSpec("P")
R = TypeVar("R")


def explained(handler: Callable[P, R]) -> Callable[P, R]:
    """A handler whose explained errors the page shows, with their remedy, in place of a result."""

    @wraps(handler)
    def shown(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except AttestError as failure:
            words = f"{sentence(failure.message)} Try: {failure.remedy}"
            raise gr.Error(escape(words), print_exception=False) from failure

    return shown
