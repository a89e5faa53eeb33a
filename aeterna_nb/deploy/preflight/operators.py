"""Operators that run already: a cluster takes each once (docs/facts/subcharts.md#one-install)."""

from collections.abc import Iterator

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found
from aeterna_nb.deploy.preflight.kinds import BROUGHT, is_brought
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.manifests import name_of, namespace_of, section

NAMES = {
    "postgresql.cnpg.io": "cloudnative-pg",
    "dragonflydb.io": "dragonfly-operator",
    "psmdb.percona.com": "psmdb-operator",
}
"""The label `app.kubernetes.io/name` of each operator's Deployment, by the group of its kinds."""


def operators_there(what: Deployment, cluster: Cluster) -> Iterator[Finding]:
    """A finding for each operator that the release brings and that runs already for somebody else."""
    for group, name in NAMES.items():
        if not is_brought(what, group):
            continue
        for item in cluster.items("/apis/apps/v1/deployments", labelSelector=f"app.kubernetes.io/name={name}"):
            labels = section(item, "metadata", "labels")
            ours = (namespace_of(item), labels.get("app.kubernetes.io/instance")) == (what.namespace, what.release)
            if not ours:
                yield found(
                    Sentence(
                        "The operator {name} runs already ({there} in the namespace {where}), and a cluster "
                        "takes one only.",
                        name=name,
                        there=name_of(item),
                        where=namespace_of(item),
                    ),
                    Sentence("Use that one: put `{key}: {{enabled: false}}` into values.yaml.", key=BROUGHT[group]),
                )
