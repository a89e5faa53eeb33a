"""A YAML language server, as editors run it, finds the schema by the answers file's first line and judges by it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from aeterna_nb.answers.schema import SCHEMA_FILE, schema_text
from aeterna_nb.generate.setup_yaml import HEADER, setup_yaml
from aeterna_nb.presets import PRESETS
from tests.samples import answers

SERVER = Path(__file__).parents[1] / "browser/node_modules/yaml-language-server/bin/yaml-language-server"
SETTINGS = {"yaml": {"schemaStore": {"enable": False}, "validate": True}}
"""The server would ask the web for its catalogue of schemas otherwise."""
WRONG = {
    "targt: kubernetes\n": "targt",
    "target: moon\n": "kubernetes",
    "operations:\n  tracing:\n    enabled: often\n": "boolean",
}


class Editor:
    """Speaks to the server over its standard input and output."""

    def __init__(self, server: subprocess.Popen[bytes], folder: Path) -> None:
        self._server, self._folder = server, folder
        self._send("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}, number=1)
        self._send("initialized", {})

    def said(self, name: str, text: str) -> list[str]:
        """What the server says of a file that is opened, by its diagnostics."""
        uri = (self._folder / name).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send("textDocument/didOpen", {"textDocument": document})
        while True:
            message = self._read()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                return [each["message"] for each in message["params"]["diagnostics"]]
            if "id" in message and "method" in message:
                asked = (message.get("params") or {}).get("items", [])
                found = [SETTINGS.get(item["section"]) for item in asked] or None
                self._write({"jsonrpc": "2.0", "id": message["id"], "result": found})

    def _send(self, method: str, params: Any, number: int | None = None) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": params} | ({"id": number} if number else {}))

    def _write(self, message: Any) -> None:
        assert self._server.stdin is not None
        body = json.dumps(message).encode()
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._server.stdin.flush()

    def _read(self) -> Any:
        assert self._server.stdout is not None
        length = 0
        while line := self._server.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server has ended"
        return json.loads(self._server.stdout.read(length))


@contextmanager
def editor(folder: Path) -> Iterator[Editor]:
    node = shutil.which("node")
    if node is None or not SERVER.exists():
        pytest.skip("no node, or no yaml-language-server (npm install --prefix tests/browser yaml-language-server)")
    with subprocess.Popen([node, SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        late = Timer(60, server.kill)
        late.start()
        try:
            yield Editor(server, folder)
        finally:
            late.cancel()
            server.kill()


def test_an_editor_finds_what_is_wrong_and_nothing_in_what_is_written(tmp_path: Path) -> None:
    schema = tmp_path / SCHEMA_FILE
    schema.parent.mkdir()
    schema.write_text(schema_text(), encoding="utf-8")
    with editor(tmp_path) as opened:
        for number, (text, word) in enumerate(WRONG.items()):
            (said,) = opened.said(f".aeterna/wrong-{number}.yaml", HEADER + text)
            assert word in said
        for name, preset in PRESETS.items():
            assert opened.said(f".aeterna/{name}.yaml", setup_yaml(answers(preset.values).decided())) == []
