"""What commands have in common at their start and end: which answers they work on, and how errors leave."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aeterna_nb.answers import Answers
from aeterna_nb.answers.file import ANSWERS_FILE
from aeterna_nb.commands.options import environment, read_answers
from aeterna_nb.commands.parser import UsageError
from aeterna_nb.commands.reports import DONE, WRONG_COMMAND_LINE, WRONG_CONFIGURATION, exit_status, print_findings
from aeterna_nb.config import SetupConfig
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.findings import Finding
from aeterna_nb.language import say
from aeterna_nb.output.folder import existing_files, kept_secrets, tidied, with_kept_secrets
from aeterna_nb.output.opencode_home import opencode_folder
from aeterna_nb.output.recovery import finished
from aeterna_nb.output.workspace import WorkspaceError


@dataclass
class ExitStatus:
    """The exit status that a command ends with."""

    code: int = DONE


@contextmanager
def commanded() -> Iterator[ExitStatus]:
    """Run a command's body; errors meant for people become a line on standard error and an exit status."""
    status = ExitStatus()
    try:
        yield status
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        status.code = WRONG_COMMAND_LINE
    except WorkspaceError as error:
        print(f"error: {error}", file=sys.stderr)
        status.code = WRONG_CONFIGURATION


def said_yes(question: str) -> bool:
    """Whether somebody at the terminal says yes; who ends the input (Ctrl-D) does not."""
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False


def tidy(folder: Path) -> None:
    """Finish what was interrupted in the folder or at OpenCode's, and make the folder's secrets private.

    What was done goes to standard error.

    Raises WorkspaceError when an interrupted write can't be finished.
    """
    # Not Path.home(), which fails where nobody's home is known.
    at_home = opencode_folder(os.environ, Path(os.path.expanduser("~")))
    for sentence in [*tidied(folder), *finished(at_home)]:
        print(f"note: {say(sentence)}", file=sys.stderr)


def answers_path(options: argparse.Namespace) -> Path:
    """The answers file that the options name, or that lies in the folder."""
    path: Path = options.config or options.output / ANSWERS_FILE
    return path


def saved_answers(options: argparse.Namespace) -> tuple[Answers, list[Finding]]:
    """The answers of a folder with flags and variables laid over them. Raises UsageError where there are none.

    Raises WorkspaceError where files are in the way.
    """
    tidy(options.output)
    path = answers_path(options)
    if options.config is None and options.preset is None and not path.exists():
        raise UsageError(
            f"There is no configuration in {options.output}: {ANSWERS_FILE} is missing. Run `aeterna setup`."
        )
    answers, findings = read_answers(options, environment(), path if path.exists() or options.config else None)
    return with_kept_secrets(answers, kept_secrets(options.output)), findings


def saved_config(options: argparse.Namespace, status: ExitStatus) -> SetupConfig | None:
    """The configuration of a folder; None, after printing what is wrong and setting the status, where there is none.

    Raises UsageError and WorkspaceError as `saved_answers`.
    """
    answers, findings = saved_answers(options)
    config, wrong = answers.config()
    if config is None:
        print_findings([*findings, *wrong])
        status.code = exit_status(answers, wrong)
    return config


@dataclass(frozen=True)
class Loaded:
    """A folder's configuration: its answers, what follows from them, and all that is wrong."""

    answers: Answers
    evaluation: Evaluation
    findings: list[Finding]


def loaded(options: argparse.Namespace) -> Loaded:
    """The configuration that lies in a folder, evaluated. Raises UsageError and WorkspaceError."""
    answers, findings = saved_answers(options)
    evaluation = evaluate(answers, existing_files(options.output), kept_secrets(options.output))
    return Loaded(answers, evaluation, [*findings, *evaluation.findings])
