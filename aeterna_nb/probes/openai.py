"""OpenAI, or what speaks like it: whether it takes the key and has both models (docs/facts/services.md#models)."""

from urllib.parse import quote

from aeterna_nb.config.llm import OpenAi
from aeterna_nb.probes import Answered, Reply, failed, reached
from aeterna_nb.probes.api import Api
from aeterna_nb.probes.http import bearer

BASE = "https://api.openai.com/v1"


async def model(given: OpenAi, base: str = BASE) -> Reply:
    """Whether one word can be embedded, how long the vector is, and whether the other model is there as well."""
    if given.api_key is None:
        return Reply("not tried", "no key is known here, and without one it tells nothing")
    api = Api("OpenAI", given.base_url or base, bearer(given.api_key.get_secret_value()), "openai_api_key")
    word = {"model": given.embedding_model, "input": "aeterna"}
    vector = (await api.post("/embeddings", word, _missing(given.embedding_model, "embedding_model"))).at(
        "data", 0, "embedding"
    )
    if not isinstance(vector, list):
        return failed("what answers there does not speak like OpenAI", "Is it the address, with /v1 at its end?")
    try:
        await api.get(f"/models/{quote(given.model, safe='/:')}", _missing(given.model, "model"))
    except Answered as answered:
        # Not every service with this interface tells of one model alone.
        if given.base_url is None or answered.reply.question != "openai_model":
            raise
        listed = (await api.get("/models", _unlisted(given, len(vector)))).at("data")
        if given.model not in [each.get("id") for each in listed or [] if isinstance(each, dict)]:
            raise
    return reached(f"it takes the key and has both models; {given.embedding_model} gives {len(vector)} numbers")


def _missing(name: str, field: str) -> Reply:
    return failed(
        f"it takes the key, and has no model {name} (HTTP 404)",
        "Give the name of one that this key may use.",
        f"openai_{field}",
    )


def _unlisted(given: OpenAi, size: int) -> Reply:
    return reached(f"it takes the key; {given.embedding_model} gives {size} numbers; it lists no models")
