"""Settings of the six subcharts: what makes one install work, and what Pod Security "restricted" asks for.

Sources: the subcharts' own templates at the pinned versions.
"""

from typing import Any

from aeterna_nb.chart_values.common import Subchart

_NO_PRIVILEGES: dict[str, Any] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
_SECCOMP: dict[str, Any] = {"type": "RuntimeDefault"}


def _resources(cpu: str, memory: str, memory_limit: str) -> dict[str, Any]:
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory_limit}}


def cnpg() -> Subchart:
    """Return the settings of the CloudNativePG operator.

    Its name label must stay `cloudnative-pg`, or the operator ends in a loop; webhooks that fail would
    refuse the cluster that the same release installs. CRDs come before the templates, from folders of their own.
    """
    return Subchart.model_validate(
        {
            "enabled": True,
            "nameOverride": "cloudnative-pg",
            "crds": {"create": False},
            "webhook": {
                "mutating": {"create": True, "failurePolicy": "Ignore"},
                "validating": {"create": True, "failurePolicy": "Ignore"},
            },
            "resources": _resources("50m", "128Mi", "256Mi"),
        }
    )


def dragonfly() -> Subchart:
    """Return the settings of the Dragonfly operator; its pods need a seccomp profile for "restricted"."""
    return Subchart.model_validate(
        {
            "enabled": True,
            "nameOverride": "dragonfly-operator",
            "crds": {"install": False},
            "podSecurityContext": {"runAsNonRoot": True, "seccompProfile": _SECCOMP},
            "manager": {
                "securityContext": {"readOnlyRootFilesystem": True},
                "resources": _resources("20m", "64Mi", "256Mi"),
            },
            "rbacProxy": {"securityContext": {"readOnlyRootFilesystem": True}},
        }
    )


def valkey() -> Subchart:
    """Return the settings of Valkey."""
    return Subchart.model_validate(
        {
            "enabled": False,
            "resources": _resources("100m", "256Mi", "768Mi"),
            "initResources": _resources("20m", "32Mi", "64Mi"),
            "podDisruptionBudget": {"enabled": True},
            "valkeyConfig": "maxmemory 512mb\nmaxmemory-policy allkeys-lru\n",
            "metrics": {
                "enabled": False,
                "exporter": {
                    "securityContext": {
                        **_NO_PRIVILEGES,
                        "runAsNonRoot": True,
                        "readOnlyRootFilesystem": True,
                    }
                },
            },
        }
    )


def qdrant() -> Subchart:
    """Return the settings of Qdrant: without the root init container, with the unprivileged image."""
    return Subchart.model_validate(
        {
            "enabled": True,
            "replicaCount": 1,
            "updateVolumeFsOwnership": False,
            "image": {"useUnprivilegedImage": True},
            "podSecurityContext": {
                "fsGroup": 3000,
                "fsGroupChangePolicy": "Always",
                "runAsNonRoot": True,
                "seccompProfile": _SECCOMP,
            },
            "containerSecurityContext": {
                **_NO_PRIVILEGES,
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "runAsGroup": 2000,
                "readOnlyRootFilesystem": True,
            },
            "livenessProbe": {"enabled": True},
            "persistence": {"size": "10Gi"},
            "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
            "resources": _resources("250m", "512Mi", "2Gi"),
        }
    )


WEAVIATE_ACCOUNT = "aeterna-weaviate"
"""Made by this chart: Weaviate's own has no pull Secrets for the pod, which takes those of its account."""


def weaviate() -> Subchart:
    """Return the settings of Weaviate: no LoadBalancer, no anonymous access, no root init container."""
    return Subchart.model_validate(
        {
            "enabled": False,
            "service": {"type": "ClusterIP"},
            "grpcService": {"type": "ClusterIP"},
            "serviceAccountName": WEAVIATE_ACCOUNT,
            "initContainers": {
                "sysctlInitContainer": {"enabled": False},
                "ensureFileOwnershipContainer": {"enabled": False},
            },
            "securityContext": {
                "fsGroup": 1000,
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "seccompProfile": _SECCOMP,
            },
            "containerSecurityContext": {**_NO_PRIVILEGES, "readOnlyRootFilesystem": True},
            "authentication": {"anonymous_access": {"enabled": False}},
            "env": {
                "AUTHENTICATION_APIKEY_ENABLED": "true",
                "AUTHENTICATION_APIKEY_USERS": "aeterna",
                "AUTHORIZATION_ADMINLIST_ENABLED": "true",
                "AUTHORIZATION_ADMINLIST_USERS": "aeterna",
            },
            "envSecrets": {"AUTHENTICATION_APIKEY_ALLOWED_KEYS": "aeterna-weaviate-api-key"},
            "storage": {"size": "32Gi"},
            "podDisruptionBudgets": {"weaviate": {"enabled": True}},
            "resources": _resources("500m", "1Gi", "4Gi"),
        }
    )


def mongodb() -> Subchart:
    """Return the settings of Percona's operator for MongoDB; telemetry is off."""
    return Subchart.model_validate(
        {
            "enabled": False,
            "disableTelemetry": True,
            "podSecurityContext": {"runAsNonRoot": True, "runAsUser": 2, "seccompProfile": _SECCOMP},
            "securityContext": {**_NO_PRIVILEGES, "readOnlyRootFilesystem": True},
            "resources": _resources("50m", "64Mi", "512Mi"),
        }
    )
