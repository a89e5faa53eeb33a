"""The Kubernetes objects that Helm makes of the files, by kind, with search."""

from collections.abc import Sequence
from html import escape
from typing import Any

from aeterna_nb.chart import template_command
from aeterna_nb.generate.files import SECRET_VALUES_FILE, VALUES_FILE
from aeterna_nb.generate.yaml_text import yaml_text
from aeterna_nb.notebook.highlight import page
from aeterna_nb.notebook.panels.base import command, empty, stale
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.words import count
from aeterna_nb.rendering import target_of

Manifest = dict[str, Any]

CHART = "aeterna-chart"
"""The folder that the commands shown here export the chart to."""


def identity(manifest: Manifest) -> str:
    """The kind and name of an object, such as `Service/aeterna`."""
    return f"{manifest.get('kind', '')}/{manifest.get('metadata', {}).get('name', '')}"


def by_kind(manifests: Sequence[Manifest]) -> dict[str, list[Manifest]]:
    """The objects by kind, kinds and names in alphabetical order."""
    kinds: dict[str, list[Manifest]] = {}
    for manifest in sorted(manifests, key=identity):
        kinds.setdefault(str(manifest.get("kind", "")), []).append(manifest)
    return kinds


class ManifestsPanel:
    """A list of the objects; one of them is open. The search looks through names and contents."""

    def __init__(self) -> None:
        self._open = ""
        self._search = ""

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return f"Manifests ({len(seen.manifests)})" if seen.manifests else "Manifests"

    def act(self, act: str, on: str, value: str) -> None:
        """Open or close an object, or search."""
        if act == "object":
            self._open = "" if self._open == on else on
        elif act == "search":
            self._search = value.strip().lower()

    def html(self, seen: Seen) -> str:
        """The objects that match the search, by kind."""
        if not seen.manifests:
            target = seen.config.target if seen.config else "kubernetes"
            return empty(
                "The objects appear here as soon as the main choices are made."
                if target == "kubernetes"
                else "There are no Kubernetes objects: these answers are not for a cluster."
            )
        found = [manifest for manifest in seen.manifests if self._matches(manifest)]
        search = (
            '<div class="pick"><label>Search <input type="search" data-act="search" '
            f'value="{escape(self._search)}"></label></div>'
            f'<p class="note" role="status">{count(len(found), "object", "objects")} of {len(seen.manifests)}.</p>'
        )
        groups = "".join(self._group(kind, objects) for kind, objects in by_kind(found).items())
        return stale(seen) + search + self._command(seen) + groups

    def _command(self, seen: Seen) -> str:
        if seen.config is None or seen.config.cluster is None:
            return ""
        files = tuple(name for name in (VALUES_FILE, SECRET_VALUES_FILE) if name in seen.files)
        lines = [f"aeterna chart export {CHART}", template_command(CHART, target_of(seen.config), files)]
        return (
            '<details data-name="helm"><summary>The same with the helm program</summary>'
            + "".join(command(line) for line in lines)
            + "</details>"
        )

    def _matches(self, manifest: Manifest) -> bool:
        return not self._search or self._search in yaml_text(manifest).lower()

    def _group(self, kind: str, objects: Sequence[Manifest]) -> str:
        items = "".join(self._item(manifest) for manifest in objects)
        return f'<h2 class="group">{escape(kind)} ({len(objects)})</h2><ul class="objects">{items}</ul>'

    def _item(self, manifest: Manifest) -> str:
        key = identity(manifest)
        is_open = key == self._open
        text = page(yaml_text(manifest), "object.yaml") if is_open else ""
        expanded = f'aria-expanded="{str(is_open).lower()}"'
        button = f'<button type="button" data-act="object" data-on="{escape(key)}" {expanded}>'
        return f"<li>{button}{escape(key.split('/', 1)[1])}</button>{text}</li>"
