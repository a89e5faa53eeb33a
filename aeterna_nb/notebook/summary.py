"""The configuration in plain words: what will be installed, what is still open, what is wrong."""

from collections.abc import Sequence
from html import escape

from aeterna_nb.findings import Finding
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.words import count, open_question
from aeterna_nb.questions import by_name
from aeterna_nb.wording import shown

PARTS = ("vector_backend", "cache", "postgresql", "llm")


def summary(session: Session, seen: Seen) -> str:
    """One or two sentences and a row of tags, as HTML, under their heading."""
    return f"<h2>What will be deployed</h2><p>{sentence(session)}</p>{tags(session, seen)}"


def sentence(session: Session) -> str:
    """What the answers amount to, as HTML. Whatever is not answered yet is said to be open."""
    target, mode = session.value("target"), session.value("mode")
    if target is None:
        return "Nothing is decided yet. Begin with a preset, or say where Aeterna will run."
    if target == "opencode-only":
        return f"Installs nothing here. OpenCode reaches Aeterna at {_central(session)}."
    place = "on Kubernetes" if target == "kubernetes" else "with Docker Compose"
    if mode is None:
        return f"Aeterna {place}. The mode is still open."
    if mode == "remote":
        return f"Runs no server {place}: clients use the central server at {_central(session)}."
    version = escape(str(session.value("server_version") or ""))
    text = f"Installs <b>Aeterna {version}</b> {place} in <b>{mode}</b> mode{_with(session)}"
    if session.value("namespace"):
        text += f", in the namespace <code>{escape(session.value('namespace'))}</code>"
    text += "."
    if mode == "hybrid":
        text += f" Keeps in step with the central server at {_central(session)}."
    return text


def _central(session: Session) -> str:
    url = session.value("central_url")
    return f"<code>{escape(url)}</code>" if url else "an address that is still missing"


def _with(session: Session) -> str:
    chosen = [_part(session, name) for name in PARTS]
    named = [part for part in chosen if part]
    if not named:
        return ""
    return ", with " + (" and ".join([", ".join(named[:-1]), named[-1]]) if named[:-1] else named[-1])


def _part(session: Session, name: str) -> str:
    value = session.value(name)
    if value is None or value == "none":
        return ""
    title = escape(shown(by_name()[name], value))
    if name == "postgresql":
        return "PostgreSQL of your own" if value == "external" else "PostgreSQL"
    return title


def tags(session: Session, seen: Seen) -> str:
    """What is open, wrong, good to know and proven, as a row of tags."""
    findings = seen.findings
    opened = sum(open_question(finding) for finding in findings)
    errors = _errors(findings) - opened
    warnings = len(findings) - errors - opened
    parts = []
    if errors:
        parts.append(("bad", count(errors, "thing to fix", "things to fix")))
    if opened:
        parts.append(("warn", count(opened, "answer is open", "answers are open")))
    if warnings:
        parts.append(("", f"{warnings} to know"))
    if seen.current and not errors:
        parts.append(("ok", _proven(session, seen)))
    return (
        '<div class="tags">' + "".join(f'<span class="tag {tone}">{words}</span>' for tone, words in parts) + "</div>"
    )


def _errors(findings: Sequence[Finding]) -> int:
    return sum(finding.severity == "error" for finding in findings)


def _proven(session: Session, seen: Seen) -> str:
    if seen.manifests:
        version = escape(str(session.value("kubernetes_version")))
        return f"{count(len(seen.manifests), 'object', 'objects')} valid for Kubernetes {version}"
    return f"{count(len(seen.files), 'file', 'files')} checked"
