"""A status in rows, one fact each, for whoever shows it; and those rows as lines of text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from aeterna_nb.kubernetes.release import ReleaseState
from aeterna_nb.probes import Outcome
from aeterna_nb.probes.status import ClusterStatus, ProjectStatus, Status

Tone = Literal["good", "bad", "neither"]

SERVER = "aeterna"
"""The service of a Compose project that is Aeterna itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: whether it is good or bad, its state in a word or two, what it is about, and what there is to say."""

    tone: Tone
    state: str
    what: str
    words: str


def service_rows(services: Iterable[Outcome]) -> Iterator[Row]:
    """What came of asking each service."""
    tones: dict[str, Tone] = {"reached": "good", "failed": "bad", "not tried": "neither"}
    for outcome in services:
        tried = f" Tried: {outcome.tried}." if outcome.tried else ""
        words = f"{outcome.seen}.{tried} {outcome.cure}".strip()
        yield Row(tones[outcome.state], outcome.state, outcome.service, words)


def cluster_rows(cluster: ClusterStatus) -> Iterator[Row]:
    """The cluster, the release in it, its parts and their troubles."""
    if cluster.context:
        yield Row("neither", "", "Cluster", f"{cluster.server}, context {cluster.context}")
    if cluster.state is None:
        yield Row("bad" if cluster.failed else "neither", "not seen", f"Release {cluster.release}", cluster.missing)
        return
    yield _release(cluster.state, cluster)
    yield from _parts(cluster.state)
    for trouble in cluster.state.troubles:
        said = f"The cluster says: {trouble.event}" if trouble.event else ""
        wrote = f'Its last line: "{trouble.wrote}"' if trouble.wrote else ""
        words = " ".join(text for text in (trouble.sentence, said, wrote, trouble.cure) if text)
        yield Row("bad", "not ready", f"{trouble.kind} {trouble.name}", words)
    for address in cluster.state.addresses:
        yield Row("neither", "", f"{address.kind} {address.name}", address.where)
    for note in cluster.state.notes:
        yield Row("neither", "not seen", "", note)


def project_rows(project: ProjectStatus) -> Iterator[Row]:
    """Each service of a Compose project that has a container."""
    if project.missing:
        yield Row("bad" if project.failed else "neither", "not seen", "", project.missing)
    elif not project.services:
        yield Row("bad", "missing", "", "Nothing of it was started: aeterna deploy")
    tones: dict[str, Tone] = {"ready": "good", "done": "good", "trouble": "bad", "waiting": "neither"}
    for item in project.services:
        words = item.reason if item.sentence else ""
        wanted = project.images.get(item.name, item.image)
        if item.image != wanted:
            words = f"{words} It runs {item.image}, and the files name {wanted}: aeterna deploy".strip()
        elif item.name == SERVER and not words:
            words = f"{item.image}"
        yield Row(tones[item.state], item.state, f"Service {item.name}", words)


def _release(state: ReleaseState, cluster: ClusterStatus) -> Row:
    what = f"Release {cluster.release}"
    if state.release is None:
        return Row("bad", "missing", what, f"Nothing of this name is installed in the namespace {cluster.namespace}.")
    release = state.release
    words = f"Revision {release.revision} of {release.updated}: {release.chart}, {_server(state, release.app_version)}."
    return Row("good" if release.status == "deployed" else "bad", release.status, what, words)


def _server(state: ReleaseState, made_for: str) -> str:
    """Which server runs, and which the chart is made for, where that is another."""
    if state.servers == (made_for,):
        return f"server {made_for}"
    runs = f"runs {' and '.join(state.servers)}" if state.servers else "none runs"
    return f"made for server {made_for}; {runs}"


def _parts(state: ReleaseState) -> Iterator[Row]:
    for workload in state.workloads:
        tone, word = _good_or(workload.healthy, "ready", "not ready")
        words = f"{workload.ready} of {workload.wanted} ready. {workload.note}".strip()
        yield Row(tone, word, f"{workload.kind} {workload.name}", words)
    tones: dict[str, Tone] = {"done": "good", "failed": "bad", "running": "neither"}
    for job in state.jobs:
        yield Row(tones[job.state], job.state, f"Job {job.name}", "")
    for volume in state.volumes:
        tone, word = _good_or(volume.bound, "bound", "waiting")
        yield Row(tone, word, f"Volume {volume.name}", f"{volume.size} of {volume.storage_class}")


def _good_or(fine: bool, good: str, bad: str) -> tuple[Tone, str]:
    return ("good", good) if fine else ("bad", bad)


def verdict(status: Status) -> str:
    """All in one sentence."""
    failed = [item.service for item in status.services if item.state == "failed"]
    if status.cluster is not None and not status.cluster.healthy:
        failed.append(f"the release {status.cluster.release}")
    if status.project is not None and not status.project.healthy:
        failed.append("the Compose project")
    if not failed:
        unseen = next((part.missing for part in (status.cluster, status.project) if part and part.missing), "")
        return f"Nothing that was looked at is wrong. {unseen}".rstrip()
    reasons = [part.reason for part in (status.cluster, status.project) if part is not None and not part.healthy]
    return f"Not healthy: {', '.join(failed)}. {next(iter(reasons), '')}".rstrip()


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as text in columns; what is bad stands in capitals."""
    states = max((len(row.state) for row in rows), default=0)
    whats = max((len(row.what) for row in rows), default=0)
    for row in rows:
        state = row.state.upper() if row.tone == "bad" else row.state
        yield f"  {state:<{states}}  {row.what:<{whats}}  {row.words}".rstrip()


def status_lines(status: Status) -> Iterator[str]:
    """The services, then the release, then the verdict."""
    if status.services:
        yield "Services, asked from this machine"
        yield from lines([*service_rows(status.services)])
    if status.cluster is not None:
        yield f"Release {status.cluster.release} in the namespace {status.cluster.namespace}"
        yield from lines([*cluster_rows(status.cluster)])
    if status.project is not None:
        yield "Compose project"
        yield from lines([*project_rows(status.project)])
    if not status.services and status.cluster is None and status.project is None:
        yield "The configuration names nothing that could be asked."
    yield verdict(status)
