"""Finding a question by words."""

from collections.abc import Iterable

from aeterna_nb.questions import Question


def matching(asked: Iterable[Question], words: str) -> list[Question]:
    """The questions in whose name, label, help, options, flag or answer's path every one of the words stands."""
    wanted = words.lower().split()
    return [question for question in asked if wanted and all(word in _text(question) for word in wanted)]


def _text(question: Question) -> str:
    titles = " ".join(option.title for option in question.options)
    words = (question.label, question.help, question.flag, question.name, ".".join(question.path), titles)
    return " ".join(words).lower()
