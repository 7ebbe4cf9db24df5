"""Asking for a callback: once, again, twice at the same time, and when nobody can."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.cases.domain.case import Channel, CloseReason, Details, Happening, Status
from chalicelib.cases.domain.queue import LineSnapshot
from chalicelib.cases.services.ports import PhoneLimits, ReferenceTaken
from chalicelib.cases.services.request_callback import CallbackRequest, RequestCallback
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.errors import TooManyOpenCases, TooManyRequests
from chalicelib.core.domain.phone import Phone
from chalicelib.core.domain.working_hours import DayPart, WorkingHours
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_duty_day, an_oncologist
from tests.support.fakes import (
    FakeCaseStore,
    FakeRotaStore,
    FakeSecrets,
    counting_bytes,
)

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Helpline:
    def __init__(self, rota: FakeRotaStore | None = None) -> None:
        self.cases = FakeCaseStore()
        self.rota = rota or FakeRotaStore([an_oncologist()], [a_duty_day()])
        self.ask = RequestCallback(
            self.cases,
            Outlook(self.cases, DutyView(self.rota)),
            FakeSecrets(),
            counting_bytes(),
            PhoneLimits(open_cases=3, new_cases_a_day=5),
        )


def a_request(**changes: object) -> CallbackRequest:
    request = CallbackRequest(
        phone=Phone("+919812345678"),
        request_id="first",
        language="hi",
        channel=Channel.API,
        consent_version="2026-11",
    )
    return replace(request, **changes)


def test_a_request_becomes_a_case_in_line_with_a_promise() -> None:
    helpline = Helpline()
    answer = helpline.ask(a_request(details=Details(name="Anita")), NOON)
    case = helpline.cases.cases[answer.reference]

    assert not answer.duplicate
    assert answer.expected == case.expected
    assert answer.link_token == f"token-of-{answer.reference}"
    assert (case.status, case.requested_at, case.not_before) == (Status.WAITING, NOON, NOON)
    assert case.consent.version == "2026-11"
    assert case.timeline[0].what is Happening.REQUESTED
    assert helpline.cases.waiting() == [answer.reference]


def test_a_new_request_is_one_call_once_the_outlook_is_known() -> None:
    helpline = Helpline()
    helpline.ask(a_request(), NOON)
    helpline.cases.calls.clear()
    helpline.rota.calls.clear()

    helpline.ask(a_request(phone=Phone("+919812345679"), request_id="x"), NOON)

    assert (helpline.cases.calls, helpline.rota.calls) == (["open"], [])


def test_asking_again_is_a_duplicate_that_keeps_its_place() -> None:
    helpline = Helpline()
    first = helpline.ask(a_request(), NOON)
    helpline.cases.calls.clear()
    again = helpline.ask(a_request(request_id="second"), NOON + timedelta(seconds=30))

    assert (again.reference, again.duplicate, again.expected) == (
        first.reference,
        True,
        first.expected,
    )
    assert helpline.cases.calls == ["open"], "nothing was told, so nothing is written"
    assert helpline.cases.cases[first.reference].requested_at == NOON


def test_asking_again_with_more_to_tell_adds_to_the_case() -> None:
    helpline = Helpline()
    first = helpline.ask(a_request(details=Details(city="Indore")), NOON)
    more = Details(city="Bhopal", name="Anita", messages=("the report came",))
    helpline.ask(a_request(request_id="second", details=more), NOON)
    case = helpline.cases.cases[first.reference]

    assert (case.details.city, case.details.name) == ("Indore", "Anita")
    assert case.details.messages == ("the report came",)
    assert case.timeline[-1].what is Happening.ASKED_AGAIN


def test_a_case_that_ends_while_more_is_told_loses_no_request() -> None:
    helpline = Helpline()
    first = helpline.ask(a_request(), NOON)
    add = helpline.cases.add

    def ended(reference: str, *told: object) -> object:
        case = helpline.cases.cases[reference]
        if case.status.is_open:
            helpline.cases.save(case, case.close(CloseReason.CANCELLED, "patient", NOON), NOON)
        return add(reference, *told)

    helpline.cases.add = ended
    again = helpline.ask(a_request(request_id="second", details=Details(city="Indore")), NOON)

    assert not again.duplicate
    assert again.reference != first.reference
    assert helpline.cases.cases[again.reference].details.city == "Indore"


def test_a_resent_request_is_answered_as_the_first_was() -> None:
    helpline = Helpline()
    first = helpline.ask(a_request(), NOON)

    assert helpline.ask(a_request(), NOON + timedelta(minutes=5)) == first
    assert len(helpline.cases.cases) == 1


def test_another_person_on_the_same_phone_has_a_case_of_their_own_up_to_three() -> None:
    helpline = Helpline()
    references = {
        helpline.ask(a_request(request_id=str(number), another_person=number > 0), NOON).reference
        for number in range(3)
    }

    assert len(references) == 3
    with pytest.raises(TooManyOpenCases) as refused:
        helpline.ask(a_request(request_id="4", another_person=True), NOON)
    assert refused.value.params == {"limit": 3}


def test_five_new_cases_a_day_are_enough() -> None:
    helpline = Helpline()
    for number in range(5):
        answer = helpline.ask(a_request(request_id=str(number)), NOON)
        case = helpline.cases.cases[answer.reference]
        helpline.cases.save(case, case.close(CloseReason.CANCELLED, "patient", NOON), NOON)

    with pytest.raises(TooManyRequests) as refused:
        helpline.ask(a_request(request_id="6"), NOON + timedelta(hours=23))
    assert refused.value.params == {"retry_after": 3600}
    assert not helpline.ask(a_request(request_id="7"), NOON + timedelta(hours=24)).duplicate


def test_a_taken_reference_is_drawn_anew() -> None:
    helpline = Helpline()
    helpline.ask(a_request(), NOON)
    helpline.cases.fail_next = [ReferenceTaken()]

    answer = helpline.ask(a_request(phone=Phone("+919812345679"), request_id="x"), NOON)

    assert answer.reference in helpline.cases.cases


def test_the_promise_counts_those_ahead_and_those_on_duty() -> None:
    helpline = Helpline()
    helpline.cases.put_snapshot(LineSnapshot(NOON, {"hi": 8, "en": 40}, handling_minutes=15))
    expected = helpline.ask(a_request(), NOON).expected

    assert expected is not None
    assert expected.start == NOON + timedelta(minutes=90), "8 calls of 15 minutes, less a quarter"


def test_a_chosen_part_of_the_day_is_waited_for() -> None:
    helpline = Helpline()
    answer = helpline.ask(a_request(part_of_day=DayPart.AFTERNOON), NOON)
    case = helpline.cases.cases[answer.reference]

    assert case.not_before == datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "half past one"
    assert helpline.cases.waiting() == []


def test_on_a_sunday_the_call_is_promised_for_monday_but_may_come_as_soon_as_we_open() -> None:
    helpline = Helpline()
    answer = helpline.ask(a_request(), SUNDAY)

    assert answer.expected is not None
    assert answer.expected.start == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    assert helpline.cases.waiting() == [answer.reference]


def test_hours_that_never_open_lose_no_request() -> None:
    never = WorkingHours(weekly=((),) * 7)
    helpline = Helpline(FakeRotaStore([an_oncologist()], hours=never))

    assert helpline.ask(a_request(), NOON).expected is not None


@pytest.mark.parametrize(
    ("spoken", "line"), [("hi", "hi"), ("en", "en"), ("ta", "en"), ("mr", "en")]
)
def test_who_speaks_what_no_oncologist_speaks_waits_where_somebody_calls(
    spoken: str, line: str
) -> None:
    helpline = Helpline(FakeRotaStore([an_oncologist(languages=("hi", "en"))], [a_duty_day()]))
    answer = helpline.ask(a_request(language=spoken), NOON)

    assert helpline.cases.cases[answer.reference].language == line
