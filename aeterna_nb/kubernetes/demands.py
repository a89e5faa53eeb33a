"""What the objects ask of a cluster: CPU, memory and storage by component, summed over their pods."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aeterna_nb.kubernetes.manifests import items, name_of, section
from aeterna_nb.kubernetes.quantities import quantity
from aeterna_nb.language import say_many

Manifest = Mapping[str, Any]

GIB = Decimal(1024) ** 3
RUN = {"Deployment", "StatefulSet", "DaemonSet"}
"""Kinds whose pods run all the time. Jobs and test pods come and go."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one component asks for, all its pods together: CPU in cores, memory and storage in bytes.

    `each_node` says that its pods run once on every node, so that they are counted for one node only.
    """

    name: str
    pods: int
    cpu: Decimal
    memory: Decimal
    storage: Decimal
    each_node: bool = False

    @property
    def pod(self) -> "tuple[Decimal, Decimal]":
        """CPU and memory of one of its pods."""
        return self.cpu / max(self.pods, 1), self.memory / max(self.pods, 1)


@dataclass(frozen=True, slots=True)
class NodeSize:
    """A kind of node: cores, and memory in bytes."""

    cores: int
    memory: Decimal

    @property
    def words(self) -> str:
        """Such as "4 CPUs and 16 GiB"."""
        return say_many(
            self.cores,
            "{number} CPU and {memory} GiB",
            "{number} CPUs and {memory} GiB",
            memory=f"{self.memory / GIB:.0f}",
        )

    def holds(self, demand: Demand) -> bool:
        """Whether one pod of a component fits into an empty node."""
        cpu, memory = demand.pod
        return cpu <= self.cores and memory <= self.memory


def demands(manifests: Sequence[Manifest]) -> list[Demand]:
    """What every component that keeps running asks for, in the order of the objects."""
    return [demand for manifest in manifests if (demand := _demand(manifest)) is not None]


def nodes_needed(asked: Sequence[Demand], size: NodeSize) -> int:
    """The fewest nodes of this size whose sum holds what is asked for; 0 when a pod fits into none of them.

    What Kubernetes itself needs on each node is not counted.
    """
    cpu = size.cores - sum(demand.cpu for demand in asked if demand.each_node)
    memory = size.memory - sum(demand.memory for demand in asked if demand.each_node)
    if cpu <= 0 or memory <= 0 or not all(size.holds(demand) for demand in asked):
        return 0
    spread = [demand for demand in asked if not demand.each_node]
    by_cpu = math.ceil(sum((demand.cpu for demand in spread), Decimal()) / cpu)
    by_memory = math.ceil(sum((demand.memory for demand in spread), Decimal()) / memory)
    return max(by_cpu, by_memory, 1)


def _demand(manifest: Manifest) -> Demand | None:
    kind, spec = manifest.get("kind"), section(manifest, "spec")
    if kind in RUN:
        pods = 1 if kind == "DaemonSet" else int(spec.get("replicas", 1))
        requests = list(_requests(items(section(spec, "template", "spec"), "containers")))
        volumes = [section(claim, "spec", "resources", "requests") for claim in items(spec, "volumeClaimTemplates")]
        storage = sum((_amount(volume, "storage") for volume in volumes), Decimal())
        return _of(manifest, pods, requests, storage, each_node=kind == "DaemonSet")
    if kind == "Cluster" and "instances" in spec:
        storage = _amount(section(spec, "storage"), "size")
        return _of(manifest, int(spec["instances"]), [section(spec, "resources", "requests")], storage)
    if kind == "Dragonfly":
        return _of(manifest, int(spec.get("replicas", 1)), [section(spec, "resources", "requests")], Decimal())
    if kind == "PersistentVolumeClaim":
        return _of(manifest, 0, [], _amount(section(spec, "resources", "requests"), "storage"))
    return None


def _requests(containers: Sequence[Manifest]) -> Iterator[Manifest]:
    for container in containers:
        yield section(container, "resources", "requests")


def _of(
    manifest: Manifest, pods: int, requests: Sequence[Manifest], storage: Decimal, *, each_node: bool = False
) -> Demand:
    times = max(pods, 1)
    return Demand(
        name_of(manifest),
        pods,
        pods * sum((_amount(request, "cpu") for request in requests), Decimal()),
        pods * sum((_amount(request, "memory") for request in requests), Decimal()),
        times * storage,
        each_node,
    )


def _amount(holder: Manifest, field: str) -> Decimal:
    return quantity(holder.get(field)) or Decimal()
