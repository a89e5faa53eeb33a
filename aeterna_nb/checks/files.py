"""Check 3: every generated file is read back as its reader will read it, and says what was decided.

The Compose file and those of chart values have checks of their own.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import ANSWERS_FILE, AnswersFileError, answers_in, parse_answers
from aeterna_nb.checks.schema_sentences import faults
from aeterna_nb.editing import jsonc
from aeterna_nb.findings import Finding
from aeterna_nb.generate.config_toml import own_profiles
from aeterna_nb.generate.files import (
    CONFIG_FILE,
    MCP_FILE,
)
from aeterna_nb.generate.opencode import CONFIG_FILES

CHECK = "files"
NOTHING: Mapping[str, Any] = {}

_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
_COMMON: dict[str, Any] = {"type": {}, "enabled": {"type": "boolean"}, "timeout": {"type": "integer", "minimum": 1}}
_LOCAL: dict[str, Any] = {
    "command": {"type": "array", "minItems": 1, "items": {"type": "string"}},
    "environment": _TEXTS,
}
_REMOTE: dict[str, Any] = {"url": {"type": "string"}, "headers": _TEXTS, "oauth": {"type": ["object", "boolean"]}}


def _opencode_schema(closed: bool) -> dict[str, Any]:
    """What OpenCode 1.18 takes: a wrong type ends it, an unknown key is dropped (docs/facts/tools.md#opencode).

    A file of ours is closed; into a file that was there people may have put keys of which we know nothing.
    """
    entry: dict[str, Any] = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": ["local", "remote"]}},
        "if": {"properties": {"type": {"const": "local"}}},
        "then": {"required": ["command"], "properties": _LOCAL | _COMMON, "additionalProperties": not closed},
        "else": {"required": ["url"], "properties": _REMOTE | _COMMON, "additionalProperties": not closed},
    }
    return {
        "type": "object",
        "required": ["$schema", "mcp"],
        "properties": {
            "$schema": {"const": "https://opencode.ai/config.json"} if closed else {"type": "string"},
            "mcp": {"type": "object", "required": ["aeterna"], "properties": {"aeterna": entry}},
        },
    }


# The keys that programs read (docs/facts/aeterna-server.md#configtoml); what follows them is for people.
_SECONDS = {"type": "integer", "minimum": 1}
_CONFIG_TOML: dict[str, Any] = {
    "type": "object",
    "required": ["default_profile", "profiles"],
    "properties": {
        "default_profile": {"type": "string"},
        "profiles": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["name", "server_url"],
                "properties": {
                    "name": {"type": "string"},
                    "server_url": {"type": "string", "pattern": "^https?://"},
                    "auth_method": {"enum": ["api_key", "git_hub"]},
                    "tenant_id": {"type": "string"},
                    "label": {"type": "string"},
                    "github_client_id": {"type": "string"},
                },
            },
        },
        "local": {
            "type": "object",
            "properties": {
                "enabled": {"type": "boolean"},
                "db_path": {"type": "string"},
                "sync_push_interval_ms": _SECONDS,
                "sync_pull_interval_ms": _SECONDS,
                "max_cached_entries": _SECONDS,
                "session_storage_ttl_hours": _SECONDS,
            },
        },
    },
}
_ASSIGNMENT = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=(.*)$", re.MULTILINE | re.ASCII)
_VALIDATORS = {
    name: jsonschema_rs.Draft202012Validator(schema, mask="the value")
    for name, schema in (
        ("opencode", _opencode_schema(closed=False)),
        ("mcp", _opencode_schema(closed=True)),
        ("toml", _CONFIG_TOML),
    )
}


def check_files(files: Mapping[str, str], shared: Mapping[str, Any] = NOTHING) -> list[Finding]:
    """Everything that is wrong with the generated files, by their names relative to the output folder.

    `shared` are the answers of the fleet that the configuration is part of, by question's name.
    A message never holds a value from a file.
    """
    sentences = [
        *_config_toml(files),
        *_opencode(files),
        *_answers(files, shared),
    ]
    return [Finding("error", f"{sentence}.", check=CHECK) for sentence in sentences]


def env_values(text: str) -> dict[str, str]:
    """The variables that a `.env` file gives, in the form in which they stand there.

    Good for knowing which there are and which are empty; quotes around a value are taken off, escapes are left.
    """
    return {match[1]: match[2].strip().strip("'\"") for match in _ASSIGNMENT.finditer(text)}


def _config_toml(files: Mapping[str, str]) -> Iterator[str]:
    if CONFIG_FILE not in files:
        return
    try:
        tree = tomllib.loads(files[CONFIG_FILE])
    except tomllib.TOMLDecodeError:
        yield f"{CONFIG_FILE} is not TOML"
        return
    # Other profiles are somebody's own.
    yield from _against("toml", CONFIG_FILE, {**tree, "profiles": own_profiles(tree)})
    profile = tree.get("default_profile")
    profiles = tree.get("profiles")
    if isinstance(profiles, Mapping) and profile not in profiles:
        yield f"{CONFIG_FILE} names the profile {profile} as its default and does not have it"


def _opencode(files: Mapping[str, str]) -> Iterator[str]:
    readers: dict[str, Callable[[str], Any]] = dict.fromkeys(CONFIG_FILES, jsonc.parse)
    readers[MCP_FILE] = json.loads
    for name, read in readers.items():
        if name not in files:
            continue
        try:
            tree = read(files[name])
        except ValueError:
            yield f"{name} is not JSON"
            continue
        yield from _against("mcp" if name == MCP_FILE else "opencode", name, tree)


def _against(schema: str, name: str, tree: Any) -> Iterator[str]:
    for error in _VALIDATORS[schema].iter_errors(tree):
        for where, fault in faults(error, "its reader"):
            yield f"{name}: {where} {fault}" if where else f"{name} {fault}"


def _answers(files: Mapping[str, str], shared: Mapping[str, Any]) -> Iterator[str]:
    """The answers file must give the same answers again: everything else is made from it."""
    if ANSWERS_FILE not in files:
        return
    try:
        tree = parse_answers(files[ANSWERS_FILE], ANSWERS_FILE)
    except AnswersFileError as error:
        yield str(error).rstrip(".")
        return
    below = Answers({Origin.FLEET: shared})
    values, found = answers_in(tree, below)
    for finding in found:
        yield f"{ANSWERS_FILE}: {finding.message.rstrip('.')}"
    again = below.with_values(Origin.FILE, values)
    # Beside what was decided a person may have written what is the default anyway.
    lost = any(value is not None and again.lookup(name) != _frozen(value) for name, value in values.items())
    if not found and (lost or not _within(again.decided(), tree)):
        yield f"{ANSWERS_FILE} does not give the answers again that it was made from"


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _within(part: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    return all(
        _within(value, whole.get(key, {})) if isinstance(value, Mapping) else whole.get(key) == value
        for key, value in part.items()
    )
