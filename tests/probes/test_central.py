"""What is said of the central server: is it one, is it well, does it take the credential."""

from base64 import b64encode
from functools import partial
from typing import Any

import pytest

from aeterna_nb.config.central import Central, OAuth2
from aeterna_nb.probes import Outcome
from aeterna_nb.probes.central import identity_provider, server
from aeterna_nb.probes.status import left_to_pods
from tests.probes.asking import outcome_of
from tests.probes.conftest import Authority
from tests.probes.free import free_port
from tests.probes.standins import listening, saying, silent
from tests.probes.web import Heard, Said, serving

KEY = "canary-key-of-the-central-server"
WELL = Said(200, {"status": "ok", "version": "0.8.0-rc.9"})
TOOLS = Said(200, {"jsonrpc": "2.0", "id": 1, "result": []})


def central(url: str, **auth: Any) -> Central:
    return Central.model_validate({"url": url, "auth": auth or {"method": "api-key", "api_key": KEY}})


def ask(given: Central, limit: float = 30) -> Outcome:
    return outcome_of(partial(server, given), [KEY], limit)


def signed_in(heard: Heard) -> Said:
    right = heard.headers.get("authorization") == f"Bearer {KEY}"
    return TOOLS if right else Said(401, {"error": f"no such token: {heard.headers.get('authorization')}"})


def test_it_is_well_and_takes_the_key_over_tls(trusted: Authority) -> None:
    with serving({"GET /health": WELL, "POST /mcp/message": signed_in}, trusted.server) as web:
        outcome = ask(central(web.url))
    assert (outcome.state, outcome.seen) == (
        "reached",
        "it is well, version 0.8.0-rc.9, with TLS; it accepts the credential",
    )


def test_a_wrong_key_leads_to_its_question_and_is_never_told() -> None:
    wrong = "canary-wrong-key-1"
    with serving({"GET /health": WELL, "POST /mcp/message": signed_in}) as web:
        outcome = outcome_of(partial(server, central(web.url, method="api-key", api_key=wrong)), [wrong])
    assert (outcome.state, outcome.question) == ("failed", "central_api_key")
    assert outcome.seen == "it does not accept the credential (HTTP 401): no such token: Bearer ***"


def test_without_a_key_nothing_is_signed() -> None:
    with serving({"GET /health": WELL}) as web:
        outcome = ask(central(web.url, method="api-key"))
        assert web.asked == ["GET /health"]
    assert outcome.seen.endswith("without TLS; no credential is given here to try")


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        (Said(200, b"<html>Welcome</html>"), "what answers there is no Aeterna server"),
        (Said(200, {"hello": "world"}), "what answers there is no Aeterna server"),
        (Said(200, b"[" * 5000), "what answers there is no Aeterna server"),
        (Said(401), "it wants a credential (HTTP 401)"),
        (Said(403), "it does not allow this (HTTP 403)"),
        (Said(404), "nothing is at that address (HTTP 404)"),
        (Said(429), "there were too many requests, or the quota is used up (HTTP 429)"),
        (Said(500, {"message": "out of memory"}), "it fails inside (HTTP 500): out of memory"),
        (Said(418), "it answers HTTP 418"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_not_well_is_named_and_gets_no_key(said: Said, seen: str) -> None:
    with serving({"GET /health": said, "POST /mcp/message": signed_in}) as web:
        outcome = ask(central(web.url))
        assert web.asked == ["GET /health"]
    assert (outcome.state, outcome.seen) == ("failed", seen)
    assert outcome.cure


def test_a_redirect_gets_no_key_and_is_not_followed() -> None:
    with serving({}) as other:
        away = Said(302, b"", {"location": f"{other.url}/health"})
        with serving({"GET /health": WELL, "POST /mcp/message": away}) as web:
            outcome = ask(central(web.url))
        assert other.asked == []
    assert outcome.seen == "it sends elsewhere, to 127.0.0.1 (HTTP 302)"


def test_a_key_does_not_travel_openly_through_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"GET http://central.example.com/health": WELL}) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        outcome = ask(central("http://central.example.com"))
        assert proxy.asked == ["GET http://central.example.com/health"]
    sentence = "the credential was not sent: without TLS everybody on the way to central.example.com reads it"
    assert (outcome.state, outcome.seen) == ("reached", sentence)


def test_what_is_on_this_machine_is_asked_of_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serving({"GET /health": WELL, "POST /mcp/message": signed_in}) as web:
        assert ask(central(web.url)).state == "reached"
        assert ask(central(web.url.replace("127.0.0.1", "localhost"))).state == "reached"


def test_a_certificate_that_nobody_trusts(authority: Authority) -> None:
    with serving({"GET /health": WELL}, authority.server) as web:
        outcome = ask(central(web.url))
        assert web.asked == []
    assert outcome.seen.startswith("its certificate is not trusted: ")
    assert "SSL_CERT_FILE" in outcome.cure


@pytest.mark.parametrize(
    ("scheme", "answer", "seen"),
    [
        ("http", b"+PONG\r\n", "what answers there does not speak HTTP"),
        ("http", b"", "what answers there does not speak HTTP"),
        ("https", b"HTTP/1.1 400 Bad Request\r\n\r\n", "what answers there speaks no TLS"),
    ],
)
def test_what_speaks_something_else(scheme: str, answer: bytes, seen: str) -> None:
    with listening(saying(answer)) as port:
        assert ask(central(f"{scheme}://127.0.0.1:{port}")).seen == seen


def test_nobody_there_an_unknown_name_and_one_that_is_silent() -> None:
    assert ask(central(f"http://127.0.0.1:{free_port()}")).seen == "the connection was refused"
    outcome = ask(central("https://nowhere.invalid"))
    assert outcome.seen == "the name nowhere.invalid is not known here"
    # Where a release can be seen, its pods may know the name, so that nothing is wrong yet.
    assert (outcome.state, left_to_pods(outcome).state) == ("failed", "not tried")
    with listening(silent) as port:
        assert ask(central(f"http://127.0.0.1:{port}"), 0.3).seen == "no answer within 0.3 seconds"


def grant(heard: Heard) -> Said:
    # "client 1" and "s+/=cret of client" as RFC 6749, section 2.3.1, has them.
    right = heard.headers["authorization"] == "Basic " + b64encode(b"client+1:s%2B%2F%3Dcret+of+client").decode()
    if not right or heard.body != b"grant_type=client_credentials":
        return Said(401, {"error": "invalid_client", "error_description": "Client authentication failed."})
    return Said(200, {"access_token": KEY, "token_type": "Bearer"})


def test_an_oauth2_client_gets_a_token_and_the_server_takes_it() -> None:
    with serving({"GET /health": WELL, "POST /mcp/message": signed_in, "POST /token": grant}) as web:
        auth = {"method": "oauth2", "client_id": "client 1", "token_url": f"{web.url}/token"}
        right = central(web.url, **auth, client_secret="s+/=cret of client")
        assert ask(right).seen.endswith("it accepts the credential")
        wrong = central(web.url, **auth, client_secret="wrong secret")
        outcome = ask(wrong)
        assert isinstance(right.auth, OAuth2)
        assert outcome_of(partial(identity_provider, right.auth)).seen == "it gives a token for this client"
    assert outcome.question == "central_client_secret"
    assert outcome.seen == ("it gives no token for this client (HTTP 401): invalid_client Client authentication failed")
