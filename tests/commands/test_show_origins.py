"""`aeterna show --behind` and `--causes`."""

import pytest

from tests.commands.conftest import Aeterna

REMOTE = {"target": "kubernetes", "mode": "remote", "central_url": "https://c.example.com", "central_auth": "api-key"}
CANARY = "canary-show-origins"


@pytest.fixture
def remote(aeterna: Aeterna) -> Aeterna:
    """A folder with few answers, so that trying others takes no time."""
    assert aeterna("setup", "--non-interactive", central_api_key=CANARY, **REMOTE).status == 0
    return aeterna


def test_a_line_names_its_answers_by_their_flags(remote: Aeterna) -> None:
    out = remote("show", "--behind", "values.yaml:4").out.splitlines()
    assert out[0] == 'values.yaml:4  url: "https://c.example.com"'
    assert out[1].split() == ["--central-url", "https://c.example.com", "what", "stands", "there"]
    assert {line.split()[0] for line in out[2:]} == {"--mode", "--target"}


def test_a_line_of_an_object_too_and_a_secret_without_its_value(remote: Aeterna) -> None:
    assert "--central-url" in remote("show", "--behind", "Service/aeterna-central:1").out
    shown = remote("show", "--behind", "values.secret.yaml:5").out
    assert "--central-api-key" in shown
    assert CANARY not in shown


def test_an_answer_names_what_it_causes(remote: Aeterna) -> None:
    for name in ("central_url", "central-url"):
        out = remote("show", "--causes", name).out
        assert 'values.yaml:4  url: "https://c.example.com"' in out
        assert "Service/aeterna-central  is there because of it" in out
    assert CANARY not in remote("show", "--causes", "central_api_key").out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--behind", "nothing.yaml:1"), "values.yaml:2"),
        (("--behind", "values.yaml"), "--behind"),
        (("--behind", "values.yaml:0"), "has the lines 1 to"),
        (("--behind", "values.yaml:9999"), "has the lines 1 to"),
        (("--causes", "colour"), "--causes"),
        (("--causes", "redis_host"), "that applies"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(remote: Aeterna, words: tuple[str, str], sentence: str) -> None:
    ran = remote("show", *words)
    assert ran.status == 2
    assert sentence in ran.err
    assert "Traceback" not in ran.err
