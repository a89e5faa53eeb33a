"""YAML that Helm, Kubernetes, Compose and Python all read alike.

Their readers disagree about plain words: `y`, `1e3`, `0o17` and many git hashes are text to one and a number or a
boolean to another (docs/facts/tools.md#yaml). So every string is double-quoted, and so is every key that is not
an ordinary name.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

import yaml

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_NOT_NAMES = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


class _Dumper(yaml.SafeDumper):
    """Writes strings in double quotes and never an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text and _literal(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _literal(text: str) -> bool:
    """Whether a block of text can be written as it is: printable, and no line begins or ends with a space."""
    lines = text.split("\n")
    return text.endswith("\n") and all(line == line.strip() and line.isprintable() for line in lines) and lines[0] != ""


def _mapping(dumper: yaml.SafeDumper, tree: Mapping[str, Any]) -> yaml.Node:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", tree.items(), flow_style=not tree)
    for key, _ in node.value:
        if _NAME.fullmatch(key.value) and key.value.lower() not in _NOT_NAMES:
            key.style = None
    return node


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)


def yaml_text(tree: Mapping[str, Any]) -> str:
    """The tree as a YAML document, in the order of its keys, ending with a line break."""
    if not tree:
        return "{}\n"
    return yaml.dump(
        dict(tree), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=math.inf, default_flow_style=False
    )
