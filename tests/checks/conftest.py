"""Manifests that are right, and a way to break one field of them."""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

Manifest = dict[str, Any]
Sample = Callable[..., Manifest]

_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
_POD: Manifest = {
    "metadata": {"labels": {"app.kubernetes.io/name": "aeterna"}},
    "spec": {
        "serviceAccountName": "aeterna",
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "aeterna",
                "image": "ghcr.io/example/aeterna:v1.0.0",
                "imagePullPolicy": "IfNotPresent",
                "env": [
                    {"name": "PG_HOST", "value": "aeterna-db-rw"},
                    {
                        "name": "PGPASSWORD",
                        "valueFrom": {"secretKeyRef": {"name": "aeterna", "key": "password"}},
                    },
                ],
                "ports": [{"name": "http", "containerPort": 8080}],
                "startupProbe": {"httpGet": {"path": "/health", "port": "http"}},
                "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}},
                "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}, "timeoutSeconds": 5},
                "resources": {
                    "requests": {"cpu": "100m", "memory": "128Mi"},
                    "limits": {"memory": "512Mi"},
                },
                "securityContext": _RESTRICTED,
                "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
            }
        ],
        "volumes": [{"name": "tmp", "emptyDir": {}}],
    },
}
_SAMPLES: Mapping[str, Manifest] = {
    "Deployment": {
        "apiVersion": "apps/v1",
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app.kubernetes.io/name": "aeterna"}},
            "template": _POD,
        },
    },
    "Job": {
        "apiVersion": "batch/v1",
        "spec": {"template": {**_POD, "spec": {**_POD["spec"], "restartPolicy": "Never"}}},
    },
    "CronJob": {
        "apiVersion": "batch/v1",
        "spec": {
            "schedule": "0 3 * * *",
            "jobTemplate": {"spec": {"template": {**_POD, "spec": {**_POD["spec"], "restartPolicy": "Never"}}}},
        },
    },
    "Service": {
        "apiVersion": "v1",
        "spec": {
            "selector": {"app.kubernetes.io/name": "aeterna"},
            "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
        },
    },
    "Secret": {"apiVersion": "v1", "type": "Opaque", "data": {"password": "aHVudGVyMg=="}},
    "ConfigMap": {"apiVersion": "v1", "data": {"RUST_LOG": "info"}},
    "ServiceAccount": {"apiVersion": "v1"},
    "PersistentVolumeClaim": {
        "apiVersion": "v1",
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    },
    "HorizontalPodAutoscaler": {
        "apiVersion": "autoscaling/v2",
        "spec": {
            "minReplicas": 2,
            "maxReplicas": 4,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "aeterna"},
        },
    },
    "PodDisruptionBudget": {
        "apiVersion": "policy/v1",
        "spec": {
            "minAvailable": 1,
            "selector": {"matchLabels": {"app.kubernetes.io/name": "aeterna"}},
        },
    },
    "Ingress": {
        "apiVersion": "networking.k8s.io/v1",
        "spec": {
            "rules": [
                {
                    "host": "aeterna.example.com",
                    "http": {
                        "paths": [
                            {
                                "path": "/",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "aeterna", "port": {"name": "http"}}},
                            }
                        ]
                    },
                }
            ]
        },
    },
    "NetworkPolicy": {
        "apiVersion": "networking.k8s.io/v1",
        "spec": {
            "podSelector": {},
            "policyTypes": ["Egress"],
            "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"port": 5432}]}],
        },
    },
}


def put(target: Any, path: str, value: object) -> None:
    steps = [int(step) if step.isdigit() else step for step in re.split(r"/", path)]
    for step in steps[:-1]:
        target = target[step] if isinstance(step, int) else target.setdefault(step, {})
    if value is ...:
        del target[steps[-1]]
    else:
        target[steps[-1]] = value


@pytest.fixture(scope="session")
def sample() -> Sample:
    """A right manifest but for its changes: `sample("Job", {"spec/parallelism": -1})`; `...` removes."""

    def make(kind: str, changes: Mapping[str, object] = {}, name: str = "aeterna") -> Manifest:
        manifest = {"kind": kind, "metadata": {"name": name}, **copy.deepcopy(_SAMPLES[kind])}
        for path, value in changes.items():
            put(manifest, path, value)
        return manifest

    return make


@pytest.fixture(scope="session")
def kinds() -> tuple[str, ...]:
    """The kinds that `sample` can make."""
    return tuple(_SAMPLES)
