"""From answers to everything that follows from them. The one evaluation behind every front end."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.secret_values import complete, typed
from aeterna_nb.chart import Dependency, Rendered
from aeterna_nb.chart.rendering import rendered, values_without_secrets, with_stand_ins
from aeterna_nb.checks.suite import Case, check_all, check_readable
from aeterna_nb.checks.values_files import laid_over, renderable
from aeterna_nb.checks.verdict import Verdict, verdict
from aeterna_nb.config import SetupConfig
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import OWN_VALUES_FILE, SECRET_VALUES_FILE, VALUES_FILE, generate_files
from aeterna_nb.generate.foreign import ForeignFileError
from aeterna_nb.reading.bounds import Unreadable

Manifest = dict[str, Any]
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Evaluation:
    """What follows from answers.

    `config` is None, and nothing is generated, where the answers do not make a configuration. `files` are texts by
    name relative to the output folder, `templates` the rendered texts by the chart's template, `manifests` the objects
    in them; `missing` are the subcharts that are not at hand, with the values that they get. `secrets` are the secret
    values by question's name: handed back as `kept`, the next evaluation makes no new ones.
    """

    config: SetupConfig | None
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    templates: Mapping[str, str] = field(default_factory=dict, repr=False)
    manifests: Sequence[Manifest] = field(default=(), repr=False)
    missing: Mapping[Dependency, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    findings: Sequence[Finding] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def made(self) -> Mapping[str, str]:
        """The secrets that nobody gave, by name: to be handed back as `kept`, so that no others are made."""
        given = typed(self.config) if self.config is not None else {}
        return {name: value for name, value in self.secrets.items() if name not in given}

    @property
    def verdict(self) -> Verdict:
        """What was looked at; for a configuration without errors."""
        return verdict(self.config, self.files, self.manifests, self.missing)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that forbid writing."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def evaluate(
    answers: Answers,
    existing: Mapping[str, str] = NOTHING,
    kept: Mapping[str, str] = NOTHING,
    present: Mapping[str, str] = NOTHING,
) -> Evaluation:
    """Everything that follows from the answers.

    `existing` are the texts of files that lie in the output folder; values of the user's own among them are laid over
    the others. `kept` are secret values made before, `present` texts of files on disk that are judged, and rendered,
    in the place of those that are generated.
    """
    config, found = answers.config()
    if config is None:
        return Evaluation(None, findings=(*found, *check_readable(present)))
    secrets = complete(config, kept)
    own = {OWN_VALUES_FILE: existing[OWN_VALUES_FILE]} if config.cluster and OWN_VALUES_FILE in existing else NOTHING
    # Helm leaves Python's lock while it renders, so the files are made and judged meanwhile.
    with ThreadPoolExecutor(1, "render") as background:
        rendering = background.submit(_rendered, config, secrets, present, existing)
        files, refused = _generated(config, answers, secrets, existing)
        judged = {**{name: present.get(name, text) for name, text in files.items()}, **own}
        shared = answers.layers.get(Origin.FLEET, {})
        case = Case(config, rendering.result, judged, answers.decided(), secrets, files if present else NOTHING, shared)
        found += [*refused, *check_all(case)]
    templates = case.rendered.files if case.rendered else NOTHING
    missing = case.rendered.missing if case.rendered else {}
    return Evaluation(config, files, templates, case.manifests, missing, tuple(found), secrets)


def _rendered(
    config: SetupConfig, secret_names: Iterable[str], present: Mapping[str, str], existing: Mapping[str, str]
) -> Rendered | None:
    if config.target != "kubernetes":
        return None
    values = renderable(present) if VALUES_FILE in present else values_without_secrets(config, secret_names)
    if values is None or not laid_over(values, existing):
        return None
    if SECRET_VALUES_FILE not in present:
        with_stand_ins(values, secret_names)
    return rendered(config, values)


def _generated(
    config: SetupConfig, answers: Answers, secrets: Mapping[str, str], existing: Mapping[str, str]
) -> tuple[dict[str, str], list[Finding]]:
    refused: list[Finding] = []
    while True:
        # The files can still be looked at; the error forbids writing.
        try:
            return generate_files(config, answers.decided(), secrets, existing), refused
        except ForeignFileError as error:
            existing = {name: text for name, text in existing.items() if name != error.file}
            refused.append(Finding("error", str(error), error.question, check="opencode"))
        except Unreadable as error:
            existing = NOTHING
            refused.append(Finding("error", str(error), check="folder"))
