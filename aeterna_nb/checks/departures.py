"""Where files as they lie on disk say something else than the answers give, value by value."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from aeterna_nb.chart_values import ChartValues
from aeterna_nb.config.sentence import Sentence
from aeterna_nb.editing import jsonc
from aeterna_nb.findings import Finding
from aeterna_nb.generate.files import ENV_FILE, MASK, SECRET_FILES, VALUES_FILE
from aeterna_nb.generate.helm_secret_values import secrets_in
from aeterna_nb.questions import by_name
from aeterna_nb.reading import dotenv, yaml_tree
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.confidential import is_confidential
from aeterna_nb.reading.leaves import KeyPath, Leaves, differing, dotted, indexed, leaves

CHECK = "departures"
CURE = Sentence("Run `aeterna setup --reconfigure` to write it again.")

MOST = 20
"""Departures that are named of one file; of a file that is about something else all would be one."""

_LONGEST = 60
"""Characters of a value that are shown."""

_SHORTEST = 6
"""Characters of a secret that is looked for: a shorter one stands in many texts by chance."""

_REFERENCE = re.compile(r"\$\{|\{env:|://[^/\s]*@")
"""What stands for a secret where one is referred to, and an address with a password."""


def check_departures(
    files: Mapping[str, str], generated: Mapping[str, str], secrets: Mapping[str, str]
) -> list[Finding]:
    """A warning for each value in which a file departs from the one that is generated; none for one that is broken.

    An error for each of `secrets`, by question's name, that somebody put into an open file. No finding holds one.
    """
    findings: list[Finding] = []
    for name in sorted(name for name, text in files.items() if generated.get(name, text) != text):
        try:
            present, given = _tree(name, files[name]), _tree(name, generated[name])
        except (Unreadable, ValueError):
            findings += _misplaced(name, files[name], generated[name], secrets)
            continue
        known = {**secrets, **(secrets_in(present) if name == VALUES_FILE else {})}
        findings += _misplaced(name, files[name], generated[name], known)
        sentences = list(_sentences(name, _leaves(name, present), _leaves(name, given), known.values()))
        if len(sentences) > MOST:
            more = Sentence(
                "{file}: {number} more values are not what the answers give.", file=name, number=len(sentences) - MOST
            )
            sentences[MOST:] = [more]
        findings += [Finding("warning", sentence, cure=CURE, check=CHECK) for sentence in sentences]
    return findings


def _misplaced(name: str, present: str, given: str, secrets: Mapping[str, str]) -> Iterator[Finding]:
    if name in SECRET_FILES:
        return
    for secret, value in secrets.items():
        if len(value) >= _SHORTEST and value in present and value not in given:
            label = by_name()[secret].label if secret in by_name() else secret
            yield Finding(
                "error",
                Sentence("{file} holds a secret ({question}).", file=name, question=Sentence(label)),
                cure=CURE,
                check=CHECK,
            )


def _sentences(name: str, present: Leaves, given: Leaves, secrets: Collection[str]) -> Iterator[Sentence]:
    shared = _ways(present) & _ways(given)
    said: set[KeyPath] = set()
    for path in sorted(differing(present, given)):
        before, after = _shown(name, path, present, given, secrets)
        # What lacks as a whole is named once.
        tops = (path[:length] for length in range(1, len(path)))
        top = next((top for top in tops if top not in shared), path)
        if top in said:
            continue
        said.add(top)
        about = {"file": name, "path": dotted(top)}
        if path in present and path in given:
            yield Sentence(
                "{file}: {path} is {present}, the answers give {value}.", **about, present=before, value=after
            )
        elif path in present:
            yield Sentence("{file}: {path} is there, and the answers do not give it.", **about)
        elif top == path:
            yield Sentence("{file}: {path} is missing; the answers give {value}.", **about, value=after)
        else:
            yield Sentence("{file}: {path} is missing, with all that is in it.", **about)


def _ways(tree: Leaves) -> set[KeyPath]:
    """Every path that leads to a leaf, and every one on the way to it."""
    return {path[:length] for path in tree for length in range(1, len(path) + 1)}


def _shown(name: str, path: KeyPath, present: Leaves, given: Leaves, secrets: Collection[str]) -> tuple[str, str]:
    """What stands there and what the answers give, as people may see it."""
    after = _text(given.get(path))
    if name in SECRET_FILES or any(map(is_confidential, path[-2:])):
        return MASK, MASK
    before = _text(present.get(path))
    hidden = _REFERENCE.search(f"{before} {after}") or any(secret in before for secret in secrets if secret)
    return MASK if hidden else before, after


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = " ".join(str(value).split())
    return f"{text[:_LONGEST]} ..." if len(text) > _LONGEST else text or '""'


def _tree(name: str, text: str) -> dict[str, Any]:
    """What stands in a file. Raises Unreadable and ValueError."""
    if name == ENV_FILE:
        return dict(dotenv.variables(text, name))
    if name.endswith(".toml"):
        return tomllib.loads(text)
    if name.endswith((".json", ".jsonc")):
        tree = jsonc.parse(text)
        return tree if isinstance(tree, dict) else {}
    return yaml_tree.mapping(text, name, _plain)


def _leaves(name: str, tree: Mapping[str, Any]) -> Leaves:
    """What a file means, leaf by leaf: a value of the chart that is not written is the chart's own."""
    said = leaves(indexed(tree))
    return {**_chart_defaults(), **said} if name == VALUES_FILE else said


def _plain(word: str) -> Any:
    """A plain word as Helm and Compose understand those that are written here."""
    if word in ("true", "false"):
        return word == "true"
    return int(word) if re.fullmatch(r"-?[0-9]{1,18}", word) else word


@cache
def _chart_defaults() -> Leaves:
    return leaves(indexed(ChartValues().model_dump(by_alias=True, mode="json")))
