"""Who asks, who works and who looks after them: what they send, by every way in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.web.ticks import TICKED
from tests.benchmarks._helpline import NOON
from tests.resilience.harness import WEBHOOK, Answer, World
from tests.support import functions

ADMINISTRATOR: Final = "admin"
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat")
DOCTORS: Final[Mapping[str, Mapping[str, Any]]] = {
    "asha": {"languages": ["hi", "en"], "gender": "female"},
    "bharat": {"languages": ["hi", "en"], "gender": "male"},
    "chitra": {"languages": ["en"], "gender": "female"},
}


@dataclass(frozen=True, slots=True)
class Asking:
    """One request for a callback; its ``id`` names it, however often and whatever way it comes."""

    id: str
    phone: str
    another_person: bool = False
    language: str = "hi"
    prefers_woman: bool = False
    window: str = "any"
    message: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    """What the form and the JSON call can tell besides."""

    @property
    def fields(self) -> dict[str, Any]:
        """What the JSON call takes."""
        return {
            "phone": self.phone,
            "consent": True,
            "another_person": self.another_person,
            "language": self.language,
            "prefers_woman": self.prefers_woman,
            "window": self.window,
            "message": self.message,
            "request_id": self.id,
            **self.more,
        }


def by_json(world: World, asking: Asking) -> Answer:
    """Ask by the JSON call."""
    return world.run(lambda: world.http("POST", "/callbacks", asking.fields))


def by_form(world: World, asking: Asking) -> Answer:
    """Ask by the form on the page."""
    ticked = {
        name: TICKED
        for name in ("consent", "another_person", "prefers_woman")
        if asking.fields[name]
    }
    texts = {name: text for name, text in asking.fields.items() if isinstance(text, str)}
    return send_form(world, "/request", {**texts, **ticked})


def by_sms(world: World, asking: Asking) -> Answer:
    """Ask by SMS, as AWS hands it over; nothing else than a text can be told."""
    return sms(world, asking.phone, asking.message, asking.id)


def by_missed_call(world: World, asking: Asking) -> Answer:
    """Ask by ringing once, as Exotel tells of it."""
    told = urlencode({"CallSid": asking.id, "CallFrom": asking.phone, "Direction": "incoming"})
    path = f"/webhooks/exotel/{WEBHOOK}/missed-call?{told}"
    return world.run(lambda: world.http("GET", path))


def sms(world: World, phone: str, text: str, name: str) -> Answer:
    """Send a text."""
    told = {"originationNumber": phone, "messageBody": text, "inboundMessageId": name}
    event = {"Records": [{"Sns": {"Message": json.dumps(told), "MessageId": name}}]}
    world.run(partial(functions.inbound_sms, event))
    return Answer(200, {})


WAYS: Final[Mapping[str, Callable[[World, Asking], Answer]]] = {
    "json": by_json,
    "web": by_form,
    "sms": by_sms,
    "call": by_missed_call,
}


def send_form(world: World, path: str, form: Mapping[str, Any]) -> Answer:
    """Send a form of a page."""
    kind = "application/x-www-form-urlencoded"
    return world.run(lambda: world.send("POST", path, urlencode(form).encode(), kind=kind))


def call(
    world: World,
    who: str,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
) -> Answer:
    """Make a call as one who works here."""
    return world.run(lambda: world.http(method, path, body, who=who))


def furnish(world: World, *lines: Mapping[str, Any]) -> None:
    """Let doctors join and a rota be published: two lines, one beside the other every afternoon."""
    for image in world.items("rota"):
        world.client.delete_item(TableName="rota", Key={"pk": image["pk"], "sk": image["sk"]})
    for number, (name, known) in enumerate(DOCTORS.items()):
        person = {
            "id": name,
            "name": f"Dr {name.title()}",
            "registration": f"MADE-UP-{number}",
            "phone": f"900000000{number}",
            **known,
        }
        _done(call(world, ADMINISTRATOR, "POST", "/admin/oncologists", person))
    stored = lines or (
        a_line("all", "10:00", "17:00", ["asha", "bharat", "chitra"]),
        a_line("afternoon", "13:00", "17:00", ["chitra", "asha", "bharat"]),
    )
    body = {"lines": list(stored), "version": 0}
    _done(call(world, ADMINISTRATOR, "PUT", "/admin/lines", body))
    world.run(functions.publish_rota)


def a_line(
    name: str,
    start: str,
    end: str,
    members: Sequence[str],
    people: int = 1,
    **changes: Any,  # noqa: ANN401  # JSON
) -> dict[str, Any]:
    """Make a line of every working day, on which its members take turns."""
    return {
        "id": name,
        "days": list(WEEKDAYS),
        "start": start,
        "end": end,
        "people": people,
        "languages": [],
        "rotation": {
            "kind": "round_robin",
            "unit": "shift",
            "every": 1,
            "members": list(members),
            "anchor": NOON.astimezone(IST).date().isoformat(),
        },
        **changes,
    }


def _done(answer: Answer) -> None:
    if answer.status not in (200, 201):
        raise RuntimeError(f"the helpline could not be furnished: {answer}")
