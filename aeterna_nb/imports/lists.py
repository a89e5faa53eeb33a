"""Lists of Kubernetes that are asked for as texts by name: what of them can be answered, and what is left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.generate.pods import tolerations
from aeterna_nb.questions import AnswerError, by_name
from aeterna_nb.reading.leaves import KeyPath, Leaves, leaves

MOST = 10
"""Items that are named in a sentence."""


@dataclass(frozen=True, slots=True)
class AskedList:
    """A list, the question whose answer it is, and how an item stands in the answer.

    `written` is what the question's answer becomes; `full` is an item with what Kubernetes adds, without what is empty.
    """

    question: str
    written: Callable[[Mapping[str, str]], list[dict[str, Any]]]
    key: str
    text: Callable[[Mapping[str, Any]], str]
    full: Mapping[str, Any]

    def said(self, items: Any) -> tuple[dict[str, str], list[int]]:
        """The answer that a list is, and the numbers of those items that no answer could say."""
        texts: dict[str, str] = {}
        left: list[int] = []
        for number, item in enumerate(items if isinstance(items, list) else []):
            pair = self._pair(item)
            # Beside a text that is empty, and means everything, another would say less.
            if pair is None or (pair[0] in texts and not (pair[1] and texts[pair[0]])):
                left.append(number)
            else:
                key, text = pair
                texts[key] = f"{texts[key]} {text}" if key in texts else text
        return texts, left

    def _pair(self, item: Any) -> tuple[str, str] | None:
        if not isinstance(item, Mapping):
            return None
        full = {name: value for name, value in {**self.full, **item}.items() if value not in ("", None)}
        try:
            key, text = str(full.get(self.key)), self.text(full)
            taken = by_name()[self.question].check({key: text})
        except (AnswerError, TypeError):
            return None
        return (key, text) if self.written(taken) == [full] else None


def _toleration(item: Mapping[str, Any]) -> str:
    return ":".join(item[name] for name in ("value", "effect") if name in item)


TOLERATIONS = AskedList("tolerations", tolerations, "key", _toleration, {"operator": "Equal"})
LISTS: Mapping[KeyPath, AskedList] = {("scheduling", "tolerations"): TOLERATIONS}
"""By their place in the values of the chart."""


def values_leaves(tree: Mapping[str, Any]) -> Leaves:
    """The leaves of the chart's values, with what a question asks for of a list as the mapping that its answer is.

    At the place of the list itself stands what of it no answer could say.
    """
    found = leaves(tree)
    for path, asked in LISTS.items():
        if isinstance(items := found.get(path), list):
            texts, left = asked.said(items)
            found |= {path: [items[number] for number in left], **{(*path, key): text for key, text in texts.items()}}
    return found


def unsaid(numbers: Sequence[int]) -> str:
    """The sentence about the items of a list that no answer could say; empty where there are none."""
    if not numbers:
        return ""
    named = ", ".join(map(str, numbers[:MOST])) + (", …" if len(numbers) > MOST else "")
    return Sentence("No answer can say what stands in these entries, counted from 0: {numbers}.", numbers=named)
