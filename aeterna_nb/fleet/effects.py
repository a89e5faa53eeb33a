"""What becomes of a configuration's objects and files with other answers or another chart, by kind of change."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aeterna_nb.kubernetes.manifests import expand, name_of
from aeterna_nb.output.next_steps import server_service
from aeterna_nb.reading.leaves import differing, indexed, leaves

State = Literal["new", "changed", "removed", "breaks"]
RELEASE = "RELEASE"
"""In the place of a release's name, so that the same change in two releases is one kind."""

_DIGEST = re.compile(r"-[0-9a-f]{6}$")
"""At the end of a Job's name: a Job can't be changed, so each of its specs has a name of its own."""

_DEEPEST = 6
"""Parts of a path that are told: what lies deeper is the same kind of change."""


@dataclass(frozen=True, slots=True, order=True)
class Effect:
    """One kind of change: what becomes of which object or file, and where in it. Values are not told."""

    state: State
    what: str
    where: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The change as it is said behind a number of configurations."""
        match self.state:
            case "new":
                return f"get a new {self.what}"
            case "removed":
                return f"lose the {self.what}"
            case "breaks":
                return f"break: {self.what}"
            case "changed":
                return f"change the {self.what}" + (f": {', '.join(self.where)}" if self.where else "")


def object_effects(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], release: str
) -> Iterator[Effect]:
    """What becomes of the objects of a release."""
    present, wanted = (
        {(str(item.get("kind")), name_of(item)): item for item in expand(objects)} for objects in (before, after)
    )
    for name in {**present, **wanted}:
        what = _what(*name, release)
        if name not in present:
            yield Effect("new", what)
        elif name not in wanted:
            yield Effect("removed", what)
        elif present[name] != wanted[name]:
            yield Effect("changed", what, tuple(_places(present[name], wanted[name])))


def file_effects(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Effect]:
    """What becomes of the files of a folder."""
    for name in {**before, **after}:
        if name not in before:
            yield Effect("new", f"file {name}")
        elif name in after and before[name] != after[name]:
            yield Effect("changed", f"file {name}")


def _what(kind: str, name: str, release: str) -> str:
    """How a kind of change calls an object, whatever its release is called and whatever its Job's spec comes to."""
    for start in (server_service(release), release):
        if name == start or name.startswith(f"{start}-"):
            name = RELEASE + name.removeprefix(start)
            break
    return f"{kind} {_DIGEST.sub('', name) if kind == 'Job' else name}"


def _places(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    paths = differing(leaves(indexed(one)), leaves(indexed(other)))
    kept = ((part for part in path if not part.isdigit()) for path in paths)
    return sorted({".".join(list(parts)[:_DEEPEST]) for parts in kept})
