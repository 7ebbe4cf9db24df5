"""A helpline at work, and ten people who try every route of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Any

from chalicelib.cases.domain.links import STRONG_LASTS
from chalicelib.cases.domain.timeline import CloseReason, Entry, Happening
from chalicelib.core.domain.phone import Phone
from chalicelib.core.domain.reference import new_reference
from chalicelib.core.web.request import FORM
from chalicelib.core.web.static_files import static_name
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.messages.services.delivery_receipts import name_in_address
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Leave, RoundRobin
from tests.support.builders import a_case
from tests.support.fakes import strong_token, weak_token
from tests.support.helpline import in_use
from tests.support.rota_world import MONDAY, a_doctor, at, morning
from tests.support.stores import StoredRota, StoredRotaEdits
from tests.support.web import Web

CASE = "K7M240R59XK"
OTHER_CASE = new_reference(lambda length: b"o" * length)
ENDED_CASE = new_reference(lambda length: b"e" * length)
SERIAL = 1
"""The case's phone was changed once."""
OWNER, OTHER, OFF, ADMIN = "dr-asha", "dr-ravi", "dr-tara", "meera"
BLOCKED = "+919812345698"
SECRET = "the-secret-of-exotels-addresses"


class Who(Enum):
    """Who asks; for an oncologist and an administrator the value is the id."""

    ANYBODY = "anybody"
    STRANGER = "a patient with another's token"
    EARLIER_PHONE = "whoever has a link that went to the phone before it was changed"
    ENDED = "a patient whose link has ended"
    ASKER = "whoever asked, by the link that was shown"
    PATIENT = "the patient, by the link that went to the phone"
    OFF_DUTY = OFF
    NOT_OWNER = OTHER
    OWNER = OWNER
    ADMINISTRATOR = ADMIN

    @property
    def role(self) -> str | None:
        """The role by which they sign in; None: they can't."""
        if self is Who.ADMINISTRATOR:
            return "admin"
        return "oncologist" if self.value.startswith("dr-") else None


@dataclass(frozen=True)
class Row:
    """One route, what is sent to it, and the status that each of Who gets, in their order.

    ``path`` is the route's own pattern, filled from the world's ``places`` and the row's ``at``.
    """

    method: str
    path: str
    expected: tuple[int, ...]
    body: dict[str, Any] | None = None
    query: str = ""
    at: dict[str, str] | None = None

    @property
    def name(self) -> str:
        """The route's method and pattern."""
        return f"{self.method} {self.path}"


class World:
    """Monday noon: dr-asha and dr-ravi are on duty, dr-tara is not, and dr-asha holds the case."""

    def __init__(self, web: Web) -> None:
        self.web = web
        web.rota = StoredRota([a_doctor(who) for who in (OWNER, OTHER, OFF)])
        line = morning(
            id="day",
            people=2,
            rotation=RoundRobin((OWNER, OTHER), MONDAY),
            end=at(MONDAY, 17).time(),
        )
        web.rota_edits = StoredRotaEdits(web.rota, (line,))
        web.clock.now = at(MONDAY, 9)

    def fill(self) -> None:
        """Make what the routes are about."""
        web, now = self.web, at(MONDAY, 12)
        in_use().rota.publish_rota(web.clock())
        web.clock.now = now
        in_use().core.credentials.values["exotel-webhook-secret"] = (SECRET,)
        corrected = Entry(now, ADMIN, Happening.CORRECTED, "phone")
        case = a_case(reference=CASE)
        case = web.cases.put(replace(case, timeline=(*case.timeline, corrected)))
        ended = a_case(reference=ENDED_CASE, request_id="ended", phone="+919812345697")
        web.cases.put(ended.close(CloseReason.EXPIRED, ADMIN, now - STRONG_LASTS))
        web.cases.put(a_case(reference=OTHER_CASE, request_id="other", phone="+919812345699"))
        web.cases.claim(case.reference, OWNER, now)
        tuesday = MONDAY + timedelta(days=1)
        [shift] = in_use().rota.view.shifts_of(OWNER, tuesday, tuesday + timedelta(days=1))
        wednesday = tuesday + timedelta(days=1)
        [later] = in_use().rota.view.shifts_of(OWNER, wednesday, wednesday + timedelta(days=1))
        offer = in_use().rota.swaps.offer(later.id, None, By(OWNER), now)
        week = MONDAY + timedelta(days=7)
        leave = in_use().rota.take_leave.add(
            Leave(OWNER, week, week + timedelta(days=1)), By(OWNER), now
        )
        message = OwedMessage(
            subject=OTHER_CASE,
            id="9.failed.patient",
            template=Template.RECEIVED,
            phone="+919812345699",
            phone_key=web.cases.get(OTHER_CASE).phone_key,
            language="hi",
            owed_at=now,
            variables={"reference": OTHER_CASE},
        )
        web.messages.store_once(message, now)
        web.messages.mark_failed(message, "InvalidParameter", now)
        in_use().cases.blocks.block(Phone(BLOCKED), at(week, 0), "x", ADMIN, now)
        self.places = {
            "reference": CASE,
            "oncologist": OFF,
            "shift": shift.id,
            "swap": offer.id,
            "leave": leave.kept.id,
            "message": name_in_address(message.full_id),
            "secret": "no-secret",
            "token": "no-token",
            "name": static_name("work.css"),
            "call": name_in_address(f"{CASE}/none"),
            "proxy+": "nothing/here",
        }

    def ask(self, who: Who, row: Row) -> int:
        """Ask a route as somebody, and tell the status of the answer."""
        made = self.web.app.routes[row.path][row.method].view_function.made
        fields, headers = dict(row.body or {}), {}
        if who.role and made.role is not None and made.is_page:
            browser = self.web.signed_in(who.role, who.value)
            headers["cookie"] = browser.cookie
            fields["csrf"] = browser.form_token
        elif who.role:
            headers["token"] = f"{who.role}:{who.value}"
        token = self._token(who)
        query = "&".join(filter(None, [row.query, token and f"t={token}"]))
        if who is Who.ENDED:
            row = replace(row, at={"reference": ENDED_CASE, **(row.at or {})})
        address = self._filled(f"{row.path}?{query}", row)
        if made.accepts == FORM:
            if token:
                fields["t"] = token
            return self.web.send(address, fields, **headers).status_code
        body = b"" if row.body is None else json.dumps(row.body).encode()
        kind = {"accept": "text/html"} if made.is_page else {"content_type": "application/json"}
        return self.web.call(row.method, address, body=body, **kind, **headers).status_code

    def _filled(self, pattern: str, row: Row) -> str:
        for name, value in {**self.places, **(row.at or {})}.items():
            pattern = pattern.replace(f"{{{name}}}", value)
        return pattern

    def _token(self, who: Who) -> str:
        return {
            Who.STRANGER: strong_token(OTHER_CASE, SERIAL),
            Who.EARLIER_PHONE: strong_token(CASE, SERIAL - 1),
            Who.ENDED: strong_token(ENDED_CASE),
            Who.ASKER: weak_token(CASE, SERIAL),
            Who.PATIENT: strong_token(CASE, SERIAL),
        }.get(who, "")

    def state(self) -> object:
        """What a refusal may not change."""
        web = self.web
        people, changes = web.rota.oncologists(), list(web.rota_edits.history)
        return dict(web.cases.cases), dict(web.cases.blocked_until), people, changes
