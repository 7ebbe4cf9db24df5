"""Leave: allowed at once, whatever it leaves open."""

from datetime import timedelta

import pytest

from chalicelib.core.domain.errors import NotFound
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.domain.change_log import By, ChangeKind
from chalicelib.rota.domain.model import Leave, RoundRobin
from chalicelib.rota.services.ports import Recipient
from tests.support.builders import a_case
from tests.support.rota_world import ADMIN_PHONE, EARLY, MONDAY, ONE_DAY, RotaWorld, at, morning

ASHA, ADMIN = By("dr-asha"), By("admin")
FAR = MONDAY + 42 * ONE_DAY


@pytest.fixture
def world() -> RotaWorld:
    """Asha has every morning."""
    world = RotaWorld(lines=(morning(rotation=RoundRobin(("dr-asha",), MONDAY)),))
    world.manage.put_recipients((Recipient(ADMIN_PHONE, "en"),), 0, ADMIN, EARLY)
    return world.published(EARLY)


def test_leave_on_published_days_opens_a_gap_which_is_told(world: RotaWorld) -> None:
    leave = Leave("dr-asha", MONDAY + ONE_DAY, MONDAY + 3 * ONE_DAY)

    applied = world.leave.add(leave, ASHA, EARLY)

    assert [world.on(MONDAY + n * ONE_DAY) for n in range(4)] == [
        ("dr-asha",),
        (),
        (),
        ("dr-asha",),
    ]
    assert applied.gap
    assert world.told() == [
        ("dr-asha", Template.SHIFT_CHANGED),
        ("dr-asha", Template.SHIFT_CHANGED),
        (ADMIN_PHONE, Template.GAP),
    ]
    gap = list(world.messages.messages.values())[-1].message
    assert gap.variables == {"day": "2026-11-24", "count": "2"}


def test_leave_is_seen_before_the_schedule_is_made(world: RotaWorld) -> None:
    applied = world.leave.add(Leave("dr-asha", FAR, FAR + ONE_DAY), ASHA, EARLY)

    assert (applied.notices, applied.gap) == ((), False)
    world.publish(EARLY + 20 * ONE_DAY)
    assert world.on(FAR) == ()


def test_leave_from_today_ends_the_running_shift_and_frees_the_case(world: RotaWorld) -> None:
    now = at(MONDAY, 11, 0, 30)
    world.hand_over(at(MONDAY, 10))
    world.cases.put(a_case(reference="HELD", requested_at=at(MONDAY, 10)))
    world.cases.claim("HELD", "dr-asha", at(MONDAY, 10, 50))

    world.leave.add(Leave("dr-asha", MONDAY, MONDAY + ONE_DAY), ASHA, now)

    first, second = world.rota.find_duty_day(MONDAY).shifts
    assert (first.on, first.end, second.on) == (("dr-asha",), at(MONDAY, 11, 1), ())
    assert world.hand_over(now + timedelta(minutes=5)).cases == 1


def test_an_administrator_acts_for_somebody_and_the_record_says_so(world: RotaWorld) -> None:
    leave = Leave("dr-asha", MONDAY + ONE_DAY, MONDAY + 2 * ONE_DAY)
    by = By("admin", acting_for="dr-asha")

    kept = world.leave.add(leave, by, EARLY).kept

    change = world.edits.history[-1]
    assert (change.kind, change.by, change.subject) == (ChangeKind.LEAVE, by, kept.id)
    world.leave.drop(kept.id, ADMIN, EARLY, of_anybody=True)
    change = world.edits.history[-1]
    assert (change.kind, change.by) == (ChangeKind.LEAVE_DROPPED, by)
    assert world.manage.dated(MONDAY, FAR).leave == ()


def test_nobody_takes_or_drops_a_leave_of_another(world: RotaWorld) -> None:
    leave = Leave("dr-asha", MONDAY + ONE_DAY, MONDAY + 2 * ONE_DAY)
    with pytest.raises(NotFound):
        world.leave.add(leave, By("dr-ravi"), EARLY)
    kept = world.leave.add(leave, ASHA, EARLY).kept
    with pytest.raises(NotFound):
        world.leave.drop(kept.id, By("dr-ravi"), EARLY)
    with pytest.raises(NotFound):
        world.leave.drop("20991231-none", ASHA, EARLY)

    world.leave.drop(kept.id, ASHA, EARLY)

    assert world.edits.kept == {}
    assert world.on(MONDAY + ONE_DAY) == (), "a published day stays"
