"""What is said of a real Valkey or Redis, and of what is none."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aeterna_nb.config.cache import ExternalRedis
from aeterna_nb.probes import Outcome
from aeterna_nb.probes.redis import cache
from tests.probes.asking import outcome_of
from tests.probes.conftest import Authority, running_redis
from tests.probes.free import HOST, free_port
from tests.probes.standins import listening, saying, silent

PASSWORD = "canary: p@ss/w'rd"


def ask(port: int, limit: float = 30, **answers: Any) -> Outcome:
    given = ExternalRedis.model_validate({"type": "external", "host": HOST, "port": port, **answers})
    return outcome_of(partial(cache, given), [str(answers.get("password", ""))], limit)


def test_one_without_a_password(tmp_path: Path) -> None:
    with running_redis(tmp_path) as port:
        plain, unwanted = ask(port), ask(port, password=PASSWORD)
        missing = ask(port, database=15), ask(port, database=3)
    assert plain.state == "reached"
    assert plain.seen.endswith("answers PING, without a password and without TLS")
    assert [each.state for each in missing] == ["reached", "reached"]
    assert (unwanted.state, unwanted.question) == ("failed", "redis_password")
    assert unwanted.seen.startswith("it has no password, and refuses the one that is configured")


def test_one_with_a_password(tmp_path: Path) -> None:
    with running_redis(tmp_path, "--requirepass", PASSWORD) as port:
        right, wrong, none = ask(port, password=PASSWORD), ask(port, password="canary-wrong"), ask(port)
    assert right.state == "reached"
    assert right.seen.endswith("accepts the password, which travels unencrypted")
    assert (wrong.state, wrong.question) == ("failed", "redis_password")
    assert wrong.seen.startswith("it refuses the password")
    assert "canary" not in repr(wrong)
    assert (none.state, none.question) == ("failed", "redis_password")
    assert none.seen.startswith(
        "it asks for a password, and none is known here: the server would start without its cache"
    )


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    with running_redis(tmp_path, "--databases", "2") as port:
        outcome = ask(port, database=7)
    assert (outcome.seen, outcome.question) == ("it has no database 7", "redis_database")


def test_one_that_speaks_tls_only(tmp_path: Path, authority: Authority) -> None:
    files = ["--tls-cert-file", str(authority.certificate), "--tls-key-file", str(authority.key)]
    with running_redis(tmp_path, *files, "--tls-auth-clients", "no", tls_only=True) as port:
        outcome = ask(port, password=PASSWORD)
    assert (outcome.state, outcome.question) == ("failed", "redis_port")
    assert outcome.seen == "it speaks TLS only, and the server speaks none to its cache"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"-DENIED Redis is running in protected mode\r\n", "it lets nobody in from outside (protected mode)"),
        (b"-LOADING Redis is loading the dataset in memory\r\n", "it is still loading its data"),
        (b"-ERR max number of clients reached\r\n", "all of its connections are taken"),
        (b"HTTP/1.1 400 Bad Request\r\n", "what answers there is no Redis"),
        (b"", "what answers there is no Redis"),
    ],
)
def test_what_answers_otherwise_is_named(answer: bytes, words: str) -> None:
    with listening(saying(answer)) as port:
        outcome = ask(port)
    assert (outcome.state, outcome.seen) == ("failed", words)
    assert outcome.cure


def test_nobody_there() -> None:
    assert ask(free_port()).seen == "the connection was refused"


def test_one_that_never_answers() -> None:
    with listening(silent) as port:
        assert ask(port, limit=0.3).seen == "no answer within 0.3 seconds"
