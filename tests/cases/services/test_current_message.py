"""What is sent late or again still holds, or is not sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.cases.domain.calls import Call
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import PATIENT, CloseReason, Result
from chalicelib.cases.services.current_message import CurrentMessage
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.telephony import CallState
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.rota.domain.notifications import Address, Ahead, reminder_owed
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import (
    NOON,
    a_case,
    a_duty_day,
    a_message,
    a_shift,
    an_attempt,
    an_oncologist,
    duty_days,
)
from tests.support.stores import StoredCases, StoredMessages, StoredRota

MINUTE = timedelta(minutes=1)
ASHA = Address("Dr Asha", "+919898989898", "key-of-asha", "en")


def ist(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=IST)  # type: ignore[arg-type,misc]  # a date and a time of day


class World:
    def __init__(self) -> None:
        self.cases = StoredCases()
        self.messages = StoredMessages()
        self.rota = StoredRota([an_oncologist()], [a_duty_day(), *duty_days()[1:]])
        outlook = Outlook(self.cases, DutyView(self.rota))
        self.current = CurrentMessage(self.cases, self.messages, self.rota, outlook)

    def after(self, *cases: Case) -> OwedMessage:
        """Return the last message that these steps of one case owe, and store the last step."""
        self.cases.put(cases[-1])
        return messages_owed(None, cases[-1], DEFAULT_HOURS)[-1]

    def holds(self, message: OwedMessage, now: datetime) -> bool:
        return not self.current(message, now).is_overtaken


@pytest.fixture
def world() -> World:
    return World()


def claimed() -> Case:
    return a_case().claim("dr-asha", NOON)


def completed(case: Case, at: datetime) -> Case:
    attempt = an_attempt(Result.ANSWERED, at=at)
    return case.record(attempt, retries=RetryPolicy(), hours=DEFAULT_HOURS)


def test_a_link_to_a_room_is_sent_as_long_as_that_very_room_is_open(world: World) -> None:
    case = claimed().open_video("dr-asha", NOON)
    message = world.after(case)

    assert message.template is Template.VIDEO_LINK
    assert world.holds(message, NOON + 59 * MINUTE)
    assert not world.holds(message, NOON + 60 * MINUTE)

    later = case.open_video("dr-asha", NOON + 90 * MINUTE)
    world.after(later)
    assert not world.holds(message, NOON + 91 * MINUTE), "the new room has its own message"


@pytest.mark.parametrize("way", ["completed", "released", "closed", "handed over"])
def test_a_link_to_a_room_is_not_sent_when_the_doctor_is_gone(world: World, way: str) -> None:
    case = claimed().open_video("dr-asha", NOON)
    message = world.after(case)
    world.after(
        {
            "completed": lambda: completed(case, NOON + MINUTE),
            "released": lambda: case.release("dr-asha", NOON + MINUTE),
            "closed": lambda: case.close(CloseReason.CANCELLED, PATIENT, NOON + MINUTE),
            "handed over": lambda: case.hand_over(NOON + MINUTE),
        }[way]()
    )

    assert not world.holds(message, NOON + 2 * MINUTE)


def test_a_call_in_a_moment_is_announced_for_that_moment(world: World) -> None:
    call = Call("id", NOON)
    case = claimed().begin_call("dr-asha", call, tell=True)
    message = world.after(case)

    assert message.template is Template.CALLING_SOON
    assert world.holds(message, NOON + 9 * MINUTE)
    assert not world.holds(message, NOON + 10 * MINUTE)
    world.after(case.end_call("id", CallState.NO_ANSWER, NOON + MINUTE))
    assert not world.holds(message, NOON + 2 * MINUTE)


def test_who_was_called_is_promised_no_call_and_an_end_that_was_undone_is_not_told(
    world: World,
) -> None:
    promise = world.after(a_case())
    finished = completed(claimed(), NOON + MINUTE)
    end = world.after(finished)

    assert not world.holds(promise, NOON + 2 * MINUTE)
    assert world.holds(end, NOON + timedelta(days=1))

    world.after(finished.reopen("admin", NOON + 3 * MINUTE, finished.expected))
    assert not world.holds(end, NOON + 4 * MINUTE)


def test_nothing_goes_to_a_phone_that_was_put_right_nor_of_a_case_that_is_gone(
    world: World,
) -> None:
    message = world.after(a_case())
    assert world.holds(message, NOON + MINUTE)

    right = {"phone": "+919812345600", "phone_key": "another"}
    world.after(a_case().correct(right, "admin", NOON + MINUTE))
    assert not world.holds(message, NOON + 2 * MINUTE)

    world.cases.empty()
    assert not world.holds(message, NOON + 2 * MINUTE)


def test_a_window_that_has_passed_is_promised_anew(world: World) -> None:
    message = world.after(a_case())
    later = a_case().expected.end + MINUTE

    told = world.current(message, later)
    assert datetime.fromisoformat(told.variables["to"]) > later
    assert told.id == message.id


def test_an_opening_that_has_passed_is_not_told_as_one_to_come(world: World) -> None:
    night = NOON - timedelta(hours=10)
    message = world.after(a_case(requested_at=night, expected=a_case().expected))
    assert message.template is Template.CLOSED_NOW

    told = world.current(message, NOON)
    assert told.template is Template.RECEIVED
    assert told.variables["to"] == a_case().expected.end.isoformat()


@pytest.mark.parametrize(
    ("template", "variables", "last"),
    [
        (
            Template.SHIFT_TOMORROW,
            {"day": "2026-11-24"},
            datetime(2026, 11, 23, 23, 59, tzinfo=IST),
        ),
        (
            Template.SHIFT_STARTS,
            {"to": "2026-11-23T17:00:00+05:30"},
            datetime(2026, 11, 23, 16, tzinfo=IST),
        ),
        (Template.SHIFT_ENDED, {}, ist(2026, 11, 23, 12, 59)),
        (Template.SHIFT_CHANGED, {"day": "2026-11-24"}, ist(2026, 11, 24, 23)),
        (
            Template.SWAP_OFFERED,
            {"from": "2026-11-23T17:00:00+05:30"},
            datetime(2026, 11, 23, 16, tzinfo=IST),
        ),
        (Template.GAP, {"day": "2026-11-24"}, ist(2026, 11, 24, 23)),
    ],
)
def test_the_rota_announces_nothing_that_is_past(
    world: World, template: Template, variables: dict[str, str], last: datetime
) -> None:
    shift = {"shift": a_shift().id, "serves": "dr-asha", "from": a_shift().start.isoformat()}
    extra = shift if template is Template.SHIFT_TOMORROW else {}
    message = a_message(template=template, variables={**extra, **variables}, owed_at=NOON)

    assert world.holds(message, last)
    assert not world.holds(message, last + timedelta(hours=2))


def test_who_is_off_the_shift_is_not_reminded_of_it(world: World) -> None:
    shift = a_shift()
    message = reminder_owed(shift, "dr-asha", Ahead.HOUR, ASHA)
    before = shift.start - 30 * MINUTE
    assert world.holds(message, before)
    assert not world.holds(message, shift.start)

    world.rota.put_duty_day(replace(a_duty_day(), shifts=(a_shift(on=("dr-bela",)),)))
    assert not world.holds(message, before)


def test_the_answer_to_stop_is_not_sent_after_start(world: World) -> None:
    message = a_message(template=Template.OPTED_OUT, phone_key="key")
    assert not world.holds(message, NOON)

    world.messages.opt_out("key", NOON)
    assert world.holds(message, NOON)
    assert not world.holds(replace(message, template=Template.OPTED_IN), NOON)
    assert world.holds(replace(message, template=Template.HELP), NOON)


def test_nothing_of_a_phone_that_turned_out_wrong_is_sent_again_once_the_case_is_open(
    world: World,
) -> None:
    case = a_case()
    message = world.after(case)
    claimed_ = case.claim("dr-asha", NOON)
    wrong = claimed_.record(
        an_attempt(Result.WRONG_NUMBER), retries=RetryPolicy(), hours=DEFAULT_HOURS
    )
    again = world.after(wrong, wrong.reopen("meera", NOON + MINUTE, case.expected))

    assert not world.holds(message, NOON + 2 * MINUTE)
    assert world.holds(again, NOON + 2 * MINUTE)


def test_an_answer_that_is_tried_late_keeps_the_link_of_its_phone(world: World) -> None:
    """Also where it is written anew because the opening that it names has passed."""
    sunday = ist(2026, 11, 22, 21)
    case = a_case(requested_at=sunday)
    moved = case.correct({"phone": "+919812345670", "phone_key": "k"}, "meera", sunday + MINUTE)
    message = world.after(case, moved)

    assert message.template is Template.CLOSED_NOW
    current = world.current(message, ist(2026, 11, 23, 10, 5))

    assert current.template is Template.RECEIVED
    assert current.variables["serial"] == "1"


def test_a_link_that_was_asked_for_is_sent_late_also_of_an_ended_case(world: World) -> None:
    case = completed(claimed(), NOON)
    world.after(case)
    link = a_message(
        id="link.0.20261123-2.patient",
        template=Template.NEW_LINK,
        phone_key=case.phone_key,
        variables={"reference": case.reference, "serial": "0", "term": "0"},
    )

    assert world.holds(link, NOON + 5 * MINUTE)
    moved = case.correct({"phone": "+919812345670", "phone_key": "k"}, "meera", NOON + MINUTE)
    world.cases.put(moved)
    assert not world.holds(link, NOON + 5 * MINUTE)
