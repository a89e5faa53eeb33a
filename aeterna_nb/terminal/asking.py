"""One question in a terminal: what is shown with it, what may be typed at it, and the sentences for everything else."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.contradictions import contradictions
from aeterna_nb.answers.question_search import matching
from aeterna_nb.answers.secret_values import make
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.language import message, say
from aeterna_nb.questions import NO, STAGES, YES, AnswerError, Question
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.texts import answer_text
from aeterna_nb.terminal.picking import Offer
from aeterna_nb.terminal.screen import Terminal
from aeterna_nb.terminal.words import REFUSED, in_english, in_words, numbered, sentence, source, written

BACK, CLEAR, HELP, MAKE, FIND = "<", "-", "?", "*", "/"

STAGE_TITLES = {stage.id: stage.title for stage in STAGES}
MOST_FOUND = 9
"""Questions that a search lists at once; more are no help."""

SEVERAL_LINES = message("Those were several lines, and this takes one.")
MADE = message("A random one is made. It is written with the other secrets, and not shown here.")
NOT_A_NUMBER = message("Write one of the numbers, or press Enter.")
YES_OR_NO = message("Answer yes or no.")


def keys() -> str:
    """What can be typed at every question."""
    return say(
        "Enter takes the answer in brackets. {back} goes back, {help} explains, {find}word finds another question.",
        back=BACK,
        help=HELP,
        find=FIND,
    )


class Back(Exception):
    """Somebody wants to go back a step."""


class Detour(Exception):
    """Somebody found and answered another question instead; what was to be asked now may not apply any more."""

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self.answers = answers


class _FileError(Exception):
    """A file can't be read; the text says why."""


def asked(question: Question, answers: Answers, terminal: Terminal) -> Answers:
    """Ask one question until its answer can be taken. Raises Back and Detour."""
    impossible = contradictions(answers, [question]).get(question.name, {})
    _introduce(question, answers, impossible, terminal)
    offers = _offers(question, answers, impossible)
    again = False
    while True:
        typed = _typed(question, offers, answers, terminal, again=again)
        again = True
        optional = not question.must_be_answered(answers.lookup)
        if optional and (typed == CLEAR or (not typed and answers.rejected(question.name))):
            return answers.cleared(Origin.TYPED, [question.name])
        if not typed and (answers.lookup(question.name) is not None or optional):
            return answers
        try:
            value = question.parse(_text(question, typed))
        except (AnswerError, _FileError) as error:
            terminal.say(f"  {say(str(error)) if typed else say('This needs an answer.')}", "problem")
            continue
        if not isinstance(value, tuple) and value in impossible:
            terminal.say(f"  {_not_with(impossible[value])}", "problem")
            continue
        return answers.with_values(Origin.TYPED, {question.name: value})


def line(
    terminal: Terminal, prompt: str, explain: str, answers: Answers, offers: Sequence[Offer] = (), standing: str = ""
) -> str:
    """A typed line, without blanks around it, that is no command of ours. Raises Back and Detour."""
    again = False
    while True:
        typed = terminal.pick(prompt, offers, standing, again=again).strip()
        again = True
        if typed == HELP:
            terminal.say(explain, "help")
        elif typed.startswith(FIND):
            find(typed, answers, terminal)
        else:
            _back_or_on(typed)
            return typed


def yes_or_no(terminal: Terminal, prompt: str, explain: str, answers: Answers, *, default: bool) -> bool:
    """Whether somebody says yes; Enter takes the default. Raises Back and Detour."""
    shown, offers = f"{prompt} [{written(default)}]: ", [Offer(written(True)), Offer(written(False))]
    while True:
        typed = in_english(line(terminal, shown, explain, answers, offers, written(default)).lower())
        if typed in {"", *YES, *NO}:
            return default if not typed else typed in YES
        terminal.say(f"  {say(YES_OR_NO)}", "problem")


def find(typed: str, answers: Answers, terminal: Terminal) -> None:
    """Look for `/words` and ask the question that is picked. Raises Detour when it got another answer."""
    if typed == FIND:
        terminal.say(f"  {say('Write a word behind it, such as {example}.', example=f'{FIND}memory')}", "problem")
        return
    found = matching(answers.active(), typed.removeprefix(FIND))
    if not found:
        terminal.say(f"  {say('No question that is asked now has these words.')}", "problem")
        return
    for number, question in enumerate(found[:MOST_FOUND], 1):
        terminal.say(f"  {number}  {say(STAGE_TITLES[question.stage])}: {sentence(question, answers)}")
    if len(found) > MOST_FOUND:
        terminal.say(f"  {say('{number} more; write more of its words.', number=len(found) - MOST_FOUND)}")
    picked = _picked(found[:MOST_FOUND], terminal)
    if picked is None:
        return
    try:
        changed = asked(picked, answers, terminal)
    except Back:
        return
    if changed != answers:
        raise Detour(changed)


def _picked(found: Sequence[Question], terminal: Terminal) -> Question | None:
    while True:
        typed = terminal.ask(say("Number to answer now [none]:") + " ").strip()
        if typed in {"", BACK}:
            return None
        if typed.isascii() and typed.isdigit() and 1 <= int(typed[:4]) <= len(found):
            return found[int(typed) - 1]
        terminal.say(f"  {say(NOT_A_NUMBER)}", "problem")


def _not_with(reason: str) -> str:
    return say("Not with the other answers: {reason}", reason=say(reason))


def _introduce(question: Question, answers: Answers, impossible: Mapping[Any, str], terminal: Terminal) -> None:
    terminal.say(f"\n{say(question.label)}")
    terminal.say(f"  {say(question.help)}", "help")
    if question.kind == "boolean":
        for value, reason in impossible.items():
            words = say("Not {answer} with the other answers: {reason}", answer=written(value), reason=say(reason))
            terminal.say(f"  {words}", "help")
    if question.multiline:
        where = say(
            "Write the path of a file that holds it."
            if question.secret
            else "Write the path of a file that holds it, or paste it."
        )
        terminal.say(f"  {where}", "help")
    if question.ask.makeable:
        terminal.say(f"  {say('{key} makes a random one.', key=MAKE)} {say(question.ask.makeable)}", "help")
    if answers.rejected(question.name):
        where = source(answers, question.name)
        where = where[:1].upper() + where[1:]
        terminal.say(f"  {where}: {say(REFUSED)}. {say(answers.rejected(question.name))}", "problem")


def _offers(question: Question, answers: Answers, impossible: Mapping[Any, str]) -> list[Offer]:
    """What arrow keys lead through; an alternative that is impossible is listed with its reason, and passed over."""
    if question.kind == "boolean":
        return [Offer(written(value)) for value in (True, False)]
    target = answers.lookup("target")
    offers = []
    for number, option in numbered(question).items():
        title, note = option.words(target)
        refused = f"     {_not_with(impossible[option.value])}" if option.value in impossible else ""
        offers.append(Offer(str(option.value), number, f"{option.value}: {say(note or title)}", refused))
    return offers


def _typed(question: Question, offers: Sequence[Offer], answers: Answers, terminal: Terminal, *, again: bool) -> str:
    unit = say(" in {unit}", unit=say(question.unit)) if question.unit else ""
    shown = _shown(question, answers)
    if question.secret and not question.multiline:
        return _typed_secret(question, f"{say('Answer, not shown')}{shown}: ", answers, terminal)
    prompt = f"{say('Answer')}{unit}{shown}: "
    standing = written(answers.lookup(question.name)) if offers and answers.lookup(question.name) is not None else ""
    while True:
        typed = (terminal.pick(prompt, offers, standing, again=again) if offers else terminal.ask(prompt)).strip()
        again = True
        if typed == HELP:
            _explain(question, answers, terminal)
        elif typed == MAKE and question.ask.makeable:
            return make(question.name)
        elif typed.startswith(FIND) and not _an_answer(question, typed, answers):
            find(typed, answers, terminal)
        elif "\n" in typed and (question.secret or not question.multiline):
            terminal.say(f"  {say(SEVERAL_LINES)}", "problem")
        else:
            _back_or_on(typed)
            return typed


def _typed_secret(question: Question, prompt: str, answers: Answers, terminal: Terminal) -> str:
    """A secret as it is typed. It may begin with a / and is never looked for: what is found would be printed."""
    while True:
        typed = terminal.ask_secret(prompt)
        if typed == HELP:
            _explain(question, answers, terminal)
        elif typed == MAKE and question.ask.makeable:
            terminal.say(f"  {say(MADE)}")
            return make(question.name)
        else:
            _back_or_on(typed)
            return typed


def _back_or_on(typed: str) -> None:
    if typed == BACK:
        raise Back


def _an_answer(question: Question, typed: str, answers: Answers) -> bool:
    """Whether a text that begins with a slash is meant as the answer: a path, or what no question has in its words."""
    if question.multiline:
        return os.path.exists(typed) or FIND in typed[1:]
    if matching(answers.active(), typed.removeprefix(FIND)):
        return False
    try:
        question.parse(typed)
    except AnswerError:
        return False
    return True


def _explain(question: Question, answers: Answers, terminal: Terminal) -> None:
    """What can be told about a question: what to write, where its answer comes from, and how scripts give it."""
    default = question.default_for(answers.lookup)
    told = [say(question.help), *(rule(question) for rule in (_range, _choices, _example))]
    if default is not None and not question.secret:
        told.append(say("Default: {value}.", value=in_words(question, default, answers.lookup("target"))))
    if answers.lookup(question.name) is not None:
        told.append(say("The present answer: {source}.", source=source(answers, question.name)))
    if not question.must_be_answered(answers.lookup):
        told.append(say("{key} clears the answer.", key=CLEAR))
    file = "-file" if question.secret else ""
    scripts = say("In scripts: {flag} or {variable}.", flag=question.flag + file, variable=question.variable)
    told += [scripts, keys()]
    for text in filter(None, told):
        terminal.say(f"  {text}", "help")


def _range(question: Question) -> str:
    if question.kind != "integer":
        return ""
    unit = f" {say(question.unit)}" if question.unit else ""
    return say("A whole number from {least} to {most}{unit}.", least=question.minimum, most=question.maximum, unit=unit)


def _choices(question: Question) -> str:
    if question.kind == "choices":
        return say("Write one or more of the numbers or names, with commas between them.")
    return say("Write one of the numbers or names.") if question.options else ""


def _example(question: Question) -> str:
    return say("For example {example}", example=question.example) if question.example else ""


def _text(question: Question, typed: str) -> str:
    if question.multiline and "\n" not in typed and not _one_pair(question, typed):
        return _text_of_file(typed)
    if question.kind == "boolean":
        return in_english(typed)
    if question.options:
        options = numbered(question)
        words = [word.strip() for word in typed.split(",")]
        return ",".join(str(options[word].value) if word in options else word for word in words)
    return typed


def _one_pair(question: Question, typed: str) -> bool:
    """Whether a line is the only one of an answer that is a mapping, rather than the path of a file."""
    return question.kind == "mapping" and ": " in typed and not os.path.exists(os.path.expanduser(typed))


def _text_of_file(path: str) -> str:
    try:
        return answer_text(os.path.expanduser(path), Sentence("That file")).replace("\r\n", "\n")
    except Unreadable as error:
        raise _FileError(str(error)) from None
    except OSError as error:
        reason = (error.strerror or "no reason").lower()
        raise _FileError(Sentence("That file can't be read: {reason}.", reason=reason)) from None


def _shown(question: Question, answers: Answers) -> str:
    value = answers.lookup(question.name)
    if value is None:
        return say(" (for example {example})", example=question.example) if question.example else ""
    if question.secret or question.multiline:
        return say(" [given, {source}]", source=source(answers, question.name))
    return f" [{written(value)}]"
