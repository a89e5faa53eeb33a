"""What was judged before, by the digest of everything that it followed from; kept as soon as it is there.

So a run that was interrupted goes on where it ended, and one in which nothing changed has nothing to do.
"""

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path

import platformdirs
from pydantic import TypeAdapter

from aeterna_nb.fleet.judging import Judgement, Task

DAYS = 30
"""How long a judgement is kept that no run asks for."""

_JUDGEMENT = TypeAdapter(Judgement)


def store_path() -> Path:
    """Where judgements are kept: below the user's cache (XDG_CACHE_HOME)."""
    return Path(platformdirs.user_cache_path("aeterna"), "fleet.sqlite")


def key_of(task: Task) -> bytes:
    """The digest of all that a judgement follows from."""
    wrong = [astuple(finding) for finding in task.wrong]
    parts = [task.tool, task.sealed, task.unreadable, task.shared, wrong, sorted(task.texts.items())]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).digest()


class StoreError(Exception):
    """Judgements can't be kept; the text says where, why, and what to do."""


@contextmanager
def opened(path: Path | None) -> Iterator["Store"]:
    """The store in a file, or, without one, for this run alone. Raises StoreError, also for what is done with it."""
    try:
        store = Store(path)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from None
    try:
        yield store
    except sqlite3.Error as error:
        raise _unusable(path, error) from None
    finally:
        store.close()


def _unusable(path: Path | None, error: OSError | sqlite3.Error) -> StoreError:
    why = error.strerror if isinstance(error, OSError) else error
    return StoreError(
        f"What was judged can't be kept in {path} ({why}). Make room, delete the file, or name another folder in "
        "XDG_CACHE_HOME; --no-cache keeps nothing."
    )


class Store:
    """Judgements by key, in a file that only its user may read, or, without one, for this run alone."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=60)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS judged (key BLOB PRIMARY KEY, day INTEGER NOT NULL, text TEXT NOT NULL)"
        )
        self._today = int(time.time() // 86400)
        self._connection.execute("DELETE FROM judged WHERE day < ?", (self._today - DAYS,))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def get(self, key: bytes) -> Judgement | None:
        """The judgement that is kept under a key; None where there is none."""
        row = self._connection.execute("SELECT text, day FROM judged WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        if row[1] != self._today:
            self._connection.execute("UPDATE judged SET day = ? WHERE key = ?", (self._today, key))
        return _JUDGEMENT.validate_json(row[0])

    def put(self, key: bytes, judgement: Judgement) -> None:
        """Keep a judgement."""
        text = _JUDGEMENT.dump_json(judgement).decode()
        self._connection.execute("INSERT OR REPLACE INTO judged VALUES (?, ?, ?)", (key, self._today, text))
