"""What a probe says about services that are well, that are not, and that are something else."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aeterna_nb.probes import Outcome, Target, allowed, http, postgresql, probe, redis, tcp
from tests.probes.standins import listening, saying, silent

HOST = "127.0.0.1"
SHORT = 0.3
NOBODY = 65534


@pytest.fixture
def unused() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def test_something_that_listens_is_reached_and_nothing_is_not(unused: int) -> None:
    with listening(silent) as port:
        assert tcp.reach(HOST, port, SHORT).state == "reached"
    refused = tcp.reach(HOST, unused, SHORT)
    assert (refused.state, refused.seen) == ("failed", "it was refused")
    assert refused.cure


def test_a_name_that_nobody_knows_is_said_to_be_one() -> None:
    assert "is not known" in tcp.reach("nowhere.invalid", 80, SHORT).seen


def test_what_speaks_no_tls_is_said_not_to() -> None:
    with listening(saying(b"-ERR what?\r\n")) as port:
        assert "speaks no TLS" in tcp.reach_tls(HOST, port, SHORT).seen


def test_what_never_answers_costs_no_more_than_the_timeout() -> None:
    with listening(silent) as port:
        outcome = redis.ping(HOST, port, SHORT, password_given=False)
    assert outcome.seen == "no answer within 0.3 seconds"


@pytest.mark.parametrize(
    ("answer", "password", "state", "words"),
    [
        (b"+PONG\r\n", False, "reached", "PONG"),
        (b"+PONG\r\n", True, "reached", "without the password"),
        (b"-NOAUTH Authentication required.\r\n", True, "reached", "asks for a password"),
        (b"-NOAUTH Authentication required.\r\n", False, "failed", "none is configured"),
        (b"-DENIED Redis is running in protected mode\r\n", False, "failed", "protected mode"),
        (b"-LOADING Redis is loading the dataset in memory\r\n", False, "failed", "still loading"),
        (b"HTTP/1.1 400 Bad Request\r\n", False, "failed", "no Redis"),
        (b"", False, "failed", "no Redis"),
    ],
)
def test_redis_is_asked_without_a_password(answer: bytes, password: bool, state: str, words: str) -> None:
    with listening(saying(answer)) as port:
        outcome = redis.ping(HOST, port, 5, password_given=password)
    assert outcome.state == state
    assert words in outcome.seen


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = int(self.path.rpartition("/")[2])
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    server = HTTPServer((HOST, 0), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{HOST}:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "healthy", "there"),
    [
        (200, "reached", "reached"),
        (401, "reached", "reached"),
        (404, "failed", "reached"),
        (405, "failed", "reached"),
        (503, "failed", "failed"),
        (500, "failed", "failed"),
    ],
)
def test_health_wants_more_than_an_answer(web: str, status: int, healthy: str, there: str) -> None:
    assert http.healthy(f"{web}/{status}", 5).state == healthy
    assert http.reach(f"{web}/{status}", 5).state == there


@pytest.mark.parametrize("host", [HOST, "localhost"])
def test_http_is_not_asked_of_a_proxy_on_this_machine(host: str, web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert http.healthy(f"{web.replace(HOST, host)}/200", 5).state == "reached"


def test_http_elsewhere_is_asked_of_the_proxy(web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", web)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert http.healthy("http://elsewhere.example.com/200", 5).state == "reached"


def test_http_from_something_else_is_said_to_be_none() -> None:
    with listening(saying(b"+PONG\r\n")) as port:
        assert "no HTTP answer" in http.reach(f"http://{HOST}:{port}/", 5).seen


def postgres_of(port: int, tls: str = "prefer", user: str = "aeterna", name: str = "aeterna") -> Outcome:
    return postgresql.greet(postgresql.Database(HOST, port, name, user, tls), 5)


@pytest.mark.parametrize("tls", ["require", "verify-ca", "verify-full"])
def test_a_postgresql_without_tls_is_refused_where_tls_is_asked_for(tls: str) -> None:
    with listening(saying(b"N")) as port:
        assert postgres_of(port, tls).seen == "it takes no TLS"


def test_what_is_no_postgresql_is_said_to_be_none() -> None:
    with listening(saying(b"HTTP/1.1 400 Bad Request\r\n")) as port:
        assert "no PostgreSQL" in postgres_of(port).seen


def programs() -> Path | None:
    found = shutil.which("initdb") or next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    return Path(found).parent if found else None


@dataclass(frozen=True)
class Postgres:
    """A real PostgreSQL that asks for passwords and takes TLS, and the certificate that it shows."""

    port: int
    certificate: str


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    root = os.geteuid() == 0  # as which PostgreSQL refuses to run
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if root else []
    with tempfile.TemporaryDirectory(prefix="aeterna-postgres-") as place, socket.socket() as free:
        folder, data = Path(place), Path(place, "data")
        make = [
            *drop,
            str(found / "initdb"),
            "-D",
            str(data),
            "-U",
            "aeterna",
            "--auth-host=scram-sha-256",
            "--no-sync",
        ]
        if root:
            os.chown(folder, NOBODY, NOBODY)
        subprocess.run(make, check=True, capture_output=True, cwd=folder)
        shown = write_certificate(data)
        if root:
            os.chown(data / "server.key", NOBODY, NOBODY)
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
        free.close()
        settings = ["-c", f"listen_addresses={HOST}", "-p", str(port), "-k", place, "-c", "ssl=on", "-c", "fsync=off"]
        run = [*drop, str(found / "postgres"), "-D", str(data), *settings]
        with subprocess.Popen(run, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            deadline = time.monotonic() + 30
            while postgres_of(port).state != "reached" and time.monotonic() < deadline and server.poll() is None:
                time.sleep(0.1)
            yield Postgres(port, shown)
            server.terminate()


def write_certificate(folder: Path) -> str:
    """Write a self-signed certificate for `db.example.com` and its key where PostgreSQL looks for them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "db.example.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("db.example.com")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    shown = made.public_bytes(serialization.Encoding.PEM)
    (folder / "server.crt").write_bytes(shown)
    (folder / "server.key").write_bytes(private)
    (folder / "server.key").chmod(0o600)
    return shown.decode()


@pytest.mark.parametrize(("tls", "how"), [("disable", "without TLS"), ("prefer", "with TLS"), ("require", "with TLS")])
def test_a_real_postgresql_is_greeted_up_to_its_password(postgres: Postgres, tls: str, how: str) -> None:
    outcome = postgres_of(postgres.port, tls)
    assert outcome.state == "reached", outcome
    assert outcome.seen == f"it answers {how} and asks for the password, which was not sent"


@pytest.mark.parametrize(
    ("tls", "trusted", "state"),
    [
        ("verify-ca", True, "reached"),
        ("verify-ca", False, "failed"),
        ("verify-full", True, "failed"),  # it is for db.example.com
    ],
)
def test_a_certificate_is_judged_as_strictly_as_asked(postgres: Postgres, tls: str, trusted: bool, state: str) -> None:
    authority = postgres.certificate if trusted else None
    database = postgresql.Database(HOST, postgres.port, "aeterna", "aeterna", tls, authority)
    assert postgresql.greet(database, 5).state == state


def test_everybody_is_asked_at_the_same_time_and_told_in_order() -> None:
    meeting = threading.Barrier(3)

    def ask(timeout: float) -> Outcome:
        meeting.wait(timeout)  # nobody gets past this alone
        return Outcome("", "reached")

    targets = [Target("a", "redis_host", ask), Target("b", ask=ask), Target("c", ask=ask), Target("d", elsewhere="far")]
    outcomes = probe(targets)
    assert [(item.service, item.state) for item in outcomes] == [
        ("a", "reached"),
        ("b", "reached"),
        ("c", "reached"),
        ("d", "not tried"),
    ]
    assert outcomes[0].question == "redis_host"
    assert outcomes[3].seen == "far"


@pytest.mark.parametrize(
    ("environ", "for_visitors", "expected"),
    [
        ({}, False, True),
        ({}, True, False),
        ({"AETERNA_ALLOW_PROBES": "0"}, True, False),
        ({"AETERNA_ALLOW_PROBES": "1"}, True, True),
    ],
)
def test_visitors_may_ask_only_where_the_operator_says_so(
    environ: dict[str, str], for_visitors: bool, expected: bool
) -> None:
    assert allowed(environ, for_visitors=for_visitors) is expected
