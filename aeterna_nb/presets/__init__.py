"""Starting points: answers for people who do not want to decide everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

Group = Literal["begin", "size", "cloud", "secrets"]
GROUPS: Mapping[Group, str] = MappingProxyType(
    {"begin": "How to begin", "size": "By size", "cloud": "For a cloud", "secrets": "By where secrets live"}
)
"""What presets differ in, each with its heading, in the order in which a person reads them."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Named answers: how the preset is called, what it is for, the values by question's name, and its group."""

    title: str
    note: str
    values: Mapping[str, Any]
    group: Group = "begin"


LOCAL: dict[str, Any] = {
    "target": "kubernetes",
    "mode": "local",
    "vector_backend": "qdrant",
    "cache": "dragonfly",
    "postgresql": "cloudnative-pg",
    "llm": "none",
}
PRODUCTION: dict[str, Any] = {
    **LOCAL,
    "qdrant_replicas": 3,
    "qdrant_snapshots": True,
    "dragonfly_replicas": 2,
    "postgresql_instances": 3,
    "postgresql_storage": "50Gi",
    "opal_replicas": 2,
    "replicas": 3,
    "size": "medium",
    "network_policy": True,
    "pdb": True,
    "pdb_min_available": 2,
}
# pgvector: the vector store is as external as the PostgreSQL that holds it, without a second address to ask for.
HYBRID: dict[str, Any] = {
    **LOCAL,
    "mode": "hybrid",
    "central_auth": "api-key",
    "vector_backend": "pgvector",
    "postgresql": "external",
}
REMOTE: dict[str, Any] = {"target": "kubernetes", "mode": "remote", "central_auth": "api-key"}
SMALL: dict[str, Any] = {**LOCAL, "size": "small", "network_policy": True}
MEDIUM: dict[str, Any] = {
    **LOCAL,
    "size": "medium",
    "replicas": 2,
    "network_policy": True,
    "pdb": True,
    "dragonfly_replicas": 2,
    "postgresql_instances": 2,
    "postgresql_storage": "20Gi",
    "qdrant_storage": "20Gi",
}
LARGE: dict[str, Any] = {
    **{name: value for name, value in PRODUCTION.items() if name != "replicas"},
    "size": "large",
    "hpa": True,
    "hpa_min_replicas": 3,
    "hpa_max_replicas": 10,
    "dragonfly_replicas": 3,
    "dragonfly_memory": 4096,
    "postgresql_storage": "200Gi",
    "qdrant_storage": "100Gi",
}
CLOUD: dict[str, Any] = {**PRODUCTION, "ingress": True, "backup": True}
AWS: dict[str, Any] = {
    **CLOUD,
    "storage_class": "gp3",
    "ingress_class": "alb",
    "ingress_annotations": {
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS": 443}]',
        "alb.ingress.kubernetes.io/ssl-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    },
    "backup_target": "s3",
}
GKE: dict[str, Any] = {
    **CLOUD,
    "storage_class": "premium-rwo",
    "ingress_class": "gce",
    "ingress_annotations": {"kubernetes.io/ingress.allow-http": "false"},
    "backup_target": "gcs",
}
AKS: dict[str, Any] = {
    **CLOUD,
    "storage_class": "managed-csi-premium",
    "ingress_class": "azure-application-gateway",
    "ingress_annotations": {"appgw.ingress.kubernetes.io/ssl-redirect": "true"},
    "backup_target": "azure",
}

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "local": Preset("Local", "Everything in one place, one pod each. To try it, or for a small team.", LOCAL),
        "production": Preset(
            "Production", "Three pods of what matters, restricted traffic, disruption budgets.", PRODUCTION
        ),
        "hybrid": Preset("Hybrid", "A server with a cache here, databases and a central server elsewhere.", HYBRID),
        "remote": Preset("Remote", "Nothing runs here; clients use a central server.", REMOTE),
        "small": Preset("Small", "Fewer than 1,000 memories; one pod of everything.", SMALL, "size"),
        "medium": Preset("Medium", "Up to 100,000 memories; two pods of what people wait for.", MEDIUM, "size"),
        "large": Preset("Large", "More than 100,000 memories; three pods and more under load.", LARGE, "size"),
        "aws": Preset(
            "Amazon EKS", "Production behind an Application Load Balancer, with backups in S3.", AWS, "cloud"
        ),
        "gke": Preset(
            "Google GKE", "Production behind Google's load balancer, with backups in Cloud Storage.", GKE, "cloud"
        ),
        "aks": Preset(
            "Azure AKS", "Production behind an Application Gateway, with backups in Blob Storage.", AKS, "cloud"
        ),
        "sops": Preset(
            "SOPS",
            "Local, with secrets in a file that is encrypted for git.",
            {**LOCAL, "secret_provider": "sops"},
            "secrets",
        ),
        "external-secrets": Preset(
            "External Secrets",
            "Local, with secrets in a store outside the cluster.",
            {**LOCAL, "secret_provider": "external-secrets"},
            "secrets",
        ),
    }
)
