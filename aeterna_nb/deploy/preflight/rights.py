"""Whether this user may do what a deployment does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found
from aeterna_nb.deploy.preflight.kinds import BROUGHT, Kinds, Resource, is_brought
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
VERBS = ("get", "create", "patch", "delete")
AT_A_TIME = 8

_SECRETS = Resource("", "secrets", True)  # Helm keeps its records in them.
_NAMESPACES = Resource("", "namespaces", False)
_DEFINITIONS = Resource("apiextensions.k8s.io", "customresourcedefinitions", False)


def rights(what: Deployment, cluster: Cluster, kinds: Kinds) -> Iterator[Finding]:
    """A finding that names everything that the user would need and may not do. Raises ClusterError."""
    needed = {(resource, verb) for resource in (_SECRETS, *kinds.values()) if resource for verb in VERBS}
    if not cluster.get(f"/api/v1/namespaces/{what.namespace}"):
        needed.add((_NAMESPACES, "create"))
    if any(is_brought(what, group) for group in BROUGHT):
        needed |= {(_DEFINITIONS, "get"), (_DEFINITIONS, "create")}
    asked = sorted(needed, key=lambda item: (not item[0].namespaced, item[0].plural, VERBS.index(item[1])))
    with ThreadPoolExecutor(AT_A_TIME, "rights") as threads:
        allowed = [*threads.map(lambda item: _allowed(cluster, item[0], item[1], what.namespace), asked)]
    refused: dict[Resource, list[str]] = {}
    for (resource, verb), may in zip(asked, allowed, strict=True):
        if not may:
            refused.setdefault(resource, []).append(verb)
    for namespaced, where in ((True, f"in the namespace {what.namespace}"), (False, "in the whole cluster")):
        lacking = [
            f"{'/'.join(verbs)} {resource.plural}"
            for resource, verbs in refused.items()
            if resource.namespaced is namespaced
        ]
        if lacking:
            yield found(
                Sentence("You may not {actions} {where}.", actions=", ".join(lacking), where=where),
                Sentence("Ask for these rights, or let somebody with them do it."),
            )


def _allowed(cluster: Cluster, resource: Resource, verb: str, namespace: str) -> bool:
    attributes = {"group": resource.group, "resource": resource.plural, "verb": verb}
    if resource.namespaced:
        attributes["namespace"] = namespace
    review: dict[str, Any] = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    return bool(cluster.create(REVIEWS, review).get("status", {}).get("allowed"))
