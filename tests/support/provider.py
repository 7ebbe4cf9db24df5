"""A provider on this machine: answers as it is told to, and keeps what it was asked."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.core.gateways.http import HttpAnswer, HttpForms
from chalicelib.messages.providers.send_retry import HandOver

Reply = tuple[int, Any] | tuple[int, Any, dict[str, str]] | str
SILENCE = "silence"
CUT = "cut"


@dataclass
class Provider:
    """``replies`` come one for each request, the last one again and again.

    A reply is a status with a body (as JSON, or text as it is) and headers; SILENCE never answers,
    CUT hangs up.
    """

    address: str = ""
    replies: list[Reply] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.paths.append(self.path)
            provider.forms.append(
                dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
            )
            scheme, _, user = self.headers.get("Authorization", "Basic ").partition(" ")
            assert scheme == "Basic"
            provider.users.append(base64.b64decode(user).decode())
            provider.headers.append({name.lower(): text for name, text in self.headers.items()})
            reply = provider.reply()
            if reply == SILENCE:
                provider.over.wait(10)
            if isinstance(reply, str):
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status, answer, *more = reply
            text = answer if isinstance(answer, str) else json.dumps(answer)
            headers = {"Content-Length": str(len(text.encode())), **(more[0] if more else {})}
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads = True
    provider.address = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    yield provider
    provider.over.set()
    server.shutdown()
    server.server_close()
    serving.join()


@pytest.fixture
def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


class FormsTo(HttpForms):
    """Posts every form to one address on this machine, wherever it was to go."""

    def __init__(self, address: str, read_seconds: float = 0.2) -> None:
        super().__init__(connect_seconds=1, read_seconds=read_seconds)
        self.address = address

    def post(self, url: str, *args: Any, **given: Any) -> HttpAnswer:
        path = urlsplit(url).path
        return super().post(f"{self.address}{path}", *args, **given)


@pytest.fixture
def forms() -> HttpForms:
    return HttpForms(connect_seconds=1, read_seconds=0.2)


@pytest.fixture
def local_forms(provider) -> HttpForms:
    return FormsTo(provider.address)


class Patience:
    """A hand-over whose time passes only in its pauses; each throw of the dice is one half."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def hand_over(self, **changes: Any) -> HandOver:
        given: dict[str, Callable[..., Any]] = {
            "sleep": self.pauses.append,
            "dice": lambda: 0.5,
            "clock": lambda: sum(self.pauses),
        }
        return HandOver(**given, **changes)


@pytest.fixture
def patience() -> Patience:
    return Patience()
