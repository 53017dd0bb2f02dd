"""Which verifier the settings name: the packaged one, a cross-encoder or the chat model."""

from assistant.settings import Settings
from index.embedder import Embedder
from index.errors import InvalidInput
from index.evidence.choice import chosen_verifier
from index.evidence.types import Verifier

CHAT_MODEL = "model"  # the value of ATTEST_VERIFIER that names it


def configured_verifier(settings: Settings, embedder: Embedder) -> Verifier:
    """The verifier of these settings; `embedder` is the library's.

    Raises `InvalidInput` if the chat model is named and none is configured, and what
    `chosen_verifier` raises.
    """
    if settings.verifier != CHAT_MODEL:
        return chosen_verifier(settings.verifier, embedder)
    if settings.model is None:
        raise InvalidInput(
            "ATTEST_VERIFIER=model asks the chat model, and none is configured",
            "set ATTEST_MODEL, or unset ATTEST_VERIFIER for the packaged verifier",
        )
    from assistant.chat_model import open_model  # langchain takes a second to import
    from assistant.model_verifier import ModelVerifier

    return ModelVerifier(open_model(settings))
