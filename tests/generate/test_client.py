import json
from typing import Any

import pytest

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.editing import jsonc
from aeterna_nb.evaluate import evaluate
from tests.generate.test_config_toml import CENTRAL, LOCAL


def answers(**values: Any) -> Answers:
    return Answers().with_values(Origin.GIVEN, values)


def entry(**values: Any) -> Any:
    return json.loads(evaluate(answers(**values)).files["opencode.json"])["mcp"]["aeterna"]


def test_local_opencode_needs_no_token() -> None:
    assert entry(**LOCAL, opencode_tenant="acme", opencode_toolsets=["memory"]) == {
        "type": "local",
        "command": ["aeterna", "mcp", "--toolset", "memory"],
        "environment": {"AETERNA_SERVER_URL": "http://localhost:8080", "AETERNA_TENANT_ID": "acme"},
        "enabled": True,
    }


@pytest.mark.parametrize(
    ("auth", "token"),
    [("api-key", "{env:AETERNA_TOKEN}"), ("oauth2", "{env:AETERNA_TOKEN}"), ("service-account", None)],
)
def test_remote_opencode_reaches_the_central_server(auth: str, token: str | None) -> None:
    environment = entry(target="opencode-only", **CENTRAL | {"central_auth": auth})["environment"]
    assert environment["AETERNA_SERVER_URL"] == "https://central.example"
    assert environment.get("AETERNA_TOKEN") == token


def test_the_file_that_the_seeds_name_holds_the_same_entry() -> None:
    files = evaluate(answers(**LOCAL)).files
    assert json.loads(files[".config/opencode/mcp.json"]) == json.loads(files["opencode.json"])


def test_without_opencode_no_file_of_it_is_written() -> None:
    files = evaluate(answers(**LOCAL, opencode=False)).files
    assert not [name for name in files if "opencode" in name]
    assert ".aeterna/config.toml" in files


def test_the_entry_is_merged_into_the_file_that_is_there() -> None:
    files = evaluate(answers(**LOCAL), {"opencode.jsonc": '{"theme": "dark" /* mine */}'}).files
    assert "opencode.json" not in files
    assert "/* mine */" in files["opencode.jsonc"]
    assert jsonc.parse(files["opencode.jsonc"])["mcp"]["aeterna"]["command"][:2] == ["aeterna", "mcp"]


def test_a_file_that_cannot_be_read_forbids_writing_and_is_named() -> None:
    evaluation = evaluate(answers(**LOCAL), {"opencode.jsonc": '{"key": canary}'})
    assert [finding.question for finding in evaluation.errors] == ["opencode"]
    assert "The opencode.jsonc that is there can't be read: Line 1, column 9" in evaluation.errors[0].message
    assert "canary" not in evaluation.errors[0].message
