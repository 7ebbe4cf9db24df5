"""Shifts over midnight and leave of some hours, in everything that reads a published day."""

from datetime import time, timedelta

import pytest

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import InvalidInput
from chalicelib.core.domain.working_hours import MIDNIGHT, OpenWindow, WorkingHours
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.errors import OnAnotherLine
from chalicelib.rota.domain.model import Leave, Line, Override, RoundRobin, leave_of_hours
from chalicelib.rota.services.duty_view import DutyView
from chalicelib.rota.services.my_shifts import OwnShifts
from tests.support.builders import a_case
from tests.support.rota_world import (
    ASHA,
    MONDAY,
    ONE_DAY,
    RAVI,
    TARA,
    TUESDAY,
    RotaWorld,
    at,
)

WEDNESDAY = MONDAY + 2 * ONE_DAY
ALL_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NIGHT = Line("night", ALL_WEEK, time(20), time(8), RoundRobin((ASHA, RAVI), MONDAY))
EARLY_LINE = Line("early", ALL_WEEK, time(6), time(10), RoundRobin((TARA,), MONDAY))
ALWAYS = WorkingHours(((OpenWindow(MIDNIGHT, MIDNIGHT),),) * 7)
NOW = at(MONDAY, 2)
ADMIN = By("admin")
PAST_MIDNIGHT = at(TUESDAY, 2)


@pytest.fixture
def world() -> RotaWorld:
    """Asha and Ravi in turn by night, Tara in the early morning; Asha's is the first night."""
    world = RotaWorld(lines=(NIGHT, EARLY_LINE))
    world.rota.put_hours(ALWAYS)
    return world.published(NOW)


def spans(world: RotaWorld, day) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (f"{each.start.astimezone(IST):%d %H:%M}", f"{each.end.astimezone(IST):%d %H:%M}", each.on)
        for each in world.rota.find_duty_day(day).shifts
        if each.line == "night"
    ]


def own_shifts(world: RotaWorld) -> OwnShifts:
    return OwnShifts(world.rota, world.edits, world.links, world.swaps)


class TestNight:
    def test_it_belongs_to_the_date_on_which_it_starts(self, world: RotaWorld) -> None:
        assert spans(world, MONDAY) == [("23 20:00", "24 08:00", (ASHA,))]
        assert spans(world, TUESDAY) == [("24 20:00", "25 08:00", (RAVI,))]

    def test_who_is_on_duty_after_midnight(self, world: RotaWorld) -> None:
        duty = DutyView(world.rota)
        assert [each.id for each in duty.on_duty(PAST_MIDNIGHT)] == [ASHA]
        assert [each.id for each in duty.on_duty(at(TUESDAY, 7))] == [ASHA, TARA]
        assert [each.id for each in duty.on_duty(at(TUESDAY, 8))] == [TARA]
        route = world.route_call("hi", PAST_MIDNIGHT, prefers_woman=False)
        assert [each.id for each in route.oncologists] == [ASHA]

    def test_the_handover_keeps_a_case_over_midnight_and_takes_it_at_the_end(
        self, world: RotaWorld
    ) -> None:
        world.cases.put(a_case(reference="HELD", requested_at=at(MONDAY, 21)))
        world.cases.claim("HELD", ASHA, at(MONDAY, 21))
        world.hand_over(at(MONDAY, 23, 55))
        world.messages.empty()

        assert world.hand_over(at(TUESDAY, 0, 5)).cases == 0
        assert world.hand_over(at(TUESDAY, 7, 55)).cases == 0
        assert world.hand_over(at(TUESDAY, 8)).cases == 1
        assert (ASHA, Template.SHIFT_ENDED) in world.told()
        assert (TARA, Template.SHIFT_STARTS) in world.told()

    def test_a_case_that_was_taken_after_midnight_is_theirs(self, world: RotaWorld) -> None:
        world.hand_over(at(TUESDAY, 0, 5))
        world.cases.put(a_case(reference="HELD", requested_at=at(TUESDAY, 1)))
        world.cases.claim("HELD", ASHA, at(TUESDAY, 1))

        assert world.hand_over(at(TUESDAY, 1, 5)).cases == 0
        assert world.hand_over(at(TUESDAY, 8, 5)).cases == 1

    def test_the_next_days_are_published_beside_the_night_that_runs_over(self) -> None:
        """Asha has the night, and so not the early line of the morning after."""
        early = Line("early", ALL_WEEK, time(6), time(10), RoundRobin((ASHA, TARA), MONDAY))
        night = Line("night", ALL_WEEK, time(20), time(8), RoundRobin((ASHA,), MONDAY))
        world = RotaWorld(lines=(night, early))
        world.rota.put_hours(ALWAYS)
        world.publish(NOW)
        world.publish(NOW + ONE_DAY)
        last = MONDAY + 30 * ONE_DAY

        assert [world.on(day, "early") for day in (TUESDAY, last)] == [(TARA,), (TARA,)]

    def test_it_is_confirmed_and_shown_after_midnight(self, world: RotaWorld) -> None:
        shift = world.shift(MONDAY, "night")
        own = own_shifts(world)
        own.confirm(shift.id, ASHA, PAST_MIDNIGHT)

        shown = own.show(ASHA, (MONDAY, MONDAY + 30 * ONE_DAY), PAST_MIDNIGHT)

        assert (shown.coming[0].shift.id, shown.coming[0].is_confirmed) == (shift.id, True)

    def test_nobody_takes_a_night_who_serves_in_the_morning_after(self, world: RotaWorld) -> None:
        shift = world.shift(MONDAY, "night")
        with pytest.raises(OnAnotherLine):
            world.swaps.offer(shift.id, TARA, By(ASHA), NOW)
        add = Override("night", at(TUESDAY, 7), at(TUESDAY, 8), add=TARA)
        with pytest.raises(InvalidInput, match="on_two_lines"):
            world.manage.add_exception(add, ADMIN, NOW)

    def test_an_override_after_midnight_changes_it(self, world: RotaWorld) -> None:
        change = Override("night", at(TUESDAY, 2), at(TUESDAY, 4), ASHA, RAVI)

        world.manage.add_exception(change, ADMIN, NOW)

        assert spans(world, MONDAY) == [
            ("23 20:00", "24 02:00", (ASHA,)),
            ("24 02:00", "24 04:00", (RAVI,)),
            ("24 04:00", "24 08:00", (ASHA,)),
        ]

    def test_a_part_after_midnight_is_reminded_of_by_a_link_that_opens(
        self, world: RotaWorld
    ) -> None:
        change = Override("night", at(TUESDAY, 2), at(TUESDAY, 4), ASHA, RAVI)
        world.manage.add_exception(change, ADMIN, NOW)
        part = next(each for each in world.rota.find_duty_day(MONDAY).shifts if each.on == (RAVI,))
        token = world.shift_links.make(part, RAVI).removeprefix("s/")

        assert world.shift_links.open(token, at(MONDAY, 22)).shift == part

    def test_a_closure_of_the_day_after_cuts_it_at_midnight(self, world: RotaWorld) -> None:
        closed = WorkingHours(ALWAYS.weekly, frozenset({TUESDAY}))

        world.manage.put_hours(closed, 1, ADMIN, NOW)

        assert spans(world, MONDAY) == [("23 20:00", "24 00:00", (ASHA,))]
        assert spans(world, TUESDAY) == [("25 00:00", "25 08:00", (RAVI,))]


class TestHoursOfLeave:
    def take(self, world: RotaWorld, since, until, who=ASHA):
        leave = leave_of_hours(who, since, until, IST)
        return world.leave.add(leave, By("admin", who), NOW)

    def test_the_shift_is_split_at_its_edges_and_the_gap_is_told(self, world: RotaWorld) -> None:
        applied = self.take(world, at(MONDAY, 22), at(TUESDAY, 1))

        assert applied.gap
        assert spans(world, MONDAY) == [
            ("23 20:00", "23 22:00", (ASHA,)),
            ("23 22:00", "24 01:00", ()),
            ("24 01:00", "24 08:00", (ASHA,)),
        ]
        assert set(world.told()) == {(ASHA, Template.SHIFT_CHANGED)}
        (gap, *_) = world.view.gaps(MONDAY, TUESDAY)
        assert (gap.start, gap.end) == (at(MONDAY, 22), at(TUESDAY, 1))

    def test_after_midnight_it_takes_off_the_night_before(self, world: RotaWorld) -> None:
        self.take(world, at(TUESDAY, 2), at(TUESDAY, 5))
        assert [on for _, _, on in spans(world, MONDAY)] == [(ASHA,), (), (ASHA,)]

    def test_one_of_days_leaves_the_night_that_began_before_it(self, world: RotaWorld) -> None:
        leave = Leave(ASHA, TUESDAY, WEDNESDAY)
        world.leave.add(leave, By("admin", ASHA), NOW)
        assert spans(world, MONDAY) == [("23 20:00", "24 08:00", (ASHA,))]

    def test_what_was_served_counts_as_far_as_they_were_there(self, world: RotaWorld) -> None:
        self.take(world, at(MONDAY, 22), at(TUESDAY, 1))
        quality = world.view.quality(MONDAY, TUESDAY)
        assert quality.hours[ASHA] == 12 - 3

    def test_it_is_kept_and_holds_for_days_that_are_published_later(self, world: RotaWorld) -> None:
        far = MONDAY + 30 * ONE_DAY
        self.take(world, at(far, 22), at(far, 23), who=ASHA)
        self.take(world, at(far, 22), at(far, 23), who=RAVI)
        world.publish(NOW + ONE_DAY)
        assert [len(on) for _, _, on in spans(world, far)] == [1, 0, 1]

    @pytest.mark.parametrize(
        ("since", "until", "problem"),
        [
            (at(MONDAY, 1), at(MONDAY, 1, 30), "to: in_the_past"),
            (at(TUESDAY, 3), at(TUESDAY, 3), "to: end_before_start"),
            (at(TUESDAY, 3), at(TUESDAY, 3) + timedelta(seconds=30), "to: bad_time"),
            (at(MONDAY - ONE_DAY, 3), at(TUESDAY, 3), "from: in_the_past"),
        ],
    )
    def test_what_is_refused(self, world: RotaWorld, since, until, problem) -> None:
        with pytest.raises(InvalidInput) as error:
            self.take(world, since, until)
        assert problem in [str(field) for field in error.value.fields]
