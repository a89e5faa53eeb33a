"""Whether the network policies let pods reach the API server where it really listens."""

from collections.abc import Iterator

from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.manifests import Manifest, items, section

SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
USUAL = 443
"""The port of the Service `kubernetes`, which policies that let pods reach the API server name in every cluster."""


def api_server_port(what: Deployment, cluster: Cluster) -> Iterator[Finding]:
    """A finding where pods of the release need the API server, and policies let them out to other ports only."""
    allowed = {port for item in what.manifests if item.get("kind") == "NetworkPolicy" for port in _towards(item)}
    if not allowed:
        return
    slices = cluster.items(SLICES, labelSelector="kubernetes.io/service-name=kubernetes")
    live = sorted({int(port["port"]) for item in slices for port in items(item, "ports") if port.get("port")})
    shut = [port for port in live if port not in allowed]
    if shut:
        yield found(
            f"The API server of this cluster listens on port {', '.join(map(str, shut))}, and the network policies let "
            f"pods reach it on {', '.join(map(str, sorted(allowed)))} only: the database would never start.",
            "Let that port through, too.",
            "network_policy",
        )


def _towards(policy: Manifest) -> set[int]:
    """The ports of a policy's rules that lead to the API server: such a rule stands beside port 443 of its Service."""
    for rule in items(section(policy, "spec"), "egress"):
        ports = {port.get("port") for port in items(rule, "ports")}
        if USUAL in ports and len(ports) > 1:
            return {port for port in ports if isinstance(port, int)}
    return set()
