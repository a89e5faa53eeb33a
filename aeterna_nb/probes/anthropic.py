"""Anthropic: whether it takes the key and has the model (docs/facts/services.md#models)."""

from urllib.parse import quote

from aeterna_nb.config.llm import Anthropic
from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.api import Api

BASE = "https://api.anthropic.com"
_VERSION = {"anthropic-version": "2023-06-01"}


async def model(given: Anthropic, base: str = BASE) -> Reply:
    """Whether the key may use the model."""
    if given.api_key is None:
        return Reply("not tried", "no key is known here, and without one it tells nothing")
    api = Api("Anthropic", base, {"x-api-key": given.api_key.get_secret_value()}, "anthropic_api_key", _VERSION)
    missing = failed(
        f"it takes the key, and has no model {given.model} (HTTP 404)",
        "Give the name of one that this key may use.",
        "anthropic_model",
    )
    answer = await api.get(f"/v1/models/{quote(given.model, safe='')}", missing)
    if not isinstance(answer.at("id"), str):
        return failed("what answers there is not Anthropic", "Does a proxy stand in between?")
    return reached(f"it takes the key and has the model {given.model}; it embeds nothing")
