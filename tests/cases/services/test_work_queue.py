"""The oncologist's work."""

from datetime import timedelta

import pytest

from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.queue import Line, LineSnapshot
from chalicelib.cases.domain.timeline import Attempt, Result
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.cases.services.work_queue import WorkQueue
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import (
    AlreadyClaimed,
    Busy,
    Forbidden,
    HasOpenCase,
    IllegalTransition,
    NotFound,
    NotOnDuty,
    NotYourCase,
)
from chalicelib.core.services.ports import Stale
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_case, a_duty_day, a_shift, an_oncologist
from tests.support.stores import StoredCases, StoredRota

ASHA, RAVI, AWAY = "dr-asha", "dr-ravi", "dr-away"


class Helpline:
    def __init__(self, *references: str) -> None:
        self.cases = StoredCases(
            a_case(
                reference=reference,
                phone=f"+9198123450{number:02}",
                requested_at=NOON + timedelta(seconds=number),
            )
            for number, reference in enumerate(references)
        )
        day = a_duty_day(shifts=(a_shift(on=(ASHA, RAVI)),))
        doctors = [
            an_oncologist(id=ASHA, languages=("hi",), gender="female"),
            an_oncologist(id=RAVI, languages=("hi",), gender="male"),
            an_oncologist(id=AWAY, languages=("hi",)),
        ]
        self.rota = StoredRota(doctors, [day])
        self.queue = WorkQueue(self.cases, self.rota, Outlook(self.cases, DutyView(self.rota)))
        self.now = NOON + timedelta(minutes=1)

    def next(self, who: str) -> str | None:
        case = self.queue.next(who, self.now)
        return case.reference if case else None

    def tell(self, reference: str, who: str, result: Result = Result.ANSWERED) -> Status:
        return self.queue.record(reference, Attempt(self.now, who, result)).status


def test_who_has_left_takes_no_case_in_the_rest_of_their_last_minute() -> None:
    helpline = Helpline("A")
    gone = an_oncologist(id=ASHA, languages=("hi",), left=NOON.astimezone(IST).date())
    helpline.rota.put_oncologist(gone)

    with pytest.raises(NotOnDuty):
        helpline.next(ASHA)
    assert helpline.queue.duty(ASHA, helpline.now).shift is None
    assert helpline.next(RAVI) == "A"


def test_one_doctor_after_another_gets_the_head_of_the_line() -> None:
    helpline = Helpline("A", "B", "C")

    assert (helpline.next(ASHA), helpline.next(RAVI)) == ("A", "B")
    helpline.tell("A", ASHA)
    assert helpline.next(ASHA) == "C"


def test_an_empty_line_gives_none() -> None:
    assert Helpline().next(ASHA) is None


def test_off_duty_or_unknown_claims_nothing() -> None:
    helpline = Helpline("A")

    with pytest.raises(NotOnDuty):
        helpline.next(AWAY)
    with pytest.raises(Forbidden):
        helpline.next("nobody")
    helpline.now = NOON + timedelta(hours=8)
    with pytest.raises(NotOnDuty):
        helpline.next(ASHA)


def test_who_holds_a_case_gets_no_second_one_even_when_nobody_waits() -> None:
    helpline = Helpline("A")
    helpline.next(ASHA)

    with pytest.raises(HasOpenCase):
        helpline.next(ASHA)


def test_doctors_who_see_the_same_head_at_once_begin_at_different_cases() -> None:
    helpline = Helpline("A", "B", "C")
    helpline.cases.draw_ticket(Line("hi"), ["A", "B", "C"], helpline.now)

    assert helpline.next(ASHA) == "B"


def test_a_lost_case_leads_to_the_next() -> None:
    helpline = Helpline("A", "B")
    claim = helpline.cases.claim
    lost = ["A"]

    def contended(reference: str, *rest: object) -> object:
        if reference in lost:
            lost.remove(reference)
            raise AlreadyClaimed
        return claim(reference, *rest)

    helpline.cases.claim = contended

    assert helpline.next(ASHA) == "B"


def test_who_asked_for_a_woman_is_given_to_a_woman() -> None:
    helpline = Helpline()
    helpline.cases.put(a_case(reference="W", prefers_woman=True))

    assert helpline.next(RAVI) is None
    assert helpline.next(ASHA) == "W"


def test_only_the_owner_tells_what_came_of_a_case() -> None:
    helpline = Helpline("A")
    with pytest.raises(IllegalTransition):
        helpline.tell("A", ASHA)
    helpline.next(ASHA)
    with pytest.raises(NotYourCase):
        helpline.tell("A", RAVI)
    with pytest.raises(NotFound):
        helpline.tell("Z", ASHA)
    assert helpline.tell("A", ASHA) is Status.COMPLETED


def test_a_released_case_is_first_in_line_again() -> None:
    helpline = Helpline("A", "B")
    helpline.next(ASHA)
    helpline.queue.release("A", ASHA, helpline.now)

    assert helpline.cases.waiting() == ["A", "B"]


def test_a_change_in_between_is_read_again_and_a_lasting_one_is_busy() -> None:
    helpline = Helpline("A")
    helpline.next(ASHA)
    save, refusals = helpline.cases.save, [Stale(), Stale()]

    def refused(*case: object) -> object:
        if refusals:
            raise refusals.pop()
        return save(*case)

    helpline.cases.save = refused
    assert helpline.tell("A", ASHA) is Status.COMPLETED

    helpline = Helpline("A")
    helpline.next(ASHA)
    refusals.extend(Stale() for _ in range(9))
    helpline.cases.save = refused
    with pytest.raises(Busy):
        helpline.tell("A", ASHA)


def test_duty_shows_the_shift_the_case_and_the_lines_that_are_mine() -> None:
    helpline = Helpline("A")
    helpline.cases.put_snapshot(LineSnapshot(NOON, {"hi": 4, "hi#woman": 2, "en": 9}, 15))
    helpline.next(RAVI)
    duty = helpline.queue.duty(RAVI, helpline.now)

    assert duty.shift is not None
    assert duty.case is not None
    assert duty.case.reference == "A"
    assert duty.waiting == {"hi": 4}
    assert [shift.id for shift in duty.next_shifts] == [duty.shift.id]
    assert helpline.queue.duty(AWAY, helpline.now).shift is None
