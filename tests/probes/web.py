"""A web server on loopback that answers what a test says, and remembers what it was asked."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Said:
    """An answer: status, body (JSON unless it is bytes) and headers."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


Routes = Mapping[str, Said | Callable[[Heard], Said]]


@dataclass
class Web:
    """`routes` are answers by method and path; what has none is answered with 404."""

    url: str
    routes: Routes
    heard: list[Heard] = field(default_factory=list)

    @property
    def asked(self) -> list[str]:
        return [each.line for each in self.heard]


@contextmanager
def serving(routes: Routes, tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            heard = Heard(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
            web.heard.append(heard)
            found = web.routes.get(heard.line, Said(404, {}))
            said = found if isinstance(found, Said) else found(heard)
            body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            self.send_response(said.status)
            for name, value in {"content-length": str(len(body)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    scheme = "http"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    web = Web(f"{scheme}://{HOST}:{server.server_port}", routes)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
