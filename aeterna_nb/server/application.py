"""Voila with what a server for strangers needs: a gate before it, a limit on kernels, a policy on what may run."""

import asyncio
import logging
import secrets
import shutil
from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Any

from jupyter_core.utils import run_sync
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler, authenticated
from tornado.websocket import WebSocketClosedError, WebSocketProtocol, WebSocketProtocol13
from traitlets import Instance, Unicode
from voila.app import Voila
from voila.static_file_handler import TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from aeterna_nb.server.access import Access
from aeterna_nb.server.gate import MISSING, NOT_STARTED, Gate, full, show
from aeterna_nb.server.headers import BASE, HOST, NONCE, Everywhere, base_address, page_policy
from aeterna_nb.server.kernels import NEXT_PIECE_SECONDS, Full, Kernels
from aeterna_nb.server.log import LOG, answered, not_of_ended_kernels
from aeterna_nb.server.provisioner import cool_down

LONGEST_BODY = 64 << 10
"""Bytes of a request's body. The page sends what somebody types over its WebSocket; a body is a token at most."""

LONGEST_MESSAGE = 10 << 20
"""Bytes of a message over a WebSocket, Tornado's own bound, said here so that it stays: a pasted file fits."""

CONNECTIONS = 4
"""WebSockets to one kernel: a page has one, and a second one while it connects anew."""

HEARTBEAT = "<script>window.voila_heartbeat()</script>\n"
"""What Voila sends while a notebook runs, so that no proxy hangs up; any character does as well."""

QUIET_SECONDS = 60
"""How long a connection may stay open without saying what it wants."""


class Admitted(IdentityProvider):
    """Everybody whom the gate let through, without a name, a cookie, or a page to sign in."""

    auth_enabled = False

    def get_user(self, handler: RequestHandler) -> User:
        """Return the one user there is."""
        return User("visitor")

    def get_handlers(self) -> list[Any]:
        """Return no pages."""
        return []


class Page(TornadoVoilaHandler):  # type: ignore[misc]
    """The page. It takes a kernel, where there is one."""

    @authenticated
    async def get(self, path: str = "") -> None:
        """Send the page as it is made, or say that there is no room."""
        address = base_address(self.settings["server_url"], self.request.headers.get("X-Forwarded-Prefix", ""))
        kernels: Kernels = self.kernel_manager
        if path:
            self.clear_header("Content-Security-Policy")
            show(self, MISSING, address)
            return
        nonce = secrets.token_urlsafe(16)
        visitors_own = {NONCE: nonce, BASE: address, HOST: escape(self.request.host)}
        self.set_header("Content-Security-Policy", page_policy(nonce))
        with kernels.visit() as visit:
            try:
                await kernels.begun()
                await kernels.place()
                async with asyncio.timeout(NEXT_PIECE_SECONDS) as limit:
                    async for html in self.get_generator(path=path):
                        if html != HEARTBEAT:
                            limit.reschedule(asyncio.get_running_loop().time() + NEXT_PIECE_SECONDS)
                        elif visit.kernel and visit.kernel not in kernels:
                            raise RuntimeError("The kernel of a page ended before the page was there.")
                        for place, text in visitors_own.items():
                            html = html.replace(place, text)
                        self.write("\n" if html == HEARTBEAT else html)
                        await self.flush()
            except Full:
                show(self, full(kernels.most), address)
            except StreamClosedError:
                visit.left = True
            except Exception as error:
                # What has been sent ends here, and the page's first script says what that means.
                LOG.error("A session did not start: %r", error)
                visit.left = True
                if not self._headers_written:
                    show(self, NOT_STARTED, address)

    async def head(self, path: str = "") -> None:
        """Answer without a page, and so without a kernel."""
        self.set_status(HTTPStatus.NOT_FOUND if path else HTTPStatus.OK)
        self.set_header("Content-Type", "text/html")


class Socket(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """The page's connection to its kernel."""

    async def get(self, kernel_id: str) -> None:
        """Connect, unless there are more connections already than a page has."""
        if self.kernel_manager._kernel_connections.get(kernel_id, 0) >= CONNECTIONS:
            raise HTTPError(HTTPStatus.TOO_MANY_REQUESTS)
        await super().get(kernel_id=kernel_id)

    def write_message(self, message: Any, binary: bool = False) -> "asyncio.Future[None] | None":
        """Send a message; nothing where the page has gone, of which Jupyter would log a traceback for each message."""
        try:
            sending: asyncio.Future[None] | None = super().write_message(message, binary)
        except WebSocketClosedError:
            return None
        if sending is not None:
            sending.add_done_callback(asyncio.Future.exception)
        return sending

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        """Return the protocol, with pings left to Jupyter, whose milliseconds Tornado takes for seconds."""
        protocol: WebSocketProtocol13 | None = super().get_websocket_protocol()
        if protocol is not None:
            protocol.params.ping_interval = None
        return protocol


class Look(KernelHandler):
    """What the page asks every few seconds: is its kernel there? It may not do more."""

    SUPPORTED_METHODS = ("GET",)

    @authenticated
    async def get(self, kernel_id: str) -> None:
        """Say so, and take it for a sign that the page is there."""
        kernels: Any = self.kernel_manager
        kernels.sign(kernel_id)
        looked: Any = super().get(kernel_id)
        await looked


class TemplateFile(TemplateStaticFileHandler):  # type: ignore[misc]
    """A file of a template. Voila's handler raises for a path of another form."""

    def parse_url_path(self, url_path: str) -> str:
        """Return the path of the file. Raises HTTPError for what can't be one."""
        try:
            return str(super().parse_url_path(url_path))
        except (ValueError, AssertionError):
            raise HTTPError(HTTPStatus.NOT_FOUND) from None

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        """Return where the file would be. Raises HTTPError for what can't be one."""
        try:
            return str(super().get_absolute_path(root, path))
        except (ValueError, AssertionError, UnboundLocalError):
            raise HTTPError(HTTPStatus.NOT_FOUND) from None


OURS: Mapping[type[RequestHandler], type[RequestHandler]] = {
    TornadoVoilaHandler: Page,
    VoilaKernelWebsocketHandler: Socket,
    KernelHandler: Look,
    TemplateStaticFileHandler: TemplateFile,
}


class Workbench(Voila):  # type: ignore[misc]
    """The server. Its pages know it as BASE, for which each visitor gets the address that is theirs."""

    kernel_manager: Any
    access = Instance(Access)
    hosts = Instance(frozenset, args=())
    ready = Unicode()

    identity_provider_class = Admitted

    def init_settings(self) -> dict[str, Any]:
        """Return the settings, with kernels of ours."""
        settings: dict[str, Any] = super().init_settings()
        self.kernel_manager = settings["kernel_manager"] = Kernels(
            parent=self,
            connection_dir=self.connection_dir,
            kernel_spec_manager=self.kernel_spec_manager,
            allowed_message_types=self.kernel_manager.allowed_message_types,
        )
        return settings | {
            "websocket_max_message_size": LONGEST_MESSAGE,
            "log_function": answered,
            "base_url": BASE,
            "server_url": self.server_url,
        }

    def init_handlers(self) -> list[Any]:
        """Return the handlers, ours in the place of Voila's."""
        self.app.add_transform(Everywhere)
        return [(route, OURS.get(handler, handler), *rest) for route, handler, *rest in super().init_handlers()]

    def listen(self) -> None:
        """Answer until the process is told to stop."""
        gate = Gate(self.app, self.access, self.server_url, self.hosts)
        server = HTTPServer(
            gate, max_body_size=LONGEST_BODY, idle_connection_timeout=QUIET_SECONDS, body_timeout=QUIET_SECONDS
        )
        server.listen(self.port, self.ip)
        for logger in (self.log, logging.getLogger("asyncio"), logging.getLogger("tornado.general")):
            logger.addFilter(not_of_ended_kernels)
        print(self.ready, flush=True)
        self.ioloop = IOLoop.current()
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            pass
        finally:
            server.stop()
            self.stop()

    def stop(self) -> None:
        """End every kernel, and only then remove the folder in which they meet the server: one that is about to begin
        would complain that it has gone."""
        run_sync(self.kernel_manager.shutdown_all)()
        cool_down()
        shutil.rmtree(self.connection_dir)
