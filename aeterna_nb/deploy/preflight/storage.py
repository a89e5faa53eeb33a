"""Whether there is storage of the kinds that are asked for."""

from collections.abc import Iterator

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.manifests import Manifest, items, name_of, section

CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
DEFAULT = "storageclass.kubernetes.io/is-default-class"


def storage_classes(what: Deployment, cluster: Cluster) -> Iterator[Finding]:
    """Findings about storage classes that are asked for and missing. Raises ClusterError."""
    wanted = {name for manifest in what.manifests for name in _classes(manifest)}
    if not wanted:
        return
    there = cluster.items(CLASSES)
    names = {name_of(item) for item in there}
    listed = ", ".join(sorted(names)) or "none"
    for name in sorted(name for name in wanted if name and name not in names):
        yield found(
            Sentence("There is no storage class {name} in the cluster.", name=name),
            Sentence("Name one that is there: {listed}.", listed=listed),
            "storage_class",
        )
    default = any(section(item, "metadata", "annotations").get(DEFAULT) == "true" for item in there)
    if "" in wanted and not default:
        yield found(
            Sentence("Volumes are asked for without a storage class, and the cluster has none that is the default."),
            Sentence("Name one that is there: {listed}.", listed=listed),
            "storage_class",
        )


def _classes(manifest: Manifest) -> Iterator[str]:
    """The storage class of each volume that an object asks for; empty for the cluster's default."""
    spec, kind = section(manifest, "spec"), manifest.get("kind")
    if kind == "PersistentVolumeClaim":
        yield str(spec.get("storageClassName") or "")
    elif kind == "StatefulSet":
        for claim in items(spec, "volumeClaimTemplates"):
            yield str(section(claim, "spec").get("storageClassName") or "")
    elif kind == "Cluster":
        yield from (str(spec[part].get("storageClass") or "") for part in ("storage", "walStorage") if part in spec)
    elif kind == "Dragonfly":
        claim = section(spec, "snapshot", "persistentVolumeClaimSpec")
        yield from [str(claim.get("storageClassName") or "")] if claim else []
    elif kind == "PerconaServerMongoDB":
        for part in items(spec, "replsets"):
            yield str(section(part, "volumeSpec", "persistentVolumeClaim").get("storageClassName") or "")
