"""Findings of a preflight."""

from aeterna_nb.findings import Finding

CHECK = "preflight"


def found(message: str, cure: str = "", question: str = "") -> Finding:
    """Something for which a deployment cannot work."""
    return Finding("error", message, question, cure, CHECK)


def warned(message: str, cure: str = "", question: str = "") -> Finding:
    """Something for which it may not work, or not for long."""
    return Finding("warning", message, question, cure, CHECK)
