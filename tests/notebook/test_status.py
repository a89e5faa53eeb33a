"""What the status notebook looks at, and what it says when there is nothing to look at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.commands.main import main
from aeterna_nb.engine.project import ServiceState
from aeterna_nb.kubernetes.pods import Trouble, Weight
from aeterna_nb.kubernetes.release import ReleaseState, Workload
from aeterna_nb.notebook.health import health_of
from aeterna_nb.notebook.live import Live
from aeterna_nb.notebook.parameters import ParameterError
from aeterna_nb.notebook.picture import picture
from aeterna_nb.notebook.status import NOT_ASKED, StatusRun, look, read_status, release_now, services_now
from aeterna_nb.notebook.topology import topology
from aeterna_nb.probes import Outcome, State
from aeterna_nb.probes.status import ClusterStatus, ProjectStatus, Status
from tests.probes.standins import listening, pong
from tests.samples import LOCAL, answers

VOILA = {"VOILA_PREHEAT": "False"}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A configuration whose Redis answers."""
    with listening(pong) as port:
        words = ["--target", "kubernetes", "--mode", "local", "--vector-backend", "pgvector", "--llm", "none"]
        words += ["--postgresql", "cloudnative-pg", "--cache", "external", "--redis-host", "127.0.0.1"]
        words += ["--redis-port", str(port), "--namespace", "prod", "--output", str(tmp_path)]
        assert main(["setup", "--non-interactive", *words]) == 0
        yield tmp_path


def test_without_anything_it_says_what_to_give(tmp_path: Path) -> None:
    run = read_status({"output_dir": str(tmp_path)}, {})
    assert repr(run).startswith(f"There is no configuration in the folder {tmp_path}")
    assert look(run, {}) is None
    assert release_now(None).text == "There is no release to look at."


def test_the_folder_may_come_from_the_environment(folder: Path) -> None:
    run = read_status({}, {"AETERNA_SETUP_OUTPUT": str(folder)})
    assert (run.release, run.namespace) == ("aeterna", "prod")
    assert repr(run) == "Looking at the release aeterna in the namespace prod."


def test_a_release_can_be_named_without_a_configuration(tmp_path: Path) -> None:
    run = read_status({"output_dir": str(tmp_path), "namespace": "elsewhere"}, {})
    assert (run.config, run.release, run.namespace) == (None, "aeterna", "elsewhere")
    assert "No services are asked" in repr(run)


def test_services_and_a_missing_cluster_are_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(folder / "missing"))
    status = look(read_status({"output_dir": str(folder)}, {}), {})
    assert (
        "<td>Redis answers PING, without a password and without TLS. Tried: PING to 127.0.0.1"
        in services_now(status).html
    )
    assert "there is no such file" in release_now(status).text


def test_visitors_of_a_page_ask_nothing_unless_the_operator_lets_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(folder / "missing"))
    run = read_status({"output_dir": str(folder)}, {})
    assert look(run, VOILA) is None
    assert look(run, {**VOILA, "AETERNA_ALLOW_PROBES": "1"}) is not None
    monkeypatch.setenv("VOILA_PREHEAT", "False")
    assert services_now(None).text == NOT_ASKED


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"contxt": "a"}, "There is no parameter contxt. Did you mean context?"),
        ({"context": 3}, "The parameter context must be the name of a context"),
        ({"redis_password": "canary"}, "redis_password is a secret"),
        ({"config_file": "nowhere.yaml"}, "There is no answers file nowhere.yaml."),
    ],
)
def test_wrong_parameters_are_refused_with_a_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParameterError) as caught:
        read_status(given, {})
    assert sentence in str(caught.value)
    assert "canary" not in str(caught.value)


def test_nothing_is_asked_of_an_empty_run() -> None:
    assert look(StatusRun(None, "", "", ""), {}) is None


def outcome(service: str, question: str, state: State, seen: str) -> Outcome:
    return Outcome(service, state, "", seen, question=question)


def test_the_picture_has_the_colours_of_health_and_says_why() -> None:
    asked = [outcome("Redis", "redis_host", "failed", "the password is wrong")]
    workloads = (Workload("Deployment", "aeterna", 1, 1), Workload("Cluster", "aeterna-pg", 0, 1))
    trouble = Trouble("Pod", "aeterna-opal-server-0", "has an image that cannot be pulled", weight=Weight.CONFIGURED)
    state = ReleaseState(None, workloads, troubles=(trouble,))
    health = health_of(Status(asked, ClusterStatus("aeterna", "prod", state=state)))
    assert {box: found.tone for box, found in health.items()} == {
        "cache": "bad",
        "server": "good",
        "postgresql": "waits",
        "opal": "bad",
    }
    assert health["cache"].words == "the password is wrong"
    assert "cannot be pulled" in health["opal"].words
    drawn = picture(topology(answers(LOCAL)), health=health)
    assert drawn.count('class="box is-bad"') == 2
    assert "cannot be pulled" in drawn
    assert drawn.count('is-good"') == 1


def test_a_compose_project_is_drawn_by_its_services() -> None:
    services = [
        ServiceState("aeterna", "waiting"),
        ServiceState("valkey", "ready"),
        ServiceState("migrate", "trouble", "x"),
    ]
    health = health_of(Status([], None, ProjectStatus(services)))
    assert {box: found.tone for box, found in health.items()} == {"server": "bad", "cache": "good"}


def test_what_is_live_is_made_when_somebody_asks_and_not_before() -> None:
    made: list[str] = []

    def make() -> str:
        made.append("x")
        return f"look {len(made)}"

    live = Live(make)
    assert (made, live.shown.value) == ([], "")
    live.again.click()
    assert live.shown.value == "look 1"
    live.often.value = True
    assert live.shown.value == "look 2"
