"""What every answer says to the browser, and under which address the browser knows this server."""

import re
import secrets
from collections.abc import Mapping

from tornado.httputil import HTTPHeaders
from tornado.web import OutputTransform

EVERYWHERE: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

NONCE = secrets.token_hex(16)
"""Stands in the template for the nonce: a page is made before its visitor comes, and gets one of its own then."""

BASE = f"/{secrets.token_hex(16)}/"
"""Stands in the template for the address of the server, which each visitor may know under another."""

HOST = secrets.token_hex(16)
"""Stands in the template for what the server was asked for (`Host`), with which the page compares its own address."""

_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
"""A path that means the same in HTML, in JSON and in a header, and no other machine."""


def page_policy(nonce: str) -> str:
    """Return the content security policy of the page.

    Scripts: this server's files, and of those in the page the template's own, by nonce. `blob:` is how anywidget loads
    its modules, which come over the page's own connection. Styles: ipywidgets and JupyterLab write them into the page,
    where no nonce reaches, so 'unsafe-inline' stays for them, and for them alone.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class Everywhere(OutputTransform):
    """Adds the headers that every answer bears, those of files included."""

    def __init__(self, request: object) -> None:
        pass

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Add what the answer does not say itself."""
        for name, value in EVERYWHERE.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        # Which program answers, and of which version, helps nobody but who looks for its faults.
        headers.pop("Server", None)
        return status_code, headers, chunk


def base_address(base: str, forwarded_prefix: str) -> str:
    """Return the path under which the browser knows this server.

    `forwarded_prefix` is what a proxy took off (`X-Forwarded-Prefix`); it counts if it is a plain path.
    """
    prefix = forwarded_prefix.strip().rstrip("/")
    if not _PREFIX.fullmatch(prefix) or base.startswith(f"{prefix}/"):
        return base
    return prefix + base


def as_base(text: str) -> str:
    """Return a base address as `/` or `/tools/aeterna/`. Raises ValueError for what is no path."""
    path = "/" + text.strip().strip("/")
    if path != "/" and not _PREFIX.fullmatch(path):
        raise ValueError(text)
    return path if path == "/" else f"{path}/"
