"""Papermill: the names in a notebook's `parameters` cell, checked before anything else happens.

papermill puts its parameters into a cell after that one and only warns about names it does not know, so the names that
a notebook holds by then are what was given. It also stores every parameter in its output, so a secret must not be one.
"""

import ast
import difflib
import functools
import os
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from aeterna_nb import unexpected
from aeterna_nb.answers import Answers
from aeterna_nb.answers.file import AnswersFileError
from aeterna_nb.answers.fleet_file import Shared, read_shared
from aeterna_nb.answers.sources import ValueFileError, from_sources
from aeterna_nb.findings import Finding
from aeterna_nb.notebook.voila import served_by_voila
from aeterna_nb.output.errors import WorkspaceError
from aeterna_nb.output.folder import tidied
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import by_name

RUN_PARAMETERS: Mapping[str, tuple[type, str]] = {
    "config_file": (str, "the path of an answers file, as text"),
    "answers": (dict, "nested answers, as in the answers file"),
    "preset": (str, "the name of a preset"),
    "output_dir": (str, "the path of a folder, as text"),
    "write": (bool, "True or False (with papermill's -p written with a capital letter)"),
}
"""The setup notebook's parameters that are no question: their types, and what to write."""

PLAIN = (type(None), bool, int, float, str, list, dict)
IPYTHON_NAMES = {"In", "Out"}

Given = ParamSpec("Given")
Result = TypeVar("Result")


class ParameterError(Exception):
    """A run that must not go on; the text lists every problem, one a line. It prints as that text alone."""

    def _render_traceback_(self) -> list[str]:
        """What IPython prints in place of a traceback, whose lines would be about our own code."""
        return str(self).splitlines()


def cell(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """`work`, made safe to call in a cell, whose outputs are saved: what nobody foresaw becomes a sentence as well.

    Raises ParameterError and nothing else.
    """

    @functools.wraps(work)
    def run(*given: Given.args, **named: Given.kwargs) -> Result:
        try:
            return work(*given, **named)
        except ParameterError:
            raise
        except Exception as error:
            way = f"\n{unexpected.way(error)}" if unexpected.debugging() else ""
            raise ParameterError(unexpected.sentence(error) + way) from None

    return run


@dataclass(frozen=True)
class Run:
    """What the parameters ask for."""

    answers: Answers
    findings: tuple[Finding, ...]
    preset: str
    folder: Path
    write: bool


@cell
def parameters_of(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters among the names of a notebook: plain values, without what IPython keeps there itself.

    A name that was taken out of its cell is none any more: it stays in the kernel, and no correction would help.
    """
    left_out = IPYTHON_NAMES | _taken_out(namespace.get("In", ()))
    return {
        name: value
        for name, value in namespace.items()
        if not name.startswith("_") and name not in left_out and isinstance(value, PLAIN)
    }


def _taken_out(cells: Sequence[str]) -> set[str]:
    """The names that a cell gave and, as it was run last, gives no more; `cells` are the texts that were run, in order.

    A cell is known by its names: one that is run after the parameters were read, and gives most of the names of one
    that was run before, is that one with its changes. papermill's own cell comes before they are read.
    """
    read: list[set[str]] = []
    new: list[set[str]] = []
    gone: set[str] = set()
    for text in cells:
        if parameters_of.__name__ in text:
            read, new = read + new, []
            continue
        names = _given_in(text)
        replaced = [former for former in read if 2 * len(former & names) > len(former)]
        read = [former for former in read if former not in replaced]
        new.append(names)
        gone = gone.union(*replaced).difference(*read, *new)
    return gone


def _given_in(text: str) -> set[str]:
    """The names that a cell gives values to; none where it is more than Python."""
    try:
        lines = ast.parse(text).body
    except (SyntaxError, ValueError):
        return set()
    targets = [target for line in lines if isinstance(line, ast.Assign) for target in line.targets]
    targets += [line.target for line in lines if isinstance(line, ast.AnnAssign)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


@cell
def read_parameters(given: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Run:
    """The run that these parameters ask for; None stands for a parameter that was not given.

    Raises ParameterError with everything that is wrong.
    """
    named = {name: value for name, value in given.items() if value is not None}
    problems = wrong_names(named, RUN_PARAMETERS, set(by_name()))
    preset = named.get("preset", "")
    if isinstance(preset, str) and preset and preset not in PRESETS:
        problems.append(f"There is no such preset. Choose one of: {', '.join(PRESETS)}.")
    if problems:
        raise ParameterError("\n".join(problems))
    folder = Path(named.get("output_dir", "."))
    try:
        done = tidy(folder, environ)
        shared = Shared() if served_by_voila(environ) else read_shared(folder)
        answers, findings = from_sources(
            PRESETS[preset].values if preset else {},
            Path(named["config_file"]) if "config_file" in named else None,
            environ,
            shared=shared.answers,
            nested=named.get("answers", {}),
            values={name: value for name, value in named.items() if name in by_name()},
        )
    except (AnswersFileError, ValueFileError) as error:
        raise ParameterError(str(error)) from None
    return Run(answers, (*done, *shared.findings, *findings), preset, folder, named.get("write", False))


def tidy(folder: Path, environ: Mapping[str, str]) -> list[Finding]:
    """Finishes what was interrupted in the folder and makes its secrets private; a finding for each thing done.

    Under Voila no folder is touched. Raises ParameterError when an interrupted write can't be finished.
    """
    if served_by_voila(environ):
        return []
    try:
        return [Finding("warning", sentence, check="workspace") for sentence in tidied(folder)]
    except WorkspaceError as error:
        raise ParameterError(str(error)) from None


def refuse(findings: tuple[Finding, ...]) -> None:
    """Raise ParameterError for the errors among the findings, all in one; none: return."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise ParameterError("\n".join(line_of(finding) for finding in errors))


def line_of(finding: Finding) -> str:
    """A finding in a line, with the parameter that it is about."""
    parameter = f" Parameter: {finding.question}." if finding.question else ""
    return f"{finding.message} {finding.cure}".strip() + parameter


def wrong_names(named: Mapping[str, Any], own: Mapping[str, tuple[type, str]], asked: Set[str]) -> list[str]:
    """What is wrong with parameters: names that are neither among `own` nor questions in `asked`, secrets, and types
    other than `own` has them.
    """
    found = []
    for name, value in named.items():
        if name in by_name() and by_name()[name].secret:
            found.append(
                f"{name} is a secret, and papermill stores every parameter in the notebook that it writes. "
                f"Use the variable {by_name()[name].variable}. Where papermill itself was called, it is stored "
                "now: delete that notebook and change the secret. `aeterna run` looks before anything is stored."
            )
        elif name in own:
            kind, words = own[name]
            found += [] if isinstance(value, kind) and _writable(value) else [f"The parameter {name} must be {words}."]
        elif name not in asked:
            near = difflib.get_close_matches(name, {*own, *asked}, n=1)
            found.append(f"There is no parameter {name}." + (f" Did you mean {near[0]}?" if near else ""))
    return found


def _writable(value: Any) -> bool:
    """Whether a text can be the name of a file: no system takes a NUL, or half an emoji."""
    return not isinstance(value, str) or not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value)
