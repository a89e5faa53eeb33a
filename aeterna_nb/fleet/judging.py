"""One configuration judged: a pure function from texts to findings, so that it can run in any process anywhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import ANSWERS_FILE, AnswersFileError, parse_answers
from aeterna_nb.answers.secret_values import MADE_NAMES
from aeterna_nb.answers.sources import layered
from aeterna_nb.chart.rendering import STAND_INS
from aeterna_nb.checks.departures import CURE
from aeterna_nb.config.secrets import Sops
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.findings import Finding
from aeterna_nb.fleet.claims import Claim, claims
from aeterna_nb.fleet.tool import tool_digest
from aeterna_nb.generate.compose.env_file import read_env
from aeterna_nb.generate.files import ENV_FILE, SECRET_FILES, SECRET_VALUES_FILE
from aeterna_nb.generate.helm_secret_values import read_secret_values
from aeterna_nb.kubernetes.demands import demands, together
from aeterna_nb.output.folder import MERGED_FILES, OUR_FILES, with_kept_secrets
from aeterna_nb.output.writing import SEALED_FILE
from aeterna_nb.questions import plain
from aeterna_nb.reading.bounds import Unreadable

COLUMNS = (
    *("target", "mode", "server_version", "kubernetes_version", "namespace", "release_name"),
    *("vector_backend", "cache", "postgresql", "llm", "size"),
)
"""The answers that a table of configurations shows, by their questions' names."""


_STAND_IN = "stands-for-a-secret-that-is-not-here"
"""In the place of a secret; no word that stands in a file for something else."""


class NotRead(Exception):
    """The answers of a configuration can't be read; `findings` say why. Nothing can be said about the rest of it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings)
        self.findings = tuple(findings)


class OtherTool(Exception):
    """A worker has another version of the workbench, or other subcharts, than whoever sent the task."""


@dataclass(frozen=True, slots=True)
class Task:
    """One configuration as texts: what it takes to judge it, and nothing of where it lies.

    `shared` are the nested answers of the fleet, the nearest last (None: they can't be read), and `wrong` what is wrong
    with the files that hold them. `tool` is the digest of the workbench that asks.
    """

    texts: Mapping[str, str] = field(repr=False)
    sealed: bool = False
    unreadable: tuple[str, ...] = ()
    shared: tuple[Mapping[str, Any], ...] | None = ()
    wrong: tuple[Finding, ...] = ()
    tool: str = ""

    def open(self) -> "Task":
        """The same without the texts of files with secrets."""
        return replace(self, texts={name: text for name, text in self.texts.items() if name not in SECRET_FILES})


@dataclass(frozen=True, slots=True)
class Resources:
    """What a configuration asks of its cluster: pods, CPU in cores, memory and storage in bytes."""

    pods: int = 0
    cpu: Decimal = Decimal()
    memory: Decimal = Decimal()
    storage: Decimal = Decimal()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found of one configuration: its findings, its main answers, what it claims for itself, and its size."""

    findings: tuple[Finding, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    resources: Resources = Resources()
    objects: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """The answers of a configuration, with stand-ins for the secrets that are not here, and what is wrong with them.

    `given` are the secrets that are here, by question's name, and `kept` those with stand-ins for the rest.
    """

    answers: Answers
    findings: tuple[Finding, ...]
    kept: Mapping[str, str] = field(default_factory=dict, repr=False)
    given: Mapping[str, str] = field(default_factory=dict, repr=False)


def judged(task: Task) -> Judgement:
    """Judge a configuration as it lies there. Raises OtherTool."""
    if task.tool != tool_digest():
        raise OtherTool
    try:
        read = answers_of(task)
    except NotRead as error:
        return Judgement(error.findings)
    existing = {name: task.texts[name] for name in MERGED_FILES if name in task.texts}
    present = {name: task.texts[name] for name in OUR_FILES if name in task.texts}
    evaluation = evaluate(read.answers, existing, read.kept, present)
    found = [*unreadable(task), *read.findings, *evaluation.findings, *_missing(evaluation, task)]
    return Judgement(
        tuple(dict.fromkeys(found)),
        shown_answers(read.answers),
        tuple(claims(evaluation.config)) if evaluation.config else (),
        resources_of(evaluation),
        len(evaluation.manifests),
    )


def unreadable(task: Task) -> list[Finding]:
    """What is said of the files in a folder that can't be read."""
    return [Finding("error", text, check="folder") for text in task.unreadable]


def answers_of(task: Task) -> Read:
    """The answers in a task. A secret that is not here, since none belongs in a repository, has a stand-in.

    Raises NotRead.
    """
    if task.shared is None or ANSWERS_FILE not in task.texts:
        raise NotRead([*task.wrong, *unreadable(task)])
    try:
        tree = parse_answers(task.texts[ANSWERS_FILE], ANSWERS_FILE)
    except AnswersFileError as error:
        raise NotRead((*task.wrong, Finding("error", str(error), check="answers"))) from None
    answers, own = layered(Answers(), task.shared, tree)
    found = [*task.wrong, *own]
    kept = {name: _stand_in(name) for name in MADE_NAMES}
    try:
        given = read_env(task.texts.get(ENV_FILE, ""))
        given |= read_secret_values(task.texts.get(SECRET_VALUES_FILE, ""), SECRET_VALUES_FILE)
    except Unreadable as error:
        given = {}
        found.append(Finding("error", str(error), check="folder"))
    answers = with_kept_secrets(answers, given)
    while lacking := [question.name for question in answers.missing() if question.secret]:
        answers = answers.with_texts(Origin.PRESET, {name: _stand_in(name) for name in lacking})
    return Read(answers, tuple(found), {**kept, **given}, given)


def _stand_in(name: str) -> str:
    return STAND_INS.get(name, _STAND_IN)


def resources_of(evaluation: Evaluation) -> Resources:
    """What a configuration asks of its cluster; one node of each where something runs on every node."""
    total = together("", demands(evaluation.manifests, evaluation.missing))
    return Resources(total.pods, total.cpu, total.memory, total.storage)


def shown_answers(answers: Answers) -> dict[str, Any]:
    """The answers that a table shows, by their questions' names; those that do not apply are left out."""
    found = {name: plain(answers.lookup(name)) for name in COLUMNS}
    return {name: value for name, value in found.items() if value is not None}


def _missing(evaluation: Evaluation, task: Task) -> Iterator[Finding]:
    """A warning for each file that is not there, where others are; of secrets only those encrypted for git count."""
    if task.texts.keys() <= {ANSWERS_FILE}:
        return
    names = [name for name in evaluation.files if name not in task.texts and name not in SECRET_FILES]
    storage = evaluation.config.secrets.storage if evaluation.config and evaluation.config.secrets else None
    if isinstance(storage, Sops) and evaluation.secrets and not task.sealed:
        names.append(SEALED_FILE)
    for name in names:
        yield Finding("warning", Sentence("{file} is missing.", file=name), cure=CURE, check="departures")
