"""What Argo CD or Flux needs to deploy a whole fleet: one object for all, and one chart that all of them render."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aeterna_nb.answers.secret_values import complete
from aeterna_nb.checks.values_files import laid_over
from aeterna_nb.config import SetupConfig
from aeterna_nb.deploy.gitops import (
    INTERVAL,
    REMEDIATION,
    SYNC_POLICY,
    TIMEOUT,
    NotForGitOps,
    Source,
    Tool,
    refuse_incomplete,
    refuse_unreadable,
)
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.fleet.judging import NotRead, Task, answers_of
from aeterna_nb.generate.files import OWN_VALUES_FILE, SECRET_VALUES_FILE, VALUES_FILE
from aeterna_nb.generate.helm_values import helm_values

NAME = "aeterna-fleet"
APPLICATION_SET = "applicationset.yaml"
_LONGEST = 53
"""Characters of a name: what Helm allows a release, so that every object's name may begin with it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A configuration that is deployed: its folder below the fleet's, its name there, and where it goes.

    `own` says that values of the user's own lie there.
    """

    folder: str
    name: str
    release: str
    namespace: str
    cluster: str
    secret: bool
    own: bool


def member(tool: Tool, folder: str, task: Task, cluster: str) -> Member | None:
    """What is deployed of a configuration; None where it goes into no cluster. Raises NotForGitOps."""
    if "\\" in folder:
        raise NotForGitOps(f"{folder}: this name of a folder is hard to write in an address; rename it.")
    try:
        read = answers_of(task)
    except NotRead as error:
        raise NotForGitOps(f"{folder}: {error.findings[0].message}") from None
    config, found = read.answers.config()
    if config is None:
        problem = next(finding.message for finding in found if finding.severity == "error")
        raise NotForGitOps(f"{folder}: {problem}")
    if config.cluster is None:
        return None
    secret = bool(complete(config, read.kept))
    try:
        refuse_unreadable(tool, config, secret)
        _refuse_values(config, task.texts)
    except NotForGitOps as error:
        raise NotForGitOps(f"{folder}: {error}") from None
    where, own = config.cluster, OWN_VALUES_FILE in task.texts
    return Member(folder, _slug(folder), where.release_name, where.namespace, cluster, secret, own)


def _refuse_values(config: SetupConfig, texts: Mapping[str, str]) -> None:
    if VALUES_FILE not in texts:
        raise NotForGitOps(f"{VALUES_FILE} is missing; write it first: aeterna setup --reconfigure.")
    values = helm_values(config)
    if not laid_over(values, texts):
        raise NotForGitOps(f"The chart refuses {OWN_VALUES_FILE}; aeterna validate --output DIR says why.")
    refuse_incomplete(values)


def fleet_files(tool: Tool, members: Sequence[Member], source: Source) -> dict[str, str]:
    """The tool's objects by file name, beside the chart. `source` is where the fleet lies. Raises NotForGitOps."""
    taken: dict[str, str] = {}
    for item in members:
        if item.name in taken:
            raise NotForGitOps(f"{taken[item.name]} and {item.folder} would both be called {item.name}; rename one.")
        taken[item.name] = item.folder
    if tool == "argocd":
        return {APPLICATION_SET: yaml_text(_application_set(members, source))}
    files: dict[str, str] = {}
    for name, tree in _flux(members, source):
        if name in files:
            raise NotForGitOps(
                f"{name} would be written for two things. Give one of the clusters, or the folder, another name."
            )
        files[name] = yaml_text(tree)
    return files


def next_steps(tool: Tool, members: Sequence[Member]) -> Iterator[str]:
    """What to do once the files are written."""
    yield "Commit the folder, and push it."
    for cluster in sorted({item.cluster for item in members}) if tool == "flux" else ():
        for item in members:
            if item.secret and item.cluster == cluster:
                folder = "." if item.folder == "." else item.folder
                yield (
                    f"{_kubectl(cluster)} create secret generic {_secret(item)} --namespace flux-system "
                    f"--from-file=values.yaml={folder}/{SECRET_VALUES_FILE}"
                )
        yield f"{_kubectl(cluster)} apply --filename flux/gitrepository.yaml --filename {_folder(cluster)}.yaml"
    if tool == "argocd":
        yield f"kubectl apply --filename {APPLICATION_SET}"


def _kubectl(cluster: str) -> str:
    return f"kubectl --context {shlex.quote(cluster)}" if cluster else "kubectl"


def _secret(item: Member) -> str:
    return f"{item.name}-values"


def _folder(cluster: str) -> str:
    return f"flux/{_slug(cluster) if cluster else 'releases'}"


def _slug(folder: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")[:_LONGEST].strip("-")
    return name if name[:1].isalpha() else f"aeterna-{name}".strip("-")[:_LONGEST]


def _values(item: Member) -> list[str]:
    names = [VALUES_FILE, OWN_VALUES_FILE] if item.own else [VALUES_FILE]
    return [name if item.folder == "." else f"{item.folder}/{name}" for name in names]


def _application_set(members: Sequence[Member], source: Source) -> dict[str, Any]:
    elements = [
        {
            "name": item.name,
            "values": f"../{_values(item)[0]}",
            # The same file twice where there is no other: a template's list is as long for each of them.
            "own": f"../{_values(item)[-1]}",
            "release": item.release,
            "namespace": item.namespace,
            # As Argo CD calls the cluster in which it runs itself.
            "cluster": item.cluster or "in-cluster",
        }
        for item in members
    ]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": NAME, "namespace": "argocd"},
        "spec": {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [{"list": {"elements": elements}}],
            # An element that goes takes its Application along, and leaves what runs.
            "syncPolicy": {"preserveResourcesOnDeletion": True},
            "template": {
                "metadata": {"name": "{{.name}}"},
                "spec": {
                    "project": "default",
                    "source": {
                        "repoURL": source.url,
                        "targetRevision": source.branch,
                        "path": source.chart,
                        "helm": {"releaseName": "{{.release}}", "valueFiles": ["{{.values}}", "{{.own}}"]},
                    },
                    "destination": {"name": "{{.cluster}}", "namespace": "{{.namespace}}"},
                    "syncPolicy": dict(SYNC_POLICY),
                },
            },
        },
    }


def _flux(members: Sequence[Member], source: Source) -> Iterator[tuple[str, dict[str, Any]]]:
    """A source, and for each cluster a Kustomization and the releases that it applies, by file name."""
    metadata = {"name": NAME, "namespace": "flux-system"}
    yield (
        "flux/gitrepository.yaml",
        {
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": metadata,
            "spec": {"interval": INTERVAL, "url": source.url, "ref": {"branch": source.branch}},
        },
    )
    for cluster in sorted({item.cluster for item in members}):
        folder = _folder(cluster)
        own = [item for item in members if item.cluster == cluster]
        applied = {
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "metadata": metadata,
            "spec": {
                "interval": INTERVAL,
                "path": f"./{source.path}/{folder}" if source.path else f"./{folder}",
                # A folder that goes from the fleet leaves what runs.
                "prune": False,
                "sourceRef": {"kind": "GitRepository", "name": NAME},
            },
        }
        listed = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": [f"{item.name}.yaml" for item in own],
        }
        yield f"{folder}.yaml", applied
        yield f"{folder}/kustomization.yaml", listed
        yield from ((f"{folder}/{item.name}.yaml", _release(item, source)) for item in own)


def _release(item: Member, source: Source) -> dict[str, Any]:
    values = [f"./{source.path}/{name}" if source.path else f"./{name}" for name in _values(item)]
    more: Mapping[str, Any] = (
        {"valuesFrom": [{"kind": "Secret", "name": _secret(item), "valuesKey": "values.yaml"}]} if item.secret else {}
    )
    return {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": item.name, "namespace": "flux-system"},
        "spec": {
            "interval": INTERVAL,
            "timeout": TIMEOUT,
            "releaseName": item.release,
            "targetNamespace": item.namespace,
            "storageNamespace": item.namespace,
            "chart": {
                "spec": {
                    "chart": f"./{source.chart}",
                    "reconcileStrategy": "Revision",
                    "sourceRef": {"kind": "GitRepository", "name": NAME},
                    "valuesFiles": [f"./{source.chart}/{VALUES_FILE}", *values],
                }
            },
            **REMEDIATION,
            **more,
        },
    }
