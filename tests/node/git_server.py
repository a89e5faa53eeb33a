"""A git repository over HTTP in which a PUT of a file is a commit. Its text runs in a pod, on Python and git alone."""

import os
import subprocess
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

WORK, SERVED = Path("/tmp/work"), Path("/tmp/served")
REPOSITORY = SERVED / "policies.git"
os.environ |= {"HOME": "/tmp", "GIT_CONFIG_COUNT": "2"}
os.environ |= {"GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "test"}
os.environ |= {"GIT_CONFIG_KEY_1": "user.email", "GIT_CONFIG_VALUE_1": "test@example.com"}


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True)


def commit(name: str, text: bytes) -> None:
    (WORK / name).write_bytes(text)
    git(WORK, "add", name)
    git(WORK, "commit", "--quiet", "--message", name)
    git(WORK, "push", "--quiet", str(REPOSITORY), "main")
    git(REPOSITORY, "update-server-info")


class Repository(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments, directory=str(SERVED))  # type: ignore[arg-type]

    def do_PUT(self) -> None:
        commit(Path(self.path).name, self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    WORK.mkdir()
    SERVED.mkdir()
    git(WORK, "init", "--quiet", "--initial-branch", "main")
    git(SERVED, "init", "--quiet", "--bare", "--initial-branch", "main", str(REPOSITORY))
    commit("permit-all.cedar", b"permit(principal, action, resource);\n")
    ThreadingHTTPServer(("", 8000), Repository).serve_forever()
