"""The flags of `aeterna mcp`, and `--check`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import HTMLResponse

from aeterna_nb.commands.main import main

from .standin import StandIn, free_port
from .test_stdio import ROOT

CANARY = "canary-token-1d1d"


@pytest.fixture
def aeterna_mcp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command in an empty folder and give exit status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def command(*flags: str, **variables: str) -> tuple[int, str, str]:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        status = main(["mcp", *flags])
        out, err = capsys.readouterr()
        return status, out, err

    return command


def test_check_says_what_it_reached(standin: StandIn, address: str, aeterna_mcp: Any) -> None:
    status, out, err = aeterna_mcp("--check", AETERNA_SERVER_URL=address, AETERNA_USER_ID="mia")

    assert status == 0
    assert err == ""
    for fact in (
        address,
        "from AETERNA_SERVER_URL",
        "version 0.8.0-rc.9",
        "user mia of tenant default",
        "aeterna-tools 0.2.0, protocol 2024-11-05",
        "53 on the server, 26 offered (memory, knowledge, context, sync)",
        "sync_status",
        " ms",
    ):
        assert fact in out


def test_check_as_json(standin: StandIn, address: str, aeterna_mcp: Any) -> None:
    status, out, _ = aeterna_mcp("--check", "--json", "--toolset", "all", AETERNA_SERVER_URL=address)

    report = json.loads(out)
    assert status == 0
    assert report["ok"] is True
    assert report["server_version"] == "0.8.0-rc.9"
    assert (report["tools"], report["tools_offered"]) == (53, 53)
    assert report["tool_milliseconds"] >= 0
    assert (report["tool_error"], report["problem"]) == ("", "")


def test_a_tool_that_answers_with_an_error_is_reported_and_is_no_failure(
    standin: StandIn, address: str, aeterna_mcp: Any
) -> None:
    standin.tools = [tool for tool in standin.tools if tool["name"] != "sync_status"]

    status, out, err = aeterna_mcp("--check", AETERNA_SERVER_URL=address)

    assert status == 0
    assert err == ""
    assert "sync_status failed on the Aeterna server: Tool not found: sync_status." in out


@pytest.mark.parametrize("json_flag", [(), ("--json",)])
def test_a_server_that_is_not_there_is_one_sentence_and_exit_1(aeterna_mcp: Any, json_flag: tuple[str, ...]) -> None:
    address = f"http://127.0.0.1:{free_port()}"

    status, out, err = aeterna_mcp("--check", *json_flag, AETERNA_SERVER_URL=address)

    sentence = f"The Aeterna server at {address} cannot be reached (connection refused)"
    assert status == 1
    assert sentence in (json.loads(out)["problem"] if json_flag else err)
    assert len(err.splitlines()) == (0 if json_flag else 1)


def test_a_wrong_token_is_one_sentence_and_shown_nowhere(standin: StandIn, address: str, aeterna_mcp: Any) -> None:
    standin.token = "another"

    status, out, err = aeterna_mcp("--check", AETERNA_SERVER_URL=address, AETERNA_TOKEN=CANARY)

    assert status == 1
    assert "the token in AETERNA_TOKEN is wrong or expired" in err
    assert "token given" in out
    assert CANARY not in out + err


def test_something_else_at_the_address_is_one_sentence(standin: StandIn, address: str, aeterna_mcp: Any) -> None:
    standin.instead = HTMLResponse("<h1>It works!</h1>")

    status, _, err = aeterna_mcp("--check", AETERNA_SERVER_URL=address)

    assert status == 1
    assert "text/html that is no JSON-RPC response" in err


@pytest.mark.parametrize("flags", [(), ("--check",)])
def test_a_configuration_that_cannot_be_used_is_one_sentence_and_exit_1(
    aeterna_mcp: Any, flags: tuple[str, ...]
) -> None:
    status, out, err = aeterna_mcp(*flags, AETERNA_SERVER_URL="localhost:8080")

    assert status == 1
    assert out == ""
    assert err.startswith("error: AETERNA_SERVER_URL is no address of a server")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--toolset", CANARY), "There is no such toolset"),
        (("--timeout", "0"), "a number of seconds above zero"),
        (("--timeout", "nan"), "a number of seconds above zero"),
        (("--timeout", CANARY), "a number of seconds above zero"),
        ((f"--timeout={CANARY}",), "a number of seconds above zero"),
        (("--timeout=--",), "--timeout does not take that value"),
        (("--timeout",), "a value must follow"),
    ],
)
def test_a_wrong_command_line_is_exit_2_and_repeats_no_value(
    aeterna_mcp: Any, flags: tuple[str, ...], said: str
) -> None:
    status, out, err = aeterna_mcp(*flags)

    assert status == 2
    assert said in err
    assert len(err.splitlines()) == 1
    assert CANARY not in out + err


@pytest.mark.parametrize("flags", [("--token", CANARY), (f"--token={CANARY}",), (CANARY,)])
def test_a_token_on_the_command_line_is_refused_and_not_repeated(aeterna_mcp: Any, flags: tuple[str, ...]) -> None:
    status, out, err = aeterna_mcp(*flags)

    assert status == 2
    assert len(err.splitlines()) == 1
    assert CANARY not in out + err


def test_reading_the_flags_loads_neither_the_protocol_nor_a_network_client() -> None:
    heavy = "{'mcp', 'mcp_types', 'httpx2', 'pydantic', 'anyio'}"
    code = f"import sys, aeterna_nb.commands.mcp; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
