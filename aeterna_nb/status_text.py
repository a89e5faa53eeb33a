"""A status in words, one fact a line."""

from collections.abc import Iterator, Sequence

from aeterna_nb.cluster.release import ReleaseState
from aeterna_nb.probes import Outcome
from aeterna_nb.status import ClusterStatus, Status

MARKS = {"reached": "ok", "failed": "FAILED", "not tried": "-"}
JOBS = {"done": "ok", "running": "...", "failed": "FAILED"}


def status_lines(status: Status) -> Iterator[str]:
    """The services, then the release, then the verdict."""
    if status.services:
        yield from service_lines(status.services)
    if status.cluster is not None:
        yield from cluster_lines(status.cluster)
    if not status.services and status.cluster is None:
        yield "The configuration names nothing that could be asked."
    yield verdict(status)


def service_lines(services: Sequence[Outcome]) -> Iterator[str]:
    """What came of asking each service."""
    yield "Services, asked from this machine"
    yield from (line for outcome in services for line in _service(outcome))


def verdict(status: Status) -> str:
    """All in one sentence."""
    failed = [item.service for item in status.services if item.state == "failed"]
    if status.cluster is not None and not status.cluster.healthy:
        failed.append(f"the release {status.cluster.release}")
    return f"Not healthy: {', '.join(failed)}." if failed else "Nothing that was looked at is wrong."


def cluster_lines(cluster: ClusterStatus) -> Iterator[str]:
    """The release, its parts and its troubles."""
    yield f"Release {cluster.release} in the namespace {cluster.namespace}"
    if cluster.context:
        yield _row("", "cluster", f"{cluster.server} (context {cluster.context})")
    if cluster.state is None:
        yield _row(MARKS["failed" if cluster.failed else "not tried"], "cluster", cluster.missing)
    else:
        yield from _release(cluster.state, cluster)


def _service(outcome: Outcome) -> Iterator[str]:
    words = f"{outcome.seen} ({outcome.tried})" if outcome.tried else f"not tried: {outcome.seen}"
    yield _row(MARKS[outcome.state], outcome.service, words)
    if outcome.cure:
        yield _row("", "", outcome.cure)


def _release(state: ReleaseState, cluster: ClusterStatus) -> Iterator[str]:
    if state.release is None:
        yield _row(MARKS["failed"], "release", f"there is none; `helm upgrade --install {cluster.release}` makes it")
    else:
        release = state.release
        words = f"{release.status}, revision {release.revision}, {release.chart}, server {release.app_version}"
        yield _row("ok" if release.status == "deployed" else "FAILED", "release", f"{words}, since {release.updated}")
    for workload in state.workloads:
        note = f"; {workload.note}" if workload.note else ""
        ready = f"{workload.ready} of {workload.wanted} ready{note}"
        yield _row("ok" if workload.healthy else "FAILED", f"{workload.kind} {workload.name}", ready)
    for job in state.jobs:
        yield _row(JOBS[job.state], f"Job {job.name}", f"{job.state}. {job.note}" if job.note else job.state)
    for trouble in state.troubles:
        yield _row("FAILED", f"Pod {trouble.pod}", trouble.sentence)
        yield from (_row("", "", text) for text in (trouble.event, trouble.cure) if text)
    for volume in state.volumes:
        words = f"{volume.size} of {volume.storage_class}" + ("" if volume.bound else "; it waits for a volume")
        yield _row("ok" if volume.bound else "FAILED", f"Volume {volume.name}", words)
    for address in state.addresses:
        yield _row("", f"{address.kind} {address.name}", address.where)
    yield from (_row(MARKS["not tried"], "", note) for note in state.notes)


def _row(mark: str, what: str, words: str) -> str:
    return f"  {mark:<7} {what:<38} {words}".rstrip()
