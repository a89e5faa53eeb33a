"""The stage that deploys: what speaks against it, what it changes, how it gets on, and why it failed.

Nothing is contacted before a button is pressed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import ipywidgets

from aeterna_nb.chart.apart import Canceller
from aeterna_nb.chart.helm import HelmMissing
from aeterna_nb.deploy import SECONDS
from aeterna_nb.deploy.deployment import Deployment, NotDeployable, deployment
from aeterna_nb.deploy.events import Began, Cancelled, Event, Failed, Finished, Note, Progress
from aeterna_nb.deploy.look import Look, begin, look
from aeterna_nb.deploy.plan import Change
from aeterna_nb.engine.program import EngineError
from aeterna_nb.engine.project import Project
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.kubernetes.connection import ClusterError, find_context
from aeterna_nb.language import message, say, say_many
from aeterna_nb.notebook.panels.base import listed, prose
from aeterna_nb.notebook.panels.findings import card
from aeterna_nb.notebook.parts.base import guarded, problem
from aeterna_nb.notebook.parts.chrome import Sheet
from aeterna_nb.notebook.review_view import finished
from aeterna_nb.notebook.words import StageState
from aeterna_nb.notebook.work import Gradually, in_kernel
from aeterna_nb.output.workspace import WorkspaceError, write
from aeterna_nb.output.writing import plan_files
from aeterna_nb.questions import Stage

STAGE = Stage("deploy", "Deploy", "See whether it can work, start it, and watch it get ready.")
ALLOW = "AETERNA_ALLOW_DEPLOY"
"""The variable with which an operator lets the visitors of a served page deploy, with the server's own rights."""

NOTHING_YET = message("Nothing is asked or changed before you press a button.")
ACTIONS = {
    "install": message("Installing {name} ({where})"),
    "upgrade": message("Upgrading {name} ({where})"),
    "rollback": message("Rolling back {name} ({where})"),
    "start": message("Starting {name} ({where})"),
}
STATES = {
    "waiting": message("waiting"),
    "ready": message("ready"),
    "trouble": message("trouble"),
    "gone": message("gone"),
}
TONES = {"ready": "good", "trouble": "bad"}
MOST_CHANGES = 8
"""Changes in sight; a first install makes some fifty objects."""

CHANGES = {"new": message("New"), "changed": message("Changed"), "removed": message("Removed")}


def may_deploy(environ: Mapping[str, str], *, for_visitors: bool) -> bool:
    """Whether this page may deploy: always for the person who started it, for visitors where the operator said so."""
    return not for_visitors or environ.get(ALLOW) == "1"


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing follows any more."""


Step = Callable[[], Iterator[Look | Event]]


class DeployView:
    """The findings, the changes, the progress, and the buttons. Without a folder a private one is used for a moment.

    `seconds` is how long everything may take to get ready.
    """

    def __init__(
        self,
        folder: Path | None,
        evaluation: Callable[[], Evaluation | None],
        guard: Callable[[Callable[..., None]], Callable[..., None]],
        changed: Callable[[], None],
    ) -> None:
        self.seconds = SECONDS
        self._folder = folder
        self._evaluation = evaluation
        self._changed = changed
        self._guard = guard
        self._canceller: Canceller | None = None
        self._looked: Look | None = None
        self._said: Failed | Cancelled | str = ""
        self._steps: list[Began | Note | Finished] = []
        self._objects: dict[tuple[str, str], Progress] = {}
        self._work: Gradually[Step, Look | Event | Ended] = Gradually(
            _to_the_end, guard(self._take), guard(self._refuse), threaded=in_kernel()
        )

    def build(self) -> None:
        """Make the widgets, in the present language. What was found stays, and what runs goes on."""
        self.sheet = Sheet()
        self.look = ipywidgets.Button(description=say("Look first"))
        self.start = ipywidgets.Button(description=say("Deploy"), button_style="primary")
        self.cancel = ipywidgets.Button(description=say("Cancel"))
        self.look.on_click(self._guard(lambda _button: self._ask(self._look)))
        self.start.on_click(self._guard(lambda _button: self._ask(self._deploy)))
        self.cancel.on_click(guarded(lambda _button: self._stop(), self._say))
        self.buttons = (self.cancel, self.look, self.start)

    def applies(self, target: str | None) -> bool:
        """Whether there is something to deploy for this target. A Compose project stays in the folder that it is in."""
        return target == "kubernetes" or (target == "docker-compose" and self._folder is not None)

    @property
    def state(self) -> StageState:
        """How the stage stands, for the rail."""
        if self._canceller is not None:
            return StageState("todo", say("Under way"))
        if self._said:
            return StageState("attention", say("Needs attention"))
        return StageState("done", say("Done")) if self._steps else StageState("todo", say("To do: if you like"))

    def forget(self) -> None:
        """Withdraw what was found, since the answers are others now. What runs goes on."""
        if self._canceller is None:
            self._looked, self._said = None, ""
            self._steps.clear()
            self._objects.clear()

    def show(self) -> list[Sheet]:
        """The widgets of the stage, up to date."""
        why_not = self._why_not()
        free = self._canceller is None
        refused = self._looked is None or self._looked.refused
        self.look.disabled = bool(why_not) or not free
        self.start.disabled = bool(why_not) or not free or refused
        self.cancel.disabled = free
        self.sheet.html = why_not if why_not and free else self._html()
        return [self.sheet]

    def _why_not(self) -> str:
        try:
            evaluation = finished(self._evaluation())
            waiting = [file.name for file in plan_files(evaluation, self._folder).changes] if self._folder else []
        except (ValueError, WorkspaceError) as error:
            return f"<p>{escape(say(str(error)))}</p>"
        if not waiting:
            return ""
        names = ", ".join(f"<code>{escape(name)}</code>" for name in waiting)
        return f"<p>{say('Write the files first, on the stage before. Not written yet: {files}', files=names)}</p>"

    def _html(self) -> str:
        told = "".join(f"<li>{_step(event)}</li>" for event in self._steps)
        parts = [f'<p class="problem" role="alert">{_end(self._said)}</p>' if self._said else ""]
        if told or self._objects:
            parts.append(f'<ol class="steps" role="status">{told}</ol>{self._progress()}')
        elif self._looked is not None:
            parts.append(_looked(self._looked))
        elif self._canceller is not None:
            parts.append(f'<p role="status">{say("Looking ...")}</p>')
        elif not self._said:
            parts.append(f"<p>{escape(say(NOTHING_YET))} {self._where()}</p>")
        return "".join(parts)

    def _where(self) -> str:
        evaluation = self._evaluation()
        if evaluation is None or evaluation.config is None or evaluation.config.target == "docker-compose":
            return escape(say("It goes to the container engine that the program docker reaches."))
        try:
            context = find_context()
        except ClusterError as error:
            return prose(say(str(error)))
        words = say(
            "It goes to {server}, the current context of your kubeconfig ({context}).",
            server=context.server,
            context=context.name,
        )
        return escape(words)

    def _progress(self) -> str:
        rows = "".join(
            f'<tr class="{TONES.get(item.state, "")}"><td class="state">{say(STATES[item.state])}</td>'
            f'<th scope="row">{escape(f"{item.kind} {item.name}")}</th><td>{escape(item.words)}</td></tr>'
            for item in self._objects.values()
        )
        return f'<table class="states"><tbody>{rows}</tbody></table>' if rows else ""

    def _ask(self, step: Step) -> None:
        self.forget()
        self._canceller = Canceller()
        self._changed()
        self._work.ask(step)

    def _stop(self) -> None:
        if self._canceller is not None:
            self._canceller.cancel()

    def _look(self) -> Iterator[Look | Event]:
        with self._files() as folder:
            yield look(self._what(folder), self.seconds)

    def _deploy(self) -> Iterator[Event]:
        assert self._canceller is not None
        with self._files() as folder:
            yield from begin(self._what(folder), self.seconds, self._canceller)

    def _files(self) -> AbstractContextManager[Path | str]:
        return nullcontext(self._folder) if self._folder else TemporaryDirectory()

    def _what(self, folder: Path | str) -> Deployment | Project:
        evaluation = finished(self._evaluation())
        if self._folder is None:
            write(plan_files(evaluation, Path(folder)))
        assert evaluation.config is not None
        if evaluation.config.target == "docker-compose":
            return Project(Path(folder), frozenset(evaluation.secrets.values()))
        return deployment(Path(folder), evaluation, find_context())

    def _take(self, _step: Step, event: Look | Event | Ended) -> None:
        match event:
            case Ended():
                self._canceller = None
                self._changed()
            case Look():
                self._looked = event
            case Progress(kind, name):
                self._objects[kind, name] = event
            case Failed() | Cancelled():
                self._said = event
            case Began() | Note() | Finished():
                self._steps.append(event)
        self.show()

    def _refuse(self, error: BaseException) -> None:
        known = isinstance(error, NotDeployable | ClusterError | EngineError | HelmMissing | WorkspaceError)
        self._canceller = None
        self._say(str(error) if known else problem(error))
        self._changed()

    def _say(self, sentence: str) -> None:
        self._said = sentence
        self.show()


def _to_the_end(step: Step) -> Iterator[Look | Event | Ended]:
    yield from step()
    yield Ended()


def _step(event: Began | Note | Finished) -> str:
    match event:
        case Began(action, name, where):
            return escape(say(ACTIONS[action], name=name, where=where))
        case Note(sentence):
            return prose(say(sentence))
        case Finished(name, seconds, revision):
            words = say("{name} is ready after {seconds} seconds.", name=name, seconds=f"{seconds:.0f}")
            number = say("Revision {revision}.", revision=revision) if revision else ""
            return f"<b>{escape(words)}</b> {number}"


def _end(said: Failed | Cancelled | str) -> str:
    match said:
        case Failed(reason, cure):
            return f"<b>{prose(say(reason))}</b> {prose(say(cure))}"
        case Cancelled():
            return say("Cancelled.")
        case sentence:
            return prose(say(sentence))


def _looked(looked: Look) -> str:
    findings = "".join(card(finding) for finding in looked.findings)
    if looked.refused:
        return f'<h2 class="group">{say("What speaks against it")}</h2>{findings}'
    fine = "" if findings else f"<p>{say('Nothing speaks against it.')}</p>"
    items = listed([f"<li>{_change(change)}</li>" for change in looked.changes], MOST_CHANGES, "changes", "changes")
    number = say_many(len(looked.changes), "{number} object changes", "{number} objects change")
    return f'<h2 class="group">{say("Before it begins")}</h2>{fine}{findings}<h2 class="group">{number}</h2>{items}'


def _change(change: Change) -> str:
    if not change.diff:
        return escape(change.what)
    words = escape(f"{say(CHANGES[change.state])}: {change.words}")
    return (
        f'<details data-name="{words}"><summary>{words}</summary>'
        f'<pre class="command">{escape(change.diff)}</pre></details>'
    )
