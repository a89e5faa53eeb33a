"""What runs where, and what it asks of a cluster."""

from aeterna_nb.language import say
from aeterna_nb.notebook.panels.picture import picture_panel
from aeterna_nb.notebook.panels.resources import ResourcesPanel
from aeterna_nb.notebook.seen import Seen


class OverviewPanel:
    """The picture and, where the configuration runs in a cluster, the resources below it."""

    def __init__(self, resources: ResourcesPanel) -> None:
        self._resources = resources

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return say("Overview")

    def act(self, act: str, on: str, value: str) -> None:
        """Do what a control of the resources asks for."""
        self._resources.act(act, on, value)

    def html(self, seen: Seen) -> str:
        """The picture, and the resources."""
        resources = f'<h2 class="group">{say("Resources")}</h2>{self._resources.html(seen)}' if seen.manifests else ""
        return picture_panel(seen) + resources
