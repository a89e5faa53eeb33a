"""The questions of one stage as widgets: made when the stage is first shown, kept while it is out of sight."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aeterna_nb.answers import Origin
from aeterna_nb.answers.contradictions import Reasons
from aeterna_nb.answers.secret_values import written_to
from aeterna_nb.checks.server_limits import limits_of_choice
from aeterna_nb.findings import Finding
from aeterna_nb.language import say, say_many
from aeterna_nb.notebook.asked import Group, grouped, in_sight
from aeterna_nb.notebook.lookups import Change, Lookups
from aeterna_nb.notebook.pairs import problems, read, written
from aeterna_nb.notebook.parts.base import Part
from aeterna_nb.notebook.parts.chrome import Fold, Sheet
from aeterna_nb.notebook.parts.rows import ChoiceRow, MenuRow, PairsRow, Row, SecretRow, TextRow
from aeterna_nb.notebook.session import Session
from aeterna_nb.notebook.words import error_at
from aeterna_nb.questions import STAGES, Question, plain

CARDS = 4
"""A choice with more plain values than this becomes a menu; one with a sentence to each stays in sight."""

MOST_LINES = 1000
"""Lines that are pasted into a list at once. Each becomes two fields, and a browser is slow with many more."""

CAUSES = "causes"
"""The way that leads to what an answer causes."""


class StageView:
    """The rows of the questions that have been shown, by name, and how they follow the answers."""

    def __init__(
        self,
        session: Session,
        change: Change,
        show_causes: Callable[[str], None],
        ask_everything: Callable[[], None],
    ) -> None:
        self._session = session
        self._change = change
        self._show_causes = show_causes
        self._following = False
        self._lookups = Lookups(session, change)
        self._folds: dict[str, Fold] = {}
        self._rest = Sheet()
        self._rest.on_act(lambda _act, _on, _value: ask_everything())
        self.rows: dict[str, Row] = {}

    def show(self, asked: Sequence[Question], findings: Sequence[Finding], impossible: Reasons) -> list[Part]:
        """The rows of these questions, up to date, and the headings of those that are folded.

        A row that was made before is the same object again.
        """
        self._following = True
        try:
            shown = in_sight(self._session, asked, findings)
            parts: list[Part] = []
            for group in grouped(self._session, shown, findings):
                parts += [self._fold(group)] if group.title else []
                parts += [
                    self._follow(question, findings, impossible.get(question.name, {}))
                    for question in group.questions
                    if group.open
                ]
            left = len(asked) - len(shown)
            self._rest.html = self._about_the_rest(left)
            return [*parts, *[self._rest] * bool(left)]
        finally:
            self._following = False

    def _fold(self, group: Group) -> Fold:
        fold = self._folds.get(group.title)
        if fold is None:
            fold = self._folds[group.title] = Fold()
            fold.add_class("aw-fold")
            fold.observe(lambda event: self._unfold(group.title, event["new"]), "unfolded")
        number = say_many(len(group.questions), "{number} question", "{number} questions")
        with fold.hold_trait_notifications(), fold.hold_sync():
            fold.title, fold.unfolded = say(group.title), group.open
            fold.note = say("{questions}, {number} changed", questions=number, number=group.changed)
        return fold

    def _unfold(self, title: str, is_open: bool) -> None:
        if self._following:
            return
        unfolded = self._session.unfolded
        self._change(lambda: unfolded.add(title) if is_open else unfolded.discard(title))

    def _about_the_rest(self, number: int) -> str:
        words = say_many(
            number,
            "{number} more question here has a default that suits most.",
            "{number} more questions here have defaults that suit most.",
        )
        button = f'<button type="button" class="aw-link" data-act="everything">{say("Ask everything")}</button>'
        return f'<p class="note">{words} {button}</p>'

    def _follow(self, question: Question, findings: Sequence[Finding], reasons: Mapping[Any, str]) -> Row:
        row = self.rows.get(question.name)
        if row is None:
            row = self.rows[question.name] = self._make(question)
        sentence, wrong = error_at(question.name, self._session, findings)
        with row.hold_trait_notifications(), row.hold_sync():
            row.label = self._label(question)
            row.error, row.tone = sentence, "bad" if wrong else "todo"
            row.origin = self._session.origin(question.name)
            row.ways = [*map(list, self._session.ways(question)), [CAUSES, say("What it causes")]]
            if isinstance(row, ChoiceRow | MenuRow):
                row.options = [self._told(question, option, reasons) for option in self._options(question)]
            self._put_value(row, question)
        return row

    def _told(self, question: Question, option: Mapping[str, Any], reasons: Mapping[Any, str]) -> dict[str, Any]:
        """The option with what is to know before it is taken."""
        value = option["value"]
        if question.kind == "choices":
            return {**option}
        chosen = self._session.answers.with_values(Origin.TYPED, {question.name: value})
        warnings = limits_of_choice(question.name, chosen.lookup)
        return {**option, "reason": say(reasons.get(value, "")), "warning": " ".join(map(say, warnings))}

    def _label(self, question: Question) -> str:
        optional = not question.must_be_answered(self._session.value) and question.default is None
        derived = question.default_for(self._session.value) is not None
        label = say(question.label)
        return say("{question} (optional)", question=label) if optional and not derived else label

    def _put_value(self, row: Row, question: Question) -> None:
        name = question.name
        if isinstance(row, TextRow):
            row.example = self._session.hint(question)
            row.value = self._session.text(name)
        elif isinstance(row, PairsRow):
            row.example = question.example
            if written(row.pairs) != self._session.text(name):
                row.pairs = read(self._session.text(name))
            row.problems = [say(sentence) for sentence in problems(question, row.pairs)]
            # What is wrong is said at its item.
            row.error = "" if any(row.problems) else row.error
        elif isinstance(row, SecretRow):
            row.given = self._session.value(name) is not None
            row.kept = self._session.made(name) or say("Given, and held for this session only.")
            row.make = self._words_to_make(question)
        elif isinstance(row, ChoiceRow | MenuRow):
            row.value = plain(self._session.value(name))

    def _make(self, question: Question) -> Row:
        # A stage's introduction and the help of its only choice are sometimes the same sentence.
        intros = {stage.intro for stage in STAGES}
        words = "" if question.help in intros else say(question.help)
        named = {"name": question.name, "help": words, "link": question.ask.link}
        if question.kind == "secret":
            row = self._make_secret(question, named)
        elif question.kind == "mapping":
            row = self._make_pairs(question, named)
        elif question.kind in ("text", "integer", "document"):
            row = self._make_text(question, named)
        else:
            row = self._make_choice(question, named)
        row.add_class(f"aw-q-{question.name}")
        row.on_way(lambda way: self._go(question.name, way))
        return row

    def _go(self, name: str, way: str) -> None:
        if way == CAUSES:
            self._show_causes(name)
        else:
            self._change(lambda: self._session.go_back(name, way))

    def _make_secret(self, question: Question, named: dict[str, Any]) -> Row:
        row = SecretRow(several_lines=question.multiline, **named)

        def take(text: str) -> None:
            self._change(lambda: self._session.type_text(question.name, text))

        def make() -> None:
            self._change(lambda: self._session.make_secret(question.name))

        row.on_secret(take, lambda: take(""), make)
        return row

    def _words_to_make(self, question: Question) -> str:
        # Where credentials are only referred to, a made one would stand nowhere.
        if not question.ask.makeable or not written_to(self._session.value):
            return ""
        anew = self._session.value(question.name) is not None
        if "key" in question.label.lower():
            return say("Make a key anew") if anew else say("Make a key")
        return say("Make a password anew") if anew else say("Make a password")

    def _make_text(self, question: Question, named: dict[str, Any]) -> Row:
        row = TextRow(
            unit=say(question.unit),
            numeric=question.kind == "integer",
            several_lines=question.multiline,
            **named,
        )
        self._lookups.offer(row, question)
        self._hear(row, lambda text: self._session.type_text(question.name, text))
        return row

    def _make_pairs(self, question: Question, named: dict[str, Any]) -> Row:
        row = PairsRow(**named)

        def pasted(text: str, at: int) -> None:
            row.refused = ""
            if len(text.splitlines()) > MOST_LINES:
                row.refused = say("Paste at most {most} lines at once.", most=MOST_LINES)
                return
            before, after = row.pairs[:at], row.pairs[at + 1 :]
            kept = [pair for pair in row.pairs[at : at + 1] if any(pair)]
            row.pairs = [*before, *kept, *read(text), *after]

        row.on_pasted(pasted)
        self._hear(row, lambda pairs: self._session.type_text(question.name, written(pairs)), "pairs")
        return row

    def _make_choice(self, question: Question, named: dict[str, Any]) -> Row:
        options = self._options(question)
        plain = question.kind == "choice" and not any(option["note"] for option in options)
        row: Row
        if plain and len(options) > CARDS:
            row = MenuRow(options=options, **named)
        else:
            row = ChoiceRow(options=options, several=question.kind == "choices", **named)
        self._hear(row, lambda value: self._session.choose(question.name, value))
        return row

    def _options(self, question: Question) -> list[dict[str, Any]]:
        """The options of a choice, in the words of the present target."""
        if question.kind == "boolean":
            return [_option(True, "Yes"), _option(False, "No")]
        target = self._session.value("target")
        return [_option(item.value, *item.words(target)) for item in question.options]

    def _hear(self, row: Row, take: Callable[[Any], None], trait: str = "value") -> None:
        def heard(event: Any) -> None:
            # What this class itself writes into a row is no answer.
            if not self._following:
                value = event["new"]
                self._change(lambda: take(tuple(value) if isinstance(value, list) else value))

        row.observe(heard, trait)


def _option(value: Any, title: str, note: str = "") -> dict[str, Any]:
    return {"value": value, "title": say(title), "note": say(note)}
