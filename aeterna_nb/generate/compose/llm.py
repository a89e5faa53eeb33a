"""The language model's variables."""

from aeterna_nb.config.llm import Bedrock, Google, Llm, Ollama, OpenAi
from aeterna_nb.generate.compose.addresses import url_seen_from_container
from aeterna_nb.generate.compose.parts import Part, from_env

AWS_IDENTITY: dict[str, str | None] = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"))
"""Handed on from the environment of whoever starts Compose; left out where they are not set."""


def language_model(llm: Llm) -> Part:
    """The language model's part.

    Ollama is reached through its OpenAI-compatible address, with a key that means nothing, since the server ends
    without one; Anthropic's key waits in `.env` for a later server (docs/facts/aeterna-server.md#language-models).
    """
    match llm:
        case OpenAi():
            return Part(environment=_openai(llm))
        case Ollama(host=host):
            base = url_seen_from_container(host).rstrip("/").removesuffix("/v1")
            return Part(
                environment={
                    "AETERNA_LLM_PROVIDER": "openai",
                    "OPENAI_API_KEY": "ollama",
                    "AETERNA_OPENAI_MODEL": llm.model,
                    "AETERNA_OPENAI_EMBEDDING_MODEL": llm.embedding_model,
                    "AETERNA_OPENAI_BASE_URL": f"{base}/v1",
                }
            )
        case Google():
            return Part(
                environment={
                    "AETERNA_LLM_PROVIDER": "google",
                    "AETERNA_GOOGLE_PROJECT_ID": llm.project,
                    "AETERNA_GOOGLE_LOCATION": llm.location,
                    "AETERNA_GOOGLE_MODEL": llm.model,
                    "AETERNA_GOOGLE_EMBEDDING_MODEL": llm.embedding_model,
                    "GOOGLE_ACCESS_TOKEN": None,
                }
            )
        case Bedrock():
            return Part(
                environment={
                    "AETERNA_LLM_PROVIDER": "bedrock",
                    "AETERNA_BEDROCK_REGION": llm.region,
                    "AETERNA_BEDROCK_MODEL": llm.model,
                    "AETERNA_BEDROCK_EMBEDDING_MODEL": llm.embedding_model,
                    **AWS_IDENTITY,
                }
            )
        case _:
            return Part(environment={"AETERNA_LLM_PROVIDER": "none"})


def _openai(llm: OpenAi) -> dict[str, str]:
    variables = {
        "AETERNA_LLM_PROVIDER": "openai",
        "OPENAI_API_KEY": from_env("OPENAI_API_KEY"),
        "AETERNA_OPENAI_MODEL": llm.model,
        "AETERNA_OPENAI_EMBEDDING_MODEL": llm.embedding_model,
    }
    if llm.base_url is not None:
        variables["AETERNA_OPENAI_BASE_URL"] = url_seen_from_container(llm.base_url)
    return variables
