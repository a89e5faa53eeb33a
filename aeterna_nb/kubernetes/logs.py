"""The last line that a container wrote, without any secret.

The server writes the address of its cache, password included, when it cannot connect
(docs/facts/aeterna-server.md#redis), so a line is shown only where every Secret that the pod reads could be read here
too, and was taken out of it.
"""

import base64
from collections.abc import Collection, Iterator
from dataclasses import replace

from aeterna_nb.kubernetes.connection import Cluster, ClusterError
from aeterna_nb.kubernetes.manifests import Manifest, items, section
from aeterna_nb.kubernetes.pods import Trouble, Weight
from aeterna_nb.kubernetes.refusals import shortened
from aeterna_nb.reading.confidential import without_secrets

LINES = 20
"""How many lines are looked through for the last that says something."""

_NAMES = frozenset({"username", "user", "dbname", "database", "host", "port"})
"""Keys of a Secret whose values are no secrets, and words that other sentences need."""


def with_last_line(cluster: Cluster, found: Trouble, pod: Manifest, secrets: Collection[str]) -> Trouble:
    """The trouble with the last line of its container, where that can tell why; `secrets` are known from elsewhere."""
    if found.weight not in (Weight.ENDED, Weight.PROBED) or not found.container:
        return found
    metadata = section(pod, "metadata")
    try:
        known = [*secrets, *_secret_values(cluster, pod)]
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/log"
        text = cluster.text(
            path, container=found.container, tailLines=str(LINES), previous="true" if found.ended else "false"
        )
    except ClusterError:
        return found
    line = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
    return replace(found, wrote=shortened(without_secrets(line, known)))


def _secret_values(cluster: Cluster, pod: Manifest) -> Iterator[str]:
    """The values of every Secret that the pod reads. Raises ClusterError where one may not be read."""
    namespace = section(pod, "metadata")["namespace"]
    for name in sorted({str(name) for name in _secret_names(section(pod, "spec")) if name}):
        for key, value in section(cluster.get(f"/api/v1/namespaces/{namespace}/secrets/{name}"), "data").items():
            if key not in _NAMES:
                yield base64.b64decode(str(value)).decode(errors="replace")


def _secret_names(spec: Manifest) -> Iterator[object]:
    for container in (*items(spec, "initContainers"), *items(spec, "containers")):
        for variable in items(container, "env"):
            yield section(variable, "valueFrom", "secretKeyRef").get("name")
        for source in items(container, "envFrom"):
            yield section(source, "secretRef").get("name")
    for volume in items(spec, "volumes"):
        yield section(volume, "secret").get("secretName")
        for source in items(section(volume, "projected"), "sources"):
            yield section(source, "secret").get("name")
