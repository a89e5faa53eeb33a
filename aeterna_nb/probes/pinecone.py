"""Pinecone: whether it takes the key, and has the index (docs/facts/services.md#vector-stores)."""

from urllib.parse import quote

from aeterna_nb.config.vector import Pinecone
from aeterna_nb.probes import Reply, failed, reached
from aeterna_nb.probes.api import Api

BASE = "https://api.pinecone.io"
_VERSION = {"x-pinecone-api-version": "2025-10"}


async def store(given: Pinecone, base: str = BASE) -> Reply:
    """Whether the index is there and ready, and how long its vectors are."""
    if given.api_key is None:
        return Reply("not tried", "no key is known here, and without one it tells nothing")
    api = Api("Pinecone", base, {"api-key": given.api_key.get_secret_value()}, "pinecone_api_key", _VERSION)
    missing = failed(
        f"it takes the key, and there is no index {given.index_name} (HTTP 404)",
        "Make the index in Pinecone's console, or give the name of one that is there.",
        "pinecone_index_name",
    )
    answer = await api.get(f"/indexes/{quote(given.index_name, safe='')}", missing)
    size, ready = answer.at("dimension"), answer.at("status", "ready")
    if not isinstance(answer.at("name"), str):
        return failed("what answers there is not Pinecone", "Does a proxy stand in between?")
    if ready is not True:
        state = answer.at("status", "state")
        return failed(
            f"the index {given.index_name} is not ready",
            "Wait until Pinecone has made it.",
            "pinecone_index_name",
            str(state or ""),
        )
    vectors = f", for vectors of {size} numbers" if isinstance(size, int) else ""
    return reached(f"it takes the key and has the index {given.index_name}{vectors}")
