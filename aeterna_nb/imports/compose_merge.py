"""How Compose lays one file over another (compose-go 2.14; a test compares it with `docker compose config`)."""

from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Any

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.go_yaml import go_text
from aeterna_nb.reading.leaves import KeyPath
from aeterna_nb.reading.yaml_tree import Tagged

RESET, OVERRIDE = "!reset", "!override"
"""The tags with which a file takes away, or replaces as a whole, what stands in those before it."""

Tree = dict[str, Any]

_BY_NAME = ("environment", "labels", "annotations", "sysctls")
"""Settings of a service that are texts by name, or a list of `NAME=value`."""

_LISTS = ("dns", "dns_search", "dns_opt", "env_file", "label_file", "tmpfs")
"""Settings of a service that are a list, or a single text."""

_REPLACED = {("command",), ("entrypoint",), ("healthcheck", "test")}
"""Settings of a service of which the last file decides alone."""

_NAMED_LISTS = {("depends_on",), ("networks",)}
"""Settings of a service that are a list of names, or a mapping of them."""


def merged(tree: Tree, document: Tree, file: str) -> Tree:
    """`tree`, what the files before say together, with this document over it. Raises Unreadable."""
    return _Merge(file).mappings(tree, _normal(document, file), ())


def _normal(document: Tree, file: str) -> Tree:
    """The document with the settings of services that have two forms in one of them."""
    services = _value(document.get("services")) or {}
    if not isinstance(services, dict) or not all(isinstance(_value(each) or {}, dict) for each in services.values()):
        raise Unreadable(Sentence("{file} must hold its services by name.", file=file))
    if "include" in document or any("extends" in (_value(each) or {}) for each in services.values()):
        raise Unreadable(
            Sentence(
                "{file} takes parts from other files (include, extends); bring what `docker compose config` prints.",
                file=file,
            )
        )
    made = {name: _changed(each, partial(_normal_service, file)) for name, each in services.items()}
    return {**document, "services": _changed(document.get("services"), lambda _: made)}


def _normal_service(file: str, service: Tree | None) -> Tree:
    normal = dict(service or {})
    for keys, form in ((_BY_NAME, _texts_by_name), (_LISTS, _as_list)):
        for key in normal.keys() & set(keys):
            try:
                normal[key] = _changed(normal[key], form)
            except TypeError:
                raise Unreadable(
                    Sentence("{file}: Compose does not take what stands at {key}.", file=file, key=key)
                ) from None
    return normal


def _texts_by_name(value: Any) -> Tree:
    if isinstance(value, list):
        pairs = (_text(item).partition("=") for item in value)
        return {name: text if equals else None for name, equals, text in pairs}
    if not isinstance(value or {}, dict):
        raise TypeError
    return {name: _changed(each, lambda it: None if it is None else _text(it)) for name, each in (value or {}).items()}


def _text(value: Any) -> str:
    if isinstance(value, dict | list | Tagged):
        raise TypeError
    return go_text(value)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _value(value: Any) -> Any:
    return value.value if isinstance(value, Tagged) else value


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """What `change` makes of a value, below its tag if it has one."""
    if isinstance(value, Tagged):
        return value if value.tag == RESET else Tagged(value.tag, change(value.value))
    return change(value)


class _Merge:
    """Lays the parts of one file over those before it."""

    def __init__(self, file: str) -> None:
        self._file = file

    def mappings(self, one: Tree, other: Tree, path: KeyPath) -> Tree:
        """Both, name by name; what is reset or replaced in `other` counts alone."""
        found = dict(one)
        for name, value in other.items():
            before = found.pop(name, None) if isinstance(value, Tagged) else found.get(name)
            if not isinstance(value, Tagged):
                found[name] = self._values(before, value, (*path, name))
            elif value.tag == OVERRIDE:
                found[name] = self._values(None, value.value, (*path, name))
        return found

    def _values(self, one: Any, other: Any, path: KeyPath) -> Any:
        setting = path[2:] if path[0] == "services" else ()
        if (
            setting in _REPLACED
            or (setting[:1] == ("ulimits",) and len(setting) == 2)
            or _other_driver(path, one, other)
        ):
            one = None
        elif setting in _NAMED_LISTS and isinstance(one, dict | list) and type(one) is not type(other):
            one, other = (dict.fromkeys(each) if isinstance(each, list) else each for each in (one, other))
        elif setting == ("build",) and type(one) is not type(other):
            one, other = ({"context": each} if isinstance(each, str) else each for each in (one, other))
        if isinstance(other, dict) and isinstance(one, dict | None):
            return self.mappings(one or {}, other, path)
        if isinstance(other, list) and isinstance(one, list | None):
            return _once(setting, [*(one or []), *other])
        if isinstance(other, dict | list) or (isinstance(one, dict | list) and other is not None):
            raise Unreadable(
                Sentence("{file}: {path} is of another kind than before.", file=self._file, path=".".join(path))
            )
        return one if other is None and setting not in _REPLACED else other


def _other_driver(path: KeyPath, one: Any, other: Any) -> bool:
    """Whether the options of a log driver belong to another driver than the one that is chosen now."""
    if path[2:] != ("logging",) or not isinstance(one, dict) or not isinstance(other, dict):
        return False
    return "driver" in one and "driver" in other and one["driver"] != other["driver"]


def _once(setting: KeyPath, items: Iterable[Any]) -> list[Any]:
    """The items of a list, of those that stand for the same thing the last one in the place of the first."""
    key = _KEYS.get(setting)
    if key is None:
        return list(map(_value, items))
    return list({key(item): item for item in map(_value, items)}.values())


def _itself(item: Any) -> Hashable:
    return repr(item) if isinstance(item, dict | list) else str(item)


def _target(item: Any) -> Hashable:
    """Where a volume, configuration or secret appears in the container."""
    if isinstance(item, dict):
        return str(item.get("target") or item.get("source"))
    parts = str(item).split(":")
    return parts[1] if len(parts) > 1 else parts[0]


def _path(item: Any) -> Hashable:
    return str(item.get("path")) if isinstance(item, dict) else str(item)


_KEYS: dict[KeyPath, Callable[[Any], Hashable]] = {
    **{(key,): _itself for key in ("cap_add", "cap_drop", "dns", "dns_opt", "dns_search", "expose", "extra_hosts")},
    **{(key,): _itself for key in ("depends_on", "networks", "links", "ports", "profiles", "tmpfs")},
    **{(key,): _target for key in ("volumes", "configs", "secrets", "devices")},
    ("env_file",): _path,
}
"""Lists of a service in which a thing stands once, with what tells one from another."""
