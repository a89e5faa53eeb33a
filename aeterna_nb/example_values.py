"""The chart's example values files, made from presets of the workbench, so that they cannot drift from it.

`python -m aeterna_nb.example_values charts/aeterna` writes them.
"""

import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.generate.helm_secret_values import helm_secret_values
from aeterna_nb.generate.helm_values import helm_values, merge
from aeterna_nb.generate.yaml_text import yaml_text
from aeterna_nb.presets import PRESETS
from aeterna_nb.secret_values import typed

FILL_IN = "change-me"
"""Stands where a secret of an outside service is to be filled in."""

_CENTRAL = {"central_url": "https://aeterna.example.com", "central_api_key": FILL_IN}
_DATABASE = {"postgresql_host": "postgresql.example.com", "postgresql_password": FILL_IN, "postgresql_prepared": True}


@dataclass(frozen=True, slots=True)
class Example:
    """A values file: what it is for, the preset and answers behind it, and values that no question asks for."""

    purpose: str
    preset: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


def _ingress(class_name: str) -> dict[str, Any]:
    return {"ingress": True, "ingress_host": "aeterna.example.com", "ingress_class": class_name}


def _identity(annotations: Mapping[str, str]) -> dict[str, Any]:
    """Values that let server and backups use the platform's own identities."""
    return {
        "serviceAccount": {"annotations": dict(annotations)},
        "backup": {"serviceAccountAnnotations": dict(annotations)},
    }


EXAMPLES: Mapping[str, Example] = {
    "local": Example("Everything on one node, one pod each: 4 CPUs and 8 GiB are enough.", "local"),
    "hybrid": Example(
        "A server with a cache here; PostgreSQL and the central server elsewhere. Fill in both addresses, "
        f"and both secrets where {FILL_IN} stands.",
        "hybrid",
        {**_CENTRAL, **_DATABASE},
    ),
    "remote": Example(
        f"Nothing runs here; clients use a central server. Fill in its address, and its key where {FILL_IN} stands.",
        "remote",
        _CENTRAL,
    ),
    "production": Example("Three of what matters, restricted traffic, disruption budgets.", "production"),
    "small": Example("Fewer than 1,000 memories.", "local", {"size": "small"}),
    "medium": Example(
        "Up to 100,000 memories.",
        "local",
        {"size": "medium", "replicas": 2, "postgresql_instances": 2, "postgresql_storage": "50Gi"},
    ),
    "large": Example(
        "More than 100,000 memories.",
        "production",
        {"size": "large", "postgresql_storage": "200Gi", "qdrant_storage": "100Gi", "hpa": True, "hpa_min_replicas": 3},
    ),
    "aws": Example(
        "Amazon EKS: gp3 volumes, the load balancer controller, backups to S3 with IAM roles for service accounts. "
        "Fill in host, bucket and role.",
        "production",
        {
            **_ingress("alb"),
            "storage_class": "gp3",
            "backup": True,
            "backup_target": "s3",
            "backup_s3_bucket": "aeterna-backups",
            "backup_s3_region": "eu-central-1",
        },
        {
            **_identity({"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/aeterna"}),
            "ingress": {"annotations": {"alb.ingress.kubernetes.io/scheme": "internet-facing"}},
        },
    ),
    "gke": Example(
        "Google GKE: premium-rwo volumes, the GCE ingress, backups to Cloud Storage with workload identity. "
        "Fill in host, bucket and service account.",
        "production",
        {
            **_ingress("gce"),
            "storage_class": "premium-rwo",
            "backup": True,
            "backup_target": "gcs",
            "backup_gcs_bucket": "aeterna-backups",
        },
        {
            **_identity({"iam.gke.io/gcp-service-account": "aeterna@my-project.iam.gserviceaccount.com"}),
            "service": {"annotations": {"cloud.google.com/neg": '{"ingress": true}'}},
        },
    ),
    "aks": Example(
        "Azure AKS: managed-csi-premium volumes, Application Gateway, backups to Blob Storage with workload identity. "
        "Fill in host, storage account and client id.",
        "production",
        {
            **_ingress("azure-application-gateway"),
            "storage_class": "managed-csi-premium",
            "backup": True,
            "backup_target": "azure",
            "backup_azure_account": "aeternabackups",
        },
        {
            **_identity({"azure.workload.identity/client-id": "00000000-0000-0000-0000-000000000000"}),
            "podLabels": {"azure.workload.identity/use": "true"},
            "postgresql": {"cnpg": {"podLabels": {"azure.workload.identity/use": "true"}}},
        },
    ),
    "sops": Example(
        "Secrets in a file of their own, encrypted with SOPS: helm secrets install aeterna . -f values-sops.yaml "
        "-f values.secret.sops.yaml.",
        "local",
        {"secret_provider": "sops"},
    ),
    "external-secrets": Example(
        "Secrets from a store, through the External Secrets Operator: AWS, Google, Azure or Vault, as its store says. "
        "Fill in the store's name and entry.",
        "local",
        {"secret_provider": "external-secrets"},
    ),
}


def example_text(example: Example) -> str:
    """The text of one values file. Secrets that the chart makes by itself are left to it."""
    preset = Answers().with_values(Origin.PRESET, PRESETS[example.preset].values)
    config, findings = preset.with_values(Origin.GIVEN, example.answers).config()
    if config is None:
        raise ValueError("; ".join(finding.message for finding in findings))
    values = helm_values(config)
    merge(values, helm_secret_values(typed(config)))
    merge(values, example.values)
    comment = "\n".join(f"# {line}" for line in textwrap.wrap(example.purpose, 108))
    return f"{comment}\n{yaml_text(values)}"


def examples() -> dict[str, str]:
    """File name to text of every values file."""
    return {f"values-{name}.yaml": example_text(example) for name, example in EXAMPLES.items()}


if __name__ == "__main__":
    for name, text in examples().items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
