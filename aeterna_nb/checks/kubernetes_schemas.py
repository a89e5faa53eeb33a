"""Check 5: every manifest follows the schemas of the chosen Kubernetes version, unknown fields refused."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from aeterna_nb.checks.schema_sentences import faults
from aeterna_nb.checks.schemas import (
    GroupVersionKind,
    Schemas,
    load_schemas,
    supported_versions,
    version_order,
)
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.manifests import Manifest, expand, group_of, label, name_of, namespace_of

CHECK = "kubernetes-schemas"

# Kinds whose definitions are inside archives that `aeterna chart deps` fetches, by API group.
_SUBCHART_OF_GROUP: Mapping[str, str] = {
    "postgresql.cnpg.io": "cloudnative-pg",
    "dragonflydb.io": "dragonfly-operator",
    "psmdb.percona.com": "psmdb-operator",
}

# Kinds of operators that nothing here installs, by the question that makes them.
_ASKED_BY: Mapping[str, str] = {
    "ExternalSecret": "secret_provider",
    "ServiceMonitor": "service_monitor",
    "VerticalPodAutoscaler": "vpa",
}


def check_kubernetes_version(kubernetes_version: str) -> list[Finding]:
    """A warning where there are no schemas of the chosen version, so that the nearest one judged."""
    major, minor = version_order(kubernetes_version)
    known = supported_versions()
    if f"{major}.{minor}" in known:
        return []
    nearest = load_schemas(kubernetes_version).version
    return [
        Finding(
            "warning",
            Sentence(
                "There are no schemas of Kubernetes {version}, so {nearest} judged the manifests.",
                version=f"{major}.{minor}",
                nearest=nearest,
            ),
            question="kubernetes_version",
            cure=Sentence(
                "Choose a version from {oldest} to {newest}, or check the manifests on your cluster.",
                oldest=known[0],
                newest=known[-1],
            ),
            check="kubernetes-version",
        )
    ]


def check_manifests(manifests: Sequence[Manifest], schemas: Schemas) -> list[Finding]:
    """Every way in which a manifest breaks its schema, and every object that is there twice.

    A message names the object, the field and what it must be, never the value, which may be a secret.
    """
    objects = expand(manifests)
    schemas = schemas.with_definitions(objects)
    findings = list(_duplicates(objects))
    for manifest in objects:
        findings.extend(_check_object(manifest, schemas))
    missing = sorted({kind for kind in _unproven(objects, schemas) if kind[0] in _SUBCHART_OF_GROUP})
    if missing:
        kinds = ", ".join(kind for _, _, kind in missing)
        subcharts = ", ".join(sorted({_SUBCHART_OF_GROUP[group] for group, _, _ in missing}))
        findings.append(
            Finding(
                "warning",
                Sentence(
                    "The schemas of {kinds} are inside subcharts that are not fetched ({subcharts}), so nothing "
                    "checked these objects.",
                    kinds=kinds,
                    subcharts=subcharts,
                ),
                cure=Sentence("Run `aeterna chart deps` on a machine with a network."),
                check=CHECK,
            )
        )
    return findings


def check_unproven(manifests: Sequence[Manifest], schemas: Schemas) -> list[Finding]:
    """A warning for each kind among the manifests that no schema judged, those of subcharts aside."""
    objects = expand(manifests)
    unproven = sorted(set(_unproven(objects, schemas.with_definitions(objects))))
    return [
        Finding(
            "warning",
            Sentence(
                "No schema of {kind} is at hand, so your cluster is the first to judge what is written for it.",
                kind=kind,
            ),
            question=_ASKED_BY.get(kind, ""),
            cure=Sentence("The operator that defines {kind} must be there before this release.", kind=kind),
            check="unproven",
        )
        for group, _, kind in unproven
        if group not in _SUBCHART_OF_GROUP
    ]


def _unproven(objects: Sequence[Manifest], schemas: Schemas) -> Iterator[GroupVersionKind]:
    for manifest in objects:
        kind = _kind_of(manifest)
        if not schemas.is_builtin(kind[0]) and schemas.validator(kind) is None:
            yield kind


def _check_object(manifest: Manifest, schemas: Schemas) -> Iterator[Finding]:
    if not manifest.get("kind") or not manifest.get("apiVersion"):
        yield _error(f"{label(manifest)} lacks apiVersion or kind, so it is no Kubernetes object.")
        return
    kind = _kind_of(manifest)
    validator = schemas.validator(kind)
    if validator is not None:
        builtin = schemas.is_builtin(kind[0])
        judge = f"Kubernetes {schemas.version}" if builtin else f"the definition of {kind[2]}"
        for error in validator.iter_errors(manifest):
            for where, fault in faults(error, judge):
                subject = f"{label(manifest)}: {where}" if where else label(manifest)
                yield _error(f"{subject} {fault}.")
    elif schemas.is_builtin(kind[0]):
        yield Finding(
            "error",
            f"{label(manifest)}: Kubernetes {schemas.version} has no {kind[2]} in {manifest['apiVersion']}.",
            question="kubernetes_version",
            cure=Sentence("Choose the version that your cluster runs."),
            check=CHECK,
        )


def _duplicates(objects: Sequence[Manifest]) -> Iterator[Finding]:
    counts = Counter((group_of(m), str(m.get("kind")), namespace_of(m), name_of(m)) for m in objects)
    for (_, kind, namespace, name), count in counts.items():
        if count > 1:
            where = f" in namespace {namespace}" if namespace else ""
            yield _error(f"{kind} {name}{where} is there {count} times; only the last one would remain.")


def _error(message: str) -> Finding:
    return Finding("error", message, check=CHECK)


def _kind_of(manifest: Manifest) -> GroupVersionKind:
    return (
        group_of(manifest),
        str(manifest.get("apiVersion", "")).rpartition("/")[2],
        str(manifest.get("kind", "")),
    )
