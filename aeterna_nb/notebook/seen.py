"""What the page shows on its right side: the newest consequences of the answers, and the ones before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aeterna_nb.answers import Answers
from aeterna_nb.answers.contradictions import Reasons
from aeterna_nb.chart import Dependency
from aeterna_nb.checks.verdict import Verdict, verdict
from aeterna_nb.config import SetupConfig
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.findings import Finding
from aeterna_nb.origins.documents import document_text
from aeterna_nb.origins.lines import lines
from aeterna_nb.origins.trees import NodePath
from aeterna_nb.output.masking import masked_file, masked_manifest


@dataclass(frozen=True, slots=True)
class Picked:
    """A line that somebody picked: the file or object, and the nodes on the line.

    `arrive` asks for the cursor to be put there, for a line that was picked elsewhere.
    """

    document: str
    paths: tuple[NodePath, ...]
    arrive: bool = False

    def line(self, text: str) -> int | None:
        """The number of the line, from 0, in the present text of the document; None when it is not there any more."""
        on_lines = enumerate(lines(self.document, text))
        return next((number for number, paths in on_lines if paths == self.paths), None)


@dataclass(frozen=True)
class Seen:
    """What follows from the answers, fit to be shown: secrets are masked in every text.

    `current` is False while the answers are incomplete: then the files and manifests are those of the last complete
    answers. `missing` are the subcharts that are not at hand, with their values. `impossible` are the options of the
    shown stage that contradict other answers. `folder` is where the files would be written; None where nothing is
    written.
    """

    answers: Answers = field(default_factory=Answers)
    config: SetupConfig | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    manifests: Sequence[dict[str, Any]] = ()
    missing: Mapping[Dependency, Mapping[str, Any]] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    current: bool = False
    folder: Path | None = None
    impossible: Reasons = field(default_factory=dict)
    picked: Picked | None = None
    evaluated: Answers | None = None
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """What of it was looked at."""
        return verdict(self.config, self.files, self.manifests, self.missing)

    @property
    def settled(self) -> bool:
        """Whether all that is shown follows from the present answers."""
        return self.current and self.evaluated is self.answers

    def _is_alike(self) -> bool:
        """Whether the last complete answers are for the same target and mode; of others nothing is worth showing."""
        config, lookup = self.config, self.answers.lookup
        return config is not None and (config.target, config.mode) == (lookup("target"), lookup("mode"))

    @property
    def picked_line(self) -> str:
        """What stands on the picked line; empty where none is picked or it is not there any more."""
        text = self.text(self.picked.document) if self.picked else None
        number = self.picked.line(text) if self.picked and text is not None else None
        return "" if text is None or number is None else text.split("\n")[number]

    def text(self, document: str) -> str | None:
        """The text of a file, or of an object such as `Service/aeterna`; None when it is not there."""
        if document not in self.texts:
            text = document_text(document, self.files, self.manifests)
            if text is None:
                return None
            # Making it takes longer than everything else that is done to show it.
            self.texts[document] = text
        return self.texts[document]

    def after(self, evaluation: Evaluation) -> "Seen":
        """What is seen once this evaluation is there."""
        if evaluation.config is None:
            kept = (
                self if self._is_alike() else Seen(before=self.before, folder=self.folder, impossible=self.impossible)
            )
            return replace(kept, answers=self.answers, findings=evaluation.findings, current=False)
        files = {name: masked_file(name, text) for name, text in evaluation.files.items()}
        return replace(
            self,
            config=evaluation.config,
            files=files,
            before=self.files if files != self.files else self.before,
            manifests=[masked_manifest(manifest) for manifest in evaluation.manifests],
            missing=evaluation.missing,
            findings=evaluation.findings,
            current=True,
            evaluated=self.answers,
            texts={},
        )
