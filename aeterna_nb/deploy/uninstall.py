"""Removing a release. Its data stays unless it is asked to go, and operators go last: they have to clean up."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.chart.export import export_what_is_there
from aeterna_nb.chart.helm import Cancelled, HelmError
from aeterna_nb.chart.releases import Releases
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.deploy import events
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.events import Began, Event, Failed, Finished, Note, Progress
from aeterna_nb.deploy.install import DEFINITIONS, POLL_SECONDS, watched
from aeterna_nb.deploy.reasons import failed, refusals_told
from aeterna_nb.generate.helm_values import KEPT, merge
from aeterna_nb.kubernetes.connection import Cluster, ClusterError, Forbidden
from aeterna_nb.kubernetes.manifests import hooks_of, name_of
from aeterna_nb.kubernetes.release import APIS, OPERATED

VOLUMES = "/api/v1/namespaces/{namespace}/persistentvolumeclaims"
SECRETS = "/api/v1/namespaces/{namespace}/secrets"
GROUPS = ("postgresql.cnpg.io", "dragonflydb.io", "psmdb.percona.com")


@refusals_told
def uninstall(what: Deployment, seconds: int, canceller: Canceller, *, delete_data: bool) -> Iterator[Event]:
    """Remove the release, and say what is left. Databases and volumes stay, with the Secrets that they need, unless
    `delete_data`. What was removed when it is cancelled is gone, and another try goes on.
    """
    began = time.monotonic()
    yield Began("uninstall", what.release, what.namespace)
    with what.releases() as releases, Cluster(what.context) as cluster:
        if not releases.history(what.release):
            yield Failed(
                Sentence(
                    "Nothing of the name {release} is installed in the namespace {namespace}.",
                    release=what.release,
                    namespace=what.namespace,
                )
            )
            return
        try:
            if delete_data:
                yield from _databases_deleted(what, cluster, seconds, canceller)
            elif not _is_marked(releases.values(what.release), KEPT):
                _mark_as_kept(what, releases, canceller)
        except Cancelled:
            yield from _cancelled(removing=delete_data)
            return
        except (HelmError, ClusterError) as refused:
            yield _stopped(what, refused, seconds, removing=delete_data)
            return
        work = partial(releases.uninstall, what.release, seconds, canceller)
        error = yield from watched(what, work, canceller, "uninstall")
        if error is not None:
            yield from _cancelled(removing=True) if canceller.wanted else [failed(what, error, seconds)]
            return
        _tests_deleted(what, cluster)
        if delete_data:
            yield from _volumes_deleted(what, cluster, canceller)
        yield from _left(what, cluster)
    # Without data to delete, whoever cancels now comes too late.
    yield events.Cancelled() if delete_data and canceller.wanted else Finished(what.release, time.monotonic() - began)


def _cancelled(*, removing: bool) -> Iterator[Event]:
    yield events.Cancelled()
    yield Note("What was removed is gone: aeterna uninstall goes on." if removing else "Nothing was removed.")


def _stopped(what: Deployment, error: HelmError | ClusterError, seconds: int, *, removing: bool) -> Failed:
    reason = failed(what, error, seconds).reason if isinstance(error, HelmError) else str(error)
    if removing:
        return Failed(
            Sentence("Not everything was removed. {reason}", reason=reason),
            Sentence("Once that is mended, aeterna uninstall goes on."),
        )
    return Failed(
        Sentence("Nothing was removed. {reason}", reason=reason),
        Sentence("Once that is mended, try again; --delete-data keeps nothing."),
    )


def _is_marked(values: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    """Whether a release's values say it all: what was cut off while it was removed can't be changed any more."""
    return all(
        _is_marked(values.get(key) or {}, wanted) if isinstance(wanted, Mapping) else values.get(key) == wanted
        for key, wanted in kept.items()
    )


def _mark_as_kept(what: Deployment, releases: Releases, canceller: Canceller) -> None:
    """Let Helm leave the data behind: it goes by what the newest revision says, so there has to be one that says so."""
    values = releases.values(what.release)
    merge(values, dict(KEPT))
    with tempfile.TemporaryDirectory() as scratch:
        chart = Path(scratch, "chart")
        export_what_is_there(chart)
        releases.mark(chart, what.release, values, canceller)


def _databases_deleted(what: Deployment, cluster: Cluster, seconds: int, canceller: Canceller) -> Iterator[Event]:
    """While their operators run: nobody else could finish what they began (docs/facts/subcharts.md#one-install)."""
    end = time.monotonic() + seconds
    for plural, kind in OPERATED.items():
        path = _path(what, plural)
        names = cluster.names(path, labelSelector=_label(what))
        for name in names:
            cluster.delete(f"{path}/{name}")
        while cluster.names(path, labelSelector=_label(what)):
            if canceller.wanted:
                raise Cancelled("cancelled")
            if time.monotonic() > end:
                raise ClusterError(f"{kind} {', '.join(names)} is not gone after {seconds} seconds.")
            time.sleep(POLL_SECONDS)
        for name in names:
            yield Progress(kind, name, "gone")


def _tests_deleted(what: Deployment, cluster: Cluster) -> None:
    """Those that failed are left to be looked at, and Helm forgets them with the release."""
    path = f"/api/v1/namespaces/{what.namespace}/pods"
    for pod in cluster.items(path, labelSelector=_label(what)):
        if "test" in hooks_of(pod):
            cluster.delete(f"{path}/{name_of(pod)}")


def _volumes_deleted(what: Deployment, cluster: Cluster, canceller: Canceller) -> Iterator[Event]:
    path = VOLUMES.format(namespace=what.namespace)
    for name in cluster.names(path, labelSelector=_label(what)):
        if canceller.wanted:
            return
        cluster.delete(f"{path}/{name}")
        yield Progress("Volume", name, "gone")


def _left(what: Deployment, cluster: Cluster) -> Iterator[Event]:
    kinds = {"Volume": VOLUMES, **{kind: _path(what, plural) for plural, kind in OPERATED.items()}, "Secret": SECRETS}
    kept = [
        f"{kind} {name}"
        for kind, path in kinds.items()
        for name in cluster.names_that_stay(path.format(namespace=what.namespace), labelSelector=_label(what))
    ]
    if kept:
        yield Note(
            Sentence(
                "Kept: {names}. aeterna deploy takes over what is kept; kubectl delete namespace {namespace} "
                "deletes it for good, with everything else in there.",
                names=", ".join(kept),
                namespace=what.namespace,
            )
        )
    try:
        known = [name for name in cluster.names(DEFINITIONS) if name.partition(".")[2] in GROUPS]
    except Forbidden:
        return
    if known:
        yield Note(
            Sentence(
                "The definitions (CRDs) of the operators stay, since others may use them, and deleting "
                "one deletes every object of its kind in the whole cluster: {names}",
                names=", ".join(known),
            )
        )


def _path(what: Deployment, plural: str) -> str:
    return f"{APIS[plural]}/namespaces/{what.namespace}/{plural}"


def _label(what: Deployment) -> str:
    return f"app.kubernetes.io/instance={what.release}"
