"""Check 6: what a manifest names exists in the same render, is made by an operator, or was declared external."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aeterna_nb.checks.inventory import Inventory, inventory
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.manifests import (
    Manifest,
    PodTemplate,
    expand,
    group_of,
    hooks_of,
    items,
    label,
    name_of,
    pod_templates,
    section,
)

CHECK = "references"

_POD_NAME = "statefulset.kubernetes.io/pod-name"
"""The label in which each pod of a StatefulSet carries its own name (Kubernetes documentation, "StatefulSets")."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a manifest names another object, and maybe a key of it or a port; `where` is a path."""

    owner: Manifest
    where: str
    kind: str
    name: str
    key: str = ""
    optional: bool = False


def check_references(manifests: Sequence[Manifest], external: Inventory) -> list[Finding]:
    """Every reference that leads nowhere. `external` holds what answers declare to exist outside the render."""
    objects = expand(manifests)
    known = inventory(objects).merged(external)
    # Every namespace has this one (Kubernetes documentation, "Configure Service Accounts for Pods").
    known = replace(known, service_accounts={"default": None, **known.service_accounts})
    findings: list[Finding] = []
    for reference in references(objects):
        findings.extend(_judge(reference, known))
    findings.extend(_inside_pods(objects))
    findings.extend(_selectors(objects))
    findings.extend(_targets(objects))
    findings.extend(_hooks(objects))
    return findings


def references(manifests: Sequence[Manifest]) -> Iterator[Reference]:
    """Every place in the manifests that names a Secret, ConfigMap, Service, ServiceAccount or claim."""
    objects = expand(manifests)
    for pod in pod_templates(objects):
        yield from _of_pod(pod)
    for manifest in objects:
        yield from _of_object(manifest)


def _judge(reference: Reference, known: Inventory) -> Iterator[Finding]:
    things = known.of(reference.kind)
    subject = f"{label(reference.owner)}: {reference.where} names the {reference.kind} {reference.name}"
    if reference.optional:
        return
    if reference.name not in things:
        yield _error(f"{subject}, which neither this render nor an operator makes.")
        return
    keys = things[reference.name]
    if reference.key and keys is not None and reference.key not in keys:
        part = "port" if reference.kind == "Service" else "key"
        there = ", ".join(sorted(keys)) or "none"
        yield _error(f"{subject} and its {part} {reference.key}, but it has only: {there}.")


def _error(message: str) -> Finding:
    return Finding("error", message, check=CHECK)


def _of_pod(pod: PodTemplate) -> Iterator[Reference]:
    def to(where: str, kind: str, name: object, key: object = "", optional: object = False) -> Reference:
        return Reference(pod.owner, f"{pod.path}.{where}", kind, str(name or ""), str(key or ""), bool(optional))

    account = pod.spec.get("serviceAccountName") or pod.spec.get("serviceAccount")
    if account:
        yield to("serviceAccountName", "ServiceAccount", account)
    for path, container in pod.containers:
        for variable in items(container, "env"):
            for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
                source = section(variable, "valueFrom", field)
                if source:
                    where = f"{path}.env ({variable.get('name')})"
                    yield to(where, kind, source.get("name"), source.get("key"), source.get("optional"))
        for entry in items(container, "envFrom"):
            for field, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
                source = section(entry, field)
                if source:
                    yield to(f"{path}.envFrom", kind, source.get("name"), optional=source.get("optional"))
    for volume in items(pod.spec, "volumes"):
        where = f"volumes ({volume.get('name')})"
        for source in (volume, *items(section(volume, "projected"), "sources")):
            for field, kind, named in (("secret", "Secret", "secretName"), ("configMap", "ConfigMap", "name")):
                mounted = section(source, field)
                name = mounted.get(named) or mounted.get("name")
                if not name:
                    continue
                for key in [item.get("key") for item in items(mounted, "items")] or [""]:
                    yield to(where, kind, name, key, mounted.get("optional"))
        claim = section(volume, "persistentVolumeClaim").get("claimName")
        if claim:
            yield to(where, "PersistentVolumeClaim", claim)


# Where custom resources and others name a Secret: the path to the mapping that holds the name, and the fields of name
# and key in it. `*` stands for every entry of a list or mapping.
_SECRETS_BY_KIND: dict[tuple[str, str], tuple[tuple[str, str, str], ...]] = {
    ("postgresql.cnpg.io", "Cluster"): (
        ("spec.bootstrap.initdb.secret", "name", ""),
        ("spec.superuserSecret", "name", ""),
        ("spec.managed.roles.*.passwordSecret", "name", ""),
        ("spec.backup.barmanObjectStore.s3Credentials.*", "name", "key"),
        ("spec.backup.barmanObjectStore.googleCredentials.*", "name", "key"),
        ("spec.backup.barmanObjectStore.azureCredentials.*", "name", "key"),
    ),
    ("dragonflydb.io", "Dragonfly"): (
        ("spec.authentication.passwordFromSecret", "name", "key"),
        ("spec.aclFromSecret", "name", "key"),
        ("spec.tlsSecretRef", "name", ""),
    ),
    ("psmdb.percona.com", "PerconaServerMongoDB"): (
        ("spec.users.*.passwordSecretRef", "name", "key"),
        ("spec.backup.storages.*.s3", "credentialsSecret", ""),
        ("spec.backup.storages.*.azure", "credentialsSecret", ""),
    ),
    ("monitoring.coreos.com", "ServiceMonitor"): (
        ("spec.endpoints.*.bearerTokenSecret", "name", "key"),
        ("spec.endpoints.*.authorization.credentials", "name", "key"),
    ),
}


def _of_object(manifest: Manifest) -> Iterator[Reference]:
    group, kind = group_of(manifest), str(manifest.get("kind"))
    for path, name_field, key_field in _SECRETS_BY_KIND.get((group, kind), ()):
        for holder in _at(manifest, path.split(".")):
            if holder.get(name_field):
                key = str(holder.get(key_field) or "")
                yield Reference(manifest, path, "Secret", str(holder[name_field]), key)
    if kind == "StatefulSet" and section(manifest, "spec").get("serviceName"):
        yield Reference(manifest, "spec.serviceName", "Service", str(section(manifest, "spec")["serviceName"]))
    if kind == "Ingress":
        yield from _of_ingress(manifest)
    if kind in ("HTTPRoute", "GRPCRoute"):
        for rule in items(section(manifest, "spec"), "rules"):
            for backend in items(rule, "backendRefs"):
                port = str(backend.get("port") or "")
                yield Reference(manifest, "spec.rules.backendRefs", "Service", str(backend.get("name")), port)
    if kind in ("RoleBinding", "ClusterRoleBinding"):
        for subject in items(manifest, "subjects"):
            if subject.get("kind") == "ServiceAccount":
                yield Reference(manifest, "subjects", "ServiceAccount", str(subject.get("name")))


def _of_ingress(manifest: Manifest) -> Iterator[Reference]:
    spec = section(manifest, "spec")
    backends = [section(spec, "defaultBackend")]
    for rule in items(spec, "rules"):
        backends.extend(section(path, "backend") for path in items(section(rule, "http"), "paths"))
    for backend in backends:
        service = section(backend, "service")
        if service:
            port = section(service, "port")
            wanted = str(port.get("name") or port.get("number") or "")
            yield Reference(manifest, "spec.rules", "Service", str(service.get("name")), wanted)


def _at(node: object, steps: Sequence[str]) -> Iterator[Manifest]:
    if not steps:
        if isinstance(node, dict):
            yield node
        return
    if steps[0] == "*":
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    else:
        children = [node[steps[0]]] if isinstance(node, dict) and steps[0] in node else ()
    for child in children:
        yield from _at(child, steps[1:])


def _inside_pods(objects: Sequence[Manifest]) -> Iterator[Finding]:
    for pod in pod_templates(objects):
        volumes = {volume.get("name") for volume in items(pod.spec, "volumes")}
        volumes |= {name_of(claim) for claim in items(section(pod.owner, "spec"), "volumeClaimTemplates")}
        for path, container in pod.containers:
            subject = f"{label(pod.owner)}: {pod.path}.{path}"
            for mount in items(container, "volumeMounts"):
                if mount.get("name") not in volumes:
                    yield _error(f"{subject} mounts the volume {mount.get('name')}, which the pod does not have.")
            ports = {port.get("name") for port in items(container, "ports")}
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                for handler in ("httpGet", "tcpSocket"):
                    port = section(container, probe, handler).get("port")
                    if isinstance(port, str) and port not in ports:
                        yield _error(f"{subject}.{probe} asks the port {port}, which the container does not have.")


def _selects(selector: Manifest, pod: PodTemplate) -> bool:
    named = selector.get(_POD_NAME)
    labels = dict(section(pod.metadata, "labels"))
    if pod.owner.get("kind") == "StatefulSet" and re.fullmatch(rf"{re.escape(name_of(pod.owner))}-\d+", str(named)):
        labels[_POD_NAME] = named
    return selector.items() <= labels.items()


def _selectors(objects: Sequence[Manifest]) -> Iterator[Finding]:
    pods = list(pod_templates(objects))
    # CloudNativePG gives a pooler's pods the labels of its template.
    poolers = [section(m, "spec", "template", "metadata", "labels") for m in objects if m.get("kind") == "Pooler"]
    for manifest in objects:
        kind = manifest.get("kind")
        if kind == "Service" and not group_of(manifest):
            selector = section(manifest, "spec", "selector")
        elif kind == "PodDisruptionBudget":
            selector = section(manifest, "spec", "selector", "matchLabels")
        else:
            continue
        if not selector:
            continue
        selected = [pod for pod in pods if _selects(selector, pod)]
        if not selected and any(selector.items() <= labels.items() for labels in poolers):
            continue
        if not selected:
            yield _error(f"{label(manifest)}: its selector finds no pod of this render.")
            continue
        names = {port.get("name") for pod in selected for _, c in pod.containers for port in items(c, "ports")}
        for port in items(section(manifest, "spec"), "ports") if kind == "Service" else ():
            target = port.get("targetPort")
            if isinstance(target, str) and not target.isdigit() and target not in names:
                yield _error(f"{label(manifest)}: targetPort {target} is no port of the pods that it selects.")


def _targets(objects: Sequence[Manifest]) -> Iterator[Finding]:
    there = {(group_of(m), str(m.get("kind")), name_of(m)) for m in objects}
    for manifest in objects:
        kind, spec = manifest.get("kind"), section(manifest, "spec")
        if kind == "HorizontalPodAutoscaler":
            target = section(spec, "scaleTargetRef")
        elif kind == "VerticalPodAutoscaler":
            target = section(spec, "targetRef")
        elif kind in ("RoleBinding", "ClusterRoleBinding"):
            role = section(manifest, "roleRef")
            # Kubernetes brings ClusterRoles such as `view`, and operators are bound to `system:` ones.
            if role.get("kind") == "ClusterRole":
                continue
            target = {**role, "apiVersion": f"{role.get('apiGroup')}/v1"}
        elif kind in ("ScheduledBackup", "Pooler", "Backup", "Database") and group_of(manifest):
            target = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", **section(spec, "cluster")}
        else:
            continue
        wanted = (group_of(target), str(target.get("kind")), str(target.get("name")))
        if wanted not in there:
            yield _error(f"{label(manifest)} is for the {wanted[1]} {wanted[2]}, which this render does not have.")


def _hooks(objects: Sequence[Manifest]) -> Iterator[Finding]:
    """A hook that runs before the install can't use what the install brings (Helm documentation, "Chart Hooks")."""
    ready_before = {(m.get("kind"), name_of(m)) for m in objects if "pre-install" in hooks_of(m)}
    rendered = {(m.get("kind"), name_of(m)) for m in objects}
    for reference in references([m for m in objects if "pre-install" in hooks_of(m)]):
        wanted = (reference.kind, reference.name)
        if wanted in rendered and wanted not in ready_before and not reference.optional:
            yield _error(
                f"{label(reference.owner)} runs before the install, but needs the {reference.kind} {reference.name}, "
                "which only the install makes."
            )
