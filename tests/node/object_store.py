"""Object storage as far as backups go: GET, PUT and DELETE of /BUCKET/KEY. Its text runs in a pod, on Python alone.

GET of /BUCKET is the list of keys, as JSON.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OBJECTS: dict[str, bytes] = {}


class Store(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        OBJECTS[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200)

    def do_DELETE(self) -> None:
        self.answer(204 if OBJECTS.pop(self.path, None) else 404)

    def do_GET(self) -> None:
        if self.path.count("/") == 1:
            prefix = self.path + "/"
            self.answer(200, json.dumps([path.removeprefix(prefix) for path in OBJECTS]).encode())
        else:
            self.answer(200 if self.path in OBJECTS else 404, OBJECTS.get(self.path, b""))

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("", 9000), Store).serve_forever()
