"""Between the stage of the central server and the next: whether that server answers, and what to do if not."""

import os
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import ipywidgets

from aeterna_nb.answers import Answers
from aeterna_nb.config.central import Central
from aeterna_nb.language import say
from aeterna_nb.notebook.parts.chrome import Sheet
from aeterna_nb.notebook.voila import served_by_voila
from aeterna_nb.notebook.work import Latest, in_kernel
from aeterna_nb.probes import Outcome, allowed
from aeterna_nb.probes.early import ask_central, central_of, question_to_change, wanted

STAGE = "central"


class CentralGate:
    """Asks the central server once for each answer about it. `widget` says how that goes, and offers what to do.

    `go_on` shows the next stage, `change` the question with a name; both get no more calls after `forget`.
    """

    def __init__(
        self,
        go_on: Callable[[], None],
        change: Callable[[str], None],
        redraw: Callable[[], None],
        guard: Callable[[Callable[..., None]], Callable[..., None]],
        failed: Callable[[BaseException], None],
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._go_on, self._change, self._redraw = go_on, change, redraw
        self._enabled = wanted(environ) and allowed(environ, for_visitors=served_by_voila(environ))
        self._passed: Central | None = None
        self._answers: Answers | None = None
        self._outcome: Outcome | None = None
        self._work = Latest(ask_central, guard(self._take), failed, threaded=in_kernel())
        self._words = Sheet()
        self._buttons = ipywidgets.HBox()
        for words, act in (
            (say("Try again"), self._ask),
            (say("Go on without it"), self._skip),
            (say("Change the answer"), self._mend),
        ):
            button = ipywidgets.Button(description=words)
            button.on_click(guard(lambda _button, act=act: act()))
            self._buttons.children = (*self._buttons.children, button)
        self.widget = ipywidgets.VBox()

    @property
    def asking(self) -> bool:
        """Whether the server is being asked now."""
        return self._answers is not None and self._outcome is None

    def holds(self, answers: Answers) -> bool:
        """Whether the next stage has to wait. Asks the server if it has not been asked for these answers."""
        given = central_of(answers)
        if not self._enabled or given is None or given == self._passed:
            return False
        self._answers = answers
        self._ask()
        return True

    def forget(self) -> None:
        """Drop what was asked: the answers are others now, or nobody waits any more."""
        self._work.forget()
        self._answers = self._outcome = None
        self._show()

    def _ask(self) -> None:
        assert self._answers is not None
        self._outcome = None
        self._show()
        self._work.ask(self._answers)

    def _take(self, answers: Any, outcome: Outcome | None) -> None:
        if answers is not self._answers:
            return
        self._outcome = outcome
        if outcome is None or outcome.state != "failed":
            self._skip()
        else:
            self._show()

    def _skip(self) -> None:
        assert self._answers is not None
        self._passed = central_of(self._answers)
        self.forget()
        self._go_on()

    def _mend(self) -> None:
        assert self._outcome is not None
        question = question_to_change(self._outcome)
        self.forget()
        self._change(question)

    def _show(self) -> None:
        if self._answers is None:
            self.widget.children = ()
        elif self._outcome is None:
            self._words.html = f'<p role="status">{escape(say("Asking the central server ..."))}</p>'
            self.widget.children = (self._words,)
        else:
            sentence = say("Central server: {seen}.", seen=say(self._outcome.seen))
            self._words.html = f'<p class="problem" role="alert">{escape(f"{sentence} {say(self._outcome.cure)}")}</p>'
            self.widget.children = (self._words, self._buttons)
        self._redraw()
