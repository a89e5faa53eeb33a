"""What each answer causes, found out in the background while somebody looks, and dropped when the answers change."""

from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from aeterna_nb.answers import Answers
from aeterna_nb.language import say
from aeterna_nb.notebook.work import Gradually
from aeterna_nb.origins import Causes, Subject, Tracer
from aeterna_nb.origins.likely import likely_first
from aeterna_nb.origins.reading import behind
from aeterna_nb.origins.trees import Effect, NodePath
from aeterna_nb.questions import Question

FIRST, EACH = 4, 8
"""The first answers are told one by one, since they are the likeliest; then now and then, with how far it is."""

KEPT = 4
"""Sets of answers whose causes are kept; a few megabytes each."""


@dataclass(slots=True)
class Found:
    """What is known so far: the causes by question's name, out of so many questions."""

    causes: dict[str, Causes] = field(default_factory=dict)
    total: int = 0

    @property
    def complete(self) -> bool:
        """Whether every answer has been traced."""
        return bool(self.total) and len(self.causes) == self.total

    def behind(self, document: str, paths: Collection[NodePath]) -> list[tuple[str, Effect]]:
        """The names of the answers on which these nodes depend, as far as is known, and how."""
        return behind(self.causes.values(), document, paths)

    @property
    def words(self) -> str:
        """How far it is."""
        return say("Traced {number} of {total} answers.", number=len(self.causes), total=self.total)


class _Traced:
    """What is known about one set of answers. They make a configuration."""

    def __init__(self, answers: Answers, existing: Collection[str]) -> None:
        self.answers = answers
        self.tracer = Tracer(answers, existing)
        self.found: dict[Subject, Found] = {
            subject: Found(total=len(self.tracer.questions)) for subject in ("files", "manifests")
        }


@dataclass(frozen=True)
class _Request:
    traced: _Traced
    wanted: tuple[tuple[Subject, Question], ...]


_News = tuple[Subject, Causes, bool] | None
"""What one answer causes, and whether it is time to say so; None between two values, where it can be stopped."""


class Tracing:
    """Traces when it is asked to, for one set of answers at a time, and says when something new was found.

    What was found is kept for the last few sets of answers, for who goes to and fro between them.
    """

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
        self._recent: deque[_Traced] = deque(maxlen=KEPT)
        self._asked: tuple[tuple[Subject, ...], str, str] | None = None
        self._work = Gradually(self._trace, self._take, failed, threaded=threaded)

    def found(self, subject: Subject) -> Found:
        """What is known so far about the answers that were looked at last."""
        return self._recent[-1].found[subject] if self._recent else Found()

    def look(
        self,
        answers: Answers,
        *subjects: Subject,
        only: str = "",
        paths: Collection[NodePath] = (),
        line: str = "",
    ) -> None:
        """Trace all answers, or one, in these subjects as far as that has not been done.

        Those come first that most likely decide about the nodes at `paths` and the `line` on which they stand. The
        answers make a configuration.
        """
        if not self._recent or answers is not self._recent[-1].answers:
            self.stop()
            known = next((traced for traced in self._recent if traced.answers is answers), None)
            if known is not None:
                self._recent.remove(known)
            self._recent.append(known or _Traced(answers, self._existing()))
        traced = self._recent[-1]
        wanted = tuple(
            (subject, question)
            for subject in subjects
            for question in likely_first(traced.tracer.questions, answers, paths, line)
            if question.name not in traced.found[subject].causes and only in ("", question.name)
        )
        if not wanted:
            self.stop()
        elif self._asked != (asked := (subjects, only, line)):
            self._asked = asked
            self._work.ask(_Request(traced, wanted))

    def stop(self) -> None:
        """Trace no further. What was found stays."""
        self._asked = None
        self._work.forget()

    def _trace(self, request: _Request) -> Iterator[_News]:
        for number, (subject, question) in enumerate(request.wanted, 1):
            causes = yield from request.traced.tracer.steps(question, subject)
            yield subject, causes, number <= FIRST or number % EACH == 0 or number == len(request.wanted)

    def _take(self, request: _Request, news: _News) -> None:
        if news is None:
            return
        subject, causes, tell = news
        request.traced.found[subject].causes[causes.question] = causes
        if tell:
            self._news()
