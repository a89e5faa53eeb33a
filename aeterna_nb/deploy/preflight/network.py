"""Whether the network policies let the database reach the API server where it really listens."""

from collections.abc import Iterator

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.manifests import group_of, items

SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
USUAL = (443, 6443)
"""The ports that the chart's policies let through unless its values name others."""


def api_server_port(what: Deployment, cluster: Cluster) -> Iterator[Finding]:
    """A finding where PostgreSQL's pods need the API server, and policies let them out to other ports only."""
    confined = any(item.get("kind") == "NetworkPolicy" for item in what.manifests)
    if not confined or not any(group_of(item) == "postgresql.cnpg.io" for item in what.manifests):
        return
    allowed = [int(port) for port in what.values.get("networkPolicy", {}).get("apiServerPorts") or USUAL]
    slices = cluster.items(SLICES, labelSelector="kubernetes.io/service-name=kubernetes")
    live = sorted({int(port["port"]) for item in slices for port in items(item, "ports") if port.get("port")})
    shut = [port for port in live if port not in allowed]
    if shut:
        yield found(
            Sentence(
                "The API server of this cluster listens on port {live}, and the network policies let "
                "pods reach it on {allowed} only, so that PostgreSQL would never start.",
                live=", ".join(map(str, shut)),
                allowed=", ".join(map(str, allowed)),
            ),
            Sentence("Answer {port}, and run `aeterna setup --reconfigure`.", port=shut[0]),
            "api_server_port",
        )
