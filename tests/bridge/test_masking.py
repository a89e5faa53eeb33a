"""A token that the server gives back never reaches the client, nor the log."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response

from aeterna_nb.bridge.masking import masked_line, masked_value
from aeterna_nb.commands.main import main
from aeterna_nb.reading.secret_texts import MASK, forms, masked_text

from .standin import StandIn
from .test_stdio import RawClient

TOKEN = 'canary+token/77aa"\\%=end'
"""As many characters as possible that one form or another escapes."""


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


GIVEN_BACK: dict[str, Callable[[str], str]] = {
    "as it is": lambda token: token,
    "in a sentence": lambda token: f"Bearer {token} is wrong",
    "escaped": lambda token: json.dumps({"authorization": token}),
    "escaped twice": lambda token: json.dumps(json.dumps({"authorization": token})),
    "percent-encoded": lambda token: quote(f"/login?token={token}", safe=""),
    "percent-encoded, lower": lambda token: re.sub("%..", lambda code: code[0].lower(), quote(token, safe="")),
    "base64": base64_of,
    "base64 of a header": lambda token: base64_of(f"Bearer {token}"),
    "base64 of a pair": lambda token: base64_of(f"me:{token}:x"),
    "base64 for URLs": lambda token: base64.urlsafe_b64encode(f"a{token}".encode()).decode(),
    "hex": lambda token: token.encode().hex(),
}


@pytest.mark.parametrize("form", GIVEN_BACK)
def test_every_form_of_a_token_is_taken_out(form: str) -> None:
    text = GIVEN_BACK[form](TOKEN)
    masked = masked_text(text, TOKEN)
    assert MASK in masked
    assert not any(known in masked for known in forms(TOKEN))
    line = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {text: [text, {"a": text}]}})
    assert not any(known in masked_line(line, TOKEN) for known in forms(TOKEN))


def test_a_message_stays_one_whatever_the_token_is() -> None:
    line = '{"jsonrpc":"2.0","id":12345678,"result":{"number":12345678,"more":[1,true,null,"x12345678"]}}'
    assert json.loads(masked_line(line, "12345678")) == {
        "jsonrpc": "2.0",
        "id": 12345678,
        "result": {"number": MASK, "more": [1, True, None, f"x{MASK}"]},
    }
    for token in ("jsonrpc2", "", "x", '"', "result"):
        assert json.loads(masked_line(line, token))["id"] == 12345678
    assert masked_value({"a": 1.5}, "") == {"a": 1.5}


def answers() -> Iterator[tuple[str, Response]]:
    """Every way in which a server could say the token, in every form."""
    for give in GIVEN_BACK.values():
        said = give(TOKEN)
        yield "result", JSONResponse({"result": {"success": True, said: [said, {"deep": said}]}})
        yield "text", JSONResponse({"result": said})
        yield "content", JSONResponse({"result": {"content": [{"type": "text", "text": said}]}})
        yield "error", JSONResponse({"error": {"code": -32000, "message": said, "data": said}})
        yield "refusal", JSONResponse({"error": said, "message": said}, 418)
    yield "header", RedirectResponse(f"https://{quote(TOKEN, safe='')}.example.com/{quote(TOKEN)}")
    yield "type", Response("x", media_type="text/" + base64_of(TOKEN))


def test_nothing_that_the_server_says_of_the_token_reaches_the_client_or_the_log(
    standin: StandIn, address: str, tmp_path: Path
) -> None:
    standin.tools.append({"name": "x", "description": TOKEN, "input_schema": {"properties": {TOKEN: {}}}})
    client = RawClient("--toolset", "all", cwd=tmp_path, AETERNA_SERVER_URL=address, AETERNA_TOKEN=TOKEN)
    got = [json.dumps(client.initialize())]
    client.send("tools/list", number=1)
    got.append(json.dumps(client.receive()))
    asked = 0
    for asked, (_, answer) in enumerate(answers(), 1):
        standin.instead = answer
        client.send("tools/call", {"name": "sync_status", "arguments": {}}, asked)
        message: dict[str, Any] = {}
        while message.get("id") != asked:
            message = client.receive()
        got.append(json.dumps(message))
    assert asked == len(GIVEN_BACK) * 5 + 2
    out, err = client.end()
    for form in forms(TOKEN):
        assert form not in "".join(got) + out + err
    assert "canary" not in "".join(got)
    assert "".join(got).count(MASK) > asked


def test_the_check_says_nothing_of_the_token_either(
    standin: StandIn, address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AETERNA_SERVER_URL", address)
    monkeypatch.setenv("AETERNA_TOKEN", TOKEN)
    printed = ""
    hello = {"result": {"protocolVersion": TOKEN, "serverInfo": {"name": TOKEN, "version": TOKEN}}}
    for answer in (JSONResponse(hello), JSONResponse({"error": {"code": 1, "message": TOKEN}})):
        standin.instead = answer
        for flags in ([], ["--json"]):
            assert main(["mcp", "--check", *flags]) == 1
            printed += "".join(capsys.readouterr())
    assert not any(form in printed for form in forms(TOKEN))
