"""A page that costs little, served as `aeterna dashboard` does."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import nbformat
import pytest

from tests.browser import servers

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
TOKEN = "0123456789abcdef"
SOURCE = """
import json, os, random, sys
json.dumps({"pid": os.getpid(), "random": random.random(), "loaded": "aeterna_nb.evaluate" in sys.modules,
    "debugger": "pydevd" in sys.modules,
    "folder": os.getcwd(), "token": os.environ.get("AETERNA_PAGE_TOKEN"), "session": os.getsid(0) == os.getpid()})
"""


def write_notebook(folder: Path, source: str = SOURCE) -> Path:
    cells = [nbformat.v4.new_code_cell(source, id="only")]
    path = folder / "told.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    return path


@pytest.fixture(scope="package")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """A function that serves the page in a place and returns its address; the log lies in `logs`."""
    with ExitStack() as stack:

        def served(source: str = SOURCE, **place: Any) -> str:
            folder = tmp_path_factory.mktemp("served")
            return stack.enter_context(servers.dashboard(write_notebook(folder, source), folder / "log", **place))

        yield served


@pytest.fixture(scope="package")
def guarded(serve: Callable[..., str]) -> str:
    """The address of a page that asks for a token, for three visitors."""
    return serve(token=TOKEN, visitors=3)


@pytest.fixture
def stranger() -> Iterator[httpx2.Client]:
    """A client without the token; it follows no redirection."""
    with httpx2.Client(timeout=60) as client:
        yield client


@pytest.fixture
def visitor(guarded: str, stranger: httpx2.Client) -> httpx2.Client:
    """A client that had the token."""
    assert stranger.get(guarded, params={"token": TOKEN}).status_code == 303
    return stranger
