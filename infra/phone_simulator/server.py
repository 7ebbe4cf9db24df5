"""The handset: a small server beside the local stack, for this machine alone.

No page of another site can send through it: what changes anything wants to come from its own
pages, and whoever reaches it under another name than its own is turned away.
"""

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.phone import Phone, PhoneError, parse_phone
from chalicelib.core.paths import DESCRIPTION
from infra.aws_emulator import is_free
from infra.local_stack import LocalStack
from infra.local_template import HOST
from infra.paths import ROOT
from infra.phone_simulator import pages
from infra.phone_simulator.phone import NotSent, Phones

# So far from the stack's port that a second stack finds the next one free.
BESIDE = 100
LAST_PORT = 65535
# Seconds: so soon it notices that it is to stop.
LOOKS_FOR_ITS_END = 0.05
LARGEST_FORM = 16 * 1024
FILES = {
    "/handset.css": (pages.FOLDER / "static" / "handset.css", "text/css; charset=utf-8"),
    "/handset.js": (pages.FOLDER / "static" / "handset.js", "text/javascript; charset=utf-8"),
    "/icon.svg": (ROOT / "chalicelib" / "static" / "icon.svg", "image/svg+xml"),
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HTML = "text/html; charset=utf-8"
PHONE = "phone"


class HandsetServer(ThreadingHTTPServer):
    """The handset of one stack."""

    daemon_threads = True

    def __init__(self, stack: LocalStack, phones: Phones, port: int) -> None:
        """Listen on this machine alone."""
        super().__init__((HOST, port), Handset)
        self.stack = stack
        self.phones = phones

    def handle_error(self, request: object, client_address: object) -> None:
        """Print what went wrong, unless a browser has hung up: that is no fault."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on

    @property
    def url(self) -> str:
        """The address of the phone."""
        return f"http://{HOST}:{self.server_port}"

    @property
    def names(self) -> frozenset[str]:
        """What browsers may call it."""
        return frozenset(f"{name}:{self.server_port}" for name in (HOST, "localhost"))


class Handset(BaseHTTPRequestHandler):
    """One request."""

    server: HandsetServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Show the phone, its conversation, the API, or a file."""
        if not self._is_at_home():
            return
        path = urlsplit(self.path).path
        if path in FILES:
            file, kind = FILES[path]
            self._answer(file.read_bytes(), kind)
        elif path == "/":
            self._show()
        elif path == "/conversation":
            events = self.server.phones.events(self._phone())
            self._answer(pages.conversation(events).encode(), HTML)
        elif path == "/api":
            self._answer(pages.api_page(self.server.stack, DESCRIPTION).encode(), HTML)
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """Send, ring, or take another phone; then show it."""
        # Read even where it is refused: it would be taken for the next request.
        form = self._form()
        if not self._is_at_home():
            return
        if self.headers["Origin"] not in {f"http://{name}" for name in self.server.names}:
            self._refuse(HTTPStatus.FORBIDDEN)
            return
        try:
            self._do(urlsplit(self.path).path, form)
        except NotSent as problem:
            self._show(str(problem), HTTPStatus.UNPROCESSABLE_ENTITY)

    def log_message(self, *_: object) -> None:
        """Log nothing: this is a phone."""

    def _do(self, path: str, form: dict[str, str]) -> None:
        match path:
            case "/send":
                self.server.phones.send(self._phone(), form.get("text", ""))
            case "/ring":
                self.server.phones.ring(self._phone())
            case "/phone":
                self._take(form.get(PHONE, ""))
                return
            case _:
                self._refuse(HTTPStatus.NOT_FOUND)
                return
        self._go_back()

    def _take(self, number: str) -> None:
        try:
            phone = parse_phone(number)
        except PhoneError:
            raise NotSent("That is no Indian phone number: ten digits, like 98123 45678.") from None
        self._go_back(f"{PHONE}={phone.e164}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000")

    def _phone(self) -> Phone:
        """Tell whose phone it is: the one that was taken last, or the first."""
        cookies = SimpleCookie(self.headers.get("Cookie", ""))
        with contextlib.suppress(KeyError, PhoneError):
            return parse_phone(cookies[PHONE].value)
        return Phone(pages.PEOPLE[0][0])

    def _form(self) -> dict[str, str]:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_FORM:
            self.close_connection = True
            return {}
        body = self.rfile.read(int(length)).decode(errors="replace")
        return dict(parse_qsl(body, keep_blank_values=True))

    def _is_at_home(self) -> bool:
        """Whether it was called by its own name: another could be any site's."""
        if self.headers.get("Host", "") in self.server.names:
            return True
        self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
        return False

    def _show(self, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> None:
        phone = self._phone()
        events = self.server.phones.events(phone)
        page = pages.phone_page(self.server.stack, phone, events, problem)
        self._answer(page.encode(), HTML, status)

    def _go_back(self, cookie: str = "") -> None:
        more = {"Set-Cookie": cookie} if cookie else {}
        self._answer(b"", HTML, HTTPStatus.SEE_OTHER, {"Location": "/", **more})

    def _refuse(self, status: HTTPStatus) -> None:
        self._answer(f"{status.phrase}\n".encode(), "text/plain; charset=utf-8", status)

    def _answer(
        self,
        body: bytes,
        kind: str,
        status: HTTPStatus = HTTPStatus.OK,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def serving(stack: LocalStack, phones: Phones | None = None) -> Iterator[HandsetServer]:
    """Serve the stack's handset until the end of the block, at a port beside the stack's."""
    beside = stack.port + BESIDE
    port = beside if beside <= LAST_PORT and is_free(beside) else 0
    server = HandsetServer(stack, phones or Phones(stack, lambda: datetime.now(IST)), port)
    thread = Thread(target=server.serve_forever, args=(LOOKS_FOR_ITS_END,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
