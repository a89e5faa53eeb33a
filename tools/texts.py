"""Every text that a front end says, in English: read off the declarations, the calls in the code, and the scripts."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import aeterna_nb
from aeterna_nb.answers import ORIGIN_WORDS
from aeterna_nb.language import said_in
from aeterna_nb.presets import GROUPS, PRESETS
from aeterna_nb.questions import STAGES, questions

PACKAGE = Path(aeterna_nb.__file__).parent
CALLS: Mapping[str, tuple[int, ...]] = {
    "say": (0,),
    "message": (0,),
    "Sentence": (0,),
    "ask_for": (0,),
    "wrong": (0,),
    "Violation": (1, 2),
    "Limit": (2, 3),
    "_warning": (1, 2),
    "_option": (1, 2),
    "Shape": (2,),
}
"""What is called with texts, and where these stand among the arguments."""

Text = str | tuple[str, str]
"""A text, or a pair of one for one thing and one for several."""


def every_text() -> list[Text]:
    """Every text once, in the order of the declarations and then of the files."""
    return list(dict.fromkeys([*declared(), *called(), *in_scripts()]))


def declared() -> Iterator[str]:
    """The texts of stages, questions, options, presets and sources of answers."""
    for stage in STAGES:
        yield from (stage.title, stage.intro)
    for question in questions():
        yield from filter(
            None,
            (question.label, question.help, question.unit, question.group, question.ask.makeable, question.ask.missing),
        )
        for option in question.options:
            # An option that is called like its value is a name that programs know.
            title = option.title if option.title != str(option.value) else ""
            yield from filter(None, (title, option.note, *(option.compose or ())))
    yield from GROUPS.values()
    for preset in PRESETS.values():
        yield from (preset.title, preset.note)
    yield from ORIGIN_WORDS.values()


def called() -> Iterator[Text]:
    """The texts that stand in calls of this package's code."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _in_call(node)


def _in_call(node: ast.Call) -> Iterator[Text]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name == "say_many":
        one, many = (_literals(argument) for argument in node.args[1:3])
        yield from zip(one, many, strict=True)
    for place in CALLS.get(name, ()):
        if place < len(node.args):
            yield from _literals(node.args[place])


def _literals(node: ast.expr) -> list[str]:
    """The text of a literal, or of both sides of a condition between literals."""
    if isinstance(node, ast.IfExp):
        return [*_literals(node.body), *_literals(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else []


def in_scripts() -> Iterator[str]:
    """The texts in the scripts of the page."""
    for path in sorted((PACKAGE / "notebook" / "parts").glob("*.js")):
        yield from said_in(path.read_text(encoding="utf-8"))
