"""What a fault may never break, asked of the tables as they stand.

The numbers to 8 are the design's; the others follow from what it says elsewhere. Each check tells
every violation that it finds, in words without anybody's data; none means that it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any, Final, TypeAlias

from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.store.case_mapping import case_from_image, is_case
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import WorkingHours
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.services.ports import OutgoingMessage
from chalicelib.reports.domain.report import DayTotals
from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.domain.handover import on_duty_until
from chalicelib.rota.domain.notifications import Address
from chalicelib.rota.store.duty_mapping import turning_from_image
from tests.resilience.harness import CASES, World
from tests.resilience.operation import PERSONAL
from tests.resilience.record_invariants import RECORDS
from tests.support.helpline import in_use

Image: TypeAlias = Mapping[str, Any]
AT_ONCE: Final = frozenset({1, 2, 3, 4, 7})
"""The invariants that hold at every moment; the others are about what still follows."""
OPEN_CASES_OF_A_PHONE: Final = 3
NEAR: Final = timedelta(days=40)
DIALLED: Final = 10
SHORTEST: Final = 6
"""Of what somebody wrote, shorter words may well stand anywhere."""


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant, by its number in the design, and how it is broken."""

    invariant: int
    what: str


@dataclass(frozen=True)
class Tables:
    """Everything that a check looks at, read once."""

    items: Sequence[Image]
    cases: Mapping[str, Case]
    messages: Sequence[Image]
    rota: Sequence[Image]
    days: Sequence[DutyDay]
    acknowledged: frozenset[str]
    hours: WorkingHours
    now: datetime
    audit: Sequence[Image]
    reports: Sequence[Image]
    turned: Mapping[date, datetime]
    addresses_of: Mapping[str, Address]
    groups: Mapping[str, Collection[str]]
    said: Sequence[str]
    """Every line of the logs, and every path that was asked for."""
    sent: Sequence[OutgoingMessage]
    sums: Callable[[date, date], Mapping[date, DayTotals]]
    """Reads the reports' sums of the days from one to before another."""

    def of_kind(self, sk: str) -> Iterator[Image]:
        """Give the items of the cases table with this sort key."""
        return (item for item in self.items if item["sk"]["S"] == sk)


def read(world: World, before: Tables | None = None) -> Tables:
    """Read the tables of a world; what was read ``before`` of the rota counts while it stands."""

    def ours() -> tuple[Sequence[DutyDay], WorkingHours, Mapping[str, Address]]:
        today = world.clock.now.astimezone(IST).date()
        days = in_use().rota.store.find_duty_days(today - NEAR, today + NEAR)
        return (
            days,
            in_use().rota.duty_view.hours(world.clock.now),
            in_use().rota.addresses.everybody(),
        )

    said = (*world.logs, *world.addresses)
    images = world.items("rota")
    if before is not None and (before.rota, before.now.date()) == (images, world.clock.now.date()):
        days, hours, addresses = before.days, before.hours, before.addresses_of
    else:
        days, hours, addresses = world.run(ours)
    turnings = (turning_from_image(item) for item in images if "shifts" in item)
    items = world.items(CASES)
    cases = (case_from_image(item) for item in items if is_case(item))
    return Tables(
        items=items,
        cases={case.reference: case for case in cases},
        messages=world.items("messages"),
        rota=images,
        days=days,
        acknowledged=frozenset(world.acknowledged),
        hours=hours,
        now=world.clock.now,
        audit=world.items("audit"),
        reports=world.items("reports"),
        turned={each.day.day: each.turned_through for each in turnings if each.turned_through},
        addresses_of=addresses,
        groups={who: user.groups for who, user in world.accounts.users.items()},
        said=said,
        sent=tuple(world.phones.sent),
        sums=lambda first, end: world.run(lambda: in_use().reports.tally_store.totals(first, end)),
    )


def acknowledged_is_stored(tables: Tables) -> Iterator[str]:
    """1. An acknowledged request is stored, and stays."""
    lost = tables.acknowledged - tables.cases.keys()
    if lost:
        yield f"{len(lost)} acknowledged requests are not stored"


def one_open_case_a_person(tables: Tables) -> Iterator[str]:
    """2. At most one open case a person; and the phone's lock names just its open cases."""
    open_cases = [case for case in tables.cases.values() if case.status.is_open]
    plain = Counter(case.phone_key for case in open_cases if not case.another_person)
    yield from (f"{count} open cases of one person" for count in plain.values() if count > 1)
    every = Counter(case.phone_key for case in open_cases)
    most = OPEN_CASES_OF_A_PHONE
    yield from (f"{count} open cases of one phone" for count in every.values() if count > most)
    locks = {
        (item["pk"]["S"].removeprefix("PHONE#"), reference)
        for item in tables.of_kind("PHONE")
        for reference in item.get("open", {}).get("SS", [])
    }
    if locks != {(case.phone_key, case.reference) for case in open_cases}:
        yield "the phones' locks are not their open cases"


def one_owner_of_a_case(tables: Tables) -> Iterator[str]:
    """3. At most one owner of a case, and at most one case an owner; both items say the same."""
    owned = [
        (case.owner, case.reference)
        for case in tables.cases.values()
        if case.status is Status.CLAIMED
    ]
    owners = Counter(owner for owner, _ in owned)
    yield from (f"an oncologist owns {count} cases" for count in owners.values() if count > 1)
    claims = [
        (item["sk"]["S"], item["reference"]["S"])
        for item in tables.items
        if item["pk"]["S"] == "CLAIM"
    ]
    if sorted(claims) != sorted((str(owner), reference) for owner, reference in owned):
        yield "the claims are not the claimed cases"


def waiting_is_in_the_queue(tables: Tables) -> Iterator[str]:
    """4. A case in ``waiting`` is in the queue, and nothing else is."""
    for item in tables.of_kind("CASE"):
        case = tables.cases[item["pk"]["S"].removeprefix("CASE#")]
        keys = {"queue_line", "queue_order"} & item.keys()
        if len(keys) != (2 if case.status is Status.WAITING else 0):
            yield f"a case that is {case.status.value} has {len(keys)} of the queue's two keys"


def every_message_is_sent(tables: Tables) -> Iterator[str]:
    """5. Every transition's message is stored under its one id, and owed no more."""
    stored = {
        (item["pk"]["S"], item["sk"]["S"].removeprefix("MESSAGE#")): item["state"]["S"]
        for item in tables.messages
        if item["sk"]["S"].startswith("MESSAGE#")
    }
    for (_, id_), state in stored.items():
        if state == MessageState.OWED.value:
            yield f"the message {id_} is owed still"
    for case in tables.cases.values():
        for owed in messages_owed(None, case, tables.hours):
            state = stored.get((owed.subject, owed.id))
            if state is None:
                yield f"the message {owed.id} was never stored"


def nobody_off_duty_keeps_a_case(tables: Tables) -> Iterator[str]:
    """6. No case is left with somebody off duty for more than one handover run.

    A call or a room under way is excepted: the case is left for an hour after the duty's end.
    """
    on_duty = {who for day in tables.days for who in day.on_duty_at(tables.now)}
    for case in tables.cases.values():
        if (
            case.status is Status.CLAIMED
            and case.owner not in on_duty
            and not case.is_spared(_off_duty_since(tables, case), tables.now)
        ):
            yield "a case is with somebody who is off duty"


def _off_duty_since(tables: Tables, case: Case) -> datetime:
    since = case.claimed_at or tables.now
    return on_duty_until(tables.days, case.owner or "", since)


def nobody_on_two_lines(tables: Tables) -> Iterator[str]:
    """7. Nobody is on two lines at once."""
    for day in tables.days:
        for one, other in combinations(day.shifts, 2):
            at_once = one.start < other.end and other.start < one.end
            if at_once and set(one.on) & set(other.on):
                yield f"somebody is on {one.line} and {other.line} at once"


def nothing_personal_is_told(tables: Tables) -> Iterator[str]:
    """8. Nothing personal is in a log, a path, an SMS, or a table that is for none of it."""
    personal = _personal(tables)
    places: Mapping[str, Iterable[str]] = {
        "a log or a path": tables.said,
        "the audit": map(str, tables.audit),
        "the reports": map(str, tables.reports),
        "the rota": map(str, tables.rota),
        "an SMS": (sms.text for sms in tables.sent),
    }
    for name, texts in places.items():
        if any(word in text for text in texts for word in personal):
            yield f"something personal stands in {name}"
    if any("cancer" in sms.text.casefold() or "कैंसर" in sms.text for sms in tables.sent):
        yield "an SMS tells a whole family what it is about"


def _personal(tables: Tables) -> frozenset[str]:
    """Gather what patients told: phones as they are dialled, names, and what they wrote."""
    told = set(PERSONAL)
    for case in tables.cases.values():
        words = (case.phone[-DIALLED:], case.details.name, *case.details.messages)
        told |= {word for word in words if word and len(word) >= SHORTEST}
    return frozenset(told)


Check: TypeAlias = Callable[[Tables], Iterator[str]]
CHECKS: Final[Mapping[int, Check]] = {
    1: acknowledged_is_stored,
    2: one_open_case_a_person,
    3: one_owner_of_a_case,
    4: waiting_is_in_the_queue,
    5: every_message_is_sent,
    6: nobody_off_duty_keeps_a_case,
    7: nobody_on_two_lines,
    8: nothing_personal_is_told,
    **RECORDS,
}


ALWAYS: Final = frozenset(CHECKS)


def violations(tables: Tables, only: Collection[int] = ALWAYS) -> list[Violation]:
    """Ask the invariants of the tables, and of what was said and sent meanwhile."""
    return [
        Violation(number, what)
        for number, check in CHECKS.items()
        if number in only
        for what in check(tables)
    ]


def broken_in(world: World, only: Collection[int] = ALWAYS) -> list[str]:
    """Read a world's tables, and tell which invariants they break."""
    return [f"invariant {each.invariant}: {each.what}" for each in violations(read(world), only)]


def sent_too_often(world: World, most: int = 1) -> list[str]:
    """Find the messages that were sent more often than that."""
    times = Counter(sms.message_id for sms in world.phones.sent)
    return [f"a message was sent {count} times" for count in times.values() if count > most]
