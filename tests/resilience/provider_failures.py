"""The companies that carry SMS, on a bad day: over HTTP, with a count of what they took.

A company takes a message when it says so; whether its answer comes back is another matter.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs

from chalicelib.messages.providers.contract import sms_provider
from chalicelib.messages.providers.http_gateway import HttpSms
from chalicelib.messages.providers.send_retry import HandOver
from chalicelib.messages.services.delivery_receipts import id_from_address, name_in_address
from chalicelib.messages.services.ports import MessageGateway, OutgoingMessage
from chalicelib.messages.wiring import Messages
from chalicelib.providers import Provider
from tests.resilience.harness import World, a_world
from tests.resilience.outcome import Outcome
from tests.support import functions
from tests.support.fakes import FakeCredentials
from tests.support.provider import FormsTo
from tests.support.provider_samples import by_http, samples_of

PATIENCE: Final = 0.1
"""Seconds for an answer, in place of five."""
RECEIPTS: Final = "https://helpline.example/receipts/"
_NAMED: Final = re.compile(rf"{RECEIPTS}([\w-]+)")
COMPANIES: Final = tuple(by_http())


@dataclass(frozen=True, slots=True)
class Manner:
    """How a company treats a message: does it take it, and what then.

    ``status`` 0 is no answer: the connection is cut, or kept ``open`` past all patience.
    """

    takes: bool
    status: int = 0
    open: bool = False


FINE: Final = Manner(takes=True, status=200)
MANNERS: Final[Mapping[str, Manner]] = {
    "taken, and the answer cut": Manner(takes=True),
    "taken, and no answer in time": Manner(takes=True, open=True),
    "taken, and a 500": Manner(takes=True, status=500),
    "not taken, and the connection cut": Manner(takes=False),
    "not taken, a 500": Manner(takes=False, status=500),
    "not taken, a 503": Manner(takes=False, status=503),
    "not taken, a 429": Manner(takes=False, status=429),
    "not taken, a 401": Manner(takes=False, status=401),
}
HOW_OFTEN: Final = {"once": 1, "for good": 1_000}
"""How often the company treats a message so, before it mends its manners."""
LONGEST: Final = timedelta(hours=5)
"""After that nothing may be owed, whatever the company does."""
TWICE: Final = 2


@dataclass
class Company:
    """A company's server: what it took, by our own ids, and how it will treat what comes.

    ``taken`` is what it answers.
    """

    taken: Any
    address: str = ""
    manner: Manner = FINE
    left: int = 0
    asked: int = 0
    took: Counter[str] = field(default_factory=Counter)

    def treat(self, form: Mapping[str, str]) -> Manner:
        """Take a message, or not."""
        self.asked += 1
        manner = self.manner if self.left else FINE
        self.left = max(0, self.left - 1)
        if manner.takes:
            (name,) = _NAMED.findall(" ".join(form.values()))
            self.took[id_from_address(name)] += 1
        return manner


@contextmanager
def a_company(provider: Provider) -> Iterator[Company]:
    """Open the server of a provider."""
    company = Company(samples_of(provider).taken)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            fields = parse_qs(self.rfile.read(length).decode())
            manner = company.treat({name: values[0] for name, values in fields.items()})
            if manner.open:
                time.sleep(2 * PATIENCE)
            if manner.status:
                self._answer(manner.status)
            else:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Keep no log: it would hold what was sent."""

        def _answer(self, status: int) -> None:
            body = json.dumps(company.taken).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    company.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield company
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def run(*, long: bool) -> Iterator[Outcome]:
    """Ask for a callback through each gateway, and let its company behave in each manner."""
    by_company = ByCompany()
    with a_world(Messages(provider=by_company)) as world:
        beginning = world.snapshot()
        for provider in COMPANIES:
            with a_company(provider) as company:
                by_company.gateway = _gateway(provider, company)
                broken: list[str] = []
                treated = 0
                for manner, treatment in MANNERS.items():
                    for often, times in HOW_OFTEN.items() if long else (("once", 1),):
                        company.manner, company.left = treatment, times
                        company.took.clear()
                        broken += [f"{manner}, {often}: {what}" for what in _ask(world, company)]
                        world.restore(beginning)
                        treated += 1
            counts = {"manners": treated, "requests": company.asked}
            yield Outcome(f"SMS by {provider.name}", counts, broken)


class ByCompany:
    """The gateway of the company whose turn it is."""

    gateway: MessageGateway

    def send(self, sms: OutgoingMessage) -> str:
        """Hand a message over."""
        return self.gateway.send(sms)


def _ask(world: World, company: Company) -> Iterator[str]:
    for_good = company.left > 1
    body = {"phone": "9812345678", "consent": True, "language": "hi"}
    world.run(lambda: world.http("POST", "/callbacks", body))
    world.deliver()
    end = world.clock.now + LONGEST
    while (states := _states(world)) == ["owed"] and world.clock.now < end:
        world.clock.go(minutes=5)
        world.run(functions.sweep_unsent)
    took = sum(company.took.values())
    may_be_twice = company.manner.takes
    if states != (["failed"] if for_good else ["sent"]):
        yield f"the messages are {states}"
    if took > (TWICE if may_be_twice else 1):
        yield f"taken {took} times"
    if not took and not for_good:
        yield "never taken"


def _states(world: World) -> list[str]:
    return [item["state"]["S"] for item in world.items("messages") if "state" in item]


def _gateway(provider: Provider, company: Company) -> MessageGateway:
    package = sms_provider(provider)
    credentials: Any = FakeCredentials()
    credentials.values = dict.fromkeys(package.CREDENTIALS, ("made-up",))
    return HttpSms(
        provider,
        package,
        credentials,
        samples_of(provider).sender,
        lambda _secret, message: f"{RECEIPTS}{name_in_address(message)}",
        forms=FormsTo(company.address, PATIENCE),
        hand_over=HandOver(sleep=lambda _: None, dice=lambda: 0.0),
    )
