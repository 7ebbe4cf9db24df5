"""The rota's sources: edited upon what the editor saw, applied to what is published."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from chalicelib.core.domain.errors import InvalidInput, NotFound, VersionConflict
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.domain.change_log import By, ChangeKind, News
from chalicelib.rota.domain.errors import AlreadyThere
from chalicelib.rota.domain.model import Leave, Override, RoundRobin, Temporary
from chalicelib.rota.services.ports import Recipient, Versioned
from tests.support.builders import a_case
from tests.support.rota_world import (
    ADMIN_PHONE,
    EARLY,
    MONDAY,
    NAMES,
    ONE_DAY,
    OWN_PHONE,
    TARA,
    TUESDAY,
    RotaWorld,
    a_doctor,
    at,
    morning,
)

ADMIN = By("admin")
FAR = MONDAY + 40 * ONE_DAY  # Saturday 2 January, not yet published


@pytest.fixture
def world() -> RotaWorld:
    """Published: Asha, Ravi, Tara in turn in the mornings from Monday on; the head moves once."""
    return RotaWorld(lines=(morning(),)).published(EARLY)


def fields(error: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [str(field) for field in error.value.fields]


def test_lines_are_changed_upon_the_version_that_was_seen(world: RotaWorld) -> None:
    lines = world.manage.lines()
    shorter = (replace(lines.value[0], end=time(13)),)

    stored = world.manage.put_lines(shorter, lines.version, ADMIN, EARLY)

    assert stored == world.manage.lines() == Versioned(shorter, lines.version + 1)
    with pytest.raises(VersionConflict) as conflict:
        world.manage.put_lines(lines.value, lines.version, ADMIN, EARLY)
    assert (conflict.value.current, conflict.value.version) == (shorter, stored.version)
    assert world.manage.lines() == stored


def test_of_two_editors_at_once_the_second_gets_the_newer(world: RotaWorld) -> None:
    hours = world.manage.hours()
    closed = replace(DEFAULT_HOURS, closures=frozenset({TUESDAY}))
    world.edits.before_commit.append(
        lambda: world.manage.put_hours(closed, hours.version, ADMIN, EARLY)
    )

    with pytest.raises(VersionConflict) as conflict:
        world.manage.put_hours(DEFAULT_HOURS, hours.version, By("other"), EARLY)

    assert (conflict.value.current, conflict.value.version) == (closed, hours.version + 1)
    assert world.manage.hours().value == closed


def test_an_edit_goes_through_beside_a_change_of_something_else(world: RotaWorld) -> None:
    world.edits.before_commit.append(
        lambda: world.manage.put_recipients((Recipient(ADMIN_PHONE, "hi"),), 0, ADMIN, EARLY)
    )

    world.manage.put_hours(DEFAULT_HOURS, 0, ADMIN, EARLY)

    assert world.manage.hours().version == world.manage.recipients().version == 1


def test_a_closure_takes_people_off_published_days_and_tells_them(world: RotaWorld) -> None:
    closed = replace(DEFAULT_HOURS, closures=frozenset({TUESDAY}))
    expected = world.manage.preview_hours(closed, 0, EARLY)

    changed = world.manage.put_hours(closed, 0, ADMIN, EARLY)

    assert [(each.oncologist, each.what) for each in changed.notices] == [("dr-ravi", News.OFF)]
    assert (changed.notices, changed.gap) == (expected, False)
    assert world.rota.find_duty_day(TUESDAY).shifts == ()
    assert world.told() == [("dr-ravi", Template.SHIFT_CHANGED)]
    assert world.view.gaps(TUESDAY, TUESDAY + ONE_DAY) == []


def test_a_day_that_opens_again_is_a_gap_and_the_administrators_are_told(world: RotaWorld) -> None:
    world.manage.put_recipients((Recipient(ADMIN_PHONE, "hi"),), 0, ADMIN, EARLY)
    closed = replace(DEFAULT_HOURS, closures=frozenset({TUESDAY}))
    world.manage.put_hours(closed, 0, ADMIN, EARLY)

    changed = world.manage.put_hours(DEFAULT_HOURS, 1, ADMIN, EARLY)

    assert (changed.notices, changed.gap) == ((), True)
    assert world.on(TUESDAY) == ()
    assert world.told()[1:] == [(ADMIN_PHONE, Template.GAP)]
    (gap,) = world.view.gaps(TUESDAY, TUESDAY + ONE_DAY)
    assert gap.missing == 1


def test_a_case_held_in_a_shift_that_is_taken_off_goes_back(world: RotaWorld) -> None:
    eleven = at(TUESDAY, 11)
    world.cases.put(a_case(reference="HELD", requested_at=eleven))
    world.cases.claim("HELD", "dr-ravi", eleven)
    assert world.hand_over(at(TUESDAY, 11, 1)).cases == 0
    closed = replace(DEFAULT_HOURS, closures=frozenset({TUESDAY}))
    world.manage.put_hours(closed, 0, ADMIN, at(TUESDAY, 11, 2))

    assert world.hand_over(at(TUESDAY, 11, 5)).cases == 1
    assert world.route_call("hi", at(TUESDAY, 11, 5), prefers_woman=False).oncologists == ()


def test_hours_that_a_line_does_not_fit_are_refused_with_its_field(world: RotaWorld) -> None:
    late = replace(DEFAULT_HOURS, weekly=((), *DEFAULT_HOURS.weekly[1:]))
    world.manage.put_hours(late, 0, ADMIN, EARLY)
    opens_late = replace(
        DEFAULT_HOURS,
        weekly=tuple(
            tuple(window._replace(start=time(12)) for window in day) for day in DEFAULT_HOURS.weekly
        ),
    )

    with pytest.raises(InvalidInput) as error:
        world.manage.put_hours(opens_late, 1, ADMIN, EARLY)

    assert fields(error) == ["lines[0].start: outside_hours"]
    assert world.manage.hours() == Versioned(late, 1)


def test_a_line_of_people_who_are_unknown_is_refused(world: RotaWorld) -> None:
    strange = morning(rotation=RoundRobin(("dr-asha", "dr-nobody"), MONDAY))

    with pytest.raises(InvalidInput) as error:
        world.manage.put_lines((strange,), 1, ADMIN, EARLY)

    assert fields(error) == ["lines[0].rotation.members[1]: unknown"]


def test_somebody_is_added_once_and_changed_by_version(world: RotaWorld) -> None:
    added = world.manage.add_oncologist(a_doctor("dr-new"), ADMIN, EARLY)
    with pytest.raises(AlreadyThere):
        world.manage.add_oncologist(a_doctor("dr-new"), ADMIN, EARLY)

    def renamed(who):
        return replace(who, name="Dr New Name")

    changed = world.manage.change_oncologist("dr-new", added.version, renamed, ADMIN, EARLY)

    assert (changed.value.name, changed.version) == ("Dr New Name", 2)
    with pytest.raises(VersionConflict):
        world.manage.change_oncologist("dr-new", added.version, renamed, ADMIN, EARLY)
    with pytest.raises(NotFound):
        world.manage.change_oncologist("dr-nobody", 1, renamed, ADMIN, EARLY)
    with pytest.raises(InvalidInput):
        world.manage.change_oncologist(
            "dr-new", 2, lambda who: replace(who, left=date(2000, 1, 1)), ADMIN, EARLY
        )


def test_nobody_is_reached_by_the_helplines_own_number(world: RotaWorld) -> None:
    doctor, other = a_doctor("dr-new"), Recipient(ADMIN_PHONE, "hi")
    refused = replace(doctor, phone=OWN_PHONE)

    with pytest.raises(InvalidInput) as added:
        world.manage.add_oncologist(refused, ADMIN, EARLY)
    world.manage.add_oncologist(doctor, ADMIN, EARLY)
    with pytest.raises(InvalidInput) as changed:
        world.manage.change_oncologist("dr-new", 1, lambda _: refused, ADMIN, EARLY)
    with pytest.raises(InvalidInput) as told:
        world.manage.put_recipients((other, Recipient(OWN_PHONE, "hi")), 0, ADMIN, EARLY)

    assert fields(added) == fields(changed) == ["phone: own_number"]
    assert fields(told) == ["recipients[1].phone: own_number"]
    assert world.manage.recipients().value == ()


def test_who_leaves_is_taken_off_what_is_published_and_the_gap_is_told(world: RotaWorld) -> None:
    world.manage.put_recipients((Recipient(ADMIN_PHONE, "en"),), 0, ADMIN, EARLY)
    leaves = MONDAY + 2 * ONE_DAY
    before = world.on(MONDAY)

    world.manage.change_oncologist(
        "dr-tara", 1, lambda who: replace(who, left=leaves), ADMIN, EARLY
    )

    ahead = world.rota.find_duty_days(leaves, FAR)
    assert all("dr-tara" not in shift.on for day in ahead for shift in day.shifts)
    assert world.on(MONDAY) == before
    assert set(world.told()) == {
        ("dr-tara", Template.SHIFT_CHANGED),
        (ADMIN_PHONE, Template.GAP),
    }


def test_an_override_changes_published_days_at_once_and_is_recorded(world: RotaWorld) -> None:
    override = Override(
        "morning", at(TUESDAY, 11), at(TUESDAY, 13, 30), remove="dr-ravi", add="dr-tara"
    )

    applied = world.manage.add_exception(override, ADMIN, EARLY)

    day = world.rota.find_duty_day(TUESDAY)
    assert [(shift.start, shift.end, shift.on) for shift in day.shifts] == [
        (at(TUESDAY, 10), at(TUESDAY, 11), ("dr-ravi",)),
        (at(TUESDAY, 11), at(TUESDAY, 13, 30), ("dr-tara",)),
    ]
    assert (day.version, applied.gap) == (2, False)
    assert set(world.told()) == {
        ("dr-ravi", Template.SHIFT_CHANGED),
        ("dr-tara", Template.SHIFT_CHANGED),
    }
    [change] = world.edits.history
    assert (change.by, change.kind, change.subject, change.at) == (
        ADMIN,
        ChangeKind.OVERRIDE,
        applied.kept.id,
        EARLY,
    )
    assert world.edits.untold(10) == []


def test_an_override_of_later_days_waits_until_they_are_published(world: RotaWorld) -> None:
    override = Override("morning", at(FAR, 10), at(FAR, 13, 30), add="dr-tara")

    applied = world.manage.add_exception(override, ADMIN, EARLY)

    assert applied.notices == ()
    world.publish(EARLY + 20 * ONE_DAY)
    assert "dr-tara" in world.on(FAR)


def test_a_dropped_override_does_not_reach_later_days(world: RotaWorld) -> None:
    override = Override("morning", at(FAR, 10), at(FAR, 13, 30), add="dr-tara", remove=None)
    plain = RotaWorld(lines=(morning(),)).published(EARLY)
    plain.publish(EARLY + 20 * ONE_DAY)
    kept = world.manage.add_exception(override, ADMIN, EARLY).kept

    world.manage.drop_exception(kept.id, ADMIN, EARLY)

    world.publish(EARLY + 20 * ONE_DAY)
    assert world.on(FAR) == plain.on(FAR)
    with pytest.raises(NotFound):
        world.manage.drop_exception(kept.id, ADMIN, EARLY)
    with pytest.raises(NotFound):
        world.manage.drop_exception(kept.id, ADMIN, EARLY)


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        (Override("morning", at(MONDAY, 3), at(MONDAY, 3, 30), add=TARA), "line: not_on"),
        (Override("morning", at(FAR, 10), at(FAR, 12), add="dr-away"), "add: on_leave"),
    ],
)
def test_an_override_that_shows_to_be_wrong_only_on_its_day_is_refused(
    override: Override, problem: str
) -> None:
    doctors = [a_doctor(who) for who in (*NAMES, "dr-away")]
    world = RotaWorld(lines=(morning(),), doctors=doctors).published(EARLY)
    away = Leave("dr-away", FAR, FAR + ONE_DAY)
    world.leave.add(away, By("admin", "dr-away"), EARLY)
    days = world.rota.find_duty_days(MONDAY, FAR)

    with pytest.raises(InvalidInput) as error:
        world.manage.add_exception(override, ADMIN, EARLY)

    assert fields(error) == [f"overrides[0].{problem}"]
    assert world.rota.find_duty_days(MONDAY, FAR) == days
    assert [kept.value for kept in world.edits.kept.values()] == [away]
    assert len(world.edits.history) == 1


def test_a_temporary_schedule_says_who_is_on(world: RotaWorld) -> None:
    week = Temporary("morning", at(TUESDAY, 0), at(TUESDAY + 2 * ONE_DAY, 0), ("dr-asha",))

    applied = world.manage.add_exception(week, ADMIN, EARLY)

    assert [world.on(TUESDAY), world.on(TUESDAY + ONE_DAY)] == [("dr-asha",)] * 2
    assert {notice.oncologist for notice in applied.notices} == set(NAMES)
    with pytest.raises(InvalidInput) as error:
        world.manage.add_exception(week, ADMIN, EARLY)
    assert fields(error) == ["temporary[0].from: overlapping"]
    world.manage.drop_exception(applied.kept.id, ADMIN, EARLY)
    assert world.manage.dated(TUESDAY, FAR).temporary == ()
    assert world.on(TUESDAY) == ("dr-asha",), "a published day stays"


def test_an_override_and_a_leave_at_once_are_judged_one_after_the_other(world: RotaWorld) -> None:
    override = Override("morning", at(TUESDAY, 10), at(TUESDAY, 13, 30), add="dr-tara")
    leave = Leave("dr-tara", TUESDAY, TUESDAY + ONE_DAY)
    world.edits.before_commit.append(lambda: world.leave.add(leave, By("dr-tara"), EARLY))

    with pytest.raises(InvalidInput) as error:
        world.manage.add_exception(override, ADMIN, EARLY)

    assert fields(error) == ["overrides[0].add: on_leave"]
    assert world.on(TUESDAY) == ("dr-ravi",)


def test_what_a_crash_left_untold_is_told_by_the_next_reminders_run(world: RotaWorld) -> None:
    override = Override(
        "morning", at(TUESDAY, 10), at(TUESDAY, 13, 30), remove="dr-ravi", add="dr-tara"
    )
    world.manage.change.tell_change = lambda *_: None
    world.manage.add_exception(override, ADMIN, EARLY)
    assert world.told() == []

    assert world.remind(EARLY + timedelta(seconds=30)).changes_told == 0
    assert world.remind(EARLY + timedelta(minutes=15)).changes_told == 1
    assert world.remind(EARLY + timedelta(minutes=30)).changes_told == 0
    assert sorted(world.told()) == [
        ("dr-ravi", Template.SHIFT_CHANGED),
        ("dr-tara", Template.SHIFT_CHANGED),
    ]
