"""Reading `fleet.yaml`: answers that the configurations in the folders below it share.

Every such file counts from the top of the git repository down to a configuration's folder, the nearest last; in each,
first the preset that it picks, then its answers.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from aeterna_nb.answers import Answers, Origin, Rejected
from aeterna_nb.answers.file import AnswersFileError, answer, answers_in
from aeterna_nb.config.types import Line
from aeterna_nb.findings import Finding
from aeterna_nb.questions import by_name, mapping_paths
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.texts import file_text
from aeterna_nb.reading.yaml_tree import documents

FLEET_FILE = "fleet.yaml"

Tree = Mapping[str, Any]


class _File(BaseModel):
    """What may stand in a fleet.yaml."""

    model_config = ConfigDict(extra="forbid", strict=True)

    cluster: Line | None = None
    preset: Line | None = None
    presets: dict[str, dict[str, Any]] = {}
    answers: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Shared:
    """What a fleet says about the configurations of a folder: nested answers, the nearest last, and their cluster.

    `presets` are those that the team has, by name; `findings` is what is wrong with the files. It is not `complete`
    where one of them can't be taken at all.
    """

    answers: tuple[Tree, ...] = ()
    cluster: str = ""
    presets: Mapping[str, Tree] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    complete: bool = True


def read_shared(folder: Path) -> Shared:
    """What counts for a folder. Raises AnswersFileError."""
    shared = Shared()
    for above in downwards(folder):
        shared = with_file(shared, above / FLEET_FILE, str(above / FLEET_FILE))
    return shared


def with_file(shared: Shared, file: Path, named: str) -> Shared:
    """What counts below a fleet.yaml, where there is one, for what counts above it. Raises AnswersFileError."""
    if not shared.complete or not os.path.lexists(file):
        return shared
    found = _read(file, named)
    presets = {**shared.presets, **found.presets}
    if found.preset is not None and found.preset not in presets:
        names = ", ".join(sorted(presets)) or "there is none yet"
        raise AnswersFileError(f"{named}: there is no preset of that name among `presets`. Those that are: {names}.")
    trees = [presets[found.preset]] if found.preset is not None else []
    trees += [found.answers] if found.answers else []
    own = [found.answers, *found.presets.values()]
    return Shared(
        (*shared.answers, *trees),
        found.cluster or shared.cluster,
        presets,
        (*shared.findings, *(_about(named, finding) for tree in own for finding in _wrong(tree))),
    )


def _read(file: Path, named: str) -> _File:
    try:
        if not os.path.isfile(file):
            # A pipe would be waited for.
            raise AnswersFileError(f"{named} is no file, or a link that leads nowhere; mend that, or move it away.")
        text = file_text(file, named)
        # Annotations are texts whatever they look like, below each preset's name as well.
        below: list[tuple[str, ...]] = [("answers",)]
        tree: Any = {}
        for _ in range(2):
            texts = frozenset((*start, *path) for start in below for path in mapping_paths())
            trees = documents(text, named, answer, aliases=False, texts_at=texts)
            tree = trees[0] if trees and trees[0] is not None else {}
            presets = tree.get("presets") if isinstance(tree, dict) else None
            below += [("presets", name) for name in presets] if isinstance(presets, dict) else []
        return _File.model_validate(tree)
    except Unreadable as error:
        raise AnswersFileError(str(error)) from None
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise AnswersFileError(f"{named} could not be read: {why}; mend that, or move it away.") from None
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"])) or "it"
        raise AnswersFileError(
            f"{named}: {where} is not as it must be. It may hold `cluster: NAME`, `preset: NAME`, and below "
            "`presets` and `answers` what an answers file holds."
        ) from None


def _wrong(tree: Tree) -> Iterator[Finding]:
    """What is wrong with shared answers: keys that are none, secrets, and values that their questions refuse."""
    values, found = answers_in(tree, Answers())
    yield from found
    for name, value in Answers().with_values(Origin.FLEET, values).layers[Origin.FLEET].items():
        if isinstance(value, Rejected):
            yield Finding("error", f"{by_name()[name].label.rstrip('?')}: {value.sentence}", name, check="answers")


def _about(named: str, finding: Finding) -> Finding:
    return Finding(finding.severity, f"{named}: {finding.message}", finding.question, finding.cure, finding.check)


def downwards(folder: Path) -> list[Path]:
    """The folders from the top of the repository down to this one; this one alone where it lies in none."""
    here = Path(os.path.realpath(folder))
    above = [here, *here.parents]
    top = next((number for number, path in enumerate(above) if (path / ".git").exists()), 0)
    return above[top::-1]
