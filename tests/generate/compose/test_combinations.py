"""Every combination of the choices gives a Compose file that Compose loads and that holds no secret."""

import base64
import importlib.resources
import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from aeterna_nb.answers.secret_values import complete
from aeterna_nb.checks.compose import check_compose
from aeterna_nb.generate.compose import docker_compose, env_file, read_env, variable
from aeterna_nb.questions import questions
from tests.generate.compose.conftest import HYBRID, Judge, configuration

MODES: list[dict[str, Any]] = [{}, HYBRID]
VECTORS: list[dict[str, Any]] = [
    {"vector_backend": "qdrant"},
    {"vector_backend": "qdrant", "qdrant_host": "qdrant.example.com"},
    {"vector_backend": "weaviate"},
    {"vector_backend": "weaviate", "weaviate_host": "weaviate.example.com"},
    {"vector_backend": "mongodb"},
    {"vector_backend": "mongodb", "mongodb_external": True},
    {"vector_backend": "pgvector"},
    {"vector_backend": "pinecone", "pinecone_index_name": "memories", "pinecone_environment": "us-east-1-aws"},
    {"vector_backend": "vertex-ai", "vertex_ai_project": "project", "vertex_ai_credentials": "service-account"},
    {"vector_backend": "databricks", "databricks_workspace_url": "https://dbc.example.com"},
]
CACHES: list[dict[str, Any]] = [
    {"cache": "dragonfly"},
    {"cache": "valkey"},
    {"cache": "external", "redis_host": "redis.example.com"},
]
DATABASES: list[dict[str, Any]] = [
    {"postgresql": "cloudnative-pg"},
    {
        "postgresql": "external",
        "postgresql_host": "db.example.com",
        "postgresql_tls": "verify-full",
        "postgresql_root_certificate": "-----BEGIN CERTIFICATE-----\nMII$B\n-----END CERTIFICATE-----\n",
    },
]
OPALS: list[dict[str, Any]] = [
    {"opal": False},
    {"opal": True},
    {
        "opal": True,
        "opal_policy_source": "git",
        "opal_policy_repo_url": "git@git.example.com:policies.git",
        "opal_data_source": "fetcher",
        "opal_fetcher_image": "registry.example.com/opal-fetcher:1.0",
        "opal_fetcher_tenant": "00000000-0000-0000-0000-000000000000",
    },
]
MODELS: list[dict[str, Any]] = [
    {"llm": "none"},
    {"llm": "openai"},
    {"llm": "anthropic"},
    {"llm": "ollama"},
    {"llm": "google", "google_project": "project", "google_location": "us-central1"},
    {"llm": "bedrock", "bedrock_region": "us-east-1"},
]
SECRETS = {
    question.name: f"canary-{question.name} $x ${{Y}} 'q'" + ("\n" if question.multiline else "")
    for question in questions()
    if question.secret and question.name != "mongodb_uri"
} | {"kms_key": base64.b64encode(b"canary-kms-key-of-32-bytes-long!").decode()}
KEPT_FOR_OTHERS = {"ANTHROPIC_API_KEY", "AETERNA_TOKEN", "REDIS_PASSWORD"}
"""Variables for a later server and for clients, and one that is part of another."""

EVERYTHING = [
    dict(itertools.chain.from_iterable(choice.items() for choice in choices))
    for choices in itertools.product(MODES, VECTORS, CACHES, DATABASES, OPALS, MODELS)
]
# Steps that have no factor in common with the numbers of choices meet every pair of choices.
SAMPLE = EVERYTHING[::17]


def _schema() -> jsonschema_rs.Validator:
    vendor = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    return jsonschema_rs.validator_for(json.loads(vendor.read_text(encoding="utf-8")))


def _all_good(combinations: Sequence[dict[str, Any]], judge: Judge, folder: Path) -> None:
    schema = _schema()
    # Made once: a key pair takes long.
    made = complete(configuration(opal=True), {})
    folders = []
    for number, answers in enumerate(combinations):
        given = dict(SECRETS)
        if answers.get("mongodb_external"):
            given["mongodb_uri"] = "mongodb+srv://canary:canary@db.example.com/"
        config = configuration(**given | answers)
        secrets = complete(config, made)
        compose, env = docker_compose(config), env_file(config, secrets)

        tree = yaml.load(compose, Loader=yaml.CSafeLoader)
        assert [error.message for error in schema.iter_errors(tree)] == [], answers
        assert [name for name, value in secrets.items() if value.strip() in compose] == [], answers
        assert "canary" not in compose, answers
        used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)\}", compose)) | _used_as_files(tree)
        assert used <= _variables(env), answers
        assert _variables(env) - used <= KEPT_FOR_OTHERS, answers
        assert read_env(env) == secrets, answers

        here = folder / str(number)
        here.mkdir()
        (here / "docker-compose.yaml").write_text(compose, encoding="utf-8")
        (here / ".env").write_text(env, encoding="utf-8")
        folders.append((here, answers, secrets))
    for verdict, (here, answers, secrets) in zip(judge(here for here, *_ in folders), folders, strict=True):
        assert "error" not in verdict, (answers, verdict)
        assert check_compose((here / "docker-compose.yaml").read_text(encoding="utf-8"), verdict["env"]) == [], answers
        assert {name: verdict["env"][variable(name)] for name in secrets} == secrets, answers
        server = verdict["project"]["services"]["aeterna"]
        assert server["environment"]["PGPASSWORD"] == secrets["postgresql_password"]
        assert server["environment"]["AETERNA_LOCAL_KMS_KEY"] == secrets["kms_key"]
        _waits_for_what_it_has(verdict["project"]["services"], answers)


def _variables(env: str) -> set[str]:
    return {line.partition("=")[0] for line in env.splitlines() if not line.startswith("#")}


def _used_as_files(tree: dict[str, Any]) -> set[str]:
    return {entry["environment"] for entry in tree.get("secrets", {}).values()}


def _waits_for_what_it_has(services: dict[str, Any], answers: dict[str, Any]) -> None:
    awaited = {other for service in services.values() for other in service.get("depends_on", {})}
    # `docker compose up --wait` takes a service that has ended for a failure, unless another one waits for its end.
    assert {name for name, service in services.items() if service["restart"] == "no"} <= awaited, answers
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            checked = "test" in services[other].get("healthcheck", {})
            assert checked == (how["condition"] == "service_healthy"), (answers, name, other)
            assert (services[other]["restart"] == "no") == (how["condition"] == "service_completed_successfully")


def test_a_sample_of_the_combinations(judge: Judge, tmp_path: Path) -> None:
    _all_good(SAMPLE, judge, tmp_path)


@pytest.mark.whole_product
def test_all_combinations(judge: Judge, tmp_path: Path) -> None:
    _all_good(EVERYTHING, judge, tmp_path)


def test_the_sample_meets_every_pair_of_choices() -> None:
    def pairs(combinations: Sequence[dict[str, Any]]) -> set[frozenset[tuple[str, Any]]]:
        names = ("mode", "vector_backend", "cache", "postgresql", "opal", "llm")
        return {
            frozenset((name, answers.get(name)) for name in two)
            for answers in combinations
            for two in itertools.combinations(names, 2)
        }

    assert pairs(SAMPLE) == pairs(EVERYTHING)
