"""What would keep a deployment from working, found before anything is changed: each a finding with its cure."""

from collections.abc import Iterator

from aeterna_nb.chart import missing_subcharts
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster, ClusterError

CHECK = "preflight"


def preflight(what: Deployment) -> list[Finding]:
    """Every reason for which this deployment cannot or may not work in its cluster, errors and warnings."""
    found = [*_subcharts(what)]
    try:
        with Cluster(what.context) as cluster:
            cluster.get("/version")
    except ClusterError as error:
        found.append(Finding("error", str(error), check=CHECK))
    return found


def _subcharts(what: Deployment) -> Iterator[Finding]:
    missing = ", ".join(item.archive for item in missing_subcharts(dict(what.values)))
    if missing:
        yield Finding(
            "error", f"These subcharts are not at hand: {missing}.", cure="Run `aeterna chart deps`.", check=CHECK
        )
