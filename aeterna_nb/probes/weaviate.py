"""Weaviate: whether it is ready, takes the key, and has the class already (docs/facts/services.md#vector-stores)."""

from urllib.parse import quote

from aeterna_nb.config.vector import Weaviate
from aeterna_nb.generate.addresses import in_url
from aeterna_nb.probes import Answered, Reply, failed, reached
from aeterna_nb.probes.api import Api, refusal
from aeterna_nb.probes.http import bearer, request


async def store(given: Weaviate) -> Reply:
    """Whether it is ready, and what it says to the key."""
    base = f"{'https' if given.tls else 'http'}://{in_url(given.host or '')}:{given.port}"
    ready = await request("GET", f"{base}/v1/.well-known/ready")
    if ready.status == 503:
        return failed("it answers and is not ready (HTTP 503)", "Look at its log.")
    if ready.status != 200:
        return refusal(ready, "Weaviate")
    secrets = bearer(given.api_key.get_secret_value()) if given.api_key else {}
    api = Api("Weaviate", base, secrets, "weaviate_api_key")
    version = (await api.get("/v1/meta")).at("version")
    if not isinstance(version, str):
        return failed("what answers there is no Weaviate", "Is it the right port?")
    unmade = reached(f"Weaviate {version} takes the key; the class {given.class_name} is not made yet")
    try:
        await api.get(f"/v1/schema/{quote(given.class_name, safe='')}", unmade)
    except Answered as answered:
        return answered.reply
    return reached(f"Weaviate {version} takes the key and has the class {given.class_name}")
