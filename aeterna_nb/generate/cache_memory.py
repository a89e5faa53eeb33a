"""How much memory the bundled cache gets, in either target."""

from aeterna_nb.config import SetupConfig
from aeterna_nb.config.cache import Dragonfly, Valkey

VALKEY_OVERHEAD = 1.5
"""Memory that Valkey's container may use over its data: buffers, fragmentation, a copy while saving."""


def data_mib(config: SetupConfig) -> int:
    """MiB that the cache may fill: in hybrid mode the local cache's size, else its own answer; 0 for none of ours."""
    if config.hybrid is not None:
        return config.hybrid.local_cache_size
    return config.cache.memory if isinstance(config.cache, Dragonfly | Valkey) else 0


def valkey_limit_mib(data: int) -> int:
    """MiB that Valkey's container may use for so much data."""
    return int(data * VALKEY_OVERHEAD)
