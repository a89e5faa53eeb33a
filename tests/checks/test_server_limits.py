from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.checks.server_limits import LIMITS, check_server_limits, fitness, limits_of_choice, unused
from aeterna_nb.config import SetupConfig
from aeterna_nb.findings import Finding
from aeterna_nb.questions import by_name
from tests.samples import LOCAL, REMOTE, answers

BASE: dict[str, Any] = {
    "target": "kubernetes",
    "mode": "local",
    "vector_backend": "qdrant",
    "cache": "valkey",
    "postgresql": "cloudnative-pg",
    "llm": "none",
    "opal": False,
}
HYBRID = {"mode": "hybrid", "central_url": "https://central.example.com", "central_auth": "api-key"}
REDIS = {"cache": "external", "redis_host": "redis.example.com"}
POSTGRESQL = {"postgresql": "external", "postgresql_host": "db.example.com", "postgresql_password": "canary-a81d"}
ALWAYS_THERE = {"vector_backend"}


def configured(**answers: Any) -> SetupConfig:
    config, findings = Answers().with_values(Origin.TYPED, {**BASE, **answers}).config()
    assert config is not None, findings
    return config


def found(**answers: Any) -> list[Finding]:
    findings = check_server_limits(configured(**answers))
    assert "canary" not in repr(findings)
    assert all(finding.severity == "warning" and finding.cure for finding in findings)
    return findings


def questions_of(findings: list[Finding]) -> set[str]:
    return {finding.question for finding in findings}


@pytest.mark.parametrize(
    ("question", "chosen", "instead"),
    [
        ("llm", {"llm": "anthropic"}, {"llm": "openai", "openai_api_key": "canary-1"}),
        ("llm", {"llm": "anthropic", "anthropic_api_key": "canary-1"}, {"llm": "none"}),
        ("ollama_host", {"llm": "ollama"}, {"llm": "bedrock", "bedrock_region": "us-east-1"}),
        ("redis_password", {**REDIS, "redis_password": "canary-2"}, REDIS),
        ("redis_host", REDIS, {"cache": "dragonfly"}),
        ("opal", {"opal": True}, {"opal": False}),
        (
            "offline_cedar",
            {**HYBRID, "opal": True, "offline_cedar": True},
            {**HYBRID, "opal": True, "offline_cedar": False},
        ),
        ("sync_layers", HYBRID, {"mode": "local"}),
        ("central_auth", HYBRID, {"mode": "local"}),
        ("tracing", {"tracing": True}, {"tracing": False}),
        ("log_format", {"log_format": "json"}, {"log_format": "text"}),
        ("feature_cca", {"feature_cca": False}, {"feature_cca": True}),
        ("postgresql_prepared", POSTGRESQL, {**POSTGRESQL, "postgresql_prepared": True}),
        ("postgresql_prepared", POSTGRESQL, {"postgresql": "cloudnative-pg"}),
        ("postgresql_user", {**POSTGRESQL, "postgresql_user": "app"}, POSTGRESQL),
    ],
)
def test_a_limit_warns_where_it_applies_and_only_there(
    question: str, chosen: dict[str, Any], instead: dict[str, Any]
) -> None:
    assert question in questions_of(found(**chosen))
    assert question not in questions_of(found(**instead))


@pytest.mark.parametrize(
    "answers",
    [
        {"vector_backend": "qdrant"},
        {"vector_backend": "qdrant", "qdrant_host": "q.example.com"},
        {"vector_backend": "pgvector"},
        {"vector_backend": "weaviate"},
        {
            "vector_backend": "pinecone",
            "pinecone_index_name": "i",
            "pinecone_environment": "e",
            "pinecone_api_key": "canary",
        },
        {"vector_backend": "vertex-ai", "vertex_ai_project": "p"},
        {
            "vector_backend": "databricks",
            "databricks_workspace_url": "https://d.example.com",
            "databricks_token": "canary-3",
        },
    ],
)
def test_every_vector_store_warns_that_it_is_not_used_yet(answers: dict[str, Any]) -> None:
    findings = [
        finding
        for finding in found(**answers)
        if finding.question == "vector_backend" and "does not use a vector store yet" in finding.message
    ]
    assert len(findings) == 1
    title = next(o.title for o in by_name()["vector_backend"].options if o.value == answers["vector_backend"])
    assert title in findings[0].message


def test_weaviate_tells_how_tenants_are_kept_apart() -> None:
    assert [f for f in found(vector_backend="weaviate") if "tenants" in f.message]
    assert not [f for f in found(vector_backend="qdrant") if "tenants" in f.message]


def test_the_bundled_mongodb_warns_twice_and_atlas_once() -> None:
    bundled = [f for f in found(vector_backend="mongodb") if f.question == "vector_backend"]
    atlas = [
        f for f in found(vector_backend="mongodb", mongodb_uri="mongodb://canary") if f.question == "vector_backend"
    ]
    assert (len(bundled), len(atlas)) == (2, 1)


def test_sentences_carry_the_answers_and_the_sql_to_run() -> None:
    findings = found(**{**POSTGRESQL, "postgresql_user": "app", "postgresql_database": "memory"})
    prepared = next(finding for finding in findings if finding.question == "postgresql_prepared")
    assert 'ALTER ROLE "app" CREATEROLE BYPASSRLS' in prepared.cure
    assert 'ALTER DATABASE "memory" OWNER TO "app"' in prepared.cure
    ollama = next(f for f in found(llm="ollama", ollama_host="http://models:11434") if f.question == "ollama_host")
    assert "http://models:11434" in ollama.message
    assert "v0.8.0-rc.9" in next(f for f in found() if f.question == "vector_backend").message


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("v0.8.0-rc.6", None),
        ("v0.8.0-rc.9", None),
        ("v0.7.0", "stops in server version v0.7.0"),
        ("v0.8.0-rc.5", "stops in server version"),
        ("v0.8.0-rc.10", "stops in server version"),
        ("v0.8.0-rc.12", "stops in server version"),
        ("v0.8.0-rc.13", "Nothing is known"),
        ("v0.8.0", "Nothing is known"),
        ("v1.0.0", "Nothing is known"),
        ("v0.4.0", "Nothing is known"),
        ("sha-1234567", "Nothing is known"),
    ],
)
def test_versions_whose_migration_stops_or_that_nobody_tried_warn(version: str, words: str | None) -> None:
    findings = [finding for finding in found(server_version=version) if finding.question == "server_version"]
    assert [finding.message for finding in findings if words and words in finding.message] == [
        finding.message for finding in findings
    ]
    assert bool(findings) is (words is not None)


def test_where_no_server_runs_there_are_no_limits() -> None:
    remote = {
        "target": "kubernetes",
        "mode": "remote",
        "central_url": "https://c.example.com",
        "central_auth": "api-key",
    }
    config, _ = Answers().with_values(Origin.TYPED, remote).config()
    assert config is not None
    assert check_server_limits(config) == []


def test_every_limit_belongs_to_a_question_and_names_no_secret() -> None:
    for limit in LIMITS:
        assert limit.question in by_name()
        for alternative in limit.when.alternatives:
            assert set(alternative) <= set(by_name())


def test_a_plain_local_installation_has_no_warning_but_the_one_about_vector_stores() -> None:
    assert questions_of(found()) == ALWAYS_THERE


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("llm", "anthropic", "can't use Anthropic"),
        ("llm", "openai", ""),
        ("llm", "ollama", "knows no Ollama by name"),
        ("cache", "external", "without TLS"),
        ("cache", "valkey", ""),
        ("mode", "hybrid", "a stub that approves everything"),
        ("vector_backend", "pinecone", ""),
        ("vector_backend", "mongodb", "can't search by meaning"),
        ("tracing", True, "sends no traces"),
        ("tracing", False, ""),
    ],
)
def test_an_option_says_what_the_server_cannot_do_because_of_it(name: str, value: object, words: str) -> None:
    said = limits_of_choice(name, answers(LOCAL, **{name: value}).lookup)
    assert words in " ".join(said)
    assert bool(said) is bool(words)


def test_where_no_server_runs_no_option_has_a_limit() -> None:
    assert limits_of_choice("mode", answers(REMOTE).lookup) == []


@pytest.mark.parametrize(
    ("chosen", "lacking"),
    [
        ({}, {"vector_backend", "opal", "llm"}),
        ({"llm": "openai"}, {"vector_backend", "opal"}),
        ({"llm": "anthropic", "opal": False}, {"vector_backend", "opal", "llm"}),
        ({"llm": "openai", "tracing": True}, {"vector_backend", "opal", "tracing"}),
        ({"mode": "hybrid"}, {"vector_backend", "opal", "llm", "sync_layers", "central_auth"}),
        ({"llm": "openai", "server_version": "v0.8.0-rc.11"}, {"vector_backend", "opal", "server_version"}),
    ],
)
def test_what_will_not_be_possible_is_one_sentence_and_each_part_has_its_cure(
    chosen: dict[str, object], lacking: set[str]
) -> None:
    fit = fitness(answers(LOCAL, **chosen).lookup)
    assert fit is not None
    assert {finding.question for _, finding in fit.lacking} == lacking
    assert all(finding.cure for _, finding in fit.lacking)
    assert fit.words.count(".") == fit.version.count(".") + 1
    assert all(lacks in fit.words for lacks, _ in fit.lacking)


def test_where_no_server_runs_nothing_is_said_of_what_it_can_do() -> None:
    assert fitness(answers(REMOTE).lookup) is None
    assert fitness(Answers().lookup) is None
    assert fitness(answers({"target": "kubernetes", "mode": "local"}).lookup) is None, "the stores are not chosen yet"


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({}, ["Qdrant", "OPAL"]),
        ({"vector_backend": "mongodb", "opal": False}, ["MongoDB"]),
        ({"qdrant_host": "vectors.example.com"}, ["OPAL"]),
        ({"vector_backend": "pgvector", "opal": False}, []),
        ({"vector_backend": "pinecone", "opal": False}, []),
    ],
)
def test_what_is_installed_and_not_used_is_named_with_the_answer_that_leaves_it_out(
    chosen: dict[str, object], names: list[str]
) -> None:
    given = answers(LOCAL, **chosen)
    found = unused(given.lookup)
    assert [part.name for part in found] == names
    without = given.with_values(Origin.TYPED, dict(part.without for part in found))
    assert unused(without.lookup) == ()


@pytest.mark.parametrize(
    ("target", "says"), [("docker-compose", "no container reads them"), ("kubernetes", "as files")]
)
def test_where_an_oauth2_client_ends_is_said_for_each_target(target: str, says: str) -> None:
    oauth2 = {"central_auth": "oauth2", "central_client_id": "me", "central_token_url": "https://a.example.com/t"}
    findings = found(**{**HYBRID, **oauth2, "target": target, "central_client_secret": "canary-3"})
    assert [says in item.message for item in findings if item.question == "central_auth"] == [True]
