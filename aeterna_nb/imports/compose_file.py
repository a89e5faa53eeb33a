"""Compose files as Compose reads them: variables replaced, files merged, the environment as texts by name.

The rules are compose-go's (2.14); a test compares what is read with `docker compose config`. What this workbench has no
use for stays as it is written, such as ports and volumes in their short form.
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.imports.compose_merge import OVERRIDE, RESET, Tree, merged
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.dotenv import variables
from aeterna_nb.reading.go_yaml import go_scalar
from aeterna_nb.reading.interpolation import InterpolationError, MissingVariable, interpolated
from aeterna_nb.reading.yaml_tree import Tagged, documents

BASE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""The names under which Compose looks for its file; the first that there is counts."""

OVERRIDE_NAMES = tuple(name.replace("compose.", "compose.override.") for name in BASE_NAMES)
"""The names of the file that Compose lays over that one."""

FOUND_BY_COMPOSE = (BASE_NAMES, OVERRIDE_NAMES)
"""What Compose looks for in a folder, in the order in which it is merged."""


@dataclass(frozen=True, slots=True)
class ComposeProject:
    """What Compose files say together.

    In `tree` a service's `environment` is texts by name (None: it is passed on, and is not set), with what `env_file`
    brings; services of profiles that are not active are left out. `unset` are the variables that stand in the files
    and have neither value nor default, which Compose takes for empty.
    """

    tree: Mapping[str, Any]
    unset: tuple[str, ...] = ()


def in_order(names: Iterable[str]) -> list[str]:
    """The names of Compose files in the order in which they are merged: the base, what overrides it, then others."""

    def rank(name: str) -> tuple[int, str]:
        base = posixpath.basename(name)
        return (0 if base in BASE_NAMES else 1 if base in OVERRIDE_NAMES else 2), name

    return sorted(names, key=rank)


def compose_project(texts: Mapping[str, str], given: Mapping[str, str], files: Mapping[str, str]) -> ComposeProject:
    """What these Compose files say, each over those before it; texts by name. Raises Unreadable.

    `given` are the variables of `.env`, `files` the texts of other files by path, for `env_file`. One is also found
    by the last part of its path, since a browser tells no more.
    """
    unset: set[str] = set()
    tree = _all(texts, given, unset)
    active = set(given.get("COMPOSE_PROFILES", "").split(","))
    services = {
        name: _with_environment(name, service, given, files)
        for name, service in tree.get("services", {}).items()
        if not service.get("profiles") or active & {"*", *map(str, service["profiles"])}
    }
    return ComposeProject({**tree, "services": services}, tuple(sorted(unset)))


def env_files(texts: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """The paths of the files from which services of these Compose files take variables. Raises Unreadable."""
    services = _all(texts, given, set()).get("services", {})
    return list(
        dict.fromkeys(posixpath.normpath(entry["path"]) for service in services.values() for entry in _entries(service))
    )


def _all(texts: Mapping[str, str], given: Mapping[str, str], unset: set[str]) -> Tree:
    tree: Tree = {}
    for file, text in texts.items():
        for document in documents(text, file, go_scalar, tags=frozenset({RESET, OVERRIDE})):
            if not isinstance(document, dict | None):
                raise Unreadable(Sentence("{file} must hold names and values.", file=file))
            tree = merged(tree, _interpolated(document or {}, file, given, unset), file)
    return tree


def _interpolated(tree: Tree, file: str, given: Mapping[str, str], unset: set[str]) -> Tree:
    """`tree` with the values of its variables; keys stay."""

    def empty(name: str) -> str:
        unset.add(name)
        return ""

    def replaced(value: Any) -> Any:
        match value:
            case Tagged():
                return Tagged(value.tag, replaced(value.value))
            case dict():
                return {key: replaced(inner) for key, inner in value.items()}
            case list():
                return [replaced(inner) for inner in value]
            case str():
                return interpolated(value, given.get, empty)
            case _:
                return value

    try:
        return {key: replaced(value) for key, value in tree.items()}
    except MissingVariable as missing:
        raise Unreadable(
            Sentence("{file} demands the variable {name}; bring the .env that has it.", file=file, name=str(missing))
        ) from None
    except InterpolationError:
        raise Unreadable(Sentence("{file} has a reference to a variable that Compose refuses.", file=file)) from None


def _entries(service: Tree) -> Iterator[dict[str, Any]]:
    """The entries of `env_file` in their long form, but for what Compose does not take."""
    for entry in service.get("env_file", []):
        entry = entry if isinstance(entry, dict) else {"path": entry}
        if isinstance(entry.get("path"), str):
            yield entry


def _with_environment(name: str, service: Tree, given: Mapping[str, str], files: Mapping[str, str]) -> Tree:
    """The service with all that it gets as environment: the variables of its files, and its own over them."""
    own = {key: given.get(key) if value is None else value for key, value in service.get("environment", {}).items()}
    found = {key: value for key, value in own.items() if value is not None}

    def lookup(key: str) -> str | None:
        return given.get(key, own.get(key))

    for entry in _entries(service):
        path = posixpath.normpath(entry["path"])
        text = files.get(path, files.get(posixpath.basename(path)))
        if text is not None:
            found = _raw(text, found) if entry.get("format") == "raw" else variables(text, path, lookup, found)
        elif entry.get("required", True):
            raise Unreadable(
                Sentence(
                    "The service {service} takes variables from {file}; bring that file too.", service=name, file=path
                )
            )
    rest = {key: value for key, value in service.items() if key not in ("env_file", "environment")}
    environment = {**found, **own}
    return {**rest, "environment": environment} if environment else rest


def _raw(text: str, above: Mapping[str, str]) -> dict[str, str]:
    """Variables in the format `raw`: each line to the letter."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return {
        **above,
        **{name.strip(): value for name, equals, value in (line.partition("=") for line in lines) if equals},
    }
