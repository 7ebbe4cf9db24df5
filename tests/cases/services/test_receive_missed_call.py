"""A missed call: it asks, once, with its consent to be confirmed; and STOP from there is a no."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.answers import Channel, Details
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.timeline import CloseReason, Happening
from chalicelib.cases.services.receive_missed_call import CallReceived, Decline, ReceiveMissedCall
from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.telephony import InboundSms, MissedCall
from tests.support.builders import NOON, a_case, an_oncologist
from tests.support.cases_world import CONSENT, DOCTOR, OWN, CasesWorld
from tests.support.stores import StoredCases

MOBILE, LANDLINE = "+919812345678", "+912226543210"
A_DAY = timedelta(days=1)


class Helpline(CasesWorld):
    def ring(self, caller: str = MOBILE, call_id: str = "c1", **more: bool) -> CallReceived:
        beside = (self.cases, self.messages, self.secrets)
        receive = ReceiveMissedCall(self.ask, *beside, CONSENT, self.known)
        return receive(MissedCall(call_id, caller, **more), NOON)

    def write(self, text: str, message_id: str = "m1") -> None:
        self.receive_sms(InboundSms(message_id, MOBILE, text), NOON)

    @property
    def case(self):
        (case,) = self.cases.cases.values()
        return case


@pytest.mark.parametrize("caller", [MOBILE, "09812345678", " 919812345678", "9812345678"])
def test_a_missed_call_asks_for_a_callback_with_its_consent_to_be_confirmed(caller):
    helpline = Helpline()

    assert helpline.ring(caller) is CallReceived.REQUEST
    case = helpline.case
    assert (case.phone, case.channel, case.request_id) == (MOBILE, Channel.MISSED_CALL, "call:c1")
    assert not case.consent.is_confirmed
    assert (case.language, case.details) == ("hi", Details())


def test_the_language_is_that_of_what_the_phone_asked_for_before():
    helpline = Helpline()
    helpline.write("please call me back about the report", "m0")
    helpline.cases.save(
        helpline.case, helpline.case.close(CloseReason.CANCELLED, "patient", NOON), NOON
    )
    helpline.ring()

    assert {case.language for case in helpline.cases.cases.values()} == {"en"}


def test_who_filled_a_form_in_has_confirmed():
    assert a_case().consent.is_confirmed


def test_ringing_again_is_the_same_request_and_told_twice_is_the_same_call():
    helpline = Helpline()
    for call_id in ("c1", "c1", "c2", "c3", "c1"):
        assert helpline.ring(call_id=call_id) is CallReceived.REQUEST

    happened = [entry.what for entry in helpline.case.timeline]
    assert happened == [Happening.REQUESTED, Happening.REPEATED, Happening.REPEATED]
    owed = messages_owed(None, helpline.case, DEFAULT_HOURS)
    assert len(owed) == 1, "nobody who rings three times gets three messages"


@pytest.mark.parametrize(
    ("caller", "outcome"),
    [
        (LANDLINE, "landline"),
        ("", "required"),
        ("anonymous", "not_a_phone"),
        ("+14155552671", "foreign"),
        ("1800111555", "service_number"),
        ("0", "too_short"),
    ],
)
def test_whom_no_message_can_reach_is_recorded_and_not_called(caller, outcome):
    helpline = Helpline()

    assert helpline.ring(caller) is CallReceived.IGNORED
    assert helpline.cases.cases == {}
    assert helpline.messages.inbound == {"call:c1": outcome}


@pytest.mark.parametrize(("caller", "outcome"), [(OWN, "own_number"), (DOCTOR, "doctors_number")])
def test_the_helplines_own_number_and_a_doctors_are_recorded_and_not_called(caller, outcome):
    helpline = Helpline()

    assert helpline.ring(caller) is CallReceived.IGNORED
    assert helpline.cases.cases == {}
    assert helpline.messages.inbound == {"call:c1": outcome}


def test_a_doctors_phone_is_sent_once_a_day_how_to_ask():
    helpline = Helpline()
    helpline.ring(DOCTOR)
    helpline.ring(DOCTOR, "c2")
    assert helpline.gateway.sent == [(DOCTOR, "help")]

    helpline.ring(OWN, "c3")
    assert helpline.gateway.sent == [(DOCTOR, "help")], "nothing is sent to ourselves"


@pytest.mark.parametrize(("left", "asks"), [(NOON.date(), True), (NOON.date() + A_DAY, False)])
def test_a_doctor_who_has_left_is_a_caller_like_any_other(left, asks):
    helpline = Helpline()
    helpline.rota.put_oncologist(an_oncologist(left=left))

    expected = CallReceived.REQUEST if asks else CallReceived.IGNORED
    assert helpline.ring(DOCTOR) is expected


def test_a_call_reads_nothing_more_for_the_doctors_numbers():
    helpline = Helpline()
    helpline.ring()

    assert helpline.rota.calls.count("oncologists") == 1


def test_a_call_that_somebody_took_is_none_that_was_missed():
    helpline = Helpline()

    assert helpline.ring(answered=True) is CallReceived.IGNORED
    assert helpline.messages.inbound == {"call:c1": "answered"}


def test_more_calls_than_a_day_allows_are_recorded():
    helpline = Helpline()
    for number in range(5):
        helpline.ring(call_id=str(number))
        (case,) = [case for case in helpline.cases.cases.values() if case.status.is_open]
        helpline.cases.save(case, case.close(CloseReason.CANCELLED, "patient", NOON), NOON)

    assert helpline.ring(call_id="6") is CallReceived.REFUSED
    assert helpline.messages.inbound == {"call:6": "too_many_requests"}


def test_a_busy_database_is_raised_so_that_the_provider_tells_again():
    helpline = Helpline()
    helpline.cases.fail_next = [Busy()]
    with pytest.raises(Busy):
        helpline.ring()

    assert helpline.ring() is CallReceived.REQUEST


def test_stop_after_a_missed_call_is_a_no():
    helpline = Helpline()
    helpline.ring()
    for _ in range(2):
        helpline.write("STOP")

    assert (helpline.case.status, helpline.case.closed_reason) == (
        Status.CLOSED,
        CloseReason.CANCELLED,
    )
    assert [text for _, text in helpline.gateway.sent] == ["opted_out"]


def test_stop_after_a_request_in_words_is_about_messages_alone():
    helpline = Helpline()
    helpline.write("please call me", "m0")
    helpline.write("STOP")

    assert helpline.case.status is Status.WAITING


def test_a_no_while_an_oncologist_holds_the_case_ends_it():
    helpline = Helpline()
    helpline.ring()
    helpline.cases.claim(helpline.case.reference, "dr-asha", NOON)
    helpline.write("STOP")

    assert helpline.case.closed_reason is CloseReason.CANCELLED
    assert helpline.cases.claims() == []


def test_a_no_to_nothing():
    assert not Decline(StoredCases())("nobody", NOON)


def test_a_no_to_a_case_that_has_just_been_erased():
    cases = StoredCases([a_case(channel=Channel.MISSED_CALL)])
    case = cases.get("K7M240R59XK")
    cases.empty("CASE#")

    assert not Decline(cases)(case.phone_key, NOON)


@given(caller=st.one_of(st.just(MOBILE), st.text(max_size=30)))
def test_no_call_raises(caller):
    helpline = Helpline()

    asked = helpline.ring(caller) is CallReceived.REQUEST
    assert asked == (len(helpline.cases.cases) == 1)


def test_stop_is_no_more_a_no_once_somebody_agreed():
    helpline = Helpline()
    helpline.ring()
    helpline.write("please call me about my mother", "m1")
    assert helpline.case.consent.given_by is Channel.SMS
    helpline.write("STOP", "m2")
    assert helpline.case.status is Status.WAITING
