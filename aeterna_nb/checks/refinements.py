"""What Kubernetes refuses although its published JSON schemas accept it: ranges, enumerations and formats.

Merged into the definitions before they are compiled, so that one pass finds everything. The ranges and lists
are those of the API reference (https://kubernetes.io/docs/reference/kubernetes-api/); a version that
lacks a definition or property goes without its entry.
"""

from collections.abc import Mapping
from typing import Any

Keywords = Mapping[str, Any]

_PORT: Keywords = {"minimum": 1, "maximum": 65535}
_HOST_PORT: Keywords = {"minimum": 0, "maximum": 65535}
_PORT_OR_NAME: Keywords = {"format": "k8s-port-name", **_PORT}
_COUNT: Keywords = {"minimum": 0}
_POSITIVE: Keywords = {"minimum": 1}


def _one_of(*values: str) -> Keywords:
    return {"enum": [*values, None]}


_PROTOCOL = _one_of("TCP", "UDP", "SCTP")
_KEYED_DATA: Keywords = {"propertyNames": {"format": "k8s-data-key"}}
_LABELS: Keywords = {
    "propertyNames": {"format": "k8s-label-key"},
    "additionalProperties": {"type": ["string", "null"], "format": "k8s-label-value"},
}
_CORE = "io.k8s.api.core.v1"
_CONTAINER: Mapping[str, Keywords] = {
    "name": {"format": "k8s-label"},
    "image": {"format": "k8s-image"},
    "imagePullPolicy": _one_of("Always", "IfNotPresent", "Never"),
    "terminationMessagePolicy": _one_of("File", "FallbackToLogsOnError"),
}

# The published schemas say "one of string or number", which refuses null, although null means unset.
REPLACED: Mapping[str, Keywords] = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["integer", "string", "null"]},
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {
        "type": ["string", "number", "null"],
        "format": "k8s-quantity",
    },
}

PROPERTIES: Mapping[str, Mapping[str, Keywords]] = {
    "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {
        "namespace": {"format": "k8s-label"},
        "labels": _LABELS,
        "annotations": {"propertyNames": {"format": "k8s-label-key"}},
    },
    "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector": {"matchLabels": _LABELS},
    "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement": {
        "key": {"format": "k8s-label-key"},
        "operator": {"enum": ["In", "NotIn", "Exists", "DoesNotExist"]},
    },
    f"{_CORE}.Container": _CONTAINER,
    f"{_CORE}.EphemeralContainer": _CONTAINER,
    f"{_CORE}.ContainerPort": {
        "containerPort": _PORT,
        "hostPort": _HOST_PORT,
        "name": {"format": "k8s-port-name"},
        "protocol": _PROTOCOL,
    },
    f"{_CORE}.EnvVar": {"name": {"format": "k8s-env-name"}},
    f"{_CORE}.HTTPGetAction": {"port": _PORT_OR_NAME, "scheme": _one_of("HTTP", "HTTPS")},
    f"{_CORE}.TCPSocketAction": {"port": _PORT_OR_NAME},
    f"{_CORE}.GRPCAction": {"port": _PORT},
    f"{_CORE}.Probe": {
        "initialDelaySeconds": _COUNT,
        "periodSeconds": _COUNT,
        "timeoutSeconds": _COUNT,
        "failureThreshold": _COUNT,
        "successThreshold": _COUNT,
    },
    f"{_CORE}.PodSpec": {
        "restartPolicy": _one_of("Always", "OnFailure", "Never"),
        "dnsPolicy": _one_of("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
        "terminationGracePeriodSeconds": _COUNT,
        "serviceAccountName": {"format": "k8s-subdomain"},
    },
    f"{_CORE}.SeccompProfile": {"type": {"enum": ["RuntimeDefault", "Localhost", "Unconfined"]}},
    f"{_CORE}.Volume": {"name": {"format": "k8s-label"}},
    f"{_CORE}.PersistentVolumeClaimSpec": {
        "accessModes": {"items": {"enum": ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]}},
        "volumeMode": _one_of("Filesystem", "Block"),
    },
    f"{_CORE}.ServiceSpec": {
        "type": _one_of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
        "sessionAffinity": _one_of("None", "ClientIP"),
        "externalTrafficPolicy": _one_of("Cluster", "Local"),
        "internalTrafficPolicy": _one_of("Cluster", "Local"),
        "externalName": {"format": "k8s-subdomain"},
        "selector": _LABELS,
    },
    f"{_CORE}.ServicePort": {
        "port": _PORT,
        "targetPort": _PORT_OR_NAME,
        "nodePort": _HOST_PORT,
        "protocol": _PROTOCOL,
        "name": {"format": "k8s-label"},
    },
    f"{_CORE}.Secret": {"data": _KEYED_DATA, "stringData": _KEYED_DATA},
    f"{_CORE}.ConfigMap": {"data": _KEYED_DATA, "binaryData": _KEYED_DATA},
    f"{_CORE}.Toleration": {
        "operator": _one_of("Exists", "Equal", "Lt", "Gt"),
        "effect": _one_of("", "NoSchedule", "PreferNoSchedule", "NoExecute"),
    },
    f"{_CORE}.TopologySpreadConstraint": {
        "maxSkew": _POSITIVE,
        "whenUnsatisfiable": {"enum": ["DoNotSchedule", "ScheduleAnyway"]},
    },
    "io.k8s.api.apps.v1.DeploymentSpec": {"replicas": _COUNT, "revisionHistoryLimit": _COUNT},
    "io.k8s.api.apps.v1.DeploymentStrategy": {"type": _one_of("Recreate", "RollingUpdate")},
    "io.k8s.api.apps.v1.StatefulSetSpec": {
        "replicas": _COUNT,
        "podManagementPolicy": _one_of("OrderedReady", "Parallel"),
    },
    "io.k8s.api.batch.v1.JobSpec": {
        "backoffLimit": _COUNT,
        "parallelism": _COUNT,
        "completions": _COUNT,
        "ttlSecondsAfterFinished": _COUNT,
        "activeDeadlineSeconds": _POSITIVE,
    },
    "io.k8s.api.batch.v1.CronJobSpec": {
        "schedule": {"format": "k8s-cron"},
        "concurrencyPolicy": _one_of("Allow", "Forbid", "Replace"),
        "successfulJobsHistoryLimit": _COUNT,
        "failedJobsHistoryLimit": _COUNT,
    },
    "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec": {
        "maxReplicas": _POSITIVE,
        "minReplicas": _COUNT,
    },
    "io.k8s.api.autoscaling.v2.MetricTarget": {
        "type": {"enum": ["Utilization", "Value", "AverageValue"]},
        "averageUtilization": _POSITIVE,
    },
    "io.k8s.api.networking.v1.IPBlock": {
        "cidr": {"format": "k8s-cidr"},
        "except": {"items": {"type": "string", "format": "k8s-cidr"}},
    },
    "io.k8s.api.networking.v1.NetworkPolicyPort": {"port": _PORT_OR_NAME, "protocol": _PROTOCOL},
    "io.k8s.api.networking.v1.NetworkPolicySpec": {
        "policyTypes": {"items": {"enum": ["Ingress", "Egress"]}},
    },
    "io.k8s.api.networking.v1.ServiceBackendPort": {"number": _PORT, "name": {"format": "k8s-port-name"}},
    "io.k8s.api.networking.v1.HTTPIngressPath": {
        "pathType": {"enum": ["Exact", "Prefix", "ImplementationSpecific"]},
    },
    "io.k8s.api.rbac.v1.RoleRef": {"kind": {"enum": ["Role", "ClusterRole"]}},
    "io.k8s.api.rbac.v1.Subject": {"kind": {"enum": ["ServiceAccount", "User", "Group"]}},
}

# The rule for an object's name depends on its kind; every kind not listed follows "k8s-subdomain".
NAME_FORMATS: Mapping[str, str] = {
    "Service": "k8s-service-name",
    "Namespace": "k8s-label",
    "StatefulSet": "k8s-label",
    "Role": "k8s-path-segment",
    "ClusterRole": "k8s-path-segment",
    "RoleBinding": "k8s-path-segment",
    "ClusterRoleBinding": "k8s-path-segment",
}
