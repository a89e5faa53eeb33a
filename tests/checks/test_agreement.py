from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.checks.agreement import check_agreement
from aeterna_nb.evaluate import Evaluation, evaluate

HYBRID: dict[str, Any] = {
    "target": "kubernetes",
    "mode": "hybrid",
    "central_url": "https://central.example.com",
    "central_auth": "api-key",
    "vector_backend": "pgvector",
    "cache": "external",
    "redis_host": "redis.example.com",
    "postgresql": "external",
    "postgresql_host": "db.example.com",
    "postgresql_password": "canary-0c1d",
    "llm": "none",
    "opal": False,
}
COMPOSE, TOML = "docker-compose.yaml", ".aeterna/config.toml"
OPENCODE, MCP = "opencode.json", ".config/opencode/mcp.json"


def evaluated(**answers: Any) -> Evaluation:
    evaluation = evaluate(Answers().with_values(Origin.TYPED, {**HYBRID, **answers}))
    assert evaluation.config is not None, evaluation.findings
    return evaluation


def messages(evaluation: Evaluation, **replaced: tuple[str, str, str]) -> list[str]:
    files = dict(evaluation.files)
    for name, old, new in replaced.values():
        assert old in files[name], (name, old)
        files[name] = files[name].replace(old, new, 1)
    findings = check_agreement(files, evaluation.manifests)
    assert "canary" not in repr(findings)
    return [finding.message for finding in findings]


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"target": "docker-compose"},
        {
            "target": "docker-compose",
            "postgresql_host": "localhost",
            "redis_host": "127.0.0.1",
            "redis_password": "canary",
        },
        {"postgresql_host": "fd00::1"},
        {"target": "docker-compose", "postgresql_host": "fd00::1"},
        {"ingress": True, "ingress_host": "aeterna.example.com", "ingress_tls": "cert-manager"},
        {"secret_provider": "existing", "existing_secret_name": "theirs"},
        {"mode": "remote"},
        {"target": "opencode-only"},
        {"mode": "local", "postgresql": "cloudnative-pg", "cache": "dragonfly"},
    ],
)
def test_outputs_of_one_configuration_agree(answers: dict[str, Any]) -> None:
    assert messages(evaluated(**answers)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (TOML, 'mode = "hybrid"', 'mode = "local"', "about the mode"),
        (TOML, 'url = "https://central.', 'url = "https://other.', "about the central server's address"),
        (TOML, 'host = "db.example.com"', 'host = "db2.example.com"', "about the host of PostgreSQL"),
        (TOML, "port = 5432", "port = 5433", "about the port of PostgreSQL"),
        (TOML, 'user = "aeterna"', 'user = "app"', "about the database user"),
        (TOML, 'host = "redis.example.com"', 'host = "redis2.example.com"', "about the host of Redis"),
        (TOML, "port = 6379", "port = 6380", "about the port of Redis"),
        (TOML, "sync_interval = 300", "sync_interval = 30", "about the sync interval"),
        (TOML, 'version = "v0.8.0-rc.9"', 'version = "v0.8.0-rc.8"', "about the server version"),
        (
            TOML,
            'server_url = "http://localhost:8080"',
            'server_url = "http://localhost:9090"',
            "address that clients use",
        ),
        (MCP, "http://localhost:8080", "http://localhost:9090", "about the address that clients use"),
        (
            OPENCODE,
            '"AETERNA_TENANT_ID": "default"',
            '"AETERNA_TENANT_ID": "other"',
            "about the tenant that clients name",
        ),
    ],
)
@pytest.mark.parametrize("target", ["kubernetes", "docker-compose"])
def test_an_output_that_says_something_else_is_an_error(target: str, name: str, old: str, new: str, words: str) -> None:
    found = messages(evaluated(target=target), changed=(name, old, new))
    assert any(words in message and "disagree" in message for message in found), found


def test_clients_must_use_the_port_that_compose_opens() -> None:
    evaluation = evaluated(target="docker-compose")
    found = messages(evaluation, changed=(COMPOSE, "127.0.0.1:8080:8080", "127.0.0.1:9090:8080"))
    assert found == ["Clients use http://localhost:8080, but Compose opens the port 9090."]


def test_clients_must_use_the_host_of_the_ingress() -> None:
    evaluation = evaluated(ingress=True, ingress_host="aeterna.example.com")
    url = "http://aeterna.example.com"
    replaced = {name: (name, url, "http://other.example.com") for name in (TOML, MCP, OPENCODE)}
    found = messages(evaluation, **replaced)
    assert found == ["Clients use http://other.example.com, but the Ingress answers for aeterna.example.com."]


def test_the_secret_that_exists_must_be_read() -> None:
    evaluation = evaluated(secret_provider="existing", existing_secret_name="theirs")
    found = messages(evaluation, changed=(TOML, '"theirs"', '"others"'))
    assert found == ["The credentials are in the Secret others, but no manifest reads it."]
