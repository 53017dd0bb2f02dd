"""Under an answer, as HTML: two buttons that save it in a question set, and where it went.

Pure functions to strings in which names, paths and statements are escaped. What a mark means is
said by `assistant.evaluation.marked`, what a click does by `ui.marking`.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from assistant.evaluation.marked import Exchange, Mark

LONGEST_STATEMENT = 140


def place(number: int) -> str:
    """Where the bar of a turn goes. Text is escaped, so that a turn's HTML has this only once."""
    return f'<div class="marks" data-turn="{number}"></div>'


def bar(
    number: int, exchange: Exchange, mark: Mark | None, noted: str, name: str, sets: Sequence[str]
) -> str:
    """The bar of a turn, to stand in its place.

    `noted` is HTML of what became of a click; `name` is the set that is proposed, `sets` are those
    that there are.
    """
    what = "" if exchange.statements else " the refusal"
    buttons = "".join(_button(is_right, mark) for is_right in (True, False))
    untrue = _untrue(exchange, mark) if mark and not mark.is_right else ""
    return (
        f'<div class="marks" data-turn="{number}" role="group" aria-label="Save for evaluation">'
        f'<p class="marking"><label>Save{what} in <input class="set" list="sets-{number}"'
        f' value="{escape(name)}" aria-label="Question set" autocomplete="off" spellcheck="false">'
        f"</label> as {buttons}</p>{_known(number, sets)}{noted}{untrue}</div>"
    )


def saved(exchange: Exchange, mark: Mark, name: str, path: Path, library: Path) -> str:
    """That the mark was saved, what it is to measure, and how."""
    command = f"python -m assistant evaluate {_argument(path)} --library {_argument(library)}"
    return (
        f'<p class="saved" role="status">Saved in <bdi>“{escape(name)}”</bdi> as '
        f"{_meaning(exchange, mark)}. Choose it again to undo. To evaluate, use the Evaluate tab "
        f"or <code>{escape(command)}</code></p>"
    )


def _known(number: int, sets: Sequence[str]) -> str:
    """The names that the box of the question set offers."""
    options = "".join(f'<option value="{escape(name)}"></option>' for name in sets)
    return f'<datalist id="sets-{number}">{options}</datalist>'


def _button(is_right: bool, mark: Mark | None) -> str:
    chosen = mark is not None and mark.is_right == is_right
    word = "right" if is_right else "wrong"
    return (
        f'<button type="button" class="mark" data-mark="{word}"'
        f' aria-pressed="{"true" if chosen else "false"}">'
        f'<span class="tick" aria-hidden="true">{"✓ " if chosen else ""}</span>'
        f"{word.capitalize()}</button>"
    )


def _meaning(exchange: Exchange, mark: Mark) -> str:
    refused = not exchange.statements
    if mark.is_right and not refused:
        quoted = "find and cite its sources" if exchange.evidence else "answer"
        return f"right: a later answer should {quoted}"
    if mark.is_right and exchange.filtered:
        return (
            "rightly refused under this filter; an evaluation searches the whole library, so "
            "whether to refuse there stays open"
        )
    if mark.is_right:
        return "rightly refused: it should be refused later, too"
    if refused:
        return "wrongly refused: it should be answered"
    if mark.untrue:
        return "wrong: a later answer should not say what is ticked"
    return "wrong; what the answer should be stays open"


def _untrue(exchange: Exchange, mark: Mark) -> str:
    """For a wrong answer: which of its sentences should not be said again."""
    boxes = "".join(
        f'<li><label><input type="checkbox" data-untrue="{at}"'
        f"{' checked' if at in mark.untrue else ''}> "
        f'<span dir="auto">{escape(_clipped(text))}</span></label></li>'
        for at, text in enumerate(exchange.statements)
    )
    return (
        '<fieldset class="untrue"><legend>Tick what is untrue, if anything:</legend>'
        f"<ul>{boxes}</ul></fieldset>"
    )


def _argument(path: Path) -> str:
    """As a shell takes it, on Windows too."""
    return f'"{path}"' if " " in str(path) else str(path)


def _clipped(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_STATEMENT else f"{words[:LONGEST_STATEMENT]} …"
