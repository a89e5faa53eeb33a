"""What a file says and no answer can: each value with the reason."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from aeterna_nb.config.sentence import Heading, Sentence
from aeterna_nb.generate.environment.server import is_set
from aeterna_nb.imports.evidence import refused_values
from aeterna_nb.imports.lists import ENVIRONMENT, LISTS, unsaid
from aeterna_nb.imports.pairs import NO_PAIR
from aeterna_nb.imports.places import places
from aeterna_nb.imports.projection import helm
from aeterna_nb.questions import Question, questions
from aeterna_nb.reading.leaves import KeyPath, Leaves, at, dotted

Differences = Mapping[KeyPath, Sequence[Question]]
"""Paths at which a file and what is generated differ, with the questions that reach there."""

FEW = 10
"""Keys below one that are named each, where the chart has none of them."""

MOST = 100
"""Keys that are named in all."""

NO_SUCH_VALUE = Sentence("The chart has no such value.")

KEEP = Sentence(
    "What no answer gives, keep in a file of your own, and give it to helm behind values.yaml with another `-f`."
)

KEEP_LIST = Sentence(
    "Keep the whole list in a file of your own, and give it to helm behind values.yaml with another `-f`: "
    "it takes the place of the list in values.yaml."
)


@dataclass(frozen=True, slots=True)
class Left:
    """A value that was left where it is: its file, its path, and the reason. The value itself may be secret.

    `besides` marks one that is not in the file: the answers bring it.
    """

    file: str
    path: str
    reason: str
    cure: str = ""
    besides: bool = False


def left_of_values(files: Mapping[str, Leaves], tree: dict[str, Any], differs: Differences) -> list[Left]:
    """What is left of values files, of which `tree` is what they say together; each value once."""
    holding = {path[:end]: name for name, said in files.items() for path in said for end in range(1, len(path) + 1)}
    last = list(files)[-1]
    said = {path for leaves in files.values() for path in leaves}
    refused = refused_values(tree)
    unknown = [path for path, no_such_key in refused.items() if no_such_key]
    # An item of a list is refused; what stands there is the list.
    wrong = dict.fromkeys(_first(path, said) for path, no_such_key in refused.items() if not no_such_key)
    found = [
        *_unknown(unknown, holding, last),
        *(
            Left(holding.get(path, last), dotted(path), Sentence("The chart does not take what stands there."))
            for path in wrong
        ),
    ]
    for path, behind in differs.items():
        if any(path[:end] in refused or path[:end] in wrong for end in range(1, len(path) + 1)):
            continue
        file, labels = holding.get(path, last), _labels(behind[:2])
        if path in LISTS:
            numbers = LISTS[path].said(at(tree, path))[1]
            found.append(Left(file, dotted(path), unsaid(numbers), KEEP_LIST))
        elif path not in said:
            found.append(Left(file, dotted(path), _follows(labels), besides=True))
        else:
            found.append(Left(file, dotted(path), _reason(path, behind), KEEP))
    return found


def _first(path: KeyPath, said: Set[KeyPath]) -> KeyPath:
    """The value that holds what stands at a path."""
    return next((path[:end] for end in range(1, len(path) + 1) if path[:end] in said), path)


def _unknown(paths: Sequence[KeyPath], holding: Mapping[KeyPath, str], last: str) -> Iterator[Left]:
    """The keys that the chart does not have; many below one key are counted, and so is what goes on for too long."""
    known = [dotted(path) for path in helm().defaults]
    below = Counter(path[0] for path in paths)
    entries = list(dict.fromkeys(path if below[path[0]] <= FEW else path[:1] for path in paths))
    for path in entries[:MOST]:
        if below[path[0]] > FEW:
            reason = Sentence("The chart has none of {number} values in it.", number=below[path[0]])
        else:
            near = get_close_matches(dotted(path), known, n=1)
            reason = (
                Sentence("The chart has no such value. Did you mean {name}?", name=near[0]) if near else NO_SUCH_VALUE
            )
        yield Left(holding.get(path, last), dotted(path), reason)
    if len(entries) > MOST:
        yield Left(last, "", Sentence("And {number} more that the chart does not have.", number=len(entries) - MOST))


def _reason(path: KeyPath, behind: Sequence[Question]) -> str:
    """Why a value that the chart takes is no answer."""
    if path[:-1] == ENVIRONMENT.place and is_set(path[-1], "kubernetes"):
        return Sentence("Other answers decide this variable.")
    if any(path[:-1] in places(helm(), question.name).mappings for question in behind):
        return NO_PAIR
    owners = [question for question in questions() if path in places(helm(), question.name).read_at]
    if labels := _labels([] if any(owner in behind for owner in owners) else owners[:1]):
        return Sentence("It is asked with other choices: {questions}.", questions=labels)
    if labels := _labels(behind[:2]):
        return Sentence("No answer gives this value; it follows from {questions}.", questions=labels)
    return Sentence("No question asks for it.")


def _labels(asked: Sequence[Question]) -> Sentence | None:
    """The labels of one or two questions, each in quotation marks; None for none."""
    quoted = [Sentence('"{question}"', question=Heading(question.label)) for question in asked]
    if len(quoted) > 1:
        return Sentence("{first} and {last}", first=quoted[0], last=quoted[1])
    return quoted[0] if quoted else None


def _follows(labels: Sentence | None) -> str:
    if labels is None:
        return Sentence("It follows from the rest.")
    return Sentence("It follows from {questions}.", questions=labels)


def left_of_compose(file: str, differs: Differences) -> list[Left]:
    """What is left of a Compose file: each service, volume or other entry with the number of values that differ."""
    entries = Counter(path[:2] for path in differs)
    return [
        Left(
            file,
            dotted(entry),
            Sentence("1 of the values in it is not what your answers give.")
            if number == 1
            else Sentence("{number} of the values in it are not what your answers give.", number=number),
        )
        for entry, number in sorted(entries.items())
    ]
