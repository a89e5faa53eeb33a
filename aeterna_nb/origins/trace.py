"""What each answer causes, found by giving others in its place and looking at what becomes of every file and object.

A node depends on an answer if and only if there is another admissible value of that answer, everything else equal, with
which the node has another value or is not there. No generator has to say what it reads, so none can say it wrong.
"""

from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from aeterna_nb.answers import Answers
from aeterna_nb.answers.changing import Admissible
from aeterna_nb.answers.secret_values import MADE_NAMES, complete
from aeterna_nb.chart import ChartError, templates
from aeterna_nb.chart.helm import Target, read_manifests
from aeterna_nb.chart.rendering import chosen_engine, target_of
from aeterna_nb.config import SetupConfig
from aeterna_nb.generate.files import generate_files
from aeterna_nb.generate.helm_secret_values import helm_secret_values
from aeterna_nb.generate.helm_values import helm_values, merge
from aeterna_nb.generate.opencode import CONFIG_FILES
from aeterna_nb.origins.alternatives import alternatives, stand_in, without_secrets
from aeterna_nb.origins.trees import Differences, Effect, NodePath, appeared, differences, read, vanished
from aeterna_nb.questions import Question

Subject = Literal["files", "manifests"]
"""What is traced. Files need no render; objects need one for nearly every value that is tried."""

MADE = {name: stand_in(name) for name in MADE_NAMES}


@dataclass(frozen=True, slots=True)
class Causes:
    """What one answer causes, in files or in objects.

    `effects` are, by document, the nodes that have another value or are not there with another answer; `appears` are
    the nodes that would come. A document is a file's name, or an object's kind and name such as `Service/aeterna`. No
    values stand here, and so no secrets.
    """

    question: str
    effects: Mapping[str, Mapping[NodePath, Effect]] = field(default_factory=dict)
    appears: Mapping[str, frozenset[NodePath]] = field(default_factory=dict)

    def on(self, document: str, paths: Collection[NodePath]) -> Effect | None:
        """What becomes of these nodes of a document with another answer; None when they do not depend on it."""
        effects = self.effects.get(document) or {}
        found = {effects[path] for path in paths if path in effects}
        return "value" if "value" in found else "presence" if found else None

    @property
    def size(self) -> int:
        """How many nodes depend on the answer."""
        return sum(len(effects) for effects in self.effects.values())


class Tracer:
    """Finds what the answers to each question cause. The answers make a configuration.

    `existing` are the names of the files that lie in the output folder.
    """

    def __init__(self, answers: Answers, existing: Collection[str] = ()) -> None:
        self._answers = without_secrets(answers)
        self._existing = dict.fromkeys((name for name in existing if name in CONFIG_FILES), "")
        config, _ = self._answers.config()
        assert config is not None
        self._base = Admissible(self._answers, config)
        self._others: dict[str, tuple[Admissible, ...]] = {}

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that apply to the answers."""
        return self._answers.active()

    def causes(self, question: Question, subject: Subject) -> Causes:
        """What the answer causes in files, or in Kubernetes objects."""
        steps = self.steps(question, subject)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                found: Causes = end.value
                return found

    def steps(self, question: Question, subject: Subject) -> Generator[None, None, Causes]:
        """As `causes`, in steps that take no longer than one render, so that it can be left off in between."""
        compare = self._files_with if subject == "files" else self._manifests_with
        if question.name not in self._others:
            self._others[question.name] = tuple(alternatives(self._answers, question))
        effects: dict[str, dict[NodePath, Effect]] = {}
        appears: dict[str, set[NodePath]] = {}
        for other in self._others[question.name]:
            yield
            for document, found in compare(other).items():
                known = effects.setdefault(document, {})
                # That a value changes says more than that the node can be gone.
                known |= {path: effect for path, effect in found.effects.items() if known.get(path) != "value"}
                appears.setdefault(document, set()).update(found.appears)
        return Causes(
            question.name,
            {document: nodes for document, nodes in effects.items() if nodes},
            {document: frozenset(paths) for document, paths in appears.items() if paths},
        )

    @cached_property
    def _files(self) -> dict[str, str]:
        return self._generated(self._base)

    @cached_property
    def _trees(self) -> dict[str, Any]:
        return {name: read(name, text) for name, text in self._files.items()}

    def _generated(self, admissible: Admissible) -> dict[str, str]:
        config = admissible.config
        return generate_files(config, admissible.answers.decided(), complete(config, MADE), self._existing)

    def _files_with(self, other: Admissible) -> dict[str, Differences]:
        files = self._generated(other)
        found = {name: vanished(self._trees[name]) for name in self._files if name not in files}
        found |= {name: appeared() for name in files if name not in self._files}
        for name, text in self._files.items():
            if name in files and files[name] != text:
                found[name] = differences(self._trees[name], read(name, files[name]))
        return found

    @cached_property
    def _base_install(self) -> tuple[dict[str, Any], Target] | None:
        return _install(self._base.config)

    @cached_property
    def _base_templates(self) -> dict[str, str] | None:
        return _templates(self._base_install)

    def _manifests_with(self, other: Admissible) -> dict[str, Differences]:
        install = _install(other.config)
        if install == self._base_install:  # The same values make the same objects.
            return {}
        before, after = self._base_templates, _templates(install)
        if before is None or after is None:  # The chart refuses this value, so it is none that one could give.
            return {}
        changed = sorted({path for path in before.keys() | after.keys() if before.get(path) != after.get(path)})
        objects, others = (
            {identity(item): item for path in changed for item in read_manifests(rendered.get(path, ""))}
            for rendered in (before, after)
        )
        found = {name: vanished(item) for name, item in objects.items() if name not in others}
        found |= {name: appeared() for name in others if name not in objects}
        return found | {name: differences(item, others[name]) for name, item in objects.items() if name in others}


def _install(config: SetupConfig) -> tuple[dict[str, Any], Target] | None:
    """The chart's values and where they are installed; None where nothing is."""
    if config.target != "kubernetes":
        return None
    values = helm_values(config)
    merge(values, helm_secret_values(complete(config, MADE)))
    return values, target_of(config)


def _templates(install: tuple[dict[str, Any], Target] | None) -> dict[str, str] | None:
    """What the chart renders; None where it refuses the values."""
    try:
        return templates(*install, engine=chosen_engine()) if install else {}
    except ChartError:
        return None


def identity(manifest: Mapping[str, Any]) -> str:
    """The kind and name of an object, such as `Service/aeterna`."""
    return f"{manifest.get('kind', '')}/{manifest.get('metadata', {}).get('name', '')}"
