"""What the cells of the status notebook call: the services and the release of a configuration, and how they are."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers_file import ANSWERS_FILE
from aeterna_nb.commands.options import PREFIX
from aeterna_nb.config import SetupConfig
from aeterna_nb.notebook.document import Document
from aeterna_nb.notebook.voila import served_by_voila
from aeterna_nb.output import kept_secrets, with_kept_secrets
from aeterna_nb.parameters import RUN_PARAMETERS, ParameterError, read_parameters, wrong_names
from aeterna_nb.probes import Outcome, allowed, probe
from aeterna_nb.probes.targets import own_server, services
from aeterna_nb.questions import by_name
from aeterna_nb.status import ClusterStatus, Status, cluster_status
from aeterna_nb.status_text import cluster_lines, service_lines, verdict
from aeterna_nb.workspace import WorkspaceError

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

    `config` is None where there is no complete configuration; a release can be looked at even so.
    """

    config: SetupConfig | None
    release: str
    namespace: str
    context: str
    missing: str = ""

    def __repr__(self) -> str:
        if self.missing and not self.release:
            return self.missing
        release = f"the release {self.release} in the namespace {self.namespace}" if self.release else ""
        return f"Looking at {release or 'the services of the configuration'}." + f" {self.missing}" * bool(self.missing)


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
    file = Path(named.get("config_file") or folder / ANSWERS_FILE)
    if file.exists() or "config_file" in named:
        named["config_file"] = str(file)
    elif not any(name in by_name() for name in named):
        return StatusRun(None, "", "", context, _no_configuration(folder))
    answers = _with_kept(read_parameters(named, environ).answers, folder)
    if answers.lookup("target") is None and ("namespace" in named or "release_name" in named):
        answers = answers.with_values(Origin.GIVEN, {"target": "kubernetes"})
    config, wrong = answers.config()
    release, namespace = str(answers.lookup("release_name") or ""), str(answers.lookup("namespace") or "")
    missing = "" if config else " ".join(dict.fromkeys(finding.message for finding in wrong))
    return StatusRun(config, release, namespace, context, f"No services are asked: {missing}" if missing else "")


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


def look(run: StatusRun, environ: Mapping[str, str] = os.environ) -> Status | None:
    """How everything is, asked now; None where there is nothing to ask, or nobody may."""
    if not allowed(environ, for_visitors=served_by_voila(environ)) or not (run.config or run.release):
        return None
    outcomes = probe([*own_server(run.config), *services(run.config)]) if run.config else []
    cluster = cluster_status(run.release, run.namespace, run.context) if run.release else None
    return Status(outcomes, cluster)


def services_now(status: Status | None) -> Document:
    """The services of the configuration, and what came of asking each."""
    if status is None or not status.services:
        return _sentence("There are no services to ask." if status or not served_by_voila() else NOT_ASKED)
    rows = [_service(outcome) for outcome in status.services]
    return Document(_table(rows), "\n".join(service_lines(status.services)))


def release_now(status: Status | None) -> Document:
    """The release in the cluster, part by part, and the verdict about everything."""
    if status is None or status.cluster is None:
        return _sentence("There is no release to look at.")
    tone = "good" if status.healthy else "bad"
    html = f'<p class="verdict {tone}" role="status">{escape(verdict(status))}</p>' + _cluster(status.cluster)
    return Document(html, "\n".join([*cluster_lines(status.cluster), verdict(status)]))


def _sentence(text: str) -> Document:
    return Document(f"<p>{escape(text)}</p>", text)


Row = tuple[str, str, str, str]
"""Of a table: good, bad or neither; the state in a word; what it is about; what there is to say."""


def _table(rows: Iterable[Row]) -> str:
    body = "".join(
        f'<tr class="{tone}"><td class="state">{escape(word)}</td><th scope="row">{escape(what)}</th>'
        f"<td>{escape(words)}</td></tr>"
        for tone, word, what, words in rows
    )
    return f'<table class="states"><tbody>{body}</tbody></table>'


def _service(outcome: Outcome) -> Row:
    tone = {"reached": "good", "failed": "bad", "not tried": ""}[outcome.state]
    words = f"{outcome.seen}. Tried: {outcome.tried}." if outcome.tried else f"{outcome.seen}."
    return tone, outcome.state, outcome.service, f"{words} {outcome.cure}".strip()


def _cluster(cluster: ClusterStatus) -> str:
    where = f"<p>{escape(cluster.server)}, context {escape(cluster.context)}</p>" if cluster.context else ""
    state = cluster.state
    if state is None:
        return f"{where}<p>{escape(cluster.missing)}</p>"
    rows: list[Row] = []
    if state.release is None:
        rows.append(("bad", "missing", f"Release {cluster.release}", f"There is none in {cluster.namespace}."))
    else:
        release = state.release
        words = f"Revision {release.revision} of {release.updated}: {release.chart}, server {release.app_version}"
        tone = "good" if release.status == "deployed" else "bad"
        rows.append((tone, release.status, f"Release {release.name}", words))
    for workload in state.workloads:
        words = f"{workload.ready} of {workload.wanted} ready. {workload.note}"
        tone, word = ("good", "ready") if workload.healthy else ("bad", "not ready")
        rows.append((tone, word, f"{workload.kind} {workload.name}", words))
    for job in state.jobs:
        tone = {"done": "good", "failed": "bad"}.get(job.state, "")
        rows.append((tone, job.state, f"Job {job.name}", job.note))
    for trouble in state.troubles:
        said = f"The cluster says: {trouble.event}" if trouble.event else ""
        rows.append(("bad", "not ready", f"Pod {trouble.pod}", f"{trouble.sentence} {said} {trouble.cure}"))
    for volume in state.volumes:
        tone, word = ("good", "bound") if volume.bound else ("bad", "waiting")
        rows.append((tone, word, f"Volume {volume.name}", f"{volume.size} of {volume.storage_class}"))
    rows += [("", "", f"{address.kind} {address.name}", address.where) for address in state.addresses]
    rows += [("", "not seen", "", note) for note in state.notes]
    return where + _table(rows)
