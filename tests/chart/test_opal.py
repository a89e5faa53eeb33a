"""OPAL: the server, the agents and the fetcher."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chart import choices
from tests.chart.conftest import Manifest, Render, names, one
from tests.chart.judge import faults

FETCHER = {
    "opal": {
        "fetcher": {
            "enabled": True,
            "image": {"registry": "r.example.com", "repository": "opal-fetcher", "tag": "1.0"},
            "tenant": "11111111-2222-3333-4444-555555555555",
        }
    }
}
GIVEN = {
    "opal": {
        "auth": {
            "privateKey": {"value": "private"},
            "publicKey": {"value": "public"},
            "masterToken": {"value": "master"},
            "clientToken": {"value": "client"},
        }
    }
}


def variables(workload: Manifest, container: int = 0) -> dict[str, Any]:
    found = workload["spec"]["template"]["spec"]["containers"][container]["env"]
    return {item["name"]: item.get("value", item.get("valueFrom", {}).get("secretKeyRef")) for item in found}


def source(manifests: list[Manifest]) -> dict[str, Any]:
    sources = json.loads(variables(one(manifests, "StatefulSet"))["OPAL_DATA_CONFIG_SOURCES"])
    (entry,) = sources["config"]["entries"]
    found: dict[str, Any] = entry
    return found


def test_nothing_of_it_is_there_without_opal(render: Render) -> None:
    made = names(render(choices.merged(choices.KEY, choices.OPALS["no-opal"], {"networkPolicy": {"enabled": True}})))
    assert not [name for _, name in made if "opal" in name or "cedar" in name]


@pytest.mark.parametrize(
    "values",
    [
        {},
        GIVEN,
        FETCHER,
        {"opal": {"agent": {"kind": "Deployment"}, "server": {"replicas": 3}}},
        {"opal": {"policy": {"source": "git", "git": {"url": "git@h:p.git", "sshKey": {"value": "k"}}}}},
        {"opal": {"data": {"url": "https://d.example.com/entities", "headers": {"Authorization": "Bearer x"}}}},
    ],
    ids=["defaults", "given", "fetcher", "deployment", "git", "url"],
)
def test_every_shape_of_it_is_right(values: dict[str, Any], render: Render) -> None:
    for database in choices.DATABASES.values():
        parts = choices.merged(choices.KEY, database, values, {"networkPolicy": {"enabled": True}})
        assert faults(render(parts)) == []


def test_the_server_looks_for_cedar_and_not_for_rego(render: Render) -> None:
    found = variables(one(render(choices.KEY), "StatefulSet"))
    assert found["OPAL_FILTER_FILE_EXTENSIONS"] == ".cedar"
    assert found["OPAL_POLICY_REPO_POLICY_EXTENSIONS"] == ".cedar"


def test_agents_get_data_in_the_shape_that_cedar_takes(render: Render) -> None:
    assert source(render(choices.KEY))["dst_path"] == ""
    entities = {"opal": {"data": {"entities": [{"uid": {"type": "U", "id": "a"}, "attrs": {}, "parents": []}]}}}
    manifests = render(choices.merged(choices.KEY, entities))
    served = json.loads(one(manifests, "ConfigMap", "aeterna-opal")["data"]["entities.json"])
    assert served == entities["opal"]["data"]["entities"]
    assert source(manifests)["url"] == "http://aeterna-opal-server:7003/entities.json"


def test_the_fetchers_address_names_the_tenant(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, FETCHER))
    url = source(manifests)["url"]
    assert url == "http://aeterna-opal-fetcher:8080/v1/all?tenant=11111111-2222-3333-4444-555555555555"
    fetcher = variables(one(manifests, "Deployment", "aeterna-opal-fetcher"))
    assert fetcher["DATABASE_URL"] == "postgresql://aeterna@aeterna-pg-rw:5432/aeterna"
    assert fetcher["PGPASSWORD"] == {"name": "aeterna-pg-app", "key": "password"}


def test_several_servers_talk_through_postgresql_and_one_does_not(render: Render) -> None:
    assert "OPAL_BROADCAST_URI" not in variables(one(render(choices.KEY), "StatefulSet"))
    for many in ({"replicas": 2}, {"workers": 2}):
        manifests = render(choices.merged(choices.KEY, choices.DATABASES["external"], {"opal": {"server": many}}))
        found = variables(one(manifests, "StatefulSet"))
        assert found["OPAL_BROADCAST_URI"] == "postgresql://aeterna@pg.example.com:6432/aeterna"
        assert found["PGPASSWORD"] == {"name": "aeterna", "key": "postgresql-password"}


def test_a_budget_protects_several_servers(render: Render) -> None:
    def budgets(replicas: int) -> set[tuple[str, str]]:
        made = names(render(choices.merged(choices.KEY, {"opal": {"server": {"replicas": replicas}}})))
        return {item for item in made if item[0] == "PodDisruptionBudget"}

    assert budgets(1) == set()
    assert budgets(2) == {("PodDisruptionBudget", "aeterna-opal-server")}


def test_agents_run_on_the_control_plane_too(render: Render) -> None:
    spec = one(render(choices.KEY), "DaemonSet")["spec"]["template"]["spec"]
    assert {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"} in spec[
        "tolerations"
    ]


def test_given_tokens_are_used_and_nothing_is_made(render: Render) -> None:
    manifests = render(choices.merged(choices.KEY, GIVEN))
    secret = one(manifests, "Secret", "aeterna-opal")["data"]
    assert {key: base64.b64decode(value).decode() for key, value in secret.items()} == {
        "opal-private-key": "private",
        "opal-public-key": "public",
        "opal-master-token": "master",
        "opal-client-token": "client",
    }
    agent = one(manifests, "DaemonSet")
    assert variables(agent)["OPAL_CLIENT_TOKEN"] == {"name": "aeterna-opal", "key": "opal-client-token"}
    assert "initContainers" not in agent["spec"]["template"]["spec"]


def script(manifests: list[Manifest], name: str) -> str:
    text: str = one(manifests, "ConfigMap", "aeterna-opal")["data"][name]
    return text


@pytest.mark.parametrize("one_line", [False, True])
def test_the_public_key_is_derived_from_the_private_one(one_line: bool, render: Render, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_public_key

    manifests = render()
    made = base64.b64decode(one(manifests, "Secret", "aeterna-opal")["data"]["opal-private-key"]).decode()
    given = made.strip().replace("\n", "_") if one_line else made
    place = tmp_path / "public-key"
    environment = {**os.environ, "OPAL_AUTH_PRIVATE_KEY": given, "PUBLIC_KEY_FILE": str(place)}
    subprocess.run([sys.executable, "-c", script(manifests, "public-key.py")], env=environment, check=True)
    derived = load_ssh_public_key(place.read_bytes())
    assert derived == load_pem_private_key(made.encode(), None).public_key()


def test_every_replica_makes_the_same_commit_of_the_policies(render: Render, tmp_path: Path) -> None:
    manifests = render(choices.KEY)
    source_folder = tmp_path / "source"
    source_folder.mkdir()
    for name, text in one(manifests, "ConfigMap", "aeterna-opal-policies")["data"].items():
        (source_folder / name).write_text(text)
    init = one(manifests, "StatefulSet")["spec"]["template"]["spec"]["initContainers"][0]
    fixed = {item["name"]: item["value"] for item in init["env"]}
    commits = set()
    for replica in ("one", "one", "two"):
        place = tmp_path / replica
        environment = {**os.environ, **fixed, "HOME": str(tmp_path), "POLICY_REPOSITORY": str(place)}
        text = script(manifests, "policy-repository.sh").replace("/etc/opal/policies", str(source_folder))
        subprocess.run(["sh", "-c", text], env=environment, check=True)
        head = subprocess.run(
            ["git", "-C", str(place), "rev-parse", "main"], capture_output=True, text=True, check=True
        )
        commits.add(head.stdout)
    assert len(commits) == 1


def test_the_token_script_asks_the_server_with_the_master_token(render: Render, tmp_path: Path) -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    asked = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, self.headers["Authorization"], body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"token": "minted"}')

        def log_message(self, *arguments: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.handle_request, daemon=True).start()
        place = tmp_path / "token"
        environment = {
            "PATH": os.environ["PATH"],
            "OPAL_SERVER_URL": f"http://127.0.0.1:{server.server_port}",
            "OPAL_MASTER_TOKEN": "master",
            "TOKEN_FILE": str(place),
        }
        text = script(render(choices.KEY), "client-token.py")
        subprocess.run([sys.executable, "-c", text], env=environment, check=True, timeout=60)
    assert asked == [("/token", "Bearer master", {"type": "client"})]
    assert place.read_text() == "minted"
