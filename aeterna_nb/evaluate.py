"""From answers to everything that follows from them. The one evaluation behind every front end."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aeterna_nb.answers import Answers
from aeterna_nb.answers.secret_values import complete, refers, typed
from aeterna_nb.chart import ChartError, Rendered
from aeterna_nb.chart.helm import HelmMissing
from aeterna_nb.chart.rendering import rendered
from aeterna_nb.checks.agreement import check_agreement
from aeterna_nb.checks.generated import check_generated
from aeterna_nb.checks.suite import check_configuration, check_rendered
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.sentence import Heading, Sentence
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import generate_files
from aeterna_nb.generate.opencode import OpenCodeFileError
from aeterna_nb.questions import by_name

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
        self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - start


def evaluate(answers: Answers, existing: Mapping[str, str] = NOTHING, kept: Mapping[str, str] = NOTHING) -> Evaluation:
    """Everything that follows from the answers.

    `existing` are the texts of files that lie in the output folder; `kept` are secret values made before.
    """
    watch = _Stopwatch()
    with watch.step("answers"):
        config, found = answers.config()
    if config is None:
        return Evaluation(None, findings=tuple(found), timings=watch.seconds)
    secrets = complete(config, kept)
    # Helm leaves Python's lock while it renders, so the files are made and judged meanwhile.
    with ThreadPoolExecutor(1, "render") as background:
        rendering = background.submit(_rendered, config, secrets, watch)
        with watch.step("generate"):
            files, refused = _generated(config, answers, secrets, existing)
        found += [*refused, *_unwritten(config), *check_configuration(config)]
        with watch.step("check"):
            judged = check_generated(config, answers.decided(), files, secrets)
        output, refused = rendering.result()
    found += refused
    templates: Mapping[str, str] = {}
    manifests: Sequence[Manifest] = ()
    if output is not None:
        templates, manifests = output.files, output.manifests
        with watch.step("check"):
            found += check_rendered(config, output)
    with watch.step("check"):
        found += [*judged, *check_agreement(files, manifests)]
    return Evaluation(config, files, templates, manifests, tuple(found), watch.seconds, secrets)


def _rendered(
    config: SetupConfig, secret_names: Iterable[str], watch: _Stopwatch
) -> tuple[Rendered | None, list[Finding]]:
    if config.target != "kubernetes":
        return None, []
    try:
        with watch.step("render"):
            return rendered(config, secret_names), []
    except ChartError as error:
        return None, [
            Finding("error", Sentence("The chart refuses: {problem}", problem=problem), check="render")
            for problem in error.problems
        ]
    except HelmMissing as error:
        return None, [Finding("error", str(error), check="render")]


def _generated(
    config: SetupConfig, answers: Answers, secrets: Mapping[str, str], existing: Mapping[str, str]
) -> tuple[dict[str, str], list[Finding]]:
    try:
        return generate_files(config, answers.decided(), secrets, existing), []
    except OpenCodeFileError as error:
        # The files can still be looked at; the error forbids writing.
        files = generate_files(config, answers.decided(), secrets, NOTHING)
        return files, [Finding("error", str(error), "opencode", check="opencode")]


def _unwritten(config: SetupConfig) -> list[Finding]:
    """A finding for each secret that was given although credentials are only referred to."""
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
            check="secrets",
        )
        for name in typed(config)
    ]
