"""The rota as it is shown, and its gaps as they are watched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.queue import Line
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Leave, RoundRobin
from chalicelib.rota.domain.quality import Gap
from chalicelib.rota.services.alert_gaps import DAYS_WATCHED, Watched
from chalicelib.rota.services.ports import Recipient
from tests.support.builders import a_duty_day
from tests.support.rota_world import (
    ADMIN_PHONE,
    EARLY,
    MONDAY,
    NAMES,
    ONE_DAY,
    TUESDAY,
    RotaWorld,
    a_doctor,
    afternoon,
    at,
    morning,
)

NINE = at(MONDAY, 9)


@pytest.fixture
def world() -> RotaWorld:
    """Mornings in turn; in the afternoon Tara alone, who is a man and speaks Tamil."""
    doctors = [
        a_doctor("dr-asha"),
        a_doctor("dr-ravi", gender="male"),
        a_doctor("dr-tara", gender="male", languages=("ta", "en")),
    ]
    lines = (morning(), afternoon(rotation=RoundRobin(("dr-tara",), MONDAY), languages=("ta",)))
    return RotaWorld(lines=lines, doctors=doctors).published(EARLY)


def test_gaps_are_those_of_the_published_days(world: RotaWorld) -> None:
    # Tara speaks no Hindi, and has Wednesday's morning.
    wednesday = MONDAY + 2 * ONE_DAY
    [gap] = world.view.gaps(MONDAY, MONDAY + 3 * ONE_DAY)

    assert gap == Gap("morning", at(wednesday, 10), at(wednesday, 13, 30), 0, ("hi",))
    world.rota.put_duty_day(a_duty_day(day=MONDAY))
    assert len(world.view.gaps(MONDAY, MONDAY + 3 * ONE_DAY)) == 1


def test_gaps_of_28_days_are_told_once_a_day(world: RotaWorld) -> None:
    world.manage.put_recipients(
        (Recipient(ADMIN_PHONE, "hi"), Recipient("+919822222222", "en")), 0, By("admin"), EARLY
    )

    watched = world.watch_gaps(NINE)

    assert watched == Watched(gaps=8, unpublished=0, told=2)
    assert world.watch_gaps(NINE) == watched
    assert world.told() == [(ADMIN_PHONE, Template.GAP), ("+919822222222", Template.GAP)]
    first = next(iter(world.messages.messages.values())).message
    assert first.variables == {"day": "2026-11-25", "count": "8"}
    assert first.language == "hi"
    world.watch_gaps(NINE + ONE_DAY)
    assert len(world.told()) == 4


def test_a_rota_without_gaps_is_told_to_nobody() -> None:
    world = RotaWorld().published(EARLY)
    world.manage.put_recipients((Recipient(ADMIN_PHONE, "hi"),), 0, By("admin"), EARLY)

    assert world.watch_gaps(NINE) == Watched(0, 0, 0)
    assert RotaWorld().watch_gaps(NINE) == Watched(0, DAYS_WATCHED, 0)


def test_quality_counts_what_is_published() -> None:
    lines = (morning(), afternoon(rotation=RoundRobin(NAMES, MONDAY)))
    world = RotaWorld(lines=lines).published(EARLY)

    even = world.view.quality(MONDAY, MONDAY + 3 * ONE_DAY)
    assert (even.coverage, even.balance, even.score) == (1.0, 1.0, 100)
    assert even.hours == dict.fromkeys(NAMES, 7.0)

    world.leave.add(Leave("dr-asha", MONDAY, TUESDAY), By("dr-asha"), EARLY)
    uneven = world.view.quality(MONDAY, MONDAY + 3 * ONE_DAY)
    assert uneven.coverage == pytest.approx(14 / 21)
    assert (uneven.balance, uneven.hours["dr-asha"]) == (pytest.approx(1 / 3), 0)


def test_who_is_gone_or_yet_to_come_is_not_weighed() -> None:
    doctors = [
        a_doctor("dr-asha"),
        a_doctor("dr-ravi", left=MONDAY),
        a_doctor("dr-tara", joined=MONDAY + 30 * ONE_DAY),
    ]
    world = RotaWorld(lines=(morning(),), doctors=doctors).published(EARLY)

    quality = world.view.quality(MONDAY, MONDAY + 3 * ONE_DAY)

    assert (quality.balance, quality.hours) == (1.0, {"dr-asha": 10.5})


def test_a_call_goes_to_those_on_duty_who_serve_it(world: RotaWorld) -> None:
    def routed(language, hour, minute=0, *, prefers_woman=False):
        found = world.route_call(language, at(MONDAY, hour, minute), prefers_woman=prefers_woman)
        return [who.id for who in found.oncologists]

    assert routed("hi", 10) == ["dr-asha"]
    assert routed("hi", 10, prefers_woman=True) == ["dr-asha"]
    assert routed("ta", 10) == []
    assert routed("hi", 13, 30) == []
    assert routed("ta", 13, 30) == ["dr-tara"]
    assert routed("ta", 13, 30, prefers_woman=True) == []
    assert routed("ta", 17) == []


def test_a_call_is_routed_by_the_queue_in_which_a_request_would_wait() -> None:
    """Nobody speaks Tamil: such a request waits in the English queue, and so does the call."""
    world = RotaWorld(lines=(morning(),), doctors=[a_doctor(each) for each in NAMES]).published(
        EARLY
    )

    found = world.route_call("ta", at(MONDAY, 10), prefers_woman=False)

    assert found.queue == Line("en")
    assert [who.id for who in found.oncologists] == ["dr-asha"]


def test_a_call_in_closed_time_is_told_when_it_opens(world: RotaWorld) -> None:
    assert world.route_call("hi", at(MONDAY, 10), prefers_woman=False).opens_at is None
    saturday = MONDAY + 5 * ONE_DAY
    closed = world.route_call("hi", at(saturday, 17), prefers_woman=False)
    assert (closed.oncologists, closed.opens_at) == ((), at(MONDAY + 7 * ONE_DAY, 10))
    world.manage.put_lines((), 1, By("admin"), EARLY)
    never = replace(DEFAULT_HOURS, weekly=((),) * 7)
    world.manage.put_hours(never, 0, By("admin"), EARLY)
    assert world.route_call("hi", at(MONDAY, 10), prefers_woman=False).opens_at is None


def test_own_shifts_and_changes(world: RotaWorld) -> None:
    assert [
        shift.start.astimezone().timestamp()
        for shift in world.view.shifts_of("dr-tara", MONDAY, MONDAY + 3 * ONE_DAY)
    ] == [
        at(MONDAY + n * ONE_DAY, hour, minute).timestamp()
        for n, hour, minute in ((0, 13, 30), (1, 13, 30), (2, 10, 0), (2, 13, 30))
    ]
    world.leave.add(Leave("dr-tara", TUESDAY, TUESDAY + ONE_DAY), By("dr-tara"), EARLY)
    assert [change.by.who for change in world.view.changes(EARLY, NINE)] == ["dr-tara"]
    assert world.view.changes(NINE, NINE + timedelta(hours=1)) == []
