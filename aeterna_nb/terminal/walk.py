"""The way through the questions: stage by stage, back as well as on, and how far somebody came."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import STAGES, Question, Stage
from aeterna_nb.terminal.asking import BACK, FIND, HELP, KEYS, Back, Detour, asked, line, yes_or_no
from aeterna_nb.terminal.screen import Terminal
from aeterna_nb.terminal.words import always_asked, open_questions

INTRO = (
    f"Enter takes the answer in brackets. At every question {BACK} goes back, {HELP} explains, {FIND}word finds "
    "another question. Ctrl-C leaves without writing; the answers are kept, without secrets."
)
SCRATCH = "scratch"
FIRST_PRESET = "local"
STAGE = {stage.id: stage for stage in STAGES}


@dataclass(frozen=True, slots=True)
class Moment:
    """A step that was taken, to come back to, and the stages whose details were open by then."""

    key: str
    opened: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody came.

    `preset` is the one that was taken here, `past` the steps that were taken, `again` the step to come back to.
    `only_open` skips every question that has an answer, but those that are `due`: secrets that were lost.
    """

    answers: Answers
    preset: str = ""
    past: tuple[Moment, ...] = ()
    opened: frozenset[str] = frozenset()
    again: str = ""
    only_open: bool = False
    due: frozenset[str] = frozenset()

    def back(self) -> "Progress":
        """Before the last step; what was answered stays, and is offered again. There must be one."""
        *past, last = self.past
        return replace(self, past=tuple(past), opened=last.opened, again=last.key)


Keep = Callable[[Progress], None]
"""Keeps how far somebody came, for the next time."""


@dataclass(frozen=True, slots=True)
class _Start:
    """What to begin with."""

    stage: Stage = STAGE["start"]
    key: str = "start"

    def take(self, progress: Progress, terminal: Terminal) -> Progress:
        names = [*PRESETS, SCRATCH]
        terminal.say("\nWhat do you want to begin with?")
        terminal.say("  A preset answers the main questions; each of its answers can be changed.", "help")
        for number, name in enumerate(names, 1):
            note = "Every main choice is asked." if name == SCRATCH else PRESETS[name].note
            terminal.say(f"  {number}  {name}: {note}")
        explain = f"  Write one of the numbers or names. {KEYS}"
        while True:
            typed = line(terminal, f"Answer [{progress.preset or FIRST_PRESET}]: ", explain, progress.answers)
            name = typed or progress.preset or FIRST_PRESET
            if name.isascii() and name.isdigit() and 1 <= int(name[:4]) <= len(names):
                name = names[int(name) - 1]
            if name in names:
                return _with_preset(progress, name)
            terminal.say(f"  Write a number from 1 to {len(names)}, or one of the names.", "problem")


def _with_preset(progress: Progress, name: str) -> Progress:
    bare = Answers({**progress.answers.layers, Origin.PRESET: {}})
    values = {} if name == SCRATCH else PRESETS[name].values
    answers = bare.with_values(Origin.PRESET, values) if values else bare
    return replace(progress, answers=answers, preset=name, only_open=False)


@dataclass(frozen=True, slots=True)
class _Look:
    """Whether to go through what is answered already."""

    stage: Stage = STAGE["start"]
    key: str = "look"

    def take(self, progress: Progress, terminal: Terminal) -> Progress:
        missing = len(open_questions(progress.answers))
        left = f"{missing} of them {'is' if missing == 1 else 'are'} still open" if missing else "all have answers"
        terminal.say(f"\nThe questions are answered beforehand: {left}.")
        explain = f"  yes: every main question is asked. no: only what is open; the review shows the rest. {KEYS}"
        each = yes_or_no(terminal, "Look at each?", explain, progress.answers, default=False)
        return replace(progress, only_open=not each)


@dataclass(frozen=True, slots=True)
class _Details:
    """The settings of a stage that have a default: asked only if somebody wants to."""

    stage: Stage
    questions: tuple[Question, ...]

    @property
    def key(self) -> str:
        return f"details of {self.stage.id}"

    def take(self, progress: Progress, terminal: Terminal) -> Progress:
        labels = "; ".join(question.label.rstrip("?") for question in self.questions[:4])
        more = f"; and {len(self.questions) - 4} more" if len(self.questions) > 4 else ""
        terminal.say(f"\nSet already: {labels}{more}.")
        explain = f"  yes: each of these is asked. no: they stay as they are. {KEYS}"
        wanted = yes_or_no(terminal, "Change any of these?", explain, progress.answers, default=False)
        return replace(progress, opened=progress.opened | {self.stage.id} if wanted else progress.opened)


@dataclass(frozen=True, slots=True)
class _Ask:
    question: Question

    @property
    def stage(self) -> Stage:
        return STAGE[self.question.stage]

    @property
    def key(self) -> str:
        return self.question.name

    def take(self, progress: Progress, terminal: Terminal) -> Progress:
        return replace(progress, answers=asked(self.question, progress.answers, terminal))


_Step = _Start | _Look | _Details | _Ask


def walked(progress: Progress, terminal: Terminal, keep: Keep) -> Progress:
    """Ask until nothing is left to ask."""
    shown = ""
    while (step := _next(progress)) is not None:
        if step.stage.id != shown:
            shown = step.stage.id
            head_stage(step.stage, terminal)
        try:
            taken = step.take(progress, terminal)
            past = (*progress.past, Moment(step.key, progress.opened))
            progress = replace(taken, past=past, again="")
        except Detour as detour:
            progress = replace(progress, answers=detour.answers)
        except Back:
            if progress.past:
                progress, shown = progress.back(), ""
            else:
                terminal.say("  This is the first question.", "problem")
        keep(progress)
    return progress


def head_stage(stage: Stage, terminal: Terminal) -> None:
    """Print the heading of a stage."""
    terminal.say(f"\n{stage.title}\n{'-' * len(stage.title)}", "heading")
    terminal.say(stage.intro, "help")


def _next(progress: Progress) -> _Step | None:
    steps = list(_steps(progress))
    again = next((step for step in steps if step.key == progress.again), None)
    done = {moment.key for moment in progress.past}
    return again or next((step for step in steps if step.key not in done and _wanted(step, progress)), None)


def _wanted(step: _Step, progress: Progress) -> bool:
    if not progress.only_open:
        return True
    return isinstance(step, _Ask) and (step.key in progress.due or step.question in open_questions(progress.answers))


def _steps(progress: Progress) -> Iterator[_Step]:
    answers = progress.answers
    if _begins_here(progress):
        yield _Start()
    if answers.layers.get(Origin.PRESET) or answers.layers.get(Origin.FILE):
        yield _Look()
    active = answers.active()
    for stage in STAGES:
        here = [question for question in active if question.stage == stage.id]
        first = [question for question in here if question.name in progress.due or always_asked(question, answers)]
        rest = tuple(question for question in here if question not in first)
        yield from (_Ask(question) for question in first)
        if rest:
            yield _Details(stage, rest)
        if stage.id in progress.opened:
            yield from (_Ask(question) for question in rest)


def _begins_here(progress: Progress) -> bool:
    """Whether nothing but what was typed here answers the questions, so that a preset is offered."""
    given = {origin for origin, layer in progress.answers.layers.items() if layer} - {Origin.TYPED}
    return bool(progress.preset) or not given
