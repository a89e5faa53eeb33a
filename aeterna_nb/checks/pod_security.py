"""Check 7: every pod template follows Pod Security "restricted", and the chart's own rules for pods.

The controls are those of the Kubernetes documentation, "Pod Security Standards" (profile restricted, which includes
baseline), for Linux pods.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.manifests import (
    Manifest,
    PodTemplate,
    expand,
    group_of,
    items,
    label,
    pod_templates,
    section,
)

CHECK = "pod-security"

_VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_SELINUX_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})
_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
    }
)
_SECCOMP = ("RuntimeDefault", "Localhost")


def check_pod_security(manifests: Sequence[Manifest]) -> list[Finding]:
    """Every reason for which a namespace that enforces "restricted" would refuse a pod of the manifests.

    The pods that operators make from custom resources count too.
    """
    findings: list[Finding] = []
    for pod in (*pod_templates(manifests), *_operator_pods(manifests)):
        for text in (*_pod_faults(pod), *_container_faults(pod)):
            message = f"{label(pod.owner)}: {text}."
            findings.append(Finding("error", message, check=CHECK))
    return findings


def _operator_pods(manifests: Sequence[Manifest]) -> Iterator[PodTemplate]:
    """The pods that the Dragonfly and the Percona operator make, as far as their resources decide the contexts.

    CloudNativePG's pods follow the profile by themselves. Without contexts the other two's do not.
    """
    for manifest in expand(manifests):
        spec, group = section(manifest, "spec"), group_of(manifest)
        if (group, manifest.get("kind")) == ("dragonflydb.io", "Dragonfly"):
            yield _pod_of(manifest, spec, {"dragonfly": section(spec, "containerSecurityContext")})
        elif (group, manifest.get("kind")) == ("psmdb.percona.com", "PerconaServerMongoDB"):
            for replica_set in items(spec, "replsets"):
                contexts = {"mongod": section(replica_set, "containerSecurityContext")}
                contexts["mongo-init"] = section(spec, "initContainerSecurityContext")
                for part in ("backup", "logcollector"):
                    if section(spec, part).get("enabled"):
                        contexts[part] = section(spec, part, "containerSecurityContext")
                yield _pod_of(manifest, replica_set, contexts)


def _pod_of(owner: Manifest, holder: Manifest, contexts: Mapping[str, Manifest]) -> PodTemplate:
    containers = [{"name": name, "securityContext": context} for name, context in contexts.items()]
    spec = {"securityContext": section(holder, "podSecurityContext"), "containers": containers}
    return PodTemplate(owner=owner, metadata={}, spec=spec, path="its pods: spec")


def _pod_faults(pod: PodTemplate) -> Iterator[str]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.spec.get(field):
            yield f"{pod.path}.{field} shares the node with the pod"
    for volume in items(pod.spec, "volumes"):
        kinds = [field for field, value in volume.items() if field != "name" and value is not None]
        for kind in kinds:
            if kind not in _VOLUMES:
                yield f"the volume {volume.get('name')} is of the kind {kind}, which restricted pods may not mount"
    context = section(pod.spec, "securityContext")
    where = f"{pod.path}.securityContext"
    yield from _context_faults(where, context)
    for sysctl in items(context, "sysctls"):
        if sysctl.get("name") not in _SYSCTLS:
            yield f"{where}.sysctls sets {sysctl.get('name')}, which changes the node"
    for key, value in section(pod.metadata, "annotations").items():
        if key.startswith("container.apparmor.security.beta.kubernetes.io/") and not (
            value in ("", "runtime/default") or str(value).startswith("localhost/")
        ):
            yield f"the annotation {key} turns AppArmor off"


def _container_faults(pod: PodTemplate) -> Iterator[str]:
    shared = section(pod.spec, "securityContext")
    shared_seccomp = section(shared, "seccompProfile").get("type")
    for path, container in pod.containers:
        name, context = f"container {container.get('name')}", section(container, "securityContext")
        where = f"{pod.path}.{path}.securityContext"
        yield from _context_faults(where, context)
        if context.get("privileged"):
            yield f"{where}.privileged gives {name} the rights of the node"
        if context.get("allowPrivilegeEscalation") is not False:
            yield f"{where}.allowPrivilegeEscalation must be false for {name}"
        if context.get("procMount") not in (None, "Default"):
            yield f"{where}.procMount must be Default"
        capabilities = section(context, "capabilities")
        if "ALL" not in _texts(capabilities.get("drop")):
            yield f"{where}.capabilities.drop must name ALL for {name}"
        for added in _texts(capabilities.get("add")):
            if added != "NET_BIND_SERVICE":
                yield f"{where}.capabilities.add gives {name} {added}"
        if not context.get("runAsNonRoot", shared.get("runAsNonRoot")):
            yield f"{where}.runAsNonRoot must be true, here or for the whole pod, for {name}"
        if section(context, "seccompProfile").get("type", shared_seccomp) not in _SECCOMP:
            yield f"{where}.seccompProfile must be RuntimeDefault or Localhost, here or for the whole pod, for {name}"
        for port in items(container, "ports"):
            if port.get("hostPort"):
                yield f"{pod.path}.{path}.ports opens the port {port['hostPort']} of the node"
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            for handler in ("httpGet", "tcpSocket"):
                if section(container, probe, handler).get("host"):
                    yield f"{pod.path}.{path}.{probe} asks another host than its own pod"


def _context_faults(where: str, context: Manifest) -> Iterator[str]:
    """What holds for the contexts of pods and of containers alike."""
    if context.get("runAsUser") == 0:
        yield f"{where}.runAsUser is 0, which is root"
    if context.get("runAsNonRoot") is False:
        yield f"{where}.runAsNonRoot is false"
    seccomp = section(context, "seccompProfile").get("type")
    if seccomp is not None and seccomp not in _SECCOMP:
        yield f"{where}.seccompProfile is {seccomp}"
    apparmor = section(context, "appArmorProfile").get("type")
    if apparmor not in (None, "RuntimeDefault", "Localhost"):
        yield f"{where}.appArmorProfile is {apparmor}"
    selinux = section(context, "seLinuxOptions")
    if selinux.get("user") or selinux.get("role") or (selinux.get("type") or "") not in _SELINUX_TYPES:
        yield f"{where}.seLinuxOptions asks for more than a container's own type"
    if section(context, "windowsOptions").get("hostProcess"):
        yield f"{where}.windowsOptions.hostProcess shares the node with the pod"


def _texts(value: object) -> Iterable[str]:
    return [str(item) for item in value] if isinstance(value, list) else ()
