"""The one way in for what others wrote: within bounds, not sealed, and text."""

import errno
import os
from pathlib import Path
from typing import TextIO

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.reading.bounds import LARGEST, LARGEST_ANSWER, Unreadable, check_size
from aeterna_nb.reading.sealed import encrypted, reference, refusal


def text_of(content: bytes, named: str) -> str:
    """The text in the content of a file, line ends as they are. Raises Unreadable."""
    checked(content, named)
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise _no_text(named) from None


def _no_text(named: str) -> Unreadable:
    return Unreadable(Sentence("{file} is not UTF-8 text; save it as UTF-8, or move it away.", file=named))


def checked(content: str | bytes, named: str) -> None:
    """Raises Unreadable for content that is too large or encrypted."""
    check_size(content, named)
    seal = encrypted(content)
    if seal is not None:
        raise Unreadable(refusal(seal, named))


def file_content(path: str | os.PathLike[str], named: str, largest: int = LARGEST) -> bytes:
    """What is in a file. Raises Unreadable where that is more than `largest` bytes, and OSError."""
    with open(path, "rb") as file:
        content = file.read(largest + 1)
    check_size(content, named, largest)
    return content


def answer_text(source: str | TextIO, named: str) -> str:
    """The text of a file that holds one answer, or of a stream, without a byte order mark.

    Raises Unreadable, and OSError where a file can't be opened.
    """
    if isinstance(source, str):
        if "\0" in source:  # open would raise ValueError
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        text = text_of(file_content(source, named, LARGEST_ANSWER), named)
    else:
        try:
            text = source.read(LARGEST_ANSWER + 1)
        except UnicodeDecodeError:
            raise _no_text(named) from None
        check_size(text, named, LARGEST_ANSWER)
        checked(text, named)
    return text.removeprefix("\ufeff")


def file_text(path: Path, named: str) -> str:
    """The text of a file. Raises FileNotFoundError where there is none, and Unreadable."""
    try:
        return text_of(file_content(path, named), named)
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise Unreadable(Sentence("{file} can't be read: {reason}.", file=named, reason=reason)) from None


def check_plain(value: str, named: str, key: str) -> None:
    """Raises Unreadable where the value of a secret is a reference: it would be handed on as the secret itself."""
    kind = reference(value)
    if kind is not None:
        raise Unreadable(
            Sentence(
                "{file}: what stands at {key} is no secret but what {kind} makes one of; put the value itself there.",
                file=named,
                key=key,
                kind=kind,
            )
        )
