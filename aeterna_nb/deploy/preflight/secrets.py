"""Secrets that the release reads and does not make: whether they are there, with the keys that are read."""

from collections.abc import Iterator

from aeterna_nb.checks.inventory import inventory
from aeterna_nb.checks.references import references
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found, warned
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.manifests import items, pod_templates, section


def secrets_there(what: Deployment, cluster: Cluster) -> Iterator[Finding]:
    """A finding for each Secret that is missing, or that lacks a key. Raises ClusterError."""
    made = inventory(what.manifests).secrets
    wanted: dict[str, set[str]] = {}
    for reference in references(what.manifests):
        if reference.kind == "Secret" and reference.name not in made and not reference.optional:
            wanted.setdefault(reference.name, set()).update({reference.key} - {""})
    for name, keys in sorted(wanted.items()):
        live = cluster.get(_path(what, name))
        lacking = sorted(keys - {*section(live, "data")})
        if not live:
            files = "".join(f" --from-file={key}=FILE" for key in sorted(keys))
            yield found(
                Sentence(
                    "The Secret {name}, which is to be there, is not in the namespace {namespace}.",
                    name=name,
                    namespace=what.namespace,
                ),
                Sentence(
                    "kubectl create secret generic {name} --namespace {namespace}{files}",
                    name=name,
                    namespace=what.namespace,
                    files=files,
                ),
            )
        elif lacking:
            yield found(
                Sentence(
                    "The Secret {name} in the namespace {namespace} lacks what is read of it: {names}.",
                    name=name,
                    namespace=what.namespace,
                    names=", ".join(lacking),
                ),
                Sentence("Put it in, under that key."),
            )
    for name in sorted(_pulling(what) - {*made, *wanted}):
        if not cluster.get(_path(what, name)):
            yield warned(
                Sentence(
                    "The pull Secret {name} is not in the namespace {namespace}, so that images are pulled without.",
                    name=name,
                    namespace=what.namespace,
                ),
                Sentence(
                    "kubectl create secret docker-registry {name} --namespace {namespace} --docker-server=HOST",
                    name=name,
                    namespace=what.namespace,
                ),
            )


def _pulling(what: Deployment) -> set[str]:
    pods = pod_templates(what.manifests)
    return {str(item.get("name")) for pod in pods for item in items(pod.spec, "imagePullSecrets")}


def _path(what: Deployment, name: str) -> str:
    return f"/api/v1/namespaces/{what.namespace}/secrets/{name}"
