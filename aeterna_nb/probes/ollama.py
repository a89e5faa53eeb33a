"""Ollama: whether it runs and has both models (docs/facts/services.md#models)."""

from aeterna_nb.config.llm import Ollama
from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.api import Api


async def model(given: Ollama) -> Reply:
    """Whether both models were pulled, and how long the vectors of the embedding one are."""
    api = Api("Ollama", given.host)
    version = (await api.get("/api/version")).at("version")
    if not isinstance(version, str):
        return failed("what answers there is no Ollama", "Is it the right port?", "ollama_host")
    await api.post("/api/show", {"model": given.model}, _missing(given.model, "ollama_model"))
    shown = await api.post(
        "/api/show", {"model": given.embedding_model}, _missing(given.embedding_model, "ollama_embedding_model")
    )
    about = shown.at("model_info")
    sizes = (
        [size for key, size in about.items() if key.endswith(".embedding_length")] if isinstance(about, dict) else []
    )
    vectors = f"; {given.embedding_model} gives {sizes[0]} numbers" if sizes else ""
    return reached(f"Ollama {version} has both models{vectors}")


def _missing(name: str, question: str) -> Reply:
    return failed(f"it has no model {name} (HTTP 404)", f"On its machine: ollama pull {name}", question)
