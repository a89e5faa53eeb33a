"""Names of what is in the cluster, at the questions that ask for one: looked up when somebody presses the button.

Of a Secret that is picked its keys are named as well, and those among the optional credentials are ticked.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aeterna_nb.config.ask import ClusterObject
from aeterna_nb.kubernetes.connection import ClusterError
from aeterna_nb.kubernetes.names import keys_of_secret, suggestions
from aeterna_nb.language import say, say_many
from aeterna_nb.notebook.parts.base import problem
from aeterna_nb.notebook.parts.rows import TextRow
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.voila import served_by_voila
from aeterna_nb.notebook.work import Latest, in_kernel
from aeterna_nb.probes import allowed
from aeterna_nb.questions import Question, by_name

KEYS = "existing_secret_keys"
"""The question about what the Secret of `existing_secret_name` holds besides what it must."""

Change = Callable[[Callable[[], None]], None]
"""Runs a change of the answers and shows what follows from it."""


@dataclass(frozen=True, eq=False, slots=True)
class _Wanted:
    """What is looked for: the objects of a kind, or the keys of the `secret`."""

    row: TextRow
    kind: ClusterObject
    namespace: str
    secret: str = ""


class Lookups:
    """Puts what the cluster has beside the fields that ask for it. A field can be typed in all the while."""

    def __init__(self, session: Session, change: Change, environ: Mapping[str, str] = os.environ) -> None:
        self._session = session
        self._change = change
        self._allowed = allowed(environ, for_visitors=served_by_voila(environ))
        self._row: TextRow | None = None
        self._work = Latest(self._find, self._show, self._failed, threaded=in_kernel())

    def offer(self, row: TextRow, question: Question) -> None:
        """Give a field its button, if its answer names something in a cluster and this process may ask one."""
        kind = question.ask.names
        if kind is None or not self._allowed:
            return
        row.can_look = True

        def look(secret: str = "") -> None:
            self._row, row.looked = row, say("Looking ...")
            self._work.ask(_Wanted(row, kind, str(self._session.value("namespace") or "default"), secret))

        def picked(name: str) -> None:
            # A name comes back from the browser; only one that was offered is asked for.
            if question.name == "existing_secret_name" and name in row.suggestions:
                look(name)

        row.on_look(look)
        row.on_picked(picked)

    def _find(self, wanted: _Wanted) -> tuple[str, ...] | str | None:
        try:
            if wanted.secret:
                return keys_of_secret(wanted.secret, wanted.namespace)
            return suggestions(wanted.kind, wanted.namespace)
        except ClusterError as error:
            return say(str(error))

    def _show(self, wanted: _Wanted, found: tuple[str, ...] | str | None) -> None:
        if isinstance(found, str):
            wanted.row.looked = found
        elif wanted.secret:
            self._show_keys(wanted.row, found)
        else:
            wanted.row.suggestions = list(found or ())
            wanted.row.looked = (
                say_many(len(found), "{number} name found.", "{number} names found.")
                if found
                else say("The cluster has none.")
            )

    def _show_keys(self, row: TextRow, keys: tuple[str, ...] | None) -> None:
        if keys is None:
            row.looked = say("You may not read its keys there.")
            return
        row.looked = say("Its keys: {keys}.", keys=", ".join(keys)) if keys else say("It holds nothing.")
        held = tuple(option.value for option in by_name()[KEYS].options if option.value in keys)
        if self._session.answers.applies(KEYS):
            self._change(lambda: self._session.choose(KEYS, held))

    def _failed(self, error: BaseException) -> None:
        if self._row is not None:
            self._row.looked = problem(error)
