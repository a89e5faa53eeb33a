"""The way through the questions: stage by stage, back as well as on, and how far somebody came."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.checks.server_limits import unused, why_unused
from aeterna_nb.language import say, say_many
from aeterna_nb.presets import PRESETS
from aeterna_nb.probes.early import AskCentral, question_to_change
from aeterna_nb.questions import NO, STAGES, YES, Question, Stage, by_name
from aeterna_nb.terminal.asking import BACK, FIND, HELP, YES_OR_NO, Back, Detour, asked, keys, line, yes_or_no
from aeterna_nb.terminal.picking import Offer
from aeterna_nb.terminal.screen import Terminal
from aeterna_nb.terminal.words import always_asked, in_english, open_questions, suits_most, written

SCRATCH = "scratch"
FIRST_PRESET = "local"
FIRST_GROUP = "begin"
MORE, ALL = "more", "all"
EVERYTHING = "--everything"
"""The flag of `aeterna setup` by which everything is asked."""
STAGE = {stage.id: stage for stage in STAGES}


def intro() -> str:
    """What to know before the first question."""
    return say(
        "Enter takes the answer in brackets. At every question {back} goes back, {help} explains, {find}word finds "
        "another question. Ctrl-C leaves without writing; the answers are kept, without secrets. What has a default "
        "that suits most is not asked: {flag} asks everything.",
        back=BACK,
        help=HELP,
        find=FIND,
        flag=EVERYTHING,
    )


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
    `everything` asks also what has a default that suits most. `ask_central` asks the central server before the
    questions go on.
    """

    answers: Answers
    preset: str = ""
    past: tuple[Moment, ...] = ()
    opened: frozenset[str] = frozenset()
    again: str = ""
    only_open: bool = False
    due: frozenset[str] = frozenset()
    everything: bool = False
    ask_central: AskCentral | None = None

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
        terminal.say(f"\n{say('What do you want to begin with?')}")
        about = say("A preset answers the main questions; each of its answers can be changed.")
        terminal.say(f"  {about}", "help")
        explain = f"  {say('Write one of the numbers or names.')} {keys()}"
        standing = progress.preset or FIRST_PRESET
        folded = PRESETS[standing].group == FIRST_GROUP if standing in PRESETS else True
        while True:
            offers = _beginnings(folded=folded)
            typed = line(terminal, f"{say('Answer')} [{standing}]: ", explain, progress.answers, offers, standing)
            name = {offer.number: offer.word for offer in offers}.get(typed, typed or standing)
            if name == MORE and folded:
                folded = False
            elif name in (*PRESETS, SCRATCH):
                taken = _with_preset(progress, name)
                _say_unused(taken.answers, terminal)
                return taken
            else:
                words = say("Write a number from 1 to {most}, or one of the names.", most=len(offers))
                terminal.say(f"  {words}", "problem")


def _beginnings(*, folded: bool) -> list[Offer]:
    """The presets of the first group, and none; the others behind a word of their own, until they are unfolded."""
    shown = {name: preset for name, preset in PRESETS.items() if preset.group == FIRST_GROUP}
    texts = {name: say(preset.note) for name, preset in shown.items()} | {SCRATCH: say("Every main choice is asked.")}
    others = {name: preset for name, preset in PRESETS.items() if name not in shown}
    texts |= {MORE: ", ".join(others)} if folded else {name: say(preset.note) for name, preset in others.items()}
    return [Offer(name, str(number), f"{name}: {text}") for number, (name, text) in enumerate(texts.items(), 1)]


def _with_preset(progress: Progress, name: str) -> Progress:
    answers = progress.answers.with_layer(Origin.PRESET, {} if name == SCRATCH else PRESETS[name].values)
    return replace(progress, answers=answers, preset=name, only_open=False)


def _say_unused(answers: Answers, terminal: Terminal) -> None:
    """Why the preset installs what the server version does not use, and which answers leave it out."""
    parts = unused(answers.lookup)
    if parts:
        others = (f"{say(by_name()[name].label)} {written(value)}" for name, value in (part.without for part in parts))
        cure = say("To leave it out, answer: {answers}", answers="; ".join(others))
        terminal.say(f"\n  {why_unused(parts, answers.lookup)} {cure}.", "doubt")


@dataclass(frozen=True, slots=True)
class _Look:
    """Whether to go through what is answered already."""

    stage: Stage = STAGE["start"]
    key: str = "look"

    def take(self, progress: Progress, terminal: Terminal) -> Progress:
        missing = len(open_questions(progress.answers))
        left = (
            say_many(missing, "{number} of them is still open", "{number} of them are still open")
            if missing
            else say("all have answers")
        )
        terminal.say("\n" + say("The questions are answered beforehand: {left}.", left=left))
        about = say("yes: every main question is asked. no: only what is open; the review shows the rest.")
        explain = f"  {about} {keys()}"
        each = yes_or_no(terminal, say("Look at each?"), explain, progress.answers, default=False)
        return replace(progress, only_open=not each)


@dataclass(frozen=True, slots=True)
class _Details:
    """The settings of a stage that have a default: asked only if somebody wants to. `left` are not even offered."""

    stage: Stage
    questions: tuple[Question, ...]
    left: int

    @property
    def key(self) -> str:
        return f"details of {self.stage.id}"

    def take(self, progress: Progress, terminal: Terminal) -> Progress:
        labels = "; ".join(say(question.label).rstrip("?") for question in self.questions[:4])
        more = len(self.questions) - 4
        if more > 0:
            labels = say("{labels}; and {number} more", labels=labels, number=more)
        words = [say("Set already: {labels}.", labels=labels)]
        if self.left:
            words.append(
                say_many(
                    self.left,
                    "{all} asks {number} more, whose default suits most, and from then on everything.",
                    "{all} asks {number} more, whose defaults suit most, and from then on everything.",
                    all=ALL,
                )
            )
        terminal.say("\n" + " ".join(words))
        about = say("yes: each of these is asked. no: they stay as they are.")
        prompt = f"{say('Change any of these?')} [{written(False)}]: "
        offers = [Offer(written(value)) for value in (True, False)] + [Offer(ALL)] * bool(self.left)
        while True:
            typed = line(terminal, prompt, f"  {about} {keys()}", progress.answers, offers, written(False))
            typed = in_english(typed.lower())
            if typed in {"", *NO}:
                return progress
            if typed == ALL or typed in YES:
                opened = progress.opened | {self.stage.id}
                return replace(progress, opened=opened, everything=progress.everything or typed == ALL)
            terminal.say(f"  {say(YES_OR_NO)}", "problem")


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


@dataclass(frozen=True, slots=True)
class _CentralServer:
    """Whether the central server is there, before more is asked that builds on it."""

    ask: AskCentral
    url: str
    stage: Stage = STAGE["central"]

    @property
    def key(self) -> str:
        return f"central server at {self.url}"

    def take(self, progress: Progress, terminal: Terminal) -> Progress:
        answers = progress.answers
        while True:
            terminal.say(f"\n{say('Asking the central server ...')}", "help")
            outcome = self.ask(answers)
            if outcome is None or outcome.state != "failed":
                if outcome is not None:
                    terminal.say(f"  {say('Central server: {seen}.', seen=say(outcome.seen))}", "good")
                return replace(progress, answers=answers)
            sentence = say("Central server: {seen}.", seen=say(outcome.seen))
            terminal.say(f"  {sentence} {say(outcome.cure)}", "problem")
            choice = _retry_skip_or_change(answers, terminal)
            if choice == SKIP:
                return replace(progress, answers=answers)
            if choice == CHANGE:
                answers = asked(by_name()[question_to_change(outcome)], answers, terminal)


RETRY, SKIP, CHANGE = "retry", "skip", "change"


def _retry_skip_or_change(answers: Answers, terminal: Terminal) -> str:
    options = {
        RETRY: say("Ask it once more."),
        SKIP: say("Go on without; `aeterna status` asks again later."),
        CHANGE: say("Give another answer."),
    }
    offers = [Offer(name, str(number), f"{name}: {note}") for number, (name, note) in enumerate(options.items(), 1)]
    explain = f"  {say('Write one of the numbers or names.')} {keys()}"
    while True:
        typed = line(terminal, f"{say('Answer')} [{RETRY}]: ", explain, answers, offers, RETRY) or RETRY
        typed = {offer.number: offer.word for offer in offers}.get(typed, typed)
        if typed in options:
            return typed
        terminal.say(f"  {say('Write one of the numbers or names.')}", "problem")


_Step = _Start | _Look | _Details | _Ask | _CentralServer


def walked(progress: Progress, terminal: Terminal, keep: Keep) -> Progress:
    """Ask until nothing is left to ask."""
    shown = ""
    while (step := _next(progress)) is not None:
        if step.stage.id != shown:
            shown = step.stage.id
            head_stage(step.stage, progress.answers, terminal)
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
                terminal.say(f"  {say('This is the first question.')}", "problem")
        keep(progress)
    return progress


def head_stage(stage: Stage, answers: Answers, terminal: Terminal) -> None:
    """Print the heading of a stage, and which it is of those that these answers lead through.

    Until it is known where Aeterna will run, the way of the first preset is counted.
    """
    if answers.lookup("target") is None:
        answers = answers.with_layer(Origin.PRESET, PRESETS[FIRST_PRESET].values)
    asked_in = {question.stage for question in answers.active()} | {"start", "review"}
    stages = [each.id for each in STAGES if each.id in asked_in]
    number = say("Stage {number} of {most}", number=stages.index(stage.id) + 1, most=len(stages))
    title = f"{number}: {say(stage.title)}"
    terminal.say(f"\n{title}\n{'-' * len(title)}", "heading")
    terminal.say(say(stage.intro), "help")


def _next(progress: Progress) -> _Step | None:
    steps = list(_steps(progress))
    again = next((step for step in steps if step.key == progress.again), None)
    done = {moment.key for moment in progress.past}
    return again or next((step for step in steps if step.key not in done and _wanted(step, progress)), None)


def _wanted(step: _Step, progress: Progress) -> bool:
    if not progress.only_open:
        return True
    if isinstance(step, _CentralServer):
        return any(by_name()[moment.key].stage == step.stage.id for moment in progress.past if moment.key in by_name())
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
        others = [question for question in here if question not in first]
        rest = tuple(question for question in others if progress.everything or not suits_most(question, answers))
        yield from (_Ask(question) for question in first)
        if rest:
            yield _Details(stage, rest, len(others) - len(rest))
        if stage.id in progress.opened:
            yield from (_Ask(question) for question in rest)
        if stage.id == "central" and here and progress.ask_central:
            yield _CentralServer(progress.ask_central, str(answers.lookup("central_url")))


def _begins_here(progress: Progress) -> bool:
    """Whether nothing but what was typed here answers the questions, so that a preset is offered."""
    given = {origin for origin, layer in progress.answers.layers.items() if layer} - {Origin.TYPED}
    return bool(progress.preset) or not given
