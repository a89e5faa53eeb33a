"""The Kubernetes objects that Helm makes of the files, by component or by kind, with search."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from aeterna_nb.chart import template_command
from aeterna_nb.chart.rendering import target_of
from aeterna_nb.generate.files import SECRET_VALUES_FILE, VALUES_FILE
from aeterna_nb.language import message, say, say_many
from aeterna_nb.notebook.panels.base import command, document, empty, menu, stale
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.origins import identity

Manifest = dict[str, Any]

CHART = "aeterna-chart"
"""The folder that the commands shown here export the chart to."""

ORDERS = {"component": message("component"), "kind": message("kind")}
"""What the objects can be grouped by, and how that is called."""


def component(manifest: Manifest) -> str:
    """The component that an object belongs to, as its labels say; a subchart's without one is named by its chart."""
    labels = manifest.get("metadata", {}).get("labels") or {}
    return str(labels.get("app.kubernetes.io/component") or labels.get("app.kubernetes.io/name") or say("no component"))


def kind(manifest: Manifest) -> str:
    """The kind of an object."""
    return str(manifest.get("kind", ""))


def grouped(manifests: Sequence[Manifest], order: str) -> dict[str, list[Manifest]]:
    """The objects by component or by kind, everything in alphabetical order."""
    of = component if order == "component" else kind
    groups: dict[str, list[Manifest]] = {}
    for manifest in sorted(manifests, key=lambda item: (of(item), identity(item))):
        groups.setdefault(of(manifest), []).append(manifest)
    return groups


class ManifestsPanel:
    """A list of the objects; one of them is open. The search looks through names and contents."""

    def __init__(self) -> None:
        self._open = ""
        self._search = ""
        self._order = "component"

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return say("Manifests ({number})", number=len(seen.manifests)) if seen.manifests else say("Manifests")

    def act(self, act: str, on: str, value: str) -> None:
        """Open or close an object, search, or group otherwise."""
        if act == "object":
            self._open = "" if self._open == on else on
        elif act == "search":
            self._search = value.strip().lower()
        elif act == "order" and value in ORDERS:
            self._order = value

    def open(self, name: str) -> None:
        """Show this object, whatever is searched for."""
        self._open, self._search = name, ""

    def html(self, seen: Seen) -> str:
        """The objects that match the search, by component or kind."""
        if not seen.manifests:
            target = seen.config.target if seen.config else "kubernetes"
            return empty(
                message("The objects appear here as soon as the main choices are made.")
                if target == "kubernetes"
                else message("There are no Kubernetes objects: these answers are not for a cluster.")
            )
        matches = self._matches(seen)
        found = [manifest for manifest in seen.manifests if identity(manifest) in matches]
        orders = {key: say(words) for key, words in ORDERS.items()}
        number = say_many(
            len(found), "{number} object of {total}.", "{number} objects of {total}.", total=len(seen.manifests)
        )
        search = (
            f'<div class="pick"><label>{say("Search")} <input type="search" data-act="search" '
            f'value="{escape(self._search)}"></label>{menu(say("By"), "order", orders, self._order)}</div>'
            f'<p class="note" role="status">{number}</p>'
        )
        groups = "".join(
            self._group(seen, title, objects, matches) for title, objects in grouped(found, self._order).items()
        )
        return stale(seen) + search + self._command(seen) + groups

    def _command(self, seen: Seen) -> str:
        if seen.config is None or seen.config.cluster is None:
            return ""
        files = tuple(name for name in (VALUES_FILE, SECRET_VALUES_FILE) if name in seen.files)
        lines = [f"aeterna chart export {CHART}", template_command(CHART, target_of(seen.config), files)]
        return (
            f'<details data-name="helm"><summary>{say("The same with the helm program")}</summary>'
            + "".join(command(line) for line in lines)
            + "</details>"
        )

    def _matches(self, seen: Seen) -> dict[str, int]:
        """The objects that match, each with the number of its lines that hold what is searched for."""
        names = [identity(manifest) for manifest in seen.manifests]
        if not self._search:
            return dict.fromkeys(names, 0)
        found = {
            name: sum(self._search in line for line in (seen.text(name) or "").lower().split("\n")) for name in names
        }
        return {name: number for name, number in found.items() if number or self._search in name.lower()}

    def _group(self, seen: Seen, title: str, objects: Sequence[Manifest], matches: Mapping[str, int]) -> str:
        items = "".join(self._item(seen, manifest, matches[identity(manifest)]) for manifest in objects)
        return f'<h2 class="group">{escape(title)} ({len(objects)})</h2><ul class="objects">{items}</ul>'

    def _item(self, seen: Seen, manifest: Manifest, lines: int) -> str:
        key = identity(manifest)
        is_open = key == self._open
        text = document(seen, key) if is_open else ""
        other = kind(manifest) if self._order == "component" else component(manifest)
        beside = f"{other}, {say_many(lines, '{number} line', '{number} lines')}" if lines else other
        expanded = f'aria-expanded="{str(is_open).lower()}"'
        button = f'<button type="button" data-act="object" data-on="{escape(key)}" {expanded}>'
        return (
            f'<li>{button}{escape(key.split("/", 1)[1])} <span class="kind">{escape(beside)}</span></button>{text}</li>'
        )
