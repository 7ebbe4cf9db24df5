"""The rota's services on fakes: three doctors on two lines, and a clock that a test reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import count

from chalicelib.cases.services.call_route import RouteCall
from chalicelib.cases.services.shift_handover import HandOver
from chalicelib.core.domain.datetimes import IST
from chalicelib.messages.domain.templates import Template
from chalicelib.messages.services.send_messages import SendMessages
from chalicelib.rota.domain.duty import Oncologist, Shift
from chalicelib.rota.domain.model import Fair, Line, RoundRobin
from chalicelib.rota.services.alert_gaps import WatchGaps
from chalicelib.rota.services.duty_view import DutyView
from chalicelib.rota.services.leave import TakeLeave
from chalicelib.rota.services.manage_rota import ManageRota
from chalicelib.rota.services.publish_rota import PublishRota
from chalicelib.rota.services.read_rota import RotaView
from chalicelib.rota.services.recipients import Addresses
from chalicelib.rota.services.rota_writer import ChangeRota, TellChange
from chalicelib.rota.services.shift_links import CalendarFeeds, ShiftLinks
from chalicelib.rota.services.shift_reminders import Remind
from chalicelib.rota.services.swaps import Swaps
from tests.support.builders import an_oncologist
from tests.support.fakes import FakeMessageGateway, FakeSecrets, counting_bytes
from tests.support.stores import (
    StoredCases,
    StoredMessages,
    StoredRota,
    StoredRotaEdits,
    StoredRotaLinks,
)

ONE_DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + ONE_DAY
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
NAMES = ASHA, RAVI, TARA = ("dr-asha", "dr-ravi", "dr-tara")
PHONES = {who: f"+91989898980{place}" for place, who in enumerate(NAMES)}
ADMIN_PHONE = "+919811111111"
OWN_PHONE = "+919355520202"
"""The helpline's own."""


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant of the helpline's calendar."""
    return datetime.combine(day, time(hour, minute, second), IST)


EARLY = at(MONDAY, 2)
"""When the rota is published, before anybody is on duty."""


def a_doctor(who: str, **changes: object) -> Oncologist:
    """One of the three, who speaks Hindi and English."""
    return an_oncologist(id=who, name=who.title(), phone=PHONES.get(who, ADMIN_PHONE), **changes)


def morning(**changes: object) -> Line:
    """Ten to half past one, one of the three in turn."""
    line = {
        "id": "morning",
        "days": WEEKDAYS,
        "start": time(10),
        "end": time(13, 30),
        "rotation": RoundRobin(NAMES, MONDAY),
        "languages": ("hi",),
    }
    return Line(**{**line, **changes})


def afternoon(**changes: object) -> Line:
    """Half past one to five, whoever served least."""
    line = {"id": "afternoon", "start": time(13, 30), "end": time(17), "rotation": Fair(NAMES)}
    return morning(**{**line, **changes})


class RotaWorld:
    """Every service of the rota on one set of fakes."""

    def __init__(
        self, lines: Sequence[Line] | None = None, doctors: Sequence[Oncologist] | None = None
    ) -> None:
        people = [a_doctor(who) for who in NAMES] if doctors is None else doctors
        self.cases = StoredCases()
        self.rota = StoredRota(people)
        self.edits = StoredRotaEdits(
            self.rota, (morning(), afternoon()) if lines is None else tuple(lines)
        )
        self.links = StoredRotaLinks(self.rota.table.database)
        self.messages = StoredMessages()
        self.gateway = FakeMessageGateway()
        numbers = count(1)
        duty = DutyView(self.rota)
        send = SendMessages(self.messages, self.gateway, lambda owed: owed.template.value)
        addresses = Addresses(self.rota, FakeSecrets())
        self.tell_change = TellChange(self.edits, addresses, send)
        change = ChangeRota(self.edits, self.tell_change, lambda: f"{next(numbers):04}")
        self.manage = ManageRota(self.edits, change, duty, own_numbers=(OWN_PHONE,))
        self.leave = TakeLeave(self.edits, change, duty)
        self.swaps = Swaps(self.edits, change, duty)
        self.publish = PublishRota(self.edits)
        self.hand_over = HandOver(self.cases, self.rota, self.edits, addresses, send)
        self.watch_gaps = WatchGaps(self.rota, self.edits, addresses, send)
        self.shift_links = ShiftLinks(self.rota, self.links, self.swaps, FakeSecrets())
        self.remind = Remind(
            self.rota, self.links, self.shift_links, addresses, send, self.tell_change
        )
        self.feeds = CalendarFeeds(self.rota, self.links, counting_bytes())
        self.view = RotaView(self.rota, self.edits, self.links)
        self.route_call = RouteCall(self.rota, self.edits)

    def published(self, now: datetime) -> RotaWorld:
        """Publish, and give itself."""
        self.publish(now)
        return self

    def shift(self, day: date, line: str = "morning") -> Shift:
        """The first shift of a line on a published day."""
        found = self.rota.find_duty_day(day)
        assert found is not None, f"{day} is not published"
        return next(shift for shift in found.shifts if shift.line == line)

    def on(self, day: date, line: str = "morning") -> tuple[str, ...]:
        """Who is on a line's first shift of a published day."""
        return self.shift(day, line).on

    def told(self) -> list[tuple[str, Template]]:
        """Who was owed what, in order: ids of oncologists, phones of others."""
        names = {phone: who for who, phone in PHONES.items()}
        return [
            (names.get(stored.message.phone, stored.message.phone), stored.message.template)
            for stored in self.messages.messages.values()
        ]
