"""What the namespace allows: its ResourceQuotas and LimitRanges (Kubernetes documentation, "Policies")."""

from collections.abc import Iterator
from decimal import Decimal

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found, warned
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.demands import demands
from aeterna_nb.kubernetes.manifests import Manifest, items, label, name_of, pod_templates, section
from aeterna_nb.kubernetes.quantities import quantity

CURE = Sentence("Have it raised, ask for less, or take another namespace.")


def allowances(what: Deployment, cluster: Cluster) -> Iterator[Finding]:
    """Findings about quotas that leave no room, and about containers that a range refuses. Raises ClusterError."""
    path = f"/api/v1/namespaces/{what.namespace}"
    for quota in cluster.items(f"{path}/resourcequotas"):
        yield from _quota(what, quota)
    for limits in cluster.items(f"{path}/limitranges"):
        for item in items(section(limits, "spec"), "limits"):
            if item.get("type") == "Container":
                yield from _range(what, name_of(limits), item)


def _quota(what: Deployment, quota: Manifest) -> Iterator[Finding]:
    asked = demands(what.manifests)
    cpu = sum((item.cpu for item in asked), Decimal())
    memory = sum((item.memory for item in asked), Decimal())
    wanted = {
        "pods": Decimal(sum(item.pods for item in asked)),
        "cpu": cpu,
        "requests.cpu": cpu,
        "memory": memory,
        "requests.memory": memory,
        "requests.storage": sum((item.storage for item in asked), Decimal()),
    }
    hard, used = section(quota, "spec", "hard"), section(quota, "status", "used")
    for name, needed in wanted.items():
        most = quantity(hard.get(name))
        if most is None:
            continue
        left = most - (quantity(used.get(name, 0)) or Decimal())
        said = {
            "quota": name_of(quota),
            "namespace": what.namespace,
            "hard": hard[name],
            "resource": name,
            "needed": f"{needed.normalize():f}",
        }
        if needed > most:
            yield found(
                Sentence(
                    "The quota {quota} of the namespace {namespace} allows {hard} of {resource}, and the release asks "
                    "for more: {needed}.",
                    **said,
                ),
                CURE,
            )
        elif needed > left:
            yield warned(
                Sentence(
                    "The quota {quota} of the namespace {namespace} allows {hard} of {resource}, of which {used} is in "
                    "use, and the release asks for {needed}. What it has itself already counts as in use.",
                    used=used.get(name),
                    **said,
                ),
                CURE,
            )


def _range(what: Deployment, name: str, limits: Manifest) -> Iterator[Finding]:
    for pod in pod_templates(what.manifests):
        for _, container in pod.containers:
            resources = section(container, "resources")
            for kind, edge in (("min", "requests"), ("max", "limits")):
                for resource, bound in section(limits, kind).items():
                    given = quantity(section(resources, edge).get(resource))
                    edges = quantity(bound)
                    if given is None or edges is None:
                        continue
                    if given < edges if kind == "min" else given > edges:
                        most = "at least" if kind == "min" else "at most"
                        yield found(
                            Sentence(
                                "The LimitRange {name} of the namespace {namespace} refuses the container {container} "
                                "of {object}: its {resource} ({edge}: {given}) has to be {most} {bound}.",
                                name=name,
                                namespace=what.namespace,
                                container=container.get("name"),
                                object=label(pod.owner),
                                resource=resource,
                                edge=edge,
                                given=section(resources, edge)[resource],
                                most=most,
                                bound=bound,
                            ),
                            Sentence("Ask for as much in values.yaml, or have the range changed."),
                        )
