"""`.aeterna/setup.yaml`: the answers file. What a person decided, no secrets, fit for git."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import yaml

from aeterna_nb.answers.file import ANSWERS_FILE, AnswersFileError, parse_answers
from aeterna_nb.answers.schema import SCHEMA_FILE
from aeterna_nb.config import SetupConfig
from aeterna_nb.editing.yaml_edit import NotEditable, changed, comments, same
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.questions import plain, questions, value_in
from aeterna_nb.reading.leaves import KeyPath

HEADER = f"""\
# yaml-language-server: $schema={PurePosixPath(SCHEMA_FILE).name}
# What was decided for Aeterna. No secrets stand here; everything else can be made again from this file:
#   aeterna setup --reconfigure
"""


def setup_yaml(decided: Mapping[str, Any]) -> str:
    """The text of the answers file for nested answers, as `Answers.decided()` gives them."""
    return HEADER + yaml_text(decided)


def kept_setup_yaml(decided: Mapping[str, Any], config: SetupConfig, present: str | None) -> str:
    """The text of the answers file where one may be there already: comments of a person's own stay where they are.

    In a file with such comments the order of its keys stays as well, and an answer that says what is the default
    anyway. A file without them is written as if it were new: then equal answers give equal bytes.
    """
    fresh = setup_yaml(decided)
    own = _own_comments(present) if present else []
    if present is None or not own:
        return fresh
    try:
        tree = parse_answers(present, ANSWERS_FILE)
        wanted = _wanted(tree, decided, _standing(config))
        text = changed(present, yaml.compose(present, Loader=yaml.CSafeLoader), tree, wanted)
        if same(parse_answers(text, ANSWERS_FILE), wanted):
            return text
    except (AnswersFileError, NotEditable):
        pass
    # No layout to keep, then: the comments stand together at the top.
    return HEADER + "".join(f"{comment}\n" for comment in own) + yaml_text(decided)


def _own_comments(text: str) -> list[str]:
    # Most files have none, and a scan takes longer than the rest of the generation.
    if "#" not in text.replace(HEADER, ""):
        return []
    try:
        found = [comment for _, comment in comments(text)]
    except yaml.YAMLError:
        return []
    return [comment for comment in found if comment not in HEADER.splitlines()]


def _standing(config: SetupConfig) -> dict[KeyPath, Any]:
    """Every answer of a configuration that is no secret, by its path; None for a question that may be left open."""
    found: dict[KeyPath, Any] = {}
    for question in questions():
        value = None if question.secret else value_in(config, question)
        found[question.path] = found.get(question.path) if value is None else plain(value)
    return found


def _wanted(
    present: Mapping[str, Any], decided: Mapping[str, Any], standing: Mapping[KeyPath, Any], above: KeyPath = ()
) -> dict[str, Any]:
    """What the file is to hold: what was decided, and what it says already and still holds, in the order of asking."""
    found: dict[str, Any] = {}
    for key in _in_order([*present, *decided], standing, above):
        path, there, value = (*above, key), present.get(key), decided.get(key)
        if isinstance(there, Mapping) and path not in standing:
            below = _wanted(there, value if isinstance(value, Mapping) else {}, standing, path)
            if below:
                found[key] = below
        elif value is not None:
            found[key] = value
        elif path in standing and (there is None or same(there, standing[path])):
            found[key] = there
    return found


def _in_order(keys: list[str], standing: Mapping[KeyPath, Any], above: KeyPath) -> list[str]:
    depth = len(above)
    order = list(dict.fromkeys(path[depth] for path in standing if path[:depth] == above and len(path) > depth))
    return sorted(dict.fromkeys(keys), key=lambda key: order.index(key) if key in order else len(order))
