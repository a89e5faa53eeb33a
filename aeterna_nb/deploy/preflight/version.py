"""Which Kubernetes it is."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from aeterna_nb.config.setup import KubernetesVersion
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found, warned
from aeterna_nb.findings import Finding

KNOWN: tuple[str, ...] = get_args(KubernetesVersion)


def version(what: Deployment, answer: dict[str, Any]) -> Iterator[Finding]:
    """Findings about the version in an answer to `/version`."""
    # Clouds add a plus sign to the minor version.
    live = ".".join(re.sub(r"\D", "", str(answer.get(part, ""))) for part in ("major", "minor"))
    oldest, newest = KNOWN[0], KNOWN[-1]
    if _number(live) < _number(oldest):
        yield found(
            f"The cluster runs Kubernetes {live}, and the chart needs {oldest} or newer.", "Upgrade the cluster."
        )
    elif _number(live) > _number(newest):
        yield warned(f"The cluster runs Kubernetes {live}; what is installed was tried up to {newest}.")
    elif what.kubernetes_version and live != what.kubernetes_version:
        yield warned(
            f"The cluster runs Kubernetes {live}, and the objects were checked against {what.kubernetes_version}.",
            f"Answer {live}, and run `aeterna setup --reconfigure`.",
            "kubernetes_version",
        )


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part)
