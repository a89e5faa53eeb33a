"""A row of a table of translation: what a setting of the server's project says in answers, or why it says none."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.config.sentence import Heading, Sentence
from aeterna_nb.generate.helm_secret_values import PLACES
from aeterna_nb.imports.pairs import as_text, taken_pairs
from aeterna_nb.questions import AnswerError, Question, by_name
from aeterna_nb.reading.leaves import KeyPath
from aeterna_nb.reading.sealed import reference

NOT_ASKED = Sentence("No question asks for it.")


class NotTaken(Exception):
    """A value that says nothing an answer could be; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a setting becomes.

    `read` gives, from its value, what it says by question's name; of several questions that one counts whose choice is
    made. Raises NotTaken. `reason` is why no question takes it. `weak` marks a setting that only counts where no other
    says the same, `switch` one that may be on beside the option that was chosen. `rest` says what is left of a value of
    which only a part is taken; empty where all of it is.
    """

    read: Callable[[Any], Mapping[str, Any]] | None = None
    reason: str = NOT_ASKED
    weak: bool = False
    switch: bool = False
    rest: Callable[[Any], str] = lambda value: ""


@dataclass(frozen=True)
class Translated:
    """Answers by question's name, secrets by name, and the settings that became none, each with the reason."""

    values: dict[str, Any]
    secrets: dict[str, str] = field(repr=False)
    left: dict[KeyPath, str]


def to(*names: str, read: Callable[[Any], Any] = lambda value: value, weak: bool = False, reason: str = "") -> Row:
    """The row of a setting that says one answer; to which question is told by the choices that were made."""
    return Row(lambda value: dict.fromkeys(names, read(value)), reason or NOT_ASKED, weak)


def choose(name: str, option: Any) -> Row:
    """The row of a switch that is on where an option is chosen; off, it says no more than the choice itself."""
    return Row(lambda value: {name: option} if as_text(value) == "true" else {}, weak=True, switch=True)


def no(reason: str = NOT_ASKED) -> Row:
    """The row of a setting that no question takes."""
    return Row(reason=reason)


def ask_for(sentence: str, name: str) -> Row:
    """The row of a setting that follows from the answer to a question, or belongs there; the sentence names it."""
    return no(Sentence(sentence, question=Heading(by_name()[name].label)))


def below(prefix: str, rows: Mapping[str, Row]) -> dict[str, Row]:
    """Rows with the place of what they lie below."""
    return {f"{prefix}.{key}" if key else prefix: row for key, row in rows.items()}


def words(**options: Any) -> Callable[[Any], Any]:
    """Reads an option from its name in the file; other names are handed on as they are."""
    return lambda value: options.get(str(value).replace("-", "").replace("_", "").lower(), value)


@dataclass(frozen=True, slots=True)
class Saying:
    """A setting that was found: where, what it says by question's name, and its row."""

    path: KeyPath
    says: Mapping[str, Any]
    row: Row


def translated(found: Iterable[tuple[KeyPath, Any, Row | None]], target: str) -> Translated:
    """What settings say together: each with its path, its value, and its row where the table has one."""
    sayings: list[Saying] = []
    left: dict[KeyPath, str] = {}
    for path, value, row in found:
        if row is None or row.read is None:
            left[path] = NOT_ASKED if row is None else row.reason
            continue
        if isinstance(value, str) and (kind := reference(value)) is not None:
            left[path] = Sentence("This is a reference ({kind}); give the value that it stands for.", kind=kind)
            continue
        try:
            sayings.append(Saying(path, row.read(value), row))
            left |= {path: rest} if (rest := row.rest(value)) else {}
        except NotTaken as problem:
            left[path] = str(problem)
    sayings.sort(key=lambda saying: saying.row.weak)
    choices = _choices(sayings)
    result = Translated({"target": target}, {}, left)
    places: dict[str, KeyPath] = {}
    for saying in sayings:
        names = [name for name in saying.says if name not in by_name() or _chosen(by_name()[name], choices)]
        if saying.says and not names:
            left[saying.path] = _belongs(saying, choices)
        for name in names:
            _take(result, saying, name, choices)
            places.setdefault(name, saying.path)
            for choice in (name for name, _ in _implied(by_name()[name])) if name in by_name() else ():
                result.values.setdefault(choice, choices[choice])
    for name in _idle(result.values):
        left[places.get(name, ())] = Sentence("With these choices there is no question about it.")
        del result.values[name]
    left.pop((), None)
    return result


def _take(result: Translated, saying: Saying, name: str, choices: Mapping[str, Any]) -> None:
    value = saying.says[name]
    if isinstance(value, Mapping):
        value, refused = taken_pairs(by_name()[name], value)
        result.left.update({(*saying.path, key): sentence for key, sentence in refused.items()})
        if value is None:
            return
    try:
        taken = _taken(name, value)
    except AnswerError as error:
        result.left[saying.path] = str(error)
        return
    if name in PLACES:
        result.secrets.setdefault(name, taken)
    elif saying.row.switch and choices[name] != taken:
        return
    elif choices.get(name, taken) != taken or result.values.setdefault(name, taken) != taken:
        result.left[saying.path] = Sentence("Another setting says something else, and counts.")


def _taken(name: str, value: Any) -> Any:
    """The answer, or the secret as text. Raises AnswerError."""
    question = by_name().get(name)
    if question is None:
        return str(value)
    taken = question.parse(as_text(value)) if isinstance(value, str | bool | int | float) else question.check(value)
    return taken.get_secret_value() if isinstance(taken, SecretStr) else taken


def _choices(sayings: Iterable[Saying]) -> dict[str, Any]:
    """The choices that settings make, and those that follow from a detail that only one choice has."""
    strong, weak = ([saying for saying in sayings if saying.row.weak is kind] for kind in (False, True))
    choices = _said_choices(strong)
    for saying in strong:
        if len(saying.says) == 1 and (question := by_name().get(next(iter(saying.says)))) is not None:
            implied = dict(_implied(question))
            if all(choices.get(name, option) == option for name, option in implied.items()):
                choices |= implied
    return _said_choices(weak) | choices


def _said_choices(sayings: Iterable[Saying]) -> dict[str, Any]:
    choices: dict[str, Any] = {}
    for saying in sayings:
        for name, value in saying.says.items():
            if name in by_name() and by_name()[name].kind in ("choice", "boolean"):
                with suppress(AnswerError):
                    choices.setdefault(name, _taken(name, value))
    return choices


def _implied(question: Question) -> Iterator[tuple[str, Any]]:
    """The choices of which a question is a detail, each with the option."""
    for condition in question.alternative:
        for name, wanted in condition.alternatives[0].items():
            if isinstance(wanted, tuple) and len(wanted) == 1:
                yield name, wanted[0]


def _chosen(question: Question, choices: Mapping[str, Any]) -> bool:
    return all(choices.get(name) == option for name, option in _implied(question))


def _belongs(saying: Saying, choices: Mapping[str, Any]) -> str:
    if saying.row.reason is not NOT_ASKED:
        return saying.row.reason
    question = by_name()[next(iter(saying.says))]
    other = next(name for name, option in _implied(question) if choices.get(name) != option)
    return Sentence('It belongs to another answer to "{question}".', question=Heading(by_name()[other].label))


def _idle(values: Mapping[str, Any]) -> list[str]:
    """The answers to questions that are not asked, once it is known which are."""
    answers = Answers().with_values(Origin.FILE, values)
    return [name for name in values if not answers.applies(name)] if "mode" in values else []
