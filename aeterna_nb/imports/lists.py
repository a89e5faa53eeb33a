"""Lists of Kubernetes that are asked for as texts by name: what of them can be answered, and what is left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aeterna_nb.config.pods import looks_secret
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.generate.addresses import DATABASE_NAME, MACHINE_HOSTS
from aeterna_nb.generate.compose.server import REFUSED
from aeterna_nb.generate.environment.server import is_set
from aeterna_nb.generate.pods import host_aliases, tolerations
from aeterna_nb.questions import AnswerError, by_name
from aeterna_nb.reading.leaves import KeyPath, Leaves, at, indexed, leaves

MOST = 10
"""Items that are named in a sentence."""


@dataclass(frozen=True, slots=True)
class AskedList:
    """A list, the question whose answer it is, and how an item stands in the answer.

    `written` is what the question's answer becomes; `full` is an item with what Kubernetes adds, without what is empty.
    `place` is where the answer is written, if not in this list; `several` says whether it can hold a key twice.
    """

    question: str
    written: Callable[[Mapping[str, str]], list[dict[str, Any]]]
    key: str
    text: Callable[[Mapping[str, Any]], str]
    full: Mapping[str, Any]
    place: KeyPath = ()
    several: bool = True

    def said(self, items: Any) -> tuple[dict[str, str], list[int]]:
        """The answer that a list is, and the numbers of those items that no answer could say."""
        texts: dict[str, str] = {}
        left: list[int] = []
        for number, item in enumerate(items if isinstance(items, list) else []):
            pair = self._pair(item)
            # Beside a text that is empty, and means everything, another would say less.
            if pair is None or (pair[0] in texts and not (self.several and pair[1] and texts[pair[0]])):
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


def _host_names(item: Mapping[str, Any]) -> str:
    return " ".join(item.get("hostnames", ()))


TOLERATIONS = AskedList("tolerations", tolerations, "key", _toleration, {"operator": "Equal"})


def _variable(item: Mapping[str, Any]) -> str:
    name, value = str(item.get("name")), item.get("value", "")
    # In a list Kubernetes puts other variables in the place of $(NAME). A secret stays in the one file that has it.
    if not isinstance(value, str) or "$(" in value or is_set(name, "kubernetes") or looks_secret(name):
        raise TypeError("it is no variable of its own")
    return value


def _named_values(texts: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, **({"value": value} if value else {})} for name, value in texts.items()]


HOST_ALIASES = AskedList("host_aliases", host_aliases, "ip", _host_names, {})
ENVIRONMENT = AskedList(
    "extra_environment", _named_values, "name", _variable, {}, place=("extra", "variables"), several=False
)
LISTS: Mapping[KeyPath, AskedList] = {
    ("scheduling", "tolerations"): TOLERATIONS,
    ("extra", "hostAliases"): HOST_ALIASES,
    ("extra", "env"): ENVIRONMENT,
}
"""By their place in the values of the chart."""


def values_leaves(tree: Mapping[str, Any]) -> Leaves:
    """The leaves of the chart's values, with what a question asks for of a list as the mapping that its answer is.

    At the place of the list itself stands what of it no answer could say.
    """
    found = leaves(tree)
    for path, asked in LISTS.items():
        if isinstance(items := found.get(path), list):
            texts, left = asked.said(items)
            answered = {(*(asked.place or path), key): text for key, text in texts.items()}
            found |= {path: [items[number] for number in left], **answered}
    return found


def compose_leaves(tree: Mapping[str, Any]) -> Leaves:
    """The leaves of a Compose file, with the names that a service is told by their address, as the answer has them."""
    found = leaves(indexed(tree))
    services = tree.get("services")
    for service in services if isinstance(services, Mapping) else ():
        path = ("services", service, "extra_hosts")
        told = at(services, path[1:])
        answered: dict[str, list[str]] = {}
        for name, addresses in told.items() if isinstance(told, dict) else ():
            for number, address in enumerate(addresses if isinstance(addresses, list) else [addresses]):
                if _is_asked(name, address):
                    found.pop((*path, name), None)
                    found.pop((*path, name, str(number)), None)
                    answered.setdefault(address, []).append(name)
        found |= {(*path, address): " ".join(names) for address, names in answered.items()}
    return found


def _is_asked(name: str, address: Any) -> bool:
    """Whether an answer can tell a service this name: it is not one that is told without."""
    if name == DATABASE_NAME or (REFUSED | MACHINE_HOSTS).get(name) == address:
        return False
    try:
        by_name()["host_aliases"].check({address: name})
    except AnswerError:
        return False
    return True


def unsaid(numbers: Sequence[int]) -> str:
    """The sentence about the items of a list that no answer could say; empty where there are none."""
    if not numbers:
        return ""
    named = ", ".join(map(str, numbers[:MOST])) + (", …" if len(numbers) > MOST else "")
    return Sentence("No answer can say what stands in these entries, counted from 0: {numbers}.", numbers=named)
