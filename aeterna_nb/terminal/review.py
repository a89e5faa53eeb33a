"""The last stage: every answer with its source, what is wrong, what would be written, and a way to change it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from aeterna_nb.answers import Answers
from aeterna_nb.checks.server_limits import fitness
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.findings import Finding
from aeterna_nb.language import say, say_many
from aeterna_nb.output.workspace import STATE_WORDS, Plan
from aeterna_nb.questions import NO, STAGES, YES, Question, Stage, by_name
from aeterna_nb.terminal.asking import BACK, FIND, HELP, Back, Detour, asked, find
from aeterna_nb.terminal.screen import Style, Terminal
from aeterna_nb.terminal.walk import STAGE, head_stage
from aeterna_nb.terminal.words import always_asked, decided_by_somebody, in_english, sentence

ALL, DIFF = "all", "diff"
STATE_STYLES: Mapping[str, Style] = {"new": "good", "changed": "doubt", "same": "help"}


@dataclass(frozen=True)
class Judged:
    """What follows from answers: the evaluation, everything that is wrong, and what writing would do."""

    evaluation: Evaluation
    findings: Sequence[Finding]
    plans: Sequence[Plan] = ()

    @property
    def errors(self) -> list[Finding]:
        """The findings that forbid writing."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def changes(self) -> bool:
        """Whether writing would change anything."""
        return any(plan.changes for plan in self.plans)


@dataclass(frozen=True)
class Changed:
    """Somebody changed an answer."""

    answers: Answers


@dataclass(frozen=True)
class Decided:
    """Somebody decided whether the files are written."""

    write: bool


class Review:
    """One look at the answers and what follows from them. `ending` is what Enter does when nothing is wrong."""

    def __init__(self, answers: Answers, judged: Judged, terminal: Terminal, ending: str) -> None:
        self._answers = answers
        self._judged = judged
        self._terminal = terminal
        self._ending = ending
        self._numbers: dict[str, Question] = {}

    def decided(self) -> Changed | Decided:
        """Show it, and ask until somebody decides or changes something. Raises Back."""
        self._show(everything=False)
        while True:
            typed = self._terminal.ask(self._prompt()).strip()
            try:
                outcome = self._taken(typed)
            except Detour as detour:
                outcome = Changed(detour.answers)
            if outcome is not None:
                return outcome

    def _prompt(self) -> str:
        todo = len(self._judged.errors)
        mend = say_many(todo, "Mend it?", "Mend the first of {number}?")
        return say("{question} [yes], or what to change:", question=mend if todo else self._ending) + " "

    def _taken(self, typed: str) -> Changed | Decided | None:
        word = in_english(typed.lower())
        if typed == BACK:
            raise Back
        if word in {"", *YES} and word not in self._numbers:
            return self._mended() if self._judged.errors else Decided(True)
        if word in NO and word not in self._numbers:
            return Decided(False)
        if typed == HELP:
            self._terminal.say(f"  {_help()}", "help")
        elif word == ALL:
            self._show(everything=True)
        elif word == DIFF:
            self._show_diff()
        elif typed.startswith(FIND):
            find(typed, self._answers, self._terminal)
        else:
            return self._named(typed)
        return None

    def _named(self, typed: str) -> Changed | None:
        asked_for = self._questions(typed)
        if not asked_for:
            words = say(
                "No number, question or stage is called that. {find}word finds one, {help} explains.",
                find=FIND,
                help=HELP,
            )
            self._terminal.say(f"  {words}", "problem")
            return None
        return self._changed(asked_for)

    def _questions(self, typed: str) -> list[Question]:
        """The questions that a number, a name or a stage's title means; those of a stage in its order."""
        if typed in self._numbers:
            return [self._numbers[typed]]
        name = typed.lower().removeprefix("--").replace("-", "_").replace(" ", "_")
        active = self._answers.active()
        one = [question for question in active if name in (question.name, *_called(question.label))]
        stages = [stage.id for stage in STAGES if name in (stage.id, *_called(stage.title))]
        return one or [question for question in active if question.stage in stages]

    def _mended(self) -> Changed | None:
        for finding in self._judged.errors:
            question = by_name().get(finding.question)
            if question is not None and self._answers.applies(question.name):
                return self._changed([question])
        words = say("No answer is at fault. Mend what the error says, then change any answer.")
        self._terminal.say(f"  {words}", "problem")
        return None

    def _changed(self, wanted: Sequence[Question]) -> Changed:
        """Ask these questions. What their answers newly require is asked on the way back to the review."""
        answers = self._answers
        try:
            for question in wanted:
                if answers.applies(question.name):
                    answers = _asked_here(question, answers, self._terminal)
        except Back:
            # Back to the review, with what was answered until then.
            pass
        return Changed(answers)

    def _show(self, *, everything: bool) -> None:
        head_stage(STAGE["review"], self._answers, self._terminal)
        numbers = (str(number) for number in count(1))
        self._numbers = {}
        for stage, questions in _by_stage(self._answers):
            self._terminal.say(f"\n{say(stage.title)}", "heading")
            rest = 0
            for question in questions:
                if everything or self._worth_showing(question):
                    number = next(numbers)
                    self._numbers[number] = question
                    self._terminal.say(f"{number:>4}  {sentence(question, self._answers)}")
                else:
                    rest += 1
            if rest:
                words = say_many(rest, "{number} more at its default", "{number} more at their defaults")
                self._terminal.say(f"      {words}", "help")
            self._show_findings(stage.id)
        self._show_findings("")
        if not self._judged.errors:
            self._terminal.say(f"\n    {self._judged.evaluation.verdict.words}.")
            fit = fitness(self._answers.lookup)
            if fit is not None:
                self._terminal.say(f"    {fit.words}")
        self._show_files()

    def _worth_showing(self, question: Question) -> bool:
        return always_asked(question, self._answers) or decided_by_somebody(question, self._answers)

    def _show_findings(self, stage: str) -> None:
        """The findings of a stage; of no stage those that no question that is asked can mend."""
        for finding in sorted(self._judged.findings, key=lambda finding: finding.severity != "error"):
            if self._stage_of(finding) == stage:
                error = finding.severity == "error"
                text = f"    {say('Error' if error else 'Note')}: {say(finding.message)} {say(finding.cure)}".rstrip()
                self._terminal.say(text, "problem" if error else "doubt")

    def _stage_of(self, finding: Finding) -> str:
        question = by_name().get(finding.question)
        return question.stage if question is not None and self._answers.applies(question.name) else ""

    def _show_files(self) -> None:
        for plan in self._judged.plans:
            self._terminal.say("\n" + say("Files in {folder}", folder=plan.folder), "heading")
            for file in plan.files:
                private = say(", with secrets: readable by you alone") if file.secret else ""
                words = f"    {file.name}: {say(STATE_WORDS[file.state])}{private}"
                self._terminal.say(words, STATE_STYLES[file.state])
        self._terminal.say()

    def _show_diff(self) -> None:
        diffs = [file.diff for plan in self._judged.plans for file in plan.changes if file.state == "changed"]
        self._terminal.show("\n".join(diffs) if diffs else say("No file that is there changes."))


def _help() -> str:
    return say(
        "A number, a question's name or a stage's name: change that. {find}word: find a question. "
        "{all}: show every answer. {diff}: show what changes in the files. {back}: to the question before. "
        "no: leave without writing.",
        find=FIND,
        all=ALL,
        diff=DIFF,
        back=BACK,
    )


def _called(words: str) -> tuple[str, ...]:
    """A question's label or a stage's title, in English and in the present language, as it is looked for."""
    return tuple(each.lower().replace(" ", "_") for each in (words, say(words)))


def _asked_here(question: Question, answers: Answers, terminal: Terminal) -> Answers:
    while True:
        try:
            return asked(question, answers, terminal)
        except Detour as detour:
            answers = detour.answers
            if not answers.applies(question.name):
                return answers


def _by_stage(answers: Answers) -> Iterator[tuple[Stage, list[Question]]]:
    active = answers.active()
    for stage in STAGES:
        questions = [question for question in active if question.stage == stage.id]
        if questions:
            yield stage, questions
