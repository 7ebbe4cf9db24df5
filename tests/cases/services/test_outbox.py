"""The outbox under faults: each owed message is sent at least once, under its one id.

A record delivered twice, out of order, or never; a function killed between storing and sending, or
before it noted the answer; an answer that was lost; a poisoned record; a STOP in between.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.cases.domain.answers import Channel, Details
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.phone_limits import PhoneLimits
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import PATIENT, CloseReason, Result
from chalicelib.cases.services.missing_notifications import OwedByCases
from chalicelib.cases.services.notify_case_changes import CaseChange, TellOfChanges, Told
from chalicelib.cases.services.retry_messages import MessageList, RetryMessages
from chalicelib.cases.services.sweep_unsent import SweepUnsent, Swept
from chalicelib.cases.store.case_search import DynamoFound
from chalicelib.cases.store.recent_changes import DynamoRecent
from chalicelib.core.domain.errors import Busy, IllegalTransition, NotFound
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.domain.templates import Template
from chalicelib.messages.services.ports import ANSWER_LOST, Parked, SendFailed
from chalicelib.messages.services.send_messages import Outcome
from tests.support.builders import (
    NOON,
    a_case,
    a_message,
    an_asking,
    an_attempt,
    an_oncologist,
    duty_days,
)
from tests.support.cases_world import CasesWorld
from tests.support.stores import StoredOutbox, StoredRota

MINUTE = timedelta(minutes=1)
NOTHING = Swept(found=0, unparked=0, sent=0, put_off=0, failed=0, suppressed=0)
WHOLE_LIFE = [Template.RECEIVED, Template.ALREADY_IN_LINE, Template.FINISHED]


class Killed(BaseException):
    """What ends a function, past every handler of errors."""


class Helpline(CasesWorld):
    """A case's life, its stream, and what reads the stream."""

    def __init__(self) -> None:
        super().__init__(rota=StoredRota([an_oncologist()], duty_days()))
        self.outbox = StoredOutbox(self.messages)
        owed_by_cases = OwedByCases(self.messages, self.outlook)
        self.tell = TellOfChanges(self.send, self.cases, self.outbox, self.outlook)
        self.sweep = SweepUnsent(
            self.cases,
            DynamoRecent(self.cases.table),
            self.outbox,
            owed_by_cases,
            self.send,
            ("hi", "en"),
        )
        self.list = MessageList(DynamoFound(self.cases.table), self.messages, self.outbox)
        self.retry = RetryMessages(self.cases, self.messages, self.outbox, owed_by_cases)
        self.stream: list[tuple[Case | None, Case]] = []

    def live(self, *, until: int = 4) -> Case:
        """Ask, ask again, be claimed, be called: as far as the step ``until``."""
        case = a_case()
        self.cases.open(case, PhoneLimits())
        again = an_asking(at=NOON + MINUTE, channel=Channel.SMS, details=Details(age=40))
        steps = [
            lambda: self.cases.add(case.reference, again),
            lambda: self.cases.claim(case.reference, "dr-asha", NOON + 2 * MINUTE),
            lambda: self._complete(case.reference),
        ]
        images = [case, *(step() for step in steps[: until - 1])]
        self.stream = list(zip([None, *images], images, strict=False))
        return images[-1]

    def _complete(self, reference: str) -> Case:
        before = self.cases.get(reference)
        attempt = an_attempt(Result.ANSWERED, at=NOON + 3 * MINUTE)
        after = before.record(attempt, retries=RetryPolicy(), hours=DEFAULT_HOURS)
        return self.cases.save(before, after, attempt.at)

    def deliver(self, number: int, at: datetime = NOON + 3 * MINUTE) -> Told:
        before, after = self.stream[number]
        change = CaseChange(f"sequence-{number}", after.reference, lambda: (before, after))
        return self.tell(change, at)

    def sweep_for(self, minutes: int, start: datetime = NOON + 4 * MINUTE) -> None:
        for passed in range(0, minutes, 5):
            self.sweep(start + passed * MINUTE)


def test_every_order_of_records_each_twice_sends_each_message_once() -> None:
    for order in itertools.permutations(range(4)):
        helpline = Helpline()
        helpline.live()
        for number in (*order, *order):
            assert helpline.deliver(number).parked is None
        assert sorted(helpline.sent) == sorted(WHOLE_LIFE)
        assert len(set(helpline.gateway.message_ids)) == 3


@pytest.mark.parametrize(
    "lost", [subset for n in range(5) for subset in itertools.combinations(range(4), n)]
)
def test_whatever_records_are_lost_the_sweep_makes_up_for_them(lost: tuple[int, ...]) -> None:
    helpline = Helpline()
    helpline.live()
    for number in set(range(4)).difference(lost):
        helpline.deliver(number)
    helpline.sweep_for(15)

    assert sorted(helpline.sent) == sorted(WHOLE_LIFE)
    assert len(set(helpline.gateway.message_ids)) == 3


def test_a_new_case_whose_record_was_lost_is_found_by_the_next_sweep() -> None:
    helpline = Helpline()
    helpline.live(until=1)

    assert helpline.sweep(NOON + 30 * timedelta(seconds=1)) == NOTHING, "the stream has its minute"
    assert helpline.sweep(NOON + 5 * MINUTE) == replace(NOTHING, found=1, sent=1)
    assert helpline.sweep(NOON + 10 * MINUTE) == NOTHING


def test_a_deferred_case_is_found_too() -> None:
    helpline = Helpline()
    helpline.cases.open(a_case(not_before=NOON + timedelta(days=1)), PhoneLimits())

    assert helpline.sweep(NOON + 5 * MINUTE).found == 1


def test_what_was_told_of_a_case_in_line_is_found_when_somebody_takes_it() -> None:
    helpline = Helpline()
    helpline.live(until=2)
    helpline.deliver(0)
    assert helpline.sweep(NOON + 5 * MINUTE) == NOTHING

    helpline.cases.claim(a_case().reference, "dr-asha", NOON + 6 * MINUTE)
    assert helpline.sweep(NOON + 10 * MINUTE).found == 1
    assert helpline.sent == [Template.RECEIVED, Template.ALREADY_IN_LINE]


def test_a_day_without_a_sweep_is_made_up_for() -> None:
    helpline = Helpline()
    helpline.sweep(NOON)
    helpline.live()

    assert helpline.sweep(NOON + timedelta(days=2)).found == 3
    assert helpline.sent == [Template.FINISHED], "whoever was called is promised no call"


def test_a_record_that_comes_a_day_late_promises_no_call_to_who_was_called() -> None:
    helpline = Helpline()
    case = helpline.live()
    for number in range(4):
        helpline.deliver(number, NOON + timedelta(days=1))
    helpline.sweep_for(15, NOON + timedelta(days=1))

    assert helpline.sent == [Template.FINISHED]
    states = [each.state for each in helpline.list.of_case(case.reference)]
    assert states == [MessageState.OVERTAKEN, MessageState.OVERTAKEN, MessageState.SENT]


def test_a_record_that_comes_a_day_late_promises_a_call_ahead_to_who_waits() -> None:
    helpline = Helpline()
    case = helpline.live(until=1)
    tomorrow = NOON + timedelta(days=1)
    helpline.deliver(0, tomorrow)

    assert helpline.sent == [Template.RECEIVED]
    (told,) = helpline.list.of_case(case.reference)
    assert datetime.fromisoformat(told.message.variables["from"]) >= tomorrow


@pytest.mark.parametrize("moment", ["mark_sent", "is_opted_out"])
def test_a_function_killed_around_sending_sends_under_the_same_id(moment: str) -> None:
    helpline = Helpline()
    helpline.live(until=1)
    real = getattr(helpline.messages, moment)

    def kill(*_: object) -> None:
        setattr(helpline.messages, moment, real)
        raise Killed

    setattr(helpline.messages, moment, kill)
    with pytest.raises(Killed):
        helpline.deliver(0)
    helpline.deliver(0)
    helpline.sweep_for(30)

    assert len(helpline.sent) == (2 if moment == "mark_sent" else 1)
    assert set(helpline.gateway.message_ids) == {f"{a_case().reference}/0.requested.patient"}


def test_a_lost_answer_sends_twice_at_most_however_the_record_comes() -> None:
    helpline = Helpline()
    helpline.live(until=1)
    helpline.gateway.failures = [SendFailed(ANSWER_LOST, temporary=True)] * 9
    for minutes in range(0, 600, 5):
        helpline.deliver(0, NOON + minutes * MINUTE)
        helpline.sweep(NOON + minutes * MINUTE)

    assert len(helpline.gateway.failures) == 7
    (stored,) = helpline.list.of_case(a_case().reference)
    assert (stored.state, stored.cause) == (MessageState.FAILED, ANSWER_LOST)


def test_after_stop_nothing_is_sent_by_any_way() -> None:
    helpline = Helpline()
    case = helpline.live()
    helpline.gateway.failures = [SendFailed("Throttled", temporary=True)]
    helpline.deliver(0)
    helpline.messages.opt_out(case.phone_key, NOON)
    helpline.deliver(1)
    helpline.sweep_for(60)

    assert helpline.sent == []
    states = {each.state for each in helpline.list.of_case(case.reference)}
    assert states == {MessageState.SUPPRESSED}
    assert len(helpline.list.of_case(case.reference)) == 3


def poisoned() -> tuple[Case | None, Case | None]:
    raise KeyError("a patient's name")


def test_a_poisoned_record_is_parked_with_its_cause_and_nothing_personal() -> None:
    helpline = Helpline()
    told = helpline.tell(CaseChange("7", "K7M2", poisoned), NOON)

    assert told.parked is not None
    assert told.parked.startswith("KeyError test_outbox.py:")
    assert helpline.list.parked(10, None).items == (Parked("7", "K7M2", told.parked, NOON),)


def test_what_fails_once_is_tried_again_at_once() -> None:
    helpline = Helpline()
    helpline.live(until=1)
    helpline.messages.fail_next = [Busy()]

    assert helpline.deliver(0) == Told(outcomes=(Outcome.SENT,))
    assert helpline.outbox.parked_changes == {}


def test_what_can_not_even_be_parked_is_raised_to_come_again() -> None:
    helpline = Helpline()
    helpline.outbox.fail_next = [Busy()]

    with pytest.raises(Busy):
        helpline.tell(CaseChange("7", "K7M2", poisoned), NOON)


def test_a_parked_change_heals_with_the_next_sweep() -> None:
    helpline = Helpline()
    case = helpline.live(until=1)
    helpline.tell(CaseChange("7", case.reference, poisoned), NOON)
    helpline.outbox.put_swept_until(NOON + MINUTE)

    swept = helpline.sweep(NOON + 3 * MINUTE)
    assert (swept.unparked, swept.sent) == (1, 1)
    assert helpline.outbox.parked_changes == {}


def test_a_case_that_can_not_be_read_is_parked_and_holds_no_other_up() -> None:
    helpline = Helpline()
    unreadable = a_case()
    good = a_case(reference="4286W85667F", phone="+919812345600", request_id="good")
    for case in (unreadable, good):
        helpline.cases.open(case, PhoneLimits())
    real = helpline.cases.get

    def get(reference: str, *, consistent: bool = False) -> Case:
        if reference == unreadable.reference:
            raise ValueError("of what a person wrote")
        return real(reference, consistent=consistent)

    helpline.cases.get = get  # type: ignore[method-assign]
    for minutes in (5, 10):
        helpline.sweep(NOON + minutes * MINUTE)

    assert helpline.gateway.sent == [(good.phone, Template.RECEIVED)]
    (parked,) = helpline.outbox.parked_changes.values()
    assert (parked.subject, parked.cause[:10]) == (unreadable.reference, "ValueError")

    helpline.cases.get = real  # type: ignore[method-assign]
    assert helpline.sweep(NOON + 15 * MINUTE).unparked == 1


def test_a_parked_change_of_a_case_that_is_gone_owes_nothing() -> None:
    helpline = Helpline()
    helpline.outbox.park(Parked("7", "GONE", "KeyError", NOON))

    assert helpline.sweep(NOON).unparked == 1


def test_a_busy_sweep_looks_at_the_same_time_again() -> None:
    helpline = Helpline()
    helpline.live(until=1)
    helpline.outbox.put_swept_until(NOON)
    helpline.messages.fail_next = [Busy()]

    with pytest.raises(Busy):
        helpline.sweep(NOON + 5 * MINUTE)
    assert helpline.outbox.find_swept_until() == NOON
    assert helpline.sweep(NOON + 6 * MINUTE).sent == 1


def test_a_person_has_a_failed_message_sent_again() -> None:
    helpline = Helpline()
    case = helpline.live(until=1)
    helpline.gateway.failures = [SendFailed("InvalidParameter", temporary=False)]
    helpline.deliver(0)
    (failed,) = helpline.list.of_case(case.reference)

    name = (failed.message.subject, failed.message.id)
    assert helpline.retry.message(*name, NOON + 4 * MINUTE).state is MessageState.OWED
    assert helpline.sweep(NOON + 5 * MINUTE).sent == 1
    with pytest.raises(IllegalTransition):
        helpline.retry.message(*name, NOON + 6 * MINUTE)
    with pytest.raises(NotFound):
        helpline.retry.message("nobody", "x", NOON)


def test_a_person_has_a_parked_change_told() -> None:
    helpline = Helpline()
    case = helpline.live()
    helpline.tell(CaseChange("7", case.reference, poisoned), NOON)

    owed = helpline.retry.parked("7", NOON + 4 * MINUTE)
    assert [each.state for each in owed] == [MessageState.OWED] * 3
    assert helpline.sweep(NOON + 4 * MINUTE).sent == 3
    with pytest.raises(NotFound):
        helpline.retry.parked("7", NOON)


def test_a_phones_messages_are_found_by_its_cases_and_its_words() -> None:
    helpline = Helpline()
    case = helpline.live()
    for number in range(4):
        helpline.deliver(number)
    page = helpline.list.of_phone(case.phone_key, 25, None)

    assert [each.message.template for each in page.items] == WHOLE_LIFE[::-1]
    assert page.cursor is None
    assert helpline.list.of_phone("nobody", 25, None).items == ()
    assert not helpline.list.is_opted_out(case.phone_key)


def test_a_phones_messages_come_by_pages_of_its_cases_however_many_they_are() -> None:
    helpline = Helpline()
    for number in range(7):
        case = a_case(
            reference=f"CASE{number}",
            request_id=str(number),
            requested_at=NOON + timedelta(days=number),
        )
        helpline.cases.put(case)
        message = a_message(subject=case.reference, phone_key=case.phone_key)
        helpline.messages.store_once(message, NOON)
    found, cursor = [], None
    while True:
        page = helpline.list.of_phone(case.phone_key, 3, cursor)
        found.append(sorted(each.message.subject for each in page.items))
        cursor = page.cursor
        if cursor is None:
            break

    assert found == [["CASE4", "CASE5", "CASE6"], ["CASE1", "CASE2", "CASE3"], ["CASE0"]]


def test_a_cancelled_case_is_told_of_by_the_sweep_alone() -> None:
    helpline = Helpline()
    case = helpline.live(until=1)
    closed = case.close(CloseReason.CANCELLED, PATIENT, NOON + MINUTE)
    helpline.cases.save(case, closed, NOON + MINUTE)
    helpline.sweep_for(5)

    assert helpline.sent == [Template.RECEIVED, Template.CANCELLED]
