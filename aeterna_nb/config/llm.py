"""The language model that embeds and reasons."""

from typing import Annotated, ClassVar, Literal

from aeterna_nb.config.ask import ALWAYS, Ask, Section
from aeterna_nb.config.types import Line, Secret, Url

EMBEDDINGS = "Turns text into vectors."
ANSWERS = "Reads and writes text."


class NoLlm(Section):
    """No language model."""

    title: ClassVar[str] = "None"
    note: ClassVar[str] = "Everything that needs embeddings refuses; the rest works."
    provider: Literal["none"]


class OpenAi(Section):
    """OpenAI, or a service with its interface."""

    prefix: ClassVar[str] = "openai"
    title: ClassVar[str] = "OpenAI"
    note: ClassVar[str] = "OpenAI, or any service with the same interface."
    provider: Literal["openai"]
    api_key: Annotated[
        Secret | None, Ask(label="OpenAI API key", help="Kept in the secrets file only.", needed=ALWAYS)
    ] = None
    model: Annotated[Line, Ask(label="OpenAI model", help=ANSWERS)] = "gpt-4o"
    embedding_model: Annotated[Line, Ask(label="OpenAI embedding model", help=EMBEDDINGS, advanced=True)] = (
        "text-embedding-3-small"
    )
    base_url: Annotated[
        Url | None,
        Ask(
            label="Another address with OpenAI's interface",
            help="Leave it empty for OpenAI itself.",
            example="https://gateway.example.com/v1",
            advanced=True,
        ),
    ] = None


class Anthropic(Section):
    """Anthropic."""

    prefix: ClassVar[str] = "anthropic"
    title: ClassVar[str] = "Anthropic"
    note: ClassVar[str] = "Kept for a later server version; the present one can't use it."
    provider: Literal["anthropic"]
    api_key: Annotated[Secret | None, Ask(label="Anthropic API key", help="Kept in the secrets file only.")] = None
    model: Annotated[Line, Ask(label="Anthropic model", help=ANSWERS)] = "claude-sonnet-4-5"


class Ollama(Section):
    """Ollama, through its OpenAI-compatible address."""

    prefix: ClassVar[str] = "ollama"
    title: ClassVar[str] = "Ollama"
    note: ClassVar[str] = "Models on a machine of yours, reached through its OpenAI-compatible address."
    provider: Literal["ollama"]
    host: Annotated[Url, Ask(label="Address of Ollama", help="Reachable from where the server runs.")] = (
        "http://localhost:11434"
    )
    model: Annotated[Line, Ask(label="Ollama model", help=ANSWERS)] = "llama3.1"
    embedding_model: Annotated[Line, Ask(label="Ollama embedding model", help=EMBEDDINGS, advanced=True)] = (
        "nomic-embed-text"
    )


class Google(Section):
    """Google's Gemini on Vertex AI."""

    prefix: ClassVar[str] = "google"
    title: ClassVar[str] = "Google"
    note: ClassVar[str] = "Gemini on Vertex AI, with the identity of the place where it runs."
    provider: Literal["google"]
    project: Annotated[
        Line,
        Ask(label="Google Cloud project for the model", help="The project's ID.", example="my-project-123"),
    ]
    location: Annotated[Line, Ask(label="Location", help="Where the models run.", example="us-central1")]
    model: Annotated[Line, Ask(label="Google model", help=ANSWERS)] = "gemini-2.5-flash"
    embedding_model: Annotated[Line, Ask(label="Google embedding model", help=EMBEDDINGS, advanced=True)] = (
        "text-embedding-005"
    )


class Bedrock(Section):
    """Amazon Bedrock."""

    prefix: ClassVar[str] = "bedrock"
    title: ClassVar[str] = "Amazon Bedrock"
    note: ClassVar[str] = "Amazon's models, with the identity of the place where it runs."
    provider: Literal["bedrock"]
    region: Annotated[Line, Ask(label="AWS region", help="Where the models run.", example="us-east-1")]
    model: Annotated[Line, Ask(label="Bedrock model", help=ANSWERS)] = "amazon.nova-micro-v1:0"
    embedding_model: Annotated[Line, Ask(label="Bedrock embedding model", help=EMBEDDINGS, advanced=True)] = (
        "amazon.titan-embed-text-v2:0"
    )


Llm = NoLlm | OpenAi | Anthropic | Ollama | Google | Bedrock
