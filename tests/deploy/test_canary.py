"""Secrets in real use during a deployment: in the file or the Secret that is meant for them, and nowhere else."""

import base64
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from aeterna_nb.generate.files import ENV_FILE, SECRET_VALUES_FILE
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.release import APIS
from aeterna_nb.output.folder import kept_secrets
from tests import wizard
from tests.deploy.node import KUBECONFIG, PASSWORD, namespace
from tests.engine.project import HOST, Project

KEY = "sk-canary-of-a-language-model-51f0"
OPENAI = {"mode": "local", "llm": "openai", "openai_api_key": KEY, "vector_backend": "pgvector", "opal": False}
PAUSE = 0.02
"""Seconds between two looks at all processes, of which some live only for a moment."""


class Processes:
    """The words with which processes of this machine were started, as far as they were seen."""

    def __init__(self) -> None:
        self.seen = set[str]()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look at them all the time while the body runs."""
        ended = threading.Event()
        watcher = threading.Thread(target=self._watch, args=[ended])
        watcher.start()
        yield
        ended.set()
        watcher.join()

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(PAUSE):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    self.seen.add((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                except OSError:
                    continue


def holding(texts: Mapping[str, str], secrets: set[str]) -> set[str]:
    """The names of the texts that hold a secret, as it is or in base64."""
    wanted = [*secrets, *(base64.b64encode(secret.encode()).decode() for secret in secrets)]
    return {name for name, text in texts.items() if any(secret in text for secret in wanted)}


def deployed(folder: Path, **environ: str) -> tuple[set[str], str]:
    """What processes were started with during `aeterna deploy`, and what that printed."""
    processes = Processes()
    command = [sys.executable, "-c", wizard.AETERNA, "deploy", "--yes", "--output", str(folder)]
    with processes.watched():
        done = subprocess.run(command, env=os.environ | environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert any(" deploy --yes" in words for words in processes.seen)
    return processes.seen, done.stdout + done.stderr


def files_in(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.engine
@pytest.mark.xdist_group("engine")
def test_a_compose_project_keeps_its_secrets_in_their_file(tmp_path: Path) -> None:
    if not HOST:
        pytest.skip("AETERNA_TEST_DOCKER_HOST names no container engine")
    wizard.write(tmp_path, {"target": "docker-compose", "cache": "valkey", "postgresql": "cloudnative-pg", **OPENAI})
    secrets = {*kept_secrets(tmp_path).values()}
    assert len(secrets) > 1
    config = os.environ.get("AETERNA_TEST_DOCKER_CONFIG", "")
    try:
        words, printed = deployed(tmp_path, DOCKER_HOST=HOST, DOCKER_CONFIG=config)
        assert "compose up" in " ".join(words)
        logged = Project(tmp_path).compose("logs").stdout
        assert Project(tmp_path).inside("aeterna", "printenv", "PGPASSWORD") in secrets
    finally:
        Project(tmp_path).compose("down", "--volumes", "--timeout", "0")
    assert holding({word: word for word in words}, secrets) == set()
    assert holding({"printed": printed, "logged": logged}, secrets) == set()
    assert holding(files_in(tmp_path), secrets) == {ENV_FILE}


@pytest.mark.node
@pytest.mark.xdist_group("node")
def test_a_release_keeps_its_secrets_in_secrets(cluster: Cluster, database: str, tmp_path: Path) -> None:
    with namespace(cluster) as where:
        outside = {"postgresql": "external", "postgresql_host": database, "postgresql_tls": "disable"}
        cache = {"cache": "external", "redis_host": database, "redis_port": 5432}
        wizard.write(
            tmp_path,
            {
                "target": "kubernetes",
                "namespace": where,
                "network_policy": False,
                "postgresql_password": PASSWORD,
                **OPENAI,
                **outside,
                **cache,
            },
        )
        secrets = {*kept_secrets(tmp_path).values()}
        assert {KEY, PASSWORD} <= secrets
        words, printed = deployed(tmp_path, KUBECONFIG=KUBECONFIG)
        assert any("aeterna_nb.chart.changing" in word for word in words)
        kinds = {**APIS, "configmaps": "/api/v1", "events": "/api/v1", "secrets": "/api/v1"}
        objects = {
            f"{kind} {item['metadata']['name']}": repr(item)
            for kind, api in kinds.items()
            for item in cluster.items(f"{api}/namespaces/{where}/{kind}")
        }
        pods = [name.partition(" ")[2] for name in objects if name.startswith("pods ")]
        logs = {pod: cluster.text(f"/api/v1/namespaces/{where}/pods/{pod}/log") for pod in pods}
    assert holding({word: word for word in words}, secrets) == set()
    assert holding({"printed": printed, **logs}, secrets) == set()
    assert holding(objects, secrets) == {"secrets aeterna"}
    assert holding(files_in(tmp_path), secrets) == {SECRET_VALUES_FILE}
