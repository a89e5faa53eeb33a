"""Reading the answers file, `.aeterna/setup.yaml`."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aeterna_nb.answers import Answers, read_nested
from aeterna_nb.findings import Finding
from aeterna_nb.questions import by_name, mapping_paths
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.texts import checked, file_text
from aeterna_nb.reading.yaml_tree import documents

ANSWERS_FILE = ".aeterna/setup.yaml"


class AnswersFileError(Exception):
    """The answers file can't be read; the text says why and what to do."""


_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_WORDS = {
    word: value
    for value, words in ((True, "yes true on"), (False, "no false off"), (None, "null"))
    for plain in words.split()
    for word in (plain, plain.capitalize(), plain.upper())
} | {"~": None, "": None}


def answer(word: str) -> Any:
    """What a plain word in an answers file stands for.

    Only plain decimal numbers are numbers: 0123, 1e3, 12:30 and dates stay the text that was written.
    """
    if word in _WORDS:
        return _WORDS[word]
    return int(word) if _INTEGER.fullmatch(word) else word


def parse_answers(text: str, named: str) -> dict[str, Any]:
    """The nested answers in a text of YAML. Raises AnswersFileError, which names the line but no value.

    Duplicate keys, of which one would win in silence, and aliases are refused. In an answer that is a mapping of texts,
    every word is the text that was written.
    """
    try:
        checked(text, named)
        trees = documents(text, named, answer, aliases=False, texts_at=frozenset(mapping_paths()))
    except Unreadable as error:
        raise AnswersFileError(str(error)) from None
    if len(trees) > 1 or not all(isinstance(tree, dict | None) for tree in trees):
        raise AnswersFileError(f"{named}: it must hold answers by name, such as `target: kubernetes`.")
    return (trees[0] if trees else None) or {}


def read_answers_file(path: Path, below: Answers) -> tuple[dict[str, Any], list[Finding]]:
    """The answers in a file by question's name, and what is wrong with them. Raises AnswersFileError."""
    return answers_in(read_tree(path), below)


def read_tree(path: Path) -> dict[str, Any]:
    """The nested answers in a file. Raises AnswersFileError."""
    try:
        text = file_text(path, str(path))
    except FileNotFoundError:
        raise AnswersFileError(f"There is no answers file {path}.") from None
    except Unreadable as error:
        raise AnswersFileError(str(error)) from None
    return parse_answers(text, str(path))


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
