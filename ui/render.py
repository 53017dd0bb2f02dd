"""A turn of the conversation as HTML: the answer beside the sources it stands on.

Everything here is a pure function from values to a string in which all text that came from a
document, a file name, a question or a model is escaped; the only markup is this module's own.
What a source card looks like is `ui.sources`' job, colours and layout are `style/`'s.
"""

from collections.abc import Sequence
from html import escape

from assistant.types import (
    CONTRADICTED,
    NO_EVIDENCE,
    PARTLY_SUPPORTED,
    Answer,
    Citation,
    Statement,
)
from ui import mark_bar
from ui.sources import anchor, byline, nearest_card, source_card

LONGEST_SHOWN_QUESTION = 300
FAULT = "Attest met a fault of its own"
LONGEST_HEADLINE = 120  # a longer question is set as text
NEAREST_SHOWN = 3
# what is said of a sentence that isn't supported; what is, stands without a word
VERDICT_WORDS = {
    PARTLY_SUPPORTED: "supported in part",
    CONTRADICTED: "contradicted",
    NO_EVIDENCE: "no source",
}


def answered(number: int, answer: Answer) -> str:
    """A finished turn: an answer with its sources, or an abstention with what came nearest."""
    status = _abstention(answer) if answer.abstained else _statements(number, answer)
    body = f"{_searched(answer.question, answer.standalone_question)}{status}{_footer(answer)}"
    return _turn(number, answer.question, body + mark_bar.place(number), _sources(number, answer))


def underway(
    number: int,
    question: str,
    standalone: str,
    status: str,
    text: str,
    checked: Sequence[Statement] = (),
) -> str:
    """A turn that is still being answered: what is happening, and the text so far.

    `checked` are the sentences that have their verdicts, `text` is what follows them.
    """
    body = _searched(question, standalone) if standalone else ""
    body += f'<p class="status" role="status"><span class="pulse"></span>{escape(status)}</p>'
    return _turn(number, question, body + _so_far(text, checked), "")


def stopped(number: int, question: str, text: str, checked: Sequence[Statement] = ()) -> str:
    """A turn that its reader stopped: the text so far, and that it is not an answer."""
    body = _so_far(text, checked)
    kept = "The text above is incomplete; what has no flag may be unchecked. " if body else ""
    body += f'<p class="note stopped" role="status"><strong>Stopped.</strong> {kept}</p>'
    return _turn(number, question, body, "")


def failed(number: int, question: str, message: str, remedy: str) -> str:
    """A turn that ended in an error: what went wrong and what to do next."""
    return _turn(number, question, error(message, remedy), "")


def error(message: str, remedy: str, *, is_new: bool = True, details: str = "") -> str:
    """An error with its remedy, to stand anywhere on the page; a new one is announced.

    `details` is HTML that follows the message.
    """
    role = ' role="alert"' if is_new else ""
    return (
        f'<div class="note error"{role}>'
        f"<p><strong>Error:</strong> {escape(sentence(message))}</p>{details}"
        f"<p><strong>Try:</strong> {escape(remedy)}</p></div>"
    )


def count(number: int, noun: str) -> str:
    """A number of things: "1 passage", "1,200 passages"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def sentence(message: str) -> str:
    """An error's message with a full stop, and a capital letter if it begins with a plain word."""
    first, space, rest = message.rstrip(".").partition(" ")
    return f"{first[:1].upper() + first[1:] if first.isalpha() else first}{space}{rest}."


def copied(answer: Answer) -> str:
    """The answer with its footnotes as plain text, as the copy button puts it."""
    if answer.abstained:
        return f"{answer.question}\n\nNot answered from the library. {answer.reason or ''}".rstrip()
    sentences = [_plain_statement(statement) for statement in answer.statements]
    between = "\n\n" if any(statement.attribution for statement in answer.statements) else " "
    notes = "\n".join(_plain_note(citation) for citation in answer.citations)
    return f"{answer.question}\n\n{between.join(sentences)}\n\nSources\n{notes}"


def _turn(number: int, question: str, body: str, aside: str) -> str:
    """One turn: its question over two columns, the answer and the sources."""
    long = " long" if len(question) > LONGEST_HEADLINE else ""
    return (
        f'<article class="turn" id="turn-{number}" data-turn="{number}">'
        f'<h2 class="question{long}" dir="auto">{escape(_clipped(question))}</h2>'
        f'<div class="columns"><section class="answer" aria-label="Answer">{body}</section>'
        f"{aside}</div></article>"
    )


def _so_far(text: str, checked: Sequence[Statement]) -> str:
    """The text of an unfinished answer, its sentences flagged as far as they are judged."""
    shown = " ".join(_flagged(statement) for statement in checked)
    if not (text or shown):
        return ""
    return f'<div class="prose streaming" dir="auto">{shown} {_lines(text)}</div>'


def _flagged(statement: Statement) -> str:
    words = VERDICT_WORDS.get(statement.grounding.verdict)
    if words is None:
        return _lines(statement.text)
    flag = f'<span class="flag unchecked">{words}</span>'
    return f'<span class="unsupported">{_lines(statement.text)}</span> {flag}'


def _searched(question: str, standalone: str) -> str:
    if " ".join(standalone.split()) == " ".join(question.split()):
        return ""
    return (
        '<p class="searched"><span class="label">Searched for</span> '
        f'<bdi class="standalone">{escape(_clipped(standalone))}</bdi></p>'
    )


def _statements(number: int, answer: Answer) -> str:
    """Extractive statements are paragraphs of their own; a model's sentences run on."""
    cited = {citation.marker: citation for citation in answer.citations}
    shown = [_statement(number, statement, cited) for statement in answer.statements]
    if any(statement.attribution for statement in answer.statements):
        inner = "".join(f'<p class="sentence">{html}</p>' for html in shown)
    else:
        inner = f'<p class="sentence">{" ".join(shown)}</p>'
    return f'<div class="prose" dir="auto">{inner}</div>{_check_this(answer)}'


def _statement(number: int, statement: Statement, cited: dict[int, Citation]) -> str:
    text = statement.text
    opening = ""
    if statement.attribution and text.startswith(f"{statement.attribution}: "):
        # a line of its own: the colon is there for those who hear or copy it
        who = f'{escape(statement.attribution)}<span class="colon">: </span>'
        opening = f'<span class="attribution">{who}</span>'
        text = text[len(statement.attribution) + 2 :]
    words = f"{opening}{_lines(text)}"
    if not statement.supported:
        words = f'<span class="unsupported {statement.grounding.verdict}">{words}</span>'
    notes = "".join(_reference(number, cited[marker]) for marker in statement.citations)
    return f"{words}{notes}{_flags(number, statement, cited)}{_why(number, statement, cited)}"


def _reference(number: int, citation: Citation) -> str:
    """A footnote number: a link to its source, named for those who hear the page."""
    name = f"Source {citation.marker}: {byline(citation.passage.document)}"
    return (
        f'<a class="ref" role="doc-noteref" href="#{anchor(number, citation.marker)}"'
        f' data-source="{anchor(number, citation.marker)}" aria-label="{escape(name)}"'
        f' title="{escape(name)}">{citation.marker}</a>'
    )


def _flags(number: int, statement: Statement, cited: dict[int, Citation]) -> str:
    """What a reader must know about this sentence, in words."""
    kinds = {cited[marker].passage.document.kind for marker in statement.citations}
    flags = [("opinion", "opinion", "Rests on an opinion piece alone")] * (kinds == {"opinion"})
    grounding = statement.grounding
    if grounding.verdict in VERDICT_WORDS:
        flags.append(("unchecked", VERDICT_WORDS[grounding.verdict], "; ".join(grounding.why)))
    for marker in statement.invented_markers:
        words = f"cites [{marker}]: no such source"
        flags.append(("unchecked", words, "The model wrote a footnote that points nowhere"))
    shown = "".join(
        f' <span class="flag {kind}" title="{escape(title)}">{escape(words)}</span>'
        for kind, words, title in flags
    )
    if grounding.verdict == CONTRADICTED and grounding.marker in cited:
        shown += _reference(number, cited[grounding.marker])
    return shown


def _why(number: int, statement: Statement, cited: dict[int, Citation]) -> str:
    """Under a sentence that isn't borne out: the reasons, and the words that contradict it."""
    grounding = statement.grounding
    if statement.supported or not grounding.why:
        return ""
    reasons = escape("; ".join(grounding.why))
    if grounding.verdict == CONTRADICTED and grounding.marker in cited:
        citation = cited[grounding.marker]
        words = " ".join(citation.quote.split())
        reasons += f" — “{escape(words)}”{_reference(number, citation)}"
    return f'<span class="why" dir="auto">{reasons}</span>'


def _check_this(answer: Answer) -> str:
    """What must be looked at with care, and what was taken out."""
    report = answer.report
    unsupported = sum(not statement.supported for statement in answer.statements)
    invented = sum(len(statement.invented_markers) for statement in answer.statements)
    lines = []
    if unsupported:
        lines.append(f"{count(unsupported, 'sentence')} without a source that bears it out")
    if invented:
        lines.append(
            f"{count(invented, 'footnote')} that {'points' if invented == 1 else 'point'} nowhere"
        )
    if report.misquotations:
        lines.append(f"{count(report.misquotations, 'quotation')} that no source has")
    shown = ""
    if lines:
        shown = (
            f'<p class="note warning"><strong>Check this answer.</strong> It has '
            f"{', '.join(lines)}; each is marked where it stands.</p>"
        )
    if answer.struck:
        items = "".join(f'<li dir="auto">{_lines(s.text)}</li>' for s in answer.struck)
        shown += (
            f'<details class="note struck"><summary>{count(len(answer.struck), "sentence")} taken '
            f"out, because no source bears it out</summary><ul>{items}</ul></details>"
        )
    return shown


def _abstention(answer: Answer) -> str:
    """The reason says what was looked for and what came nearest; `_sources` shows the latter."""
    return (
        '<div class="note abstention" role="status">'
        "<p><strong>Not answered.</strong></p>"
        f'<p dir="auto">{escape(answer.reason or "No passage answers this.")}</p></div>'
    )


def _sources(number: int, answer: Answer) -> str:
    if answer.abstained:
        title = "What came nearest"
        cards = [
            nearest_card(number, rank, hit.passage)
            for rank, hit in enumerate(answer.passages[:NEAREST_SHOWN], 1)
        ]
    else:
        title = f"Sources ({len(answer.citations)})"
        cards = [source_card(number, citation) for citation in answer.citations]
    if not cards:
        return ""
    return (
        f'<aside class="sources" aria-label="{title}" tabindex="0"><h3>{title}</h3>'
        f'<ol class="cards">{"".join(cards)}</ol></aside>'
    )


def _footer(answer: Answer) -> str:
    if answer.model == "extractive":
        how = "Word for word from the sources; no language model wrote this."
    else:
        how = f"Written by {answer.model} from the sources; check what matters against them."
    if answer.abstained:
        how = f"{count(len(answer.passages), 'passage')} looked through."
    return (
        '<p class="footer"><button type="button" class="copy" '
        f'data-copy="{escape(copied(answer))}">Copy</button>'
        f'<span class="how">{escape(how)} <span class="seconds">{answer.seconds.total:.2f} s'
        "</span></span></p>"
    )


def _plain_statement(statement: Statement) -> str:
    verdict = statement.grounding.verdict
    markers = "".join(f"[{marker}]" for marker in statement.citations)
    flag = f" ({VERDICT_WORDS[verdict]})" if verdict in VERDICT_WORDS else ""
    return f"{statement.text} {markers}".rstrip() + flag


def _plain_note(citation: Citation) -> str:
    document = citation.passage.document
    where = "".join(f", p. {page}" for page in citation.passage.pages[:1])
    quote = " ".join(citation.quote.split())
    return f"[{citation.marker}] {document.title} ({byline(document)}{where}): “{quote}”"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _clipped(question: str) -> str:
    if len(question) <= LONGEST_SHOWN_QUESTION:
        return question
    return f"{question[:LONGEST_SHOWN_QUESTION]} … ({len(question):,} characters)"
