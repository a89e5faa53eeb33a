"""Finding a question by words."""

from collections.abc import Iterable

from aeterna_nb.language import say
from aeterna_nb.questions import Question


def matching(asked: Iterable[Question], words: str) -> list[Question]:
    """The questions in whose name, label, help, options, flag or answer's path every one of the words stands.

    The words may be English or of the present language.
    """
    wanted = words.lower().split()
    return [question for question in asked if wanted and all(word in _text(question) for word in wanted)]


def _text(question: Question) -> str:
    declared = (question.label, question.help, *(option.title for option in question.options))
    words = (*declared, *map(say, declared), question.flag, question.name, ".".join(question.path))
    return " ".join(words).lower()
