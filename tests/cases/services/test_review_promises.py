"""Promises that cannot hold any more, and cases that nobody serves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.cases.domain.case import UNSERVED_FOR, Status
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.promise import is_within_hours
from chalicelib.cases.domain.queue import LineSnapshot
from chalicelib.cases.domain.timeline import CloseReason, Happening, Result
from chalicelib.cases.services.review_promises import AGAIN, MOST, Reviewed, ReviewPromises
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_case, an_attempt, an_oncologist, duty_days
from tests.support.stores import StoredCases, StoredPromiseReviews, StoredRota

MINUTE = timedelta(minutes=1)
TUESDAY = date(2026, 11, 24)
CLOSED_TUESDAY = replace(DEFAULT_HOURS, closures=frozenset({TUESDAY}))
ON_TUESDAY = Window(
    datetime(2026, 11, 24, 5, 0, tzinfo=UTC), datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
)
NOTHING = Reviewed(0, 0)


class Helpline:
    def __init__(self, *cases, doctors=(), on=("dr-asha",)) -> None:
        self.cases = StoredCases(cases)
        self.rota = StoredRota([an_oncologist(), *doctors], duty_days(on=on))
        self.reviews = StoredPromiseReviews()
        self.outlook = Outlook(self.cases, DutyView(self.rota))
        self.review = ReviewPromises(self.cases, self.reviews, self.outlook, ("hi", "en", "te"))

    def run(self, now: datetime, times: int = 1) -> Reviewed:
        self.outlook.duty.forget()
        done = [self.review(now) for _ in range(times)]
        return Reviewed(sum(each.promised_again for each in done), sum(e.expired for e in done))

    def settle(self, now: datetime) -> None:
        """Run the first look, and the second after it."""
        assert self.run(now) == NOTHING
        assert self.run(now + AGAIN) == NOTHING
        assert not self.reviews.stored[-1].left

    def __getitem__(self, reference: str):
        return self.cases.cases[reference]


def several(count: int, **changes):
    return [
        a_case(reference=f"R{each:04}", phone=f"+91981{each:07}", **changes)
        for each in range(count)
    ]


def test_a_closure_entered_after_the_promise_renews_it_once_and_the_patient_is_told() -> None:
    helpline = Helpline(a_case(reference="A", expected=ON_TUESDAY))
    helpline.settle(NOON)
    helpline.rota.put_hours(CLOSED_TUESDAY)
    before = helpline["A"]

    later = NOON + timedelta(minutes=5)
    assert helpline.run(later) == Reviewed(1, 0)
    after = helpline["A"]
    assert after.expected is not None
    assert is_within_hours(after.expected, CLOSED_TUESDAY)
    assert after.timeline[-1].what is Happening.PROMISED
    (owed,) = messages_owed(before, after, CLOSED_TUESDAY)
    assert owed.template is Template.NEW_TIME
    assert owed.variables["to"] == after.expected.end.isoformat()
    assert helpline.run(later + AGAIN) == NOTHING
    assert helpline["A"] == after


def test_what_was_promised_by_the_hours_of_a_minute_ago_is_found_by_the_second_look() -> None:
    helpline = Helpline()
    helpline.settle(NOON)
    helpline.rota.put_hours(CLOSED_TUESDAY)
    later = NOON + timedelta(minutes=5)
    helpline.run(later)
    helpline.cases.put(a_case(reference="A", expected=ON_TUESDAY))

    assert helpline.run(later + MINUTE) == NOTHING
    assert helpline.run(later + AGAIN) == Reviewed(1, 0)


def test_a_deferred_case_is_promised_no_call_before_its_time() -> None:
    wanted = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    window = Window(wanted, wanted + timedelta(hours=1))
    helpline = Helpline(a_case(reference="A", not_before=wanted, expected=window))
    helpline.settle(NOON)
    helpline.rota.put_hours(CLOSED_TUESDAY)

    assert helpline.run(NOON + timedelta(minutes=5)) == Reviewed(1, 0)
    assert helpline["A"].expected is not None
    assert helpline["A"].expected.start == datetime(2026, 11, 25, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "case",
    [
        a_case(
            reference="A", expected=Window(NOON - timedelta(hours=2), NOON - timedelta(hours=1))
        ),
        a_case(reference="A", expected=ON_TUESDAY, attempts=(an_attempt(Result.NO_ANSWER),)),
        a_case(reference="A", expected=Window(NOON, NOON + timedelta(hours=1))),
    ],
    ids=["past", "called", "unchanged"],
)
def test_a_promise_that_is_past_or_kept_or_holds_stays_what_it_was(case) -> None:
    helpline = Helpline(case)
    helpline.settle(NOON)
    helpline.rota.put_hours(CLOSED_TUESDAY)

    assert helpline.run(NOON + timedelta(minutes=5)) == NOTHING
    assert helpline["A"] == case


def test_a_long_line_is_gone_through_in_pages_in_its_order() -> None:
    count = MOST + 5
    helpline = Helpline(*several(count, expected=ON_TUESDAY))
    helpline.cases.put_snapshot(LineSnapshot(NOON, {"hi": count}, 15))
    for minutes in (0, 1, 2, 3):
        assert helpline.run(NOON + minutes * MINUTE) == NOTHING
    helpline.rota.put_hours(CLOSED_TUESDAY)

    later = NOON + timedelta(minutes=5)
    assert helpline.run(later) == Reviewed(MOST, 0)
    assert helpline.run(later, times=4) == Reviewed(5, 0)
    first, last = (helpline[f"R{number:04}"].expected for number in (0, count - 1))
    assert first.end < last.start, "each by the share of those before it"


def test_a_queue_that_loses_its_only_doctor_tells_its_patients_and_the_next_doctor_too() -> None:
    speaker = an_oncologist(id="te", languages=("te",))
    promised = Window(ON_TUESDAY.start, ON_TUESDAY.end)
    case = a_case(reference="A", language="te", expected=promised)
    other = a_case(reference="B", phone="+919812345679", expected=promised)
    helpline = Helpline(case, other, doctors=[speaker], on=("dr-asha", "te"))
    helpline.settle(NOON)

    helpline.rota.put_oncologist(replace(speaker, left=NOON.date()))
    later = NOON + timedelta(minutes=5)
    assert helpline.run(later) == Reviewed(1, 0)
    gone = helpline["A"]
    assert (gone.expected, gone.unpromised_since) == (None, later)
    (owed,) = messages_owed(case, gone, DEFAULT_HOURS)
    assert owed.template is Template.NO_TIME_YET
    assert helpline["B"] == other

    helpline.rota.put_oncologist(speaker)
    assert helpline.run(later + timedelta(hours=1)) == Reviewed(1, 0)
    assert helpline["A"].expected is not None


def test_what_nobody_serves_ends_after_two_weeks_and_the_patient_is_told() -> None:
    case = a_case(reference="A", language="te", expected=None)
    helpline = Helpline(case, a_case(reference="B", phone="+919812345679"))
    helpline.cases.put_snapshot(LineSnapshot(NOON, {"te": 1, "hi": 1}, 15))
    helpline.settle(NOON)
    end = NOON + UNSERVED_FOR

    assert helpline.run(end - MINUTE) == NOTHING
    assert helpline.run(end) == Reviewed(0, 1)
    ended = helpline["A"]
    assert (ended.status, ended.closed_reason) == (Status.CLOSED, CloseReason.EXPIRED)
    (owed,) = messages_owed(case, ended, DEFAULT_HOURS)
    assert owed.template is Template.EXPIRED
    assert helpline["B"].status is Status.WAITING
    assert helpline.run(end + MINUTE) == NOTHING


def test_an_old_case_of_a_queue_that_lost_its_doctor_today_does_not_end_today() -> None:
    speaker = an_oncologist(id="te", languages=("te",))
    old = NOON - timedelta(days=30)
    past = Window(old, old + timedelta(hours=1))
    case = a_case(reference="A", language="te", requested_at=old, not_before=old, expected=past)
    helpline = Helpline(case, doctors=[speaker], on=("dr-asha", "te"))
    helpline.cases.put_snapshot(LineSnapshot(NOON, {"te": 1}, 15))
    helpline.settle(NOON)
    helpline.rota.put_oncologist(replace(speaker, left=NOON.date()))

    later = NOON + timedelta(minutes=5)
    assert helpline.run(later) == NOTHING
    assert helpline.run(later + UNSERVED_FOR - MINUTE) == NOTHING
    assert helpline.run(later + UNSERVED_FOR) == Reviewed(0, 1)


def test_a_quiet_minute_reads_one_note_and_writes_nothing() -> None:
    helpline = Helpline(a_case(reference="A"))
    helpline.settle(NOON)
    helpline.cases.calls.clear()
    stored = len(helpline.reviews.stored)

    assert helpline.run(NOON + timedelta(minutes=5)) == NOTHING
    assert helpline.cases.calls == ["find_snapshot"]
    assert len(helpline.reviews.stored) == stored
