"""The page: stages on the left, questions in the middle, consequences on the right. It only connects the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.contradictions import Reasons, contradictions
from aeterna_nb.evaluate import Evaluation, evaluate
from aeterna_nb.findings import Finding
from aeterna_nb.language import LANGUAGES, language, say, speak
from aeterna_nb.notebook import central_gate
from aeterna_nb.notebook.central_gate import CentralGate
from aeterna_nb.notebook.charts_view import ChartsView
from aeterna_nb.notebook.consequences import Consequences
from aeterna_nb.notebook.deploy_view import STAGE as DEPLOY
from aeterna_nb.notebook.deploy_view import DeployView
from aeterna_nb.notebook.earlier import Earlier
from aeterna_nb.notebook.find import Find
from aeterna_nb.notebook.panels.resources import ResourcesPanel
from aeterna_nb.notebook.panels.what_if import WhatIfPanel
from aeterna_nb.notebook.parts.base import TURN, guarded, problem
from aeterna_nb.notebook.parts.chrome import Depth, Draft, LanguageMenu, Rail, Sheet
from aeterna_nb.notebook.review_view import ReviewView
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.sets import Sets
from aeterna_nb.notebook.stage_view import StageView
from aeterna_nb.notebook.start_view import StartView
from aeterna_nb.notebook.style import PAGE, style_sheet
from aeterna_nb.notebook.words import stage_state
from aeterna_nb.notebook.work import Latest, in_kernel
from aeterna_nb.output.folder import existing_files, kept_secrets
from aeterna_nb.output.workspace import WorkspaceError
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import Question, Stage, by_name

FIRST_PRESET = "local"
"""What the page opens with when nothing was given, so that it has consequences to show from the first second."""

ANSWERS_TELL = {"answers", "missing", "idle", "rules", "model"}
"""The checks that need nothing but the answers."""


def classed(widget: Any, *names: str) -> Any:
    """The widget, with these classes of the style sheet."""
    for name in names:
        widget.add_class(name)
    return widget


class Page:
    """One visit. `widget` is what to display; everything else can be driven without a browser.

    `folder` is where the files would be written; None, as under Voila, leaves only the download. `deploys` says whether
    it may deploy them, `fetch` is the command with which it may fetch charts that are not at hand.
    """

    def __init__(
        self,
        answers: Answers,
        folder: Path | None,
        preset: str = "",
        findings: Sequence[Finding] = (),
        *,
        deploys: bool = False,
        fetch: Sequence[str] | None = None,
    ) -> None:
        self.folder = folder
        self._deploys = deploys
        self._given = tuple(findings)
        self._fresh = not any(answers.layers.values())
        if self._fresh:
            preset = FIRST_PRESET
            answers = answers.with_values(Origin.PRESET, PRESETS[preset].values)
        self.session = Session(answers, preset)
        self.evaluation: Evaluation | None = None
        self._kept: Mapping[str, str] = {}
        failed = self._guard(self._failed)
        self._work = Latest(self._evaluate, self._guard(self._take), failed, threaded=in_kernel())
        self._trials = Latest(
            lambda asked: contradictions(*asked), self._guard(self._take_contradictions), failed, threaded=in_kernel()
        )
        self._stages = self.session.stages()
        self._shown = self._stages[0].id
        self._seen = Seen(self.session.answers, folder=folder)
        self.widget = classed(ipywidgets.VBox(), "aw-root")
        self._style = ipywidgets.HTML(f"<style>{style_sheet(PAGE)}</style>")
        self.draft = Draft()
        self.draft.on_found(self._guard(self._take_draft))
        self.draft.on_earlier(lambda found: self.change(lambda: self.earlier.keep(found)))
        self.earlier = Earlier(folder)
        sets = Sets(self.session, self.earlier, self._evaluate, self.change)
        self.start = StartView(self.session, self.folder, self.change, self.earlier)
        self.review = ReviewView(self.folder, lambda: self.evaluation, self._guard(self._made))
        self.deploy = DeployView(self.folder, lambda: self.evaluation, self._guard, self._draw)
        charts = ChartsView(fetch, self._charts_arrived, self._guard)
        self.consequences = Consequences(
            self.session, self._existing, self.go_to, self._guard, failed, ResourcesPanel(), WhatIfPanel(sets), charts
        )
        self._show(self._build())
        self._work.ask(self.session.answers)

    def _build(self, language_pressed: bool = False) -> list[ipywidgets.Widget]:
        for part in (self.start, self.review, self.deploy, self.consequences):
            part.build()
        self.depth = Depth(everything=self.session.everything)
        self.depth.observe(self._guard(lambda event: self._ask(event["new"])), "everything")
        self.stage_view = StageView(
            self.session, self.change, self._guard(self._show_causes), lambda: setattr(self.depth, "everything", True)
        )
        self.review.sheet.on_act(self._guard(self._act))
        self.rail = Rail(language=language())
        self.rail.observe(self._guard(lambda event: self._rail_moved(event["new"])), "current")
        self.heading, self.message = Sheet(), Sheet()
        self.questions = classed(ipywidgets.VBox(), "aw-stage")
        self.gate = CentralGate(
            lambda: self._step(+1), self.go_to, self._follow_gate, self._guard, self._guard(self._failed)
        )
        self.back, self.next = ipywidgets.Button(description=say("Back")), ipywidgets.Button(button_style="primary")
        self.at_once = ipywidgets.Button(description=say("Review now"))
        self.at_once.on_click(self._guard(lambda _button: self.show_stage("review")))
        self.back.on_click(self._guard(lambda _button: self._step(-1)))
        self.next.on_click(self._guard(lambda _button: self._step(+1)))
        self.undo = ipywidgets.Button(description=say("Undo"))
        self.undo.on_click(lambda _button: self.change(self.session.undo))
        others = [[code, name] for code, name in LANGUAGES.items() if code != language()]
        arriving = not self.widget.children
        self.languages = LanguageMenu(others=others, arriving=arriving, pressed=language_pressed)
        self.languages.on_speak(self._guard(self._speak))
        brand = ipywidgets.HTML(_brand(writes=self.folder is not None))
        bar = classed(ipywidgets.HBox([brand, self.draft, self.depth, self.languages, self.undo]), "aw-bar")
        self.actions = classed(ipywidgets.HBox(), "aw-actions")
        steps = classed(ipywidgets.HBox([self.back, self.actions]), "aw-steps")
        main = classed(ipywidgets.VBox([self.questions, steps]), "aw-main")
        self.find = Find(self.session)
        self.find.sheet.on_act(self._guard(self._act))
        rail = classed(ipywidgets.VBox([self.find.sheet, self.rail]), "aw-rail")
        frame = classed(
            ipywidgets.Box([bar, classed(self.message, "aw-message"), rail, main, self.consequences.widget]), "aw"
        )
        return [self._style, frame]

    def _show(self, parts: list[ipywidgets.Widget]) -> None:
        # Drawn before it is shown: a heading that changes while it is shown would take the focus.
        self._draw()
        self.widget.children = parts

    def _guard(self, work: Callable[..., None]) -> Callable[..., None]:
        def in_turn(*given: Any) -> None:
            with TURN:
                work(*given)

        return guarded(in_turn, self._say)

    def _say(self, sentence: str) -> None:
        self.message.html = f'<p class="problem" role="alert">{escape(say(sentence))}</p>' if sentence else ""

    def _repr_mimebundle_(self, **given: Any) -> Any:
        """What a cell that ends with the page displays."""
        return self.widget._repr_mimebundle_(**given)

    def settled(self) -> Evaluation | None:
        """What follows from the answers that the page holds now, waited for; None if it can't be worked out."""
        self._work.wait()
        self._trials.wait()
        return self.evaluation

    def change(self, step: Callable[[], None]) -> None:
        """Change the answers by `step`, and show what follows: the questions at once, the rest when it is there."""
        self._guard(self._changed)(step)

    def _existing(self) -> Mapping[str, str]:
        return existing_files(self.folder) if self.folder else {}

    def _show_causes(self, question: str) -> None:
        self.consequences.show_causes(question)

    def _evaluate(self, answers: Answers) -> Evaluation:
        existing = self._existing()
        if self.folder and not self._kept:
            self._kept = kept_secrets(self.folder)
        evaluation = evaluate(answers, existing, {**self._kept, **self.session.kept})
        return replace(evaluation, findings=(*self._given, *evaluation.findings))

    def _charts_arrived(self) -> None:
        self._work.ask(self.session.answers)

    def _failed(self, error: BaseException) -> None:
        self._say(str(error) if isinstance(error, WorkspaceError) else problem(error))

    def _take_draft(self, text: str) -> None:
        # What was given to this visit, or done in it already, is newer than any draft.
        if self._fresh and not self.session.can_undo:
            self.change(lambda: self._restore(text))

    def _restore(self, text: str) -> None:
        if self.session.take_draft(text):
            self.start.say_draft()

    def _take(self, answers: Answers, evaluation: Evaluation) -> None:
        if answers is not self.session.answers:
            return
        self.evaluation = evaluation
        self._keep_made(evaluation)
        self._seen = self._seen.after(evaluation)
        self._draw()
        self._look_for_contradictions()

    def _keep_made(self, evaluation: Evaluation) -> None:
        """Keep the secrets that were made, so that the next evaluation makes no others."""
        made = {name: value for name, value in evaluation.made.items() if name not in self.session.kept}
        self._kept = {**self._kept, **made}

    def _made(self, downloaded: str) -> None:
        """Files were made; `downloaded` is the answers file of those that were downloaded."""
        self.draft.finished = downloaded or self.draft.finished
        self._draw()

    def _look_for_contradictions(self) -> None:
        # Every option is tried, which takes too long to do while somebody waits for the stage or types.
        self._trials.ask((self.session.answers, tuple(self.session.questions_of(self._shown))))

    def _take_contradictions(self, asked: tuple[Answers, tuple[Question, ...]], impossible: Reasons) -> None:
        if asked[0] is self.session.answers and impossible != self._seen.impossible:
            self._seen = replace(self._seen, impossible=impossible)
            self._draw()

    def _changed(self, step: Callable[[], None]) -> None:
        before = self.session.answers
        step()
        self._say("")
        if self.session.answers is before:
            self._draw()
            return
        self.session.opened.add(self._shown)
        self.evaluation = None
        self.review.forget()
        self.deploy.forget()
        self.gate.forget()
        self.draft.content = self.session.draft()
        # What the answers alone tell takes no time; what the checks found stays until they have been made again.
        checked = [
            finding
            for finding in self._seen.findings
            if finding.check not in ANSWERS_TELL and finding not in self._given
        ]
        told = [*self._given, *self.session.answers.config()[1]]
        self._seen = replace(self._seen, answers=self.session.answers, findings=[*told, *checked])
        self._draw()
        self._work.ask(self.session.answers)

    def _now(self) -> list[Stage]:
        """The stages that apply, in their order."""
        deploys = self._deploys and self.deploy.applies(self.session.value("target"))
        return [*self.session.stages(), *[DEPLOY] * deploys]

    def _draw(self) -> None:
        self._stages = self._now()
        ids = [stage.id for stage in self._stages]
        if self._shown not in ids:
            self._shown = ids[min(self.rail.current, len(ids) - 1)]
        states = [
            self.deploy.state
            if stage is DEPLOY
            else stage_state(self.session, stage, self._seen.findings, self.review.made)
            for stage in self._stages
        ]
        with self.rail.hold_sync():
            self.rail.stages = [
                {"title": say(stage.title), "state": state.state, "note": state.note}
                for stage, state in zip(self._stages, states, strict=True)
            ]
            self.rail.current = ids.index(self._shown)
        self.undo.disabled = not self.session.can_undo
        self._draw_stage(self.rail.current)
        self.consequences.show(self._seen)

    def _draw_stage(self, at: int) -> None:
        stage = self._stages[at]
        gate = (self.gate.widget,) if stage.id == central_gate.STAGE else ()
        children = (self.heading, *self._rows(stage), *gate)
        if children != self.questions.children:
            self.questions.children = children
        # The heading takes the focus when it changes, so the questions below it are changed before.
        self.heading.html = (
            f'<h1 tabindex="-1">{escape(say(stage.title))}</h1><p class="lead">{escape(say(stage.intro))}</p>'
        )
        self.back.disabled = at == 0
        self.back.layout.display = "none" if at == 0 else ""
        last = at == len(self._stages) - 1
        # One filled button in a view: what is offered is to be decided first, and files are to be written first.
        offered = (stage.id == "start" and self.start.offer) or (stage.id == "review" and not self.review.made)
        self.next.button_style = "" if offered else "primary"
        self.next.description = "" if last else say("Next: {stage}", stage=say(self._stages[at + 1].title))
        actions = (*self._buttons(stage), *([] if last else [self.next]))
        if actions != self.actions.children:
            self.actions.children = actions

    def _buttons(self, stage: Stage) -> Sequence[Any]:
        """What can be done in a stage besides going on."""
        if stage is DEPLOY:
            return self.deploy.buttons
        return {"start": [self.at_once], "review": self.review.buttons}.get(stage.id, [])

    def _rows(self, stage: Stage) -> Sequence[Any]:
        if stage is DEPLOY:
            return self.deploy.show()
        if stage.id == "start":
            return self.start.show()
        if stage.id == "review":
            return self.review.show()
        return self.stage_view.show(self.session.questions_of(stage.id), self._seen.findings, self._seen.impossible)

    def _rail_moved(self, at: int) -> None:
        # The rail also moves when stages before the shown one come or go.
        if at < len(self._stages) and self._stages[at].id != self._shown:
            self.show_stage(self._stages[at].id)

    def _ask(self, everything: bool) -> None:
        self.session.everything = everything
        self._draw()

    def _follow_gate(self) -> None:
        self.next.disabled = self.gate.asking

    def _step(self, by: int) -> None:
        if by > 0 and self._shown == central_gate.STAGE and self.gate.holds(self.session.answers):
            return
        self.show_stage(self._stages[self.rail.current + by].id)

    def show_stage(self, stage: str) -> None:
        """Leave the present stage and show the one with this id."""
        self.session.leave(self._shown)
        self.gate.forget()
        self._shown = stage
        self.session.opened.add(stage)
        self._draw()
        self.consequences.follow(stage)
        self._look_for_contradictions()

    def go_to(self, question: str) -> None:
        """Show the stage of a question and put the cursor into it, if the question applies."""
        if question in by_name() and self.session.answers.applies(question):
            stage = by_name()[question].stage
            self.session.looked_for.add(question)
            self.session.unfolded.add(by_name()[question].group)
            self.show_stage(stage)
            self.consequences.follow(stage, question)
            self.stage_view.rows[question].focus = True

    def _act(self, act: str, on: str, value: str) -> None:
        if act == "jump":
            self.go_to(on)
        elif act == "find":
            self.find.search(value)

    def _speak(self, code: str, pressed: bool) -> None:
        """Make the page anew in another language. The answers stay, and so does what was shown, made and begun."""
        if code == language() or code not in LANGUAGES:
            return
        speak(code)
        self._show(self._build(language_pressed=pressed))


def _brand(*, writes: bool) -> str:
    words = (
        say("Answer, watch what follows, write the files.")
        if writes
        else say("Answer, watch what follows, download the files.")
    )
    return f'<div class="brand">{escape(say("Aeterna setup"))} <span>{escape(words)}</span></div>'
