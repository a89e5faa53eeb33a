"""How things are: the services that a configuration names, and the release where a cluster is at hand."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aeterna_nb.config import SetupConfig
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import ClusterError, NoCluster, find_context
from aeterna_nb.kubernetes.release import ReleaseState, release_state
from aeterna_nb.probes import Outcome
from aeterna_nb.probes.running import Tell, probe
from aeterna_nb.probes.targets import own_server, secrets_of, services


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """A release in a cluster: which, where, and how it is.

    `state` is None where it could not be seen: `missing` says why, and `failed` whether that is a fault (a cluster that
    does not answer) or not (none at hand).
    """

    release: str
    namespace: str
    context: str = ""
    server: str = ""
    state: ReleaseState | None = None
    missing: str = ""
    failed: bool = False

    @property
    def healthy(self) -> bool:
        """Whether nothing is known to be wrong."""
        return self.state.healthy if self.state else not self.failed


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that was looked at. `cluster` is None where the configuration is not for one."""

    services: Sequence[Outcome]
    cluster: ClusterStatus | None

    @property
    def healthy(self) -> bool:
        """Whether nothing that was looked at is wrong. What was not tried counts as neither."""
        return not any(item.state == "failed" for item in self.services) and (
            self.cluster is None or self.cluster.healthy
        )

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, for JSON."""
        return {
            "healthy": self.healthy,
            "services": [asdict(item) for item in self.services],
            "cluster": None if self.cluster is None else {"healthy": self.cluster.healthy, **asdict(self.cluster)},
        }


def status_of(
    config: SetupConfig | None,
    release: tuple[str, str] | None,
    context: str = "",
    waiting: Tell = lambda services: None,
) -> Status:
    """Ask every service of a configuration, and the cluster of this context (the current one) for a release, which is
    meant by its name and namespace.
    """
    outcomes = probe([*own_server(config), *services(config)], secrets_of(config), waiting=waiting) if config else []
    return Status(outcomes, cluster_status(*release, context) if release else None)


def cluster_status(release: str, namespace: str, context: str) -> ClusterStatus:
    """How a release is, as far as it can be seen from here."""
    try:
        found = find_context(context)
    except ClusterError as error:
        return ClusterStatus(release, namespace, missing=str(error), failed=not isinstance(error, NoCluster))
    try:
        state = release_state(found, release, namespace)
    except ClusterError as error:
        return ClusterStatus(release, namespace, found.name, found.server, missing=str(error), failed=True)
    return ClusterStatus(release, namespace, found.name, found.server, state)


def probe_findings(config: SetupConfig) -> list[Finding]:
    """A finding for every service that the configuration points at and that does not answer as it should."""
    return [
        Finding(
            "error" if outcome.state == "failed" else "warning",
            f"{outcome.service}: {outcome.seen} ({outcome.tried})."
            if outcome.state == "failed"
            else f"{outcome.service} was not tried: {outcome.seen}.",
            outcome.question,
            outcome.cure,
            check="probe",
        )
        for outcome in probe([*services(config)], secrets_of(config))
        if outcome.state != "reached"
    ]
