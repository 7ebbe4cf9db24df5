"""Who is rung, who is told, and what a lost answer leaves."""

from datetime import timedelta

import pytest

from chalicelib.cases.domain.timeline import TOLD, Happening
from chalicelib.cases.services.calls import Calls, Tell
from chalicelib.core.domain.errors import Busy, CallFailed, NotOnDuty
from chalicelib.core.services.ports import Stale
from chalicelib.messages.domain.telephony import CallState
from chalicelib.messages.services.ports import CallNotPlaced
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_case, a_duty_day, an_attempt, an_oncologist
from tests.support.contact_fakes import FakeBridge
from tests.support.fakes import counting_bytes
from tests.support.stores import StoredCases, StoredRota

ASHA, REFERENCE = "dr-asha", "K7M240R59XK"


class Desk:
    def __init__(self, tell: Tell = Tell.NOBODY, **case: object) -> None:
        self.cases = StoredCases([a_case(reference=REFERENCE, **case)])
        rota = StoredRota([an_oncologist()], [a_duty_day()])
        self.bridge = FakeBridge()
        duty = DutyView(rota)
        self.calls = Calls(self.cases, duty, self.bridge, counting_bytes(), tell)
        self.cases.claim(REFERENCE, ASHA, NOON)

    def call(self, at=NOON):
        return self.calls.begin(REFERENCE, ASHA, at)

    @property
    def case(self):
        return self.cases.cases[REFERENCE]


def test_two_clicks_of_one_instant_ring_once() -> None:
    desk = Desk()
    first, second = desk.call(), desk.call()

    assert first.call == second.call
    assert len(desk.bridge.rung) == 1


def test_a_click_that_lost_the_race_rings_nobody() -> None:
    desk = Desk()
    save = desk.cases.save

    def beaten(before, after, now):
        """Let another click come first."""
        desk.cases.save = save
        desk.call()
        raise Stale

    desk.cases.save = beaten
    lost = desk.call(NOON + timedelta(seconds=1))

    assert lost.call == desk.case.call
    assert len(desk.bridge.rung) == 1


def test_nobody_is_rung_for_a_call_that_could_not_be_stored() -> None:
    desk = Desk()
    desk.cases.fail_next = [Busy(), Busy()]
    with pytest.raises(Busy):
        desk.call()

    assert desk.bridge.rung == []


def test_a_call_that_was_refused_is_noted_as_failed() -> None:
    desk = Desk()
    desk.bridge.failures = [CallNotPlaced("exotel_500")]
    with pytest.raises(CallFailed):
        desk.call()

    assert desk.case.call.state is CallState.FAILED
    assert desk.case.timeline[-1].detail == "failed"


def test_off_duty_nobody_is_rung() -> None:
    desk = Desk()
    with pytest.raises(NotOnDuty):
        desk.call(NOON + timedelta(hours=3))

    assert desk.bridge.rung == []


@pytest.mark.parametrize(
    ("tell", "case", "told"),
    [
        (Tell.NOBODY, {"attempts": (an_attempt(),)}, False),
        (Tell.EVERYBODY, {}, True),
        (Tell.LATE, {}, False),
        (Tell.LATE, {"attempts": (an_attempt(),)}, True),
        (Tell.LATE, {"requested_at": NOON - timedelta(hours=2)}, True),
    ],
)
def test_who_is_told_before_the_call(tell, case, told) -> None:
    desk = Desk(tell, **case)
    desk.call()

    entry = desk.case.timeline[-1]
    assert (entry.what, entry.detail) == (Happening.CALLING, TOLD if told else "")
