"""What a click on Right or Wrong does: the turn goes into a question set, out of it, or elsewhere.

A handler is a plain function on plain values. The marks of a page are kept beside its conversation
and not in it, because a turn may be marked while the next question is answered. Nothing here knows
of Gradio, and no HTML is written here: `ui.mark_bar` does that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.evaluation.marked import Exchange, Mark, marked_item, with_short_files
from assistant.evaluation.questions import Item
from assistant.evaluation.saved_sets import DEFAULT, SavedSets
from index.errors import AttestError
from index.library import Library
from ui import mark_bar, render
from ui.chat import Conversation, Turn, View


@dataclass(frozen=True)
class Saved:
    """A mark that was saved in the set `name`, and what that held of the question before it."""

    exchange: Exchange
    mark: Mark
    name: str
    before: Item | None


@dataclass
class Marks:
    """The marks of one page: what was saved, what could not be, and the set that is proposed.

    Both are by the id under which a set has them: of two answers to a question, it has the latter.
    """

    saved: dict[str, Saved] = field(default_factory=dict)
    failed: dict[str, AttestError] = field(default_factory=dict)
    name: str = DEFAULT

    def of(self, exchange: Exchange) -> Saved | None:
        """That of this very answer, None if it has none."""
        saved = self.saved.get(exchange.id)
        return saved if saved and saved.exchange == exchange else None


def mark(library: Library, marks: Marks, exchange: Exchange, is_right: bool, name: str) -> None:
    """Save the exchange as right or wrong in a set of the library, in place of its former mark.

    The mark that it has in that set already is undone: the set has what it had before. What can't
    be done is noted in `marks`.
    """
    former = marks.of(exchange)
    marks.failed.pop(exchange.id, None)
    try:
        name = SavedSets(library.folder).path(name).stem
        if former and (former.mark.is_right, former.name) == (is_right, name):
            _undo(library, exchange, former)
            del marks.saved[exchange.id]
        else:
            marks.saved[exchange.id] = _save(library, exchange, Mark(is_right), name, former)
            if former and former.name != name:
                _undo(library, exchange, former)
        marks.name = name
    except AttestError as error:
        marks.failed[exchange.id] = error


def tick(library: Library, marks: Marks, exchange: Exchange, statement: int) -> None:
    """Note a statement of an answer that was marked wrong as untrue, or as not so after all."""
    former = marks.of(exchange)
    if former is None or former.mark.is_right:
        return
    marks.failed.pop(exchange.id, None)
    changed = Mark(False, former.mark.untrue ^ {statement})
    try:
        marks.saved[exchange.id] = _save(library, exchange, changed, former.name, former)
    except AttestError as error:
        marks.failed[exchange.id] = error


def turn_of(conversation: Conversation, number: int) -> Turn | None:
    """The turn of that number that has an answer, None if there is none."""
    return next((turn for turn in conversation.answered if turn.number == number), None)


def past(view: View, marks: Marks, library: Library) -> str:
    """The HTML of a view's earlier turns, each with its bar."""
    return _with_bars(view.past, view.conversation.past, marks, library)


def latest(view: View, marks: Marks, library: Library) -> str:
    """The HTML of a view's latest turn, with its bar if it is answered."""
    turn = view.conversation.latest
    return _with_bars(view.latest, (turn,) if turn else (), marks, library)


def _with_bars(html: str, turns: Sequence[Turn], marks: Marks, library: Library) -> str:
    finished = [(turn.number, turn.exchange) for turn in turns if turn.exchange]
    if not finished:  # as in every view of a first answer while it streams
        return html
    sets = SavedSets(library.folder)
    known = sets.names()
    for number, exchange in finished:
        saved = marks.of(exchange)
        chosen = saved.mark if saved else None
        noted = _noted(sets, exchange, marks, library)
        bar = mark_bar.bar(number, exchange, chosen, noted, marks.name, known)
        html = html.replace(mark_bar.place(number), bar, 1)
    return html


def _save(
    library: Library, exchange: Exchange, new: Mark, name: str, former: Saved | None
) -> Saved:
    sets = SavedSets(library.folder)
    is_in_it = former is not None and former.name == name
    before = former.before if former and is_in_it else sets.find(name, exchange.id)
    documents = [(entry.source.origin, *entry.origins) for entry in library.entries()]
    sets.save(name, marked_item(with_short_files(exchange, documents), new, before))
    return Saved(exchange, new, name, before)


def _undo(library: Library, exchange: Exchange, saved: Saved) -> None:
    sets = SavedSets(library.folder)
    if saved.before:
        sets.save(saved.name, saved.before)
    else:
        sets.remove(saved.name, exchange.id)


def _noted(sets: SavedSets, exchange: Exchange, marks: Marks, library: Library) -> str:
    """What became of the latest click: an error, or that the mark was saved."""
    saved, failure = marks.of(exchange), marks.failed.get(exchange.id)
    error = render.error(failure.message, failure.remedy) if failure else ""
    if saved is None:
        return error
    path = sets.path(saved.name)
    return error + mark_bar.saved(exchange, saved.mark, saved.name, path, library.folder)
