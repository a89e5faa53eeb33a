"""What the cells of the compare notebook call: two configurations, and what differs between them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import ANSWERS_FILE, AnswersFileError, read_answers_file
from aeterna_nb.answers.wording import shown
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.notebook.document import Document, Table
from aeterna_nb.notebook.panels.what_if import files, objects, sums
from aeterna_nb.notebook.parameters import ParameterError, cell, tidy, wrong_names
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.output.folder import existing_files, kept_secrets, with_kept_secrets
from aeterna_nb.output.workspace import WorkspaceError
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import STAGES, Question, questions

COMPARE_PARAMETERS: Mapping[str, tuple[type, str]] = {
    "first": (str, "the path of a folder or of an answers file, or the name of a preset, as text"),
    "second": (str, "the path of a folder or of an answers file, or the name of a preset, as text"),
}
DEFAULTS = ("local", "production")
"""Two presets, so that the notebook has something to show before anybody gives it anything."""

IDLE = "does not apply"


@dataclass(frozen=True)
class Side:
    """One of the two configurations: how it is called, its answers, and what follows from them.

    `done` says what an interrupted write or a secret in the open made necessary in its folder.
    """

    title: str
    answers: Answers
    evaluation: Evaluation
    done: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Two configurations. Displayed, it says which they are, and what keeps one from being complete."""

    first: Side
    second: Side

    def __repr__(self) -> str:
        lines = [f"Compared: {self.first.title} with {self.second.title}."]
        lines += [f"{side.title}: {sentence}" for side in (self.first, self.second) for sentence in side.done]
        lines += [
            f"{side.title}: {finding.message}"
            for side in (self.first, self.second)
            for finding in side.evaluation.findings
            if finding.severity == "error"
        ]
        return "\n".join(lines)


@cell
def read_comparison(given: Mapping[str, Any]) -> Comparison:
    """The comparison that the parameters ask for; None stands for one that was not given.

    Raises ParameterError with everything that is wrong.
    """
    named = {name: value for name, value in given.items() if value is not None}
    problems = wrong_names(named, COMPARE_PARAMETERS, set())
    if problems:
        raise ParameterError("\n".join(problems))
    first, second = (named.get(name, default) for name, default in zip(COMPARE_PARAMETERS, DEFAULTS, strict=True))
    return Comparison(_side(first), _side(second))


def _side(source: str) -> Side:
    if source in PRESETS:  # A folder of such a name is written ./local.
        answers = Answers().with_values(Origin.PRESET, PRESETS[source].values)
        return Side(f"preset {source}", answers, evaluate(answers))
    path = Path(source)
    file = path / ANSWERS_FILE if path.is_dir() else path
    folder = path if path.is_dir() else None
    done = tuple(finding.message for finding in tidy(folder, os.environ)) if folder else ()
    try:
        values, wrong = read_answers_file(file, Answers())
        if wrong and any(finding.severity == "error" for finding in wrong):
            raise ParameterError("\n".join(f"{file}: {finding.message} {finding.cure}".strip() for finding in wrong))
        answers = Answers().with_values(Origin.FILE, values)
        if folder is None:
            return Side(str(file), answers, evaluate(answers))
        kept = kept_secrets(folder)
        answers = with_kept_secrets(answers, kept)
        return Side(f"folder {folder}", answers, evaluate(answers, existing_files(folder), kept), done)
    except (AnswersFileError, WorkspaceError) as error:
        presets = ", ".join(PRESETS)
        raise ParameterError(f"{error} Give a folder, an answers file, or a preset: {presets}.") from None


@cell
def answers_that_differ(comparison: Comparison) -> Table:
    """Every question that has another answer on the other side, in words, by stage."""
    titles = {stage.id: stage.title for stage in STAGES}
    rows = [
        (titles[question.stage], question.label, *pair)
        for question in questions()
        if (pair := _pair(question, comparison)) is not None
    ]
    head = ("Stage", "Question", comparison.first.title, comparison.second.title)
    return Table(head, rows or [("", "The answers are the same.", "", "")])


def _pair(question: Question, comparison: Comparison) -> tuple[str, str] | None:
    sides = (comparison.first.answers, comparison.second.answers)
    values = [side.lookup(question.name) if side.applies(question.name) else IDLE for side in sides]
    if values[0] == values[1]:
        return None
    first, second = (_words(question, value, side.lookup("target")) for value, side in zip(values, sides, strict=True))
    return first, f"{second}, another value" if first == second else second


def _words(question: Question, value: Any, target: str | None) -> str:
    if value == IDLE:
        return IDLE
    if value is None:
        return "not given"
    return "given, not shown" if question.secret else shown(question, value, target)


@cell
def consequences_that_differ(comparison: Comparison) -> Document:
    """What both ask of a cluster, the objects that only one of them has, and the files side by side."""
    sides = (comparison.first, comparison.second)
    incomplete = [side.title for side in sides if side.evaluation.config is None]
    if incomplete:
        sentence = f"Nothing follows yet, since answers are still missing: {' and '.join(incomplete)}."
        return Document(f"<p>{escape(sentence)}</p>", sentence)
    first, second = (Seen(side.answers).after(side.evaluation) for side in sides)
    titles = (comparison.first.title, comparison.second.title)
    parts = [
        _section("Resources", sums(first, second, titles) if first.manifests or second.manifests else ""),
        _section("Objects", objects(first, second, (f"Only in {titles[0]}", f"Only in {titles[1]}"))),
        _section("Files", files(first, second, titles)),
    ]
    names = sorted({*first.files, *second.files})
    other = [name for name in names if first.files.get(name) != second.files.get(name)]
    text = f"Files that differ: {', '.join(other)}." if other else "The files are the same."
    return Document("".join(parts), text)


def _section(title: str, html: str) -> str:
    return f"<h2>{title}</h2>{html or '<p>No difference.</p>'}"
