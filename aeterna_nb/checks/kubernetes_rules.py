"""Check 5, second half: what Kubernetes refuses and no schema can say, since two fields must agree."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.manifests import (
    Manifest,
    PodTemplate,
    expand,
    group_of,
    items,
    label,
    name_of,
    pod_templates,
    section,
)
from aeterna_nb.kubernetes.quantities import quantity

CHECK = "kubernetes-rules"

_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
_PROBE_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_ENV_SOURCES = ("configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef")
_LONGEST_NAMES = {"StatefulSet": 52, "CronJob": 52}
"""Characters. Pods carry a StatefulSet's name and a hash of up to 11 in a label, which takes 63: on an API server a
longer one gets no pod. A CronJob adds 11 to the names of its Jobs (Kubernetes documentation, "CronJob limitations").
"""
# A Secret and a ConfigMap hold at most 1 MiB (Kubernetes documentation, "Secrets", "ConfigMaps").
_DATA_LIMIT = 1024 * 1024


def check_rules(manifests: Sequence[Manifest]) -> list[Finding]:
    """Every place where fields of one object contradict each other, so that the API server refuses it."""
    findings: list[Finding] = []
    objects = expand(manifests)
    for manifest in objects:
        for rule in (_name, _selector, _autoscaler, _disruption_budget, _data_size, _service, _strategy):
            findings.extend(_error(manifest, text) for text in rule(manifest))
    for pod in pod_templates(objects):
        for pod_rule in (_restart_policy, _unique_names, _containers, _volumes):
            findings.extend(_error(pod.owner, f"{pod.path}.{text}") for text in pod_rule(pod))
    return findings


def _error(manifest: Manifest, text: str) -> Finding:
    return Finding("error", f"{label(manifest)}: {text}.", check=CHECK)


def _name(manifest: Manifest) -> Iterator[str]:
    limit = _LONGEST_NAMES.get(str(manifest.get("kind")))
    if limit and len(name_of(manifest)) > limit:
        yield f"the name has {len(name_of(manifest))} characters, and its pods can be made up to {limit}"


def _selector(manifest: Manifest) -> Iterator[str]:
    if manifest.get("kind") not in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        return
    wanted = section(manifest, "spec", "selector", "matchLabels")
    carried = section(manifest, "spec", "template", "metadata", "labels")
    for key, value in wanted.items():
        if carried.get(key) != value:
            yield f"spec.selector asks for the label {key}, which the pods do not carry with that value"
    if not wanted and not items(section(manifest, "spec", "selector"), "matchExpressions"):
        yield "spec.selector is empty, so it finds no pods of its own"


def _autoscaler(manifest: Manifest) -> Iterator[str]:
    if manifest.get("kind") != "HorizontalPodAutoscaler":
        return
    spec = section(manifest, "spec")
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield f"spec.minReplicas ({least}) is more than spec.maxReplicas ({most})"


def _disruption_budget(manifest: Manifest) -> Iterator[str]:
    if manifest.get("kind") != "PodDisruptionBudget":
        return
    spec = section(manifest, "spec")
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        yield "spec has both minAvailable and maxUnavailable, and only one of them may be given"


def _data_size(manifest: Manifest) -> Iterator[str]:
    if manifest.get("kind") not in ("Secret", "ConfigMap") or group_of(manifest):
        return
    fields = ("data", "stringData", "binaryData")
    size = sum(len(str(value).encode()) for field in fields for value in section(manifest, field).values())
    if size > _DATA_LIMIT:
        yield f"the data is {size // 1024} KiB, and Kubernetes accepts at most {_DATA_LIMIT // 1024} KiB"


def _service(manifest: Manifest) -> Iterator[str]:
    if manifest.get("kind") != "Service" or group_of(manifest):
        return
    spec = section(manifest, "spec")
    ports = items(spec, "ports")
    if spec.get("type") == "ExternalName":
        if not spec.get("externalName"):
            yield "spec.externalName is missing, so the name leads nowhere"
        return
    if not ports and spec.get("clusterIP") != "None":
        yield "spec.ports is empty"
    if len(ports) > 1 and not all(port.get("name") for port in ports):
        yield "spec.ports must all have a name, since there are several"
    yield from _repeated("spec.ports", [port.get("name") for port in ports])
    numbers = [f"{port.get('port')}/{port.get('protocol') or 'TCP'}" for port in ports]
    yield from _repeated("spec.ports", numbers)


def _strategy(manifest: Manifest) -> Iterator[str]:
    strategy = section(manifest, "spec", "strategy")
    if manifest.get("kind") == "Deployment" and strategy.get("type") == "Recreate" and strategy.get("rollingUpdate"):
        yield "spec.strategy.rollingUpdate does not go with the type Recreate"


def _restart_policy(pod: PodTemplate) -> Iterator[str]:
    policy = pod.spec.get("restartPolicy")
    kind = pod.owner.get("kind")
    if kind in ("Job", "CronJob") and policy not in ("Never", "OnFailure"):
        yield "restartPolicy must be Never or OnFailure in a Job"
    if kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet") and policy not in (None, "Always"):
        yield f"restartPolicy must be Always in a {kind}"


def _unique_names(pod: PodTemplate) -> Iterator[str]:
    yield from _repeated("containers", [container.get("name") for _, container in pod.containers])
    yield from _repeated("volumes", [volume.get("name") for volume in items(pod.spec, "volumes")])


def _containers(pod: PodTemplate) -> Iterator[str]:
    for path, container in pod.containers:
        if not container.get("image"):
            yield f"{path} has no image"
        for probe in _PROBES:
            handlers = [name for name in _PROBE_HANDLERS if section(container, probe).get(name) is not None]
            if container.get(probe) is not None and len(handlers) != 1:
                yield f"{path}.{probe} needs one of {', '.join(_PROBE_HANDLERS)}, and only one"
        for variable in items(container, "env"):
            source = section(variable, "valueFrom")
            sources = [name for name in _ENV_SOURCES if source.get(name) is not None]
            if source and (len(sources) != 1 or variable.get("value")):
                yield f"{path}.env: {variable.get('name')} must have a value or one source of it, not several"
        yield from _repeated(f"{path}.env", [variable.get("name") for variable in items(container, "env")])
        yield from _repeated(f"{path}.ports", [port.get("name") for port in items(container, "ports")])
        mounts = [mount.get("mountPath") for mount in items(container, "volumeMounts")]
        yield from _repeated(f"{path}.volumeMounts", mounts)
        yield from _requests_above_limits(path, section(container, "resources"))


def _requests_above_limits(path: str, resources: Manifest) -> Iterator[str]:
    limits = section(resources, "limits")
    for name, asked in section(resources, "requests").items():
        wanted, allowed = quantity(asked), quantity(limits.get(name))
        if wanted is not None and allowed is not None and wanted > allowed:
            yield f"{path}.resources asks for more {name} ({asked}) than its limit ({limits[name]})"


def _volumes(pod: PodTemplate) -> Iterator[str]:
    for volume in items(pod.spec, "volumes"):
        sources = [field for field, value in volume.items() if field != "name" and value is not None]
        if len(sources) > 1:
            yield f"volumes: {volume.get('name')} has several sources ({', '.join(sorted(sources))})"


def _repeated(where: str, names: Sequence[object]) -> Iterator[str]:
    counts: Mapping[object, int] = Counter(name for name in names if name)
    for name, count in counts.items():
        if count > 1:
            yield f"{where} has {name} {count} times"
