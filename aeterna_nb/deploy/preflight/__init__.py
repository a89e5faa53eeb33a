"""What would keep a deployment from working, found before anything is changed: each a finding with its cure."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from aeterna_nb.chart import missing_subcharts
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.preflight.finding import found, warned
from aeterna_nb.deploy.preflight.kinds import served, unknown_kinds
from aeterna_nb.deploy.preflight.limits import allowances
from aeterna_nb.deploy.preflight.namespace import namespace_findings
from aeterna_nb.deploy.preflight.network import api_server_port
from aeterna_nb.deploy.preflight.operators import operators_there
from aeterna_nb.deploy.preflight.release import unfinished
from aeterna_nb.deploy.preflight.rights import rights
from aeterna_nb.deploy.preflight.room import room
from aeterna_nb.deploy.preflight.secrets import secrets_there
from aeterna_nb.deploy.preflight.storage import storage_classes
from aeterna_nb.deploy.preflight.version import version
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster, ClusterError, Forbidden

PATIENCE_SECONDS = 30.0
"""How long one answer may take: somebody who deploys would rather wait than be sent away."""
Look = Callable[[], Iterator[Finding]]


def preflight(what: Deployment) -> list[Finding]:
    """Every reason for which this deployment cannot or may not work in its cluster, errors first."""
    findings = [*_subcharts(what)]
    try:
        with Cluster(what.context, PATIENCE_SECONDS) as cluster:
            answer = cluster.get("/version")  # One question before the many, which would all fail alike.
            findings += version(what, answer)
            findings += _all(what, cluster)
    except ClusterError as error:
        findings.append(found(str(error)))
    return sorted(findings, key=lambda finding: finding.severity != "error")


def _all(what: Deployment, cluster: Cluster) -> list[Finding]:
    kinds = served(what, cluster)
    looks: dict[str, Look] = {
        "the namespace": lambda: namespace_findings(what, cluster),
        "the release": lambda: unfinished(what),
        "custom resources": lambda: unknown_kinds(what, cluster, kinds),
        "your rights": lambda: rights(what, cluster, kinds),
        "Secrets": lambda: secrets_there(what, cluster),
        "quotas and limits": lambda: allowances(what, cluster),
        "storage classes": lambda: storage_classes(what, cluster),
        "operators": lambda: operators_there(what, cluster),
        "the nodes": lambda: room(what, cluster),
        "the API server's port": lambda: api_server_port(what, cluster),
    }
    with ThreadPoolExecutor(len(looks), "preflight") as threads:
        return [finding for findings in threads.map(_looked, looks, looks.values()) for finding in findings]


def _looked(at: str, look: Look) -> list[Finding]:
    try:
        return [*look()]
    except Forbidden as error:
        return [warned(Sentence("Not looked at: {at}. {error}", at=at, error=error))]


def _subcharts(what: Deployment) -> Iterator[Finding]:
    missing = ", ".join(item.archive for item in missing_subcharts(dict(what.values)))
    if missing:
        yield found(
            Sentence("These subcharts are not at hand: {missing}.", missing=missing),
            Sentence("Run `aeterna chart deps`."),
        )
