"""Which kinds of objects the cluster knows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.manifests import expand, group_of, items

BROUGHT = {"postgresql.cnpg.io": "cnpg", "dragonflydb.io": "dragonfly", "psmdb.percona.com": "mongodb"}
"""Groups of kinds whose definitions a subchart of an operator brings, and the key of the values that turns it on."""

CAUSES = {
    "monitoring.coreos.com": "service_monitor",
    "autoscaling.k8s.io": "vpa",
    "external-secrets.io": "secret_provider",
    "cert-manager.io": "ingress_tls",
}
"""Groups of kinds that others bring, and the question that asks for them."""


@dataclass(frozen=True, slots=True)
class Resource:
    """How the API server calls a kind in a request."""

    group: str
    plural: str
    namespaced: bool


Kinds = Mapping[tuple[str, str], Resource | None]
"""API version and kind of everything that is to be created, with its resource; None where the cluster has no such."""


def served(what: Deployment, cluster: Cluster) -> Kinds:
    """How the cluster serves the kinds of the objects of a deployment. Raises ClusterError."""
    wanted = {(str(item["apiVersion"]), str(item["kind"])): group_of(item) for item in expand(what.manifests)}
    known: dict[tuple[str, str], Resource | None] = dict.fromkeys(wanted)
    for version in sorted({version for version, _ in wanted}):
        listed = cluster.get(f"/apis/{version}" if "/" in version else f"/api/{version}")
        for item in items(listed, "resources"):
            key = (version, str(item["kind"]))
            if key in known and "/" not in str(item["name"]):
                known[key] = Resource(wanted[key], str(item["name"]), bool(item["namespaced"]))
    return known


def unknown_kinds(what: Deployment, cluster: Cluster, kinds: Kinds) -> Iterator[Finding]:
    """A finding for each group of kinds that the cluster does not know and that nothing here brings."""
    missing: dict[str, list[str]] = {}
    for (version, kind), resource in kinds.items():
        group = version.partition("/")[0]
        if resource is None and not is_brought(what, group):
            missing.setdefault(group, []).append(kind)
    for group, names in missing.items():
        yield found(
            Sentence(
                "The cluster does not know {names} of {group}: what brings their definitions (CRDs) is not installed.",
                names=", ".join(sorted(names)),
                group=group,
            ),
            Sentence("Install that first, or answer so that it is not needed."),
            CAUSES.get(group, ""),
        )


def is_brought(what: Deployment, group: str) -> bool:
    """Whether the release brings the definitions of a group of kinds: an operator's subchart is on."""
    section = what.values.get(BROUGHT.get(group, ""), {})
    # All but MongoDB's are on by default.
    return group in BROUGHT and bool(section.get("enabled", BROUGHT[group] != "mongodb"))
