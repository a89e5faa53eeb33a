"""No check can be lost: each is made to speak through `evaluate`, and without it something goes unsaid."""

import copy
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from aeterna_nb import checks, evaluate
from aeterna_nb.chart import Rendered
from aeterna_nb.chart.rendering import rendered
from aeterna_nb.checks import schemas, suite
from aeterna_nb.checks.suite import CHECKS
from aeterna_nb.generate.files import generate_files
from tests.checks.conftest import put
from tests.samples import LOCAL, answers

Texts = dict[str, str]
Made = TypeVar("Made")

EXTERNAL: Mapping[str, Any] = {
    **LOCAL,
    "vector_backend": "pgvector",
    "cache": "external",
    "redis_host": "redis.example.com",
    "postgresql": "external",
    "postgresql_host": "db.example.com",
    "postgresql_password": "canary-4f1e",
    "opal": False,
}
"""Answers with which every subchart stays out, so that each manifest is one of ours."""
COMPOSE: Mapping[str, Any] = {**EXTERNAL, "target": "docker-compose"}
POD = "spec/template/spec"
CONTAINER = f"{POD}/containers/0"


@dataclass(frozen=True)
class Spoken:
    """Answers, and what a faulty generator, chart or renderer makes of them, so that a check has to speak.

    `words` stand in its finding. `files` changes what the generators made; `values` are what values.yaml's generator
    gives instead; `server` changes the server's Deployment by path. `leaks` writes a password into config.toml, and
    without `schemas` only those of Kubernetes 1.34 are at hand. `present` are files on disk.
    """

    words: str
    answers: Mapping[str, Any] = field(default_factory=lambda: EXTERNAL)
    files: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    values: Mapping[str, Any] | None = None
    server: Mapping[str, object] = field(default_factory=dict)
    leaks: bool = False
    schemas: bool = True
    present: Mapping[str, str] = field(default_factory=dict)


SPOKEN: Mapping[str, Spoken] = {
    "server-limits": Spoken("does not use a vector store yet"),
    "advice": Spoken("means the pod itself", {**EXTERNAL, "redis_host": "localhost"}),
    "extra-environment": Spoken("follows from the answer to", {**EXTERNAL, "extra_environment": {"RUST_LOG": "debug"}}),
    "unwritten-secrets": Spoken("the value is not written", {**EXTERNAL, "secret_provider": "existing"}),
    "files": Spoken("is not TOML", files={".aeterna/config.toml": ("default_profile =", "default_profile")}),
    "values": Spoken("which the chart does not know", files={"values.yaml": ("mode:", "unknown: 1\nmode:")}),
    "decided": Spoken("reads other values", files={"values.yaml": ("redis.example.com", "other.example.com")}),
    "departures": Spoken("mode is hybrid, the answers give local", present={"values.yaml": 'mode: "hybrid"\n'}),
    "compose": Spoken("needs the variable POSTGRESQL_PASSWORD", COMPOSE, {".env": ("POSTGRESQL_PASSWORD", "OTHER")}),
    "secrets": Spoken("would hold a secret", leaks=True),
    "render": Spoken("The chart refuses", values={"mode": "no mode"}),
    "subcharts": Spoken("have not been fetched", {**EXTERNAL, "cache": "dragonfly"}),
    "kubernetes-version": Spoken(
        "no schemas of Kubernetes 1.29", {**EXTERNAL, "kubernetes_version": "1.29"}, schemas=False
    ),
    "kubernetes-schemas": Spoken("spec.replicas must be a whole number", server={"spec/replicas": "many"}),
    "unproven": Spoken("No schema of ServiceMonitor", {**EXTERNAL, "service_monitor": True}),
    "kubernetes-rules": Spoken("must be Always", server={f"{POD}/restartPolicy": "Never"}),
    "references": Spoken("names the ServiceAccount gone", server={f"{POD}/serviceAccountName": "gone"}),
    "hosts": Spoken("leads to gone", server={f"{CONTAINER}/env": [{"name": "PG_HOST", "value": "gone"}]}),
    "pod-security": Spoken("hostNetwork", server={f"{POD}/hostNetwork": True}),
    "chart-policy": Spoken("must carry a tag", server={f"{CONTAINER}/image": "ghcr.io/example/aeterna:latest"}),
    "agreement": Spoken("disagree about", files={".aeterna/config.toml": ("db.example.com", "other.example.com")}),
}


def test_every_check_is_made_to_speak_in_the_order_of_the_design() -> None:
    assert list(SPOKEN) == list(CHECKS)


def test_every_module_with_a_check_is_among_the_checks() -> None:
    names = [module.name for module in pkgutil.iter_modules(checks.__path__)]
    modules = [importlib.import_module(f"{checks.__name__}.{name}") for name in names]
    assert {module.CHECK for module in modules if hasattr(module, "CHECK")} <= set(CHECKS)


@pytest.mark.parametrize("name", SPOKEN)
def test_a_check_speaks_through_the_evaluation(name: str, broken: Callable[[Spoken], None]) -> None:
    spoken = SPOKEN[name]
    broken(spoken)
    findings = evaluate.evaluate(answers(spoken.answers), present=spoken.present).findings
    found = [finding.message for finding in findings if finding.check == name]
    assert any(spoken.words in message for message in found), [(item.check, item.message) for item in findings]
    assert "canary" not in repr(findings)


@pytest.mark.parametrize("choice", [EXTERNAL, COMPOSE], ids=["kubernetes", "docker-compose"])
def test_what_is_right_is_passed_by_every_check_that_forbids_writing(choice: Mapping[str, Any]) -> None:
    assert evaluate.evaluate(answers(choice)).errors == ()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[Spoken], None]]:
    """Puts faults between the evaluation and what it calls: the generators, the chart's values, the renderer."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def lay(spoken: Spoken) -> None:
        if spoken.files:
            monkeypatch.setattr(evaluate, "generate_files", _then(generate_files, _edited(spoken.files)))
        if spoken.values is not None:
            monkeypatch.setattr("aeterna_nb.chart.rendering.helm_values", lambda config: dict(spoken.values or {}))
        if spoken.server:
            monkeypatch.setattr(evaluate, "rendered", _then(rendered, _changed(spoken.server)))
        if spoken.leaks:
            monkeypatch.setattr(
                "aeterna_nb.generate.files.config_toml",
                lambda config, *_: f'password = "{config.postgresql.password.get_secret_value()}"\n',
            )

        if not spoken.schemas:
            (tmp_path / "v1.34.0-local-strict").symlink_to(schemas._schemas_folder() / "v1.34.0-local-strict")
            monkeypatch.setattr(schemas, "_schemas_folder", lambda: tmp_path)

    suite._schemas.cache_clear()
    yield lay
    suite._schemas.cache_clear()


def _then(make: Callable[..., Made], change: Callable[[Made], Made]) -> Callable[..., Made]:
    return lambda *given: change(make(*given))


def _edited(replaced: Mapping[str, tuple[str, str]]) -> Callable[[Texts], Texts]:
    def edit(files: Texts) -> Texts:
        for name, (old, new) in replaced.items():
            assert old in files[name], (name, old)
            files = {**files, name: files[name].replace(old, new, 1)}
        return files

    return edit


def _changed(changes: Mapping[str, object]) -> Callable[[Rendered], Rendered]:
    def change(made: Rendered) -> Rendered:
        # Renders share their objects.
        manifests = copy.deepcopy(made.manifests)
        (server,) = [item for item in manifests if item["kind"] == "Deployment"]
        for path, value in changes.items():
            put(server, path, value)
        return replace(made, manifests=manifests)

    return change
