"""Reading the answers file, `.aeterna/setup.yaml`."""

import re
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from aeterna_nb.answers import Answers, read_nested
from aeterna_nb.findings import Finding
from aeterna_nb.questions import by_name, mapping_paths

ANSWERS_FILE = ".aeterna/setup.yaml"


class AnswersFileError(Exception):
    """The answers file can't be read; the text says why and what to do."""


_TEXT = "tag:yaml.org,2002:str"
_READ_AS_MORE = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "null")}


class _Loader(yaml.SafeLoader):
    """YAML without what nobody needs in answers: duplicate keys, of which one would win in silence, and aliases.

    Only plain decimal numbers are numbers: 0123, 1e3, 12:30 and dates stay the text that was written.
    """

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":bool", ":null"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "write the value itself instead of *", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set[Hashable]()
        for key in (self.construct_object(name, deep=True) for name, _ in node.value):
            if isinstance(key, Hashable) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands there twice", node.start_mark
                )
            seen.update({key} if isinstance(key, Hashable) else ())
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"(0|-?[1-9][0-9]{0,17})$"), list("-0123456789"))


def parse_answers(text: str, named: str) -> dict[str, Any]:
    """The nested answers in a text of YAML. Raises AnswersFileError, which names the line but no value."""
    try:
        tree = _loaded(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise AnswersFileError(f"{named}{line}: {problem}.") from None
    except (ValueError, KeyError, AttributeError, RecursionError):
        # What PyYAML lets through of a `!!int x` and its like, and of a thousand brackets.
        raise AnswersFileError(f"{named}: it is not plain YAML of names and values.") from None
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise AnswersFileError(f"{named}: it must hold answers by name, such as `target: kubernetes`.")
    return tree


def _loaded(text: str) -> Any:
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        for place in mapping_paths():
            _keep_texts(root, place)
        return None if root is None else loader.construct_document(root)
    finally:
        loader.dispose()


def _keep_texts(node: yaml.Node | None, place: Sequence[str]) -> None:
    """Make every number, yes and no in the mapping at this place the text that was written."""
    for name in place:
        entries = node.value if isinstance(node, yaml.MappingNode) else ()
        node = next((value for key, value in entries if key.value == name), None)
    for entry in node.value if isinstance(node, yaml.MappingNode) else ():
        for scalar in entry:
            if scalar.tag in _READ_AS_MORE and scalar.value:
                scalar.tag = _TEXT


def node_of(text: str) -> yaml.Node | None:
    """The tree of a text that `parse_answers` takes, with the place of each node; None for a text without any."""
    return yaml.compose(text, Loader=_Loader)


def read_answers_file(path: Path, below: Answers) -> tuple[dict[str, Any], list[Finding]]:
    """The answers in a file by question's name, and what is wrong with them. Raises AnswersFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AnswersFileError(f"There is no answers file {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise AnswersFileError(f"Can't read {path}: {reason}.") from None
    return answers_in(parse_answers(text, str(path)), below)


def answers_in(tree: Mapping[str, Any], below: Answers) -> tuple[dict[str, Any], list[Finding]]:
    """The answers in a nested mapping by question's name, and what is wrong; a secret in it is refused."""
    values, found = read_nested(tree, below)
    for name in [name for name in values if by_name()[name].secret]:
        del values[name]
        question = by_name()[name]
        found.append(
            Finding(
                "error",
                f"The answers hold a secret, {'.'.join(question.path)}. Secrets do not belong there.",
                name,
                f"Take it out, and use the variable {question.variable} or {question.flag}-file.",
                check="answers",
            )
        )
    return values, found
