"""The configuration in plain words: what will be installed, what is still open, what is wrong."""

from collections.abc import Sequence
from html import escape

from aeterna_nb.answers.wording import shown
from aeterna_nb.checks.server_limits import Fitness, fitness
from aeterna_nb.findings import Finding
from aeterna_nb.language import say, say_many
from aeterna_nb.notebook.panels.base import jump, prose
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.words import open_question
from aeterna_nb.questions import by_name

PARTS = ("vector_backend", "cache", "postgresql", "llm")


def summary(session: Session, seen: Seen) -> str:
    """One or two sentences and a row of tags, as HTML, under their heading."""
    return f"<h2>{say('What will be deployed')}</h2><p>{sentence(session)}</p>{tags(seen)}{ability(session)}"


def ability(session: Session) -> str:
    """What it will and will not be able to do, as a sentence that opens to the cures; empty where no server runs."""
    fit = fitness(session.value)
    if fit is None:
        return ""
    if not fit.lacking:
        return f'<p class="note">{escape(fit.words)}</p>'
    return f'<details class="fitness" data-name="fitness"><summary>{escape(fit.words)}</summary>{cures(fit)}</details>'


def cures(fit: Fitness) -> str:
    """What is lacking, each with its reason, its cure and the way to its question."""
    items = "".join(_cure(lacks, finding) for lacks, finding in fit.lacking)
    return f'<dl class="plan">{items}</dl>'


def _cure(lacks: str, finding: Finding) -> str:
    way = jump(finding.question, say("Go to: {question}", question=say(by_name()[finding.question].label)))
    why = f"{prose(say(finding.message))} {prose(say(finding.cure))}"
    return f"<div><dt>{escape(say(lacks))}</dt><dd>{why} {way}</dd></div>"


def sentence(session: Session) -> str:
    """What the answers amount to, as HTML. Whatever is not answered yet is said to be open."""
    target, mode = session.value("target"), session.value("mode")
    if target is None:
        return say("Nothing is decided yet. Begin with a preset, or say where Aeterna will run.")
    if target == "opencode-only":
        return say("Installs nothing here. OpenCode reaches Aeterna at {address}.", address=_central(session))
    place = say("on Kubernetes") if target == "kubernetes" else say("with Docker Compose")
    if mode is None:
        return say("Aeterna {place}. The mode is still open.", place=place)
    if mode == "remote":
        return say(
            "Runs no server {place}: clients use the central server at {address}.",
            place=place,
            address=_central(session),
        )
    text = _installs(session, place, mode)
    if mode == "hybrid":
        text += " " + say("Keeps in step with the central server at {address}.", address=_central(session))
    return text


def _installs(session: Session, place: str, mode: str) -> str:
    named = {
        "version": escape(str(session.value("server_version") or "")),
        "place": place,
        "mode": shown(by_name()["mode"], mode, None).lower(),
        "parts": _with(session),
    }
    if session.value("namespace"):
        return say(
            "Installs <b>Aeterna {version}</b> {place} in <b>{mode}</b> mode{parts}, in the namespace "
            "<code>{namespace}</code>.",
            namespace=escape(session.value("namespace")),
            **named,
        )
    return say("Installs <b>Aeterna {version}</b> {place} in <b>{mode}</b> mode{parts}.", **named)


def _central(session: Session) -> str:
    url = session.value("central_url")
    return f"<code>{escape(url)}</code>" if url else say("an address that is still missing")


def _with(session: Session) -> str:
    named = [part for part in (_part(session, name) for name in PARTS) if part]
    if not named:
        return ""
    *first, last = named
    listed = say("{first} and {last}", first=", ".join(first), last=last) if first else last
    return say(", with {parts}", parts=listed)


def _part(session: Session, name: str) -> str:
    value = session.value(name)
    if value is None or value == "none":
        return ""
    if name == "postgresql":
        return say("PostgreSQL of your own") if value == "external" else "PostgreSQL"
    return escape(shown(by_name()[name], value, session.value("target")))


def tags(seen: Seen) -> str:
    """What is open, wrong, good to know and proven, as a row of tags."""
    findings = seen.findings
    opened = sum(open_question(finding) for finding in findings)
    errors = _errors(findings) - opened
    warnings = len(findings) - errors - opened
    parts = []
    if errors:
        parts.append(("bad", say_many(errors, "{number} thing to fix", "{number} things to fix")))
    if opened:
        parts.append(("warn", say_many(opened, "{number} answer is open", "{number} answers are open")))
    if warnings:
        parts.append(("", say("{number} to know", number=warnings)))
    if seen.files and not seen.current:
        parts.append(("warn", say("Files, manifests and resources: of your last complete answers")))
    elif seen.current and not seen.settled:
        parts.append(("", say("Being checked ...")))
    elif seen.current and not errors:
        parts.append(("ok" if seen.verdict.whole else "warn", escape(seen.verdict.words)))
    return (
        '<div class="tags">' + "".join(f'<span class="tag {tone}">{words}</span>' for tone, words in parts) + "</div>"
    )


def _errors(findings: Sequence[Finding]) -> int:
    return sum(finding.severity == "error" for finding in findings)
