import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.config import SetupConfig
from aeterna_nb.generate.config_toml import config_toml

CANARY = "canary-91f3"
LOCAL = {
    "target": "docker-compose",
    "mode": "local",
    "vector_backend": "qdrant",
    "cache": "valkey",
    "postgresql": "cloudnative-pg",
    "llm": "none",
}
CENTRAL = {"central_url": "https://central.example", "central_auth": "api-key"}


def config(**answers: Any) -> SetupConfig:
    made, findings = Answers().with_values(Origin.GIVEN, answers).config()
    assert made is not None, findings
    return made


def read(**answers: Any) -> dict[str, Any]:
    return tomllib.loads(config_toml(config(**answers)))


def test_local_clients_reach_the_server_on_this_machine() -> None:
    file = read(**LOCAL)
    assert file["profiles"][file["default_profile"]] == {
        "name": "local",
        "server_url": "http://localhost:8080",
        "label": "Aeterna, local",
        "tenant_id": "default",
    }
    assert file["local"] == {"enabled": False}
    assert (file["target"], file["mode"]) == ("docker-compose", "local")
    assert (file["vector"]["backend"], file["cache"]["type"]) == ("qdrant", "valkey")


@pytest.mark.parametrize(
    ("ingress", "url"),
    [
        ({}, "http://localhost:8080"),
        ({"ingress": True, "ingress_host": "a.example"}, "http://a.example"),
        ({"ingress": True, "ingress_host": "a.example", "ingress_tls": "cert-manager"}, "https://a.example"),
    ],
)
def test_the_address_follows_the_ingress(ingress: dict[str, Any], url: str) -> None:
    assert read(**LOCAL | {"target": "kubernetes"} | ingress)["profiles"]["local"]["server_url"] == url


@pytest.mark.parametrize("target", ["kubernetes", "docker-compose", "opencode-only"])
def test_remote_clients_reach_the_central_server_with_a_key(target: str) -> None:
    mode = {} if target == "opencode-only" else {"mode": "remote"}
    file = read(target=target, **mode, **CENTRAL)
    assert file["profiles"]["remote"]["server_url"] == "https://central.example"
    assert file["profiles"]["remote"]["auth_method"] == "api_key"
    assert file["central"] == {"url": "https://central.example", "auth": {"method": "api-key"}}


def test_hybrid_keeps_a_store_at_hand_that_syncs_as_asked() -> None:
    file = read(**LOCAL | {"mode": "hybrid", "sync_interval": 60} | CENTRAL)
    assert file["local"] == {"enabled": True, "sync_push_interval_ms": 60000, "sync_pull_interval_ms": 60000}
    assert file["hybrid"]["sync_interval"] == 60
    assert file["profiles"]["hybrid"]["server_url"] == "http://localhost:8080"


def test_no_secret_stands_in_it_and_nothing_that_does_not_apply() -> None:
    text = config_toml(
        config(
            **LOCAL
            | CENTRAL
            | {"mode": "hybrid", "cache": "external", "redis_host": "redis.example", "redis_password": CANARY}
            | {"llm": "openai", "openai_api_key": CANARY, "central_api_key": CANARY, "dragonfly_memory": 4096}
        )
    )
    assert CANARY not in text
    assert "password" not in tomllib.loads(text)["cache"]
    assert "4096" not in text
    assert "replicas" not in tomllib.loads(text)["operations"]


@given(st.text(min_size=1, max_size=300) | st.sampled_from(["yes", "1e3", "0o17", "a: b # c", "'\"\\", "🙂" * 300]))
def test_what_was_typed_comes_back_or_is_refused(text: str) -> None:
    answers = Answers().with_values(Origin.GIVEN, LOCAL | {"opencode_tenant": text})
    made, findings = answers.config()
    if made is None:
        assert [finding.question for finding in findings if finding.severity == "error"] == ["opencode_tenant"]
        return
    file = tomllib.loads(config_toml(made))
    assert file["profiles"]["local"]["tenant_id"] == file["opencode"]["tenant"] == text.strip()
