"""What goes for every test: nobody's own subcharts, interruptions that are heard, no coverage where it is too slow."""

import os
import signal
import tempfile
from collections.abc import Generator

import pytest
from coverage import Coverage

# The subcharts that whoever runs the tests has fetched lie in their own cache.
_CACHE = tempfile.TemporaryDirectory(prefix="aeterna-cache-")
os.environ["XDG_CACHE_HOME"] = _CACHE.name

# Tests that are started in the background ignore interruptions, and so would every program that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Leave coverage off during a test that is marked so: under it our code takes three times as long."""
    coverage = Coverage.current() if item.get_closest_marker("untraced") else None
    if coverage is None:
        return (yield)
    coverage.stop()
    try:
        return (yield)
    finally:
        coverage.start()
