"""The chart's `values-<name>.yaml`: what each preset means for the chart, with examples for what nobody can guess.

`python -m aeterna_nb.presets.chart_files` writes them into the chart.
"""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.secret_values import refers, typed
from aeterna_nb.chart import chart_folder
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.helm_secret_values import helm_secret_values
from aeterna_nb.generate.helm_values import helm_values, merge
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import by_name

WIDTH = 118
PASSWORD = "fill-in"
_CENTRAL = {"central_url": "https://aeterna.example.com", "central_api_key": PASSWORD}
_HOST = {"ingress_host": "aeterna.example.com"}

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "hybrid": {**_CENTRAL, "postgresql_host": "db.example.com", "postgresql_password": PASSWORD},
    "remote": _CENTRAL,
    "aws": {
        **_HOST,
        "backup_s3_bucket": "aeterna-backups",
        "service_account_annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/aeterna"},
        "backup_service_account_annotations": {
            "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/aeterna-backup"
        },
    },
    "gke": {
        **_HOST,
        "backup_gcs_bucket": "aeterna-backups",
        "service_account_annotations": {
            "iam.gke.io/gcp-service-account": "aeterna@my-project-123.iam.gserviceaccount.com"
        },
        "backup_service_account_annotations": {
            "iam.gke.io/gcp-service-account": "aeterna-backup@my-project-123.iam.gserviceaccount.com"
        },
    },
    "aks": {
        **_HOST,
        "backup_azure_account": "aeternabackups",
        "service_account_annotations": {"azure.workload.identity/client-id": "00000000-0000-0000-0000-000000000001"},
        "backup_service_account_annotations": {
            "azure.workload.identity/client-id": "00000000-0000-0000-0000-000000000002"
        },
    },
    "sops": {"llm": "openai", "openai_api_key": PASSWORD},
}
"""By preset: an answer, to be replaced, for every question that the preset leaves open and for what shows its use."""

ABOUT: Mapping[str, str] = {
    "local": "All requests together fit one node of 4 CPUs and 8 GiB.",
    "production": "Three nodes at least, so that three instances survive the loss of one.",
    "hybrid": (
        "The database is PostgreSQL 16 or newer with pgvector, and its user owns it with CREATEROLE and BYPASSRLS. "
        "The passwords go into the chart's own Secret; keep the filled-in file out of git."
    ),
    "remote": "No server runs here. The API key goes into the chart's own Secret; keep the filled-in file out of git.",
    "large": "Three nodes at least; the autoscaler needs the metrics server.",
    "aws": (
        "The cluster has the AWS Load Balancer Controller, the EBS CSI driver with a StorageClass gp3, and an OIDC "
        "provider for roles of ServiceAccounts. The load balancer finds the certificate for the host name in AWS "
        "Certificate Manager. The second role may read and write the bucket."
    ),
    "gke": (
        "The cluster has Workload Identity. Plain http is off: name a certificate in the Ingress annotation "
        "ingress.gcp.kubernetes.io/pre-shared-cert, or use ingress.tls. NetworkPolicies take effect with Dataplane "
        "V2. The second account may read and write the bucket."
    ),
    "aks": (
        "The cluster has the Application Gateway Ingress Controller and Workload Identity. Name the gateway's "
        "certificate in the Ingress annotation appgw.ingress.kubernetes.io/appgw-ssl-certificate, or use ingress.tls. "
        "The second identity may read and write the container."
    ),
    "sops": (
        "This file is in clear. Fill it in, encrypt its secrets for git, and install with the plugin helm-secrets:\n"
        "  sops encrypt --encrypted-regex '^value$' values-sops.yaml > values.sops.yaml\n"
        "  helm secrets upgrade --install aeterna . --namespace aeterna --wait -f values.sops.yaml"
    ),
    "external-secrets": (
        "The cluster has the External Secrets Operator and, in the namespace of the release, a SecretStore named "
        "aeterna whose entry aeterna holds every credential as a property. The chart's README lists the properties."
    ),
}
"""By preset: what the cluster and the reader have to bring."""


def answers_for(name: str) -> Answers:
    """The preset's answers with the examples."""
    with_preset = Answers().with_values(Origin.PRESET, PRESETS[name].values)
    return with_preset.with_values(Origin.TYPED, EXAMPLES.get(name, {}))


def chart_values_for(name: str) -> dict[str, Any]:
    """The chart's values for a preset and its examples. A password is an example too, at its place in the values."""
    config, findings = answers_for(name).config()
    if config is None:
        raise ValueError(f"The preset {name} is no configuration: {[finding.message for finding in findings]}")
    values = helm_values(config)
    if not refers(config):
        merge(values, helm_secret_values(typed(config)))
    return values


def chart_file(name: str) -> str:
    """The text of `values-<name>.yaml`."""
    values = chart_values_for(name)
    preset = PRESETS[name]
    lines = [f"Values for the chart aeterna: {preset.title}. {preset.note}"]
    if name in ABOUT:
        lines.append("")
        for paragraph in ABOUT[name].splitlines():
            lines += textwrap.wrap(paragraph, WIDTH, break_on_hyphens=False)
    later = _for_later(name)
    lines += ["", later] if later else []
    lines += ["", f"helm install aeterna . --namespace aeterna --create-namespace --wait -f values-{name}.yaml"]
    to_fill = list(_to_fill(name, values))
    if to_fill:
        lines += ["", "Fill in first:", *to_fill]
    lines += ["", "Made from the workbench's presets by `python -m aeterna_nb.presets.chart_files`."]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines) + "\n" + yaml_text(values)


def _for_later(name: str) -> str:
    """Why parts are installed that the server does not use (docs/facts/aeterna-server.md); empty without such parts."""
    lookup = answers_for(name).lookup
    parts = ["Qdrant"] if lookup("vector_backend") == "qdrant" else []
    parts += ["OPAL"] if lookup("opal") else []
    names = " and ".join(parts)
    return f"Installed for a later server version, so that nothing moves then: {names}." if parts else ""


def _to_fill(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    for question, example in EXAMPLES.get(name, {}).items():
        label = by_name()[question].label.rstrip("?")
        secret = helm_secret_values({question: example}) if by_name()[question].secret else None
        wanted = tuple(example.values()) if isinstance(example, Mapping) else (example,)
        for path, value in _leaves(secret or values):
            if value in wanted and path[-1] != "provider":
                yield f"  {'.'.join(path)}: {label}"


def _leaves(tree: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def main() -> None:
    """Write every file into the chart."""
    for name in PRESETS:
        (chart_folder() / f"values-{name}.yaml").write_text(chart_file(name), encoding="utf-8")


if __name__ == "__main__":
    main()
