"""Again where the message was surely not taken, within a budget, and never otherwise."""

import pytest

from chalicelib.messages.providers.send_retry import NotTaken
from chalicelib.messages.services.ports import ANSWER_LOST, SendFailed


def failing(*failures: SendFailed):
    left = list(failures)

    def send() -> str:
        send.calls += 1
        if left:
            raise left.pop(0)
        return "id"

    send.calls = 0
    return send


def test_what_was_not_taken_is_handed_over_again_after_growing_pauses(patience):
    send = failing(NotTaken("throttled"), NotTaken("throttled"))

    assert patience.hand_over()(send) == "id"
    assert patience.pauses == [0.1, 0.2]


def test_the_last_try_fails_for_good(patience):
    send = failing(*[NotTaken("throttled")] * 9)
    with pytest.raises(SendFailed) as raised:
        patience.hand_over()(send)

    assert (raised.value.cause, raised.value.temporary, send.calls) == ("throttled", True, 3)


@pytest.mark.parametrize(
    "failure", [SendFailed(ANSWER_LOST, temporary=True), SendFailed("opted_out", temporary=False)]
)
def test_what_may_have_been_taken_and_what_never_will_be_is_not_repeated(failure, patience):
    send = failing(failure)
    with pytest.raises(SendFailed):
        patience.hand_over()(send)

    assert (send.calls, patience.pauses) == (1, [])


def test_the_provider_is_left_alone_for_as_long_as_it_asks(patience):
    send = failing(NotTaken("throttled", wait=1.5))
    patience.hand_over()(send)

    assert patience.pauses == [1.5]


@pytest.mark.parametrize("wait", [4.0, 3600.0, float("inf")])
def test_no_try_begins_beyond_the_budget(wait, patience):
    send = failing(NotTaken("throttled", wait=wait))
    with pytest.raises(NotTaken):
        patience.hand_over(budget=4.0)(send)

    assert (send.calls, patience.pauses) == (1, [])
