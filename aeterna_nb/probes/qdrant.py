"""Qdrant: whether its gRPC port answers as configured, and whether it takes the key.

The server speaks gRPC to it. The key is tried over HTTP, which Qdrant serves on a port of its own on the same host
(docs/facts/services.md#vector-stores), so that no gRPC client of 10 MB is needed.
"""

from aeterna_nb import ports
from aeterna_nb.config.vector import Qdrant
from aeterna_nb.generate.addresses import in_url
from aeterna_nb.probes import Answered, Reply, failed, reached
from aeterna_nb.probes.api import Api
from aeterna_nb.probes.tcp import listens, speaks_tls


async def store(given: Qdrant, http_port: int = ports.QDRANT_HTTP) -> Reply:
    """Whether the gRPC port accepts, with TLS where that is configured, and what the HTTP port says to the key."""
    assert given.host is not None
    await (speaks_tls if given.tls else listens)(given.host, given.port)
    accepts = f"its gRPC port accepts, {'with' if given.tls else 'without'} TLS"
    if given.port != ports.QDRANT_GRPC and http_port == ports.QDRANT_HTTP:
        return reached(f"{accepts}; where its HTTP port is nobody said, so nothing else was tried")
    scheme = "https" if given.tls else "http"
    secrets = {"api-key": given.api_key.get_secret_value()} if given.api_key else {}
    api = Api("Qdrant", f"{scheme}://{in_url(given.host)}:{http_port}", secrets, "qdrant_api_key")
    try:
        answer = await api.get("/collections")
    except Answered as answered:
        if answered.reply.question or answered.reply.state == "reached":
            raise
        return reached(f"{accepts}; its HTTP port does not answer here, so nothing else was tried")
    collections = answer.at("result", "collections")
    if not isinstance(collections, list):
        return failed("what answers there is no Qdrant", "Is it the right host?")
    with_key = "it takes the key" if given.api_key else "it asks for no key"
    return reached(f"{accepts}; {with_key} and has {len(collections)} collections")
