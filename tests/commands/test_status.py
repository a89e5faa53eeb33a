"""`aeterna status` and `aeterna validate --probe`."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aeterna_nb.commands.main import main
from tests.probes.standins import listening, pong, saying

PASSWORD = "canary-password-of-redis"
MAIN = [
    "--target",
    "docker-compose",
    "--mode",
    "local",
    "--vector-backend",
    "pgvector",
    "--postgresql",
    "cloudnative-pg",
]


@pytest.fixture
def redis() -> Iterator[int]:
    with listening(pong) as port:
        yield port


def write(folder: Path, port: int, **more: str) -> None:
    flags = [*MAIN, "--llm", "none", "--cache", "external", "--redis-host", "127.0.0.1", "--redis-port", str(port)]
    given = [word for name, value in more.items() for word in (f"--{name}", value)]
    assert main(["setup", "--non-interactive", "--output", str(folder), *flags, *given]) == 0


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(list(words))
    output = capsys.readouterr()
    return code, output.out, output.err


def test_without_a_configuration_it_says_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, errors = run(capsys, "status", "--output", str(tmp_path))
    assert (code, "Run `aeterna setup`." in errors) == (2, True)


def outcomes(text: str) -> dict[str, Any]:
    return {item["service"]: item["state"] for item in json.loads(text)["services"]}


def test_what_answers_and_what_does_not_are_told_apart(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, redis: int
) -> None:
    write(tmp_path, redis)
    code, text, _ = run(capsys, "status", "--output", str(tmp_path), "--json")
    # Nothing serves Aeterna's own port here, as far as a machine for tests goes.
    assert outcomes(text)["Redis"] == "reached"
    assert json.loads(text)["cluster"] is None
    assert json.loads(text)["healthy"] is (code == 0) is (outcomes(text)["Aeterna server"] == "reached")


def test_a_service_that_is_away_ends_it_with_1_and_a_cure(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(saying(b"")) as port:
        pass
    monkeypatch.setenv("AETERNA_SETUP_REDIS_PASSWORD", PASSWORD)
    write(tmp_path, port)
    code, text, errors = run(capsys, "status", "--output", str(tmp_path))
    assert code == 1
    assert re.search(r"FAILED +Redis +the connection was refused", text)
    assert "Does the service run, and on this port?" in text
    assert PASSWORD not in text + errors


def test_a_cluster_that_is_not_at_hand_is_no_fault(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "missing"))
    words = ["--target", "kubernetes", "--mode", "local", "--vector-backend", "pgvector", "--cache", "valkey"]
    words += ["--postgresql", "cloudnative-pg", "--llm", "none", "--output", str(tmp_path)]
    assert main(["setup", "--non-interactive", *words]) == 0
    code, text, _ = run(capsys, "status", "--output", str(tmp_path))
    assert code == 0
    assert "there is no such file" in text
    assert "Nothing that was looked at is wrong." in text


def test_validate_asks_nobody_unless_told_to(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with listening(saying(b"")) as port:
        pass
    write(tmp_path, port)
    assert run(capsys, "validate", "--output", str(tmp_path))[0] == 0
    code, _, errors = run(capsys, "validate", "--probe", "--output", str(tmp_path))
    assert code == 1
    assert "error: Redis: the connection was refused" in errors
    assert "(--redis-host)" in errors


def test_validate_is_content_with_services_that_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, redis: int
) -> None:
    write(tmp_path, redis)
    assert run(capsys, "setup", "--validate", "--probe", "--output", str(tmp_path))[0] == 0


def test_watching_tells_nothing_twice_until_it_is_interrupted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, redis: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, redis)
    looks = 0

    def wait(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("aeterna_nb.commands.status.time", SimpleNamespace(sleep=wait))
    code, text, errors = run(capsys, "status", "--watch", "1", "--output", str(tmp_path))
    assert (code, looks) == (int("Not healthy" in text), 3)
    assert text.count("Services, asked from this machine") == 1
    assert "Redis answers PING" in text
    assert "Interrupted" not in errors


def test_a_wrong_interval_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, errors = run(capsys, "status", "--watch", "often", "--output", str(tmp_path))
    assert (code, "from 1 to 3600" in errors) == (2, True)
