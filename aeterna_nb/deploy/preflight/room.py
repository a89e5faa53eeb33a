"""Whether the nodes have room for what is asked for."""

from collections.abc import Iterator
from decimal import Decimal

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found, warned
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.demands import GIB, Demand, demands
from aeterna_nb.kubernetes.manifests import Manifest, items, name_of, namespace_of, section
from aeterna_nb.kubernetes.quantities import quantity

CURE = Sentence("Add or take larger nodes, or ask for less.")
QUESTION = "size"


def room(what: Deployment, cluster: Cluster) -> Iterator[Finding]:
    """Findings about pods that fit into no node, and about nodes that are too full. Raises ClusterError."""
    nodes = [node for node in cluster.items("/api/v1/nodes") if not section(node, "spec").get("unschedulable")]
    allocatable = {name_of(node): section(node, "status", "allocatable") for node in nodes}
    asked = demands(what.manifests)
    for demand in asked:
        if allocatable and not any(_holds(node, demand) for node in allocatable.values()):
            cpu, memory = demand.pod
            yield found(
                Sentence(
                    "No node is as large as one pod of {name}, which asks for {amount}.",
                    name=demand.name,
                    amount=_words(cpu, memory),
                ),
                CURE,
                QUESTION,
            )
    cpu, memory = _free(what, cluster, allocatable)
    wanted = [demand for demand in asked if not demand.each_node]
    wanted_cpu = sum((demand.cpu for demand in wanted), Decimal())
    wanted_memory = sum((demand.memory for demand in wanted), Decimal())
    if wanted_cpu > cpu or wanted_memory > memory:
        yield warned(
            Sentence(
                "All pods together ask for {amount}, and the nodes have {left} left.",
                amount=_words(wanted_cpu, wanted_memory),
                left=_words(max(cpu, Decimal()), max(memory, Decimal())),
            ),
            CURE,
            QUESTION,
        )


def _free(what: Deployment, cluster: Cluster, nodes: dict[str, Manifest]) -> tuple[Decimal, Decimal]:
    """CPU and memory that the nodes have left beside the pods of others."""
    cpu = sum((_amount(node, "cpu") for node in nodes.values()), Decimal())
    memory = sum((_amount(node, "memory") for node in nodes.values()), Decimal())
    for pod in cluster.items("/api/v1/pods", fieldSelector="status.phase!=Succeeded,status.phase!=Failed"):
        release = section(pod, "metadata", "labels").get("app.kubernetes.io/instance")
        placed = section(pod, "spec").get("nodeName") in nodes
        if placed and (namespace_of(pod), release) != (what.namespace, what.release):
            for container in items(section(pod, "spec"), "containers"):
                requests = section(container, "resources", "requests")
                cpu -= _amount(requests, "cpu")
                memory -= _amount(requests, "memory")
    return cpu, memory


def _holds(node: Manifest, demand: Demand) -> bool:
    cpu, memory = demand.pod
    return cpu <= _amount(node, "cpu") and memory <= _amount(node, "memory")


def _amount(holder: Manifest, field: str) -> Decimal:
    return quantity(holder.get(field, 0)) or Decimal()


def _words(cpu: Decimal, memory: Decimal) -> str:
    return f"{cpu.normalize():f} CPU and {memory / GIB:.1f} GiB"
