"""A release is tested, compared, taken back and removed, and its data stays unless it is asked to go."""

import json
from collections.abc import Iterator

import pytest

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.deploy.afterwards import rollback, run_tests
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.events import Cancelled, Failed, Finished, Note, Progress
from aeterna_nb.deploy.install import install
from aeterna_nb.deploy.plan import changes
from aeterna_nb.deploy.uninstall import uninstall
from aeterna_nb.generate.files import MASK
from aeterna_nb.kubernetes.connection import Cluster
from tests.chart.choices import merged
from tests.deploy.node import PASSWORD, deployment, namespace, small

pytestmark = [pytest.mark.node, pytest.mark.xdist_group("node")]

VOLUME = {"knowledge": {"persistence": {"enabled": True, "size": "1Gi"}}}
DEBUG = {"logging": {"level": "debug"}, "postgresql": {"external": {"password": {"value": "another-password"}}}}


@pytest.fixture(scope="module")
def running(cluster: Cluster, database: str) -> Iterator[Deployment]:
    """A release with a volume."""
    with namespace(cluster) as where:
        what = deployment(where, merged(small(database), VOLUME))
        assert isinstance([*install(what, 120, Canceller())][-1], Finished)
        yield what


@pytest.mark.whole_product
def test_a_test_that_fails_says_why(running: Deployment) -> None:
    # A PostgreSQL stands where the cache should be, which every release here does without.
    failed = next(event for event in run_tests(running, 150, Canceller()) if isinstance(event, Failed))
    assert "Pod demo-aeterna-test-cache" in failed.reason
    assert '; its last line: "Within a minute no answer came from the cache at ' in failed.reason


def test_what_would_change_is_shown_without_secrets(running: Deployment) -> None:
    # Every upgrade migrates by a Job of its own, which is no change.
    assert changes(running) == []
    wanted = Deployment(
        running.context, running.release, running.namespace, merged(dict(running.values), DEBUG), {PASSWORD}, ()
    )
    found = {change.what: change for change in changes(wanted)}
    assert {"ConfigMap demo-aeterna", "Deployment demo-aeterna", "Secret demo-aeterna"} <= set(found)
    assert '+  RUST_LOG: "debug"' in found["ConfigMap demo-aeterna"].diff
    assert "postgresql-password" in found["Secret demo-aeterna"].diff
    assert "(changed)" in found["Secret demo-aeterna"].diff
    deployment_diff = found["Deployment demo-aeterna"].diff
    assert f"checksum/credentials: {MASK} (a password is another, so the pods start anew)" in deployment_diff
    assert not [change for change in found.values() if PASSWORD in change.diff or "another-password" in change.diff]


def test_a_revision_that_is_not_there(running: Deployment) -> None:
    (failed,) = rollback(running, 99, 60, Canceller())
    assert isinstance(failed, Failed)
    assert failed.reason == "The release demo has no revision 99."
    assert failed.cure == "There are: 1."


def test_what_was_changed_by_hand_is_told_and_taken_back(cluster: Cluster, running: Deployment) -> None:
    place = f"/api/v1/namespaces/{running.namespace}/configmaps/demo-aeterna"
    cluster._client.patch(
        place,
        params={"fieldManager": "kubectl-edit"},
        content=json.dumps({"data": {"RUST_LOG": "trace"}}),
        headers={"Content-Type": "application/merge-patch+json"},
    ).raise_for_status()
    (change,) = changes(running)
    assert change.what == "ConfigMap demo-aeterna"
    assert change.by_hand == "data.RUST_LOG (kubectl-edit)"
    assert isinstance([*install(running, 120, Canceller())][-1], Finished)
    assert cluster.get(place)["data"]["RUST_LOG"] == "info"
    assert changes(running) == []


def test_data_outlives_the_release_and_goes_until_that_is_cancelled(cluster: Cluster, running: Deployment) -> None:
    claims = f"/api/v1/namespaces/{running.namespace}/persistentvolumeclaims"
    events = [*uninstall(running, 120, Canceller(), delete_data=False)]
    assert isinstance(events[-1], Finished)
    kept = next(event.sentence for event in events if isinstance(event, Note) and event.sentence.startswith("Kept: "))
    (volume,) = cluster.names(claims)
    assert f"Volume {volume}" in kept
    assert "Secret demo-aeterna" in kept
    assert cluster.names(f"/apis/apps/v1/namespaces/{running.namespace}/deployments") == []
    assert isinstance([*install(running, 120, Canceller())][-1], Finished)
    assert cluster.names(claims) == [volume]
    another = cluster.get(f"{claims}/{volume}")
    another["metadata"] = {"name": "z-another", "labels": another["metadata"]["labels"]}
    another["spec"].pop("volumeName", None)
    cluster._client.post(claims, json=another).raise_for_status()
    events = []
    canceller = Canceller()
    for event in uninstall(running, 120, canceller, delete_data=True):
        events.append(event)
        if isinstance(event, Progress) and event.kind == "Volume":
            canceller.cancel()
    assert isinstance(events[-1], Cancelled)
    assert [event.sentence for event in events if isinstance(event, Note) and "Volume z-another" in event.sentence]
    assert [
        item["metadata"]["name"] for item in cluster.items(claims) if "deletionTimestamp" not in item["metadata"]
    ] == ["z-another"]
    assert isinstance([*install(running, 120, Canceller())][-1], Finished)
    assert isinstance([*uninstall(running, 120, Canceller(), delete_data=True)][-1], Finished)
    assert not [item for item in cluster.items(claims) if "deletionTimestamp" not in item["metadata"]]
    for events in ([*uninstall(running, 60, Canceller(), delete_data=False)], [*run_tests(running, 60, Canceller())]):
        (nothing,) = [event for event in events if isinstance(event, Failed)]
        assert "Nothing of the name demo is installed" in nothing.reason
