"""What a request meets first: who may come in, from where, and what costs a kernel. Everything else is Voila's."""

from typing import Any
from urllib.parse import urlsplit

from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import Router
from tornado.web import Application, RequestHandler

from aeterna_nb.language import message
from aeterna_nb.server.access import Access, without_token
from aeterna_nb.server.headers import base_address
from aeterna_nb.server.pages import POLICY, Small, preferred, written

ROBOTS = "User-agent: *\nDisallow: /\n"
OURS = ("same-origin", "none", "")
"""Where a request comes from (`Sec-Fetch-Site`) that another page did not make; old browsers say nothing."""

ASKS = Small(
    403,
    message("This workbench asks for a token"),
    (message("Whoever started the workbench has it: it was chosen then, or printed with the address."),),
    asks=True,
)
WRONG = Small(ASKS.status, ASKS.heading, ASKS.sentences, asks=True, wrong=message("That is not the token."))
FROM_ELSEWHERE = Small(
    200,
    message("Another page led here"),
    (message("The workbench opens when you ask for it, so that no other page can fill it with visits."),),
    link=message("Open the workbench"),
)
EMBEDDED = Small(
    403,
    message("The workbench does not open inside another page"),
    (message("Open it in a tab of its own."),),
)
REFUSED = Small(403, message("This request is refused"), (message("It comes from another page."),))
NAMELESS = Small(
    403,
    message("The workbench is not known under this name"),
    (message("It was asked for as {host}. Whoever runs it can allow that: `aeterna dashboard --host {host}`."),),
)
MISSING = Small(
    404,
    message("There is no such page here"),
    (message("The workbench is one page."),),
    link=message("Open the workbench"),
)
NOT_STARTED = Small(
    503,
    message("Your session did not start"),
    (message("Try again in a moment. Whoever runs the workbench finds the reason where it was started."),),
    link=message("Try again"),
    again=5,
)


def full(places: int) -> Small:
    """Return the page for who comes when every place is taken."""
    return Small(
        503,
        message("The workbench is full"),
        (
            message("As many people work here as this machine has room for: {places}."),
            message("A place is free as soon as somebody closes the page. Try again in a moment."),
            message("On a machine of your own, `aeterna setup` asks the same questions in a terminal."),
        ),
        values={"places": places},
        link=message("Try again"),
        again=30,
    )


class SmallPage(RequestHandler):
    """Answers with a small page, or with a redirection."""

    def initialize(self, page: Small, address: str, goto: str = "", cookie: str = "") -> None:
        """Take what to answer."""
        self.page, self.address, self.goto, self.cookie = page, address, goto, cookie

    def prepare(self) -> None:
        """Answer, whatever the method."""
        if self.cookie:
            self.set_header("Set-Cookie", self.cookie)
        if self.goto:
            self.redirect(self.goto, status=303)
            return
        show(self, self.page, self.address)

    def compute_etag(self) -> None:
        """Return None: what a page says may change."""


class Robots(RequestHandler):
    """Asks search engines to stay away."""

    def get(self) -> None:
        """Answer with the file."""
        self.set_header("Content-Type", "text/plain")
        self.finish(ROBOTS)

    head = get


def show(handler: RequestHandler, page: Small, address: str) -> None:
    """Answer with a small page in the reader's language."""
    handler.set_status(page.status)
    handler.set_header("Content-Type", "text/html; charset=utf-8")
    handler.set_header("Content-Security-Policy", POLICY)
    handler.set_header("Cache-Control", "no-store")
    handler.set_header("Vary", "Accept-Language")
    if page.again:
        handler.set_header("Retry-After", str(page.again))
    language = preferred(handler.request.headers.get("Accept-Language", ""))
    handler.finish(written(page, language, address))


class Gate(Router):
    """Looks at each request before Voila does.

    `base` is the path of the page, and `hosts` the names under which it may be asked for; empty for any.
    """

    def __init__(self, application: Application, access: Access, base: str, hosts: frozenset[str]) -> None:
        self._application, self._access, self._base, self._hosts = application, access, base, hosts

    def find_handler(self, request: HTTPServerRequest, **_: Any) -> HTTPMessageDelegate | None:
        """Return what answers."""
        decided = self._decided(request)
        if decided is None:
            return self._application.find_handler(request)
        handler, arguments = decided
        return self._application.get_handler_delegate(request, handler, arguments)

    def _decided(self, request: HTTPServerRequest) -> tuple[type[RequestHandler], dict[str, Any]] | None:
        address = base_address(self._base, request.headers.get("X-Forwarded-Prefix", ""))

        def small(page: Small, goto: str = "", cookie: str = "") -> tuple[type[RequestHandler], dict[str, Any]]:
            return SmallPage, {"page": page, "address": address, "goto": goto, "cookie": cookie}

        if self._hosts and host_name(request.host) not in self._hosts:
            return small(with_values(NAMELESS, host=host_name(request.host)[:100]))
        if not request.path.startswith(self._base):
            if f"{request.path}/" == self._base:
                return small(MISSING, goto=address)
            return small(MISSING)
        inner = request.path[len(self._base) :]
        if inner == "robots.txt":
            return Robots, {}
        if from_elsewhere(request) and not (inner == "" and by_navigation(request)):
            return small(EMBEDDED if request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame", "embed") else REFUSED)
        if self._access.asked:
            if inner == "" and request.method == "POST":
                return SignIn, {"page": WRONG, "address": address, "access": self._access}
            rest, token = without_token(request.uri or "")
            if token is not None and request.method in ("GET", "HEAD"):
                if not self._access.is_token(token):
                    return small(WRONG)
                target = address + rest.removeprefix(self._base)
                return small(ASKS, goto=target, cookie=self._access.cookie(address, secure=by_tls(request)))
            if not self._access.admits(request.cookies, request.headers.get("Authorization", "")):
                return small(ASKS)
        if inner == "" and "prefetch" in request.headers.get("Sec-Purpose", ""):
            return small(REFUSED)
        if inner == "" and request.method == "GET" and from_elsewhere(request) and not on_demand(request):
            return small(FROM_ELSEWHERE)
        return None


class SignIn(SmallPage):
    """Takes the token that somebody typed."""

    def initialize(self, page: Small, address: str, access: Access) -> None:  # type: ignore[override]
        """Take what to compare with."""
        super().initialize(page, address)
        self.access = access

    def prepare(self) -> None:
        """Wait for the body."""

    def post(self) -> None:
        """Let in who has the token."""
        if self.access.is_token(self.get_body_argument("token", "")):
            self.set_header("Set-Cookie", self.access.cookie(self.address, secure=by_tls(self.request)))
            self.redirect(self.address, status=303)
        else:
            show(self, self.page, self.address)

    def check_xsrf_cookie(self) -> None:
        """Who would be signed in by another page would have to know the token."""


def with_values(page: Small, **values: object) -> Small:
    """Return the page with these values in its sentences."""
    return Small(page.status, page.heading, page.sentences, values=values)


def host_name(host: str) -> str:
    """Return a host without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def from_elsewhere(request: HTTPServerRequest) -> bool:
    """Whether a page of another origin made this request, as far as the browser says so."""
    if request.headers.get("Sec-Fetch-Site", "") not in OURS:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()


def by_navigation(request: HTTPServerRequest) -> bool:
    """Whether the request opens a page in a tab, as a link elsewhere does."""
    headers = request.headers
    return (
        request.method in ("GET", "HEAD")
        and headers.get("Sec-Fetch-Mode") == "navigate"
        and headers.get("Sec-Fetch-Dest") == "document"
    )


def on_demand(request: HTTPServerRequest) -> bool:
    """Whether somebody clicked, as far as the browser says so."""
    return request.headers.get("Sec-Fetch-User") == "?1"


def by_tls(request: HTTPServerRequest) -> bool:
    """Whether the browser came by TLS, to this server or to the proxy before it."""
    return "https" in (request.protocol, request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip())
