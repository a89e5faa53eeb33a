"""What goes for every test: nobody's own subcharts are seen, and what is marked so runs without coverage."""

import os
import tempfile
from collections.abc import Generator

import pytest
from coverage import Coverage

# The subcharts that whoever runs the tests has fetched lie in their own cache.
_CACHE = tempfile.TemporaryDirectory(prefix="aeterna-cache-")
os.environ["XDG_CACHE_HOME"] = _CACHE.name


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
