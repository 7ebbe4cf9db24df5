"""An SMS from a patient: whatever it says, no exception and no lost request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.answers import MOST_ADDITIONS, Channel
from chalicelib.cases.domain.timeline import CloseReason
from chalicelib.cases.services.receive_sms import Received
from chalicelib.core.domain.errors import Busy
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.domain.templates import parts_of, subject_of_phone
from tests.support.builders import NOON
from tests.support.cases_world import DOCTOR, OWN, CasesWorld
from tests.support.fakes import FakeSecrets

PHONE = "+919812345678"


class Helpline(CasesWorld):
    def sms(self, text: str, sender: str = PHONE, message_id: str = "m-1") -> Received:
        return self.receive_sms(InboundSms(message_id, sender, text), NOON)


@pytest.mark.parametrize(
    ("text", "language", "messages"),
    [
        ("मुझे बात करनी है", "hi", ("मुझे बात करनी है",)),
        ("Please call me back", "en", ("Please call me back",)),
        ("mujhe doctor se baat karni hai", "hi", ("mujhe doctor se baat karni hai",)),
        ("", "hi", ()),
        ("🙏", "hi", ("🙏",)),
        ("Please call\u202e me\x07", "en", ("Please call me",)),
    ],
)
def test_any_text_from_a_phone_asks_for_a_callback(
    text: str, language: str, messages: tuple[str, ...]
) -> None:
    helpline = Helpline()

    assert helpline.sms(text) is Received.REQUEST
    (case,) = helpline.cases.cases.values()
    assert (case.channel, case.phone, case.language) == (Channel.SMS, PHONE, language)
    assert case.details.messages == messages


def test_the_same_sms_delivered_twice_is_one_request_and_one_addition() -> None:
    helpline = Helpline()
    for message_id in ("m-1", "m-1", "m-2", "m-2", "m-1"):
        helpline.sms(f"text of {message_id}", message_id=message_id)
    (case,) = helpline.cases.cases.values()

    assert case.answers.messages == ("text of m-1", "text of m-2")


def test_a_sender_that_is_no_phone_is_recorded_and_ignored() -> None:
    helpline = Helpline()

    assert helpline.sms("Your OTP is 1234", sender="VM-HDFCBK") is Received.NO_PHONE
    assert helpline.cases.cases == {}
    assert helpline.messages.inbound == {"m-1": "not_a_phone"}


@pytest.mark.parametrize("text", ["call me", "STOP", "HELP", "STATUS", "You are already in line"])
def test_our_own_text_that_comes_back_is_answered_by_nothing(text: str) -> None:
    helpline = Helpline()

    assert helpline.sms(text, sender=OWN) is Received.IGNORED
    assert helpline.cases.cases == {}
    assert helpline.sent == []
    assert helpline.messages.inbound == {"m-1": "own_number"}


def test_a_doctors_text_is_answered_once_a_day_by_how_to_ask() -> None:
    helpline = Helpline()
    for number, text in enumerate(("Ok, I will come", "ठीक है", "Dr Asha here, running late")):
        assert helpline.sms(text, DOCTOR, f"m-{number}") is Received.IGNORED

    assert helpline.cases.cases == {}
    assert helpline.gateway.sent == [(DOCTOR, "help")]
    assert set(helpline.messages.inbound.values()) == {"doctors_number"}


@pytest.mark.parametrize("text", ["CALL", "Call me.", "कॉल", "फ़ोन करें"])
def test_a_doctor_asks_by_the_word_that_the_answer_names(text: str) -> None:
    helpline = Helpline()

    assert helpline.sms(text, DOCTOR) is Received.REQUEST
    (case,) = helpline.cases.cases.values()
    assert case.phone == DOCTOR


def test_a_doctors_ruling_words_rule() -> None:
    helpline = Helpline()

    assert helpline.sms("STATUS", DOCTOR) is Received.KEYWORD
    assert helpline.sent == ["no_open_case"]


def test_more_new_cases_than_a_day_allows_are_recorded() -> None:
    helpline = Helpline()
    for number in range(5):
        helpline.sms("call", message_id=str(number))
        (case,) = [case for case in helpline.cases.cases.values() if case.status.is_open]
        helpline.cases.save(case, case.close(CloseReason.CANCELLED, "patient", NOON), NOON)

    assert helpline.sms("call", message_id="6") is Received.REFUSED
    assert helpline.messages.inbound == {"6": "too_many_requests"}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("STOP", "opted_out"),
        ("शुरू", "opted_in"),
        ("help", "help"),
        ("STATUS", "no_open_case"),
    ],
)
def test_a_ruling_word_is_answered_once_and_opens_no_case(text: str, answer: str) -> None:
    helpline = Helpline()

    assert helpline.sms(text) is Received.KEYWORD
    helpline.sms(text)
    assert helpline.sent == [answer]
    assert helpline.cases.cases == {}


def test_status_tells_of_the_case_in_line() -> None:
    helpline = Helpline()
    helpline.sms("call me", message_id="m-0")
    helpline.sms("STATUS")

    assert helpline.sent == ["status"]


def test_stop_is_obeyed_and_start_takes_it_back() -> None:
    helpline = Helpline()
    key = FakeSecrets().phone_key(PHONE)

    helpline.sms("STOP", message_id="1")
    assert helpline.messages.is_opted_out(key)
    helpline.sms("START", message_id="2")
    assert not helpline.messages.is_opted_out(key)


def test_a_busy_database_is_raised_so_that_the_sms_comes_again() -> None:
    helpline = Helpline()
    helpline.cases.fail_next = [Busy()]
    with pytest.raises(Busy):
        helpline.sms("call me")
    assert helpline.sms("call me") is Received.REQUEST


def answered_in(helpline: Helpline) -> list[str]:
    return [stored.message.language for stored in helpline.messages.messages.values()]


@pytest.mark.parametrize("word", ["STATUS", "HELP", "stop"])
def test_a_word_that_everybody_types_is_answered_in_the_language_of_the_last_case(
    word: str,
) -> None:
    helpline = Helpline()
    helpline.sms("please call me about my mother", message_id="m-0")
    (case,) = helpline.cases.cases.values()
    helpline.cases.save(case, case.close(CloseReason.CANCELLED, "patient", NOON), NOON)
    helpline.sms(word)
    helpline.sms(word, sender="+919812345600", message_id="m-2")

    assert answered_in(helpline) == ["en", "hi"], "who never asked is answered in Hindi"


def test_a_hindi_word_is_answered_in_hindi_whatever_came_before() -> None:
    helpline = Helpline()
    helpline.sms("please call me about my mother", message_id="m-0")
    helpline.sms("स्थिति")

    assert answered_in(helpline) == ["hi"]


def test_a_text_without_a_language_asks_in_that_of_the_last_case() -> None:
    helpline = Helpline()
    helpline.sms("please call me about my mother", message_id="m-0")
    (case,) = helpline.cases.cases.values()
    helpline.cases.save(case, case.close(CloseReason.CANCELLED, "patient", NOON), NOON)
    helpline.sms("🙏")

    assert [case.language for case in helpline.cases.cases.values()] == ["en", "en"]


def test_only_a_text_without_a_language_costs_a_read() -> None:
    helpline = Helpline()
    helpline.sms("मुझे बात करनी है")

    assert "find_phone" not in helpline.cases.calls


def test_the_answers_to_a_phones_words_are_found_by_the_phone() -> None:
    helpline = Helpline()
    key = FakeSecrets().phone_key(PHONE)
    helpline.sms("HELP", message_id="a/b")

    (stored,) = helpline.messages.list_for(subject_of_phone(key))
    assert parts_of(stored.message.full_id) == (stored.message.subject, stored.message.id)


@given(text=st.text(max_size=2000), sender=st.one_of(st.just(PHONE), st.text(max_size=30)))
def test_no_sms_raises(text: str, sender: str) -> None:
    helpline = Helpline()

    received = helpline.sms(text, sender=sender)

    assert (received is Received.REQUEST) == (len(helpline.cases.cases) == 1)


def test_the_script_of_a_later_sms_moves_the_case_and_a_little_english_does_not() -> None:
    helpline = Helpline()
    helpline.sms("डॉक्टर से बात करनी है", message_id="1")
    (case,) = helpline.cases.cases.values()
    helpline.sms("ok thanks", message_id="2")
    assert helpline.cases.cases[case.reference].language == "hi"

    helpline = Helpline()
    helpline.sms("please call", message_id="1")
    (case,) = helpline.cases.cases.values()
    helpline.sms("डॉक्टर से हिंदी में बात करनी है", message_id="2")
    assert helpline.cases.cases[case.reference].language == "hi"


def test_an_sms_for_which_there_is_no_room_is_recorded() -> None:
    helpline = Helpline()
    for number in range(MOST_ADDITIONS + 2):
        helpline.sms(f"text {number}", message_id=f"m-{number}")
    assert helpline.messages.inbound == {f"m-{MOST_ADDITIONS + 1}": "not_added"}
