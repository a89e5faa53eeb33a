"""What deploying would change in the live release, object by object, as the API server itself would take it."""

import difflib
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from aeterna_nb.chart import helm
from aeterna_nb.chart.export import export_what_is_there
from aeterna_nb.chart.helm import HelmError
from aeterna_nb.chart.releases import Releases
from aeterna_nb.deploy.deployment import WORKED, Deployment
from aeterna_nb.deploy.drift import changed_by_hand
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.files import MASK
from aeterna_nb.kubernetes.connection import Cluster
from aeterna_nb.kubernetes.manifests import expand, hooks_of, label, name_of, section
from aeterna_nb.output.masking import masked_manifest
from aeterna_nb.reading.confidential import without_secrets

Action = Literal["install", "upgrade"]
BY_HAND = "changed by hand since, which is taken back: {}"
_UNKNOWN = "no matches for kind"
_DIGEST = re.compile(r"(checksum/credentials: )\S+")
NEW_CREDENTIALS = " (a password is another, so the pods start anew)"


@dataclass(frozen=True, slots=True)
class Change:
    """One object that is new, changed or removed. `diff` is a unified diff without any secret, and `by_hand` names the
    fields that somebody changed since the release was deployed, which are taken back.
    """

    state: Literal["new", "changed", "removed"]
    what: str
    diff: str = field(repr=False)
    by_hand: str = ""

    @property
    def words(self) -> str:
        """The object, with what becomes of it by hand."""
        return f"{self.what} ({BY_HAND.format(self.by_hand)})" if self.by_hand else self.what


def changes(what: Deployment) -> list[Change]:
    """What deploying would change, in the order of the objects. Nothing is changed.

    Objects of hooks, which come and go, are not among them. Raises HelmError where the API server refuses something.
    """
    with what.releases() as releases, tempfile.TemporaryDirectory() as scratch:
        sent = helm.read_manifests(releases.manifest(what.release))
        present = _by_label(sent)
        wanted = _by_label(_wanted(what, releases, Path(scratch, "chart")))
    with Cluster(what.context) as cluster:
        hands = changed_by_hand(cluster, what.namespace, expand(sent))
    found = [
        _change(name, present.get(name), wanted.get(name), what.secrets, hands.get(name, ""))
        for name in {**present, **wanted}
    ]
    return [change for change in found if change is not None]


def action(releases: Releases, name: str) -> Action:
    """What deploying a release means: an upgrade where a revision of it worked once."""
    return "upgrade" if any(revision.status in WORKED for revision in releases.history(name)) else "install"


def _wanted(what: Deployment, releases: Releases, chart: Path) -> list[dict[str, Any]]:
    export_what_is_there(chart)
    doing = action(releases, what.release)
    try:
        return helm.read_manifests(releases.planned(doing, chart, what.release, what.values))
    except HelmError as error:
        if doing == "upgrade" or _UNKNOWN not in str(error):
            raise
        # An install brings the kinds that the cluster does not know yet.
        return [dict(manifest) for manifest in what.manifests if not hooks_of(manifest)]


def _by_label(manifests: Collection[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    found = [_named_alike(item) for item in expand([*manifests])]
    return {label(item): item for item in found}


def _named_alike(item: Mapping[str, Any]) -> dict[str, Any]:
    """A Job that migrates has a name of its own in each revision, since no Job can be changed: that is no change."""
    metadata = section(item, "metadata")
    if item.get("kind") != "Job" or section(metadata, "labels").get("app.kubernetes.io/component") != "migration":
        return dict(item)
    return {**item, "metadata": {**metadata, "name": name_of(item).rpartition("-")[0]}}


def _change(
    name: str, before: dict[str, Any] | None, after: dict[str, Any] | None, secrets: Collection[str], by_hand: str
) -> Change | None:
    if before == after:
        return Change("changed", name, f"# {name}: {BY_HAND.format(by_hand)}\n", by_hand) if by_hand else None
    old, new = (_shown(item, other) for item, other in ((before, None), (after, before)))
    lines = difflib.unified_diff(old, new, name if before else "/dev/null", name if after else "/dev/null", "", "", n=2)
    text = "".join(f"{line.rstrip()}\n" for line in _masked(lines, secrets))
    return Change("new" if before is None else "removed" if after is None else "changed", name, text, by_hand)


def _shown(item: dict[str, Any] | None, before: dict[str, Any] | None) -> list[str]:
    """The object as lines; of a Secret only the keys, and which of them have another value than before."""
    if item is None:
        return []
    masked = masked_manifest(item)
    for part in ("data", "stringData"):
        values, known = item.get(part) or {}, (before or {}).get(part) or {}
        if item.get("kind") == "Secret" and values:
            masked[part] = {
                key: f"{MASK} (changed)" if key in known and known[key] != value else MASK
                for key, value in values.items()
            }
    return yaml_text(masked).splitlines(keepends=True)


def _masked(lines: Iterator[str], secrets: Collection[str]) -> Iterator[str]:
    for line in lines:
        # A digest of passwords would let somebody try whether they have guessed one.
        hidden = _DIGEST.sub(rf"\1{MASK}" + NEW_CREDENTIALS * line.startswith("+"), line)
        yield without_secrets(hidden, secrets)
