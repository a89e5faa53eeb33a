"""Secrets: none stands in any file but the one that is meant for it (design, section 4), and none is lost unsaid."""

import base64
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar
from urllib.parse import quote

from pydantic import SecretStr

from aeterna_nb.answers.secret_values import refers, typed
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.ask import Section
from aeterna_nb.config.sentence import Heading, Sentence
from aeterna_nb.findings import Finding
from aeterna_nb.questions import by_name, value_in

CHECK = "secrets"

_Section = TypeVar("_Section", bound=Section)

Regenerate = Callable[[Mapping[str, str]], Mapping[str, str]]
"""Generates the files with other secret values, by question's name."""

# What stands for a secret while the files are made again. Long and odd enough to be in no file by chance.
_CANARY = "Q7canaryZ3vK9pW1"


def check_unwritten(config: SetupConfig) -> list[Finding]:
    """A warning for each secret that was given although credentials are only referred to."""
    if not refers(config):
        return []
    return [
        Finding(
            "warning",
            Sentence(
                "{question}: the value is not written, since credentials are only referred to.",
                question=Heading(by_name()[name].label),
            ),
            name,
            Sentence("Put it into your Secret or store as the next steps say."),
            check="unwritten-secrets",
        )
        for name in typed(config)
    ]


def check_secrets(
    files: Mapping[str, str], secrets: Mapping[str, str], meant: Collection[str], regenerate: Regenerate
) -> list[Finding]:
    """An error for every secret that stands in a file which is not meant for secrets; its value is not repeated.

    `files` are texts by name, `secrets` values by question's name, `meant` the names of the files for secrets. A
    password such as `aeterna` stands in many files for other reasons. So where a value is found, the files are made
    again with another value in its place: only where that one turns up as well the secret itself was written.
    """
    open_files = {name: text for name, text in files.items() if name not in meant}
    findings: list[Finding] = []
    for secret, value in secrets.items():
        suspected = [name for name, text in open_files.items() if _stands_in(value, text)]
        if not suspected:
            continue
        again = regenerate({**secrets, secret: _CANARY})
        for name in suspected:
            if _stands_in(_CANARY, again.get(name, "")):
                label = by_name()[secret].label if secret in by_name() else secret
                findings.append(
                    Finding(
                        "error",
                        f"{name} would hold a secret ({label}), which belongs in {' or '.join(sorted(meant))}.",
                        question=secret if secret in by_name() else "",
                        cure="Nothing was written. This is a fault of the workbench; please report it.",
                        check=CHECK,
                    )
                )
    return findings


def _stands_in(value: str, text: str) -> bool:
    return any(form in text for form in _forms(value))


def _forms(value: str) -> Iterator[str]:
    """The value as files of different kinds write it."""
    stripped = value.strip()
    if not stripped:
        return
    yield stripped
    yield json.dumps(stripped)[1:-1]
    yield json.dumps(stripped, ensure_ascii=False)[1:-1]
    yield quote(stripped, safe="")
    yield base64.b64encode(value.encode()).decode().rstrip("=")
    lines = [line.strip() for line in stripped.splitlines()]
    if len(lines) > 1:
        # A key file may be indented; its longest line gives it away.
        yield max(lines, key=len)


def with_secrets(config: SetupConfig, secrets: Mapping[str, str]) -> SetupConfig:
    """The configuration with other values for the secrets that it holds; not validated again."""
    for name, value in secrets.items():
        question = by_name().get(name)
        if question is not None and value_in(config, question) is not None:
            config = _replaced(config, question.path, SecretStr(value))
    return config


def _replaced(section: _Section, path: tuple[str, ...], value: SecretStr) -> _Section:
    inner: object = value if len(path) == 1 else _replaced(getattr(section, path[0]), path[1:], value)
    return section.model_copy(update={path[0]: inner})
