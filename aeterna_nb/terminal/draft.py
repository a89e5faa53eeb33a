"""What is kept of an interrupted visit: how far somebody came, without secrets, in their own state folder."""

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.answers.draft import kept_clearings, kept_values, with_kept
from aeterna_nb.presets import PRESETS
from aeterna_nb.questions import by_name
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.json_tree import json_tree
from aeterna_nb.reading.texts import file_text
from aeterna_nb.terminal.walk import SCRATCH, Moment, Progress

PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Draft:
    """What was kept: when, how many answers were typed, and the JSON that `taken` reads."""

    saved: datetime
    count: int
    kept: Mapping[str, Any]


class DraftFile:
    """The draft of one folder. It lies outside of it: the folder may be shared, and holds what is finished."""

    def __init__(self, folder: Path, state: Path | None = None) -> None:
        where = str(Path(os.path.realpath(folder)))
        self._name = hashlib.sha256(where.encode("utf-8", "surrogateescape")).hexdigest()[:16] + ".json"
        self._state = state or user_state_path("aeterna") / "drafts"

    @property
    def path(self) -> Path:
        """Where the draft lies."""
        return self._state / self._name

    def keep(self, progress: Progress) -> None:
        """Keep how far somebody came. A disk that is full or read-only loses the draft, never the visit."""
        text = json.dumps({"saved": datetime.now().isoformat(timespec="minutes"), **_plain(progress)})
        temporary = self.path.with_suffix(f".{secrets.token_hex(4)}.tmp")
        try:
            self._state.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(temporary, self.path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()

    def found(self) -> Draft | None:
        """The draft; None where there is none that can be read, or nothing in it."""
        try:
            kept = json_tree(file_text(self.path, "draft"), "draft")
            count = len(kept["typed"]) + len(kept["cleared"]) + len(kept["secrets"])
            draft = Draft(datetime.fromisoformat(kept["saved"]), count, kept)
            taken(draft, Progress(Answers()))
        except (OSError, Unreadable, ValueError, KeyError, TypeError, AttributeError):
            return None
        return draft if draft.count or kept["preset"] else None

    def forget(self) -> None:
        """Delete the draft."""
        with contextlib.suppress(OSError):
            self.path.unlink()


def taken(draft: Draft, start: Progress) -> Progress:
    """How far somebody came, on top of what this visit starts with. What is not known any more is left out."""
    kept = draft.kept
    preset = kept["preset"] if kept["preset"] in {*PRESETS, SCRATCH} else ""
    answers = start.answers
    if preset in PRESETS:
        answers = answers.with_values(Origin.PRESET, PRESETS[preset].values)
    answers = with_kept(answers, Origin.TYPED, kept["typed"], kept["cleared"])
    past = tuple(Moment(str(key), frozenset(map(str, opened))) for key, opened in kept["past"])
    return replace(
        start,
        answers=answers,
        preset=preset,
        past=past,
        opened=frozenset(map(str, kept["opened"])),
        only_open=start.only_open or bool(kept["only_open"]),
        # Drafts of before do not say it.
        everything=start.everything or bool(kept.get("everything")),
        due=frozenset(name for name in kept["secrets"] if name in by_name()),
    )


def _plain(progress: Progress) -> dict[str, Any]:
    secret = progress.due | {name for name in progress.answers.layers.get(Origin.TYPED, {}) if by_name()[name].secret}
    return {
        "preset": progress.preset,
        "typed": kept_values(progress.answers, Origin.TYPED),
        "cleared": kept_clearings(progress.answers, Origin.TYPED),
        # Secrets are not kept: only which were given, so that they are asked once more.
        "secrets": sorted(secret),
        "past": [(moment.key, sorted(moment.opened)) for moment in progress.past if moment.key not in secret],
        "opened": sorted(progress.opened),
        "only_open": progress.only_open,
        "everything": progress.everything,
    }
