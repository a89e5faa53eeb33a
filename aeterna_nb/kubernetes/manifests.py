"""How the checks read Kubernetes manifests: lists expanded, objects named, pod templates found."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Manifest = Mapping[str, Any]

# Where each kind of workload keeps its pod template (Kubernetes API reference, "Workload Resources").
_POD_TEMPLATE_PATHS: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}


@dataclass(frozen=True, slots=True)
class PodTemplate:
    """The pods that one manifest starts; `path` leads to the pod's spec, as in `spec.template.spec`."""

    owner: Manifest
    metadata: Manifest
    spec: Manifest
    path: str

    @property
    def containers(self) -> Iterator[tuple[str, Manifest]]:
        """Init containers first, then containers, each with its path below the pod's spec."""
        for field in ("initContainers", "containers"):
            for index, container in enumerate(items(self.spec, field)):
                yield f"{field}[{index}]", container


def section(parent: Manifest, *path: str) -> Manifest:
    """The mapping at `path`, or an empty one where any step is missing or is no mapping."""
    current: object = parent
    for step in path:
        current = current.get(step) if isinstance(current, Mapping) else None
    return current if isinstance(current, Mapping) else {}


def items(parent: Manifest, field: str) -> list[Manifest]:
    """The mappings in the list at `field`; an empty list where there is none."""
    value = parent.get(field)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def expand(manifests: Sequence[Manifest]) -> list[Manifest]:
    """All objects, with those inside `kind: List` in the place of their list, and without empty documents."""
    objects: list[Manifest] = []
    for manifest in manifests:
        if manifest.get("kind") == "List" and manifest.get("apiVersion") == "v1":
            objects.extend(expand(items(manifest, "items")))
        elif manifest:
            objects.append(manifest)
    return objects


def group_of(manifest: Manifest) -> str:
    """The API group, as in `apps`; empty for the core group."""
    group, slash, _ = str(manifest.get("apiVersion", "")).partition("/")
    return group if slash else ""


def name_of(manifest: Manifest) -> str:
    """The object's name, or an empty text."""
    return str(section(manifest, "metadata").get("name") or "")


def namespace_of(manifest: Manifest) -> str:
    """The namespace that the manifest names, or an empty text: the release's."""
    return str(section(manifest, "metadata").get("namespace") or "")


def is_of_chart(manifest: Manifest, chart: str) -> bool:
    """Whether the object comes from the chart's own templates: its label `helm.sh/chart` is `<chart>-<version>`."""
    rendered_from = str(section(manifest, "metadata", "labels").get("helm.sh/chart") or "")
    return re.match(rf"{re.escape(chart)}-\d", rendered_from) is not None


def hooks_of(manifest: Manifest) -> frozenset[str]:
    """The Helm hooks that the object is, as in `pre-install`; none for an ordinary object."""
    hooks = str(section(manifest, "metadata", "annotations").get("helm.sh/hook") or "")
    return frozenset(hook.strip() for hook in hooks.split(",") if hook.strip())


def label(manifest: Manifest) -> str:
    """How findings call an object: `Deployment aeterna`."""
    return f"{manifest.get('kind') or 'An object'} {name_of(manifest) or 'without a name'}"


def dotted(path: Sequence[str | int]) -> str:
    """A path as a person writes it: `spec.containers[0].image`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def pod_templates(manifests: Sequence[Manifest]) -> Iterator[PodTemplate]:
    """The pods that the manifests start, in the order of the manifests; custom resources start none here."""
    for manifest in expand(manifests):
        path = _POD_TEMPLATE_PATHS.get(str(manifest.get("kind")))
        if path is None or group_of(manifest) not in ("", "apps", "batch"):
            continue
        template = section(manifest, *path)
        yield PodTemplate(
            owner=manifest,
            metadata=section(template, "metadata"),
            spec=section(template, "spec"),
            path=".".join((*path, "spec")),
        )
