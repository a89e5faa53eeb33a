import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.editing import jsonc
from aeterna_nb.generate.foreign import ForeignFileError
from aeterna_nb.generate.opencode import config_file, masked, mcp_entry, mcp_json, merged

ENTRY = {
    "type": "local",
    "command": ["aeterna", "mcp"],
    "environment": {"AETERNA_SERVER_URL": "http://localhost:8080"},
    "enabled": True,
}


def as_opencode_reads(text: str, environment: dict[str, str] | None = None) -> Any:
    """OpenCode replaces references in the raw text before it parses (docs/facts/tools.md#opencode)."""
    replaced = re.sub(r"\{env:([^}]+)\}", lambda match: (environment or {}).get(match[1], ""), text)
    assert "{file:" not in replaced
    return jsonc.parse(replaced)


def test_the_smallest_entry() -> None:
    assert mcp_entry("http://localhost:8080") == ENTRY


def test_the_entry_with_everything() -> None:
    entry = mcp_entry("https://a.example", tenant="acme", token=True, toolsets=("memory", "graph"))
    assert entry["command"] == ["aeterna", "mcp", "--toolset", "memory,graph"]
    assert as_opencode_reads(mcp_json(entry), {"AETERNA_TOKEN": "t"})["mcp"]["aeterna"]["environment"] == {
        "AETERNA_SERVER_URL": "https://a.example",
        "AETERNA_TENANT_ID": "acme",
        "AETERNA_TOKEN": "t",
    }


@pytest.mark.parametrize("present", [None, "", "\n", "{}"])
def test_a_file_is_made_where_there_is_none(present: str | None) -> None:
    result = merged(present, ENTRY)
    assert json.loads(result) == {"$schema": "https://opencode.ai/config.json", "mcp": {"aeterna": ENTRY}}
    assert merged(result, ENTRY) == result


PRESENT = """\
{
  // how I like it
  "theme": "dark", /* really */
  "mcp": {
    "other": {"type": "remote", "url": "https://other.example/mcp"}, // keep
    "aeterna": {
      "type": "remote",
      "url": "http://old.example",
      "timeout": 9000, // slow
      "environment": {
        "AETERNA_TOKEN": "{env:AETERNA_TOKEN}",
        "HTTPS_PROXY": "http://proxy.example",
      },
    },
  },
}
"""


def test_other_entries_comments_and_layout_survive() -> None:
    assert (
        merged(PRESENT, ENTRY)
        == """\
{
  "$schema": "https://opencode.ai/config.json",
  // how I like it
  "theme": "dark", /* really */
  "mcp": {
    "other": {"type": "remote", "url": "https://other.example/mcp"}, // keep
    "aeterna": {
      "type": "local",
      "timeout": 9000, // slow
      "environment": {
        "HTTPS_PROXY": "http://proxy.example",
        "AETERNA_SERVER_URL": "http://localhost:8080",
      },
      "command": ["aeterna", "mcp"],
      "enabled": true,
    },
  },
}
"""
    )


def test_merging_again_changes_nothing_and_going_back_and_forth_only_the_entry() -> None:
    plain = merged(PRESENT, ENTRY)
    assert merged(plain, ENTRY) == plain
    full = merged(plain, mcp_entry("https://a.example", tenant="t", token=True))
    assert merged(full, ENTRY) == plain


@pytest.mark.parametrize("theirs", ["https://example.com/pinned/config.json", "./schemas/opencode.json"])
def test_a_schema_that_somebody_chose_stays(theirs: str) -> None:
    text = f'{{"theme": "x", "$schema": "{theirs}"}}'
    assert merged(text, ENTRY).startswith(f'{{"theme": "x", "$schema": "{theirs}", "mcp": {{')


@pytest.mark.parametrize("present", ["{", "[]", '{"mcp": []}', '{"mcp": {"aeterna": "canary"}}', '{"key": canary}'])
def test_a_file_that_cannot_be_merged_into_is_refused_without_its_content(present: str) -> None:
    with pytest.raises(ForeignFileError, match="Mend it, or move it away") as caught:
        merged(present, ENTRY)
    assert "canary" not in str(caught.value)


typed = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1) | st.sampled_from(
    ["yes", "1e3", "a: b # c", '"', "\\", "$x", "{env:HOME}", "{file:/etc/passwd}", "\\{env:HOME}", "🙂" * 300]
)


@given(url=typed, tenant=typed, before=st.sampled_from([None, "{}", PRESENT]))
def test_whatever_was_typed_comes_back_unchanged(url: str, tenant: str, before: str | None) -> None:
    text = merged(before, mcp_entry(url, tenant=tenant))
    environment = as_opencode_reads(text, {"HOME": "replaced"})["mcp"]["aeterna"]["environment"]
    assert (environment["AETERNA_SERVER_URL"], environment["AETERNA_TENANT_ID"]) == (url, tenant)
    assert merged(text, mcp_entry(url, tenant=tenant)) == text


@pytest.mark.parametrize(
    ("existing", "chosen"),
    [
        ([], "opencode.json"),
        (["opencode.json"], "opencode.json"),
        (["opencode.jsonc"], "opencode.jsonc"),
        (["opencode.json", "opencode.jsonc"], "opencode.jsonc"),
    ],
)
def test_the_entry_goes_where_it_counts(existing: list[str], chosen: str) -> None:
    assert config_file(existing) == chosen


def test_what_is_shown_of_the_file_is_ours() -> None:
    shown = masked(merged(PRESENT, ENTRY), "*")
    assert "http://localhost:8080" in shown
    assert '["aeterna", "mcp"]' in shown
    assert "https://opencode.ai/config.json" in shown
    assert "proxy.example" not in shown
    assert "other.example" not in shown
    assert masked("{ nonsense", "*") == "*"


@pytest.mark.parametrize(
    "theirs",
    [
        '{"$schema": "https://example.com/canary.json?token=1"}',
        '{"mcp": {"aeterna": {"type": "local", "command": ["npx", "bridge", "--token", "canary"]}}}',
        '{"mcp": {"aeterna": {"command": ["aeterna", "mcp", "--toolset", "memory", "--token", "canary"]}}}',
        '{"mcp": {"aeterna": {"environment": {"AETERNA_SERVER_URL": "https://canary@example.com"}}}}',
        '{"mcp": {"aeterna": {"environment": {"AETERNA_SERVER_URL": ["canary?"]}}}}',
        '{"url": "https://example.com", // "apiKey": "canary"\n "theme": "x"}',
        '{/* canary */ "pin": 911911, "shortcut": "// no comment"}',
    ],
)
def test_what_somebody_wrote_is_not_shown_wherever_it_stands(theirs: str) -> None:
    shown = masked(theirs, "*")
    assert "canary" not in shown
    assert "911911" not in shown
    assert jsonc.parse(shown).keys() == jsonc.parse(theirs).keys()
