"""Servers that are no part of the projects, and projects that are up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.project import HOST, Project, docker
from tests.engine.scenarios import POSTGRESQL_PORT, REDIS_PORT
from tests.outside import POSTGRESQL, VALKEY, Server


@pytest.fixture(scope="session", autouse=True)
def engine() -> None:
    """The engine, or the reason why a test of it is skipped."""
    if not HOST:
        pytest.skip("AETERNA_TEST_DOCKER_HOST names no container engine")


@pytest.fixture
def project(outside: None, tmp_path: Path) -> Iterator[Project]:
    """A project in an empty folder; what comes of it goes with the test."""
    made = Project(tmp_path / "project")
    yield made
    made.compose("down", "--volumes", "--timeout", "1")


@pytest.fixture(scope="session")
def outside(engine: None) -> Iterator[None]:
    """A PostgreSQL and a Redis-compatible server on this machine, with a password that is hard to write down."""
    started = [_serve(POSTGRESQL, POSTGRESQL_PORT), _serve(VALKEY, REDIS_PORT)]
    yield
    docker("rm", "--force", "--volumes", *started)


def _serve(server: Server, port: int) -> str:
    env = [word for name, value in server.env.items() for word in ("--env", f"{name}={value}")]
    published = f"{port}:{server.port}"
    return docker("run", "--detach", "--publish", published, *env, server.image, *server.command).stdout.strip()
