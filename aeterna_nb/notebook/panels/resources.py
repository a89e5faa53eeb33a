"""What the configuration asks of a cluster, as a table with bars, against a node size that one gives."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from html import escape

from aeterna_nb.kubernetes.demands import GIB, Demand, NodeSize, demands, nodes_needed, together
from aeterna_nb.language import message, number, say, say_many
from aeterna_nb.notebook.panels.base import empty, stale
from aeterna_nb.notebook.seen import Seen

MOST_CORES, MOST_GIB = 512, 24576
"""The largest machines that the clouds offer have about as much."""


class ResourcesPanel:
    """CPU, memory and storage by component, beside nodes of the size that one gives."""

    def __init__(self) -> None:
        self._size = NodeSize(4, 16 * GIB)

    def act(self, act: str, on: str, value: str) -> None:
        """Compare with another size of node; what is no size changes nothing."""
        most = {"cores": MOST_CORES, "memory": MOST_GIB}.get(act, 0)
        if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= most:
            return
        if act == "cores":
            self._size = replace(self._size, cores=int(value))
        else:
            self._size = replace(self._size, memory=int(value) * GIB)

    def html(self, seen: Seen) -> str:
        """The table, the sums, and how many nodes they fill."""
        asked = demands(seen.manifests, seen.missing)
        if not asked:
            return empty(message("What the pods ask of the cluster appears here for a configuration that runs in one."))
        picked = _field(say("CPUs of a node"), "cores", self._size.cores, MOST_CORES) + _field(
            say("GiB of memory"), "memory", int(self._size.memory / GIB), MOST_GIB
        )
        found = _verdict(asked, self._size) + _table(asked) + _written(asked)
        return f'{stale(seen)}<div class="pick">{picked}</div>{found}'


def _field(label: str, act: str, value: int, most: int) -> str:
    return f'<label>{label} <input type="number" data-act="{act}" min="1" max="{most}" value="{value}"></label>'


def _verdict(asked: Sequence[Demand], size: NodeSize) -> str:
    needed = nodes_needed(asked, size)
    if not needed:
        large = ", ".join(demand.name for demand in asked if not size.holds(demand))
        words = (
            say("A node of {size} is too small for a pod of {names}.", size=size.words, names=large)
            if large
            else say("A node of {size} is too small.", size=size.words)
        )
        return f'<p role="status"><b>{escape(words)}</b>{_unknown(asked)}</p>'
    words = say_many(
        needed,
        "At least {number} node of {size}, besides what Kubernetes itself needs.",
        "At least {number} nodes of {size}, besides what Kubernetes itself needs.",
        size=size.words,
    )
    each = [needed if demand.each_node else 1 for demand in asked]
    cpu = sum((demand.cpu * times for demand, times in zip(asked, each, strict=True)), Decimal())
    memory = sum((demand.memory * times for demand, times in zip(asked, each, strict=True)), Decimal())
    cores, room = needed * size.cores, needed * size.memory
    bars = _filled("CPU", cpu / cores, say("{amount} of {most}", amount=number(cpu), most=cores))
    bars += _filled(
        say("Memory"), memory / room, say("{amount} of {most}", amount=gibibytes(memory), most=gibibytes(room))
    )
    return f'<p role="status"><b>{words}</b>{_unknown(asked)}</p><dl class="fill">{bars}</dl>'


def _unknown(asked: Sequence[Demand]) -> str:
    """What the verdict can't know, as its second sentence."""
    names = ", ".join(demand.name for demand in asked if demand.unknown)
    if not names:
        return ""
    return " " + escape(say("Not in it, since nothing says what they ask for: parts of {names}.", names=names))


def _filled(name: str, share: Decimal, words: str) -> str:
    return f'<div><dt>{name}</dt><dd>{words}, {share * 100:.0f}%<span class="track">{_bar(share)}</span></dd></div>'


def _table(asked: Sequence[Demand]) -> str:
    most = [max([getattr(demand, field) for demand in asked]) or Decimal(1) for field in ("cpu", "memory", "storage")]
    rows = "".join(_row(demand, most) for demand in asked)
    total = together(say("All together"), asked)
    head = "".join(
        f'<th scope="col">{word}</th>' for word in (say("Part"), "Pods", "CPU", say("Memory"), say("Storage"))
    )
    return (
        f'<table class="resources"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        f"<tfoot>{_row(total, None)}</tfoot></table>"
    )


def _row(demand: Demand, most: Sequence[Decimal] | None) -> str:
    pods = say("each node") if demand.each_node else str(demand.pods)
    amounts = [
        (demand.cpu, number(demand.cpu)),
        (demand.memory, gibibytes(demand.memory)),
        (demand.storage, gibibytes(demand.storage) if demand.storage else say("none")),
    ]
    cells = "".join(
        f"<td>{words}{_bar(amount / top) if top and amount else ''}</td>"
        for (amount, words), top in zip(amounts, most or (None, None, None), strict=True)
    )
    mark = " *" if demand.from_values else ""
    return f'<tr><th scope="row">{escape(demand.name)}{mark}</th><td>{pods}</td>{cells}</tr>'


def _bar(share: Decimal) -> str:
    return f'<span class="bar" style="width:{share * 100:.0f}%"></span>'


def gibibytes(amount: Decimal) -> str:
    """An amount of bytes in GiB, such as "1.5 GiB"."""
    return f"{number(amount / GIB)} GiB"


def _written(asked: Sequence[Demand]) -> str:
    """What the mark on a part means; empty where none has it."""
    if not any(demand.from_values for demand in asked):
        return ""
    return (
        f'<p class="note">{say("* Its chart is not at hand; counted is what the values that are written ask for.")}</p>'
    )
