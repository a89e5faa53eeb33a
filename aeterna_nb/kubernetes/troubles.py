"""What is the matter with a release's objects: what is likely to be the cause comes first."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.logs import with_last_line
from aeterna_nb.kubernetes.manifests import Manifest, hooks_of, items, section
from aeterna_nb.kubernetes.pods import Trouble, Weight, last_warning, trouble
from aeterna_nb.kubernetes.refusals import refusal, shortened

Objects = Mapping[str, Sequence[Manifest]]
"""Objects by the plural of their kind."""

_MAKERS = {"replicasets": "ReplicaSet", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet", "jobs": "Job"}
"""What makes pods, by plural."""


def troubles(
    cluster: Cluster, own: Objects, events: Sequence[Manifest], secrets: Collection[str] = (), *, tests: bool = False
) -> list[Trouble]:
    """Every trouble of a release's objects, the likeliest cause first. `secrets` are values that no line may repeat;
    `tests` says whether the pods of its tests count too, which are left where they failed.
    """
    found = [*_refused(own, events), *_unbound(own, events)]
    for pod in _pods(own, tests=tests):
        matter = trouble(pod, events)
        if matter is not None:
            found.append(with_last_line(cluster, _of_a_migration(matter, pod), pod, secrets))
    return sorted(found, key=lambda item: item.weight)


def _of_a_migration(found: Trouble, pod: Manifest) -> Trouble:
    """The trouble, told of the Job, where its pod migrates the database: nobody knows the pod by its name."""
    if section(pod, "metadata", "labels").get("app.kubernetes.io/component") != "migration":
        return found
    said = f"{found.sentence[:1].lower()}{found.sentence[1:]}"
    return replace(found, kind="Job", name=owner(pod, "Job"), sentence=f"The database is not migrated: {said}")


def owner(item: Manifest, kind: str) -> str:
    """The name of the object of this kind that an object belongs to; empty where there is none."""
    owners = items(section(item, "metadata"), "ownerReferences")
    return next((str(found.get("name")) for found in owners if found.get("kind") == kind), "")


def newest_jobs(own: Objects) -> list[Manifest]:
    """Each Job, and of those that a schedule starts the newest."""
    newest: dict[str, Manifest] = {}
    for job in sorted(own["jobs"], key=_made):
        newest[owner(job, "CronJob") or _name(job)] = job
    return list(newest.values())


def _pods(own: Objects, *, tests: bool) -> Iterator[Manifest]:
    """Of each Job that is not done its newest pod, and the pods that run all the time, which may wait for it."""
    lasting: list[Manifest] = []
    unfinished = {_name(job) for job in newest_jobs(own) if not section(job, "status").get("succeeded")}
    tries: dict[str, Manifest] = {}
    for pod in sorted(own["pods"], key=_made):
        if "test" in hooks_of(pod) and not tests:
            continue
        job = owner(pod, "Job")
        if not job:
            lasting.append(pod)
        elif job in unfinished:
            tries[job] = pod
    yield from (*tries.values(), *lasting)


def _refused(own: Objects, events: Sequence[Manifest]) -> Iterator[Trouble]:
    """What should make pods and is not let."""
    for plural, kind in _MAKERS.items():
        for item in own[plural]:
            event = last_warning(kind, _name(item), events, "FailedCreate")
            if not event or not _lacks_pods(plural, item):
                continue
            message = str(event.get("message", ""))
            why = refusal(message)
            of = owner(item, "Deployment")
            yield Trouble(
                "Deployment" if of else kind,
                of or _name(item),
                why.sentence if why else f"Its pods are refused: {shortened(message)}",
                cure=why.cure if why else "Change what is refused.",
                weight=Weight.REFUSED,
            )


def _lacks_pods(plural: str, item: Manifest) -> bool:
    spec, status = section(item, "spec"), section(item, "status")
    if plural == "jobs":
        return not any(status.get(field) for field in ("active", "succeeded", "failed"))
    if plural == "daemonsets":
        return int(status.get("currentNumberScheduled", 0)) < int(status.get("desiredNumberScheduled", 0))
    return int(status.get("replicas", 0)) < int(spec.get("replicas", 1))


def _unbound(own: Objects, events: Sequence[Manifest]) -> Iterator[Trouble]:
    for claim in own["persistentvolumeclaims"]:
        warning = last_warning("PersistentVolumeClaim", _name(claim), events)
        if section(claim, "status").get("phase") == "Bound" or not warning:
            continue
        chosen = section(claim, "spec").get("storageClassName")
        message = str(warning.get("message", ""))
        sentence = (
            f"There is no storage class {chosen}, so it never gets its volume."
            if chosen and "not found" in message
            else f"It gets no volume: {shortened(message)}"
        )
        cure = "Name a storage class that exists (--storage-class). There are: kubectl get storageclass"
        yield Trouble("Volume", _name(claim), sentence, cure=cure, weight=Weight.PLACED)


def _name(item: Manifest) -> str:
    return str(section(item, "metadata").get("name"))


def _made(item: Manifest) -> str:
    return str(section(item, "metadata").get("creationTimestamp"))
