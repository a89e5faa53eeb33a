from collections import Counter

import pytest

from aeterna_nb.bridge.toolsets import DEFAULT_TOOLSETS, TOOLSETS, is_offered, parse_toolsets, toolset_of

from .standin import TOOL_NAMES


def test_every_tool_of_the_server_belongs_to_a_toolset() -> None:
    counted = Counter(toolset_of(name) for name in TOOL_NAMES)

    assert counted == {"memory": 9, "knowledge": 10, "graph": 11, "governance": 16, "context": 4, "sync": 3}


@pytest.mark.parametrize(
    ("toolsets", "tools"),
    [(("all",), 53), (DEFAULT_TOOLSETS, 26), (TOOLSETS, 53), (("memory",), 9), (("graph", "sync"), 14)],
)
def test_toolsets_limit_what_is_offered(toolsets: tuple[str, ...], tools: int) -> None:
    assert sum(is_offered(name, toolsets) for name in TOOL_NAMES) == tools


def test_a_tool_of_a_later_server_is_offered_only_with_all() -> None:
    assert is_offered("codesearch_search", ("all",))
    assert not is_offered("codesearch_search", TOOLSETS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("memory", ("memory",)),
        (" Sync, memory ,memory,", ("memory", "sync")),
        ("graph,all", ("all",)),
    ],
)
def test_toolsets_are_read_as_people_write_them(text: str, expected: tuple[str, ...]) -> None:
    assert parse_toolsets(text) == expected


@pytest.mark.parametrize("text", ["", " , ", "memories", "memory,tools"])
def test_an_unknown_toolset_is_refused_with_the_names_that_exist(text: str) -> None:
    with pytest.raises(ValueError, match="memory, knowledge, graph, governance, context, sync, all"):
        parse_toolsets(text)
