from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.checks.files import check_files, env_values
from aeterna_nb.checks.values_files import check_decided, check_values
from aeterna_nb.config import SetupConfig
from aeterna_nb.evaluate import evaluate

BASE: dict[str, Any] = {
    "target": "kubernetes",
    "mode": "local",
    "vector_backend": "pgvector",
    "cache": "external",
    "redis_host": "redis.example.com",
    "postgresql": "external",
    "postgresql_host": "db.example.com",
    "postgresql_password": "canary-77ab",
    "llm": "none",
    "opal": False,
}
VALUES, SECRETS, TOML = "values.yaml", "values.secret.yaml", ".aeterna/config.toml"
OPENCODE, MCP, SETUP = "opencode.json", ".config/opencode/mcp.json", ".aeterna/setup.yaml"


def generated(**answers: Any) -> tuple[SetupConfig, dict[str, str]]:
    evaluation = evaluate(Answers().with_values(Origin.TYPED, {**BASE, **answers}))
    assert evaluation.config is not None, evaluation.findings
    return evaluation.config, dict(evaluation.files)


def messages(config: SetupConfig, files: dict[str, str]) -> list[str]:
    findings = [*check_files(files), *check_values(files), *check_decided(config, files)]
    assert "canary" not in repr(findings)
    assert {finding.severity for finding in findings} <= {"error"}
    return [finding.message for finding in findings]


@pytest.mark.parametrize("target", ["kubernetes", "docker-compose", "opencode-only"])
def test_what_the_generators_write_passes(target: str) -> None:
    answers = {"target": target}
    if target == "opencode-only":
        answers |= {"central_url": "https://central.example.com", "central_auth": "api-key"}
    assert messages(*generated(**answers)) == []


@pytest.mark.parametrize(
    "value", ["yes", "n", "1e3", "0o17", "0123", "12e3456", "a: b # c", "ü 😀", '"quoted"', "$HOME"]
)
def test_texts_that_readers_take_for_something_else_come_back_as_they_were(value: str) -> None:
    config, files = generated(llm="openai", openai_api_key="canary-1", openai_model=value)
    assert messages(config, files) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (VALUES, "redis.example.com", "other.example.com", "reads other values from values.yaml"),
        (VALUES, '"pgvector"', "pgvector: [", "values.yaml is not YAML that Helm can read"),
        (VALUES, 'mode: "local"', "mode: no", "reads other values from values.yaml"),
        (SECRETS, "postgresql:", "mode: hybrid\npostgresql:", "mode stands in values.yaml and in values.secret.yaml"),
        (TOML, "default_profile =", "default_profile", "config.toml is not TOML"),
        (TOML, 'default_profile = "local"', 'default_profile = "gone"', "names the profile gone as its default"),
        (TOML, 'server_url = "http', 'server_url = "ftp', "profiles.local.server_url is not right"),
        (TOML, 'server_url = "', 'url = "', "profiles.local lacks server_url"),
        (TOML, "enabled = false", 'enabled = "no"', "local.enabled must be true or false"),
        (MCP, '"command": [', '"args": [], "command": [', "mcp.aeterna has args, which its reader does not know"),
        (OPENCODE, '"type": "local"', '"type": "stdio"', "mcp.aeterna.type must be one of local, remote"),
        (OPENCODE, '"enabled": true', '"enabled": "true"', "mcp.aeterna.enabled must be true or false"),
        (OPENCODE, "{", "", "opencode.json is not JSON"),
        (OPENCODE, '"$schema"', '"schema"', "opencode.json lacks $schema"),
        (MCP, '"aeterna": {', '"other": {', "mcp lacks aeterna"),
        (MCP, "{", "// note\n{", "mcp.json is not JSON"),
        (SETUP, 'target: "kubernetes"', 'target: "kubernetes"\nunknown: 1', "There is no answer called unknown"),
        (SETUP, 'target: "kubernetes"', "target: [", "setup.yaml, line"),
        (SETUP, 'provider: "none"', 'provider: "none"\n  modell: "x"', "There is no answer called"),
        (SETUP, 'mode: "local"', 'mode: "local"\nhybrid:\n  sync_interval: 60', "does not give the answers again"),
    ],
)
def test_a_file_that_its_reader_would_refuse_or_misread_is_an_error(name: str, old: str, new: str, words: str) -> None:
    config, files = generated()
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    found = messages(config, files)
    assert any(words in message for message in found), found
    assert all(name in message for message in found)


def test_a_file_that_can_not_be_read_hides_no_other() -> None:
    config, files = generated()
    broken = {**files, OPENCODE: "{", MCP: "{", VALUES: "a: [", SECRETS: "a: [", TOML: "a"}
    found = messages(config, broken)
    assert [name for name in (OPENCODE, MCP, VALUES, SECRETS, TOML) if not any(name in text for text in found)] == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1\n# B=2\nC='x y'\nexport D=\"z\"\nE=\n", {"A": "1", "C": "x y", "D": "z", "E": ""}),
        ("", {}),
        ("no assignment", {}),
    ],
)
def test_the_variables_of_an_env_file_are_found(text: str, values: dict[str, str]) -> None:
    assert env_values(text) == values


def test_what_is_wrong_in_a_file_that_was_there_forbids_writing_and_what_is_unknown_does_not() -> None:
    answers = Answers().with_values(Origin.TYPED, BASE)
    wrong = evaluate(answers, {OPENCODE: '{"mcp": {"aeterna": {"timeout": "5s"}}}'})
    assert [finding.check for finding in wrong.errors] == ["files"]
    assert "mcp.aeterna.timeout must be a whole number" in wrong.errors[0].message
    assert evaluate(answers, {OPENCODE: '{"mcp": {"aeterna": {"note": "mine"}}, "theme": "x"}'}).errors == ()
