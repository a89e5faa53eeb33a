"""The questions in a terminal: line by line, so that any terminal, a screen reader or a script can follow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from aeterna_nb.answers import ORIGIN_WORDS, Answers, Origin
from aeterna_nb.questions import STAGES, YES, AnswerError, Option, Question, Stage

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
    """A step that was taken, to come back to."""

    key: str
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
            before = _Moment(step.key, opened)
            if isinstance(step, _Details):
                if _wants_details(step, terminal):
                    opened |= {step.stage.id}
            else:
                answers = _asked(step.question, answers, terminal)
            past.append(before)
        except _Back:
            if past:
                # What was answered stays, and is offered again.
                opened, shown = past.pop().opened, ""
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
    wanted = question.main or question.must_be_answered(answers.lookup) or answers.rejected(question.name)
    return bool(wanted or a_stage_of_its_own)


def _wants_details(details: _Details, terminal: Terminal) -> bool:
    labels = "; ".join(question.label.rstrip("?") for question in details.questions[:4])
    more = f"; and {len(details.questions) - 4} more" if len(details.questions) > 4 else ""
    terminal.say(f"\nSet already: {labels}{more}.")
    return _line(terminal, "Change any of these? [no]: ").lower() in YES


def _asked(question: Question, answers: Answers, terminal: Terminal) -> Answers:
    value, origin = answers.lookup(question.name), answers.origin(question.name)
    terminal.say(f"\n{question.label}")
    terminal.say(f"  {question.help}")
    for number, option in _numbered(question).items():
        terminal.say(f"  {number}  {option.value}: {option.note or option.title}")
    if question.multiline:
        terminal.say("  Write the path of a file that holds it.")
    if answers.rejected(question.name):
        terminal.say(f"  {ORIGIN_WORDS[origin]}: an answer that can't be taken. {answers.rejected(question.name)}")
    optional = not question.must_be_answered(answers.lookup)
    while True:
        typed = _typed(question, _shown(question, value, origin), terminal)
        if optional and (typed == CLEAR or (not typed and answers.rejected(question.name))):
            return answers.cleared(Origin.TYPED, [question.name])
        if not typed and (value is not None or optional):
            return answers
        try:
            return answers.with_values(Origin.TYPED, {question.name: question.parse(_text(question, typed))})
        except (AnswerError, _FileError) as error:
            terminal.say(f"  {error if typed else 'This needs an answer.'}")


def _numbered(question: Question) -> dict[str, Option]:
    """The options by what is typed for them. Where they are numbers themselves, that is the number."""
    if all(isinstance(option.value, int) for option in question.options):
        return {str(option.value): option for option in question.options}
    return {str(number): option for number, option in enumerate(question.options, 1)}


def _text(question: Question, typed: str) -> str:
    if question.multiline:
        return _text_of_file(typed)
    if question.options:
        numbered = _numbered(question)
        words = [word.strip() for word in typed.split(",")]
        return ",".join(str(numbered[word].value) if word in numbered else word for word in words)
    return typed


class _FileError(Exception):
    """A file can't be read; the text says why."""


def _text_of_file(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except OSError as error:
        raise _FileError(f"{error.strerror}.") from None
    except ValueError:
        raise _FileError("That is no file of plain text.") from None


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
    if question.secret or question.multiline:
        return f" [set, {ORIGIN_WORDS[origin].lower()}]"
    return f" [{written(value)}]"


def written(value: Any) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)
