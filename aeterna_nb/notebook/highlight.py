"""Text as HTML with highlighting; what changed is marked, line by line."""

from collections.abc import Set
from difflib import SequenceMatcher
from functools import lru_cache
from html import escape

from pygments import highlight as highlight_with
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer

from aeterna_nb.language import say
from aeterna_nb.origins.trees import is_object

LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml", ".env": "bash", ".sh": "bash"}


def language(name: str) -> str:
    """The language of a file by the end of its name, or of an object; "text" when it is none of ours."""
    if is_object(name):
        return "yaml"
    return next((known for end, known in LANGUAGES.items() if name.endswith(end)), "text")


def _lexer(known: str) -> Lexer:
    options = {"stripnl": False, "ensurenl": False}
    return TextLexer(**options) if known == "text" else get_lexer_by_name(known, **options)


def split(text: str) -> list[str]:
    """The lines of `text`; a newline at the end begins no further line."""
    return text.removesuffix("\n").split("\n") if text else []


@lru_cache(maxsize=256)
def lines(text: str, known: str) -> tuple[str, ...]:
    """Each line of `text` as HTML, escaped, with classes that begin with `hl-`. No line has an open element.

    The prefix keeps pygments' one-letter classes apart from those of the page around them.
    """
    formatter = HtmlFormatter(nowrap=True, classprefix="hl-")
    return tuple(highlight_with(text, _lexer(known), formatter).removesuffix("\n").split("\n"))


def changed(before: str, after: str) -> frozenset[int]:
    """The numbers of the lines of `after`, from 0, that are new or different against `before`."""
    matcher = SequenceMatcher(None, split(before), split(after), autojunk=False)
    return frozenset(
        number
        for kind, _, _, start, end in matcher.get_opcodes()
        if kind in ("insert", "replace")
        for number in range(start, end)
    )


def page(text: str, name: str, marked: Set[int] = frozenset(), picked: int | None = None, arrive: bool = False) -> str:
    """The file or object `name` as numbered, highlighted lines to pick from; those in `marked` say "changed".

    `picked` is the number of the line that is picked, from 0; with `arrive` the cursor goes there.
    """
    parts = []
    for number, line in enumerate(lines(text, language(name))):
        mark = number in marked
        word = f'<span class="aw-unseen">{say("changed")}: </span>' if mark else ""
        chosen = number == picked
        parts.append(
            f'<span class="l{" changed" if mark else ""}" role="option" aria-selected="{str(chosen).lower()}" '
            f'tabindex="{0 if number == (picked or 0) else -1}" data-act="line" data-on="{number} {escape(name)}"'
            f"{' data-arrive' if chosen and arrive else ''}>{word}{line}\n</span>"
        )
    label = escape(say("Lines of {document}: pick one to see where it comes from", document=name))
    return f'<pre class="file"><code role="listbox" aria-label="{label}">{"".join(parts)}</code></pre>'
