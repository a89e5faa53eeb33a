"""The part of the chart's values that is about running it: size, reach, observation, protection, backup."""

from collections.abc import Mapping
from typing import Any

from aeterna_nb import ports
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.backup import S3, Azure, BackupOn, Gcs
from aeterna_nb.config.operations import (
    CertManager,
    HpaOn,
    IngressOn,
    NoTls,
    Operations,
    PdbOn,
    ServiceMonitorOn,
    TlsSecret,
    TracingOn,
)
from aeterna_nb.generate.pods import host_aliases, tolerations
from aeterna_nb.generate.sizes import SIZES

AZURE_IDENTITY: tuple[str, dict[str, str]] = (
    "azure.workload.identity/client-id",
    {"azure.workload.identity/use": "true"},
)
"""With this annotation on a ServiceAccount, Azure's webhook wants these labels on the pods."""


def operations(config: SetupConfig) -> dict[str, Any]:
    """Values about running it."""
    chosen = config.operations
    if chosen is None:
        return {}
    values: dict[str, Any] = {
        "replicaCount": chosen.replicas,
        "global": {"storageClass": chosen.storage_class},
        "networkPolicy": {"enabled": chosen.network_policy, "defaultDeny": chosen.default_deny, **_api_server(chosen)},
        "scheduling": {
            "nodeSelector": dict(chosen.node_selector or {}),
            "tolerations": tolerations(chosen.tolerations or {}),
        },
        "extra": {"hostAliases": host_aliases(chosen.host_aliases or {})},
        "vpa": {"enabled": chosen.vpa},
        "logging": {"level": chosen.log_level, "format": chosen.log_format},
        **_identity(chosen),
        **_reach(chosen),
        **_scaling(chosen),
        **_observation(chosen),
        **_backup(chosen),
    }
    if chosen.size in SIZES:
        values["resources"] = SIZES[chosen.size].server.resources()
    return values


def _api_server(chosen: Operations) -> dict[str, Any]:
    """The port of the API server's Service, and its own, which network plugins see behind it."""
    return (
        {"apiServerPorts": sorted({ports.KUBERNETES_SERVICE, chosen.api_server_port})} if chosen.network_policy else {}
    )


def _identity(chosen: Operations) -> dict[str, Any]:
    annotations = dict(chosen.service_account_annotations or {})
    return {"serviceAccount": {"annotations": annotations}, "podLabels": _identity_labels(annotations)}


def _identity_labels(annotations: Mapping[str, str]) -> dict[str, str]:
    asked, labels = AZURE_IDENTITY
    return labels if asked in annotations else {}


def _reach(chosen: Operations) -> dict[str, Any]:
    ingress = chosen.ingress
    if not isinstance(ingress, IngressOn):
        return {}
    tls: dict[str, Any] = {"enabled": not isinstance(ingress.tls, NoTls)}
    if isinstance(ingress.tls, CertManager):
        tls["clusterIssuer"] = ingress.tls.cluster_issuer
    if isinstance(ingress.tls, TlsSecret):
        tls["secretName"] = ingress.tls.tls_secret
    values = {
        "enabled": True,
        "host": ingress.host,
        "className": ingress.class_name,
        "annotations": dict(ingress.annotations or {}),
        "tls": tls,
    }
    return {"ingress": values}


def _scaling(chosen: Operations) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if isinstance(chosen.hpa, HpaOn):
        values["hpa"] = {
            "enabled": True,
            "minReplicas": chosen.hpa.min_replicas,
            "maxReplicas": chosen.hpa.max_replicas,
            "targetCPUPercent": chosen.hpa.target_cpu,
        }
    if isinstance(chosen.pdb, PdbOn):
        values["pdb"] = {"enabled": True, "minAvailable": chosen.pdb.min_available, "maxUnavailable": ""}
    return values


def _observation(chosen: Operations) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if isinstance(chosen.service_monitor, ServiceMonitorOn):
        values["serviceMonitor"] = {"enabled": True, "interval": f"{chosen.service_monitor.interval}s"}
    if isinstance(chosen.tracing, TracingOn):
        values["tracing"] = {"enabled": True, "endpoint": chosen.tracing.endpoint}
    return values


def _backup(chosen: Operations) -> dict[str, Any]:
    if not isinstance(chosen.backup, BackupOn):
        return {}
    place = chosen.backup.destination
    match place:
        case S3():
            own: dict[str, Any] = {
                "bucket": place.bucket,
                "path": place.path,
                "region": place.region,
                "endpoint": place.endpoint,
            }
        case Gcs():
            own = {"bucket": place.bucket, "path": place.path}
        case Azure():
            own = {"storageAccount": place.account, "container": place.container, "path": place.path}
    annotations = dict(chosen.backup.service_account_annotations or {})
    return {
        # The instances write the backups.
        "postgresql": {"cnpg": {"podLabels": _identity_labels(annotations)}},
        "backup": {
            "enabled": True,
            "schedule": chosen.backup.schedule,
            "retentionDays": chosen.backup.retention_days,
            "verification": {"enabled": chosen.backup.verification},
            "destination": place.provider,
            "serviceAccountAnnotations": annotations,
            place.provider: own,
        },
    }
