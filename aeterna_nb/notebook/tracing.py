"""What each answer causes, found out in the background while somebody looks, and dropped when the answers change."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from aeterna_nb.answers import Answers
from aeterna_nb.notebook.work import Gradually
from aeterna_nb.origins import Causes, Subject, Tracer
from aeterna_nb.origins.trees import Effect, Path

EACH = 8
"""Answers after which the page says how far it is."""


@dataclass(slots=True)
class Found:
    """What is known so far: the causes by question's name, out of so many questions."""

    causes: dict[str, Causes] = field(default_factory=dict)
    total: int = 0

    @property
    def complete(self) -> bool:
        """Whether every answer has been traced."""
        return bool(self.total) and len(self.causes) == self.total

    def behind(self, document: str, paths: Collection[Path]) -> list[tuple[str, Effect]]:
        """The names of the answers on which these nodes depend, and how; those that cause least come first."""
        found = [
            (causes, effect) for causes in self.causes.values() if (effect := causes.on(document, paths)) is not None
        ]
        found.sort(key=lambda item: (item[1] != "value", item[0].size))
        return [(causes.question, effect) for causes, effect in found]

    @property
    def words(self) -> str:
        """How far it is."""
        return f"Traced {len(self.causes)} of {self.total or 'all'} answers."


@dataclass(frozen=True)
class _Request:
    answers: Answers
    tracer: Tracer
    subjects: tuple[Subject, ...]


_News = tuple[Subject, int, Causes] | None
"""What one answer causes, out of how many; None between two values that are tried, where it can be stopped."""


class Tracing:
    """Traces when it is asked to, for one set of answers at a time, and says when something new was found."""

    def __init__(
        self,
        existing: Callable[[], Collection[str]],
        news: Callable[[], None],
        failed: Callable[[BaseException], None],
        *,
        threaded: bool,
    ) -> None:
        self._existing = existing
        self._news = news
        self._answers: Answers | None = None
        self._tracer: Tracer | None = None
        self._asked: tuple[Subject, ...] = ()
        self.found: dict[Subject, Found] = {"files": Found(), "manifests": Found()}
        self._work = Gradually(self._trace, self._take, failed, threaded=threaded)

    def look(self, answers: Answers, *subjects: Subject) -> None:
        """Trace these subjects, in this order, as far as that has not been done. The answers make a configuration."""
        if answers is not self._answers:
            self.stop()
            self._answers, self._tracer = answers, Tracer(answers, self._existing())
            self.found = {"files": Found(), "manifests": Found()}
        wanted = tuple(subject for subject in subjects if not self.found[subject].complete)
        if not set(wanted) <= set(self._asked):
            self._asked = wanted
            assert self._tracer is not None
            self._work.ask(_Request(answers, self._tracer, wanted))

    def stop(self) -> None:
        """Trace no further. What was found stays until other answers are looked at."""
        self._asked = ()
        self._work.forget()

    def _trace(self, request: _Request) -> Iterator[_News]:
        tracer = request.tracer
        for subject in request.subjects:
            known: Mapping[str, Causes] = self.found[subject].causes
            for question in tracer.questions:
                if question.name not in known:
                    causes = yield from tracer.steps(question, subject)
                    yield subject, len(tracer.questions), causes

    def _take(self, request: _Request, news: _News) -> None:
        if news is None or request.answers is not self._answers:
            return
        subject, total, causes = news
        found = self.found[subject]
        found.total = total
        found.causes[causes.question] = causes
        if found.complete:
            self._asked = tuple(item for item in self._asked if item != subject)
        if found.complete or len(found.causes) % EACH == 0:
            self._news()
