"""Each finding of a preflight, made to speak on an API server."""

import base64
import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.deploy.deployment import Deployment
from aeterna_nb.deploy.install import install
from aeterna_nb.deploy.preflight import preflight
from aeterna_nb.deploy.preflight.version import KNOWN, version
from aeterna_nb.findings import Finding
from aeterna_nb.kubernetes.connection import Cluster, Context, find_context
from tests.deploy.node import guest, namespace
from tests.kubernetes.conftest import KUBECONFIG

NOTHING_ON = {name: {"enabled": False} for name in ("cnpg", "dragonfly", "qdrant")}


def test_a_cluster_that_is_away_is_the_only_thing_to_say() -> None:
    tree = {
        "clusters": [{"name": "a", "cluster": {"server": "https://127.0.0.1:9"}}],
        "users": [{"name": "a", "user": {"token": "x"}}],
        "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
    }
    context = Context("a", "https://127.0.0.1:9", "default", tree)
    (found,) = preflight(Deployment(context, "demo", "prod", NOTHING_ON, (), ()))
    assert found.message == "The cluster at https://127.0.0.1:9 cannot be reached: nothing answers there."


OLDEST, NEWEST = KNOWN[0], KNOWN[-1]


@pytest.mark.parametrize(
    ("minor", "severity", "says"),
    [
        ("28", "error", f"runs Kubernetes 1.28, and the chart needs {OLDEST} or newer"),
        ("99+", "warning", f"runs Kubernetes 1.99; what is installed was tried up to {NEWEST}"),
        ("30+", "warning", "runs Kubernetes 1.30, and the objects were checked against 1.34"),
        ("34", "", ""),
    ],
)
def test_versions_are_told_apart(minor: str, severity: str, says: str) -> None:
    what = Deployment(Context("a", "https://a"), "demo", "prod", {}, (), (), "1.34")
    found = [*version(what, {"major": "1", "minor": minor})]
    assert [item.severity for item in found] == ([severity] if severity else [])
    assert all(says in item.message for item in found)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if not KUBECONFIG:
        pytest.skip("AETERNA_TEST_KUBECONFIG names no cluster")
    with Cluster(find_context(environ={"KUBECONFIG": KUBECONFIG}), timeout=30) as found:
        yield found


@pytest.fixture
def where(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster) as name:
        yield name


def looked(cluster: Cluster, where: str, *manifests: Mapping[str, Any], **values: Any) -> list[Finding]:
    return preflight(Deployment(cluster.context, "demo", where, {**NOTHING_ON, **values}, (), manifests))


def pod_template(**container: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "a", **container}]}}}}


def named(api: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "thing"}, **more}


def asking(cpu: str) -> dict[str, Any]:
    return named("apps/v1", "Deployment", **pod_template(resources={"requests": {"cpu": cpu}}))


FINDINGS: Mapping[str, tuple[Mapping[str, Any], str, str, str]] = {
    "kind": (
        named("example.com/v1", "Odd"),
        "The cluster does not know Odd of example.com: what brings their definitions (CRDs) is not installed.",
        "Install that first",
        "",
    ),
    "storage class": (
        named("v1", "PersistentVolumeClaim", spec={"storageClassName": "absent"}),
        "There is no storage class absent in the cluster.",
        "standard",
        "storage_class",
    ),
    "large": (
        asking("1000"),
        "No node is as large as one pod of thing, which asks for 1000 CPU",
        "larger nodes",
        "size",
    ),
}


@pytest.mark.cluster
@pytest.mark.parametrize("name", FINDINGS)
def test_what_an_object_needs_and_the_cluster_lacks_is_found(name: str, cluster: Cluster, where: str) -> None:
    manifest, says, cure, question = FINDINGS[name]
    found = [item for item in looked(cluster, where, manifest) if says in item.message]
    assert [(item.severity, item.question) for item in found] == [("error", question)]
    assert cure in found[0].cure


def reading(secret: str, key: str) -> dict[str, Any]:
    source = {"secretKeyRef": {"name": secret, "key": key}}
    return named("apps/v1", "Deployment", **pod_template(env=[{"name": "A", "valueFrom": source}]))


@pytest.mark.cluster
def test_secrets_that_are_to_be_there_are_looked_for_with_their_keys(cluster: Cluster, where: str) -> None:
    own = {"metadata": {"name": "own"}, "stringData": {"there": "canary-of-a-secret"}}
    cluster.create(f"/api/v1/namespaces/{where}/secrets", own)
    absent = [item for item in looked(cluster, where, reading("absent", "key")) if "Secret" in item.message]
    assert [item.cure for item in absent] == [
        f"kubectl create secret generic absent --namespace {where} --from-file=key=FILE"
    ]
    (lacking,) = [item for item in looked(cluster, where, reading("own", "other")) if "Secret" in item.message]
    assert lacking.message.endswith("lacks what is read of it: other.")
    assert "canary" not in repr(lacking)
    assert not [item for item in looked(cluster, where, reading("own", "there")) if "Secret" in item.message]


@pytest.mark.cluster
def test_quotas_and_ranges_that_refuse_the_pods_are_found(cluster: Cluster, where: str) -> None:
    path = f"/api/v1/namespaces/{where}"
    cluster.create(
        f"{path}/resourcequotas", {"metadata": {"name": "small"}, "spec": {"hard": {"requests.cpu": "500m"}}}
    )
    limits = [{"type": "Container", "min": {"cpu": "2"}}]
    cluster.create(f"{path}/limitranges", {"metadata": {"name": "large"}, "spec": {"limits": limits}})
    said = [(item.severity, item.message) for item in looked(cluster, where, asking("1"))]
    assert (
        "error",
        f"The quota small of the namespace {where} allows 500m of requests.cpu, and the release asks for more: 1.",
    ) in said
    (message,) = [message for _, message in said if "LimitRange large" in message]
    assert message.endswith("its cpu (requests: 1) has to be at least 2.")
    assert not [item for item in looked(cluster, where, asking("400m")) if "quota" in item.message]


@pytest.mark.cluster
def test_an_api_server_that_policies_shut_off(cluster: Cluster, where: str) -> None:
    labels = {"kubernetes.io/service-name": "kubernetes"}
    slices, metadata = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", {"name": where, "labels": labels}
    ends = {"addressType": "IPv4", "endpoints": [{"addresses": ["192.0.2.1"]}], "ports": [{"port": 8443}]}
    objects = named("networking.k8s.io/v1", "NetworkPolicy"), named("postgresql.cnpg.io/v1", "Cluster")
    cluster.create(slices, {"metadata": metadata, **ends})
    try:
        (found,) = [item for item in looked(cluster, where, *objects) if "listens on port" in item.message]
    finally:
        cluster.delete(f"{slices}/{where}")
    assert "listens on port 8443, and the network policies let pods reach it on 443, 6443 only" in found.message


@pytest.mark.cluster
def test_nothing_is_found_where_nothing_is_wrong(cluster: Cluster, where: str) -> None:
    claim = named("v1", "PersistentVolumeClaim", spec={"storageClassName": "standard"})
    assert looked(cluster, where, claim, asking("10m")) == []


@pytest.mark.cluster
def test_nodes_that_hold_each_pod_and_not_all_of_them_are_a_warning(cluster: Cluster, where: str) -> None:
    many = asking("7")
    many["spec"]["replicas"] = 60
    (found,) = looked(cluster, where, many)
    assert found.severity == "warning"
    assert "All pods together ask for 420 CPU" in found.message


@pytest.mark.cluster
def test_a_namespace_that_would_refuse_the_pods(cluster: Cluster) -> None:
    with namespace(cluster, {"pod-security.kubernetes.io/enforce": "restricted"}) as where:
        found = looked(cluster, where, asking("10m"))
    assert found
    assert all(f"The namespace {where} enforces Pod Security restricted" in item.message for item in found)


@pytest.mark.cluster
def test_a_namespace_that_is_being_deleted(cluster: Cluster, where: str) -> None:
    path = f"/api/v1/namespaces/{where}/configmaps"
    cluster.create(path, {"metadata": {"name": "stays", "finalizers": ["example.com/stays"]}})
    cluster.delete(f"/api/v1/namespaces/{where}")
    try:
        messages = [item.message for item in looked(cluster, where)]
    finally:
        free = {"metadata": {"finalizers": None}}
        headers = {"Content-Type": "application/merge-patch+json"}
        cluster._client.patch(f"{path}/stays", content=json.dumps(free), headers=headers)
    assert f"The namespace {where} is being deleted." in messages


@pytest.mark.cluster
def test_an_operator_that_runs_for_somebody_else(cluster: Cluster, where: str) -> None:
    labels = {"app.kubernetes.io/name": "cloudnative-pg", "app.kubernetes.io/instance": "other"}
    spec = {"selector": {"matchLabels": labels}, **pod_template()["spec"]}
    spec["template"]["metadata"] = {"labels": labels}
    deployment = {"metadata": {"name": "operator", "labels": labels}, "spec": spec}
    cluster.create(f"/apis/apps/v1/namespaces/{where}/deployments", deployment)
    with namespace(cluster) as ours:
        found = looked(cluster, ours, cnpg={"enabled": True})
    says = f"The operator cloudnative-pg runs already (operator in the namespace {where})"
    (cure,) = [item.cure for item in found if item.message.startswith(says)]
    assert "`cnpg: {enabled: false}`" in cure


@pytest.mark.cluster
def test_subcharts_that_are_not_at_hand(
    cluster: Cluster, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (found,) = looked(cluster, where, qdrant={"enabled": True})
    assert found.message == "These subcharts are not at hand: qdrant-0.10.1.tgz."
    assert found.cure == "Run `aeterna chart deps`."


@pytest.mark.cluster
def test_somebody_who_may_do_little_is_told_what_is_lacking(cluster: Cluster, where: str) -> None:
    what = Deployment(guest(cluster, where), "demo", where, NOTHING_ON, (), (asking("10m"),))
    messages = [item.message for item in preflight(what)]
    assert f"You may not create/patch/delete deployments in the namespace {where}." in messages
    assert any(message.startswith("Not looked at: the nodes.") for message in messages)


@pytest.mark.cluster
def test_a_deployment_that_was_cut_off(cluster: Cluster, where: str) -> None:
    values = {
        "mode": "remote",
        "central": {"url": "https://central.example.com"},
        **NOTHING_ON,
        "opal": {"enabled": False},
    }
    values["central"] = {"url": "https://central.example.com", "auth": {"apiKey": {"value": "key-1"}}}
    what = Deployment(cluster.context, "demo", where, values, (), ())
    list(install(what, 60, Canceller()))
    _rewrite_status(cluster, where, "pending-upgrade")
    (found,) = preflight(what)
    assert found.message.startswith("Revision 1 of the release demo is pending-upgrade")
    assert "aeterna uninstall" in found.cure


def _rewrite_status(cluster: Cluster, where: str, status: str) -> None:
    """Let Helm's record say what a process that was killed leaves."""
    path = f"/api/v1/namespaces/{where}/secrets/sh.helm.release.v1.demo.v1"
    packed = base64.b64decode(base64.b64decode(cluster.get(path)["data"]["release"]))
    record = json.loads(gzip.decompress(packed))
    record["info"]["status"] = status
    data = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(record).encode()))).decode()
    patch = {"data": {"release": data}, "metadata": {"labels": {"status": status}}}
    headers = {"Content-Type": "application/merge-patch+json"}
    cluster._client.patch(path, content=json.dumps(patch), headers=headers).raise_for_status()
