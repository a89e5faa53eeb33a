"""Names of what is in the cluster, at the questions that ask for one: looked up when somebody presses the button."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from aeterna_nb.config.ask import ClusterObject
from aeterna_nb.kubernetes.connection import ClusterError
from aeterna_nb.kubernetes.names import suggestions
from aeterna_nb.language import say, say_many
from aeterna_nb.notebook.parts.base import problem
from aeterna_nb.notebook.parts.rows import TextRow
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.voila import served_by_voila
from aeterna_nb.notebook.work import Latest, in_kernel
from aeterna_nb.probes import allowed
from aeterna_nb.questions import Question


@dataclass(frozen=True, eq=False, slots=True)
class _Wanted:
    row: TextRow
    kind: ClusterObject
    namespace: str


class Lookups:
    """Puts what the cluster has beside the fields that ask for it. A field can be typed in all the while."""

    def __init__(self, session: Session, environ: Mapping[str, str] = os.environ) -> None:
        self._session = session
        self._allowed = allowed(environ, for_visitors=served_by_voila(environ))
        self._row: TextRow | None = None
        self._work = Latest(self._find, self._show, self._failed, threaded=in_kernel())

    def offer(self, row: TextRow, question: Question) -> None:
        """Give a field its button, if its answer names something in a cluster and this process may ask one."""
        kind = question.ask.names
        if kind is None or not self._allowed:
            return
        row.can_look = True

        def look() -> None:
            self._row, row.looked = row, say("Looking ...")
            self._work.ask(_Wanted(row, kind, str(self._session.value("namespace") or "default")))

        row.on_look(look)

    def _find(self, wanted: _Wanted) -> tuple[tuple[str, ...], str]:
        try:
            found = suggestions(wanted.kind, wanted.namespace)
        except ClusterError as error:
            return (), say(str(error))
        if not found:
            return (), say("The cluster has none.")
        words = say_many(
            len(found),
            "{number} name found. The field lists what fits what is typed.",
            "{number} names found. The field lists what fits what is typed.",
        )
        return found, words

    def _show(self, wanted: _Wanted, outcome: tuple[tuple[str, ...], str]) -> None:
        found, wanted.row.looked = outcome
        wanted.row.suggestions = list(found)

    def _failed(self, error: BaseException) -> None:
        if self._row is not None:
            self._row.looked = problem(error)
