"""`.aeterna/config.toml`: a profile for Aeterna's clients, and what was decided, for people to read.

Programs read `default_profile`, `[profiles.*]` and `[local]` (docs/facts/aeterna-server.md#configtoml); the
server itself reads no file. No secrets.
"""

from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import Table

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.central import ApiKey
from aeterna_nb.config.opencode import OpenCodeOn
from aeterna_nb.generate.client import client_url, wants_token
from aeterna_nb.questions import by_name, plain, questions, value_in

HEADER = "Made from the answers in .aeterna/setup.yaml. Change the answers, not this file. No secrets stand here."
READ_BY_PROGRAMS = "The aeterna command, its MCP bridge and the OpenCode plugin read these tables:"
DESCRIPTIVE = "What follows says what was decided. No program reads it."


def config_toml(config: SetupConfig) -> str:
    """The text of the file."""
    document = tomlkit.document()
    document.add(tomlkit.comment(HEADER))
    document.add("default_profile", tomlkit.item(profile_name(config)))
    decided = _decided(config)
    for name, value in decided.items():
        if not isinstance(value, dict):
            document.add(name, tomlkit.item(value))
    _add_comment(document, READ_BY_PROGRAMS)
    document.add("profiles", _profiles(config))
    document.add("local", _table(_local(config)))
    _add_comment(document, DESCRIPTIVE)
    for name, value in decided.items():
        if isinstance(value, dict):
            document.add(name, _table(value))
    return tomlkit.dumps(document)


def profile_name(config: SetupConfig) -> str:
    """How the profile is called: as the mode."""
    return config.mode or "remote"


def _profiles(config: SetupConfig) -> Table:
    name = profile_name(config)
    profile = {"name": name, "server_url": client_url(config), "label": f"Aeterna, {name}"}
    if wants_token(config) and config.central is not None and isinstance(config.central.auth, ApiKey):
        profile["auth_method"] = "api_key"
    if isinstance(config.opencode, OpenCodeOn):
        profile["tenant_id"] = config.opencode.tenant
    profiles = tomlkit.table(is_super_table=True)
    profiles.add(name, _table(profile))
    return profiles


def _local(config: SetupConfig) -> dict[str, Any]:
    """The plugin's store on the client's machine: wanted where work goes on while the central server is away."""
    if config.hybrid is None:
        return {"enabled": False}
    milliseconds = config.hybrid.sync_interval * 1000
    return {"enabled": True, "sync_push_interval_ms": milliseconds, "sync_pull_interval_ms": milliseconds}


def _decided(config: SetupConfig) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for question in questions():
        value = value_in(config, question)
        if value is None or question.secret or question.multiline:
            continue
        if question.applies(lambda name: value_in(config, by_name()[name])):
            table = tree
            for part in question.path[:-1]:
                table = table.setdefault(part, {})
            table[question.path[-1]] = plain(value)
    return tree


def _table(values: dict[str, Any]) -> Table:
    table = tomlkit.table()
    # Tables last: a plain key after a table would belong to it.
    for name, value in sorted(values.items(), key=lambda item: isinstance(item[1], dict)):
        table.add(name, _table(value) if isinstance(value, dict) else tomlkit.item(value))
    return table


def _add_comment(document: TOMLDocument, text: str) -> None:
    document.add(tomlkit.nl())
    document.add(tomlkit.comment(text))
    document.add(tomlkit.nl())
