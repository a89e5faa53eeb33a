"""What is deployed: the files of a folder as they lie there, and the cluster that they are for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aeterna_nb.chart import helm
from aeterna_nb.chart.releases import Releases
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.generate.files import OWN_VALUES_FILE, SECRET_VALUES_FILE, VALUES_FILE
from aeterna_nb.generate.helm_secret_values import secrets_in
from aeterna_nb.generate.helm_values import merge
from aeterna_nb.kubernetes.connection import Context
from aeterna_nb.kubernetes.manifests import Manifest
from aeterna_nb.output.workspace import read_text
from aeterna_nb.output.writing import opened

WORKED = ("deployed", "superseded")
"""The states of revisions that did work once."""


class NotDeployable(Exception):
    """The folder holds nothing that could be deployed; the text says what is missing and what to do."""


@dataclass(frozen=True)
class Deployment:
    """A release and everything that it is made from.

    `values` are the chart's values with the secrets in them, `secrets` the values of those, which nothing may repeat,
    and `manifests` the objects that follow, with stand-ins for the secrets.
    """

    context: Context
    release: str
    namespace: str
    values: Mapping[str, Any] = field(repr=False)
    secrets: Collection[str] = field(repr=False)
    manifests: Sequence[Manifest] = field(repr=False)
    kubernetes_version: str = ""
    """The version that the manifests were checked against."""

    def releases(self) -> Releases:
        """Helm, at the namespace of the release."""
        return Releases(self.namespace, *self.context.for_helm)


def deployment(folder: Path, evaluation: Evaluation, context: Context) -> Deployment:
    """What lies in a folder and was evaluated. Raises NotDeployable, and WorkspaceError where a file can't be read."""
    assert evaluation.config is not None
    assert evaluation.config.cluster is not None
    text = read_text(folder, VALUES_FILE)
    if text is None:
        raise NotDeployable(f"There is no {VALUES_FILE} in {folder}. Run `aeterna setup` to write it.")
    secret = read_text(folder, SECRET_VALUES_FILE) or opened(folder) or ""
    if evaluation.made and not secret:
        raise NotDeployable(f"There is no {SECRET_VALUES_FILE} in {folder}. Run `aeterna setup` to write it.")
    values: dict[str, Any] = {}
    for part in (text, secret, read_text(folder, OWN_VALUES_FILE) or ""):
        for tree in helm.read_manifests(part):
            merge(values, tree)
    secrets = {*evaluation.secrets.values(), *secrets_in(values).values()}
    where = evaluation.config.cluster
    return Deployment(
        context,
        where.release_name,
        where.namespace,
        values,
        secrets,
        evaluation.manifests,
        where.kubernetes_version,
    )
