"""A release is installed, upgraded, rolled back and cancelled, on a node that runs it."""

import re
import threading
import time
from collections.abc import Iterator

import pytest

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.deploy.events import Began, Cancelled, Event, Failed, Finished, Note, Progress
from aeterna_nb.deploy.install import install
from aeterna_nb.generate import images
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.release import release_state
from tests.chart.choices import merged
from tests.deploy.node import PASSWORD, cluster_context, deployment, namespace, small, until

pytestmark = [pytest.mark.node, pytest.mark.xdist_group("node")]

NO_SUCH_IMAGE = {"image": {"tag": "v0.0.0"}}


@pytest.fixture(scope="module")
def where(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster) as name:
        yield name


@pytest.fixture(scope="module")
def running(where: str, database: str) -> list[Event]:
    """What was told of an install that works."""
    return [*install(deployment(where, small(database)), 120, Canceller())]


def notes(events: list[Event]) -> list[str]:
    return [event.sentence for event in events if isinstance(event, Note)]


def test_an_install_tells_of_each_object_until_it_is_ready(running: list[Event]) -> None:
    first, last = running[0], running[-1]
    assert isinstance(first, Began)
    assert (first.action, first.name) == ("install", "demo")
    assert isinstance(last, Finished)
    assert last.revision == 1
    told = [event for event in running if isinstance(event, Progress) and event.name == "demo-aeterna"]
    assert (told[0].state, told[-1].state) == ("waiting", "ready")


@pytest.mark.usefixtures("running")
def test_an_upgrade_that_fails_is_rolled_back_and_says_why(where: str, database: str) -> None:
    events = [*install(deployment(where, merged(small(database), NO_SUCH_IMAGE)), 12, Canceller())]
    (failed,) = [event for event in events if isinstance(event, Failed)]
    assert re.match(r"Job demo-aeterna-migrate-\w+: the database is not migrated: ", failed.reason)
    assert "cannot be pulled (ghcr.io/kikokikok/aeterna:v0.0.0)" in failed.reason
    assert notes(events) == ["Revision 1 is back, as revision 3."]
    back = [event for event in events[events.index(failed) :] if isinstance(event, Progress)]
    assert not [event for event in back if event.state == "trouble"]
    assert "gone" in [event.state for event in back if event.kind == "Job"]
    state = release_state(cluster_context(), "demo", where)
    assert state.healthy
    assert state.servers == ("v0.8.0-rc.9",)


@pytest.mark.usefixtures("running")
def test_an_upgrade_that_is_cancelled_is_rolled_back_as_well(where: str, database: str) -> None:
    canceller = Canceller()
    events: list[Event] = []
    for event in install(deployment(where, merged(small(database), NO_SUCH_IMAGE)), 120, canceller):
        events.append(event)
        if isinstance(event, Progress) and event.state == "trouble":
            threading.Thread(target=canceller.cancel).start()
    assert Cancelled() in events
    assert not [event for event in events if isinstance(event, Failed)]
    assert notes(events)[-1].endswith("is back, as revision 5.")
    assert release_state(cluster_context(), "demo", where).healthy


def test_a_first_install_that_fails_is_left_to_be_looked_at_and_gone_on_with(cluster: Cluster, database: str) -> None:
    with namespace(cluster) as where:
        first = [*install(deployment(where, merged(small(database), NO_SUCH_IMAGE)), 8, Canceller())]
        (failed,) = [event for event in first if isinstance(event, Failed)]
        assert "aeterna uninstall" in notes(first)[-1]
        assert release_state(cluster_context(), "demo", where).reason == failed.reason
        second = [*install(deployment(where, small(database)), 120, Canceller())]
        assert isinstance(second[-1], Finished)
        assert not [event for event in [*first, *second] if PASSWORD in repr(event)]


def test_nothing_is_made_any_more_once_it_is_cancelled(cluster: Cluster, database: str) -> None:
    # Helm makes the rest when the hook has ended, which it is cancelled before.
    container = {"name": "wait", "image": images.POSTGRESQL, "command": ["sleep", "15"]}
    pod = {"restartPolicy": "Never", "containers": [container]}
    hook = {"name": "first", "annotations": {"helm.sh/hook": "pre-install"}}
    objects = [
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": hook, "spec": {"template": {"spec": pod}}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "second"}},
    ]
    with namespace(cluster) as where:
        maps, jobs = (
            f"/{api}/namespaces/{where}/{kind}" for api, kind in (("api/v1", "configmaps"), ("apis/batch/v1", "jobs"))
        )
        what, canceller = deployment(where, merged(small(database), {"extra": {"objects": objects}})), Canceller()

        def cancel_in_the_middle() -> None:
            until(lambda: "first" in cluster.names(jobs))
            canceller.cancel()

        threading.Thread(target=cancel_in_the_middle).start()
        assert Cancelled() in [*install(what, 120, canceller)]
        until(lambda: cluster.get(f"{jobs}/first")["status"].get("succeeded"))
        time.sleep(5)
        assert "second" not in cluster.names(maps)
