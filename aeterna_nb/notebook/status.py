"""What the cells of the status notebook call: the services and the release of a configuration, and how they are."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.file import ANSWERS_FILE
from aeterna_nb.answers.sources import PREFIX
from aeterna_nb.config import SetupConfig
from aeterna_nb.deploy.compose import project_in
from aeterna_nb.engine.project import Project
from aeterna_nb.notebook.document import Document
from aeterna_nb.notebook.health import health_of
from aeterna_nb.notebook.parameters import RUN_PARAMETERS, ParameterError, cell, read_parameters, tidy, wrong_names
from aeterna_nb.notebook.picture import picture
from aeterna_nb.notebook.topology import topology
from aeterna_nb.notebook.voila import served_by_voila
from aeterna_nb.output.folder import kept_secrets, with_kept_secrets
from aeterna_nb.output.workspace import WorkspaceError
from aeterna_nb.probes import allowed
from aeterna_nb.probes.running import Tell
from aeterna_nb.probes.status import Status, status_of
from aeterna_nb.probes.status_rows import Row, cluster_rows, lines, project_rows, service_rows, verdict
from aeterna_nb.questions import by_name

STATUS_PARAMETERS: Mapping[str, tuple[type, str]] = {
    "config_file": RUN_PARAMETERS["config_file"],
    "output_dir": RUN_PARAMETERS["output_dir"],
    "context": (str, "the name of a context of the kubeconfig, as text"),
}
"""The parameters that are no question: their types, and what to write."""

NOT_ASKED = (
    "Visitors of a served page may ask nothing from this machine. "
    "The operator allows it by setting the variable AETERNA_ALLOW_PROBES to 1."
)


@dataclass(frozen=True)
class StatusRun:
    """What is to be looked at. Displayed, it says what that is, or what is missing.

    `config` is None where there is no complete configuration; a release can be looked at even so. `done` says what an
    interrupted write or a secret in the open made necessary in the folder. `project` is the Compose project there.
    """

    config: SetupConfig | None
    release: str
    namespace: str
    context: str
    missing: str = ""
    done: tuple[str, ...] = ()
    answers: Answers = field(default_factory=Answers, repr=False)
    project: Project | None = None

    def __repr__(self) -> str:
        if self.missing and not self.release:
            return " ".join([*self.done, self.missing])
        release = f"the release {self.release} in the namespace {self.namespace}" if self.release else ""
        looking = f"Looking at {release or 'the services of the configuration'}."
        return " ".join([*self.done, looking, *[self.missing] * bool(self.missing)])


@cell
def read_status(given: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> StatusRun:
    """What the parameters ask to look at; None stands for one that was not given.

    Raises ParameterError with everything that is wrong.
    """
    named = {name: value for name, value in given.items() if value is not None}
    problems = wrong_names(named, STATUS_PARAMETERS, set(by_name()))
    if problems:
        raise ParameterError("\n".join(problems))
    context = named.pop("context", "")
    folder = Path(named.get("output_dir") or environ.get(f"{PREFIX}OUTPUT", "."))
    done = tuple(finding.message for finding in tidy(folder, environ))
    file = Path(named.get("config_file") or folder / ANSWERS_FILE)
    if file.exists() or "config_file" in named:
        named["config_file"] = str(file)
    elif not any(name in by_name() for name in named):
        return StatusRun(None, "", "", context, _no_configuration(folder), done)
    answers = _with_kept(read_parameters(named, environ).answers, folder)
    if answers.lookup("target") is None and ("namespace" in named or "release_name" in named):
        answers = answers.with_values(Origin.GIVEN, {"target": "kubernetes"})
    config, wrong = answers.config()
    release, namespace = str(answers.lookup("release_name") or ""), str(answers.lookup("namespace") or "")
    missing = "" if config else " ".join(dict.fromkeys(finding.message for finding in wrong))
    unasked = f"No services are asked: {missing}" if missing else ""
    return StatusRun(config, release, namespace, context, unasked, done, answers, project_in(folder, config))


def _no_configuration(folder: Path) -> str:
    return (
        f"There is no configuration in the folder {folder}: {ANSWERS_FILE} is missing. "
        "Give output_dir or config_file, or look at a release alone by namespace and release_name."
    )


def _with_kept(answers: Answers, folder: Path) -> Answers:
    try:
        return with_kept_secrets(answers, kept_secrets(folder)) if folder.is_dir() else answers
    except WorkspaceError as error:
        raise ParameterError(str(error)) from None


@cell
def look(run: StatusRun, environ: Mapping[str, str] = os.environ) -> Status | None:
    """How everything is, asked now; None where there is nothing to ask, or nobody may.

    While it is asked, the cell shows which services have not answered yet.
    """
    if not allowed(environ, for_visitors=served_by_voila(environ)) or not (run.config or run.release):
        return None
    release = (run.release, run.namespace) if run.release else None
    with _progress() as waiting:
        return status_of(run.config, release, run.context, waiting, run.project)


@cell
def services_now(status: Status | None) -> Document:
    """The services of the configuration, and what came of asking each."""
    if status is None or not status.services:
        return _sentence("There are no services to ask." if status or not served_by_voila() else NOT_ASKED)
    return _table([*service_rows(status.services)])


@cell
def release_now(status: Status | None) -> Document:
    """The verdict about everything, and the release or the Compose project, part by part."""
    if status is None or (status.cluster is None and status.project is None):
        return _sentence("There is no release to look at.")
    sentence, tone = verdict(status), "good" if status.healthy else "bad"
    in_cluster = cluster_rows(status.cluster) if status.cluster else []
    in_project = project_rows(status.project) if status.project else []
    table = _table([*in_cluster, *in_project])
    html = f'<p class="verdict {tone}" role="status">{escape(sentence)}</p>{table.html}'
    return Document(html, f"{sentence}\n{table.text}")


@cell
def picture_now(run: StatusRun, status: Status | None) -> Document:
    """The picture of the configuration in the colours of health; each box says how it is, and why."""
    if status is None or run.answers.lookup("target") is None:
        return _sentence("There is no configuration to draw.")
    drawn, health = topology(run.answers), health_of(status)
    told = [f"{box.title}: {health[box.key].words}" for box in drawn.boxes if box.key in health]
    note = "Green is as it should be, amber is on its way, red is not; what has no colour was not seen."
    words = "".join(f"<li>{escape(line)}</li>" for line in told)
    html = f'{picture(drawn, health=health)}<p class="note">{note}</p><ul>{words}</ul>'
    return Document(html, "\n".join(told))


@cell
def live(run: StatusRun) -> Any:
    """All of it once more, looked at whenever the button is pressed, or every few seconds."""
    from aeterna_nb.notebook.live import Live

    def now() -> str:
        status = look(run)
        return picture_now(run, status).shown + release_now(status).shown + services_now(status).shown

    return Live(now).widget


@contextmanager
def _progress() -> Iterator[Tell]:
    """Shows in one place below the cell whom it waits for; nothing is left of it. Without IPython nothing shows."""
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        yield lambda services: None
        return
    shown = display(_sentence("Asking ..."), display_id=True)
    yield lambda services: shown.update(_sentence(f"Waiting for {', '.join(services)} ..." if services else ""))
    shown.update(_sentence(""))


def _sentence(text: str) -> Document:
    return Document(f"<p>{escape(text)}</p>", text)


def _table(rows: Sequence[Row]) -> Document:
    body = "".join(
        f'<tr class="{row.tone}"><td class="state">{escape(row.state)}</td><th scope="row">{escape(row.what)}</th>'
        f"<td>{escape(row.words)}</td></tr>"
        for row in rows
    )
    return Document(f'<table class="states"><tbody>{body}</tbody></table>', "\n".join(lines(rows)))
