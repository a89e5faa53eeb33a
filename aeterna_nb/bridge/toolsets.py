"""Which tools are offered: the server's 53 fill a model's context, so they come in sets."""

from collections.abc import Iterable

TOOLSETS: tuple[str, ...] = ("memory", "knowledge", "graph", "governance", "context", "sync")
"""The sets that can be asked for by name. `all` stands for these and for tools that belong to none of
them."""

ALL = "all"

DEFAULT_TOOLSETS: tuple[str, ...] = ("memory", "knowledge", "context", "sync")
"""What a developer needs day to day: remember, look up, assemble context, and see that it is in sync.
Administering an organisation and editing the graph by hand are asked for."""

_BY_NAME = {
    "context_assemble": "context",
    "note_capture": "context",
    "hindsight_query": "context",
    "meta_loop_status": "context",
    "knowledge_resolve_conflict": "sync",
}

_BY_PREFIX = {
    "memory_": "memory",
    "knowledge_": "knowledge",
    "graph_": "graph",
    "governance_": "governance",
    "policy_": "governance",
    "sync_": "sync",
}


def toolset_of(tool: str) -> str:
    """Return the toolset of a server tool by its name, or "" for a tool that belongs to none."""
    name = tool.removeprefix("aeterna_")
    if name in _BY_NAME:
        return _BY_NAME[name]
    return next((toolset for prefix, toolset in _BY_PREFIX.items() if name.startswith(prefix)), "")


def is_offered(tool: str, toolsets: Iterable[str]) -> bool:
    """Return whether a server tool belongs to one of `toolsets`."""
    wanted = tuple(toolsets)
    return ALL in wanted or toolset_of(tool) in wanted


def parse_toolsets(text: str) -> tuple[str, ...]:
    """Return the toolsets that a comma-separated list names, each once, in the order of `TOOLSETS`.

    Raises ValueError, with a sentence that lists the names that exist, for an unknown name and for an empty
    list.
    """
    names = {name.strip().lower() for name in text.split(",")} - {""}
    known = (*TOOLSETS, ALL)
    if names - set(known):
        raise ValueError(f"There is no such toolset; choose among {', '.join(known)}.")
    if not names:
        raise ValueError(f"Name at least one toolset among {', '.join(known)}.")
    if ALL in names:
        return (ALL,)
    return tuple(name for name in TOOLSETS if name in names)
