"""What each kind of text takes and refuses. A refusal is a sentence for a person, without what was typed."""

import base64
from typing import Any

import pytest
from pydantic import SecretStr, TypeAdapter, ValidationError

from aeterna_nb.config import types
from aeterna_nb.config.types import Address
from aeterna_nb.questions import by_name, questions

GOOD: list[tuple[str, Any]] = [
    ("Line", "0123"),
    ("Line", "1e3"),
    ("Line", "yes"),
    ("Line", "12e3456"),
    ("Line", 'a: b # c "quoted"'),
    ("Line", "\u00e9\U0001f600"),
    ("Line", "x" * 1000),
    ("Host", "db.example.com"),
    ("Host", "db.example.com."),
    ("Host", "my_db"),
    ("Host", "10.0.0.7"),
    ("Host", "fd00::7"),
    ("Host", "12e3456"),
    ("IngressHost", "aeterna.example.com"),
    ("IngressHost", "*.example.com"),
    ("Url", "https://aeterna.example.com"),
    ("Url", "http://localhost:11434/v1"),
    ("Url", "http://[fd00::7]:8080/"),
    ("GitUrl", "https://git.example.com/policies.git"),
    ("GitUrl", "ssh://git@git.example.com:2222/policies.git"),
    ("GitUrl", "git@git.example.com:team/policies.git"),
    ("GitUrl", "git://git.example.com/policies.git"),
    ("DnsLabel", "aeterna"),
    ("DnsLabel", "0123"),
    ("DnsLabel", "a" * 63),
    ("ReleaseName", "aeterna-2"),
    ("ReleaseName", "a" * 53),
    ("ObjectName", "letsencrypt.prod"),
    ("Quantity", "10Gi"),
    ("Quantity", "1.5Ti"),
    ("Quantity", "512M"),
    ("DatabaseName", "aeterna_prod"),
    ("ImageTag", "v0.8.0-rc.9"),
    ("Image", "registry.example.com:5000/team/opal-fetcher:1.0"),
    ("Image", "opal-fetcher@sha256:" + "0" * 64),
    ("Port", 1),
    ("Port", 65535),
    ("Percent", 100),
]

BAD: list[tuple[str, Any]] = [
    ("Line", ""),
    ("Line", "   "),
    ("Line", "\u00a0"),
    ("Line", "two\nlines"),
    ("Line", "bell\x07"),
    ("Line", "nul\x00"),
    ("Line", "half an emoji \ud83d"),
    ("Line", "line\u2028separator"),
    ("Line", "x" * 1001),
    ("Line", 1000.0),
    ("Line", 123),
    ("Line", True),
    ("Host", "https://db.example.com"),
    ("Host", "[db.example.com]"),
    ("Host", "[fd00::7"),
    ("Host", "[fd00::7]:5432"),
    ("Host", "db.example.com/x"),
    ("Host", "db.example.com:5432"),
    ("Host", "-db"),
    ("Host", "a..b"),
    ("Host", "a" * 64),
    ("Host", "999.1.1.1"),
    ("Host", "0123"),
    ("Host", ":::"),
    ("Host", "fe80::1%eth0"),
    ("Host", "two words"),
    ("IngressHost", "Aeterna.Example.com"),
    ("IngressHost", "10.0.0.7"),
    ("IngressHost", "a_b.example.com"),
    ("IngressHost", "aeterna.example.com."),
    ("IngressHost", "a.*.example.com"),
    ("Url", "aeterna.example.com"),
    ("Url", "ftp://aeterna.example.com"),
    ("Url", "https://"),
    ("Url", "https://a b.example.com"),
    ("Url", "https://user:word@aeterna.example.com"),
    ("Url", "https://aeterna.example.com:99999"),
    ("Url", "https://aeterna.example.com/?token=x"),
    ("Url", "https://aeterna.example.com/#x"),
    ("Url", "https://[::1"),
    ("GitUrl", "https://token@git.example.com/policies.git"),
    ("GitUrl", "https://user:word@git.example.com/policies.git"),
    ("GitUrl", "ssh://git:word@git.example.com/policies.git"),
    ("GitUrl", "/srv/policies.git"),
    ("GitUrl", "file:///srv/policies.git"),
    ("DnsLabel", "Aeterna"),
    ("DnsLabel", "a.b"),
    ("DnsLabel", "-a"),
    ("DnsLabel", "a" * 64),
    ("ReleaseName", "2aeterna"),
    ("ReleaseName", "a" * 54),
    ("ReleaseName", "a-"),
    ("ObjectName", "a..b"),
    ("ObjectName", "A"),
    ("Quantity", "10"),
    ("Quantity", "0Gi"),
    ("Quantity", "-1Gi"),
    ("Quantity", "10 Gi"),
    ("Quantity", "10gb"),
    ("DatabaseName", "1st"),
    ("DatabaseName", "a b"),
    ("DatabaseName", "x'; drop table"),
    ("ImageTag", "latest"),
    ("ImageTag", "a/b"),
    ("Image", "registry.example.com/opal-fetcher"),
    ("Image", "registry.example.com:5000/opal-fetcher"),
    ("Image", "registry.example.com/opal-fetcher:latest"),
    ("Image", "registry.example.com/Opal:1.0"),
    ("Image", "a:1:2"),
    ("Port", 0),
    ("Port", 65536),
    ("Percent", 101),
]


def adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(getattr(types, name))


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_what_is_right_comes_back_unchanged(name: str, value: Any) -> None:
    assert adapter(name).validate_python(value, strict=True) == value


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_is_wrong_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        adapter(name).validate_python(value, strict=True)
    if isinstance(value, str):
        (error,) = caught.value.errors()
        assert error["type"] == "answer"
        assert error["msg"].endswith(".")


@pytest.mark.parametrize("name", sorted({name for name, value in BAD if isinstance(value, str)}))
def test_a_refusal_does_not_repeat_what_was_typed(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        adapter(name).validate_python("Canary 7f3a\n://Canary", strict=True)
    assert "anary" not in caught.value.errors()[0]["msg"]


def test_blanks_around_a_line_are_taken_off() -> None:
    assert adapter("Host").validate_python("\u00a0 db.example.com\t", strict=True) == "db.example.com"


@pytest.mark.parametrize(
    ("written", "kept"),
    [("a\nb", "a\nb\n"), ("a\r\nb\r\n", "a\nb\n"), ("\n\na\n\n", "a\n"), ("\ta: \u00e9\n", "\ta: \u00e9\n")],
)
def test_a_document_ends_with_one_line_break_and_has_unix_lines(written: str, kept: str) -> None:
    assert adapter("Document").validate_python(written) == kept
    assert adapter("SecretDocument").validate_python(written).get_secret_value() == kept


@pytest.mark.parametrize("written", ["", " \n ", "nul\x00", "a\rb", "\ud800"])
@pytest.mark.parametrize("name", ["Document", "SecretDocument"])
def test_a_document_of_nothing_or_of_control_characters_is_refused(name: str, written: str) -> None:
    with pytest.raises(ValidationError) as caught:
        adapter(name).validate_python(written)
    assert caught.value.errors()[0]["type"] == "answer"


@pytest.mark.parametrize("word", ["  pass word  ", "p'a\"s\\s:#{}$%", "0123", "\u00e9\U0001f600"])
def test_a_secret_is_kept_to_the_letter(word: str) -> None:
    assert adapter("Secret").validate_python(SecretStr(word)).get_secret_value() == word


@pytest.mark.parametrize("word", ["", "two\nlines", "nul\x00", "x" * 1001])
def test_a_secret_that_no_file_could_hold_is_refused_without_repeating_it(word: str) -> None:
    with pytest.raises(ValidationError) as caught:
        adapter("Secret").validate_python(SecretStr(word))
    assert not word or word not in caught.value.errors()[0]["msg"]


def test_an_encryption_key_has_32_bytes() -> None:
    good = base64.b64encode(bytes(32)).decode()
    assert adapter("SecretKey32").validate_python(good).get_secret_value() == good


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(bytes(31)).decode(), "\u00e9" * 44, "!" * 44])
def test_a_key_of_another_size_is_refused_with_the_way_to_make_one(key: str) -> None:
    with pytest.raises(ValidationError, match="openssl rand -base64 32"):
        adapter("SecretKey32").validate_python(key)


def test_an_ipv6_address_may_stand_in_brackets() -> None:
    assert by_name()["postgresql_host"].check("[fd00::7]") == "fd00::7"


def test_an_address_is_known_by_its_type_and_not_by_its_name() -> None:
    known = {question.name: question.address for question in questions()}
    assert known["qdrant_host"] is Address.HOST
    assert known["openai_base_url"] is Address.URL
    assert known["opal_policy_repo_url"] is Address.GIT
    assert known["vertex_ai_endpoint"] is None
    assert known["ingress_host"] is None
