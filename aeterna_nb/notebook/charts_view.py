"""The offer to fetch the charts of parts that are neither shown nor checked: one click, progress, what came from where.

Nothing is fetched before the button is pressed, and only where the operator allows it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from tempfile import TemporaryDirectory

from aeterna_nb.chart import Dependency, dependencies
from aeterna_nb.chart.fetch import Step
from aeterna_nb.language import message, say, say_many
from aeterna_nb.notebook.panels.base import command, prose
from aeterna_nb.notebook.parts.base import problem
from aeterna_nb.notebook.parts.chrome import Sheet
from aeterna_nb.notebook.work import Gradually, in_kernel

ALLOW = "AETERNA_ALLOW_FETCH"
"""The variable with which an operator lets the visitors of a served page fetch the pinned charts into its cache."""

FETCH = (sys.executable, "-m", "aeterna_nb", "chart", "deps", "--json")
"""In a process of its own, so that it can be ended in the middle, and no kernel keeps what it loads."""

BY_HAND = "aeterna chart deps"
STATES = {
    "there": message("was there already"),
    "fetched": message("fetched from {source}; it is the one that was pinned"),
    "failed": message("could not be had"),
}


def may_fetch(environ: Mapping[str, str], *, for_visitors: bool) -> bool:
    """Whether this page may fetch: always for the person who started it, for visitors where the operator said so."""
    return not for_visitors or environ.get(ALLOW) == "1"


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing follows any more; `problem` says what went wrong apart from single archives."""

    problem: str = ""


class ChartsView:
    """What is missing, the button, the progress, and what came. `arrived` is called when something new is there.

    `fetch` is the command whose lines are steps as JSON; None where nothing may be fetched.
    """

    def __init__(
        self,
        fetch: Sequence[str] | None,
        arrived: Callable[[], None],
        guard: Callable[[Callable[..., None]], Callable[..., None]],
    ) -> None:
        self._fetch = fetch
        self._arrived = arrived
        self._missing: tuple[Dependency, ...] = ()
        self._steps: dict[str, Step] = {}
        self._process: subprocess.Popen[str] | None = None
        self._under_way = False
        self._said = ""
        self._work: Gradually[object, Step | Ended] = Gradually(
            self._run, guard(self._take), guard(self._failed), threaded=in_kernel()
        )
        self.sheet = Sheet()
        self.sheet.add_class("aw-charts")
        self.sheet.on_act(guard(lambda act, _on, _value: self._act(act)))

    def show(self, missing: Sequence[Dependency]) -> None:
        """Show it for the parts that the present answers install and whose charts are not at hand."""
        self._missing = tuple(missing)
        self.sheet.html = self._html()

    def _act(self, act: str) -> None:
        if act == "fetch" and not self._under_way:
            self._steps, self._said, self._under_way = {}, "", True
            self.sheet.html = self._html()
            self._work.ask(object())
        elif act == "stop" and self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._said = say("Cancelled. What came until then is kept.")

    def _run(self, _asked: object) -> Iterator[Step | Ended]:
        assert self._fetch is not None
        # What is ended in the middle leaves its scratch files here.
        with TemporaryDirectory(prefix="aeterna-charts-") as scratch:
            environ = {**os.environ, "TMPDIR": scratch}
            with subprocess.Popen(
                self._fetch, text=True, encoding="utf-8", env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            ) as self._process:
                assert self._process.stdout is not None
                assert self._process.stderr is not None
                for line in self._process.stdout:
                    yield Step(**json.loads(line))
                wrong = self._process.stderr.read()
        failed = any(step.state == "failed" for step in self._steps.values())
        yield Ended("" if failed or self._said else wrong.strip())

    def _take(self, _asked: object, event: Step | Ended) -> None:
        if isinstance(event, Step):
            self._steps[event.archive] = event
            self.sheet.html = self._html()
            return
        self._under_way, self._process = False, None
        self._said = self._said or event.problem
        self.sheet.html = self._html()
        if any(step.state == "fetched" for step in self._steps.values()):
            self._arrived()

    def _failed(self, error: BaseException) -> None:
        self._under_way, self._process = False, None
        self._said = problem(error)
        self.sheet.html = self._html()

    def _html(self) -> str:
        if self._under_way:
            return self._progress()
        said = f'<p class="problem" role="alert">{prose(self._said)}</p>' if self._said else ""
        problems = "".join(
            f'<p class="problem" role="alert">{prose(step.problem)}</p>'
            for step in self._steps.values()
            if step.state == "failed"
        )
        return f"{self._offer()}{said}{problems}{self._came()}"

    def _offer(self) -> str:
        if not self._missing:
            return ""
        names = ", ".join(item.name for item in self._missing)
        words = say_many(
            len(self._missing),
            "{number} part is neither shown nor checked, since its chart is not at hand: {names}.",
            "{number} parts are neither shown nor checked, since their charts are not at hand: {names}.",
            names=names,
        )
        if self._fetch is None:
            cure = f"<p>{say('Whoever runs this page can fetch them:')}</p>{command(BY_HAND)}"
        else:
            anew = say("Try again") if self._steps else say("Fetch the charts")
            cure = f'<button type="button" class="aw-button" data-act="fetch">{anew}</button>'
        return f'<div class="offer"><p>{escape(words)}</p>{cure}</div>'

    def _progress(self) -> str:
        every = [item.archive for item in dependencies()]
        done = say("{number} of {most} charts", number=len(self._steps), most=len(every))
        now = next((name for name in every if name not in self._steps), "")
        return (
            f'<div class="offer"><p role="status">{say("Fetching the charts ...")} {done}. {escape(now)}</p>'
            f'<button type="button" class="aw-button" data-act="stop">{say("Cancel")}</button></div>'
        )

    def _came(self) -> str:
        if not self._steps:
            return ""
        rows = "".join(
            f"<div><dt>{escape(step.archive)}</dt><dd>{escape(say(STATES[step.state], source=step.source))}"
            + (f"<br><code>sha256:{escape(step.digest)}</code>" if step.digest else "")
            + "</dd></div>"
            for step in self._steps.values()
        )
        here = sum(step.state != "failed" for step in self._steps.values())
        words = say_many(here, "{number} chart is here", "{number} charts are here")
        return f'<details data-name="charts"><summary>{words}</summary><dl class="plan">{rows}</dl></details>'


def fetch_command(environ: Mapping[str, str], *, for_visitors: bool) -> Sequence[str] | None:
    """The command that fetches, for a page that may."""
    return FETCH if may_fetch(environ, for_visitors=for_visitors) else None
