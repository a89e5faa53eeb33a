"""The commands that the Compose file gives to its containers do what they are for, run for real on this machine."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aeterna_nb.config import SetupConfig
from tests.generate.compose.conftest import Verdict, configuration

Loaded = Callable[[SetupConfig], Verdict]


@contextmanager
def answering(status: int) -> Iterator[int]:
    """The port of a server on loopback that answers everything with this status."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _healthy(service: dict[str, object], port: str, here: int) -> bool:
    check = service["healthcheck"]
    assert isinstance(check, dict)
    # Compose hands the file's doubled dollar signs on as single ones; its own output doubles them again.
    command = [part.replace("$$", "$").replace(port, str(here)) for part in check["test"][1:]]
    program = sys.executable if command[0] == "python" else command[0]
    done = subprocess.run([program, *command[1:]], capture_output=True, timeout=30, check=False)
    return done.returncode == 0


@pytest.mark.parametrize(
    ("answers", "name", "port"),
    [
        ({"vector_backend": "qdrant"}, "qdrant", "6333"),
        ({"opal": True}, "opal-server", "7002"),
        ({"opal": True}, "opal-client", "7000"),
        ({}, "aeterna", "8080"),
        ({"vector_backend": "weaviate"}, "weaviate", "8080"),
    ],
)
def test_a_service_is_healthy_when_it_answers_well_and_only_then(
    answers: dict[str, object], name: str, port: str, loaded: Loaded
) -> None:
    service = loaded(configuration(**answers))["services"][name]
    tool = service["healthcheck"]["test"][1]
    if tool != "python" and shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed on this machine")
    with answering(200) as here:
        assert _healthy(service, port, here)
    with answering(503) as here:
        assert not _healthy(service, port, here)
    assert not _healthy(service, port, here)


def test_the_policies_become_a_repository_that_changes_only_with_them(loaded: Loaded, tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed on this machine")
    project = loaded(configuration(opal=True))
    source, repository, tools = tmp_path / "source", tmp_path / "repository", tmp_path / "tools"
    for folder in (source, repository, tools):
        folder.mkdir()
    # The user `opal` is the image's; here everything belongs to whoever runs the test.
    (tools / "chown").write_text("#!/bin/sh\n")
    (tools / "chown").chmod(0o755)
    environment = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    *shell, _, _, branch = (part.replace("$$", "$") for part in project["services"]["opal-policies"]["command"])
    assert project["services"]["opal-server"]["environment"]["OPAL_POLICY_REPO_MAIN_BRANCH"] == branch

    def made() -> list[str]:
        subprocess.run([*shell, str(source), str(repository), branch], env=environment, check=True, capture_output=True)
        log = ["git", "-C", str(repository), "log", "--format=%H", branch]
        return subprocess.run(log, env=environment, check=True, capture_output=True, text=True).stdout.split()

    policy = source / "permit-all.cedar"
    policy.write_text(project["configs"]["opal-policy"]["content"])
    first = made()
    assert len(first) == 1
    assert made() == first
    (source / "forbid.cedar").write_text("forbid(principal, action, resource);\n")
    policy.unlink()
    assert len(made()) == 2
    assert [path.name for path in repository.glob("*.cedar")] == ["forbid.cedar"]
