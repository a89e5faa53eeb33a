"""`.env` gives every secret back unchanged, to Compose and to the workbench."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aeterna_nb.answers.secret_values import MADE_NAMES, complete
from aeterna_nb.generate.compose import env_file, merged_env, read_env, variable
from aeterna_nb.questions import questions
from aeterna_nb.reading.bounds import Unreadable
from tests.generate.compose.conftest import HYBRID, Judge, configuration

AWKWARD = [
    "yes",
    "1e3",
    "0o17",
    "0123",
    "12e3456",
    "a: b # c",
    "it's",
    'say "x"',
    "🙂",
    "$x",
    "${Y}",
    "$$",
    "a" * 300,
    "back\\slash\\",
    "\\'",
    "\\n",
    "\\$x",
    "# not a comment",
    "=",
    "tab\there",
    '{\n  "private_key": "-----BEGIN PRIVATE KEY-----\\nMII=\\n-----END PRIVATE KEY-----\\n"\n}\n',
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn+/=\n-----END OPENSSH PRIVATE KEY-----\n",
]
NAMES = [question.name for question in questions() if question.secret]
NAMES += sorted(MADE_NAMES - set(NAMES))
LINES = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)
DOCUMENTS = st.text(st.characters(blacklist_categories=("Cc", "Cs"), whitelist_characters="\n\t\\'\"$"), min_size=1)


def _read_by_compose(judge: Judge, folder: Path, env: str) -> dict[str, str]:
    (folder / "docker-compose.yaml").write_text('services: {one: {image: "example:1"}}\n', encoding="utf-8")
    (folder / ".env").write_text(env, encoding="utf-8")
    [verdict] = judge([folder])
    assert "error" not in verdict, verdict
    values: dict[str, str] = verdict["env"]
    return values


def test_awkward_values_come_back_unchanged(judge: Judge, tmp_path: Path) -> None:
    secrets = dict(zip(NAMES, AWKWARD, strict=False))
    assert len(secrets) == len(AWKWARD)
    env = env_file(configuration(), secrets)
    read = _read_by_compose(judge, tmp_path, env)
    assert {name: read[variable(name)] for name in secrets} == secrets
    assert read_env(env) == secrets


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values=st.lists(LINES | DOCUMENTS, min_size=1, max_size=20))
def test_whatever_is_typed_comes_back_unchanged(values: list[str], judge: Judge, tmp_path: Path) -> None:
    secrets = dict(zip(NAMES, values, strict=False))
    env = env_file(configuration(), secrets)
    read = _read_by_compose(judge, tmp_path, env)
    assert {name: read[variable(name)] for name in secrets} == secrets
    assert read_env(env) == secrets


def test_every_secret_stands_on_one_line() -> None:
    env = env_file(configuration(), {"opal_policy_ssh_key": "one\ntwo\n"})
    assert len([line for line in env.splitlines() if not line.startswith("#")]) == 1


@pytest.mark.parametrize(
    "line",
    [
        "NAME=value",
        "NAME = value",
        "export NAME=value",
        "NAME=value # why",
        "NAME='value' # why",
        'NAME="value"',
        "  NAME=value",
        "# OTHER='x\nNAME=value",
        "NAME=",
        "NAME=a#b",
        'NAME="a\\tb"',
        "NAME='a\\tb'",
        "NAME='one\ntwo'",
        "OTHER=1\nNAME=a${OTHER}b$OTHER",
        "NAME=${OTHER:-x}${OTHER-y}${OTHER:+z}",
        "OTHER=1\nNAME='a$OTHER'",
        'OTHER=1\nNAME="a\\$OTHER $$ $OTHER"',
        "NAME: value",
        "NAME='x' OTHER=y",
        "OTHER='x' NAME=y",
        'NAME="\\0101\\c\\q\\012"',
        "OTHER\nNAME=x",
        "NAME=a\\nb",
        "NAME=\"it's\" # it's",
        "NAME='a\\'b\\\\'",
        "NAME=x \r\n",
        "\ufeffNAME=x",
        'NAME="a\nb" # c',
        "A.B-C[0]=1\nNAME=x # y # z",
        "NAME=first\nNAME=second",
        "# NAME=no\n\n\tNAME=yes",
        "NAME=#x",
        "NAME=\n",
    ],
)
def test_a_file_edited_by_hand_is_read_as_compose_reads_it(line: str, judge: Judge, tmp_path: Path) -> None:
    env = line.replace("NAME", "OPENAI_API_KEY") + "\n"
    assert read_env(env) == {"openai_api_key": _read_by_compose(judge, tmp_path, env)["OPENAI_API_KEY"]}


@pytest.mark.parametrize(
    "text",
    [
        "A B=x\n",
        "A='canary",
        'A="canary\\"',
        "$=canary\n",
        "A=${canary",
        "A=${1}\n",
        "A?B=x\n",
        "A=${B:?canary}\n",
        "{{ x }}\n",
    ],
)
def test_a_file_that_compose_refuses_is_refused_with_its_line(text: str, judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yaml").write_text('services: {one: {image: "example:1"}}\n', encoding="utf-8")
    (tmp_path / ".env").write_text(f"FINE=1\n{text}", encoding="utf-8")
    assert "error" in judge([tmp_path])[0]
    with pytest.raises(Unreadable, match=r"^\.env, line 2: this is no NAME=value") as refused:
        read_env(f"FINE=1\n{text}")
    assert "canary" not in str(refused.value)


def test_variables_of_other_programs_are_no_answers() -> None:
    assert read_env("MODE=dev\nOPENAI_API_KEY=x\nRD_HOST=:x@y\n") == {"openai_api_key": "x"}


def test_made_secrets_are_kept_when_the_file_is_read_again() -> None:
    config = configuration(opal=True, vector_backend="mongodb")
    first = complete(config, {})
    assert complete(config, read_env(env_file(config, first))) == first


def test_a_redis_password_stands_encoded_before_the_host(judge: Judge, tmp_path: Path) -> None:
    config = configuration(cache="external", redis_host="redis.example.com", redis_password="p@ss:/#?%ü")
    secrets = complete(config, {})
    env = env_file(config, secrets)
    read = _read_by_compose(judge, tmp_path, env)
    assert read["RD_HOST"] == ":p%40ss%3A%2F%23%3F%25%C3%BC@redis.example.com"
    assert read_env(env) == secrets


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        ({"central_api_key": "key"}, "AETERNA_TOKEN='key'"),
        (
            {
                "central_auth": "oauth2",
                "central_client_id": "id",
                "central_token_url": "https://login.example.com",
                "central_client_secret": "key",
            },
            "CENTRAL_CLIENT_SECRET='key'",
        ),
    ],
)
def test_in_remote_mode_only_the_central_credential_is_written(auth: dict[str, str], expected: str) -> None:
    config = configuration(**HYBRID | {"mode": "remote"} | auth)
    secrets = complete(config, {})
    lines = env_file(config, secrets).splitlines()
    assert [line for line in lines if not line.startswith("#")] == [expected]
    assert read_env("\n".join(lines)) == secrets


def test_without_secrets_there_is_no_file() -> None:
    config = configuration(**HYBRID | {"mode": "remote", "central_auth": "service-account"})
    assert env_file(config, complete(config, {})) == ""


OTHERS = '# mine\nPORT=3000\nGREETING="it\'s"\n'


def test_what_others_have_in_env_stays(judge: Judge, tmp_path: Path) -> None:
    first = merged_env(OTHERS, env_file(configuration(), {"postgresql_password": "one", "openai_api_key": "k"}))
    assert first.startswith(OTHERS)
    assert merged_env(first, env_file(configuration(), {"postgresql_password": "one", "openai_api_key": "k"})) == first
    second = merged_env(first + "LATER=1\n", env_file(configuration(), {"postgresql_password": "two"}))
    assert "OPENAI_API_KEY" not in second
    read = _read_by_compose(judge, tmp_path, second)
    assert (read["PORT"], read["LATER"], read["POSTGRESQL_PASSWORD"]) == ("3000", "1", "two")


def test_a_variable_of_ours_stands_once() -> None:
    own = env_file(configuration(), {"openai_api_key": "new"})
    assert merged_env("export OPENAI_API_KEY=old # theirs\nPORT=1", own) == f"PORT=1\n\n{own}"
    assert "OPENAI_API_KEY=theirs" in merged_env("OPENAI_API_KEY=theirs\n", env_file(configuration(), {"kms_key": "x"}))
    assert merged_env(None, own) == merged_env("\n", own) == own


@given(values=st.dictionaries(st.sampled_from(NAMES), DOCUMENTS, min_size=1), others=st.sampled_from(["", OTHERS]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_merging_again_changes_nothing_and_loses_nothing(values: dict[str, str], others: str) -> None:
    own = env_file(configuration(), values)
    merged = merged_env(others, own)
    assert merged_env(merged, own) == merged
    assert read_env(merged) == values
    assert others in merged
