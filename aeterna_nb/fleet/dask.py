"""The same tasks on a Dask cluster, by its executor; a worker that is lost gives its tasks to the others."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from aeterna_nb.fleet.running import FleetError, Pool

SECONDS = 30
"""How long is waited for a scheduler, and for its first worker."""

RETRIES = 3
"""How often a task is tried again that failed, such as with a worker that was ended."""


@contextmanager
def dask_pool(address: str) -> Iterator[Pool]:
    """The workers of the scheduler at an address, such as `tcp://scheduler:8786`. Raises FleetError."""
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise FleetError("Dask is not installed here: pip install 'aeterna-nb[dask]'.") from None
    # What it logs about workers that come and go, it mends by itself.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=SECONDS, set_as_default=False)
    except (TimeoutError, OSError, ValueError):
        raise FleetError(
            f"No Dask scheduler answers at {address}. Give its address, such as tcp://host:8786."
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS)
        except (TimeoutError, OSError):
            raise FleetError(
                f"The Dask scheduler at {address} has no worker. Start some: dask worker {address}."
            ) from None
        try:
            # Nothing is pure: a result that Dask kept may be of a workbench before this one.
            yield Pool(client.get_executor(pure=False, retries=RETRIES), sum(client.nthreads().values()))
        except KilledWorker:
            raise FleetError(
                "A configuration ended one Dask worker after the other, perhaps for want of memory. What is done is "
                "kept: give the workers more, and run the same again."
            ) from None
