"""What is decided: pydantic models, no I/O, nothing of ours imported."""

from aeterna_nb.config.rules import SetupConfig
from aeterna_nb.config.setup import DEFAULT_SERVER_VERSION

__all__ = ["DEFAULT_SERVER_VERSION", "SetupConfig"]
