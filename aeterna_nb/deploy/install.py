"""Installing and upgrading a release: wait, tell how each object gets on, say why it failed, and roll back."""

import tempfile
import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.chart.export import export_what_is_there
from aeterna_nb.chart.helm import HelmError
from aeterna_nb.chart.releases import Releases, Revision
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy.deployment import WORKED, Deployment
from aeterna_nb.deploy.events import Action, Began, Cancelled, Event, Finished, Note, Progress
from aeterna_nb.deploy.plan import action
from aeterna_nb.deploy.reasons import failed, refusals_told
from aeterna_nb.kubernetes.connection import Cluster, ClusterError
from aeterna_nb.kubernetes.manifests import name_of, section
from aeterna_nb.kubernetes.pods import Weight
from aeterna_nb.kubernetes.release import ReleaseState, release_state

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
POLL_SECONDS = 2.0
"""How often the objects are looked at. One look asks a dozen lists of the cluster."""


@refusals_told
def install(what: Deployment, seconds: int, canceller: Canceller) -> Iterator[Event]:
    """Install the release, or upgrade it where there is one, and wait `seconds` at most until all of it is ready.

    An upgrade that fails or is cancelled is rolled back. A first install leaves what it made, to be looked at; the
    last events say so. Raises HelmMissing where Helm does not run on this machine.
    """
    began = time.monotonic()
    with what.releases() as releases, tempfile.TemporaryDirectory() as scratch:
        known = releases.history(what.release)
        doing = action(releases, what.release)
        yield Began(doing, what.release, what.namespace)
        if known and doing == "install":
            _clear_migration(what)
        chart = Path(scratch, "chart")
        export_what_is_there(chart, definitions_there(what) if doing == "install" else ())
        error = yield from watched(
            what, lambda: releases.deploy(doing, chart, what.release, what.values, seconds, canceller), canceller, doing
        )
        if error is None:
            newest = releases.history(what.release)[-1].number
            yield Finished(what.release, time.monotonic() - began, newest)
            return
        yield Cancelled() if canceller.wanted else failed(what, error, seconds)
        yield from _taken_back(what, releases, known, seconds)


def watched(
    what: Deployment, work: Callable[[], None], canceller: Canceller, doing: Action
) -> Generator[Event, None, HelmError | None]:
    """Let Helm work in another thread, and tell meanwhile how the release's objects change.

    Gives `yield from` the error with which Helm gave up, or None.
    """
    told: dict[tuple[str, str], Progress] = {}
    if doing in ("rollback", "uninstall"):  # How they were before is no news: they are going away.
        deque(_news(what, told, doing), maxlen=0)
    with ThreadPoolExecutor(1, "helm") as thread:
        running: Future[None] = thread.submit(work)
        try:
            while not running.done():
                yield from _news(what, told, doing)
                wait([running], timeout=POLL_SECONDS)
        finally:
            if not running.done():  # Nobody listens any more.
                canceller.cancel()
    yield from _news(what, told, doing)
    error = running.exception()
    if error is not None and not isinstance(error, HelmError):
        raise error
    return error


def _news(what: Deployment, told: dict[tuple[str, str], Progress], doing: Action) -> Iterator[Progress]:
    with suppress(ClusterError):  # The next look may be luckier; Helm itself says what is wrong for good.
        state = release_state(what.context, what.release, what.namespace, what.secrets, tests=doing == "test")
        # Where something is the matter with an object, that is what there is to say of it.
        now = {(item.kind, item.name): item for item in (*_steps(state), *_stuck(state))}
        gone = {key: Progress(*key, "gone") for key in told if key not in now}
        # What is being removed is no trouble, and what is not removed yet no news.
        for key, progress in (gone if doing == "uninstall" else {**gone, **now}).items():
            if told.get(key) != progress:
                told[key] = progress
                yield progress
        if doing == "uninstall":
            told.update({key: item for key, item in now.items() if key not in told})


def _steps(state: ReleaseState) -> Iterator[Progress]:
    for volume in state.volumes:
        yield Progress("Volume", volume.name, "ready" if volume.bound else "waiting")
    for job in state.jobs:
        yield Progress("Job", job.name, "ready" if job.state == "done" else "waiting", job.state)
    for item in state.workloads:
        words = f"{item.ready} of {item.wanted} ready"
        yield Progress(item.kind, item.name, "ready" if item.healthy else "waiting", words)


def _stuck(state: ReleaseState) -> Iterator[Progress]:
    for trouble in state.troubles:
        if trouble.weight is not Weight.WAITS:
            yield Progress(trouble.kind, trouble.name, "trouble", trouble.sentence)


def _worked(known: list[Revision]) -> list[Revision]:
    return [revision for revision in known if revision.status in WORKED]


def definitions_there(what: Deployment) -> Collection[str]:
    """The names of the definitions (CRDs) that the cluster has: others may use them, and no install changes them."""
    with suppress(ClusterError), Cluster(what.context) as cluster:
        return cluster.names(DEFINITIONS)
    return ()


def _clear_migration(what: Deployment) -> None:
    """Remove the migrations that did not succeed: a Job can't be changed, and another try may need another."""
    path = f"/apis/batch/v1/namespaces/{what.namespace}/jobs"
    chosen = f"app.kubernetes.io/instance={what.release},app.kubernetes.io/component=migration"
    with suppress(ClusterError), Cluster(what.context) as cluster:
        for job in cluster.items(path, labelSelector=chosen):
            if not section(job, "status").get("succeeded"):
                cluster.delete(f"{path}/{name_of(job)}")


def _taken_back(what: Deployment, releases: Releases, known: list[Revision], seconds: int) -> Iterator[Event]:
    """Back to the newest revision that worked; where there is none, what is left is told."""
    if not _worked(known):
        yield Note(_left(what, releases))
        return
    revision = _worked(known)[-1].number
    if releases.history(what.release)[-1].number == known[-1].number:
        yield Note(Sentence("Nothing was changed: revision {revision} runs on.", revision=revision))
        return
    yield Began("rollback", what.release, what.namespace)
    again = Canceller()
    error = yield from watched(
        what, lambda: releases.rollback(what.release, revision, seconds, again), again, "rollback"
    )
    if error is None:
        _clear_migration(what)
        yield Note(
            Sentence(
                "Revision {revision} is back, as revision {number}.",
                revision=revision,
                number=releases.history(what.release)[-1].number,
            )
        )
    else:
        yield Note(
            Sentence(
                "Revision {revision} could not be brought back. {reason}",
                revision=revision,
                reason=failed(what, error, seconds).reason,
            )
        )


def _left(what: Deployment, releases: Releases) -> str:
    if not releases.history(what.release):
        return "Nothing was installed."
    return (
        f"What was made of the release {what.release} is left in the namespace {what.namespace}, so that it can be "
        "looked at: aeterna status. Once the cause is mended, aeterna deploy goes on with it; aeterna uninstall takes "
        "it away."
    )
