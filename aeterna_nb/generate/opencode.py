"""What OpenCode reads: the MCP entry that starts `aeterna mcp`, alone in `mcp.json` and merged into `opencode.json`.

OpenCode reads `opencode.json` and `opencode.jsonc`, not `mcp.json`; a program in the entry's `command` connects to it,
an entry of type `remote` does not connect to the server (docs/facts/tools.md#opencode,
docs/facts/aeterna-server.md#mcp).
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from aeterna_nb.editing import jsonc
from aeterna_nb.generate.foreign import ForeignFileError

SCHEMA = "https://opencode.ai/config.json"
TOKEN_REFERENCE = "{env:AETERNA_TOKEN}"
CONFIG_FILES = ("opencode.json", "opencode.jsonc")
"""The files that OpenCode merges, the later over the earlier."""

_OWN_VARIABLES = ("AETERNA_SERVER_URL", "AETERNA_TENANT_ID", "AETERNA_TOKEN")
_OF_REMOTE_ENTRIES = ("url", "headers", "oauth")
"""Settings that only an entry of type `remote` has."""
_OPEN: Mapping[tuple[str, ...], Callable[[Any], bool]] = {
    ("$schema",): lambda value: value == SCHEMA,
    ("mcp", "aeterna", "type"): lambda value: value in ("local", "remote"),
    ("mcp", "aeterna", "command"): lambda value: _is_ours(value),
    ("mcp", "aeterna", "environment", "AETERNA_SERVER_URL"): lambda value: not {"@", "?"} & set(str(value)),
    ("mcp", "aeterna", "environment", "AETERNA_TENANT_ID"): lambda value: isinstance(value, str),
}
"""Where what we write may be shown, and how it is told from what somebody else may have put there."""


def mcp_entry(
    server_url: str, *, tenant: str | None = None, token: bool = False, toolsets: Sequence[str] = ()
) -> dict[str, Any]:
    """The value of `mcp.aeterna`. With `token` it refers to AETERNA_TOKEN in the environment of OpenCode."""
    environment = {"AETERNA_SERVER_URL": server_url}
    if tenant is not None:
        environment["AETERNA_TENANT_ID"] = tenant
    if token:
        environment["AETERNA_TOKEN"] = TOKEN_REFERENCE
    return {
        "type": "local",
        "command": ["aeterna", "mcp", *(("--toolset", ",".join(toolsets)) if toolsets else ())],
        "environment": environment,
        "enabled": True,
    }


def mcp_json(entry: Mapping[str, Any]) -> str:
    """A file of its own with nothing but the entry."""
    return jsonc.dump({"$schema": SCHEMA, "mcp": {"aeterna": _spelt(entry)}})


def merged(present: str | None, entry: Mapping[str, Any], name: str = CONFIG_FILES[0]) -> str:
    """The present text of the OpenCode file `name` (None: there is none) with the entry in it, and a `$schema`.

    Everything else stays as it is: a `$schema` of one's own, other entries, further settings of this one, comments,
    order and layout. Raises ForeignFileError where the present text can't be read.
    """
    if present is None or not present.strip("\ufeff \t\r\n"):
        return mcp_json(entry)
    try:
        text = jsonc.prepended(present, "$schema", SCHEMA)
        for setting in _OF_REMOTE_ENTRIES:
            text = jsonc.remove(text, ("mcp", "aeterna", setting))
        for variable in _OWN_VARIABLES:
            if variable not in entry["environment"]:
                text = jsonc.remove(text, ("mcp", "aeterna", "environment", variable))
        return jsonc.merge(text, {"mcp": {"aeterna": _spelt(entry)}})
    except jsonc.JsoncError as error:
        raise ForeignFileError(f"The {name} that is there can't be read: {error}", name, "opencode") from None


def masked(text: str, mask: str) -> str:
    """The text of an OpenCode file as it may be shown: what others wrote may be a key, so all of that is masked."""
    if not text.strip():
        return text
    try:
        return jsonc.masked(text, mask, lambda path, value: path in _OPEN and _OPEN[path](value))
    except jsonc.JsoncError:
        return mask


def config_file(existing: Collection[str]) -> str:
    """Which of the files in a folder gets the entry: `opencode.jsonc` where it exists, else `opencode.json`.

    OpenCode reads `opencode.jsonc` last, so an entry there counts whatever the other file says.
    """
    return CONFIG_FILES[1] if CONFIG_FILES[1] in existing else CONFIG_FILES[0]


def _is_ours(command: Any) -> bool:
    """Whether a command is one that we write; anything else can have a key among its words."""
    return isinstance(command, list) and (
        command == ["aeterna", "mcp"] or (command[:3] == ["aeterna", "mcp", "--toolset"] and len(command) == 4)
    )


def _spelt(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with typed text spelt so that OpenCode leaves it alone: it replaces `{env:...}` before it parses."""
    environment = {
        name: value if name == "AETERNA_TOKEN" else _unreplaced(value) for name, value in entry["environment"].items()
    }
    return {**entry, "environment": environment}


def _unreplaced(text: str) -> jsonc.Verbatim:
    spelt = json.dumps(text, ensure_ascii=False)
    return jsonc.Verbatim(spelt.replace("{env:", "\\u007benv:").replace("{file:", "\\u007bfile:"))
