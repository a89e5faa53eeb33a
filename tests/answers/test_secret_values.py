"""Secrets that the workbench makes, and those it keeps."""

import base64
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_public_key

from aeterna_nb.answers.secret_values import complete, made_names, make, refers, typed, written_to
from aeterna_nb.questions import by_name, questions
from tests.samples import HYBRID, KEY, LOCAL, OPENCODE_ONLY, REMOTE, answers, configured

COMPOSE = {**LOCAL, "target": "docker-compose"}
OPAL = {"opal_private_key", "opal_public_key", "opal_master_token", "opal_client_token"}
NOTHING: Mapping[str, str] = {}


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (LOCAL, {"kms_key", *OPAL}),
        (HYBRID, {"kms_key", *OPAL}),
        ({**LOCAL, "opal": False}, {"kms_key"}),
        ({**LOCAL, "opal": False, "kms": "aws", "kms_key_arn": "arn:aws:kms:x"}, set()),
        ({**LOCAL, "opal": False, "vector_backend": "weaviate"}, {"kms_key", "weaviate_api_key"}),
        ({**LOCAL, "opal": False, "vector_backend": "weaviate", "weaviate_host": "w.example.com"}, {"kms_key"}),
        ({**COMPOSE, "opal": False}, {"kms_key", "postgresql_password"}),
        (
            {**COMPOSE, "opal": False, "vector_backend": "mongodb"},
            {"kms_key", "postgresql_password", "mongodb_password"},
        ),
        ({**LOCAL, "opal": False, "vector_backend": "mongodb"}, {"kms_key", "mongodb_password"}),
        (REMOTE, set()),
        (OPENCODE_ONLY, set()),
    ],
)
def test_just_the_secrets_are_made_that_something_needs(values: Mapping[str, Any], names: set[str]) -> None:
    config = configured(values)
    assert set(complete(config, NOTHING)) == names
    assert set(made_names(config)) == names


@pytest.mark.parametrize("provider", ["existing", "external-secrets"])
def test_nothing_is_made_where_credentials_are_only_referred_to(provider: str) -> None:
    config = configured(LOCAL, secret_provider=provider, llm="anthropic", anthropic_api_key="key")
    assert refers(config)
    assert complete(config, {"kms_key": KEY}) == {}


@pytest.mark.parametrize("provider", ["helm", "sops"])
def test_values_are_made_where_they_are_written(provider: str) -> None:
    config = configured(LOCAL, secret_provider=provider)
    assert not refers(config)
    assert complete(config, NOTHING)


def test_what_was_made_before_is_kept() -> None:
    config = configured(COMPOSE)
    first = complete(config, NOTHING)
    assert complete(config, first) == first


def test_what_is_made_differs_each_time() -> None:
    config = configured(COMPOSE)
    first, second = complete(config, NOTHING), complete(config, NOTHING)
    assert not {name for name in first if first[name] == second[name]}


def test_what_was_kept_and_is_not_needed_any_more_is_left_out() -> None:
    kept = {"kms_key": KEY, "mongodb_password": "old"}
    assert complete(configured({**COMPOSE, "opal": False}), kept).keys() == {"kms_key", "postgresql_password"}


def test_a_typed_secret_beats_a_kept_one() -> None:
    assert complete(configured(LOCAL, kms_key=KEY), {"kms_key": "kept"})["kms_key"] == KEY


def test_keys_that_belong_together_are_all_kept_or_all_made() -> None:
    config = configured(LOCAL)
    first = complete(config, NOTHING)
    part = {name: value for name, value in first.items() if name != "opal_client_token"}
    second = complete(config, part)
    assert second["kms_key"] == first["kms_key"]
    assert not {name for name in OPAL if second[name] == first[name]}


def test_typed_secrets_are_found_by_name() -> None:
    values = {**LOCAL, "postgresql": "external", "postgresql_host": "db", "postgresql_password": " pass word "}
    assert typed(configured(values)) == {"postgresql_password": " pass word "}


def test_the_encryption_key_has_32_bytes() -> None:
    assert len(base64.b64decode(complete(configured(LOCAL), NOTHING)["kms_key"], validate=True)) == 32


@pytest.mark.parametrize("name", ["postgresql_password", "mongodb_password"])
def test_a_made_password_is_long_and_survives_every_file_and_url(name: str) -> None:
    word = complete(configured({**COMPOSE, "vector_backend": "mongodb"}), NOTHING)[name]
    assert word.isascii()
    assert word.isalnum()
    assert word[0].isalpha()
    assert len(set(word)) > 5
    assert len(word) >= 32


def test_the_client_token_is_signed_for_the_opal_server() -> None:
    made = complete(configured(LOCAL), NOTHING)
    public = load_ssh_public_key(made["opal_public_key"].encode())
    claims = jwt.decode(
        made["opal_client_token"],
        public,  # type: ignore[arg-type]
        algorithms=["RS256"],
        audience="https://api.opal.ac/v1/",
        issuer="https://opal.ac/",
        options={"require": ["exp", "iat", "sub"]},
    )
    assert claims["peer_type"] == "client"


def test_the_private_key_is_one_line_that_the_server_unfolds() -> None:
    made = complete(configured(LOCAL), NOTHING)
    assert "\n" not in made["opal_private_key"]
    private = load_pem_private_key(made["opal_private_key"].replace("_", "\n").encode(), None)
    assert jwt.decode(
        jwt.encode({"a": 1}, private, algorithm="RS256"),  # type: ignore[arg-type]
        load_ssh_public_key(made["opal_public_key"].encode()),  # type: ignore[arg-type]
        algorithms=["RS256"],
    ) == {"a": 1}


def test_master_token_and_keys_differ() -> None:
    made = complete(configured(LOCAL), NOTHING)
    assert len(set(made.values())) == len(made)
    assert len(made["opal_master_token"]) >= 32


@pytest.mark.parametrize("name", [question.name for question in questions() if question.ask.makeable])
def test_a_secret_that_can_be_made_is_one_that_its_question_takes(name: str) -> None:
    first, second = make(name), make(name)
    assert first != second
    assert by_name()[name].parse(first).get_secret_value() == first


@pytest.mark.parametrize(
    ("values", "file"),
    [
        ({"target": "docker-compose"}, ".env"),
        ({"target": "kubernetes"}, "values.secret.yaml"),
        ({"target": "kubernetes", "secret_provider": "sops"}, "values.secret.sops.yaml"),
        ({"target": "kubernetes", "secret_provider": "existing"}, ""),
        ({"target": "kubernetes", "secret_provider": "external-secrets"}, ""),
    ],
)
def test_secrets_say_where_they_will_stand(values: dict[str, str], file: str) -> None:
    assert written_to(answers(values).lookup) == file
