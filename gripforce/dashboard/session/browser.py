"""Serve a session to one browser of this computer, and to nobody else.

Strategy: textual-serve runs the command and carries its terminal; it checks neither who asks nor
from which page. So every request passes a guard first: the Host must be this server's (a name that
was rebound to 127.0.0.1 is not), a socket's Origin must be this server's page, and page and socket
need the token of the address that was printed. One browser drives the session; a second one is
asked whether it takes over.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web
from textual_serve.server import Server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

HOST: Final = "127.0.0.1"
MOST_REQUESTS: Final = 16
"""Requests that are answered at once; the page needs three."""
PAGE: Final = (Path(__file__).parent / "browser.html").read_text(encoding="utf-8")
TAKEN: Final = (
    '<p>This session is open in another browser.</p><p><a href="?token={token}&amp;take=1">'
    "Continue it here</a>: the other browser is disconnected, a running recording goes on.</p>"
)


class SessionServer(Server):
    """Runs a command in the browser that knows ``address``."""

    def __init__(self, command: str, port: int) -> None:
        super().__init__(command, host=HOST, port=port, title="gripforce")
        self._token = secrets.token_urlsafe(24)
        self._hosts = {f"{HOST}:{port}", f"localhost:{port}"}
        self._requests = 0
        self._driver: web.WebSocketResponse | None = None
        self._claimed = False

    @property
    def address(self) -> str:
        """The address of the page, with its token."""
        return f"http://{HOST}:{self.port}/?token={self._token}"

    def initialize_logging(self) -> None:
        """Log nothing but errors: the terminal shows the address."""
        logging.basicConfig(level=logging.ERROR)

    async def on_startup(self, app: web.Application) -> None:
        """Print nothing: the address was printed by the command."""

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=0)
        app.router.add_get("/", self._index, name="index")
        app.router.add_get("/session/{token}", self._drive)
        app.router.add_static("/static", self.statics_path)
        return app

    @web.middleware
    async def _guard(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Refuse requests of others, and add the headers that keep the page to itself."""
        if request.headers.get("Host") not in self._hosts:
            return _refusal(421, "This is another server than the one asked for.")
        if self._requests >= MOST_REQUESTS:
            return _refusal(503, "Too many requests at once.")
        self._requests += 1
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = _refusal(error.status, error.reason)
        finally:
            self._requests -= 1
        if not response.prepared:
            _seal(response, "")
        return response

    async def _index(self, request: web.Request) -> web.Response:
        token = request.query.get("token", "")
        if not self._knows(token):
            return _refusal(403, "Open the whole address that gripforce printed.")
        if self._occupied and request.query.get("take") != "1":
            return _html(TAKEN.format(token=self._token), "")
        nonce = secrets.token_urlsafe(12)
        socket = f"ws://{request.headers['Host']}/session/{token}"
        self._claimed = request.query.get("take") == "1"
        return _html(PAGE.replace("NONCE", nonce).replace("SOCKET", socket), nonce)

    async def _drive(self, request: web.Request) -> web.StreamResponse:
        """Run the session in the page's terminal; a browser that was replaced is closed."""
        origin = request.headers.get("Origin", "")
        ours = origin.removeprefix("http://") in self._hosts and origin.startswith("http://")
        if not ours or not self._knows(request.match_info["token"]):
            return _refusal(403, "The session is driven from its own page only.")
        if self._occupied and not self._claimed:
            return _refusal(409, "The session is open in another browser.")
        self._claimed = False
        before, self._driver = self._driver, None
        if before is not None:
            await before.close()
        return await self.handle_websocket(request)

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: Any) -> None:
        self._driver = websocket
        await super()._process_messages(websocket, app_service)

    @property
    def _occupied(self) -> bool:
        return self._driver is not None and not self._driver.closed

    def _knows(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._token.encode())


def _html(body: str, nonce: str) -> web.Response:
    response = web.Response(text=body, content_type="text/html")
    _seal(response, nonce)
    return response


def _refusal(status: int, text: str) -> web.Response:
    response = web.Response(status=status, text=text)
    _seal(response, "")
    return response


def _seal(response: web.StreamResponse, nonce: str) -> None:
    """Allow the page its own files and socket only, and no frame around it."""
    script = f"'self' 'nonce-{nonce}'" if nonce else "'none'"
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src {script}; style-src 'self' 'unsafe-inline'; "
        "font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
    )
    for name, value in (
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ):
        response.headers.setdefault(name, value)
