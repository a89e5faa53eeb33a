"""What is said of a real PostgreSQL: who gets in and how, and whether migration and vectors find what they need."""

from functools import partial
from typing import Any

import pytest
import trustme

from aeterna_nb.config.postgresql import ExternalPostgresql
from aeterna_nb.probes import Outcome
from aeterna_nb.probes.postgresql import database
from tests.probes.asking import outcome_of
from tests.probes.conftest import Authority, Postgres
from tests.probes.free import HOST, free_port
from tests.probes.standins import listening, saying

RIGHT = "right: p@ss/w'rd\\"
WRONG = "canary-wrong-password"


def ask(port: int, *, vectors: bool = False, **answers: Any) -> Outcome:
    values = {"type": "external", "host": HOST, "port": port, "password": RIGHT, **answers}
    given = ExternalPostgresql.model_validate(values)
    return outcome_of(partial(database, given, vectors=vectors), [str(values["password"])])


@pytest.fixture(scope="module")
def new(postgres: Postgres) -> Postgres:
    """PostgreSQL 16: `aeterna` is prepared, `plain` is not; both own a database."""
    quoted = RIGHT.replace("'", "''")
    postgres.sql(
        f"CREATE ROLE aeterna LOGIN CREATEROLE BYPASSRLS PASSWORD '{quoted}'",
        f"CREATE ROLE plain LOGIN PASSWORD '{quoted}'",
        f"CREATE ROLE cleartext LOGIN PASSWORD '{quoted}'",
        f"CREATE ROLE shut LOGIN PASSWORD '{quoted}'",
        "CREATE DATABASE aeterna OWNER aeterna",
        "CREATE DATABASE plain OWNER plain",
        "CREATE DATABASE migrated OWNER plain",
        "CREATE DATABASE vectors OWNER aeterna",
        "CREATE DATABASE ascii OWNER aeterna TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'",
    )
    postgres.sql("CREATE TABLE _aeterna_migrations ()", database="migrated")
    postgres.sql("CREATE EXTENSION vector", database="vectors")
    return postgres


def test_a_prepared_role_gets_in(new: Postgres) -> None:
    outcome = ask(new.port)
    assert (outcome.state, outcome.seen) == (
        "reached",
        "PostgreSQL 16, without TLS: it lets aeterna in, and aeterna is ready to be migrated",
    )


def test_a_plain_role_is_told_what_the_migration_needs(new: Postgres) -> None:
    outcome = ask(new.port, user="plain", database="plain")
    assert (outcome.state, outcome.question) == ("failed", "postgresql_prepared")
    assert outcome.seen.endswith("the role has not both CREATEROLE and BYPASSRLS, which the migration needs")
    assert outcome.cure == 'As a superuser: ALTER ROLE "plain" CREATEROLE BYPASSRLS;'


def test_everything_that_a_role_lacks_is_said_at_once(new: Postgres) -> None:
    outcome = ask(new.port, user="plain", database="aeterna", vectors=True)
    assert "CREATEROLE and BYPASSRLS" in outcome.seen
    assert "may not make tables in the schema public" in outcome.seen
    assert "is not made in the database yet" in outcome.seen
    assert 'OWNER TO "plain"' in outcome.cure


def test_a_database_that_is_migrated_needs_no_attributes_any_more(new: Postgres) -> None:
    outcome = ask(new.port, user="plain", database="migrated")
    assert outcome.seen.endswith("it lets plain in, and migrated is migrated already")


def test_pgvector_is_named_with_its_version(new: Postgres) -> None:
    assert ", with pgvector 0." in ask(new.port, database="vectors", vectors=True).seen
    assert "the extension pgvector 0." in ask(new.port, database="ascii", vectors=True).seen


def test_what_a_probe_advises_mends_it(new: Postgres) -> None:
    new.sql(f"CREATE ROLE mended LOGIN PASSWORD '{WRONG}'", "CREATE DATABASE mended")
    answers: dict[str, Any] = {"user": "mended", "database": "mended", "password": WRONG, "vectors": True}
    cure = ask(new.port, **answers).cure
    for command in cure.split("As a superuser")[1:]:
        new.sql(command.partition(": ")[2], database="mended")
    assert ask(new.port, **answers).state == "reached"


@pytest.mark.parametrize(
    ("answers", "seen", "question"),
    [
        ({"password": WRONG}, "it refuses the user or the password", "postgresql_password"),
        ({"password": None}, "it asks for a password, and none is known here", "postgresql_password"),
        ({"database": "missing"}, "there is no such database", "postgresql_database"),
        ({"user": "shut", "database": "aeterna"}, "it lets nobody in from here in this way", "postgresql_tls"),
        ({"host": "nowhere.invalid"}, "its name is not known here", "postgresql_host"),
        ({"tls": "require"}, "it takes no TLS", "postgresql_tls"),
        ({"tls": "verify-full"}, "it takes no TLS", "postgresql_tls"),
        (
            {"user": "cleartext", "tls": "disable", "database": "aeterna"},
            "it wants the password as it is, over a connection that may not be encrypted; it was not sent",
            "postgresql_tls",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_refusal_has_its_sentence_and_its_question(
    new: Postgres, answers: dict[str, Any], seen: str, question: str
) -> None:
    outcome = ask(new.port, **answers)
    assert (outcome.state, outcome.seen, outcome.question) == ("failed", seen, question)
    assert outcome.cure
    assert WRONG not in repr(outcome)


@pytest.fixture(scope="module")
def old(old_postgres: Postgres) -> Postgres:
    """PostgreSQL 15: `aeterna` has the attributes, and `root` is a superuser."""
    quoted = RIGHT.replace("'", "''")
    old_postgres.sql(
        f"CREATE ROLE aeterna LOGIN CREATEROLE BYPASSRLS PASSWORD '{quoted}'",
        f"CREATE ROLE root LOGIN SUPERUSER PASSWORD '{quoted}'",
        f"CREATE ROLE cleartext LOGIN SUPERUSER PASSWORD '{quoted}'",
        "CREATE DATABASE aeterna OWNER aeterna",
    )
    return old_postgres


@pytest.mark.parametrize(
    ("answers", "state", "words"),
    [
        ({"tls": "disable"}, "reached", "PostgreSQL 15, without TLS: it lets root in"),
        ({"tls": "prefer"}, "reached", "PostgreSQL 15, TLSv1.3: it lets root in"),
        ({"tls": "require"}, "reached", "PostgreSQL 15, TLSv1.3: it lets root in"),
        ({"tls": "require", "user": "cleartext"}, "reached", "PostgreSQL 15, TLSv1.3: it lets cleartext in"),
        ({"tls": "verify-ca", "root": True}, "reached", "PostgreSQL 15, TLSv1.3"),
        ({"tls": "verify-full", "root": True}, "reached", "PostgreSQL 15, TLSv1.3"),
        ({"tls": "verify-full", "root": True, "host": "0.0.0.0"}, "failed", "its certificate is for another host"),
        ({"tls": "verify-ca"}, "failed", "its certificate does not come from the authority that is trusted"),
        ({"tls": "verify-full"}, "failed", "its certificate does not come from the authority that is trusted"),
    ],
)
def test_tls_is_what_was_asked_for(
    old: Postgres, authority: Authority, answers: dict[str, Any], state: str, words: str
) -> None:
    root = authority.pem if answers.pop("root", False) else None
    outcome = ask(old.port, **{"user": "root", **answers}, root_certificate=root)
    assert outcome.state == state
    assert outcome.seen.startswith(words)


def test_an_authority_of_this_machine_is_trusted_where_none_is_given(old: Postgres, trusted: Authority) -> None:
    assert ask(old.port, user="root", tls="verify-full").state == "reached"


def test_another_authority_is_no_proof(old: Postgres) -> None:
    another = trustme.CA().cert_pem.bytes().decode()
    outcome = ask(old.port, user="root", tls="verify-ca", root_certificate=another)
    assert (outcome.state, outcome.question) == ("failed", "postgresql_root_certificate")


def test_an_old_one_wants_a_superuser_and_misses_pgvector(old: Postgres) -> None:
    outcome = ask(old.port, vectors=True)
    assert "up to version 15 only a superuser can migrate" in outcome.seen
    assert "the extension pgvector is not installed on its machine" in outcome.seen


def test_nobody_there() -> None:
    outcome = ask(free_port())
    assert (outcome.seen, outcome.question) == ("the connection was refused", "postgresql_port")


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n", b"+PONG\r\n", b"\0\1\2\3"])
def test_what_is_no_postgresql_is_said_to_be_none(answer: bytes) -> None:
    with listening(saying(answer)) as port:
        outcome = ask(port)
    assert (outcome.seen, outcome.question) == ("what answers there is no PostgreSQL", "postgresql_port")


def test_the_variables_and_files_of_libpq_change_nothing(new: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", RIGHT)
    monkeypatch.setenv("PGSSLMODE", "disable")
    assert "none is known here" in ask(new.port, password=None).seen
    assert ask(new.port, tls="require").seen == "it takes no TLS"
