"""`aeterna probe`: every service that is configured, or one of them, and a status for scripts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.commands.main import main
from tests.probes.standins import listening, pong
from tests.probes.web import Said, Web, serving

KEY = "canary-key-of-openai"


@pytest.fixture
def gateway() -> Iterator[Web]:
    """What speaks like OpenAI, and does not know our key."""
    refusal = Said(401, {"error": {"message": f"Incorrect API key provided: {KEY}."}})
    with serving({"POST /v1/embeddings": refusal}) as web:
        yield web


@pytest.fixture
def folder(tmp_path: Path, gateway: Web, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A configuration with a Redis that answers and a model that refuses the key."""
    monkeypatch.setenv("AETERNA_SETUP_OPENAI_API_KEY", KEY)
    with listening(pong) as port:
        words = ["--target", "docker-compose", "--mode", "local", "--vector-backend", "pgvector", "--llm", "openai"]
        words += ["--postgresql", "cloudnative-pg", "--cache", "external", "--redis-host", "127.0.0.1", "--no-opal"]
        words += ["--redis-port", str(port), "--openai-base-url", f"{gateway.url}/v1", "--output", str(tmp_path)]
        assert main(["setup", "--non-interactive", *words]) == 0
        yield tmp_path


def run(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["probe", "--output", str(folder), *words])
    output = capsys.readouterr()
    return code, output.out, output.err


def test_one_service_alone_is_asked(capsys: pytest.CaptureFixture[str], folder: Path, gateway: Web) -> None:
    code, text, _ = run(capsys, folder, "--only", "redis")
    assert (code, len(text.splitlines())) == (0, 1)
    assert text.startswith(
        "  reached  Redis  Redis answers PING, without a password and without TLS. Tried: PING to 127.0.0.1"
    )
    assert gateway.asked == []


def test_a_refusal_ends_it_with_1_its_question_and_no_key(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, text, errors = run(capsys, folder, "--only", "redis", "--only", "openai", "--json")
    redis, openai = json.loads(text)["services"]
    assert (code, redis["state"], openai["state"]) == (1, "reached", "failed")
    assert openai["question"] == "openai_api_key"
    assert openai["seen"] == "it does not accept the credential (HTTP 401): Incorrect API key provided: ***"
    assert KEY not in text + errors


def test_images_are_asked_for_as_well(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    _, text, _ = run(capsys, folder, "--json", "--seconds", "1")
    services: list[dict[str, Any]] = json.loads(text)["services"]
    assert [each["service"] for each in services] == ["Server image", "Redis", "OpenAI"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--only", "mongodb"],
            "--only takes a service that the configuration names; there are: openai, redis, server-image.",
        ),
        (["--pull-secret", "missing.json"], "--pull-secret takes a readable file"),
        (["--seconds", "soon"], "--seconds does not take that value. Write a number."),
    ],
)
def test_a_wrong_command_line_is_told(
    capsys: pytest.CaptureFixture[str], folder: Path, words: list[str], said: str
) -> None:
    code, _, errors = run(capsys, folder, *words)
    assert (code, said in errors) == (2, True), errors


def test_a_pull_secret_that_is_none_is_not_repeated(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "pull.json").write_text(f'{{"auths": "{KEY}"}}')
    code, _, errors = run(capsys, folder, "--pull-secret", str(tmp_path / "pull.json"))
    assert (code, KEY in errors) == (2, False)


def test_an_image_that_the_engine_has_needs_no_registry(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    states = {}
    for name, script in {"lacks": "exit 1", "has": "echo sha256:1"}.items():
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        code, text, _ = run(capsys, folder, "--only", "server-image", "--json")
        states[name] = (code, json.loads(text)["services"][0]["state"])
    assert states == {"lacks": (1, "failed"), "has": (0, "reached")}
