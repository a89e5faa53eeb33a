"""Flags and environment variables, made from the questions, and the answers that they give."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from aeterna_nb.answers import Answers
from aeterna_nb.answers.file import ANSWERS_FILE, AnswersFileError
from aeterna_nb.answers.fleet_file import read_shared
from aeterna_nb.answers.sources import PREFIX, ValueFileError, from_sources, read_value_file
from aeterna_nb.commands.parser import Parser, UsageError
from aeterna_nb.findings import Finding
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import STAGES, Question, questions


class _SecretFlag(argparse.Action):
    """Takes a secret's value from the command line only to refuse it, without repeating it."""

    def __call__(self, *arguments: Any, **_: Any) -> NoReturn:
        flag = arguments[3]
        variable = PREFIX + flag.removeprefix("--").replace("-", "_").upper()
        raise UsageError(
            f"{flag} does not take a value: it would stand in the shell's history and in the process list. "
            f"Use {flag}-file PATH (- is standard input), or the variable {variable}."
        )


def add_output_flag(parser: argparse.ArgumentParser) -> None:
    """The flag that says where the files lie."""
    default = environment().get(f"{PREFIX}OUTPUT") or "."
    parser.add_argument(
        "--output", metavar="DIR", type=_folder, default=default, help="folder of the files (default: here)"
    )


def _folder(text: str) -> Path:
    path = Path(text)
    if path.is_file():
        raise UsageError(f"--output: {path} is a file. Name a folder; one that is not there yet is made.")
    return path


def add_folder_flags(parser: argparse.ArgumentParser) -> None:
    """The flags that say where the configuration lies and how to answer."""
    add_output_flag(parser)
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        default=environment().get(f"{PREFIX}CONFIG") or None,
        help=f"answers file (default: {ANSWERS_FILE} in the folder)",
    )
    preset = parser.add_argument(
        "--preset",
        metavar="NAME",
        default=environment().get(f"{PREFIX}PRESET") or None,
        help="starting point: " + ", ".join(PRESETS),
    )
    vars(preset)["completer"] = lambda **_: list(PRESETS)
    parser.add_argument("--json", action="store_true", help="print findings and files as JSON")


def add_question_flags(parser: Parser) -> None:
    """A flag for every question, grouped by stage."""
    for stage in STAGES:
        asked = [question for question in questions() if question.stage == stage.id]
        if asked:
            group = parser.add_stage(stage.id, stage.title)
            for question in asked:
                action = _add_flag(group, question)
                if question.main:
                    parser.main._group_actions.append(action)


def _add_flag(group: argparse._ArgumentGroup, question: Question) -> argparse.Action:
    label = question.label if question.label.endswith("?") else f"{question.label}."
    text = f"{label} {question.help}".replace("%", "%%")
    if question.kind == "boolean":
        return group.add_argument(question.flag, action=argparse.BooleanOptionalAction, default=None, help=text)
    if question.secret:
        group.add_argument(question.flag, action=_SecretFlag, nargs="?", help=argparse.SUPPRESS)
    if question.multiline or question.secret:
        from_file = group.add_argument(question.flag + "-file", metavar="PATH", help=text)
        if question.secret:
            return from_file
    values = [str(option.value) for option in question.options]
    choices = "|".join(values)
    short = question.kind == "choice" and len(choices) < 60
    more = f" One of: {choices}." if values and not short else ""
    action = group.add_argument(question.flag, metavar=choices if short else question.kind.upper(), help=text + more)
    vars(action)["completer"] = lambda **_: values
    return action


def flag_for(question: Question) -> str:
    """The flag that answers a question; a secret's takes the path of a file."""
    return question.flag + "-file" if question.secret else question.flag


def read_answers(
    options: argparse.Namespace, environ: Mapping[str, str], file: Path | None
) -> tuple[Answers, list[Finding]]:
    """The answers of preset, fleet, answers file, environment and flags, and what is wrong with them.

    Raises UsageError for a preset or a file that does not exist.
    """
    if options.preset not in {None, *PRESETS}:
        raise UsageError(f"There is no such preset. Choose one of: {', '.join(PRESETS)}.")
    preset = PRESETS[options.preset].values if options.preset is not None else {}
    try:
        shared = read_shared(options.output)
        answers, found = from_sources(preset, file, environ, shared=shared.answers, texts=_from_flags(options))
        return answers, [*shared.findings, *found]
    except (AnswersFileError, ValueFileError) as error:
        raise UsageError(str(error)) from None


def _from_flags(options: argparse.Namespace) -> dict[str, str]:
    texts: dict[str, str] = {}
    for question in questions():
        value = getattr(options, question.name, None)
        path = getattr(options, question.name + "_file", None)
        if path is not None:
            texts[question.name] = read_value_file(question.flag + "-file", path)
        elif value is not None:
            texts[question.name] = str(value).lower() if isinstance(value, bool) else value
    return texts


def environment() -> Mapping[str, str]:
    """The environment that answers may come from."""
    return os.environ
