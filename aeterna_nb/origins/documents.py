"""What is generated, as documents: files by their names and objects by theirs, in the text that a person sees."""

from collections.abc import Mapping, Sequence
from typing import Any

from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.origins.trace import identity


def document_text(document: str, files: Mapping[str, str], manifests: Sequence[dict[str, Any]]) -> str | None:
    """The text of a file, or of an object such as `Service/aeterna`; None when it is not there."""
    if document in files:
        return files[document]
    found = next((manifest for manifest in manifests if identity(manifest) == document), None)
    return None if found is None else yaml_text(found)
