"""Answers from everything that gives them before somebody types, in the order of the layers."""

import difflib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aeterna_nb import unexpected
from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import answers_in, read_tree
from aeterna_nb.findings import Finding
from aeterna_nb.questions import by_name
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.texts import answer_text

PREFIX = "AETERNA_SETUP_"
FOLDER_OPTIONS = ("output", "config", "preset")
"""Options that are no questions and that variables may give as well."""

NOTHING: Mapping[str, Any] = {}


class ValueFileError(Exception):
    """The file that a flag or variable names for an answer can't be read; the text says why, without the path."""


def from_sources(
    preset: Mapping[str, Any],
    file: Path | None,
    environ: Mapping[str, str],
    *,
    shared: Sequence[Mapping[str, Any]] = (),
    texts: Mapping[str, str] = NOTHING,
    nested: Mapping[str, Any] = NOTHING,
    values: Mapping[str, Any] = NOTHING,
) -> tuple[Answers, list[Finding]]:
    """The answers of a preset, an answers file, the environment and what was given, and what is wrong with them.

    `shared` are the nested answers of the fleet, the nearest last. Given are `texts` by question's name, as flags have
    them, or `nested` answers as in the answers file and over them `values` by question's name, as parameters have them.
    Raises AnswersFileError and ValueFileError.
    """
    start = Answers().with_values(Origin.PRESET, preset)
    answers, found = layered(start, shared, read_tree(file) if file is not None else {})
    variables, wrong = answers_from_environment(environ)
    answers, found = answers.with_texts(Origin.ENVIRONMENT, variables), [*found, *wrong]
    read, wrong = answers_in(nested, answers)
    answers = answers.with_values(Origin.GIVEN, {**read, **values}).with_texts(Origin.GIVEN, texts)
    return answers, [*found, *wrong]


def layered(
    below: Answers, shared: Sequence[Mapping[str, Any]], own: Mapping[str, Any]
) -> tuple[Answers, list[Finding]]:
    """The answers of a fleet, the nearest last, and over them a configuration's own, laid over those `below`.

    What is wrong is told of its own alone: what is shared is judged where it is read.
    """
    inherited = _inherited(below, shared)
    values, found = answers_in(own, below.with_values(Origin.FLEET, inherited))
    if shared:
        # Which question a place belongs to may follow from a choice that only the configuration makes.
        inherited = _inherited(below.with_values(Origin.FILE, values), shared)
    return below.with_values(Origin.FLEET, inherited).with_values(Origin.FILE, values), found


def _inherited(below: Answers, shared: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for tree in shared:
        values |= answers_in(tree, below.with_values(Origin.FLEET, values))[0]
    return values


def answers_from_environment(environ: Mapping[str, str]) -> tuple[dict[str, str], list[Finding]]:
    """The texts of the environment's variables by question's name, and a finding for each that is not known."""
    texts: dict[str, str] = {}
    found: list[Finding] = []
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or text == "":
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name in FOLDER_OPTIONS or variable == unexpected.DEBUG:
            continue
        base = by_name().get(name.removesuffix("_file"))
        if name in by_name():
            texts[name] = text
        elif base is not None and (base.secret or base.multiline):
            texts[base.name] = read_value_file(variable, text)
        else:
            near = difflib.get_close_matches(name, by_name(), n=1)
            hint = f"Did you mean {by_name()[near[0]].variable}?" if near else ""
            found.append(Finding("warning", f"The variable {variable} is not known.", cure=hint, check="environment"))
    return texts, found


def read_value_file(named_by: str, path: str) -> str:
    """The text of the file that a flag or variable names, without a line break at its end; `-` is standard input.

    Errors do not repeat the path: people put the secret itself there.
    """
    try:
        text = answer_text(sys.stdin if path == "-" else path, f"{named_by}: the file")
    except Unreadable as error:
        raise ValueFileError(str(error)) from None
    except OSError as error:
        raise ValueFileError(
            f"{named_by}: can't read the file: {error.strerror}. Give the path of a file that holds the value."
        ) from None
    return text.removesuffix("\n").removesuffix("\r")
