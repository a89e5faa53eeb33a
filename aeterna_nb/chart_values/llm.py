"""The language model."""

from typing import Literal

from aeterna_nb.chart_values.base import Credential, Section


class OpenAi(Section):
    """OpenAI, or any server that speaks its API."""

    api_key: Credential = Credential()
    """API key."""
    model: str = "gpt-4o"
    """Model."""
    embedding_model: str = "text-embedding-3-small"
    """Embedding model."""
    base_url: str = ""
    """Address of a compatible server; empty means OpenAI."""


class Anthropic(Section):
    """Anthropic. The default server version ends at boot with it, so the pods get the provider `none`."""

    api_key: Credential = Credential()
    """API key, kept in the Secret for a later server."""
    model: str = ""
    """Model, for a later server."""


class Ollama(Section):
    """Ollama, through its OpenAI-compatible address."""

    host: str = "http://localhost:11434"
    """Address of Ollama."""
    model: str = "llama3.1"
    """Model."""
    embedding_model: str = "nomic-embed-text"
    """Embedding model."""


class Google(Section):
    """Google Vertex AI."""

    project: str = ""
    """Project."""
    location: str = ""
    """Location, such as `us-central1`."""
    model: str = "gemini-2.5-flash"
    """Model."""
    embedding_model: str = "text-embedding-005"
    """Embedding model."""
    credentials: Credential = Credential()
    """Service account key (JSON), mounted as a file; without one workload identity is used."""


class Bedrock(Section):
    """AWS Bedrock."""

    region: str = ""
    """Region."""
    model: str = "amazon.nova-micro-v1:0"
    """Model."""
    embedding_model: str = "amazon.titan-embed-text-v2:0"
    """Embedding model."""
    access_key_id: Credential = Credential()
    """Access key id; without one the pods' own role is used."""
    secret_access_key: Credential = Credential()
    """Secret access key."""


class Llm(Section):
    """The language model and its embeddings."""

    provider: Literal["none", "openai", "anthropic", "ollama", "google", "bedrock"] = "none"
    """Which provider; `none` refuses what needs embeddings."""
    openai: OpenAi = OpenAi()
    """OpenAI."""
    anthropic: Anthropic = Anthropic()
    """Anthropic."""
    ollama: Ollama = Ollama()
    """Ollama."""
    google: Google = Google()
    """Google."""
    bedrock: Bedrock = Bedrock()
    """Bedrock."""
