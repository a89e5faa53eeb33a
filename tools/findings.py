"""Write the reference of every finding, `docs/reference/findings.md`, off the checks and the calls that make findings.

`python -m tools.findings`
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import aeterna_nb
from aeterna_nb.checks.suite import CHECKS
from aeterna_nb.fleet.claims import SENTENCES

PACKAGE = Path(aeterna_nb.__file__).parent
FILE = PACKAGE.parent / "docs" / "reference" / "findings.md"
HEADER = """\
# Findings

What the workbench says of a configuration, and what mends it. An error keeps files from being written, or a deployment
from beginning; a warning does not. `…` stands for what differs. With `--json` each finding names its check, as here.
Made by `make reference`; change the checks, not this file.
"""
BEFORE: Mapping[str, tuple[str, str]] = {
    "answers": (
        "Answers in a file, parameters or a `fleet.yaml`, each as its question takes it.",
        "Write it as the sentence says; [every setting](settings.md) has its names and choices.",
    ),
    "environment": (
        "Variables that begin with `AETERNA_SETUP_`.",
        "Take it away, or write it as the settings have it.",
    ),
    "idle": ("Answers that these choices do not ask for.", "Leave it out, where it was not meant for other choices."),
    "missing": ("Questions that these choices ask, and that nothing answers.", "Answer it, by the flag that is named."),
    "model": ("Answers that do not fit together as a whole.", "Change the answer that the sentence is about."),
    "rules": ("Answers that exclude each other.", ""),
}
BEHIND: Mapping[str, tuple[str, str]] = {
    "folder": (
        "Files in a folder that can't be read, as `aeterna fleet` finds them.",
        "Give who runs it the right to read them, or mend what the sentence names.",
    ),
    "opencode": (
        "A configuration of OpenCode that is there already, and that can't be added to.",
        "Mend the file that the sentence names, or move it away.",
    ),
    "workspace": (
        "A folder that can't be read or written, or a write that was interrupted and is put right.",
        "Look at the folder, mend what the sentence names, and run the same again.",
    ),
    "probe": (
        "Services that do not answer, or were not asked (`aeterna status`, `aeterna validate --probe`).",
        "Each finding says what was tried, what came back, and what to do.",
    ),
    **{
        f"fleet-{kind}": ("What only one configuration of [a fleet](../how-to/fleets.md) may have.", "")
        for kind in SENTENCES
    },
    "fleet-secrets": ("Secrets without which `aeterna fleet set` and `upgrade` would write a wrong one.", ""),
    "preflight": (
        "What keeps a deployment from working, looked at before it begins (`aeterna deploy`).",
        "Look at what the sentence names, then deploy again.",
    ),
}
"""What is judged besides the checks of a configuration, and what mends it where the finding does not say it."""
CALLS: Mapping[str, tuple[int, int, str]] = {
    "Limit": (2, 3, ""),
    "Violation": (1, 2, "rules"),
    "_warning": (1, 2, ""),
    "Finding": (1, 3, ""),
    "found": (0, 1, ""),
    "warned": (0, 1, ""),
    "_error": (0, 9, ""),
    "wrong": (0, 9, ""),
}
"""What makes a finding: where its sentence and cure stand among the arguments, and its check where that is fixed."""


ENGINE = PACKAGE / "deploy" / "compose.py"
"""Where the same is looked at for a container engine."""


class Said(NamedTuple):
    """A finding as it is written down: its check, its sentence, its cure."""

    check: str
    sentence: str
    cure: str


def reference() -> str:
    """The text of the reference."""
    said = list(_everything())
    checks = {**BEFORE, **{name: (check.judges, check.cure) for name, check in CHECKS.items()}, **BEHIND}
    return "\n".join([HEADER, *(line for name, about in checks.items() for line in _section(name, *about, said))])


def _section(name: str, judges: str, cure: str, said: list[Said]) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{judges}\n"
    rows = dict.fromkeys((item.sentence, item.cure) for item in said if item.check == name and _says(item.sentence))
    if any(own for _, own in rows):
        yield from ("| it says | cure |", "|---|---|")
        yield from (f"| {_cell(sentence)} | {_cell(own or cure)} |" for sentence, own in rows)
    else:
        yield f"**Cure:** {cure}\n"
        yield from (f"- {_cell(one)}" for one, _ in rows)
    if rows:
        yield ""


def _says(sentence: str) -> bool:
    """Whether something is left of a sentence without its values."""
    return len(re.findall(r"[a-zA-Z]{2,}", sentence)) > 1


def _cell(text: str) -> str:
    return re.sub(r"…([.:]? ?…)+", "…", " ".join(text.split())).replace("|", "\\|")


def _everything() -> Iterator[Said]:
    for kind, (sentence, cure) in SENTENCES.items():
        yield Said(f"fleet-{kind}", _open(sentence), cure)
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = dict(_constants(tree))
        own = constants.get("CHECK", "preflight" if path == ENGINE or path.parent.name == "preflight" else "")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _called(node, own, constants)
            elif isinstance(node, ast.Yield) and own in CHECKS and node.value is not None:
                # The checks of manifests yield the end of a sentence, whose beginning names the object.
                yield from (Said(own, text, "") for text in _texts(node.value))


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The texts that a module gives names: its check, and cures that several findings share."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield from ((name, text) for text in _texts(value))


def _called(node: ast.Call, own: str, constants: Mapping[str, str]) -> Iterator[Said]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in CALLS:
        return
    place, cure_place, always = CALLS[name]
    named = {word.arg: word.value for word in node.keywords}
    check = named.get("check", node.args[4] if name == "Finding" and len(node.args) > 4 else None)
    belongs = always or (str(check.value) if isinstance(check, ast.Constant) else own)
    cure = named.get("cure", node.args[cure_place] if len(node.args) > cure_place else None)
    cures = [constants.get(cure.id, "")] if isinstance(cure, ast.Name) else _texts(cure) if cure is not None else ()
    said = " Or: ".join(cures)
    for sentence in _texts(node.args[place]) if len(node.args) > place else ():
        yield Said(belongs, sentence, said)


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts of an expression: a literal, a template, or each side of a condition; values are ellipses."""
    match node:
        case ast.Constant(value=str(text)) if text:
            yield _open(text)
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.Call(func=ast.Name(id="Sentence" | "message" | "say"), args=[template, *_]):
            yield from _texts(template)
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body)
            yield from _texts(other)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            for one in _texts(left):
                yield from (one + two for two in _texts(right))


def _open(text: object) -> str:
    """A template with ellipses in the place of its values."""
    try:
        pieces = list(Formatter().parse(str(text)))
    except ValueError:
        return str(text)
    return "".join(literal + ("" if value is None else "…") for literal, value, _, _ in pieces)


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
