"""Why a pod does not run, in words, from what the kubelet and the scheduler report.

What a container wrote is delicate: the server writes the address of a cache, password included, to its log when it
cannot connect (docs/facts/aeterna-server.md#redis). So `terminated.message` is never read here; `logs` reads a last
line, and only where it can take every secret of the pod out of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from aeterna_nb.kubernetes.manifests import Manifest, items, section
from aeterna_nb.kubernetes.refusals import shortened


class Weight(IntEnum):
    """How likely a trouble is the cause of others: the lowest comes first."""

    REFUSED = 0
    CONFIGURED = 1
    PLACED = 2
    ENDED = 3
    PROBED = 4
    WAITS = 5


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that does not run as it should: what is the matter, what the cluster last said, and what to do.

    `wrote` is the last line that its container wrote, without secrets. `container` is the one that the matter is about,
    and `ended` whether what it wrote is to be read off its last run.
    """

    kind: str
    name: str
    sentence: str
    event: str = ""
    cure: str = ""
    weight: Weight = Weight.WAITS
    container: str = ""
    ended: bool = False
    wrote: str = ""

    @property
    def reason(self) -> str:
        """All in one sentence, which names the object."""
        sentence = self.sentence.removesuffix(".")
        said = f": {self.event.removesuffix('.')}" if self.event and self.event not in sentence else ""
        wrote = f'; its last line: "{self.wrote}"' if self.wrote else ""
        return f"{self.kind} {self.name}: {sentence[:1].lower()}{sentence[1:]}{said}{wrote}."


@dataclass(frozen=True, slots=True)
class _Matter:
    sentence: str
    cure: str
    weight: Weight = Weight.WAITS
    container: str = ""
    ended: bool = False
    tells: bool = True
    """Whether an event adds something to the sentence."""


_DESCRIBE = "Look at it: kubectl describe pod {pod}"
_LOG = "Its log says why: {log}"
_ASK_LESS = "Give the cluster room, or ask for less."
_SCHEDULING: tuple[tuple[str, str, str], ...] = (
    (
        r"unbound immediate PersistentVolumeClaims|didn't find available persistent volumes|"
        r"persistentvolumeclaim .* not found|volume node affinity",
        "It waits for a volume that nothing provides",
        "Is the storage class right, and does its provisioner run? "
        "kubectl get pvc,storageclass --namespace {namespace}",
    ),
    (r"Insufficient cpu", "No node has as much CPU free as it asks for", _ASK_LESS),
    (r"Insufficient memory", "No node has as much memory free as it asks for", _ASK_LESS),
    (r"Too many pods", "No node takes one more pod", "Add a node."),
    (r"untolerated taint|node affinity|node selector", "No node is one that it may run on", "Change what it selects."),
)
_PULLING: tuple[tuple[str, str, str], ...] = (
    (
        r"unauthorized|denied|authorization failed|403 Forbidden|401",
        "the registry does not let the node have it",
        "Does the image exist, and does it need a pull secret?",
    ),
    (r"not found|manifest unknown", "the registry has no such image", "Mend the image's name or tag."),
    (
        r"dial tcp|no such host|i/o timeout|connection refused|Client.Timeout|lookup ",
        "the node does not reach the registry",
        "Give the node a way to the registry, or name a mirror.",
    ),
    (r"toomanyrequests|429", "the registry has had too many requests", "Wait, or sign in with a pull secret."),
)
_WAITING: Mapping[str, tuple[str, str, Weight]] = {
    "InvalidImageName": ("has an image whose name is not valid", "Mend the image in the values.", Weight.CONFIGURED),
    "CreateContainerError": ("cannot be made by the node", _DESCRIBE, Weight.CONFIGURED),
    "ContainerCreating": ("is being made", "Wait a little; volumes and images take their time.", Weight.WAITS),
    "PodInitializing": ("waits for the containers before it", "Wait a little.", Weight.WAITS),
}
"""Reasons for which a container waits (kubelet and CRI), what they mean, and what to do."""

_SAME = {
    "ErrImagePull": "ImagePullBackOff",
    "ErrImageNeverPull": "ImagePullBackOff",
    "RunContainerError": "CreateContainerError",
}


def trouble(pod: Manifest, events: Sequence[Manifest]) -> Trouble | None:
    """What is the matter with a pod; None where it is ready, or has done its work, or is going away."""
    metadata, status = section(pod, "metadata"), section(pod, "status")
    name, namespace = str(metadata.get("name")), str(metadata.get("namespace"))
    if status.get("phase") == "Succeeded" or metadata.get("deletionTimestamp") or _has_done_its_work(status):
        return None
    if _condition(status, "Ready").get("status") == "True":
        return None
    warning = last_warning("Pod", name, events)
    matter = _matter(status, warning, failed=last_warning("Pod", name, events, "Unhealthy"))
    event = shortened(str(warning.get("message", ""))) if matter.tells else ""
    return Trouble(
        "Pod",
        name,
        matter.sentence,
        event,
        _command(matter, name, namespace),
        matter.weight,
        matter.container,
        matter.ended,
    )


def last_warning(kind: str, name: str, events: Sequence[Manifest], reason: str = "") -> Manifest:
    """The newest warning about an object, of this reason where one is given; empty where there is none."""
    own = [
        event
        for event in events
        if section(event, "involvedObject").get("name") == name
        and section(event, "involvedObject").get("kind", kind) == kind
        and reason in ("", event.get("reason"))
    ]
    return max(own, key=_when, default={})


def _has_done_its_work(status: Manifest) -> bool:
    """Whether every container ended well; the phase follows a moment later."""
    ended = [section(container, "state", "terminated") for container in items(status, "containerStatuses")]
    return bool(ended) and all(end.get("exitCode") == 0 for end in ended)


def _matter(status: Manifest, warning: Manifest, failed: Manifest) -> _Matter:
    scheduled = _condition(status, "PodScheduled")
    if scheduled.get("status") == "False":
        return _unplaced(str(scheduled.get("message", "no reason is given")))
    containers = [*items(status, "initContainerStatuses"), *items(status, "containerStatuses")]
    for container in containers:
        waiting = section(container, "state", "waiting")
        if waiting and not _only_waits_for_others(container, containers):
            return _waiting(container, waiting, warning)
    for container in containers:
        ended = section(container, "state", "terminated")
        if ended and ended.get("exitCode") != 0:
            sentence = f"The container {container['name']} {_end(ended)}."
            return _Matter(sentence, _LOG, Weight.ENDED, str(container["name"]), tells=False)
    if status.get("phase") == "Failed":
        return _Matter(f"It failed ({status.get('reason', 'no reason is given')}).", _DESCRIBE, Weight.ENDED)
    if status.get("phase") == "Running":
        unready = next((str(item.get("name")) for item in containers if not item.get("ready")), "")
        if not failed:  # Every pod begins so.
            return _Matter("It runs and is not ready yet.", _LOG, container=unready)
        return _Matter("It runs and is not ready: a probe of it does not pass.", _LOG, Weight.PROBED, unready)
    return _Matter("It has not started yet.", f"Wait a little, then look at it: {_DESCRIBE.partition(': ')[2]}")


def _unplaced(message: str) -> _Matter:
    # What the scheduler adds about preemption says nothing more to a person.
    said = re.split(r"[.,]? (?:no new claims to deallocate|preemption:)", " ".join(message.split()))[0].rstrip(".")
    for pattern, words, cure in _SCHEDULING:
        if re.search(pattern, said):
            return _Matter(f"{words} ({said}).", cure, Weight.PLACED, tells=False)
    return _Matter(f"No node takes it ({said}).", _ASK_LESS, Weight.PLACED, tells=False)


def _only_waits_for_others(container: Manifest, containers: Sequence[Manifest]) -> bool:
    """Whether it is only not begun since another of the pod's containers, which says more, is under way."""
    reason = section(container, "state", "waiting").get("reason")
    return reason == "PodInitializing" and any(
        section(other, "state", "waiting").get("reason") not in (None, "PodInitializing")
        or section(other, "state", "terminated").get("exitCode") not in (None, 0)
        for other in containers
    )


def _waiting(container: Manifest, waiting: Manifest, warning: Manifest) -> _Matter:
    name, given = str(container["name"]), str(waiting.get("reason", ""))
    reason, message = _SAME.get(given, given), str(waiting.get("message", ""))
    if reason == "ImagePullBackOff":
        return _unpulled(name, str(container.get("image")), f"{message} {warning.get('message', '')}")
    if reason == "CreateContainerConfigError":
        return _misses(name, message)
    last = section(container, "lastState", "terminated")
    restarts = int(container.get("restartCount", 0))
    often = f"{restarts} restart{'' if restarts == 1 else 's'}"
    ended = f"; the last time it {_end(last)}, after {often}" if last else ""
    if reason == "CrashLoopBackOff":
        sentence = f"The container {name} ends again and again{ended}."
        return _Matter(sentence, f"{_LOG} --previous", Weight.ENDED, name, ended=True, tells=False)
    if reason == "ContainerCreating" and warning.get("reason") in ("FailedMount", "FailedAttachVolume"):
        return _Matter("A volume of it cannot be mounted", _DESCRIBE, Weight.CONFIGURED, name)
    words, cure, weight = _WAITING.get(reason, (f"waits ({reason})", _DESCRIBE, Weight.CONFIGURED))
    image = f" ({container.get('image')})" if "image" in words else ""
    return _Matter(f"The container {name} {words}{image}{ended}.", cure, weight, name)


def _unpulled(name: str, image: str, message: str) -> _Matter:
    for pattern, words, cure in _PULLING:
        if re.search(pattern, message):
            sentence = f"The image of the container {name} cannot be pulled ({image}): {words}."
            return _Matter(sentence, cure, Weight.CONFIGURED, name, tells=False)
    cure = "Is its name right, does the node reach the registry, does it need a pull secret?"
    return _Matter(f"The image of the container {name} cannot be pulled ({image}).", cure, Weight.CONFIGURED, name)


def _misses(name: str, message: str) -> _Matter:
    """The kubelet names objects and keys in this message, and no values."""
    cure = "Create it, or name another."
    absent = re.search(r'(?P<kind>secret|configmap) "(?P<name>[\w.-]+)" not found', message, re.IGNORECASE)
    if absent:
        kind = "Secret" if absent["kind"].lower() == "secret" else "ConfigMap"
        sentence = f"The container {name} needs the {kind} {absent['name']}, which is missing."
        return _Matter(sentence, cure, Weight.CONFIGURED, name, tells=False)
    lacks = re.search(r"couldn't find key (?P<key>[\w.-]+) in (?P<kind>\w+) [\w-]+/(?P<name>[\w.-]+)", message)
    if lacks:
        sentence = (
            f"The container {name} needs the key {lacks['key']} of the {lacks['kind']} {lacks['name']}, "
            "and it is not in there."
        )
        return _Matter(sentence, "Put it in, or name another.", Weight.CONFIGURED, name, tells=False)
    sentence = f"The container {name} names a Secret or ConfigMap that is missing or lacks a key."
    return _Matter(sentence, cure, Weight.CONFIGURED, name)


def _end(ended: Manifest) -> str:
    if ended.get("reason") == "OOMKilled":
        return "was ended for using more memory than its limit"
    return f"ended with exit code {ended.get('exitCode')}"


def _condition(status: Manifest, kind: str) -> Manifest:
    return next((item for item in items(status, "conditions") if item.get("type") == kind), {})


def _when(event: Manifest) -> str:
    return str(event.get("lastTimestamp") or event.get("eventTime") or "")


def _command(matter: _Matter, pod: str, namespace: str) -> str:
    container = f" --container {matter.container}" if matter.container else ""
    return matter.cure.format(
        pod=f"{pod} --namespace {namespace}",
        namespace=namespace,
        log=f"kubectl logs {pod} --namespace {namespace}{container}",
    )
