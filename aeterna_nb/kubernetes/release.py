"""What is deployed of a release, and how it is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from aeterna_nb.chart import helm
from aeterna_nb.chart.helm import HelmError, HelmMissing, Release
from aeterna_nb.chart.rendering import chosen_engine
from aeterna_nb.kubernetes.connection import Cluster, ClusterError, Context, Forbidden
from aeterna_nb.kubernetes.manifests import Manifest, items, section
from aeterna_nb.kubernetes.pods import Trouble
from aeterna_nb.kubernetes.troubles import Objects, newest_jobs, owner, troubles

APIS: Mapping[str, str] = {
    "deployments": "/apis/apps/v1",
    "replicasets": "/apis/apps/v1",
    "statefulsets": "/apis/apps/v1",
    "daemonsets": "/apis/apps/v1",
    "pods": "/api/v1",
    "jobs": "/apis/batch/v1",
    "persistentvolumeclaims": "/api/v1",
    "services": "/api/v1",
    "ingresses": "/apis/networking.k8s.io/v1",
    "clusters": "/apis/postgresql.cnpg.io/v1",
    "dragonflies": "/apis/dragonflydb.io/v1alpha1",
    "perconaservermongodbs": "/apis/psmdb.percona.com/v1",
}
"""What a release of the chart can have, and the API that each is listed in."""

SERVER = "aeterna"
"""The container that is Aeterna itself."""

OPERATED = {"clusters": "Cluster", "dragonflies": "Dragonfly", "perconaservermongodbs": "PerconaServerMongoDB"}
"""Custom resources whose pods an operator makes, by plural."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that runs pods all the time. `note` says what is to be known beside the numbers."""

    kind: str
    name: str
    ready: int
    wanted: int
    note: str = ""

    @property
    def healthy(self) -> bool:
        """Whether as many pods are ready as are wanted."""
        return self.ready >= self.wanted


@dataclass(frozen=True, slots=True)
class OneOff:
    """A Job: `done`, `running` or `failed`."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Volume:
    """A claim for storage. `bound` says whether it has its volume."""

    name: str
    bound: bool
    size: str
    storage_class: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where something is reached: a Service or an Ingress, and the address in words."""

    kind: str
    name: str
    where: str


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """How a release is. `release` is None where there is none; `notes` say what could not be seen, and `servers` which
    versions of the server run, by the tags of their images.
    """

    release: Release | None
    workloads: tuple[Workload, ...] = ()
    jobs: tuple[OneOff, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    volumes: tuple[Volume, ...] = ()
    addresses: tuple[Address, ...] = ()
    notes: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether it is deployed and everything that it needs is there."""
        return (
            self.release is not None
            and self.release.status == "deployed"
            and all(workload.healthy for workload in self.workloads)
            and not any(job.state == "failed" for job in self.jobs)
            and all(volume.bound for volume in self.volumes)
            and not self.troubles
        )

    @property
    def reason(self) -> str:
        """Why it is not as it should be, in one sentence about what is likely to be the cause; empty where it is."""
        return self.troubles[0].reason if self.troubles else ""


def release_state(
    context: Context, name: str, namespace: str, secrets: Collection[str] = (), *, tests: bool = False
) -> ReleaseState:
    """How the release `name` in `namespace` is. Raises ClusterError where the cluster cannot be asked.

    What the user may not list is missing, and said to be. `secrets` are values that nothing may repeat, beside those
    that the release's pods read. `tests` says whether the pods of its tests count too.
    """
    with Cluster(context) as cluster, ThreadPoolExecutor(len(APIS) + 1, "cluster") as threads:
        # One question before the many: a cluster that is away, or credentials that are refused, cost one wait.
        listed, notes = _listed(cluster, namespace, "pods")
        lists = threads.map(partial(_listed, cluster, namespace), [kind for kind in APIS if kind != "pods"])
        found = {"pods": listed}
        for kind, (objects, note) in zip([kind for kind in APIS if kind != "pods"], lists, strict=True):
            found[kind] = objects
            notes += note
        events = _warnings(cluster, namespace)
        own = _belonging(found, name)
        matters = troubles(cluster, own, events, secrets, tests=tests)
    release = _release(context, name, namespace)
    return ReleaseState(
        release,
        tuple(_workloads(own)),
        tuple(_jobs(own)),
        tuple(matters),
        tuple(_volumes(own)),
        tuple(_addresses(own, namespace)),
        tuple(notes),
        tuple(sorted({*_servers(own)})),
    )


def _listed(cluster: Cluster, namespace: str, kind: str) -> tuple[list[Manifest], list[str]]:
    try:
        return [*cluster.items(f"{APIS[kind]}/namespaces/{namespace}/{kind}")], []
    except Forbidden as error:
        return [], [str(error)]


def _warnings(cluster: Cluster, namespace: str) -> Sequence[Manifest]:
    try:
        return cluster.items(f"/api/v1/namespaces/{namespace}/events", fieldSelector="type=Warning", limit="500")
    except Forbidden:  # Without them there is less to read, and nothing to say.
        return []


def _release(context: Context, name: str, namespace: str) -> Release | None:
    chosen, kubeconfig = context.for_helm
    try:
        if chosen_engine() == "embedded":
            return helm.find_release(name, namespace, chosen, kubeconfig)
        return helm.find_release_with_program(helm.find_program(), name, namespace, chosen, kubeconfig)
    except HelmMissing as error:
        raise ClusterError(str(error)) from None
    except HelmError as error:
        raise ClusterError(f"Helm cannot read the release: {error}") from None


def _belonging(found: Objects, release: str) -> Objects:
    """The objects that bear the release's label, and those that belong to them. Three steps reach every pod: from a
    custom resource to its StatefulSet to its pods."""
    uids: set[object] = set()
    for _ in range(3):
        uids |= {
            section(item, "metadata").get("uid")
            for objects in found.values()
            for item in objects
            if _belongs(item, release, uids)
        }
    return {
        kind: [item for item in objects if section(item, "metadata").get("uid") in uids]
        for kind, objects in found.items()
    }


def _belongs(item: Manifest, release: str, uids: set[object]) -> bool:
    metadata = section(item, "metadata")
    labelled = section(metadata, "labels").get("app.kubernetes.io/instance") == release
    return labelled or any(owner.get("uid") in uids for owner in items(metadata, "ownerReferences"))


def _servers(own: Objects) -> Iterator[str]:
    for pod in own["pods"]:
        if section(pod, "metadata", "labels").get("app.kubernetes.io/component") != "server":
            continue
        images = {item.get("name"): str(item.get("image")) for item in items(section(pod, "spec"), "containers")}
        for status in items(section(pod, "status"), "containerStatuses"):
            if status.get("name") == SERVER and section(status, "state").get("running"):
                name, at, digest = images[SERVER].partition("@")
                yield digest if at else name.rpartition(":")[2]


def _workloads(own: Objects) -> Iterator[Workload]:
    for item in own["deployments"]:
        yield _counted("Deployment", item, section(item, "spec").get("replicas", 1), "readyReplicas")
    for item in own["statefulsets"]:
        if not any(owner(item, kind) for kind in OPERATED.values()):
            yield _counted("StatefulSet", item, section(item, "spec").get("replicas", 1), "readyReplicas")
    for item in own["daemonsets"]:
        yield _counted("DaemonSet", item, section(item, "status").get("desiredNumberScheduled", 0), "numberReady")
    for plural, kind in OPERATED.items():
        for item in own[plural]:
            yield _operated(kind, item, own["statefulsets"])


def _counted(kind: str, item: Manifest, wanted: object, ready: str) -> Workload:
    name = str(section(item, "metadata").get("name"))
    return Workload(kind, name, int(section(item, "status").get(ready, 0)), int(str(wanted)))


def _operated(kind: str, item: Manifest, sets: Sequence[Manifest]) -> Workload:
    name, spec, status = str(section(item, "metadata").get("name")), section(item, "spec"), section(item, "status")
    wanted = {
        "Cluster": spec.get("instances", 1),
        "Dragonfly": spec.get("replicas", 1),
        "PerconaServerMongoDB": sum(int(part.get("size", 3)) for part in items(spec, "replsets")),
    }[kind]
    made = [section(item, "status").get("readyReplicas", 0) for item in sets if owner(item, kind) == name]
    ready = int(status.get("readyInstances", 0)) if kind == "Cluster" else sum(map(int, made))
    if not status:
        return Workload(kind, name, ready, int(wanted), "Its operator has not acted on it: does the operator run?")
    note = "" if ready >= int(wanted) else str(status.get("phase") or status.get("state") or "")
    return Workload(kind, name, ready, int(wanted), note)


def _jobs(own: Objects) -> Iterator[OneOff]:
    for job in newest_jobs(own):
        name = str(section(job, "metadata").get("name"))
        ended = {
            str(item.get("type"))
            for item in items(section(job, "status"), "conditions")
            if item.get("status") == "True"
        }
        yield OneOff(name, "failed" if "Failed" in ended else "done" if "Complete" in ended else "running")


def _volumes(own: Objects) -> Iterator[Volume]:
    for item in own["persistentvolumeclaims"]:
        spec, status = section(item, "spec"), section(item, "status")
        size = section(status, "capacity").get("storage") or section(spec, "resources", "requests").get("storage")
        yield Volume(
            str(section(item, "metadata").get("name")),
            status.get("phase") == "Bound",
            str(size),
            str(spec.get("storageClassName") or "the default class"),
        )


def _addresses(own: Objects, namespace: str) -> Iterator[Address]:
    for item in own["ingresses"]:
        hosts = [str(rule.get("host", "any host")) for rule in items(section(item, "spec"), "rules")]
        at = _balanced(item) or "no address yet: does an ingress controller run?"
        yield Address("Ingress", str(section(item, "metadata").get("name")), f"{', '.join(hosts)} ({at})")
    for item in own["services"]:
        name, spec = str(section(item, "metadata").get("name")), section(item, "spec")
        ports = ", ".join(str(port.get("port")) for port in items(spec, "ports"))
        if spec.get("type") == "ExternalName":
            yield Address("Service", name, str(spec.get("externalName")))
        elif spec.get("type") == "LoadBalancer":
            yield Address("Service", name, f"{_balanced(item) or 'no address yet'}, port {ports}")
        elif spec.get("clusterIP") != "None":
            yield Address("Service", name, f"{name}.{namespace}.svc, port {ports}, inside the cluster")


def _balanced(item: Manifest) -> str:
    entries = items(section(item, "status", "loadBalancer"), "ingress")
    return ", ".join(str(entry.get("hostname") or entry.get("ip")) for entry in entries)
