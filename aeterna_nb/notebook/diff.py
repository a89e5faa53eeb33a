"""Two texts side by side as an HTML table, highlighted, with a few lines around each change."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from aeterna_nb.language import say
from aeterna_nb.notebook.highlight import language, lines, split

CONTEXT = 3
"""Lines shown around a change, as in diff and git."""

COLUMNS = '<colgroup><col class="number"><col><col class="number"><col></colgroup>'


def _half(rendered: Sequence[str], number: int, end: int, kind: str, sign: str) -> str:
    if number >= end:
        return '<td class="number"></td><td class="text none"></td>'
    return (
        f'<td class="number">{number + 1}</td><td class="text {kind}">'
        f'<span class="sign">{sign}</span><code>{rendered[number] or " "}</code></td>'
    )


def _rows(opcode: tuple[str, int, int, int, int], old: Sequence[str], new: Sequence[str]) -> str:
    kind, left, left_end, right, right_end = opcode
    removed, added = (("same", " "), ("same", " ")) if kind == "equal" else (("removed", "-"), ("added", "+"))
    return "".join(
        f"<tr>{_half(old, left + step, left_end, *removed)}{_half(new, right + step, right_end, *added)}</tr>"
        for step in range(max(left_end - left, right_end - right))
    )


def side_by_side(before: str, after: str, name: str, titles: tuple[str, str] = ("Before", "After")) -> str:
    """`before` and `after` as a table of two columns; empty when they are equal.

    Only what changed is shown, with `CONTEXT` lines around it. Each changed line bears a sign, so that it
    needs no colour to be understood.
    """
    if before == after:
        return ""
    known = language(name)
    old, new = lines(before, known), lines(after, known)
    matcher = SequenceMatcher(None, split(before), split(after), autojunk=False)
    opcodes = matcher.get_grouped_opcodes(CONTEXT)
    groups = ["".join(_rows(opcode, old, new) for opcode in group) for group in opcodes]
    gap = f'<tr class="gap"><td colspan="4">{say("unchanged lines")}</td></tr>'
    head = "".join(f'<th colspan="2" scope="col">{title}</th>' for title in titles)
    return f'<table class="diff">{COLUMNS}<thead><tr>{head}</tr></thead><tbody>{gap.join(groups)}</tbody></table>'
