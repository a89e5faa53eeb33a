"""The questions in a terminal: line by line, so that any terminal, a screen reader or a script can follow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from aeterna_nb.answers import ORIGIN_WORDS, Answers, Origin
from aeterna_nb.questions import STAGES, YES, AnswerError, Question, Stage

BACK = "<"
CLEAR = "-"
INTRO = (
    f"Enter takes the answer in brackets, {BACK} goes back, {CLEAR} clears an answer, Ctrl-C leaves without writing."
)


class Terminal(Protocol):
    """Where questions are printed and answers are typed."""

    def say(self, text: str = "") -> None:
        """Print a line."""

    def ask(self, prompt: str) -> str:
        """A typed line."""

    def ask_secret(self, prompt: str) -> str:
        """A typed line that is not shown."""


class StandardTerminal:
    """Standard input and output."""

    def say(self, text: str = "") -> None:
        """Print a line."""
        print(text)

    def ask(self, prompt: str) -> str:
        """A typed line."""
        return input(prompt)

    def ask_secret(self, prompt: str) -> str:
        """A typed line that is not shown."""
        from getpass import getpass

        return getpass(prompt)


class _Back(Exception):
    """Somebody wants to go back a step."""


@dataclass(frozen=True, slots=True)
class _Details:
    """The settings of a stage that have a default: asked only if somebody wants to."""

    stage: Stage
    questions: tuple[Question, ...]

    @property
    def key(self) -> str:
        return f"details of {self.stage.id}"


@dataclass(frozen=True, slots=True)
class _Step:
    question: Question
    stage: Stage

    @property
    def key(self) -> str:
        return self.question.name


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is known at a step, to come back to."""

    key: str
    answers: Answers
    opened: frozenset[str]


def questionnaire(answers: Answers, terminal: Terminal) -> Answers:
    """Ask every question that applies, and return the answers with those that were typed."""
    terminal.say(INTRO)
    past: list[_Moment] = []
    opened: frozenset[str] = frozenset()
    shown = ""
    while True:
        done = {moment.key for moment in past}
        step = next((step for step in _steps(answers, opened) if step.key not in done), None)
        if step is None:
            return answers
        if step.stage.id != shown:
            shown = step.stage.id
            terminal.say(f"\n{step.stage.title}\n{'-' * len(step.stage.title)}\n{step.stage.intro}")
        try:
            before = _Moment(step.key, answers, opened)
            if isinstance(step, _Details):
                if _wants_details(step, terminal):
                    opened |= {step.stage.id}
            else:
                answers = _asked(step.question, answers, terminal)
            past.append(before)
        except _Back:
            if past:
                last = past.pop()
                answers, opened, shown = last.answers, last.opened, ""
            else:
                terminal.say("This is the first question.")


def _steps(answers: Answers, opened: frozenset[str]) -> Iterator[_Step | _Details]:
    active = answers.active()
    for stage in STAGES:
        here = [question for question in active if question.stage == stage.id]
        first = [question for question in here if _always_asked(question, answers)]
        rest = tuple(question for question in here if question not in first)
        yield from (_Step(question, stage) for question in first)
        if rest:
            yield _Details(stage, rest)
        if stage.id in opened:
            yield from (_Step(question, stage) for question in rest)


def _always_asked(question: Question, answers: Answers) -> bool:
    a_stage_of_its_own = len(question.path) == 2 and question.path[1] == "enabled"
    return question.main or a_stage_of_its_own or question.must_be_answered(answers.lookup)


def _wants_details(details: _Details, terminal: Terminal) -> bool:
    labels = "; ".join(question.label.rstrip("?") for question in details.questions[:4])
    more = f"; and {len(details.questions) - 4} more" if len(details.questions) > 4 else ""
    terminal.say(f"\nSet already: {labels}{more}.")
    return _line(terminal, "Change any of these? [no]: ").lower() in YES


def _asked(question: Question, answers: Answers, terminal: Terminal) -> Answers:
    value, origin = answers.lookup(question.name), answers.origin(question.name)
    terminal.say(f"\n{question.label}")
    terminal.say(f"  {question.help}")
    for number, option in enumerate(question.options, 1):
        terminal.say(f"  {number}  {option.value}: {option.note or option.title}")
    if question.multiline:
        terminal.say("  Write the path of a file that holds it.")
    while True:
        typed = _typed(question, _shown(question, value, origin), terminal)
        if not typed and (value is not None or not question.must_be_answered(answers.lookup)):
            return answers
        if typed == CLEAR and not question.must_be_answered(answers.lookup):
            return answers.without(Origin.TYPED, [question.name])
        try:
            return answers.with_values(Origin.TYPED, {question.name: question.parse(_text(question, typed))})
        except (AnswerError, OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            terminal.say(f"  {reason if typed else 'This needs an answer.'}")


def _text(question: Question, typed: str) -> str:
    if question.multiline:
        with open(typed, encoding="utf-8") as file:
            return file.read()
    if (
        question.kind == "choice"
        and typed.isdigit()
        and typed not in {str(option.value) for option in question.options}
    ):
        number = int(typed)
        if 1 <= number <= len(question.options):
            return str(question.options[number - 1].value)
    return typed


def _typed(question: Question, shown: str, terminal: Terminal) -> str:
    unit = f" in {question.unit}" if question.unit else ""
    prompt = f"Answer{unit}{shown}: "
    if question.secret and not question.multiline:
        typed = terminal.ask_secret(prompt)
        if typed == BACK:
            raise _Back
        return typed
    return _line(terminal, prompt)


def _line(terminal: Terminal, prompt: str) -> str:
    typed = terminal.ask(prompt).strip()
    if typed == BACK:
        raise _Back
    return typed


def _shown(question: Question, value: Any, origin: Origin) -> str:
    if value is None:
        return f" (for example {question.example})" if question.example else ""
    if question.secret:
        return f" [set, {ORIGIN_WORDS[origin].lower()}]"
    return f" [{written(value)}]"


def written(value: Any) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)
