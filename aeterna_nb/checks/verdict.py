"""What the checks have looked at, in words, and whether anything was left out: the same for every front end."""

from collections.abc import Iterable, Sized
from dataclasses import dataclass

from aeterna_nb.chart import Dependency
from aeterna_nb.config import SetupConfig
from aeterna_nb.language import say, say_many


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many objects and files were checked, for which Kubernetes, and the subcharts of which nothing was seen.

    `version` is empty where nothing is for a cluster.
    """

    objects: int
    files: int
    version: str
    unseen: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether everything that will be installed was looked at."""
        return not self.unseen

    @property
    def words(self) -> str:
        """The same for a tag or a line, without a full stop."""
        if not self.whole:
            return say(
                "{objects} checked, {parts} not",
                objects=say_many(self.objects, "{number} object", "{number} objects"),
                parts=say_many(len(self.unseen), "{number} part", "{number} parts"),
            )
        if self.objects:
            return say_many(
                self.objects,
                "{number} object valid for Kubernetes {version}",
                "{number} objects valid for Kubernetes {version}",
                version=self.version,
            )
        return say_many(self.files, "{number} file checked", "{number} files checked")


def verdict(config: SetupConfig | None, files: Sized, manifests: Sized, missing: Iterable[Dependency]) -> Verdict:
    """The verdict about files and objects in which no error was found."""
    version = config.cluster.kubernetes_version if config is not None and config.cluster is not None else ""
    return Verdict(len(manifests), len(files), version, tuple(item.name for item in missing))
