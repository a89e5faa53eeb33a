"""How things are: the services that a configuration names, and the release where a cluster is at hand."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from aeterna_nb.config import SetupConfig
from aeterna_nb.engine.program import EngineError, EngineMissing
from aeterna_nb.engine.project import Project, ServiceState
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

    @property
    def reason(self) -> str:
        """Why it is not as it should be, or was not seen, in one sentence; empty where it is."""
        return self.state.reason if self.state else self.missing


@dataclass(frozen=True, slots=True)
class ProjectStatus:
    """The services of a Compose project that have a container; `missing` says why they could not be seen, and `failed`
    whether that is a fault (an engine that does not answer) or not (none on this machine).
    """

    services: Sequence[ServiceState] = ()
    missing: str = ""
    failed: bool = False
    images: Mapping[str, str] = field(default_factory=dict)
    """The image that the files name for each service."""

    @property
    def healthy(self) -> bool:
        """Whether nothing is known to be wrong."""
        seen = [item.state in ("ready", "done") for item in self.services]
        return not self.failed if self.missing else bool(seen) and all(seen)

    @property
    def reason(self) -> str:
        """Why it is not as it should be, or was not seen, in one sentence; empty where it is."""
        stuck = [item.reason for item in self.services if item.state == "trouble"]
        return self.missing or next(iter(stuck), "")


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that was looked at. `cluster` and `project` are None where the configuration is not for one."""

    services: Sequence[Outcome]
    cluster: ClusterStatus | None
    project: ProjectStatus | None = None

    @property
    def healthy(self) -> bool:
        """Whether nothing that was looked at is wrong. What was not tried counts as neither."""
        return not any(item.state == "failed" for item in self.services) and all(
            part is None or part.healthy for part in (self.cluster, self.project)
        )

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, for JSON."""
        return {
            "healthy": self.healthy,
            "services": [asdict(item) for item in self.services],
            "cluster": None if self.cluster is None else {"healthy": self.cluster.healthy, **asdict(self.cluster)},
            "project": None if self.project is None else {"healthy": self.project.healthy, **asdict(self.project)},
        }


def status_of(
    config: SetupConfig | None,
    release: tuple[str, str] | None,
    context: str = "",
    waiting: Tell = lambda services: None,
    project: Project | None = None,
) -> Status:
    """Ask every service of a configuration, the cluster of this context (the current one) for a release, which is
    meant by its name and namespace, and the engine for a Compose project.
    """
    outcomes = probe([*own_server(config), *services(config)], secrets_of(config), waiting=waiting) if config else []
    cluster = cluster_status(*release, context) if release else None
    if cluster is not None and cluster.state is not None:
        outcomes = [left_to_pods(outcome) for outcome in outcomes]
    return Status(outcomes, cluster, project_status(project) if project else None)


def left_to_pods(outcome: Outcome) -> Outcome:
    """The outcome, where a release can be seen: a name that this machine does not know may be one of the cluster."""
    if not outcome.nameless:
        return outcome
    seen = "this machine does not know the name, and pods may; the release below tells"
    return replace(outcome, state="not tried", seen=seen, cure="")


def project_status(project: Project) -> ProjectStatus:
    """How a Compose project is, as far as it can be seen from here."""
    try:
        states = project.states()
    except EngineError as error:
        return ProjectStatus(missing=str(error), failed=not isinstance(error, EngineMissing))
    images: dict[str, str] = {}
    with suppress(EngineError):  # What runs can be seen also where the file can't be read any more.
        services = project.config().get("services", {})
        images = {name: str(service.get("image", "")) for name, service in services.items()}
    return ProjectStatus(states, images=images)


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
