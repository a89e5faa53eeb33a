import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from .standin import StandIn, serving

Serve = Callable[..., str]


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the variables and the profile of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("AETERNA_")]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AETERNA_CONFIG_DIR", str(tmp_path_factory.mktemp("no-config")))


@pytest.fixture
def standin() -> StandIn:
    return StandIn()


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda standin, port=0: stack.enter_context(serving(standin, port))


@pytest.fixture
def address(standin: StandIn, serve: Serve) -> str:
    return serve(standin)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
