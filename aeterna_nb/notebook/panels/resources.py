"""What the configuration asks of a cluster, as a table with bars, against a node size that one chooses."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from aeterna_nb.notebook.panels.base import empty, menu, stale
from aeterna_nb.notebook.resources import GIB, NODE_SIZES, Demand, demands, nodes_needed
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.words import count


class ResourcesPanel:
    """CPU, memory and storage by component."""

    def __init__(self) -> None:
        self._size = "4x16"

    def name(self, seen: Seen) -> str:
        """The words on the tab."""
        return "Resources"

    def act(self, act: str, on: str, value: str) -> None:
        """Compare with another size of node."""
        if act == "node" and value in NODE_SIZES:
            self._size = value

    def html(self, seen: Seen) -> str:
        """The table, the sums, and how many nodes they fill."""
        asked = demands(seen.manifests)
        if not asked:
            return empty("What the pods ask of the cluster appears here for a configuration that runs in one.")
        sizes = {name: size.words for name, size in NODE_SIZES.items()}
        picked = menu("Compare with nodes of", "node", sizes, self._size)
        return f'{stale(seen)}<div class="pick">{picked}</div>{self._verdict(asked)}{_table(asked)}{_missing(seen)}'

    def _verdict(self, asked: Sequence[Demand]) -> str:
        size = NODE_SIZES[self._size]
        needed = nodes_needed(asked, size)
        words = (
            f"At least {count(needed, 'node', 'nodes')} of {size.words}, besides what Kubernetes itself needs."
            if needed
            else f"A node of {size.words} is too small."
        )
        return f'<p role="status"><b>{words}</b></p>'


def _table(asked: Sequence[Demand]) -> str:
    most = [max([getattr(demand, field) for demand in asked]) or Decimal(1) for field in ("cpu", "memory", "storage")]
    rows = "".join(_row(demand, most) for demand in asked)
    total = Demand(
        "All together",
        sum(demand.pods for demand in asked),
        sum((demand.cpu for demand in asked), Decimal()),
        sum((demand.memory for demand in asked), Decimal()),
        sum((demand.storage for demand in asked), Decimal()),
    )
    head = "".join(f'<th scope="col">{word}</th>' for word in ("Part", "Pods", "CPU", "Memory", "Storage"))
    return (
        f'<table class="resources"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        f"<tfoot>{_row(total, None)}</tfoot></table>"
    )


def _row(demand: Demand, most: Sequence[Decimal] | None) -> str:
    pods = "each node" if demand.each_node else str(demand.pods)
    amounts = [
        (demand.cpu, f"{demand.cpu:.2f}".rstrip("0").rstrip(".")),
        (demand.memory, gibibytes(demand.memory)),
        (demand.storage, gibibytes(demand.storage) if demand.storage else "none"),
    ]
    cells = "".join(
        f"<td>{words}{_bar(amount / top) if top and amount else ''}</td>"
        for (amount, words), top in zip(amounts, most or (None, None, None), strict=True)
    )
    return f'<tr><th scope="row">{escape(demand.name)}</th><td>{pods}</td>{cells}</tr>'


def _bar(share: Decimal) -> str:
    return f'<span class="bar" style="width:{share * 100:.0f}%"></span>'


def gibibytes(amount: Decimal) -> str:
    """An amount of bytes in GiB, such as "1.5 GiB"."""
    return f"{amount / GIB:.2f}".rstrip("0").rstrip(".") + " GiB"


def _missing(seen: Seen) -> str:
    if not any(finding.check == "subcharts" for finding in seen.findings):
        return ""
    return '<p class="note">Parts whose subcharts have not been fetched are not counted.</p>'
