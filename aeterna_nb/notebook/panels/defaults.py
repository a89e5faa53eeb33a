"""Where the values differ from the chart's defaults, key by key, each with the way to its line."""

import json
from html import escape
from typing import Any

from aeterna_nb.chart_values.departures import Departure, departures, description
from aeterna_nb.generate.files import MASK, SECRET_VALUES_FILE, VALUES_FILE
from aeterna_nb.language import say, say_many
from aeterna_nb.notebook.panels.base import prose
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.origins.lines import lines
from aeterna_nb.origins.trees import read
from aeterna_nb.reading.leaves import KeyPath


def defaults_table(seen: Seen) -> str:
    """A table of every value that is not the chart's default; empty where there are no values for a chart."""
    if VALUES_FILE not in seen.files:
        return ""
    found = departures(read(VALUES_FILE, seen.files[VALUES_FILE]))
    own = _places(seen, VALUES_FILE)
    rows = "".join(_row(departure, own, VALUES_FILE) for departure in found)
    # Of the secrets only the places are known here.
    secret = [path for path in _places(seen, SECRET_VALUES_FILE) if path and path[-1] == "value"]
    places = _places(seen, SECRET_VALUES_FILE)
    rows += "".join(_row(Departure(path, "", MASK, description(path)), places, SECRET_VALUES_FILE) for path in secret)
    said = say_many(
        len(found) + len(secret),
        "{number} value differs from the defaults of the chart.",
        "{number} values differ from the defaults of the chart.",
    )
    head = "".join(f'<th scope="col">{word}</th>' for word in (say("Value"), say("Default"), say("Yours")))
    return (
        f'<p role="status">{said}</p><table class="values"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _places(seen: Seen, name: str) -> dict[KeyPath, int]:
    """The line, from 0, of every key in a file of values."""
    if name not in seen.files:
        return {}
    on_lines = enumerate(lines(name, seen.files[name]))
    return {tuple(map(str, path)): number for number, paths in reversed(list(on_lines)) for path in paths}


def _row(departure: Departure, places: dict[KeyPath, int], name: str) -> str:
    key = escape(".".join(departure.path))
    number = places.get(departure.path)
    if number is not None:
        key = f'<button type="button" class="aw-link" data-act="show" data-on="{number} {name}">{key}</button>'
    return (
        f'<tr><th scope="row">{key}<small>{prose(departure.description)}</small></th>'
        f"<td>{_words(departure.default)}</td><td>{_words(departure.value)}</td></tr>"
    )


def _words(value: Any) -> str:
    """A value in words; a text without its quotation marks."""
    if value is None or value in ("", [], {}):
        return f'<span class="muted">{say("none")}</span>'
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"<code>{escape(text)}</code>"
