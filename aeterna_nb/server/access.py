"""Who may come in: whoever has the token, from the address that was printed or from the form that asks for it."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from http.cookies import Morsel
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

VARIABLE = "AETERNA_PAGE_TOKEN"
"""Names the token for who wants the same one after each start. It never reaches a kernel."""

PARAMETER = "token"


def new_token() -> str:
    """Return a token that nobody guesses, of the length that Jupyter's has."""
    return secrets.token_hex(24)


class Access:
    """Compares what came with the token. Without a token everybody may come in.

    The cookie tells that its bearer had the token, and not what it is. `port` is in its name, since the ports of a
    machine share their cookies.
    """

    def __init__(self, token: str, port: int) -> None:
        self._token = token.encode()
        self._cookie = f"aeterna-{port}"
        self._value = hmac.new(self._token, b"aeterna cookie", hashlib.sha256).hexdigest()

    @property
    def asked(self) -> bool:
        """Whether there is a token."""
        return bool(self._token)

    def is_token(self, text: str) -> bool:
        """Whether this is the token."""
        return self.asked and hmac.compare_digest(text.encode(), self._token)

    def admits(self, cookies: Mapping[str, "Morsel[str]"], authorization: str) -> bool:
        """Whether a request with these cookies and this header `Authorization` may come in."""
        if not self.asked:
            return True
        morsel = cookies.get(self._cookie)
        if morsel is not None and hmac.compare_digest(morsel.value.encode(), self._value.encode()):
            return True
        kind, _, text = authorization.partition(" ")
        return kind.lower() in ("token", "bearer") and self.is_token(text.strip())

    def cookie(self, path: str, *, secure: bool) -> str:
        """Return the header `Set-Cookie` for who had the token: until the browser closes, and for this path only."""
        secured = "; Secure" if secure else ""
        return f"{self._cookie}={self._value}; Path={path}; HttpOnly; SameSite=Lax{secured}"


def without_token(uri: str) -> tuple[str, str | None]:
    """Return an address without its token, and the token; None where it has none."""
    parts = urlsplit(uri)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    token = next((value for name, value in pairs if name == PARAMETER), None)
    rest = urlencode([pair for pair in pairs if pair[0] != PARAMETER])
    return urlunsplit(("", "", parts.path, rest, "")), token
