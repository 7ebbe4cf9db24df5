"""The outbox's second half: once stored, then sent, and never after STOP."""

from datetime import timedelta

import pytest

from chalicelib.domain.messages import OwedMessage, Template, messages_owed
from chalicelib.services.ports import SendFailed
from chalicelib.services.send_messages import Outcome, SendMessages
from chalicelib.services.sms_words import SmsWords
from tests.support.builders import NOON, a_case, an_oncologist
from tests.support.fakes import FakeMessageStore, FakeRotaStore, FakeSmsGateway


class Outbox:
    def __init__(self) -> None:
        self.messages = FakeMessageStore()
        self.gateway = FakeSmsGateway()
        self.send = SendMessages(
            self.messages, self.gateway, lambda message: message.template.value
        )


def owed(template: Template = Template.RECEIVED) -> OwedMessage:
    (message,) = messages_owed(None, a_case())
    return OwedMessage(
        message.subject,
        f"0.{template.value}.patient",
        template,
        message.phone,
        message.phone_key,
        message.language,
        NOON,
        message.variables,
    )


def test_a_message_is_stored_and_sent_under_its_id() -> None:
    outbox = Outbox()

    assert outbox.send([owed()], NOON) == [Outcome.SENT]
    assert outbox.gateway.sent == [(owed().phone, "received")]
    assert outbox.gateway.message_ids == [f"{owed().subject}.{owed().id}"]
    assert not outbox.messages.is_owed(owed())


def test_a_change_delivered_twice_sends_once() -> None:
    outbox = Outbox()
    outbox.send([owed()], NOON)

    assert outbox.send([owed()], NOON) == [Outcome.ALREADY_SENT]
    assert len(outbox.gateway.sent) == 1


def test_what_was_stored_and_not_sent_is_sent_the_next_time() -> None:
    outbox = Outbox()
    outbox.gateway.failures = [SendFailed("Throttled", temporary=True)]
    with pytest.raises(SendFailed):
        outbox.send([owed()], NOON)
    assert outbox.messages.is_owed(owed())

    assert outbox.send([owed()], NOON + timedelta(minutes=1)) == [Outcome.SENT]


def test_what_can_never_be_sent_is_noted_and_holds_nobody_up() -> None:
    outbox = Outbox()
    outbox.gateway.failures = [SendFailed("InvalidParameter", temporary=False)]

    assert outbox.send([owed(), owed(Template.CANCELLED)], NOON) == [Outcome.FAILED, Outcome.SENT]
    assert outbox.send([owed()], NOON) == [Outcome.ALREADY_SENT]


def test_after_stop_nothing_is_sent_but_the_answer_to_a_word() -> None:
    outbox = Outbox()
    outbox.messages.opt_out(owed().phone_key, NOON)

    assert outbox.send([owed()], NOON) == [Outcome.SUPPRESSED]
    assert outbox.send([owed(Template.OPTED_OUT)], NOON) == [Outcome.SENT]
    outbox.messages.opt_in(owed().phone_key)
    assert outbox.send([owed()], NOON) == [Outcome.ALREADY_SENT], "what was suppressed stays so"


def test_the_finished_message_names_the_doctor_and_the_registration() -> None:
    rota = FakeRotaStore([an_oncologist(id="dr-asha", name="Dr Asha Verma")])
    words = SmsWords(rota, lambda template, language, variables: f"{template} {dict(variables)}")
    message = OwedMessage(
        "R",
        "1",
        Template.FINISHED,
        "+919812345678",
        "key",
        "en",
        NOON,
        {"reference": "R", "oncologist": "dr-asha"},
    )

    text = words(message)

    assert "Dr Asha Verma" in text
    assert an_oncologist().registration in text
