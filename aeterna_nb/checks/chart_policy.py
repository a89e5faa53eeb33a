"""Check 7, second half: what the chart promises of its own pods beyond Pod Security (design, section 6)."""

from collections.abc import Iterator, Sequence

from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.manifests import Manifest, PodTemplate, is_of_chart, items, label, pod_templates, section

CHECK = "chart-policy"

_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
_FLOATING_TAGS = frozenset({"latest", "main", "master", "edge", "stable", "nightly"})


def check_chart_policy(manifests: Sequence[Manifest], chart: str) -> list[Finding]:
    """Every pod of the chart named `chart` that lacks resources, probes, a pinned image or an account of its own.

    Pods of subcharts are known by their label `helm.sh/chart` and are passed over: their charts decide.
    """
    findings: list[Finding] = []
    for pod in pod_templates(manifests):
        if not is_of_chart(pod.owner, chart):
            continue
        for text in (*_pod_faults(pod), *_container_faults(pod)):
            findings.append(Finding("error", f"{label(pod.owner)}: {text}.", check=CHECK))
    return findings


def _pod_faults(pod: PodTemplate) -> Iterator[str]:
    account = pod.spec.get("serviceAccountName")
    if account in (None, "", "default"):
        yield f"{pod.path}.serviceAccountName must be an account of its own, not the one that all pods share"


def _container_faults(pod: PodTemplate) -> Iterator[str]:
    serves = pod.owner.get("kind") == "Deployment"
    main = {container.get("name") for container in items(pod.spec, "containers")}
    for path, container in pod.containers:
        where = f"{pod.path}.{path}"
        resources = section(container, "resources")
        for field, name in (("requests", "cpu"), ("requests", "memory"), ("limits", "memory")):
            if section(resources, field).get(name) is None:
                yield f"{where}.resources.{field}.{name} is missing"
        if section(container, "securityContext").get("readOnlyRootFilesystem") is not True:
            yield f"{where}.securityContext.readOnlyRootFilesystem must be true"
        if not is_pinned(str(container.get("image") or "")):
            yield f"{where}.image must carry a tag of one version, or a digest"
        if serves and container.get("name") in main:
            for probe in _PROBES:
                if container.get(probe) is None:
                    yield f"{where}.{probe} is missing"


def is_pinned(image: str) -> bool:
    """Whether an image names one version: a digest, or a tag that is not one of the moving ones such as `latest`."""
    if "@sha256:" in image:
        return True
    name, colon, tag = image.rpartition(":")
    return bool(name and colon and tag) and "/" not in tag and tag not in _FLOATING_TAGS
