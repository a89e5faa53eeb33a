"""What the objects ask of a cluster: CPU, memory and storage by component, summed over their pods."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from aeterna_nb.chart import Dependency
from aeterna_nb.kubernetes.manifests import items, name_of, section
from aeterna_nb.kubernetes.quantities import quantity
from aeterna_nb.language import say_many

Manifest = Mapping[str, Any]

GIB = Decimal(1024) ** 3
MONGODB_MEMBERS = 3
"""Of a replica set that names no size (Percona's operator 1.21)."""
PROXY = {"requests": {"cpu": "10m", "memory": "64Mi"}}
"""What the Dragonfly operator's chart v1.6.1 asks for its kube-rbac-proxy by itself."""

Missing = Mapping[Dependency, Manifest]
NOTHING: Missing = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Demand:
    """What one component asks for, all its pods together: CPU in cores, memory and storage in bytes.

    `each_node` says that its pods run once on every node, so that they are counted for one node only. `unknown` says
    that a container of it does not say what it asks for, `from_values` that its objects are not at hand.
    """

    name: str
    pods: int
    cpu: Decimal
    memory: Decimal
    storage: Decimal
    each_node: bool = False
    unknown: bool = False
    from_values: bool = False

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


def demands(manifests: Sequence[Manifest], missing: Missing = NOTHING) -> list[Demand]:
    """What every component that keeps running asks for, in the order of the objects.

    The last ones are those of `missing`: subcharts that are not at hand, as far as the values that they get say it.
    """
    least = {
        (target.get("kind"), target.get("name")): int(section(item, "spec").get("minReplicas", 1))
        for item in manifests
        if item.get("kind") == "HorizontalPodAutoscaler"
        for target in [section(item, "spec", "scaleTargetRef")]
    }
    seen = (_demand(manifest, least) for manifest in manifests)
    return [*(demand for demand in seen if demand is not None), *(unseen(*item) for item in missing.items())]


def together(name: str, asked: Sequence[Demand]) -> Demand:
    """The sum of all, under a name of its own."""
    return Demand(
        name,
        sum(demand.pods for demand in asked),
        _sum(demand.cpu for demand in asked),
        _sum(demand.memory for demand in asked),
        _sum(demand.storage for demand in asked),
        unknown=any(demand.unknown for demand in asked),
    )


def nodes_needed(asked: Sequence[Demand], size: NodeSize) -> int:
    """The fewest nodes of this size whose sum holds what is asked for; 0 when a pod fits into none of them.

    What Kubernetes itself needs on each node is not counted.
    """
    cpu = size.cores - sum(demand.cpu for demand in asked if demand.each_node)
    memory = size.memory - sum(demand.memory for demand in asked if demand.each_node)
    if cpu <= 0 or memory <= 0 or not all(size.holds(demand) for demand in asked):
        return 0
    spread = [demand for demand in asked if not demand.each_node]
    by_cpu = math.ceil(_sum(demand.cpu for demand in spread) / cpu)
    by_memory = math.ceil(_sum(demand.memory for demand in spread) / memory)
    return max(by_cpu, by_memory, 1)


def _demand(manifest: Manifest, least: Mapping[tuple[Any, Any], int]) -> Demand | None:
    kind, name, spec = manifest.get("kind"), name_of(manifest), section(manifest, "spec")
    match kind:
        case "Deployment" | "StatefulSet" | "DaemonSet":
            pods = 1 if kind == "DaemonSet" else int(spec.get("replicas", least.get((kind, name), 1)))
            volumes = [section(claim, "spec", "resources", "requests") for claim in items(spec, "volumeClaimTemplates")]
            disks = [volume.get("storage") for volume in volumes]
            return asked(name, pods, _of_pods(section(spec, "template")), disks, each_node=kind == "DaemonSet")
        case "Cluster" if "instances" in spec:
            disks = [section(spec, "storage").get("size"), section(spec, "walStorage").get("size")]
            return asked(name, int(spec["instances"]), [section(spec, "resources")], disks)
        case "Pooler":
            return asked(name, int(spec.get("instances", 1)), _of_pods(section(spec, "template")))
        case "Dragonfly":
            claim = section(spec, "snapshot", "persistentVolumeClaimSpec", "resources", "requests")
            return asked(name, int(spec.get("replicas", 1)), [section(spec, "resources")], [claim.get("storage")])
        case "PerconaServerMongoDB":
            return _replica_sets(name, items(spec, "replsets"))
        case "PersistentVolumeClaim":
            return asked(name, 0, [], [section(spec, "resources", "requests").get("storage")])
        case _:
            return None


def _of_pods(template: Manifest) -> list[Manifest]:
    return [section(container, "resources") for container in items(section(template, "spec"), "containers")]


def _replica_sets(name: str, sets: Sequence[Manifest]) -> Demand:
    each = [
        asked(
            name,
            int(item.get("size", MONGODB_MEMBERS)),
            [section(item, "resources")],
            [section(item, "volumeSpec", "persistentVolumeClaim", "resources", "requests").get("storage")],
        )
        for item in sets
    ]
    return together(name, each)


def asked(
    name: str,
    pods: int,
    containers: Sequence[Manifest],
    disks: Sequence[Any] = (),
    *,
    each_node: bool = False,
    from_values: bool = False,
) -> Demand:
    """What so many pods ask for together: `containers` are the `resources` of each one's, `disks` sizes of volumes."""
    requests = [section(container, "requests") for container in containers]
    cpu, memory = ([quantity(request.get(field)) for request in requests] for field in ("cpu", "memory"))
    return Demand(
        name,
        pods,
        pods * _sum(cpu),
        pods * _sum(memory),
        max(pods, 1) * _sum(quantity(disk) for disk in disks),
        each_node,
        unknown=None in (*cpu, *memory),
        from_values=from_values,
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal())


def unseen(subchart: Dependency, values: Manifest) -> Demand:
    """What a subchart whose archive is not at hand asks for with these values.

    The keys are those of the pinned versions (docs/facts/subcharts.md); what a values file leaves out is the default
    there. One that is not known here asks for nobody knows what.
    """
    resources = section(values, "resources")
    pods, containers, disks = 1, [resources], []
    match subchart.name:
        case "cloudnative-pg" | "psmdb-operator":
            pods = values.get("replicaCount", 1)
        case "dragonfly-operator":
            pods = values.get("replicaCount", 1)
            proxy = section(values, "rbacProxy")
            containers = [section(values, "manager", "resources")]
            containers += [proxy.get("resources", PROXY)] if proxy.get("enabled", True) else []
        case "valkey":
            replica, metrics = section(values, "replica"), section(values, "metrics")
            if replica.get("enabled"):
                pods = int(replica.get("replicas", 2)) + 1
                disks = [section(replica, "persistence").get("size")]
            containers += [section(metrics, "exporter", "resources")] if metrics.get("enabled") else []
        case "qdrant":
            pods = values.get("replicaCount", 1)
            snapshots = section(values, "snapshotPersistence")
            disks = [section(values, "persistence").get("size", "10Gi")]
            disks += [snapshots.get("size", "10Gi")] if snapshots.get("enabled") else []
        case "weaviate":
            pods, disks = values.get("replicas", 1), [section(values, "storage").get("size", "32Gi")]
        case _:
            containers = [{}]
    return asked(subchart.name, int(pods), containers, disks, from_values=True)
