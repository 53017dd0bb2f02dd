"""The chat model that writes answers: opened by name, streamed as text.

The only module that imports LangChain's chat models, and only when one is used, because they take
a second to import. Every failure of theirs becomes a `ModelError` in `_explained`. What is asked
of the model, and what its answer is worth, is not decided here.
"""

import importlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, cast

from assistant.errors import ModelError
from assistant.settings import Settings
from assistant.types import Tokens
from index.errors import AttestError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessageChunk

Message = tuple[str, str]  # ("system" | "user", text)

CONNECT_TIMEOUT_S = 10.0
TIMEOUT_S = 120.0  # without a byte; a local model on a small machine reads 1,500 tokens in 10 s
CHECK_TIMEOUT_S = 60.0  # a local server may load the model first
MOST_RETRIES = 1
NO_KEY = "no-key-needed"
# what some servers refuse, by the name in their words and in LangChain's; asked again without both
_OPTIONAL = {"temperature": "temperature", "stream_options": "stream_usage"}
CUT_SHORT = " […]"

# where providers say why the model stopped; absent, the connection broke off
_ENDINGS = ("finish_reason", "stop_reason", "done_reason", "stopReason", "status")
_TELLS_ENDING = ("openai", "azure_openai", "anthropic", "ollama")
_AT_LIMIT = (
    "length",
    "max_tokens",
    "MAX_TOKENS",
    "max_output_tokens",
    "model_context_window_exceeded",
)
_WITHHELD = ("content_filter", "refusal", "SAFETY")

_KEY_WORDS = ("api_key", "api key", "credential", "authentication", "illegal header value")
_STATUSES = {404: "not found", 408: "timed out", 429: "too many"}
# most servers say it in words of their own, and LangChain takes that for a bad request
_TOO_LONG = re.compile(r"context (?:length|size|window)|exceed.{1,40}context|prompt is too long")
_EXPLANATIONS = {
    "not installed": ("can't be used", "install its package with: pip install {package}"),
    "unknown provider": (
        "names no known provider",
        "set ATTEST_MODEL to provider:name, for example ollama:llama3.2, openai:gpt-5.5 or "
        "anthropic:claude-sonnet-4-5",
    ),
    "too long": (
        "can't read so much at once",
        "set ATTEST_PASSAGES to a smaller number, or use a model with a longer context",
    ),
    "timed out": (
        "did not answer in time",
        "ask again; if it happens again, see whether the model's server is overloaded",
    ),
    "unreachable": (
        "can't be reached",
        "start the model's server, check ATTEST_MODEL_URL and the network, or unset ATTEST_MODEL "
        "to answer without a model",
    ),
    "broke off": (
        "broke off before its answer was whole",
        "see whether the model's server is still running and what its log says, then ask again",
    ),
    "no key": ("did not accept the key, or there is none", "set {key} to a valid key"),
    "not found": (
        "is not there",
        "check the model's name, and that ATTEST_MODEL_URL ends as the server wants it (mostly "
        "in /v1); with Ollama, pull the model first",
    ),
    "too many": (
        "takes no more questions for now",
        "wait a minute and ask again, or check the account's limits",
    ),
    "no answer": (
        "sent nothing that can be read as an answer",
        "check that ATTEST_MODEL_URL is the address of an OpenAI-compatible server (mostly it ends "
        "in /v1), and look at the server's log",
    ),
    "server error": (
        "failed on its side",
        "ask again later; if the server is yours, look at its log",
    ),
    "failed": (
        "failed",
        "check ATTEST_MODEL and ATTEST_MODEL_URL, and see: python -m assistant doctor",
    ),
}


class ChatModel:
    """A chat model by provider:name, ready to write.

    `tokens` is what the latest answer cost, None until its server has told; most tell at the end.
    """

    def __init__(self, name: str, chat: "BaseChatModel", where: str) -> None:
        self.name = name
        self._chat = chat
        self._where = where
        self.tokens: Tokens | None = None

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The answer's text, piece by piece as the model sends it.

        Ends with `CUT_SHORT` if the model reached its own length limit. Raises `ModelError` if it
        can't be reached, refuses, or breaks off before it has finished.
        """
        begun, self.tokens = False, None
        try:
            for piece in self._written(self._chat, messages):
                begun = True
                yield piece
        except ModelError as error:
            if begun or not any(name in str(error.__cause__) for name in _OPTIONAL):
                raise
            chat = self._chat.model_copy(update=dict.fromkeys(_OPTIONAL.values()))
            yield from self._written(chat, messages)

    def _written(self, chat: "BaseChatModel", messages: Sequence[Message]) -> Iterator[str]:
        ending = None
        with _explaining(self.name, self._where):
            # closed at once when the reader stops, so that the server stops writing
            chunks = cast("Any", chat.stream(list(messages)))
            with closing(chunks):
                for chunk in chunks:
                    ending = _ending(chunk) or ending
                    self.tokens = _with(self.tokens, chunk)
                    if chunk.text:
                        yield str(chunk.text)
        if ending is None and self.name.partition(":")[0] in _TELLS_ENDING:
            what, remedy = _EXPLANATIONS["broke off"]
            raise ModelError(f"{self.name}{self._where} {what}", remedy)
        if ending in _WITHHELD:
            raise ModelError(
                f"{self.name}{self._where} withheld its answer ({ending})",
                "put the question in other words, or use another model",
            )
        if ending in _AT_LIMIT:
            yield CUT_SHORT


def open_model(
    settings: Settings, *, timeout_s: float = TIMEOUT_S, retries: int = MOST_RETRIES
) -> ChatModel:
    """The chat model that the settings name; nothing is sent yet.

    `timeout_s` is how long it may send nothing, `retries` how often it is asked again before it
    has begun. Raises `ModelError` for an unknown provider, a provider's package that is not
    installed and a missing key.
    """
    name = settings.model or ""
    where = f" at {settings.model_url}" if settings.model_url else ""
    with _explaining(name, where):
        chat = _construct(name, settings.model_url, _options(name, timeout_s, retries))
        return ChatModel(name, chat, where)


def check(settings: Settings) -> None:
    """Have the model write its first word. Raises `ModelError` if it can't be used."""
    model = open_model(settings, timeout_s=CHECK_TIMEOUT_S, retries=0)
    with closing(cast("Any", model.stream([("user", "Say OK.")]))) as answer:
        if next(answer, None) is None:
            raise ModelError(f"{model.name} wrote nothing", _EXPLANATIONS["no answer"][1])


def _construct(name: str, url: str | None, options: Mapping[str, Any]) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    def opened(**more: Any) -> "BaseChatModel":
        return cast("BaseChatModel", init_chat_model(name, **options, **more))

    if url is None:
        return opened()
    try:
        return opened(base_url=url)
    except Exception as error:
        if "api_key" not in str(error):
            raise
        # a server of one's own seldom asks for a key, but the client insists on one; a key in
        # the environment was preferred
        return opened(base_url=url, api_key=NO_KEY)


def _options(name: str, timeout_s: float, retries: int) -> dict[str, Any]:
    """Temperature 0 and the time-out, under the names that the provider gives them."""
    both = (CONNECT_TIMEOUT_S, timeout_s)
    match name.partition(":")[0]:
        case "ollama":
            return {"temperature": 0, "client_kwargs": {"timeout": both}}
        case "openai":
            # asked for the tokens, which LangChain does only at OpenAI's own address
            return {"temperature": 0, "timeout": both, "max_retries": retries, "stream_usage": True}
        case _:
            return {"temperature": 0, "timeout": timeout_s, "max_retries": retries}


def _ending(chunk: "BaseMessageChunk") -> str | None:
    """Why the model stopped; OpenAI's Responses say it in two places."""
    said = chunk.response_metadata
    incomplete = (said.get("incomplete_details") or {}).get("reason")
    reasons = (incomplete, *(said.get(key) for key in _ENDINGS))
    return next((str(reason) for reason in reasons if reason), None)


def _with(tokens: Tokens | None, chunk: "BaseMessageChunk") -> Tokens | None:
    """The count so far with what this piece tells; some servers tell in several."""
    told = getattr(chunk, "usage_metadata", None)
    if not told:
        return tokens
    before = tokens or Tokens(0, 0)
    return Tokens(before.prompt + told["input_tokens"], before.completion + told["output_tokens"])


@contextmanager
def _explaining(name: str, where: str) -> Iterator[None]:
    try:
        yield
    except AttestError:
        raise
    except Exception as error:
        raise _explained(error, name, where) from error


def _explained(error: Exception, name: str, where: str) -> ModelError:
    """What went wrong, and what to do about it; the foreign error's own words are kept."""
    what, remedy = _EXPLANATIONS[_kind(error)]
    module = getattr(_causes(error)[-1], "name", None) or "langchain"  # of an ImportError
    package = str(module).replace("_", "-")
    key = f"{name.partition(':')[0].upper()}_API_KEY"
    return ModelError(
        f"{name}{where} {what}: {_own_words(error)}", remedy.format(package=package, key=key)
    )


def _kind(error: Exception) -> str:
    known = importlib.import_module("langchain_core.exceptions")
    status = getattr(error, "status_code", None)
    # httpx (Ollama) and httpx2 (OpenAI) name theirs alike; the first cause is the telling one
    classes = {cls.__name__ for cause in _causes(error) for cls in type(cause).__mro__}
    text = str(_causes(error)[-1]).lower() + str(error).lower()
    if isinstance(error, ImportError):
        return "not installed"
    if isinstance(error, ValueError) and "provider" in text:
        return "unknown provider"
    if isinstance(error, known.ContextOverflowError) or _TOO_LONG.search(text):
        return "too long"
    if status in (401, 403) or any(word in text for word in _KEY_WORDS):
        return "no key"
    if status in _STATUSES:
        return _STATUSES[status]
    if isinstance(status, int) and status >= 500:
        return "server error"
    if isinstance(error, known.ModelTimeoutError) or "TimeoutException" in classes:
        return "timed out"
    # LangChain calls a connection lost in the middle of an answer unreachable too
    if classes & {"RemoteProtocolError", "ReadError"}:
        return "broke off"
    if isinstance(error, known.ModelConnectionError | OSError) or "ConnectError" in classes:
        return "unreachable"
    # an error that is sent in the middle of an answer has no status, or that of success
    if "APIError" in classes and status in (None, 200):
        return "server error"
    # not JSON, or not one event: some other page is at that address
    if isinstance(error, ValueError) and ("JSONDecodeError" in classes or "no generation" in text):
        return "no answer"
    return "failed"


def _own_words(error: Exception) -> str:
    """The first paragraph of the innermost cause that says anything, at most 300 characters."""
    said = [words for cause in _causes(error) if (words := str(cause).split("\n\n")[0].strip())]
    return " ".join(said[-1].split())[:300] if said else type(error).__name__


def _causes(error: BaseException) -> list[BaseException]:
    """The error, what caused it, and so on."""
    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    return chain
