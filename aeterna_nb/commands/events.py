"""What a deployment tells, on a terminal or as JSON, one line an event."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from aeterna_nb.commands.reports import DONE, WRONG_CONFIGURATION
from aeterna_nb.deploy.events import Began, Cancelled, Event, Failed, Finished, Note, Progress

INTERRUPTED = 130

_DOES = {
    "install": "Installing",
    "upgrade": "Upgrading",
    "rollback": "Rolling back",
    "start": "Starting",
    "test": "Testing",
    "uninstall": "Removing",
}


def shown(events: Iterable[Event], *, as_json: bool) -> int:
    """Print events as they come; returns the exit status that they mean.

    Raises KeyboardInterrupt, with words about what stands half done, when somebody does not wait for the end.
    """
    status = DONE
    try:
        for event in events:
            print(told(event, as_json=as_json), flush=True)
            if isinstance(event, Failed):
                status = WRONG_CONFIGURATION
            elif isinstance(event, Cancelled):
                status = INTERRUPTED
    except KeyboardInterrupt:
        raise KeyboardInterrupt("It may stand half done: `aeterna status` says how it is.") from None
    return status


def told(event: Event, *, as_json: bool) -> str:
    """An event in one line."""
    return _row(event) if as_json else _line(event)


def _row(event: Event) -> str:
    return json.dumps({"event": type(event).__name__.lower(), **asdict(event)}, ensure_ascii=False)


def _line(event: Event) -> str:
    match event:
        case Began(action, name, where):
            return f"{_DOES[action]} {name} ({where})"
        case Progress(kind, name, state, words):
            return f"  {state:<8} {kind} {name}{': ' if words else ''}{words}"
        case Failed(reason, cure):
            return f"Failed. {reason} {cure}".rstrip()
        case Cancelled():
            return "Cancelled."
        case Note(sentence):
            return sentence
        case Finished(name, seconds, revision):
            number = f", revision {revision}" if revision else ""
            return f"Done: {name}{number}, after {seconds:.0f} seconds."
