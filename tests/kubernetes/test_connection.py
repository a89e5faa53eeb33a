"""Which cluster is meant, and what is said when it is not clear."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb.kubernetes.connection import Cluster, ClusterError, NoCluster, find_context

CANARY = "canary-token-of-somebody"


def kubeconfig(path: Path, name: str, server: str = "https://127.0.0.1:1", **user: Any) -> Path:
    tree = {
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": f"of-{name}"}}],
        "clusters": [{"name": name, "cluster": {"server": server}}],
        "users": [{"name": name, "user": user or {"token": CANARY}}],
    }
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return path


def refusal(name: str, environ: dict[str, str]) -> str:
    with pytest.raises(ClusterError) as caught:
        find_context(name, environ)
    assert CANARY not in str(caught.value)
    return str(caught.value)


def test_without_anything_there_is_no_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(NoCluster, match=r"no ~/\.kube/config"):
        find_context(environ={})


def test_a_file_that_is_named_and_missing_is_named_again(tmp_path: Path) -> None:
    with pytest.raises(NoCluster, match=r"nowhere\.yaml"):
        find_context(environ={"KUBECONFIG": str(tmp_path / "nowhere.yaml")})


def test_the_home_folders_file_counts_where_no_other_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".kube").mkdir()
    kubeconfig(tmp_path / ".kube" / "config", "home")
    assert find_context(environ={}).name == "home"


def test_several_files_are_one_and_the_first_wins(tmp_path: Path) -> None:
    files = [
        kubeconfig(tmp_path / "a", "one", "https://first:1"),
        kubeconfig(tmp_path / "b", "two"),
        kubeconfig(tmp_path / "c", "one", "https://second:1"),
    ]
    environ = {"KUBECONFIG": ":".join(map(str, [*files, tmp_path / "missing"]))}
    assert (find_context("", environ).name, find_context("", environ).server) == ("one", "https://first:1")
    assert find_context("two", environ).namespace == "of-two"


def test_a_context_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    environ = {"KUBECONFIG": str(kubeconfig(tmp_path / "a", "staging"))}
    assert refusal("stagin", environ) == "The kubeconfig has no context 'stagin'. There are: staging."


@pytest.mark.parametrize(
    "text", [f"token: {CANARY}: [", f"contexts: {CANARY}", f"contexts: [{{context: {CANARY}}}]", f"- {CANARY}"]
)
def test_a_file_that_is_no_kubeconfig_is_not_quoted(tmp_path: Path, text: str) -> None:
    (tmp_path / "config").write_text(text, encoding="utf-8")
    assert "is no kubeconfig" in refusal("", {"KUBECONFIG": str(tmp_path / "config")})


def test_no_credentials_are_in_what_a_context_prints_as(tmp_path: Path) -> None:
    assert CANARY not in repr(find_context("", {"KUBECONFIG": str(kubeconfig(tmp_path / "a", "one"))}))


def asked(context_of: Path, timeout: float = 5) -> str:
    with (
        pytest.raises(ClusterError) as caught,
        Cluster(find_context("", {"KUBECONFIG": str(context_of)}), timeout) as cluster,
    ):
        cluster.items("/api/v1/namespaces")
    assert CANARY not in str(caught.value)
    return str(caught.value)


def test_a_cluster_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    assert "cannot be reached" in asked(kubeconfig(tmp_path / "a", "one"))


def test_a_cluster_that_never_answers_costs_no_more_than_the_timeout(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert "did not answer within 0.3 seconds" in asked(kubeconfig(tmp_path / "a", "one", address), 0.3)


@pytest.fixture
def api_server() -> Iterator[tuple[int, list[dict[str, str]]]]:
    """The port of an API server on this machine with one Secret, and the headers of what it is asked for."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"items": [{"metadata": {"name": "credentials"}}]}')

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], asked
        server.shutdown()


def test_names_are_asked_for_without_what_the_objects_hold(
    tmp_path: Path, api_server: tuple[int, list[dict[str, str]]]
) -> None:
    port, asked = api_server
    file = kubeconfig(tmp_path / "a", "one", f"http://127.0.0.1:{port}")
    with Cluster(find_context("", {"KUBECONFIG": str(file)})) as cluster:
        assert cluster.names("/api/v1/namespaces/x/secrets") == ["credentials"]
    accepted = [headers["accept"].split(";") for headers in asked]
    assert [(kind, "as=PartialObjectMetadataList" in how) for kind, *how in accepted] == [("application/json", True)]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_cluster_on_this_machine_is_not_asked_through_a_proxy(
    host: str, tmp_path: Path, api_server: tuple[int, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    file = kubeconfig(tmp_path / "a", "one", f"http://{host}:{api_server[0]}")
    with Cluster(find_context("", {"KUBECONFIG": str(file)})) as cluster:
        assert len(cluster.items("/api/v1/namespaces")) == 1


def test_a_cluster_elsewhere_is_asked_through_the_proxy_of_the_environment(
    tmp_path: Path, api_server: tuple[int, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, asked = api_server
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    file = kubeconfig(tmp_path / "a", "one", "http://cluster.example.com")
    with Cluster(find_context("", {"KUBECONFIG": str(file)})) as cluster:
        cluster.items("/api/v1/namespaces")
    assert [headers["host"] for headers in asked] == ["cluster.example.com"]


def test_a_credential_program_that_fails_is_not_quoted(tmp_path: Path) -> None:
    program = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "sh",
        "args": ["-c", f"echo {CANARY} >&2; false"],
    }
    assert "Does kubectl work with it?" in asked(kubeconfig(tmp_path / "a", "one", exec=program))


def test_a_certificate_is_looked_for_beside_its_kubeconfig(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    file = kubeconfig(folder / "config", "one")
    tree = yaml.safe_load(file.read_text())
    tree["clusters"][0]["cluster"]["certificate-authority"] = "ca.crt"
    file.write_text(yaml.safe_dump(tree))
    context = find_context("", {"KUBECONFIG": str(file)})
    assert context.kubeconfig["clusters"][0]["cluster"]["certificate-authority"] == str(folder / "ca.crt")


def test_a_question_on_a_connection_that_is_cut_off_is_asked_again(tmp_path: Path) -> None:
    answer = b'{"items": [{}]}'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n".encode()

    def serve(listener: socket.socket) -> None:
        for said in (b"", head + answer):
            connection, _ = listener.accept()
            connection.recv(4096)
            connection.sendall(said)
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=[listener], daemon=True).start()
        file = kubeconfig(tmp_path / "a", "one", f"http://127.0.0.1:{listener.getsockname()[1]}")
        with Cluster(find_context("", {"KUBECONFIG": str(file)})) as cluster:
            assert cluster.items("/api/v1/namespaces") == [{}]
