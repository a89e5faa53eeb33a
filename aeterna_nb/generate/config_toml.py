"""`.aeterna/config.toml`: a profile for Aeterna's clients, and what was decided, for people to read.

Programs read `default_profile`, `[profiles.*]` and `[local]` (docs/facts/aeterna-server.md#configtoml); the
server itself reads no file. No secrets of ours. The file belongs to the clients: other profiles, which may hold tokens,
and whatever else somebody put there stay.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import Table

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.central import ApiKey
from aeterna_nb.config.opencode import OpenCodeOn
from aeterna_nb.editing import toml_edit
from aeterna_nb.generate.client import client_url, wants_token
from aeterna_nb.generate.foreign import ForeignFileError
from aeterna_nb.questions import AnswerError, Question, by_name, plain, questions, value_in
from aeterna_nb.reading.leaves import KeyPath

CONFIG_FILE = ".aeterna/config.toml"
HEADER = "Made from .aeterna/setup.yaml: the profile labelled Aeterna, and what follows. Change the answers there."
READ_BY_PROGRAMS = "The aeterna command, its MCP bridge and the OpenCode plugin read these tables:"
DESCRIPTIVE = "What follows says what was decided. No program reads it."
_COMMENTS = frozenset({HEADER, READ_BY_PROGRAMS, DESCRIPTIVE})
_IN_PROFILE = ("name", "server_url", "label", "auth_method", "tenant_id")
_IN_LOCAL = ("enabled", "sync_push_interval_ms", "sync_pull_interval_ms")


def config_toml(config: SetupConfig, present: str | None = None) -> str:
    """The text of the file, where `present` may be there already.

    What is ours in that (`_is_ours`) says what the answers say now; all else stays as it is. A file in which all is
    ours is made as if there were none, so that equal answers give equal bytes. `default_profile` stays where it names a
    profile that is not ours. Raises ForeignFileError where the present text can't be
    read.
    """
    if present is None or not present.strip():
        return _fresh(config)
    try:
        tree = toml_edit.parse(present)
        profiles = own_profiles(tree)
        if not _foreign(tree, profiles) and _COMMENTS.issuperset(toml_edit.comments(present)):
            return _fresh(config)
        name = _free_name(config, tree, profiles)
        wanted = {**_decided(config), "profiles": {name: _profile(config, name)}, "local": _local(config)}
        default = tree.get("default_profile")
        if default is None or default in profiles:
            wanted = {"default_profile": name, **wanted}
        goes = {other for other in profiles if not set(tree["profiles"][other]) - set(_IN_PROFILE)}
        return toml_edit.changed(present, wanted, lambda path: _is_ours(path, goes | {name}), HEADER)
    except toml_edit.TomlError as error:
        raise ForeignFileError(f"The {CONFIG_FILE} that is there can't be changed: {error}", CONFIG_FILE) from None


def own_profiles(tree: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The profiles in a file that are ours: those that bear the label which we give a profile of that name."""
    profiles = tree.get("profiles")
    return {
        name: profile
        for name, profile in (profiles.items() if isinstance(profiles, Mapping) else ())
        if isinstance(profile, Mapping) and profile.get("label") == _label(name)
    }


def own_profile(tree: Mapping[str, Any]) -> Mapping[str, Any]:
    """The profile that was made from the answers which the file describes; empty where there is none."""
    name, profiles = str(tree.get("mode", "remote")), own_profiles(tree)
    return profiles.get(name) or profiles.get(_other_name(name)) or {}


def masked(text: str, mask: str) -> str:
    """The text of the file as it may be shown: all that is not ours is masked, since it may be a token."""
    try:
        own = set(own_profiles(toml_edit.parse(text)))
        return toml_edit.masked(text, mask, lambda path, value: _is_open(path, value, own), _COMMENTS)
    except toml_edit.TomlError:
        return mask


def profile_name(config: SetupConfig) -> str:
    """How the profile is called where that name is free: as the mode."""
    return config.mode or "remote"


def _label(name: str) -> str:
    return f"Aeterna, {name}"


def _other_name(name: str) -> str:
    return f"aeterna-{name}"


def _free_name(config: SetupConfig, tree: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    """The profile's name, or another one where somebody's own profile is called so."""
    name = profile_name(config)
    taken = tree.get("profiles", {})
    return name if not isinstance(taken, Mapping) or not taken.get(name) or name in own else _other_name(name)


def _is_ours(path: KeyPath, profiles: set[str]) -> bool:
    """Whether a value is one that we write: in our profiles, in `[local]`, or the answer to a question."""
    match path:
        case ("profiles", name, key):
            return name in profiles and key in _IN_PROFILE
        case ("local", key):
            return key in _IN_LOCAL
    return path in _answers()


def _is_open(path: KeyPath, value: Any, profiles: set[str]) -> bool:
    """Whether a value may be shown: it is ours, and nothing that only somebody else can have written."""
    if path == ("default_profile",):
        return isinstance(value, str)
    if not _is_ours(path, profiles):
        return False
    if path in _answers():
        return any(_takes(question, value) for question in _answers()[path])
    return path[-1] != "server_url" or not {"@", "?"} & set(str(value))


def _takes(question: Question, value: Any) -> bool:
    try:
        question.check(value)
    except AnswerError:
        return False
    return True


@cache
def _answers() -> Mapping[KeyPath, list[Question]]:
    """The questions whose answers stand in the file, by their paths."""
    found: dict[KeyPath, list[Question]] = {}
    for question in questions():
        if not question.secret and not question.multiline:
            found.setdefault(question.path, []).append(question)
    return found


def _foreign(tree: Mapping[str, Any], profiles: Mapping[str, Any], path: KeyPath = ()) -> bool:
    """Whether something in the file is not ours."""
    for key, value in tree.items():
        here = (*path, key)
        if isinstance(value, Mapping):
            if _foreign(value, profiles, here):
                return True
        elif here == ("default_profile",):
            if value not in profiles:
                return True
        elif not _is_ours(here, set(profiles)):
            return True
    return False


def _fresh(config: SetupConfig) -> str:
    document = tomlkit.document()
    document.add(tomlkit.comment(HEADER))
    name = profile_name(config)
    document.add("default_profile", tomlkit.item(name))
    decided = _decided(config)
    for key, value in decided.items():
        if not isinstance(value, dict):
            document.add(key, tomlkit.item(value))
    _add_comment(document, READ_BY_PROGRAMS)
    profiles = tomlkit.table(is_super_table=True)
    profiles.add(name, _table(_profile(config, name)))
    document.add("profiles", profiles)
    document.add("local", _table(_local(config)))
    _add_comment(document, DESCRIPTIVE)
    for key, value in decided.items():
        if isinstance(value, dict):
            document.add(key, _table(value))
    return tomlkit.dumps(document)


def _profile(config: SetupConfig, name: str) -> dict[str, Any]:
    profile = {"name": name, "server_url": client_url(config), "label": _label(name)}
    if wants_token(config) and config.central is not None and isinstance(config.central.auth, ApiKey):
        profile["auth_method"] = "api_key"
    if isinstance(config.opencode, OpenCodeOn):
        profile["tenant_id"] = config.opencode.tenant
    return profile


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
