"""Why a pod does not run, in words.

What a container wrote before it ended (`terminated.message`) is never read: the server writes the address of a cache,
password included, to its log when it cannot connect (docs/facts/aeterna-server.md#redis).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aeterna_nb.kubernetes.manifests import Manifest, items, section

LONGEST_EVENT = 300
"""Characters of an event's message that are shown."""

_WAITING: Mapping[str, tuple[str, str]] = {
    "CrashLoopBackOff": ("ends again and again", "Its log says why: {log} --previous"),
    "ImagePullBackOff": (
        "has an image that cannot be pulled",
        "Is its name right, does the node reach the registry, does it need a pull secret?",
    ),
    "InvalidImageName": ("has an image whose name is not valid", "Mend the image in the values."),
    "CreateContainerConfigError": (
        "names a Secret or ConfigMap that is missing or lacks a key",
        "Create it, or name another.",
    ),
    "CreateContainerError": ("cannot be made by the node", "The event says why: kubectl describe pod {pod}"),
    "ContainerCreating": ("is being made", "Wait a little; volumes and images take their time."),
    "PodInitializing": ("waits for the containers before it", "Wait a little."),
}
"""Reasons for which a container waits (kubelet and CRI), what they mean, and what to do."""

_SAME = {
    "ErrImagePull": "ImagePullBackOff",
    "ErrImageNeverPull": "ImagePullBackOff",
    "RunContainerError": "CreateContainerError",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A pod that does not run as it should: what is the matter, what the cluster last said, and what to do."""

    pod: str
    sentence: str
    event: str = ""
    cure: str = ""


def trouble(pod: Manifest, events: Sequence[Manifest]) -> Trouble | None:
    """What is the matter with a pod; None where it is ready, or has done its work, or is going away."""
    metadata, status = section(pod, "metadata"), section(pod, "status")
    name, namespace = str(metadata.get("name")), str(metadata.get("namespace"))
    if status.get("phase") == "Succeeded" or metadata.get("deletionTimestamp"):
        return None
    if _condition(status, "Ready").get("status") == "True":
        return None
    sentence, cure = _matter(status)
    return Trouble(name, sentence, _last_warning(name, events), _command(cure, name, namespace, status))


def _matter(status: Manifest) -> tuple[str, str]:
    scheduled = _condition(status, "PodScheduled")
    if scheduled.get("status") == "False":
        return (
            f"No node takes it: {scheduled.get('message', 'no reason is given')}",
            "Give the cluster room, or ask for less.",
        )
    containers = [*items(status, "initContainerStatuses"), *items(status, "containerStatuses")]
    for container in containers:
        waiting = section(container, "state", "waiting")
        if waiting:
            return _waiting(container, str(waiting.get("reason", "")))
    for container in containers:
        ended = section(container, "state", "terminated")
        if ended and ended.get("exitCode") != 0:
            return f"The container {container['name']} {_end(ended)}.", "Its log says why: {log}"
    if status.get("phase") == "Failed":
        return f"It failed ({status.get('reason', 'no reason is given')}).", "Look at it: kubectl describe pod {pod}"
    if status.get("phase") == "Running":
        return "It runs and is not ready: its readiness probe does not pass.", "Its log says why: {log}"
    return "It has not started yet.", "Wait a little, then look at it: kubectl describe pod {pod}"


def _waiting(container: Manifest, reason: str) -> tuple[str, str]:
    words, cure = _WAITING.get(
        _SAME.get(reason, reason), (f"waits ({reason})", "Look at it: kubectl describe pod {pod}")
    )
    last = section(container, "lastState", "terminated")
    restarts = int(container.get("restartCount", 0))
    often = f"{restarts} restart{'' if restarts == 1 else 's'}"
    ended = f"; the last time it {_end(last)}, after {often}" if last else ""
    image = f" ({container.get('image')})" if "image" in words else ""
    return f"The container {container['name']} {words}{image}{ended}.", cure


def _end(ended: Manifest) -> str:
    if ended.get("reason") == "OOMKilled":
        return "was ended for using more memory than its limit"
    return f"ended with exit code {ended.get('exitCode')}"


def _condition(status: Manifest, kind: str) -> Manifest:
    return next((item for item in items(status, "conditions") if item.get("type") == kind), {})


def _last_warning(pod: str, events: Sequence[Manifest]) -> str:
    own = [event for event in events if section(event, "involvedObject").get("name") == pod]
    newest = max(own, key=_when, default={})
    message = " ".join(str(newest.get("message", "")).split())
    return message if len(message) <= LONGEST_EVENT else message[:LONGEST_EVENT] + " ..."


def _when(event: Manifest) -> str:
    return str(event.get("lastTimestamp") or event.get("eventTime") or "")


def _command(cure: str, pod: str, namespace: str, status: Manifest) -> str:
    waiting = [
        item["name"]
        for item in [*items(status, "initContainerStatuses"), *items(status, "containerStatuses")]
        if not item.get("ready")
    ]
    container = f" --container {waiting[0]}" if waiting else ""
    return cure.format(
        pod=f"{pod} --namespace {namespace}", log=f"kubectl logs {pod} --namespace {namespace}{container}"
    )
