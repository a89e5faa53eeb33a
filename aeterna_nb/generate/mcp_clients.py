"""The MCP entry in the forms that clients other than OpenCode document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ClientEntry:
    """A client, the file that it reads, and what belongs into it, on one line."""

    client: str
    file: str
    text: str


def other_clients(entry: Mapping[str, Any]) -> tuple[ClientEntry, ...]:
    """The OpenCode entry for VS Code, Cursor and Zed, as each one's documentation of November 2026 has it.

    A token is left out: they have different words for a reference, and all of them hand on their own environment.
    """
    program, *arguments = entry["command"]
    environment = {name: value for name, value in entry["environment"].items() if name != "AETERNA_TOKEN"}
    server = {"command": program, "args": arguments, "env": environment}
    forms = (
        ("VS Code", ".vscode/mcp.json", {"servers": {"aeterna": {"type": "stdio", **server}}}),
        ("Cursor", ".cursor/mcp.json", {"mcpServers": {"aeterna": server}}),
        ("Zed", "its settings.json", {"context_servers": {"aeterna": server}}),
    )
    return tuple(ClientEntry(client, file, json.dumps(tree, ensure_ascii=False)) for client, file, tree in forms)
