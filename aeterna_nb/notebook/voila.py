"""Whether Voila serves this kernel."""

import os
from collections.abc import Mapping


def served_by_voila(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this kernel belongs to a Voila page; Voila sets this variable for every kernel, preheated or not."""
    return "VOILA_PREHEAT" in environ
