"""OpenCode: the MCP entry through which it reaches Aeterna."""

from typing import Annotated, ClassVar, Literal

from aeterna_nb.config.ask import Ask, Section
from aeterna_nb.config.types import Line

Toolset = Literal["memory", "knowledge", "graph", "governance", "context", "sync", "all"]


class OpenCodeOff(Section):
    """No entry for OpenCode."""

    enabled: Literal[False]


class OpenCodeOn(Section):
    """An entry that starts `aeterna mcp`."""

    prefix: ClassVar[str] = "opencode"
    enabled: Literal[True] = True
    tenant: Annotated[Line, Ask(label="Tenant", help="Whose memories OpenCode sees.", advanced=True)] = "default"
    toolsets: Annotated[
        tuple[Toolset, ...],
        Ask(
            label="Tools to offer",
            help="All 53 fill much of a model's context.",
            notes={
                "memory": ("Memory", "Add, search and organise memories."),
                "knowledge": ("Knowledge", "Ask the shared knowledge."),
                "graph": ("Graph", "Follow links between memories."),
                "governance": ("Governance", "Propose and review rules."),
                "context": ("Context", "Assemble what a task needs."),
                "sync": ("Sync", "See and start synchronisation."),
                "all": ("All", "Every tool of the server."),
            },
            advanced=True,
        ),
    ] = ("memory", "knowledge", "context", "sync")


OpenCode = OpenCodeOff | OpenCodeOn
