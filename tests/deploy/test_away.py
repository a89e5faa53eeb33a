"""A cluster that does not answer, a program that lacks a part: said in a sentence, and never as a fault of our own."""

from pathlib import Path

import pytest

from aeterna_nb.commands.main import main

NOBODY_THERE = """
apiVersion: v1
kind: Config
clusters: [{name: here, cluster: {server: "https://127.0.0.1:9"}}]
contexts: [{name: here, context: {cluster: here, user: me}}]
current-context: here
users: [{name: me, user: {token: canary}}]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration for Kubernetes."""
    place = tmp_path_factory.mktemp("away")
    (place / "kubeconfig").write_text(NOBODY_THERE)
    assert main(["setup", "--non-interactive", "--preset", "local", "--output", str(place)]) == 0
    return place


@pytest.mark.parametrize(
    "words",
    [
        ["deploy", "--yes"],
        ["diff", "--live"],
        ["rollback", "--yes"],
        ["rollback", "1", "--yes"],
        ["status"],
        ["test"],
        ["uninstall", "--yes"],
        ["uninstall", "--yes", "--delete-data"],
    ],
    ids=" ".join,
)
def test_a_cluster_that_is_away_is_said(
    words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(folder / "kubeconfig"))
    assert main([*words, "--output", str(folder)]) == 1
    printed = capsys.readouterr()
    assert "The cluster at https://127.0.0.1:9 cannot be reached: nothing answers there." in printed.out + printed.err
    assert "canary" not in printed.out + printed.err


@pytest.mark.parametrize(
    "said",
    [
        "docker: unknown command: docker compose\n\nRun 'docker --help' for more information",
        "docker: 'compose' is not a docker command.\nSee 'docker --help'",
    ],
    ids=["28", "27"],
)
def test_a_docker_without_compose_is_said(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The program answers as Docker of these versions does without the plugin."""
    compose = ["--target=docker-compose", "--postgresql=cloudnative-pg"]
    assert main(["setup", "--non-interactive", "--preset=local", *compose, f"--output={tmp_path}"]) == 0
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "docker"
    program.write_text(f"#!/bin/sh\n[ $1 = version ] && exec echo 28.0\ncat >&2 <<'END'\n{said}\nEND\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    for words in (["deploy", "--yes"], ["status"]):
        capsys.readouterr()
        assert main([*words, "--output", str(tmp_path)]) == 1
        printed = capsys.readouterr()
        assert "The program docker has no Compose. Install its plugin" in printed.out + printed.err
