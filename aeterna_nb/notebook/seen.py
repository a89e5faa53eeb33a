"""What the page shows on its right side: the newest consequences of the answers, and the ones before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aeterna_nb.answers import Answers
from aeterna_nb.config import SetupConfig
from aeterna_nb.contradictions import Reasons
from aeterna_nb.evaluate import Evaluation
from aeterna_nb.findings import Finding
from aeterna_nb.notebook.masking import masked_file, masked_manifest


@dataclass(frozen=True)
class Seen:
    """What follows from the answers, fit to be shown: secrets are masked in every text.

    `current` is False while the answers are incomplete: then the files and manifests are those of the last complete
    answers. `impossible` are the options of the shown stage that contradict other answers. `folder` is where the
    files would be written; None where nothing is written.
    """

    answers: Answers = field(default_factory=Answers)
    config: SetupConfig | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    manifests: Sequence[dict[str, Any]] = ()
    findings: Sequence[Finding] = ()
    current: bool = False
    folder: Path | None = None
    impossible: Reasons = field(default_factory=dict)

    def after(self, evaluation: Evaluation) -> "Seen":
        """What is seen once this evaluation is there."""
        if evaluation.config is None:
            return replace(self, findings=evaluation.findings, current=False)
        files = {name: masked_file(name, text) for name, text in evaluation.files.items()}
        return replace(
            self,
            config=evaluation.config,
            files=files,
            before=self.files if files != self.files else self.before,
            manifests=[masked_manifest(manifest) for manifest in evaluation.manifests],
            findings=evaluation.findings,
            current=True,
        )
