"""What is said of an error that nobody foresaw: its kind and its place.

Never its own words, nor lines of source: an exception's text quotes the value that it stumbled over, and a notebook's
source holds its parameters; both may be a secret.
"""

import os
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

BUG = 70
"""The exit status of a command that ended with a fault of its own: EX_SOFTWARE of sysexits.h."""

DEBUG = "AETERNA_SETUP_DEBUG"
"""The variable of `--debug`. Kernels and other child processes inherit it."""

_PACKAGE = Path(__file__).parent
_MOST_FRAMES = 40


def debugging(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the way to an error is wanted as well."""
    return bool(environ.get(DEBUG))


def place(error: BaseException) -> str:
    """Where an error happened, such as `TypeError in aeterna_nb/answers/file.py, line 30`: our own innermost line."""
    origin = _origin(error)
    frames = traceback.extract_tb(origin.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)] or frames[-1:]
    where = f" in {_short(ours[-1].filename)}, line {ours[-1].lineno}" if ours else ""
    return f"{type(origin).__name__}{where}"


def sentence(error: BaseException) -> str:
    """What a person is told: what happened, and what to report."""
    from aeterna_nb import __version__  # looked up when it is needed: that takes a while

    return (
        f"Something went wrong that should not have: {place(error)} (aeterna-nb {__version__}). "
        "This is a fault of the workbench; please report this line where you got it from."
    )


def way(error: BaseException) -> str:
    """The calls that led to an error and to those behind it, with file, line and function; the cause comes last."""
    return "\n".join(line for each in _chain(error) for line in _told(each))


def _told(error: BaseException) -> Iterator[str]:
    yield f"{type(error).__name__}, after these calls:"
    for frame in traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]:
        yield f"  {_short(frame.filename)}, line {frame.lineno}, in {frame.name}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop(0)
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            behind = each.__cause__ or each.__context__
            waiting += [*getattr(each, "exceptions", ()), *([behind] if behind else [])]


def _origin(error: BaseException) -> BaseException:
    """The error itself, or the first one in a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _short(path: str) -> str:
    """A path without the folders above the package, which may tell who works here."""
    parts = PurePath(path).parts
    known = [index for index, part in enumerate(parts) if part in {"site-packages", _PACKAGE.name}]
    return "/".join(parts[known[-1] + (parts[known[-1]] == "site-packages") :] if known else parts[-1:])
