"""The chart on a real API server, in a namespace that enforces Pod Security "restricted"."""

import base64
import json
import os
import ssl
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from aeterna_nb import chart, helm
from aeterna_nb.presets import PRESETS
from tests.chart import choices
from tests.chart.test_operations import EVERYTHING

KUBECONFIG = os.environ.get("AETERNA_TEST_KUBECONFIG", "")

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not KUBECONFIG, reason="AETERNA_TEST_KUBECONFIG names no cluster"),
]

MODES: dict[str, dict[str, Any]] = {
    "local": {},
    "hybrid": choices.merged(
        choices.MODES["hybrid"], choices.VECTORS["pgvector"], choices.DATABASES["external"], choices.LLMS["openai"]
    ),
    "remote": choices.REMOTE,
}


class ApiServer:
    """Plain requests to the API server that a kubeconfig names."""

    def __init__(self, kubeconfig: Path) -> None:
        config = yaml.safe_load(kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        context: ssl.SSLContext | bool = False
        if "certificate-authority-data" in cluster:
            authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
            context = ssl.create_default_context(cadata=authority)
            with tempfile.NamedTemporaryFile() as pem:
                pem.write(base64.b64decode(user["client-certificate-data"]))
                pem.write(base64.b64decode(user["client-key-data"]))
                pem.flush()
                context.load_cert_chain(pem.name)
        headers = {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}
        self._client = httpx.Client(base_url=cluster["server"], headers=headers, verify=context, trust_env=False)

    def create(self, path: str, body: dict[str, Any]) -> None:
        self._client.post(path, json=body).raise_for_status()

    def delete(self, path: str) -> None:
        self._client.delete(path).raise_for_status()

    def get(self, path: str) -> dict[str, Any]:
        answer = self._client.get(path)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def items(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(path)["items"]
        return found


@pytest.fixture(scope="module")
def server() -> ApiServer:
    return ApiServer(Path(KUBECONFIG))


@pytest.fixture
def namespace(server: ApiServer) -> Iterator[str]:
    name = f"chart-{uuid.uuid4().hex[:8]}"
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    server.create("/api/v1/namespaces", {"metadata": {"name": name, "labels": labels}})
    yield name
    server.delete(f"/api/v1/namespaces/{name}")


def run_helm(*arguments: str, values: dict[str, Any] | None = None) -> str:
    command = [str(helm.find_program()), "--kubeconfig", KUBECONFIG, *arguments]
    if values is not None:
        command += ["--values", "-"]
    done = subprocess.run(command, input=json.dumps(values), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("mode", "values"), MODES.items(), ids=MODES)
def test_each_mode_installs_upgrades_tests_and_leaves_nothing(
    mode: str, values: dict[str, Any], namespace: str, server: ApiServer, no_archives: Path
) -> None:
    folder = str(chart.installable_folder(no_archives))
    waiting = ("--namespace", namespace, "--wait", "--wait-for-jobs", "--timeout", "2m")
    run_helm("install", "demo", folder, *waiting, values=values)
    secrets = {item["metadata"]["name"]: item["data"] for item in _secrets(server, namespace)}

    run_helm("upgrade", "demo", folder, *waiting, values=choices.merged(values, {"logging": {"level": "debug"}}))
    assert {item["metadata"]["name"]: item["data"] for item in _secrets(server, namespace)} == secrets

    run_helm("test", "demo", "--namespace", namespace, "--timeout", "1m")
    run_helm("uninstall", "demo", "--namespace", namespace, "--wait", "--timeout", "1m")
    kinds = (
        "apis/apps/v1/namespaces/{}/deployments",
        "api/v1/namespaces/{}/services",
        "apis/batch/v1/namespaces/{}/jobs",
    )
    assert [item for kind in kinds for item in server.items("/" + kind.format(namespace))] == []
    assert _secrets(server, namespace) == []


def _secrets(server: ApiServer, namespace: str) -> list[dict[str, Any]]:
    return [
        item for item in server.items(f"/api/v1/namespaces/{namespace}/secrets") if item["type"] != "helm.sh/release.v1"
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_each_values_file_installs(name: str, namespace: str, server: ApiServer, no_archives: Path) -> None:
    folder = chart.installable_folder(no_archives)
    (values,) = helm.read_manifests((chart.chart_folder() / f"values-{name}.yaml").read_text())
    waiting = ("--namespace", namespace, "--wait", "--wait-for-jobs", "--timeout", "2m")
    run_helm("install", "aeterna", str(folder), *waiting, values=values)
    deployments = server.items(f"/apis/apps/v1/namespaces/{namespace}/deployments")
    assert [item["metadata"]["name"] for item in deployments] == ([] if name == "remote" else ["aeterna"])


def test_all_operations_and_backups_install(namespace: str, no_archives: Path) -> None:
    backup = {"backup": {"enabled": True, "s3": {"bucket": "b"}, "verification": {"enabled": True}}}
    waiting = ("--namespace", namespace, "--timeout", "2m")
    for release, database in choices.DATABASES.items():
        host = {"ingress": {"host": f"{release}.example.com"}, "httpRoute": {"hostnames": [f"{release}.example.com"]}}
        values = choices.merged(EVERYTHING, database, backup, host)
        run_helm("install", release, str(chart.installable_folder(no_archives)), *waiting, values=values)


def test_the_database_outlives_the_release_when_asked_to(namespace: str, server: ApiServer, no_archives: Path) -> None:
    values = {"postgresql": {"cnpg": {"keepOnUninstall": True}}}
    folder = str(chart.installable_folder(no_archives))
    run_helm("install", "demo", folder, "--namespace", namespace, values=values)
    run_helm("uninstall", "demo", "--namespace", namespace, "--wait", "--timeout", "1m")
    clusters = server.items(f"/apis/postgresql.cnpg.io/v1/namespaces/{namespace}/clusters")
    assert [item["metadata"]["name"] for item in clusters] == ["demo-aeterna-pg"]


def test_an_install_under_the_same_name_finds_what_was_kept(
    namespace: str, server: ApiServer, no_archives: Path
) -> None:
    values = {
        "postgresql": {"cnpg": {"keepOnUninstall": True}},
        "cache": {"dragonfly": {"keepOnUninstall": True}},
        "knowledge": {"persistence": {"enabled": True, "keepOnUninstall": True}},
        "secrets": {"keepOnUninstall": True},
    }
    folder = str(chart.installable_folder(no_archives))

    def kept() -> dict[str, Any]:
        places = (
            f"/apis/postgresql.cnpg.io/v1/namespaces/{namespace}/clusters/demo-aeterna-pg",
            f"/apis/dragonflydb.io/v1alpha1/namespaces/{namespace}/dragonflies/demo-aeterna-dragonfly",
            f"/api/v1/namespaces/{namespace}/persistentvolumeclaims/demo-aeterna",
        )
        secrets = {item["metadata"]["name"]: item["data"] for item in _secrets(server, namespace)}
        return secrets | {place: server.get(place)["metadata"]["uid"] for place in places}

    run_helm("install", "demo", folder, "--namespace", namespace, values=values)
    before = kept()
    assert {"demo-aeterna", "demo-aeterna-opal"} <= before.keys()
    run_helm("uninstall", "demo", "--namespace", namespace, "--wait", "--timeout", "1m")
    assert kept() == before
    run_helm("install", "demo", folder, "--namespace", namespace, values=values)
    assert kept() == before


def test_an_upgrade_keeps_the_volume(namespace: str, server: ApiServer, no_archives: Path) -> None:
    folder = str(chart.installable_folder(no_archives))
    values = {"knowledge": {"persistence": {"enabled": True}}}
    claims = f"/api/v1/namespaces/{namespace}/persistentvolumeclaims/demo-aeterna"
    run_helm("install", "demo", folder, "--namespace", namespace, values=values)
    before = server.get(claims)["metadata"]["uid"]
    run_helm("upgrade", "demo", folder, "--namespace", namespace, values=choices.merged(values, {"replicaCount": 1}))
    assert server.get(claims)["metadata"]["uid"] == before


def test_two_releases_live_side_by_side(namespace: str, server: ApiServer, no_archives: Path) -> None:
    folder = str(chart.installable_folder(no_archives))
    for release in ("one", "two"):
        run_helm("install", release, folder, "--namespace", namespace, "--wait", "--timeout", "2m", values={})
    names = {item["metadata"]["name"] for item in server.items(f"/apis/apps/v1/namespaces/{namespace}/deployments")}
    assert names >= {"one-aeterna", "two-aeterna"}


def test_a_migration_that_fails_fails_the_installation(namespace: str, server: ApiServer, no_archives: Path) -> None:
    folder = str(chart.installable_folder(no_archives))
    values = {"migration": {"podAnnotations": {"aeterna.test/fail": "true"}, "backoffLimit": 0}}
    arguments = ("install", "demo", folder, "--namespace", namespace, "--wait", "--wait-for-jobs", "--timeout", "15s")
    with pytest.raises(AssertionError, match="INSTALLATION FAILED"):
        run_helm(*arguments, values=values)
    (job,) = server.items(f"/apis/batch/v1/namespaces/{namespace}/jobs")
    assert "Failed" in [item["type"] for item in job["status"].get("conditions", [])]
