"""Patients' phones on a local stack: what they send, and what came to them."""

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from chalicelib.core.domain.phone import Phone
from infra import demo, send_sms
from infra.aws_emulator import address
from infra.local_stack import LocalStack

LONGEST_TEXT = 1600


class NotSent(Exception):
    """It could not be sent; the message is for whoever holds the phone."""


@dataclass(frozen=True)
class Event:
    """Something that happened on a phone; without a time it lies before this server's start."""

    kind: str
    text: str
    at: datetime | None = None


class Phones:
    """The phones of one stack; what they sent is remembered for as long as this lives."""

    def __init__(self, stack: LocalStack, now: Callable[[], datetime]) -> None:
        """Take up what came to the phones before."""
        self._stack = stack
        self._now = now
        self._lock = Lock()
        self._events: dict[str, list[Event]] = {}
        self._seen: set[str] = set()
        for phone in self._received(None):
            self.events(Phone(phone), first=True)

    def send(self, phone: Phone, text: str) -> None:
        """Send an SMS to the helpline, as AWS delivers one. Raises NotSent."""
        if not text.strip():
            raise NotSent("Write something first.")
        if len(text) > LONGEST_TEXT:
            raise NotSent(f"An SMS has at most {LONGEST_TEXT} letters.")
        with self._happening(phone, Event("sent", text, self._now())):
            send_sms.send(self._stack, phone.e164, text)

    def ring(self, phone: Phone) -> None:
        """Call the helpline and hang up, as Exotel tells of it. Raises NotSent."""
        query = urllib.parse.urlencode(
            {"CallSid": uuid.uuid4().hex, "CallFrom": phone.e164, "Direction": "incoming"}
        )
        call = f"{self._stack.url}/webhooks/exotel/{demo.EXOTEL_SECRET}/missed-call?{query}"
        with self._happening(phone, Event("rang", "Missed call", self._now())):
            try:
                with urllib.request.urlopen(call, timeout=30):  # noqa: S310 - the stack's own
                    pass
            except (urllib.error.URLError, TimeoutError) as error:
                raise NotSent("The call did not get through. Please try again.") from error

    def events(self, phone: Phone, *, first: bool = False) -> list[Event]:
        """List what happened on a phone, with what came since this was last asked."""
        came = self._received(phone.e164).get(phone.e164, [])
        with self._lock:
            events = self._events.setdefault(phone.e164, [])
            for message in came:
                if message["MessageId"] not in self._seen:
                    self._seen.add(message["MessageId"])
                    at = None if first else self._now()
                    events.append(Event("came", message["Message"], at))
            return list(events)

    @contextmanager
    def _happening(self, phone: Phone, event: Event) -> Iterator[None]:
        """Show an event from its beginning on, in its order; not if it comes to nothing."""
        with self._lock:
            events = self._events.setdefault(phone.e164, [])
            events.append(event)
        try:
            yield
        except BaseException:
            with self._lock:
                events.remove(event)
            raise

    def _received(self, phone: str | None) -> dict[str, list[dict[str, Any]]]:
        query = f"?{urllib.parse.urlencode({'phoneNumber': phone})}" if phone else ""
        sent = f"{address(self._stack.port)}/_ministack/sns/sms-messages{query}"
        with urllib.request.urlopen(sent, timeout=30) as answer:  # noqa: S310 - as above
            found: dict[str, list[dict[str, Any]]] = json.load(answer)["sms_messages"]
        return found
