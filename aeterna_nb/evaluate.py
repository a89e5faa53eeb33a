"""From answers to everything that follows from them. The one evaluation behind every front end."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aeterna_nb.answers import Answers
from aeterna_nb.config import SetupConfig
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import generate_files
from aeterna_nb.generate.opencode import OpenCodeFileError
from aeterna_nb.secret_values import complete

Manifest = dict[str, Any]
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Evaluation:
    """What follows from answers.

    `config` is None, and nothing is generated, where the answers do not make a configuration. `files` are texts by
    name relative to the output folder, `templates` the rendered texts by the chart's template, `manifests` the objects
    in them. `timings` are seconds by step. `secrets` are the secret values by question's
    name: handed back as `kept`, the next evaluation makes no new ones.
    """

    config: SetupConfig | None
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    templates: Mapping[str, str] = field(default_factory=dict, repr=False)
    manifests: Sequence[Manifest] = field(default=(), repr=False)
    findings: Sequence[Finding] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that forbid writing."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


class _Stopwatch:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start


def evaluate(answers: Answers, existing: Mapping[str, str] = NOTHING, kept: Mapping[str, str] = NOTHING) -> Evaluation:
    """Everything that follows from the answers.

    `existing` are the texts of files that lie in the output folder; `kept` are secret values made before.
    """
    watch = _Stopwatch()
    with watch.step("answers"):
        config, found = answers.config()
    if config is None:
        return Evaluation(None, findings=tuple(found), timings=watch.seconds)
    with watch.step("generate"):
        secrets = complete(config, kept)
        try:
            files = generate_files(config, answers.decided(), secrets, existing)
        except OpenCodeFileError as error:
            found = [*found, Finding("error", str(error), "opencode", check="opencode")]
            # To look at; the error forbids writing.
            files = generate_files(config, answers.decided(), secrets, NOTHING)
    return Evaluation(config, files, {}, (), tuple(found), watch.seconds, secrets)
