"""The daily purge: by classes, a bounded piece at a time, going on where it ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import Attempt, Result
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.privacy.services.retention import Bounds, Kept, Purge
from tests.support.builders import NOON, a_case
from tests.support.erasing import Erasing

TODAY = NOON + timedelta(days=40)
KEPT = Kept(cases=timedelta(days=30), messages=timedelta(days=20))
FIRST = date(2026, 11, 1)


def finished(number: int, days: int):
    at = NOON + timedelta(days=days, minutes=number)
    case = a_case(reference=f"REF{number:08d}", phone=f"+9198123456{number:02d}", requested_at=at)
    return case.claim("dr-asha", at).record(
        Attempt(at, "dr-asha", Result.ANSWERED), retries=RetryPolicy(), hours=DEFAULT_HOURS
    )


class World(Erasing):
    def purge(self, now=TODAY, **bounds):
        what = (self.cases, self.erasures, self.erase, self.prove)
        return Purge(*what, KEPT, FIRST, Bounds(**bounds))(now)

    def erased(self):
        return sorted(each.reference for each in self.cases.cases.values() if each.is_erased)

    def send(self, days: int, number: int = 0):
        at = NOON + timedelta(days=days)
        owed = OwedMessage(f"CASE{number}", f"{days}", Template.STATUS, "", "", "hi", at, {})
        self.messages.store_once(owed, at)
        self.messages.mark_sent(owed, "provider", at)


def test_a_case_is_erased_when_it_was_kept_for_long_enough():
    world = World(finished(1, days=9), finished(2, days=10), a_case())
    done = world.purge()

    assert world.erased() == ["REF00000001"]
    assert (done.erased, done.proven, done.behind) == (1, 1, False)


def test_an_open_case_stays_however_old_it_is():
    world = World(a_case())
    world.purge(NOON + timedelta(days=3_000), days=10_000)

    assert world.erased() == []


def test_a_message_is_deleted_when_it_was_kept_for_long_enough_and_an_owed_one_is_not():
    world = World()
    world.send(days=19)
    world.send(days=20)
    owed = OwedMessage("CASE", "x", Template.STATUS, "", "", "hi", NOON, {})
    world.messages.store_once(owed, NOON)

    assert world.purge().messages == 1
    assert {key[1] for key in world.messages.messages} == {"20", "x"}


@pytest.mark.parametrize("bounds", [{"cases": 2}, {"days": 3}])
def test_runs_are_bounded_and_the_next_goes_on(bounds):
    world = World(*(finished(number, days=number) for number in range(5)))
    runs = [world.purge(**bounds)]
    while runs[-1].behind:
        runs.append(world.purge(**bounds))
        assert len(runs) < 50

    assert len(runs) > 2
    assert sum(run.erased for run in runs) == len(world.erased()) == 5


def test_a_case_that_cannot_be_erased_holds_no_other_up_and_is_tried_again():
    world = World(*(finished(number, days=number) for number in (1, 2, 3)))
    world.erasures.failing = "REF00000002"
    done = world.purge()

    assert world.erased() == ["REF00000001", "REF00000003"]
    assert (done.erased, done.failed, done.proven, done.behind) == (2, 1, 2, True)

    world.erasures.failing = None
    again = world.purge()
    assert (again.erased, again.failed, again.behind) == (1, 0, False)


def test_a_run_proves_what_the_two_before_it_erased_to_the_full():
    bounds = Bounds()

    assert bounds.erasures >= 3 * bounds.cases


def test_messages_are_bounded_too():
    world = World()
    for number in range(7):
        world.send(days=1, number=number)

    assert [world.purge(messages=3).messages for _ in range(3)] == [3, 3, 1]


def test_again_does_nothing_and_reads_little():
    world = World(finished(1, days=1))
    world.purge()
    world.cases.calls.clear()
    again = world.purge()

    assert (again.erased, again.messages) == (0, 0)
    assert world.cases.calls.count("list_finished") <= 2


def test_what_another_setting_keeps_for_less_goes_with_the_next_run():
    world = World(finished(1, days=20))
    world.purge()
    assert world.erased() == []
    world.purge(TODAY + timedelta(days=11))

    assert world.erased() == ["REF00000001"]
