"""A chart repository and an OCI registry on loopback, as subcharts come from."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import helm_python

from aeterna_nb.chart import dependencies

NOTHING: Mapping[str, str] = {}
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


SERVICE = """apiVersion: v1
kind: Service
metadata:
  name: "{{ .Release.Name }}-{{ .Chart.Name }}"
spec:
  ports: [{name: http, port: 6333}, {name: grpc, port: 6334}]
"""


SERVICES: Mapping[str, str] = {"service.yaml": SERVICE}


def stand_ins(folder: Path, templates: Mapping[str, str] = SERVICES) -> None:
    """Write archives of small charts in the place of the subcharts; where Qdrant is, there is at least a Service."""
    folder.mkdir(parents=True, exist_ok=True)
    for item in dependencies():
        packed(folder, item.name, item.version, templates=templates)


@contextmanager
def chart_repository(folder: Path, before: Callable[[str], object] = str) -> Iterator[str]:
    """Serve a folder of archives, with an index that is written into it. Yields the address.

    `before` is called with the path of each file that is asked for.
    """

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def do_GET(self) -> None:
            before(self.path)
            super().do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    with _served(Quiet) as port:
        helm_python.repo_index_generate(folder, base_url=f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"


@contextmanager
def chart_registry(archive: Path, name: str, version: str) -> Iterator[str]:
    """Serve one chart as the distribution specification has it. Yields the address that stands before its name."""
    layer = archive.read_bytes()
    config = json.dumps({"apiVersion": "v2", "name": name, "version": version}).encode()
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _described("application/vnd.cncf.helm.config.v1+json", config),
            "layers": [_described("application/vnd.cncf.helm.chart.content.v1.tar+gzip", layer)],
        }
    ).encode()
    contents = {"v2": b"{}", version: manifest} | {_digest(data): data for data in (layer, config, manifest)}

    class Registry(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(send=False)

        def do_GET(self) -> None:
            self.answer(send=True)

        def answer(self, *, send: bool) -> None:
            data = contents.get(self.path.strip("/").rsplit("/", 1)[-1], b"")
            self.send_response(200 if data else 404)
            self.send_header("Content-Type", MANIFEST if data is manifest else "application/octet-stream")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Docker-Content-Digest", _digest(data))
            self.end_headers()
            if send:
                self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    with _served(Registry) as port:
        yield f"oci://127.0.0.1:{port}/charts"


@contextmanager
def _served(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _described(kind: str, data: bytes) -> dict[str, Any]:
    return {"mediaType": kind, "digest": _digest(data), "size": len(data)}


def packed(folder: Path, name: str, version: str, text: str = "a: 1\n", templates: Mapping[str, str] = NOTHING) -> Path:
    """A small chart's archive with templates by their paths, put into the folder; beside it lie the sources."""
    source = folder / "sources" / name
    (source / "templates").mkdir(parents=True)
    (source / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: {version}\n")
    (source / "values.yaml").write_text(text)
    (source / "templates" / "map.yaml").write_text(f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n")
    for path, template in templates.items():
        (source / "templates" / path).parent.mkdir(parents=True, exist_ok=True)
        (source / "templates" / path).write_text(template)
    return Path(helm_python.package(source, destination=folder))
