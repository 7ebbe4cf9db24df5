"""The outbox's second half: once stored, then sent, at least once, and never after STOP."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.messages.services.ports import ANSWER_LOST, OVER_CAP, SendFailed
from chalicelib.messages.services.render_message import MessageRenderer
from chalicelib.messages.services.send_messages import MOST_TRIES, Outcome, SendMessages
from tests.support.builders import NOON, a_case, an_oncologist
from tests.support.fakes import FakeMessageGateway
from tests.support.stores import StoredMessages, StoredRota

LATER = NOON + timedelta(minutes=5)
THROTTLED = SendFailed("Throttled", temporary=True)
LOST = SendFailed(ANSWER_LOST, temporary=True)


class Outbox:
    def __init__(self) -> None:
        self.messages = StoredMessages()
        self.gateway = FakeMessageGateway()
        self.send = SendMessages(
            self.messages,
            self.gateway,
            lambda message: message.template.value,
            lambda template, language: f"{template.value} in {language}",
        )

    def state(self, message: OwedMessage) -> MessageState:
        return self.messages.messages[message.subject, message.id].state

    def cause(self, message: OwedMessage) -> str | None:
        return self.messages.messages[message.subject, message.id].cause

    def try_until_settled(self) -> list[Outcome]:
        """Sweep every five minutes for a day."""
        times = (NOON + timedelta(minutes=5 * number) for number in range(1, 288))
        return [outcome for at in times for outcome in self.send.again(at, 10)]


def owed(template: Template = Template.RECEIVED) -> OwedMessage:
    (message,) = messages_owed(None, a_case(), DEFAULT_HOURS)
    return replace(message, id=f"0.{template.value}.patient", template=template)


def test_a_message_is_stored_and_sent_under_its_id() -> None:
    outbox = Outbox()

    assert outbox.send([owed()], NOON) == [Outcome.SENT]
    assert outbox.gateway.sent == [(owed().phone, "received")]
    assert outbox.gateway.message_ids == [owed().full_id]
    assert outbox.gateway.template_ids == ["received in hi"]
    assert not outbox.messages.is_owed(owed())


def test_a_change_delivered_twice_sends_once() -> None:
    outbox = Outbox()
    outbox.send([owed()], NOON)

    assert outbox.send([owed()], NOON) == [Outcome.ALREADY_SENT]
    assert outbox.send([owed()], LATER) == [Outcome.ALREADY_SENT]
    assert len(outbox.gateway.sent) == 1


def test_what_is_just_being_sent_is_not_sent_beside() -> None:
    outbox = Outbox()
    outbox.messages.store_once(owed(), NOON)

    assert outbox.send([owed()], NOON + timedelta(seconds=119)) == [Outcome.ALREADY_SENT]
    assert outbox.send.again(NOON + timedelta(seconds=119), 10) == []


def test_what_was_stored_when_its_function_was_killed_is_sent_by_the_sweep() -> None:
    outbox = Outbox()
    outbox.messages.store_once(owed(), NOON)

    assert outbox.send.again(LATER, 10) == [Outcome.SENT]
    assert outbox.gateway.message_ids == [owed().full_id]
    assert outbox.send.again(LATER + timedelta(minutes=5), 10) == []


def test_what_a_busy_gateway_refused_is_put_off_and_sent_the_next_time() -> None:
    outbox = Outbox()
    outbox.gateway.failures = [THROTTLED]

    assert outbox.send([owed(), owed(Template.CANCELLED)], NOON) == [Outcome.PUT_OFF, Outcome.SENT]
    assert outbox.messages.is_owed(owed())
    assert outbox.send.again(LATER, 10) == [Outcome.SENT]


def test_the_pauses_grow_and_the_tries_end() -> None:
    outbox = Outbox()
    outbox.gateway.failures = [THROTTLED] * 100
    tried: list[datetime] = []
    outbox.send([owed()], NOON)
    for minutes in range(1, 24 * 60):
        at = NOON + timedelta(minutes=minutes)
        tried += [at for _ in outbox.send.again(at, 10)]

    pauses = [
        (after - before) // timedelta(minutes=1)
        for before, after in zip([NOON, *tried], tried, strict=False)
    ]
    assert pauses == [2, 4, 8, 16, 32, 64, 120]
    assert len(tried) + 1 == MOST_TRIES
    assert (outbox.state(owed()), outbox.cause(owed())) == (MessageState.FAILED, "Throttled")


@pytest.mark.parametrize("failures", [[LOST, LOST], [LOST, THROTTLED, LOST], [THROTTLED, LOST]])
def test_a_lost_answer_is_tried_once_more_and_no_oftener(failures: list[SendFailed]) -> None:
    outbox = Outbox()
    outbox.gateway.failures = list(failures)
    outbox.send([owed()], NOON)
    outbox.try_until_settled()

    # Whoever lost the answer may have sent it; so may have who answers.
    lost = sum(failure is LOST for failure in failures)
    assert lost + len(outbox.gateway.sent) == 2
    settled = MessageState.SENT if outbox.gateway.sent else MessageState.FAILED
    assert outbox.state(owed()) is settled


def test_after_a_lost_answer_a_killed_function_may_have_sent_it_the_second_time() -> None:
    outbox = Outbox()
    outbox.gateway.failures = [LOST]
    outbox.send([owed()], NOON)
    outbox.messages.begin_try(owed(), LATER)

    assert outbox.send.again(LATER + timedelta(minutes=5), 10) == [Outcome.FAILED]
    assert (outbox.gateway.sent, outbox.cause(owed())) == ([], ANSWER_LOST)


def test_a_fault_of_ours_behind_the_gateway_counts_as_a_lost_answer() -> None:
    outbox = Outbox()
    outbox.gateway.failures = [KeyError("MessageId")] * 5  # type: ignore[list-item]
    outbox.send([owed()], NOON)
    outbox.try_until_settled()

    assert len(outbox.gateway.failures) == 3
    assert (outbox.state(owed()), outbox.cause(owed())) == (MessageState.FAILED, "KeyError")


def test_a_text_that_can_not_be_written_holds_no_other_up() -> None:
    outbox = Outbox()

    def render(message: OwedMessage) -> str:
        if message.template is Template.CANCELLED:
            raise KeyError("reference")
        return "text"

    send = SendMessages(outbox.messages, outbox.gateway, render)

    assert send([owed(Template.CANCELLED), owed()], NOON) == [Outcome.PUT_OFF, Outcome.SENT]
    assert outbox.cause(owed(Template.CANCELLED)) == "KeyError"


def test_what_can_never_be_sent_is_noted_and_holds_nobody_up() -> None:
    outbox = Outbox()
    outbox.gateway.failures = [SendFailed("InvalidParameter", temporary=False)]

    assert outbox.send([owed(), owed(Template.CANCELLED)], NOON) == [Outcome.FAILED, Outcome.SENT]
    assert outbox.send([owed()], LATER) == [Outcome.ALREADY_SENT]


def test_after_stop_nothing_is_sent_but_the_answer_to_a_word() -> None:
    outbox = Outbox()
    outbox.messages.opt_out(owed().phone_key, NOON)

    assert outbox.send([owed()], NOON) == [Outcome.SUPPRESSED]
    assert outbox.send([owed(Template.OPTED_OUT)], NOON) == [Outcome.SENT]
    outbox.messages.opt_in(owed().phone_key)
    assert outbox.send([owed()], LATER) == [Outcome.ALREADY_SENT], "what was suppressed stays so"


def test_a_stop_that_comes_between_two_tries_holds() -> None:
    outbox = Outbox()
    outbox.gateway.failures = [THROTTLED]
    outbox.send([owed()], NOON)
    outbox.messages.opt_out(owed().phone_key, NOON)

    assert outbox.send.again(LATER, 10) == [Outcome.SUPPRESSED]
    assert outbox.gateway.sent == []


@pytest.mark.parametrize("template", [Template.SHIFT_SOON, Template.GAP, Template.SWAP_OFFERED])
def test_a_stop_from_a_doctors_phone_stops_nothing_of_the_rota(template: Template) -> None:
    outbox = Outbox()
    outbox.messages.opt_out(owed().phone_key, NOON)

    assert outbox.send([owed(template), owed()], NOON) == [Outcome.SENT, Outcome.SUPPRESSED]


def test_what_a_cap_refuses_is_held_until_then_and_watched_by_its_own_alarm() -> None:
    outbox = Outbox()
    morning = NOON + timedelta(hours=14)
    outbox.gateway.failures = [SendFailed(OVER_CAP, temporary=True, retry_at=morning)]

    assert outbox.send([owed()], NOON) == [Outcome.PUT_OFF]
    assert outbox.cause(owed()) == OVER_CAP
    assert outbox.messages.owed_before(morning, 10) == []
    assert outbox.send.again(morning - timedelta(minutes=1), 10) == []
    assert outbox.send.again(morning, 10) == [Outcome.SENT]


def test_what_a_cap_refuses_day_after_day_is_given_up() -> None:
    outbox = Outbox()
    outcomes, at = [], NOON
    for _ in range(4):
        retry_at = at + timedelta(days=1)
        outbox.gateway.failures = [SendFailed(OVER_CAP, temporary=True, retry_at=retry_at)]
        outcomes += outbox.send([owed()], at)
        at = retry_at

    assert outcomes == [Outcome.PUT_OFF] * 3 + [Outcome.FAILED]
    assert outbox.state(owed()) is MessageState.FAILED


def test_each_try_but_the_first_asks_whether_the_message_still_holds() -> None:
    outbox = Outbox()
    asked: list[datetime] = []

    def current(message: OwedMessage, now: datetime) -> OwedMessage:
        asked.append(now)
        if now == LATER:
            raise Busy
        return replace(message, is_overtaken=True)

    outbox.send = SendMessages(
        outbox.messages, outbox.gateway, lambda message: message.template.value, current=current
    )
    outbox.gateway.failures = [THROTTLED]
    outbox.send([owed()], NOON)
    assert asked == []

    assert outbox.send.again(LATER, 10) == [Outcome.PUT_OFF], "nobody knows whether it holds"
    assert outbox.send.again(LATER + timedelta(minutes=5), 10) == [Outcome.SUPPRESSED]
    assert (outbox.state(owed()), outbox.gateway.sent) == (MessageState.OVERTAKEN, [])


def test_a_sweep_is_bounded() -> None:
    outbox = Outbox()
    for number in range(5):
        outbox.messages.store_once(replace(owed(), id=str(number)), NOON)

    assert len(outbox.send.again(LATER, 3)) == 3
    assert len(outbox.send.again(LATER, 3)) == 2


def words_of(message: OwedMessage, link: str = "") -> str:
    rota = StoredRota([an_oncologist(id="dr-asha", name="Dr Asha Verma")])
    words = MessageRenderer(
        rota,
        lambda template, language, variables: f"{template} {dict(variables)}",
        lambda reference, serial, term: link and f"{link}/{reference}/{serial}.{term}",
    )
    return words(message)


def test_the_finished_message_names_the_doctor_and_the_registration() -> None:
    variables = {"reference": "R", "oncologist": "dr-asha"}
    text = words_of(replace(owed(), template=Template.FINISHED, variables=variables))

    assert "Dr Asha Verma" in text
    assert an_oncologist().registration in text


def test_the_link_is_made_when_it_is_sent_and_stored_nowhere() -> None:
    assert "'link': 'https://x/K7M240R59XK/0.0'" in words_of(owed(), "https://x")
    assert "link" not in owed().variables


def test_the_link_is_that_of_the_phone_to_which_the_message_is_owed() -> None:
    message = replace(owed(), variables={**owed().variables, "serial": "2", "term": "1"})

    assert "'link': 'https://x/K7M240R59XK/2.1'" in words_of(message, "https://x")
