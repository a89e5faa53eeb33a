"""What Argo CD or Flux needs to deploy a configuration: their objects, and the chart that they render.

No secret is in any of it. Argo CD and Flux render the chart anew at each look, so the chart may make no password there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aeterna_nb.chart import missing_subcharts
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.secrets import Sops
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.files import SECRET_VALUES_FILE

Tool = Literal["argocd", "flux"]

CHART = "chart"
"""The folder with the chart, beside the objects."""

TIMEOUT = "15m"
INTERVAL = "10m"


SYNC_POLICY: Mapping[str, Any] = {
    "automated": {"prune": False, "selfHeal": True},
    # Definitions are larger than client-side apply can note, and come together with their objects.
    "syncOptions": ["CreateNamespace=true", "ServerSideApply=true", "SkipDryRunOnMissingResource=true"],
}
REMEDIATION: Mapping[str, Any] = {
    "install": {"createNamespace": True, "crds": "CreateReplace", "remediation": {"retries": 3}},
    "upgrade": {"crds": "CreateReplace", "remediation": {"retries": 3, "strategy": "rollback"}},
}


class NotForGitOps(Exception):
    """The tool cannot deploy this configuration; the text says why and what to answer instead."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the folder lies: the address of the repository, the branch, and the folder's path in it."""

    url: str
    branch: str
    path: str

    @property
    def chart(self) -> str:
        """The path of the chart in the repository."""
        return f"{self.path}/{CHART}" if self.path else CHART


def gitops_files(
    tool: Tool, config: SetupConfig, values: Mapping[str, Any], secret: bool, source: Source
) -> dict[str, str]:
    """The tool's objects by file name, beside the chart. `values` are those without secrets, and `secret` says whether
    there are others. Raises NotForGitOps.
    """
    assert config.cluster is not None
    refuse_unreadable(tool, config, secret)
    refuse_incomplete(values)
    objects = _argocd(config, values, source) if tool == "argocd" else _flux(config, values, secret, source)
    return {name: yaml_text(tree) for name, tree in objects.items()}


def refuse_incomplete(values: Mapping[str, Any]) -> None:
    """Raises NotForGitOps where values turn on a subchart that is not at hand: the chart would go without it."""
    missing = ", ".join(item.archive for item in missing_subcharts(dict(values)))
    if missing:
        raise NotForGitOps(
            f"These subcharts are not at hand, and the chart would be without them: {missing}. "
            "Run `aeterna chart deps` first."
        )


def refuse_unreadable(tool: Tool, config: SetupConfig, secret: bool) -> None:
    """Raises NotForGitOps where the tool can't read a configuration's secrets; `secret` says whether it has any."""
    assert config.secrets is not None
    if isinstance(config.secrets.storage, Sops) or (secret and tool == "argocd"):
        raise NotForGitOps(
            f"{'Argo CD' if tool == 'argocd' else 'Flux'} does not read the secrets of this configuration where they "
            "are. Keep them in a Secret that exists, or in a store: --secret-provider existing, or external-secrets."
        )


def next_steps(tool: Tool, config: SetupConfig, secret: bool) -> list[str]:
    """What to do once the files are written."""
    assert config.cluster is not None
    steps = ["Commit the folder, and push it."]
    if secret:
        steps.append(
            f"kubectl create secret generic {_secret_name(config)} --namespace flux-system "
            f"--from-file=values.yaml={SECRET_VALUES_FILE}"
        )
    files = ["application.yaml"] if tool == "argocd" else ["gitrepository.yaml", "helmrelease.yaml"]
    return [*steps, f"kubectl apply {' '.join(f'--filename {name}' for name in files)}"]


def _argocd(config: SetupConfig, values: Mapping[str, Any], source: Source) -> dict[str, Any]:
    where = config.cluster
    assert where is not None
    return {
        "application.yaml": {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": where.release_name, "namespace": "argocd"},
            "spec": {
                "project": "default",
                "source": {
                    "repoURL": source.url,
                    "targetRevision": source.branch,
                    "path": source.chart,
                    "helm": {"releaseName": where.release_name, "valuesObject": dict(values)},
                },
                "destination": {"server": "https://kubernetes.default.svc", "namespace": where.namespace},
                "syncPolicy": SYNC_POLICY,
            },
        }
    }


def _flux(config: SetupConfig, values: Mapping[str, Any], secret: bool, source: Source) -> dict[str, Any]:
    where = config.cluster
    assert where is not None
    metadata = {"name": where.release_name, "namespace": "flux-system"}
    release: dict[str, Any] = {
        "interval": INTERVAL,
        "timeout": TIMEOUT,
        "releaseName": where.release_name,
        "targetNamespace": where.namespace,
        "storageNamespace": where.namespace,
        "chart": {
            "spec": {
                "chart": f"./{source.chart}",
                "reconcileStrategy": "Revision",
                "sourceRef": {"kind": "GitRepository", "name": where.release_name},
            }
        },
        **REMEDIATION,
        "values": dict(values),
    }
    if secret:
        release["valuesFrom"] = [{"kind": "Secret", "name": _secret_name(config), "valuesKey": "values.yaml"}]
    return {
        "gitrepository.yaml": {
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": metadata,
            "spec": {"interval": INTERVAL, "url": source.url, "ref": {"branch": source.branch}},
        },
        "helmrelease.yaml": {
            "apiVersion": "helm.toolkit.fluxcd.io/v2",
            "kind": "HelmRelease",
            "metadata": metadata,
            "spec": release,
        },
    }


def _secret_name(config: SetupConfig) -> str:
    assert config.cluster is not None
    return f"{config.cluster.release_name}-values"
