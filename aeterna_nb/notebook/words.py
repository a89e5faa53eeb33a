"""What the page says in words: the state of each stage, and where an error belongs. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from aeterna_nb.answers import Origin
from aeterna_nb.answers.wording import shown
from aeterna_nb.findings import Finding
from aeterna_nb.language import message, say, say_many
from aeterna_nb.notebook.session import Session
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import Question, Stage, by_name

MANY = 6
"""Questions of a stage beyond which one answer no longer stands for all."""

State = Literal["todo", "given", "ready", "done", "attention"]
"""`given` is what nobody looked at and something else than a person answered; `ready` is what can be ended now."""

UNSEEN = {Origin.DEFAULT: message("Default: {words}"), Origin.PRESET: message("Preset: {words}")}
OTHERWISE = message("Given: {words}")
"""What is said of a stage that nobody opened, by where the weightiest of its answers comes from."""

NAMES = {"opal": "OPAL", "opencode": "OpenCode"}
"""How what a stage's yes or no is about is called in the rail."""


@dataclass(frozen=True, slots=True)
class StageState:
    """How a stage stands: its state, and the same in words."""

    state: State
    note: str


def stage_of(finding: Finding) -> str:
    """The id of the stage in which a finding is mended; the review when it belongs to no question."""
    question = by_name().get(finding.question)
    return question.stage if question else "review"


def open_question(finding: Finding) -> bool:
    """Whether a finding only says that something is still unanswered."""
    return finding.check == "missing"


def stage_state(session: Session, stage: Stage, findings: Sequence[Finding], made: str = "") -> StageState:
    """The state of one stage, from the answers and the findings that belong to it; `made` is what the review made."""
    errors = [finding for finding in findings if finding.severity == "error" and stage_of(finding) == stage.id]
    missing = [finding for finding in errors if open_question(finding)]
    if stage.id == "review":
        return _review_state(findings, made)
    if len(errors) > len(missing) or any(session.touched(finding.question) for finding in missing):
        return StageState("attention", say("Needs attention ({number})", number=len(errors)))
    if missing:
        return StageState("todo", say_many(len(missing), "To do: {number} answer", "To do: {number} answers"))
    asked = session.questions_of(stage.id)
    words = _beginning(session) if stage.id == "start" else _gist(session, asked)
    origin = max((session.answers.origin(question.name) for question in asked), default=Origin.PRESET)
    if stage.id in session.opened or origin is Origin.TYPED:
        return StageState("done", say("Done: {words}", words=words or say("defaults")))
    if not words:
        return StageState("given", say("Defaults"))
    return StageState("given", say(UNSEEN.get(origin, OTHERWISE), words=words))


def _beginning(session: Session) -> str:
    if session.preset:
        return say(PRESETS[session.preset].title)
    return say("from files") if session.answers.layers.get(Origin.FILE) else say("from scratch")


def _review_state(findings: Sequence[Finding], made: str) -> StageState:
    errors = sum(finding.severity == "error" for finding in findings)
    loose = any(finding.severity == "error" and stage_of(finding) == "review" for finding in findings)
    if loose:
        return StageState("attention", say("Needs attention"))
    if errors:
        return StageState("todo", say_many(errors, "To do: {number} answer first", "To do: {number} answers first"))
    return StageState("done", made) if made else StageState("ready", say("Ready"))


def _gist(session: Session, asked: Sequence[Question]) -> str:
    main = [question for question in asked if question.main]
    if not main and len(asked) > MANY:
        changed = sum(session.answers.origin(question.name) > Origin.DEFAULT for question in asked)
        return say("{number} changed", number=changed) if changed else ""
    heads = main or [question for question in asked if question.kind == "choice" or question.name in NAMES][:1]
    parts = [_short(question, session.value(question.name), session.value("target")) for question in heads]
    return ", ".join(part for part in parts if part)


def _short(question: Question, value: object, target: str | None) -> str:
    if value is None:
        return ""
    if question.kind == "boolean":
        name = NAMES.get(question.name, say(question.label))
        return name if value else say("no {name}", name=name)
    if isinstance(value, str) and value.startswith("http"):
        return urlsplit(value).hostname or ""
    return shown(question, value, target)


def error_at(name: str, session: Session, findings: Sequence[Finding]) -> tuple[str, bool]:
    """The sentence to show at a question, and whether it is a mistake rather than merely still open."""
    refused = session.refusal(name)
    if refused:
        return say(refused), True
    for finding in findings:
        if finding.question == name and finding.severity == "error":
            if open_question(finding):
                # The choices stand right above the sentence, and an example stands in the field.
                return say(finding.message), session.touched(name)
            return f"{say(finding.message)} {say(finding.cure)}".strip(), True
    return "", False
