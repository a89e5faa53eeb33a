"""What is deployed and how it is, on a real API server."""

import time
from base64 import b64encode

import pytest
import yaml

from aeterna_nb import chart
from aeterna_nb.kubernetes.connection import Cluster, ClusterError, Context, Forbidden, find_context
from aeterna_nb.kubernetes.names import suggestions
from aeterna_nb.kubernetes.release import ReleaseState, release_state
from tests.chart import choices
from tests.kubernetes.conftest import Create, install

pytestmark = pytest.mark.cluster

CANARY = "canary-of-a-secret-value"
ALONE = choices.merged(
    choices.VECTORS["pgvector"], choices.DATABASES["external"], choices.CACHES["redis"], {"opal": {"enabled": False}}
)
"""Values of a release without an operator, all of whose pods the cluster can start."""

SECONDS = 20


def wait_until(namespace: str, healthy: bool) -> ReleaseState:
    deadline = time.monotonic() + SECONDS
    while True:
        state = release_state(find_context(), "demo", namespace)
        if state.healthy is healthy or time.monotonic() > deadline:
            return state
        time.sleep(0.3)


def test_a_release_that_is_well(namespace: str) -> None:
    install("demo", namespace, ALONE, "--wait", "--wait-for-jobs", "--timeout", "1m")
    state = wait_until(namespace, healthy=True)
    assert state.healthy, state
    assert state.release is not None
    assert (state.release.revision, state.release.status) == (1, "deployed")
    assert state.release.chart == f"aeterna-{chart.metadata()['version']}"
    assert [(item.kind, item.name, item.ready, item.wanted) for item in state.workloads] == [
        ("Deployment", "demo-aeterna", 1, 1)
    ]
    assert [job.state for job in state.jobs] == ["done"]
    assert f"demo-aeterna.{namespace}.svc" in state.addresses[0].where


def test_a_release_whose_pods_do_not_get_ready_says_which_and_why(namespace: str) -> None:
    failing = {"podAnnotations": {"aeterna.test/fail": "true"}}
    install("demo", namespace, choices.merged(ALONE, failing, {"migration": {**failing, "backoffLimit": 0}}))
    state = wait_until(namespace, healthy=False)
    deadline = time.monotonic() + SECONDS
    while not (state.troubles and state.jobs[0].state == "failed") and time.monotonic() < deadline:
        time.sleep(0.3)
        state = release_state(find_context(), "demo", namespace)
    assert [(item.name, item.healthy) for item in state.workloads] == [("demo-aeterna", False)]
    assert {trouble.name.rpartition("-")[0] for trouble in state.troubles if trouble.kind == "Pod"}
    assert "The database is not migrated" in state.troubles[0].sentence
    assert f"--namespace {namespace}" in state.troubles[0].cure
    assert state.jobs[0].state == "failed"


def test_a_database_whose_operator_is_away_is_not_ready(namespace: str) -> None:
    install("demo", namespace, choices.merged(ALONE, choices.DATABASES["cnpg"]))
    (database,) = [
        item for item in release_state(find_context(), "demo", namespace).workloads if item.kind == "Cluster"
    ]
    assert (database.healthy, database.wanted) == (False, 1)
    assert "does the operator run?" in database.note


def test_a_release_that_is_not_there(namespace: str) -> None:
    state = release_state(find_context(), "demo", namespace)
    assert (state.release, state.workloads, state.healthy) == (None, (), False)


def test_neighbours_are_not_taken_for_parts_of_the_release(namespace: str) -> None:
    install("demo", namespace, ALONE)
    install("other", namespace, ALONE)
    names = {item.name for item in release_state(find_context(), "demo", namespace).workloads}
    assert names == {"demo-aeterna"}


def test_names_are_those_of_the_cluster_and_no_value_is_among_what_is_read(namespace: str, create: Create) -> None:
    secrets = f"/api/v1/namespaces/{namespace}/secrets"
    create(secrets, {"metadata": {"name": "mine"}, "stringData": {"password": CANARY}})
    tls = {"tls.crt": CANARY, "tls.key": CANARY}
    certificate = {"metadata": {"name": "web"}, "type": "kubernetes.io/tls", "stringData": tls}
    create(secrets, certificate)
    install("demo", namespace, ALONE)
    assert {"mine", "web"} <= set(suggestions("secret", namespace))
    assert not [name for name in suggestions("secret", namespace) if name.startswith("sh.helm")]
    assert suggestions("tls-secret", namespace) == ("web",)
    assert "standard" in suggestions("storageclass", namespace)
    assert namespace in suggestions("namespace", namespace)
    read: list[bytes] = []
    with Cluster(find_context()) as cluster:
        cluster._client.event_hooks = {"response": [lambda response: read.append(response.read())]}
        assert {"mine", "web"} <= set(cluster.names(secrets))
    assert b64encode(CANARY.encode()) not in read[0]


def test_a_user_who_may_see_little_is_told_what_was_not_seen(namespace: str, create: Create) -> None:
    create(f"/api/v1/namespaces/{namespace}/serviceaccounts", {"metadata": {"name": "guest"}})
    rules = [
        {"apiGroups": ["", "apps"], "resources": ["pods", "deployments"], "verbs": ["get", "list"]},
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list"]},  # where Helm keeps its releases
    ]
    api = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}"
    create(f"{api}/roles", {"metadata": {"name": "guest"}, "rules": rules})
    subject = {"kind": "ServiceAccount", "name": "guest", "namespace": namespace}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "guest"}
    create(f"{api}/rolebindings", {"metadata": {"name": "guest"}, "roleRef": role, "subjects": [subject]})
    guest = _as_guest(namespace, create)
    install("demo", namespace, ALONE)
    state = release_state(guest, "demo", namespace)
    assert state.release is not None
    assert [item.name for item in state.workloads] == ["demo-aeterna"]
    assert "You may not list jobs there. Ask for the right to get and list them." in state.notes
    with pytest.raises(Forbidden, match="storageclasses"), Cluster(guest) as cluster:
        cluster.names("/apis/storage.k8s.io/v1/storageclasses")


def _as_guest(namespace: str, create: Create) -> Context:
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/guest/token"
    token = create(path, {"spec": {}})["status"]["token"]
    mine = find_context()
    user = {"name": "guest", "user": {"token": token}}
    context = {"name": "guest", "context": {**mine.kubeconfig["contexts"][0]["context"], "user": "guest"}}
    tree = {**mine.kubeconfig, "users": [user], "contexts": [context], "current-context": "guest"}
    return Context("guest", mine.server, namespace, tree)


def test_credentials_that_are_refused_are_said_to_be(namespace: str) -> None:
    tree = yaml.safe_load(yaml.safe_dump(find_context().kubeconfig))
    tree["users"][0]["user"] = {"token": "wrong"}
    with pytest.raises(ClusterError, match="does not accept the credentials"):
        release_state(Context(find_context().name, find_context().server, namespace, tree), "demo", namespace)
