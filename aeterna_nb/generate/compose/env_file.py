"""`.env`: the secrets of the Compose file, or of the clients of a central server."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

from aeterna_nb.answers.secret_values import MADE_NAMES
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.cache import ExternalRedis
from aeterna_nb.generate.compose.cache import host_with_password
from aeterna_nb.generate.dotenv import HOST_VARIABLE, variable
from aeterna_nb.questions import questions
from aeterna_nb.reading import dotenv
from aeterna_nb.reading.texts import check_plain

NAME = ".env"

HEADER = """\
# Secrets for `docker compose` in this folder. Keep this file out of git.
"""
CLIENT_HEADER = """\
# The credential of the central server, for clients. Keep this file out of git.
"""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n", "\r": "\\r"}


def variables(config: SetupConfig, secrets: Mapping[str, str]) -> dict[str, str]:
    """The variables that `.env` gives to the Compose file, for secret values by question's name."""
    values = {variable(name): value for name, value in secrets.items()}
    if isinstance(config.cache, ExternalRedis) and "redis_password" in secrets:
        values[HOST_VARIABLE] = host_with_password(config.cache, secrets["redis_password"])
    return values


def env_file(config: SetupConfig, secrets: Mapping[str, str]) -> str:
    """The text of `.env` for secret values by question's name; empty where there are none.

    One line for each. Compose reads every value back as it was, whatever characters are in it.
    """
    values = variables(config, secrets)
    if not values:
        return ""
    header = HEADER if config.runs_server else CLIENT_HEADER
    return header + "".join(f"{name}={_quoted(value)}\n" for name, value in values.items())


def read_env(text: str, named: str = NAME) -> dict[str, str]:
    """The secret values in a `.env` file by question's name, as Compose reads them; variables of others are left out.

    Raises Unreadable.
    """
    names = secret_variables()
    found = {name: value for name, value in dotenv.variables(text, named).items() if name in names}
    for name, value in found.items():
        check_plain(value, named, name)
    return {names[name]: value for name, value in found.items()}


def merged_env(present: str | None, own: str) -> str:
    """`own`, the text of `.env` for a configuration, below what others have in the `.env` that is there.

    Our earlier part is replaced, and so is any other line with a variable that `own` has. Raises Unreadable.
    """
    text = present or ""
    written = {assignment.name for assignment in dotenv.assignments(own, NAME)}
    lines = list(_lines(text))
    dropped = [(start, end) for name, start, end in lines if name in written]
    dropped += [_part(text, lines, header) for header in (HEADER, CLIENT_HEADER) if header in text]
    others, at = [], 0
    for start, end in sorted(dropped):
        others.append(text[at:start])
        at = max(at, end)
    rest = "".join([*others, text[at:]])
    return f"{rest.rstrip()}\n\n{own}" if rest.strip() else own


def _lines(text: str) -> Iterator[tuple[str, int, int]]:
    """Every variable of a `.env` file, with where its line begins and ends; two can stand on one line."""
    found = list(dotenv.assignments(text, NAME))
    for assignment, after in zip_longest(found, found[1:]):
        line = text.rfind("\n", 0, assignment.start) + 1
        start = assignment.start if text[line : assignment.start].strip() else line
        end = text.find("\n", assignment.end) + 1 or len(text)
        yield assignment.name, start, min(end, after.start) if after else end


def _part(text: str, lines: Iterable[tuple[str, int, int]], header: str) -> tuple[int, int]:
    """Where our earlier part begins and ends: its header, and the variables of ours right below."""
    start, own_names = text.index(header), {*secret_variables(), HOST_VARIABLE}
    end = start + len(header)
    for name, line_start, line_end in lines:
        if line_start == end and name in own_names:
            end = line_end
    return start, end


def secret_variables() -> dict[str, str]:
    """The variables of `.env` that may hold a secret of ours, with the names of their questions."""
    return {variable(name): name for name in MADE_NAMES | {item.name for item in questions() if item.secret}}


def _quoted(value: str) -> str:
    # Single quotes keep everything but themselves and backslashes, and shells read them alike.
    if not any(character in value for character in "'\\\n\r"):
        return f"'{value}'"
    return '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'
