"""A Compose project is started on an engine, and what goes wrong there is said in one sentence."""

import os
import re
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.deploy.compose import preflight, start, steps
from aeterna_nb.deploy.events import Cancelled, Event, Failed, Finished, Note, Progress
from aeterna_nb.engine.project import Project
from aeterna_nb.probes.status import Status, project_status
from aeterna_nb.probes.status_rows import verdict
from tests.deploy.node import SERVER

HOST = os.environ.get("AETERNA_TEST_DOCKER_HOST", "")
CONFIG = os.environ.get("AETERNA_TEST_DOCKER_CONFIG", "")
SECRET = "p w$'of#redis"
pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("engine")]

Service = dict[str, Any]


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    if not HOST:
        pytest.skip("AETERNA_TEST_DOCKER_HOST names no container engine")
    monkeypatch.setenv("DOCKER_HOST", HOST)
    if CONFIG:
        monkeypatch.setenv("DOCKER_CONFIG", CONFIG)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    yield Project(tmp_path, {SECRET})
    subprocess.run(["docker", "compose", "down", "--volumes", "--timeout", "0"], cwd=tmp_path, check=True)


def write(project: Project, **services: Service) -> None:
    tree = {"name": "deploy-test", "services": {name: {"image": SERVER, **more} for name, more in services.items()}}
    (project.folder / "docker-compose.yaml").write_text(yaml.safe_dump(tree))
    (project.folder / ".env").write_text('PW="p w\\$\'of#redis"\n')


def script(text: str, **more: Any) -> Service:
    return {"entrypoint": ["sh", "-c", text], "environment": {"PW": "${PW}"}, "stop_grace_period": "0s", **more}


def check(text: str) -> Service:
    return {"healthcheck": {"test": ["CMD", "sh", "-c", text], "interval": "1s", "timeout": "1s", "retries": 1}}


RUNS = script("exec sleep 600", **check("true"))
FAILURES: Mapping[str, tuple[Service, str]] = {
    "exit": (
        script('echo "cannot reach redis://:$$PW@cache"; exit 3'),
        r'^The service app ended with exit code 3; its last line: "cannot reach redis://••••@cache".$',
    ),
    "health": (
        script("exec sleep 600", **check("echo not yet; exit 1")),
        r"^The service app runs and its health check fails: not yet.$",
    ),
    "program": (
        {"entrypoint": ["/absent"]},
        r"^The service app could not be started: .*/absent.*no such file or directory",
    ),
    "image": ({"image": "registry.invalid/none:1"}, r"^The registry of an image cannot be reached"),
    "memlock": (
        {**RUNS, "ulimits": {"memlock": -1}},
        r"^The engine may not raise the limit of locked memory that a service asks for",
    ),
    "port": ({**RUNS, "ports": ["127.0.0.1:18099:80"]}, r"^Another program holds the address .*18099"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_why_a_service_does_not_run_is_said_in_one_sentence(name: str, project: Project) -> None:
    service, says = FAILURES[name]
    write(project, app=service)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 18099))
        other.listen()
        events = [*start(project, 20, Canceller())]
        found = preflight(project) if name in ("port", "image") else []
    (failed,) = [event for event in events if isinstance(event, Failed)]
    assert re.search(says, failed.reason), failed.reason
    assert failed.cure
    if name == "exit":
        write(project, app=RUNS)
        assert not [event for event in start(project, 30, Canceller()) if "trouble" in repr(event)]
        return
    assert SECRET not in repr(events)
    if failed.reason.startswith("The service app "):
        assert (
            verdict(Status([], None, project_status(project))) == f"Not healthy: the Compose project. {failed.reason}"
        )
    expected = {
        "port": ["Another program holds port 18099 of this machine, which app needs."],
        "image": ["The image registry.invalid/none:1 is not on this machine, and its registry does not give it."],
    }
    assert [item.message for item in found] == expected.get(name, [])


def test_a_project_is_started_changed_and_what_does_not_run_any_more_is_said(project: Project) -> None:
    write(project, first=RUNS, second=RUNS)
    assert preflight(project) == []
    assert {"create Container deploy-test-first-1", "create Container deploy-test-second-1"} <= set(steps(project))
    events = [*start(project, 60, Canceller())]
    assert isinstance(events[-1], Finished)
    assert last(events)["first"] == "ready"
    write(project, first=script("exit 3"), second=RUNS)
    assert steps(project) == ["recreate Container deploy-test-first-1"]
    events = [*start(project, 20, Canceller())]
    assert isinstance(events[-1], Note)
    assert events[-1].sentence.startswith("What runs now: second. first ran before: aeterna restore")


@pytest.mark.parametrize("words", [["create"], ["up", "--detach", "--wait"]], ids=["made", "stopped"])
def test_what_does_not_run_any_more_is_started_again(words: list[str], project: Project) -> None:
    write(project, first=RUNS, second={**RUNS, "depends_on": {"first": {"condition": "service_healthy"}}})
    for done in (words, ["stop", "--timeout", "0"]):
        subprocess.run(["docker", "compose", *done], cwd=project.folder, check=True)
    assert steps(project) == []
    assert isinstance([*start(project, 60, Canceller())][-1], Finished)


def test_a_start_is_cancelled(project: Project) -> None:
    write(project, app=script("exec sleep 600", **check("exit 1")))
    canceller = Canceller()
    canceller.cancel()
    events = [*start(project, 60, canceller)]
    assert Cancelled() in events


def last(events: list[Event]) -> dict[str, str]:
    return {event.name: event.state for event in events if isinstance(event, Progress)}
