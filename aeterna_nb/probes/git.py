"""A git repository: whether its branch is there (docs/facts/services.md#git).

Over HTTP it is asked as a git client asks, by protocol 2; over ssh only whether an ssh server greets: the key is meant
for OPAL alone to use.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import anyio

from aeterna_nb.config.authorization import GitPolicies
from aeterna_nb.probes import Answered, Reply, failed, reached
from aeterna_nb.probes.api import refusal
from aeterna_nb.probes.http import Answer, request, unanswered
from aeterna_nb.probes.tcp import listens

SSH_PORT, GIT_PORT = 22, 9418
_VERSION = {"git-protocol": "version=2"}
_REQUEST = {**_VERSION, "content-type": "application/x-git-upload-pack-request"}
_FLUSH, _DELIMITER = b"0000", b"0001"
_NO_REPOSITORY = failed("what answers there is no git repository", "Is it the address that git clones from?")


async def repository(given: GitPolicies) -> Reply:
    """Whether the branch that is followed is there."""
    url = given.repo_url.rstrip("/")
    if urlsplit(url).scheme in ("http", "https"):
        return await _over_http(url, given.branch)
    if url.startswith("git://"):
        return await listens(host_of(url), urlsplit(url).port or GIT_PORT)
    return await _over_ssh(*ssh_address(url))


def ssh_address(url: str) -> tuple[str, int]:
    """Host and port of `ssh://user@host:port/path` or of `user@host:path`."""
    if "://" not in url:
        return url.partition("@")[2].partition(":")[0], SSH_PORT
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or SSH_PORT


def host_of(url: str) -> str:
    """The host of any address of a repository."""
    return urlsplit(url).hostname or "" if "://" in url else ssh_address(url)[0]


async def _over_http(url: str, branch: str) -> Reply:
    greeting = await request("GET", f"{url}/info/refs?service=git-upload-pack", _VERSION)
    if greeting.status in (401, 403, 404):
        seen = f"there is no repository that everybody may read (HTTP {greeting.status})"
        return failed(seen, "Is the address right? A private one is followed over ssh, with a key.")
    lines = _of_repository(greeting)
    if b"version 2" not in [line.strip() for line in lines]:
        names = {line.split(b"\0")[0].strip().partition(b" ")[2] for line in lines}
    else:
        wanted = f"refs/heads/{branch}"
        asked = _line("command=ls-refs\n") + _DELIMITER + _line(f"ref-prefix {wanted}\n") + _FLUSH
        answer = await request("POST", f"{url}/git-upload-pack", _REQUEST, content=asked)
        names = {line.strip().split(b" ")[1] for line in _of_repository(answer) if b" " in line}
    if f"refs/heads/{branch}".encode() not in names:
        seen = f"the repository is there, and has no branch {branch}"
        return failed(seen, "Give the name of one that is there.", "opal_policy_branch")
    return reached(f"the repository is there, with the branch {branch}")


def _of_repository(answer: Answer) -> list[bytes]:
    if answer.status != 200:
        raise Answered(refusal(answer, "a git repository"))
    try:
        return list(_lines(answer.body))
    except ValueError:
        raise Answered(_NO_REPOSITORY) from None


def _line(text: str) -> bytes:
    return f"{len(text) + 4:04x}{text}".encode()


def _lines(body: bytes) -> Iterator[bytes]:
    """The lines of git's framing: four hexadecimal digits of length, themselves counted, and the text.

    Raises ValueError for anything else.
    """
    at = 0
    if not body:
        raise ValueError
    while at + 4 <= len(body):
        size = int(body[at : at + 4], 16)
        yield body[at + 4 : at + size] if size >= 4 else b""
        at += max(size, 4)


async def _over_ssh(host: str, port: int) -> Reply:
    try:
        async with await anyio.connect_tcp(host, port) as connection:
            banner = await connection.receive(255)
    except OSError as error:
        raise Answered(unanswered(error, host)) from None
    except (anyio.EndOfStream, anyio.BrokenResourceError):
        banner = b""
    if not banner.startswith(b"SSH-"):
        return failed("what answers there is no ssh server", "Is it the right port?")
    return reached("an ssh server greets; the key and the branch were not tried, they are for OPAL to use")
