"""An image: in its registry, or already there where it is going to run."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from anyio import to_thread

from aeterna_nb.engine.program import EngineError, asked
from aeterna_nb.kubernetes.connection import Cluster, ClusterError, find_context
from aeterna_nb.kubernetes.manifests import items, section
from aeterna_nb.probes import Answered, Reply, reached, registry
from aeterna_nb.probes.registry import Login


async def image(named: str, target: str, known: Mapping[str, Login], question: str) -> Reply:
    """Whether the registry has the image, or else the engine or a node of the cluster that the target means."""
    try:
        reply = await registry.image(named, known, question)
    except Answered as answered:
        reply = answered.reply
    if reply.state != "failed":
        return reply
    has = await to_thread.run_sync(partial(_holder, named, target), abandon_on_cancel=True)
    return reached(f"{has} has the image already; its registry does not give it from here") if has else reply


def _holder(named: str, target: str) -> str:
    if target == "docker-compose":
        with suppress(EngineError):
            asked("image", "inspect", "--format", "{{.Id}}", named)
            return "the container engine"
        return ""
    with suppress(ClusterError), Cluster(find_context()) as cluster:
        for node in cluster.items("/api/v1/nodes"):
            if any(named in (held.get("names") or []) for held in items(section(node, "status"), "images")):
                return "a node of the cluster"
    return ""
