"""The language in which a person reads the page and the terminal.

The English text is the id of its translation, so a declaration stays one declaration: front ends translate it with
`say` where they show it. Files that are generated, and output for programs, never pass through here.
"""

import io
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

from aeterna_nb.config.sentence import Heading, Sentence

ENGLISH = "en"
LANGUAGES: Mapping[str, str] = {ENGLISH: "English", "de": "Deutsch"}
"""By code, what each language is called in itself. Every one but English has a catalogue beside this file."""

VARIABLE = "AETERNA_LANGUAGE"
LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where a terminal's language stands, in the order of POSIX: the first one that is set counts."""


@cache
def _catalogue(language: str) -> NullTranslations:
    """The translations into a language, compiled in memory, so that no compiled file can be out of date."""
    if language == ENGLISH:
        return NullTranslations()
    # Reading a catalogue takes longer than starting without one.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with open(Path(__file__).parent / f"{language}.po", "rb") as file:
        catalogue = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


# One for the process, not for each context: a page's work is done in several threads, and a kernel has one reader.
_language = ENGLISH


def language() -> str:
    """The code of the present language."""
    return _language


def speak(code: str) -> None:
    """Use this language from now on; one that is not known is left alone."""
    global _language
    if code in LANGUAGES:
        _language = code


def say(text: str, /, **values: Any) -> str:
    """`text` in the present language, with the values in place of their names in braces.

    What has no translation stays as it is.
    """
    if isinstance(text, Heading):
        return say(text.template).rstrip("?")
    if isinstance(text, Sentence) and text.values:
        inner = {name: say(item) if isinstance(item, Sentence) else item for name, item in text.values.items()}
        return say(text.template, **inner)
    said = _catalogue(_language).gettext(str(text)) if text else ""
    return said.format(**values) if values else said


def say_in(code: str, text: str, /, **values: Any) -> str:
    """As `say`, in the language of this reader: for a process that has many."""
    said = _catalogue(code).gettext(text)
    return said.format(**values) if values else said


def say_many(number: int, one: str, many: str, /, **values: Any) -> str:
    """`one` or `many`, as `number` and the present language want it; `{number}` in it stands for the number."""
    return _catalogue(_language).ngettext(one, many, number).format(number=number, **values)


def number(amount: Decimal) -> str:
    """An amount with at most two decimals, as the present language writes it: 1,234.5 or 1.234,5."""
    # Loaded with the first amount that is shown: a terminal starts without it.
    from babel.numbers import format_decimal

    return format_decimal(amount, format="#,##0.##", locale=_language)


_SAID = re.compile(r'\bsay\("([^"]+)"')


def said_in(script: str) -> list[str]:
    """The texts that a script of the page says to a person, as `say("...")`, in English."""
    return list(dict.fromkeys(_SAID.findall(script)))


def message(text: str) -> str:
    """`text` itself: marks a text in a table or constant that is said later."""
    return text


def wanted(environ: Mapping[str, str], *asked: str, terminal: bool = False) -> str:
    """The code of the language to use: the first that is known of what was `asked`, then of the environment.

    A terminal's locale counts only for a `terminal`. English where nobody wants another.
    """
    locale = next((environ[name] for name in LOCALE_VARIABLES if environ.get(name)), "") if terminal else ""
    for name in (*asked, environ.get(VARIABLE, ""), locale):
        code = name.replace("-", "_").partition("_")[0].partition(".")[0].lower()
        if code in LANGUAGES:
            return code
    return ENGLISH
