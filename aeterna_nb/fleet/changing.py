"""One configuration with other answers or another chart: a pure function from texts to what would become of it."""

import io
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from aeterna_nb.answers import Origin
from aeterna_nb.answers.file import ANSWERS_FILE
from aeterna_nb.chart import helm
from aeterna_nb.chart.rendering import target_of, values_without_secrets
from aeterna_nb.checks.values_files import laid_over
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.findings import Finding
from aeterna_nb.fleet.effects import Effect, file_effects, object_effects
from aeterna_nb.fleet.judging import NotRead, Task, answers_of, unreadable
from aeterna_nb.generate.files import OWN_VALUES_FILE, SECRET_FILES
from aeterna_nb.output.folder import MERGED_FILES
from aeterna_nb.questions import by_name


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to change: texts of answers by question's name, where other answers are such and such, and the chart."""

    answers: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    chart: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would become of a configuration: `files` that would be written, by name, its changes by kind, and errors.

    `concerned` says whether the wish is about it at all.
    """

    concerned: bool
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    effects: tuple[Effect, ...] = ()
    errors: tuple[Finding, ...] = ()


def outcome(task: Task, wish: Wish) -> Outcome:
    """What a wish makes of a configuration. Where it would break, nothing is to be written."""
    try:
        read = answers_of(task)
    except NotRead as error:
        return broken(error.findings)
    answers = read.answers
    if any(answers.lookup(name) != by_name()[name].parse(text) for name, text in wish.where.items()):
        return Outcome(False)
    wanted = {name: text for name, text in wish.answers.items() if answers.applies(name)}
    if wish.answers and not wanted:
        return Outcome(False)
    existing = {name: task.texts[name] for name in MERGED_FILES if name in task.texts}
    before = evaluate(answers, existing, read.kept)
    after = evaluate(answers.with_texts(Origin.FILE, wanted), existing, read.kept) if wanted else before
    found = (*unreadable(task), *read.findings, *after.findings)
    errors = [finding for finding in found if finding.severity == "error"]
    objects = list(after.manifests)
    if wish.chart is not None and after.config is not None and after.config.target == "kubernetes":
        try:
            objects = _rendered(after, existing, wish.chart)
        except helm.HelmError as error:
            errors.append(Finding("error", f"The chart refuses: {' '.join(str(error).split())}", check="render"))
    files = _written(after, task)
    # A stand-in must never become somebody's key.
    if not errors and SECRET_FILES & files.keys() and after.secrets.keys() - read.given.keys():
        errors.append(
            Finding(
                "error",
                "A secret is needed that is not in the folder.",
                cure="Give it there with `aeterna setup --reconfigure`.",
                check="fleet-secrets",
            )
        )
    if errors:
        return broken(errors)
    config = after.config
    release = config.cluster.release_name if config is not None and config.cluster is not None else ""
    effects = {*object_effects(before.manifests, objects, release), *file_effects(task.texts, files)}
    return Outcome(True, files, tuple(sorted(effects)))


def broken(errors: Sequence[Finding]) -> Outcome:
    """Of a configuration that stays as it is, since something is wrong."""
    return Outcome(True, {}, tuple(Effect("breaks", error.message) for error in errors), tuple(errors))


def _written(evaluation: Evaluation, task: Task) -> dict[str, str]:
    """The files to write: those with secrets only where they are, and the answers alone where nothing else is."""
    if task.texts.keys() <= {ANSWERS_FILE, OWN_VALUES_FILE}:
        return {name: text for name, text in evaluation.files.items() if name == ANSWERS_FILE}
    return {name: text for name, text in evaluation.files.items() if name not in SECRET_FILES or name in task.texts}


def _rendered(evaluation: Evaluation, existing: Mapping[str, str], chart: Path) -> list[dict[str, object]]:
    assert evaluation.config is not None
    values = values_without_secrets(evaluation.config, evaluation.secrets)
    laid_over(values, existing)
    files = helm.render(_packed(chart), values, target_of(evaluation.config))
    texts = (text for name, text in sorted(files.items()) if not name.endswith(".txt"))
    return [item for text in texts for item in helm.read_manifests(text)]


@lru_cache(maxsize=1)
def _packed(chart: Path) -> bytes:
    """A chart as an archive: the file itself, or a folder packed."""
    if chart.is_file():
        return chart.read_bytes()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        archive.add(chart, "aeterna")
    return buffer.getvalue()
