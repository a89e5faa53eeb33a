"""Variables about the language model (docs/facts/aeterna-server.md#language-models)."""

from collections.abc import Callable
from typing import TypeVar

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.llm import Bedrock, Google, Ollama, OpenAi
from aeterna_nb.generate.environment.seen import url_seen
from aeterna_nb.generate.environment.variable import AWS, Given, Holds, Value, Variable, handed_on, of

Model = TypeVar("Model")


def of_model(kind: type[Model], value: Callable[[Model], Given]) -> Value:
    """A value that follows from a language model of a kind."""
    return of(lambda config: config.llm, kind, value)


def _provider(config: SetupConfig) -> Given:
    """The provider as the server knows it; others end it (docs/facts/aeterna-server.md#language-models)."""
    match config.llm:
        case OpenAi() | Ollama():
            # Ollama speaks OpenAI's interface.
            return "openai"
        case Google() | Bedrock():
            return config.llm.provider
        case None:
            return None
    return "none"


def _model_url(config: SetupConfig) -> Given:
    match config.llm:
        case OpenAi(base_url=url):
            return url_seen(config, url)
        case Ollama(host=host):
            return f"{(url_seen(config, host) or '').rstrip('/').removesuffix('/v1')}/v1"
    return None


def _openai_or_ollama(value: Callable[[OpenAi | Ollama], Given]) -> Value:
    return lambda config: value(config.llm) if isinstance(config.llm, OpenAi | Ollama) else None


_EMBEDDING = "the embedding model"
LLM = (
    Variable("AETERNA_LLM_PROVIDER", "the language model", _provider),
    Variable(
        "OPENAI_API_KEY",
        "the key of the language model",
        # The server ends without one, also where none is asked for (docs/facts/aeterna-server.md#language-models).
        of_model(Ollama, lambda _: "ollama"),
        secret="openai_api_key",
        from_secret=lambda config: isinstance(config.llm, OpenAi),
    ),
    Variable("AETERNA_OPENAI_MODEL", "the model", _openai_or_ollama(lambda llm: llm.model)),
    Variable("AETERNA_OPENAI_EMBEDDING_MODEL", _EMBEDDING, _openai_or_ollama(lambda llm: llm.embedding_model)),
    Variable("AETERNA_OPENAI_BASE_URL", "the address of the language model", _model_url, holds=Holds.URL),
    Variable("AETERNA_GOOGLE_PROJECT_ID", "the project at Google", of_model(Google, lambda llm: llm.project)),
    Variable("AETERNA_GOOGLE_LOCATION", "the location at Google", of_model(Google, lambda llm: llm.location)),
    Variable("AETERNA_GOOGLE_MODEL", "the model", of_model(Google, lambda llm: llm.model)),
    Variable("AETERNA_GOOGLE_EMBEDDING_MODEL", _EMBEDDING, of_model(Google, lambda llm: llm.embedding_model)),
    *handed_on(lambda config: isinstance(config.llm, Google), "GOOGLE_ACCESS_TOKEN"),
    Variable("AETERNA_BEDROCK_REGION", "the region of Bedrock", of_model(Bedrock, lambda llm: llm.region)),
    Variable("AETERNA_BEDROCK_MODEL", "the model", of_model(Bedrock, lambda llm: llm.model)),
    Variable("AETERNA_BEDROCK_EMBEDDING_MODEL", _EMBEDDING, of_model(Bedrock, lambda llm: llm.embedding_model)),
    *handed_on(lambda config: isinstance(config.llm, Bedrock), *AWS),
)
