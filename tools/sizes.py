"""Write how much each size asks for, `docs/reference/sizes.md`, as the page's own resources are counted.

`python -m tools.sizes`
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.evaluate import evaluate
from aeterna_nb.kubernetes.demands import GIB, Demand, NodeSize, demands, nodes_needed, together
from aeterna_nb.language import number
from aeterna_nb.notebook.panels.resources import gibibytes
from aeterna_nb.presets import LARGE, LOCAL, MEDIUM, PRODUCTION, SMALL

FILE = Path(__file__).parents[1] / "docs" / "reference" / "sizes.md"
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "local": LOCAL,
    "small": SMALL,
    "medium": MEDIUM,
    "large": LARGE,
    "production": PRODUCTION,
}
NODES = [NodeSize(cores, memory * GIB) for cores, memory in ((2, 8), (4, 16), (8, 32))]
HEADER = """\
# What each size asks for

Requests of all pods, and disks, as the page's "Resources" counts them for any answers. Made by `make reference`.
They are starting points and were not measured under load.

## Nodes that hold it

The fewest whose sum holds all requests, without what Kubernetes itself needs on each. A loss of one takes one more.

"""


def reference() -> str:
    """The text of the reference."""
    found = {name: asked_by(values) for name, values in PRESETS.items()}
    head = "| preset | CPU | memory | disks | " + " | ".join(f"nodes of {size.words}" for size in NODES) + " |"
    lines = [head, "|---" * (4 + len(NODES)) + "|", *(_sum(name, asked) for name, asked in found.items())]
    parts = (line for name, asked in found.items() for line in _parts(name, asked))
    return HEADER + "\n".join([*lines, "", *parts])


def asked_by(values: Mapping[str, Any]) -> list[Demand]:
    """What these answers ask of a cluster, on a machine without subcharts: there their own values are counted."""
    with tempfile.TemporaryDirectory() as nothing, patch.dict(os.environ, {"XDG_CACHE_HOME": nothing}):
        made = evaluate(Answers().with_values(Origin.TYPED, values))
    return demands(made.manifests, made.missing)


def _sum(name: str, asked: Sequence[Demand]) -> str:
    total = together(name, asked)
    needed = (str(nodes_needed(asked, size) or "too small") for size in NODES)
    amounts = (number(total.cpu), gibibytes(total.memory), gibibytes(total.storage))
    return f"| `{name}` | {' | '.join((*amounts, *needed))} |"


def _parts(name: str, asked: Sequence[Demand]) -> Iterator[str]:
    yield from (f"## {name}\n", "| part | pods | CPU | memory | disks |", "|---|---|---|---|---|")
    for demand in asked:
        pods = "each node" if demand.each_node else str(demand.pods)
        storage = gibibytes(demand.storage) if demand.storage else "none"
        yield f"| {demand.name} | {pods} | {number(demand.cpu)} | {gibibytes(demand.memory)} | {storage} |"
    yield ""


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
