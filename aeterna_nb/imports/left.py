"""What a file says and no answer can: each value with the reason."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from aeterna_nb.chart_values import ChartValues
from aeterna_nb.config.sentence import Heading, Sentence
from aeterna_nb.imports.projection import helm
from aeterna_nb.questions import Question
from aeterna_nb.reading.leaves import Leaves, Path, dotted

Differences = Mapping[Path, Sequence[Question]]
"""Paths at which a file and what is generated differ, with the questions that reach there."""

KEEP = Sentence(
    "What no answer gives, keep in a file of your own, and give it to helm behind values.yaml with another `-f`."
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

    def file_of(path: Path) -> str:
        holding = [name for name, said in files.items() if any(other[: len(path)] == path for other in said)]
        return (holding or list(files))[-1]

    refused = dict(_refused(tree))
    said = {path for leaves in files.values() for path in leaves}
    found = [Left(file_of(path), dotted(path), reason) for path, reason in refused.items()]
    for path, behind in differs.items():
        if any(path[: len(other)] == other for other in refused):
            continue
        file, labels = file_of(path), _labels(behind[:2])
        if path not in said:
            found.append(Left(file, dotted(path), _follows(labels), besides=True))
        elif labels:
            found.append(
                Left(
                    file,
                    dotted(path),
                    Sentence("No answer gives this value; it follows from {questions}.", questions=labels),
                    KEEP,
                )
            )
        else:
            found.append(Left(file, dotted(path), Sentence("No question asks for it."), KEEP))
    return found


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


def _unknown(near: Sequence[str]) -> str:
    if near:
        return Sentence("The chart has no such value. Did you mean {name}?", name=near[0])
    return Sentence("The chart has no such value.")


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


def _refused(tree: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """The keys that the chart does not have, and the values that it does not take."""
    try:
        ChartValues.model_validate(tree)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            path = tuple(str(part) for part in item["loc"])
            if item["type"] == "extra_forbidden":
                near = get_close_matches(dotted(path), [dotted(known) for known in helm().defaults], n=1)
                yield path, _unknown(near)
            else:
                yield path, Sentence("The chart does not take what stands there.")
