"""Which Kubernetes it is."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from aeterna_nb.config.sentence import Sentence
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
            Sentence(
                "The cluster runs Kubernetes {live}, and the chart needs {oldest} or newer.", live=live, oldest=oldest
            ),
            Sentence("Upgrade the cluster."),
        )
    elif _number(live) > _number(newest):
        yield warned(
            Sentence(
                "The cluster runs Kubernetes {live}; what is installed was tried up to {newest}.",
                live=live,
                newest=newest,
            )
        )
    elif what.kubernetes_version and live != what.kubernetes_version:
        yield warned(
            Sentence(
                "The cluster runs Kubernetes {live}, and the objects were checked against {kubernetes_version}.",
                live=live,
                kubernetes_version=what.kubernetes_version,
            ),
            Sentence("Answer {live}, and run `aeterna setup --reconfigure`.", live=live),
            "kubernetes_version",
        )


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part)
